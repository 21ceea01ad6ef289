"""Oddities of the portal's figures, each found by a check: stated where the reader meets the number, never repaired."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import facts, policy
from analysis.indicators.incentives import counted_twice
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
    found = [finding._replace(figures=_plain(finding.figures)) for check in CHECKS for finding in check(index)]
    return pd.DataFrame(found, columns=list(Finding._fields))


def _plain(figures: dict[str, float | str]) -> dict[str, float | str]:
    """Give figures as Python's own numbers, which can be kept as JSON."""
    return {name: value.item() if isinstance(value, np.generic) else value for name, value in figures.items()}


@lru_cache(maxsize=64)
def _of(index: ServiceIndex, table: str, period: str = "") -> pd.DataFrame:
    frame = facts.having(table, province_code=index.province_code, period=index.period)
    frame = frame[frame["period"] == (period or index.period)]
    return frame.set_index("unit_code") if "unit_code" in frame else frame


def _parts(index: ServiceIndex) -> list[str]:
    """Give the shorter periods inside a year that the facts hold for the province as well."""
    progress = facts.having("portal_progress", province_code=index.province_code, period=index.period)
    periods = progress["period"].drop_duplicates().sort_values()
    return [period for period in periods if period.startswith(f"{index.period}-")]


def _by_row(index: ServiceIndex) -> Iterator[tuple[policy.ScoredRow, pd.DataFrame]]:
    for row in policy.index_766().rows:
        yield row, _cases(index, row.id)


def _cases(index: ServiceIndex, row_id: str) -> pd.DataFrame:
    return _rows(index)[row_id]


@lru_cache(maxsize=8)
def _rows(index: ServiceIndex) -> dict[str, pd.DataFrame]:
    return {str(name): rows.set_index("unit_code") for name, rows in index.rows.groupby("row_id", sort=False)}


def _rule(row_id: str) -> policy.ScoredRow:
    return next(row for row in policy.index_766().rows if row.id == row_id)


def units_not_published(index: ServiceIndex) -> Iterator[Finding]:
    """A group that has figures for the province alone says nothing about a unit, and no unit has a total."""
    units = index.groups[index.groups["unit_code"] != index.province_code].dropna(subset=["points"])
    for group in policy.index_766().groups:
        if group.id not in set(units["group_id"]):
            yield Finding("units_not_published", group.id, {"period": index.period})


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
        if row.decided_by != "province" or len(cases) < 2:
            continue
        if len(cases[["numerator_count", "denominator_count"]].drop_duplicates()) == 1:
            yield Finding("copied_from_province", row.id, {"units": len(cases) - 1})


def all_late_or_missing(index: ServiceIndex) -> Iterator[Finding]:
    """None of the province's procedures on time can mean three things, and the figures do not say which."""
    for row_id in ("published_on_time", "updated_on_time"):
        cases = _cases(index, row_id)
        late = cases[(cases["numerator_count"] == 0) & (cases["denominator_count"] > 0)]["denominator_count"]
        if index.province_code in late:
            yield Finding("all_late_or_missing", row_id, {"cases": late[index.province_code]})


def provisional_denominator(index: ServiceIndex) -> Iterator[Finding]:
    """A denominator that equals the numerator in every unit, on a provisional flag, carries no information."""
    metrics = _of(index, "portal_metrics")
    flagged = metrics[metrics["quality_flag"] == "TEMP_NATIONAL_REPORT_DENOMINATOR"]
    if len(flagged) > 1 and (flagged["numerator_count"] == flagged["denominator_count"]).all():
        yield Finding("provisional_denominator", "dossiers_synchronised", {"answers": len(flagged)})


def sync_covers_part(index: ServiceIndex) -> Iterator[Finding]:
    """The row on synchronised dossiers leaves out dossiers that were received."""
    covered = _cases(index, "dossiers_synchronised")["denominator_count"]
    received = _cases(index, "settled_on_time")["denominator_count"]
    share = 100 * covered / received.where(received > 0)
    whole = index.province_code
    if share[whole] < 100:
        counts = {"covered": covered[whole], "received": received[whole], "share_pct": share[whole]}
        yield Finding("sync_covers_part", "dossiers_synchronised", {**counts, "lowest_pct": share.drop(whole).min()})


