"""Published figures: bad cells are all named at once, and the shipped ones agree with their sources."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis import paths
from analysis.errors import DataContractError, UsageError
from analysis.sources import published, registry
from analysis.sources.fetch import fetch

HEADER = (
    "place_code,place_name,place_name_en,period,score_points,rank,places_count,"
    "source_vi,source_en,source_date,certainty,note_vi,note_en\n"
)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str | bytes], None]:
    """Put another index series in place of the shipped one, and lock it."""
    described = (registry.folder("published") / registry.DESCRIPTION).read_bytes()
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "RAW", tmp_path)
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / registry.DESCRIPTION).write_bytes(described)

    def write(content: str | bytes) -> None:
        content = content if isinstance(content, bytes) else content.encode()
        (tmp_path / "published" / "index_766_series.csv").write_bytes(content)
        registry.lock("published")

    return write


def test_codes_stay_text_and_unknown_stays_missing(write: Callable[[str], None]) -> None:
    write(HEADER + "02,Hà Giang,Hà Giang,2024-H1,,3,63,Báo,Press,2024-02,read,,\n")
    row = published.read("index_766_series").iloc[0]
    assert row["place_code"] == "02"
    assert row["rank"] == 3
    assert row[["score_points", "note_vi", "note_en"]].isna().all()


def test_bad_cells_are_listed_together_with_row_column_and_what_is_allowed(
    write: Callable[[str], None],
) -> None:
    write(
        HEADER
        + "70,Bình Phước,Bình Phước,2024,88.2,4,63,Báo,Press,2025-01-01,read,,\n"
        + '70,Bình Phước,Bình Phước,2024-13,"88,2",4.5,63,,,2025-02-30,heard,,\n'
        + "70,Bình Phước\n"
    )
    with pytest.raises(DataContractError) as caught:
        published.read("index_766_series")
    message = str(caught.value)
    for column in ("period", "score_points", "rank", "source_vi", "source_en", "source_date", "certainty"):
        assert f"row 3, column {column}:" in message
    assert "read, read_in_code, derived, memory, disputed" in message
    assert "row 4: 2 cells; allowed: 13" in message
    assert message.count("row ") == 8, "nothing else is at fault"
    assert caught.value.where == "published/index_766_series.csv"


@pytest.mark.parametrize(
    ("place", "notes", "fault"),
    [
        ("Cả nước,Nation", "Cuối năm,", "columns note_vi and note_en"),
        ("Cả nước,Nation", ",At the end of the year", "columns note_vi and note_en"),
        ("Cả nước,", ",", "columns place_name and place_name_en"),
    ],
)
def test_words_in_one_language_only_are_refused(
    write: Callable[[str], None], place: str, notes: str, fault: str
) -> None:
    write(HEADER + f"VN,{place},2024,,,,Báo,Press,2024-02,read,{notes}\n")
    with pytest.raises(DataContractError, match=f"1 faults[\\s\\S]*row 2, {fault}: only one is filled"):
        published.read("index_766_series")


@pytest.mark.parametrize("content", ["", HEADER.replace("rank", "place"), HEADER.replace(",", ";")])
def test_other_columns_are_refused(write: Callable[[str], None], content: str) -> None:
    write(content)
    with pytest.raises(DataContractError, match=r"row 1[\s\S]*allowed: place_code, place_name, place_name_en, period"):
        published.read("index_766_series")


def test_file_in_another_encoding_is_refused(write: Callable[[bytes], None]) -> None:
    write("place_code,Đ".encode("utf-16"))
    with pytest.raises(DataContractError, match="CSV in UTF-8"):
        published.read("index_766_series")


def test_unknown_table_lists_the_known() -> None:
    with pytest.raises(UsageError, match="allowed: index_766_series"):
        published.read("index")


@pytest.mark.parametrize("table", published.TABLES)
def test_every_shipped_table_is_sound(table: str) -> None:
    figures = published.read(table)
    assert len(figures)
    assert not figures.drop(columns=["note_vi", "note_en"], errors="ignore").duplicated().any()


def test_shares_are_those_of_the_counts_beside_them() -> None:
    for table, share, numerator, denominator in [
        ("online_shares", "share_pct", "numerator_count", "denominator_count"),
        ("full_online_shares", "share_pct", "full_online_count", "dossiers_count"),
        ("programme_progress", "share_pct", "done_count", "total_count"),
    ]:
        figures = published.read(table).dropna(subset=[share, numerator, denominator])
        assert len(figures), table
        difference = figures[share] - 100 * figures[numerator] / figures[denominator]
        assert difference.abs().max() <= 0.05, table


def test_definitions_of_online_shares_are_stated_and_used() -> None:
    defined = published.read("online_share_definitions")["definition_id"]
    assert set(defined) == set(published.read("online_shares")["definition_id"])


def test_national_full_online_shares_are_the_same_in_both_tables() -> None:
    shares, full = published.read("online_shares"), published.read("full_online_shares")
    one = shares[shares["definition_id"] == "full_online_dossiers"].set_index("period")["share_pct"]
    other = full[full["level"] == "nation"].set_index("period")["share_pct"]
    pd.testing.assert_series_equal(one, other)


def test_compliance_cost_is_the_waiting_time_priced_at_a_wage() -> None:
    """The flaw that the notes state: days × 8 hours × wage × dossiers gives the decision's own cost."""
    decisions = published.read("compliance_cost_decisions").dropna(subset=["before_days", "cost_before_vnd"])
    assert len(decisions) == 3
    per_day = 8 * decisions["hourly_wage_vnd"] * decisions["annual_dossiers_count"]
    assert (decisions["cost_before_vnd"] == per_day * decisions["before_days"]).all()
    assert (decisions["cost_after_vnd"] == per_day * decisions["after_days"]).all()
    assert (decisions["saved_vnd"] == decisions["cost_before_vnd"] - decisions["cost_after_vnd"]).all()


