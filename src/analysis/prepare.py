"""data/raw → data/processed, whole: facts, a simulated province where no real one has brought dossiers, counts."""

from __future__ import annotations

from analysis import paths
from analysis.facts import build as facts


def ensure() -> facts.Build:
    """Bring everything that reports read up to date; what has not changed is kept.

    Raises
    ------
    SourceUnavailableError, DataContractError
        If a raw file was lost or altered, or a table does not follow its schema.
    """
    from analysis.simulation.stand_in import Simulation

    built = facts.ensure(Simulation())
    _count(built)
    return built


def build() -> facts.Build:
    """Build it all anew.

    Raises
    ------
    SourceUnavailableError, DataContractError
        As `ensure`.
    """
    from analysis.simulation.stand_in import Simulation

    built = facts.build(Simulation())
    _count(built)
    return built


def _count(built: facts.Build) -> None:
    """Count the dossiers of every month that is new; where nothing was built nothing can be."""
    if built.changed or not (paths.PROCESSED / "indicator_counts").exists():
        from analysis.indicators import counts

        counts.ensure()
