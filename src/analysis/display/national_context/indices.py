"""The index of Decision 766 in some provinces, and the UN survey."""

from __future__ import annotations

import math

import pandas as pd

from analysis import policy
from analysis.display import figures, labels
from analysis.display.national_context import words
from analysis.display.output import Chart, Prose, Table, instead
from analysis.display.text import Text, count, day, joined, not_known, number, same, text


def index_series(series: pd.DataFrame) -> Table:
    """Give the published scores of the index, with their dates and certainty."""
    when = series["period"].map(words.last_day, na_action="ignore")
    ordered = series.assign(when=when)
    ordered = ordered.sort_values(["place_name", "when"], key=labels.in_order, ignore_index=True)
    frame = pd.DataFrame(
        {
            "place_name": ordered["place_name"],
            "period": ordered["period"].map(words.period_name),
            "score_points": ordered["score_points"],
            "rank_words": [_rank(*each) for each in ordered[["rank", "places_count"]].to_numpy()],
            "certainty": ordered["certainty"].map(labels.certainty),
            "source": words.both(ordered, "source"),
            "note": instead(words.both(ordered, "note"), same("–")),
        }
    )
    return Table(frame, "index_series", text("Scores of the index that were published"))


def _rank(rank: float, places: float) -> Text:
    if math.isnan(rank):
        return not_known()
    return count(rank) if math.isnan(places) else joined([count(rank), count(places)], "/")


def dated(series: pd.DataFrame, value: str, name: pd.Series) -> pd.DataFrame:
    """Give the figures that have a period, with the last day of it."""
    known = series.assign(series=name).dropna(subset=[value, "period"])
    return known.assign(date=known["period"].map(words.last_day)).sort_values(["series", "date"], ignore_index=True)


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
    return figures.over_time(table, columns=columns, breaks=broken, sure=words.sure(table), alt=alt)


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


def egdi_words(series: pd.DataFrame) -> Prose:
    """Say how Viet Nam's rank moved, what a rank depends on, and who takes the survey."""
    ranked = series.dropna(subset=["rank"]).sort_values("period")
    first, before, last = ranked.iloc[0], ranked.iloc[-2], ranked.iloc[-1]
    said = [
        text(
            "Viet Nam ranked {rank} in the survey of {year}, {rank_before} in that of {before} and {rank_first} in "
            "that of {first}. A rank depends on the other countries, and the index is made up anew from survey to "
            "survey.",
            **{
                name: int(row["rank"])
                for name, row in {"rank": last, "rank_before": before, "rank_first": first}.items()
            },
            **{name: str(row["period"]) for name, row in {"year": last, "before": before, "first": first}.items()},
        ),
        text("Source: United Nations E-Government Survey, UN DESA."),
    ]
    unread = series[~series["certainty"].isin(words.READ)]
    if len(unread):
        said.append(text("Not read in it: the index of {years}.", years=", ".join(unread["period"].astype(str))))
    return Prose(joined(said))


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
    return figures.over_time(table, columns=("period", "egdi_index", None), sure=words.sure(table), alt=alt)
