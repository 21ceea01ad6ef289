"""Counts by ward told by the wards of the other side of the merger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from analysis.errors import DataContractError, UsageError
from analysis.units.additive import SHOWN, check_columns
from analysis.units.tables import load

OLD, NEW = "old_ward_code", "new_ward_code"
TOLERANCE = 1e-12


def rebase(
    frame: pd.DataFrame,
    *,
    columns: Sequence[str],
    to: Literal["new", "old"] = "new",
    crosswalk: pd.DataFrame | None = None,
    shares: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Tell counts of old wards by the new ones, or counts of new wards by the old ones.

    Parameters
    ----------
    frame
        `old_ward_code` (to `new`) or `new_ward_code` (to `old`), the counts, and any keys of the series beside them
        (month, procedure, channel). A ward without a row has nothing to add; where its count is not known, give it a
        row with a missing count.
    columns
        The counts: columns ending in `_count` or `_vnd` whose sum over wards is the figure of the wards together.
    to
        The side to tell them by.
    crosswalk
        `old_ward_code`, `new_ward_code`, `weight` (share of the old ward that went there); by default the facts table
        `unit_crosswalk`.
    shares
        Only to `old`: counts of before the merger, `old_ward_code` and `columns`, of every old ward that the new ones
        in `frame` were made of; several rows of a ward are added up. A count of a new ward is divided as this count
        was spread then. Not needed where every new ward was made of one old ward.

    Returns
    -------
    pandas.DataFrame
        One row per ward of the other side and combination of keys, sorted by them; `columns` as floats, not rounded,
        so that totals stay and ratios can still be made. A count is missing where one of its parts is.

    Raises
    ------
    UsageError
        If a column is no sum (a ratio, median, score or count of different things), a code is unknown, a `month` or
        `period` does not lie on the frame's side of the merger, or the shares needed are not given.
    DataContractError
        If the weights of an old ward do not add up to 1.
    SourceUnavailableError
        If the crosswalk is not there.
    """
    if to not in ("new", "old"):
        raise UsageError(f"Counts cannot be re-based to {to!r}", allowed="new, old")
    here, there = (OLD, NEW) if to == "new" else (NEW, OLD)
    check_columns(frame, columns, here)
    links = _links(load("unit_crosswalk") if crosswalk is None else crosswalk)
    if unknown := sorted(set(frame[here].fillna("(missing)")) - set(links[here])):
        raise UsageError(
            f"The crosswalk does not know {len(unknown)} codes",
            where=f"{here}: {', '.join(map(str, unknown[:SHOWN]))}",
            allowed="official codes as text with their zeros, of that side of 1 July 2025",
        )
    links = links[links[here].isin(frame[here])]
    weights = links[[OLD, NEW]].assign(**{_weight(column): links["weight"] for column in columns})
    if to == "old":
        weights = _back(links, frame, columns, shares)
    keys = [column for column in frame.columns if column not in (here, *columns)]
    parts = frame.merge(weights, on=here).sort_values([*keys, there, here], ignore_index=True)
    for column in columns:
        parts[column] = parts[column].astype("float64") * parts[_weight(column)]
    order = [there if column == here else column for column in frame.columns]
    grouped = parts.groupby([there, *keys], dropna=False)[list(columns)]
    return grouped.sum(skipna=False).reset_index()[order]


def _links(crosswalk: pd.DataFrame) -> pd.DataFrame:
    links = crosswalk[[OLD, NEW, "weight"]]
    off = links.groupby(OLD)["weight"].sum().sub(1).abs()
    if not (off <= TOLERANCE).all():
        wards = off.index[~(off <= TOLERANCE)].astype("str")
        raise DataContractError(
            "The weights of an old ward do not add up to 1", where=f"{OLD}: {', '.join(wards[:SHOWN])}", allowed="1"
        )
    return links


def _back(
    links: pd.DataFrame, frame: pd.DataFrame, columns: Sequence[str], shares: pd.DataFrame | None
) -> pd.DataFrame:
    """Weigh each old ward within the new one by what it brought into it, count by count."""
    weights = links[[OLD, NEW]].copy()
    alone = ~links[NEW].duplicated(keep=False)
    brought = _brought(links[~alone], columns, shares)
    for column in columns:
        part = links["weight"] * links[OLD].map(brought[column])
        total = part.groupby(links[NEW]).transform("sum", skipna=False)
        nothing = ~alone & (total == 0)
        counted = frame[frame[column].fillna(0) != 0][NEW]
        if (stuck := nothing & links[NEW].isin(counted)).any():
            raise UsageError(
                f"{column} cannot be divided: its shares of before the merger are all 0",
                where=f"{NEW}: {', '.join(links.loc[stuck, NEW].unique()[:SHOWN])}",
                next_step="give shares over a longer time, or leave these wards on the new side",
            )
        weights[_weight(column)] = (part / total).mask(nothing, 0.0).mask(alone, 1.0)
    return weights


def _brought(links: pd.DataFrame, columns: Sequence[str], shares: pd.DataFrame | None) -> pd.DataFrame:
    if links.empty:
        return pd.DataFrame(columns=list(columns), dtype="float64")
    if shares is None or not {OLD, *columns} <= set(shares.columns):
        raise UsageError(
            f"{links[NEW].nunique()} new wards were made of several old ones: no crosswalk says how a count of today "
            "is spread over them",
            allowed=f"shares= a frame of counts before the merger with {OLD}, {', '.join(columns)}",
            next_step="give it, or compare both sides by the new wards: rebase(…, to='new')",
        )
    brought = shares.groupby(OLD)[list(columns)].sum(skipna=False)
    if without := sorted(set(links[OLD]) - set(brought.index)):
        raise UsageError(
            f"shares has no row of {len(without)} old wards that the new ones were made of",
            where=f"{OLD}: {', '.join(without[:SHOWN])}",
            next_step="give their counts before the merger; 0 where there were none",
        )
    return brought


def _weight(column: str) -> str:
    return f"weight of {column}"
