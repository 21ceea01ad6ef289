"""Why a rate moved: the groups' own rates, their mix, groups that came and groups that went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import factorial
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import DataContractError
from analysis.methods.intake import Floats, confidence, counts, labels
from analysis.methods.result import LEVEL, Check, Estimate, Result, said

DRAWS = 2000
TERMS = ("within", "mix", "entry", "exit")


@dataclass(frozen=True, kw_only=True, eq=False)
class Decomposition(Result):
    """The change of a rate and its terms, in points.

    Attributes
    ----------
    groups
        One row per group, the largest contribution first: `group`, `total_before`, `total_after`, `share_before_pct`,
        `share_after_pct` (its rates, missing without cases), `within_points`, `mix_points`, `entry_points`,
        `exit_points`, `points` (their sum).
    """

    groups: pd.DataFrame


def decompose(cells: pd.DataFrame, rng: np.random.Generator, *, level: float = LEVEL) -> Decomposition:
    """Split the change of a rate between two periods into within, mix, entry and exit, which add up to it.

    The estimands, in points: `within`, what the rates of the groups that stayed changed, at their mean weight; `mix`,
    what their weights changed, at their mean rates; `entry`, how far groups that came pull the later rate from that of
    those that stayed; `exit`, the same of groups that went, in the earlier period, with the sign turned. It is
    accounting: no term says why.

    Parameters
    ----------
    cells
        One row per group and period, optionally per `part` of a group: `group`, `period` (two values, the earlier sorts
        first), `hits`, `total`. Rows of one cell are added up; no cases is the same as no row.
    rng
        Draws the cases anew for the intervals.
    level
        Confidence level.

    Returns
    -------
    Decomposition
        Estimates: `change`, `within`, `mix`, `entry`, `exit`, in points, with percentile bootstrap intervals (cases
        drawn anew within each period).

    Raises
    ------
    DataContractError
        If a column is missing, a row is not a count, there are not two periods, or no group has cases in both.

    Notes
    -----
    With two factors Kitagawa's split is Das Gupta's and the Shapley value, so it depends on no order. Within the groups
    a change of mix stays hidden; with the column `part` a check repeats the split at the finer grain. Assumes cases
    independent.

    References
    ----------
    Kitagawa (1955), JASA 50:1168; Das Gupta (1993), US Bureau of the Census P23-186; Melitz & Polanec (2015), RAND
    Journal of Economics 46:362 (entry and exit).

    Examples
    --------
    >>> cells = pd.DataFrame({"group": ["a", "b", "a", "b"], "period": ["2024", "2024", "2025", "2025"],
    ...                       "hits": [40, 10, 45, 30], "total": [50, 50, 50, 150]})
    >>> found = decompose(cells, np.random.default_rng(1))
    >>> [round(found.estimate(name).value, 2) for name in ("change", "within", "mix")]
    [-12.5, 3.75, -16.25]
    """
    table = _cells(cells)
    groups = _by_period(table, ["group"])
    observed = groups.to_numpy(dtype=float).T
    if not _stay(observed):
        raise DataContractError(
            "No group has cases in both periods",
            where="columns 'group' and 'period'",
            allowed="one group or more with cases before and after",
            next_step="Bring the names of the groups in step.",
        )
    terms = 100 * _terms(observed, observed)
    drawn = 100 * _terms(_drawn_anew(observed, rng), observed).sum(axis=-1)
    tail = (1 - confidence(level)) / 2
    low, high = np.quantile(np.vstack([drawn.sum(axis=0), drawn]), [tail, 1 - tail], axis=1).tolist()
    values = [_change(observed), *terms.sum(axis=-1).tolist()]
    estimates = tuple(
        Estimate(name, value, least, most, level, "bootstrap of cases", int(observed[[1, 3]].sum()))
        for name, value, least, most in zip(("change", *TERMS), values, low, high, strict=True)
    )
    return _decomposition(groups, terms, estimates, _finer(table, estimates[1]))


def das_gupta(
    function: Callable[[Mapping[str, Any]], float], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, float]:
    """Split the change of any function of named factors into one term per factor (Das Gupta, Shapley).

    The estimand of a factor is its effect averaged over all orders in which the factors could have changed. Assumes
    that the function is the identity that ties the whole to its factors: it is accounting and says of no factor why.

    Parameters
    ----------
    function
        Of a mapping from factor to its value (a number or an array).
    before, after
        One value per factor (a number or an array), the same names in both periods; 2ᵏ evaluations for k factors.

    Returns
    -------
    dict
        Factor → term, in the unit of the function; they add up to its change.

    Raises
    ------
    DataContractError
        If the two periods name other factors.

    References
    ----------
    Das Gupta (1993), US Bureau of the Census P23-186; Shorrocks (2013), Journal of Economic Inequality 11:99.

    Examples
    --------
    >>> das_gupta(lambda of: of["volume"] * of["share"], {"volume": 10, "share": 0.5}, {"volume": 20, "share": 0.7})
    {'volume': 6.0, 'share': 3.0}
    """
    names = list(before)
    if set(names) != set(after):
        raise DataContractError("The periods have other factors", where=", ".join(sorted(set(names) ^ set(after))))
    count = len(names)
    at = [
        float(function({name: (after if subset >> place & 1 else before)[name] for place, name in enumerate(names)}))
        for subset in range(2**count)
    ]
    terms = dict.fromkeys(names, 0.0)
    for subset in range(2**count):
        size = subset.bit_count()
        for place, name in enumerate(names):
            if not subset >> place & 1:
                weight = factorial(size) * factorial(count - size - 1) / factorial(count)
                terms[name] += weight * (at[subset | 1 << place] - at[subset])
    return terms


def _cells(cells: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of the method, checked, with `late` for the later period."""
    hits, total = counts(cells)
    names = {name: labels(cells, name) for name in ("group", "period", "part") if name != "part" or name in cells}
    table = pd.DataFrame({**names, "hits": hits, "total": total})
    periods = sorted(set(table["period"]))
    if len(periods) != 2:
        raise DataContractError(
            f"There are {len(periods)} periods",
            where="column 'period'",
            allowed="two, the earlier sorting first",
            next_step="Choose the two periods to compare.",
        )
    return table.assign(late=table["period"] == periods[1])


