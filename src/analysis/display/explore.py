"""The words and tables of the analyst's way in: what there is to open."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.display.codebook import themes
from analysis.display.output import Prose, Table
from analysis.display.text import Text, text
from analysis.indicators.codebook import indicators

# by how a table's name begins, or its whole name; what is left is filled in by a province
KINDS = {
    "portal_": "portal",
    "dossier_": "dossiers",
    "catalogue_": "catalogue",
    "procedure_pairs": "catalogue",
    "unit_crosswalk": "units",
    "units": "units",
    "papi": "elsewhere",
    "register_statuses": "elsewhere",
    "residence_changes": "elsewhere",
    "egdi": "published",
    "index_series": "published",
    "online_share": "published",
    "full_online_shares": "published",
    "programme_progress": "published",
    "cost_decisions": "published",
    "binh_phuoc_2024": "published",
}


def lead(rows: Mapping[str, int]) -> Prose:
    """Say how much there is to open."""
    words = text(
        "{tables} tables and {indicators} indicators are there to open; each of them is shown in a line of code, and a "
        "page of your own begins with `analysis new REPORT`.",
        tables=len(rows),
        indicators=len(indicators()),
    )
    return Prose(words, style="statement")


def tables(rows: Mapping[str, int]) -> Table:
    """Give the facts tables by what they hold, with their rows; `rows` says how many each table has."""
    frame = pd.DataFrame({"kind": [_kind(name) for name in rows], "name": list(rows), "rows": list(rows.values())})
    held = frame.groupby("kind", sort=False).agg(names=("name", ", ".join), rows=("rows", "sum"))
    shown = pd.DataFrame(
        {
            "holds_name": [_holds(kind) for kind in held.index],
            "rows_count": held["rows"],
            "tables_listed": held["names"],
        }
    )
    return Table(shown, "tables", text("Tables for facts.load; 0 rows: not fetched, or not filled in yet"))


def measures() -> Table:
    """Give the indicators of the codebook by theme."""
    frame = pd.DataFrame([(each.theme, each.id) for each in indicators().values()], columns=["theme", "id"])
    listed = frame.groupby("theme", sort=False)["id"].agg(", ".join)
    shown = pd.DataFrame({"theme_name": [themes()[theme] for theme in listed.index], "measures_listed": listed})
    return Table(shown, "measures", text("Indicators for indicators.values; docs/indicators.md defines each"))


def _kind(name: str) -> str:
    return next((kind for begin, kind in KINDS.items() if name.startswith(begin)), "held")


def _holds(kind: str) -> Text:
    return {
        "portal": text("The national portal's own figures"),
        "published": text("Published figures, each with its source"),
        "elsewhere": text("Surveys and registers of others"),
        "units": text("Administrative units and their mergers"),
        "catalogue": text("The catalogue of procedures"),
        "dossiers": text("What is odd in the dossiers"),
        "held": text("What a province fills in itself"),
    }[kind]
