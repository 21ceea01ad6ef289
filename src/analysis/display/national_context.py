"""The words and tables of the report on the published series: where they break, and what each of them counts."""

from __future__ import annotations

import calendar
import datetime
import re
from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import figures, labels
from analysis.display.output import Chart, Header, Indicators, Listing, Prose, Table, instead
from analysis.display.text import Text, count, day, joined, number, percent, period, same, text

NATION = "VN"
READ = ("read", "read_in_code")
DAYS_A_MONTH = 365.25 / 12


def last_day(name: str) -> str:
    """Give the last day of a period code as an ISO date; `first/last` gives the last.

    Raises
    ------
    ValueError
        If the code is none of YYYY, YYYY-H1, YYYY-Q1, YYYY-MM, YYYY-MM-DD, first/last.
    """
    name = name.split("/")[-1]
    if match := re.fullmatch(r"(\d{4})(?:-([HQ])(\d))?", name):
        year, kind, part = match.groups()
        month = 12 if kind is None else int(part) * (6 if kind == "H" else 3)
        name = f"{year}-{month:02d}"
    if match := re.fullmatch(r"(\d{4})-(\d{2})", name):
        year_number, month = int(match[1]), int(match[2])
        name = f"{name}-{calendar.monthrange(year_number, month)[1]}"
    return datetime.date.fromisoformat(name).isoformat()


def header(sources: list[dict[str, Any]], until: str) -> Header:
    """Give title, period, sources, and the last day that any of them speaks of."""
    return Header(
        title=text("National context: the published series"),
        subtitle=text("What was published, what each figure counts, and where series break"),
        period=period(until),
        as_of=max(source["as_of"] for source in sources),
        sources=sources,
    )


def lead(shares: pd.DataFrame, definitions: pd.DataFrame) -> Prose:
    """Say what goes by the name of online share, and how far apart the figures of one place and one year lie."""
    names = pd.Series(list(_both(definitions, "label")), index=definitions["definition_id"])
    latest = comparable(shares)
    said = [
        text("{n} definitions go by the name of online share.", n=len(names)),
        *_side_by_side(latest.assign(name=latest["definition_id"].map(names))),
        text("They count different things and cannot be joined into one series."),
    ]
    unpublished = definitions.loc[~definitions["certainty"].isin(READ), "definition_id"]
    if len(unpublished):
        said.append(text("Without a published definition: {names}.", names=joined(names[unpublished], "; ")))
    return Prose(joined(said), style="statement")


def comparable(shares: pd.DataFrame) -> pd.DataFrame:
    """Give the figures of the whole country that may stand side by side.

    Returns
    -------
    pandas.DataFrame
        The columns of `shares` and `year`: for each definition its latest figure, all of one year, that in which
        most definitions have one; of several such years the latest. Empty if no year has two of them.
    """
    known = shares[shares["place_code"] == NATION].dropna(subset=["share_pct", "period"])
    dates = known["period"].map(last_day)
    known = known.assign(year=dates.str[:4], date=dates).sort_values("date")
    latest = known.drop_duplicates(["year", "definition_id"], keep="last")
    defined = latest["year"].value_counts()
    most = defined[(defined > 1) & (defined == defined.max())]
    return latest[latest["year"] == str(most.index.max())].sort_values("share_pct", ignore_index=True)


def _side_by_side(latest: pd.DataFrame) -> list[Text]:
    if latest.empty:
        return []
    when = latest["period"].map(_period)
    shown = [
        percent(share) + same(" (") + name + same(", ") + period_name + same(")")
        for share, name, period_name in zip(latest["share_pct"], latest["name"], when, strict=True)
    ]
    return [
        text(
            "The latest figures of {year} for {place}: {figures}.",
            year=latest["year"].iloc[0],
            place=_place(latest).iloc[0],
            figures=joined(shown, "; "),
        )
    ]


def breaks() -> Listing:
    """Say where the series break, and how little lies between the directive and the break."""
    events = policy.events()
    directive, merger = events["directive_4550"].date, events["merger_2025"].date
    unsure = [event for event in events.values() if event.certainty not in READ]
    return Listing(
        [
            text(
                "On {day} 63 provinces became 34, districts were abolished and the provincial portals were closed: "
                "every provincial series breaks there. Bình Phước became part of Đồng Nai; its series ends, and the "
                "series of Đồng Nai after that day is that of another province under the same name.",
                day=day(merger),
            ),
            text(
                "Between the directive of {directive} and the break lie {n} months: too few figures here to say "
                "whether it changed anything; this page does not try.",
                directive=day(directive),
                n=round((merger - directive).days / DAYS_A_MONTH),
            ),
            *(
                text("{event} (date: {certainty}).", event=_label(event), certainty=labels.certainty(event.certainty))
                for event in unsure
            ),
        ]
    )


