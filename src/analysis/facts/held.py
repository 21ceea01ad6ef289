"""The tables that a province fills in itself: one form for all, told by `held_tables.yml`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from pydantic import BaseModel, ConfigDict, TypeAdapter

from analysis.errors import UsageError
from analysis.facts.cells import NotAllowedError, value_of
from analysis.facts.contract import TRACE, schema, split
from analysis.facts.dossiers import folder
from analysis.facts.table import Table
from analysis.fields import FIELDS
from analysis.sources import held_tables
from analysis.sources.cases.personal import LOOKS_PERSONAL
from analysis.sources.registry import Text
from analysis.yaml_files import load_yaml

SIMULATED = "simulated"


class Column(BaseModel):
    """One column: whether every row needs it, what it means to who fills it in, and an example."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    required: bool = False
    note: Text
    example: str


class HeldTable(BaseModel):
    """One table: its title, what a row is, the columns that name a row once, and its columns in order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: Text
    row: Text
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Give the columns' names."""
        return tuple(column.name for column in self.columns)

    @property
    def contract(self) -> pa.DataFrameSchema:
        """Give what the built table must follow: the columns, then the trace."""
        optional = [column.name for column in self.columns if not column.required]
        return schema((*self.names, *TRACE), key=self.key, optional=optional)

    @property
    def headings(self) -> dict[str, str]:
        """Give every heading that a file may have → the column."""
        return {name: name for name in self.names} | {FIELDS[name].vi: name for name in self.names}


@cache
def described() -> dict[str, HeldTable]:
    """Give every such table by its name, in the order of `held_tables.yml`."""
    path = Path(__file__).with_name("held_tables.yml")
    found = TypeAdapter(tuple[HeldTable, ...]).validate_python(load_yaml(path.read_text(encoding="utf-8")))
    return {each.name: each for each in found}


def table(name: str) -> HeldTable:
    """Give one of the tables.

    Raises
    ------
    UsageError
        If there is none of that name; the error lists those there are.
    """
    if name not in described():
        raise UsageError(f"There is no table {name!r} to fill in", allowed=", ".join(described()))
    return described()[name]


def build(name: str) -> Table:
    """Build a table from every source that brought it; where none did, from the simulated province, if there is one.

    A cell that its column does not allow sets its row aside, with column, words and what is allowed; so does a text
    that looks like a number or an address of a person.
    """
    form = table(name)
    sheets = [sheet.rows for sheet in held_tables.sheets(name, form.headings)]
    made_up = folder(SIMULATED) / "tables" / f"{name}.csv"
    if not sheets and made_up.exists():
        sheets = [held_tables.read(made_up.read_bytes(), f"{SIMULATED}/{name}.csv", form.headings,
                                   source_id=SIMULATED).rows]  # fmt: skip
    wanted = [*form.names, *TRACE]
    raw = pd.concat(sheets, ignore_index=True) if sheets else pd.DataFrame(columns=wanted)
    typed, reasons = _typed(raw.reindex(columns=wanted), form)
    bad = reasons.notna()
    aside = typed.loc[bad, list(TRACE)].assign(reason=reasons[bad], table=name)
    good, rejected = split(typed[~bad], form.contract, name)
    return Table(
        good.sort_values([*form.key, "row"], ignore_index=True),
        pd.concat([aside[["table", *TRACE, "reason"]], rejected], ignore_index=True),
    )


def _typed(raw: pd.DataFrame, form: HeldTable) -> tuple[pd.DataFrame, pd.Series]:
    """Read every cell; give the rows as values, and for each the reason why it cannot be taken, or none."""
    reasons: list[str | None] = []
    rows = []
    for row in raw.to_dict("records"):
        values, faults = {}, []
        for column in form.columns:
            words = row[column.name]
            try:
                values[column.name] = None if pd.isna(words) else value_of(column.name, str(words))
            except NotAllowedError as error:
                faults.append(f"{column.name}: {words!r}, allowed: {error}")
            if pd.notna(words) and re.search(LOOKS_PERSONAL, str(words)):
                # the words themselves stay out of the report
                faults = [f"{column.name}: looks like a number or an address of a person"]
                break
            if column.required and pd.isna(words):
                faults.append(f"{column.name}: empty, and every row needs it")
        rows.append(values)
        reasons.append("; ".join(faults) or None)
    frame = pd.DataFrame(rows, columns=list(form.names), index=raw.index)
    types = {name: FIELDS[name].dtype for name in form.names}
    return frame.astype({name: "boolean" if dtype == "bool" else dtype for name, dtype in types.items()}).assign(
        **{name: raw[name] for name in TRACE}
    ), pd.Series(reasons, index=raw.index, dtype=object)
