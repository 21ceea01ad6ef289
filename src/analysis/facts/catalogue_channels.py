"""`catalogue_channels`: ways to file a procedure of the real catalogue, with time limit and fee."""

from __future__ import annotations

import pandas as pd

from analysis.facts import contract
from analysis.facts.catalogue_cells import fee, limit
from analysis.facts.table import Table, finish
from analysis.sources import catalogue
from analysis.sources.catalogue.entry import DIRECT, ONLINE, POST

NAME = "catalogue_channels"
CHANNELS = {DIRECT: "direct", ONLINE: "online", POST: "post"}
COLUMNS = (
    "edition",
    "procedure_code",
    "procedure_name",
    "channel_row",
    "channel",
    "limit_amount",
    "limit_unit",
    "limit_problem",
    "fee_vnd",
    "fee_problem",
    "limit_text",
    "fee_text",
    "remark_text",
    *contract.TRACE,
)
OPTIONAL = (
    "procedure_code",
    "limit_amount",
    "limit_unit",
    "limit_problem",
    "fee_vnd",
    "fee_problem",
    "limit_text",
    "fee_text",
    "remark_text",
)
SCHEMA = contract.schema(COLUMNS, key=("file", "row", "channel_row"), optional=OPTIONAL)


def build() -> Table:
    """Build the table.

    Returns
    -------
    Table
        One row per edition, procedure and row of its table of ways to file; a channel stands more than once where
        limits or fees differ by case, and `remark_text` says which case. Either `limit_amount` and `limit_unit`, or
        `limit_problem`; either `fee_vnd` or `fee_problem`; the words they were read from stand beside them.
        Columns: `COLUMNS`.
    """
    rows = [_row(entry, number, way) for entry in catalogue.entries() for number, way in enumerate(entry.channels, 1)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    words = frame.select_dtypes(include=["object", "str"]).columns.drop(["limit_amount", "fee_vnd"], errors="ignore")
    return finish(frame.astype(dict.fromkeys(words, "str")), SCHEMA, NAME)


def _row(entry: catalogue.Entry, number: int, way: catalogue.Channel) -> tuple[object, ...]:
    time = limit(way.limit)
    cost = fee(way.fee, runs_together=time.problem == "runs_together")
    return (
        entry.edition,
        entry.code or None,
        entry.name,
        number,
        CHANNELS.get(way.channel.strip(), way.channel),
        *time,
        *cost,
        way.limit.strip() or None,
        way.fee.strip() or None,
        way.remark.strip() or None,
        entry.source_id,
        f"{entry.source_id}/{entry.path}",
        entry.row,
    )
