"""The top of the page on the published series, what is said first, and where they break."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import labels
from analysis.display.national_context import words
from analysis.display.output import Header, Indicators, Listing, Prose
from analysis.display.text import Text, day, joined, percent, period, same, text

DAYS_A_MONTH = 365.25 / 12


def header(sources: list[dict[str, Any]], until: str) -> Header:
    """Give title, period, sources, and the last day that any of them speaks of."""
    return Header(
        title=text("National context: the published series"),
        subtitle=text("What was published, what each figure counts, and where series break"),
        period=period(until),
        as_of=max(source["as_of"] for source in sources),
        sources=sources,
    )


def lead(full: pd.DataFrame) -> Prose:
    """Say how the country stands on the one online share that has a target.

    Parameters
    ----------
    full
        Shares settled by full online services, with their targets.
    """
    said = _against_targets(full) or [text("No published share stands beside a target.")]
    return Prose(joined(said), style="statement")


def many_shares(shares: pd.DataFrame, definitions: pd.DataFrame) -> Prose:
    """Say what goes by the name of online share, and how far apart the figures of one place and one year lie."""
    names = pd.Series(list(words.both(definitions, "label")), index=definitions["definition_id"])
    latest = comparable(shares)
    said = [
        text("{n} definitions go by the name of online share.", n=len(names)),
        *_side_by_side(latest.assign(name=latest["definition_id"].map(names))),
        text("They count different things and cannot be joined into one series."),
    ]
    unpublished = definitions.loc[~definitions["certainty"].isin(words.READ), "definition_id"]
    if len(unpublished):
        said.append(text("Without a published definition: {names}.", names=joined(names[unpublished], "; ")))
    return Prose(joined(said))


def _against_targets(full: pd.DataFrame) -> list[Text]:
    judged = full.dropna(subset=["share_pct", "target_pct", "period"])
    judged = judged.assign(date=judged["period"].map(words.last_day))
    judged = judged[judged["date"] == judged["date"].max()].sort_values("share_pct")
    if judged.empty:
        return []
    shown = [
        text("{place} {share} (target {target})", place=place, share=percent(share), target=percent(target, 0))
        for place, share, target in zip(words.places(judged), judged["share_pct"], judged["target_pct"], strict=True)
    ]
    return [
        text(
            "Dossiers settled by full online services, {period}: {figures}; {reached} of these {n} targets were "
            "reached.",
            period=words.period_name(judged["period"].iloc[0]) or "",
            figures=joined(shown, "; "),
            reached=int((judged["share_pct"] >= judged["target_pct"]).sum()),
            n=len(judged),
        )
    ]


def comparable(shares: pd.DataFrame) -> pd.DataFrame:
    """Give the figures of the whole country that may stand side by side.

    Returns
    -------
    pandas.DataFrame
        The columns of `shares` and `year`: for each definition its latest figure, all of one year, that in which
        most definitions have one; of several such years the latest. Empty if no year has two of them.
    """
    known = shares[shares["place_code"] == words.NATION].dropna(subset=["share_pct", "period"])
    dates = known["period"].map(words.last_day)
    known = known.assign(year=dates.str[:4], date=dates).sort_values("date")
    latest = known.drop_duplicates(["year", "definition_id"], keep="last")
    defined = latest["year"].value_counts()
    most = defined[(defined > 1) & (defined == defined.max())]
    return latest[latest["year"] == str(most.index.max())].sort_values("share_pct", ignore_index=True)


def _side_by_side(latest: pd.DataFrame) -> list[Text]:
    if latest.empty:
        return []
    when = latest["period"].map(words.period_name)
    shown = [
        percent(share) + same(" (") + name + same(", ") + period_name + same(")")
        for share, name, period_name in zip(latest["share_pct"], latest["name"], when, strict=True)
    ]
    return [
        text(
            "The latest figures of {year} for {place}: {figures}.",
            year=latest["year"].iloc[0],
            place=words.places(latest).iloc[0],
            figures=joined(shown, "; "),
        )
    ]


def breaks() -> Listing:
    """Say where the series break, and how little lies between the directive and the break."""
    events = policy.events()
    directive, merger = events["directive_4550"].date, events["merger_2025"].date
    unsure = [event for event in events.values() if event.certainty not in words.READ]
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
                text(
                    "{event} (date: {certainty}).",
                    event=words.event_label(event),
                    certainty=labels.certainty(event.certainty),
                )
                for event in unsure
            ),
        ]
    )


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
