"""Make the same pages with the stock tools and with `analysis report`, in one run, and print the ratios.

Run: `make bench` or `python benchmarks/reports.py [PAGES]`. The stock way is a loop of `papermill` and
`jupyter nbconvert --no-input`, or two such loops side by side, each with half the pages; ours makes two languages, a
workbook and the checks as well. The floor is what the cells alone cost: run in one process that has everything loaded,
figures drawn, one page of HTML written by one exporter, nothing isolated. Wall times depend on the machine and on what
else it does: quote the ratios.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from costs import BIN, ROOT, Command, Cost, adopt_orphans, checkout, cost_of, inside, run_loops
from side_by_side import record

PAGES = 40
NOTEBOOK = ROOT / "notebooks/unit_scorecard.ipynb"


def stock(units: list[str], folder: Path) -> list[Command]:
    commands = []
    for unit in units:
        output = folder / f"{unit}.ipynb"
        commands.append([str(BIN / "papermill"), str(NOTEBOOK), str(output), "-p", "unit", unit])
        commands.append([str(BIN / "jupyter"), "nbconvert", "--to", "html", "--no-input", str(output)])
    return commands


def ours(units: list[str]) -> Command:
    only = [part for unit in units for part in ("--only", f"unit_scorecard/{unit}/2026")]
    return [str(BIN / "analysis"), "report", "--force", "--workers", "2", *only]


def floor(units: list[str], folder: Path) -> Cost:
    """Run the cells in a process that has made one page already; that first page is not counted."""
    command = [sys.executable, str(ROOT / "benchmarks/floor.py"), str(NOTEBOOK), units[0], *units]
    done = subprocess.run(command, env=inside(folder), check=True, stdout=subprocess.PIPE, text=True)
    return Cost(*map(float, done.stdout.splitlines()[-1].split()))


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    units = [f"H44.{number}" for number in range(100, 100 + pages)]
    adopt_orphans()
    with checkout() as folder:
        environment = inside(folder)
        halves = [stock(units[0::2], folder), stock(units[1::2], folder)]
        rows = {
            "papermill + nbconvert, one after the other": cost_of(
                lambda: run_loops([stock(units, folder)], environment)
            ),
            "two such loops side by side": cost_of(lambda: run_loops(halves, environment)),
            "analysis report --workers 2": cost_of(lambda: run_loops([[ours(units)]], environment)),
            "the floor: cells run warm in one process, HTML": floor(units, folder),
        }
    first, second, *_, bare = rows.values()
    table = [
        {
            "way": label,
            "wall s": f"{cost.wall_seconds:.1f}",
            "CPU s": f"{cost.cpu_seconds:.1f}",
            "CPU s a page": f"{cost.cpu_seconds / pages:.2f}",
            "wall, times faster than one loop": f"{first.wall_seconds / cost.wall_seconds:.1f}",
            "CPU, times less than two loops": f"{second.cpu_seconds / cost.cpu_seconds:.1f}",
            "CPU, times the floor": f"{cost.cpu_seconds / bare.cpu_seconds:.2f}",
        }
        for label, cost in rows.items()
    ]
    command = f"python benchmarks/reports.py {pages}"
    record("reports", title=f"{pages} unit scorecards", command=command, rows=table)


if __name__ == "__main__":
    main()
