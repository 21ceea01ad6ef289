"""Make more and more unit scorecards with one run of `analysis report` each; print seconds and the peak of the memory.

Run: `python benchmarks/scorecards.py [PAGES…]`, by default 40, 160 and 1,000. A province has not so many units: the
manifest lists the same notebook again under further ids, each page is really made. Memory is that of the run and of all
that it starts together, shared pages counted once (Linux), looked at every two seconds.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

import psutil
import yaml
from costs import BIN, adopt_orphans, checkout, cost_of, inside, run_loops
from side_by_side import record

PAGES = ("40", "160", "1000")
INTERVAL_S = 2.0
MB = 1024 * 1024


class Watch:
    """Look at the memory of this process's descendants until told to stop; `peak` is the most seen, in MB."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._end.wait(INTERVAL_S):
            self.peak = max(self.peak, sum(map(_proportional, psutil.Process().children(recursive=True))) / MB)


def _proportional(process: psutil.Process) -> int:
    """Give a process's memory, of a page shared by so many only its part; one that has just ended has none."""
    try:
        return int(process.memory_full_info().pss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0


def repeat(manifest: Path, pages: int, *, units: int) -> None:
    """List the scorecards in as many reports as it takes, and nothing else."""
    site: dict[str, Any] = yaml.safe_load(manifest.read_text(encoding="utf-8"))
    scorecard = next(report for report in site["reports"] if report["id"] == "unit_scorecard")
    times = -(-pages // units)
    site["reports"] = [{**scorecard, "id": f"unit_scorecard_{number}"} for number in range(times)]
    manifest.write_text(yaml.safe_dump(site, allow_unicode=True), encoding="utf-8")


def main() -> None:
    rows, first = [], None
    adopt_orphans()
    for pages in map(int, sys.argv[1:] or PAGES):
        with checkout() as folder:
            repeat(folder / "reports.yml", pages, units=163)
            command = [str(BIN / "analysis"), "report", "--workers", "2", "--limit", str(pages)]
            with Watch() as watch:
                cost = cost_of(lambda: run_loops([[command]], inside(folder)))  # noqa: B023
            made = len(list(folder.glob("reports/*/*/*/manifest.json")))
        if made != pages:
            raise SystemExit(f"{made} pages of {pages} were made")
        first = first or (pages, watch.peak)
        further = (watch.peak - first[1]) / (pages - first[0]) * 100 if pages > first[0] else None
        rows.append(
            {
                "pages": f"{pages:,}",
                "wall s": f"{cost.wall_seconds:.1f}",
                "CPU s": f"{cost.cpu_seconds:.1f}",
                "pages a minute": f"{pages / cost.wall_seconds * 60:.0f}",
                "peak MB": f"{watch.peak:,.0f}",
                "MB for a further 100 pages": "" if further is None else f"{further:.1f}",
            }
        )
    command_line = " ".join(["python benchmarks/scorecards.py", *sys.argv[1:]])
    record("scorecards", title="More and more unit scorecards, two workers", command=command_line, rows=rows)


if __name__ == "__main__":
    main()
