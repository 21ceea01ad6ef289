"""The register of procedures and the decisions that move it: what is in force, what came, what went, what changed."""

from __future__ import annotations

import pandas as pd

from analysis import facts, policy
from analysis.indicators.periods import last_day
from analysis.indicators.registers import NEVER
from analysis.indicators.values import values

FLOWS = ("issued", "amended", "abolished")
MEASURES = {
    "days": ("before_days", "after_days"),
    "documents": ("before_documents_count", "after_documents_count"),
}


def stock_and_flow(source_id: str, *, until: str) -> pd.DataFrame:
    """Give the procedures in force and what moved them, by quarter.

    Parameters
    ----------
    source_id
        A source of dossiers, or one that fills in the tables of a province.
    until
        The last quarter INCLUSIVE, YYYY-Qn.

    Returns
    -------
    pandas.DataFrame
        One row a quarter: `period`, `in_force_count` (on its last day), `issued_count`, `amended_count`,
        `abolished_count` (decisions that took effect in it). Empty if the source has not filled in both tables.
    """
    names = ["period", "in_force_count", *(f"{kind}_count" for kind in FLOWS)]
    if rows_of("procedures", source_id).empty or rows_of("procedure_changes", source_id).empty:
        return pd.DataFrame(columns=names)
    ids = ["procedures_in_force_count", *(f"procedures_{kind}_count" for kind in FLOWS)]
    found = pd.DataFrame(
        {
            name: values(indicator, source_id=source_id, period="quarter").set_index("period")["value"]
            for name, indicator in zip(names[1:], ids, strict=True)
        }
    )
    # a quarter in which nothing was decided has no decision, and one in which nothing moved has the stock before it
    found["in_force_count"] = found["in_force_count"].ffill()
    found = found.fillna(dict.fromkeys(names[2:], 0.0))
    return found[found.index <= until].rename_axis("period").reset_index()[names]


def quarter_before_directive() -> str:
    """Give the last whole quarter before the directive."""
    day = policy.events()["directive_4550"].date
    return str(pd.Period(day, freq="Q") - 1).replace("Q", "-Q")


def amendments(source_id: str, *, until: str) -> pd.DataFrame:
    """Give what the decisions to amend changed, of those that say both before and after.

    Returns
    -------
    pandas.DataFrame
        One row a measure (days, documents): `measure`, `all_count` (decisions to amend), `known_count` (of these with
        both figures), `lighter_count`, `same_count`, `heavier_count`, `before_mean` and `after_mean` (of those known;
        missing if there is none).
    """
    changes = rows_of("procedure_changes", source_id)
    own = changes[(changes["change_kind"] == "amended") & (changes["change_date"] <= last_day(until))]
    rows = []
    for measure, (before, after) in MEASURES.items():
        known = own.dropna(subset=[before, after])
        moved = known[after] - known[before]
        rows.append(
            {
                "measure": measure,
                "all_count": len(own),
                "known_count": len(known),
                "lighter_count": int((moved < 0).sum()),
                "same_count": int((moved == 0).sum()),
                "heavier_count": int((moved > 0).sum()),
                "before_mean": known[before].mean(),
                "after_mean": known[after].mean(),
            }
        )
    return pd.DataFrame(rows)


def in_force(source_id: str, *, day: str) -> pd.DataFrame:
    """Give the rows of the register that are in force on a day (ISO); none if the source keeps no register."""
    rows = rows_of("procedures", source_id)
    return rows[(rows["valid_from"] <= day) & (rows["valid_to"].fillna(NEVER) > day)].reset_index(drop=True)


def rows_of(table: str, source_id: str) -> pd.DataFrame:
    """Give the rows of a table that a source has filled in; none if it has not."""
    rows = facts.load(table)
    return rows[rows["source_id"] == source_id].reset_index(drop=True)
