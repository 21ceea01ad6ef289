"""Write a simulated province: its dossiers by month, and the truth beside them."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.calendar import day_index
from analysis.errors import UsageError
from analysis.facts.dossiers import COLUMNS, SCHEMA
from analysis.simulation import adoption, dossiers, province, tables
from analysis.simulation.law import NEVER, NEVER_FULL
from analysis.simulation.province import MONTHS
from analysis.simulation.scenario import SOURCE_ID, Scenario

CHUNK = 250_000
FEWEST = 10_000
SEASON = (1.05, 0.85, 1.08, 1.03, 1.02, 1.04, 1.05, 1.03, 1.00, 1.02, 1.03, 0.98)
TRUTH = "truth.json"


class Simulated(NamedTuple):
    """What was written: the folder of the dossiers, how many in each month, and the truth that made them."""

    folder: Path
    months: dict[str, int]
    truth: dict[str, Any]

    @property
    def dossiers_count(self) -> int:
        """Count all of them."""
        return sum(self.months.values())

    @property
    def truth_file(self) -> Path:
        """Give the file that says what is true."""
        return self.folder / TRUTH


class _Job(NamedTuple):
    month_index: int
    cases_count: int
    seed: np.random.SeedSequence
    folder: Path


def simulate(
    *, dossiers_count: int, seed: int, into: Path, workers: int = 1, scenario: Scenario | None = None
) -> Simulated:
    """Simulate a province, January 2023 to September 2026.

    Parameters
    ----------
    dossiers_count
        About so many dossiers; linked cases, of three dossiers each, come on top.
    seed
        The same seed gives the same bytes, whatever the number of workers.
    into
        Folder that gets `source_id=simulated/month=YYYY-MM/part-0.parquet` (the contract of `facts.dossiers`),
        beside its months `truth.json`, `_units.parquet` and `_procedures.parquet`; what an earlier simulation left
        there is replaced.
    workers
        Processes.
    scenario
        What is to be true; None for the shipped one.

    Returns
    -------
    Simulated
        With the truth as written.

    Raises
    ------
    UsageError
        If fewer than 10,000 dossiers are asked for: the shares would be noise.
    """
    if dossiers_count < FEWEST:
        raise UsageError(
            f"{dossiers_count} dossiers are too few for a province", where="--dossiers", allowed=f"{FEWEST} or more"
        )
    # a stream of its own: what the law does, and the tables, change no other draw
    law = np.random.default_rng([seed, 1])
    world, monthly = _world(scenario or Scenario(), seed, law=law)
    folder = into / f"source_id={SOURCE_ID}"
    aside = into / f".simulating-{os.getpid()}"
    jobs = _jobs(dossiers_count, monthly, aside)
    try:
        counts = list(_run(world, jobs, workers))
        months = {str(month): count for month, count in zip(MONTHS, counts, strict=True)}
        world.province.units.to_parquet(aside / "_units.parquet", index=False)
        world.province.procedures.to_parquet(aside / "_procedures.parquet", index=False)
        tables.write(world.province, law, aside / "tables")
        truth = _truth(world, seed, sum(counts))
        (aside / TRUTH).write_text(json.dumps(truth, indent=1, ensure_ascii=False, sort_keys=True), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Simulated(folder, months, truth)


def _world(
    scenario: Scenario, seed: int, *, law: np.random.Generator
) -> tuple[dossiers.World, list[np.random.SeedSequence]]:
    root = np.random.SeedSequence(seed)
    fixed, *monthly = root.spawn(1 + len(MONTHS))
    rng = np.random.default_rng(fixed)
    made = province.make(scenario, rng, law=law)
    online = adoption.online_sample(scenario, made, rng)
    plain = adoption.plain_sample()
    curves = {
        "online": adoption.logits(scenario.online, online),
        **{name: adoption.logits(getattr(scenario, name), plain) for name in ("e_result", "digitised", "paid_online")},
    }
    return dossiers.World(scenario, made, curves), monthly


def _jobs(dossiers_count: int, monthly: list[np.random.SeedSequence], folder: Path) -> list[_Job]:
    """Share the dossiers out over the months: working days, season and growth."""
    growth = (1 + Scenario().growth_per_year) ** (np.arange(len(MONTHS)) / 12)
    working = [
        day_index(month.start_time.date(), month.end_time.date())["working"].astype(int).sum() for month in MONTHS
    ]
    weight = growth * np.array(working) * np.array([SEASON[month.month - 1] for month in MONTHS])
    ends = np.rint(dossiers_count * np.cumsum(weight) / weight.sum()).astype(int)
    counts = np.diff(ends, prepend=0)
    return [
        _Job(index, int(count), seed, folder) for index, (count, seed) in enumerate(zip(counts, monthly, strict=True))
    ]


def _run(world: dossiers.World, jobs: list[_Job], workers: int) -> Iterator[int]:
    if workers == 1:
        for job in jobs:
            yield _write_month(world, job)
        return
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(_write_month, [world] * len(jobs), jobs)


def _write_month(world: dossiers.World, job: _Job) -> int:
    """Write one month in pieces, so that memory does not grow with the number of dossiers."""
    folder = job.folder / f"month={MONTHS[job.month_index]}"
    folder.mkdir(parents=True)
    written = 0
    pieces = -(-job.cases_count // CHUNK)
    with pq.ParquetWriter(folder / "part-0.parquet", SCHEMA, compression="zstd") as writer:
        for piece, seed in enumerate(job.seed.spawn(pieces)):
            count = min(CHUNK, job.cases_count - piece * CHUNK)
            rng = np.random.default_rng(seed)
            frame = dossiers.received(world, job.month_index, count, rng).sort_values("received_at", ignore_index=True)
            writer.write_table(_table(frame, f"{MONTHS[job.month_index]}-{piece}", written))
            written += len(frame)
    return written


def _table(frame: pd.DataFrame, prefix: str, before: int) -> pa.Table:
    """Lay a piece out as the contract of dossiers asks; keys are made of its place, and are nobody's."""
    serial = pa.array(np.arange(len(frame)) + before)
    linked = pa.array(frame["linked_number"].to_numpy(), mask=(frame["linked_number"] < 0).to_numpy())
    made = {
        "dossier_key": _joined(f"SIM-{prefix}-", serial),
        "linked_key": _joined(f"SIM-{prefix}-L", linked),
        "linked_group": pa.array(frame["linked_group"].replace("", None), pa.string()),
        "submitter_key": _joined("SIM-", pa.array(frame["submitter"], pa.string())),
        "file": pa.array(np.full(len(frame), TRUTH)),
        "row": pa.array(np.arange(len(frame)) + before, pa.int32()),
    }
    columns = [
        made[name] if name in made else pa.array(frame[name], SCHEMA.field(name).type, from_pandas=True)
        for name in COLUMNS
    ]
    return pa.table(columns, schema=SCHEMA)


