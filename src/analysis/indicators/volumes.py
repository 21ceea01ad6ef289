"""Procedures at the dossiers really filed: what is used of the limit, what is handed in, what nobody files."""

from __future__ import annotations

import pandas as pd

from analysis.facts.dossiers import reading
from analysis.indicators.followed import followed
from analysis.indicators.periods import last_day, months_to
from analysis.indicators.simplification import in_force, rows_of

YEAR = 4  # quarters
# working days, both INCLUSIVE; a limit below 3 whole days cannot be cut by 30 % or a half in whole days
LIMITS = ((3, 5), (6, 10), (11, 20), (21, 10_000))
CANDIDATES = 60
RARE = 12  # dossiers a year: fewer than one a month


def limits_used(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give the dossiers of a year, each with the part of its limit that it took.

    Parameters
    ----------
    source_id
        A source of dossiers.
    quarter
        The last of the four quarters of receipt INCLUSIVE, YYYY-Qn.

    Returns
    -------
    pandas.DataFrame
        One row a dossier with a limit of three working days or more, as `methods.share_by` takes it: `limit_group`
        (position in `LIMITS`), `time` (elapsed working days over the limit, to its end or to when it was last seen),
        `end` as in `followed`.
    """
    first, last = months_to(quarter, quarters=YEAR)
    cases = followed(source_id, first=first, last=last)
    edges = [low - 0.5 for low, _ in LIMITS] + [float("inf")]
    group = pd.cut(cases["limit_days"], edges, labels=False)
    found = pd.DataFrame(
        {"limit_group": group, "time": cases["elapsed_days"] / cases["limit_days"], "end": cases["end"]}
    )
    return found[group.notna()].reset_index(drop=True)


def handed_in(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give what the applicants of a year handed in and waited, by procedure.

    Returns
    -------
    pandas.DataFrame
        One row a procedure, the most documents first: `procedure_code`, `annual_dossiers_count`,
        `documents_filed_count` (components of its dossiers; those not recorded taken to have as many as the recorded
        ones; missing if none is), `documents_se` (of that sum as one year's draw of dossiers that come independently),
        `mean_days` (working days from receipt to the end, of the ended ones).
    """
    first, last = months_to(quarter, quarters=YEAR)
    names = ["procedure_code", "components_count", "processing_working_days"]
    rows = reading.read(source_id, names, first=first, last=last).astype(dict.fromkeys(names[1:], "float64"))
    rows = rows.assign(squared=rows["components_count"] ** 2)
    found = rows.groupby("procedure_code", as_index=False).agg(
        annual_dossiers_count=("components_count", "size"),
        known=("components_count", "count"),
        documents_filed_count=("components_count", "sum"),
        squared=("squared", "sum"),
        mean_days=("processing_working_days", "mean"),
    )
    up = found["annual_dossiers_count"] / found["known"].where(found["known"] > 0)
    found["documents_se"] = up * found["squared"] ** 0.5
    found["documents_filed_count"] *= up
    order = ["procedure_code", "annual_dossiers_count", "documents_filed_count", "documents_se", "mean_days"]
    return found.sort_values(["documents_filed_count", "procedure_code"], ascending=[False, True])[order].reset_index(
        drop=True
    )


def candidates(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give the procedures in force with the most documents handed in within a year.

    Returns
    -------
    pandas.DataFrame
        At most `CANDIDATES` rows of `handed_in`, with `procedure_name` and `limit_days` as the register has them
        (missing if the source keeps no register; then ended procedures are not left out).
    """
    handed, there = handed_in(source_id, quarter=quarter), in_force(source_id, day=last_day(quarter))
    named = handed.merge(there[["procedure_code", "procedure_name", "limit_days"]], on="procedure_code", how="left")
    if len(there):
        named = named.dropna(subset=["procedure_name"])
    return named[named["documents_filed_count"] > 0].head(CANDIDATES).reset_index(drop=True)


def rarely_filed(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give, by level that decides, how many procedures in force hardly anybody filed within a year.

    Returns
    -------
    pandas.DataFrame
        One row a level: `decided_level`, `in_force_count` (in force for the whole year, internal ones left out),
        `never_filed_count`, `rarely_filed_count` (at least one dossier, fewer than `RARE`), `rare_dossiers_count` (of
        those rarely filed). Empty if the source keeps no register.
    """
    first, last = months_to(quarter, quarters=YEAR)
    there, register = in_force(source_id, day=last_day(quarter)), rows_of("procedures", source_id)
    # what was not yet in force a year ago had less than a year to be filed
    old = register.loc[register["valid_from"] <= f"{first}-01", "procedure_code"]
    there = there[there["procedure_code"].isin(old) & ~there["internal"].astype(bool)]
    filed = reading.read(source_id, ["procedure_code"], first=first, last=last)["procedure_code"].value_counts()
    dossiers = there["procedure_code"].map(filed).fillna(0.0)
    rarely = (dossiers > 0) & (dossiers < RARE)
    marked = there[["decided_level"]].assign(
        in_force_count=1.0,
        never_filed_count=(dossiers == 0).astype(float),
        rarely_filed_count=rarely.astype(float),
        rare_dossiers_count=dossiers.where(rarely, 0.0),
    )
    return marked.groupby("decided_level", as_index=False).sum()
