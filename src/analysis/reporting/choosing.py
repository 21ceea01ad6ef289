"""Which pages there are, and which of them a run is about: by name, by schedule, or for periods gone by."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis import paths
from analysis.reporting import clock, places, rolling
from analysis.reporting.due import Turn, of_period, other_periods, told_the_time, turns
from analysis.reporting.expected import first_day, last_day
from analysis.reporting.manifest import Page, Site, expand, load, select
from analysis.reporting.places import Places


@dataclass(frozen=True, slots=True)
class Choice:
    """All pages, those chosen, and the turns that a run for what is due would do.

    The pages are those of the manifest, then the published ones of other periods. `waiting` are pages of the manifest
    whose period is given in words, such as `last quarter`, and whose figures have not come.
    """

    site: Site
    places: Places
    moment: datetime.datetime
    pages: list[Page]
    chosen: list[Page]
    turns: list[Turn]
    waiting: list[Page]


def pages(*, only: Sequence[str], limit: int | None, due: bool, at: datetime.datetime | None) -> Choice:
    """Choose pages by name, or those of reports whose scheduled time has come, as `planning.plan` says.

    Raises
    ------
    UsageError
        If the manifest is wrong or `only` names no page.
    """
    site, known, moment = load(paths.MANIFEST), places.load(), clock.local(at)
    times = {turn.report.id: turn for turn in turns(site.reports, moment)}
    site, moved = rolling.settled(site, {report: turn.scheduled_at for report, turn in times.items()})
    named = expand(site, known)
    may_wait = [page for page in named if (page.report.id, page.parameters["period"]) in moved]
    waiting = [page for page in may_wait if not _has_figures(page, known, moment.date())]
    others = [page for page in other_periods(named) if _has_figures(page, known, moment.date())]
    there = list(told_the_time([*(page for page in named if page not in waiting), *others], times, now_due=due))
    chosen = [page for page in select(there, list(only), limit) if not due or times[page.report.id].due]
    return Choice(site, known, moment, there, chosen, list(times.values()) if due else [], waiting)


def of_periods(periods: Sequence[str], *, only: Sequence[str]) -> Choice:
    """Choose the pages of these periods, the earliest first, as far as the facts know them.

    Raises
    ------
    UsageError
        If the manifest is wrong or `only` names no page.
    """
    now = pages(only=only, limit=None, due=False, at=None)
    places_of = {page.id.rpartition("/")[0]: page for page in now.chosen}
    wanted = [of_period(page, period) for period in periods for page in places_of.values()]
    chosen = [page for page in wanted if _has_figures(page, now.places, now.moment.date())]
    there = {page.id: page for page in [*now.pages, *chosen]}
    return replace(now, pages=list(there.values()), chosen=[there[page.id] for page in chosen], turns=[])


def _has_figures(page: Page, known: Places, today: datetime.date) -> bool:
    """Say whether the facts know something of a page's period; a page of no place needs a period that has begun."""
    period = str(page.parameters["period"])
    if province := page.parameters.get("province"):
        return period in known.periods.get(str(province), ())
    if (begins := first_day(period)) is None or (ends := last_day(period)) is None:
        return True
    if source := page.parameters.get("source"):
        first, last = known.months.get(str(source), ("", ""))
        return first <= f"{ends:%Y-%m}" and f"{begins:%Y-%m}" <= last
    return begins <= today