def _by_period(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Give hits and total before and after, one row per group."""
    sums = table.groupby([*by, "late"])[["hits", "total"]].sum().unstack("late", fill_value=0.0)
    wide = pd.DataFrame({(name, late): sums[(name, late)] for late in (False, True) for name in ("hits", "total")})
    wide.columns = pd.Index(["hits_before", "total_before", "hits_after", "total_after"])
    return wide[(wide["total_before"] > 0) | (wide["total_after"] > 0)]


def _stay(observed: Floats) -> bool:
    return bool(((observed[1] > 0) & (observed[3] > 0)).any())


def _terms(counted: Floats, observed: Floats) -> Floats:
    """Give the four terms of each group; groups stay, come or go as observed, whatever was drawn."""
    before, after = observed[1] > 0, observed[3] > 0
    rate0, rate1 = (_ratio(counted[at], counted[at + 1], _ratio(observed[at], observed[at + 1], 0)) for at in (0, 2))
    all0, all1 = (counted[at].sum(axis=-1, keepdims=True) for at in (1, 3))
    kept = np.where(before & after, observed, 0)
    kept0, kept1 = (np.where(before & after, counted[at], 0) for at in (1, 3))
    # where no case of the groups that stay was drawn: the observed weights
    weight0, weight1 = (
        _ratio(drawn, drawn.sum(axis=-1, keepdims=True), of / of.sum())
        for drawn, of in ((kept0, kept[1]), (kept1, kept[3]))
    )
    mean0 = (weight0 * rate0).sum(axis=-1, keepdims=True)
    mean1 = (weight1 * rate1).sum(axis=-1, keepdims=True)
    return np.stack(
        [
            (weight0 + weight1) / 2 * (rate1 - rate0),
            (weight1 - weight0) * ((rate0 + rate1) / 2 - (mean0 + mean1) / 2),
            np.where(after & ~before, counted[3] / all1 * (rate1 - mean1), 0),
            np.where(before & ~after, -counted[1] / all0 * (rate0 - mean0), 0),
        ]
    )


def _ratio(part: Floats, whole: Floats, otherwise: Floats | float) -> Floats:
    """Divide, and give something else where there is nothing to divide by."""
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1), otherwise)


def _change(observed: Floats) -> float:
    hits0, total0, hits1, total1 = observed.sum(axis=-1)
    return float(100 * (hits1 / total1 - hits0 / total0))


def _drawn_anew(observed: Floats, rng: np.random.Generator) -> Floats:
    """Draw the cases of each period anew with replacement: (hits and total before and after) × draws × groups."""
    drawn = []
    for hits, total in (observed[:2], observed[2:]):
        kinds = np.concatenate([hits, total - hits])
        cases = rng.multinomial(int(kinds.sum()), kinds / kinds.sum(), size=DRAWS).astype(float)
        hit, missed = cases[:, : len(hits)], cases[:, len(hits) :]
        drawn += [hit, hit + missed]
    return np.stack(drawn)


def _finer(table: pd.DataFrame, within: Estimate) -> tuple[Check, ...]:
    """Split at the grain of the parts: what is within the groups may be a mix of their parts."""
    if "part" not in table:
        return ()
    parts = _by_period(table, ["group", "part"]).to_numpy(dtype=float).T
    finer = float(100 * _terms(parts, parts)[0].sum()) if _stay(parts) else np.nan
    return (
        Check(
            "the same at a finer grain",
            finer,
            within.low <= finer <= within.high if _stay(parts) else None,
            said("At the finer grain the term within groups is {within_points} points.", within_points=finer),
        ),
    )


def _decomposition(
    groups: pd.DataFrame, terms: Floats, estimates: tuple[Estimate, ...], checks: tuple[Check, ...]
) -> Decomposition:
    table = pd.DataFrame({"group": groups.index, "total_before": groups["total_before"].to_numpy()})
    table["total_after"] = groups["total_after"].to_numpy()
    for side in ("before", "after"):
        total = groups[f"total_{side}"].where(groups[f"total_{side}"] > 0)
        table[f"share_{side}_pct"] = 100 * (groups[f"hits_{side}"] / total).to_numpy()
    for name, points in zip(TERMS, terms, strict=True):
        table[f"{name}_points"] = points
    table["points"] = terms.sum(axis=0)
    order = table["points"].abs().sort_values(ascending=False, kind="stable").index
    values = {f"{each.name}_points": each.value for each in estimates}
    return Decomposition(
        estimates=estimates,
        checks=checks,
        assumptions=(
            said("Cases are independent; cases that come in batches make the intervals too narrow."),
            said("This is accounting: the terms add up to the change and none says why it came."),
        ),
        claim=said(
            "The rate changed by {change_points} points: {within_points} from the groups' own rates, {mix_points} from "
            "their mix, {entry_points} from groups that came and {exit_points} from groups that went.",
            **values,
        ),
        groups=table.loc[order].reset_index(drop=True),
    )
