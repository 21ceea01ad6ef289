"""The door of a method: the columns it asks for, as numpy numbers, or one error that says which row is wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import DataContractError, UsageError

Floats = NDArray[np.float64]


def column(frame: pd.DataFrame, name: str) -> pd.Series:
    """Give a column of a frame that has rows.

    Raises
    ------
    DataContractError
        If it is not there or the frame is empty; the error lists the columns there are.
    """
    if name not in frame.columns:
        there = ", ".join(map(str, frame.columns))
        raise DataContractError(f"Column {name!r} is missing", where=f"columns: {there}", next_step=f"Add {name!r}.")
    if frame.empty:
        raise DataContractError("The table has no rows", where=f"column {name!r}", next_step="Pass at least one row.")
    return frame[name]


def numbers(frame: pd.DataFrame, name: str, *, least: float = -np.inf, most: float = np.inf) -> Floats:
    """Give a column as floats, none missing, all finite and between `least` and `most` INCLUSIVE.

    Raises
    ------
    DataContractError
        Naming the first row that is not.
    """
    values = pd.to_numeric(column(frame, name), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = ~np.isfinite(values) | (values < least) | (values > most)
    if wrong.any():
        first = int(wrong.argmax())
        raise DataContractError(
            f"{frame[name].iloc[first]!r} is not allowed in {name!r}",
            where=f"column {name!r}, row {frame.index[first]!r}",
            allowed=f"a number from {least:g} to {most:g}",
            next_step="Correct or leave out the row.",
        )
    return values


def counts(frame: pd.DataFrame) -> tuple[Floats, Floats]:
    """Give `hits` and `total`: whole numbers, 0 ≤ hits ≤ total.

    Raises
    ------
    DataContractError
        Naming the first row that breaks this.
    """
    hits, total = numbers(frame, "hits", least=0), numbers(frame, "total", least=0)
    wrong = (hits > total) | (hits != np.floor(hits)) | (total != np.floor(total))
    if wrong.any():
        first = int(wrong.argmax())
        raise DataContractError(
            f"{hits[first]:g} of {total[first]:g} is not a count",
            where=f"columns 'hits' and 'total', row {frame.index[first]!r}",
            allowed="whole numbers, 0 ≤ hits ≤ total",
            next_step="Correct or leave out the row.",
        )
    return hits, total


def labels(frame: pd.DataFrame, name: str, *, unique: bool = False) -> list[str]:
    """Give a column as text, none missing; with `unique` none twice.

    Raises
    ------
    DataContractError
        Naming the first row without a name, or the first name that comes again.
    """
    values = column(frame, name)
    wrong = values.isna() | (values.duplicated() if unique else False)
    if wrong.any():
        first = int(wrong.to_numpy().argmax())
        raise DataContractError(
            f"{values.iloc[first]!r} is missing or comes twice in {name!r}",
            where=f"column {name!r}, row {frame.index[first]!r}",
            allowed="one row per name, each with a name" if unique else "a name in every row",
            next_step="Name the row, or add up the rows of one name.",
        )
    return [str(value) for value in values.tolist()]


def at_least(units: list[str], fewest: int) -> None:
    """Refuse fewer units than a method needs.

    Raises
    ------
    DataContractError
        Saying how many there are and how many are needed.
    """
    if len(units) < fewest:
        raise DataContractError(
            f"Too few rows: {len(units)}", allowed=f"{fewest} or more", next_step="Compare more units or leave it out."
        )


def confidence(level: float) -> float:
    """Give a confidence level that is one.

    Raises
    ------
    UsageError
        If it does not lie strictly between 0 and 1.
    """
    if not 0 < level < 1:
        raise UsageError(f"{level!r} is not a confidence level", where="level", allowed="between 0 and 1, as 0.95")
    return float(level)
