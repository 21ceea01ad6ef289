"""Tables as built: `facts.load("portal_progress")`. No ratio, no adjustment, no aggregate.

`TABLES` lists them; `only` loads the rows of a province or period; `dossier_rows` gives single dossiers, which are too
many to load whole; `provenance` leads from a frame back to its files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import pandas as pd

from analysis import paths
from analysis.errors import SourceUnavailableError, UsageError
from analysis.facts import reads
from analysis.facts.arrivals import arrivals
from analysis.facts.dossiers.reading import read as dossier_rows
from analysis.facts.names import TABLES
from analysis.facts.provenance import described, dossiers_brought, fetched, provenance, provenance_of

__all__ = [
    "TABLES",
    "arrivals",
    "described",
    "dossier_rows",
    "dossiers_brought",
    "fetched",
    "having",
    "load",
    "only",
    "provenance",
    "provenance_of",
    "published",
    "rejected",
]


def __dir__() -> list[str]:
    return __all__


@cache
def _read(path: str, modified: float) -> pd.DataFrame:
    return pd.read_parquet(path)


def load(table: str) -> pd.DataFrame:
    """Read a facts table.

    Parameters
    ----------
    table
        One of `facts.TABLES`, or `rejected`: the rows that were set aside while building.

    Returns
    -------
    pandas.DataFrame
        A copy; grain and columns are those of the module `analysis.facts.<table>`.

    Raises
    ------
    UsageError
        If there is no such table; the error lists those there are.
    SourceUnavailableError
        If the facts have not been built yet.
    """
    reads.note("table", table)
    if table not in (*TABLES, "rejected"):
        raise UsageError(f"There is no facts table {table!r}", allowed=", ".join((*TABLES, "rejected")))
    path = paths.PROCESSED / f"{table}.parquet"
    if not path.exists():
        raise SourceUnavailableError(
            f"The facts table {table} has not been built",
            where=paths.relative(path),
            next_step="run `analysis build`",
        )
    return _read(str(path), path.stat().st_mtime).copy(deep=False)


def having(table: str, *, period: str = "", **values: str) -> pd.DataFrame:
    """Read the rows of a table whose columns equal `values`; there may be none.

    A page made from them alone is made again only when one of these rows changes.

    Parameters
    ----------
    period
        Only rows of this period and of those inside it (2026, 2026-Q3, 2026-08); empty: of any.
    """
    with reads.only_note(table, values, period):
        frame = load(table)
    for column, value in values.items():
        frame = frame[frame[column] == value]
    if period:
        frame = frame[(frame["period"] == period) | frame["period"].str.startswith(f"{period}-")]
    return frame.reset_index(drop=True)


def only(table: str, **values: str) -> pd.DataFrame:
    """Read the rows of a table whose columns equal `values`.

    Raises
    ------
    UsageError
        If no row has a given value; the error lists the values there are.
    """
    with reads.only_note(table, values):
        frame = load(table)
    for column, value in values.items():
        chosen = frame[frame[column] == value]
        if chosen.empty:
            there = frame[column].drop_duplicates().sort_values()
            raise UsageError(
                f"{table} has no row with {column} = {value!r}",
                allowed=", ".join(map(str, there.head(12))) + (" …" if len(there) > 12 else ""),
                next_step="choose one of these, or fetch it: `analysis fetch portal --province CODE --from YYYY-MM "
                "--to YYYY-MM`, then `analysis build`",
            )
        frame = chosen
    return frame.reset_index(drop=True)


def rejected(sources: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Read the rows of these sources (as `provenance` gives them) that were set aside while building."""
    return pd.concat([having("rejected", source_id=source["id"]) for source in sources], ignore_index=True)


def published(table: str, *, until: str) -> pd.DataFrame:
    """Read a table of published figures up to a period (INCLUSIVE); a figure without a date is kept.

    Parameters
    ----------
    table
        A facts table with a column `period`, `month` or `decision_date`, or with none of them (kept whole).
    until
        A year, or any prefix of an ISO date.
    """
    frame = load(table)
    when = next((name for name in ("period", "month", "decision_date") if name in frame), None)
    if when is None:
        return frame
    return frame[frame[when].isna() | (frame[when].str[: len(until)] <= until)].reset_index(drop=True)
