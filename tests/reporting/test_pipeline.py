import hashlib
import json
import os
import subprocess
import sys

import nbformat
import pytest
import toy
from test_gate import job  # noqa: F401  # the fixture

from analysis import cli, paths
from analysis.reporting import gate, health, planning, pool, publish, runner, site, worker
from analysis.reporting.failure import Failure, PageFailedError

GOOD, BAD = "scorecard/H44.01/2026", "scorecard/H44.02/2026"


def command(*arguments: str) -> int:
    """Run `analysis …` in this process and give its exit code."""
    before = sys.argv
    sys.argv = ["analysis", *arguments]
    try:
        cli.main()
    except SystemExit as end:
        return end.code or 0
    finally:
        sys.argv = before
    return 0


def hashes(folder):
    """Hash what a page is; when it was made is no part of that."""
    made = (path for path in folder.iterdir() if path.name != "run.json")
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in made}


def test_good_pages_are_published_and_the_failed_one_does_not_stop_them(built):
    assert {(outcome.page, outcome.state) for outcome in built.outcomes} == {
        (GOOD, "built"),
        (BAD, "failed"),
        ("scorecard/H44.108/2026", "built"),
    }
    record = publish.read(built.root / "reports" / GOOD).record
    assert record["outcome"] == "published"
    assert record["parameters"] == {"province": "H44", "unit": "H44.01", "period": "2026"}
    assert {"file": "data/raw/portal/year.csv", "sha256": toy.SHA} in record["inputs"]
    indicators = json.loads((built.root / "reports" / GOOD / "indicators.json").read_bytes())
    assert indicators["indicators"] == toy.INDICATORS["rows"]


def test_the_failed_page_shows_cell_error_and_no_folder_of_this_machine(built):
    for language, word in (("vi", "Ô số"), ("en", "Cell")):
        html = (built.root / "reports" / BAD / f"index.{language}.html").read_text(encoding="utf-8")
        assert f"<dt>{word}</dt><dd>3 " in html
        assert "ValueError" in html
        assert "H44.02 has no figures" in html
        assert str(built.root) not in html
        assert sys.prefix not in html


def test_no_file_of_a_page_names_a_folder_of_this_machine(built):
    for path in (built.root / "reports").rglob("*"):
        if path.is_file() and path.suffix in (".html", ".json"):
            assert str(built.root.parent) not in path.read_text(encoding="utf-8")


def test_the_index_lists_pages_in_both_languages_with_their_state(built):
    for file, fresh, failed, departments in (
        ("index.html", "Đã cập nhật", "Lỗi", "Sở, ban, ngành"),
        ("index.en.html", "Up to date", "Failed", "Departments"),
    ):
        html = (built.root / "reports" / file).read_text(encoding="utf-8")
        assert html.count(f">{fresh}<") == 2
        assert html.count(f">{failed}<") == 1
        assert html.index(departments) < html.index("H44.01/2026/index") < html.index("H44.108/2026/index")
        assert "script-src 'sha256-" in html


def test_the_same_inputs_give_the_same_bytes(built):
    folder = built.root / "reports" / GOOD
    before = hashes(folder)
    assert command("report", "--only", GOOD, "--force", "--workers", "1") == 0
    assert hashes(folder) == before
    assert len(before) == 6


def test_with_nothing_changed_there_is_nothing_to_do(built, monkeypatch, capsys):
    def refuse(*_):
        raise AssertionError("nothing should be made")

    monkeypatch.setattr(pool, "make", refuse)
    index = paths.REPORTS / "index.html"
    before = index.stat().st_mtime_ns
    assert command("report", "--only", "scorecard/H44.01*", "--only", "scorecard/H44.108/2026") == 0
    assert "Nothing to do: all 2 pages are up to date." in capsys.readouterr().out
    assert index.stat().st_mtime_ns == before


