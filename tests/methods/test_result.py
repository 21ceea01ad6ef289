"""A result says no more than its checks allow."""

import matplotlib.pyplot as plt
import pytest

from analysis import display
from analysis.errors import UsageError
from analysis.methods.result import Check, Estimate, Result, said

assert display  # it teaches results to speak


def result(*outcomes: bool | None, causal: bool = True) -> Result:
    checks = tuple(Check("n", 1.0, passed, said("no cases"), identifying=True) for passed in outcomes)
    return Result(
        estimates=(Estimate("level", 2.0, 1.0, 3.0), Estimate("slope", 0.5, float("nan"), float("nan"))),
        checks=checks,
        assumptions=(),
        claim=said("no count"),
        causal_claim=said("not known") if causal else None,
    )


@pytest.mark.parametrize(
    ("outcomes", "verdict", "says_cause"),
    [
        ((True, True), "cause", True),
        ((True, False), "no cause", False),
        ((True, None), "cannot tell", False),
        ((), "cannot tell", False),
    ],
)
def test_a_cause_is_claimed_only_when_every_identifying_check_passed(outcomes, verdict, says_cause) -> None:
    found = result(*outcomes)
    assert found.verdict == verdict
    assert found.sentence("en").startswith("not known") == says_cause
    assert ("does not show a cause" in found.sentence("en")) == (not says_cause)


def test_a_method_that_describes_never_claims_a_cause() -> None:
    assert result(True, causal=False).sentence("vi") == "không có số liệu"


def test_the_table_has_a_row_per_estimate_and_an_unknown_name_lists_them() -> None:
    found = result(True)
    assert found.table()["name"].tolist() == ["level", "slope"]
    assert found.estimate("level").high == 3.0
    with pytest.raises(UsageError, match="level, slope"):
        found.estimate("leval")


def test_it_is_drawn_on_the_axes_given() -> None:
    figure, ax = plt.subplots()
    assert result(True).plot(ax) is ax
    assert [label.get_text() for label in ax.get_yticklabels()] == ["level", "slope"]
    plt.close(figure)
