"""Exports of cases → Parquet by month of receipt, in a stream; what is unchanged is kept."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import shutil
from dataclasses import asdict, dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Protocol

import duckdb
import pandas as pd

from analysis import paths
from analysis.errors import DataContractError
from analysis.facts.dossiers import EXPORTED, REQUIRED, folder
from analysis.facts.dossiers.quality import checks
from analysis.facts.dossiers.staging import months_in, prepare, set_aside, stage
from analysis.sources import registry
from analysis.sources.cases import SUFFIXES, Mapping, Unreadable, of_source, open_export

KEY = "ANALYSIS_HASH_KEY"
MEMORY = "2GB"  # of the engine, whatever the size of the export; what does not fit goes through the disk


@dataclass(frozen=True, slots=True)
class Built:
    """The dossiers of one source: rows taken, rows set aside, rows by month, and what they were built from.

    `key` tells whose key the codes were hashed with: `environment`, or `random` (no other build gives the same).
    """

    source_id: str
    rows_count: int
    rejected_count: int
    months: dict[str, int]
    key: str
    inputs: dict[str, str]

    @property
    def sentence(self) -> str:
        """Say what was built, in one line."""
        key = "" if self.key == "environment" else f"; codes hashed with a random key, set {KEY} for one that lasts"
        return f"{self.source_id}: {self.rows_count:,} dossiers, {self.rejected_count:,} rows set aside{key}"

    def table(self, name: str) -> pd.DataFrame:
        """Read `rejected` or `quality` of this source."""
        return pd.read_parquet(state_folder(self.source_id) / f"{name}.parquet")


class StandIn(Protocol):
    """What is shown where no province has brought its dossiers; the simulation is one."""

    def inputs(self) -> dict[str, str]:
        """Give the hashes of all that it is made from."""

    def ensure(self) -> Built:
        """Give its dossiers, made anew only if something they are made from has changed."""


def mapped_sources() -> list[str]:
    """Give the sources that have a mapping and whose files are on this machine."""
    return [each.id for each in registry.sources() if each.mapping is not None and registry.is_fetched(each.id)]


def inputs() -> dict[str, str]:
    """Give what the dossiers depend on besides locks, descriptions and code: lists, the key, which files are there."""
    return {f"dossiers/{source_id}": "present" for source_id in mapped_sources()} | _shared()


def build_all(*, stand_in: StandIn | None = None) -> list[Built]:
    """Build the dossiers of every source that has a mapping and its files; those of other sources are dropped.

    Parameters
    ----------
    stand_in
        Makes dossiers that stand in for a province's, when none of the sources is one's own.

    Raises
    ------
    DataContractError
        Bytes are not the locked ones, or a file is not what its mapping says.
    """
    key = os.environ.get(KEY, "").encode() or secrets.token_bytes(32)
    built = [ensure_source(source_id, key) for source_id in mapped_sources()]
    if stand_in is not None and all(registry.source(each.source_id).province is None for each in built):
        built.append(stand_in.ensure())
    kept = {each.source_id for each in built}
    for left in [*folder("any").parent.glob("source_id=*"), *state_folder("any").parent.glob("*")]:
        if left.name.removeprefix("source_id=") not in kept:
            shutil.rmtree(left)
    return built


def last_built() -> list[Built]:
    """Give what lies below `data/processed/dossiers`, by source."""
    states = sorted(state_folder("any").parent.glob("*/build.json"))
    return [Built(**json.loads(state.read_text(encoding="utf-8"))) for state in states]


def ensure_source(source_id: str, key: bytes) -> Built:
    """Give a source's dossiers, built anew only if its files, its mapping, the key or the code have changed."""
    state = state_folder(source_id) / "build.json"
    if state.exists():
        last = Built(**json.loads(state.read_text(encoding="utf-8")))
        if last.inputs == _inputs(source_id) and all(folder(source_id, month).is_dir() for month in last.months):
            return last
    return build_source(source_id, key)


