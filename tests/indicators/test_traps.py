"""Traps that real data hold are caught: a change of method, cases still open, a status that never ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis import facts, indicators, methods
from analysis.errors import UsageError
from analysis.facts import build
from analysis.sources.fetch import fetch
from checkout import CHECKOUT, copy_shipped, standing_in

MIRROR = Path(os.environ.get("ANALYSIS_MIRROR") or CHECKOUT / "data/raw")
SOURCES = ["papi", "permits", "anpr"]
needs_sources = pytest.mark.skipif(
    not (MIRROR / "papi" / "csv" / "2024.csv").exists(), reason="papi, permits and anpr are not fetched"
)


class TestRules:
    SCORES = pd.DataFrame(
        {
            "dimension": "SC51",
            "papi_code": ["P01", "P02"] * 4,
            "period": ["2019", "2019", "2020", "2020", "2021", "2021", "2022", "2022"],
            "score_points": [1.0, 2.0, 1.5, 2.5, 3.0, 4.0, 3.5, 4.5],
        }
    )

    def test_a_change_within_one_measure_is_told(self) -> None:
        assert indicators.change_between(self.SCORES, "papi", "2019", "2020") == 0.5
        assert indicators.change_between(self.SCORES, "papi", "2021", "2022") == 0.5

    def test_a_change_across_measures_is_refused(self) -> None:
        with pytest.raises(UsageError, match="measure itself changed") as caught:
            indicators.change_between(self.SCORES, "papi", "2019", "2022")
        assert "2021" in caught.value.where
        assert "not a reform" in caught.value.next_step

    def test_another_sub_dimension_breaks_in_another_year(self) -> None:
        other = self.SCORES.assign(dimension="SC83")
        assert indicators.change_between(other, "papi", "2020", "2022") == 2.0
        with pytest.raises(UsageError, match="measure itself changed"):
            indicators.change_between(other, "papi", "2019", "2022")

    def test_segments_are_numbered(self) -> None:
        found = indicators.segments(self.SCORES, "papi")
        assert found["segment"].tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
        assert found["break_before"].dropna().unique().tolist() == ["papi_c5_2021"]

    def test_a_year_that_is_not_there_is_named(self) -> None:
        with pytest.raises(UsageError, match="no rows of 2030"):
            indicators.change_between(self.SCORES, "papi", "2019", "2030")

    @pytest.mark.parametrize(("left", "refused"), [(0.0, False), (3.0, False), (40.0, True)])
    def test_a_status_is_a_clock_only_if_it_empties(self, left: float, refused: bool) -> None:
        rows = [("2025-01-31", month, status, count) for month in ("2023-01", "2024-12")
                for status, count in (("done", 100 - left), ("open", left))]  # fmt: skip
        statuses = pd.DataFrame(rows, columns=["as_of_date", "month", "status_name", "declarations_count"])
        found = indicators.still_open(statuses, status="open")
        assert found["open_pct"].tolist() == [left, left]
        assert found["age_months"].tolist() == [24, 1]
        if refused:
            with pytest.raises(UsageError, match="no clock"):
                indicators.refuse_clock(found)
        else:
            indicators.refuse_clock(found)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with standing_in(copy_shipped(tmp_path_factory.mktemp("traps"))), pytest.MonkeyPatch.context() as patch:
        fetch(SOURCES, mirror=MIRROR, report=lambda _: None)
        patch.setattr(build, "TABLES", ("papi", "register_statuses", "dossier_quality"))
        assert build.build().rejected_count == 0
        yield


@pytest.mark.mirror
@needs_sources
@pytest.mark.usefixtures("built")
class TestRealData:
    def test_papi_s_new_scale_is_a_change_of_method(self) -> None:
        scores = facts.load("papi")
        own = scores[scores["dimension"].isin(["SC51", "SC53", "SC54"])]
        means = own.groupby("period")["score_points"].mean()
        assert round(means["2021"] - means["2020"], 2) == 0.57  # what a plain before and after would call a reform
        assert indicators.method_change(own, "papi", "2020", "2021").id == "papi_c5_2021"
        with pytest.raises(UsageError, match="measure itself changed"):
            indicators.change_between(own, "papi", "2020", "2021")
        assert abs(indicators.change_between(own, "papi", "2021", "2024")) < 0.02

    def test_the_lead_of_the_online_channel_shrinks_once_open_permits_count(self) -> None:
        cases = indicators.followed("permits", by=["channel"])
        assert len(cases) == 1432
        assert cases.attrs["left_out_count"] == 2
        online, desk = cases[cases["channel"] == "online"], cases[cases["channel"].isin(["direct", "post"])]
        still = [round(100 * (own["end"] == "open").mean(), 1) for own in (online, desk)]
        assert still == [8.2, 1.9]
        followed, apart = (methods.turnaround(own) for own in (online, desk))
        naive = [each.estimate("naive_of_finished_pct").value for each in (followed, apart)]
        true = [each.estimate("on_time_pct").value for each in (followed, apart)]
        assert naive[0] - naive[1] > 3
        assert true[0] - true[1] < 2
        timed = [own.rename(columns={"elapsed_days": "time"}) for own in (online, desk)]
        difference = methods.restricted_mean_difference(*timed, ["finished"], 150)
        finished = [own.loc[own["end"] == "finished", "time"].clip(upper=150).mean() for own in timed]
        assert round(finished[1] - finished[0], 1) == 5.0
        assert round(-difference.value, 1) == 2.0
        assert difference.low < 0 < difference.high

    def test_the_register_s_status_is_refused_as_a_clock(self) -> None:
        found = indicators.still_open(facts.load("register_statuses"), status="IN LAVORAZIONE")
        with pytest.raises(UsageError, match="51% of the cases of a year ago and before"):
            indicators.refuse_clock(found)