def granted_without_counts(index: ServiceIndex) -> Iterator[Finding]:
    """Points given without any numerator or denominator; departments cannot even do what certified copies ask."""
    departments = index.units.loc[index.units["unit_level"] == "department", "unit_code"]
    for row, cases in _by_row(index):
        granted = cases[cases["numerator_count"].isna() & (cases["published_points"] > 0)]
        if len(granted):
            unable = granted.index.isin(departments).sum() if row.id == "certified_copies" else 0
            figures = {"points": granted["published_points"].max(), "departments": unable}
            yield Finding("granted_without_counts", row.id, figures)


def no_fee_dossiers(index: ServiceIndex) -> Iterator[Finding]:
    """A unit that has nothing to collect gets no points for what is paid online."""
    row_id = "dossiers_paid_online"
    cases = _cases(index, row_id)
    for unit in cases.index[(cases["denominator_count"] == 0) & (cases["points"] == 0)]:
        figures: dict[str, float | str] = {"row_id": row_id, "maximum_points": _rule(row_id).maximum_points}
        yield Finding("no_fee_dossiers", str(unit), figures)


def unit_without_dossiers(index: ServiceIndex) -> Iterator[Finding]:
    """A unit with no dossiers meets three conventions at once: missing, zero and full marks."""
    received = _of(index, "portal_progress")["received_count"]
    totals = index.totals().set_index("unit_code")["points"].dropna()
    for unit in totals.index.intersection(received.index[received == 0]):
        yield Finding("unit_without_dossiers", unit, {"points": totals[unit]})


def cases_counted_twice(index: ServiceIndex) -> Iterator[Finding]:
    """A row that counts the cases of another in nearly the same way gives points for them again."""
    for pair in counted_twice(index).to_dict("records"):
        figures = {
            "row_id": pair["row_id"],
            "difference": pair["difference_count"],
            "cases": pair["denominator_count"],
            "points": pair["maximum_points"],
        }
        yield Finding("counted_twice", pair["other_row_id"], figures)


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

    With the points of the province for the procedures it offers (row 3.a) a unit that receives half of its dossiers
    online would have all points for filing online and those. Nearly all units have less: row 3.a is not given to them.
    """
    busy = _busy_online_points(index)
    filed = _rule("dossiers_filed_online")
    row_id = "procedures_offered_online"
    offered = _cases(index, row_id)["points"][index.province_code]
    least = round(filed.maximum_points + offered, 2)
    below = int((busy < least).sum())
    if 2 * below > len(busy):
        figures: dict[str, float | str] = {"units": len(busy), "lowest": busy.min(), "highest": busy.max()}
        figures |= {"full_marks_at_pct": filed.full_marks_at_pct, "filed": filed.maximum_points}
        figures |= {"used": _rule("services_used").maximum_points, "row_id": row_id, "offered": offered}
        figures |= {"least": least, "below": below}
        yield Finding("online_points_of_units", "online_services", figures)


def online_points_below_rule(index: ServiceIndex) -> Iterator[Finding]:
    """Fewer points than half of the dossiers filed online would give: at most this share was filed online."""
    filed = _rule("dossiers_filed_online")
    busy = _busy_online_points(index)
    for unit, value in busy[busy < filed.maximum_points].items():
        share = value / filed.maximum_points * filed.full_marks_at_pct
        yield Finding("online_points_below_rule", str(unit), {"points": value, "share_pct": share})


def _busy_online_points(index: ServiceIndex) -> pd.Series:
    """Give the online points of the units that had dossiers."""
    points = index.groups[index.groups["group_id"] == "online_services"].set_index("unit_code")["points"]
    received = _of(index, "portal_progress")["received_count"].reindex(points.index)
    return points[(received > 0) & (points.index != index.province_code)]


CHECKS: tuple[Callable[[ServiceIndex], Iterator[Finding]], ...] = (
    units_not_published,
    on_time_exceeds_completed,
    on_time_beyond_its_months,
    chart_counts_services,
    cases_counted_twice,
    does_not_add_up,
    copied_from_province,
    all_late_or_missing,
    provisional_denominator,
    sync_covers_part,
    granted_without_counts,
    no_fee_dossiers,
    unit_without_dossiers,
    overdue_shrinks,
    petitions_shrink,
    services_offered_differ,
    payment_rounded_in_steps,
    online_points_of_units,
    online_points_below_rule,
)
