"""A mapping is refused as a whole, with every fault, before a single cell is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis.errors import DataContractError, UsageError
from analysis.facts.dossiers import EXPORTED, REQUIRED
from analysis.sources.cases import Mapping, named, of_source, open_export, parse
from analysis.sources.cases.personal import is_personal
from analysis.sources.description import Source
from checkout import CHECKOUT

COLUMNS: dict[str, Any] = {
    "dossier_key": "code",
    "province_code": {"constant": "H44"},
    "unit_code": "office",
    "unit_level": {"constant": "commune"},
    "procedure_code": "procedure",
    "received_at": "received",
    "status_code": {"column": "ended", "values": {"": 4}, "otherwise": 9},
}


def read(columns: dict[str, Any] | None = None, **more: Any) -> Mapping:
    return parse({"columns": COLUMNS | (columns or {}), **more}, where="a.yml", known=EXPORTED, required=REQUIRED)


def test_a_plain_mapping_needs_no_more_than_columns() -> None:
    mapping = read()
    assert mapping.read == ["code", "office", "procedure", "received", "ended"]
    assert mapping.columns["status_code"].values == {"": "4"}


@pytest.mark.parametrize("page", ["dossiers.md", "dossiers.vi.md"])
def test_the_mapping_that_the_pages_show_is_one(page: str) -> None:
    shown = (CHECKOUT / "docs" / page).read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    described = Source.model_validate(yaml.safe_load(shown))
    mapping = of_source(described, known=EXPORTED, required=REQUIRED)
    assert mapping.read == ["SoHS", "PhongBan", "ThuTuc", "HinhThuc", "NgayNhan", "HenTra", "NgayXong"]


@pytest.mark.parametrize(
    ("columns", "more", "says"),
    [
        ({"chanel": "x"}, {}, "chanel: there is no such column"),
        ({"received_at": None}, {}, "received_at: must be mapped"),
        ({"channel": {"column": "x", "values": {"1": "web"}}}, {}, "'web' is none of direct, online, post"),
        ({"channel": {"constant": "web"}}, {}, "'web' is none of direct, online, post"),
        ({"paid_online": {"column": "x", "values": {"1": "yes"}}}, {}, "'yes' is none of true, false"),
        ({"channel": {"values": {"1": "post"}}}, {}, "either `column` or `constant`"),
        ({"channel": {"column": "x", "constant": "post"}}, {}, "either `column` or `constant`"),
        ({"channel": {"column": "x", "form": "y"}}, {}, "columns.channel.form"),
        ({"unit_code": {"column": "x", "pattern": "H44"}}, {}, "needs a group"),
        ({"channel": {"column": "x", "count": "all"}}, {}, "numbers and flags only"),
        ({"channel": {"column": "x", "formats": ["%Y"]}}, {}, "`formats` are of times"),
        ({"dossier_key": {"constant": "x"}}, {}, "can be made a key"),
        ({}, {"zone": "Asia/Sai_Gon_City"}, "no time zone"),
        ({}, {"country": "Vietnam"}, "country"),
        ({}, {"delimiter": ";"}, "delimiter"),
    ],
)
def test_a_mapping_that_is_not_whole_says_what_is_wrong(columns: Any, more: Any, says: str) -> None:
    with pytest.raises(DataContractError, match=says) as caught:
        read(columns, **more)
    assert caught.value.where == "a.yml"
    assert "docs/dossiers.md" in caught.value.next_step


@pytest.mark.parametrize(
    "name",
    [
        *("ChuHoSo", "MaDoiTuong", "DinhDanhCHS", "TrichYeuHoSo", "NguoiXuLy", "Họ và tên", "HỌ TÊN NGƯỜI NỘP"),
        *("Số điện thoại", "SĐT", "So CCCD", "Số CMND", "Địa chỉ thường trú", "Ngày sinh", "E-mail", "phone_number"),
    ],
)
@pytest.mark.parametrize("way", ["column", "count", "sum"])
def test_a_column_about_a_person_cannot_be_mapped_in_any_way(name: str, way: str) -> None:
    column = {
        "column": {"column": name},
        "count": {"column": "x", "count": {name: ["1"]}},
        "sum": {"column": "x", "sum": name},
    }
    with pytest.raises(DataContractError, match="dropped at the door"):
        read({"supplements_count": column[way], "submitter_key": column["column"]})


def test_no_shipped_field_is_taken_for_a_persons() -> None:
    written = named("portal_sync")["columns"]
    fields = [each if isinstance(each, str) else each["column"] for each in written.values()]
    assert len(fields) > 20
    assert not [field for field in fields if is_personal(field)]


def test_an_unknown_shipped_mapping_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="portal_sync"):
        named("portal")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"code,office\n", "no column 'procedure'"),
        ("a.csv", b"code,code,office,procedure,received,ended\n", "more than one column 'code'"),
        ("a.csv", b"", "no column 'code'"),
        ("a.xlsx", b"not a workbook", "cannot be opened as xlsx"),
        ("a.parquet", b"not Parquet", "cannot be opened as parquet"),
        ("a.pdf", b"", "not read from such a file"),
    ],
)
def test_a_file_that_does_not_fit_is_one_clear_error(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataContractError, match=says) as caught:
        open_export(tmp_path / name, read(), where=name)
    assert caught.value.where == name
    assert caught.value.next_step or caught.value.allowed
