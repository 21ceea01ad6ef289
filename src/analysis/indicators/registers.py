"""Indicators of the tables that a province fills in: stocks at the end of a period, flows within it, shares of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pandas as pd

from analysis import facts
from analysis.errors import UsageError
from analysis.indicators.periods import in_period

ESSENTIAL_SERVICES = 76
CUT = ("simplified", "merged", "abolished")
NEVER = "9999-12-31"


class Question(NamedTuple):
    """Whose tables, grouped by what, in which periods."""

    source_id: str
    by: list[str]
    period: str

    def rows(self, table: str) -> pd.DataFrame:
        """Read the source's rows of a table.

        Raises
        ------
        UsageError
            If the source brought none, or a column to group by is not in the table; the error lists those there are.
        """
        own = facts.having(table, source_id=self.source_id)
        if own.empty:
            there = ", ".join(sorted(facts.load(table)["source_id"].unique()))
            allowed = there or "none: `analysis template` gives the form"
            raise UsageError(f"{self.source_id} has not filled in {table}", allowed=allowed)
        if missing := [name for name in self.by if name not in own]:
            allowed = ", ".join(str(name) for name in own if name not in ("source_id", "file", "row"))
            raise UsageError(f"{table} cannot be grouped by {', '.join(missing)}", allowed=allowed)
        return own

    def ends(self, *days: pd.Series) -> dict[str, str]:
        """Give each period's last month, from the first month in which something happened to the source's last."""
        begins = pd.concat([each.dropna() for each in days]).str[:7].min()
        last = facts.provenance_of(self.source_id)[0]["as_of"][:7]
        months = pd.Series(pd.period_range(begins, max(last, begins), freq="M").astype(str))
        ends = months.groupby(in_period(months, self.period)).max()
        return {str(name): str(end) for name, end in ends.items()}

    def spans(self) -> tuple[pd.DataFrame, dict[str, str]]:
        """Read the register of procedures, and its period ends.

        The earliest day in it stands for whatever came before it was kept: the series begins with the first change.
        """
        rows = self.rows("procedures")
        began = rows["valid_from"].where(rows["valid_from"] > rows["valid_from"].min())
        return rows, self.ends(began, rows["valid_to"], pd.Series([facts.provenance_of(self.source_id)[0]["as_of"]]))


def register(name: str, *, source_id: str, by: Sequence[str], period: str) -> pd.DataFrame:
    """Compute an indicator of a filled-in table.

    Returns
    -------
    pandas.DataFrame
        One row a period and group: `period`, the columns `by`, `numerator_count`, `denominator_count` (missing where
        the indicator is a number of things) and `value`.

    Raises
    ------
    UsageError
        If the source did not fill in the table, or it has no such column.
    """
    question = Question(source_id, list(by), period)
    frame = _REGISTERS[name](question)
    if "denominator_count" not in frame:
        return frame.assign(denominator_count=float("nan"), value=frame["numerator_count"].astype(float))
    below = frame["denominator_count"].where(frame["denominator_count"] > 0)
    return frame.assign(value=100 * frame["numerator_count"] / below)


def _sums(rows: pd.DataFrame, question: Question) -> pd.DataFrame:
    """Add up marked rows by period and group."""
    marks = [name for name in ("numerator_count", "denominator_count") if name in rows]
    marked = rows.astype(dict.fromkeys(marks, "float64"))
    return marked.groupby(["period", *question.by], as_index=False, dropna=False)[marks].sum()


def _flow(table: str, day: str, question: Question, *, only: dict[str, str]) -> pd.DataFrame:
    """Count what happened within each period."""
    rows = question.rows(table)
    ends = question.ends(rows[day])
    for column, value in only.items():
        rows = rows[rows[column] == value]
    rows = rows[rows[day].notna()].assign(numerator_count=1)
    rows = rows.assign(period=in_period(rows[day].str[:7], question.period))
    found = _sums(rows[rows["period"].isin(list(ends))], question)
    if question.by:
        return found
    # a period in which nothing happened counts 0
    whole = found.set_index("period").reindex(sorted(ends), fill_value=0)
    return whole.rename_axis("period").reset_index()


def _stock(
    rows: pd.DataFrame, question: Question, ends: dict[str, str], mark: Callable[[pd.DataFrame, str], pd.DataFrame]
) -> pd.DataFrame:
    """Count what there is at the end of each period; `mark` gives the rows that are there, marked."""
    return _sums(pd.concat([mark(rows, f"{end}-31").assign(period=name) for name, end in ends.items()]), question)


def _in_force(rows: pd.DataFrame, day: str) -> pd.DataFrame:
    return rows[(rows["valid_from"] <= day) & (rows["valid_to"].fillna(NEVER) > day)]


def _procedures_in_force(question: Question) -> pd.DataFrame:
    rows, ends = question.spans()
    return _stock(rows, question, ends, lambda all_, day: _in_force(all_, day).assign(numerator_count=1))


def _full_online_procedures(question: Question) -> pd.DataFrame:
    rows, ends = question.spans()

    def mark(every: pd.DataFrame, day: str) -> pd.DataFrame:
        known = _in_force(every, day).dropna(subset=["service_level"])
        return known.assign(numerator_count=known["service_level"] == "full", denominator_count=1)

    return _stock(rows, question, ends, mark)


def _essential_services(question: Question) -> pd.DataFrame:
    """Count the essential services that can be had online; the list has 76, however many the register names."""
    rows, ends = question.spans()

    def mark(every: pd.DataFrame, day: str) -> pd.DataFrame:
        online = _in_force(every[every["essential"].fillna(False)], day)
        return online.assign(numerator_count=online["service_level"].isin(["full", "partial"]))

    return _stock(rows, question, ends, mark).assign(denominator_count=float(ESSENTIAL_SERVICES))


def _happened(table: str, day: str) -> Callable[[Question], pd.DataFrame]:
    return lambda question: _flow(table, day, question, only={})


def _petitions_on_time(question: Question) -> pd.DataFrame:
    """Share of petitions that were answered or fell due, by month of receipt, that were answered in time."""
    rows = question.rows("petitions").dropna(subset=["due_date"])
    last = facts.provenance_of(question.source_id)[0]["as_of"]
    decided = rows[rows["answered_date"].notna() | (rows["due_date"] < last)]
    in_time = decided["answered_date"].fillna(NEVER) <= decided["due_date"]
    marked = decided.assign(numerator_count=in_time, denominator_count=1)
    return _sums(marked.assign(period=in_period(marked["received_date"].str[:7], question.period)), question)


def _petitions_satisfied(question: Question) -> pd.DataFrame:
    rows = question.rows("petitions")
    rated = rows.dropna(subset=["satisfied", "answered_date"])
    marked = rated.assign(numerator_count=rated["satisfied"].astype(bool), denominator_count=1)
    return _sums(marked.assign(period=in_period(marked["answered_date"].str[:7], question.period)), question)


def _internal_cut(question: Question) -> pd.DataFrame:
    rows = question.rows("internal_procedures")

    def mark(every: pd.DataFrame, day: str) -> pd.DataFrame:
        cut = every["review_result"].isin(CUT) & (every["decided_date"].fillna(NEVER) <= day)
        return every.assign(numerator_count=cut, denominator_count=1)

    return _stock(rows, question, question.ends(rows["decided_date"]), mark)


def _internal_cost_cut(question: Question) -> pd.DataFrame:
    """Share of the internal procedures' cost that decisions have cut; those without both costs are left out."""
    rows = question.rows("internal_procedures").dropna(subset=["cost_before_vnd", "cost_after_vnd"])

    def mark(every: pd.DataFrame, day: str) -> pd.DataFrame:
        decided = every["decided_date"].fillna(NEVER) <= day
        saved = (every["cost_before_vnd"] - every["cost_after_vnd"]).where(decided, 0)
        return every.assign(numerator_count=saved, denominator_count=every["cost_before_vnd"])

    return _stock(rows, question, question.ends(rows["decided_date"]), mark)


