"""Facts are built from verified bytes, whole or not at all, and only when something has changed."""

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from analysis import facts, paths
from analysis.errors import DataContractError, SourceUnavailableError, UsageError
from analysis.facts import build, egdi, held
from analysis.facts.table import Table

FEW = ("egdi", "residence_changes")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch, clone: Path) -> Path:
    """A fresh clone of which only two small tables are built."""
    monkeypatch.setattr(build, "TABLES", FEW)
    return clone


def change(root: Path, name: str, old: str, new: str) -> None:
    """Change a published file together with its lock, as its keeper would."""
    path = root / "data/raw/published" / name
    before = path.read_bytes()
    after = before.decode().replace(old, new, 1).encode()
    assert after != before
    path.write_bytes(after)
    lock = path.with_name("source.lock.yml")
    pinned = lock.read_text("utf-8").replace(_hash(before), _hash(after))
    lock.write_text(pinned.replace(f"bytes: {len(before)}", f"bytes: {len(after)}"), "utf-8")


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def processed(root: Path) -> set[str]:
    return {path.name for path in (root / "data/processed").iterdir()}


def test_a_build_makes_every_table_and_says_what_it_is_over(few: Path) -> None:
    made = build.build()
    assert processed(few) == {"build.json", "rejected.parquet", *(f"{name}.parquet" for name in FEW)}
    summary = json.loads((paths.PROCESSED / "build.json").read_text("utf-8"))
    for name in FEW:
        table = summary["tables"][name]
        assert table["sha256"] == _hash((paths.PROCESSED / f"{name}.parquet").read_bytes())
        assert table["rows_count"] == made.rows_count[name] == len(facts.load(name)) > 0
    assert made.sentence.startswith("facts: 2 tables, ")


def test_two_builds_give_the_same_bytes(few: Path) -> None:
    def build_once() -> dict[str, bytes]:
        build.build()
        return {path.name: path.read_bytes() for path in paths.PROCESSED.iterdir()}

    assert build_once() == build_once()


def test_nothing_is_built_again_until_something_changes(few: Path) -> None:
    assert build.ensure().changed
    again = build.ensure()
    assert not again.changed
    assert again.sentence == "facts: unchanged, 2 tables"
    change(few, "egdi_vietnam.csv", "0.", "0.0")
    assert build.ensure().changed
    # the list of units ends those of before the merger on its day
    acts = few / "data/policy/events.yml"
    acts.write_text(acts.read_text("utf-8").replace("2025-07-01", "2025-07-02"), "utf-8")
    assert build.ensure().changed


def test_bytes_that_are_not_the_locked_ones_are_refused(few: Path) -> None:
    path = few / "data/raw/published/egdi_vietnam.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(DataContractError, match=r"egdi_vietnam\.csv"):
        build.build()
    assert "build.json" not in processed(few)


def test_a_source_fetched_after_the_build_is_built_though_its_lock_was_there_before(few: Path) -> None:
    folder, content = few / "data/raw/anpr", b"a,b\n"
    lock = yaml.safe_load((folder / "source.lock.yml").read_text("utf-8"))
    pinned = {"path": "a.csv", "sha256": _hash(content), "bytes": len(content)}
    (folder / "source.lock.yml").write_text(yaml.safe_dump(lock | {"files": [pinned]}), "utf-8")
    build.build()
    assert not build.ensure().changed
    (folder / "a.csv").write_bytes(content)
    assert build.ensure().changed
    assert not build.ensure().changed


def test_damage_after_the_build_is_seen_though_nothing_else_has_changed(few: Path) -> None:
    build.build()
    raw = few / "data/raw/published/egdi_vietnam.csv"
    published = raw.read_bytes()
    raw.write_bytes(published.replace(b"2024", b"2025", 1))
    with pytest.raises(DataContractError, match="not the one that was published"):
        build.ensure()
    raw.unlink()
    with pytest.raises(SourceUnavailableError, match="not on this machine"):
        build.ensure()
    raw.write_bytes(published)
    assert not build.ensure().changed


