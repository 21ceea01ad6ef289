"""Units on a day and counts through the merger: totals stay, nothing is guessed, what is no sum is refused."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import facts, units
from analysis.errors import DataContractError, SourceUnavailableError, UsageError
from analysis.facts import build
from analysis.indicators.quantiles import quantiles
from analysis.simulation import province
from analysis.simulation.run import simulate
from analysis.simulation.scenario import Scenario
from analysis.sources.fetch import fetch
from checkout import copy_shipped, standing_in

CHECKOUT = Path(__file__).parents[1]
MIRROR = Path(os.environ.get("ANALYSIS_MIRROR") or CHECKOUT / "data/raw")
OLD, NEW = "old_ward_code", "new_ward_code"
MERGER = datetime.date(2025, 7, 1)
BEFORE, TODAY = datetime.date(2025, 6, 30), datetime.date(2026, 9, 1)
# a, b and half of c became x; the other half of c is y; d is z
SMALL = pd.DataFrame(
    {OLD: ["a", "b", "c", "c", "d"], NEW: ["x", "x", "x", "y", "z"], "weight": [1.0, 1.0, 0.5, 0.5, 1.0]}
)
COUNTS = pd.DataFrame({OLD: ["a", "b", "c", "d"], "online_count": [1, 2, 4, 8], "fee_vnd": [0, 10, 20, 40]})


def told(frame: pd.DataFrame, code: str, column: str = "online_count") -> dict[str, float]:
    return dict(zip(frame[code], frame[column], strict=True))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone where the real crosswalk is fetched and built."""
    if not (MIRROR / "admin-units/convert_legacy_2025_simple.csv").exists():
        pytest.skip("admin-units is not fetched")
    root = copy_shipped(tmp_path_factory.mktemp("official").resolve())
    with standing_in(root), pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "TABLES", ("unit_crosswalk", "units"))
        fetch(["admin-units"], mirror=MIRROR, report=lambda _: None)
        build.build()
    return root


@pytest.fixture
def official(built: Path) -> Iterator[None]:
    with standing_in(built):
        yield


