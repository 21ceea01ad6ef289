"""The words, tables and the figure of the real catalogue of procedures."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.display import figures, labels
from analysis.display.output import Chart, Header, Indicators, Prose, Table
from analysis.display.text import Text, joined, number, percent, period, text

FIELDS_SHOWN = 10
DAYS = 10
LIMITS = ["limit_known_count", "limit_quarter_days", "limit_median_days", "limit_three_quarters_days"]
LIMITS += ["documents_middle_number"]
FREE = ("free_least_pct", "free_most_pct")
FILING = ["online_pct", "online_only_pct", "free_least_pct", "free_most_pct", "fee_middle_vnd"]


def header(sources: list[dict[str, Any]]) -> Header:
    """Give title and sources."""
    last = max(source["as_of"] for source in sources)
    return Header(
        title=text("What do procedures ask of people, by the book?"),
        subtitle=text("Time limits, papers, channels and fees in the published catalogue, and what it does not tell"),
        period=period(last[:4]),
        as_of=last,
        sources=sources,
    )


def lead(by_agency: pd.DataFrame, whole: pd.DataFrame, bounds: tuple[float, float], compared: pd.DataFrame) -> Prose:
    """Say what the catalogue asks; what could not be read makes bounds."""
    row, limit = whole.iloc[0], compared[compared["measure"] == "limit"].to_dict("records")[0]
    words = text(
        "Of the {n} procedures of {agencies} ministries and agencies in the catalogue of 2026, {online} can be filed "
        "online. Between {low} and {high} must be settled within {days} working days, whatever the limits say that "
        "could not be read; of those that were, half allow {middle} working days or less. By the book filing online is "
        "quicker in {less} and slower in {more} of {both} procedures that can be compared; in the others the limit is "
        "the same as at the desk.",
        n=int(row["procedures_count"]),
        agencies=len(by_agency),
        online=percent(row["online_pct"]),
        low=percent(bounds[0]),
        high=percent(bounds[1]),
        days=DAYS,
        middle=number(row["limit_median_days"], 1),
        less=int(limit["less_count"]),
        more=int(limit["more_count"]),
        both=int(limit["both_count"]),
    )
    return Prose(words, style="statement")


def agencies(found: pd.DataFrame) -> Table:
    """Give limits and papers by ministry."""
    caption = text(
        "Longest time limit of a procedure by ministry, in working days (calendar days × 5/7), and documents listed"
    )
    return Table(found[["agency_name", "procedures_count", *LIMITS]], "agencies", caption)


def agencies_chart(table: Table) -> Chart:
    """Draw the middle half of the limits of each ministry."""
    columns = ("limit_quarter_days", "limit_median_days", "limit_three_quarters_days")
    alt = text("For each ministry, the middle half of its procedures' limits in working days; the dot is the middle.")
    chart = figures.ranges(table, label="agency_name", columns=columns, alt=alt)
    return Chart(chart.svg, chart.alt, table, text("Bar: the middle half of the procedures. Dot: the median."))


def filing(found: pd.DataFrame) -> Table:
    """Give channels and fees by ministry."""
    caption = text(
        "Filing and fees by ministry, of all its procedures; at least and at most free, as a fee that was not read may "
        "be nothing or something"
    )
    return Table(found[["agency_name", *FILING]], "filing", caption, merged=_free())


def levels(found: pd.DataFrame) -> Table:
    """Give what is asked by the level that may decide."""
    frame = found.assign(level=found["level"].map(_level))
    names = ["level", "procedures_count", "limit_median_days", "online_pct"]
    caption = text("By level that decides; a procedure that several levels decide counts in each")
    return Table(frame[[*names, *FREE]], "levels", caption, merged=_free())


def fields(found: pd.DataFrame) -> Table:
    """Give the fields with the longest limits."""
    caption = text("Fields with the longest median limit, of those with at least 30 limits read")
    names = ["field_name", "limit_known_count", "procedures_count", "limit_median_days", "documents_middle_number"]
    read_: dict[tuple[str, ...], Text] = {("limit_known_count", "procedures_count"): text("Limits read / procedures")}
    return Table(found.head(FIELDS_SHOWN)[[*names, *FREE]], "fields", caption, merged=read_ | _free())


def compared(found: pd.DataFrame) -> Table:
    """Give how limits and fees online compare with those at the desk."""
    measures = {"limit": text("Time limit"), "fee": text("Fee")}
    frame = found.assign(measure_name=found["measure"].map(measures))
    caption = text("Online against the desk: procedures whose both channels give one limit, or one fee")
    return Table(frame[["measure_name", "both_count", "less_count", "same_count", "more_count"]], "compared", caption)


def read(found: pd.DataFrame) -> Table:
    """Give how much of each edition could be read."""
    frame = found.assign(edition_name=found["edition"].map(edition_name))
    names = ["edition_name", "procedures_count", "rows_count", "limit_pct", "fee_pct"]
    return Table(frame[names], "read", text("Rows of ways to file whose limit and fee could be read as a number"))


def unread(found: pd.DataFrame) -> Table:
    """Give why limits and fees are no numbers."""
    measures = {"limit": text("Time limit"), "fee": text("Fee")}
    frame = found.assign(measure_name=found["measure"].map(measures), reason_name=found["reason"].map(reason_name))
    caption = text("Why the rest of 2026 is no number; nothing was guessed")
    return Table(frame[["measure_name", "reason_name", "rows_count"]], "unread", caption)


def pairs(found: pd.DataFrame) -> Table:
    """Give the procedures that stand under one title in 2021 and in 2026."""
    caption = text(
        "Procedures under the same title in August 2021 and July 2026; a limit is not known where the ways to file "
        "give several or none; a title that stood twice in 2021 stands here twice"
    )
    # what can be compared comes first
    unknown = found[["before_amount", "after_amount"]].isna().sum(axis=1)
    found = found.assign(unknown=unknown)
    found = found.sort_values(["unknown", "procedure_name"], key=labels.in_order, ignore_index=True)
    frame = pd.DataFrame(
        {
            "procedure_name": found["procedure_name"],
            "before_limit_words": _limits(found, "before"),
            "after_limit_words": _limits(found, "after"),
            "before_online_words": found["before_online"].map(_yes),
            "after_online_words": found["after_online"].map(_yes),
        }
    )
    return Table(frame, "pairs", caption)


def pairs_words(found: pd.DataFrame, before: int) -> Prose:
    """Say what the pairs show, and that they are no trend."""
    known = found[found["before_unit"] == found["after_unit"]].dropna(subset=["before_amount", "after_amount"])
    shorter = int((known["after_amount"] < known["before_amount"]).sum())
    longer = int((known["after_amount"] > known["before_amount"]).sum())
    words = joined(
        [
            text(
                "{n} of the {before} procedures of 2021 stand under the same title in 2026. Of {known} with a limit in "
                "both, {shorter} became shorter and {longer} longer; {gained} gained the online channel.",
                n=len(found),
                before=before,
                known=len(known),
                shorter=shorter,
                longer=longer,
                gained=int((found["after_online"] & ~found["before_online"]).sum()),
            ),
            text("Those that kept their title are no random sample: this is no trend."),
        ]
    )
    return Prose(words)


def figures_for_machines(whole: pd.DataFrame, bounds: tuple[float, float]) -> Indicators:
    """Give the headline figures as data."""
    row = whole.iloc[0]
    common = {"period": "2026", "place": "VN", "denominator": row["procedures_count"]}
    within = text("Procedures to be settled within {days} working days", days=DAYS)
    return Indicators(
        [
            {"id": "procedure_catalogue.online", "label": text("Procedures that can be filed online"), "unit": "pct",
             "value": row["online_pct"], **common},
            {"id": "procedure_catalogue.within", "label": within, "unit": "pct", "low": bounds[0], "high": bounds[1],
             "value": None, **common},
        ]
    )  # fmt: skip


def _free() -> dict[tuple[str, ...], Text]:
    return {FREE: text("Free of charge, at least–at most (%)")}


def _limits(found: pd.DataFrame, when: str) -> list[Text]:
    pairs_ = zip(found[f"{when}_amount"], found[f"{when}_unit"], strict=True)
    return [_limit(amount, unit) if pd.notna(amount) else text("not known") for amount, unit in pairs_]


def _limit(amount: float, unit: str) -> Text:
    amount_words = number(amount, 0)
    return {
        "working_days": text("{n} working days", n=amount_words),
        "days": text("{n} calendar days", n=amount_words),
        "hours": text("{n} hours", n=amount_words),
        "months": text("{n} months", n=amount_words),
    }[unit]


def _yes(offered: bool) -> Text:
    return text("yes") if offered else text("no")


def _level(name: str) -> Text:
    return text("province") if name == "province" else labels.deciding_level(name)


def edition_name(name: str) -> Text:
    """Give the words for an edition of the catalogue."""
    return {
        "2026": text("July 2026, seven ministries"),
        "2025-defence": text("2025, Ministry of National Defence"),
        "2021": text("August 2021, citizens' procedures"),
    }[name]


def reason_name(name: str) -> Text:
    """Give the words for why a limit or a fee is no number."""
    return {
        "not_given": text("not given"),
        "no_unit": text("a number without a unit"),
        "runs_together": text("limit and fee run together"),
        "zero": text("zero"),
        "several": text("several, by case"),
        "prose": text("words, no number"),
        "free_with_note": text("free, with a note that others set the fee"),
        "no_amount": text("a currency without a number"),
        "too_small": text("too small to be đồng"),
        "foreign_money": text("in foreign money"),
    }[name]
