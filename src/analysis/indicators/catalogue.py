"""The real catalogue of procedures: limits, papers, fees and channels by agency, field and level; what is not known."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis import facts
from analysis.policy import FEWEST_CASES

LATEST = "2026"
NAME = "catalogue_channels"
KEY = ["file", "row"]
CHANNELS = ("direct", "online", "post")
# working days in one unit of a limit: a week of seven days has five, a working day eight hours
WORKING_DAYS = {"working_days": 1.0, "days": 5 / 7, "hours": 1 / 8, "months": 5 / 7 * 365.25 / 12}


def procedures(edition: str = LATEST) -> pd.DataFrame:
    """Give the procedures of an edition with the most that any of their cases may take or cost.

    Returns
    -------
    pandas.DataFrame
        One row a procedure: `procedure_code`, `procedure_name`, `agency_name`, `field_name`, `levels`,
        `documents_listed_count` (of all cases, alternatives added up), `direct`, `online`, `post` (whether offered),
        `limit_days` (longest limit of its rows in working days: calendar days × 5/7, 8 hours a day; missing unless
        every row was read), `limit_read_days` (longest of the rows that were read), `fee_vnd` and `fee_read_vnd` (the
        highest, likewise).
    """
    frame, rows = (table[table["edition"] == edition] for table in map(facts.load, ("catalogue_procedures", NAME)))
    rows = rows.assign(days=rows["limit_amount"] * rows["limit_unit"].map(WORKING_DAYS))
    groups = rows.groupby(KEY)
    told = pd.DataFrame(
        {
            **{
                channel: (rows["channel"] == channel).groupby([rows[name] for name in KEY]).any()
                for channel in CHANNELS
            },
            "limit_read_days": groups["days"].max(),
            "limit_days": groups["days"].max().where(groups["days"].count() == groups.size()),
            "fee_read_vnd": groups["fee_vnd"].max(),
            "fee_vnd": groups["fee_vnd"].max().where(groups["fee_vnd"].count() == groups.size()),
        }
    )
    kept = [*KEY, "procedure_code", "procedure_name", "agency_name", "field_name", "levels", "documents_listed_count"]
    found = frame[kept].merge(told.reset_index(), on=KEY, how="left")
    return found.astype(dict.fromkeys(CHANNELS, "boolean")).fillna(dict.fromkeys(CHANNELS, False))


def by_level(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the procedures once for each level that may decide them, as `level`."""
    levels = frame["levels"].str.split(", ")
    return frame.assign(level=levels).explode("level").dropna(subset=["level"])


