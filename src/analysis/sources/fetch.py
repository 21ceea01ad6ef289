"""Fetched sources: from their pinned public origin or from a mirror, checked against the lock either way."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import httpx
from pooch.core import retrieve
from pooch.utils import get_logger
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from analysis import paths
from analysis.errors import DataContractError, SourceUnavailableError, UsageError
from analysis.sources import registry
from analysis.sources.lockfile import LockedFile

ORIGIN = "https://raw.githubusercontent.com"

_TIMEOUT = httpx.Timeout(45.0, connect=10.0)
_HEADERS = {"User-Agent": "public-services-lab (analysis fetch)"}

Download = Callable[[str, str, Any], None]  # (address, temporary file, pooch's own object, which is unused)


@dataclass(frozen=True)
class FetchOutcome:
    """Which sources were fetched now, which were there already, and why the others are not.

    Attributes
    ----------
    unavailable
        Source id → reason; the files of it that did arrive are kept and not asked for again.
    """

    fetched: list[str] = field(default_factory=list)
    present: list[str] = field(default_factory=list)
    unavailable: dict[str, str] = field(default_factory=dict)


def fetch(
    source_ids: Sequence[str],
    *,
    mirror: Path | None = None,
    report: Callable[[str], None],
    origin: str = ORIGIN,
) -> FetchOutcome:
    """Bring fetched sources under `data/raw`, one after the other; all of them when `source_ids` is empty.

    A file that is there with the right hash is left alone, so that an interrupted run goes on where it
    stopped. A source that cannot be reached is given up at its first file; the others go on.

    Parameters
    ----------
    mirror
        A directory with the files under `<source>/<path>`; the network is then not used at all.
    report
        Takes one line a source.
    origin
        Address that `/<repository>/<commit>/<path>` is appended to.

    Raises
    ------
    UsageError
        An unknown or not fetched source, or a mirror that is no directory; nothing was fetched then.
    DataContractError
        A file of the mirror or the origin is not the pinned one; it is not kept.
    """
    wanted = _fetched_sources(source_ids)
    if mirror is not None and not mirror.is_dir():
        raise UsageError("the mirror is not a directory", where=str(mirror), allowed="<mirror>/<source>/<path>")
    outcome = FetchOutcome()
    with httpx.Client(timeout=_TIMEOUT, headers=_HEADERS, follow_redirects=True) as client:
        download = _from_web(client) if mirror is None else _from_mirror
        for source_id in wanted:
            locked = registry.read_lock(source_id)
            missing = [file for file in locked.values() if not _is_there(source_id, file)]
            try:
                with _progress(source_id, len(missing)) as advance:
                    for file in missing:
                        _fetch_file(source_id, file, _address(source_id, file, mirror, origin), download)
                        advance()
            except SourceUnavailableError as error:
                outcome.unavailable[source_id] = error.what
                report(f"{source_id}: not available, {error.what}")
            else:
                (outcome.fetched if missing else outcome.present).append(source_id)
                report(f"{source_id}: {_done(len(missing), len(locked))}")
    return outcome


def _fetched_sources(source_ids: Sequence[str]) -> list[str]:
    fetched = [each.id for each in registry.sources() if each.kind == "fetched"]
    if wrong := [each for each in source_ids if each not in fetched]:
        raise UsageError(f"not a fetched source: {', '.join(wrong)}", allowed=", ".join(fetched))
    return list(dict.fromkeys(source_ids)) or fetched


def _is_there(source_id: str, file: LockedFile) -> bool:
    path = registry.folder(source_id) / file.path
    if not path.is_file():
        return False
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256


def _address(source_id: str, file: LockedFile, mirror: Path | None, origin: str) -> str:
    if mirror is not None:
        return str(mirror / source_id / file.path)
    if file.origin is None:
        where = paths.relative(registry.folder(source_id) / registry.LOCK)
        raise DataContractError(f"the lock does not say where {file.path} was published", where=where)
    return f"{origin}/{file.origin.repository}/{file.origin.commit}/{quote(file.origin.path)}"


def _fetch_file(source_id: str, file: LockedFile, address: str, download: Download) -> None:
    """Download to a temporary file, check it, and only then move it into place."""
    target = registry.folder(source_id) / file.path
    get_logger().setLevel(logging.WARNING)  # one line a file is too much for thousands
    try:
        retrieve(
            address,
            f"sha256:{file.sha256}",
            fname=target.name,
            path=target.parent,
            downloader=cast(Any, download),  # pooch's type also asks for argument names it never uses
        )
    except ValueError as error:
        raise DataContractError(
            f"{source_id}/{file.path} is not the pinned file: {str(error).partition('. ')[0]}",
            where=address,
            allowed=f"sha256 {file.sha256} ({file.bytes} bytes)",
            next_step="mend or replace that copy, then fetch again; what was fetched already is kept",
        ) from error
    target.chmod(0o644)  # pooch's temporary file is its owner's alone; colleagues read the same checkout


def _from_web(client: httpx.Client) -> Download:
    def download(address: str, temporary: str, _: Any) -> None:
        try:
            with client.stream("GET", address) as response, Path(temporary).open("wb") as file:
                response.raise_for_status()
                for chunk in response.iter_bytes():
                    file.write(chunk)
        except httpx.HTTPStatusError as error:
            raise SourceUnavailableError(f"{address} answers {error.response.status_code}") from error
        except httpx.RequestError as error:
            host = httpx.URL(address).host
            raise SourceUnavailableError(f"{host} cannot be reached ({type(error).__name__})") from error

    return download


def _from_mirror(address: str, temporary: str, _: Any) -> None:
    try:
        shutil.copyfile(address, temporary)
    except FileNotFoundError as error:
        raise SourceUnavailableError(f"the mirror has no {address}") from error


def _done(fetched: int, locked: int) -> str:
    if not fetched:
        return f"already there ({locked} files)"
    before = f", {locked - fetched} were already there" if fetched < locked else ""
    return f"{fetched} files fetched and checked{before}"


@contextmanager
def _progress(source_id: str, total: int) -> Iterator[Callable[[], None]]:
    """Show a bar on a terminal, nothing in a log."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(source_id, total=total)
        yield lambda: progress.advance(task)
