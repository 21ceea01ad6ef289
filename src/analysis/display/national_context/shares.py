"""What is called an online share, as published, and what Bình Phước published of itself."""

from __future__ import annotations

import pandas as pd

from analysis import policy
from analysis.display import labels
from analysis.display.national_context import words
from analysis.display.output import Prose, Table, instead
from analysis.display.text import count, day, same, text

WHOLE = ("nation", "ministries", "localities")


def definitions(table: pd.DataFrame) -> Table:
    """Give what each definition counts, and of what."""
    frame = pd.DataFrame(
        {
            "definition_name": words.both(table, "label"),
            "numerator_name": words.both(table, "numerator"),
            "denominator_name": words.both(table, "denominator"),
            "note": instead(words.both(table, "note"), same("–")),
        }
    )
    return Table(frame, "definitions", text("What the published online shares count"))


def online_shares(shares: pd.DataFrame, names: pd.DataFrame) -> Table:
    """Give the published online shares, each under its definition."""
    name = pd.Series(list(words.both(names, "label")), index=names["definition_id"])
    frame = pd.DataFrame(
        {
            "definition_name": shares["definition_id"].map(name),
            "place_name": words.where_when(shares),
            "share_pct": shares["share_pct"],
            "certainty": shares["certainty"].map(labels.certainty),
            "note": instead(words.both(shares, "note"), same("–")),
            "source": words.both(shares, "source"),
        }
    )
    return Table(frame, "online_shares", text("Online shares as published, definitions kept apart"))


def full_online(shares: pd.DataFrame) -> Table:
    """Give the shares settled by full online services, beside their targets."""
    frame = pd.DataFrame(
        {
            "place_name": words.places(shares),
            "period": shares["period"].map(words.period_name),
            "share_pct": shares["share_pct"],
            "target_pct": instead(shares["target_pct"], same("–")),
            "note": instead(words.both(shares, "note"), same("–")),
            "source": words.both(shares, "source"),
        }
    )
    return Table(frame, "full_online", text("Dossiers settled by full online services, with targets"))


def full_online_short(shares: pd.DataFrame) -> list[Table]:
    """Give the shares of the country, its ministries and its localities, newest first; then those of places."""
    ordered = shares.assign(when=shares["period"].map(words.last_day)).sort_values(
        ["when", "share_pct"], ascending=False, ignore_index=True
    )
    all_, of_whole = full_online(ordered), ordered["level"].isin(WHOLE)
    country = words.short(all_, "place_name", "period", "share_pct", "target_pct", rows=of_whole)
    known = ~of_whole & ordered["share_pct"].notna()
    places = words.short(all_, "place_name", "period", "share_pct", rows=known)
    caption = text("Dossiers settled by full online services, places of which a share was published")
    return [country, Table(places.frame, "full_online_places", caption)]


def binh_phuoc(table: pd.DataFrame) -> Table:
    """Give what Bình Phước published of itself for 2024."""
    frame = pd.DataFrame(
        {
            "measure_name": words.both(table, "measure"),
            "share_pct": table["share_pct"],
            "change_percentage_points": table["change_percentage_points"],
            "numerator_count": table["numerator_count"],
            "denominator_count": table["denominator_count"],
            "rank": table["rank"],
            "certainty": table["certainty"].map(labels.certainty),
            "note": instead(words.both(table, "note"), same("–")),
            "source": words.both(table, "source"),
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


def binh_phuoc_services(table: pd.DataFrame) -> Prose:
    """Say how many services were offered online, and of how many procedures that is a share."""
    counted = table.set_index("measure_id")
    online, full, partial = (
        count(counted["numerator_count"][name])
        for name in ("online_services", "full_online_services", "partial_online_services")
    )
    return Prose(
        text(
            "{online} procedures were offered as online services, {full} of them full and {partial} partial. That "
            "makes about {all} procedures in all; this number itself was not published.",
            online=online,
            full=full,
            partial=partial,
            all=count(counted["denominator_count"]["all_procedures"]),
        )
    )