def index_series(series: pd.DataFrame) -> Table:
    """Give the published scores of the index, with their dates and certainty."""
    ordered = series.sort_values(["place_name", "period"], na_position="first", ignore_index=True)
    frame = pd.DataFrame(
        {
            "place_name": ordered["place_name"],
            "period": ordered["period"].map(_period),
            "score_points": ordered["score_points"],
            "rank": ordered["rank"],
            "places_count": ordered["places_count"],
            "certainty": ordered["certainty"].map(labels.certainty),
            "source": _both(ordered, "source"),
        }
    )
    return Table(frame, "index_series", text("Scores of the index that were published"))


def dated(series: pd.DataFrame, value: str, name: pd.Series) -> pd.DataFrame:
    """Give the figures that have a period, with the last day of it."""
    known = series.assign(series=name).dropna(subset=[value, "period"])
    return known.assign(date=known["period"].map(last_day)).sort_values(["series", "date"], ignore_index=True)


def index_points(series: pd.DataFrame) -> Table:
    """Give the dated scores, as they are drawn, and how sure each is."""
    known = dated(series, "score_points", series["place_name"])
    known = known.assign(certainty=known["certainty"].map(labels.certainty))
    return Table(
        known[["place_name", "date", "score_points", "certainty"]],
        "index_points",
        text("Published scores of the index over time"),
    )


def index_chart(table: Table) -> Chart:
    """Draw the published scores, with the break of the merger; what was not read in a source is hollow."""
    merger = policy.events()["merger_2025"].date
    alt = text(
        "Published scores of {n} provinces over time, between {low} and {high} points; a dashed line marks the merger "
        "of provinces on {day}, across which nothing may be compared.",
        n=table.frame["place_name"].nunique(),
        low=number(table.frame["score_points"].min(), 2),
        high=number(table.frame["score_points"].max(), 2),
        day=day(merger),
    )
    columns = ("date", "score_points", "place_name")
    broken = [(merger.isoformat(), text("merger"))]
    return figures.over_time(table, columns=columns, breaks=broken, sure=_sure(table), alt=alt)


def _sure(table: Table) -> list[bool]:
    """Say of each row, by the certainty the table shows, whether it was read in a source."""
    read = [labels.certainty(name) for name in READ]
    return [shown in read for shown in table.frame["certainty"]]


def definitions(table: pd.DataFrame) -> Table:
    """Give what each definition counts, and of what."""
    frame = pd.DataFrame(
        {
            "definition_name": _both(table, "label"),
            "numerator_name": _both(table, "numerator"),
            "denominator_name": _both(table, "denominator"),
            "note": instead(_both(table, "note"), same("–")),
        }
    )
    return Table(frame, "definitions", text("What the published online shares count"))


def online_shares(shares: pd.DataFrame, names: pd.DataFrame) -> Table:
    """Give the published online shares, each under its definition."""
    name = pd.Series(list(_both(names, "label")), index=names["definition_id"])
    frame = pd.DataFrame(
        {
            "definition_name": shares["definition_id"].map(name),
            "place_name": _place(shares),
            "period": shares["period"].map(_period),
            "share_pct": shares["share_pct"],
            "certainty": shares["certainty"].map(labels.certainty),
            "note": instead(_both(shares, "note"), same("–")),
            "source": _both(shares, "source"),
        }
    )
    return Table(frame, "online_shares", text("Online shares as published, definitions kept apart"))


def full_online(shares: pd.DataFrame) -> Table:
    """Give the shares settled by full online services, beside their targets."""
    frame = pd.DataFrame(
        {
            "place_name": _place(shares),
            "period": shares["period"].map(_period),
            "share_pct": shares["share_pct"],
            "target_pct": instead(shares["target_pct"], same("–")),
            "note": instead(_both(shares, "note"), same("–")),
            "source": _both(shares, "source"),
        }
    )
    return Table(frame, "full_online", text("Dossiers settled by full online services, with targets"))


