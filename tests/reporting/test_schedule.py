"""Whose turn it is, seen from a given moment: on time, made up for once, kept on a re-run."""

import datetime
import json

import factory
import pandas as pd
import pytest
import toy
from factory import command, events

from analysis import facts, paths
from analysis.reporting import history, parameters, publish, rolling, schedule
from analysis.reporting.clock import ZONE, local, parse
from analysis.reporting.expected import periods

GOOD = "scorecard/H44.01/2026"
UNITS = ["H44.01", "H44.02", "H44.108"]


@pytest.fixture
def world(checkout, monkeypatch):
    return factory.world(monkeypatch)


@pytest.mark.parametrize(
    ("of", "at", "last", "following"),
    [
        ("daily", "2026-11-26T05:59", "2026-11-25T06:00", "2026-11-26T06:00"),
        ("daily", "2026-11-26T06:00", "2026-11-26T06:00", "2026-11-27T06:00"),
        ("weekly", "2026-11-26", "2026-11-23T06:00", "2026-11-30T06:00"),
        ("monthly", "2026-11-01T06:00:30", "2026-11-01T06:00", "2026-12-01T06:00"),
        ("quarterly", "2026-11-26", "2026-10-01T06:00", "2027-01-01T06:00"),
        ("yearly", "2026-11-26", "2026-01-01T06:00", "2027-01-01T06:00"),
        ("30 7 21 1,4,7,10 *", "2026-11-26", "2026-10-21T07:30", "2027-01-21T07:30"),
        ("0 6 29 2 *", "2026-11-26", "2024-02-29T06:00", "2028-02-29T06:00"),
    ],
)
def test_a_schedule_names_times_of_viet_nam(of, at, last, following):
    moment = parse(at)
    assert schedule.last(of, moment) == parse(last)
    assert schedule.following(of, moment) == parse(following)
    assert schedule.last(of, moment.astimezone(datetime.UTC)) == parse(last)


def test_a_time_without_a_zone_is_vietnamese():
    assert parse("2026-10-21T06:00") == parse("2026-10-20T23:00Z")
    assert local().tzinfo == ZONE


@pytest.mark.parametrize("wrong", ["fortnightly", "0 6 1 *", "0 0 6 1 * *", "61 6 1 * *", "0 6 31 2 *"])
def test_a_schedule_that_names_no_time_is_a_mistake(checkout, capsys, wrong):
    (checkout / "reports.yml").write_text(toy.MANIFEST.replace("monthly", f'"{wrong}"'), encoding="utf-8")
    assert command("list") == 2
    assert "five cron fields such as" in capsys.readouterr().err


def test_what_is_due_is_made_once_and_then_not_before_its_next_time(world, capsys):
    assert command("report", "--due", "--at", "2026-10-15") == 0
    assert world.run() == UNITS
    world.arrive("2026-10-16")
    assert command("report", "--due", "--at", "2026-10-31T23:59") == 0
    assert world.run() == []
    assert "Nothing is due." in capsys.readouterr().out
    assert command("report", "--due", "--at", "2026-11-01T06:00") == 0
    assert world.run() == UNITS


def test_what_was_missed_is_made_up_for_once(world, capsys):
    command("report", "--due", "--at", "2026-06-15")
    world.run()
    world.arrive("2026-10-16")
    assert command("plan", "--at", "2026-10-15") == 0
    said = capsys.readouterr().out
    assert "due for 2026-10-01 06:00, last done for 2026-06-01 06:00, 4 times made up for at once; 3 of 3 pages" in said
    assert f"  {GOOD}: stale, changed: facts" in said
    assert command("report", "--due", "--at", "2026-10-15") == 0
    assert world.run() == UNITS
    assert command("plan", "--at", "2026-10-15") == 0
    assert "scorecard (monthly; next 2026-11-01 06:00): done for 2026-10-01 06:00" in capsys.readouterr().out
    assert command("report", "--due", "--at", "2026-10-15") == 0
    assert world.run() == []


