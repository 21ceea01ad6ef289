"""What moved between two runs is named with its reason; a reviewer's name stays with the pages that were reviewed."""

import json
import shutil

import pytest
import toy
from test_pipeline import command
from test_proof import keys, signed

from analysis import paths
from analysis.reporting import comparison, gate, numbers, publish, review, signing, snapshots
from analysis.reporting.outputs import collect
from analysis.reporting.publish import RUN
from analysis.reporting.snapshots import Snapshot, Version

PAGE, OTHER = "scorecard/H44.01/2026", "scorecard/H44.108/2026"
TITLE = {"vi": "Phiếu điểm", "en": "Scorecard"}


def read(sha: str) -> dict:
    return {"kind": "table", "name": "portal_progress", "where": {"province_code": "H44"}, "sha256": sha}


def figure(value, period="2026", **more) -> dict:
    label = {"vi": "Đúng hạn", "en": "On time"}
    return {"id": "on_time", "label": label, "unit": "pct", "place": "H44", "period": period, "value": value, **more}


def version(
    *rows: dict,
    as_of: str = "2026-09-26",
    facts: str = "a",
    shown: dict | None = None,
    kind: str = "table",
    **parts: str,
) -> Version:
    made_of = {"code: indicators": "1", "code: methods": "1", "policy": "1", "page": PAGE, "facts": facts, **parts}
    # data that the facts come from have another hash where the facts' first letter is another
    inputs = [{"file": "notebooks/n.ipynb", "sha256": parts.get("notebook", "1")}, {"file": "a", "sha256": facts[0]}]
    record = {"outcome": "published", "title": TITLE, "as_of": as_of, "made_of": made_of, "inputs": inputs}
    record["reads"] = [read(facts) | {"kind": kind}]
    return Version("v", record, {"sign_offs": []}, list(rows), shown or {})


def counted(value: float, facts: str, **parts: str) -> Version:
    return version(figure(value), facts=facts, kind="counted", **parts)


def compared(before: Version, after: Version) -> comparison.Comparison:
    return comparison.compare(Snapshot("A", {PAGE: before}), Snapshot("B", {PAGE: after}))


def parts(**named: str) -> dict[str, str]:
    return {name.replace("__", ": "): value for name, value in named.items()}


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        # the year still ran on 26 September: a month later there are more of its cases
        (version(figure(80.0)), version(figure(81.0), facts="b", as_of="2026-10-26"), "new"),
        # asked for the same day twice, the source says something else
        (version(figure(80.0)), version(figure(81.0), facts="b"), "revision"),
        # the second quarter was over
        (version(figure(80.0, "2026-Q2")), version(figure(81.0, "2026-Q2"), facts="b", as_of="2026-10-26"), "revision"),
        (version(), version(figure(81.0, "2026-10"), facts="b", as_of="2026-10-26"), "new"),
        # August was over on 26 September, and has figures only now
        (version(), version(figure(81.0, "2026-08"), facts="b", as_of="2026-10-26"), "late"),
        (version(figure(None, "2026-08")), version(figure(8.0, "2026-08"), facts="b", as_of="2026-10-26"), "late"),
        (version(figure(80.0)), version(facts="b"), "withdrawn"),
        (version(figure(80.0)), version(figure(81.0), policy="2"), "definition"),
        (version(figure(80.0)), version(figure(81.0), **parts(code__indicators="2")), "definition"),
        (version(figure(80.0)), version(figure(81.0), **parts(code__methods="2")), "code"),
        (version(figure(80.0)), version(figure(81.0), facts="b", policy="2"), "mixed"),
        (version(figure(80.0)), version(figure(81.0)), "unexplained"),
        # what is counted from the same data moves with a definition; with other data it may be both
        (counted(80.0, "a1"), counted(81.0, "a2", policy="2"), "definition"),
        (counted(80.0, "a1"), counted(81.0, "a2", notebook="2"), "code"),
        (counted(80.0, "a1"), counted(81.0, "b2", policy="2"), "mixed"),
        (counted(80.0, "a1"), counted(81.0, "b2"), "revision"),
    ],
)
def test_every_reason_is_told_from_the_others(before, after, why):
    found = compared(before, after)
    assert found.counts() == {why: 1}
    (page,) = found.pages
    assert page.reads == (("portal_progress (H44)",) if before.record["reads"] != after.record["reads"] else ())


def test_only_what_moved_is_named_and_once(monkeypatch):
    rows = [figure(80.0, low=79.0), figure(70.0, "2026-Q3"), figure(60.0, "2026-Q2", place="H01")]
    moved = [figure(80.0, low=78.0), figure(70.0, "2026-Q3"), figure(61.0, "2026-Q2", place="H01", low=1.0)]
    found = compared(version(*rows), version(*moved, facts="b", as_of="2026-10-26"))
    assert [(each.part, each.place, each.before, each.after, each.why) for each in found.pages[0].changes] == [
        ("value", "H01", 60.0, 61.0, "revision"),  # what must be looked at first comes first
        ("low", "H44", 79.0, 78.0, "new"),
    ]
    assert compared(version(*rows), version(*rows, facts="b", policy="2")).same == 1


