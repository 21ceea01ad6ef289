"""What every run left published, small: each version of a page's manifest and figures once, and which run showed which.

    runs/snapshots/pages/<page>/<version>/   manifest.json, run.json, indicators.json, numbers.json
    runs/snapshots/runs/<run>.json           page → version

A version is named after the hash of its manifest, so a page that was kept costs nothing.
"""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.errors import DataContractError, UsageError
from analysis.reporting import clock, numbers, publish
from analysis.reporting.fingerprint import sha256

FILES = (publish.RECORD, publish.RUN, "indicators.json", numbers.FILE)
KEPT_RUNS = 60
LATEST = {"last": -1, "previous": -2}


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a page: its manifest, its run, its figures, and what it shows (see `numbers`)."""

    name: str
    record: dict[str, Any]
    run: dict[str, Any]
    indicators: list[dict[str, Any]]
    numbers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The good pages that a run left, by id."""

    name: str
    pages: dict[str, Version]


def keep(run: str, pages: Iterable[str]) -> bool:
    """Keep what is published now, if it is not what the last run left; forget all but the last sixty runs.

    Cut off at any moment, it is made good by the next run: what a run showed is written last. What was kept under a
    clock that ran ahead is forgotten, for it would be the last run until then.
    """
    for ahead in (name for name in names() if _day(name) > _day(run) + clock.SLACK):
        _of_run(ahead).unlink()
    shown = {}
    for page in pages:
        folder = paths.REPORTS / page
        if publish.read(folder).good and (folder / publish.RUN).exists():
            shown[page] = version_in(folder)
            _keep_version(page, folder, shown[page])
    known = names()
    if known and publish.read_json(_of_run(known[-1])) == shown:
        return False
    _write(_of_run(run), publish.dump_json(shown))
    _forget()
    return True


def names() -> list[str]:
    """List the runs that are kept, the oldest first."""
    return sorted(path.stem for path in (_root() / "runs").glob("*.json"))


def load(name: str) -> Snapshot:
    """Give what a run left.

    Parameters
    ----------
    name
        A run's id, `last`, `previous`, or the folder of a site or of a copy of one.

    Raises
    ------
    UsageError
        If there is no such run; the error lists those there are.
    DataContractError
        If what it left cannot be read any more.
    """
    if (folder := Path(name)).is_dir():
        found = {page: _load(folder / page) for page in publish.pages_in(folder)}
        return Snapshot(folder.name, {page: each for page, each in found.items() if _good(each)})
    known = names()
    if name in LATEST and len(known) >= -LATEST[name]:
        name = known[LATEST[name]]
    if name not in known:
        raise UsageError(
            f"There is no run {name}",
            where="runs/snapshots",
            allowed=", ".join(["previous", "last", *known[-8:]]) if len(known) > 1 else "the folder of a site",
            next_step="a run is kept when it leaves another site than the run before it",
        )
    shown = publish.read_json(_of_run(name))
    kept = {page: _load(_of_version(page, version)) for page, version in shown.items()}
    if damaged := [page for page, version in kept.items() if not _good(version)]:
        raise DataContractError(
            f"What the run {name} left of {len(damaged)} pages is lost or damaged",
            where="; ".join(damaged[:5]),
            next_step="compare with another run, or with a copy of the site of that day",
        )
    return Snapshot(name, kept)


def _day(run: str) -> datetime.date:
    """Give the day of a run, which its id begins with."""
    return datetime.datetime.strptime(run[:8], "%Y%m%d").date()


def replace_run(page: str, version: str, content: bytes) -> None:
    """Write the run of a kept version anew: somebody has signed it off."""
    if (folder := _of_version(page, version)).is_dir():
        _write(folder / publish.RUN, content)


def _good(version: Version) -> bool:
    return version.record.get("outcome") == "published"


def _load(folder: Path) -> Version:
    figures = publish.read_json(folder / "indicators.json")
    record = publish.read_json(folder / publish.RECORD)
    shown = publish.read_json(folder / numbers.FILE)
    return Version(
        version_in(folder), record, publish.read_json(folder / publish.RUN), figures.get("indicators", []), shown
    )


def version_in(folder: Path) -> str:
    """Name the version of a page that lies in a folder; empty if there is none."""
    path = folder / publish.RECORD
    return sha256(path.read_bytes())[:16] if path.is_file() else ""


def _keep_version(page: str, folder: Path, version: str) -> None:
    final = _of_version(page, version)
    if final.is_dir():
        return
    aside = final.with_name(f"{version}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name in FILES:
        # a page that an earlier release made may lack one
        if (folder / name).exists():
            shutil.copyfile(folder / name, aside / name)
    aside.rename(final)


def _forget() -> None:
    for old in names()[:-KEPT_RUNS]:
        _of_run(old).unlink()
    used = {f"{page}/{version}" for run in names() for page, version in publish.read_json(_of_run(run)).items()}
    pages = _root() / "pages"
    for folder in pages.glob("*/*/*/*"):
        if folder.relative_to(pages).as_posix() not in used:
            shutil.rmtree(folder)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    publish.write_atomically(path, content, staging=_aside())


def _aside() -> Path:
    folder = _root() / "aside"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _root() -> Path:
    return paths.RUNS / "snapshots"


def _of_run(name: str) -> Path:
    return _root() / "runs" / f"{name}.json"


def _of_version(page: str, version: str) -> Path:
    return _root() / "pages" / page / version