def binh_phuoc(table: pd.DataFrame) -> Table:
    """Give what Bình Phước published of itself for 2024."""
    frame = pd.DataFrame(
        {
            "measure_name": _both(table, "measure"),
            "share_pct": table["share_pct"],
            "change_percentage_points": table["change_percentage_points"],
            "numerator_count": table["numerator_count"],
            "denominator_count": table["denominator_count"],
            "rank": table["rank"],
            "certainty": table["certainty"].map(labels.certainty),
            "note": instead(_both(table, "note"), same("–")),
            "source": _both(table, "source"),
        }
    )
    return Table(frame, "binh_phuoc_2024", text("What Bình Phước published of itself for 2024"))


def binh_phuoc_words(table: Table) -> Prose:
    """Say why these figures stand here, and what they do not tell."""
    shares = table.frame.dropna(subset=["share_pct"])
    return Prose(
        text(
            "Bình Phước is the province whose directive of {directive} is the occasion of this work. Besides its score "
            "and its online share above, these are the only figures of it that were found. {n} of the {all} shares "
            "here come without the number they are a share of: how many dossiers it handled is not known.",
            directive=day(policy.events()["directive_4550"].date),
            n=int(shares["denominator_count"].isna().sum()),
            all=len(shares),
        )
    )


def egdi(series: pd.DataFrame) -> Table:
    """Give Viet Nam's place in the UN survey."""
    frame = pd.DataFrame(
        {
            "period": series["period"],
            "egdi_index": series["egdi_index"],
            "rank": series["rank"],
            "certainty": series["certainty"].map(labels.certainty),
        }
    )
    return Table(frame, "egdi", text("Viet Nam in the UN E-Government Development Index"))


def egdi_chart(table: Table) -> Chart:
    """Draw Viet Nam's index over the surveys."""
    named = table.frame.dropna(subset=["egdi_index"])
    alt = text(
        "Viet Nam's index from {low} in {first} to {high} in {last}.",
        low=number(named["egdi_index"].iloc[0], 4),
        first=str(named["period"].iloc[0]),
        high=number(named["egdi_index"].iloc[-1], 4),
        last=str(named["period"].iloc[-1]),
    )
    return figures.over_time(table, columns=("period", "egdi_index", None), sure=_sure(table), alt=alt)


def register(changes: pd.DataFrame) -> Table:
    """Give the monthly online share of changes of residence in Italy."""
    frame = pd.DataFrame(
        {
            "month": changes["month"],
            "online_count": changes["online_count"],
            "all_count": changes["all_count"],
            "share_pct": 100 * changes["online_count"] / changes["all_count"],
        }
    )
    return Table(
        frame,
        "register",
        text("Changes of residence in Italy's population register: online, in all, and the online share"),
    )


def register_chart(table: Table) -> Chart:
    """Draw the monthly online share of the register."""
    share = table.frame["share_pct"]
    alt = text(
        "Online share of changes of residence in Italy by month: {first} at first, {last} at last.",
        first=percent(share.iloc[0]),
        last=percent(share.iloc[-1]),
    )
    return figures.over_time(table, columns=("month", "share_pct", None), alt=alt)


def register_words(table: Table) -> Prose:
    """Say what a register shows that no published share of a Vietnamese province shows."""
    share = table.frame["share_pct"]
    return Prose(
        text(
            "What a comparable series looks like: one definition, one register, {n} months. Online filings of changes "
            "of residence in Italy went from {first} to {last} of all. For the Vietnamese provinces no such series has "
            "been published; it has to be fetched month by month from the portal.",
            n=len(share),
            first=percent(share.iloc[0]),
            last=percent(share.iloc[-1]),
        )
    )


def progress(table: pd.DataFrame) -> Table:
    """Give what the simplification programmes reported."""
    frame = pd.DataFrame(
        {
            "measure_name": _both(table, "measure"),
            "period": table["period"].map(_period),
            "done_count": table["done_count"],
            "total_count": table["total_count"],
            "share_pct": table["share_pct"],
            "target_pct": instead(table["target_pct"], same("–")),
            "note": instead(_both(table, "note"), same("–")),
            "source": _both(table, "source"),
        }
    )
    return Table(frame, "progress", text("Progress of the simplification programmes as published"))


