"""Figures against time: published figures, and monthly shares."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import MonthLocator, YearLocator, num2date

from analysis.display import drawing
from analysis.display.figures import axes
from analysis.display.output import Chart, Table
from analysis.display.text import Text, text

SHORT = pd.Timedelta(days=550)  # over which a year a tick is too few


def over_time(
    table: Table,
    *,
    columns: tuple[str, str, str | None],
    breaks: Sequence[tuple[str, Text]] = (),
    sure: Sequence[bool] | None = None,
    alt: Text,
) -> Chart:
    """Draw published figures against time: a line per series, and where figures stop being comparable.

    Parameters
    ----------
    table
        One row per figure.
    columns
        Names of three columns: an ISO date, the figure, and the name of its series (None if there is only one).
    breaks
        Dates at which a series breaks, each with its words.
    sure
        For each row whether the figure was read in a source; others are drawn hollow, and a key says so.
        None if all were.
    alt
        What the figure shows, in a sentence.
    """
    date, value, series = columns
    known = [True] * len(table.frame) if sure is None else list(sure)
    frame = table.frame.assign(when=pd.to_datetime(table.frame[date]), sure=known)
    styles = list(zip((drawing.BLUE, drawing.RED, drawing.GREEN, drawing.INK), "os^D", strict=True))

    def draw(ax: Axes, language: str) -> None:
        names = frame[series].map(lambda name: axes.words(name, language)) if series else frame[date].map(lambda _: "")
        groups = frame.groupby(names, sort=False)
        for (name, group), (colour, mark) in zip(groups, styles, strict=False):
            line = group.sort_values("when")
            ax.plot(line["when"], line[value], lw=1, color=colour)
            for read, fill in ((True, colour), (False, "white")):
                marks = line[line["sure"] == read]
                ax.plot(marks["when"], marks[value], mark, color=colour, mfc=fill, ms=5)
            last = line.iloc[-1]
            ax.annotate(str(name), (last["when"], last[value]), xytext=(2, 7), textcoords="offset points", ha="center",
                        color=colour)  # fmt: skip
        axes.break_lines(ax, breaks, language)
        axes.unit_axis(ax, table.column(value), language)
        span_years = (frame["when"].max() - frame["when"].min()).days / 365
        years = span_years > 6
        locator = YearLocator(math.ceil(span_years / 6)) if years else MonthLocator((1, 7))  # type: ignore[no-untyped-call]
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(lambda tick, _: axes.month(num2date(tick), years=years))  # type: ignore[no-untyped-call]
        ax.margins(x=0.1, y=0.12)

    key = None if all(known) else text(
        "Hollow mark: a figure that was not read in a source, or on which sources disagree; the table says which."
    )  # fmt: skip
    return Chart(drawing.both_languages(draw, height_inches=3.4), alt, table, key)


def monthly(
    table: Table,
    *,
    columns: tuple[str, str, str | None],
    breaks: Sequence[tuple[str, Text]] = (),
    alt: Text,
    zero: bool = True,
) -> Chart:
    """Draw monthly figures: a line per series, told apart by colour and dashes, named in a key above.

    Parameters
    ----------
    table
        One row per figure.
    columns
        Names of three columns: a day, month, quarter or year, the figure, and the name of its series (four at most;
        None if there is only one).
    breaks
        Dates at which a series breaks, each with its words; no line is drawn across them.
    alt
        What the figure shows, in a sentence.
    zero
        Whether the axis begins at 0; where shares all lie near 100 % nothing could be told apart.
    """
    date, value, series = columns
    frame = table.frame.assign(when=axes.moments(table.frame[date])).sort_values("when")
    cuts = [pd.Timestamp(when) for when, _ in breaks]
    frame["piece"] = sum((frame["when"] >= cut).astype(int) for cut in cuts) if cuts else 0
    styles = list(zip((drawing.BLUE, drawing.RED, drawing.GREEN, drawing.INK), ("-", "--", "-.", ":"), strict=True))

    def draw(ax: Axes, language: str) -> None:
        names = frame[series].map(lambda name: axes.words(name, language)) if series else frame[date].map(lambda _: "_")
        for (name, group), (colour, dashes) in zip(frame.groupby(names, sort=False), styles, strict=False):
            for number_of_piece, (_, piece) in enumerate(group.groupby("piece")):
                label = "_" if number_of_piece else str(name)
                ax.plot(piece["when"], piece[value], ls=dashes, lw=1.6, color=colour, label=label)
        axes.break_lines(ax, breaks, language)
        axes.unit_axis(ax, table.column(value), language)
        if zero:
            # room above a flat line far from zero, which the frame would cut in half
            top = max(ax.get_ylim()[1], 1.04 * float(frame[value].max()))
            ax.set_ylim(min(0, float(frame[value].min())), top)
        quarters = MonthLocator((1, 4, 7, 10))  # type: ignore[no-untyped-call]
        if frame["when"].max() - frame["when"].min() < SHORT:
            ax.xaxis.set_major_locator(quarters)
        else:
            ax.xaxis.set_major_locator(YearLocator())  # type: ignore[no-untyped-call]
            ax.xaxis.set_minor_locator(quarters)
        ax.xaxis.set_major_formatter(lambda tick, _: axes.month(num2date(tick), years=False))  # type: ignore[no-untyped-call]
        if series:
            ax.legend(loc="lower left", bbox_to_anchor=(0, 1.07), borderaxespad=0, fontsize=8.5, handlelength=2.6)

    height = 2.9 + 0.19 * (frame[series].map(str).nunique() if series else 0)
    return Chart(drawing.both_languages(draw, height_inches=height), alt, table)
