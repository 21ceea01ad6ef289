"""The units before and after 1-7-2025 and what links them: as published, sealed, and never with a gap in a ward."""

import csv
import datetime
import hashlib
import io
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import paths, policy
from analysis.facts import build, unit_crosswalk, units
from analysis.sources import admin_units, registry
from analysis.sources.fetch import fetch

CHECKOUT = Path(__file__).parents[2]
MIRROR = Path(os.environ.get("ANALYSIS_MIRROR") or CHECKOUT / "data/raw")
needs_units = pytest.mark.skipif(
    not (MIRROR / "admin-units" / admin_units.CROSSWALK).exists(), reason="admin-units is not fetched"
)
# the content of the table; it changes with its source or with the rule of the weights, and never unseen
SEAL = "a228e24417b28e96ea3419a34f5928fea19ff19a10985e6184be2aa6ea90e733"
HEADER = "provinceCode,districtCode,wardCode,isDividedWard,province,district,ward,newProvince,newWard"
HEADER += ",newProvinceCode,newWardCode"


@pytest.fixture
def fetched(clone: Path) -> Path:
    fetch(["admin-units"], mirror=MIRROR, report=lambda _: None)
    return clone


@pytest.fixture
def crosswalk_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], None]:
    """Let the crosswalk be made of the given lines."""

    def put(lines: list[str]) -> None:
        content = "\n".join([HEADER, *lines]).encode()
        monkeypatch.setattr(registry, "is_fetched", lambda _: True)
        monkeypatch.setattr(registry, "open_bytes", lambda *_: content)

    return put


def line(old: str, new: str, *, divided: bool = False) -> str:
    return (
        f"70,689,{old},{divided},Tỉnh Bình Phước,Thành phố Đồng Xoài,Phường {old},Tỉnh Đồng Nai,Phường {new},75,{new}"
    )


@pytest.mark.usefixtures("clone")
def test_without_the_source_the_tables_are_empty_and_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "TABLES", ("unit_crosswalk", "units"))
    made = build.build()
    assert dict(made.rows_count) == {"unit_crosswalk": 0, "units": 0}
    assert made.rejected_count == 0


@pytest.mark.mirror
@needs_units
@pytest.mark.usefixtures("fetched")
class TestPublished:
    def test_the_crosswalk_is_that_of_the_file(self) -> None:
        good, rejected = unit_crosswalk.build()
        assert len(good) == 10_602
        assert rejected.empty
        assert (good["old_province_code"].nunique(), good["new_province_code"].nunique()) == (63, 34)
        assert good["new_ward_code"].nunique() == 3_321
        assert good.groupby("old_province_code")["new_province_code"].nunique().max() == 1
        parts = good.groupby("old_ward_code").agg(count=("weight", "size"), weight=("weight", "sum"))
        assert (parts["weight"] - 1).abs().max() <= 1e-12
        assert parts["count"].value_counts().to_dict() == {1: 9_569, 2: 397, 3: 58, 4: 15, 5: 1}
        assert good["weight_basis"].value_counts().to_dict() == {"whole": 9_569, "equal": 1_033}

    def test_codes_have_their_zeros_back(self) -> None:
        good = unit_crosswalk.build().good
        first = good[good["row"] == 2].iloc[0]
        assert list(first[list(unit_crosswalk.CODES)]) == ["01", "001", "00001", "01", "00097"]
        islands = good[good["old_ward_code"].str.len() == 3]
        assert set(islands["old_district_name"]) == {
            "Huyện Bạch Long Vĩ",
            "Huyện Cồn Cỏ",
            "Huyện Hoàng Sa",
            "Huyện Lý Sơn",
            "Huyện Côn Đảo",
        }
        assert (islands["old_ward_name"] == islands["old_district_name"]).all()

    def test_binh_phuoc_is_111_wards_that_became_40_of_dong_nai(self) -> None:
        good = unit_crosswalk.build().good
        wards = good[good["old_province_code"] == "70"]
        assert set(wards["old_province_name"]) == {"Tỉnh Bình Phước"}
        assert (len(wards), wards["old_ward_code"].nunique(), wards["new_ward_code"].nunique()) == (111, 111, 40)
        assert set(wards["new_province_code"]) == {"75"}
        assert set(wards["weight_basis"]) == {"whole"}

    def test_the_table_is_sealed(self) -> None:
        content = unit_crosswalk.build().good.to_csv(index=False, lineterminator="\n")
        assert hashlib.sha256(content.encode()).hexdigest() == SEAL

    def test_units_have_the_levels_and_days_that_are_known(self) -> None:
        good, _ = units.build()
        known = good.fillna("").groupby(["unit_level", "valid_from", "valid_to"]).size().to_dict()
        merged, again = "2025-07-01", "2026-04-30"
        assert known == {
            ("province", "", merged): 63,
            ("district", "", merged): 696,
            ("commune", "", merged): 10_035,
            ("province", merged, ""): 33,
            ("province", merged, again): 1,
            ("province", again, ""): 1,
            ("commune", merged, ""): 3_311,
            ("commune", merged, again): 10,
            ("commune", again, ""): 10,
        }
        ended = good["valid_to"] == merged
        assert good.loc[ended, "successor_province_code"].notna().all()
        assert good.loc[~ended, "successor_province_code"].isna().all()

    def test_dong_nai_became_a_city_and_ten_communes_wards_with_the_same_codes(self) -> None:
        good = units.build().good
        event = policy.events()["dong_nai_2026"]
        assert event.date == datetime.date(2026, 4, 30)
        renamed = good[good["valid_from"] == event.date.isoformat()]
        assert set(renamed["official_province_code"]) == {"75"} < set(event.provinces)
        before = good[good["valid_to"] == event.date.isoformat()].set_index("official_code")["unit_name"]
        for unit in renamed.itertuples():
            was, became = before[unit.official_code], unit.unit_name
            assert (was, became) == ("Tỉnh Đồng Nai", "Thành phố Đồng Nai") or (
                was.removeprefix("Xã ") == became.removeprefix("Phường ")
            )

    def test_codes_that_only_the_later_list_has_are_set_aside(self) -> None:
        rejected = units.build().rejected
        assert rejected["reason"].tolist() == [units.UNKNOWN] * 2
        text = (paths.RAW / "admin-units" / admin_units.UNITS).read_text("utf-8").splitlines()
        names = [text[int(row) + 1].strip() for row in rejected["row"]]
        assert names == ['"ten": "Phường Hiệp Hòa",', '"ten": "Xã Ba Chẽ",']

    @pytest.mark.parametrize(("page", "separator"), [("units.md", ","), ("units.vi.md", ".")])
    def test_the_page_gives_the_counts_of_the_table(self, page: str, separator: str) -> None:
        good = unit_crosswalk.build().good
        cells = (CHECKOUT / "docs" / page).read_text("utf-8")
        for basis, rows in good.groupby("weight_basis"):
            counts = [f"{count:,}".replace(",", separator) for count in (rows["old_ward_code"].nunique(), len(rows))]
            assert f"| `{basis}` | {counts[0]} | {counts[1]} |" in cells
        shared = len(set(good["old_ward_code"]) & set(good["new_ward_code"]))
        assert f"{shared:,} ".replace(",", separator) in cells

    def test_every_row_leads_back_to_its_line(self) -> None:
        lines = registry.open_bytes("admin-units", admin_units.CROSSWALK).decode("utf-8-sig").splitlines()
        good = unit_crosswalk.build().good.sample(50, random_state=1)
        for row in good.itertuples():
            cells = next(csv.reader(io.StringIO(lines[int(row.row) - 1])))
            assert row.new_ward_code in cells
            assert row.new_ward_name in cells
        provinces = units.build().good.query("unit_level == 'province' and valid_from.isna()")
        first = unit_crosswalk.build().good.groupby("old_province_code")["row"].min()
        assert provinces.set_index("official_code")["row"].to_dict() == first.to_dict()


