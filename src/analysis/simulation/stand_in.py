"""The simulated province in the place of one that has brought no dossiers of its own."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict

from analysis import paths
from analysis.facts import contract
from analysis.facts.dossiers import building, folder
from analysis.simulation.scenario import SOURCE_ID

DOSSIERS = 300_000
SEED = 4550


class Simulation:
    """A stand-in, as `facts.dossiers.building.StandIn` asks."""

    def inputs(self) -> dict[str, str]:
        """Give the hashes of the code and the calendar it is made from."""
        rooms = [paths.PACKAGE / room for room in ("simulation", "calendar")]
        files = [file for room in rooms for file in sorted(room.rglob("*.py"))]
        files += [paths.PACKAGE / "fields.py", paths.REFERENCE / "working_day_overrides.yml"]
        return {f"simulated/{file.name}": hashlib.sha256(file.read_bytes()).hexdigest() for file in files}

    def ensure(self) -> building.Built:
        """Give the simulated dossiers, made anew only if their code has changed."""
        state = building.state_folder(SOURCE_ID) / "build.json"
        if state.exists():
            last = building.Built(**json.loads(state.read_text(encoding="utf-8")))
            if last.inputs == self.inputs() and all(folder(SOURCE_ID, month).is_dir() for month in last.months):
                return last
        return self.build()

    def build(self) -> building.Built:
        """Simulate, and count what is odd in the records as for any other source."""
        # only here: a run with nothing to do imports nothing heavy
        import duckdb
        import pandas as pd

        from analysis.facts.dossiers.quality import checks
        from analysis.simulation.run import simulate

        before, state = self.inputs(), building.state_folder(SOURCE_ID)
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir(parents=True)
        made = simulate(dossiers_count=DOSSIERS, seed=SEED, into=folder(SOURCE_ID).parent)
        rejected = pd.DataFrame(columns=["table", *contract.TRACE, "reason"])
        with duckdb.connect() as connection:
            quality = checks(connection, SOURCE_ID, made.folder, rejected)
        rejected.astype({"row": "float64"}).to_parquet(state / "rejected.parquet", index=False)
        quality.to_parquet(state / "quality.parquet", index=False)
        built = building.Built(SOURCE_ID, made.dossiers_count, 0, made.months, "environment", before)
        (state / "build.json").write_text(json.dumps(asdict(built), indent=1), encoding="utf-8")
        return built