def test_a_build_that_fails_half_way_leaves_no_summary_and_the_next_one_is_whole(
    few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.build()

    def fail() -> Table:
        raise DataContractError("made up")

    with monkeypatch.context() as broken:
        broken.setattr(egdi, "build", fail)
        with pytest.raises(DataContractError, match="made up"):
            build.build()
    assert "build.json" not in processed(few)
    assert build.ensure().changed
    assert not build.ensure().changed
    assert not [name for name in processed(few) if name.endswith(".part")]


def test_a_row_that_breaks_the_contract_is_set_aside_with_its_line(few: Path) -> None:
    rows = build.build().rows_count["egdi"]
    # line 2 is the first survey: its rank, the second field, cannot be 0
    line = (few / "data/raw/published/egdi_vietnam.csv").read_text("utf-8").splitlines()[1]
    period, rank, rest = line.split(",", 2)
    change(few, "egdi_vietnam.csv", line, f"{period},0,{rest}")
    made = build.build()
    assert made.rejected_count == 1
    assert made.rows_count["egdi"] == rows - 1
    rejected = facts.load("rejected").iloc[0]
    assert (rejected["table"], rejected["file"], rejected["row"]) == ("egdi", "published/egdi_vietnam.csv", 2)
    assert rejected["reason"].startswith("rank: ")
    assert period not in set(facts.load("egdi")["period"])
    assert float(rank) > 0


def test_facts_that_are_not_built_say_how_to_build_them(clone: Path) -> None:
    with pytest.raises(SourceUnavailableError, match="egdi") as caught:
        facts.load("egdi")
    assert caught.value.where == "data/processed/egdi.parquet"
    assert "analysis build" in caught.value.next_step


@pytest.mark.usefixtures("phu_tho")
class TestLoading:
    def test_an_unknown_table_is_answered_with_those_there_are(self) -> None:
        with pytest.raises(UsageError, match="portal_progress"):
            facts.load("portal_progres")

    def test_what_is_loaded_is_a_copy(self) -> None:
        rows = facts.load("egdi")
        rows["rank"] = 1.0
        assert set(facts.load("egdi")["rank"].dropna()) != {1}

    def test_an_unknown_value_is_answered_with_those_there_are(self) -> None:
        with pytest.raises(UsageError, match=r"period = '2031'") as caught:
            facts.only("portal_progress", province_code="H44", period="2031")
        assert caught.value.allowed == "2026, 2026-Q3"
        with pytest.raises(UsageError) as many:
            facts.only("portal_progress", unit_code="H44.999")
        assert many.value.allowed.endswith(" …")
        assert many.value.allowed.count(",") == 11

    def test_only_the_rows_asked_for_are_given(self) -> None:
        rows = facts.only("portal_progress", province_code="H44", period="2026-Q3")
        assert len(rows) == 164
        assert set(rows["period"]) == {"2026-Q3"}

    # some tables have no rows until somebody brings them; counts of what is odd are of no single line
    @pytest.mark.parametrize(
        "table",
        sorted(
            set(facts.TABLES)
            - {"portal_national", "unit_crosswalk", "units", "dossier_quality"}
            - {"catalogue_procedures", "catalogue_channels", "procedure_pairs", "papi", "register_statuses"}
            - held.described().keys()
        ),
    )
    def test_every_row_can_be_traced_to_a_line_of_a_file_that_is_there(self, table: str) -> None:
        rows = facts.load(table)
        assert len(rows)
        lines = {file: len((paths.RAW / file).read_text("utf-8").splitlines()) for file in rows["file"].unique()}
        assert rows["row"].between(2, rows["file"].map(lines)).all()
        described = facts.provenance([rows])
        hashes = {each["file"]: each["sha256"] for source in described for each in source["sha256"]}
        assert hashes == {file: _hash((paths.RAW / file).read_bytes()) for file in lines}

    def test_nothing_of_the_shipped_sources_is_rejected(self) -> None:
        assert facts.load("rejected").empty

    def test_dossiers_add_up_to_the_provinces(self) -> None:
        year = facts.only("portal_progress", province_code="H44", period="2026")
        units = year["unit_code"] != "H44"
        for column, total in (("received_count", 597_918), ("on_time_count", 528_684)):
            assert year.loc[units, column].sum() == year.loc[~units, column].item() == total

    def test_published_figures_end_with_the_period_asked_for(self) -> None:
        series = facts.load("index_series")
        until = facts.published("index_series", until="2024")
        later = series["period"].str[:4] > "2024"
        assert later.any()
        assert len(until) == (~later.fillna(False)).sum()
        assert until["period"].isna().sum() == series["period"].isna().sum()
        pd.testing.assert_frame_equal(facts.published("index_series", until="2030"), series)
