"""data/raw → data/processed, whole: the facts, the simulated province where no real one has brought its dossiers."""

from __future__ import annotations

from analysis.facts import build as facts


def ensure() -> facts.Build:
    """Bring everything that reports read up to date; what has not changed is kept.

    Raises
    ------
    SourceUnavailableError, DataContractError
        If a raw file was lost or altered, or a table does not follow its schema.
    """
    from analysis.simulation.stand_in import Simulation

    return facts.ensure(Simulation())


def build() -> facts.Build:
    """Build it all anew.

    Raises
    ------
    SourceUnavailableError, DataContractError
        As `ensure`.
    """
    from analysis.simulation.stand_in import Simulation

    return facts.build(Simulation())
