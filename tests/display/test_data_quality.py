"""The page on what came in: the main oddity is named first, what weighs most stands on top, and a jump is named."""

from __future__ import annotations

import pandas as pd

from analysis.display import data_quality as shown


def found() -> pd.DataFrame:
    rows = [
        ("channel_missing", "read", 0, 1000),
        ("submitted_at_receipt", "derived", 900, 1000),
        ("due_missing", "read", 10, 1000),
        ("finished_at_midnight", "read", 30, 1000),
    ]
    frame = pd.DataFrame(rows, columns=["check_id", "certainty", "rows_count", "of_count"])
    share = 100 * frame["rows_count"] / frame["of_count"]
    return frame.assign(share_pct=share, name_vi="kiểm " + frame["check_id"], name_en=frame["check_id"])


def brought() -> pd.DataFrame:
    return pd.DataFrame(
        {"dossiers_count": [1000], "rejected_count": [3], "first_month": ["2025-01"], "last_month": ["2026-09"]}
    )


def test_the_lead_names_what_is_most_often_odd_beyond_doubt_and_the_most_frequent_pattern() -> None:
    words = shown.lead(brought(), found()).plain("en")
    assert "Most often odd beyond doubt: “finished_at_midnight”, 3.0% (30 of 1,000)" in words
    assert "may be innocent: “submitted_at_receipt”, 90.0% (900 of 1,000)" in words
    clean = found().assign(rows_count=0, share_pct=0.0)
    assert "Nothing odd was found" in shown.lead(brought(), clean).plain("en")


def test_what_is_sure_and_frequent_stands_on_top_and_what_was_not_found_at_the_end() -> None:
    assert [name["en"] for name in shown.odd(found()).frame["check_name"]] == [
        "finished_at_midnight", "due_missing", "submitted_at_receipt", "channel_missing",
    ]  # fmt: skip


def test_a_month_far_above_the_usual_is_named_and_a_check_that_found_nothing_is_not_drawn() -> None:
    months = [f"2026-{month:02d}" for month in range(1, 10)]
    base = found().loc[found()["check_id"].isin(["due_missing", "channel_missing"])]
    monthly = pd.concat([base.assign(month=month) for month in months], ignore_index=True)
    calm = shown.odd_by_month(monthly)
    assert {name["en"] for name in calm.frame["check_name"]} == {"due_missing"}
    assert "No month stands out" in shown.jumps(calm).plain("en")
    last = (monthly["month"] == "2026-09") & (monthly["check_id"] == "due_missing")
    jumped = monthly.assign(
        rows_count=monthly["rows_count"].mask(last, 40), share_pct=monthly["share_pct"].mask(last, 4.0)
    )
    said = shown.jumps(shown.odd_by_month(jumped)).plain("en")
    assert said == "- due_missing: 4.0% in September 2026, where 1.0% is usual."
