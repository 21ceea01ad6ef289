"""A series with a season whose surprises stay in part: ARIMA(0,1,1)(0,1,1)₁₂, by exact likelihood."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_solve_banded, cholesky_banded, toeplitz
from scipy.optimize import minimize

from analysis.methods.intake import Floats

SEASON = 12
REACH = SEASON + 1  # months over which one surprise is felt in the differences
MOST = 0.999  # of a reaction: at 1 the same likelihood is reached from both sides
STARTS = np.linspace(-0.8, 0.4, 4)


class Airline(NamedTuple):
    """The differences as surprise + reactions to the surprises of a month and of a season before."""

    reaction: float
    seasonal: float
    variance: float  # of a surprise
    log_likelihood: float


def fit(values: Floats) -> Airline:
    """Fit the model of Box and Jenkins to monthly values, at least three years of them.

    The likelihood of the differences is exact, as R's `arima` computes it: nothing before the series is taken as 0. A
    few milliseconds, as their covariance has a band of 13 and only two reactions are searched for.

    References
    ----------
    Box & Jenkins (1976), Time Series Analysis, ch. 9; Brockwell & Davis (1991), Time Series, § 8.7.
    """
    moves = _differences(values)
    starts = [(first, second) for first in STARTS for second in STARTS]
    best = min(starts, key=lambda start: -_likelihood(np.array(start), moves)[1])
    found = minimize(
        lambda reactions: -_likelihood(reactions, moves)[1],
        best,
        method="Nelder-Mead",
        bounds=[(-MOST, MOST)] * 2,
        options={"xatol": 1e-5, "fatol": 1e-7},
    )
    variance, likelihood = _likelihood(found.x, moves)
    return Airline(float(found.x[0]), float(found.x[1]), variance, likelihood)


def ahead(values: Floats, months: int) -> tuple[Floats, Floats]:
    """Give the expected values and the standard deviations of their errors, for each coming month."""
    model = fit(values)
    moves = _differences(values)
    covariance = _covariance(np.array([model.reaction, model.seasonal]), len(moves) + months)
    whole = toeplitz(covariance)
    known, between, coming = (
        whole[: len(moves), : len(moves)],
        whole[len(moves) :, : len(moves)],
        whole[len(moves) :, len(moves) :],
    )
    weights = np.linalg.solve(known, between.T).T
    # a surprise in a difference stays in the level, and once more each season
    stays = np.tril(1.0 + np.subtract.outer(np.arange(months), np.arange(months)) // SEASON)
    spread = stays @ (coming - weights @ between.T) @ stays.T
    level = list(values)
    for move in weights @ moves:
        level.append(float(move) + level[-1] + level[-SEASON] - level[-SEASON - 1])
    return np.array(level[len(values) :]), np.sqrt(model.variance * np.diag(spread))


def _differences(values: Floats) -> Floats:
    return np.asarray(np.diff(values[SEASON:] - values[:-SEASON]))


def _covariance(reactions: Floats, count: int) -> Floats:
    """Give the covariances of the differences at lags 0 … count − 1, in variances of a surprise."""
    one, season = reactions
    found = np.zeros(max(count, REACH + 1))
    found[[0, 1]] = (1 + one**2) * (1 + season**2), one * (1 + season**2)
    found[[SEASON - 1, SEASON, SEASON + 1]] = one * season, season * (1 + one**2), one * season
    return found[:count]


def _likelihood(reactions: Floats, moves: Floats) -> tuple[float, float]:
    """Give the variance of a surprise that fits best, and the log-likelihood with it."""
    count = len(moves)
    band = np.repeat(_covariance(reactions, REACH + 1)[:, None], count, axis=1)
    root = cholesky_banded(band, lower=True, check_finite=False)
    variance = float(moves @ cho_solve_banded((root, True), moves, check_finite=False)) / count
    return variance, float(-count / 2 * (np.log(2 * np.pi * variance) + 1) - np.log(root[0]).sum())
