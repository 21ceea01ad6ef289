"""Which of many findings are still findings when all that were looked for are counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import DataContractError, UsageError
from analysis.methods.intake import labels, numbers
from analysis.methods.result import Check, Estimate, Result, said


@dataclass(frozen=True, kw_only=True, eq=False)
class Family(Result):
    """The tests of a family declared beforehand.

    Attributes
    ----------
    tests
        One row per test, in the order of the rows: `name`, `p`, `adjusted_p` (Benjamini–Hochberg), `finding` (True if
        it is one at the rate), `bonferroni_finding` (by the stricter rule, for comparison).
    """

    tests: pd.DataFrame


def multiple(tests: pd.DataFrame, family: Sequence[str], *, rate: float = 0.05) -> Family:
    """Keep the share of false findings among the findings of a declared family below a rate (Benjamini–Hochberg).

    The estimand is which null hypotheses are false. On average at most `rate` of the findings are false. The family has
    to be declared before the p-values are seen: a test left out, or added after looking, is refused.

    Parameters
    ----------
    tests
        One row per test: `name`, `p` (0–1).
    family
        The names declared, each once.
    rate
        The false discovery rate allowed.

    Returns
    -------
    Family
        Its estimates are the adjusted p-values, without intervals.

    Raises
    ------
    DataContractError
        If a column is missing, a p-value is none, or the tests are not those of the family.
    UsageError
        If the rate does not lie between 0 and 1.

    Notes
    -----
    Assumes the tests independent or positively dependent, as tests of units against a common middle are.

    References
    ----------
    Benjamini & Hochberg (1995), JRSS B 57:289; Benjamini & Yekutieli (2001), Annals of Statistics 29:1165.

    Examples
    --------
    >>> tests = pd.DataFrame({"name": ["a", "b", "c"], "p": [0.03, 0.04, 0.5]})
    >>> multiple(tests, ["a", "b", "c"]).tests["adjusted_p"].round(2).tolist()
    [0.06, 0.06, 0.5]
    """
    if not 0 < rate < 1:
        raise UsageError(f"{rate!r} is not a rate", where="rate", allowed="between 0 and 1, as 0.05")
    names, p = labels(tests, "name", unique=True), numbers(tests, "p", least=0, most=1)
    if strangers := sorted(set(names) ^ set(family)):
        raise DataContractError(
            "The tests are not those of the declared family",
            where=", ".join(strangers[:5]),
            allowed="every test declared, and no other",
            next_step="Test what was declared; a new question needs a new family.",
        )
    count = len(p)
    order = np.argsort(p, kind="stable")
    stepped = p[order] * count / np.arange(1, count + 1)
    adjusted = np.empty(count)
    adjusted[order] = np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1)
    table = pd.DataFrame({"name": names, "p": p, "adjusted_p": adjusted})
    table["finding"], table["bonferroni_finding"] = adjusted <= rate, p * count <= rate
    found, alone = int(table["finding"].sum()), int((p <= rate).sum())
    return Family(
        estimates=tuple(
            Estimate(name, value, np.nan, np.nan, 1 - rate, "Benjamini–Hochberg", count)
            for name, value in zip(names, adjusted.tolist(), strict=True)
        ),
        checks=(
            Check(
                "nothing is lost by counting all tests",
                float(alone - found),
                alone == found,
                said(
                    "Tests that look like findings only as long as the others are not counted: {lost_count}.",
                    lost_count=alone - found,
                ),
            ),
        ),
        assumptions=(
            said("The family was declared before the figures were seen."),
            said("The tests are independent or tend to move together."),
        ),
        claim=said(
            "Of {tests_count} questions asked, {found_count} have a finding; on average at most {rate_pct} of such "
            "findings are false.",
            tests_count=count,
            found_count=found,
            rate_pct=100 * rate,
        ),
        tests=table,
    )
