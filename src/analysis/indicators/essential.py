"""The essential services, listed against used, and the two linked groups end to end, step by step."""

from __future__ import annotations

import pandas as pd

from analysis import facts, policy
from analysis.indicators import counts
from analysis.indicators.compliance_cost import YEAR, window
from analysis.indicators.quantiles import quantiles
from analysis.indicators.registers import ESSENTIAL_SERVICES, NEVER

ONLINE = ("full", "partial")
WHOLE = "all"
HALF = 0.5


def services(source_id: str, *, until: str) -> pd.DataFrame:
    """Give the services that the register marks as essential and that are in force, with a year's use.

    Returns
    -------
    pandas.DataFrame
        One row a service, the most filed first: `procedure_code`, `procedure_name`, `service_level` (missing: not
        known), `dossiers_count` and `online_count` (received in the last four whole quarters), `not_online_count`.
    """
    first, last = window(source_id, until=until)
    register = facts.only("procedures", source_id=source_id)
    there = (register["valid_from"] <= f"{last}-31") & (register["valid_to"].fillna(NEVER) > f"{last}-31")
    own = register[there & register["essential"].fillna(False)].drop_duplicates("procedure_code", keep="last")
    used = counts.load("procedures", source_id)
    used = used[used["month"].between(first, last)].groupby("procedure_code")[["dossiers_count", "online_count"]].sum()
    found = own[["procedure_code", "procedure_name", "service_level"]].set_index("procedure_code").join(used)
    found = found.fillna({"dossiers_count": 0, "online_count": 0}).reset_index()
    found["not_online_count"] = found["dossiers_count"] - found["online_count"]
    return found.sort_values(["dossiers_count", "procedure_code"], ascending=[False, True], ignore_index=True)


def listed_and_used(own: pd.DataFrame) -> pd.DataFrame:
    """Count the services on the way from the list to their use.

    Parameters
    ----------
    own
        As `services` gives it.

    Returns
    -------
    pandas.DataFrame
        One row a step, each counting some of the one before: `step` (`listed`: on the list of 76; `in_force`: marked
        in the register and in force; `online`: full or partial online services; `used`: of these with an online
        dossier; `mostly`: of these with enough dossiers, at least half of them online) and `services_count`.
    """
    online = own[own["service_level"].isin(ONLINE)]
    used = online[online["online_count"] > 0]
    enough = used[used["dossiers_count"] >= policy.FEWEST_CASES]
    mostly = enough[enough["online_count"] >= HALF * enough["dossiers_count"]]
    steps = {"listed": ESSENTIAL_SERVICES, "in_force": len(own), "online": len(online), "used": len(used),
             "mostly": len(mostly)}  # fmt: skip
    return pd.DataFrame({"step": list(steps), "services_count": list(steps.values())})


def contradicted(own: pd.DataFrame) -> pd.DataFrame:
    """Give the services that the register does not call online although dossiers were filed online."""
    return own[~own["service_level"].isin(ONLINE) & (own["online_count"] > 0)].reset_index(drop=True)


def linked_steps(source_id: str, *, until: str) -> pd.DataFrame:
    """Give how long the two linked groups take, each step and the whole, now and a year before.

    Returns
    -------
    pandas.DataFrame
        One row a group and step, the whole (`all`, the last step to end) after its steps: `linked_group`, `step` (code
        of the procedure), `cases_count` (ended, received in the last four whole quarters), `same_day_count` (of these
        ended on the day of receipt), `p10_days`, `p50_days`, `p90_days`, `before_days` (the median of the four quarters
        before those). A case with a step still open is in none of the rows of the whole.
    """
    first, last = window(source_id, until=until)
    earlier, end = (str(pd.Period(month, freq="M") - YEAR) for month in (first, last))
    rows = counts.load("linked", source_id).rename(columns={"cases_count": "dossiers_count"})
    keys = ["linked_group", "step"]
    now = rows[rows["month"].between(first, last)]
    found = quantiles(now, keys, [0.1, 0.5, 0.9]).rename(columns={"dossiers_count": "cases_count"}).set_index(keys)
    before = quantiles(rows[rows["month"].between(earlier, end)], keys, [0.5]).set_index(keys)["p50_days"]
    at_once = now[now["processing_working_days"] == 0].groupby(keys)["dossiers_count"].sum()
    found["same_day_count"] = at_once.reindex(found.index, fill_value=0)
    found["before_days"] = before.reindex(found.index)
    found = found.reset_index()
    return found.assign(whole=found["step"] == WHOLE).sort_values(
        ["linked_group", "whole", "step"], ignore_index=True
    ).drop(columns="whole")  # fmt: skip


def open_cases(steps: pd.DataFrame) -> int:
    """Give how many linked cases at least have a step that is not over: steps that ended less cases that did."""
    most = steps[steps["step"] != WHOLE].groupby("linked_group")["cases_count"].max()
    whole = steps[steps["step"] == WHOLE].set_index("linked_group")["cases_count"]
    return int((most - whole.reindex(most.index, fill_value=0)).sum())
