"""Terms that add up, against the tables of those who made the method."""

from math import prod

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DataContractError
from analysis.methods.decompose import das_gupta, decompose

# Das Gupta (1993), table 5.1: households by age of the head, in percent, and headship rates
SHARES = [
    [12.9, 10.9, 9.5, 8.0, 7.8, 8.4, 8.6, 7.8, 7.0, 5.9, 4.7, 3.6, 4.9],
    [10.1, 11.2, 11.6, 10.9, 9.4, 7.7, 6.3, 6.0, 6.3, 5.9, 5.1, 4.0, 5.5],
]
RATES = [
    [1.9, 25.8, 45.7, 49.6, 51.2, 51.6, 51.8, 54.9, 58.7, 60.4, 62.8, 66.6, 66.8],
    [2.2, 24.3, 45.8, 52.5, 56.1, 55.6, 56.0, 57.4, 57.2, 61.2, 63.9, 68.6, 72.2],
]


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def cells(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["group", "period", "hits", "total"])


def values(frame: pd.DataFrame) -> dict[str, float]:
    return {each.name: each.value for each in decompose(frame, rng()).estimates}


def test_households_by_age() -> None:
    """Das Gupta 5.1 (Kitagawa's two terms): 44.7268 → 47.6940 = within 1.7403 + mix 1.2269."""
    # as many households as it takes for the printed rates to be those of whole ones
    rows = [
        (f"age {age:02d}", str(1970 + 15 * late), round(share * rate * 100), round(share * 10_000))
        for late in (0, 1)
        for age, (share, rate) in enumerate(zip(SHARES[late], RATES[late], strict=True))
    ]
    found = decompose(cells(*rows), rng())
    assert found.estimate("within").value == pytest.approx(1.7403, abs=5e-5)
    assert found.estimate("mix").value == pytest.approx(1.2269, abs=5e-5)
    assert found.estimate("change").value == pytest.approx(47.6940 - 44.7268, abs=5e-5)
    before, after = (
        (100 * part["hits"].sum() / part["total"].sum()) for _, part in cells(*rows).groupby("period", sort=True)
    )
    assert (before, after) == pytest.approx((44.7268, 47.6940), abs=5e-5)


@pytest.mark.parametrize(
    ("before", "after", "terms", "digits"),
    [
        ({"e": 10930, "p": 0.717892}, {"e": 16591, "p": 0.825974}, {"e": 4369.913, "p": 1487.262}, 5e-4),
        (
            {"a": 0.58, "b": 0.76, "c": 0.84, "d": 0.66, "e": 16.573},
            {"a": 0.72, "b": 0.97, "c": 0.97, "d": 0.56, "e": 16.158},
            {"a": 1.0909785, "b": 1.2298438, "c": 0.7278399, "d": -0.8398707, "e": -0.1290187},
            5e-8,
        ),
    ],
    ids=["2.1", "2.4"],
)
def test_das_guptas_products(before, after, terms, digits) -> None:
    found = das_gupta(lambda of: prod(of.values()), before, after)
    assert list(found) == list(terms)
    assert list(found.values()) == pytest.approx(list(terms.values()), abs=digits)


def test_das_guptas_ratio_of_sums() -> None:
    """Das Gupta (1993), table 4.4: the share of births outside marriage by age."""
    before = {
        "age": [0.200, 0.163, 0.146, 0.154, 0.168, 0.169],
        "unmarried": [0.866, 0.325, 0.119, 0.099, 0.099, 0.121],
        "births unmarried": [0.007, 0.021, 0.023, 0.015, 0.008, 0.002],
        "births married": [0.454, 0.326, 0.195, 0.107, 0.051, 0.015],
    }
    after = {
        "age": [0.169, 0.195, 0.190, 0.174, 0.150, 0.122],
        "unmarried": [0.931, 0.563, 0.311, 0.216, 0.199, 0.191],
        "births unmarried": [0.018, 0.026, 0.023, 0.016, 0.008, 0.002],
        "births married": [0.380, 0.201, 0.149, 0.079, 0.025, 0.006],
    }

    def ratio(of) -> float:
        age, unmarried, outside, inside = (np.array(of[name]) for name in before)
        born = age * unmarried * outside
        return float(born.sum() / (born + age * (1 - unmarried) * inside).sum())

    found = das_gupta(ratio, before, after)
    assert list(found.values()) == pytest.approx([-0.00620498, 0.04866154, 0.02705922, 0.02470928], abs=1e-8)