def asked(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Summarise limits, papers, channels and fees.

    Parameters
    ----------
    frame
        As `procedures` or `by_level` gives it.
    by
        Columns of the group; a procedure without one of them is left out. None: all together.

    Returns
    -------
    pandas.DataFrame
        One row a group, the most procedures first: `procedures_count`, `online_pct`, `online_only_pct`,
        `limit_known_count`, `limit_quarter_days`, `limit_median_days`, `limit_three_quarters_days` (of the known),
        `documents_middle_number` (of procedures with a readable list), `free_least_pct` and `free_most_pct` (bounds:
        a fee that was not read may be nothing or something), `fee_middle_vnd` (of those known to cost something).
    """
    rows = frame.assign(_all=True)
    groups = rows.groupby(list(by) or ["_all"], sort=False)
    summary = [{**_named(name, by), **_summary(own)} for name, own in groups]
    found = pd.DataFrame(summary)
    return found.sort_values("procedures_count", ascending=False, kind="stable", ignore_index=True)


def slowest_fields(frame: pd.DataFrame) -> pd.DataFrame:
    """Give `asked` by field, the longest middle limit first, where enough limits are known."""
    found = asked(frame, ["field_name"])
    enough = found[found["limit_known_count"] >= FEWEST_CASES]
    return enough.sort_values("limit_median_days", ascending=False, kind="stable", ignore_index=True)


def within(frame: pd.DataFrame, days: float) -> tuple[float, float]:
    """Give the least and the most, in percent, of procedures whose every limit is at most so many working days."""
    surely = frame["limit_days"] <= days
    surely_not = frame["limit_read_days"] > days
    return 100 * float(surely.mean()), 100 * float((~surely_not).mean())


def online_against_desk(edition: str = LATEST) -> pd.DataFrame:
    """Compare what the rules say of filing online with what they say of the desk.

    Returns
    -------
    pandas.DataFrame
        One row a measure (limit, fee): `measure`, `both_count` (procedures with one readable limit, in one unit, or one
        fee on each channel), `less_count` (less online), `same_count`, `more_count`.
    """
    rows = facts.load(NAME)
    rows = rows[rows["edition"] == edition]
    found = []
    for measure, value in (("limit", "limit_amount"), ("fee", "fee_vnd")):
        unit = rows["limit_unit"] if measure == "limit" else rows["fee_vnd"].map(lambda _: "vnd")
        one = rows.assign(unit=unit).groupby([*KEY, "channel"]).agg(
            lowest=(value, "min"), highest=(value, "max"), read=(value, "count"), rows=("channel", "size"),
            unit=("unit", "first"), units=("unit", "nunique"),
        )  # fmt: skip
        single = one[(one["lowest"] == one["highest"]) & (one["read"] == one["rows"]) & (one["units"] == 1)]
        online, desk = (single.xs(name, level="channel") for name in ("online", "direct"))
        both = online.merge(desk, left_index=True, right_index=True, suffixes=("", "_desk"))
        both = both[both["unit"] == both["unit_desk"]]
        less, more = both["lowest"] < both["lowest_desk"], both["lowest"] > both["lowest_desk"]
        found.append((measure, len(both), int(less.sum()), int((~less & ~more).sum()), int(more.sum())))
    return pd.DataFrame(found, columns=["measure", "both_count", "less_count", "same_count", "more_count"])


def read() -> pd.DataFrame:
    """Give, by edition, how much of the catalogue could be read.

    Returns
    -------
    pandas.DataFrame
        One row an edition, the latest first: `edition`, `procedures_count`, `rows_count` (of channels), `limit_pct`,
        `fee_pct` (of the rows, read as a number).
    """
    rows, frame = facts.load(NAME), facts.load("catalogue_procedures")
    counts = rows.groupby("edition").agg(
        rows_count=("channel", "size"), limits=("limit_amount", "count"), fees=("fee_vnd", "count")
    )
    counts["procedures_count"] = frame.groupby("edition").size()
    counts["limit_pct"] = 100 * counts["limits"] / counts["rows_count"]
    counts["fee_pct"] = 100 * counts["fees"] / counts["rows_count"]
    names = ["edition", "procedures_count", "rows_count", "limit_pct", "fee_pct"]
    return counts.sort_index(ascending=False).reset_index()[names]


def unread(edition: str = LATEST) -> pd.DataFrame:
    """Give why limits and fees of an edition are no numbers: `measure`, `reason`, `rows_count`, the most first."""
    rows = facts.load(NAME)
    own = rows[rows["edition"] == edition]
    parts = [
        own[f"{measure}_problem"].dropna().value_counts().rename_axis("reason").reset_index(name="rows_count").assign(
            measure=measure)
        for measure in ("limit", "fee")
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)[["measure", "reason", "rows_count"]]


def pairs() -> pd.DataFrame:
    """Give the procedures that stand under the same title in 2021 and 2026.

    Returns
    -------
    pandas.DataFrame
        One row a procedure of 2021: `procedure_name`, `before_amount`, `before_unit`, `after_amount`, `after_unit` (the
        limit that all its channels agree on; missing where they do not, or it could not be read), `before_online`,
        `after_online`.
    """
    rows = facts.load("procedure_pairs")
    found = []
    for _, own in rows.groupby(KEY):
        online = own[own["channel"] == "online"]
        told = {"procedure_name": own["procedure_name"].iloc[0]}
        for when in ("before", "after"):
            offered = own[own[f"{when}_offered"]]
            limits = offered[[f"{when}_limit_amount", f"{when}_limit_unit"]].drop_duplicates()
            amount, unit = limits.iloc[0] if len(limits) == 1 else (float("nan"), None)
            told |= {f"{when}_amount": amount, f"{when}_unit": unit, f"{when}_online": online[f"{when}_offered"].any()}
        found.append(told)
    names = [
        "procedure_name",
        *(f"{when}_{name}" for name in ("amount", "unit", "online") for when in ("before", "after")),
    ]
    return pd.DataFrame(found, columns=names)


def _named(name: object, by: Sequence[str]) -> dict[str, object]:
    parts = name if isinstance(name, tuple) else (name,)
    return dict(zip(by, parts, strict=False))


def _summary(own: pd.DataFrame) -> dict[str, float]:
    limits, fees = own["limit_days"].dropna(), own["fee_read_vnd"]
    quarter, middle, three_quarters = limits.quantile([0.25, 0.5, 0.75])
    return {
        "procedures_count": float(len(own)),
        "online_pct": 100 * float(own["online"].mean()),
        "online_only_pct": 100 * float((own["online"] & ~own["direct"] & ~own["post"]).mean()),
        "limit_known_count": float(len(limits)),
        "limit_quarter_days": quarter,
        "limit_median_days": middle,
        "limit_three_quarters_days": three_quarters,
        "documents_middle_number": own["documents_listed_count"].median(),
        "free_least_pct": 100 * float((own["fee_vnd"] == 0).mean()),
        "free_most_pct": 100 * float((~(fees > 0)).mean()),
        "fee_middle_vnd": fees[fees > 0].median(),
    }
