"""Which units' months did not come in whole: what came against what the unit and the month lead to expect."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import policy
from analysis.indicators import counts

MONTHS = 12
# where fewer are expected, a month without any dossier can be chance: exp(-7) is one in a thousand
FEWEST_EXPECTED = 7.0
THIN = 0.5
RARE = 3.1  # standard deviations of a count: one in a thousand on one side


def completeness(source_id: str, *, until: str) -> pd.DataFrame:
    """Compare the dossiers of each unit and month with what its other months and the other units lead to expect.

    Parameters
    ----------
    source_id
        A source of dossiers.
    until
        The last period (INCLUSIVE): a year or a month, YYYY-MM.

    Returns
    -------
    pandas.DataFrame
        One row a unit and month of the last 12 months, none from before the merger: `unit_code`, `month`,
        `dossiers_count`, `expected_count` (unit's total × month's total / all), `state`: `missing` (none came where 7
        or more were expected), `thin` (under half of what was expected, and rarer than one in a thousand by chance),
        `few` (fewer than 7 expected: nothing can be said) or `whole`.
    """
    table = counts.load("dossiers", source_id)
    merged = policy.events()["merger_2025"].date.isoformat()[:7]
    table = table[table["month"].str[: len(until)] <= until]
    last = pd.Period(table["month"].max(), freq="M")
    first = max(str(last - (MONTHS - 1)), merged) if str(last) >= merged else str(last - (MONTHS - 1))
    own = table[table["month"] >= first]
    wide = own.pivot_table(index="unit_code", columns="month", values="dossiers_count", aggfunc="sum", fill_value=0)
    expected = np.outer(wide.sum(axis=1), wide.sum(axis=0)) / max(wide.to_numpy().sum(), 1)
    units, months = (np.repeat(wide.index, wide.shape[1]), np.tile(wide.columns, len(wide)))
    got, usual = wide.to_numpy(dtype=float).ravel(), expected.ravel()
    thin = (got < THIN * usual) & (got < usual - RARE * np.sqrt(usual))
    state = np.select([usual < FEWEST_EXPECTED, got == 0, thin], ["few", "missing", "thin"], "whole")
    return pd.DataFrame(
        {"unit_code": units, "month": months, "dossiers_count": got, "expected_count": usual, "state": state}
    )
