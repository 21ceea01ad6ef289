"""The archive of responses: bytes first, judged after, locked when good, never lost."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from analysis.sources import registry
from analysis.sources.lockfile import LockedFile
from analysis.sources.portal.client import Answer
from analysis.sources.portal.endpoints import Endpoint, find_endpoint
from analysis.sources.portal.periods import Period, date_in_vietnam, parse_period
from analysis.whole_files import write_atomically

SOURCE = "portal"


class Request(BaseModel):
    """The request behind a response, which does not repeat it."""

    path: str
    body: dict[str, Any]


class Response(LockedFile):
    """A locked response: where it lies, its hash, and what was asked when."""

    request: Request
    asked_at: datetime
    http_status: int
    provisional: bool

    @property
    def asked_on(self) -> date:
        """Give the day in Vietnam on which it was asked for."""
        return date_in_vietnam(self.asked_at)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pages of one call lie: `<scope>/<period>/<endpoint>-<page>.json`.

    Attributes
    ----------
    scope
        A province's code, `national` or `catalogue`.
    """

    scope: str
    period: Period
    endpoint: Endpoint

    def page(self, number: int) -> str:
        """Give the path of a page in the source's folder."""
        return f"{self.scope}/{self.period}/{self.endpoint.name}-{number}.json"


def place_of(path: str) -> tuple[Place, int]:
    """Give the call and the page number that a path of the archive stands for."""
    scope, period, name = path.split("/")
    endpoint, _, number = name.removesuffix(".json").rpartition("-")
    return Place(scope, parse_period(period), find_endpoint(endpoint)), int(number)


def locked_responses() -> dict[str, Response]:
    """Give every good response by its path in the source's folder."""
    locked = registry.read_lock(SOURCE)
    return {path: Response.model_validate(entry.model_dump()) for path, entry in locked.items()}


class Archive:
    """Writes `data/raw/portal` and its lock, after each response."""

    def __init__(self) -> None:
        self._entries = locked_responses()

    def settled(self, path: str, period: Period, today: date) -> Response | None:
        """Give the response at `path` if it need not be asked for again.

        A provisional response is due again once its period has ended, and until then once a day.
        """
        entry = self._entries.get(path)
        if entry is None or not _file(path).exists():
            return None
        is_due = entry.provisional and (today > period.last_day or today > entry.asked_on)
        return None if is_due else entry

    def receive(self, path: str, answer: Answer) -> None:
        """Keep the bytes beside their place, before anyone looks at them."""
        write_atomically(_incoming(path), answer.content)

    def keep(self, path: str, answer: Answer, *, request: Request, provisional: bool) -> None:
        """Move received bytes to their place and lock them."""
        _incoming(path).replace(_file(path))
        self._entries[path] = Response(
            path=path,
            sha256=hashlib.sha256(answer.content).hexdigest(),
            bytes=len(answer.content),
            request=request,
            asked_at=answer.asked_at,
            http_status=answer.status,
            provisional=provisional,
        )
        self._write()

    def refuse(self, path: str, *, suffix: Literal[".json", ".html"] = ".json") -> tuple[Path, str]:
        """Set received bytes aside, unlocked; give the file and its sha256."""
        return _set_aside(_incoming(path), path, suffix)

    def withdraw(self, paths: list[str]) -> None:
        """Set locked pages aside: they contradict a later page of the same call."""
        for path in paths:
            if self._entries.pop(path, None) is not None:
                _set_aside(_file(path), path, ".json")
        self._write()

    def _write(self) -> None:
        registry.write_lock(SOURCE, self._entries.values())


def _file(path: str) -> Path:
    return registry.folder(SOURCE) / path


def _incoming(path: str) -> Path:
    return _file(path).with_name(f".{Path(path).name}.incoming")


def _set_aside(file: Path, path: str, suffix: str) -> tuple[Path, str]:
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    refused = _file(path).parent / "refused" / f"{Path(path).stem}-{sha256[:12]}{suffix}"
    refused.parent.mkdir(parents=True, exist_ok=True)
    file.replace(refused)
    return refused, sha256
