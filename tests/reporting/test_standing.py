"""A page's state follows from what came, what was expected by which day, and the day one looks; from nothing else."""

import dataclasses
import datetime
import json

import pytest
import toy
from test_gate import job  # noqa: F401  # the fixture
from test_pipeline import GONE, SAYS, hashes, run_with
from test_site_state import command

from analysis import facts, paths
from analysis.reporting import banner, gate, pool, standing
from analysis.reporting.expected import Expectation, last_day, last_end
from analysis.reporting.fingerprint import sha256
from analysis.reporting.publish import Published

GOOD = "scorecard/H44.01/2026"
QUARTERLY = "\nexpected:\n  portal: {every: quarterly, within_days: 20}\n"


@pytest.mark.parametrize(
    ("every", "day", "end"),
    [
        ("daily", "2026-10-20", "2026-10-20"),
        ("weekly", "2026-10-20", "2026-10-18"),
        ("weekly", "2026-10-18", "2026-10-18"),
        ("monthly", "2026-03-01", "2026-02-28"),
        ("monthly", "2024-02-29", "2024-02-29"),
        ("quarterly", "2026-09-29", "2026-06-30"),
        ("quarterly", "2026-09-30", "2026-09-30"),
        ("yearly", "2026-12-30", "2025-12-31"),
    ],
)
def test_a_period_ends_on_its_last_day(every, day, end):
    assert last_end(every, datetime.date.fromisoformat(day)).isoformat() == end


@pytest.mark.parametrize(
    ("period", "end"),
    [("2026", "2026-12-31"), ("2026-Q3", "2026-09-30"), ("2026-02", "2026-02-28"), ("2026-12", "2026-12-31")],
)
def test_a_page_s_period_ends_on_its_last_day(period, end):
    assert last_day(period).isoformat() == end


def test_the_last_day_of_grace_is_still_on_time():
    monthly = Expectation(every="monthly", within_days=10)
    august, september = datetime.date(2026, 8, 31), datetime.date(2026, 9, 30)
    assert monthly.due(datetime.date(2026, 10, 10)) == august
    assert monthly.due(datetime.date(2026, 10, 11)) == september
    assert monthly.expected_by(september) == datetime.date(2026, 10, 10)
    assert monthly.expected_by(datetime.date(2026, 9, 26)) == datetime.date(2026, 10, 10)


def stands(day: str, *, period="2026", as_of="2026-09-26", wants=None, **arrived) -> standing.Standing:
    came = {"id": "portal", "title": {"vi": "Cổng", "en": "Portal"}, "as_of": as_of}
    record = {
        "outcome": "published",
        "fingerprint": "f",
        "as_of": as_of,
        "parameters": {"period": period},
        "sources": [came, {"id": "law", "title": {"vi": "Luật", "en": "Law"}, "as_of": "2010-01-01"}],
    }
    wanted = {"portal": Expectation(every="quarterly", within_days=20, units_count=wants)}
    expected = standing.Expected(wanted, datetime.date.fromisoformat(day), {"portal": arrived})
    return standing.of(Published(record, {}, {}), "f", expected)


@pytest.mark.parametrize(
    ("day", "period", "as_of", "state"),
    [
        ("2026-10-20", "2026", "2026-09-26", "fresh"),
        ("2026-10-21", "2026", "2026-09-26", "late"),
        ("2026-10-21", "2026", "2026-09-30", "fresh"),
        ("2027-01-20", "2026", "2026-09-30", "fresh"),
        ("2027-01-21", "2026", "2026-09-30", "late"),
        # a page of a period that is over, and whose figures run to its end, can never be late
        ("2029-06-01", "2026", "2026-12-31", "fresh"),
        ("2029-06-01", "2026-08", "2026-08-31", "fresh"),
        ("2029-06-01", "2026-08", "2026-08-30", "late"),
    ],
)
def test_late_is_a_matter_of_dates(day, period, as_of, state):
    assert stands(day, period=period, as_of=as_of).state == state


def test_late_says_what_was_expected_by_when_in_both_languages():
    late = stands("2026-10-21")
    vi, en = late.says("vi"), late.says("en")
    assert (
        en
        == "Portal: figures to 30 September 2026 were expected by 20 October 2026; those to 26 September 2026 have come"
    )
    assert "phải có chậm nhất ngày 20/10/2026" in vi
    gate.same_numbers(vi, en, where="the reason")
    # a month that is over waits for the quarter's delivery
    assert "expected by 20 October 2026" in stands("2027-06-01", period="2026-08", as_of="2026-08-30").says("en")


