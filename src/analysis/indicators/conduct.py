"""Finished dossiers by unit as the search for patterns takes them, and targeted figures beside their siblings."""

from __future__ import annotations

import pandas as pd

from analysis import policy
from analysis.facts.dossiers import reading
from analysis.indicators.counting import ENDED
from analysis.indicators.usage import a_year_before
from analysis.indicators.values import values

READ = ["unit_code", "status_code", "channel", "finished_at", "hazard_midnight", "processing_working_days",
        "allowed_working_days", "submitter_key", "proxy_account"]  # fmt: skip
# a figure that is looked at, and one that nobody is judged by but that has to move with it
SIBLINGS = (
    ("on_time_official_share", "on_time_cohort_share"),
    ("online_share_channel", "self_submitted_online_share"),
    ("digitised_share", "reuse_share"),
    ("e_result_share", "paperless_share"),
    ("satisfied_share", "rated_share"),
)


def finished(source_id: str, *, last: str) -> pd.DataFrame:
    """Give the settled dossiers of every unit, received since the merger of 1-7-2025 up to a quarter INCLUSIVE.

    Returns
    -------
    pandas.DataFrame
        One row a dossier: `unit`, `elapsed_days`, `limit_days`, `finished_at` (missing where the clock was not
        recorded: stamped at midnight), `account` and `by_self` (both missing unless filed online).
    """
    end = pd.Period(last.replace("-", ""), freq="Q").asfreq("M", "end")
    rows = reading.read(source_id, READ, first=policy.events()["merger_2025"].date.isoformat()[:7], last=str(end))
    known = rows["status_code"].isin(ENDED) & rows["processing_working_days"].notna()
    rows = rows[known & rows["allowed_working_days"].notna()].reset_index(drop=True)
    online = rows["channel"] == "online"
    return pd.DataFrame(
        {
            "unit": rows["unit_code"],
            "elapsed_days": rows["processing_working_days"],
            "limit_days": rows["allowed_working_days"],
            "finished_at": rows["finished_at"].mask(rows["hazard_midnight"].astype(bool)),
            "account": rows["submitter_key"].where(online),
            "by_self": (~rows["proxy_account"].astype("boolean")).where(online),
        }
    )


def siblings(source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give each targeted share beside its sibling, in a quarter and a year before; of bounds the middle.

    Returns
    -------
    pandas.DataFrame
        One row a pair: `indicator_id`, `before_pct`, `now_pct`, `sibling_id`, `sibling_before_pct`, `sibling_now_pct`.
    """
    rows = []
    for target, sibling in SIBLINGS:
        both = [_two(name, source_id, quarter) for name in (target, sibling)]
        rows.append((target, *both[0], sibling, *both[1]))
    names = ["indicator_id", "before_pct", "now_pct", "sibling_id", "sibling_before_pct", "sibling_now_pct"]
    return pd.DataFrame(rows, columns=names)


def _two(name: str, source_id: str, quarter: str) -> tuple[float, float]:
    found = values(name, source_id=source_id, period="quarter").set_index("period")
    middle = found["value"].fillna((found["low"] + found["high"]) / 2)
    before, now = middle.reindex([a_year_before(quarter), quarter])
    return float(before), float(now)
