"""Rows of the dossiers as built, for methods that need cases instead of counts."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as datasets

from analysis.errors import SourceUnavailableError, UsageError
from analysis.facts import reads
from analysis.facts.dossiers import COLUMNS, SCHEMA, folder
from analysis.sources import registry

HOME = "VN"


def read(source_id: str, columns: Sequence[str], *, first: str | None = None, last: str | None = None) -> pd.DataFrame:
    """Read columns of a source's dossiers, one row a dossier, by month of receipt.

    Parameters
    ----------
    columns
        Of `analysis.facts.dossiers.COLUMNS`, or `month` (of receipt).
    first, last
        Months of receipt (YYYY-MM), both INCLUSIVE; None: from the first, to the last.

    Raises
    ------
    UsageError
        If there is no such column.
    SourceUnavailableError
        If the source has no dossiers in the last build.
    """
    reads.note("dossiers", source_id)
    if unknown := set(columns) - {*COLUMNS, "month"}:
        raise UsageError(f"Dossiers have no {', '.join(sorted(unknown))}", allowed=", ".join((*COLUMNS, "month")))
    months = sorted(path.name.removeprefix("month=") for path in folder(source_id).glob("month=*"))
    if not months:
        raise SourceUnavailableError(
            f"{source_id} has no dossiers in the last build", where=folder(source_id).name, next_step="`analysis build`"
        )
    chosen = [month for month in months if (first or month) <= month <= (last or month)]
    empty = SCHEMA.empty_table().append_column("month", pa.array([], pa.string())).select(list(columns))
    # put together before they become a frame, which for many short months takes longer than reading them
    whole: pd.DataFrame = pa.concat_tables(
        [empty, *(_month(source_id, month, columns) for month in chosen)]
    ).to_pandas()
    return whole


def _month(source_id: str, month: str, columns: Sequence[str]) -> pa.Table:
    rows = datasets.dataset(folder(source_id, month), format="parquet", schema=SCHEMA)
    table = rows.to_table(columns=[name for name in columns if name != "month"])
    return table.append_column("month", pa.repeat(pa.scalar(month), len(table))).select(list(columns))


def country(source_id: str) -> str:
    """Give the country (ISO 3166-1) whose working days a source's dossiers are counted in."""
    reads.note("source", source_id)
    mapping = registry.source(source_id).mapping
    return str(mapping.get("country", HOME)) if mapping else HOME
