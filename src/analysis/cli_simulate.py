"""`analysis simulate`: a made-up province with a known truth."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from analysis import paths


def simulate(
    dossiers: Annotated[int, typer.Option(help="About how many dossiers.", metavar="N")] = 300_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 4550,
    into: Annotated[Path | None, typer.Option(help="Folder; by default data/processed/simulated.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes; they do not change the result.")] = 1,
) -> None:
    """Simulate a province's dossiers, January 2023 to September 2026, and write the truth beside them."""
    from analysis import simulation

    started = time.monotonic()
    target = into or paths.PROCESSED / "simulated"
    made = simulation.simulate(dossiers_count=dossiers, seed=seed, into=target, workers=workers)
    seconds = time.monotonic() - started
    print(f"SIMULATED: {made.dossiers_count:,} dossiers in {paths.relative(made.folder)}, {seconds:.1f} s.")
    print(f"The truth: {paths.relative(made.truth_file)}.")
    print("Next: read them with DuckDB or pandas; reports show their own simulated province where no real one is.")
