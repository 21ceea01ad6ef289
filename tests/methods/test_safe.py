"""Small counts are withheld so that nobody reckons them back, over all tables that are published together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DataContractError
from analysis.methods.safe import attack, safe

# FCSM Working Paper 22: delinquent children by county and education of the head of household
COUNTS = np.array([[15, 1, 3, 1], [20, 10, 10, 15], [3, 10, 10, 2], [12, 14, 7, 2]])
# the pattern with two withheld cells in every row and column that the paper warns of
NAIVE = np.array([[0, 1, 1, 1], [0, 1, 1, 0], [1, 0, 0, 1], [1, 0, 0, 1]], dtype=bool)


def long(counts: np.ndarray) -> pd.DataFrame:
    wide = pd.DataFrame(counts, index=list("ABCDEFGH")[: len(counts)], columns=list("wxyz")[: counts.shape[1]])
    return wide.rename_axis("county").rename_axis("education", axis=1).stack().rename("count").reset_index()


def test_two_in_every_row_and_column_still_disclose() -> None:
    """The published trap: the cell of the first row and last column is exactly 1."""
    found = attack({"a": long(COUNTS)}, {"a": pd.Series(NAIVE.ravel())})["a"]
    cell = found[(found["county"] == "A") & (found["education"] == "z")].iloc[0]
    assert (cell["low"], cell["high"]) == (1, 1)


def test_withholding_small_counts_alone_discloses() -> None:
    counts = np.array([[2, 20], [30, 40]])
    found = attack({"a": long(counts)}, {"a": pd.Series([True, False, False, False])})["a"]
    assert (found["low"].iloc[0], found["high"].iloc[0]) == (2, 2)


def test_the_published_table_is_made_safe() -> None:
    found = safe({"a": long(COUNTS)})
    cells = found.tables["a"]
    small = cells[cells["reason"] == "small"]
    assert len(small) == 6
    assert (small["high"] >= small["count"] + 3 - 1e-6).all()
    assert (small["low"] <= np.maximum(small["count"] - 3, 0) + 1e-6).all()
    assert found.checks[0].passed is True
    assert found.estimate("shown_pct").value > 40
    assert (cells.loc[cells["shown"], "low"] == cells.loc[cells["shown"], "count"]).all()


def test_a_total_that_two_tables_share_betrays_neither() -> None:
    """The same cases by channel in one table and by month in another: the units' totals are one cell."""
    by_channel = pd.DataFrame({"unit": list("aabb"), "channel": ["online", "desk"] * 2, "count": [2, 30, 40, 50]})
    by_month = pd.DataFrame({"unit": list("aabb"), "month": ["1", "2"] * 2, "count": [16, 16, 45, 45]})
    found = safe({"channel": by_channel, "month": by_month})
    small = found.tables["channel"].query("reason == 'small'").iloc[0]
    assert small["high"] - small["low"] >= 3
    totals = [table.loc[(table[list(table)[1]] == "*") & (table["unit"] == "a"), "shown"].item()
              for table in found.tables.values()]  # fmt: skip
    assert len(set(totals)) == 1


def test_nothing_small_nothing_withheld() -> None:
    found = safe({"a": long(COUNTS * 10)})
    assert found.estimate("shown_pct").value == 100


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=3, max_size=3))
def test_no_small_count_can_be_reckoned(rows: list[list[int]]) -> None:
    found = safe({"a": long(np.array(rows) + np.array([[0, 9, 20]]))})
    small = found.tables["a"].query("reason == 'small'")
    assert (small["high"] >= small["count"] + 3 - 1e-6).all()
    assert (small["low"] <= np.maximum(small["count"] - 3, 0) + 1e-6).all()


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (long(COUNTS).assign(count=1.5), "no whole number"),
        (pd.concat([long(COUNTS)] * 2), "stands twice"),
        (long(COUNTS).assign(count=-1), "'count'"),
    ],
)
def test_counts_that_are_none_are_refused(table: pd.DataFrame, says: str) -> None:
    with pytest.raises(DataContractError, match=says):
        safe({"a": table})


def test_two_counts_of_one_cell_are_refused() -> None:
    """No table agrees with both, so an attack on them would fail and every cell would seem safe."""
    by_channel = pd.DataFrame({"unit": list("aabb"), "channel": ["online", "desk"] * 2, "count": [2, 30, 40, 50]})
    by_month = pd.DataFrame({"unit": list("aabb"), "month": ["1", "2"] * 2, "count": [16, 17, 45, 45]})
    with pytest.raises(DataContractError, match="32 and 33"):
        safe({"channel": by_channel, "month": by_month})


def test_small_counts_among_very_large_ones_are_as_safe() -> None:
    """A solver's tolerance times a million is a whole case."""
    draw = np.random.default_rng(1)
    for _ in range(3):
        counts = draw.integers(500_000, 1_000_000, (4, 4))
        counts[draw.integers(4), draw.integers(4)] = 2
        found = safe({"a": long(counts)})
        small = found.tables["a"].query("reason == 'small'")
        assert len(small) == 1
        assert (small["high"] >= small["count"] + 3 - 1e-3).all()
        assert (small["low"] <= 1e-3).all()
        assert found.checks[0].passed is True
