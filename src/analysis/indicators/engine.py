"""Where the counting is done: DuckDB in this process, or Spark by one setting; the expressions are the same."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.errors import SourceUnavailableError, UsageError

ENGINE = "ANALYSIS_ENGINE"
MASTER = "ANALYSIS_SPARK_MASTER"
ENGINES = ("duckdb", "spark")


def chosen() -> str:
    """Give the engine that `ANALYSIS_ENGINE` names, DuckDB if it names none.

    Raises
    ------
    UsageError
        If there is no such engine.
    """
    name = os.environ.get(ENGINE, "duckdb")
    if name not in ENGINES:
        raise UsageError(f"There is no engine {name!r}", where=ENGINE, allowed=", ".join(ENGINES))
    return name


def connect(name: str | None = None) -> Any:
    """Open an Ibis backend.

    Parameters
    ----------
    name
        `duckdb` or `spark`; None for the chosen one. Spark runs where `ANALYSIS_SPARK_MASTER` says (`local[2]`).

    Raises
    ------
    SourceUnavailableError
        If Spark is chosen and PySpark or Java is not installed.
    """
    name = name or chosen()
    import ibis

    if name == "duckdb":
        return ibis.duckdb.connect()
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise SourceUnavailableError(
            "Spark is chosen but PySpark is not installed", where=ENGINE, next_step="pip install -e '.[spark]', Java 17"
        ) from None
    session = (
        SparkSession.builder.master(os.environ.get(MASTER, "local[2]"))
        .appName("analysis")
        # a wall clock has no zone: without this Spark would shift it
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.parquet.inferTimestampNTZ.enabled", "true")
        # a month is a name, as DuckDB reads it
        .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    return ibis.pyspark.connect(session)


def months_of(backend: Any, folder: Path, months: Sequence[str]) -> Any:
    """Give the dossiers received in some months (YYYY-MM) as one Ibis table, with `month` as a column of text."""
    if backend.name == "duckdb":
        files = [str(file) for month in months for file in sorted((folder / f"month={month}").glob("*.parquet"))]
        return backend.read_parquet(files, hive_partitioning=True, hive_types_autocast=False)
    # Spark finds the months by their folders, and reads those asked for only
    table = backend.read_parquet(str(folder), pathGlobFilter="*.parquet")
    return table.filter(table.month.isin(list(months)))
