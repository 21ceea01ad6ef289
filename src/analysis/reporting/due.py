"""Whose turn it is: the scheduled time of every report against the last one that was done, and pages of other periods.

A time that was missed is made up for once, however many went by. A time is done when every page of its report has
been made; while one fails, each run for what is due tries it again.
"""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

from analysis import paths
from analysis.reporting import clock, publish, schedule
from analysis.reporting.manifest import Page, Report

DONE = "schedule.json"
PARAMETER = "scheduled_at"
MOST_COUNTED = 1000
GRACE = datetime.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """The newest scheduled time of a report, the one before it that was done (None: never), and the one to come."""

    report: Report
    scheduled_at: datetime.datetime
    done_at: datetime.datetime | None
    next_at: datetime.datetime

    @property
    def due(self) -> bool:
        """Whether the newest scheduled time has not been done."""
        return self.done_at is None or self.done_at < self.scheduled_at

    @property
    def waiting_count(self) -> int:
        """Count the scheduled times since the one that was done; they are made up for by one run."""
        if self.done_at is None:
            return 1
        times = schedule.between(self.report.schedule, self.done_at, self.scheduled_at)
        return sum(1 for _ in islice(times, MOST_COUNTED))

    def missed(self, at: datetime.datetime) -> bool:
        """Say whether a run that was once scheduled has not happened, an hour after its time."""
        return self.done_at is not None and self.due and at - self.scheduled_at > GRACE


def turns(reports: Iterable[Report], at: datetime.datetime) -> list[Turn]:
    """Give every report's turn, as seen from a moment."""
    done = _done()
    return [
        Turn(
            report,
            schedule.last(report.schedule, at),
            _before(done.get(report.id, ""), at),
            schedule.following(report.schedule, at),
        )
        for report in reports
    ]


def _before(written: str, at: datetime.datetime) -> datetime.datetime | None:
    """Give the time that was done; one that has still to come was done by a clock that was wrong, and does not count.

    It would keep its report from being made until then.
    """
    try:
        done = clock.local(datetime.datetime.fromisoformat(written))
    except ValueError:  # never done, or what was written is lost
        return None
    return done if done <= at + clock.SLACK else None


def mark(finished: Iterable[Turn]) -> None:
    """Write down in `runs/schedule.json` that these turns are done."""
    now = {**_done(), **{turn.report.id: turn.scheduled_at.isoformat() for turn in finished}}
    paths.RUNS.mkdir(parents=True, exist_ok=True)
    aside = paths.RUNS / f".{DONE}"
    aside.write_bytes(publish.dump_json(now))
    aside.replace(paths.RUNS / DONE)


def _done() -> dict[str, str]:
    return publish.read_json(paths.RUNS / DONE)


def told_the_time(pages: Iterable[Page], times: Mapping[str, Turn], *, now_due: bool) -> Iterator[Page]:
    """Give each page, with its scheduled time as a parameter if its notebook declares `scheduled_at`.

    Parameters
    ----------
    pages, times
        The pages, and the turn of each report by its id.
    now_due
        Whether this run is for what is due; in any other run a page keeps the time it was made for.
    """
    for page in pages:
        if not _declares_it(page.report.notebook):
            yield page
            continue
        turn = times[page.report.id]
        made_for = publish.read(paths.REPORTS / page.id).record.get("parameters", {}).get(PARAMETER)
        time = turn.scheduled_at.isoformat() if made_for is None or (now_due and turn.due) else made_for
        yield replace(page, parameters={**page.parameters, PARAMETER: time})


@cache
def _source_of_parameters(notebook: str, modified: float) -> str:
    cells = json.loads((paths.NOTEBOOKS / notebook).read_bytes())["cells"]
    tagged = [cell["source"] for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    return "\n".join(source if isinstance(source, str) else "".join(source) for source in tagged)


def _declares_it(notebook: str) -> bool:
    """Look into the notebook's file: nbformat and papermill are too heavy for deciding what there is to do."""
    path = paths.NOTEBOOKS / notebook
    if not path.exists():
        return False
    source = _source_of_parameters(notebook, path.stat().st_mtime)
    return re.search(rf"^{PARAMETER}\s*:", source, re.MULTILINE) is not None


def other_periods(pages: Sequence[Page]) -> Iterator[Page]:
    """Give the published pages of periods that the manifest does not name: from a backfill, or of earlier years."""
    known = {page.id for page in pages}
    places = {page.id.rpartition("/")[0]: page for page in pages}
    for place, page in places.items():
        folder = paths.REPORTS / place
        for period in sorted(path.parent.name for path in folder.glob(f"*/{publish.RECORD}")):
            if f"{place}/{period}" not in known:
                yield of_period(page, period)


def of_period(page: Page, period: str) -> Page:
    """Give the same page for another period."""
    place = page.id.rpartition("/")[0]
    return replace(page, id=f"{place}/{period}", parameters={**page.parameters, "period": period})


def finished(times: Iterable[Turn], chosen: Iterable[Page], pages: Iterable[Page], undone: set[str]) -> list[Turn]:
    """Give the turns that a run for what is due has done: every page of the report chosen, and none left undone."""
    of_all, of_chosen = (Counter(page.report.id for page in some) for some in (pages, chosen))
    left = {page.report.id for page in pages if page.id in undone}
    return [
        turn
        for turn in times
        if turn.due and turn.report.id not in left and of_chosen[turn.report.id] == of_all[turn.report.id]
    ]
