"""Putting a page in its place, at once and whole; the last good one stays until a better is ready."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RECORD = "manifest.json"
RUN = "run.json"
FAILURE = "failure.json"
STATE = "state.json"
STAGING = ".staging-"
AT_FDCWD, RENAME_EXCHANGE = -100, 2


@dataclass(frozen=True, slots=True)
class Published:
    """What lies in a page's folder: its record, the last failure if it failed since, and what its banner says.

    `damaged`: something is there, and its record is not the one that was written; it is empty then.
    """

    record: dict[str, Any]
    failure: dict[str, Any]
    shown: dict[str, Any]
    damaged: bool = False

    @property
    def good(self) -> bool:
        """Whether a real page is there, not one that shows an error."""
        return self.record.get("outcome") == "published"


def read(folder: Path) -> Published:
    """Read what is published in a page's folder; a part is empty where there is nothing."""
    found = _read(folder)
    # a run may have put another page there between one file and the next
    return _read(folder) if found.damaged else found


def _read(folder: Path) -> Published:
    if not (folder / RECORD).is_file():
        return Published({}, {}, {})
    content = (folder / RECORD).read_bytes()
    record, run = _object(content), read_json(folder / RUN)
    if record.get("outcome") == "failed" and not run:
        whole = "reason" in record
    else:
        whole = run.get("manifest_sha256") == hashlib.sha256(content).hexdigest()
    if not whole:
        return Published({}, {}, {}, damaged=True)
    return Published(record, read_json(folder / FAILURE), read_json(folder / STATE))


def pages_in(folder: Path) -> list[str]:
    """List the ids of the pages below a folder: the site, or a copy of it; what a run has aside is not among them."""
    found = (path.parent.relative_to(folder) for path in folder.glob(f"*/*/*/{RECORD}"))
    return sorted(page.as_posix() for page in found if not page.parts[0].startswith("."))


def put(files: Mapping[str, bytes], folder: Path, *, staging: Path) -> None:
    """Publish a page: write every file aside, then swap the folders in one step.

    Parameters
    ----------
    files
        Name → content.
    folder
        The page's folder; replaced whole.
    staging
        An empty folder on the same disk.
    """
    fresh = staging / "page"
    fresh.mkdir()
    for name, content in files.items():
        _write(fresh / name, content)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        exchange(fresh, folder)
        shutil.rmtree(fresh)
    else:
        fresh.rename(folder)


def files_in(folder: Path) -> dict[str, bytes]:
    """Read the files of a page as it was made: what says how it stands is left out."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in (FAILURE, STATE)}


def write_atomically(path: Path, content: bytes, *, staging: Path) -> None:
    """Write a file aside and rename it into place, so that no reader sees half of it."""
    aside = staging / path.name
    _write(aside, content)
    aside.replace(path)


def dump_json(value: Any) -> bytes:
    """Write JSON the same way every time: sorted keys, readable Vietnamese, a final newline."""
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False) + "\n").encode()


def exchange(fresh: Path, folder: Path) -> None:
    """Swap two folders: in one step where the system can (Linux), else by two renames in a row."""
    if sys.platform == "linux":
        rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
        if rename and rename(AT_FDCWD, os.fsencode(fresh), AT_FDCWD, os.fsencode(folder), RENAME_EXCHANGE) == 0:
            return
    old = fresh.with_name("old")
    folder.rename(old)
    fresh.rename(folder)
    old.rename(fresh)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object; empty where there is no file, or one that was cut off or altered and cannot be read."""
    return _object(path.read_bytes()) if path.is_file() else {}


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
