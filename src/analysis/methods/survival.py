"""How long things take while some are not finished: curves with right variances, for any number of ends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from analysis.errors import DataContractError, UsageError
from analysis.methods.intake import Floats, confidence, numbers
from analysis.methods.rates import wilson
from analysis.methods.result import LEVEL, Estimate

OPEN = "open"
ROUNDING = 1e-12


def incidence(cases: pd.DataFrame, ends: Sequence[str]) -> pd.DataFrame:
    """Give, over time, the share of cases that have come to each end (Aalen–Johansen).

    With a single end it is one minus Kaplan and Meier's curve. The estimand is P(T ≤ t, end) of a case taken in; ends
    that compete are not taken for cases whose wait goes on. Assumes that cases still open go on as those seen as long.

    Parameters
    ----------
    cases
        One row per case: `time` (0 or more, any unit: when it ended, or was last seen), `end` (one of `ends`, or any
        other value for a case still open), optionally `entry` (from when on it was watched: 0, or before `time`).
    ends
        The values of `end` that are ends.

    Returns
    -------
    pandas.DataFrame
        One row per time at which a case ended, ascending, the first at time 0: `time`, `at_risk` (watched and open just
        before), `open` (share still open just after) and `open_se`, and for each end `share_<end>` and `se_<end>`
        (0–1). Cases last seen at a time are counted as open at it.

    Raises
    ------
    DataContractError
        If a column is missing, a time is below 0 or an entry other than 0 not before its time.

    References
    ----------
    Kaplan & Meier (1958), JASA 53:457; Aalen & Johansen (1978), Scand. J. Statistics 5:141; Marubini & Valsecchi
    (1995), Analysing Survival Data, section 10.2 (variance).

    Examples
    --------
    >>> cases = pd.DataFrame({"time": [1, 2, 3, 4], "end": ["done", "left", "done", "open"]})
    >>> incidence(cases, ["done", "left"])[["time", "open", "share_done"]].to_numpy().tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.75, 0.25], [2.0, 0.5, 0.25], [3.0, 0.25, 0.5]]
    """
    times, entry = _watched(cases)
    kind = cases["end"].to_numpy()
    ended = np.isin(kind, list(ends))
    at = np.unique(times[ended])
    risk = np.searchsorted(np.sort(entry), at).astype(np.float64) - np.searchsorted(np.sort(times), at)
    by_end: Floats = np.array([_counted(times[kind == end], at) for end in ends], dtype=float).reshape(
        len(ends), len(at)
    )
    every = by_end.sum(axis=0)
    stays = np.cumprod(1 - every / risk)
    before = np.concatenate([[1.0], stays[:-1]])
    with np.errstate(divide="ignore"):
        hazard_variance = np.where(risk > every, every / (risk * (risk - every)), 0.0)
    table = pd.DataFrame({"time": at, "at_risk": risk, "open": stays})
    table["open_se"] = stays * np.sqrt(hazard_variance.cumsum())
    for end, count in zip(ends, by_end, strict=True):
        share = np.cumsum(before * count / risk)
        table[f"share_{end}"], table[f"se_{end}"] = share, _standard_error(share, before, count, risk, hazard_variance)
    start = pd.DataFrame([dict.fromkeys(table.columns, 0.0) | {"at_risk": int((entry < 0).sum()), "open": 1.0}])
    return pd.concat([start, table], ignore_index=True) if len(at) else start


def share_by(cases: pd.DataFrame, ends: Sequence[str], moment: float, *, level: float = LEVEL) -> tuple[Estimate, ...]:
    """Give the shares of cases that have come to each end by a moment INCLUSIVE, and the share still open.

    The estimands are P(T ≤ moment, end) of a case taken in, and P(T > moment). Assumes what `incidence` does.

    Parameters
    ----------
    cases, ends
        As for `incidence`: one row per case.
    moment
        In the unit of `time`.
    level
        Confidence level.

    Returns
    -------
    tuple of Estimate
        One per end, named like it, then `open`; 0–1. Missing if no case was watched until the moment and some were
        still open when last seen.

    Raises
    ------
    DataContractError
        As for `incidence`.

    References
    ----------
    Rothman (1978), Journal of Chronic Diseases 31:557: Wilson's interval with the effective number of cases.

    Examples
    --------
    >>> cases = pd.DataFrame({"time": [1, 2, 3, 4], "end": ["done", "done", "open", "open"]})
    >>> [round(each.value, 2) for each in share_by(cases, ["done"], 3)]
    [0.5, 0.5]
    """
    curve = incidence(cases, ends)
    row = curve.loc[curve["time"] <= moment].iloc[-1]
    times = numbers(cases, "time")
    seen = bool(times.max() >= moment or row["open"] == 0)
    # without spread between cases (all or none) those whose fate by the moment is known stand for the effective number
    settled = float((np.isin(cases["end"], list(ends)) | (times >= moment)).sum())
    shares: Floats = np.array([*(row[f"share_{end}"] for end in ends), row["open"]], dtype=float)
    errors: Floats = np.array([*(row[f"se_{end}"] for end in ends), row["open_se"]], dtype=float)
    found = _with_interval(shares, errors, settled, level) * (1.0 if seen else np.nan)
    method = "Aalen–Johansen, Wilson on effective cases"
    return tuple(
        Estimate(name, float(value), float(low), float(high), level, method, len(cases))
        for name, (value, low, high) in zip([*ends, OPEN], found.to_numpy(), strict=True)
    )


def shares_over(
    cases: pd.DataFrame, ends: Sequence[str], moments: Sequence[float], *, level: float = LEVEL
) -> pd.DataFrame:
    """Give the share of cases that have come to the first of the ends by each of some moments, as a curve to draw.

    The estimand is P(T ≤ moment, first end) of a case taken in. Assumes what `incidence` does.

    Parameters
    ----------
    cases, ends
        As for `incidence`, one row per case; the share is that of `ends[0]`.
    moments
        In the unit of `time`, INCLUSIVE.
    level
        Confidence level, of each moment by itself.

    Returns
    -------
    pandas.DataFrame
        One row a moment, in their order: `time`, `at_risk_count` (watched and open just before), `share_pct`,
        `low_pct`, `high_pct`; the shares missing from where no case was watched and some were still open.

    Raises
    ------
    DataContractError
        As for `incidence`.

    References
    ----------
    As `share_by`, of which this is the same at many moments.

    Examples
    --------
    >>> cases = pd.DataFrame({"time": [1, 2, 3, 4], "end": ["done", "done", "open", "open"]})
    >>> shares_over(cases, ["done"], [1, 3])["share_pct"].tolist()
    [25.0, 50.0]
    """
    curve = incidence(cases, ends)
    times, entry = _watched(cases)
    at = np.asarray(moments, dtype=float)
    row = curve.iloc[np.searchsorted(curve["time"].to_numpy(), at, side="right") - 1]
    risk = (entry[:, None] < at).sum(axis=0) - (times[:, None] < at).sum(axis=0)
    settled = (np.isin(cases["end"], list(ends))[:, None] | (times[:, None] >= at)).sum(axis=0).astype(float)
    found = 100 * _with_interval(row[f"share_{ends[0]}"].to_numpy(), row[f"se_{ends[0]}"].to_numpy(), settled, level)
    seen = (at <= times.max()) | (row["open"].to_numpy() == 0)
    names = pd.DataFrame({"time": at, "at_risk_count": risk})
    return names.join(found.where(pd.Series(seen), axis=0))


def _with_interval(shares: Floats, errors: Floats, settled: Floats | float, level: float) -> pd.DataFrame:
    """Give shares (0–1) with Wilson's interval on effective cases, in `share_pct`, `low_pct`, `high_pct` still 0–1."""
    shares = np.clip(shares, 0.0, 1.0)  # sums of many steps miss 0 and 1 by a rounding error
    spread, variance = shares * (1 - shares), errors**2
    known = np.minimum(spread, variance) > ROUNDING
    effective = np.where(known, spread / np.where(known, variance, 1.0), settled)
    return wilson(pd.Series(shares * effective), pd.Series(effective), level=confidence(level)) / 100


