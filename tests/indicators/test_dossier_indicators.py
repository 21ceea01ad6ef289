"""Every indicator of dossiers against counts made by hand, and the mistakes that look like each of them."""

from __future__ import annotations

import hand_made
import numpy as np
import pandas as pd
import pytest
from hand_made import DOSSIERS, LINKED, SOURCE, dossier
from hypothesis import given
from hypothesis import strategies as st

from analysis import paths, policy
from analysis.errors import UsageError
from analysis.indicators import codebook, counts, indicators, values
from analysis.indicators.quantiles import quantiles


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "PROCESSED", tmp_path_factory.mktemp("processed"))
        hand_made.write(DOSSIERS)
        hand_made.write(LINKED, "linked")
        assert counts.ensure() == 3
        yield


def of(name: str, period: str = "all", source: str = SOURCE, **where) -> pd.Series:
    found = values(name, source_id=source, period=period, by=tuple(where))
    for column, value in where.items():
        found = found[found[column] == value]
    return found.iloc[0]


@pytest.mark.usefixtures("counted")
class TestByHand:
    @pytest.mark.parametrize(
        ("name", "numerator", "denominator"),
        [
            ("online_share_channel", 6, 12),  # a missing channel is not online
            ("online_share_with_result", 2, 12),
            ("full_online_share", 2, 12),
            ("services_used_online_share", 1, 2),  # P2 was never filed online
            ("supplements_per_dossier", 2, 12),
            ("supplemented_share", 1, 12),
            ("not_accepted_share", 1, 12),
            ("paid_online_share", 1, 2),
            ("cashless_share", 1, 2),
            ("paperless_share", 1, 8),
            ("contactless_share", 2, 8),
            ("digitised_share", 2, 12),
            ("e_result_share", 2, 8),
            ("reuse_share", 1, 12),
            ("digitised_not_reused_share", 1, 2),
            ("verified_identity_share", 0, 12),
            ("connected_database_share", 0, 12),
            ("satisfied_share", 1, 2),
            ("rated_share", 2, 8),
        ],
    )
    def test_ratios(self, name, numerator, denominator) -> None:
        found = of(name)
        assert (found["numerator_count"], found["denominator_count"]) == (numerator, denominator)
        assert found["value"] == pytest.approx(100 * numerator / denominator)

    def test_the_three_online_shares_are_three(self) -> None:
        shares = {of(name)["numerator_count"] for name in ("online_share_channel", "online_share_with_result")}
        assert len(shares) == 2
        assert of("full_online_share", unit_code="T.2")["value"] == 0
        assert of("online_share_channel", unit_code="T.2")["value"] == 100

    def test_on_time_as_the_portal_counts(self) -> None:
        # January: ended 6, of them late 1; pending 2, one overdue (20 January), one due 15 January: overdue as well
        january = of("on_time_official_share", "month")
        assert (january["numerator_count"], january["denominator_count"]) == (5, 8)
        # February: ended 3, of them on time 1; pending 3: overdue 1, not due 1, without a date 1
        february = values("on_time_official_share", source_id=SOURCE).iloc[1]
        assert (february["numerator_count"], february["denominator_count"]) == (3, 6)

    def test_on_time_by_receipt(self) -> None:
        # with a due date: 7 of January, 4 of them on time; of February 2 that ended, 1 on time; one is not yet due
        found = values("on_time_cohort_share", source_id=SOURCE)
        assert found["numerator_count"].tolist() == [4, 1]
        assert found["denominator_count"].tolist() == [7, 2]

    def test_a_missing_due_date_counts_as_on_time_only_as_the_portal_counts(self) -> None:
        assert of("on_time_official_share", "month", unit_code="T.1")["numerator_count"] == 5
        assert of("on_time_cohort_share", "month", unit_code="T.1")["numerator_count"] == 4

    def test_backlog_and_its_age(self) -> None:
        assert values("backlog_count", source_id=SOURCE)["value"].tolist() == [2, 3]
        assert values("backlog_age_months", source_id=SOURCE)["value"].tolist() == [0, pytest.approx(1 / 3)]

    def test_durations_are_those_of_settled_dossiers(self) -> None:
        days = [4, 4, 1, 0, 18, 4, 5, 2]  # not the one that was not accepted
        assert of("processing_days_median")["value"] == np.quantile(days, 0.5)
        assert of("processing_days_p90")["value"] == pytest.approx(np.quantile(days, 0.9))
        assert of("processing_days_median")["denominator_count"] == 8

    def test_what_people_filed_themselves_lies_between_bounds(self) -> None:
        found = of("self_submitted_online_share")
        # 6 online, 1 known proxy; at least: less the one whose account is not known
        assert found["high"] == pytest.approx(100 * 5 / 12)
        assert found["low"] == pytest.approx(100 * 4 / 12)
        assert np.isnan(found["value"])

    def test_a_linked_case_ends_with_its_last_step_and_an_open_one_has_not_ended(self) -> None:
        found = of("linked_days_median", source="linked", linked_group="birth")
        assert (found["value"], found["denominator_count"]) == (4, 2)
        steps = values("linked_days_median", source_id="linked", by=("step",), period="all")
        assert dict(zip(steps["step"], steps["value"], strict=True)) == {"B1": 0, "B2": 1.5, "B3": 4, "all": 4}

    def test_gaps_between_applicants_can_be_seen(self) -> None:
        found = values("online_share_channel", source_id=SOURCE, by=("applicant_type",), period="all")
        assert dict(zip(found["applicant_type"], found["value"].round(1), strict=True)) == {
            "citizen": 54.5,
            "enterprise": 0.0,
        }

    def test_counts_add_up_to_any_period(self) -> None:
        for name in ("online_share_channel", "digitised_share"):
            months = values(name, source_id=SOURCE)
            assert months["numerator_count"].sum() == of(name, "year")["numerator_count"]
        assert values("online_share_channel", source_id=SOURCE, period="quarter")["period"].tolist() == ["2025-Q1"]

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            ({"name": "online_sahre", "source_id": SOURCE}, "There is no indicator"),
            ({"name": "online_share_channel", "source_id": "nobody"}, "no counts of the source"),
            ({"name": "online_share_channel", "source_id": SOURCE, "period": "week"}, "no period"),
            ({"name": "online_share_channel", "source_id": SOURCE, "by": ("colour",)}, "cannot be grouped"),
            ({"name": "reuse_share", "source_id": SOURCE, "by": ("applicant_type",)}, "not counted by kind"),
        ],
    )
    def test_a_wrong_question_is_answered_with_what_there_is(self, arguments, says) -> None:
        with pytest.raises(UsageError, match=says) as error:
            values(**arguments)
        assert error.value.allowed or error.value.where