@pytest.fixture
def fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make a fetched source readable: as it is in the checkout, else from the mirror, else skip."""

    def fetched(source_id: str) -> None:
        if registry.is_fetched(source_id):
            return
        if "ANALYSIS_MIRROR" not in os.environ:
            pytest.skip(f"{source_id} is not fetched and ANALYSIS_MIRROR is not set")
        (tmp_path / source_id).mkdir()
        for name in (registry.DESCRIPTION, registry.LOCK):
            (tmp_path / source_id / name).write_bytes((registry.folder(source_id) / name).read_bytes())
        monkeypatch.setattr(paths, "RAW", tmp_path)
        fetch([source_id], mirror=Path(os.environ["ANALYSIS_MIRROR"]), report=lambda _: None)

    return fetched


def rows(source_id: str, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(registry.open_bytes(source_id, path).decode("utf-8-sig"))))


@pytest.mark.mirror
def test_egdi_is_that_of_the_data_files(fetched: Callable[[str], None]) -> None:
    shipped = published.read("egdi_vietnam").set_index("period")
    fetched("egdi")
    main = [row for row in rows("egdi", "EGOV_DATA_2003-2020.csv") if row["Country Name"].strip() == "Viet Nam"]
    found = {row["Survey Year"]: (row["E-Government Rank"], row["E-Government Index"]) for row in main}
    assert len(main) == 2 * len(found), "every row stands twice"
    for row in rows("egdi", "egdi-2012.csv"):
        if row["country-code"] == "VNM":
            found["2012"] = row["e-gov-rank"], row["e-gov-index"]
    for row in rows("egdi", "EGOV_DATA_2024.csv"):
        if row["Country"].strip() == "Viet Nam":
            found["2024"] = row["Rank"], row["E_Index"]
    assert set(shipped.index) == {*found, "2022"}
    assert shipped.loc["2022", "certainty"] == "memory"
    for year, (rank, index) in found.items():
        assert (shipped.loc[year, "rank"], shipped.loc[year, "egdi_index"]) == (float(rank), float(index)), year


@pytest.mark.mirror
def test_italian_changes_of_residence_are_those_of_the_register(fetched: Callable[[str], None]) -> None:
    shipped = published.read("changes_of_residence")
    fetched("anpr")
    online = by_month("dichiarazioni_cambi_residenza.csv")
    every = by_month("tipologia_cambi_residenza_export.csv")
    assert list(shipped["month"]) == sorted(online) == sorted(every)[:-1]
    assert dict(zip(shipped["month"], shipped["online_count"], strict=True)) == online
    assert shipped["all_count"].tolist() == [every[month] for month in shipped["month"]]


def by_month(file: str) -> dict[str, float]:
    counts: dict[str, float] = {}
    for row in rows("anpr", f"data/{file}"):
        if row["TIPO SOGGETTO"] == "Residenti":
            month = f"{row['ANNO']}-{int(row['MESE']):02}"
            counts[month] = counts.get(month, 0) + float(row["TOTALE"])
    return counts


def test_italian_online_share_rises_as_published() -> None:
    changes = published.read("changes_of_residence")
    share = 100 * changes["online_count"] / changes["all_count"]
    assert len(changes) == 33
    assert (changes["month"].iloc[0], changes["month"].iloc[-1]) == ("2022-02", "2024-10")
    assert (round(share.iloc[0], 1), round(share.iloc[-1], 1)) == (0.4, 10.8)
