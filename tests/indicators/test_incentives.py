"""What the index rewards, checked by changing the counts and looking what the index then gives."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analysis import policy
from analysis.indicators import (
    ServiceIndex,
    comparable_shares,
    counted_twice,
    gains,
    own_cases,
    points_between,
    points_by_origin,
    scoring,
    separation,
)
from analysis.indicators.actions import actions

pytestmark = pytest.mark.usefixtures("phu_tho")
RULES = {row.id: row for row in policy.index_766().rows}
MOVED = {action.id: action.rows for action in actions()}


def points_added(index: ServiceIndex, action: str, needed: pd.Series) -> pd.Series:
    """Give the points the index adds to each unit when `needed` cases are moved in the counts themselves."""
    added = pd.Series(0.0, index=needed.index)
    for row_id in MOVED[action]:
        cases = index.rows[index.rows["row_id"] == row_id].set_index("unit_code").reindex(needed.index)
        raised = np.minimum(cases["numerator_count"] + needed, cases["denominator_count"])
        after = scoring.points(RULES[row_id], raised, cases["denominator_count"])
        added += (after - cases["points"]).clip(lower=0).fillna(0)
    return added


@pytest.mark.parametrize("reach", ["full", "peers"])
def test_every_gain_is_what_the_index_gives_for_the_changed_counts(year: ServiceIndex, reach: str) -> None:
    table = gains(year, toward=comparable_shares(year) if reach == "peers" else None)
    assert len(table) > 800
    for action, own in table.groupby("action_id"):
        gain = own.set_index("unit_code")
        added = points_added(year, str(action), gain["cases_count"])
        assert (gain["gain_points"] - added).abs().max() < 1e-6, action


def test_the_cases_asked_for_reach_full_marks_and_one_fewer_does_not(year: ServiceIndex) -> None:
    table = gains(year)
    lead = table.merge(year.rows, on=["unit_code", "row_id"])
    share = 100 * (lead["numerator_count"] + lead["cases_count"]) / lead["denominator_count"]
    one_fewer = 100 * (lead["numerator_count"] + lead["cases_count"] - 1) / lead["denominator_count"]
    assert (share >= lead["target_pct"] - 1e-9).all()
    assert (one_fewer < lead["target_pct"]).all()


def test_units_that_are_where_their_peers_are_are_asked_for_no_case_more(year: ServiceIndex) -> None:
    rows = year.rows.copy()
    # floats make 5.000000000000001 of the 30 x 5/30 cases
    chosen = rows["row_id"] == "electronic_results"
    rows.loc[chosen, ["numerator_count", "denominator_count", "share_pct", "points"]] = [5.0, 30.0, 100 * 5 / 30, 0.9]
    same = dataclasses.replace(year, rows=rows)
    reached = comparable_shares(year).assign(peer_high_pct=100 * 5 / 30)
    table = gains(same, toward=reached[reached["row_id"] == "electronic_results"])
    assert "issue_electronic_results" not in set(table["action_id"])


def test_settling_on_time_moves_two_rows(year: ServiceIndex) -> None:
    table = gains(year).set_index(["unit_code", "action_id"])["gain_points"]
    own = year.rows[year.rows["unit_code"] == "H44"].set_index("row_id")
    lost = own["maximum_points"] - own["points"]
    assert lost["dossier_satisfaction"] > 0
    both = lost["settled_on_time"] + lost["dossier_satisfaction"]
    assert table["H44", "settle_on_time"] == pytest.approx(both, abs=1e-6)


def test_peers_reach_no_further_than_full_marks(year: ServiceIndex) -> None:
    key = ["unit_code", "action_id"]
    full, peers = (gains(year, toward=to).set_index(key)["gain_points"] for to in (None, comparable_shares(year)))
    assert peers.index.isin(full.index).all()
    assert (peers <= full.reindex(peers.index) + 1e-9).all()


def test_six_rows_no_longer_separate_units(year: ServiceIndex) -> None:
    table = separation(year)
    flat = table.loc[~table["separates"], "row_id"]
    assert set(flat) == {
        "published_on_time", "updated_on_time", "full_content", "dossiers_synchronised", "personal_store_used",
        "certified_copies",
    }  # fmt: skip
    assert sum(RULES[row].maximum_points for row in flat) == 24


def test_a_flat_row_separates_again_once_a_tenth_of_the_units_differ(year: ServiceIndex) -> None:
    rows = year.rows.copy()
    units = year.children["unit_code"].iloc[::10]
    rows.loc[(rows["row_id"] == "personal_store_used") & rows["unit_code"].isin(units), "points"] = 1.0
    table = separation(dataclasses.replace(year, rows=rows)).set_index("row_id")
    assert table.loc["personal_store_used", "separates"]
    assert not table.loc["certified_copies", "separates"]


def test_on_time_and_satisfaction_count_the_same_cases(year: ServiceIndex) -> None:
    table = counted_twice(year)
    assert table[["row_id", "other_row_id"]].to_numpy().tolist() == [["settled_on_time", "dossier_satisfaction"]]
    assert table.loc[0, ["difference_count", "denominator_count", "maximum_points"]].tolist() == [220, 597_918, 26]


def test_shuffled_numerators_count_nothing_twice(year: ServiceIndex) -> None:
    rows = year.rows.copy()
    chosen = rows["row_id"] == "dossier_satisfaction"
    shares = (rows["numerator_count"] / rows["denominator_count"])[chosen].to_numpy()
    shuffled = np.random.default_rng(1).permutation(np.nan_to_num(shares))
    rows.loc[chosen, "numerator_count"] = (shuffled * rows.loc[chosen, "denominator_count"]).round()
    assert counted_twice(dataclasses.replace(year, rows=rows)).empty


def test_origins_add_up_to_each_units_total(year: ServiceIndex) -> None:
    split = points_by_origin(year).groupby("unit_code")[["points", "maximum_points"]].sum()
    totals = year.totals().set_index("unit_code")["points"].drop("H44")
    assert len(split) == 163
    assert (split["points"] - totals).abs().max() < 0.0151  # a group's points are rounded once more than its rows'
    assert (split["maximum_points"] == 100).all()


def test_ban_nguyens_points_by_origin(year: ServiceIndex) -> None:
    split = points_by_origin(year).query("unit_code == 'H44.108'").set_index("origin")
    assert split.loc["own"].tolist()[1:] == pytest.approx([34.49, 46])
    assert split.loc["no_cases"].tolist()[1:] == [12, 12]
    assert split.loc["repeated"].tolist()[1:] == [6, 6]
    assert split.loc["same"].tolist()[1:] == [8, 12]
    assert split["points"].sum() == pytest.approx(68.77)


def test_points_between_lie_around_the_points_and_leave_stocks_and_small_shares_alone(year: ServiceIndex) -> None:
    cases = own_cases(year).query("unit_code == 'H44.108'")
    share = 100 * cases["hits"] / cases["total"]
    ends = pd.DataFrame({"low_pct": share - 5, "high_pct": (share + 5).clip(upper=100)})
    between = points_between(cases, ends)
    assert between["points"] == pytest.approx(34.49)
    assert between["low_points"] < between["points"] < between["high_points"]
    stock = cases["row_id"].map(lambda row: RULES[row].counted).isin(["procedure", "service"])
    for still in (points_between(cases[stock], ends[stock]), points_between(cases.assign(total=29.0), ends)):
        assert still["low_points"] == still["points"] == still["high_points"] > 0


def test_petitions_are_no_part_of_what_a_unit_is_judged_by(year: ServiceIndex) -> None:
    split = points_by_origin(year).set_index(["unit_code", "origin"])["maximum_points"]
    assert split["H44.42", "petitions"] == 12
    assert split["H44.42", "own"] == 40  # it had no dossiers with a fee
    assert "petitions" not in split["H44.108"].index


def test_what_is_past_takes_new_cases_or_is_out_of_reach(year: ServiceIndex) -> None:
    table = gains(year, toward=comparable_shares(year)).set_index(["unit_code", "action_id"])
    rows = table[~table["mendable"]]
    assert rows.loc[rows["target_pct"] == 100, "new_cases_count"].isna().all()
    rows = rows[rows["target_pct"] < 100]
    target = rows["target_pct"] / 100
    exact = rows["cases_count"] / (1 - target)
    assert (rows["new_cases_count"] >= exact - 1e-6).all() and (rows["new_cases_count"] < exact + 1 + 1e-6).all()
    assert table[table["mendable"]]["within_reach"].all()
    assert not rows["within_reach"].all()


def test_every_action_names_rows_of_the_index() -> None:
    assert {row for rows in MOVED.values() for row in rows} <= set(RULES)