def test_two_factors_of_das_gupta_are_within_and_mix() -> None:
    frame = cells(("a", "1", 40, 50), ("b", "1", 10, 50), ("a", "2", 45, 50), ("b", "2", 30, 150))

    def rate(of) -> float:
        return 100 * float(np.dot(of["weight"], of["rate"]))

    two = das_gupta(rate, {"weight": [0.5, 0.5], "rate": [0.8, 0.2]}, {"weight": [0.25, 0.75], "rate": [0.9, 0.2]})
    assert (values(frame)["within"], values(frame)["mix"]) == pytest.approx((two["rate"], two["weight"]), abs=1e-12)


def test_groups_that_came_and_went_stand_apart() -> None:
    """Later: 60 of 100 stay, 90 of 100 new; earlier: 60 of 100 stay, 20 of 100 gone; nothing else moved."""
    found = values(cells(("a", "1", 60, 100), ("gone", "1", 20, 100), ("a", "2", 60, 100), ("new", "2", 90, 100)))
    assert found == pytest.approx({"change": 35, "within": 0, "mix": 0, "entry": 15, "exit": 20})
    groups = decompose(
        cells(("a", "1", 60, 100), ("gone", "1", 20, 100), ("a", "2", 60, 100), ("new", "2", 90, 100)), rng()
    ).groups
    assert groups["group"].tolist() == ["gone", "new", "a"]
    assert groups["points"].tolist() == pytest.approx([20, 15, 0])
    assert groups.set_index("group").loc["new", ["share_before_pct"]].isna().all()


counted = st.integers(0, 400).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(counted, counted), min_size=1, max_size=8), st.integers(1, 300), st.integers(1, 300))
def test_the_terms_add_up_to_the_change(rows, one, other) -> None:
    frame = [(f"g{place}", period, *n) for place, both in enumerate(rows) for period, n in zip("12", both, strict=True)]
    found = decompose(cells(*frame, ("stays", "1", one // 2, one), ("stays", "2", other // 3, other)), rng())
    change, *terms = (each.value for each in found.estimates)
    assert sum(terms) == pytest.approx(change, abs=1e-12 * 100)
    assert found.groups["points"].sum() == pytest.approx(change, abs=1e-12 * 100)


def test_intervals_hold_their_value_and_shrink_with_cases() -> None:
    few = cells(("a", "1", 40, 50), ("b", "1", 10, 50), ("a", "2", 45, 50), ("b", "2", 30, 150))
    many = few.assign(hits=few["hits"] * 100, total=few["total"] * 100)
    for name in ("change", "within", "mix"):
        wide, narrow = decompose(few, rng()).estimate(name), decompose(many, rng()).estimate(name)
        assert wide.low < wide.value < wide.high
        assert (wide.high - wide.low) / (narrow.high - narrow.low) == pytest.approx(10, rel=0.15)
    # by the delta method its standard error is 0.400 points
    assert (narrow.low, narrow.value) == pytest.approx((-16.25 - 1.96 * 0.4, -16.25), abs=0.08)
    exit_ = decompose(few, rng()).estimate("exit")
    assert (exit_.low, exit_.value, exit_.high) == (0, 0, 0)


def test_a_mix_hidden_inside_the_groups_is_found_at_the_finer_grain() -> None:
    hidden = cells(("a", "1", 90, 100), ("a", "1", 10, 100), ("a", "2", 270, 300), ("a", "2", 10, 100))
    assert decompose(hidden, rng()).checks == ()
    found = decompose(hidden.assign(part=["easy", "hard"] * 2), rng())
    assert found.estimate("within").value == pytest.approx(20)
    assert found.checks[0].value == pytest.approx(0, abs=1e-9)
    assert found.checks[0].passed is False
    renamed = decompose(hidden.assign(part=list("wxyz")), rng())
    assert renamed.checks[0].passed is None


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (cells(("a", "1", 1, 2)), "There are 1 periods"),
        (cells(("a", "1", 1, 2), ("a", "2", 1, 2), ("a", "3", 1, 2)), "There are 3 periods"),
        (cells(("a", "1", 1, 2), ("b", "2", 1, 2)), "No group has cases in both"),
        (cells(("a", "1", 1, 2), ("a", "2", 3, 2)), "3 of 2"),
        (cells(("a", "1", 1, 2), (None, "2", 1, 2)), "column 'group', row 1"),
    ],
)
def test_cells_that_cannot_be_split_are_refused(frame: pd.DataFrame, says: str) -> None:
    with pytest.raises(DataContractError, match=says):
        decompose(frame, rng())


def test_other_factors_are_refused() -> None:
    with pytest.raises(DataContractError, match="other factors"):
        das_gupta(lambda of: of["a"], {"a": 1}, {"b": 1})
