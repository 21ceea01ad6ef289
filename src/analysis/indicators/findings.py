"""Oddities of the portal's figures, each found by a check: stated where the reader meets the number, never repaired."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import facts, policy
from analysis.indicators.service_index import ServiceIndex


class Finding(NamedTuple):
    """One oddity: which, where (a unit or a row of the index), and the figures its sentence needs."""

    finding_id: str
    place: str
    figures: dict[str, float | str]


def findings(index: ServiceIndex) -> pd.DataFrame:
    """Run every check on a province and period.

    Returns
    -------
    pandas.DataFrame
        One row per oddity found: finding_id, place, figures. Empty where nothing is odd.
    """
    found = [finding for check in CHECKS for finding in check(index)]
    return pd.DataFrame(found, columns=list(Finding._fields))


def _of(index: ServiceIndex, table: str, period: str = "") -> pd.DataFrame:
    frame = facts.load(table)
    same = (frame["province_code"] == index.province_code) & (frame["period"] == (period or index.period))
    return frame[same].set_index("unit_code") if "unit_code" in frame else frame[same]


def _parts(index: ServiceIndex) -> list[str]:
    """Give the shorter periods inside a year that the facts hold for the province as well."""
    progress = facts.load("portal_progress")
    periods = progress.loc[progress["province_code"] == index.province_code, "period"].drop_duplicates().sort_values()
    return [period for period in periods if period.startswith(f"{index.period}-")]


def _by_row(index: ServiceIndex) -> Iterator[tuple[policy.ScoredRow, pd.DataFrame]]:
    for row in policy.index_766().rows:
        yield row, index.rows[index.rows["row_id"] == row.id].set_index("unit_code")


def on_time_exceeds_completed(index: ServiceIndex) -> Iterator[Finding]:
    """On time counts pending dossiers within their time, so it can exceed what was completed."""
    progress = _of(index, "portal_progress")
    for unit, row in progress[progress["on_time_count"] > progress["completed_count"]].iterrows():
        figures = {"on_time": row["on_time_count"], "completed": row["completed_count"]}
        yield Finding("on_time_exceeds_completed", str(unit), figures)


def on_time_beyond_its_months(index: ServiceIndex) -> Iterator[Finding]:
    """The share of a whole period cannot lie outside the shares of its months, unless definitions differ."""
    chart = _of(index, "portal_months")["on_time_chart_pct"]
    share = _of(index, "portal_progress")["published_share_pct"][index.province_code]
    if len(chart) and not chart.min() <= share <= chart.max():
        figures = {"share_pct": share, "lowest_pct": chart.min(), "highest_pct": chart.max()}
        yield Finding("on_time_beyond_its_months", index.province_code, figures)


def chart_counts_services(index: ServiceIndex) -> Iterator[Finding]:
    """The monthly chart called online share counts services that were used, not dossiers filed online."""
    chart = _of(index, "portal_months")["service_use_chart_pct"]
    online = _of(index, "portal_online").loc[index.province_code]
    share = 100 * online["online_count"] / online["all_channels_count"]
    if len(chart) and chart.max() < share:
        figures = {"share_pct": share, "lowest_pct": chart.min(), "highest_pct": chart.max()}
        yield Finding("chart_counts_services", index.province_code, figures)


def does_not_add_up(index: ServiceIndex) -> Iterator[Finding]:
    """Where the units' cases do not add up to the province's, neither can be derived from the other."""
    for row, cases in _by_row(index):
        own = cases["denominator_count"].dropna()
        units = own.drop(index.province_code, errors="ignore")
        known = row.decided_by == "unit" and len(units) and index.province_code in own
        if known and units.sum() != own[index.province_code]:
            figures = {"units_sum": units.sum(), "province": own[index.province_code]}
            yield Finding(f"{row.counted}s_do_not_add_up", row.id, figures)


def copied_from_province(index: ServiceIndex) -> Iterator[Finding]:
    """Rows that repeat the province's own figures for every unit say nothing about the unit."""
    for row, cases in _by_row(index):
        different = cases[["numerator_count", "denominator_count"]].drop_duplicates()
        if row.decided_by == "province" and len(cases) > 1 and len(different) == 1:
            yield Finding("copied_from_province", row.id, {"units": len(cases) - 1})


def provisional_denominator(index: ServiceIndex) -> Iterator[Finding]:
    """A denominator that equals the numerator in every unit, on a provisional flag, carries no information."""
    metrics = _of(index, "portal_metrics")
    flagged = metrics[metrics["quality_flag"] == "TEMP_NATIONAL_REPORT_DENOMINATOR"]
    if len(flagged) and (flagged["numerator_count"] == flagged["denominator_count"]).all():
        yield Finding("provisional_denominator", "dossiers_synchronised", {"units": len(flagged)})


