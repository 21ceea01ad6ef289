"""Who decides what: dossiers and procedures by level, before and after the district tier ended."""

from __future__ import annotations

import pandas as pd

from analysis import facts, policy
from analysis.indicators import counts
from analysis.indicators.followed import followed
from analysis.indicators.periods import in_period, last_day, months_to
from analysis.indicators.simplification import in_force, rows_of

YEAR = 4  # quarters
ABOLISHED = "abolished"
# levels of a register as the published figures tell them: a province decides through its departments
PROVINCE = ("province", "department")


def portal_levels(province_code: str, *, period: str) -> pd.DataFrame:
    """Give the dossiers that a province's departments and its communes received, as the portal publishes them.

    Returns
    -------
    pandas.DataFrame
        One row a level, the most dossiers first: `province_name` (as the portal names its committee), `unit_level`,
        `units_count`, `received_count`, `share_pct` (of both levels), `on_time_count`, `on_time_pct`, `as_of_date`, and
        `source_id` and `file` of one row.
    """
    rows = facts.only("portal_progress", province_code=province_code, period=period)
    units = facts.load("portal_units").drop_duplicates("unit_code", keep="last").set_index("unit_code")
    rows = rows.assign(unit_level=rows["unit_code"].map(units["unit_level"]))
    rows = rows[rows["unit_level"].isin(["department", "commune"])]
    found = rows.groupby("unit_level", as_index=False).agg(
        units_count=("unit_code", "nunique"), received_count=("received_count", "sum"),
        on_time_count=("on_time_count", "sum"), as_of_date=("as_of_date", "max"),
        source_id=("source_id", "first"), file=("file", "first"),
    )  # fmt: skip
    found["province_name"] = units["unit_name"][province_code]
    found["share_pct"] = 100 * found["received_count"] / found["received_count"].sum()
    found["on_time_pct"] = 100 * found["on_time_count"] / found["received_count"]
    ordered: pd.DataFrame = found.sort_values("received_count", ascending=False, ignore_index=True)
    return ordered


def dossiers_by_level(source_id: str) -> pd.DataFrame:
    """Give the share of each level in the dossiers received, by month: `month`, `unit_level`, `share_pct`."""
    table = counts.load("dossiers", source_id).groupby(["month", "unit_level"], as_index=False)["dossiers_count"].sum()
    whole = table.groupby("month")["dossiers_count"].transform("sum")
    found: pd.DataFrame = table.assign(share_pct=100 * table["dossiers_count"] / whole)
    return found[["month", "unit_level", "share_pct"]]


