"""What happened, one JSON object a line in `runs/history.jsonl`: the memory of the factory, with the clock in it."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable, Mapping
from typing import Any

from analysis import paths
from analysis.reporting.clock import local

HISTORY = "history.jsonl"
KEPT_DAYS = 400

Event = Mapping[str, Any]


class History:
    """The events of one run: each is added to the file at once and passed on."""

    def __init__(self, on_event: Callable[[Event], None] | None = None) -> None:
        self.run = f"{local():%Y%m%dT%H%M%S}-{os.getpid()}"
        self.on_event = on_event

    def add(self, event: str, **fields: Any) -> None:
        """Add one event.

        Parameters
        ----------
        event
            `run_started`, `page`, `run_ended` or `alert`.
        fields
            What belongs to it.
        """
        line = {"at": local().isoformat(timespec="seconds"), "run": self.run, "event": event, **fields}
        paths.RUNS.mkdir(parents=True, exist_ok=True)
        with (paths.RUNS / HISTORY).open("ab+") as file:
            file.seek(max(0, file.tell() - 1))
            # where a kill cut the last line short, this one is not to be lost with it
            begin = b"\n" if file.read() not in (b"", b"\n") else b""
            file.write(begin + json.dumps(line, ensure_ascii=False).encode() + b"\n")
        if self.on_event:
            self.on_event(line)

    def forget(self) -> None:
        """Drop what is older than 400 days, once there is a month of it; a line cut short by a kill goes too."""
        path = paths.RUNS / HISTORY
        with path.open(encoding="utf-8", errors="replace") as file:
            first = file.readline()
        oldest = local() - datetime.timedelta(days=KEPT_DAYS)
        if _time_of(first) >= oldest - datetime.timedelta(days=30):
            return
        kept = [
            line for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if _time_of(line) >= oldest
        ]
        aside = path.with_suffix(".part")
        aside.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
        aside.replace(path)


def _time_of(line: str) -> datetime.datetime:
    try:
        return local(datetime.datetime.fromisoformat(json.loads(line)["at"]))
    except (ValueError, KeyError, TypeError):
        return datetime.datetime.min.replace(tzinfo=datetime.UTC)
