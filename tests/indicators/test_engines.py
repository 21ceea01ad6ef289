"""DuckDB and Spark count the same."""

from __future__ import annotations

import shutil

import hand_made
import pandas as pd
import pytest
from hand_made import DOSSIERS, LINKED, SOURCE

from analysis import paths
from analysis.errors import SourceUnavailableError, UsageError
from analysis.indicators import counting, counts, engine, values

try:
    import pyspark
except ImportError:
    pyspark = None
needs_spark = pytest.mark.skipif(
    pyspark is None or not shutil.which("java"),
    reason="needs PySpark (pip install -e '.[spark]') and Java 17",
)


def count_with(name: str, folder, monkeypatch) -> dict[str, pd.DataFrame]:
    monkeypatch.setattr(paths, "PROCESSED", folder)
    monkeypatch.setenv(engine.ENGINE, name)
    hand_made.write([*DOSSIERS, *LINKED])
    assert counts.ensure() == 2
    return {table: counts.load(table, SOURCE) for table in counting.TABLES}


@pytest.mark.spark
@needs_spark
@pytest.mark.filterwarnings("ignore")  # PySpark leaves sockets to the collector
def test_spark_counts_as_duckdb_does(tmp_path, monkeypatch) -> None:
    duck = count_with("duckdb", tmp_path / "duckdb", monkeypatch)
    quantile = values("processing_days_p90", source_id=SOURCE, period="all")["value"].item()
    spark = count_with("spark", tmp_path / "spark", monkeypatch)
    for table in counting.TABLES:
        pd.testing.assert_frame_equal(duck[table], spark[table], check_dtype=False)
    assert values("processing_days_p90", source_id=SOURCE, period="all")["value"].item() == pytest.approx(
        quantile, abs=1e-6
    )


def test_an_engine_that_is_not_there_is_named(monkeypatch) -> None:
    monkeypatch.setenv(engine.ENGINE, "oracle")
    with pytest.raises(UsageError, match="oracle") as error:
        engine.chosen()
    assert "duckdb, spark" in error.value.allowed
    if pyspark is None:
        with pytest.raises(SourceUnavailableError, match="PySpark is not installed"):
            engine.connect("spark")
