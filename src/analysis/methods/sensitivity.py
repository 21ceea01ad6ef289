"""Which of its inputs the spread of a computed figure comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from scipy.stats import sobol_indices, uniform

from analysis.errors import UsageError
from analysis.methods.intake import Floats


def sensitivity(
    function: Callable[[Floats], Floats],
    ranges: Mapping[str, tuple[float, float]],
    *,
    draws: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Split the variance of a computed figure over what it is computed from: Sobol indices.

    The estimands are, for each input, the share of the figure's variance that goes if the input is known (`first
    order`) and the share that stays as long as it alone is not known (`total`). Where they differ, inputs work through
    one another. Assumes the inputs independent and each value of a range as likely as any other.

    Parameters
    ----------
    function
        Takes the inputs, one row per input and one column per draw, and gives one value per draw.
    ranges
        Per input its lowest and highest value, in the input's unit.
    draws
        A power of 2; the function is computed for that many times the inputs and two more.
    rng
        Draws the inputs.

    Returns
    -------
    pandas.DataFrame
        One row per input, in the order of `ranges`: `input`, `first_order`, `total` (shares of 1; by chance of the
        draws a little outside of 0–1).

    Raises
    ------
    UsageError
        If a range is empty or `draws` is not a power of 2.

    References
    ----------
    Sobol (2001), Mathematics and Computers in Simulation 55:271; Saltelli et al. (2010), Computer Physics
    Communications 181:259 (the estimators); Ishigami & Homma (1990), the test function.

    Examples
    --------
    >>> hours_saved = lambda inputs: inputs[0] * inputs[1]
    >>> ranges = {"dossiers": (900.0, 1100.0), "hours each": (1.0, 3.0)}
    >>> found = sensitivity(hours_saved, ranges, draws=1024, rng=np.random.default_rng(1))
    >>> found["first_order"].round(2).tolist()
    [0.04, 0.96]
    """
    empty = [name for name, (low, high) in ranges.items() if not low < high]
    if empty or not ranges:
        raise UsageError("A range is empty", where=", ".join(empty) or "ranges", allowed="lowest below highest")
    if draws < 2 or draws & (draws - 1):
        raise UsageError(f"{draws} is not a power of 2", where="draws", allowed="512, 1024, …")
    spread = [uniform(low, high - low) for low, high in ranges.values()]
    found = sobol_indices(func=function, n=draws, dists=spread, rng=rng)
    return pd.DataFrame({"input": list(ranges), "first_order": found.first_order, "total": found.total_order})