def shown(received: int, points: str) -> dict:
    """What a page shows in its table and its sentence."""
    parts = toy.outputs()
    parts["table"]["rows"][0][1] = received
    parts["prose"]["html"] = {
        "vi": f"<ul><li>Đạt {points.replace('.', ',')} điểm.</li><li>Như cũ.</li></ul>",
        "en": f"<ul><li>{points} points.</li><li>As before.</li></ul>",
    }
    return numbers.shown(collect(toy.executed(parts)))


def test_every_cell_of_a_table_and_every_sentence_is_compared():
    before = version(shown=shown(1234, "61.89"))
    found = compared(before, version(shown=shown(1300, "62.10"), facts="b", as_of="2026-10-26"))
    (page,) = found.pages
    (cell,) = page.changes
    assert (cell.id, cell.before, cell.after, cell.why) == ("groups.n_count", 1234, 1300, "new")
    assert cell.label == {"vi": "Điểm theo nhóm – Tiến độ – Hồ sơ", "en": "Points by group – Progress – Dossiers"}
    assert [(each.before["en"], each.after["vi"]) for each in page.sentences] == [("61.89 points.", "Đạt 62,10 điểm.")]
    # a sentence alone is enough to be shown, and to be looked at
    assert [len(each.sentences) for each in compared(before, version(shown=shown(1234, "61.90"))).pages] == [1]
    assert compared(before, version(shown=shown(1234, "61.89"), policy="2")).same == 1


@pytest.fixture
def site(built, tmp_path, monkeypatch):
    """The toy site, in a copy that may be changed, kept as its first run left it."""
    shutil.copytree(paths.REPORTS, tmp_path / "reports")
    monkeypatch.setattr(paths, "REPORTS", tmp_path / "reports")
    monkeypatch.setattr(paths, "RUNS", tmp_path / "runs")
    assert snapshots.keep("20260926T060000-1", [PAGE, OTHER])
    return tmp_path


def publish_anew(page: str, value: float, **changed: str) -> None:
    """Let a page say another number, as a run would have published it from other facts."""
    folder = paths.REPORTS / page
    figures = json.loads((folder / "indicators.json").read_bytes())
    figures["indicators"][0]["value"] = value
    record = publish.read_json(folder / publish.RECORD)
    record |= {"reads": [read("b" * 64)], **changed}
    record["files"]["indicators.json"] = comparison.fingerprint.sha256(publish.dump_json(figures))
    content = publish.dump_json(record)
    made = publish.read_json(folder / RUN) | {"manifest_sha256": comparison.fingerprint.sha256(content)}
    for name, written in (("indicators.json", publish.dump_json(figures)), (publish.RECORD, content)):
        (folder / name).write_bytes(written)
    (folder / RUN).write_bytes(publish.dump_json(made))


def test_a_run_that_changes_nothing_is_not_kept_and_old_runs_are_forgotten(site, monkeypatch):
    assert not snapshots.keep("20260927T060000-1", [PAGE, OTHER])
    monkeypatch.setattr(snapshots, "KEPT_RUNS", 2)
    for day, value in ((28, 1.5), (29, 2.5), (30, 3.5)):
        publish_anew(PAGE, value)
        assert snapshots.keep(f"202609{day}T060000-1", [PAGE, OTHER])
    assert snapshots.names() == ["20260929T060000-1", "20260930T060000-1"]
    versions = [path.parent.name for path in (paths.RUNS / "snapshots/pages").rglob(publish.RECORD)]
    assert len(versions) == 3  # two of the one page, one of the other
    (half := paths.RUNS / f"snapshots/pages/{PAGE}/0123.part").mkdir()
    publish_anew(PAGE, 4.5)
    assert snapshots.keep("20261001T060000-1", [PAGE, OTHER])
    assert not half.exists()


def test_what_was_kept_under_a_clock_that_ran_ahead_is_not_the_last_run_for_years(site):
    publish_anew(PAGE, 88.5)
    snapshots.keep("20360101T000000-1", [PAGE, OTHER])
    publish_anew(PAGE, 88.6)
    snapshots.keep("20261026T060000-1", [PAGE, OTHER])
    assert "20360101T000000-1" not in snapshots.names()
    assert snapshots.names()[-1] == "20261026T060000-1"


