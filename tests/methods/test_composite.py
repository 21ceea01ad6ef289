"""Ranks of a weighted index under other weights that could as well have been chosen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DataContractError, UsageError
from analysis.methods import composite


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


SCORES = pd.DataFrame(
    {"unit": list("abcd"), "x": [0.9, 0.6, 0.4, 0.1], "y": [0.8, 0.3, 0.5, 0.2], "z": [0.95, 0.5, 0.55, 0.1]}
)
WEIGHTS = pd.Series({"x": 3.0, "y": 2.0, "z": 1.0})


def test_who_is_best_in_every_row_stays_first_and_who_is_worst_stays_last() -> None:
    found = composite(SCORES, WEIGHTS, rng=rng()).units.set_index("unit")
    assert found.loc["a", ["rank", "rank_low", "rank_high"]].tolist() == [1, 1, 1]
    assert found.loc["d", ["rank", "rank_low", "rank_high"]].tolist() == [4, 4, 4]
    assert found.loc["b", "rank_low"] < found.loc["b", "rank_high"]


def test_the_score_is_the_weighted_mean() -> None:
    found = composite(SCORES, WEIGHTS, rng=rng()).units.set_index("unit")
    assert found.loc["b", "score"] == pytest.approx((3 * 0.6 + 2 * 0.3 + 1 * 0.5) / 6)


def test_pairs_that_never_change_are_counted() -> None:
    found = composite(SCORES, WEIGHTS, rng=rng())
    assert found.pairs_fixed_pct == pytest.approx(100 * 5 / 6)  # all but b and c


def test_a_row_without_spread_decides_nothing() -> None:
    found = composite(SCORES.assign(x=0.5), WEIGHTS, rng=rng()).rows.set_index("row")
    assert found.loc["x", "importance_pct"] == pytest.approx(0, abs=1e-6)
    assert found.loc["x", "largest_shift"] == 0


@pytest.mark.parametrize(
    ("scores", "weights"),
    [
        (SCORES.assign(x=2.0), WEIGHTS),
        (SCORES.assign(x=np.nan), WEIGHTS),
        (SCORES, pd.Series({"x": 1.0, "q": 1.0})),
        (SCORES, pd.Series({"x": 1.0, "y": -1.0, "z": 1.0})),
    ],
)
def test_what_is_no_index_is_refused(scores: pd.DataFrame, weights: pd.Series) -> None:
    with pytest.raises((DataContractError, UsageError)):
        composite(scores, weights, rng=rng())
