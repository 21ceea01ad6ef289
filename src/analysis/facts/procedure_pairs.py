"""`procedure_pairs`: procedures that stand under the same title in the catalogues of 2021 and of 2026."""

from __future__ import annotations

import unicodedata

import pandas as pd

from analysis.facts import catalogue_channels, catalogue_procedures, contract
from analysis.facts.table import Table, finish

NAME = "procedure_pairs"
BEFORE, AFTER = "2021", "2026"
TOLD = ("offered", "limit_amount", "limit_unit", "limit_problem", "documents_listed_count")
COLUMNS = (
    "procedure_code",
    "procedure_name",
    "channel",
    *(f"before_{name}" for name in TOLD),
    *(f"after_{name}" for name in TOLD),
    *contract.TRACE,
)
OPTIONAL = [name for name in COLUMNS if name.partition("_")[2] in TOLD[1:]]
SCHEMA = contract.schema(COLUMNS, key=("file", "row", "channel"), optional=OPTIONAL)


def build() -> Table:
    """Build the table.

    Returns
    -------
    Table
        One row per procedure of 2021 whose title is that of one of 2026, and channel that either edition offers.
        A title is compared without `Thủ tục` in front, without case and without the marks around it. The edition of
        2021 has no codes: that a title means the same procedure is an assumption. Where a channel has several limits
        in an edition, `…_limit_problem` is `several`. `row` and `file` are those of 2021. Columns: `COLUMNS`.
    """
    procedures, channels = catalogue_procedures.build().good, catalogue_channels.build().good
    procedures = procedures.assign(title=procedures["procedure_name"].map(_title))
    sides = {
        each: procedures[procedures["edition"] == each].merge(_by_channel(channels), on=["file", "row"], how="left")
        for each in (BEFORE, AFTER)
    }
    pairs = sides[BEFORE][["title", "file", "row", "source_id"]].drop_duplicates()
    pairs = pairs.merge(sides[AFTER][["title", "procedure_code", "procedure_name"]].drop_duplicates(), on="title")
    offered = pd.concat([side[["title", "channel"]] for side in sides.values()]).drop_duplicates().dropna()
    rows = pairs.merge(offered, on="title")
    rows = _add(rows, sides[BEFORE], "before", on=["file", "row", "channel"])
    rows = _add(rows, sides[AFTER], "after", on=["procedure_code", "channel"])
    return finish(rows[list(COLUMNS)], SCHEMA, NAME)


def _title(name: str) -> str:
    plain = " ".join(unicodedata.normalize("NFC", name).casefold().split()).strip(" .;")
    return plain.removeprefix("thủ tục ")


def _by_channel(channels: pd.DataFrame) -> pd.DataFrame:
    """Give one row a procedure and channel, with the limit that all its rows agree on."""
    keys, told = ["file", "row", "channel"], ["limit_amount", "limit_unit", "limit_problem"]
    distinct = channels[[*keys, *told]].drop_duplicates()
    several = distinct.duplicated(keys, keep=False)
    distinct.loc[several, "limit_problem"] = "several"
    distinct.loc[several, "limit_amount"] = float("nan")
    distinct.loc[several, "limit_unit"] = None
    return distinct.drop_duplicates(keys)


def _add(rows: pd.DataFrame, side: pd.DataFrame, when: str, *, on: list[str]) -> pd.DataFrame:
    """Add what an edition says; its documents are the procedure's, whatever the channel."""
    documents = [*on[:-1], "documents_listed_count"]
    told = side[[*on, *TOLD[1:-1]]].assign(offered=True)
    rows = rows.merge(told.rename(columns={name: f"{when}_{name}" for name in TOLD}), on=on, how="left")
    rows = rows.merge(side[documents].drop_duplicates(), on=on[:-1], how="left")
    rows = rows.rename(columns={"documents_listed_count": f"{when}_documents_listed_count"})
    return rows.assign(**{f"{when}_offered": rows[f"{when}_offered"].fillna(False).astype(bool)})
