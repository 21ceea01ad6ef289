"""What changed in the register without a decision, and what the receipts promise beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.facts.dossiers import reading
from analysis.indicators.periods import last_day, months_to
from analysis.indicators.registers import NEVER
from analysis.indicators.simplification import in_force, rows_of
from analysis.policy import FEWEST_CASES

HEAVIER = ("limit_days", "documents_count", "fee_vnd")
EXAMPLES = 3


def unseen(source_id: str, *, until: str) -> pd.DataFrame:
    """Compare the register with the decisions and with what the receipts promise.

    Parameters
    ----------
    source_id
        A source of dossiers that may have filled in `procedures` and `procedure_changes`.
    until
        The last quarter INCLUSIVE, YYYY-Qn.

    Returns
    -------
    pandas.DataFrame
        One row a check: `check_id`, `found_count`, `of_count`, `examples` (codes, three at most). Checks: `entered` the
        register with no decision to issue or replace that took effect on that day; `left` it with none to abolish or
        replace; `not_entered`, issued by a decision and not in the register from that day; `heavier`, a longer limit,
        more documents or a higher fee with none to amend or replace, of all changes of an entry; `promised`, most
        receipts of the last quarter promise a longer limit than the register has, of the procedures with at least
        FEWEST_CASES dossiers in it; `still_filed`, dossiers of the last quarter under a procedure that was in force on
        none of its days, of all procedures filed in it. Empty if the source has not filled in both tables.
    """
    register, changes = rows_of("procedures", source_id), rows_of("procedure_changes", source_id)
    names = ["check_id", "found_count", "of_count", "examples"]
    if register.empty or changes.empty:
        return pd.DataFrame(columns=names)
    rows = []
    for check_id, codes, odd in (
        *_checks(register, changes, last_day(until)),
        _promised(source_id, until),
        _still_filed(source_id, register, until),
    ):
        examples = codes[odd].drop_duplicates().sort_values().head(EXAMPLES)
        rows.append((check_id, int(odd.sum()), len(odd), tuple(examples)))
    return pd.DataFrame(rows, columns=names)


Checked = tuple[str, pd.Series, pd.Series]


def _checks(register: pd.DataFrame, changes: pd.DataFrame, last: str) -> Iterator[Checked]:
    """Give each check's name, the codes it looked at, and which of them are odd."""
    entered = _strangers(register, "valid_from", "valid_to")
    # the earliest day stands for whatever came before the register was kept
    entered = entered[(entered["valid_from"] > register["valid_from"].min()) & (entered["valid_from"] <= last)]
    yield "entered", entered["procedure_code"], _undecided(entered, "valid_from", changes, ("issued", "replaced"))
    left = _strangers(register, "valid_to", "valid_from")
    left = left[left["valid_to"].fillna(NEVER) <= last]
    yield "left", left["procedure_code"], _undecided(left, "valid_to", changes, ("abolished", "replaced"))
    issued = changes[(changes["change_kind"] == "issued") & (changes["change_date"] <= last)]
    yield "not_entered", issued["procedure_code"], ~_known(issued, "change_date", register, "valid_from")
    went_on = _went_on(register)
    went_on = went_on[went_on["valid_from"] <= last]
    grown = [went_on[name] > went_on[f"{name}_before"] for name in HEAVIER]
    undecided = _undecided(went_on, "valid_from", changes, ("amended", "replaced"))
    yield "heavier", went_on["procedure_code"], undecided & (grown[0] | grown[1] | grown[2])


def _strangers(register: pd.DataFrame, day: str, other: str) -> pd.DataFrame:
    """Give the spans of which no other span of the same procedure carries on at `day`."""
    return register[~_known(register, day, register, other)]


def _known(rows: pd.DataFrame, day: str, among: pd.DataFrame, other: str) -> pd.Series:
    """Say of each row whether its procedure and day stand among other rows."""
    pairs = set(zip(among["procedure_code"], among[other], strict=True))
    told = [pair in pairs for pair in zip(rows["procedure_code"], rows[day], strict=True)]
    return pd.Series(told, index=rows.index, dtype=bool)


def _undecided(rows: pd.DataFrame, day: str, changes: pd.DataFrame, kinds: tuple[str, ...]) -> pd.Series:
    return ~_known(rows, day, changes[changes["change_kind"].isin(kinds)], "change_date")


def _went_on(register: pd.DataFrame) -> pd.DataFrame:
    """Give the spans that follow another of the same procedure, with what stood before."""
    before = register.dropna(subset=["valid_to"])[["procedure_code", "valid_to", *HEAVIER]]
    before = before.rename(columns={"valid_to": "valid_from"})
    return register.merge(before, on=["procedure_code", "valid_from"], suffixes=("", "_before"))


def _promised(source_id: str, quarter: str) -> Checked:
    first, last = months_to(quarter, quarters=1)
    rows = reading.read(source_id, ["procedure_code", "allowed_working_days"], first=first, last=last)
    limits = in_force(source_id, day=last_day(quarter)).set_index("procedure_code")["limit_days"]
    rows = rows.assign(limit_days=rows["procedure_code"].map(limits)).dropna()
    longer = rows["allowed_working_days"] > rows["limit_days"]
    shares = longer.groupby(rows["procedure_code"]).agg(["mean", "size"])
    enough = shares[shares["size"] >= FEWEST_CASES].reset_index()
    return "promised", enough["procedure_code"], enough["mean"] > 1 / 2


def _still_filed(source_id: str, register: pd.DataFrame, quarter: str) -> Checked:
    first, last = months_to(quarter, quarters=1)
    filed = reading.read(source_id, ["procedure_code"], first=first, last=last)["procedure_code"].drop_duplicates()
    there = (register["valid_from"] <= last_day(quarter)) & (register["valid_to"].fillna(NEVER) > f"{first}-01")
    return "still_filed", filed, ~filed.isin(register.loc[there, "procedure_code"])
