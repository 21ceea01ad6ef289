"""The check on the way in and out of every facts table: all violations at once, with row and column."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from analysis.errors import DataContractError
from analysis.fields import FIELDS

TRACE = ("source_id", "file", "row")
SHOWN = 12


def schema(columns: Sequence[str], *, key: Sequence[str], optional: Sequence[str] = ()) -> pa.DataFrameSchema:
    """Build a schema from the field dictionary.

    Parameters
    ----------
    columns
        Every column of the table, in order; none else is allowed.
    key
        The grain: these columns together name a row once.
    optional
        Columns that may be empty; all the others may not.
    """
    return pa.DataFrameSchema(
        {column: _column(column, nullable=column in optional) for column in columns},
        unique=list(key),
        strict=True,
        ordered=True,
        coerce=True,
    )


def _column(name: str, *, nullable: bool) -> pa.Column:
    field = FIELDS[name]
    checks = []
    if field.allowed:
        checks.append(pa.Check.isin(field.allowed))
    if field.pattern:
        checks.append(pa.Check.str_matches(field.pattern))
    if field.at_least is not None:
        checks.append(pa.Check.ge(field.at_least))
    if field.at_most is not None:
        checks.append(pa.Check.le(field.at_most))
    # a flag that may be missing is neither true nor false
    dtype = "boolean" if field.kind == "flag" and nullable else field.dtype
    return pa.Column(dtype, checks, nullable=nullable)


def violations(frame: pd.DataFrame, expected: pa.DataFrameSchema) -> pd.DataFrame:
    """List every violation: one row each with `index`, `column`, `check`, `value`; empty when all is well."""
    found = _failures(frame, expected)
    of_type = found["check"].str.startswith("coerce_dtype") & found["index"].notna()
    if not of_type.any():
        return found
    # a cell of the wrong type spoils every other check of its column: these are made again without its row
    elsewhere = ~found["column"].isin(found.loc[of_type, "column"])
    others = _failures(frame.drop(index=list(found.loc[of_type, "index"])), expected)
    return pd.concat([found[of_type | elsewhere], others]).drop_duplicates(ignore_index=True)


def _failures(frame: pd.DataFrame, expected: pa.DataFrameSchema) -> pd.DataFrame:
    try:
        expected.validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        return pd.DataFrame(
            {
                "index": cases["index"],
                "column": cases["column"].fillna("table").map(str),
                # astype("str") would keep a missing value missing, and there is no reason without it
                "check": cases["check"].map(str),
                "value": cases["failure_case"].map(str, na_action=None),
            }
        )
    return pd.DataFrame(columns=["index", "column", "check", "value"])


def split(frame: pd.DataFrame, expected: pa.DataFrameSchema, table: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Set bad rows aside with their reason; nothing is lost.

    Parameters
    ----------
    frame
        Tidy rows with `source_id`, `file` and `row`, so that a bad one can be found again.
    expected
        The table's schema.
    table
        Its name, for the message and for `rejected`.

    Returns
    -------
    good, rejected
        `rejected` has one row per bad row: table, source_id, file, row, reason.

    Raises
    ------
    DataContractError
        If the table itself is wrong (a column is missing, misplaced or unknown).
    """
    frame = frame.reset_index(drop=True)
    found = violations(frame, expected)
    whole = found[found["index"].isna()]
    if len(whole):
        raise DataContractError(
            f"The table {table} does not have the columns it should",
            where="; ".join(f"{row.column}: {row.check} ({row.value})" for row in whole.head(SHOWN).itertuples()),
            allowed=", ".join(expected.columns),
            next_step="the source has changed its shape: mend the reader in src/analysis/sources",
        )
    reasons = (
        found.assign(reason=found["column"] + ": " + found["check"] + ", found " + found["value"])
        .groupby("index")["reason"]
        .agg("; ".join)
    )
    bad = frame.index.isin(reasons.index)
    rejected = frame.loc[bad, list(TRACE)].assign(reason=reasons, table=table)
    good = expected.validate(frame.loc[~bad].reset_index(drop=True))
    return good, rejected[["table", *TRACE, "reason"]].reset_index(drop=True)


def check(frame: pd.DataFrame, expected: pa.DataFrameSchema, table: str) -> pd.DataFrame:
    """Check a finished table; any violation is an error that lists them.

    Raises
    ------
    DataContractError
        With the first violations, each with its row and column.
    """
    found = violations(frame, expected)
    if len(found):
        lines = [
            f"row {row.index}, column {row.column}: {row.check}, found {row.value}"
            for row in found.head(SHOWN).itertuples(index=False)
        ]
        more = f" (and {len(found) - SHOWN} more)" if len(found) > SHOWN else ""
        raise DataContractError(f"The table {table} breaks its contract", where="; ".join(lines) + more)
    return expected.validate(frame)