def restricted_mean(cases: pd.DataFrame, ends: Sequence[str], horizon: float, *, level: float = LEVEL) -> Estimate:
    """Give the mean time to any of the ends, each case's time counted up to a horizon.

    The estimand is E[min(T, horizon)], the area under the curve of open cases. Assumes what `incidence` does.

    Parameters
    ----------
    cases, ends
        As for `incidence`: one row per case.
    horizon
        In the unit of `time`, above 0.
    level
        Confidence level.

    Returns
    -------
    Estimate
        In the unit of `time`; missing if no case was watched until the horizon and some were still open.

    Raises
    ------
    DataContractError
        As for `incidence`.
    UsageError
        If the horizon is not above 0.

    Notes
    -----
    The variance is that of the estimated mean, Σ (area after t)² d / (n (n − d)), not that of min(T, horizon).

    References
    ----------
    Irwin (1949), Journal of Hygiene 47:188; Royston & Parmar (2013), BMC Medical Research Methodology 13:152.

    Examples
    --------
    >>> cases = pd.DataFrame({"time": [1, 2, 3, 4], "end": ["done", "done", "done", "open"]})
    >>> restricted_mean(cases, ["done"], 4).value
    2.5
    """
    mean, error = _area(cases, ends, horizon)
    width = ndtri((1 + confidence(level)) / 2) * error
    low, high = np.maximum(mean - width, 0.0), np.minimum(mean + width, horizon)
    return Estimate("restricted mean", mean, float(low), float(high), level, "area under Kaplan–Meier", len(cases))


