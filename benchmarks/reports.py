"""Make the same pages with the stock tools and with `analysis report`, in one run, and print the ratios.

Run: `make bench` or `python benchmarks/reports.py [PAGES]`. The stock way is a loop of `papermill` and
`jupyter nbconvert --no-input`, one page after the other; ours makes two languages, a workbook and the checks as
well. Wall times depend on the machine and on what else it does: quote the ratios.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from side_by_side import record

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
NEEDED = ("notebooks", "data", "reports.yml", "requirements.lock")


class Cost(NamedTuple):
    wall_seconds: float
    cpu_seconds: float


def adopt_orphans() -> None:
    """Have workers and kernels whose parent has ended counted here too (Linux); otherwise their CPU time is lost."""
    set_child_subreaper = 36
    if ctypes.CDLL(None, use_errno=True).prctl(set_child_subreaper, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "CPU seconds can be measured on Linux only")


def reap() -> None:
    """Wait for every process that was left to us, so that its CPU time is in the account."""
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def measured(commands: list[list[str]], environment: dict[str, str]) -> Cost:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    for command in commands:
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.perf_counter() - start
    reap()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def stock(units: list[str], folder: Path) -> list[list[str]]:
    commands = []
    for unit in units:
        output = folder / f"{unit}.ipynb"
        commands.append(
            [str(BIN / "papermill"), str(ROOT / "notebooks/unit_scorecard.ipynb"), str(output), "-p", "unit", unit]
        )
        commands.append([str(BIN / "jupyter"), "nbconvert", "--to", "html", "--no-input", str(output)])
    return commands


def ours(units: list[str], workers: int) -> list[list[str]]:
    only = [part for unit in units for part in ("--only", f"unit_scorecard/{unit}/2026")]
    return [[str(BIN / "analysis"), "report", "--force", "--workers", str(workers), *only]]


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    units = [f"H44.{number}" for number in range(100, 100 + pages)]
    adopt_orphans()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for needed in NEEDED:
            source = ROOT / needed
            copy = shutil.copytree if source.is_dir() else shutil.copy2
            copy(source, folder / needed)
        environment = os.environ | {"ANALYSIS_ROOT": name}
        subprocess.run([str(BIN / "analysis"), "build"], env=environment, check=True, stdout=subprocess.DEVNULL)
        loop = measured(stock(units, folder), environment)
        rows = {"papermill + nbconvert, one after the other": loop}
        for workers in (1, 2):
            rows[f"analysis report --workers {workers}"] = measured(ours(units, workers), environment)
    table = [
        {
            "way": label,
            "wall s": f"{cost.wall_seconds:.1f}",
            "CPU s": f"{cost.cpu_seconds:.1f}",
            "wall, times faster": f"{loop.wall_seconds / cost.wall_seconds:.1f}",
            "CPU, times less": f"{loop.cpu_seconds / cost.cpu_seconds:.1f}",
        }
        for label, cost in rows.items()
    ]
    record("reports", title=f"{pages} unit scorecards", command="python benchmarks/reports.py", rows=table)


if __name__ == "__main__":
    main()
