"""What was read of the facts: noted while a page is made, so that the next run knows what the page depends on.

Nothing is noted unless `ANALYSIS_READS` names a file: a notebook opened in JupyterLab leaves no trace.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from analysis import paths
from analysis.sources import registry

LOG = "ANALYSIS_READS"
Kind = Literal["table", "counted", "dossiers", "source", "files"]


@dataclass(frozen=True, slots=True, order=True)
class Read:
    """One thing that was read.

    Attributes
    ----------
    kind
        `table`: rows of a facts table; `counted`: rows of a table that indicators have counted from facts; `dossiers`:
        a source's dossiers, their counts, or what their build brought; `source`: a source's description; `files`: the
        names of its files.
    name
        Of the table or source.
    where
        Column and value, sorted; only rows that equal all of them were read. Empty: the whole table.
    period
        Only rows of this period or of one inside it were read. Empty: of any.
    """

    kind: Kind
    name: str
    where: tuple[tuple[str, str], ...] = ()
    period: str = ""

    @property
    def words(self) -> str:
        """Name it for a person."""
        narrowed = [value for _, value in self.where] + ([self.period] if self.period else [])
        kinds = {
            "table": "",
            "counted": "",
            "dossiers": "dossiers of ",
            "source": "description of ",
            "files": "files of ",
        }
        return f"{kinds[self.kind]}{self.name}" + (f" ({', '.join(narrowed)})" if narrowed else "")

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        narrowed = {"where": dict(self.where)} if self.where else {}
        return {"kind": self.kind, "name": self.name, **narrowed, **({"period": self.period} if self.period else {})}

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> Read:
        """Take it from JSON."""
        where = tuple(sorted(written.get("where", {}).items()))
        return cls(written["kind"], written["name"], where, written.get("period", ""))


def note(kind: Kind, name: str, where: Mapping[str, str] | None = None, period: str = "") -> None:
    """Note a read, if this process is asked to."""
    if log := os.environ.get(LOG):
        read = Read(kind, name, tuple(sorted((where or {}).items())), period)
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(json.dumps(read.as_dict(), ensure_ascii=False) + "\n")


@contextlib.contextmanager
def only_note(table: str, where: Mapping[str, str], period: str = "") -> Iterator[None]:
    """Note that some rows of a table were read, whatever of it is read inside the block."""
    note("table", table, where, period)
    log = os.environ.pop(LOG, None)
    try:
        yield
    finally:
        if log is not None:
            os.environ[LOG] = log


def take(kind: Kind, name: str, where: Mapping[str, str]) -> Any:
    """Note a read of a built table and give the rows it takes, as Arrow has them: the ones that `sha256` hashes."""
    note(kind, name, where)
    path = _built(name)
    return _chosen(_table(path, path.stat().st_mtime_ns), tuple(where.items()), "")


def noted(log: Path) -> list[Read]:
    """Give what was noted in a file, each read once, sorted; a read that a wider one covers is left out."""
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    found = {Read.of(json.loads(line)) for line in lines}
    whole = {(read.kind, read.name) for read in found if not read.where and not read.period}
    return sorted(read for read in found if (read.kind, read.name) not in whole or not (read.where or read.period))


def sha256(read: Read) -> str:
    """Hash what a read would give now; empty if there is no such thing any more."""
    if read.kind in ("table", "counted"):
        path = _built(read.name)
        return _rows(path, path.stat().st_mtime_ns, read.where, read.period) if path.exists() else ""
    if read.kind == "dossiers":
        state = paths.PROCESSED / "dossiers_built" / read.name / "build.json"
        return hashlib.sha256(state.read_bytes()).hexdigest() if state.exists() else ""
    if read.kind == "files":
        return hashlib.sha256("\n".join(sorted(registry.read_lock(read.name))).encode()).hexdigest()
    return registry.description_sha256(read.name)


@lru_cache(maxsize=65536)
def _rows(path: Path, modified: int, where: tuple[tuple[str, str], ...], period: str) -> str:
    """Hash rows by their values, so that rows that stay as they were have the hash they had."""
    from pyarrow import csv

    if not where and not period:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    table = _table(path, modified)
    if not dict(where).keys() <= set(table.column_names):
        return ""
    rows = _chosen(table, where, period)
    written = io.BytesIO()
    # all that is there is quoted, so that nothing and the empty text differ; floats come back to the last bit
    csv.write_csv(rows, written, csv.WriteOptions(quoting_style="all_valid"))
    types = "|".join(f"{field.name}:{field.type}" for field in rows.schema)
    return hashlib.sha256(types.encode() + b"\0" + written.getvalue()).hexdigest()


def _chosen(rows: Any, where: tuple[tuple[str, str], ...], period: str) -> Any:
    import pyarrow.compute

    pc: Any = pyarrow.compute  # its functions are made when it is imported
    for column, value in where:
        rows = rows.filter(pc.equal(rows[column], value))
    if period:
        own = rows["period"]
        rows = rows.filter(pc.or_(pc.equal(own, period), pc.starts_with(own, f"{period}-")))
    return rows


def _built(name: str) -> Path:
    return paths.PROCESSED / f"{name}.parquet"


@lru_cache(maxsize=64)
def _table(path: Path, modified: int) -> Any:
    import pyarrow.parquet as pq

    return pq.read_table(path)
