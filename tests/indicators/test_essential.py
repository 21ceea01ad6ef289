"""The essential services from list to use, and the linked groups: planted counts and days come back."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import facts
from analysis.display import essential_services as shown
from analysis.indicators import essential

# code: level, still in force, essential, dossiers a year and of these online
SERVICES = {
    "FULL": ("full", None, True, 100, 90),
    "HALF": ("partial", None, True, 100, 49),
    "FEW": ("full", None, True, 10, 10),
    "UNUSED": ("full", None, True, 0, 0),
    "PAPER": ("information", None, True, 50, 0),
    "MUDDLED": (None, None, True, 40, 7),
    "ENDED": ("full", "2026-01-01", True, 60, 60),
    "OTHER": ("full", None, False, 900, 900),
}
NAMES = {"B1": "Civil status", "B2": "Residence"}


def linked() -> pd.DataFrame:
    rows = []
    for month, slow in (("2024-11", 9), ("2025-11", 6)):
        rows += [("birth", month, "B1", 0, 80), ("birth", month, "B1", 1, 20)]
        rows += [("birth", month, "B2", 2, 50), ("birth", month, "B2", slow, 45)]
        rows += [("birth", month, "all", 2, 45), ("birth", month, "all", slow, 45)]
    columns = ["linked_group", "month", "step", "processing_working_days", "cases_count"]
    return pd.DataFrame(rows, columns=columns).assign(province_code="X")


@pytest.fixture(autouse=True)
def own(monkeypatch: pytest.MonkeyPatch) -> None:
    register = pd.DataFrame(
        [
            (code, code, level, essential_, "2020-01-01", ends)
            for code, (level, ends, essential_, *_) in SERVICES.items()
        ],
        columns=["procedure_code", "procedure_name", "service_level", "essential", "valid_from", "valid_to"],
    ).astype({"essential": "boolean"})
    used = pd.DataFrame(
        [(code, "2025-12", dossiers, online) for code, (*_, dossiers, online) in SERVICES.items() if dossiers],
        columns=["procedure_code", "month", "dossiers_count", "online_count"],
    )
    # what was filed before the window does not count
    used = pd.concat([used, used.assign(month="2025-09", procedure_code="UNUSED")])
    monkeypatch.setattr(facts, "only", lambda *_, **__: register)
    monkeypatch.setattr(facts, "provenance_of", lambda _: [{"as_of": "2026-09-30"}])
    monkeypatch.setattr(essential.counts, "load", lambda table, _: linked() if table == "linked" else used)


def test_every_step_from_the_list_to_use_counts_what_was_planted() -> None:
    own = essential.services("x", until="2026")
    assert own["procedure_code"].tolist() == ["FULL", "HALF", "PAPER", "MUDDLED", "FEW", "UNUSED"]
    found = essential.listed_and_used(own).set_index("step")["services_count"]
    # HALF is one dossier short of a half, FEW has too few to say so
    assert found.to_dict() == {"listed": 76, "in_force": 6, "online": 4, "used": 3, "mostly": 1}
    assert found.is_monotonic_decreasing


def test_a_register_that_the_dossiers_contradict_is_named() -> None:
    own = essential.services("x", until="2026")
    muddled = essential.contradicted(own)
    assert muddled["procedure_code"].tolist() == ["MUDDLED"]
    assert "1 services are listed" in shown.contradictions(muddled).words["en"]
    mended = own.assign(service_level=own["service_level"].fillna("full"))
    assert shown.contradictions(essential.contradicted(mended)).words["en"].startswith("Register and dossiers agree")


def test_what_is_left_to_do_comes_first_with_its_interval() -> None:
    table = shown.to_do_first(essential.services("x", until="2026")).frame
    assert table["procedure_name"].tolist() == ["HALF", "PAPER", "MUDDLED", "FULL"]
    assert table["share_words"].iloc[0]["vi"] == "49,0% (39,4\u2060–\u206058,7)"


def test_steps_and_whole_have_their_own_days() -> None:
    found = essential.linked_steps("x", until="2026")
    assert found["step"].tolist() == ["B1", "B2", "all"]
    assert found["cases_count"].tolist() == [100, 95, 90]
    assert found["same_day_count"].tolist() == [80, 0, 0]
    assert found["p50_days"].tolist() == [0, 2, 4]
    assert found["p90_days"].tolist() == [1, 6, 6]
    assert found["before_days"].tolist() == [0, 2, 5.5]
    assert essential.open_cases(found) == 10


def test_the_step_that_holds_a_case_up_is_named() -> None:
    found = essential.linked_steps("x", until="2026")
    words = shown.linked_notes(found, essential.open_cases(found), NAMES).plain("en")
    assert "the step that takes longest in the slow cases is “Residence”, 90% within 6 working days" in words
    assert "At least 10 cases have a step" in words
    quick = found.assign(p90_days=[7.0, 6.0, 7.0])
    assert "is “Civil status”" in shown.linked_notes(quick, 0, NAMES).plain("en")
    table = shown.linked_steps(found, NAMES)
    assert [words["en"] for words in table.frame["linked_step_name"]] == [
        "Birth: Civil status", "Birth: Residence", "Birth: the whole case",
    ]  # fmt: skip
    days = shown.linked_days(found, NAMES)
    assert shown.linked_chart(days).table is days


def test_the_page_says_first_how_many_are_used() -> None:
    own = essential.services("x", until="2026")
    words = shown.lead(essential.listed_and_used(own), essential.linked_steps("x", until="2026")).words["en"]
    assert words.startswith("Of 76 essential services 4 can be had online; 3 of them had an online dossier")
    assert "half took at most 4 working days, 90% at most 6" in words
