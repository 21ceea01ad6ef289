"""PAPI on public administration online: a measure that was redefined is another series, in a panel of its own."""

from __future__ import annotations

import pandas as pd

from analysis.display import figures
from analysis.display.output import Chart, Prose, Table
from analysis.display.text import Text, joined, number, text
from analysis.indicators.comparable import segments

ONLINE = ("SC81", "SC82", "SC83")
BINH_PHUOC = "P45"


def papi(scores: pd.DataFrame) -> Table | Prose:
    """Give the mean of all provinces and Bình Phước's score by year, a series for each measure; or say what is missing.

    Parameters
    ----------
    scores
        Rows of the facts table `papi`; none before it is fetched.
    """
    own = scores[scores["dimension"].isin(ONLINE)]
    if own.empty:
        return Prose(text("PAPI's scores are shown here once they are fetched: `analysis fetch papi`."), style="note")
    rows = segments(own, "papi")
    rows = rows.assign(own_points=rows["score_points"].where(rows["papi_code"] == BINH_PHUOC))
    by_year = rows.groupby(["dimension", "segment", "period"], as_index=False).agg(
        score_points=("score_points", "mean"),
        binh_phuoc_points=("own_points", "max"),
        provinces_count=("papi_code", "nunique"),
    )
    frame = by_year.assign(series_name=_series(by_year))
    caption = text("PAPI: public administration online, mean of the provinces, in points of the survey")
    return Table(
        frame[["series_name", "period", "score_points", "binh_phuoc_points", "provinces_count"]], "papi", caption
    )


def papi_words(table: Table | Prose) -> list[Prose]:
    """Say the last scores of the provinces' mean and of Bình Phước; nothing where there is no table."""
    if isinstance(table, Prose):
        return []
    last = table.frame[table.frame["period"] == table.frame["period"].max()]
    shown = [
        text("{measure}: {mean}, Bình Phước {own}", measure=measure, mean=number(mean, 2), own=number(own, 2))
        for measure, mean, own in last[["series_name", "score_points", "binh_phuoc_points"]].to_numpy()
    ]
    return [
        Prose(
            text(
                "Means of the provinces in {year}: {figures}. A measure that was redefined begins a new series, so "
                "nothing is said across that year; a survey has sampling error, which these tables do not give.",
                year=str(last["period"].iloc[0]),
                figures=joined(shown, "; "),
            )
        )
    ]


def papi_charts(table: Table | Prose) -> list[Chart]:
    """Draw a panel for each measure; nothing where there is no table."""
    if isinstance(table, Prose):
        return []
    alt = text("A panel for each measure, with its last mean; a redefined measure begins a new panel.")
    return [figures.panels(table, columns=("period", "score_points", "series_name"), alt=alt)]


def _series(by_year: pd.DataFrame) -> pd.Series:
    """Name each measure with the years it was taken in one way."""
    years = by_year.groupby(["dimension", "segment"])["period"]
    first, last = years.transform("min"), years.transform("max")
    named = {
        "SC81": text("portals of the authorities"),
        "SC82": text("access to the internet"),
        "SC83": text("answers given online"),
    }
    # a measure that was never redefined has one segment
    changed = set(by_year.loc[by_year["segment"] > 0, "dimension"])
    rows = zip(by_year["dimension"], first, last, strict=True)
    return pd.Series([_name(named[code], begin, end, cut=code in changed) for code, begin, end in rows],
                     index=by_year.index, dtype=object)  # fmt: skip


def _name(measure: Text, first: str, last: str, *, cut: bool) -> Text:
    if not cut:
        return measure
    years = first if first == last else f"{first}–{last}"
    return text("{measure}, as measured in {years}", measure=measure, years=years)
