"""How long dossiers take: the shares on time side by side, cases to follow, procedures and supplements."""

from __future__ import annotations

import pandas as pd

from analysis import policy
from analysis.indicators import counts
from analysis.indicators.flow import official_parts
from analysis.indicators.followed import followed
from analysis.indicators.values import values

# of the dossiers of a month with a due date: fewer decided, and the month is not shown yet
DECIDED_PCT = 95.0


def months_of(quarter: str) -> tuple[str, str]:
    """Give the first and the last month (YYYY-MM) of a quarter (YYYY-Qn), both INCLUSIVE."""
    months = pd.period_range(pd.Period(quarter.replace("-", ""), freq="Q").asfreq("M", "start"), periods=3, freq="M")
    return str(months[0]), str(months[-1])


def ways(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give the shares on time that counts give, for a quarter.

    Returns
    -------
    pandas.DataFrame
        One row a way, `official` (as the portal counts), `of_finished` (of those that ended in the quarter and had a
        due date) and `by_receipt` (of those received in it that have ended or fallen due): `way`, `hits`, `total`.
    """
    parts = parts_of_official(source_id, quarter=quarter)
    in_time, late = parts.get("finished_in_time", 0), parts.get("finished_late", 0)
    rows: list[tuple[str, float, float]] = [("of_finished", in_time, in_time + late)]
    for way, name in (("official", "on_time_official_share"), ("by_receipt", "on_time_cohort_share")):
        own = values(name, source_id=source_id, period="quarter").set_index("period")
        rows.append((way, float(own["numerator_count"][quarter]), float(own["denominator_count"][quarter])))
    found = pd.DataFrame(rows, columns=["way", "hits", "total"]).set_index("way")
    return found.loc[["official", "of_finished", "by_receipt"]].reset_index()


def parts_of_official(source_id: str, *, quarter: str) -> dict[str, int]:
    """Give what the portal's share of a quarter is made of: dossiers by part, as `flow.official_parts` names them."""
    found = official_parts(counts.load("flow", source_id), [], "quarter")
    own = found[found["period"] == quarter].set_index("part")["dossiers_count"]
    return {str(part): int(count) for part, count in own.items()}


def by_month(source_id: str) -> pd.DataFrame:
    """Give the portal's share and the share by month of receipt.

    Returns
    -------
    pandas.DataFrame
        One row an indicator and month: `indicator_id`, `month`, `share_pct`. By receipt a month is left out while
        fewer than 95 % of its dossiers with a due date have ended or fallen due.
    """
    official = values("on_time_official_share", source_id=source_id)
    cohort = values("on_time_cohort_share", source_id=source_id)
    flow = counts.load("flow", source_id)
    dated = flow[flow["due_month"].notna()].groupby("month")["dossiers_count"].sum()
    decided = 100 * cohort.set_index("period")["denominator_count"] / dated
    cohort = cohort[cohort["period"].map(decided) >= DECIDED_PCT]
    both = pd.concat([official, cohort], ignore_index=True).rename(columns={"period": "month", "value": "share_pct"})
    return both[["indicator_id", "month", "share_pct"]]


def cases(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give the dossiers received in a quarter, as `followed` gives cases, with `unit_level` and `procedure_code`.

    One quarter only: recent enough to say how it is now, and memory that does not grow with the years kept.
    """
    first, last = months_of(quarter)
    return followed(source_id, ["unit_level", "procedure_code"], first=first, last=last)


def by_procedure(of: pd.DataFrame) -> pd.DataFrame:
    """Keep the cases of procedures of which enough are decided, with the procedure as their `cohort`."""
    enough = _known(of).groupby(of["procedure_code"]).transform("sum") >= policy.FEWEST_CASES
    return of[enough].assign(cohort=of["procedure_code"])


def slowest(compared: pd.DataFrame, count: int = 10) -> pd.DataFrame:
    """Keep the cases of the procedures whose settled cases took longest (median working days)."""
    settled = compared[compared["end"] == "finished"]
    medians = settled.groupby("cohort")["elapsed_days"].median()
    return compared[compared["cohort"].isin(medians.nlargest(count).index)]


def decided(compared: pd.DataFrame) -> pd.DataFrame:
    """Count, by procedure, cases that were finished or ran over their limit, as `methods.funnel` takes them.

    Returns
    -------
    pandas.DataFrame
        One row a procedure: `unit`, `hits` (finished within the limit), `total`.
    """
    hits = (compared["end"] == "finished") & _in_time(compared)
    rows = pd.DataFrame({"unit": compared["cohort"], "hits": hits, "total": _known(compared)})
    return rows.groupby("unit", as_index=False).sum()


def _in_time(of: pd.DataFrame) -> pd.Series:
    return of["elapsed_days"] <= of["limit_days"]


def _known(of: pd.DataFrame) -> pd.Series:
    """Say of which cases it is known whether they are finished within their limit."""
    return (of["end"] == "finished") | ((of["end"] == "open") & ~_in_time(of))


def supplements(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give the dossiers sent back for a supplement by field, as `methods.funnel` takes them: unit, hits, total."""
    found = values("supplemented_share", source_id=source_id, by=["field_code"], period="quarter")
    own = found[(found["period"] == quarter) & (found["denominator_count"] >= policy.FEWEST_CASES)]
    named = own.rename(columns={"field_code": "unit", "numerator_count": "hits", "denominator_count": "total"})
    return named[["unit", "hits", "total"]].dropna().reset_index(drop=True)


def requests(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Count a quarter's requests for supplements: one row, `sent_back_count`, `requests_count`, `dossiers_count`."""
    wanted = {"sent_back_count": "supplemented_share", "requests_count": "supplements_per_dossier"}
    found: dict[str, float] = {}
    for key, name in wanted.items():
        own = values(name, source_id=source_id, period="quarter").set_index("period")
        found[key] = float(own["numerator_count"][quarter])
        found["dossiers_count"] = float(own["denominator_count"][quarter])
    return pd.DataFrame([found])
