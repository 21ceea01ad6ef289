"""Paperless, cashless, contactless, no one left behind: the shares, who lags, and how far communes lie apart."""

from __future__ import annotations

import pandas as pd

from analysis import policy
from analysis.indicators import names
from analysis.indicators.values import values

NOS = ("online_share_channel", "paperless_share", "cashless_share", "contactless_share")
# named beforehand, the first against the second: nobody looks for the widest gap among many
CONTRASTS = {
    "applicants": ("applicant_type", "enterprise", "citizen"),
    "levels": ("unit_level", "department", "commune"),
    "areas": ("area", "ward", "rural"),
}


def by_contrast(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give the counts behind each gap that was named beforehand, as `methods.difference` takes them.

    Returns
    -------
    pandas.DataFrame
        One row a contrast and indicator whose two sides have `FEWEST_CASES` or more: `contrast` (a key of `CONTRASTS`),
        `indicator_id`, `hits`, `total`, `other_hits`, `other_total`.
    """
    rows = []
    for contrast, (column, first, second) in CONTRASTS.items():
        for name in NOS:
            sums = _sides(name, column, source_id, quarter)
            if min(sums["total"].get(first, 0), sums["total"].get(second, 0)) >= policy.FEWEST_CASES:
                rows.append((contrast, name, *sums.loc[first], *sums.loc[second]))
    return pd.DataFrame(rows, columns=["contrast", "indicator_id", "hits", "total", "other_hits", "other_total"])


def communes(name: str, source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give a share of the communes and wards in a quarter, as `methods.shrink` and `methods.funnel` take them.

    Returns
    -------
    pandas.DataFrame
        One row a unit with cases: `unit`, `hits`, `total`.
    """
    found = values(name, source_id=source_id, by=["unit_code", "unit_level"], period="quarter")
    own = found[(found["period"] == quarter) & (found["unit_level"] == "commune") & (found["denominator_count"] > 0)]
    named = own.rename(columns={"unit_code": "unit", "numerator_count": "hits", "denominator_count": "total"})
    return named[["unit", "hits", "total"]].reset_index(drop=True)


def units(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give dossiers filed online by unit: `unit`, `hits`, `total` and, as `group`, the level of the unit."""
    found = values(NOS[0], source_id=source_id, by=["unit_code", "unit_level"], period="quarter")
    own = found[(found["period"] == quarter) & (found["denominator_count"] > 0)]
    named = own.rename(
        columns={"unit_code": "unit", "unit_level": "group", "numerator_count": "hits", "denominator_count": "total"}
    )
    return named[["unit", "hits", "total", "group"]].reset_index(drop=True)


def area_of(name: str) -> str | None:
    """Tell a ward or township (`ward`) from a rural commune (`rural`) by a unit's name; None if it tells neither."""
    words = name.lower().removeprefix("ubnd ").removeprefix("ủy ban nhân dân ").strip()
    if words.startswith(("phường ", "thị trấn ")):
        return "ward"
    return "rural" if words.startswith("xã ") else None


def _sides(name: str, column: str, source_id: str, quarter: str) -> pd.DataFrame:
    """Give `hits` and `total` by the values of a column."""
    key = "unit_code" if column == "area" else column
    found = values(name, source_id=source_id, by=[key], period="quarter")
    own = found[found["period"] == quarter]
    if column == "area":
        area = {code: area_of(each) for code, each in names.unit_names(source_id).items()}
        own = own.assign(area=own["unit_code"].map(area))
    sums = own.groupby(column)[["numerator_count", "denominator_count"]].sum()
    return sums.set_axis(["hits", "total"], axis=1)
