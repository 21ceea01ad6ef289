"""What a monthly share is likely to be in the coming months, and how far such a forecast was wrong before."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import norm
from statsmodels.stats.proportion import proportion_confint
from statsmodels.tools.sm_exceptions import ConvergenceWarning, EstimationWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from analysis.errors import UsageError
from analysis.methods import airline
from analysis.methods.intake import Floats, confidence, labels, numbers
from analysis.methods.result import LEVEL, Check, Estimate, Result, said

SEASON = 12
FEWEST_MONTHS = 24
FEWEST_SEASONAL = 3 * SEASON  # two seasons of differences: fewer say nothing of how a season changes
MOST_ORIGINS = 18  # older ones say little of today's model, and every one costs three fits
FEWEST_ORIGINS = 4
GRID, FINER = 41, 4  # the last step is 2 / 40 / 20**3, less than 0.00001

Interval = tuple[Floats, Floats, Floats]  # middle, low, high on the logit, one value per month ahead
Model = Callable[[Floats, int, float], Interval]


@dataclass(frozen=True, kw_only=True, eq=False)
class Forecast(Result):
    """Paths of a share and the record of every model on the past.

    Attributes
    ----------
    path
        One row per month ahead: `month`, `middle_pct`, `low_pct`, `high_pct`, by the chosen model.
    scores
        One row per model: `model`, `scaled_error` (mean absolute error over that of the seasonal naive forecast on
        the same months; below 1 is better), `covered_pct`, `interval_score` (lower is better), `chosen`.
    coverage
        One row per month ahead, of the choice as it would have been made then: `ahead`, `covered_count`,
        `tried_count`, `covered_pct`,
        `low_pct`, `high_pct` (Wilson, over origins that do not overlap).
    """

    path: pd.DataFrame
    scores: pd.DataFrame
    coverage: pd.DataFrame


def forecast(series: pd.DataFrame, months_ahead: int, *, level: float = LEVEL) -> Forecast:
    """Forecast a monthly share with the model that did best on its own past.

    The estimand is the share in each coming month if nothing new happens. Every model is refitted at every earlier
    month (rolling origin) and judged on the months that followed. The one with the best interval score is used, be it
    one of the simple ones (drift, the same month of last year); the record of coverage is that of the choice as it
    would have been made each time, on what was known by then.

    Parameters
    ----------
    series
        One row per month without gaps: `month` (YYYY-MM), `share_pct` (strictly between 0 and 100). At least 24.
    months_ahead
        How far, at most half the series.
    level
        Of the intervals.

    Returns
    -------
    Forecast
        Estimates `ahead_1` … of the share in percent.

    Raises
    ------
    UsageError
        If the series is too short to try the models on its past, or a month is missing.
    DataContractError
        If a share is not one.

    Notes
    -----
    Assumes that nothing new happens: no push, no new rule. All models work on the logit, so no interval leaves 0–100.
    Candidates: exponential smoothing with damped trend, theta, ARIMA(0,1,1) with drift, drift, seasonal naive, and
    ARIMA(0,1,1)(0,1,1)₁₂ if even the first month it is tried from has three years before it (about five in all). The
    intervals of a model that covered less than it said are shown with that record; nothing is widened afterwards. Half
    a second, nearly all of it for refitting exponential smoothing at up to 18 earlier months.

    References
    ----------
    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed.; Hyndman & Billah (2003), Int. J.
    Forecasting 19:287 (theta); Brockwell & Davis (1991), Time Series: Theory and Methods, § 5.2 (innovations); Box &
    Jenkins (1976), Time Series Analysis, ch. 9 (season); Tashman (2000), Int. J. Forecasting 16:437 (rolling origin);
    Gneiting & Raftery (2007), JASA 102:359 (interval score).

    Examples
    --------
    >>> months = pd.period_range("2022-01", periods=30, freq="M").astype(str)
    >>> share_pct = 20 + 1.5 * np.arange(30) + np.tile([0.5, -0.5], 15)
    >>> found = forecast(pd.DataFrame({"month": months, "share_pct": share_pct}), 3)
    >>> found.path["month"].tolist()
    ['2024-07', '2024-08', '2024-09']
    """
    level = confidence(level)
    months = _months(series, months_ahead)
    values = logit(numbers(series, "share_pct", least=1e-6, most=100 - 1e-6) / 100)
    record = _rolling(values, months_ahead, level)
    scores = _scores(record, level)
    best = str(scores.loc[scores["chosen"], "model"].iloc[0])
    middle, low, high = _percent(MODELS[best](values, months_ahead, level))
    path = pd.DataFrame(
        {
            "month": [str(months[-1] + step) for step in range(1, months_ahead + 1)],
            "middle_pct": middle,
            "low_pct": low,
            "high_pct": high,
        }
    )
    coverage = _coverage(_as_chosen_then(record, level), months_ahead)
    return Forecast(
        estimates=tuple(
            Estimate(f"ahead_{step}", float(centre), float(least), float(most), level, best, len(values))
            for step, (centre, least, most) in enumerate(zip(middle, low, high, strict=True), start=1)
        ),
        checks=(_beats_naive(scores), _covers(coverage, level)),
        assumptions=(said("Nothing new happens: no push, no new rule, no break of the series."),),
        claim=said(
            "If nothing new happens the share in {month_period} is about {middle_pct}, between {low_pct} and "
            "{high_pct}.",
            month_period=path["month"].iloc[-1],
            middle_pct=float(middle[-1]),
            low_pct=float(low[-1]),
            high_pct=float(high[-1]),
        ),
        path=path,
        scores=scores,
        coverage=coverage,
    )


def _months(series: pd.DataFrame, ahead: int) -> pd.PeriodIndex:
    months = pd.PeriodIndex(labels(series, "month", unique=True), freq="M")
    fewest = max(FEWEST_MONTHS, SEASON + 2 * ahead + FEWEST_ORIGINS)
    if len(months) < fewest:
        raise UsageError(
            f"{len(months)} months are too few to forecast {ahead} ahead and to try that on the past",
            allowed=f"{fewest} or more",
            next_step="Ask for fewer months ahead, or show the series alone.",
        )
    if not (np.diff(months.asi8) == 1).all():
        raise UsageError("The months do not follow one another", where="column 'month'", allowed="one row per month")
    return months


def _drift(values: Floats, ahead: int, level: float) -> Interval:
    steps = np.arange(1, ahead + 1)
    moves = np.diff(values)
    spread = moves.std(ddof=1) * np.sqrt(steps * (1 + steps / len(moves)))
    return _around(values[-1] + moves.mean() * steps, spread, level)


def _seasonal_naive(values: Floats, ahead: int, level: float) -> Interval:
    steps = np.arange(1, ahead + 1)
    spread = np.sqrt(np.mean((values[SEASON:] - values[:-SEASON]) ** 2)) * np.sqrt((steps - 1) // SEASON + 1)
    return _around(values[-SEASON + (steps - 1) % SEASON], spread, level)


def _quietly(model: Model) -> Model:
    """Let a model that does not converge on a short past forecast all the same: it is judged like any other."""

    def run(values: Floats, ahead: int, level: float) -> Interval:
        with warnings.catch_warnings():
            for kind in (ConvergenceWarning, EstimationWarning):
                warnings.simplefilter("ignore", kind)
            return model(values, ahead, level)

    return run


@_quietly
def _smoothing(values: Floats, ahead: int, level: float) -> Interval:
    fitted = ETSModel(pd.Series(values), error="add", trend="add", damped_trend=True).fit(disp=False)
    bands = fitted.get_prediction(start=len(values), end=len(values) + ahead - 1).summary_frame(alpha=1 - level)
    return _parts(bands, ("mean", "pi_lower", "pi_upper"))


def _theta(values: Floats, ahead: int, level: float) -> Interval:
    """Smooth, and add half of the slope of a line: what the theta method comes to (Hyndman & Billah 2003)."""
    smoothing = 1 + _moves(values, drift=False, most=0.0).reaction
    variance = _moves(values, drift=True).variance
    slope = float(np.polyfit(np.arange(len(values)), values, 1)[0]) / 2
    kept = (1 - smoothing) ** np.arange(len(values))
    # what is smoothed lags behind the line by the sum of what is kept of the months before
    steps = np.arange(ahead)
    last = smoothing * (kept[:-1] @ values[:0:-1]) + kept[-1] * values[0]
    return _around(last + slope * (steps + kept.sum()), np.sqrt(variance * (1 + steps * smoothing**2)), level)


def _moving_average(values: Floats, ahead: int, level: float) -> Interval:
    """Let each month's surprise stay in part, around a drift: ARIMA(0,1,1), by exact likelihood."""
    moves = _moves(values, drift=True)
    steps = np.arange(ahead)
    middle = values[-1] + moves.drift * (steps + 1) + moves.reaction * moves.last
    return _around(middle, np.sqrt(moves.variance * (1 + steps * (1 + moves.reaction) ** 2)), level)


