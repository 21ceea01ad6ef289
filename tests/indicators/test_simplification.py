"""The register against the decisions and the dossiers: planted slips are found, a clean register has none."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import facts, indicators, methods
from analysis.display import cutting
from analysis.display import simplification as shown
from analysis.display.output import Chart, Prose, Table
from analysis.facts import held
from analysis.facts.dossiers import reading
from analysis.fields import FIELDS

OLD = "2020-01-01"
REGISTER = [
    {"procedure_code": "A", "limit_days": 5, "documents_count": 3, "valid_from": OLD, "valid_to": "2025-02-01"},
    {"procedure_code": "A", "limit_days": 3, "documents_count": 2, "valid_from": "2025-02-01"},
    {"procedure_code": "B", "limit_days": 10, "documents_count": 1, "valid_from": OLD, "valid_to": "2025-05-01"},
    {"procedure_code": "C", "limit_days": 10, "documents_count": 1, "valid_from": "2025-04-10"},
]
CHANGES = [
    {"procedure_code": "A", "change_date": "2025-02-01", "change_kind": "amended", "before_days": 5, "after_days": 3,
     "before_documents_count": 3, "after_documents_count": 2},
    {"procedure_code": "B", "change_date": "2025-05-01", "change_kind": "abolished"},
    {"procedure_code": "C", "change_date": "2025-04-10", "change_kind": "issued"},
]  # fmt: skip
# all of 2025: A in its limit of 3 days, C rarely
DOSSIERS = [("A", 3, 2, 4)] * 40 + [("C", 10, 5, 1)] * 5


class Province:
    """What a source filled in and filed; a test may plant a slip in it."""

    def __init__(self) -> None:
        self.tables = {"procedures": [dict(row) for row in REGISTER], "procedure_changes": [dict(r) for r in CHANGES]}
        self.dossiers = list(DOSSIERS)

    def load(self, name: str) -> pd.DataFrame:
        form = held.table(name)
        frame = pd.DataFrame(self.tables[name]).reindex(columns=[*form.names, "source_id"])
        if name == "procedures":
            frame = frame.assign(procedure_name=frame["procedure_code"], decided_level="commune", internal=False)
        words = [name for name in frame if FIELDS[name].dtype == "str"]
        return frame.astype(dict.fromkeys(words, "str")).assign(source_id="own")

    def read(self, source_id: str, columns: list[str], **_: Any) -> pd.DataFrame:
        names = ["procedure_code", "allowed_working_days", "components_count", "processing_working_days"]
        return pd.DataFrame(self.dossiers, columns=names)[columns]


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Province:
    province = Province()
    monkeypatch.setattr(facts, "load", province.load)
    monkeypatch.setattr(facts, "provenance_of", lambda _: [{"as_of": "2025-12-31"}])
    monkeypatch.setattr(reading, "read", province.read)
    return province


def found() -> dict[str, tuple[int, int]]:
    rows = indicators.unseen("own", until="2025-Q4")
    return {row.check_id: (row.found_count, row.of_count) for row in rows.itertuples(index=False)}


def test_a_register_in_step_with_its_decisions_has_no_slip(own: Province) -> None:
    assert found() == {"entered": (0, 1), "left": (0, 1), "not_entered": (0, 1), "heavier": (0, 1),
                       "promised": (0, 1), "still_filed": (0, 2)}  # fmt: skip
    flow = indicators.simplification.stock_and_flow("own", until="2025-Q4").set_index("period")
    assert flow["in_force_count"].tolist() == [2, 2, 2, 2]
    assert flow.loc["2025-Q2", ["issued_count", "abolished_count"]].tolist() == [1, 1]
    words = shown.lead(flow.reset_index(), indicators.unseen("own", until="2025-Q4"), "2025-Q1").words["en"]
    assert words.startswith("In number, no: as many as before. 2 procedures were in force at the end of quarter 4 of")
    assert "1 were abolished since, 1 issued, 0 amended." in words
    fewer = flow.reset_index().assign(in_force_count=[2, 2, 2, 1])
    assert (
        shown.lead(fewer, indicators.unseen("own", until="2025-Q4"), "2025-Q1")
        .words["en"]
        .startswith("In number, fewer by 1.")
    )
    assert words.endswith("The one that entered the register since it began has its decision.")


@pytest.mark.parametrize(
    ("check", "table", "row", "count"),
    [
        ("entered", "procedures", {"procedure_code": "D", "valid_from": "2025-06-01"}, (1, 2)),
        ("left", "procedures", {"procedure_code": "D", "valid_from": OLD, "valid_to": "2025-06-01"}, (1, 2)),
        ("not_entered", "procedure_changes",
         {"procedure_code": "E", "change_date": "2025-06-01", "change_kind": "issued"}, (1, 2)),
        ("heavier", "procedures", {"procedure_code": "B", "limit_days": 12, "valid_from": "2025-05-01"}, (1, 2)),
    ],
)  # fmt: skip
def test_a_planted_slip_is_found(
    own: Province, check: str, table: str, row: dict[str, Any], count: tuple[int, int]
) -> None:
    own.tables[table].append(row)
    assert found()[check] == count
    if check == "entered":
        flow = indicators.simplification.stock_and_flow("own", until="2025-Q4")
        words = shown.lead(flow, indicators.unseen("own", until="2025-Q4"), "2024-Q3").words["en"]
        assert words.endswith("1 procedure entered the register without a decision.")


def test_receipts_that_promise_longer_and_procedures_that_are_gone_are_found(own: Province) -> None:
    own.dossiers = [("A", 5, 2, 4)] * 30 + [("B", 10, 1, 1)]
    assert found()["promised"] == (1, 1)
    assert found()["still_filed"] == (1, 2)
    own.dossiers = [("A", 5, 2, 4)] * 29  # too few to say
    assert found()["promised"] == (0, 0)


def test_amendments_are_counted_by_what_they_did(own: Province) -> None:
    own.tables["procedure_changes"].append(
        {
            "procedure_code": "C",
            "change_date": "2025-08-01",
            "change_kind": "amended",
            "before_days": 10,
            "after_days": 12,
        }
    )
    days, documents = indicators.simplification.amendments("own", until="2025-Q4").to_dict("records")
    assert (days["known_count"], days["lighter_count"], days["heavier_count"]) == (2, 1, 1)
    assert (days["before_mean"], days["after_mean"]) == (7.5, 7.5)
    assert (documents["all_count"], documents["known_count"], documents["lighter_count"]) == (2, 1, 1)


def test_documents_are_summed_over_dossiers_and_the_unrecorded_taken_like_the_others(own: Province) -> None:
    own.dossiers = [("A", 3, 2, 4), ("A", 3, 4, 2), ("A", 3, None, 3)]
    row = indicators.volumes.handed_in("own", quarter="2025-Q4").iloc[0]
    assert (row["annual_dossiers_count"], row["documents_filed_count"], row["mean_days"]) == (3, 9, 3)
    assert row["documents_se"] == pytest.approx(1.5 * 20**0.5)


def test_what_hardly_anybody_files_is_counted_and_so_is_what_it_weighs(own: Province) -> None:
    own.tables["procedures"].append({"procedure_code": "F", "valid_from": OLD})
    own.dossiers = [("A", 3, 2, 4)] * 95 + [("F", 10, 5, 1)] * 5
    rare = indicators.volumes.rarely_filed("own", quarter="2025-Q4").iloc[0]
    # C began within the year and is not judged
    assert (rare["in_force_count"], rare["never_filed_count"], rare["rarely_filed_count"]) == (2, 0, 1)
    assert rare["rare_dossiers_count"] == 5
    own.dossiers = own.dossiers[:95]
    assert indicators.volumes.rarely_filed("own", quarter="2025-Q4").iloc[0]["never_filed_count"] == 1


def test_candidates_that_cannot_be_told_apart_share_their_ranks(own: Province) -> None:
    own.dossiers = [("A", 3, 4, 4)] * 500 + [("C", 10, 1, 1)] * 41 + [("B", 10, 1, 1)] * 40
    named = indicators.volumes.candidates("own", quarter="2025-Q4")
    assert named["procedure_code"].tolist() == ["A", "C"]  # B is no longer in force
    own.tables["procedures"][2]["valid_to"] = None
    named = indicators.volumes.candidates("own", quarter="2025-Q4")
    columns = {"procedure_code": "unit", "documents_filed_count": "value", "documents_se": "se"}
    ranked = methods.ranks(named.rename(columns=columns), np.random.default_rng(1), top=2)
    table = cutting.candidates(ranked, named).frame
    assert [words["en"] for words in table["ranks_words"]] == ["1", "2–3", "2–3"]


def test_without_a_register_the_page_says_so_and_ranks_what_was_filed(own: Province) -> None:
    own.tables = {"procedures": [], "procedure_changes": []}
    flow = indicators.simplification.stock_and_flow("own", until="2025-Q4")
    odd = indicators.unseen("own", until="2025-Q4")
    assert "has not been filled in" in shown.lead(flow, odd, "2024-Q3").words["en"]
    parts = (shown.flow(flow), shown.flow_chart(flow, shown.flow(flow)), shown.unseen(odd),
             cutting.rarely(indicators.volumes.rarely_filed("own", quarter="2025-Q4")))  # fmt: skip
    assert all(isinstance(part, Prose) for part in parts)
    assert "not known" in shown.amendments(indicators.simplification.amendments("own", until="2025-Q4")).words["en"]
    assert shown.figures_for_machines(flow, odd, "own").rows == []
    assert indicators.volumes.candidates("own", quarter="2025-Q4")["procedure_code"].tolist() == ["A", "C"]


def test_the_room_in_the_limits_is_said_from_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = pd.DataFrame({"cohort": "2025-01", "elapsed_days": [1.0, 2, 4, 9], "limit_days": [2, 4, 5, 10],
                          "end": ["finished", "finished", "open", "finished"]})  # fmt: skip
    cases = pd.concat([cases] * 30, ignore_index=True)
    monkeypatch.setattr(indicators.volumes, "followed", lambda *_, **__: cases)
    used = indicators.volumes.limits_used("own", quarter="2025-Q4")
    assert used.head(3).to_numpy().tolist() == [[0, 0.5, "finished"], [0, 0.8, "open"], [1, 0.9, "finished"]]
    found = {(group, part): methods.share_by(own, ["finished"], part)[0]
             for group, own in used.groupby("limit_group") for part in cutting.PARTS}  # fmt: skip
    table = cutting.limits(found)
    assert isinstance(table, Table)
    assert table.frame["share_pct"].round(0).tolist()[:2] == [50, 50]
    assert "from 0.0% to 50.0% of the dossiers" in cutting.room(table).words["en"]
    assert isinstance(cutting.limits_chart(table), Chart)
    few = {key: dataclasses.replace(each, n=29) for key, each in found.items()}
    nothing = cutting.limits(few)
    assert isinstance(nothing, Prose)
    assert nothing == cutting.limits_chart(nothing) == cutting.room(nothing)
    assert nothing == cutting.candidates(None, used) == cutting.first_cut(nothing, used, used)
