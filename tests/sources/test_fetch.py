"""Fetching: checked whatever it comes from, resumable, and calm when there is no network."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest

from analysis import paths
from analysis.errors import DataContractError, UsageError
from analysis.sources import registry
from analysis.sources.fetch import FetchOutcome, fetch
from analysis.sources.lockfile import LockedFile, Origin

COMMIT = "a" * 40
FILES = {
    "survey": {"LICENSE": b"MIT", "csv/năm 2024 #1.csv": b"x\n1\n", "csv/2023.csv": b"x\n2\n"},
    "units": {"units.json": b"[]"},
}


@pytest.fixture
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "RAW", tmp_path / "data" / "raw")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for source_id, files in FILES.items():
        describe(source_id, "fetched")
        registry.write_lock(
            source_id,
            [
                LockedFile(
                    path=path,
                    sha256=hashlib.sha256(content).hexdigest(),
                    bytes=len(content),
                    origin=Origin(repository=f"org/{source_id}", commit=COMMIT, path=f"data/{path}"),
                )
                for path, content in files.items()
            ],
        )
    describe("typed", "shipped")
    return paths.RAW


def describe(source_id: str, kind: str) -> None:
    (paths.RAW / source_id).mkdir(parents=True)
    (paths.RAW / source_id / "source.yml").write_text(
        f"{{id: {source_id}, title: {{vi: Thử, en: Test}}, producer: P, citation: {{vi: C, en: C}}, "
        f"url: U, licence: {{vi: L, en: L}}, as_of: 2024-12-31, kind: {kind}}}",
        encoding="utf-8",
    )


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    for source_id, files in FILES.items():
        for path, content in files.items():
            (tmp_path / "mirror" / source_id / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "mirror" / source_id / path).write_bytes(content)
    return tmp_path / "mirror"


class Origins:
    """A public origin on this machine: what it has, and what it was asked for."""

    def __init__(self) -> None:
        self.files = {
            f"/org/{source_id}/{COMMIT}/data/{path}": content
            for source_id, files in FILES.items()
            for path, content in files.items()
        }
        self.asked: list[str] = []
        self.url = ""


@pytest.fixture
def origin() -> Iterator[Origins]:
    origins = Origins()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(self.path)
            origins.asked.append(path)
            content = origins.files.get(path)
            self.send_response(200 if content is not None else 404)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        origins.url = f"http://127.0.0.1:{server.server_port}"
        yield origins
        server.shutdown()
        thread.join()


def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def contents(raw: Path) -> dict[str, dict[str, bytes]]:
    return {
        source_id: {path: registry.open_bytes(source_id, path) for path in registry.read_lock(source_id)}
        for source_id in FILES
    }


def test_mirror_is_copied_and_a_second_run_does_nothing(raw: Path, mirror: Path) -> None:
    lines: list[str] = []
    assert fetch([], mirror=mirror, report=lines.append) == FetchOutcome(fetched=["survey", "units"])
    assert contents(raw) == FILES
    assert fetch([], mirror=mirror, report=lines.append) == FetchOutcome(present=["survey", "units"])
    assert len(lines) == 4, "one line a source"
    assert (raw / "survey" / "LICENSE").stat().st_mode & 0o044 == 0o044, "colleagues can read it"


def test_origin_is_asked_for_each_pinned_path_however_it_is_written(raw: Path, origin: Origins) -> None:
    outcome = fetch([], report=lambda _: None, origin=origin.url)
    assert outcome.fetched == ["survey", "units"]
    assert contents(raw) == FILES
    assert sorted(origin.asked) == sorted(origin.files)


def test_interrupted_run_asks_only_for_what_is_missing_or_differs(raw: Path, origin: Origins) -> None:
    fetch(["survey"], report=lambda _: None, origin=origin.url)
    (raw / "survey" / "LICENSE").unlink()
    (raw / "survey" / "csv" / "2023.csv").write_bytes(b"damaged")
    origin.asked.clear()
    lines: list[str] = []
    assert fetch(["survey"], report=lines.append, origin=origin.url).fetched == ["survey"]
    assert {path.rsplit("/", 1)[1] for path in origin.asked} == {"LICENSE", "2023.csv"}
    assert registry.open_bytes("survey", "csv/2023.csv") == b"x\n2\n"
    assert "2 files fetched" in lines[0]
    assert "1 were already there" in lines[0]


def test_offline_is_one_line_a_source_and_keeps_what_is_there(raw: Path, mirror: Path) -> None:
    fetch(["units"], mirror=mirror, report=lambda _: None)
    lines: list[str] = []
    outcome = fetch([], report=lines.append, origin=closed_port())
    assert outcome.present == ["units"]
    assert list(outcome.unavailable) == ["survey"]
    assert [line.split(":")[0] for line in lines] == ["survey", "units"]
    assert "127.0.0.1 cannot be reached" in outcome.unavailable["survey"]


def test_source_is_given_up_at_its_first_failure_and_the_next_goes_on(raw: Path, origin: Origins) -> None:
    origin.files = {path: content for path, content in origin.files.items() if "/units/" in path}
    outcome = fetch([], report=lambda _: None, origin=origin.url)
    assert outcome.fetched == ["units"]
    assert "404" in outcome.unavailable["survey"]
    assert sum("/survey/" in path for path in origin.asked) == 1


def test_mirror_without_a_source_does_not_fall_back_to_the_network(raw: Path, mirror: Path, origin: Origins) -> None:
    (mirror / "units" / "units.json").unlink()
    outcome = fetch([], mirror=mirror, report=lambda _: None, origin=origin.url)
    assert outcome.fetched == ["survey"]
    assert "the mirror has no" in outcome.unavailable["units"]
    assert origin.asked == []


def assert_refused(caught: pytest.ExceptionInfo[DataContractError], raw: Path) -> None:
    message = str(caught.value)
    assert "units/units.json" in message
    assert hashlib.sha256(b"[]").hexdigest() in message
    assert hashlib.sha256(b"[1]").hexdigest() in message
    left = {file.name for file in (raw / "units").iterdir()}
    assert left == {"source.yml", "source.lock.yml"}, "neither the damaged file nor a temporary one is kept"


def test_damaged_mirror_file_is_named_with_both_hashes(raw: Path, mirror: Path) -> None:
    (mirror / "units" / "units.json").write_bytes(b"[1]")
    with pytest.raises(DataContractError) as caught:
        fetch(["units"], mirror=mirror, report=lambda _: None)
    assert_refused(caught, raw)


def test_other_bytes_from_the_origin_are_refused_alike(raw: Path, origin: Origins) -> None:
    origin.files[f"/org/units/{COMMIT}/data/units.json"] = b"[1]"
    with pytest.raises(DataContractError) as caught:
        fetch(["units"], report=lambda _: None, origin=origin.url)
    assert_refused(caught, raw)


@pytest.mark.parametrize("source_id", ["typed", "unknown"])
def test_what_cannot_be_fetched_is_refused_before_anything_is(raw: Path, mirror: Path, source_id: str) -> None:
    with pytest.raises(UsageError, match="allowed: survey, units"):
        fetch(["units", source_id], mirror=mirror, report=lambda _: None)
    assert not registry.is_fetched("units")


def test_mirror_must_be_a_directory(raw: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a directory"):
        fetch([], mirror=tmp_path / "nowhere", report=lambda _: None)


@pytest.mark.mirror
@pytest.mark.skipif("ANALYSIS_MIRROR" not in os.environ, reason="ANALYSIS_MIRROR names no mirror of the public files")
def test_every_pinned_file_of_the_repository_is_in_the_mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [source.id for source in registry.sources() if source.kind == "fetched"]
    for source_id in sources:
        (tmp_path / source_id).mkdir()
        for name in (registry.DESCRIPTION, registry.LOCK):
            (tmp_path / source_id / name).write_bytes((registry.folder(source_id) / name).read_bytes())
    monkeypatch.setattr(paths, "RAW", tmp_path)
    outcome = fetch([], mirror=Path(os.environ["ANALYSIS_MIRROR"]), report=lambda _: None)
    assert outcome == FetchOutcome(fetched=sources)
    assert all(registry.is_fetched(source_id) for source_id in sources)
