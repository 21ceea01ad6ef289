"""The same patterns in the records of many units: which units to ask, when all that were looked at are counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtr

from analysis.errors import DataContractError
from analysis.methods.funnel import FEWEST_UNITS
from analysis.methods.intake import Floats, labels, numbers
from analysis.methods.integrity import FEWEST_CASES, Integrity, integrity
from analysis.methods.multiple import multiple
from analysis.methods.result import LEVEL, Check, Estimate, Result, said
from analysis.methods.standardise import standardise

AFTER_DAYS = 2  # the days after the limit that the limit's own day is held against
FEWEST_AT_LIMIT = 30
ONE_ACCOUNT_PCT = 10.0  # of what is filed online through one account: a question,
FEWEST_BY_ONE = 10  # if it is no mere family: of nine filings each is more than a tenth
MIDDLE_HALF = float(2 * ndtri(0.75))  # width of the middle half of a normal distribution
WORTH = 0.37  # degrees of freedom a unit: the middle half tells a normal spread as well as 37 % of the units would


@dataclass(frozen=True, kw_only=True, eq=False)
class Patterns(Result):
    """Patterns by unit; each is a question, none is proof.

    Attributes
    ----------
    units
        One row per unit with 200 cases or more: `unit`, `cases`, `hits` (ended on the very day of the limit), `total`
        (on that day or one or two days after), `share_pct`, `expected_pct` (the other units with the same limits),
        `excess_points` with `low_points` and `high_points`, `p`, `adjusted_p` (all units counted), `at_limit` (the
        question stands), `batch_pct` and `batches` (10 cases or more closed in one minute), `top_account_pct` and
        `one_account` (a tenth or more of what was filed online, and 10 cases or more, came through one account).
    left_out_count
        Units with fewer cases.
    """

    units: pd.DataFrame
    left_out_count: int


def patterns(cases: pd.DataFrame) -> Patterns:
    """Look in every unit's records for cases at the limit, batches, and submissions through one account.

    The estimands are of the records, not of conduct. Of the cases that end on the day of their limit or just after it,
    the share of those on the very day is compared with that of the other units with the same limits; quick units have
    somewhat more of them, so the spread of the middle half of the units is the yardstick, and the questions are kept to
    a false discovery rate of 5 %. Batches and accounts are counts against a line drawn beforehand.

    Parameters
    ----------
    cases
        One row per finished case: `unit`, `elapsed_days` and `limit_days` (whole working days), `finished_at` (time
        stamp), `account` (who submitted, hashed; missing unless filed online).

    Returns
    -------
    Patterns
        Its estimates are the units' `excess_points` at the limit.

    Raises
    ------
    DataContractError
        If a column is missing, or fewer than 8 units have 200 cases, 30 of them about the limit.

    Notes
    -----
    Assumes cases independent within a unit. z = excess over its error, less the median of all units, over the width of
    their middle half as that of a normal distribution, never below 1 (an empirical null): it holds as long as fewer
    than a quarter of the units bend their records. The middle half of few units is not known well, so z is judged by t
    with 0.37 degrees of freedom a unit: by a normal distribution somebody among 12 units that bend nothing is asked in
    11 of 100 cases. In the simulated province a curve through each unit's own days (`integrity`) finds 1 of 8 planted
    units, this 7, and neither any other.

    References
    ----------
    Efron (2004), JASA 99:96 (empirical null); as `integrity`, `standardise` and `multiple`.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> cases = pd.DataFrame({"unit": np.repeat(list("abcdefghij"), 2000), "elapsed_days": rng.poisson(9, 20000)})
    >>> late = (cases["unit"] == "b") & cases["elapsed_days"].isin([11, 12]) & (rng.uniform(size=20000) < 0.6)
    >>> cases.loc[late, "elapsed_days"] = 10
    >>> cases = cases.assign(limit_days=10, finished_at=pd.date_range("2025-01-01", periods=20000, freq="h"))
    >>> found = patterns(cases.assign(account=np.arange(20000).astype(str))).units
    >>> found.loc[found["at_limit"], "unit"].tolist()
    ['b']
    """
    named = cases.assign(unit=labels(cases, "unit"))
    sizes = named["unit"].value_counts()
    kept = named[named["unit"].isin(sizes.index[sizes >= FEWEST_CASES])]
    limits = _at_limit(kept) if len(kept) else pd.DataFrame()
    if len(limits) < FEWEST_UNITS:
        raise DataContractError(
            f"{len(limits)} units have cases enough about their limits",
            where="column 'unit'",
            allowed=f"{FEWEST_UNITS} units or more with {FEWEST_CASES} cases, {FEWEST_AT_LIMIT} of them at the limit",
        )
    others = [_row(str(unit), integrity(own[["finished_at", "account"]])) for unit, own in kept.groupby("unit")]
    units = pd.DataFrame(others).merge(limits, on="unit", how="left")
    units["at_limit"] = units["at_limit"].fillna(value=False).astype(bool)
    return _patterns(units.assign(cases=units["unit"].map(sizes)), len(sizes) - len(others))


def _at_limit(cases: pd.DataFrame) -> pd.DataFrame:
    """Compare the cases on the day of the limit with those just after it, between units with the same limits."""
    slack = numbers(cases, "limit_days", least=0) - numbers(cases, "elapsed_days", least=0)
    near = (slack <= 0) & (slack >= -AFTER_DAYS)
    cells = cases.loc[near, ["unit", "limit_days"]].assign(hits=(slack[near] == 0).astype(int), total=1)
    if cells["unit"].nunique() < FEWEST_UNITS:
        return pd.DataFrame()
    sums = cells.groupby(["unit", "limit_days"], as_index=False)[["hits", "total"]].sum()
    found = standardise(sums, strata=["limit_days"]).units
    found = found[found["total"] >= FEWEST_AT_LIMIT].drop(columns="comparable_pct").reset_index(drop=True)
    if len(found) < FEWEST_UNITS:
        return found
    width = (found["high_points"] - found["low_points"]).to_numpy() / (2 * float(ndtri((1 + LEVEL) / 2)))
    found["p"] = _above(found["excess_points"].to_numpy() / width)
    family = multiple(found[["unit", "p"]].rename(columns={"unit": "name"}), found["unit"].tolist())
    return found.assign(adjusted_p=family.tests["adjusted_p"], at_limit=family.tests["finding"])


def _above(z: Floats) -> Floats:
    """Give one-sided p-values against the middle half of all z, by t, as their spread is not known well."""
    low, middle, high = np.quantile(z, [0.25, 0.5, 0.75])
    return np.asarray(stdtr(WORTH * len(z), -(z - middle) / max(1.0, (high - low) / MIDDLE_HALF)))


def _row(unit: str, found: Integrity) -> dict[str, object]:
    top = found.estimate("top_account_pct")
    return {
        "unit": unit,
        "batch_pct": found.estimate("batch_pct").value,
        "batches": len(found.batches) > 0,
        "top_account_pct": top.value,
        "one_account": top.value >= ONE_ACCOUNT_PCT and round(top.value * top.n / 100) >= FEWEST_BY_ONE,
    }


def _patterns(units: pd.DataFrame, left_out: int) -> Patterns:
    asked = units[units["p"].notna()]
    rows = zip(*(asked[name] for name in ("unit", "excess_points", "low_points", "high_points", "total")), strict=True)
    return Patterns(
        estimates=tuple(
            Estimate(unit, value, low, high, LEVEL, "indirect, other units", int(n))
            for unit, value, low, high, n in rows
        ),
        checks=(
            Check(
                "every unit can be looked at",
                float(left_out),
                left_out == 0,
                said("Units with too few cases to be looked at: {left_count}.", left_count=left_out),
            ),
        ),
        assumptions=(
            said("Fewer than a quarter of the units bend their records: the middle half is the yardstick."),
            said("A pattern is a question: effort before a deadline and authorised representatives look alike."),
        ),
        claim=said(
            "Of {units_count} units, {limit_count} are to be asked about dossiers that end on the day of their limit, "
            "{batch_count} about dossiers closed in batches, {account_count} about filings through one account.",
            units_count=len(units),
            limit_count=int(units["at_limit"].sum()),
            batch_count=int(units["batches"].sum()),
            account_count=int(units["one_account"].sum()),
        ),
        units=units,
        left_out_count=left_out,
    )
