"""How long dossiers take: the shares on time side by side, cases to follow, and what Tết does to them."""

from __future__ import annotations

import datetime

import pandas as pd

from analysis import calendar, facts, policy
from analysis.indicators import counts
from analysis.indicators.flow import official_parts
from analysis.indicators.followed import followed
from analysis.indicators.values import values

# of the dossiers of a month with a due date: fewer decided, and the month is not shown yet
DECIDED_PCT = 95.0
# working days before Tết, after it, and from when to when the usual pace is taken; far enough for a rush to be over
WINDOW_DAYS = 10
USUAL_FROM_DAYS, USUAL_TO_DAYS = 41, 60
WINDOWS = ("before", "after", "usual")


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
    """Keep the cases of procedures that have enough of them, with the procedure as their `cohort`."""
    enough = of.groupby("procedure_code")["procedure_code"].transform("size") >= policy.FEWEST_CASES
    return of[enough].assign(cohort=of["procedure_code"])


def supplements(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give the dossiers sent back for a supplement by field, as `methods.funnel` takes them: unit, hits, total."""
    found = values("supplemented_share", source_id=source_id, by=["field_code"], period="quarter")
    own = found[(found["period"] == quarter) & (found["denominator_count"] >= policy.FEWEST_CASES)]
    named = own.rename(columns={"field_code": "unit", "numerator_count": "hits", "denominator_count": "total"})
    return named[["unit", "hits", "total"]].dropna().reset_index(drop=True)


def requests(source_id: str, *, quarter: str) -> dict[str, float]:
    """Count a quarter's dossiers (`dossiers`), those sent back (`sent_back`) and all requests (`requests`)."""
    wanted = {"sent_back": "supplemented_share", "requests": "supplements_per_dossier"}
    found: dict[str, float] = {}
    for key, name in wanted.items():
        own = values(name, source_id=source_id, period="quarter").set_index("period")
        found[key] = float(own["numerator_count"][quarter])
        found["dossiers"] = float(own["denominator_count"][quarter])
    return found


def tet_years(source_id: str, *, quarter: str) -> list[int]:
    """Give the years whose windows around Tết lie within the source's months and end by the end of a quarter."""
    months = counts.load("flow", source_id)["month"]
    first, last = months.min(), min(months.max(), months_of(quarter)[1])
    spans = {year: _spans(year) for year in range(int(first[:4]), int(last[:4]) + 1)}
    return [
        year
        for year, each in spans.items()
        if first <= each["before"][0].isoformat()[:7] and each["usual"][1].isoformat()[:7] <= last
    ]


def around_tet(source_id: str, year: int) -> pd.DataFrame:
    """Give the cases received around a Tết, for `methods.turnaround` and `methods.restricted_mean_difference`.

    Returns
    -------
    pandas.DataFrame
        One row a case: `cohort` (`before`: in the 10 working days before Tết; `after`: in the 10 after it; `usual`: in
        the 41st to the 60th), `elapsed_days`, `limit_days`, `end` as `followed` gives them, `limits` (elapsed in own
        limits) and `calendar_days` (from receipt to the end, or until the source was taken; every day counts).
    """
    spans = _spans(year)
    first, last = (each.isoformat()[:7] for each in (spans["before"][0], spans["usual"][1]))
    rows = followed(source_id, ["received_at", "finished_at"], first=first, last=last)
    day = rows["received_at"].dt.normalize()
    taken = pd.Timestamp(facts.provenance_of(source_id)[0]["as_of"])
    over = rows["finished_at"].where(rows["end"] != "open").fillna(taken).dt.normalize()
    rows = rows.assign(
        limits=rows["elapsed_days"] / rows["limit_days"], calendar_days=(over - day).dt.days.clip(lower=0), cohort=""
    )
    for name, (begins, ends) in spans.items():
        inside = (day >= pd.Timestamp(begins)) & (day <= pd.Timestamp(ends))
        rows["cohort"] = rows["cohort"].mask(inside, name)
    kept = rows[rows["cohort"] != ""].drop(columns=["received_at", "finished_at"])
    return kept.reset_index(drop=True)


def _spans(year: int) -> dict[str, tuple[datetime.date, datetime.date]]:
    """Give the first and the last day of each window, both INCLUSIVE."""
    first, last = calendar.tet(year)
    eve = first - datetime.timedelta(days=1)

    def day(start: datetime.date, number: int) -> datetime.date:
        return pd.Timestamp(calendar.add_working_days([start], number)[0]).date()

    return {
        "before": (day(eve, 1 - WINDOW_DAYS), eve),
        "after": (day(last, 1), day(last, WINDOW_DAYS)),
        "usual": (day(last, USUAL_FROM_DAYS), day(last, USUAL_TO_DAYS)),
    }
