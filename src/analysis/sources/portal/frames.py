"""Frames of portal figures, whatever they were read from: when they were asked for, and which one counts."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pandas as pd

from analysis import paths
from analysis.errors import DataContractError
from analysis.sources import registry
from analysis.sources.portal.archive import SOURCE
from analysis.sources.portal.periods import parse_period

UNIT_COLUMNS = ("province_code", "unit_code", "unit_name", "unit_level")
TRACE_COLUMNS = ("period", "as_of_date", "provisional", "source_id", "file", "row")

_GRAINS = ("year", "quarter", "month")


def shipped_tables(endpoint: str, dtypes: Mapping[str, str], *, ending: str) -> Iterator[pd.DataFrame]:
    """Read the tables `<endpoint>_<grain><ending>` of every shipped source called `portal-…`.

    Raises
    ------
    DataContractError
        The columns are not those of `dtypes`, in their order.
    """
    wanted = {f"{endpoint}_{grain}{ending}" for grain in _GRAINS}
    for source in registry.sources():
        if source.kind != "shipped" or not source.id.startswith(f"{SOURCE}-"):
            continue
        for file in sorted(wanted & source.periods.keys()):
            content = registry.open_bytes(source.id, file)
            # Read as text first: then a figure becomes the same float as the same digits in JSON.
            frame = pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False, na_values=[""])
            if list(frame.columns) != list(dtypes):
                raise DataContractError(
                    "the table's columns are not the endpoint's",
                    where=paths.relative(registry.folder(source.id) / file),
                    allowed=", ".join(dtypes),
                )
            frame = frame.astype(dict(dtypes)).assign(
                source_id=source.id,
                file=f"{source.id}/{file}",
                row=range(2, len(frame) + 2),
                province_code=source.province,
            )
            yield stamped(frame, source.periods[file], source.as_of)


def stamped(frame: pd.DataFrame, period: str, asked_on: date) -> pd.DataFrame:
    """Add the period, the day it was asked for, and whether it was still open on that day."""
    return frame.assign(
        period=period,
        as_of_date=asked_on.isoformat(),
        provisional=asked_on <= parse_period(period).last_day,
    )


def latest(frames: Sequence[pd.DataFrame], key: list[str], dtypes: Mapping[str, str]) -> pd.DataFrame:
    """Put frames together, later answers over earlier ones; on one day the last frame counts.

    Parameters
    ----------
    frames
        Shipped tables first, then answers.
    key
        What a row stands for.
    dtypes
        The API's columns; ours follow them.

    Raises
    ------
    DataContractError
        A key stands twice in one source.
    """
    columns = {**dtypes, **dict.fromkeys([*UNIT_COLUMNS, *TRACE_COLUMNS], "str")}
    columns |= {"provisional": "bool", "row": "int64"}
    empty = pd.DataFrame(columns=list(columns)).astype(columns)
    whole = pd.concat([empty, *frames], ignore_index=True)[list(columns)].astype(columns)
    twice = whole[whole.duplicated([*key, "source_id"], keep=False)]
    if len(twice):
        first = twice.iloc[0]
        raise DataContractError(
            f"{first['unit_code']} ({first['unit_name']}) stands twice in {first['period']}",
            where=", ".join(sorted(set(twice["file"]))),
            next_step="delete the period's files and fetch it again",
        )
    newest = whole.sort_values("as_of_date", kind="stable").drop_duplicates(key, keep="last")
    return newest.sort_values(["province_code", "period", "file", "row"], ignore_index=True)
