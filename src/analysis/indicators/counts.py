"""Counts of every source's dossiers, kept by month: a month whose dossiers have not changed is not counted again."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis import paths
from analysis.errors import SourceUnavailableError, UsageError
from analysis.facts import reads
from analysis.facts.dossiers import folder
from analysis.indicators import counting, engine
from analysis.whole_files import write_atomically

AT_ONCE = 1_000_000


def ensure() -> int:
    """Count the months of every source that are new or have changed, and drop those that are gone.

    Returns
    -------
    int
        How many months were counted.
    """
    there = {path.name.removeprefix("source_id=") for path in folder("any").parent.glob("source_id=*")}
    for left in _folder("any").parent.glob("source_id=*"):
        if left.name.removeprefix("source_id=") not in there:
            shutil.rmtree(left)
    return sum(ensure_source(source_id) for source_id in sorted(there))


def ensure_source(source_id: str) -> int:
    """Count the months of one source that are new or have changed; give how many.

    Every table of `counting.TABLES` is one Parquet file a month below
    `data/processed/indicator_counts/source_id=…/<table>/`; a month's state is written last.
    """
    wanted = {path.name.removeprefix("month="): path for path in sorted(folder(source_id).glob("month=*"))}
    states = {path.stem: path for path in (_folder(source_id) / "state").glob("*.json")}
    for month in states.keys() - wanted.keys():
        _drop(source_id, month)
    due = {
        month: key
        for month, path in wanted.items()
        if (key := _key(path)) != (json.loads(states[month].read_text()) if month in states else "")
    }
    if due:
        backend = engine.connect()
        for some in together({month: wanted[month] for month in sorted(due)}):
            _count(backend, source_id, {month: due[month] for month in some})
    return len(due)


def load(table: str, source_id: str) -> pd.DataFrame:
    """Read the counts of a source.

    Parameters
    ----------
    table
        One of `counting.TABLES`.
    source_id
        The dossiers' source.

    Returns
    -------
    pandas.DataFrame
        A copy; rows and columns as the function of that name in `counting` gives, all months.

    Raises
    ------
    UsageError
        If there is no such table or source; the error lists those there are.
    SourceUnavailableError
        If nothing has been counted yet.
    """
    if table not in counting.TABLES:
        raise UsageError(f"There is no table of counts {table!r}", allowed=", ".join(counting.TABLES))
    reads.note("dossiers", source_id)
    place = _folder(source_id) / table
    if not place.is_dir():
        known = sorted(path.name.removeprefix("source_id=") for path in place.parents[1].glob("source_id=*"))
        if not known:
            raise SourceUnavailableError("No dossiers have been counted", next_step="run `analysis build`")
        raise UsageError(f"There are no counts of the source {source_id!r}", allowed=", ".join(known))
    # a month is put in place and dropped by name, which its folder notes
    return _read(place, place.stat().st_mtime_ns).copy(deep=False)


@cache
def _read(place: Path, modified: int) -> pd.DataFrame:
    months = [pq.ParquetFile(path).read() for path in sorted(place.glob("*.parquet"))]
    # counted apart, months need not agree on a type, such as that of a column without a value
    whole: pd.DataFrame = pa.concat_tables(months, promote_options="permissive").to_pandas()
    return whole


def together(months: dict[str, Path]) -> Iterator[list[str]]:
    """Put months together up to a limit of dossiers: few questions to the engine, and memory that does not grow."""
    some: list[str] = []
    held = 0
    for month, path in months.items():
        rows = sum(pq.read_metadata(file).num_rows for file in path.glob("*.parquet"))
        if some and held + rows > AT_ONCE:
            yield some
            some, held = [], 0
        some.append(month)
        held += rows
    yield some


def _count(backend: object, source_id: str, keys: dict[str, str]) -> None:
    table = engine.months_of(backend, folder(source_id), list(keys))
    for name, expression in counting.TABLES.items():
        frame = expression(table).to_pyarrow().to_pandas()
        columns = [column for column in frame.columns if not column.endswith("_count")]
        # the engines give rows in any order
        frame = frame.sort_values(columns, ignore_index=True)
        for month in keys:
            rows = frame[frame["month"] == month]
            write_atomically(_folder(source_id) / name / f"{month}.parquet", rows.to_parquet(index=False))
    for month, key in keys.items():
        write_atomically(_folder(source_id) / "state" / f"{month}.json", json.dumps(key).encode())


def _drop(source_id: str, month: str) -> None:
    for path in _folder(source_id).glob(f"*/{month}.*"):
        path.unlink()


def _key(month: Path) -> str:
    """Hash what a month's counts are made from: its dossiers, the expressions and the engine."""
    digest = hashlib.sha256((Path(__file__).parent / "counting.py").read_bytes() + engine.chosen().encode())
    for path in sorted(month.glob("*.parquet")):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _folder(source_id: str) -> Path:
    return paths.PROCESSED / "indicator_counts" / f"source_id={source_id}"
