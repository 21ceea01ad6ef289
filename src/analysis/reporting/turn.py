"""One run at a time per site: a lock that the system gives back however its holder ends."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from analysis import paths
from analysis.errors import LockedError

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


LOCK = ".lock"


def last(site: Path) -> str:
    """Give the id of the run that last had its turn; empty if none had."""
    path = site / LOCK
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def note(site: Path, run: str) -> None:
    """Note that a run has its turn, for who made a plan before it and comes after it."""
    (site / LOCK).write_text(run, encoding="utf-8")


@contextlib.contextmanager
def taken(site: Path) -> Iterator[None]:
    """Hold the site's lock while the block runs; the file stays, and a lock that nobody holds is free.

    Raises
    ------
    LockedError
        If another run holds it.
    """
    path = site / LOCK
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            _take(descriptor)
        except OSError as error:
            if error.errno == errno.ENOLCK:  # the place has no locks to give
                raise
            raise LockedError(
                "Another run is making this site",
                where=paths.relative(path),
                next_step="wait until it has ended; a run that was killed holds nothing back",
            ) from None
        yield
    finally:
        os.close(descriptor)