def _electronic_work_files(question: Question) -> pd.DataFrame:
    rows = question.rows("work_files")
    marked = rows.assign(
        numerator_count=rows["electronic_work_files_count"], denominator_count=rows["work_files_count"]
    )
    return _sums(marked.assign(period=in_period(marked["month"], question.period)), question)


def _databases(question: Question) -> pd.DataFrame:
    rows = question.rows("databases")
    ends = question.ends(rows["operating_from"], rows["connected_from"])
    return _stock(rows, question, ends, lambda every, day: every[every["operating_from"] <= day].assign(
        numerator_count=1))  # fmt: skip


def _databases_connected(question: Question) -> pd.DataFrame:
    rows = question.rows("databases")

    def mark(every: pd.DataFrame, day: str) -> pd.DataFrame:
        there = every[every["operating_from"] <= day]
        return there.assign(numerator_count=there["connected_from"].fillna(NEVER) <= day, denominator_count=1)

    return _stock(rows, question, question.ends(rows["operating_from"], rows["connected_from"]), mark)


def _database_uses(question: Question) -> pd.DataFrame:
    rows = question.rows("database_uses")
    marked = rows.assign(numerator_count=rows["uses_count"], period=in_period(rows["month"], question.period))
    return _sums(marked, question)


def _rules_reviewed(question: Question) -> pd.DataFrame:
    rows = question.rows("rule_reviews")

    def mark(every: pd.DataFrame, day: str) -> pd.DataFrame:
        return every.assign(numerator_count=every["reviewed_date"].fillna(NEVER) <= day, denominator_count=1)

    return _stock(rows, question, question.ends(rows["reviewed_date"]), mark)


