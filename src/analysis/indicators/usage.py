"""The shares that are all called online use, side by side, and what moved them between two quarters."""

from __future__ import annotations

import pandas as pd

from analysis import facts, policy
from analysis.indicators import counts
from analysis.indicators.periods import in_period
from analysis.indicators.values import values
from analysis.policy import FEWEST_CASES

DEFINITIONS = (
    "online_share_channel",
    "online_share_with_result",
    "full_online_share",
    "self_submitted_online_share",
    "services_used_online_share",
)


def last_quarter(source_id: str, *, until: str) -> str:
    """Give the last whole quarter of a source, up to a year or quarter INCLUSIVE."""
    taken = pd.Timestamp(facts.provenance_of(source_id)[0]["as_of"])
    last = pd.Period(taken + pd.Timedelta(days=1), freq="Q") - 1
    asked = pd.Period(until.replace("-", ""), freq="Q") if "Q" in until else pd.Period(f"{until}Q4", freq="Q")
    return str(min(last, asked)).replace("Q", "-Q")


def a_year_before(quarter: str) -> str:
    """Give the same quarter a year earlier."""
    return str(pd.Period(quarter.replace("-", ""), freq="Q") - 4).replace("Q", "-Q")


def definitions(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give every share that is called online use, in a quarter and a year before.

    Returns
    -------
    pandas.DataFrame
        One row an indicator: `indicator_id`, `hits`, `total`, `share_pct` (missing where only bounds are known),
        `low_pct` and `high_pct` (bounds over what nobody wrote down, else missing), `before_pct` (a year before, or the
        middle of its bounds).
    """
    rows = []
    for name in DEFINITIONS:
        found = values(name, source_id=source_id, period="quarter").set_index("period")
        own = found.loc[quarter]
        before = found.reindex([a_year_before(quarter)]).iloc[0]
        middle = before["value"] if pd.notna(before["value"]) else (before["low"] + before["high"]) / 2
        rows.append(
            (name, own["numerator_count"], own["denominator_count"], own["value"], own["low"], own["high"], middle)
        )
    names = ["indicator_id", "hits", "total", "share_pct", "low_pct", "high_pct", "before_pct"]
    return pd.DataFrame(rows, columns=names)


def by_channel(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give how dossiers came in, in a quarter and a year before.

    Returns
    -------
    pandas.DataFrame
        One row a channel (`online`, `direct`, `post`, or `missing` where none was written down): `channel`, `hits`,
        `total`, `before_pct` (missing if there was no such quarter).
    """
    table = counts.load("dossiers", source_id)
    names = {"online": "online_count", "post": "post_count", "missing": "channel_missing_count"}
    sums = table.groupby(in_period(table["month"], "quarter"))[[*names.values(), "dossiers_count"]].sum()
    sums["direct_count"] = sums["dossiers_count"] - sums[list(names.values())].sum(axis=1)
    now, before = sums.loc[quarter], sums.reindex([a_year_before(quarter)]).iloc[0]
    rows = [
        (name, now[column], now["dossiers_count"], 100 * before[column] / before["dossiers_count"])
        for name, column in {**names, "direct": "direct_count"}.items()
    ]
    found = pd.DataFrame(rows, columns=["channel", "hits", "total", "before_pct"])
    there = found[(found["hits"] > 0) | (found["before_pct"] > 0)]
    return there.sort_values("hits", ascending=False, ignore_index=True)


def still_on_paper(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give how procedures that are offered online were filed in the year up to a quarter INCLUSIVE.

    Kept are those with at least 30 dossiers in the year; one that nobody filed at all is not in the dossiers.

    Returns
    -------
    pandas.DataFrame
        One row a procedure, most dossiers not filed online first: `procedure_code`, `dossiers_count`, `online_count`,
        `on_paper_count`.
    """
    table = counts.load("procedures", source_id)
    quarters = in_period(table["month"], "quarter")
    year = table[(quarters > a_year_before(quarter)) & (quarters <= quarter)]
    sums = year.groupby("procedure_code", as_index=False)[["dossiers_count", "online_count", "offered_count"]].sum()
    offered = sums[(sums["offered_count"] > 0) & (sums["dossiers_count"] >= FEWEST_CASES)]
    found = offered.assign(on_paper_count=offered["dossiers_count"] - offered["online_count"])
    names = ["procedure_code", "dossiers_count", "online_count", "on_paper_count"]
    return found.sort_values(["on_paper_count", "procedure_code"], ascending=[False, True], ignore_index=True)[names]


def by_field(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give the counts of online dossiers by field in a quarter and a year before, as `methods.decompose` takes them."""
    found = values("online_share_channel", source_id=source_id, by=["field_code"], period="quarter")
    two = found[found["period"].isin([a_year_before(quarter), quarter])].dropna(subset=["field_code"])
    return two.rename(columns={"field_code": "group", "numerator_count": "hits", "denominator_count": "total"})[
        ["group", "period", "hits", "total"]
    ].reset_index(drop=True)


def definitions_by_month(source_id: str) -> pd.DataFrame:
    """Give the three shares of dossiers by month: `indicator_id`, `month`, `share_pct`."""
    parts = [values(name, source_id=source_id, period="month") for name in DEFINITIONS[:3]]
    found = pd.concat(parts, ignore_index=True).rename(columns={"period": "month", "value": "share_pct"})
    return found[["indicator_id", "month", "share_pct"]]


def since_merger(source_id: str) -> pd.DataFrame:
    """Give the share of dossiers filed online by month since the merger: `month`, `share_pct`."""
    found = definitions_by_month(source_id)
    first = policy.events()["merger_2025"].date.isoformat()[:7]
    own = found[(found["indicator_id"] == DEFINITIONS[0]) & (found["month"] >= first)]
    return own[["month", "share_pct"]].reset_index(drop=True)


def italy() -> pd.DataFrame:
    """Give the real series: changes of residence in Italy by month, with `share_pct` filed online."""
    rows = facts.load("residence_changes")
    return rows.assign(share_pct=100 * rows["online_count"] / rows["all_count"])
