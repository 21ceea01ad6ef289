"""How near the office is: areas of a made-up province whose districts end and whose communes are joined."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import facts
from analysis.display import nearness as shown
from analysis.display.output import Chart, Prose, Table
from analysis.indicators import nearness

LINKS = pd.DataFrame(
    [
        ("100", "00001", "10001", "North", 300.0, 11.5, 107.0),
        ("100", "00002", "10001", "North", 300.0, 11.5, 107.0),
        ("200", "00003", "10002", "South", 100.0, 11.0, 107.0),
        ("200", "00004", "10002", "South", 100.0, 11.0, 107.0),
    ],
    columns=["old_district_code", "old_ward_code", "new_ward_code", "new_ward_name", "new_ward_area_km2",
             "new_ward_latitude_degrees", "new_ward_longitude_degrees"],
).assign(old_province_code="70", old_province_name="Old")  # fmt: skip


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "load", lambda _: LINKS)


@pytest.mark.usefixtures("fetched")
def test_each_tier_has_its_mean_area_and_the_way_from_its_edge() -> None:
    found = nearness.communes("70")
    assert found["new_ward_name"].tolist() == ["North", "South"]
    assert found["joined_count"].tolist() == [2, 2]
    tiers = nearness.tiers(found).set_index("tier")
    assert tiers["tier_units_count"].to_dict() == {"district": 2, "old_commune": 4, "new_commune": 2}
    assert tiers["mean_area_km2"].to_dict() == {"district": 200, "old_commune": 100, "new_commune": 200}
    # a circle of 100 km² has a radius of 5.64 km
    assert tiers.loc["old_commune", "edge_km"] == pytest.approx(np.sqrt(100 / np.pi))
    words, table = shown.tiers(tiers.reset_index(), "Old")
    assert isinstance(table, Table)
    said = words.plain("en")
    assert "the office is as near as before, about 8.0 km from the edge to the middle against 8.0 km" in said
    assert "all along it is farther away, 8.0 km against 5.6 km" in said


@pytest.mark.usefixtures("fetched")
def test_every_commune_is_on_the_map_with_what_was_joined() -> None:
    (chart,) = shown.charts(shown.communes(nearness.communes("70")))
    assert isinstance(chart, Chart)
    assert "North" in chart.svg["vi"]
    assert "the largest is North with 300 km²" in chart.alt["en"]


def test_without_the_fetched_areas_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "load", lambda _: LINKS.head(0))
    found = nearness.communes("70")
    assert shown.tiers(nearness.tiers(found), found.attrs["province"]) == []
    note = shown.communes(found)
    assert isinstance(note, Prose)
    assert "analysis fetch admin-units" in note.words["vi"]
    assert shown.charts(note) == []