def _joined(prefix: str, values: pa.Array) -> pa.Array:
    # pyarrow makes its compute functions when it is imported, so no checker sees them by name
    join = getattr(pc, "binary_join_element_wise")  # noqa: B009
    return join(pa.scalar(prefix), pc.cast(values, pa.string()), "")


def _truth(world: dossiers.World, seed: int, written: int) -> dict[str, Any]:
    units, procedures = world.province.units, world.province.procedures
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return {
        "simulated": True,
        "seed": seed,
        "dossiers_count": written,
        "code_sha256": hashlib.sha256(code).hexdigest(),
        "scenario": asdict(world.scenario),
        "back_dating_units": units.loc[units["back_dates"], "unit_code"].tolist(),
        "proxy_units": units.loc[units["has_proxies"], "unit_code"].tolist(),
        "unit_online_logit": dict(zip(units["unit_code"], units["online_logit"].round(6), strict=True)),
        "unit_time_log": dict(zip(units["unit_code"], units["time_log"].round(6), strict=True)),
        "never_full_procedures": procedures.loc[procedures["full_from_month"] == NEVER_FULL, "procedure_code"].tolist(),
        "amended_procedures": procedures.loc[procedures["amended_from"] < NEVER, "procedure_code"].tolist(),
        "information_procedures": procedures.loc[procedures["first_level"] != "partial", "procedure_code"].tolist(),
        "online_curve_logit": dict(zip(map(str, MONTHS), world.curves["online"].round(6), strict=True)),
    }
