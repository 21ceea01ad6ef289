"""The registry vouches for every raw byte, and says what to do when it cannot."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from analysis import paths
from analysis.errors import DataContractError, SourceUnavailableError, UsageError
from analysis.sources import registry
from analysis.sources.lockfile import LockedFile, Origin

DESCRIPTION = """\
id: {id}
title: {{vi: Nguồn thử, en: A test source}}
producer: Nobody
citation: {{vi: Nobody (2024), en: Nobody (2024)}}
url: https://example.org
licence: {{vi: CC0, en: CC0}}
as_of: 2024-12-31
kind: {kind}
"""


@pytest.fixture
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "RAW", tmp_path / "data" / "raw")
    return paths.RAW


def make(raw: Path, source_id: str, files: dict[str, bytes], kind: str = "shipped") -> None:
    for name, content in files.items():
        (raw / source_id / name).parent.mkdir(parents=True, exist_ok=True)
        (raw / source_id / name).write_bytes(content)
    (raw / source_id).mkdir(parents=True, exist_ok=True)
    (raw / source_id / "source.yml").write_text(DESCRIPTION.format(id=source_id, kind=kind), encoding="utf-8")


def pin(path: str, content: bytes, **more: object) -> LockedFile:
    entry = {"path": path, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), **more}
    return LockedFile.model_validate(entry)


def test_locked_file_is_opened_as_published(raw: Path) -> None:
    make(raw, "survey", {"năm 2024/a.csv": b"x\n1\n"})
    registry.lock("survey")
    assert registry.open_bytes("survey", "năm 2024/a.csv") == b"x\n1\n"


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        ("shipped", ["git checkout -- data/raw/survey/a.csv", "analysis lock survey"]),
        ("fetched", ["analysis fetch survey"]),
        ("portal", ["analysis fetch portal"]),
    ],
)
def test_damaged_file_names_itself_both_hashes_and_the_way_out(raw: Path, kind: str, advice: list[str]) -> None:
    make(raw, "survey", {"a.csv": b"x\n1\n"}, kind)
    registry.write_lock("survey", [pin("a.csv", b"x\n1\n")])
    (raw / "survey" / "a.csv").write_bytes(b"x\n2\n")
    with pytest.raises(DataContractError) as caught:
        registry.open_bytes("survey", "a.csv")
    message = str(caught.value)
    for content in (b"x\n1\n", b"x\n2\n"):
        assert hashlib.sha256(content).hexdigest() in message
    assert caught.value.where == "data/raw/survey/a.csv"
    assert all(each in caught.value.next_step for each in advice)


def test_absent_file_says_how_to_get_it(raw: Path) -> None:
    make(raw, "survey", {}, "fetched")
    registry.write_lock("survey", [pin("a.csv", b"x")])
    with pytest.raises(SourceUnavailableError, match="analysis fetch survey"):
        registry.open_bytes("survey", "a.csv")


def test_file_nobody_vouches_for_is_refused(raw: Path) -> None:
    make(raw, "survey", {"a.csv": b"x"})
    registry.lock("survey")
    make(raw, "survey", {"b.csv": b"y"})
    with pytest.raises(DataContractError, match=r"not in its source's lock[\s\S]*allowed: a\.csv"):
        registry.open_bytes("survey", "b.csv")


@pytest.mark.parametrize("source_id", ["surveys", "../raw/survey", ""])
def test_unknown_source_lists_the_known(raw: Path, source_id: str) -> None:
    make(raw, "survey", {"a.csv": b"x"})
    for ask in (registry.source, registry.read_lock, registry.lock, registry.is_fetched):
        with pytest.raises(UsageError, match="allowed: survey"):
            ask(source_id)


def test_lock_reports_changes_and_is_left_alone_without_any(raw: Path) -> None:
    make(raw, "survey", {"a.csv": b"1", "b.csv": b"2"})
    registry.lock("survey")
    file = raw / "survey" / "source.lock.yml"
    before = file.stat()
    assert registry.lock("survey") == []
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    make(raw, "survey", {"b.csv": b"3", "c.csv": b"4", ".b.csv.swp": b"an editor's"})
    (raw / "survey" / "a.csv").unlink()
    assert registry.lock("survey") == [("a.csv", "removed"), ("b.csv", "changed"), ("c.csv", "added")]
    assert registry.open_bytes("survey", "b.csv") == b"3"


def test_only_shipped_sources_are_locked_by_hand(raw: Path) -> None:
    make(raw, "survey", {"a.csv": b"damaged"}, "fetched")
    with pytest.raises(UsageError, match="only shipped"):
        registry.lock("survey")


def test_lock_keeps_origins_and_further_keys_whatever_the_order(raw: Path) -> None:
    make(raw, "survey", {})
    origin = {"repository": "a/b", "commit": "0" * 40}
    files = [
        pin("x/2.csv", b"2", origin=Origin(path="data/x/2.csv", **origin)),
        pin("x/1 é.csv", b"1", origin=Origin(path="data/x/1 é.csv", **origin)),
        pin("LICENSE", b"3", origin=Origin(path="LICENSE", **origin)),
        pin("other.csv", b"4", origin=Origin(path="o.csv", repository="c/d", commit="1" * 40)),
        pin("y.json", b"5", origin=Origin(path="data/y.json", **origin), http_status=200, request={"page": 1}),
    ]
    registry.write_lock("survey", files)
    written = (raw / "survey" / "source.lock.yml").read_bytes()
    assert registry.read_lock("survey") == {file.path: file for file in files}
    assert written.count(b"0" * 40) == 1, "what all files share is said once"
    registry.write_lock("survey", reversed(files))
    assert (raw / "survey" / "source.lock.yml").read_bytes() == written


@pytest.mark.parametrize("path", ["../up.csv", "/etc/passwd", "a\\b.csv", "a//b.csv", ""])
def test_lock_cannot_point_outside_its_folder(path: str) -> None:
    with pytest.raises(ValueError, match="relative POSIX path"):
        pin(path, b"x")


@pytest.mark.parametrize("content", ["files: [", "[]", "files: [1]", "files: [{path: a.csv, sha256: 12, bytes: x}]"])
def test_damaged_lock_is_one_clear_error(raw: Path, content: str) -> None:
    make(raw, "survey", {})
    (raw / "survey" / "source.lock.yml").write_text(content)
    with pytest.raises(DataContractError, match=r"data/raw/survey/source\.lock\.yml[\s\S]*git checkout"):
        registry.read_lock("survey")


def test_source_with_wrong_keys_lists_them_all(raw: Path) -> None:
    make(raw, "survey", {})
    file = raw / "survey" / "source.yml"
    file.write_text(file.read_text().replace("licence", "license").replace("2024-12-31", "soon"))
    with pytest.raises(DataContractError) as caught:
        registry.source("survey")
    assert all(key in caught.value.what for key in ("license:", "licence:", "as_of:"))


def test_source_must_bear_its_folders_name(raw: Path) -> None:
    make(raw, "survey", {})
    (raw / "survey").rename(raw / "poll")
    with pytest.raises(DataContractError, match="calls itself 'survey'"):
        registry.source("poll")


def test_fetched_means_every_file_is_there_whole(raw: Path) -> None:
    make(raw, "survey", {"a.csv": b"12"}, "fetched")
    assert not registry.is_fetched("survey")
    registry.write_lock("survey", [pin("a.csv", b"12"), pin("b.csv", b"34")])
    assert not registry.is_fetched("survey")
    make(raw, "survey", {"b.csv": b"3"}, "fetched")
    assert not registry.is_fetched("survey")
    make(raw, "survey", {"b.csv": b"34"}, "fetched")
    assert registry.is_fetched("survey")


def test_shipped_files_are_as_locked_and_all_are_locked() -> None:
    for source in registry.sources():
        if source.kind == "shipped":
            locked = registry.read_lock(source.id)
            assert locked, source.id
            for path in locked:
                registry.open_bytes(source.id, path)
            folder = registry.folder(source.id)
            there = {file.relative_to(folder).as_posix() for file in folder.rglob("[!.]*") if file.is_file()}
            assert there == {*locked, "source.yml", "source.lock.yml"}


def test_fetched_sources_say_where_every_file_was_published() -> None:
    fetched = [source.id for source in registry.sources() if source.kind == "fetched"]
    assert fetched
    for source_id in fetched:
        locked = registry.read_lock(source_id)
        assert locked, source_id
        assert all(file.origin for file in locked.values()), source_id


@pytest.mark.skipif(not (paths.ROOT / ".git").exists(), reason="not a git checkout")
def test_fetched_data_cannot_be_committed_by_accident() -> None:
    files = {
        paths.relative(registry.folder(source.id) / path): source.id
        for source in registry.sources()
        if source.kind == "fetched"
        for path in registry.read_lock(source.id)
    }
    asked = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin", "-z"],
        input="\0".join(files),
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
    )
    unprotected = files.keys() - set(asked.stdout.split("\0"))
    assert not unprotected, f".gitignore lets through {sorted({files[each] for each in unprotected})}"
