"""What complying costs: planted savings come back, waiting is not sold as labour, real decisions are re-computed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import facts, indicators, policy
from analysis.display import compliance_cost as shown
from analysis.display import cost_decisions as shown_decisions
from analysis.display import cost_savings as shown_savings
from analysis.indicators import compliance_cost as cost
from analysis.indicators import cost_decisions
from analysis.indicators.registers import NEVER
from analysis.methods import burden

DIRECTIVE = policy.directive_4550().issued_on.isoformat()
AFTER = "2025-03-01"


def span(code: str, first: str, last: str | None, papers: float, days: float) -> dict[str, object]:
    return {"source_id": "own", "procedure_code": code, "procedure_name": f"Procedure {code}", "valid_from": first,
            "valid_to": last, "documents_count": papers, "limit_days": days, "fee_vnd": 1000.0}  # fmt: skip


REGISTER = [
    span("PAPERS", "2020-01-01", AFTER, 3, 10), span("PAPERS", AFTER, None, 1, 10),
    span("LIMIT", "2020-01-01", AFTER, 2, 10), span("LIMIT", AFTER, None, 2, 8),
    span("SAME", "2020-01-01", None, 5, 5),
    span("NOBODY", "2020-01-01", AFTER, 4, 9), span("NOBODY", AFTER, None, 2, 9),
    span("NEW", AFTER, None, 9, 9), span("GONE", "2020-01-01", AFTER, 9, 9),
]  # fmt: skip
# dossiers a month and of these online: in the year before the directive, and in the last
USED = {"PAPERS": ((10, 0), (10, 5)), "LIMIT": ((5, 0), (20, 10)), "SAME": ((10, 0), (10, 10)), "NEW": ((0, 0), (7, 7))}


def used() -> pd.DataFrame:
    before = pd.period_range("2023-11", "2024-10", freq="M").astype(str)
    after = pd.period_range("2025-10", "2026-09", freq="M").astype(str)
    rows = [
        (code, month, *counted)
        for code, years in USED.items()
        for months, counted in zip((before, after), years, strict=True)
        for month in months
    ]
    frame = pd.DataFrame(rows, columns=["procedure_code", "month", "dossiers_count", "online_count"])
    return frame[frame["dossiers_count"] > 0]


def internal_rows() -> pd.DataFrame:
    results = ["simplified"] * 5 + ["merged", "abolished", "kept", None, "simplified"]
    days = [AFTER] * 8 + [None, "2027-01-01"]
    after = [60.0] * 5 + [50.0, 0.0, 100.0, 100.0, 10.0]
    frame = pd.DataFrame({"source_id": "own", "procedure_code": [f"N{i}" for i in range(10)], "review_result": results,
                          "decided_date": days, "cost_before_vnd": 100.0, "cost_after_vnd": after})  # fmt: skip
    frame.loc[0, "cost_after_vnd"] = np.nan
    return frame


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = {"procedures": pd.DataFrame(REGISTER), "internal_procedures": internal_rows()}
    monkeypatch.setattr(facts, "only", lambda table, **_: tables[table])
    monkeypatch.setattr(facts, "provenance_of", lambda _: [{"as_of": "2026-09-30"}])
    monkeypatch.setattr(cost.counts, "load", lambda *_: used())


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.mark.usefixtures("own")
class TestApplicants:
    def test_only_what_was_cut_and_is_in_force_is_simplified(self) -> None:
        cut = cost.simplified("own", until="2026")
        assert cut["procedure_code"].tolist() == ["LIMIT", "PAPERS", "NOBODY"]
        assert cut["dossiers_count"].tolist() == [240, 120, 0]

    def test_papers_save_what_was_planted_and_a_limit_alone_saves_nothing(self) -> None:
        cut = cost.simplified("own", until="2026")
        time, wage = policy.cost_model().time("papers"), policy.cost_model().hourly_wage_vnd
        found = burden(*cost.paper_costs(cut), rng())
        mean_hours = time.median_hours * np.exp(np.log(time.spread) ** 2 / 2)
        saved = found.procedures.set_index("procedure")["saved_vnd"]
        assert saved["PAPERS"] == pytest.approx(2 * mean_hours * wage * 120)
        assert saved["LIMIT"] == 0
        assert "NOBODY" not in saved

    def test_the_way_of_limits_sells_waiting_and_its_claim_is_refused(self) -> None:
        cut = cost.simplified("own", until="2026")
        claimed = cost.saved_by_limits(cut)
        wage = policy.cost_model().hourly_wage_vnd
        assert claimed.tolist() == pytest.approx([2 * 8 * wage * 240, 0, 0])
        found = burden(*cost.paper_costs(cut), rng(), claimed_vnd=claimed.sum())
        assert found.estimate("claim_met_pct").value < 10
        # the twin: a claim of what the papers save at their median time is as likely as not
        papers = 2 * policy.cost_model().time("papers").median_hours * wage * 120
        assert 45 < burden(*cost.paper_costs(cut), rng(), claimed_vnd=papers).estimate("claim_met_pct").value < 55
        words = shown_savings.by_papers(cut, float(claimed.sum()), found).plain("en")
        assert words.startswith("- 3 procedures in force have had papers or a time limit cut since the directive. 1 of")

    def test_visits_are_spared_by_the_share_that_went_online(self) -> None:
        model = policy.cost_model()
        found = burden(*cost.whole_costs("own", until="2026"), rng())
        lines = found.procedures.set_index("procedure")
        # NEW was not in force before, GONE is not now, NOBODY has no dossier
        assert set(lines["annual_count"]) == {120 + 240 + 120}
        assert lines["saved_vnd"]["fill_in"] == 0
        before, after = lines["before_vnd"]["visits"], lines["after_vnd"]["visits"]
        visit = model.time("visits")
        hours = visit.median_hours * np.exp(np.log(visit.spread) ** 2 / 2)
        once = hours * model.hourly_wage_vnd + visit.travel_vnd
        assert before == pytest.approx(480 * model.visits_in_person * once)
        assert after == pytest.approx((60 + 120) * model.visits_in_person * once)
        fill_in = model.time("fill_in")
        hours = fill_in.median_hours * np.exp(np.log(fill_in.spread) ** 2 / 2)
        assert lines["before_vnd"]["fill_in"] == pytest.approx(480 * (hours * model.hourly_wage_vnd + 1000))

    def test_many_procedures_stand_together_beyond_the_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        cut = cost.simplified("own", until="2026")
        whole = burden(*cost.paper_costs(cut), rng()).estimate("saved_vnd").value
        monkeypatch.setattr(cost, "MOST_SINGLE", 1)
        together = burden(*cost.paper_costs(cut), rng())
        assert together.procedures["procedure"].tolist() == [cost.REST, "LIMIT"]
        assert together.estimate("saved_vnd").value == pytest.approx(whole)


@pytest.mark.usefixtures("own")
class TestInternal:
    def test_what_counts_as_cut_is_said_and_a_decision_to_come_does_not_count(self) -> None:
        found = cost.internal("own", until="2026").set_index("way")
        assert found["numerator_count"].tolist() == [7, 2, 4 * 40 + 50 + 100]
        assert found["denominator_count"].tolist() == [10, 10, 900]
        assert internal_rows()["decided_date"].fillna(NEVER).max() > "2026-09-30"

    def test_the_cost_has_an_interval_and_what_was_kept_does_not_save_by_chance(self) -> None:
        found = burden(*cost.internal_costs("own", until="2026"), rng())
        share = found.estimate("saved_pct")
        assert share.value == pytest.approx(100 * 310 / 900)
        assert share.low < share.value < share.high
        saved = found.procedures.set_index("procedure")["saved_vnd"]
        assert saved["N7"] == saved["N8"] == saved["N9"] == 0

    def test_the_page_holds_both_levels_against_it(self) -> None:
        found = cost.internal("own", until="2026")
        table = shown.internal(found, burden(*cost.internal_costs("own", until="2026"), rng())).frame
        assert [words["en"] for words in table["law_state_name"]] == ["reached", "reached", "reached"]
        assert [words["en"] for words in table["claimed_state_name"]] == ["reached", *["not reached yet"] * 2]
        assert table["of_words"].iloc[0]["vi"] == "7 trên 10"
        # decided procedures are counted: only the declared cost has an interval
        assert [" to " in words["en"] for words in table["share_words"]] == [False, False, True]


class TestRealDecisions:
    def test_their_own_rule_gives_their_figures_and_leaves_applicants_nothing(self) -> None:
        found = cost_decisions.decisions(until="2026")
        priced = found.dropna(subset=["saved_vnd"])
        limits = priced.dropna(subset=["recomputed_saved_vnd"])
        assert len(limits) == 3
        assert (limits["recomputed_saved_vnd"] == limits["saved_vnd"]).all()
        assert priced["left_vnd"].tolist() == [0, 0, 0, 0]
        result = burden(*cost_decisions.costs(found), rng())
        waiting, nobody = (check.value for check in result.checks)
        assert waiting + nobody == pytest.approx(100)
        assert [check.passed for check in result.checks] == [False, False]
        assert result.estimate("saved_vnd").value == priced["saved_vnd"].sum()

    def test_the_text_that_says_another_day_is_found(self) -> None:
        found = cost_decisions.decisions(until="2026")
        words = shown_decisions.flaws(found, burden(*cost_decisions.costs(found), rng())).plain("en")
        assert (
            "Procedure 1.001653: the text says 1 working day less, the table 2; by the text the saving is VND 3.2"
            in words
        )
        assert "gives 3 of 3 published savings to the đồng" in words
        assert "VND 0 is left" in words

    def test_an_honest_decision_passes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The twin: another rule than waiting × wage, on something that is filed, leaves all of it to applicants."""
        rows = facts.published("cost_decisions", until="2026").iloc[[0]]
        honest = rows.assign(before_days=np.nan, after_days=np.nan, filed_dossiers_count=10.0)
        monkeypatch.setattr(facts, "published", lambda *_, **__: honest)
        found = cost_decisions.decisions(until="2026")
        assert found["left_vnd"].tolist() == found["saved_vnd"].tolist()
        checks = burden(*cost_decisions.costs(found), rng()).checks
        assert [check.passed for check in checks] == [True, True]


def test_every_number_of_the_model_says_how_sure_it_is() -> None:
    model = policy.cost_model()
    assert model.hourly_wage_vnd == pytest.approx(101.9e6 / 2112)
    assert model.gdp.year == 2023  # of 2024 no source was read
    table = shown.assumptions().frame
    assert len(table) == 2 + len(model.times)
    assert {words["en"] for words in table["certainty_name"]} == {"not found in a source", "assumed by this project"}


def test_the_committed_rooms_are_reached_by_name() -> None:
    assert indicators.compliance_cost is cost