def _airline(values: Floats, ahead: int, level: float) -> Interval:
    """Let the surprises of a month and of the same month of last year stay in part: for long series with a season."""
    return _around(*airline.ahead(values, ahead), level)


class _Moves(NamedTuple):
    """The moves from month to month as drift + surprise + reaction × last surprise."""

    drift: float
    reaction: float
    variance: float  # of a surprise
    last: float  # surprise


def _moves(values: Floats, *, drift: bool, most: float = 1.0) -> _Moves:
    """Fit by exact likelihood, the reaction on a grid and then on finer ones around the best."""
    moves = np.diff(values)
    low, high = -1.0, most
    for _ in range(FINER):
        grid = np.linspace(low, high, GRID)
        found = _surprises(moves, grid, drift=drift)
        best, step = int(found[0].argmax()), (high - low) / (GRID - 1)
        low, high = max(grid[best] - step, -1.0), min(grid[best] + step, most)
    _, mean, variance, last = found
    return _Moves(float(mean[best]), float(grid[best]), float(variance[best]), float(last[best]))


def _surprises(moves: Floats, reactions: Floats, *, drift: bool) -> tuple[Floats, Floats, Floats, Floats]:
    """Give, for each reaction, the log-likelihood, the drift, the variance of a surprise and the last one.

    Each move is freed of what the one before says of it (innovations algorithm); its share of the drift likewise.
    """
    scale = 1 + reactions**2
    own, share = np.full_like(reactions, moves[0]), np.ones_like(reactions)
    rows = [(own, share, scale)]
    for move in moves[1:]:
        carried = reactions / scale
        own, share = move - carried * own, 1 - carried * share
        scale = 1 + reactions**2 - reactions * carried
        rows.append((own, share, scale))
    owns, shares, scales = (np.array(each) for each in zip(*rows, strict=True))
    mean = (owns * shares / scales).sum(axis=0) / (shares**2 / scales).sum(axis=0) if drift else 0 * reactions
    left = owns - mean * shares
    variance = (left**2 / scales).mean(axis=0)
    likelihood = -0.5 * (len(moves) * np.log(variance) + np.log(scales).sum(axis=0))
    return likelihood, mean, variance, left[-1] / scales[-1]


