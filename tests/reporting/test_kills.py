"""A run killed at any step it takes on the disk leaves every page whole, the old or the new, and the next recovers.

First the steps are counted, not the seconds: the run is killed before its first change on the disk, before its second,
and so on to its last; the kernels are left out, which touch nothing of the site. Then whole runs with workers, a zygote
and kernels are killed, alone or with all their processes, at moments drawn at random.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import nbformat
import pytest
import toy
from test_pipeline import command
from test_site_state import processes_of, until

from analysis import paths
from analysis.reporting import health, pipeline, planning, pool, publish, runner, site, snapshots, worker

CHANGES = {
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.link",
    "os.truncate",
    "shutil.copyfile",
    "ctypes.dlsym",
}
PAGES = ("scorecard/H44.01/2026", "scorecard/H44.02/2026", "scorecard/H44.108/2026")
SAMPLE = 12
AT_RANDOM = 80
CONTROL_EACH = 20
# the toy's facts come from no raw file, and its notebook needs no library
REPORT = """
import sys
from analysis import cli, prepare
from analysis.reporting.warm import start
prepare.ensure = lambda: None
start.REPORT = ()
sys.argv = ["analysis", "report", "--force", "--workers", "2"]
cli.main()
"""


class Steps:
    """Counts the changes that this process makes on the disk, and ends it, as a power cut would, before the n-th."""

    def __init__(self, last: int) -> None:
        self.left = last

    def __call__(self, event: str, arguments: tuple) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if event in CHANGES or writes:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def lab(checkout, monkeypatch):
    """The toy site, made in this process: what a notebook would say is given."""

    def execute(*_, **__):
        parts = toy.outputs()
        parts["more"]["rows"][0] |= {"value": float(os.environ.get("TOY_VALUE", "88.4")), "low": None}
        return toy.executed(parts)

    def make(jobs, _):
        yield from (worker.make(job) for job in jobs)

    monkeypatch.setattr(runner, "execute", execute)
    monkeypatch.setattr(pool, "make", make)
    assert command("report") == 0
    return checkout


def run_until(step: int, value: float) -> bool:
    """Run in a process of its own that is killed before the step; tell whether it came to its end."""
    child = os.fork()
    if child == 0:
        os.environ["TOY_VALUE"] = str(value)
        work = planning.plan(force=True)
        sys.addaudithook(Steps(step))
        pipeline.run(work, workers=1, on_page=lambda _: None)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def look(capsys: pytest.CaptureFixture[str]) -> list[float]:
    """Check that the site is whole, and give what its pages say."""
    assert command("verify") == 0, capsys.readouterr().err
    for file in site.FILES.values():
        assert (paths.REPORTS / file).read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert publish.read_json(paths.REPORTS / health.HEALTH)["counts"]
    assert set(snapshots.load("last").pages) <= set(PAGES)
    figures = [publish.read_json(paths.REPORTS / page / "indicators.json") for page in PAGES]
    return [figure["indicators"][0]["value"] for figure in figures]


def kill(steps, capsys) -> int:
    """Kill a run before each of these steps, each run with another number to publish; give how many were killed."""
    known = {88.4}
    for number, step in enumerate(steps, 1):
        value = 50 + number / 8
        known.add(value)
        ended = run_until(step, value)
        assert set(look(capsys)) <= known
        if ended:
            return number - 1
    return len(steps)


def recovers(capsys) -> None:
    """Let the next run go to its end, and find nothing left behind."""
    assert run_until(10**9, 12.5)
    assert look(capsys) == [12.5] * 3
    work = planning.plan()
    assert sorted(planning.why(work, page) for page in work.pages) == ["fresh"] * 3
    assert not list(paths.REPORTS.glob(f"{pipeline.STAGING}*"))
    assert not list(paths.RUNS.rglob("*.part"))
    assert [each.indicators[0]["value"] for each in snapshots.load("last").pages.values()] == [12.5] * 3


@pytest.mark.skipif(sys.platform != "linux", reason="two folders are swapped in one step on Linux")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
class TestKills:
    def test_a_dozen_kills(self, lab, capsys):
        # in the start, while pages are written and swapped, in the index, in what is kept of the run
        assert kill([1, 4, 9, 15, 22, 30, 39, 49, 60, 72, 85, 95], capsys) == SAMPLE
        recovers(capsys)

    @pytest.mark.kills
    def test_every_step(self, lab, capsys):
        killed = kill(range(1, 2000), capsys)
        print(f"{killed} kills, one before every change on the disk")
        assert killed > 100
        recovers(capsys)


@pytest.fixture
def live(checkout):
    """The toy site from real kernels, whose pages all publish the number that a run is given."""
    parts = toy.outputs()
    emitted = toy.emit(parts["more"]).replace("88.42", "float(os.environ['TOY_VALUE'])").replace("88.3", "0.0")
    cells = [
        toy.code(toy.PARAMETERS, "parameters"),
        toy.code(toy.emit(parts["header"])),
        toy.code(toy.emit(parts["prose"])),
    ]
    cells.append(toy.code(f"import os\n{emitted}"))
    nbformat.write(toy.notebook(cells), checkout / "notebooks/scorecard.ipynb")
    return checkout


def start(root, value: float) -> subprocess.Popen:
    """Start a run with all it needs in a process group of its own."""
    environment = {**os.environ, "ANALYSIS_ROOT": str(root), "TOY_VALUE": str(value)}
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "-c", REPORT], env=environment, stdout=quiet, stderr=quiet, start_new_session=True
    )


def whole_run(root, value: float, capsys) -> float:
    """Let a run go to its end, see that all its pages are there, and give the seconds it took."""
    began = time.monotonic()
    assert start(root, value).wait() == 0
    seconds = time.monotonic() - began
    assert look(capsys) == [value] * 3
    assert not list(paths.REPORTS.glob(f"{pipeline.STAGING}*"))
    return seconds


def kill_at_random(root, capsys, *, times: int) -> None:
    """Kill so many runs, each at a moment of its own; nothing of them lives on, and the site verifies."""
    rng = random.Random(766)
    seconds = whole_run(root, 1.0, capsys)
    known, killed, value = {1.0}, 0, 1.0
    while killed < times:
        value += 1
        known.add(value)
        run = start(root, value)
        time.sleep(rng.uniform(0.0, seconds))
        # the run alone, whose workers have to notice, or all that it started at once
        rng.choice([os.kill, os.killpg])(run.pid, signal.SIGKILL)
        killed += run.wait() == -signal.SIGKILL
        assert until(lambda: not processes_of(root)), "something outlives its run"
        assert set(look(capsys)) <= known
        if killed % CONTROL_EACH == 0:
            whole_run(root, value, capsys)
    whole_run(root, 0.5, capsys)


@pytest.mark.skipif(sys.platform != "linux", reason="the processes of a run are found in /proc")
class TestKillsAtRandom:
    def test_a_handful(self, live, capsys):
        kill_at_random(live, capsys, times=3)

    @pytest.mark.kills
    def test_many(self, live, capsys):
        kill_at_random(live, capsys, times=AT_RANDOM)
        print(f"{AT_RANDOM} kills of whole runs at random moments")