class TestBadRows:
    @pytest.mark.parametrize(
        ("bad", "reason"),
        [
            (line("25x", "25195"), "old_ward_code: str_matches"),
            (line("3.0", "2519"), "new_ward_code: str_matches"),
            (line("3.0", ""), "new_ward_code: not_nullable"),
            (line("3.0", "25195").replace("Tỉnh Đồng Nai", ""), "new_province_name: not_nullable"),
            (line("3.0", "25195", divided=True), unit_crosswalk.NOT_WHOLE),
        ],
    )
    def test_a_bad_row_is_set_aside_with_its_line(self, crosswalk_of, bad: str, reason: str) -> None:
        crosswalk_of([line("1.0", "25195"), bad, line("2.0", "25195")])
        good, rejected = unit_crosswalk.build()
        assert good["old_ward_code"].tolist() == ["00001", "00002"]
        assert rejected["row"].tolist() == [3]
        assert rejected["reason"].item().startswith(reason)

    def test_a_ward_is_set_aside_whole(self, crosswalk_of) -> None:
        crosswalk_of([line("1.0", "25195", divided=True), line("1.0", "", divided=True), line("2.0", "25195")])
        good, rejected = unit_crosswalk.build()
        assert good["old_ward_code"].tolist() == ["00002"]
        assert dict(zip(rejected["row"], rejected["reason"], strict=True))[2] == unit_crosswalk.NOT_WHOLE
        assert sorted(rejected["row"]) == [2, 3]

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
    @given(
        pairs=st.sets(st.tuples(st.integers(1, 30), st.integers(1, 9)), min_size=1, max_size=40),
        spoilt=st.sets(st.integers(0, 39), max_size=5),
        order=st.randoms(use_true_random=False),
    )
    def test_nothing_is_lost_and_weights_add_up(self, crosswalk_of, pairs, spoilt, order) -> None:
        split = pd.Series([old for old, _ in pairs]).value_counts() > 1
        lines = [line(f"{old}.0", f"{new:05d}", divided=bool(split[old])) for old, new in sorted(pairs)]
        for index in spoilt & set(range(len(lines))):
            lines[index] = lines[index].replace("Phường", "", 1).replace("Tỉnh Bình Phước", "")
        order.shuffle(lines)
        crosswalk_of(lines)
        good, rejected = unit_crosswalk.build()
        assert sorted([*good["row"], *rejected["row"]]) == [float(row) for row in range(2, len(lines) + 2)]
        sums = good.groupby("old_ward_code")["weight"].sum()
        assert ((sums - 1).abs() <= 1e-12).all()
