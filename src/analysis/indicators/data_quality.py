"""What is odd in the dossiers that came in, as shares, and how long each unit has been heard of."""

from __future__ import annotations

import pandas as pd

from analysis import facts
from analysis.facts.dossiers.quality import LABELS
from analysis.indicators import counts


def oddities(source_id: str, *, until: str, monthly: bool = False) -> pd.DataFrame:
    """Give how many of a source's dossiers each check found odd.

    Parameters
    ----------
    source_id
        A source of dossiers.
    until
        The last period (INCLUSIVE): a year or a month, YYYY-MM.
    monthly
        Whether by month of receipt; checks of a whole export have no month and are left out then.

    Returns
    -------
    pandas.DataFrame
        One row a check (and month): `check_id`, `certainty`, `rows_count`, `of_count`, `share_pct` (missing where the
        check applies to no row), `name_vi`, `name_en`.
    """
    found = facts.only("dossier_quality", source_id=source_id)
    found = found[found["month"].isna() | (found["month"].str[: len(until)] <= until)]
    by = ["month", "check_id", "certainty"] if monthly else ["check_id", "certainty"]
    sums = found.groupby(by, sort=False, as_index=False)[["rows_count", "of_count"]].sum()
    names = [LABELS[check_id] for check_id in sums["check_id"]]
    return sums.assign(
        share_pct=100 * sums["rows_count"] / sums["of_count"].where(sums["of_count"] > 0),
        name_vi=[name.vi for name in names],
        name_en=[name.en for name in names],
    )


def reach(source_id: str) -> pd.DataFrame:
    """Give from when to when a source has dossiers of its units.

    Returns
    -------
    pandas.DataFrame
        One row a level and last month: `unit_level`, `first_month` (the earliest of these units), `last_month`,
        `units_count`, `gap_months_count` (months between a unit's first and last without any dossier, summed).
    """
    table = counts.load("dossiers", source_id)
    units = table.groupby(["unit_level", "unit_code"], as_index=False)["month"].agg(["min", "max", "nunique"])
    first, last = (pd.PeriodIndex(units[name], freq="M") for name in ("min", "max"))
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    units = units.assign(gap_months_count=months - units["nunique"]).rename(columns={"max": "last_month"})
    frame: pd.DataFrame = units.groupby(["unit_level", "last_month"], as_index=False).agg(
        first_month=("min", "min"), units_count=("unit_code", "size"), gap_months_count=("gap_months_count", "sum")
    )
    return frame[["unit_level", "first_month", "last_month", "units_count", "gap_months_count"]]
