"""`dossier_quality`: what is odd in each export of dossiers, counted; labels in `dossiers.quality.LABELS`."""

from __future__ import annotations

import pandas as pd

from analysis.facts import contract
from analysis.facts.dossiers import building
from analysis.facts.dossiers.quality import COLUMNS
from analysis.facts.table import Table

SCHEMA = contract.schema(COLUMNS, key=("source_id", "month", "check_id"), optional=("month",))


def build() -> Table:
    """Give one row a source, check and month of receipt (missing: of the whole source), of the dossiers built last."""
    found = [built.table("quality") for built in building.last_built()]
    rows = pd.concat(found, ignore_index=True) if found else pd.DataFrame({name: [] for name in COLUMNS})
    good = contract.check(rows.astype({"month": "str", "source_id": "str"}), SCHEMA, "dossier_quality")
    return Table(good, pd.DataFrame(columns=["table", *contract.TRACE, "reason"]))
