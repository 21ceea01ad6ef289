"""The registry of raw data: what each source is, and the hash every one of its files must have.

`data/raw/<source>/source.yml` is written by hand and describes; `source.lock.yml` is generated and pins.
Nothing below `data/raw` is read except through `open_bytes`, or by the path that `verified_path` vouches for.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import yaml
from pydantic import ValidationError

from analysis import paths
from analysis.errors import DataContractError, SourceUnavailableError, UsageError
from analysis.sources.description import Source, Text
from analysis.sources.lockfile import LockedFile, dump, parse
from analysis.whole_files import write_atomically
from analysis.yaml_files import load_yaml

__all__ = [
    "Change",
    "LockedFile",
    "Source",
    "Text",
    "description_sha256",
    "folder",
    "how_to_restore",
    "is_fetched",
    "lock",
    "open_bytes",
    "read_lock",
    "source",
    "sources",
    "verified_path",
    "verify",
    "write_lock",
]

DESCRIPTION = "source.yml"
LOCK = "source.lock.yml"
Seen = tuple[int, int, int]  # when a file was written, its size, and which file it is
_BY_HAND = ("shipped", "held")

_RESTORE = {
    "shipped": "restore it with `git checkout -- {file}`, "
    "or, if the source really published anew, run `analysis lock {source}`",
    "fetched": "run `analysis fetch {source}`; it fetches what is missing or differs, nothing else",
    "held": "put the file back, or, if it is a new export, run `analysis lock {source}`",
    "portal": "delete the file and run `analysis fetch portal` for its period again",
}


class Change(NamedTuple):
    """What `lock` did to one file's entry."""

    path: str
    kind: Literal["added", "changed", "removed"]


def folder(source_id: str) -> Path:
    """Give the folder of a source; it need not exist."""
    return paths.RAW / source_id


def source(source_id: str) -> Source:
    """Read what is known of one source.

    Raises
    ------
    UsageError
        No such source; the error lists those there are.
    DataContractError
        Its `source.yml` is not as `Source` says; every violation is listed.
    """
    known = sorted(file.parent.name for file in paths.RAW.glob(f"*/{DESCRIPTION}"))
    if source_id not in known:
        raise UsageError(f"there is no source {source_id!r}", allowed=", ".join(known))
    file = folder(source_id) / DESCRIPTION
    described = _described(file, _seen(file))
    if described.id != source_id:
        raise DataContractError(
            f"the source calls itself {described.id!r}", where=paths.relative(file), allowed=source_id
        )
    return described


def sources() -> list[Source]:
    """Give every source, by id."""
    return [source(file.parent.name) for file in sorted(paths.RAW.glob(f"*/{DESCRIPTION}"))]


def read_lock(source_id: str) -> dict[str, LockedFile]:
    """Give the locked files of a source by path; none where nothing was locked yet.

    Raises
    ------
    UsageError
        No such source.
    DataContractError
        The lock cannot be read.
    """
    source(source_id)
    return dict(_lock(source_id))


def write_lock(source_id: str, files: Iterable[LockedFile]) -> None:
    """Replace the lock of a source, at once and whole; the file is left alone if nothing changed."""
    source(source_id)
    file, content = folder(source_id) / LOCK, dump(files)
    if not file.exists() or file.read_bytes() != content:
        write_atomically(file, content)


def open_bytes(source_id: str, path: str) -> bytes:
    """Give the content of a file exactly as it was published.

    Raises
    ------
    SourceUnavailableError
        The file is not on this machine.
    DataContractError
        The file is not locked, or is not the one that was locked.
    """
    locked, file = _locked(source_id, path)
    try:
        content = file.read_bytes()
    except FileNotFoundError as error:
        raise _absent(source_id, path) from error
    _compare(locked, hashlib.sha256(content).hexdigest(), source_id, len(content))
    return content


def verified_path(source_id: str, path: str) -> Path:
    """Give where a file lies after checking its hash in a stream; for files too large for the memory.

    Raises
    ------
    SourceUnavailableError
        The file is not on this machine.
    DataContractError
        The file is not locked, or is not the one that was locked.
    """
    locked, file = _locked(source_id, path)
    try:
        found = _digest(file)
    except FileNotFoundError as error:
        raise _absent(source_id, path) from error
    _compare(locked, found, source_id, file.stat().st_size)
    return file


def verify(*, since: float = 0.0) -> None:
    """Check the locked files that were written after a moment, so that damage shows before anything is published.

    Parameters
    ----------
    since
        Seconds since the epoch, EXCLUSIVE: files last written before it were read, and so checked, by then.

    Raises
    ------
    SourceUnavailableError
        A shipped file is missing; a source that is fetched may be.
    DataContractError
        A file is not the one that was locked.
    """
    for each in sources():
        if each.kind == "fetched" and is_empty(each.id):
            continue
        for path in read_lock(each.id):
            file = folder(each.id) / path
            if file.exists() and file.stat().st_mtime <= since:
                continue
            if file.exists() or each.kind == "shipped":
                verified_path(each.id, path)