def build_source(source_id: str, key: bytes) -> Built:
    """Build a source's dossiers anew: months in a folder of their own first, then put in place at once.

    Raises
    ------
    DataContractError
        As `build_all`.
    """
    mapping = of_source(registry.source(source_id), known=EXPORTED, required=REQUIRED)
    state, before = state_folder(source_id), _inputs(source_id)
    shutil.rmtree(state, ignore_errors=True)
    months_folder = state / "months"
    months_folder.mkdir(parents=True)
    try:
        with duckdb.connect(config={"temp_directory": str(state / "spill"), "memory_limit": MEMORY}) as connection:
            prepare(connection, mapping, key)
            unreadable = _stage_files(connection, source_id, mapping, months_folder)
            rejected = set_aside(connection, source_id, months_folder, unreadable)
            months = months_in(connection, months_folder)
            quality = checks(connection, source_id, months_folder, rejected)
        _put_in_place(months_folder, folder(source_id))
    finally:
        shutil.rmtree(months_folder, ignore_errors=True)
        shutil.rmtree(state / "spill", ignore_errors=True)
    rejected.to_parquet(state / "rejected.parquet", index=False)
    quality.to_parquet(state / "quality.parquet", index=False)
    hashed_with = "environment" if os.environ.get(KEY) else "random"
    built = Built(source_id, sum(months.values()), len(rejected), months, hashed_with, before)
    (state / "build.json").write_text(json.dumps(asdict(built), indent=1), encoding="utf-8")
    return built


def _stage_files(
    connection: duckdb.DuckDBPyConnection, source_id: str, mapping: Mapping, target: Path
) -> dict[str, list[Unreadable]]:
    """Stream every file of a source into its months; give the rows of each that could not be read at all."""
    unreadable = {}
    for number, path in enumerate(_files(source_id, mapping)):
        file = f"{source_id}/{path}"
        export = open_export(registry.verified_path(source_id, path), mapping, where=f"data/raw/{file}")
        stage(connection, mapping, export, target=target, file=file, prefix=str(number))
        unreadable[file] = export.unreadable
    return unreadable


def _files(source_id: str, mapping: Mapping) -> list[str]:
    locked = sorted(registry.read_lock(source_id))
    patterns = mapping.files or [f"*{suffix}" for suffix in SUFFIXES]
    chosen = [path for path in locked if any(fnmatch(path.lower(), pattern.lower()) for pattern in patterns)]
    if not chosen:
        raise DataContractError(
            "none of the source's locked files holds cases",
            where=f"data/raw/{source_id}/source.yml, mapping, files",
            allowed=", ".join(locked[:12]),
            next_step=f"mend `files`, or run `analysis lock {source_id}` if the export is new",
        )
    return chosen


def _put_in_place(made: Path, final: Path) -> None:
    final.parent.mkdir(parents=True, exist_ok=True)
    old = made.with_name("old")
    if final.exists():
        final.replace(old)
    made.replace(final)
    shutil.rmtree(old, ignore_errors=True)


def state_folder(source_id: str) -> Path:
    """Give where it is kept what a source's dossiers were built from, and what was set aside or odd."""
    return paths.PROCESSED / "dossiers_built" / source_id


def _inputs(source_id: str) -> dict[str, str]:
    """Give the hashes of all that a source's dossiers are built from."""
    described = {name: sha256 for name, sha256 in registry.state().items() if f"/{source_id}/" in name}
    places = [paths.PACKAGE / place for place in ("facts/dossiers", "sources/cases", "calendar")]
    code = [paths.PACKAGE / "fields.py", *(file for place in places for file in sorted(place.rglob("*.py")))]
    return described | {str(file.relative_to(paths.PACKAGE)): _sha256(file) for file in code} | _shared()


def _shared() -> dict[str, str]:
    lists = [*sorted((paths.REFERENCE / "mappings").glob("*.yml")), paths.REFERENCE / "working_day_overrides.yml"]
    return {paths.relative(file): _sha256(file) for file in lists} | {KEY: _key_check()}


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _key_check() -> str:
    """Tell one key from another without giving it away."""
    key = os.environ.get(KEY, "").encode()
    return hmac.digest(key, b"analysis", "sha256").hex()[:8] if key else "random"