def granted_without_counts(index: ServiceIndex) -> Iterator[Finding]:
    """Points given without any numerator or denominator."""
    for row, cases in _by_row(index):
        granted = cases[cases["numerator_count"].isna() & (cases["published_points"] > 0)]
        if len(granted):
            figures = {"units": len(granted), "points": granted["published_points"].max()}
            yield Finding("granted_without_counts", row.id, figures)


def unit_without_dossiers(index: ServiceIndex) -> Iterator[Finding]:
    """A unit with no dossiers meets three conventions at once: missing, zero and full marks."""
    received = _of(index, "portal_progress")["received_count"]
    totals = index.totals().set_index("unit_code")["points"]
    for unit in received.index[received == 0]:
        yield Finding("unit_without_dossiers", unit, {"points": totals[unit]})


def overdue_shrinks(index: ServiceIndex) -> Iterator[Finding]:
    """A year cannot have fewer overdue dossiers than one of its quarters or months."""
    whole = _of(index, "portal_progress")["overdue_count"]
    for part in _parts(index):
        inner = _of(index, "portal_progress", part)["overdue_count"]
        for unit in inner.index[inner > whole.reindex(inner.index)]:
            figures = {"part": part, "part_count": inner[unit], "whole_count": whole[unit]}
            yield Finding("overdue_shrinks", unit, figures)


def petitions_shrink(index: ServiceIndex) -> Iterator[Finding]:
    """A year cannot have fewer petitions handled well than one of its quarters or months."""
    metrics = {row.counts.metric: row.id for row in policy.index_766().rows if row.counted == "petition"}
    whole = _province_numerators(index, index.period)
    for part in _parts(index):
        inner = _province_numerators(index, part)
        for metric, row_id in metrics.items():
            if metric in inner and inner[metric] > whole.get(metric, np.nan):
                counts: dict[str, float | str] = {"part_count": inner[metric], "whole_count": whole[metric]}
                yield Finding("petitions_shrink", row_id, {"part": part, **counts})


def _province_numerators(index: ServiceIndex, period: str) -> dict[str | None, float]:
    """Give the province's numerator of each metric of the portal."""
    metrics = _of(index, "portal_metrics", period)
    own = metrics[metrics.index == index.province_code]
    return dict(zip(own["metric_code"], own["numerator_count"], strict=True))


def services_offered_differ(index: ServiceIndex) -> Iterator[Finding]:
    """The stock of services offered is one number, whatever period is asked for."""
    offered = _of(index, "portal_online")["service_offered_count"][index.province_code]
    for part in _parts(index):
        other = _of(index, "portal_online", part)["service_offered_count"][index.province_code]
        if other != offered:
            figures = {"part": part, "part_count": other, "whole_count": offered}
            yield Finding("services_offered_differ", "services_used", figures)


def payment_rounded_in_steps(index: ServiceIndex) -> Iterator[Finding]:
    """The payment points are rounded three times over; say by how much that moves them."""
    rows = index.rows[index.rows["group_id"] == "online_payment"]
    full = rows["row_id"].map({row.id: row.full_marks_at_pct for row in policy.index_766().rows})
    exact = (rows["maximum_points"] * rows["share_pct"] / full).clip(upper=rows["maximum_points"]).fillna(0)
    published = index.groups[index.groups["group_id"] == "online_payment"].set_index("unit_code")["points"]
    gap = (exact.groupby(rows["unit_code"]).sum() - published).abs()
    if gap.max() > 0.005:
        yield Finding("payment_rounded_in_steps", str(gap.idxmax()), {"gap_points": gap.max()})


def online_points_of_units(index: ServiceIndex) -> Iterator[Finding]:
    """The rule that fits the online points of the units, whose counts are not published.

    With the province's rule (2 + 4 + 6 points) a unit that receives half of its dossiers online has 6 points
    and, for the procedures offered, up to 2 more. Units fit 6 + 4 x services used: row 3.a is not given to them.
    """
    points = index.groups[index.groups["group_id"] == "online_services"].set_index("unit_code")["points"]
    points = points.drop(index.province_code)
    received = _of(index, "portal_progress")["received_count"].reindex(points.index)
    busy = points[received > 0]
    if len(busy):
        figures = {"units": len(busy), "lowest": busy.min(), "highest": busy.max(), "below_8": (busy < 8).sum()}
        yield Finding("online_points_of_units", "online_services", figures)
    for unit, value in busy[busy < 6].items():
        yield Finding("online_points_below_rule", str(unit), {"points": value})


CHECKS: tuple[Callable[[ServiceIndex], Iterator[Finding]], ...] = (
    on_time_exceeds_completed,
    on_time_beyond_its_months,
    chart_counts_services,
    does_not_add_up,
    copied_from_province,
    provisional_denominator,
    granted_without_counts,
    unit_without_dossiers,
    overdue_shrinks,
    petitions_shrink,
    services_offered_differ,
    payment_rounded_in_steps,
    online_points_of_units,
)
