"""An operator can tell what is published, why a page is not fresh, and that every byte is what it should be."""

import json
import subprocess
import sys
import time
from pathlib import Path

import factory
import pandas as pd
import pytest

from analysis import cli, cli_site, paths
from analysis.errors import LockedError
from analysis.reporting import pipeline, planning, turn

GOOD, BAD = "scorecard/H44.01/2026", "scorecard/H44.02/2026"


def command(*arguments: str) -> int:
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as leaving:
        patch.setattr(sys, "argv", ["analysis", *arguments])
        cli.main()
    return int(leaving.value.code or 0)


def altered(path, old: bytes, new: bytes):
    """Change a published file and give what puts it back."""
    before = path.read_bytes()
    assert old in before
    path.write_bytes(before.replace(old, new, 1))
    return lambda: path.write_bytes(before)


def test_status_counts_the_states_and_names_what_is_not_fresh(built, capsys):
    assert command("status") == 8
    said = capsys.readouterr().out
    assert said.startswith("1 failed, 2 fresh\n")
    assert f"{BAD}: failed: the page could not be made (cell 3: ValueError" in said
    health = json.loads((paths.REPORTS / "health.json").read_text("utf-8"))
    assert health["counts"] == {"failed": 1, "fresh": 2}
    assert [page["id"] for page in health["not_fresh"]] == [BAD]


def test_status_names_the_first_pages_and_all_when_asked(checkout, monkeypatch, capsys):
    monkeypatch.setattr(cli_site, "SHOWN", 2)
    assert command("status") == 8
    assert capsys.readouterr().out.endswith("never made\n… and 1 more; `analysis status --all` names them\n")
    assert command("status", "--all") == 8
    assert capsys.readouterr().out.count("never made") == 3


def test_status_names_pages_that_were_never_made(checkout, capsys):
    assert command("status") == 8
    assert capsys.readouterr().out.startswith("3 missing\n")


def test_a_page_that_no_report_makes_any_more_is_named_and_says_so_itself(checkout, monkeypatch, capsys):
    factory.world(monkeypatch)
    assert factory.command("report") == 0
    units = paths.PROCESSED / "portal_units.parquet"
    frame = pd.read_parquet(units)
    frame[frame["unit_code"] != "H44.02"].to_parquet(units)
    assert factory.command("report") == 0
    assert "1 published pages that no report makes any more" in capsys.readouterr().out
    assert factory.command("status") == 8
    said = capsys.readouterr()
    assert f"{BAD}: stale: no report makes this page any more" in said.out
    assert "delete the folders" in said.err
    assert factory.health()["counts"] == {"fresh": 2, "stale": 1}
    assert factory.command("verify") == 0
    assert "3 pages are" in capsys.readouterr().out
    for language, says in (("vi", "Không còn báo cáo nào lập trang này"), ("en", "No report makes this page any more")):
        assert says in (paths.REPORTS / BAD / f"index.{language}.html").read_text("utf-8")
    assert "H44.02" not in (paths.REPORTS / "index.html").read_text("utf-8")
    # and when its unit is back, so is the page
    frame.to_parquet(units)
    assert factory.command("report") == factory.command("status") == 0
    assert "makes this page any more" not in (paths.REPORTS / BAD / "index.en.html").read_text("utf-8")


def test_list_says_which_input_changed(built, capsys):
    undo = altered(paths.LOCK, b"toy==1", b"toy==2")
    assert command("list", "--why") == 0
    undo()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split("  ", 1)[1].strip() == "stale, changed: environment"
    assert lines[1].endswith("failed, changed: environment")
    assert command("list", "--why") == 0
    assert capsys.readouterr().out.splitlines()[0].endswith("fresh")


def test_a_site_is_what_its_manifests_say_and_can_be_made_again(built, capsys):
    assert command("verify") == 0
    assert command("verify", "--rebuild", "--only", GOOD) == 0
    assert "made again they have the same bytes" in capsys.readouterr().out
    assert not list(paths.REPORTS.glob(f"{pipeline.STAGING}*"))


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("index.vi.html", b"61,89", b"91,89", "its sha256 is"),
        ("indicators.json", b"88.42", b"98.42", "its sha256 is"),
    ],
)
def test_a_changed_figure_is_found_whatever_the_language_or_file(built, capsys, file, old, new, says):
    undo = altered(paths.REPORTS / GOOD / file, old, new)
    assert command("verify") == 6
    undo()
    assert f"{GOOD}: {file}: {says}" in capsys.readouterr().err


def test_a_file_that_was_added_or_lost_is_found(built, capsys):
    folder = paths.REPORTS / GOOD
    (folder / "extra.html").write_text("x")
    aside = (folder / "tables.xlsx").rename(paths.REPORTS / "aside")
    assert command("verify") == 6
    aside.rename(folder / "tables.xlsx")
    (folder / "extra.html").unlink()
    said = capsys.readouterr().err
    assert "tables.xlsx: the file is missing" in said
    assert "extra.html: the manifest does not know this file" in said


def processes_of(root) -> list[int]:
    """Give the processes that were started for this checkout."""
    told = f"ANALYSIS_ROOT={root}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if told in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:  # it ended meanwhile, or is not ours to look at
            continue
    return found


def until(happened) -> bool:
    for _ in range(100):
        if happened():
            return True
        time.sleep(0.1)
    return False


HOLD = """
import sys, time
from pathlib import Path
from analysis.reporting import turn, planning
with turn.taken(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_run_at_a_time_and_a_killed_one_holds_nothing_back(checkout):
    paths.REPORTS.mkdir()
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(paths.REPORTS)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(LockedError, match="Another run"), turn.taken(paths.REPORTS):
        pass
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with turn.taken(paths.REPORTS):
        pass


def test_a_plan_that_another_run_has_overtaken_does_nothing(checkout, monkeypatch):
    world = factory.world(monkeypatch)
    overtaken = planning.plan(only=[GOOD])
    assert factory.command("report") == 0
    world.run()
    with pytest.raises(LockedError, match="meanwhile"):
        pipeline.run(overtaken, on_page=lambda _: None)
    assert (world.run(), factory.command("status")) == ([], 0)


def test_what_a_killed_run_left_is_swept_by_the_next(built):
    left = paths.REPORTS / f"{pipeline.STAGING}left"
    left.mkdir()
    (left / "page").write_text("half")
    pipeline.run(planning.plan(only=[GOOD]), workers=1, on_page=lambda _: None)
    assert not left.exists()