class TestRebasing:
    def test_old_counts_are_told_by_the_new_wards(self) -> None:
        new = units.rebase(COUNTS, columns=["online_count", "fee_vnd"], crosswalk=SMALL)
        assert list(new.columns) == [NEW, "online_count", "fee_vnd"]
        assert told(new, NEW) == {"x": 5.0, "y": 2.0, "z": 8.0}
        assert told(new, NEW, "fee_vnd") == {"x": 20.0, "y": 10.0, "z": 40.0}

    def test_counts_stay_unrounded(self) -> None:
        third = pd.DataFrame({OLD: "a", NEW: ["x", "y", "z"], "weight": 1 / 3})
        new = units.rebase(COUNTS.head(1), columns=["online_count", "fee_vnd"], crosswalk=third)
        assert new["online_count"].tolist() == [1 / 3] * 3

    def test_keys_of_the_series_stay(self) -> None:
        months = pd.concat([COUNTS.assign(month=month) for month in ("2025-05", "2025-06")])
        new = units.rebase(months.drop(columns="fee_vnd"), columns=["online_count"], crosswalk=SMALL)
        assert list(new.columns) == [NEW, "online_count", "month"]
        assert new.groupby("month")["online_count"].sum().to_dict() == {"2025-05": 15.0, "2025-06": 15.0}
        assert len(new) == 6

    def test_a_key_that_is_missing_is_a_key(self) -> None:
        frame = COUNTS.drop(columns="fee_vnd").assign(channel=["online", None, None, None])
        new = units.rebase(frame, columns=["online_count"], crosswalk=SMALL)
        assert new["online_count"].sum() == 15
        assert told(new[new["channel"].isna()], NEW) == {"x": 4.0, "y": 2.0, "z": 8.0}

    def test_a_median_comes_from_re_based_counts_by_whole_days(self) -> None:
        whole = SMALL.iloc[[0, 1, 4]]
        days = pd.DataFrame(
            {OLD: ["a", "a", "b", "d"], "processing_working_days": [1.0, 9.0, 2.0, 5.0], "dossiers_count": [3, 1, 4, 2]}
        )
        new = units.rebase(days, columns=["dossiers_count"], crosswalk=whole)
        found = quantiles(new, [NEW], [0.5, 0.9]).set_index(NEW)
        assert found.loc["x", ["p50_days", "p90_days"]].tolist() == list(
            np.quantile([1, 1, 1, 9, 2, 2, 2, 2], [0.5, 0.9])
        )
        assert found.loc["z", "p50_days"] == 5

    def test_what_is_not_known_of_a_part_is_not_known_of_the_whole(self) -> None:
        gap = COUNTS.assign(online_count=[1, None, 4, 8])
        new = units.rebase(gap, columns=["online_count", "fee_vnd"], crosswalk=SMALL).set_index(NEW)
        assert np.isnan(new.loc["x", "online_count"])
        assert new.loc[["y", "z"], "online_count"].tolist() == [2.0, 8.0]
        assert new["fee_vnd"].sum() == 70

    def test_new_counts_go_back_as_they_were_spread_before(self) -> None:
        today = pd.DataFrame({NEW: ["x", "y", "z"], "online_count": [50, 6, 7]})
        old = units.rebase(today, columns=["online_count"], to="old", crosswalk=SMALL, shares=COUNTS)
        # x was made of 1 + 2 + half of 4
        assert told(old, OLD) == {"a": 10.0, "b": 20.0, "c": 20.0 + 6.0, "d": 7.0}

    def test_each_count_goes_back_by_its_own_shares(self) -> None:
        today = pd.DataFrame({NEW: ["x"], "online_count": [50], "fee_vnd": [40]})
        old = units.rebase(today, columns=["online_count", "fee_vnd"], to="old", crosswalk=SMALL, shares=COUNTS)
        assert told(old, OLD, "fee_vnd") == {"a": 0.0, "b": 20.0, "c": 20.0}

    def test_without_shares_only_wards_made_of_one_go_back(self) -> None:
        today = pd.DataFrame({NEW: ["y", "z"], "online_count": [6, 7]})
        old = units.rebase(today, columns=["online_count"], to="old", crosswalk=SMALL)
        assert told(old, OLD) == {"c": 6.0, "d": 7.0}
        today.loc[2] = ["x", 50]
        with pytest.raises(UsageError, match="no crosswalk says how a count of today") as error:
            units.rebase(today, columns=["online_count"], to="old", crosswalk=SMALL)
        assert "shares=" in error.value.allowed

    def test_shares_must_be_of_every_old_ward_and_not_all_0(self) -> None:
        today = pd.DataFrame({NEW: ["x"], "online_count": [50]})
        with pytest.raises(UsageError, match="no row of 1 old wards") as error:
            units.rebase(today, columns=["online_count"], to="old", crosswalk=SMALL, shares=COUNTS.drop(index=1))
        assert error.value.where == f"{OLD}: b"
        nothing = COUNTS.assign(online_count=0)
        with pytest.raises(UsageError, match="all 0"):
            units.rebase(today, columns=["online_count"], to="old", crosswalk=SMALL, shares=nothing)
        none = units.rebase(
            today.assign(online_count=0), columns=["online_count"], to="old", crosswalk=SMALL, shares=nothing
        )
        assert told(none, OLD) == {"a": 0.0, "b": 0.0, "c": 0.0}

    def test_a_share_that_is_not_known_leaves_the_division_unknown(self) -> None:
        today = pd.DataFrame({NEW: ["x", "z"], "online_count": [50, 7]})
        shares = COUNTS.assign(online_count=[1, None, 4, 8])
        old = units.rebase(today, columns=["online_count"], to="old", crosswalk=SMALL, shares=shares).set_index(OLD)
        assert old.loc[["a", "b", "c"], "online_count"].isna().all()
        assert old.loc["d", "online_count"] == 7


