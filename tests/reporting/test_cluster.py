"""Pages made by the workers of a real Dask scheduler, one of which is killed while it makes a page."""

import json
import os
import subprocess
import sys
import threading
import time
from importlib.util import find_spec

import nbformat
import pytest
import toy

from analysis import cli, paths
from analysis.errors import SourceUnavailableError, UsageError
from analysis.reporting import pipeline, planning

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(find_spec("distributed") is None, reason="needs Dask (make cluster)"),
]
# says that it began, and goes on when it may
WAITS = """
import os, time
from pathlib import Path
root = Path(os.environ["ANALYSIS_ROOT"])
with (root / "began.txt").open("a") as file:
    file.write(unit + "\\n")
until = time.monotonic() + 60
while not (root / "go").exists() and time.monotonic() < until:
    time.sleep(0.05)
"""
PATIENCE_S = 90


def until(condition) -> bool:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def began() -> list[str]:
    file = paths.ROOT / "began.txt"
    return file.read_text().split() if file.exists() else []


@pytest.fixture
def waiting(checkout):
    """A toy checkout none of whose pages fails, and all of which wait to be told to go on."""
    notebook = toy.scorecard()
    notebook.cells[2].source = WAITS
    nbformat.write(notebook, checkout / "notebooks/scorecard.ipynb")
    return checkout


@pytest.fixture
def cluster(waiting, tmp_path_factory):
    """A scheduler on the loopback and two worker processes of one thread each; gives its address and the workers."""
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    environment = {**os.environ, "ANALYSIS_ROOT": str(waiting), "DASK_LOGGING__DISTRIBUTED": "error"}
    started = []

    def start(module: str, *options: str) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.{module}", "--scheduler-file", str(file), *options]
        with (folder / f"{len(started)}.log").open("w") as log:
            started.append(subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log))
        return started[-1]

    start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    assert until(lambda: file.exists() and file.stat().st_size)
    options = ("--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--death-timeout", "60")
    workers = [start("dask_worker", *options) for _ in range(2)]
    yield json.loads(file.read_text())["address"], workers
    for process in reversed(started):
        process.kill()
        process.wait()


def wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=PATIENCE_S)


def test_a_killed_workers_pages_are_made_elsewhere_none_missing_none_twice(cluster):
    address, workers = cluster
    wait_for_workers(address, 2)
    outcomes: list = []
    work = planning.plan()
    run = threading.Thread(target=pipeline.run, args=(work,), kwargs={"workers": address, "on_page": outcomes.append})
    run.start()
    assert until(lambda: len(began()) == 2), "each worker has begun a page"
    workers[0].kill()
    (paths.ROOT / "go").touch()
    run.join(PATIENCE_S)
    assert not run.is_alive()
    pages = sorted(page.id for page in work.pages)
    assert sorted(outcome.page for outcome in outcomes) == pages
    assert {outcome.state for outcome in outcomes} == {"built"}
    assert len(began()) == len(pages) + 1, "the page whose worker was killed began once more"
    lines = [json.loads(line) for line in (paths.ROOT / "runs/history.jsonl").read_text("utf-8").splitlines()]
    logged = [line["page"] for line in lines if line["event"] == "page"]
    assert sorted(logged) == pages
    again = planning.plan()
    assert not again.due


def test_pages_are_the_same_whoever_made_them(cluster, monkeypatch, capsys):
    address, _ = cluster
    wait_for_workers(address, 1)
    (paths.ROOT / "go").touch()
    monkeypatch.setattr(sys, "argv", ["analysis", "report", "--cluster", address])
    with pytest.raises(SystemExit) as leaving:
        cli.main()
    assert not leaving.value.code
    assert "3 built" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["analysis", "verify", "--rebuild"])
    with pytest.raises(SystemExit) as leaving:
        cli.main()
    assert not leaving.value.code, "made again by a process of this machine, the pages have the same bytes"


def test_an_address_that_nobody_answers_is_one_clear_error(waiting, monkeypatch):
    from analysis.reporting import executors, planning

    monkeypatch.setattr(executors, "CONNECT_S", 1)
    with pytest.raises(SourceUnavailableError, match="No Dask scheduler answers"):
        pipeline.run(planning.plan(), workers="tcp://127.0.0.1:1", on_page=lambda _: None)
    with pytest.raises(UsageError, match="is no address"):
        pipeline.run(planning.plan(), workers="gibberish://x", on_page=lambda _: None)
    assert not list(paths.REPORTS.glob(f"{pipeline.STAGING}*"))