def by_level_around_merger(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give what each level received in the last quarter of the districts and in a later one.

    Returns
    -------
    pandas.DataFrame
        One row a quarter and level, in that order: `period`, `unit_level`, `units_count` (that received dossiers),
        `dossiers_count`, `share_pct`.
    """
    table = counts.load("dossiers", source_id)
    table = table.assign(period=in_period(table["month"], "quarter"))
    table = table[table["period"].isin([quarter_before_merger(), quarter])]
    found = table.groupby(["period", "unit_level"], as_index=False).agg(
        units_count=("unit_code", "nunique"), dossiers_count=("dossiers_count", "sum")
    )
    whole = found.groupby("period")["dossiers_count"].transform("sum")
    return found.assign(share_pct=100 * found["dossiers_count"] / whole)


def quarter_before_merger() -> str:
    """Give the last quarter of the district tier."""
    return str(pd.Period(_merger(), freq="Q") - 1).replace("Q", "-Q")


def procedures_by_level(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give the procedures in force by level that decides, on the last day of the districts and at the end of a quarter.

    Returns
    -------
    pandas.DataFrame
        One row a level: `decided_level`, `before_count`, `after_count`. Empty if the source keeps no register.
    """
    days = {"before_count": _day_before_merger(), "after_count": last_day(quarter)}
    parts = [in_force(source_id, day=day)["decided_level"].value_counts().rename(name) for name, day in days.items()]
    found = pd.concat(parts, axis=1).fillna(0.0).rename_axis("decided_level").reset_index()
    order = {level: place for place, level in enumerate(("commune", "district", "department", "province", "ministry"))}
    return found.sort_values("decided_level", key=lambda level: level.map(order), ignore_index=True)


def became(source_id: str) -> pd.DataFrame:
    """Give what became of the procedures that districts decided.

    Returns
    -------
    pandas.DataFrame
        One row an outcome (commune, province, abolished): `outcome`, `published_count` (of the whole country),
        `own_count` (of the register, the day the tier ended; missing if the source keeps none).
    """
    published = pd.Series(policy.district_procedures().became, dtype="float64")
    before = in_force(source_id, day=_day_before_merger())
    districts = before.loc[before["decided_level"] == "district", "procedure_code"]
    after = in_force(source_id, day=_merger()).set_index("procedure_code")["decided_level"]
    now = districts.map(after).fillna(ABOLISHED).replace(dict.fromkeys(PROVINCE, "province"))
    own = now.value_counts().reindex(published.index, fill_value=0) if len(districts) else float("nan")
    return pd.DataFrame({"published_count": published, "own_count": own}).rename_axis("outcome").reset_index()


def moved_cases(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give the dossiers of the year before the merger and of the latest year, by whether their procedure changed level.

    Parameters
    ----------
    source_id
        A source of dossiers.
    quarter
        The last of the four quarters after, INCLUSIVE, YYYY-Qn; not before the merger's.

    Returns
    -------
    pandas.DataFrame
        One row a dossier with a limit, as `methods.share_by` takes it: `group` (commune or province: decided there all
        along; to_commune or to_province: by the district before), `after` (0 or 1), `time` (elapsed over the limit),
        `end`. Empty if the source keeps no register, or has no dossiers on one of the sides.
    """
    names = ["group", "after", "time", "end"]
    before = in_force(source_id, day=_day_before_merger()).set_index("procedure_code")["decided_level"]
    now = in_force(source_id, day=_merger()).set_index("procedure_code")["decided_level"]
    groups = _groups(before, now)
    merger = str(pd.Period(_merger(), freq="Q")).replace("Q", "-Q")
    if groups.empty or quarter < merger:
        return pd.DataFrame(columns=names)
    # never more quarters than lie after the merger
    quarters = min(YEAR, (pd.Period(quarter.replace("-", ""), freq="Q") - pd.Period(_merger(), freq="Q")).n + 1)
    parts = []
    for after, end, length in ((0, quarter_before_merger(), YEAR), (1, quarter, quarters)):
        first, last = months_to(end, quarters=length)
        cases = followed(source_id, ["procedure_code"], first=first, last=last)
        parts.append(cases.assign(after=after, time=cases["elapsed_days"] / cases["limit_days"]))
    cases = pd.concat(parts, ignore_index=True)
    cases = cases.assign(group=cases["procedure_code"].map(groups)).dropna(subset=["group"])
    return cases[names].reset_index(drop=True) if cases["after"].nunique() == len(parts) else cases[names].head(0)


def decided(source_id: str, *, until: str) -> pd.DataFrame:
    """Give the decisions to decentralise by quarter and level: `period`, `from_level`, `to_level`, `found_count`."""
    rows = rows_of("procedure_changes", source_id)
    rows = rows[(rows["change_kind"] == "decentralised") & (rows["change_date"] <= last_day(until))]
    rows = rows.assign(period=in_period(rows["change_date"].str[:7], "quarter") if len(rows) else rows["change_date"])
    return rows.groupby(["period", "from_level", "to_level"], as_index=False).size().rename(
        columns={"size": "found_count"})  # fmt: skip


def _groups(before: pd.Series, now: pd.Series) -> pd.Series:
    """Give for each procedure in force on both sides of the merger whether, and to where, it moved."""
    both = pd.DataFrame({"before": before, "now": now}).dropna().replace(dict.fromkeys(PROVINCE, "province"))
    both = both[both["now"].isin(["commune", "province"])]
    moved, stayed = both["before"] == "district", both["before"] == both["now"]
    return both.loc[stayed, "now"].combine_first("to_" + both.loc[moved, "now"])


def _merger() -> str:
    return policy.events()["merger_2025"].date.isoformat()


def _day_before_merger() -> str:
    return str((pd.Timestamp(_merger()) - pd.Timedelta(days=1)).date())
