"""Findings among many tests, as published and as declared."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import DataContractError, UsageError
from analysis.methods.multiple import multiple

# Benjamini & Hochberg (1995), section 4: fifteen comparisons after myocardial infarction
HEART = [
    0.0001,
    0.0004,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.3240,
    0.4262,
    0.5719,
    0.6528,
    0.7590,
    1.0,
]


def asked(p: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"name": [f"t{place}" for place in range(len(p))], "p": p})


def family(p: list[float]) -> list[str]:
    return asked(p)["name"].tolist()


def test_benjamini_and_hochbergs_example() -> None:
    found = multiple(asked(HEART), family(HEART))
    assert found.tests["finding"].sum() == 4
    assert found.tests["bonferroni_finding"].sum() == 3
    assert found.checks[0].value == 9 - 4
    assert found.estimate("t3").value == pytest.approx(0.0095 * 15 / 4)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(0.01, 0.5))
def test_findings_are_those_of_the_step_up_rule_in_any_order(p: list[float], rate: float) -> None:
    ordered = np.sort(p)
    passing = np.nonzero(ordered * len(p) <= rate * np.arange(1, len(p) + 1) * (1 - 1e-12))[0]
    found = multiple(asked(p), family(p), rate=rate).tests
    count = passing[-1] + 1 if len(passing) else 0
    assert found["finding"].sum() >= count
    assert (found["adjusted_p"] >= found["p"] - 1e-15).all()
    assert (found.sort_values("p")["adjusted_p"].diff().dropna() >= 0).all()
    assert (found["finding"] | ~found["bonferroni_finding"]).all()


def test_a_test_left_out_or_slipped_in_is_refused() -> None:
    with pytest.raises(DataContractError, match="t2"):
        multiple(asked([0.01, 0.02]), ["t0", "t1", "t2"])
    with pytest.raises(DataContractError, match="t1"):
        multiple(asked([0.01, 0.02]), ["t0"])


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (asked([0.5, 1.2]), "column 'p', row 1"),
        (asked([0.5, float("nan")]), "column 'p', row 1"),
        (asked([0.5, 0.5]).assign(name="t0"), "comes twice"),
    ],
)
def test_p_values_that_are_none_are_refused(frame: pd.DataFrame, says: str) -> None:
    with pytest.raises(DataContractError, match=says):
        multiple(frame, ["t0", "t1"])


def test_a_rate_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="rate"):
        multiple(asked([0.5]), ["t0"], rate=5)
