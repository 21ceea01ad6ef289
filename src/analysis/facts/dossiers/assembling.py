"""Add to an export's rows what is reckoned from them: working days, the marks of hazards, the month of receipt."""

from __future__ import annotations

import datetime

import duckdb

from analysis import calendar
from analysis.facts.dossiers import COLUMNS, EXPORTED, REQUIRED
from analysis.fields import FIELDS
from analysis.sources.cases import Export, Mapping, literal, query, sql_type

SET_ASIDE = "set_aside"
FIRST, LAST = datetime.date(2000, 1, 1), datetime.date(2060, 12, 31)


def register_days(connection: duckdb.DuckDBPyConnection, country: str) -> None:
    """Set the variable `day_numbers`: working days until and with each day from 1 January 2000.

    A list, because five joins would copy every column of the dossiers five times.
    """
    days = calendar.day_index(FIRST, LAST, country=country)
    connection.execute("SET VARIABLE day_numbers = ?::INTEGER[]", [days["working_day_number"].tolist()])


def staged(mapping: Mapping, export: Export, file: str) -> str:
    """Write the query that gives `COLUMNS` and `month`.

    A row that is set aside has the month `set_aside`, its reason where the key would be, and no other text.
    """
    rows = query(mapping, export, columns=EXPORTED, required=REQUIRED)
    shown = {name: name for name in EXPORTED}
    free = [name for name in EXPORTED if sql_type(name) == "VARCHAR" and not FIELDS[name].allowed]
    shown |= {name: f"CASE WHEN reason IS NULL THEN {name} END" for name in free if name in mapping.columns}
    shown["dossier_key"] = "CASE WHEN reason IS NULL THEN dossier_key ELSE reason END"
    shown |= {"processing_working_days": _processing(mapping), "allowed_working_days": _allowed()}
    shown |= _hazards(mapping) | {"file": literal(file), "row": "row::INTEGER"}
    columns = ", ".join(f"{shown[name]} AS {name}" for name in COLUMNS)
    month = f"CASE WHEN reason IS NULL THEN strftime(received_at, '%Y-%m') ELSE '{SET_ASIDE}' END"
    return f'SELECT {columns}, {month} AS "month"\nFROM ({rows})'


def _processing(mapping: Mapping) -> str:
    """Count working days from receipt to end without the wait for a supplement; NULL where that is not known."""
    received, finished = _number("received_at"), _number("finished_at")
    elapsed = f"{finished} - {received}"
    if "supplement_requested_at" in mapping.columns:
        asked, answered = _number("supplement_requested_at"), _number("supplement_answered_at")
        waited = f"greatest(least({answered}, {finished}) - greatest({asked}, {received}), 0)"
        # asked and not answered: nobody wrote down how long the agency waited
        wait = f"CASE WHEN supplement_answered_at IS NOT NULL THEN {waited} END"
        elapsed += f" - CASE WHEN supplement_requested_at IS NULL THEN 0 ELSE {wait} END"
    return f"CASE WHEN finished_at >= received_at THEN {elapsed} END"


def _allowed() -> str:
    return f"CASE WHEN due_at >= received_at THEN {_number('due_at')} - {_number('received_at')} END"


def _number(column: str) -> str:
    return f"getvariable('day_numbers')[1 + ({column}::DATE - DATE '{FIRST}')]"


def _hazards(mapping: Mapping) -> dict[str, str]:
    """Give the marks of domain notes §5.3; none changes what the export says."""
    rewritten = "finished_at IS NULL"
    if "supplement_answered_at" in mapping.columns:
        rewritten += " OR (supplement_requested_at IS NOT NULL AND supplement_answered_at IS NULL)"
    return {
        "hazard_due_missing": "due_at IS NULL",
        "hazard_finished_before_received": "coalesce(finished_at < received_at, false)",
        "hazard_midnight": "coalesce(finished_at = date_trunc('day', finished_at), false)",
        "hazard_status_rewritten": f"status_code IN ('9', '10') AND ({rewritten})",
    }
