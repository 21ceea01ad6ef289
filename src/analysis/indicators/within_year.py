"""What moved within a year: the last quarter beside the rest of the year, which the portal does not publish itself."""

from __future__ import annotations

import pandas as pd

from analysis import facts, policy
from analysis.indicators.service_index import ServiceIndex, counted
from analysis.policy import FEWEST_CASES


def within_year(index: ServiceIndex) -> pd.DataFrame:
    """Give the shares of dossiers in the last quarter of the index's year beside the rest of the year, by difference.

    Subtracting assumes that the portal counts each dossier in one part of the year only. A row whose parts contradict
    that (fewer in the year than in its quarter), or either of whose parts has fewer than 30 dossiers, is left out.

    Parameters
    ----------
    index
        A year, or a quarter or month in it.

    Returns
    -------
    pandas.DataFrame
        One row a unit (the province among them) and scored row of the index that counts dossiers: `unit_code`,
        `row_id`, `quarter`, `hits` and `total` of that quarter, `other_hits` and `other_total` of the rest of the year,
        as `methods.difference` takes them. Empty where the facts lack the year or a quarter of it.
    """
    names = ["unit_code", "row_id", "quarter", "hits", "total", "other_hits", "other_total"]
    province, year = index.province_code, index.period[:4]
    known = facts.having("portal_groups", province_code=province, period=year)["period"].unique()
    quarters = sorted(each for each in known if each.startswith(f"{year}-Q"))
    if year not in known or not quarters:
        return pd.DataFrame(columns=names)
    whole = index.rows if index.period == year else _rows(province, year)
    whole, last = (_counts(rows) for rows in (whole, _rows(province, quarters[-1])))
    found = whole.merge(last, on=["unit_code", "row_id"], suffixes=("_year", ""))
    found = found.assign(
        quarter=quarters[-1],
        other_hits=found["hits_year"] - found["hits"],
        other_total=found["total_year"] - found["total"],
    )
    sound = (found["other_hits"] >= 0) & (found["other_hits"] <= found["other_total"])
    enough = found[["total", "other_total"]].min(axis=1) >= FEWEST_CASES
    return found.loc[sound & enough, names].reset_index(drop=True)


def _rows(province: str, period: str) -> pd.DataFrame:
    found = counted(province, period, rows=_of_dossiers())
    return pd.concat(found, names=["row_id"]).reset_index("row_id")


def _counts(rows: pd.DataFrame) -> pd.DataFrame:
    own = rows[rows["row_id"].isin(row.id for row in _of_dossiers())]
    named = own.rename(columns={"numerator_count": "hits", "denominator_count": "total"})
    return named[["unit_code", "row_id", "hits", "total"]]


def _of_dossiers() -> list[policy.ScoredRow]:
    return [row for row in policy.index_766().rows if row.counted == "dossier"]
