"""data/raw → data/processed, whole: facts, a simulated province where no real one has brought dossiers, counts."""

from __future__ import annotations

import json

from analysis import paths
from analysis.facts import build as facts
from analysis.reporting import closure, fingerprint
from analysis.whole_files import write_atomically


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
    """Count what indicators count once a build, if the facts or the definitions have changed since it was done."""
    definitions = _definitions()
    done = paths.PROCESSED / "indicators.json"
    made_of = {"facts": fingerprint.build(), "definitions": definitions}
    if not built.changed and done.exists() and json.loads(done.read_text(encoding="utf-8")) == made_of:
        return
    from analysis.indicators import counts, scorecard_tables

    counts.ensure()
    scorecard_tables.ensure(definitions)
    write_atomically(done, json.dumps(made_of).encode())


def _definitions() -> str:
    """Hash the code of the indicators and the policy tables they follow."""
    code = [path for path in (paths.PACKAGE / "indicators").rglob("*") if path.suffix in (".py", ".yml")]
    policy = paths.POLICY.rglob("*.yml")
    return closure.tree([*code, paths.PACKAGE / "policy.py"], paths.PACKAGE) + closure.tree(policy, paths.POLICY)
