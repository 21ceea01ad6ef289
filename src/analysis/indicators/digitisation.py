"""What is digitised, what of it is used again, which databases are shared, and which work files are electronic."""

from __future__ import annotations

import pandas as pd

from analysis import facts, policy
from analysis.indicators import counts, names
from analysis.indicators.periods import in_period
from analysis.indicators.usage import a_year_before
from analysis.indicators.values import values

SHARES = (
    "digitised_share",
    "e_result_share",
    "reuse_share",
    "digitised_not_reused_share",
    "verified_identity_share",
    "connected_database_share",
)
BY_MONTH = ("digitised_share", "e_result_share", "reuse_share")


def unused_by_field(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give the digitised dossiers of a quarter without any re-use, by field, the most first: `unit`, `hits`, `total`.

    Fields with fewer than `FEWEST_CASES` digitised dossiers are left out.
    """
    found = values("digitised_not_reused_share", source_id=source_id, by=["field_code"], period="quarter")
    own = found[(found["period"] == quarter) & (found["denominator_count"] >= policy.FEWEST_CASES)]
    named = own.rename(columns={"field_code": "unit", "numerator_count": "hits", "denominator_count": "total"})
    return named[["unit", "hits", "total"]].sort_values("hits", ascending=False, ignore_index=True)


def by_procedure(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give the digitised dossiers of the year up to a quarter by procedure, those re-used among them.

    Returns
    -------
    pandas.DataFrame
        One row a procedure with `FEWEST_CASES` digitised dossiers or more: `procedure_code`, `digitised_count`,
        `reused_count` (of them with any re-use), most digitised first.
    """
    table = counts.load("procedures", source_id)
    table = table.assign(period=in_period(table["month"], "quarter"))
    inside = table[(table["period"] > a_year_before(quarter)) & (table["period"] <= quarter)]
    sums = inside.groupby("procedure_code")[["some_digitised_count", "digitised_not_reused_count"]].sum()
    found = pd.DataFrame(
        {
            "digitised_count": sums["some_digitised_count"],
            "reused_count": sums["some_digitised_count"] - sums["digitised_not_reused_count"],
        }
    ).reset_index()
    enough = found[found["digitised_count"] >= policy.FEWEST_CASES]
    return enough.sort_values("digitised_count", ascending=False, ignore_index=True)


def databases(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give the databases in operation at the end of a quarter; no rows where the table was not filled in.

    Returns
    -------
    pandas.DataFrame
        One row a database, the longest in operation first: `database_name`, `operating_from`, `connected_from`,
        `uses_count` (by other systems in the year up to the quarter; missing if it is not connected) and `state`:
        `used`, `unused` (connected) or `not_connected`.
    """
    end = pd.Period(quarter.replace("-", ""), freq="Q").end_time.date().isoformat()
    rows = _own("databases", source_id)
    rows = rows[rows["operating_from"] <= end].sort_values("operating_from", ignore_index=True)
    uses = _own("database_uses", source_id)
    uses = uses.assign(period=in_period(uses["month"], "quarter"))
    inside = uses[(uses["period"] > a_year_before(quarter)) & (uses["period"] <= quarter)]
    connected = rows["connected_from"].notna() & (rows["connected_from"] <= end)
    used = rows["database_id"].map(inside.groupby("database_id")["uses_count"].sum()).fillna(0)
    state = pd.Series("not_connected", index=rows.index).mask(connected, "unused").mask(connected & (used > 0), "used")
    kept = rows[["database_name", "operating_from", "connected_from"]]
    return kept.assign(uses_count=used.where(connected).astype("float64"), state=state)


def work_files(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give the work files of a quarter by level of the unit; no rows where the table was not filled in.

    Returns
    -------
    pandas.DataFrame
        One row a level and one for all (`level` "all"): `level`, `hits` (handled electronically), `total`,
        `before_pct` (a year before).
    """
    rows = _own("work_files", source_id)
    rows = rows.assign(
        level=rows["unit_code"].map(names.unit_levels(source_id)), period=in_period(rows["month"], "quarter")
    )
    both = pd.concat([rows, rows.assign(level="all")])
    sums = both.groupby(["period", "level"])[["electronic_work_files_count", "work_files_count"]].sum().reset_index()
    now, before = (sums[sums["period"] == each].set_index("level") for each in (quarter, a_year_before(quarter)))
    below = before["work_files_count"].where(before["work_files_count"] > 0)
    share = 100 * before["electronic_work_files_count"] / below
    found = now.assign(before_pct=share).rename(
        columns={"electronic_work_files_count": "hits", "work_files_count": "total"}
    )
    return found[["hits", "total", "before_pct"]].reset_index()


def _own(table: str, source_id: str) -> pd.DataFrame:
    frame = facts.load(table)
    return frame[frame["source_id"] == source_id]
