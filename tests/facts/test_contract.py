"""Bad rows are set aside with their reason, good ones are left alone, and nothing is lost."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DataContractError
from analysis.facts import contract

SCHEMA = contract.schema(
    ("unit_code", "unit_level", "received_count", *contract.TRACE), key=("unit_code",), optional=("received_count",)
)


def frame(*rows: tuple[object, object, object]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["unit_code", "unit_level", "received_count"], dtype=object)
    return table.assign(source_id="portal", file="portal/a.csv", row=range(2, len(rows) + 2))


GOOD = (("H44.01", "commune", 5), ("H44.02", "department", None))


def test_good_rows_are_all_kept_and_a_missing_count_stays_missing() -> None:
    good, rejected = contract.split(frame(*GOOD), SCHEMA, "made_up")
    assert rejected.empty
    assert good["received_count"].tolist()[0] == 5
    assert good["received_count"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (("H44.03", "town", 1), r"^unit_level: isin\(.*, found town$"),
        (("H44.03", "commune", -1), r"^received_count: greater_than_or_equal_to\(0\), found -1"),
        (("H44.03", "commune", "many"), r"^received_count: coerce_dtype\('float64'\), found many$"),
        ((None, "commune", 1), r"^unit_code: not_nullable"),
        (("H44.03", None, 1), r"^unit_level: not_nullable"),
        (("H44.03", "town", -1), r"unit_level: .*; received_count: |received_count: .*; unit_level: "),
    ],
)
def test_a_bad_row_is_set_aside_with_its_place_and_reason(bad: tuple[object, object, object], reason: str) -> None:
    good, rejected = contract.split(frame(GOOD[0], bad, GOOD[1]), SCHEMA, "made_up")
    assert good["unit_code"].tolist() == ["H44.01", "H44.02"]
    assert good["row"].tolist() == [2, 4]
    assert rejected[["table", "source_id", "file", "row"]].to_numpy().tolist() == [
        ["made_up", "portal", "portal/a.csv", 3]
    ]
    assert rejected["reason"].str.contains(reason).all(), rejected["reason"].iloc[0]


def test_a_key_that_stands_twice_rejects_both_rows() -> None:
    good, rejected = contract.split(frame(*GOOD, GOOD[0]), SCHEMA, "made_up")
    assert good["unit_code"].tolist() == ["H44.02"]
    assert rejected["row"].tolist() == [2, 4]


def test_a_cell_of_the_wrong_type_hides_no_other_bad_cell_of_its_column() -> None:
    rows = frame(*GOOD, ("H44.03", "commune", "many"), ("H44.04", "commune", -4), ("H44.05", "town", "few"))
    good, rejected = contract.split(rows, SCHEMA, "made_up")
    assert good["unit_code"].tolist() == ["H44.01", "H44.02"]
    assert rejected["row"].tolist() == [4, 5, 6]
    assert rejected["reason"].str.contains("found (?:many|-4|town)").all()


cells = st.tuples(
    st.one_of(st.none(), st.sampled_from(["H44.01", "H44.02", "H44.03", "H44.04", "H44.05"])),
    st.one_of(st.none(), st.sampled_from(["commune", "department", "town"])),
    st.one_of(st.none(), st.integers(-2, 5), st.sampled_from(["many", "7"])),
)


@settings(max_examples=40)
@given(st.lists(cells, max_size=6))
def test_nothing_is_lost_and_no_good_row_is_touched(rows: list[tuple[object, object, object]]) -> None:
    given_rows = frame(*rows)
    good, rejected = contract.split(given_rows, SCHEMA, "made_up")
    assert sorted([*good["row"], *rejected["row"]]) == given_rows["row"].tolist()
    assert (rejected["reason"].str.len() > 0).all()
    codes = [code for code, _, _ in rows]
    for code, level, received in rows:
        number = float(received) if received not in {"many", None} else None
        well = level in {"commune", "department"} and received != "many" and (number is None or number >= 0)
        kept = good[good["unit_code"] == code]
        if code is not None and codes.count(code) == 1:
            assert len(kept) == well
        if len(kept) and codes.count(code) == 1:
            assert kept["unit_level"].item() == level
            assert kept["received_count"].isna().item() if number is None else kept["received_count"].item() == number


@pytest.mark.parametrize("columns", [["unit_code"], ["received_count", "unit_level"]])
def test_a_missing_column_is_an_error_that_names_it(columns: list[str]) -> None:
    with pytest.raises(DataContractError, match="made_up") as caught:
        contract.split(frame(*GOOD).drop(columns=columns), SCHEMA, "made_up")
    assert all(column in caught.value.where for column in columns)
    assert "unit_level" in caught.value.allowed


def test_an_unknown_column_is_an_error() -> None:
    with pytest.raises(DataContractError) as caught:
        contract.split(frame(*GOOD).assign(wind=1), SCHEMA, "made_up")
    assert "wind" in caught.value.where


def test_a_check_names_every_violation_with_row_and_column() -> None:
    rows = frame(("H44.01", "town", -1), ("H44.02", "commune", 1), (None, "commune", "many"))
    with pytest.raises(DataContractError, match="made_up") as caught:
        contract.check(rows, SCHEMA, "made_up")
    said = caught.value.where
    for place in (
        "row 0, column unit_level", "row 0, column received_count", "row 2, column unit_code",
        "row 2, column received_count",
    ):  # fmt: skip
        assert place in said
    assert "row 1" not in said


def test_a_long_list_of_violations_is_cut_and_says_so() -> None:
    rows = frame(*[(f"H44.{number}", "town", 1) for number in range(20)])
    with pytest.raises(DataContractError, match=r"\(and 8 more\)"):
        contract.check(rows, SCHEMA, "made_up")


def test_a_check_gives_good_rows_their_types() -> None:
    checked = contract.check(frame(*GOOD), SCHEMA, "made_up")
    assert checked["received_count"].dtype == "float64"
