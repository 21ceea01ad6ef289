"""Which units stand out on any of several measures, when every comparison that was made is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import ndtri

from analysis.errors import DataContractError
from analysis.methods.funnel import FEWEST_UNITS, Funnel, funnel, others
from analysis.methods.intake import Floats, labels
from analysis.methods.multiple import multiple
from analysis.methods.result import Check, Estimate, Result, said
from analysis.methods.standardise import MOST_OF_ITS_CASES_PCT, standardise

FEWEST_CASES = 30
LARGEST = 1e6  # size of a beta distribution that is a point for any number of cases here
UNUSUAL = 0.05  # p-values above it are no finding, whatever the counts say
NORMAL = float(ndtri(0.975))


@dataclass(frozen=True, kw_only=True, eq=False)
class StandOut(Result):
    """Units against the others on several measures.

    Attributes
    ----------
    units
        One row per measure and unit compared: `measure`, `unit`, `hits`, `total`, `share_pct`, `expected_pct`, the
        limits of `funnel` (`low_pct`, `high_pct`, `alarm_low_pct`, `alarm_high_pct`), `excess_points` over the others
        on its own mix with `low_points` and `high_points` (see `standardise`), `p`, `adjusted_p` (all comparisons
        counted) and `verdict`: above, below, inside, by `adjusted_p` alone.
    measures
        One row per measure: `measure`, `units_count` (compared), `left_out_count` (too few cases, or mostly cases of a
        kind that no other unit has), `beyond_chance_count` (outside limits that allow for chance alone), `above_count`,
        `below_count` (verdicts), `chance_alone` (True if chance explains all differences).
    """

    units: pd.DataFrame
    measures: pd.DataFrame

    def values(self, measure: str) -> pd.DataFrame:
        """Give one measure as `ranks` takes it: `unit`, `value` (points over the others on its own mix), `se`."""
        own = self.units[self.units["measure"] == measure]
        width = own["high_points"] - own["low_points"]
        return pd.DataFrame({"unit": own["unit"], "value": own["excess_points"], "se": width / (2 * NORMAL)})


def stand_out(cells: pd.DataFrame, *, strata: Sequence[str] = (), fewest: int = FEWEST_CASES) -> StandOut:
    """Say which units stand out on which measure, and on which measures nothing but chance is seen.

    The estimand is, for each unit and measure, whether its share could be a draw from the spread of the other units on
    its own mix of cases. With six measures and 150 units a rule that is right 99.8 % of the time still names two units
    where nothing is amiss; here all comparisons together are one family, and where nothing is amiss nobody is named in
    19 of 20 tables.

    Parameters
    ----------
    cells
        One row per measure, unit and stratum: `measure`, `unit`, the columns of `strata`, `hits`, `total`.
    strata
        Columns that name the kind of case; none means that nothing is known of the mix.
    fewest
        Units with fewer cases on a measure are not compared on it.

    Returns
    -------
    StandOut
        Its estimates are the spread τ of each measure (see `funnel`).

    Raises
    ------
    DataContractError
        If a column is missing, a row is not a count, or on no measure 8 units can be compared.

    Notes
    -----
    `standardise` gives what a unit's mix leads to expect, `funnel` the p-value against the spread of the others; a
    beta-binomial of that spread has to agree, as near 0 and 100 % the funnel's scale alone names units with few cases
    in up to 27 of 100 tables. `multiple` gives the verdict at a false discovery rate of 5 %. Assumes cases independent
    within a unit.

    References
    ----------
    Jones, Ohlssen & Spiegelhalter (2008), Journal of Clinical Epidemiology 61:232 (false discoveries among units).

    Examples
    --------
    >>> hits = [80, 82, 78, 81, 79, 80, 83, 77, 20]
    >>> cells = pd.DataFrame({"measure": "on time", "unit": list("abcdefghi"), "hits": hits, "total": 100})
    >>> found = stand_out(cells).units
    >>> found.loc[found["verdict"] != "inside", "unit"].tolist()
    ['i']
    """
    named = cells.assign(measure=labels(cells, "measure"), unit=labels(cells, "unit"), everything="all")
    parts, summaries, spreads = [], [], []
    for measure, own in named.groupby("measure", sort=False):
        compared = standardise(own, strata=list(strata) or ["everything"]).units
        kept = compared[(compared["total"] >= fewest) & (compared["comparable_pct"] >= MOST_OF_ITS_CASES_PCT)]
        left_out = len(compared) - len(kept)
        if len(kept) < FEWEST_UNITS:
            summaries.append(_summary(str(measure), 0, len(compared)))
            continue
        found = funnel(kept[["unit", "hits", "total", "expected_pct"]].reset_index(drop=True))
        points = kept[["excess_points", "low_points", "high_points"]].reset_index(drop=True)
        sure = found.units.drop(columns=["z", "verdict"]).join(points).assign(measure=measure, p=_exact(found.units))
        parts.append(sure)
        summaries.append(_summary(str(measure), len(kept), left_out, found))
        tau = found.estimates[0]
        spreads.append(Estimate(str(measure), tau.value, tau.low, tau.high, tau.level, tau.method, tau.n))
    if not parts:
        raise DataContractError(
            "On no measure can units be compared",
            where=f"{named['unit'].nunique()} units",
            allowed=f"{FEWEST_UNITS} units or more with {fewest} cases each, of kinds that other units have as well",
        )
    return _stand_out(pd.concat(parts, ignore_index=True), pd.DataFrame(summaries), tuple(spreads))


def _exact(units: pd.DataFrame) -> Floats:
    """Give the larger of the funnel's p and that of the counts themselves.

    Near 0 and 100 % the arcsine scale calls a unit with few cases unusual for having none that went wrong.
    """
    hits, total, expected = (units[name].to_numpy(dtype=float) for name in ("hits", "total", "expected_pct"))
    gap = np.arcsin(np.sqrt(hits / total)) - np.arcsin(np.sqrt(expected / 100))
    tau2, *_ = others(gap, 1 / (4 * total))
    # var(p) = 4 p (1 - p) tau^2 on the arcsine scale, p (1 - p) / (size + 1) for a beta distribution
    size = np.clip(1 / (4 * np.maximum(tau2, 1e-9)) - 1, 1.0, LARGEST)
    mean = np.clip(expected / 100, 1e-6, 1 - 1e-6)
    p = units["p"].to_numpy(dtype=float, copy=True)
    for place in np.flatnonzero(p < UNUSUAL):
        drawn = stats.betabinom(int(total[place]), mean[place] * size[place], (1 - mean[place]) * size[place])
        tail = min(drawn.cdf(hits[place]), drawn.sf(hits[place] - 1))
        p[place] = max(p[place], min(1.0, 2 * float(tail)))
    return p


def _summary(measure: str, units: int, left_out: int, found: Funnel | None = None) -> dict[str, object]:
    chance = found.checks[0] if found else None
    return {
        "measure": measure,
        "units_count": units,
        "left_out_count": left_out,
        "beyond_chance_count": int(chance.says.values["naive_count"]) if chance else 0,  # noqa: PD011 - no frame
        "chance_alone": bool(chance.passed) if chance else False,
    }


def _stand_out(units: pd.DataFrame, measures: pd.DataFrame, spreads: tuple[Estimate, ...]) -> StandOut:
    names = [f"{measure}: {unit}" for measure, unit in zip(units["measure"], units["unit"], strict=True)]
    family = multiple(pd.DataFrame({"name": names, "p": units["p"]}), names)
    surely, upper = family.tests["finding"].to_numpy(), (units["share_pct"] > units["expected_pct"]).to_numpy()
    verdict = np.select([surely & upper, surely & ~upper], ["above", "below"], default="inside")
    units = units.assign(adjusted_p=family.tests["adjusted_p"], verdict=verdict)
    for side in ("above", "below"):
        counts = units[units["verdict"] == side].groupby("measure").size()
        measures[f"{side}_count"] = measures["measure"].map(counts).fillna(0).astype(int)
    left_out = int(measures["left_out_count"].sum())
    return StandOut(
        estimates=spreads,
        checks=(
            family.checks[0],
            Check(
                "every unit is compared",
                float(left_out),
                left_out == 0,
                said(
                    "Comparisons not made, as the unit has too few cases or mostly cases of a kind that no other unit "
                    "has: {left_count}.",
                    left_count=left_out,
                ),
            ),
        ),
        assumptions=(
            said("Cases are independent within a unit; cases that come in batches make the limits too narrow."),
            said("Within a kind of case the cases of the units are alike."),
        ),
        claim=said(
            "Of {asked_count} comparisons, {above_count} lie above and {below_count} below what chance and the usual "
            "differences between units explain, when all comparisons are counted.",
            asked_count=len(units),
            above_count=int((verdict == "above").sum()),
            below_count=int((verdict == "below").sum()),
        ),
        units=units,
        measures=measures,
    )