def _rules_handled(question: Question) -> pd.DataFrame:
    """Share of the rules that a review wants changed whose change has been issued."""
    rows = question.rows("rule_reviews")
    wanted = rows[rows["rule_result"].isin(["amend", "abolish"])]

    def mark(every: pd.DataFrame, day: str) -> pd.DataFrame:
        known = every[every["reviewed_date"].fillna(NEVER) <= day]
        return known.assign(numerator_count=known["handled_date"].fillna(NEVER) <= day, denominator_count=1)

    return _stock(wanted, question, question.ends(rows["reviewed_date"], rows["handled_date"]), mark)


def _changes(kind: str) -> Callable[[Question], pd.DataFrame]:
    return lambda question: _flow("procedure_changes", "change_date", question, only={"change_kind": kind})


_REGISTERS: dict[str, Callable[[Question], pd.DataFrame]] = {
    "procedures_in_force_count": _procedures_in_force,
    "procedures_issued_count": _changes("issued"),
    "procedures_amended_count": _changes("amended"),
    "procedures_abolished_count": _changes("abolished"),
    "procedures_decentralised_count": _changes("decentralised"),
    "full_online_procedures_share": _full_online_procedures,
    "essential_services_share": _essential_services,
    "petitions_count": _happened("petitions", "received_date"),
    "petitions_on_time_share": _petitions_on_time,
    "petitions_satisfied_share": _petitions_satisfied,
    "internal_procedures_cut_share": _internal_cut,
    "internal_cost_cut_share": _internal_cost_cut,
    "electronic_work_files_share": _electronic_work_files,
    "initiatives_count": _happened("initiatives", "started_date"),
    "databases_operating_count": _databases,
    "databases_connected_share": _databases_connected,
    "database_uses_count": _database_uses,
    "rules_reviewed_share": _rules_reviewed,
    "rules_handled_share": _rules_handled,
}
