"""A factory in one process: pages are really published, but made from what the test says the world is like."""

import json
import sys

import nbformat
import pytest
import toy

from analysis import cli, facts, paths
from analysis.reporting import pool, runner, worker
from analysis.reporting.failure import Failure, PageFailedError

LAST = "scorecard/H44.108/2026"
DECLARING = toy.PARAMETERS + '\nscheduled_at: str = ""  # the time this run was planned for'


class World:
    """What the notebooks find, which of them fail, and the parameters each page was made with."""

    def __init__(self) -> None:
        self.as_of = "2026-09-26"
        self.failing: set[str] = set()
        self.made: list[dict] = []

    def execute(self, notebook, parameters, **_):
        self.made.append(dict(parameters))
        facts.load("portal_groups")  # what a page has read decides when it is made again
        if parameters.get("unit") in self.failing:
            raise PageFailedError(Failure("ValueError", "no figures", 3))
        parts = toy.outputs()
        parts["header"]["as_of"] = parts["header"]["sources"][0]["as_of"] = self.as_of
        return toy.executed(parts)

    def arrive(self, as_of: str, *, units: int = 4) -> None:
        """Bring new figures: the facts are built from them."""
        self.as_of = as_of
        toy.arrive(paths.ROOT, units=units, as_of=as_of)

    def run(self) -> list[str]:
        """Give the units whose pages were made since the last call."""
        made, self.made = self.made, []
        return sorted(parameters["unit"] for parameters in made)


def world(patch: pytest.MonkeyPatch) -> World:
    """Let pages be made in this process from a world of the test's own."""
    made = World()
    patch.setattr(runner, "execute", made.execute)
    patch.setattr(pool, "make", lambda jobs, *_: (worker.make(job) for job in jobs))
    return made


def declare_the_time() -> None:
    """Let the toy's notebook ask for its scheduled time."""
    path = paths.NOTEBOOKS / "scorecard.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].source = DECLARING
    nbformat.write(notebook, path)


def command(*arguments: str) -> int:
    """Run `analysis …` in this process and give its exit code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["analysis", *arguments])
        try:
            cli.main()
        except SystemExit as leaving:
            return int(leaving.code or 0)
    return 0


def health() -> dict:
    return json.loads((paths.REPORTS / "health.json").read_bytes())


def events(kind: str) -> list[dict]:
    lines = (paths.RUNS / "history.jsonl").read_text("utf-8").splitlines()
    return [event for event in map(json.loads, lines) if event["event"] == kind]
