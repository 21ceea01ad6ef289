"""Whatever the machine does, no page is half there, the last good one stays, and the next run goes on by itself."""

import errno
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import time
from concurrent.futures import process as futures
from pathlib import Path

import factory
import nbformat
import pytest
import toy
from factory import command

from analysis import paths
from analysis.reporting import runner
from analysis.reporting.failure import PageFailedError

GOOD = "scorecard/H44.01/2026"


@pytest.fixture
def world(checkout, monkeypatch):
    return factory.world(monkeypatch)


def test_a_run_that_is_stopped_by_hand_says_what_it_leaves(world, capsys, monkeypatch):
    assert command("report") == 0
    world.arrive("2026-10-16")

    def stop(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(runner, "execute", stop)
        assert command("report") == 130
    assert "every page is whole" in capsys.readouterr().err
    assert command("verify") == command("report") == command("status") == 0


@pytest.mark.parametrize(
    "too_large", ["../runs/history.jsonl", f"{GOOD}/manifest.json", f"{GOOD}/index.vi.html", "index.html"]
)
def test_a_disk_that_is_full_at_any_moment_leaves_the_last_good_site(world, capsys, too_large):
    """A limit on the size of files ends a run wherever a full disk could: in the history, a page, the index."""
    assert command("report") == 0
    largest_file = (paths.REPORTS / too_large).stat().st_size - 1
    world.arrive("2026-10-16")
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, hard))
    try:
        code = command("report")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    said = capsys.readouterr().err.splitlines()
    assert code == 5
    assert [line for line in said if line.startswith("The run was stopped: File too large")] == said[-2:-1]
    assert "Traceback" not in "\n".join(said)
    assert command("verify") == 0
    assert command("report") == 0
    assert command("status") == 0
    assert not list(paths.REPORTS.glob(".staging-*"))


@pytest.mark.parametrize("refusal", [errno.EROFS, errno.EACCES])
def test_a_place_that_may_not_be_written_is_one_clear_line(world, capsys, monkeypatch, refusal):
    before = os.open

    def refuse(path, *arguments, **options):
        if str(path).startswith(str(paths.REPORTS)):
            raise OSError(refusal, os.strerror(refusal), str(path))
        return before(path, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        assert command("report") == 5
    said = capsys.readouterr().err.splitlines()
    assert said[0] == f"The run was stopped: {os.strerror(refusal)} (.lock); every page stays as it was"
    assert str(paths.ROOT) not in "\n".join(said)
    assert world.made == []
    assert command("report") == 0


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (runner.Limits(1, 60), "the cell ran longer than 1 s"),
        (runner.Limits(60, 2), "the page took longer than 2 s"),
    ],
)
def test_a_hung_cell_and_a_slow_page_end_at_their_limits(tmp_path, limits, says):
    naps = [toy.code("import time; time.sleep(1.2)") for _ in range(2)]
    cells = [toy.code('x: str = "a"  # x', "parameters"), *naps, toy.code("import time; time.sleep(50)")]
    path = tmp_path / "slow.ipynb"
    nbformat.write(toy.notebook(cells), path)
    with pytest.raises(PageFailedError) as failed:
        runner.execute(path, {}, folder=tmp_path, limits=limits)
    assert failed.value.failure.message == says


def test_a_page_s_limits_stand_in_the_manifest(world, checkout, monkeypatch):
    limits = []
    make = world.execute
    monkeypatch.setattr(runner, "execute", lambda *args, **options: limits.append(options["limits"]) or make(*args))
    manifest = toy.MANIFEST.replace("schedule: monthly", "schedule: monthly\n    page_timeout_seconds: 40")
    (checkout / "reports.yml").write_text(manifest, encoding="utf-8")
    assert command("report", "--only", GOOD) == 0
    assert limits == [runner.Limits(cell_s=300, page_s=40)]


