"""Simulate a province with one and two processes; print rows a second and the peak of the memory.

Run: `python benchmarks/simulation.py`. The peak is that of the parent; with one worker it does all the work itself.
"""

from __future__ import annotations

import tempfile

from side_by_side import ROOT, measured, record

WORK = "simulate(dossiers_count={count}, seed=1, into=Path({into!r}), workers={workers}).dossiers_count"


def main() -> None:
    rows = []
    for count, workers in ((1_000_000, 1), (1_000_000, 2), (10_000_000, 1), (10_000_000, 2)):
        with tempfile.TemporaryDirectory() as into:
            before = "from pathlib import Path; from analysis.simulation import simulate"
            found = measured(before=before, work=WORK.format(count=count, into=into, workers=workers), root=ROOT)
        rows.append(
            {
                "dossiers": f"{found.answer:,}",
                "workers": str(workers),
                "wall s": f"{found.seconds:.1f}",
                "dossiers a second": f"{found.answer / found.seconds:,.0f}",
                "peak MB": f"{found.peak_mb:,.0f}",
            }
        )
    record("simulation", title="A simulated province", command="python benchmarks/simulation.py", rows=rows)


if __name__ == "__main__":
    main()