def test_a_time_is_not_done_while_a_page_of_it_fails(world):
    world.failing = {"H44.02"}
    assert command("report", "--due", "--at", "2026-10-15") == 5
    assert world.run() == UNITS
    assert command("report", "--due", "--at", "2026-10-15T07:00") == 5
    assert world.run() == ["H44.02"]
    world.failing = set()
    assert command("report", "--due", "--at", "2026-10-15T08:00") == 0
    assert world.run() == ["H44.02"]
    assert command("report", "--due", "--at", "2026-10-15T09:00") == 0
    assert world.run() == []


def test_a_time_done_by_a_clock_that_ran_ahead_does_not_count(world, capsys):
    """A machine that once thought it was 2036 must not leave its reports alone for ten years."""
    assert command("report", "--due", "--at", "2036-05-01T07:00") == 0
    assert world.run() == UNITS
    world.arrive("2026-09-28")
    assert command("report", "--due", "--at", "2026-10-02T07:00") == 0
    assert world.run() == UNITS
    capsys.readouterr()
    assert command("plan", "--at", "2026-10-02T08:00") == 0
    assert "done for 2026-10-01 06:00" in capsys.readouterr().out
    # a clock that is put back by less than a day has done nothing wrong
    assert command("plan", "--at", "2026-09-30T23:00") == 0
    assert "due for" not in capsys.readouterr().out


@pytest.mark.parametrize("wrong", ["0001-01-01", "9999-12-31", "tomorrow"])
@pytest.mark.parametrize("asked", [["plan"], ["status"], ["report", "--due"]])
def test_a_time_that_is_none_is_a_mistake(world, capsys, asked, wrong):
    assert command(*asked, "--at", wrong) == 2
    assert "2026-10-21T06:00" in capsys.readouterr().err


def test_a_part_of_a_report_does_not_do_its_turn(world):
    assert command("report", "--due", "--only", GOOD, "--at", "2026-10-15") == 0
    assert command("report", "--due", "--at", "2026-10-15") == 0
    assert world.run() == UNITS


def test_status_says_which_run_was_missed(world, capsys):
    command("report", "--due", "--at", "2026-10-15")
    assert command("status", "--at", "2026-11-01T06:30") == 0
    assert command("status", "--at", "2026-11-01T07:30") == 8
    assert "scorecard: the run of 2026-11-01 06:00 has not happened" in capsys.readouterr().out


def test_the_scheduled_time_goes_only_to_a_notebook_that_asks_for_it(world):
    assert command("report", "--due", "--at", "2026-10-15") == 0
    assert all("scheduled_at" not in parameters for parameters in world.made)


def test_the_scheduled_time_is_passed_and_kept_on_a_re_run(world):
    factory.declare_the_time()
    october, november = "2026-10-01T06:00:00+07:00", "2026-11-01T06:00:00+07:00"

    def times():
        made, world.made = world.made, []
        return {parameters["scheduled_at"] for parameters in made}

    assert command("report", "--due", "--at", "2026-10-15") == 0
    assert times() == {october}
    assert publish.read(paths.REPORTS / GOOD).record["parameters"]["scheduled_at"] == october
    before = (paths.REPORTS / GOOD / "index.vi.html").read_bytes()
    # a run by hand, later, of the same page: the time it was made for
    assert command("report", "--force", "--at", "2026-11-20") == 0
    assert times() == {october}
    assert (paths.REPORTS / GOOD / "index.vi.html").read_bytes() == before
    assert command("status", "--at", "2026-10-20") == 0
    # its next turn is a new time, though nothing else has changed
    assert command("report", "--due", "--at", "2026-11-20") == 0
    assert times() == {november}


@pytest.mark.parametrize(
    ("words", "at", "meant"),
    [
        ("last quarter", "2026-10-01T06:00", "2026-Q3"),
        ("last quarter", "2026-02-01", "2025-Q4"),
        ("this quarter", "2026-12-31", "2026-Q4"),
        ("last month", "2026-01-01T06:00", "2025-12"),
        ("last month", "2026-09-30T18:00Z", "2026-09"),  # it is October in Viet Nam
        ("this month", "2026-10-15", "2026-10"),
        ("this year", "2026-12-31", "2026"),
        ("last year", "2026-01-01", "2025"),
        ("2026-Q1", "2026-10-01", "2026-Q1"),
    ],
)
def test_a_period_in_words_is_seen_from_viet_nam(words, at, meant):
    assert rolling.period(words, parse(at)) == meant