def test_the_review_says_what_moved_in_both_languages_and_is_signed(site, capsys):
    publish_anew(PAGE, 88.421)
    snapshots.keep("20261026T060000-1", [PAGE, OTHER])
    assert command("diff") == 0
    said = capsys.readouterr().out
    assert "20260926T060000-1 → 20261026T060000-1: numbers that moved: 1, pages: 1" in said
    assert "  revision: 1" in said
    folder = paths.REPORTS / review.ROOM / "20260926T060000-1..20261026T060000-1"
    for language, words in {
        "vi": (
            "Số liệu cũ được sửa",
            "Số đã thay đổi: 1, trên 1 trang.",
            ">88,420<",
            ">88,421<",
            "portal_progress",
        ),
        "en": (
            "Revision of old data",
            "Numbers that moved: 1 (pages: 1).",
            ">88.420<",
            ">88.421<",
            "portal_progress",
        ),
    }.items():
        html = (folder / f"index.{language}.html").read_text(encoding="utf-8")
        gate.check_page(html)
        assert [word for word in words if word not in html] == []
        assert html.count('<div class="table-wrap"') == html.count('tabindex="0" role="region"')
    assert json.loads((folder / "changes.json").read_bytes())["pages"][0]["changes"][0]["why"] == "revision"
    assert command("diff", "--sign-off", "Nguyễn Thị Hà") == 0
    assert "Pages signed off by Nguyễn Thị Hà: 1." in capsys.readouterr().out
    (signed,) = publish.read_json(paths.REPORTS / PAGE / RUN)["sign_offs"]
    assert (signed["name"], signed["compared_with"]) == ("Nguyễn Thị Hà", "20260926T060000-1")
    assert publish.read_json(paths.REPORTS / OTHER / RUN)["sign_offs"] == []
    html = (folder / "index.vi.html").read_text(encoding="utf-8")
    assert "Nguyễn Thị Hà đã xem xét và ký xác nhận" in html
    assert command("verify", "--site", str(paths.REPORTS)) == 0
    assert not list(paths.REPORTS.glob(f"{publish.STAGING}*"))


def test_a_page_is_not_signed_off_with_another_key(site, capsys, monkeypatch):
    publish_anew(PAGE, 88.5)
    signed(paths.REPORTS / PAGE, keys(site, "ours")[0])
    snapshots.keep("20261026T060000-1", [PAGE, OTHER])
    monkeypatch.setenv("ANALYSIS_SIGNING_KEY", str(keys(site, "theirs")[0]))
    assert command("diff", "--sign-off", "Hà") == 2
    assert "or with another key" in capsys.readouterr().err
    assert publish.read_json(paths.REPORTS / PAGE / RUN)["sign_offs"] == []


def test_a_signed_page_is_signed_off_with_the_key_or_not_at_all(site, capsys, monkeypatch):
    private, public = keys(site, "ours")
    publish_anew(PAGE, 88.5)
    signed(paths.REPORTS / PAGE, private)
    snapshots.keep("20261026T060000-1", [PAGE, OTHER])
    assert command("diff", "--sign-off", "A") == 2
    assert "what you add would not be" in capsys.readouterr().err
    assert publish.read_json(paths.REPORTS / PAGE / RUN)["sign_offs"] == []
    monkeypatch.setenv(signing.KEY, str(private))
    assert command("diff", "--sign-off", "A") == 0
    shutil.rmtree(paths.REPORTS / OTHER)
    assert command("verify", "--site", str(paths.REPORTS), "--key", str(public)) == 0


def test_what_is_no_longer_published_cannot_be_signed_off(site, capsys):
    publish_anew(PAGE, 88.5)
    snapshots.keep("20261026T060000-1", [PAGE, OTHER])
    publish_anew(PAGE, 88.6)
    assert command("diff", "--sign-off", "A") == 2
    assert "no longer those that were compared" in capsys.readouterr().err
    assert publish.read_json(paths.REPORTS / PAGE / RUN)["sign_offs"] == []


def test_two_sites_can_be_compared_by_their_folders(site, capsys):
    shutil.copytree(paths.REPORTS, site / "before")
    publish_anew(PAGE, 88.5)
    shutil.rmtree(paths.REPORTS / OTHER)
    assert command("diff", str(site / "before"), str(paths.REPORTS)) == 0
    said = capsys.readouterr().out
    assert "numbers that moved: 1, pages: 1" in said
    assert "pages gone: 1" in said


def test_an_unknown_run_names_those_there_are(site, capsys):
    assert command("diff") == 2
    assert "the folder of a site" in capsys.readouterr().err
    publish_anew(PAGE, 88.5)
    snapshots.keep("20261026T060000-1", [PAGE, OTHER])
    assert command("diff", "20200101", "last") == 2
    assert "previous, last, 20260926T060000-1, 20261026T060000-1" in capsys.readouterr().err