@pytest.mark.parametrize(
    ("came", "state", "says"),
    [
        ({"units_count": 164, "missing_months": []}, "fresh", ""),
        ({"units_count": 163, "missing_months": []}, "partial", "Portal: figures of 163 of 164 units have come"),
        (
            {"units_count": 164, "missing_months": ["2026-07", "2026-08"]},
            "partial",
            "Portal: there are no figures for July 2026, August 2026",
        ),
    ],
)
def test_partial_means_that_units_or_months_were_left_out(came, state, says):
    found = stands("2026-10-20", wants=164, **came)
    assert (found.state, found.says("en")) == (state, says)


def test_late_is_named_before_partial_and_both_reasons_are_given():
    found = stands("2026-10-21", wants=164, missing_months=["2026-07"])
    assert found.state == "late"
    assert [reason.word for reason in found.reasons] == ["reason_late", "reason_months"]


def test_what_came_is_read_from_the_facts(checkout):
    came = facts.arrivals(facts.load("portal_groups"))
    assert (came["portal"].units_count, came["portal"].missing_months) == (4, ())
    groups = facts.load("portal_groups").head(3).assign(period=["2026-05", "2026-08", "2026-06"])
    assert facts.arrivals(groups)["portal"].missing_months == ("2026-07",)


def test_an_expectation_of_an_unknown_source_is_a_mistake(checkout, capsys):
    (checkout / "reports.yml").write_text(toy.MANIFEST + QUARTERLY.replace("portal", "portl"), encoding="utf-8")
    assert command("list") == 2
    assert "portl is no source" in capsys.readouterr().err


def test_a_page_made_late_says_so_and_is_the_same_page_below(job, monkeypatch):  # noqa: F811
    run_with(monkeypatch, job)
    bare = hashes(job.folder)
    wanted = {"portal": Expectation(every="quarterly", within_days=20)}
    late = dataclasses.replace(job, expected=standing.Expected(wanted, datetime.date(2026, 11, 26)))
    run_with(monkeypatch, late)
    once = hashes(job.folder)
    for language, words in {"vi": "Số liệu về chậm.", "en": "The data are late."}.items():
        html = (job.folder / f"index.{language}.html").read_text("utf-8")
        assert words in html
        gate.check_page(html)
        assert sha256(banner.without_banner(html).encode()) == bare[f"index.{language}.html"]
    assert json.loads((job.folder / "state.json").read_bytes())["state"] == "late"
    # another day of the same state: the same bytes; on time again: the page as it was
    run_with(monkeypatch, dataclasses.replace(job, expected=standing.Expected(wanted, datetime.date(2026, 12, 1))))
    assert hashes(job.folder) == once
    run_with(monkeypatch, late, error=GONE)
    html = (job.folder / "index.en.html").read_text("utf-8")
    assert SAYS["en"][0] in html
    assert "were expected by 20 October 2026" in html
    assert html.count('role="alert"') == 1
    run_with(monkeypatch, job)
    assert hashes(job.folder) == bare


def test_a_run_shows_the_state_of_pages_it_need_not_make(built, capsys, monkeypatch):
    """Nothing changes but the day: no kernel starts, the banner comes and goes, and the site verifies all the while."""
    manifest = paths.MANIFEST.read_text("utf-8")
    before = hashes(paths.REPORTS / GOOD)
    monkeypatch.setattr(pool, "make", lambda *_: pytest.fail("a page was to be made again"))
    paths.MANIFEST.write_text(manifest + QUARTERLY, encoding="utf-8")
    try:
        assert command("report", "--only", GOOD, "--at", "2026-10-21") == 0
        assert command("status", "--at", "2026-10-21") == 8  # the page that fails is worse than late data
        assert f"{GOOD}: late: National Public Service Portal: figures to 30 September" in capsys.readouterr().out
        assert "The data are late." in (paths.REPORTS / GOOD / "index.en.html").read_text("utf-8")
        index = (paths.REPORTS / "index.html").read_text("utf-8")
        assert index.count(">Số liệu chậm<") == 2
        assert index.count("phải có chậm nhất ngày 20/10/2026") == 1  # once for both pages
        assert json.loads((paths.REPORTS / "health.json").read_bytes())["counts"] == {"failed": 1, "late": 2}
        assert command("verify") == 0
        written = (paths.REPORTS / "index.html").stat().st_mtime_ns
        assert command("report", "--only", GOOD, "--at", "2026-10-22T18:00") == 0
        assert (paths.REPORTS / "index.html").stat().st_mtime_ns == written
    finally:
        paths.MANIFEST.write_text(manifest, encoding="utf-8")
        assert command("report", "--only", GOOD) == 0
    assert hashes(paths.REPORTS / GOOD) == before
