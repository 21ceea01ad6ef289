"""data/raw → data/processed: every facts table as Parquet, the rejected rows, and `build.json` over them."""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis import paths
from analysis.facts import contract
from analysis.facts.dossiers import building as dossiers
from analysis.facts.names import TABLES
from analysis.sources import registry
from analysis.whole_files import write_atomically

BUILD = "build.json"


@dataclass(frozen=True, slots=True)
class Build:
    """What a build made: rows and rejected rows per table, dossiers per source, or that nothing had changed."""

    rows_count: Mapping[str, int]
    rejected_count: int
    changed: bool
    dossiers: Sequence[dossiers.Built] = ()

    @property
    def sentence(self) -> str:
        """Say what was done, in one line."""
        if not self.changed:
            return f"facts: unchanged, {len(self.rows_count)} tables"
        tables = (
            f"facts: {len(self.rows_count)} tables, {sum(self.rows_count.values()):,} rows, "
            f"{self.rejected_count:,} rows set aside in {paths.relative(paths.PROCESSED / 'rejected.parquet')}"
        )
        return "\n".join([tables, *(f"dossiers of {each.sentence}" for each in self.dossiers)])


def inputs(stand_in: dossiers.StandIn | None = None) -> dict[str, str]:
    """Give the sha256 of all that the facts depend on, and which public sources have been fetched.

    Depended on are every lock and description, dated acts, and the code.
    """
    rooms = [paths.PACKAGE / room for room in ("facts", "sources", "calendar")]
    code = [path for room in rooms for path in room.rglob("*") if path.suffix in (".py", ".yml")]
    acts = paths.POLICY.glob("events.yml")  # the list of units ends those of before the merger with its day
    return (
        registry.state()
        | {f"fetched/{source_id}": "present" for source_id in _fetched()}
        | dossiers.inputs()
        | (stand_in.inputs() if stand_in else {})
        | {paths.relative(path): _sha256(path) for path in acts}
        | {
            f"analysis/{path.relative_to(paths.PACKAGE).as_posix()}": _sha256(path)
            for path in sorted([*code, paths.PACKAGE / "fields.py"])
        }
    )


def _fetched() -> list[str]:
    """Give the public sources all of whose files are there; whether they are whole is for `registry.verify` to see."""
    files = {
        each.id: [registry.folder(each.id) / path for path in registry.read_lock(each.id)]
        for each in registry.sources()
        if each.kind == "fetched" and not registry.is_empty(each.id)
    }
    return [source_id for source_id, paths_ in files.items() if all(path.is_file() for path in paths_)]


def ensure(stand_in: dossiers.StandIn | None = None) -> Build:
    """Build the facts if they are missing or if anything they depend on has changed since.

    Raises
    ------
    SourceUnavailableError, DataContractError
        If a raw file was lost or altered, though nothing else has changed.
    """
    path = paths.PROCESSED / BUILD
    if path.exists():
        last = json.loads(path.read_text(encoding="utf-8"))
        if last["inputs"] == inputs(stand_in):
            registry.verify(since=path.stat().st_mtime)
            return Build(_rows(last["tables"]), last["rejected_count"], changed=False)
    return build(stand_in)


def build(stand_in: dossiers.StandIn | None = None) -> Build:
    """Build every facts table anew.

    Each file is replaced at once and `build.json` last, so a build that is cut off is simply done again.

    Raises
    ------
    DataContractError
        If raw bytes do not have their locked hash, a table does not follow its schema, or an export of dossiers is
        not what its mapping says.
    """
    paths.PROCESSED.mkdir(parents=True, exist_ok=True)
    (paths.PROCESSED / BUILD).unlink(missing_ok=True)
    before = inputs(stand_in)
    tables: dict[str, dict[str, int | str]] = {}
    # first the dossiers: the table `dossier_quality` is of them
    cases = dossiers.build_all(stand_in=stand_in)
    rejected = [each.table("rejected") for each in cases]
    for name in TABLES:
        module = importlib.import_module(f"analysis.facts.{name}")
        table = module.build()
        rejected.append(table.rejected)
        tables[name] = {"rows_count": len(table.good), "sha256": _write(table.good, name)}
        # the way out: what a reader will get back from the file
        contract.check(pd.read_parquet(paths.PROCESSED / f"{name}.parquet"), module.SCHEMA, name)
    aside = pd.concat(rejected, ignore_index=True)
    _write(aside, "rejected")
    sources = {
        each.source_id: {"rows_count": each.rows_count, "rejected_count": each.rejected_count, "key": each.key}
        for each in cases
    }
    summary = {"inputs": before, "tables": tables, "dossiers": sources, "rejected_count": len(aside)}
    write_atomically(paths.PROCESSED / BUILD, json.dumps(summary, indent=1, sort_keys=True).encode())
    return Build(_rows(tables), len(aside), changed=True, dossiers=cases)


def _rows(tables: dict[str, dict[str, int | str]]) -> dict[str, int]:
    return {name: int(table["rows_count"]) for name, table in tables.items()}


def _write(frame: pd.DataFrame, name: str) -> str:
    path = paths.PROCESSED / f"{name}.parquet"
    write_atomically(path, frame.to_parquet(index=False))
    return _sha256(path)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