MODELS: dict[str, Model] = {
    "seasonal naive": _seasonal_naive,
    "drift": _drift,
    "exponential smoothing": _smoothing,
    "theta": _theta,
    "ARIMA(0,1,1)": _moving_average,
    "ARIMA(0,1,1)(0,1,1)12": _airline,
}


def _candidates(known: int) -> dict[str, Model]:
    """Give the models that can be fitted to so many months: all are judged on the same origins."""
    return {name: model for name, model in MODELS.items() if model is not _airline or known >= FEWEST_SEASONAL}


def _percent(interval: Interval) -> Interval:
    middle, low, high = (100 * expit(part) for part in interval)
    return middle, low, high


def _around(middle: Floats, spread: Floats, level: float) -> Interval:
    half = norm.ppf((1 + level) / 2) * spread
    return middle, middle - half, middle + half


def _parts(bands: pd.DataFrame, names: tuple[str, str, str]) -> Interval:
    middle, low, high = (bands[name].to_numpy() for name in names)
    return middle, low, high


def _rolling(values: Floats, ahead: int, level: float) -> pd.DataFrame:
    """Refit every model at the latest earlier months: one row per model, origin and month ahead, in percent."""
    rows = []
    last = len(values) - ahead
    first = max(SEASON + ahead, last + 1 - MOST_ORIGINS)
    models = _candidates(first)
    for known in range(first, last + 1):
        came = 100 * expit(values[known : known + ahead])
        for name, model in models.items():
            middle, low, high = _percent(model(values[:known], ahead, level))
            rows += [(name, known, step + 1, middle[step], low[step], high[step], came[step]) for step in range(ahead)]
    return pd.DataFrame(rows, columns=["model", "known", "ahead", "middle", "low", "high", "came"])


