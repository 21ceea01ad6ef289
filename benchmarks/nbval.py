"""Check notebooks with nbval on stock kernels and on warm ones, as many at a time; print the ratios.

Run: `python benchmarks/nbval.py [NOTEBOOK…]` (all of them by default). Every kernel has one thread for its sums; the
process that warm kernels are forked from is started and ended within the time measured.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from costs import ROOT, Cost, adopt_orphans, checkout, cost_of, inside
from side_by_side import record

from analysis.reporting.warm import start

WORKERS = (1, 2)
# as `make test` asks, for both kinds of kernel
PYTEST = ["-q", "--nbval-lax", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "--dist", "loadfile"]


def check(notebooks: list[str], folder: Path, *, workers: int, warm: bool) -> None:
    """Run nbval over the notebooks; with `warm`, on kernels forked from a process that the check starts and ends."""
    kernel = "analysis-warm" if warm else "python3"
    command = [sys.executable, "-m", "pytest", *PYTEST, "-n", str(workers), "--nbval-kernel-name", kernel, *notebooks]
    environment = inside(folder) | start.ONE_THREAD
    subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    notebooks = sys.argv[1:] or ["notebooks"]  # the folder, whose conftest leaves out what is not fetched
    adopt_orphans()
    rows = []
    with checkout() as folder:
        for workers in WORKERS:
            stock: Cost | None = None
            for warm in (False, True):
                cost = cost_of(lambda: check(notebooks, folder, workers=workers, warm=warm))  # noqa: B023
                stock = stock or cost
                rows.append(
                    {
                        "workers": str(workers),
                        "kernel": "warm" if warm else "stock",
                        "wall s": f"{cost.wall_seconds:.1f}",
                        "CPU s": f"{cost.cpu_seconds:.1f}",
                        "wall, times faster": f"{stock.wall_seconds / cost.wall_seconds:.1f}",
                        "CPU, times less": f"{stock.cpu_seconds / cost.cpu_seconds:.1f}",
                    }
                )
    command = " ".join(["python benchmarks/nbval.py", *sys.argv[1:]])
    title = f"{len(sys.argv) - 1} notebooks" if sys.argv[1:] else "All notebooks of shipped and simulated data"
    record("nbval", title=f"{title} checked with nbval", command=command, rows=rows)


if __name__ == "__main__":
    main()
