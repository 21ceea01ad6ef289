"""The codebook is whole, and its pages are in step with it."""

from __future__ import annotations

import pytest

from analysis import policy
from analysis.display import codebook
from analysis.errors import DataContractError, UsageError
from analysis.facts import held
from analysis.indicators import codebook as definitions
from analysis.indicators import counting


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_are_in_step(language: str) -> None:
    assert codebook.FILES[language].read_text(encoding="utf-8") == codebook.page(language), "make codebook"


def test_every_indicator_is_on_the_page_with_its_counts() -> None:
    page = codebook.page("en")
    for each in definitions.indicators().values():
        assert f"`{each.id}`" in page
        assert each.label.en in page
        assert all(f"`{name}`" in page.replace(" + ", "` + `") for name in (*each.numerator, *each.denominator))


def test_an_indicator_is_made_from_a_table_that_is_counted() -> None:
    of = {each.of for each in definitions.indicators().values() if each.kind != "register"}
    filled_in = {each.of for each in definitions.indicators().values() if each.kind == "register"}
    assert of <= set(counting.TABLES)
    assert filled_in <= held.described().keys()


def test_the_rows_of_the_index_that_dossiers_can_give_are_served() -> None:
    served = {name for each in definitions.indicators().values() for name in each.serves}
    rows = {row.id for row in policy.index_766().rows}
    assert {"settled_on_time", "dossiers_filed_online", "dossiers_paid_online", "electronic_results"} <= served & rows


def test_a_wrong_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError) as error:
        definitions.indicator("online_share")
    assert "online_share_channel" in str(error.value.allowed)


def test_a_broken_entry_is_named(monkeypatch, tmp_path) -> None:
    (tmp_path / "indicators").mkdir()
    (tmp_path / "indicators" / "indicators.yml").write_text("- {id: x, kind: guess}\n", encoding="utf-8")
    monkeypatch.setattr(definitions.paths, "PACKAGE", tmp_path)
    definitions.indicators.cache_clear()
    with pytest.raises(DataContractError, match="codebook"):
        definitions.indicators()
    definitions.indicators.cache_clear()
