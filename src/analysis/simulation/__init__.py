"""Dossiers of a made-up province with a known truth: for the demonstration, the benchmarks and the tests of honesty."""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    """Give `simulate` and `Scenario`; loaded late, as a run with nothing to do needs neither."""
    if name == "simulate":
        from analysis.simulation.run import simulate

        return simulate
    if name == "Scenario":
        from analysis.simulation.scenario import Scenario

        return Scenario
    raise AttributeError(name)