def quarters(*there: str) -> None:
    """Let the facts have figures of these periods."""
    path = paths.PROCESSED / "portal_groups.parquet"
    groups = pd.read_parquet(path).drop_duplicates("unit_code")
    pd.concat([groups.assign(period=each) for each in there]).to_parquet(path)


def test_a_turn_waits_for_the_figures_of_its_period(world, checkout, capsys):
    """Nobody edits a period each quarter: the page of the last one comes when its figures do."""
    expected = "\nexpected:\n  portal: {every: quarterly, within_days: 20}\n"
    manifest = toy.MANIFEST.replace("monthly", "quarterly").replace('"2026"', "last quarter")
    (checkout / "reports.yml").write_text(manifest + expected, encoding="utf-8")
    world.arrive("2026-12-31")
    assert command("report", "--due", "--at", "2026-10-15") == 0
    assert [made["period"] for made in world.made] == ["2026-Q3"] * 3
    assert world.run() == UNITS
    # seen from between two turns it is the same quarter
    assert command("report", "--at", "2026-12-20") == 0
    assert world.run() == []
    assert command("report", "--due", "--at", "2027-01-02") == 0
    assert world.run() == []
    assert command("plan", "--at", "2027-01-02") == 0
    assert "  scorecard/H44.01/2026-Q4: waits for its figures" in capsys.readouterr().out
    assert command("status", "--at", "2027-01-20") == 0
    assert command("status", "--at", "2027-01-21") == 8
    assert "scorecard: the run of 2027-01-01 06:00 has not happened" in capsys.readouterr().out
    quarters("2026-Q3", "2026-Q4")
    assert command("report", "--due", "--at", "2027-01-22") == 0
    assert {made["period"] for made in world.made} == {"2026-Q3", "2026-Q4"}
    assert world.run() == sorted(UNITS * 2)
    assert command("report", "--due", "--at", "2027-01-22") == 0
    assert world.run() == []
    assert command("status", "--at", "2027-01-22") == 0
    assert "6 fresh" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("first", "last", "all_of_them"),
    [
        ("2025-11", "2026-02", ["2025-11", "2025-12", "2026-01", "2026-02"]),
        ("2025-Q4", "2026-Q1", ["2025-Q4", "2026-Q1"]),
        ("2026", "2026", ["2026"]),
    ],
)
def test_periods_run_from_one_to_another(first, last, all_of_them):
    assert periods(first, last) == all_of_them


def test_a_backfill_makes_earlier_periods_and_they_stay(world, capsys):
    assert command("report") == 0
    world.run()
    assert command("backfill", "--from", "2026-Q2", "--to", "2026-Q3", "--only", "scorecard/H44.01/*") == 0
    assert "Not in the facts: 2026-Q2" in capsys.readouterr().err
    assert world.run() == ["H44.01"]
    quarter = "scorecard/H44.01/2026-Q3"
    assert publish.read(paths.REPORTS / quarter).record["parameters"]["period"] == "2026-Q3"
    assert f"{quarter}/index.vi.html" in (paths.REPORTS / "index.html").read_text("utf-8")
    assert command("status") == 0
    assert capsys.readouterr().out.startswith("4 fresh")
    world.arrive("2026-10-16")
    assert command("report") == 0
    assert world.run() == ["H44.01", "H44.01", "H44.02", "H44.108"]


@pytest.mark.parametrize(("first", "last"), [("2026-Q3", "2026-Q1"), ("2026", "2026-Q3"), ("yesterday", "2026")])
def test_a_backfill_without_periods_is_a_mistake(world, first, last):
    assert command("backfill", "--from", first, "--to", last) == 2


