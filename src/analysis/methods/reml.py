"""A regression whose noise remembers the month before: restricted maximum likelihood, and t intervals that hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import minimize_scalar

from analysis.errors import UsageError
from analysis.methods.intake import Floats

MOST_MEMORY = 0.95
FEWEST_DF = 2.0
LATER = 3  # months before the one before in which a longer memory is looked for


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted line.

    Attributes
    ----------
    coefficients, covariance
        Of the columns of the design.
    memory
        First-order autocorrelation of the noise.
    effective_n
        How many independent points the series is worth.
    df
        Degrees of freedom of the t intervals: `effective_n` less the columns, at least 2.
    residual
        Of each point, scaled to constant variance.
    sigma
        Marginal standard deviation of the scaled noise.
    """

    coefficients: Floats
    covariance: Floats
    memory: float
    effective_n: float
    df: float
    residual: Floats
    sigma: float

    def interval(self, gradient: Floats, level: float) -> tuple[float, float, float]:
        """Give `gradient · coefficients` with its t interval, and the standard error."""
        value = float(gradient @ self.coefficients)
        error = float(np.sqrt(gradient @ self.covariance @ gradient))
        half = float(stats.t.ppf((1 + level) / 2, self.df)) * error
        return value - half, value + half, error


def fit(outcome: Floats, design: Floats, weights: Floats | None = None) -> Fit:
    """Fit a line whose noise is of first order, by restricted maximum likelihood.

    Parameters
    ----------
    outcome
        One value a month, in order, without gaps.
    design
        A column a regressor.
    weights
        Inverse variances up to a factor; None if all months count alike.

    Returns
    -------
    Fit

    Raises
    ------
    UsageError
        If there are not at least two points more than columns, or a column follows from the others.

    References
    ----------
    Cheang & Reinsel (2000), Biometrics 56:1091; Turner et al. (2021), BMC Medical Research Methodology 21:181: the
    least biased of the common ways for short series. The t on the effective sample is what made it cover here.
    """
    n, k = design.shape
    if n < k + 2 or np.linalg.matrix_rank(design) < k:
        raise UsageError(
            f"{n} months cannot tell {k} regressors apart",
            allowed="at least two months more than regressors, none of which follows from the others",
            next_step="Leave out a regressor: fewer harmonics, or no slope.",
        )
    root = np.ones(n) if weights is None else np.sqrt(weights / weights.mean())
    y, x = root * outcome, root[:, None] * design
    best = minimize_scalar(
        lambda memory: -_restricted(y, x, float(memory)), bounds=(-MOST_MEMORY, MOST_MEMORY), method="bounded"
    )
    memory = float(best.x)
    ys, xs = whiten(y, memory), whiten(x, memory)
    inverse = np.linalg.inv(xs.T @ xs)
    coefficients = inverse @ xs.T @ ys
    innovation = float(((ys - xs @ coefficients) ** 2).sum()) / (n - k)
    # a series that remembers is worth fewer points; one that swings back is not worth more
    effective = n * (1 - max(memory, 0)) / (1 + max(memory, 0))
    return Fit(
        coefficients=coefficients,
        covariance=innovation * inverse,
        memory=memory,
        effective_n=effective,
        df=max(effective - k, FEWEST_DF),
        residual=y - x @ coefficients,
        sigma=float(np.sqrt(innovation / (1 - memory**2))),
    )


def whiten(values: Floats, memory: float) -> Floats:
    """Take out what the month before explains; the first keeps its stationary share (Prais and Winsten)."""
    first: NDArray[np.float64] = np.sqrt(1 - memory**2) * values[:1]
    return np.concatenate([first, values[1:] - memory * values[:-1]])