def cost_decisions(table: pd.DataFrame) -> Table:
    """Give the decisions that put a price on simplified procedures."""
    frame = pd.DataFrame(
        {
            "decision": _decision(table),
            "procedure_code": table["procedure_code"],
            "before_days": table["before_days"],
            "after_days": table["after_days"],
            "annual_dossiers_count": table["annual_dossiers_count"],
            "cost_before_vnd": table["cost_before_vnd"],
            "cost_after_vnd": table["cost_after_vnd"],
            "saved_vnd": table["saved_vnd"],
            "claimed_reduction_pct": table["claimed_reduction_pct"],
            "note": instead(_both(table, "note"), same("–")),
        }
    )
    return Table(frame, "cost_decisions", text("Decisions that put a price on simplified procedures"))


def cost_flaw(table: pd.DataFrame) -> Prose:
    """Recompute the savings that multiply the agency's waiting time by a wage, and say so."""
    priced = table.dropna(subset=["before_days", "after_days", "annual_dossiers_count", "hourly_wage_vnd"])
    waiting = 8 * (priced["before_days"] - priced["after_days"]) * priced["hourly_wage_vnd"]
    same_count = int((waiting * priced["annual_dossiers_count"] == priced["saved_vnd"]).sum())
    return Prose(
        text(
            "In {same} of the {n} procedures with enough figures to check, the saving is exactly the days cut, times 8 "
            "hours, times an hourly wage, times the dossiers of a year: the agency's time limit is counted as the "
            "applicant's labour. Such an amount does not show what people and businesses really saved.",
            same=same_count,
            n=len(priced),
        ),
        style="warning",
    )


def cost_without_dossiers(table: pd.DataFrame) -> Prose:
    """Say which procedures were given a yearly saving although no dossiers a year stand behind it."""
    claimed = table["procedure_code"].notna() & table["saved_vnd"].notna()
    bare = table[claimed & table["annual_dossiers_count"].isna()]
    if bare.empty:
        return Prose(text("Every procedure with a saving has its dossiers of a year."), style="note")
    notes = instead(_both(bare, "note"), text("No reason is given"))
    rows = zip(_decision(bare), bare["saved_vnd"], bare["procedure_code"], notes, strict=True)
    said = [
        text(
            "{decision} claims VND {saved} a year for procedure {code} without dossiers of a year. {note}.",
            decision=decision,
            saved=count(saved),
            code=code,
            note=note,
        )
        for decision, saved, code, note in rows
    ]
    return Prose(joined(said), style="warning")


def indicators(series: pd.DataFrame, surveys: pd.DataFrame) -> Indicators:
    """Give the published figures for machines."""
    rows = [
        {"id": "index_766.published", "label": same("766"), "unit": "points", "value": row.score_points,
         "period": row.period, "place": row.place_code, "source": row.source_en}
        for row in series.itertuples()
    ]  # fmt: skip
    rows += [
        {"id": "egdi", "label": same("EGDI"), "unit": "index", "value": row.egdi_index, "period": row.period,
         "place": "VN", "source": row.source_en}
        for row in surveys.itertuples()
    ]  # fmt: skip
    return Indicators(rows)


def _label(event: policy.Event) -> Text:
    return Text(event.label.vi, event.label.en)


def _decision(table: pd.DataFrame) -> pd.Series:
    return table["decision"].fillna(table["issuer"])


def _both(table: pd.DataFrame, column: str) -> pd.Series:
    """Give the Vietnamese and English columns as one of texts; missing stays missing."""
    pairs = zip(table[f"{column}_vi"], table[f"{column}_en"], strict=True)
    return pd.Series([None if pd.isna(vi) else Text(vi, en) for vi, en in pairs], index=table.index, dtype=object)


def _place(table: pd.DataFrame) -> pd.Series:
    pairs = zip(table["place_name"], table["place_name_en"], strict=True)
    return pd.Series([Text(vi, en) for vi, en in pairs], index=table.index, dtype=object)


def _period(name: str | float) -> Text | None:
    if not isinstance(name, str):
        return None
    if "/" in name:
        first, last = name.split("/")
        return text("{first} to {last}", first=period(first), last=period(last))
    if match := re.fullmatch(r"(\d{4})-H([12])", name):
        half = Text("nửa đầu năm " + match[1], f"first half of {match[1]}")
        return half if match[2] == "1" else Text("nửa cuối năm " + match[1], f"second half of {match[1]}")
    return period(name)