def test_a_kernel_without_memory_fails_its_page_alone(checkout):
    """Really killed, in a real kernel: the other pages are made, and the page is made once the memory is there."""
    path = paths.NOTEBOOKS / "scorecard.ipynb"
    killing = 'import os, signal\nif unit == "H44.02":\n    os.kill(os.getpid(), signal.SIGKILL)'
    nbformat.write(toy.scorecard(before_chart=killing), path)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].source = "x = 1"
    nbformat.write(notebook, path)
    assert command("report", "--workers", "1") == 5
    assert factory.health()["counts"] == {"failed": 1, "fresh": 2}
    (failed,) = factory.health()["not_fresh"]
    assert "DeadKernelError: the kernel was ended by the system, most likely for want of memory" in failed["reason"]


def workers_of(run: int) -> list[int]:
    """Give the processes that make pages for a run: the children of its fork server."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # it ended meanwhile
            continue
    servers = {
        pid for pid, parent in parents.items()
        if parent == run and b"forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes()
    }  # fmt: skip
    return [pid for pid, parent in parents.items() if parent in servers]


@pytest.mark.skipif(not Path("/proc").exists(), reason="no /proc to find the worker in")
@pytest.mark.parametrize(("kills", "counts"), [(1, {"fresh": 3}), (2, {"failed": 1, "fresh": 2})])
def test_a_killed_worker_fails_no_page_but_one_that_kills_it_again(checkout, kills, counts):
    """The worker of H44.02 is killed while that page is made, once or twice; no page is lost, none made twice."""
    path = paths.NOTEBOOKS / "scorecard.ipynb"
    nbformat.write(toy.scorecard(), path)
    notebook = nbformat.read(path, as_version=4)
    signals = checkout / "signals"
    signals.mkdir()
    notebook.cells[2].source = (
        "import pathlib, time\n"
        f"here = pathlib.Path({str(signals)!r})\n"
        f"if unit == 'H44.02' and len(list(here.iterdir())) < {kills}:\n"
        "    (here / str(time.time_ns())).touch()\n"
        "    time.sleep(60)"
    )
    nbformat.write(notebook, path)
    script = (
        "import sys; from analysis import prepare; prepare.ensure = lambda: None; from analysis import cli;"
        "sys.argv = ['analysis', 'report', '--workers', '1']; cli.main()"
    )
    environment = {**os.environ, "ANALYSIS_ROOT": str(checkout)}
    with subprocess.Popen([sys.executable, "-c", script], env=environment, stderr=subprocess.PIPE, text=True) as run:
        killed = 0
        while run.poll() is None and killed < kills:
            time.sleep(0.1)
            if len(list(signals.iterdir())) > killed:
                killed += 1
                for worker in workers_of(run.pid):
                    os.kill(worker, signal.SIGKILL)
        said = run.communicate(timeout=100)[1]
    assert run.returncode == (0 if kills == 1 else 5), said
    assert factory.health()["counts"] == counts
    made = [event["page"] for event in factory.events("page")]
    assert sorted(made) == sorted(set(made))
    assert len(made) == 3
    assert command("verify") == 0
    if kills == 2:
        assert "ended by the system twice, most likely for want of memory" in said


def test_a_machine_that_gives_no_more_memory_is_one_clear_line_and_leaves_no_process(checkout, capsys, monkeypatch):
    notebook = toy.scorecard()
    notebook.cells[2].source = "x = 1"
    nbformat.write(notebook, paths.NOTEBOOKS / "scorecard.ipynb")
    before = set(multiprocessing.active_children())
    with monkeypatch.context() as patch:
        patch.setattr(futures._ExecutorManagerThread, "start", refuse_a_thread)
        assert command("report", "--workers", "1") == 5
    said = capsys.readouterr().err
    assert "The run was stopped: Cannot allocate memory; every page stays as it was" in said
    assert "Traceback" not in said
    assert set(multiprocessing.active_children()) <= before
    assert command("report", "--workers", "1") == 0
    assert factory.health()["counts"] == {"fresh": 3}


def refuse_a_thread(thread) -> None:
    raise RuntimeError("can't start new thread")
