"""Dossiers followed to their end or to the day they were last seen, made of an agency's rows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import agency
from analysis import calendar, indicators
from analysis.errors import SourceUnavailableError, UsageError
from analysis.facts.dossiers import reading
from checkout import CHECKOUT, standing_in

# Monday 4 March 2024; due Monday 18 March: ten working days
RECEIVED = {"NgayNopHoSo": "20240304080000", "NgayTiepNhan": "20240304090000", "NgayHenTra": "20240318170000"}
ROWS = [
    agency.row(1, **RECEIVED, NgayKetThucXuLy="20240311100000", NgayTra="20240311100000", TrangThaiHoSo="10"),
    agency.row(2, **RECEIVED, NgayKetThucXuLy="", NgayTra="", TrangThaiHoSo="4"),  # open
    agency.row(3, **RECEIVED, NgayKetThucXuLy="20240306100000", NgayTra="", TrangThaiHoSo="7"),  # withdrawn
    agency.row(4, **RECEIVED, NgayKetThucXuLy="", NgayTra="", TrangThaiHoSo="9"),  # finished, nobody wrote when
    agency.row(5, **(RECEIVED | {"NgayHenTra": ""}), NgayKetThucXuLy="20240306100000", TrangThaiHoSo="9"),
]


@pytest.fixture(scope="module", autouse=True)
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("followed")
    shutil.copytree(CHECKOUT / "data/reference", root / "data/reference")
    (root / "data/raw").mkdir()
    with standing_in(root):
        agency.build({"a.csv": agency.as_csv(ROWS)})
        yield root


def test_each_case_has_its_time_its_limit_and_its_end() -> None:
    found = indicators.followed("agency", by=["channel"])
    assert list(found) == ["channel", "cohort", "elapsed_days", "limit_days", "end"]
    assert found["limit_days"].tolist() == [10, 10, 10]
    assert dict(zip(found["end"], found["elapsed_days"], strict=True)).keys() == {"finished", "open", "withdrawn"}
    by_end = found.set_index("end")["elapsed_days"]
    assert by_end["finished"] == 5
    assert by_end["withdrawn"] == 2
    # until the day the source was taken
    days = calendar.working_days(pd.Series([pd.Timestamp("2024-03-04")]), pd.Timestamp("2024-12-31"))
    assert by_end["open"] == days[0] > 200
    assert found.attrs["left_out_count"] == 2


def test_only_the_months_asked_for_are_read() -> None:
    assert len(indicators.followed("agency", first="2024-03", last="2024-03")) == 3
    assert indicators.followed("agency", first="2024-04").empty


def test_wrong_names_are_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="Dossiers have no kanal") as caught:
        reading.read("agency", ["kanal"])
    assert "channel" in caught.value.allowed
    with pytest.raises(SourceUnavailableError, match="nobody has no dossiers"):
        reading.read("nobody", ["channel"])