def breusch_godfrey(residual: Floats, design: Floats, lags: int) -> tuple[float, float]:
    """Test least squares' residuals for memory of as many months: the statistic, and the p-value of its F form.

    The statistic is n R² of the residuals on the design and their own past; F is nearer to its size in short series.

    References
    ----------
    Breusch (1978), Australian Economic Papers 17:334; Godfrey (1978), Econometrica 46:1293; Kiviet (1986), Review of
    Economic Studies 53:241 (F form).
    """
    n = len(residual)
    past = np.column_stack([np.concatenate([np.zeros(lag), residual[: n - lag]]) for lag in range(1, lags + 1)])
    whole = np.column_stack([design, past])
    left = residual - whole @ np.linalg.lstsq(whole, residual, rcond=None)[0]
    short = residual - design @ np.linalg.lstsq(design, residual, rcond=None)[0]
    rest, all_of_it, free = float(left @ left), float(short @ short), n - whole.shape[1]
    f = (all_of_it - rest) / lags / (rest / free)
    return n * (1 - rest / all_of_it), float(stats.f.sf(f, lags, free))


def later_memory(design: Floats, weights: Floats | None, fitted: Fit) -> float:
    """Give the p-value of no memory beyond that of the month before, which is fitted."""
    n = len(design)
    root = np.ones(n) if weights is None else np.sqrt(weights / weights.mean())
    before = np.concatenate([[0.0], fitted.residual[:-1]])
    known = np.column_stack([whiten(root[:, None] * design, fitted.memory), before])
    return breusch_godfrey(whiten(fitted.residual, fitted.memory), known, LATER)[1]


def quasi_binomial(hits: Floats, total: Floats, design: Floats) -> tuple[Floats, Floats, float]:
    """Fit shares on the logit, over-dispersed and without memory, for comparison only.

    Returns
    -------
    coefficients, covariance, dispersion
        The dispersion is Pearson's X² over its degrees of freedom. Packages that take successes and failures as two
        columns may scale by shares instead of counts: errors come out twenty times too small.

    References
    ----------
    McCullagh & Nelder (1989), Generalized Linear Models, §4.5.
    """
    share = (hits + 0.5) / (total + 1)
    coefficients: Floats = np.asarray(np.linalg.lstsq(design, np.log(share / (1 - share)), rcond=None)[0], dtype=float)
    for _ in range(100):
        fitted = 1 / (1 + np.exp(-design @ coefficients))
        weight = total * fitted * (1 - fitted)
        inverse = np.linalg.inv((design * weight[:, None]).T @ design)
        step = np.asarray(inverse @ design.T @ (hits - total * fitted))
        coefficients = np.asarray(coefficients + step)
        if float(np.abs(step).max()) < 1e-10:
            break
    dispersion = float(((hits - total * fitted) ** 2 / weight).sum()) / (len(hits) - design.shape[1])
    return coefficients, np.asarray(dispersion * inverse), dispersion


def newey_west(design: Floats, residual: Floats, lags: int) -> Floats:
    """Give the covariance of least squares by Newey and West, for comparison only: short series fall through it.

    References
    ----------
    Newey & West (1987), Econometrica 55:703.
    """
    inverse = np.linalg.inv(design.T @ design)
    score = design * residual[:, None]
    middle = score.T @ score
    for lag in range(1, lags + 1):
        cross = score[lag:].T @ score[:-lag]
        middle = middle + (1 - lag / (lags + 1)) * (cross + cross.T)
    covariance: Floats = inverse @ middle @ inverse
    return covariance


def _restricted(y: Floats, x: Floats, memory: float) -> float:
    """Give the restricted log-likelihood of a memory, the variance profiled out."""
    ys, xs = whiten(y, memory), whiten(x, memory)
    gram = xs.T @ xs
    solution = np.linalg.solve(gram, xs.T @ ys)
    rss = float(((ys - xs @ solution) ** 2).sum())
    n, k = x.shape
    log_determinant = float(np.linalg.slogdet(gram)[1])
    return float(-0.5 * ((n - k) * np.log(rss) - np.log(1 - memory**2) + log_determinant))
