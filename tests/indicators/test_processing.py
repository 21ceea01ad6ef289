"""How long dossiers take: parts, backlog and cohorts counted by hand, slow procedures and Tết planted and found."""

from __future__ import annotations

from dataclasses import replace

import hand_made
import numpy as np
import pandas as pd
import pytest
from hand_made import DOSSIERS, SOURCE, dossier

from analysis import facts, indicators, methods, paths
from analysis.display import backlog as waiting
from analysis.display import processing as shown
from analysis.display import tet as tet_words
from analysis.facts.dossiers import reading
from analysis.indicators import counts, flow, processing, tet
from analysis.methods.result import Estimate
from analysis.simulation.run import simulate
from analysis.simulation.scenario import Scenario


@pytest.fixture
def counted(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "PROCESSED", tmp_path)
    hand_made.write(DOSSIERS)
    counts.ensure()


@pytest.mark.usefixtures("counted")
class TestByHand:
    def test_the_portal_s_share_is_the_sum_of_its_parts(self) -> None:
        parts = flow.official_parts(counts.load("flow", SOURCE), [], "month")
        january = parts[parts["period"] == "2025-01"].set_index("part")["dossiers_count"]
        wanted = {"finished_in_time": 4, "finished_undated": 1, "finished_late": 1, "pending_overdue": 2}
        assert january[january > 0].to_dict() == wanted
        assert processing.parts_of_official(SOURCE, quarter="2025-Q1") == {
            "finished_in_time": 5, "finished_undated": 1, "finished_late": 3,
            "pending_not_due": 1, "pending_overdue": 1, "pending_undated": 1,
        }  # fmt: skip

    def test_the_ways_count_different_dossiers(self) -> None:
        found = processing.ways(SOURCE, quarter="2025-Q1").set_index("way")
        assert found.loc["official"].tolist() == [8, 12]
        assert found.loc["of_finished"].tolist() == [5, 8]
        assert found.loc["by_receipt"].tolist() == [5, 9]

    def test_a_month_of_which_too_few_are_decided_is_not_shown_by_receipt(self) -> None:
        found = processing.by_month(SOURCE)
        by_receipt = found[found["indicator_id"] == "on_time_cohort_share"]
        assert by_receipt["month"].tolist() == ["2025-01"]

    def test_what_is_pending_has_its_age_and_is_overdue_only_once_it_was_due(self) -> None:
        found = flow.backlog_by_age(SOURCE, period="2025-Q1")
        assert found.to_numpy().tolist() == [[0, 2, 0, 1], [1, 1, 1, 0]]
        lead = waiting.lead(found, 0, "2025-Q1").words["vi"]
        assert "còn 3 hồ sơ đang giải quyết, trong đó 1 hồ sơ đã quá hạn" in lead

    def test_requests_beyond_the_first_are_seen(self) -> None:
        asked = processing.requests(SOURCE, quarter="2025-Q1")
        assert asked.iloc[0].to_dict() == {"sent_back_count": 1, "requests_count": 2, "dossiers_count": 12}


@pytest.mark.parametrize(("again", "left"), [(False, 1), (True, 0)])
def test_what_a_unit_leaves_open_at_the_merger_is_found(tmp_path, monkeypatch, again, left) -> None:
    monkeypatch.setattr(paths, "PROCESSED", tmp_path)
    rows = [dossier("2025-06-02 08:00", "2025-06-20 08:00", None, unit_code="OLD"),
            dossier("2025-07-02 08:00", "2025-07-20 08:00", None, unit_code="NEW")]  # fmt: skip
    hand_made.write([*rows, dossier("2025-08-04 08:00", None, None, unit_code="OLD" if again else "NEW")])
    counts.ensure()
    assert flow.left_by_the_merger(SOURCE, period="2025-Q3") == left
    said = waiting.lead(flow.backlog_by_age(SOURCE, period="2025-Q3"), left, "2025-Q3").words["en"]
    assert ("somebody has to be named" in said) is bool(left)


def cases(slow_share: float) -> pd.DataFrame:
    """Ten procedures of 200 cases; the first is late in a share of its own."""
    rng = np.random.default_rng(5)
    rows = []
    for number in range(10):
        late = rng.random(200) < (slow_share if number == 0 else 0.06)
        rows.append(
            pd.DataFrame(
                {"procedure_code": f"P{number}", "unit_level": "commune", "limit_days": 10.0, "end": "finished",
                 "elapsed_days": np.where(late, 15.0, rng.integers(1, 10, 200)), "cohort": "2026-01"}
            )
        )  # fmt: skip
    few = rows[0].iloc[:20].assign(procedure_code="few", elapsed_days=90.0)
    return pd.concat([*rows, few], ignore_index=True)