def restricted_mean_difference(
    first: pd.DataFrame, second: pd.DataFrame, ends: Sequence[str], horizon: float, *, level: float = LEVEL
) -> Estimate:
    """Give the restricted mean of the first group less that of the second, independent of it.

    The estimand is E[min(T, horizon)] of the first − that of the second. Unlike a ratio of hazards it keeps its meaning
    where the curves cross. Assumes what `incidence` does, of each group.

    Parameters
    ----------
    first, second
        As the cases of `incidence`: one row per case.
    ends, horizon, level
        As for `restricted_mean`.

    Returns
    -------
    Estimate
        In the unit of `time`; missing if either mean is.

    Raises
    ------
    DataContractError, UsageError
        As for `restricted_mean`.

    References
    ----------
    Uno et al. (2014), Journal of Clinical Oncology 32:2380.

    Examples
    --------
    >>> slow, fast = (pd.DataFrame({"time": days, "end": "done"}) for days in ([2, 4, 6, 8], [1, 2, 3, 4]))
    >>> restricted_mean_difference(slow, fast, ["done"], 10).value
    2.5
    """
    (one, one_error), (other, other_error) = _area(first, ends, horizon), _area(second, ends, horizon)
    width = ndtri((1 + confidence(level)) / 2) * np.hypot(one_error, other_error)
    gap = one - other
    return Estimate(
        "restricted mean difference",
        gap,
        float(gap - width),
        float(gap + width),
        level,
        "areas under Kaplan–Meier",
        len(first) + len(second),
    )


def _area(cases: pd.DataFrame, ends: Sequence[str], horizon: float) -> tuple[float, float]:
    """Give the area under the curve of open cases and its standard error, missing where the curve ends before."""
    if not horizon > 0:
        raise UsageError(f"{horizon!r} is not a horizon", where="horizon", allowed="a time above 0")
    curve = incidence(cases, ends)
    curve = curve[curve["time"] < horizon]
    if numbers(cases, "time").max() < horizon and curve["open"].iloc[-1] > 0:
        return np.nan, np.nan
    area = np.diff([*curve["time"], horizon]) * curve["open"].to_numpy()
    after = area[::-1].cumsum()[::-1]
    # what each time adds to Greenwood's sum; nothing where the last case ended
    relative = (curve["open_se"] / curve["open"].where(curve["open"] > 0)).ffill().to_numpy()
    added = np.diff(relative**2, prepend=0.0)
    return float(area.sum()), float(np.sqrt((after**2 * added).sum()))


def _watched(cases: pd.DataFrame) -> tuple[Floats, Floats]:
    """Give until when and from when each case was watched."""
    times = numbers(cases, "time", least=0)
    entry = numbers(cases, "entry", least=0) if "entry" in cases.columns else np.zeros(len(times))
    # watched from the start: at risk of what happens at time 0 as well
    entry = np.where(entry == 0, -np.inf, entry)
    if (entry >= times).any():
        first = int((entry >= times).argmax())
        raise DataContractError(
            f"A case was watched from {entry[first]:g} to {times[first]:g}",
            where=f"columns 'entry' and 'time', row {cases.index[first]!r}",
            allowed="entry before time",
            next_step="Leave out cases that ended before they were watched.",
        )
    return times, entry


def _counted(times: Floats, at: Floats) -> NDArray[np.intp]:
    ordered = np.sort(times)
    return np.searchsorted(ordered, at, side="right") - np.searchsorted(ordered, at, side="left")


def _standard_error(share: Floats, before: Floats, count: Floats, risk: Floats, hazard_variance: Floats) -> Floats:
    """Give the delta-method standard error of a cumulative incidence at each time."""
    jump = before * count / risk**2
    own = before**2 * (risk - count) * count / risk**3
    total = (
        share**2 * hazard_variance.cumsum()
        - 2 * share * (share * hazard_variance).cumsum()
        + (share**2 * hazard_variance).cumsum()
        + own.cumsum()
        - 2 * (share * jump.cumsum() - (share * jump).cumsum())
    )
    return np.asarray(np.sqrt(np.maximum(total, 0)))
