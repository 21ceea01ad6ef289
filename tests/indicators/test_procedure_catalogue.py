"""What the real catalogue asks: the longest limit of a procedure, and bounds over what could not be read."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analysis import facts
from analysis.display import procedure_catalogue as shown
from analysis.facts import catalogue_channels, catalogue_procedures, procedure_pairs
from analysis.indicators import catalogue

# number, agency, field, levels, documents, rows of (channel, limit, unit, fee)
PROCEDURES: list[tuple[int, str, str, list[tuple[str, float | None, str | None, float | None]]]] = [
    (1, "A", "ministry", [("direct", 5, "working_days", 0), ("online", 4, "working_days", 0)]),
    (2, "A", "ministry, commune", [("direct", 14, "days", 50_000), ("online", 14, "days", 25_000)]),
    (3, "A", "commune", [("direct", 16, "hours", None), ("direct", 30, "working_days", 9000)]),
    (4, "B", "commune", [("direct", 2, "months", 0), ("online", None, None, 0)]),
    (5, "B", "province", [("online", None, None, None)]),
    (6, "B", "province", []),
]


def tables() -> dict[str, pd.DataFrame]:
    trace = {"source_id": "procedures-2026", "edition": "2026"}
    procedures = [
        {"procedure_code": str(number), "procedure_name": f"P{number}", "agency_name": agency, "field_name": "F",
         "levels": levels, "documents_listed_count": number, "file": f"{number}.json", "row": 1, **trace}
        for number, agency, levels, _ in PROCEDURES
    ]  # fmt: skip
    rows = [
        {"procedure_code": str(number), "channel": channel, "limit_amount": amount, "limit_unit": unit, "fee_vnd": fee,
         "limit_problem": None if amount else "no_unit", "fee_problem": None if fee is not None else "not_given",
         "file": f"{number}.json", "row": 1, **trace}
        for number, _, _, ways in PROCEDURES for channel, amount, unit, fee in ways
    ]  # fmt: skip
    pairs = [("A", "direct", True, 15, "days", True, 10, "days"), ("A", "online", False, None, None, True, 10, "days"),
             ("B", "direct", True, 5, "days", True, 5, "working_days"),
             ("C", "direct", True, 3, "days", True, 4, "days")]  # fmt: skip
    names = ["procedure_name", "channel", "before_offered", "before_limit_amount", "before_limit_unit", "after_offered",
             "after_limit_amount", "after_limit_unit"]  # fmt: skip
    twins = pd.DataFrame(pairs, columns=names)
    return {
        "catalogue_procedures": pd.DataFrame(procedures).reindex(columns=list(catalogue_procedures.COLUMNS)),
        "catalogue_channels": pd.DataFrame(rows).reindex(columns=list(catalogue_channels.COLUMNS)),
        "procedure_pairs": twins.assign(file=twins["procedure_name"], row=1).reindex(
            columns=list(procedure_pairs.COLUMNS)),
    }  # fmt: skip


@pytest.fixture(autouse=True)
def editions(monkeypatch: pytest.MonkeyPatch) -> dict[str, pd.DataFrame]:
    made = tables()
    monkeypatch.setattr(facts, "load", lambda name: made[name].copy())
    return made


def test_a_procedure_takes_its_longest_case_in_working_days_and_none_if_a_row_was_not_read() -> None:
    found = catalogue.procedures().set_index("procedure_code")
    assert found.loc[["1", "2", "3"], "limit_days"].tolist() == [5, 10, 30]
    assert found.loc[["4", "5", "6"], "limit_days"].isna().all()
    assert found.loc["4", "limit_read_days"] == pytest.approx(43.48, abs=0.01)
    assert found.loc[["1", "5", "6"], "online"].tolist() == [True, True, False]
    assert (found.loc["2", "fee_vnd"], found.loc["3", "fee_read_vnd"]) == (50_000, 9000)
    assert pd.isna(found.loc["3", "fee_vnd"])


def test_what_was_not_read_may_be_anything_and_makes_bounds() -> None:
    frame = catalogue.procedures()
    # 1 and 2 surely within 10 days, 3 and 4 surely not, 5 and 6 nobody knows
    assert catalogue.within(frame, 10) == (pytest.approx(100 * 2 / 6), pytest.approx(100 * 4 / 6))
    row = catalogue.asked(frame, []).iloc[0]
    # free: 1 and 4 surely; 5 and 6 perhaps; 2 and 3 surely not
    assert (row["free_least_pct"], row["free_most_pct"]) == (pytest.approx(100 * 2 / 6), pytest.approx(100 * 4 / 6))
    assert (row["procedures_count"], row["limit_known_count"], row["limit_median_days"]) == (6, 3, 10)
    assert row["fee_middle_vnd"] == 29_500


def test_groups_are_counted_and_a_procedure_of_several_levels_counts_in_each() -> None:
    frame = catalogue.procedures()
    assert catalogue.asked(frame, ["agency_name"])["procedures_count"].tolist() == [3, 3]
    levels = catalogue.asked(catalogue.by_level(frame), ["level"]).set_index("level")
    assert levels["procedures_count"].to_dict() == {"commune": 3, "ministry": 2, "province": 2}
    assert catalogue.slowest_fields(frame).empty  # 3 limits are too few


def test_online_is_compared_with_the_desk_only_where_both_say_one_thing_in_one_unit(
    editions: dict[str, pd.DataFrame],
) -> None:
    found = catalogue.online_against_desk().set_index("measure")
    assert found.loc["limit"].tolist() == [2, 1, 1, 0]
    assert found.loc["fee"].tolist() == [3, 1, 2, 0]
    rows = editions["catalogue_channels"]
    rows.loc[(rows["file"] == "1.json") & (rows["channel"] == "online"), "limit_unit"] = "days"
    assert catalogue.online_against_desk().set_index("measure").loc["limit"].tolist() == [1, 0, 1, 0]


def test_the_unread_is_counted_by_reason() -> None:
    assert catalogue.unread().to_numpy().tolist() == [["limit", "no_unit", 2], ["fee", "not_given", 2]]
    row = catalogue.read().iloc[0]
    assert (row["procedures_count"], row["rows_count"], round(row["limit_pct"])) == (6, 9, 78)


def test_the_lead_and_the_pairs_say_what_was_found() -> None:
    frame, compared = catalogue.procedures(), catalogue.online_against_desk()
    by_agency, whole = catalogue.asked(frame, ["agency_name"]), catalogue.asked(frame, [])
    words = shown.lead(by_agency, whole, catalogue.within(frame, 10), compared).words["en"]
    assert "Of the 6 procedures of 2 ministries and agencies" in words
    assert "Between 33.3% and 66.7%" in words
    assert "quicker in 1 and slower in 0 of 2 procedures" in words
    said = shown.pairs_words(catalogue.pairs(), 87).words["en"]
    # B changed its unit: not compared
    assert "3 of the 87 procedures" in said
    assert "Of 2 with a limit in both, 1 became shorter and 1 longer; 1 gained the online channel" in said
    assert [cell["en"] for cell in shown.pairs(catalogue.pairs()).frame["after_limit_words"]][:2] == [
        "10 calendar days",
        "5 working days",
    ]


@pytest.mark.parametrize("name", ["limit_problem", "fee_problem", "edition"])
def test_every_reason_and_edition_has_words(name: str) -> None:
    from analysis.fields import FIELDS

    words: Any = shown.edition_name if name == "edition" else shown.reason_name
    assert all(words(each)["vi"] for each in FIELDS[name].allowed)