def test_deciding_what_to_do_loads_nothing_heavy(built):
    script = (
        "import sys; import analysis.cli; from analysis.reporting import pipeline, planning; planning.plan();"
        "heavy = {'papermill', 'nbformat', 'matplotlib', 'statsmodels'}; print(heavy & set(sys.modules))"
    )
    environment = {**os.environ, "ANALYSIS_ROOT": str(built.root)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def run_with(monkeypatch, job, *, error=None):  # noqa: F811
    """Make the job's page with a notebook that works, or that ends with this error."""

    def execute(*_, **__):
        if error:
            raise error
        return toy.executed(toy.outputs())

    monkeypatch.setattr(runner, "execute", execute)
    return worker.make(job)


def without_banner(html: bytes) -> bytes:
    start = html.index(b'<div class="warning" role="alert">')
    end = html.index(b"</div>\n", start) + len(b"</div>\n")
    assert html[:start].endswith(b'<main id="content" tabindex="-1">\n')
    return html[:start] + html[end:]


GONE = PageFailedError(Failure("KeyError", "column <b>gone</b></div>", 3, "Traceback of cell 3"))
WORSE = PageFailedError(Failure("ValueError", "H44.01 has no figures", 4))
SAYS = {
    "vi": ("Lần lập trang gần nhất gặp lỗi.", "bản tốt gần nhất", '"2026-09-26">26/9/2026<'),
    "en": ("The last run failed.", "last good version", '"2026-09-26">26 September 2026<'),
}


def test_a_page_that_fails_later_keeps_its_last_good_version_and_says_so(job, monkeypatch):  # noqa: F811
    assert run_with(monkeypatch, job).state == "built"
    good = {path.name: path.read_bytes() for path in job.folder.iterdir()}
    outcome = run_with(monkeypatch, job, error=GONE)
    assert (outcome.state, outcome.reason) == ("stale", "cell 3: KeyError: column <b>gone</b></div>")
    kept = {path.name: path.read_bytes() for path in job.folder.iterdir()}
    assert kept.keys() - good.keys() == {"failure.json", "state.json"}
    for language, says in SAYS.items():
        name = f"index.{language}.html"
        html = kept[name].decode()
        gate.check_page(html)
        assert all(part in html for part in says), says
        assert "<dd>3 (<code>scorecard.ipynb</code>)</dd>" in html
        assert "<code>KeyError</code>" in html
        assert "column &lt;b&gt;gone&lt;/b&gt;&lt;/div&gt;" in html
        assert "<details>" in html[: html.index("Traceback of cell 3")]
        assert without_banner(kept.pop(name)) == good[name]
        assert hashlib.sha256(good[name]).hexdigest() == publish.read(job.folder).record["files"][name]
    assert all(kept[name] == good[name] for name in kept.keys() & good.keys())
    assert list(job.staging.iterdir()) == []


def test_failing_again_replaces_the_banner_and_a_success_removes_it(job, monkeypatch):  # noqa: F811
    run_with(monkeypatch, job)
    good = hashes(job.folder)
    run_with(monkeypatch, job, error=GONE)
    once = hashes(job.folder)
    run_with(monkeypatch, job, error=WORSE)
    for language in SAYS:
        html = (job.folder / f"index.{language}.html").read_bytes()
        assert html.count(b'role="alert"') == 1
        assert b"H44.01 has no figures" in html
        assert b"gone" not in html
        assert hashlib.sha256(without_banner(html)).hexdigest() == good[f"index.{language}.html"]
    run_with(monkeypatch, job, error=GONE)
    assert hashes(job.folder) == once
    assert run_with(monkeypatch, job).state == "built"
    assert hashes(job.folder) == good


def test_a_failure_on_a_page_whose_file_was_deleted_ends_no_run(job, monkeypatch):  # noqa: F811
    run_with(monkeypatch, job)
    (job.folder / "index.en.html").unlink()
    assert run_with(monkeypatch, job, error=GONE).state == "stale"
    assert b'role="alert"' in (job.folder / "index.vi.html").read_bytes()


def test_the_index_marks_a_page_whose_renewal_failed_as_stale(job, monkeypatch):  # noqa: F811
    made = run_with(monkeypatch, job).fingerprint
    run_with(monkeypatch, job, error=WORSE)
    work = planning.plan()
    now = {**work.fingerprints, job.page.id: made}
    found = health.look(work.pages, now, work.expected)
    assert found[job.page.id].state == "stale"
    site.write(work.site, work.pages, found, staging=job.staging)
    index = (paths.REPORTS / "index.html").read_text(encoding="utf-8")
    assert "Bản cũ" in index
    assert "H44.01 has no figures" in index
    run_with(monkeypatch, job)
    assert health.look(work.pages, now, work.expected)[job.page.id].state == "fresh"


def test_a_failing_page_gives_exit_code_5_and_a_summary(built, capsys, monkeypatch):
    def failed(jobs, *_):
        yield from (worker.Outcome(each.page.id, "failed", 0.1, "cell 3: ValueError: x") for each in jobs)

    monkeypatch.setattr(pool, "make", failed)
    assert command("report", "--only", BAD, "--only", GOOD) == 5
    said = capsys.readouterr()
    assert "0 built, 1 kept, 1 failed" in said.out
    assert f"{BAD}: cell 3: ValueError: x" in said.err
    assert "Traceback" not in said.err


def test_a_wrong_parameter_stops_the_run_before_any_kernel(checkout, capsys, monkeypatch):
    (checkout / "reports.yml").write_text(toy.MANIFEST.replace('"2026"', '"2026", tipo: x'), encoding="utf-8")
    monkeypatch.setattr(pool, "make", lambda *_: pytest.fail("a kernel was about to start"))
    assert command("report") == 2
    assert "has no parameter tipo" in capsys.readouterr().err


def test_list_prints_what_only_takes(built, capsys):
    assert command("list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [GOOD, BAD, "scorecard/H44.108/2026"]
    assert lines[2].endswith("Scorecard: Xã Bản Nguyên")


@pytest.mark.parametrize(
    ("source", "tag", "error"),
    [
        ("import time; time.sleep(30)", "slow", "CellTimeoutError"),
        ("import sys; sys.exit(0)", "quits", "SystemExit"),
        ("import os; os._exit(1)", "dies", "DeadKernelError"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "killed", "DeadKernelError"),
        ("y = 1", "skip-execution", "NotRunError"),
    ],
)
def test_a_run_cut_short_is_a_failure_whatever_papermill_says(tmp_path, source, tag, error):
    cells = [toy.code('x: str = "a"  # x', "parameters"), toy.code(source, tag), toy.code("assert x == 'b'")]
    path = tmp_path / "cut.ipynb"
    nbformat.write(toy.notebook(cells), path)
    with pytest.raises(PageFailedError) as failed:
        runner.execute(path, {"x": "b"}, folder=tmp_path, limits=runner.Limits(1, 60))
    assert (failed.value.failure.error, failed.value.failure.cell) == (error, 2)


@pytest.mark.parametrize("arguments", [("report",), ("status",), ("build",), ("list",), ("verify",)])
def test_a_folder_that_is_none_of_ours_is_one_clear_line(tmp_path, monkeypatch, capsys, arguments):
    monkeypatch.setattr(paths, "MANIFEST", tmp_path / "reports.yml")
    monkeypatch.setattr(paths, "REFERENCE", tmp_path / "data/reference")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    assert command(*arguments) == 2
    said = capsys.readouterr().err
    assert str(tmp_path) in said
    assert "set ANALYSIS_ROOT to it" in said
    assert command(*arguments, "--help") == 0
    assert list(tmp_path.iterdir()) == []