class TestRefusals:
    @pytest.mark.parametrize(
        ("column", "reason"),
        [
            ("share_pct", "is a ratio"),
            ("online_share", "is a ratio"),
            ("average_processing_days", "times of cases do not add up"),
            ("p90_days", "times of cases do not add up"),
            ("satisfied", "is no count"),
            ("published_points", "is no count"),
            ("service_with_dossiers_count", "counts different things"),
            ("hourly_wage_vnd", "or is a rate"),
        ],
    )
    def test_what_is_no_sum_is_refused_with_its_reason(self, column: str, reason: str) -> None:
        frame = COUNTS.assign(**{column: 50.0})
        with pytest.raises(UsageError, match="cannot be re-based") as error:
            units.rebase(frame, columns=["online_count", column], crosswalk=SMALL)
        assert error.value.where.startswith(column)
        assert reason in error.value.where
        assert "then divide" in error.value.next_step

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"share_pct": 1.0}, "A figure cannot be a key"),
            ({"indicator_id": "services_used_online_share"}, "Values of indicators"),
            ({"old_ward_name": "Phường"}, "describe the ward"),
            ({"month": "2025-07"}, "other side of the merger"),
            ({OLD: ["a", "b", "c", "9"]}, "does not know 1 codes"),
            ({OLD: ["a", "b", "c", None]}, "does not know 1 codes"),
        ],
    )
    def test_a_frame_that_would_come_out_wrong_is_refused(self, change: dict, message: str) -> None:
        frame = COUNTS.drop(columns="fee_vnd").assign(**change)
        with pytest.raises(UsageError, match=message):
            units.rebase(frame, columns=["online_count"], crosswalk=SMALL)

    def test_a_column_or_side_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(UsageError, match=f"no column {NEW}, direct_count"):
            units.rebase(COUNTS, columns=["direct_count"], to="old", crosswalk=SMALL)
        with pytest.raises(UsageError, match="'mới'"):
            units.rebase(COUNTS, columns=["online_count"], to="mới", crosswalk=SMALL)

    def test_months_of_before_the_merger_have_no_new_wards(self) -> None:
        today = pd.DataFrame({NEW: ["z", "z"], "month": ["2025-06", "2025-07"], "online_count": [7, 7]})
        with pytest.raises(UsageError, match="other side") as error:
            units.rebase(today, columns=["online_count"], to="old", crosswalk=SMALL)
        assert error.value.where == "month: 2025-06"

    @pytest.mark.parametrize(
        ("period", "old_is_there", "new_is_there"),
        [
            ("2024", True, False),
            ("2025-Q2", True, False),
            ("2025", False, False),
            ("2025-Q3", False, True),
            ("2026-08", False, True),
            ("all", False, False),
        ],
    )
    def test_a_period_lies_on_one_side_or_is_refused(self, period, old_is_there, new_is_there) -> None:
        old = COUNTS.drop(columns="fee_vnd").assign(period=period)
        new = pd.DataFrame({NEW: ["z"], "online_count": [7], "period": period})
        for frame, to, is_there in ((old, "new", old_is_there), (new, "old", new_is_there)):
            if is_there:
                assert set(units.rebase(frame, columns=["online_count"], to=to, crosswalk=SMALL)["period"]) == {period}
            else:
                with pytest.raises(UsageError, match="other side"):
                    units.rebase(frame, columns=["online_count"], to=to, crosswalk=SMALL)

    @pytest.mark.parametrize("weight", [0.4, float("nan")])
    def test_weights_that_do_not_add_up_are_refused(self, weight: float) -> None:
        off = SMALL.assign(weight=[1, 1, weight, 0.5, 1])
        with pytest.raises(DataContractError, match="do not add up") as error:
            units.rebase(COUNTS, columns=["online_count", "fee_vnd"], crosswalk=off)
        assert error.value.where == f"{OLD}: c"

    @pytest.mark.usefixtures("phu_tho")
    def test_without_the_source_the_error_says_how_to_get_it(self) -> None:
        for ask in (
            lambda: units.rebase(COUNTS, columns=["online_count", "fee_vnd"]),
            lambda: units.unit_at("75", TODAY),
            lambda: units.successor_of("70", TODAY),
        ):
            with pytest.raises(SourceUnavailableError) as error:
                ask()
            assert "analysis fetch admin-units" in error.value.next_step


