"""Who decides: a planted province whose districts end, and a real one whose counts are published."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analysis import facts, methods, policy
from analysis.display import decentralisation as shown
from analysis.display.output import Prose, Table
from analysis.facts import held
from analysis.fields import FIELDS
from analysis.indicators import counts, decentralisation
from analysis.policy import DISTRICT_PROCEDURES

OLD, MERGED = "2020-01-01", "2025-07-01"


def span(code: str, level: str, first: str = OLD, last: str | None = None) -> dict[str, Any]:
    return {"procedure_code": code, "decided_level": level, "valid_from": first, "valid_to": last}


REGISTER = [
    *(span("A", "district", OLD, MERGED), span("A", "commune", MERGED)),
    *(span("B", "district", OLD, MERGED), span("B", "department", MERGED)),
    *(span("C", "district", OLD, MERGED), span("D", "commune"), span("E", "department")),
    span("F", "district", OLD, "2025-01-01"),  # gone before the districts
]
CHANGES = [
    {"procedure_code": "A", "change_date": MERGED, "change_kind": "decentralised", "from_level": "district",
     "to_level": "commune"},
    {"procedure_code": "C", "change_date": MERGED, "change_kind": "abolished"},
]  # fmt: skip

REAL = pd.DataFrame(
    [("commune", 80.0, 90.0), ("department", 20.0, 70.0)], columns=["unit_level", "share_pct", "on_time_pct"]
).assign(province_name="UBND tỉnh Thử", as_of_date="2025-12-31")


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[dict[str, Any]]]:
    tables = {"procedures": list(REGISTER), "procedure_changes": list(CHANGES)}

    def load(name: str) -> pd.DataFrame:
        frame = pd.DataFrame(tables[name]).reindex(columns=list(held.table(name).names))
        words = [column for column in frame if FIELDS[column].dtype == "str"]
        return frame.astype(dict.fromkeys(words, "str")).assign(source_id="own")

    def followed(source_id: str, by: list[str], *, first: str, last: str) -> pd.DataFrame:
        assert (first, last) in {("2024-07", "2025-06"), ("2025-07", "2025-12")}
        late = first == "2025-07"
        rows = [(code, 4.0, 5, "finished") for code in "ABCDE"] * 40
        rows += [("A", 9.0, 5, "finished")] * (40 if late else 0)
        return pd.DataFrame(rows, columns=["procedure_code", "elapsed_days", "limit_days", "end"])

    received = [("2025-04", "commune", "X1", 30), ("2025-05", "commune", "X2", 30), ("2025-06", "district", "H1", 20),
                ("2025-06", "department", "S1", 20), ("2025-12", "commune", "P1", 75),
                ("2025-12", "department", "S1", 25)]  # fmt: skip
    table = pd.DataFrame(received, columns=["month", "unit_level", "unit_code", "dossiers_count"])
    monkeypatch.setattr(facts, "load", load)
    monkeypatch.setattr(decentralisation, "followed", followed)
    monkeypatch.setattr(counts, "load", lambda *_: table)
    return tables


def test_the_published_portal_counts_say_who_receives() -> None:
    real = decentralisation.portal_levels("H44", period="2026")
    assert real["unit_level"].tolist() == ["commune", "department"]
    assert real["received_count"].tolist() == [488_451, 109_467]
    # the units add up to what is published of the province, and none is counted twice
    assert real["received_count"].sum() == 597_918
    words = shown.lead(real, pd.DataFrame(columns=["unit_level"]), {}).words["en"]
    assert words.startswith("Real figures, Phú Thọ, to 26 September 2026:")
    assert "communes and wards received 81.7% of the dossiers and had 92.7% on time, as the portal counts; of" in words
    assert "of the departments' 69.2% were" in words


def test_what_became_of_the_districts_stands_beside_the_published_counts(own: dict[str, Any]) -> None:
    found = decentralisation.became("own").set_index("outcome")
    assert found["published_count"].to_dict() == {"commune": 278, "province": 18, "abolished": 50}
    assert found["own_count"].to_dict() == {"commune": 1, "province": 1, "abolished": 1}
    own["procedures"].clear()
    assert decentralisation.became("own")["own_count"].isna().all()
    assert [cell["en"] for cell in shown.became(decentralisation.became("own")).frame["outcome_after_name"]] == [
        "to the commune", "to the province", "abolished"]  # fmt: skip


def test_published_counts_that_do_not_add_up_are_refused() -> None:
    known = policy.district_procedures().model_dump()
    with pytest.raises(ValueError, match="does not add up to 345"):
        DISTRICT_PROCEDURES.validate_python(known | {"procedures_count": 345})


def test_levels_are_compared_over_the_end_of_the_districts(own: dict[str, Any]) -> None:
    around = decentralisation.by_level_around_merger("own", quarter="2025-Q4")
    communes = around[around["unit_level"] == "commune"]
    assert communes[["period", "units_count", "share_pct"]].to_numpy().tolist() == [["2025-Q2", 2, 60],
                                                                                   ["2025-Q4", 1, 75]]  # fmt: skip
    words = shown.lead(REAL, around, {"title": {"vi": "Khuyếtdanh", "en": "Own"}}).words["en"]
    assert "Own: communes received 60.0% of the dossiers in quarter 2 of 2025" in words
    assert words.endswith("communes went from 2 to 1.")
    levels = decentralisation.procedures_by_level("own", quarter="2025-Q4").set_index("decided_level")
    assert levels.loc["district"].tolist() == [3, 0]
    assert levels.loc["commune"].tolist() == [1, 2]
    decided = decentralisation.decided("own", until="2025-Q4")
    assert decided.to_numpy().tolist() == [["2025-Q3", "district", "commune", 1]]
    assert decentralisation.decided("own", until="2025-Q2").empty


def test_procedures_that_moved_are_followed_on_both_sides_and_never_called_an_effect(own: dict[str, Any]) -> None:
    cases = decentralisation.moved_cases("own", quarter="2025-Q4")
    # C was abolished and has no second side
    assert sorted(cases["group"].unique()) == ["commune", "province", "to_commune", "to_province"]
    found = {name: methods.share_by(each, ["finished"], 1.0)[0] for name, each in cases.groupby(["group", "after"])}
    assert (found["to_commune", 0].value, found["to_commune", 1].value) == (1.0, 0.5)
    table = shown.moved(found)
    assert isinstance(table, Table)
    assert len(table.frame) == 8
    words = shown.moved_words(found).words["en"]
    assert "100.0%" in words
    assert "50.0% (39.3% to 60.7%) after" in words
    assert "neither difference is the effect" in words


def test_a_source_without_a_register_or_from_before_the_merger_says_so(own: dict[str, Any]) -> None:
    assert decentralisation.moved_cases("own", quarter="2025-Q2").empty
    own["procedures"].clear()
    own["procedure_changes"].clear()
    cases = decentralisation.moved_cases("own", quarter="2025-Q4")
    assert cases.empty
    assert isinstance(shown.moved({}), Prose)
    assert "Too few" in shown.moved_words({}).words["en"]
    assert isinstance(shown.procedures(decentralisation.procedures_by_level("own", quarter="2025-Q4")), Prose)
    assert isinstance(shown.decided(decentralisation.decided("own", until="2025-Q4")), Prose)
