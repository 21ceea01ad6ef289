"""Periods that move on by themselves: `last quarter` in `reports.yml`, seen from the report's scheduled time."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from analysis.reporting.expected import PER_YEAR, written
from analysis.reporting.manifest import PageEntry, Report, Scalar, Site

WORDS = re.compile(r"(this|last) (year|quarter|month)")


def period(words: str, at: datetime.datetime) -> str:
    """Give the year, quarter or month that these words mean at a moment; any other text as it is."""
    found = WORDS.fullmatch(words)
    if not found:
        return words
    per_year = PER_YEAR[found[2]]
    return written(at.year * per_year + (at.month - 1) * per_year // 12 - (found[1] == "last"), per_year)


def settled(site: Site, times: Mapping[str, datetime.datetime]) -> tuple[Site, set[tuple[str, str]]]:
    """Put every such period in its report's own scheduled time.

    Parameters
    ----------
    site
        The manifest.
    times
        Report id → its newest scheduled time.

    Returns
    -------
    Site
        The same with plain periods.
    set
        Report id and period of every one that was given in words: its figures may not have come yet.
    """
    moved: set[tuple[str, str]] = set()
    reports = [_settled(report, {**site.parameters, **report.parameters}, times[report.id], moved)
               for report in site.reports]  # fmt: skip
    return site.model_copy(update={"reports": reports}), moved


def _settled(
    report: Report, inherited: dict[str, Scalar], at: datetime.datetime, moved: set[tuple[str, str]]
) -> Report:
    def plain(parameters: dict[str, Scalar]) -> dict[str, Scalar]:
        words = parameters.get("period")
        if not isinstance(words, str) or not WORDS.fullmatch(words):
            return parameters
        meant = period(words, at)
        moved.add((report.id, meant))
        return {**parameters, "period": meant}

    pages = [PageEntry(parameters=plain(page.parameters)) for page in report.pages]
    return report.model_copy(update={"parameters": plain(inherited), "pages": pages})