@st.composite
def worlds(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A crosswalk with split and merged wards, and counts in some months, some of them missing."""
    wards = [f"o{number}" for number in range(draw(st.integers(1, 8)))]
    into = st.lists(st.sampled_from("uvwxyz"), min_size=1, max_size=4, unique=True)
    links = [(old, new, 1 / len(news)) for old in wards for news in [draw(into)] for new in news]
    count = st.one_of(st.integers(0, 10_000), st.none())
    rows = [(old, month, draw(count)) for old in wards for month in ("2025-01", "2025-02")]
    return (
        pd.DataFrame(links, columns=[OLD, NEW, "weight"]),
        pd.DataFrame(rows, columns=[OLD, "month", "online_count"]).astype({"online_count": "float64"}),
    )


class TestProperties:
    @settings(deadline=None, max_examples=60)
    @given(world=worlds(), order=st.randoms(use_true_random=False))
    def test_totals_stay_gaps_spread_and_order_does_not_matter(self, world, order) -> None:
        crosswalk, counts = world
        new = units.rebase(counts, columns=["online_count"], crosswalk=crosswalk)
        known = counts.assign(online_count=counts["online_count"].fillna(0))
        whole = units.rebase(known, columns=["online_count"], crosswalk=crosswalk)
        for month, total in known.groupby("month")["online_count"].sum().items():
            assert whole.loc[whole["month"] == month, "online_count"].sum() == pytest.approx(total, rel=1e-12)
        gaps = counts[counts["online_count"].isna()].merge(crosswalk, on=OLD)
        missing = new[new["online_count"].isna()]
        assert set(zip(missing[NEW], missing["month"], strict=True)) == set(zip(gaps[NEW], gaps["month"], strict=True))
        again = units.rebase(
            counts.sample(frac=1, random_state=order.randrange(1000)),
            columns=["online_count"],
            crosswalk=crosswalk.sample(frac=1, random_state=order.randrange(1000)),
        )
        pd.testing.assert_frame_equal(again, new, check_exact=True)

    @settings(deadline=None, max_examples=60)
    @given(world=worlds())
    def test_there_and_back_with_shares_gives_the_same_counts(self, world) -> None:
        crosswalk, counts = world
        counts = counts[counts["month"] == "2025-01"].drop(columns="month").fillna(0)
        new = units.rebase(counts, columns=["online_count"], crosswalk=crosswalk)
        back = units.rebase(new, columns=["online_count"], to="old", crosswalk=crosswalk, shares=counts)
        pd.testing.assert_frame_equal(back, counts.sort_values(OLD, ignore_index=True), rtol=1e-12)


class TestBreaks:
    def test_a_series_over_the_merger_breaks_at_it(self) -> None:
        found = units.breaks("2025-01", "2025-12", "H44")
        assert list(found) == ["merger_2025"]
        event = found["merger_2025"]
        assert (event.date, event.breaks) == (MERGER, "counts")
        assert "Sáp nhập" in event.label.vi
        assert "Merger" in event.label.en

    @pytest.mark.parametrize(
        ("start", "end", "province_code", "expected"),
        [
            ("2023-01", "2025-06", "70", []),  # the directive is an act, no break
            ("2025-06", "2025-07", "70", ["merger_2025"]),
            ("2025-06-30", "2025-07-01", "70", ["merger_2025"]),
            ("2025-07", "2025-12", "75", []),
            ("2025-07-01", "2025-12", "75", []),
            ("2024-01", "2026-09", "75", ["merger_2025", "dong_nai_2026"]),
            ("2024-01", "2026-09", "H19", ["merger_2025", "dong_nai_2026"]),
            ("2024-01", "2026-09", "H44", ["merger_2025"]),
            ("2026-01", "2026-04-29", "75", []),
        ],
    )
    def test_only_what_lies_inside_and_concerns_the_province(self, start, end, province_code, expected) -> None:
        assert list(units.breaks(start, end, province_code)) == expected

    @pytest.mark.parametrize(("start", "end"), [("2025", "2026-01"), ("2025-01", "1/2/2026"), ("2025-02", "2025-01")])
    def test_a_period_that_is_none_is_refused(self, start: str, end: str) -> None:
        with pytest.raises(UsageError):
            units.breaks(start, end, "75")

    def test_a_monthly_series_carries_its_break(self) -> None:
        months = pd.period_range("2025-05", "2026-06", freq="M").astype("str")
        series = pd.DataFrame({"month": [*months, *months], "unit": ["a"] * 14 + ["b"] * 14}).sample(
            frac=1, random_state=3
        )
        marked = units.with_break(series, province="H19")
        assert marked.groupby("segment")["month"].agg(["min", "max"]).to_numpy().tolist() == [
            ["2025-05", "2025-06"],
            ["2025-07", "2026-06"],
        ]
        assert set(marked.loc[marked["break_before"].notna(), "month"]) == {"2025-07"}
        assert marked["break_before"].dropna().tolist() == ["merger_2025"] * 2
        pd.testing.assert_frame_equal(marked[series.columns.tolist()], series)

    def test_a_series_with_a_gap_is_marked_at_its_first_month_after(self) -> None:
        marked = units.with_break(pd.DataFrame({"month": ["2025-05", "2025-09"]}), province="70")
        assert marked["break_before"].fillna("").tolist() == ["", "merger_2025"]

    def test_nothing_to_mark(self) -> None:
        empty = units.with_break(pd.DataFrame({"month": pd.Series(dtype="str")}), province="70")
        assert list(empty.columns) == ["month", "segment", "break_before"]
        with pytest.raises(UsageError, match="no column month"):
            units.with_break(COUNTS, province="70")


@pytest.mark.mirror
@pytest.mark.usefixtures("official")
class TestOfficial:
    def test_a_code_names_different_units_on_different_days(self) -> None:
        old, new = units.unit_at("25195", BEFORE), units.unit_at("25195", MERGER)
        assert (old.unit_name, old.official_province_code, old.official_district_code) == (
            "Phường Tân Phú",
            "70",
            "689",
        )
        assert (old.valid_from, old.valid_to) == (None, MERGER)
        assert (new.unit_name, new.official_province_code, new.official_district_code) == (
            "Phường Bình Phước",
            "75",
            None,
        )
        assert (new.valid_from, new.valid_to) == (MERGER, None)

    def test_dong_nai_changed_its_name_in_2026(self) -> None:
        day = datetime.date(2026, 4, 30)
        eve = day - datetime.timedelta(days=1)
        assert [units.unit_at("75", on).unit_name for on in (eve, day)] == ["Tỉnh Đồng Nai", "Thành phố Đồng Nai"]
        assert [units.unit_at("25270", on).unit_name for on in (BEFORE, eve, day)] == [
            "Thị trấn Lộc Ninh",
            "Xã Lộc Ninh",
            "Phường Lộc Ninh",
        ]

    def test_provinces_of_a_code_through_time(self) -> None:
        assert [units.province_of("70", on) for on in (BEFORE, MERGER)] == ["70", "75"]
        assert [units.province_of("689", on) for on in (BEFORE, TODAY)] == ["70", "75"]
        assert [units.province_of("25195", on) for on in (BEFORE, TODAY)] == ["70", "75"]
        assert units.province_of("46", TODAY) == "46"

    def test_successors(self) -> None:
        assert units.successor_of("70", BEFORE)["official_code"].tolist() == ["70"]
        assert units.successor_of("70", TODAY).iloc[0].tolist() == ["75", "Thành phố Đồng Nai", 1.0, "whole"]
        assert units.successor_of("25195", TODAY)["unit_name"].tolist() == ["Phường Bình Phước"]
        split = units.successor_of("26449", TODAY)
        assert split["unit_name"].tolist() == ["Xã Xuân Đông", "Xã Xuân Hòa"]
        assert split["weight"].tolist() == [0.5, 0.5]
        assert set(split["weight_basis"]) == {"equal"}
        assert units.successor_of("471", TODAY)["unit_name"].tolist() == ["Đặc khu Cồn Cỏ"]
        assert units.successor_of("19742", TODAY)["unit_name"].tolist() == ["Đặc khu Cồn Cỏ"]

    def test_what_never_was_or_has_no_successor_is_refused(self) -> None:
        with pytest.raises(UsageError, match="no unit '4'"):
            units.unit_at("4", TODAY)
        with pytest.raises(UsageError, match="on 2026-09-01") as error:
            units.unit_at("70", TODAY)
        assert error.value.allowed == "Tỉnh Bình Phước, … to 2025-07-01 (EXCLUSIVE)"
        for ask in (units.province_of, units.successor_of):
            with pytest.raises(UsageError, match="on 2025-06-30"):
                ask("19742", BEFORE)
        with pytest.raises(UsageError, match="no successor"):
            units.successor_of("689", TODAY)

    def test_counts_of_binh_phuoc_are_told_by_40_wards_of_dong_nai(self) -> None:
        links = facts.load("unit_crosswalk")
        wards = links.loc[links["old_province_code"] == "70", OLD]
        counts = pd.DataFrame({OLD: wards, "online_count": range(1, 112)})
        new = units.rebase(counts, columns=["online_count"])
        assert len(new) == 40
        assert new["online_count"].sum() == 111 * 112 / 2
        assert {units.province_of(code, TODAY) for code in new[NEW]} == {"75"}
        back = units.rebase(new, columns=["online_count"], to="old", shares=counts)
        assert told(back, OLD) == pytest.approx(told(counts, OLD), rel=1e-12)

    def test_totals_of_the_country_stay(self) -> None:
        rng = np.random.default_rng(1)
        wards = facts.load("unit_crosswalk")[OLD].unique()
        counts = pd.DataFrame({OLD: wards, "online_count": rng.integers(0, 5000, len(wards))})
        new = units.rebase(counts, columns=["online_count"])
        assert len(new) == 3_321
        assert new["online_count"].sum() == pytest.approx(counts["online_count"].sum(), rel=1e-12)


def test_the_simulated_province_is_re_based_by_its_own_crosswalk(tmp_path: Path) -> None:
    made = simulate(dossiers_count=20_000, seed=11, into=tmp_path)
    known = province.make(Scenario(), np.random.default_rng(11), law=np.random.default_rng(11)).units
    communes = known[known["successor_code"] != ""]
    crosswalk = pd.DataFrame({OLD: communes["unit_code"], NEW: communes["successor_code"], "weight": 1.0})
    assert (crosswalk[OLD].nunique(), crosswalk[NEW].nunique()) == (111, 40)
    counted = duckdb.sql(
        f"""SELECT month, unit_code, count(*) AS dossiers_count, count(*) FILTER (channel = 'online') AS online_count
            FROM read_parquet('{made.folder}/month=*/*.parquet', hive_partitioning = true)
            WHERE unit_level = 'commune' GROUP BY ALL"""
    ).df().astype({"month": "str"})  # fmt: skip
    before, after = counted[counted["month"] < "2025-07"], counted[counted["month"] >= "2025-07"]
    columns = ["dossiers_count", "online_count"]
    rebased = units.rebase(before.rename(columns={"unit_code": OLD}), columns=columns, crosswalk=crosswalk)
    assert set(rebased[NEW]) == set(after["unit_code"]) == set(crosswalk[NEW])
    by_month = [frame.groupby("month")[columns].sum().astype("float64") for frame in (before, rebased)]
    pd.testing.assert_frame_equal(*by_month)
    one = rebased[rebased[NEW] == "SIM.P001"].set_index("month")["online_count"]
    parts = before[before["unit_code"].isin(crosswalk.loc[crosswalk[NEW] == "SIM.P001", OLD])]
    assert one.to_dict() == parts.groupby("month")["online_count"].sum().to_dict()
    whole = pd.concat([rebased, after.rename(columns={"unit_code": NEW})], ignore_index=True)
    series = units.with_break(whole, province="SIM")
    assert series.groupby("segment")["month"].max().to_dict() == {0: "2025-06", 1: "2026-09"}
    ratio = series["online_count"] / series["dossiers_count"]
    assert ratio.between(0, 1).all()
