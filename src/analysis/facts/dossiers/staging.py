"""One pass over an export, straight into months; then the repeated codes are taken out of the months they are in."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd

from analysis.errors import DataContractError
from analysis.facts.dossiers.assembling import SET_ASIDE, register_days, staged
from analysis.sources.cases import Export, Mapping, Unreadable, key_variables, literal

TABLE = "dossiers"
REPEATED = "dossier_key: the code has stood on an earlier row"
_AT_A_TIME = 4_000_000  # keys compared at once: what bounds the memory


def prepare(connection: duckdb.DuckDBPyConnection, mapping: Mapping, key: bytes) -> None:
    """Make a connection ready for `stage`: the working days, the key, rows in any order."""
    register_days(connection, mapping.country)
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    for name, block in key_variables(key).items():
        connection.execute(f"SET VARIABLE {name} = ?", [block])


def stage(
    connection: duckdb.DuckDBPyConnection, mapping: Mapping, export: Export, *, target: Path, file: str, prefix: str
) -> None:
    """Write an export below `target`, a folder a month of receipt and one for the rows that are set aside."""
    connection.register("export_rows", export.stream)
    try:
        connection.execute(
            f"COPY ({staged(mapping, export, file)}) TO {literal(str(target))} "
            f"(FORMAT parquet, PARTITION_BY (month), OVERWRITE_OR_IGNORE, FILENAME_PATTERN '{prefix}_{{i}}')"
        )
    except duckdb.Error as error:
        # the engine's own message may quote a cell
        raise DataContractError(
            f"the file cannot be read to its end ({type(error).__name__})",
            where=f"data/raw/{file}",
            next_step=f"find the place with `analysis fetch --check data/raw/{file}`",
        ) from None
    finally:
        connection.unregister("export_rows")


def set_aside(
    connection: duckdb.DuckDBPyConnection,
    source_id: str,
    months: Path,
    unreadable: Dictionary[str, Sequence[Unreadable]],
) -> pd.DataFrame:
    """Take out of `months` what cannot be dossiers: table, source_id, file, row, reason of each row."""
    aside, found = months / f"month={SET_ASIDE}", []
    if aside.is_dir():
        found.append(connection.sql(f"SELECT file, row, dossier_key AS reason FROM {parquet(aside)}").df())
        for part in aside.iterdir():
            part.unlink()
        aside.rmdir()
    found += [pd.DataFrame(rows, columns=["row", "reason"]).assign(file=file) for file, rows in unreadable.items()]
    if any(months.iterdir()):
        found.append(_take_out_repeated(connection, months).assign(reason=REPEATED))
    rows = pd.concat([each for each in found if len(each)] or found, ignore_index=True)
    rows = rows.assign(table=TABLE, source_id=source_id)[["table", "source_id", "file", "row", "reason"]]
    ordered: pd.DataFrame = rows.astype({"row": "float64"}).sort_values(["file", "row"], ignore_index=True)
    return ordered


def _take_out_repeated(connection: duckdb.DuckDBPyConnection, months: Path) -> pd.DataFrame:
    """Keep each key's first row, by file and row; only months that hold another one are written again."""
    keys = f"SELECT dossier_key, file, row, month FROM {parquet(months)}"
    ((rows,),) = connection.execute(f"SELECT count(*) FROM {parquet(months)}").fetchall()
    parts = rows // _AT_A_TIME + 1
    connection.execute("CREATE TEMP TABLE repeated (file VARCHAR, row INTEGER, month VARCHAR)")
    for part in range(parts):
        # numbers take a fraction of the memory of keys; two keys of one number are told apart at the end
        chosen = f"hash(dossier_key) % {parts} = {part}"
        suspects = f"SELECT hash(dossier_key) FROM {parquet(months)} WHERE {chosen} GROUP BY 1 HAVING count(*) > 1"
        connection.execute(
            f"INSERT INTO repeated SELECT file, row, month FROM ({keys}) WHERE hash(dossier_key) IN ({suspects}) "
            "QUALIFY row_number() OVER (PARTITION BY dossier_key ORDER BY file, row) > 1"
        )
    for (month,) in connection.execute("SELECT DISTINCT month FROM repeated ORDER BY month").fetchall():
        _write_again(connection, months / f"month={month}", month)
    repeated: pd.DataFrame = connection.sql("SELECT file, row FROM repeated").df()
    return repeated


def _write_again(connection: duckdb.DuckDBPyConnection, folder: Path, month: str) -> None:
    before = list(folder.iterdir())
    others = f"(SELECT file, row FROM repeated WHERE month = {literal(month)})"
    whole = f"read_parquet({literal(str(folder / '*.parquet'))}, hive_partitioning = false)"
    unique = literal(str(folder / "unique.part"))
    connection.execute(f"COPY (FROM {whole} ANTI JOIN {others} USING (file, row)) TO {unique} (FORMAT parquet)")
    for part in before:
        part.unlink()
    (folder / "unique.part").replace(folder / "unique.parquet")
    if not connection.execute(f"SELECT count(*) FROM {parquet(folder)}").fetchall()[0][0]:
        (folder / "unique.parquet").unlink()
        folder.rmdir()


def months_in(connection: duckdb.DuckDBPyConnection, months: Path) -> dict[str, int]:
    """Count the rows of each month, from the files' own footers."""
    if not any(months.iterdir()):
        return {}
    counted = f"SELECT month, count(*) FROM {parquet(months)} GROUP BY month ORDER BY month"
    return dict(connection.execute(counted).fetchall())


def parquet(folder: Path) -> str:
    """Write the relation of a month's folder, or of all months of a source, with `month`."""
    pattern = folder / "*.parquet" if folder.name.startswith("month=") else folder / "*" / "*.parquet"
    return f"read_parquet({literal(str(pattern))}, hive_types = {{'month': VARCHAR}})"
