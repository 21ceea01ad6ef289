"""Which input the spread comes from, where the answer is known exactly."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import UsageError
from analysis.methods.intake import Floats
from analysis.methods.sensitivity import sensitivity


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def ishigami(x: Floats) -> Floats:
    return np.asarray(np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))


def test_ishigami() -> None:
    """Ishigami & Homma (1990), analytically: the third works only through the first."""
    found = sensitivity(ishigami, dict.fromkeys("abc", (-np.pi, np.pi)), draws=8192, rng=rng())
    assert found["input"].tolist() == ["a", "b", "c"]
    assert found["first_order"].tolist() == pytest.approx([0.3139, 0.4424, 0], abs=0.004)
    assert found["total"].tolist() == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.004)


def test_a_sum_is_split_by_the_squares_of_its_ranges() -> None:
    found = sensitivity(
        lambda x: x[0] + x[1] + 0 * x[2], {"a": (0, 1), "b": (5, 8), "c": (0, 9)}, draws=1024, rng=rng()
    )
    for order in ("first_order", "total"):
        assert found[order].tolist() == pytest.approx([0.1, 0.9, 0], abs=0.01)


@pytest.mark.parametrize(
    ("ranges", "draws", "says"),
    [({"a": (1.0, 1.0)}, 512, "range is empty"), ({}, 512, "range is empty"), ({"a": (0.0, 1.0)}, 500, "500 is not")],
)
def test_what_cannot_be_split_is_refused(ranges: dict[str, tuple[float, float]], draws: int, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        sensitivity(lambda x: x[0], ranges, draws=draws, rng=rng())
