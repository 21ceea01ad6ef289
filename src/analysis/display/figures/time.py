"""Figures against time: published figures, monthly shares, and small panels one above the other."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import MonthLocator, YearLocator, date2num, num2date

from analysis.display import drawing
from analysis.display.figures import axes
from analysis.display.output import Chart, Table
from analysis.display.text import Text, number, text

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


def panels(
    table: Table,
    *,
    columns: tuple[str, str, str],
    marks: Sequence[tuple[str, Text]] = (),
    breaks: Sequence[tuple[str, Text]] = (),
    alt: Text,
) -> Chart:
    """Draw small panels, one a series, on one scale: its line, its last value, and where it breaks.

    Parameters
    ----------
    table
        One row per figure.
    columns
        Names of three columns: an ISO date, the figure, and the name of its series.
    marks, breaks
        Dates with their words, which stand on top; no line is drawn across a break.
    alt
        What the figure shows, in a sentence.
    """
    date, value, series = columns
    frame = table.frame.assign(when=pd.to_datetime(table.frame[date]), order=range(len(table.frame)))
    names = list(dict.fromkeys(frame[series]))
    first, last = frame["when"].min(), frame["when"].max()

    def draw(ax: Axes, language: str) -> None:
        top = float(frame[value].max())
        # panels lie in one Axes, one above the other, so that a telephone shows them as one column
        for row, name in enumerate(names):
            line = frame[[each is name or each == name for each in frame[series]]].sort_values("when")
            base = -1.55 * row
            piece = sum((line["when"] >= pd.Timestamp(when)).astype(int) for when, _ in breaks)
            for _, part in line.groupby(piece if breaks else line[series].map(lambda _: 0)):
                ax.plot(part["when"], base + part[value] / top, color=drawing.BLUE, lw=1.6)
            ax.plot(line["when"].iloc[-1:], base + line[value].iloc[-1:] / top, "o", color=drawing.BLUE, ms=4)
            unit = "%" if table.column(value).kind == "pct" else ""
            shown = number(float(line[value].iloc[-1]), 1)[language] + unit
            ax.annotate(shown, (line["when"].iloc[-1], base + line[value].iloc[-1] / top), xytext=(6, 0),
                        textcoords="offset points", va="center", color=drawing.BLUE)  # fmt: skip
            ax.axhline(base, color=drawing.GROUND, lw=0.8, zorder=0)
            ax.text(first, base + 1.12, axes.words(name, language), va="bottom", ha="left")
        for sides, (when, words) in zip(("right", "left"), (*marks, *breaks), strict=False):
            at = float(date2num(pd.Timestamp(when)))  # type: ignore[no-untyped-call]
            ax.axvline(at, color=drawing.QUIET, lw=1, ls=(0, (3, 3)), zorder=0)
            ax.text(at, 1.01, words[language], transform=ax.get_xaxis_transform(), ha=sides, va="bottom",
                    color=drawing.QUIET, fontsize=8.5)  # fmt: skip
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.set_ylim(-1.55 * (len(names) - 1) - 0.1, 1.5)
        ax.set_xlim(first, last + (last - first) * 0.16)
        ax.xaxis.set_major_locator(YearLocator())  # type: ignore[no-untyped-call]
        ax.xaxis.set_major_formatter(lambda tick, _: axes.month(num2date(tick), years=True))  # type: ignore[no-untyped-call]

    return Chart(drawing.both_languages(draw, height_inches=0.72 * len(names) + 0.5), alt, table)
