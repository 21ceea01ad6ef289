"""A unit's scorecard as it is counted, kept and read back."""

from __future__ import annotations

import shutil
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest

from analysis import paths, prepare
from analysis.errors import SourceUnavailableError, UsageError
from analysis.facts import build, reads
from analysis.indicators import Scorecard, ServiceIndex, scorecard, scorecard_of, scorecard_tables
from analysis.indicators.scorecard_tables import FOLDER, ensure, folder_of

pytestmark = pytest.mark.usefixtures("phu_tho")
UNIT = "H44.108"


@pytest.fixture
def counted(phu_tho: None) -> None:
    ensure("as they are")


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("unit", [UNIT, "H44.42", "H44.23"])
def test_what_is_read_is_what_was_counted(year: ServiceIndex, unit: str) -> None:
    kept, fresh = scorecard("H44", unit, "2026"), scorecard_of(year, unit)
    for field in fields(Scorecard):
        one, other = getattr(kept, field.name), getattr(fresh, field.name)
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other, check_dtype=False, check_exact=True)
        elif isinstance(one, pd.Series):
            pd.testing.assert_series_equal(one, other, check_exact=True)
    for name in ("units", "rows", "groups"):
        own = getattr(kept.index, name)
        assert set(own["unit_code"]) - {"H44"} == {unit}
        pd.testing.assert_frame_equal(own, getattr(fresh.index, name), check_dtype=False, check_exact=True)
    assert kept.index.sources == year.sources
    whole = year.totals().set_index("unit_code")
    assert (kept.name, kept.level, kept.points) == tuple(whole.loc[unit, ["unit_name", "unit_level", "points"]])


def test_the_peers_are_the_other_units_of_the_level_with_enough_dossiers(year: ServiceIndex) -> None:
    card = scorecard_of(year, UNIT)
    totals = year.totals().set_index("unit_code")
    others = totals[(totals["unit_level"] == "commune") & (year.dossiers_counts() >= 30)].drop(UNIT)["points"]
    assert card.peers["peers_count"] == len(others)
    assert card.peers["points_low"] == pytest.approx(others.quantile(0.25))
    assert card.peers["points_high"] == pytest.approx(others.quantile(0.75))


def test_a_unit_is_told_of_itself_and_of_what_concerns_all_and_never_of_another(year: ServiceIndex) -> None:
    told = {unit: scorecard_of(year, unit).findings for unit in (UNIT, "H44.42", "H44.23")}
    assert {len(found[found["place"] == unit]) for unit, found in told.items()} == {0, 1, 2}
    for unit, found in told.items():
        assert not set(found["place"]) & (set(year.children["unit_code"]) - {unit})
        # sums over all units are the province's matter: one unit's figures would change every page
        assert not [name for name in found["finding_id"] if name.endswith("_do_not_add_up")]
        assert "counted_twice" in set(found["finding_id"])


def test_nothing_is_counted_again_until_the_facts_or_the_definitions_change() -> None:
    ensure("before")
    assert ensure("before") == 0
    assert ensure("after") == 2  # the year and its quarter
    (paths.PROCESSED / FOLDER / "H44/2025").mkdir()
    ensure("after")
    assert not (paths.PROCESSED / FOLDER / "H44/2025").exists()


def test_a_count_that_was_cut_off_is_done_again_whatever_it_was_before(monkeypatch: pytest.MonkeyPatch) -> None:
    ensure("before")
    write, written = scorecard_tables.write_atomically, []

    def cut_off(path: Path, content: bytes) -> None:
        if len(written) == 3:
            raise KeyboardInterrupt
        written.append(path)
        write(path, content)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(scorecard_tables, "write_atomically", cut_off)
        ensure("after")
    # some of its tables may be those of "after"
    assert ensure("before") == 1


def test_what_is_counted_once_a_build_is_counted_anew_when_a_definition_changes(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.build()
    monkeypatch.setattr(prepare.facts, "ensure", lambda stand_in: build.Build({}, 0, changed=False))
    state = paths.PROCESSED / FOLDER / "H44/2026/state.json"
    prepare.ensure()
    first = state.read_text()
    state.write_text("as it was")
    prepare.ensure()
    assert state.read_text() == "as it was"
    with (clone / "data/policy/index_766.yml").open("a", encoding="utf-8") as file:
        file.write("\n# another edition\n")
    state.write_text(first)
    prepare.ensure()
    assert state.read_text() not in (first, "as it was")


@pytest.mark.usefixtures("counted")
def test_a_page_depends_on_its_own_unit_s_rows(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv(reads.LOG, str(tmp_path / "log"))
    scorecard("H44", UNIT, "2026")
    tables = [read for read in reads.noted(tmp_path / "log") if read.kind == "counted"]
    assert {dict(read.where)["unit_code"] for read in tables} == {UNIT, "H44"}
    assert {read.name for read in tables if dict(read.where)["unit_code"] == "H44"} == {
        "scorecards/H44/2026/units",  # the province's name
        "scorecards/H44/2026/files",
    }


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("unit", ["H44", "H44.999", ""])
def test_a_unit_that_is_not_there_is_answered_with_some_that_are(unit: str) -> None:
    with pytest.raises(UsageError, match=r"H44\.01"):
        scorecard("H44", unit, "2026")


@pytest.mark.usefixtures("counted")
def test_a_unit_whose_period_lacks_whole_groups_is_refused() -> None:
    with pytest.raises(UsageError, match="lack some groups"):
        scorecard("H44", UNIT, "2026-Q3")
    assert not (paths.PROCESSED / FOLDER / "H44/2026-Q3/rows.parquet").exists()


@pytest.mark.usefixtures("counted")
def test_a_period_that_is_not_there_and_one_that_is_not_counted_are_told_apart() -> None:
    with pytest.raises(UsageError, match="2026-Q3"):
        scorecard("H44", UNIT, "2031")
    shutil.rmtree(folder_of("H44", "2026"))
    with pytest.raises(SourceUnavailableError, match="analysis build"):
        scorecard("H44", UNIT, "2026")
