"""The four nos: gaps planted and found, or their twin without one; what the names of units tell of areas."""

from __future__ import annotations

import hand_made
import numpy as np
import pandas as pd
import pytest
from hand_made import ONLINE, SOURCE, dossier

from analysis import indicators, methods, paths
from analysis.display import four_nos as shown
from analysis.indicators import counts, four_nos

QUARTER = "2026-Q3"
NAMES = {"W": "Phường Đồng Xoài", "R": "UBND xã Lộc Ninh", "S": "Sở Tư pháp"}


def filed(count: int, online: int, **more) -> list[dict]:
    """Give settled dossiers of which some were filed online, paperless and contactless."""
    way = {**ONLINE, "e_result": True, "digitised_components_count": 2, "paid_online": True}
    return [
        dossier("2026-08-03 08:00", None, "2026-08-05 08:00", 2, fee_due=True,
                **{"paid_online": False, **(way if number < online else {}), **more})
        for number in range(count)
    ]  # fmt: skip


@pytest.fixture(params=[90, 40], ids=["gap", "twin"])
def planted(request, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "PROCESSED", tmp_path)
    monkeypatch.setattr(indicators.names, "unit_names", lambda _: NAMES)
    rows = [
        *filed(200, 2 * request.param, unit_code="W"),
        *filed(200, 80, unit_code="R"),
        *filed(100, 40, unit_code="S", unit_level="department"),
        *filed(10, 10, unit_code="R", applicant_type="enterprise"),
    ]
    hand_made.write(rows)
    counts.ensure()
    return request.param


def test_a_planted_gap_between_areas_is_told_and_its_twin_is_not(planted) -> None:
    found = four_nos.by_contrast(SOURCE, quarter=QUARTER)
    # ten enterprises are too few to be compared with anybody
    assert set(found["contrast"]) == {"areas", "levels"}
    joined = found.join(methods.difference(found, level=1 - 0.05 / len(found)))
    area = joined[joined["contrast"] == "areas"].set_index("indicator_id")
    assert area.loc["paperless_share", ["hits", "total"]].tolist() == [2 * planted, 200]
    assert (area["low_points"] > 0).tolist() == [planted == 90] * 4
    words = shown.says(joined).plain("vi")
    assert ("Không giấy tờ – phường, thị trấn so với xã" in words) is (planted == 90)
    table = shown.gaps(joined, QUARTER).frame
    assert bool((table["ratio_number"] > 2).any()) is (planted == 90)


@pytest.mark.parametrize(
    ("name", "area"),
    [("Phường Đồng Xoài", "ward"), ("UBND xã Lộc Ninh", "rural"), ("UBND thị trấn Lộc Ninh", "ward"),
     ("Xã, phường Mô phỏng (mới) 001", None), ("Sở Tư pháp", None)],
)  # fmt: skip
def test_the_name_of_a_unit_tells_its_area_or_nothing(name, area) -> None:
    assert four_nos.area_of(name) == area


def test_where_names_tell_no_area_the_page_says_so() -> None:
    found = pd.DataFrame({"contrast": ["levels"], "indicator_id": ["paperless_share"], "low_points": [-1.0],
                          "high_points": [1.0]})  # fmt: skip
    words = shown.says(found).plain("en")
    assert "cannot be compared" in words
    assert "1 of 1 comparisons cannot be told from no gap" in words


@pytest.mark.parametrize(("lagging", "named"), [(0.2, True), (0.7, False)])
def test_a_commune_left_behind_is_named_and_chance_is_not(monkeypatch, lagging, named) -> None:
    monkeypatch.setattr(indicators.names, "unit_names", lambda _: {"U0": "Xã Xa"})
    rng = np.random.default_rng(3)
    hits = rng.binomial(300, [lagging, *[0.7] * 19])
    units = pd.DataFrame({"unit": [f"U{number}" for number in range(20)], "hits": hits, "total": 300})
    words = shown.behind(methods.funnel(units), "own").words["vi"]
    assert ("Xã Xa" in words) is named


def test_noise_of_few_cases_does_not_make_communes_look_apart() -> None:
    rng = np.random.default_rng(4)
    units = pd.DataFrame(
        {"unit": [f"U{number}" for number in range(40)], "hits": rng.binomial(30, 0.6, 40), "total": 30}
    )
    row = shown.communes({"paperless_share": methods.shrink(units)}, QUARTER).frame.iloc[0]
    raw = 100 * units["hits"] / units["total"]
    assert row["highest_pct"] - row["lowest_pct"] < 0.5 * (raw.max() - raw.min())


def test_inequality_between_levels_is_split_from_that_within(planted) -> None:
    units = four_nos.units(SOURCE, quarter=QUARTER).set_index("unit")
    assert units.loc["W"].tolist() == [2 * planted, 200, "commune"]
    many = pd.DataFrame(
        {"unit": range(20), "value": [30.0] * 10 + [60.0] * 10, "group": ["commune"] * 10 + ["department"] * 10}
    )
    found = methods.spread(many, np.random.default_rng(1))
    assert "100.0% between them" in shown.inequality(found).plain("en")
    assert shown.groups(found).frame["within_pct"].tolist() == [0, 0]