def _locked(source_id: str, path: str) -> tuple[LockedFile, Path]:
    locked, file = _lock(source_id).get(path), folder(source_id) / path
    if locked is None:
        known = list(read_lock(source_id))
        raise DataContractError(
            "the file is not in its source's lock, so nobody vouches for it",
            where=paths.relative(file),
            allowed=", ".join(known if len(known) <= 12 else difflib.get_close_matches(path, known, n=5)),
            next_step=f"correct the name, or run `analysis lock {source_id}` if it is a new file",
        )
    return locked, file


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _absent(source_id: str, path: str) -> SourceUnavailableError:
    return SourceUnavailableError(
        f"{source_id} is not on this machine, or not whole",
        where=paths.relative(folder(source_id) / path),
        next_step=how_to_restore(source_id, path),
    )


def _compare(locked: LockedFile, found: str, source_id: str, size: int) -> None:
    if found != locked.sha256:
        raise DataContractError(
            f"the file is not the one that was published: its sha256 is {found} ({size} bytes)",
            where=paths.relative(folder(source_id) / locked.path),
            allowed=f"sha256 {locked.sha256} ({locked.bytes} bytes), as {LOCK} says",
            next_step=how_to_restore(source_id, locked.path),
        )


def how_to_restore(source_id: str, path: str) -> str:
    """Say what brings the published content of a file back."""
    file = paths.relative(folder(source_id) / path)
    return _RESTORE[source(source_id).kind].format(source=source_id, file=file)


def is_empty(source_id: str) -> bool:
    """Tell whether a source has nothing but its description: a lock of thousands of files need not be read then."""
    return all(path.name in (DESCRIPTION, LOCK) for path in folder(source(source_id).id).iterdir())


def is_fetched(source_id: str) -> bool:
    """Tell whether every locked file is there in its size; hashes are left to `open_bytes`."""
    if is_empty(source_id):
        return False
    locked = read_lock(source_id)
    return bool(locked) and all(
        (file := folder(source_id) / path).is_file() and file.stat().st_size == entry.bytes
        for path, entry in locked.items()
    )


def lock(source_id: str) -> list[Change]:
    """Pin the files of a shipped or held source as they are now and say what changed, by path.

    Raises
    ------
    UsageError
        The source is neither: its publisher's hashes are not ours to change.
    """
    if (kind := source(source_id).kind) not in _BY_HAND:
        by_hand = ", ".join(each.id for each in sources() if each.kind in _BY_HAND)
        raise UsageError(f"{source_id} is {kind}; only shipped and held sources are locked by hand", allowed=by_hand)
    before, after = read_lock(source_id), {}
    for file in sorted(folder(source_id).rglob("*")):
        path = file.relative_to(folder(source_id)).as_posix()
        if file.is_file() and path not in (DESCRIPTION, LOCK) and not file.name.startswith("."):
            pinned = {"path": path, "sha256": _digest(file), "bytes": file.stat().st_size}
            kept = before[path].model_dump() if path in before else {}
            after[path] = LockedFile.model_validate(kept | pinned)
    write_lock(source_id, after.values())
    changes = [Change(path, "added") for path in after.keys() - before.keys()]
    changes += [Change(path, "removed") for path in before.keys() - after.keys()]
    common = before.keys() & after.keys()
    changes += [Change(path, "changed") for path in common if before[path] != after[path]]
    return sorted(changes)


def _lock(source_id: str) -> dict[str, LockedFile]:
    file = folder(source_id) / LOCK
    try:
        return _parsed(file, _seen(file))
    except FileNotFoundError:
        return {}


def _seen(file: Path) -> Seen:
    state = file.stat()
    return state.st_mtime_ns, state.st_size, state.st_ino


@lru_cache(maxsize=64)
def _described(file: Path, seen: Seen) -> Source:
    """Read a description once for as long as the file on disk stays as it was `seen`."""
    try:
        return Source.model_validate(load_yaml(file.read_bytes()))
    except (yaml.YAMLError, ValidationError) as error:
        raise _malformed(file, error, "mend the file; `Source` in the registry says its keys") from error


@lru_cache(maxsize=64)
def _parsed(file: Path, seen: Seen) -> dict[str, LockedFile]:
    """Parse a lock once for as long as the file on disk stays as it was `seen`."""
    try:
        return parse(file.read_bytes())
    except (yaml.YAMLError, ValueError, KeyError, TypeError) as error:
        raise _malformed(file, error, f"restore it with `git checkout -- {paths.relative(file)}`") from error


def _malformed(file: Path, error: Exception, next_step: str) -> DataContractError:
    if isinstance(error, ValidationError):
        each = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
        return DataContractError("; ".join(each), where=paths.relative(file), next_step=next_step)
    return DataContractError(
        f"the file cannot be understood: {' '.join(str(error).split())}",
        where=paths.relative(file),
        next_step=next_step,
    )


def description_sha256(source_id: str) -> str:
    """Hash what is known of a source; empty if there is no such source."""
    file = folder(source_id) / DESCRIPTION
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else ""


def state() -> dict[str, str]:
    """Give the sha256 of every source's description and lock, by path: what all that is built from them depends on."""
    files = sorted(file for name in (DESCRIPTION, LOCK) for file in paths.RAW.glob(f"*/{name}"))
    return {paths.relative(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
