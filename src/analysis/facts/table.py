"""What every facts module gives: the good rows and the rejected ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd
import pandera.pandas as pa

from analysis.facts import contract
from analysis.fields import FIELDS
from analysis.sources import published as published_tables

WHO = ("province_code", "unit_code", "period")
WHEN = ("as_of_date", "provisional")


class Table(NamedTuple):
    """One facts table as built: `good` follows its schema, `rejected` says why the others do not."""

    good: pd.DataFrame
    rejected: pd.DataFrame


def tidy(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Select and rename the portal's keys to the dictionary's columns, with who, when and trace kept."""
    columns = {
        **{name: name for name in (*WHO,)},
        **names,
        **{name: name for name in (*WHEN, *contract.TRACE)},
    }
    selected = frame.reindex(columns=list(columns)).set_axis(list(columns.values()), axis=1)
    return selected.astype({name: FIELDS[name].dtype for name in selected.columns if name != "provisional"})


def published(name: str, expected: pa.DataFrameSchema, table: str) -> Table:
    """Read a small table of published figures, typed by hand, and add its trace."""
    frame = published_tables.read(name)
    source_id = published_tables.TABLES[name].source_id
    traced = frame.assign(source_id=source_id, file=f"{source_id}/{name}.csv", row=range(2, len(frame) + 2))
    return finish(traced, expected, table)


def finish(frame: pd.DataFrame, expected: pa.DataFrameSchema, table: str) -> Table:
    """Split off the bad rows, sort the good ones by their key."""
    good, rejected = contract.split(frame, expected, table)
    return Table(good.sort_values(expected.unique, ignore_index=True), rejected)