@pytest.mark.parametrize(("slow_share", "below"), [(0.40, ["P0"]), (0.06, [])])
def test_a_planted_slow_procedure_is_named_and_chance_is_not(monkeypatch, slow_share, below) -> None:
    monkeypatch.setattr(indicators.names, "procedure_names", lambda _: {"P0": "Thủ tục chậm"})
    compared = processing.by_procedure(cases(slow_share))
    assert "few" not in set(compared["cohort"])
    found = methods.funnel(processing.decided(compared))
    assert found.units.query("verdict == 'below'")["unit"].tolist() == below
    assert ("Thủ tục chậm" in waiting.keep_their_limit(found, "own").words["vi"]) is bool(below)


def test_the_slowest_are_those_whose_settled_cases_took_longest() -> None:
    compared = processing.by_procedure(cases(0.9))
    assert set(processing.slowest(compared, 1)["cohort"]) == {"P0"}


@pytest.fixture(scope="module", params=[0.5, 0.0], ids=["planted", "twin"])
def around_2026(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "PROCESSED", folder)
        patch.setattr(facts, "provenance_of", lambda _: [{"as_of": "2026-09-30"}])
        patch.setattr(reading, "country", lambda _: "VN")
        scenario = replace(Scenario(), tet_backlog_log=request.param)
        simulate(dossiers_count=60_000, seed=11, into=folder / "dossiers", scenario=scenario)
        yield request.param, tet.around("simulated", 2026)


def test_what_tet_was_planted_to_do_comes_back_and_its_twin_shows_none(around_2026) -> None:
    planted, rows = around_2026
    slower = methods.restricted_mean_difference(*tet.against_usual(rows, "after", "limits"), 2)
    words = tet_words.says({2026: slower}, {2026: slower})
    if planted:
        # half the limit, longer by e^0.5, and cut at two limits
        assert 0.2 < slower.value < 0.35
        assert slower.low > 0
        assert "percentage points more of its limit" in words.plain("en")
    else:
        assert slower.low < 0 < slower.high
        assert "chưa đủ cơ sở" in words.plain("vi")


def test_people_wait_through_the_days_off_though_no_working_day_counts_them(around_2026) -> None:
    _, rows = around_2026
    longer = methods.restricted_mean_difference(*tet.against_usual(rows, "before", "calendar_days"), 40)
    assert longer.low > 1


def test_windows_are_working_days_around_the_days_off(monkeypatch) -> None:
    spans = tet._spans(2026)
    days = {name: (first.isoformat(), last.isoformat()) for name, (first, last) in spans.items()}
    assert days["before"] == ("2026-02-02", "2026-02-13")
    assert days["after"] == ("2026-02-23", "2026-03-06")
    months = pd.DataFrame({"month": ["2025-02", "2026-09"]})
    monkeypatch.setattr(counts, "load", lambda *_: months)
    assert tet.years("own", quarter="2026-Q3") == [2026]  # the weeks before the Tết of 2025 are not there
    assert tet.years("own", quarter="2026-Q1") == []


def test_without_a_tet_the_page_says_so() -> None:
    (only,) = tet_words.outputs({}, {}, {})
    assert "chưa trải đủ" in only.plain("vi")


def test_the_curve_is_drawn_with_the_limit_and_what_is_reached_by_it() -> None:
    timed = cases(0.06).assign(time=lambda rows: rows["elapsed_days"] / rows["limit_days"])
    table = shown.curve(methods.shares_over(timed, ["finished"], [0, 0.5, 1, 1.5, 2]), "2026-Q1")
    reached = table.frame.loc[table.frame["limit_used_pct"] == 100, "share_pct"].iloc[0]
    chart = shown.curve_chart(table)
    assert f"{reached:.1f}%" in chart.svg["en"]
    assert "hết thời hạn" in chart.svg["vi"]


def test_the_lead_gives_the_followed_share_before_the_portal_s() -> None:
    found = methods.turnaround(cases(0.06).assign(cohort="commune"))
    shares = pd.DataFrame({"way": ["official"], "hits": [99], "total": [100], "share_pct": [99.0]})
    words = shown.lead(shares, found, "2026-Q1").words["en"]
    assert words.index(f"{found.estimate('on_time_pct').value:.1f}%") < words.index("99.0%")
    levels = shown.levels(found, "2026-Q1").frame
    assert levels["level_name"].iloc[0]["vi"] == "xã, phường"


def test_a_difference_that_could_be_chance_is_not_told_as_one() -> None:
    unsure = Estimate("restricted mean difference", 0.5, -0.1, 1.1)
    plain = tet_words.says({2026: unsure}, {2026: unsure}).plain("en")
    assert plain.count("no surely") == 2
