"""Nobody is named where nothing is amiss, planted units are, and a mix of cases is nobody's merit."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DataContractError
from analysis.methods.funnel import funnel
from analysis.methods.stand_out import stand_out

UNITS, MEASURES = 40, ("on time", "online", "digitised", "answered")


def table(rng: np.random.Generator, spread: float = 0.0, moved: dict[str, float] | None = None) -> pd.DataFrame:
    """Draw units whose true shares lie around 80 % with a spread on the logit scale, some of them moved."""
    rows = []
    for measure in MEASURES:
        for number in range(UNITS):
            total, logit = int(np.exp(rng.uniform(4, 7))), 1.4 + rng.normal(0, spread)
            chance = 1 / (1 + np.exp(-logit - (moved or {}).get(f"{measure}/u{number}", 0.0)))
            rows.append((measure, f"u{number}", rng.binomial(total, chance), total))
    return pd.DataFrame(rows, columns=["measure", "unit", "hits", "total"])


@pytest.mark.parametrize("spread", [0.0, 0.25])
def test_where_nothing_is_amiss_nobody_is_named_and_a_bare_order_names_somebody_always(spread: float) -> None:
    rng = np.random.default_rng(4550)
    named, naive = 0, 0
    for _ in range(20):
        found = stand_out(table(rng, spread))
        named += (found.units["verdict"] != "inside").any()
        naive += found.measures["beyond_chance_count"].sum() > 0
    # 1 in 20 is promised; three of 20 would be a rare accident
    assert named <= 2
    # the broken twin: limits that allow for chance alone
    assert naive >= (18 if spread else 1)


def test_near_100_percent_few_cases_without_a_fault_are_no_merit() -> None:
    rng = np.random.default_rng(5)
    named, by_the_funnel_alone = 0, 0
    for _ in range(20):
        total = rng.integers(30, 150, 60)
        cells = pd.DataFrame({"measure": "a", "unit": [f"u{number}" for number in range(60)], "total": total})
        cells["hits"] = rng.binomial(total, 0.9)
        named += (stand_out(cells).units["verdict"] != "inside").any()
        p = funnel(cells).units["p"].sort_values()
        by_the_funnel_alone += (p * 60 / np.arange(1, 61) <= 0.05).any()
    assert named <= 2
    # the broken twin promises 1 in 20 as well
    assert by_the_funnel_alone >= 4


def test_units_that_were_moved_are_named_on_their_measure_and_no_other() -> None:
    moved = {"on time/u3": -1.6, "digitised/u7": 2.5}
    found = stand_out(table(np.random.default_rng(2), 0.2, moved)).units
    named = found[found["verdict"] != "inside"]
    assert named[["measure", "unit", "verdict"]].to_numpy().tolist() == [
        ["on time", "u3", "below"],
        ["digitised", "u7", "above"],
    ]


def test_a_measure_on_which_chance_explains_all_is_told_apart_from_one_with_real_differences() -> None:
    rng = np.random.default_rng(3)
    flat, wide = table(rng, 0.0), table(rng, 0.5)
    both = pd.concat([flat[flat["measure"] == "online"], wide[wide["measure"] == "answered"]])
    found = stand_out(both).measures.set_index("measure")
    assert found["chance_alone"].to_dict() == {"online": True, "answered": False}


def test_hard_cases_are_held_against_nobody() -> None:
    rng = np.random.default_rng(4)
    rows = []
    for number in range(20):
        for kind, chance in (("easy", 0.95), ("hard", 0.4)):
            share = 0.9 if (kind == "hard") == (number == 0) else 0.1
            total = int(1000 * share)
            rows.append(("on time", f"u{number}", kind, rng.binomial(total, chance), total))
    cells = pd.DataFrame(rows, columns=["measure", "unit", "kind", "hits", "total"])
    assert set(stand_out(cells, strata=["kind"]).units["verdict"]) == {"inside"}
    bare = stand_out(cells.groupby(["measure", "unit"], as_index=False)[["hits", "total"]].sum()).units
    assert bare.loc[bare["verdict"] == "below", "unit"].tolist() == ["u0"]


def test_units_with_few_cases_or_cases_of_their_own_kind_are_left_out_and_counted() -> None:
    cells = table(np.random.default_rng(5)).query("measure == 'online'").assign(kind="shared")
    cells.loc[cells["unit"] == "u0", ["hits", "total"]] = [0, 29]
    cells.loc[cells["unit"] == "u1", "kind"] = "its own"
    found = stand_out(cells, strata=["kind"])
    assert not found.units["unit"].isin(["u0", "u1"]).any()
    assert found.measures.loc[0, ["units_count", "left_out_count"]].tolist() == [38, 2]
    with pytest.raises(DataContractError, match="On no measure"):
        stand_out(cells.head(7))