def test_a_proxy_that_hides_as_a_citizen_lowers_the_sure_bound(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(paths, "PROCESSED", tmp_path)
    agent = [dossier("2025-01-06 08:00", None, None, **{**hand_made.ONLINE, "submitter_key": "agent"})] * 6
    hand_made.write([*agent, *[dossier("2025-01-06 08:00", None, None, **hand_made.ONLINE)] * 2])
    counts.ensure()
    found = of("self_submitted_online_share")
    assert (found["low"], found["high"]) == (25, 100)


def test_a_month_is_counted_again_only_when_its_dossiers_change_and_equals_a_full_count(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(paths, "PROCESSED", tmp_path / "one")
    hand_made.write(DOSSIERS)
    assert (counts.ensure(), counts.ensure()) == (2, 0)
    changed = [*DOSSIERS[:-1], {**DOSSIERS[-1], "channel": "online"}]
    hand_made.write(changed)
    assert counts.ensure() == 1
    incremental = {path.relative_to(tmp_path / "one"): path.read_bytes() for path in _written(tmp_path / "one")}
    monkeypatch.setattr(paths, "PROCESSED", tmp_path / "other")
    hand_made.write(changed)
    assert counts.ensure() == 2
    assert incremental == {
        path.relative_to(tmp_path / "other"): path.read_bytes() for path in _written(tmp_path / "other")
    }


def test_a_month_that_is_gone_is_no_longer_counted(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(paths, "PROCESSED", tmp_path)
    hand_made.write(DOSSIERS)
    counts.ensure()
    hand_made.remove("2025-02")
    counts.ensure()
    assert counts.load("dossiers", SOURCE)["month"].unique().tolist() == ["2025-01"]


@pytest.mark.parametrize("table", ["durations", "flow"])
def test_months_counted_apart_are_read_as_if_counted_together_and_a_reader_changes_nothing(
    tmp_path, monkeypatch, table
) -> None:
    done = dossier("2025-01-06 08:00", "2025-01-10 08:00", "2025-01-10 16:00", 4)
    waiting = dossier("2025-02-06 08:00", None, None)  # all that is missing is missing in the whole month
    monkeypatch.setattr(paths, "PROCESSED", tmp_path / "apart")
    for known in ([done], [done, waiting]):
        hand_made.write(known)
        assert counts.ensure() == 1
    apart = counts.load(table, SOURCE)
    monkeypatch.setattr(paths, "PROCESSED", tmp_path / "together")
    hand_made.write([done, waiting])
    counts.ensure()
    together = counts.load(table, SOURCE)
    pd.testing.assert_frame_equal(apart, together)
    apart.loc[:, "dossiers_count"] = 0
    monkeypatch.setattr(paths, "PROCESSED", tmp_path / "apart")
    pd.testing.assert_frame_equal(counts.load(table, SOURCE), together)


def _written(root):
    return sorted((root / "indicator_counts").rglob("*.parquet"))


@given(st.lists(st.integers(0, 60), min_size=1, max_size=80), st.sampled_from([0.1, 0.5, 0.9, 1.0]))
def test_quantiles_of_counts_are_those_of_the_values(days, probability) -> None:
    histogram = (
        pd.Series(days).value_counts().rename("dossiers_count").rename_axis("processing_working_days").reset_index()
    )
    # the same day may come in several rows, as months are added up
    histogram = pd.concat([histogram, histogram.assign(dossiers_count=0)])
    found = quantiles(histogram, [], [probability]).iloc[0, -1]
    assert found == pytest.approx(np.quantile(days, probability), abs=1e-9)


def test_the_codebook_is_sound() -> None:
    rows = {row.id for row in policy.index_766().rows}
    tasks = {task.id for task in policy.directive_4550().tasks}
    for entry in indicators().values():
        assert set(entry.serves) <= rows | tasks, entry.id
        assert entry.certainty in {"read", "read_in_code", "derived", "memory", "disputed"}
        counted = bool(entry.numerator and entry.denominator)
        assert counted or entry.kind != "ratio", entry.id
        assert not counted or entry.kind in {"ratio", "services", "bounds", "gap"}, entry.id
    with pytest.raises(UsageError, match="online_share_channel"):
        codebook.indicator("nothing")
