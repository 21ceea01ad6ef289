"""Pages show names, not codes: a source's own list first, the portal's names otherwise."""

import pandas as pd
import pytest

from analysis import facts
from analysis.indicators import names

TABLES = {
    "portal_units": pd.DataFrame({"unit_code": ["H1.1", "H1.2"], "unit_name": ["Sở Y tế", "UBND xã An"]}),
    "unit_list": pd.DataFrame(
        {"source_id": ["own", "own", "other"], "unit_code": ["H1.2", "S.1", "H1.1"],
         "unit_name": ["Xã An", "Sở Một", "Của nguồn khác"]}
    ),
    "procedures": pd.DataFrame(
        {"source_id": "own", "procedure_code": ["b", "a", "a"], "procedure_name": ["B", "mới", "cũ"],
         "field_code": ["L1", "L2", "L2"], "field_name": [None, "Hộ tịch", "Tư pháp"],
         "valid_from": ["2020-01-01", "2025-07-01", "2020-01-01"]}
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "load", lambda table: TABLES[table].copy())


def test_a_unit_has_its_sources_name_before_the_portals() -> None:
    assert names.unit_names("own") == {"H1.1": "Sở Y tế", "H1.2": "Xã An", "S.1": "Sở Một"}


def test_a_source_without_lists_has_the_portals_names_alone() -> None:
    assert names.unit_names("agency") == {"H1.1": "Sở Y tế", "H1.2": "UBND xã An"}
    assert names.field_names("agency") == {}


def test_the_latest_name_counts_and_what_has_none_is_left_out() -> None:
    assert names.field_names("own") == {"L2": "Hộ tịch"}
    assert names.procedure_names("own") == {"a": "mới", "b": "B"}