OWN = """
  - id: own
    notebook: scorecard.ipynb
    title: {vi: Hồ sơ, en: Dossiers}
    audience: {vi: lãnh đạo, en: leaders}
    schedule: monthly
    place: VN
    parameters: {period: "2026"}
    for_each: {source: dossier_sources}
  - id: nation
    notebook: scorecard.ipynb
    title: {vi: Cả nước, en: The country}
    audience: {vi: lãnh đạo, en: leaders}
    schedule: monthly
    place: VN
    parameters: {period: "2026"}
"""


def test_a_backfill_makes_no_page_of_a_time_that_nobody_knows(world, checkout, capsys, monkeypatch):
    """Dossiers from March 2025 to May 2026, and pages that are of no place at all."""
    brought = pd.DataFrame(
        [("sim", True, True, 10, 0, "2025-03", "2026-05"), ("empty", True, True, 0, 0, None, None)],
        columns=[
            *("source_id", "simulated", "of_province", "dossiers_count", "rejected_count", "first_month"),
            "last_month",
        ],
    )
    monkeypatch.setattr(facts, "dossiers_brought", lambda: brought)
    monkeypatch.setattr(parameters, "check", lambda *_: None)
    (checkout / "reports.yml").write_text(toy.MANIFEST + OWN, encoding="utf-8")
    next_year = local().year + 1
    assert command("backfill", "--from", str(next_year), "--to", str(next_year + 1)) == 2
    assert f"Not in the facts: {next_year}, {next_year + 1}" in capsys.readouterr().err
    assert command("backfill", "--from", "2024-Q4", "--to", "2026-Q3", "--only", "own") == 0
    made = sorted(path.parent.name for path in (paths.REPORTS / "own/sim").glob("*/manifest.json"))
    assert made == ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"]
    assert not (paths.REPORTS / "own/empty").exists()
    assert "Not in the facts: 2024-Q4, 2026-Q3" in capsys.readouterr().err


def test_the_history_says_what_each_run_did_and_the_json_log_says_the_same(world, capsys):
    world.failing = {"H44.02"}
    assert command("report", "--log", "json") == 5
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    lines = (paths.RUNS / "history.jsonl").read_text("utf-8").splitlines()
    assert said == [json.loads(line) for line in lines]
    assert [event["event"] for event in said] == ["run_started", "page", "page", "page", "run_ended"]
    assert len({event["run"] for event in said}) == 1
    (failed,) = [event for event in said if event.get("state") == "failed"]
    assert (failed["page"], failed["error"]) == ("scorecard/H44.02/2026", "ValueError")
    assert said[-1]["states"] == {"failed": 1, "fresh": 2}
    assert not list(paths.REPORTS.glob("*.jsonl"))  # readers of the site need no clock


def test_an_event_is_not_lost_with_the_line_that_a_kill_cut_short(world):
    paths.RUNS.mkdir()
    now = local().isoformat()
    whole = json.dumps({"at": now, "event": "run_started"})
    (paths.RUNS / "history.jsonl").write_text(f'{whole}\n{{"at": "2026-')
    assert command("report") == 0
    first, cut, *lines = (paths.RUNS / "history.jsonl").read_text("utf-8").splitlines()
    assert (first, cut) == (whole, '{"at": "2026-')
    assert [json.loads(line)["event"] for line in lines] == ["run_started", "page", "page", "page", "run_ended"]


def test_the_history_forgets_what_is_old_and_survives_a_line_cut_short(world):
    paths.RUNS.mkdir()
    old = (local() - datetime.timedelta(days=history.KEPT_DAYS + 31)).isoformat()
    recent = (local() - datetime.timedelta(days=history.KEPT_DAYS - 1)).isoformat()
    lines = [json.dumps({"at": at, "event": "run_ended"}) for at in (old, recent)]
    (paths.RUNS / "history.jsonl").write_text("\n".join([*lines, '{"at": "2026-']) + "\n")
    assert command("report") == 0
    assert next(event["at"] for event in events("run_ended")) == recent
    assert len(events("run_ended")) == 2