def _scores(record: pd.DataFrame, level: float) -> pd.DataFrame:
    """Judge every model on all its forecasts and choose the one with the best interval score."""
    missed = (record["low"] - record["came"]).clip(lower=0) + (record["came"] - record["high"]).clip(lower=0)
    judged = record.assign(
        error=(record["middle"] - record["came"]).abs(),
        covered_pct=100.0 * record["came"].between(record["low"], record["high"]),
        interval_score=record["high"] - record["low"] + 2 / (1 - level) * missed,
    )
    scores = judged.groupby("model", sort=False)[["error", "covered_pct", "interval_score"]].mean().reset_index()
    naive = scores.loc[scores["model"] == "seasonal naive", "error"].item()
    scores.insert(1, "scaled_error", scores["error"] / naive)
    return scores.drop(columns="error").assign(chosen=scores["interval_score"] == scores["interval_score"].min())


def _as_chosen_then(record: pd.DataFrame, level: float) -> pd.DataFrame:
    """Give the forecasts of the model that would have been chosen at each origin, on what had come by then."""
    chosen = []
    for known, here in record.groupby("known"):
        past = record[record["known"] + record["ahead"] <= known]
        scores = _scores(past, level) if len(past) else None
        model = "drift" if scores is None else scores.loc[scores["chosen"], "model"].iloc[0]
        chosen.append(here[here["model"] == model])
    return pd.concat(chosen, ignore_index=True)


def _coverage(record: pd.DataFrame, months_ahead: int) -> pd.DataFrame:
    rows = []
    for ahead, each in record.groupby("ahead"):
        # forecasts from neighbouring months miss together: only every months_ahead-th counts as new
        apart = each.iloc[::months_ahead]
        covered = int(apart["came"].between(apart["low"], apart["high"]).sum())
        low, high = proportion_confint(covered, len(apart), method="wilson")
        all_covered = 100 * each["came"].between(each["low"], each["high"]).mean()
        rows.append((ahead, covered, len(apart), all_covered, 100 * low, 100 * high))
    return pd.DataFrame(rows, columns=["ahead", "covered_count", "tried_count", "covered_pct", "low_pct", "high_pct"])


def _beats_naive(scores: pd.DataFrame) -> Check:
    chosen = scores[scores["chosen"]].iloc[0]
    error = float(chosen["scaled_error"])
    return Check(
        "beats_simple_forecasts",
        error,
        bool(error < 1),
        said(
            "On the past, the chosen model ({model_name}) was off by {error_number} times as much as taking the same "
            "month of last year.",
            model_name=str(chosen["model"]),
            error_number=error,
        ),
    )


def _covers(coverage: pd.DataFrame, level: float) -> Check:
    worst_pct = float(coverage["covered_pct"].min())
    holds = bool((coverage["high_pct"] >= 100 * level).all())
    return Check(
        "coverage",
        worst_pct,
        holds,
        said("Tried on the past, the intervals held all that came, where {level_pct} is said.", level_pct=100 * level)
        if worst_pct == 100
        else said(
            "Tried on the past, the intervals held {worst_pct} of what came in the worst month ahead, where "
            "{level_pct} is said.",
            worst_pct=worst_pct,
            level_pct=100 * level,
        ),
    )
