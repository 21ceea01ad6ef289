"""Shares that spread: the curves of the scenario, solved so that the whole province shows the published figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit

from analysis.simulation.province import MONTHS, Floats, Province
from analysis.simulation.scenario import DIRECTIVE_MONTH, Curve, Scenario

SAMPLE = 3000
JANUARY, DECEMBER = (MONTHS.tolist().index(pd.Period(month, "M")) for month in ("2024-01", "2024-12"))


def logits(curve: Curve, others: list[Floats]) -> Floats:
    """Give the logit of every month that makes January and December what they were.

    Parameters
    ----------
    curve
        What was published.
    others
        For each month of the series a sample of what else moves the logit of a dossier: its unit, its procedure.

    Returns
    -------
    ndarray
        One logit per month of the simulation, to which a dossier's own is added.
    """
    start = _level(curve.january, others[JANUARY])
    slope = (_level(curve.december, others[DECEMBER]) - start) / (DECEMBER - JANUARY)
    months = np.arange(len(MONTHS))
    # before 2024 little moves; through 2024 the share spreads; afterwards it creeps on
    before = np.minimum(months - JANUARY, 0) * 0.03
    through = np.clip(months - JANUARY, 0, DECEMBER - JANUARY) * slope
    after = np.maximum(months - DECEMBER, 0) * curve.later_per_month
    return np.asarray(start + before + through + after)


def _level(share: float, others: Floats) -> float:
    """Give the logit that, added to those of a sample, makes their mean share what it was."""
    return float(brentq(lambda level: expit(level + others).mean() - share, -20, 20))


def online_sample(scenario: Scenario, province: Province, rng: np.random.Generator) -> list[Floats]:
    """Draw what moves the logit of filing online beside the curve, for each month."""
    from analysis.simulation.dossiers import choose

    samples = []
    for index in range(len(MONTHS)):
        units, procedures = choose(province, index, SAMPLE, rng)
        samples.append(online_logit(scenario, units, procedures, index))
    return samples


def online_logit(scenario: Scenario, units: pd.DataFrame, procedures: pd.DataFrame, index: int) -> Floats:
    """Give what unit, procedure, a fully online service and the directive add to the logit of filing online.

    Minus infinity where the service gives information only: nothing can be filed.
    """
    full = index >= procedures["full_from_month"].to_numpy() + units["full_delay_months"].to_numpy()
    directive = MONTHS[index] >= pd.Period(DIRECTIVE_MONTH, "M")
    logit = (
        units["online_logit"].to_numpy()
        + procedures["online_logit"].to_numpy()
        + scenario.full_service_on_online_logit * full
        + scenario.directive_on_online_logit * directive
    )
    return np.where(procedures["first_level"] == "information", -np.inf, logit)


def plain_sample() -> list[Floats]:
    """Give no difference between dossiers: the shares that depend on the month alone."""
    return [np.zeros(1)] * len(MONTHS)
