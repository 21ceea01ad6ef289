"""What the designs compare that ask whether the directive did it: series, services that changed, other provinces."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import facts, policy
from analysis.indicators import counts
from analysis.indicators.periods import in_period
from analysis.policy import FEWEST_CASES


def first_month() -> str:
    """Give the month of the directive, the first that counts as after (YYYY-MM)."""
    return policy.directive_4550().issued_on.isoformat()[:7]


def last_month() -> str:
    """Give the last month before the merger, up to which a series counts the same things (YYYY-MM)."""
    return str(pd.Period(policy.events()["merger_2025"].date, freq="M") - 1)


def working_time(source_id: str) -> pd.DataFrame:
    """Give the working days that settled dossiers took, by month of receipt up to the merger.

    Returns
    -------
    pandas.DataFrame
        One row a month: `month`, `count` (working days of all of them), `exposure` (dossiers), as
        `methods.interrupted` takes a rate.
    """
    table = counts.load("durations", source_id)
    table = table[table["month"] <= last_month()]
    days = table.assign(count=table["processing_working_days"] * table["dossiers_count"])
    sums = days.groupby("month", as_index=False)[["count", "dossiers_count"]].sum()
    return sums.rename(columns={"dossiers_count": "exposure"})


def made_full_online(source_id: str) -> pd.DataFrame:
    """Give how procedures were filed, by quarter up to the merger, and when each was made a full online service.

    Kept are procedures with at least 30 dossiers in every quarter: others would come and go with their dossiers.

    Returns
    -------
    pandas.DataFrame
        One row a procedure and quarter, as `methods.staggered` takes it: `unit` (the procedure's code), `period`,
        `value` (empirical logit of the share filed online), `start` (first quarter in which a dossier was of a full
        online service; missing: none was).
    """
    table = counts.load("procedures", source_id)
    table = table[table["month"] <= last_month()]
    quarters = table.assign(period=in_period(table["month"], "quarter"))
    names = ["dossiers_count", "online_count", "full_service_count"]
    sums = quarters.groupby(["procedure_code", "period"], as_index=False)[names].sum()
    enough = (
        sums["dossiers_count"].where(sums["dossiers_count"] >= FEWEST_CASES).groupby(sums["procedure_code"]).count()
    )
    rows = sums[sums["procedure_code"].isin(enough.index[enough == sums["period"].nunique()])]
    full = rows[rows["full_service_count"] > 0].groupby("procedure_code")["period"].min()
    return pd.DataFrame(
        {
            "unit": rows["procedure_code"],
            "period": rows["period"],
            "value": np.log((rows["online_count"] + 0.5) / (rows["dossiers_count"] - rows["online_count"] + 0.5)),
            "start": rows["procedure_code"].map(full),
        }
    ).reset_index(drop=True)


def donors() -> pd.DataFrame:
    """Give the other provinces that have published monthly scores, and for how many months before the directive.

    Returns
    -------
    pandas.DataFrame
        One row a province: `place_code`, `months_count`. The provinces that the directive concerns are left out.
    """
    concerned = policy.events()["directive_4550"].provinces
    series = facts.load("index_series")
    dated = series["period"].str.fullmatch(r"\d{4}-\d{2}(-\d{2})?").astype(bool)
    monthly = series[dated & (series["place_code"] != "VN")]
    portal = facts.load("portal_national").rename(columns={"unit_code": "place_code"})
    both = pd.concat([monthly[["place_code", "period"]], portal[["place_code", "period"]]], ignore_index=True)
    others = both[~both["place_code"].isin(concerned)]
    before = others["period"].str[:7].where(others["period"].str[:7] < first_month())
    found = before.groupby(others["place_code"]).nunique()
    return pd.DataFrame({"place_code": found.index, "months_count": found.to_numpy()})
