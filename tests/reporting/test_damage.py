"""Whatever happened to a file on the disk: it is named in one line, and the next run goes on by itself."""

import json

import factory
import pytest
from factory import command
from test_alerts import EXPECTED
from test_proof import keys

from analysis import paths
from analysis.reporting import publish, signing, turn

GOOD, OTHER = "scorecard/H44.01/2026", "scorecard/H44.02/2026"
SPOILT = {"garbage": lambda _: b"\xff{", "cut off": lambda content: content[:200], "empty": lambda _: b""}


@pytest.fixture
def world(checkout, monkeypatch):
    (checkout / "reports.yml").write_text(EXPECTED, encoding="utf-8")
    return factory.world(monkeypatch)


def changed(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize("spoil", [*SPOILT, "one byte"])
@pytest.mark.parametrize("name", [publish.RECORD, publish.RUN])
def test_a_page_whose_record_is_damaged_is_named_and_made_again_and_no_other(world, capsys, name, spoil):
    assert command("report", "--at", "2026-10-01") == 0
    world.run()
    file = paths.REPORTS / GOOD / name
    before = file.read_bytes()
    outcome = before.find(b"published" if name == publish.RECORD else b"manifest_sha256")
    file.write_bytes(SPOILT.get(spoil, lambda content: changed(content, outcome))(before))
    assert command("status", "--at", "2026-10-01") == 8
    assert f"{GOOD}: failed: the record of this page (manifest.json, run.json) is damaged" in capsys.readouterr().out
    assert command("list", "--why") == 0
    assert "its record is damaged" in capsys.readouterr().out
    assert command("verify") == 6
    assert capsys.readouterr().err.startswith(f"{GOOD}: ")
    assert command("report", "--at", "2026-10-01") == 0
    assert world.run() == ["H44.01"]
    assert command("verify") == command("status", "--at", "2026-10-01") == 0


def test_one_changed_byte_is_found_in_every_file_of_a_signed_page(world, capsys, monkeypatch, tmp_path):
    """A late page whose renewal failed has more files than a fresh one."""
    monkeypatch.setenv(signing.KEY, str(keys(tmp_path, "ours")[0]))
    command("report", "--at", "2026-10-01")
    world.failing = {"H44.01"}
    world.arrive("2026-09-27")
    command("report", "--at", "2026-11-01")
    assert command("verify") == 0
    files = sorted((paths.REPORTS / GOOD).iterdir())
    assert {file.name for file in files} >= {publish.RECORD, publish.RUN, publish.STATE, publish.FAILURE}
    for file in files:
        before = file.read_bytes()
        for at in range(0, len(before), max(1, len(before) // 40)):
            file.write_bytes(changed(before, at))
            capsys.readouterr()
            code = command("verify")
            said = capsys.readouterr().err
            assert (code, said.partition(":")[0]) == (6, GOOD), f"{file.name}, byte {at}"
        file.write_bytes(before)


def test_a_banner_that_no_run_put_there_is_found(world, capsys):
    command("report", "--at", "2026-10-01")
    page = paths.REPORTS / GOOD / "index.en.html"
    html = page.read_text("utf-8")
    forged = '<main id="content">\n<div class="warning" role="alert">These figures are withdrawn.</div>\n'
    top = html[html.index("<main") : html.index(">", html.index("<main")) + 2]
    page.write_text(html.replace(top, forged.replace('<main id="content">\n', top)), encoding="utf-8")
    assert command("verify") == 6
    assert f"{GOOD}: index.en.html: its sha256 is" in capsys.readouterr().err


def test_verify_says_of_how_many_pages_it_speaks(world, capsys, tmp_path):
    world.failing = {"H44.02"}
    command("report")
    (paths.REPORTS / GOOD / publish.RECORD).unlink()
    capsys.readouterr()
    assert command("verify") == 0
    said = capsys.readouterr().out
    assert said.startswith("1 pages are what their manifests say.\n2 show an error or are not made")
    assert command("verify", "--site", str(tmp_path / "nowhere")) == 2
    assert "no page of a site" in capsys.readouterr().err
    for option in (["--rebuild"], ["--only", GOOD]):
        assert command("verify", "--site", str(paths.REPORTS), *option) == 2


@pytest.mark.parametrize("content", [b"x\xff{\n", b"[1]\n", b""])
def test_what_a_run_remembers_may_be_lost(world, capsys, content):
    assert command("report", "--due", "--at", "2026-10-01T07:00") == 0
    memory = [path for path in paths.RUNS.rglob("*") if path.is_file() and "pages" not in path.parts]
    assert {"history.jsonl", "schedule.json"} < {path.name for path in memory}
    for path in [*memory, paths.REPORTS / "health.json", paths.REPORTS / "index.html", paths.RUNS / "alerts.json"]:
        path.write_bytes(content)
    assert command("status", "--at", "2026-10-01T07:00") == command("plan", "--at", "2026-10-01T07:00") == 0
    world.arrive("2026-09-27")
    assert command("report", "--due", "--at", "2026-10-02T07:00") == 0
    assert factory.health()["counts"] == {"fresh": 3}
    assert json.loads((paths.RUNS / "schedule.json").read_bytes())
    assert "Traceback" not in capsys.readouterr().err


def test_a_run_whose_kept_pages_are_damaged_cannot_be_compared(world, capsys):
    command("report")
    (run,) = (paths.RUNS / "snapshots/runs").iterdir()
    run.with_name("20260101T000000-1.json").write_bytes(run.read_bytes())
    assert command("diff") == 0
    for path in (paths.RUNS / "snapshots/pages").rglob(publish.RECORD):
        path.write_bytes(b"{")
    assert command("diff") == 3
    assert "is lost or damaged" in capsys.readouterr().err


def test_a_proof_or_a_review_never_meets_a_run_that_sweeps(world, capsys):
    """Both lay files aside in the site, which a run that holds the lock would take for what a killed one left."""
    command("report")
    with turn.taken(paths.REPORTS):
        assert command("verify", "--rebuild", "--only", GOOD) == 7
        assert command("diff", str(paths.REPORTS), str(paths.REPORTS)) == 7
    assert "Another run is making this site" in capsys.readouterr().err
