"""The figures: each takes a checked table and gives a chart that carries that table.

Labels stand above their marks, so that long Vietnamese names fit a telephone; marks differ in shape as well as
in colour.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import MonthLocator, YearLocator, date2num, num2date

from analysis.display import drawing
from analysis.display.output import Chart, Table
from analysis.display.text import Text, number, percent, text
from analysis.fields import FIELDS

BAR = 0.3
VERDICT_MARKS = {
    "above": (drawing.BLUE, "^"),
    "below": (drawing.BLUE, "v"),
    "alike": (drawing.INK, "o"),
    "few": (drawing.QUIET, "x"),
}


def bars(table: Table, *, label: str, value: str, maximum: str | None = None, alt: Text) -> Chart:
    """Draw a horizontal bar per row, against its maximum where there is one.

    Parameters
    ----------
    table
        One row per bar, drawn from the top in its order.
    label, value, maximum
        Column names; values and maxima share a unit.
    alt
        What the figure shows, in a sentence.
    """
    frame = table.frame

    def draw(ax: Axes, language: str) -> None:
        _rows(ax, frame[label], language)
        top = frame[maximum] if maximum else pd.Series(float(frame[value].max()), index=frame.index)
        if maximum:
            ax.barh(range(len(frame)), top, height=BAR, color=drawing.GROUND)
        ax.barh(range(len(frame)), frame[value], height=BAR, color=drawing.BLUE)
        for y, (got, whole) in enumerate(zip(frame[value], top, strict=True)):
            words = number(got, 2)[language] + (f" / {number(whole)[language]}" if maximum else "")
            end = max(got, whole) if maximum else got
            ax.annotate(words, (end, y), xytext=(4, 0), textcoords="offset points", va="center")
        ax.set_xlim(0, float(top.max()) * 1.22)
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)

    return Chart(drawing.both_languages(draw, height_inches=_height(len(frame))), alt, table)


def intervals(table: Table, *, label: str, verdicts: Sequence[str], alt: Text) -> Chart:
    """Draw a share with its interval per row, over the middle half of the peers.

    Parameters
    ----------
    table
        One row per share: `label`, `share_pct`, `low_pct`, `high_pct`, `peer_low_pct`, `peer_middle_pct`,
        `peer_high_pct`.
    label
        The column that names the rows.
    verdicts
        For each row `above`, `below`, `alike` or `few`, which choose mark and colour.
    alt
        What the figure shows, in a sentence.
    """
    frame = table.frame

    def draw(ax: Axes, language: str) -> None:
        _rows(ax, frame[label], language)
        for y, (_, row) in enumerate(frame.iterrows()):
            colour, mark = VERDICT_MARKS[verdicts[y]]
            ax.barh(y, row["peer_high_pct"] - row["peer_low_pct"], left=row["peer_low_pct"], height=BAR,
                    color=drawing.GROUND)  # fmt: skip
            ax.plot([row["peer_middle_pct"]] * 2, [y - BAR / 2, y + BAR / 2], color=drawing.QUIET, lw=1.2)
            ax.plot([row["low_pct"], row["high_pct"]], [y, y], color=colour, lw=2, solid_capstyle="butt")
            ax.plot([row["share_pct"]], [y], mark, color=colour, ms=6)
            ax.text(100, y - 0.24, percent(row["share_pct"])[language], ha="right", va="bottom", color=colour)
        _percent_axis(ax, language)

    key = text(
        "Grey bar: the middle half of the peers. Triangle up: upper quarter; triangle down: lower quarter; circle: "
        "inside, or not to be told apart; cross: too few cases. Line: interval of 95%."
    )
    return Chart(drawing.both_languages(draw, height_inches=_height(len(frame)) + 0.3), alt, table, key)


def spreads(table: Table, *, label: str, alt: Text) -> Chart:
    """Draw how far units lie apart: lowest to highest as a line, the middle half as a bar, the middle as a dot.

    Parameters
    ----------
    table
        One row per distribution: `label`, `lowest_pct`, `quarter_pct`, `middle_pct`, `three_quarters_pct`,
        `highest_pct`.
    label
        The column that names the rows.
    alt
        What the figure shows, in a sentence.
    """
    frame = table.frame

    def draw(ax: Axes, language: str) -> None:
        _rows(ax, frame[label], language)
        for y, (_, row) in enumerate(frame.iterrows()):
            ax.plot([row["lowest_pct"], row["highest_pct"]], [y, y], color=drawing.QUIET, lw=1)
            ax.barh(y, row["three_quarters_pct"] - row["quarter_pct"], left=row["quarter_pct"], height=BAR,
                    color=drawing.BLUE, alpha=0.45)  # fmt: skip
            ax.plot([row["middle_pct"]], [y], "o", color=drawing.BLUE, ms=6)
        _percent_axis(ax, language)

    key = text("Line: lowest to highest unit. Bar: the middle half of the units. Dot: the middle one.")
    return Chart(drawing.both_languages(draw, height_inches=_height(len(frame)) + 0.3), alt, table, key)


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
        names = frame[series].map(lambda name: _words(name, language)) if series else frame[date].map(lambda _: "")
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
        _break_lines(ax, breaks, language)
        _unit_axis(ax, value, language)
        span_years = (frame["when"].max() - frame["when"].min()).days / 365
        years = span_years > 6
        locator = YearLocator(math.ceil(span_years / 6)) if years else MonthLocator((1, 7))  # type: ignore[no-untyped-call]
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(lambda tick, _: _month(num2date(tick), years=years))  # type: ignore[no-untyped-call]
        ax.margins(x=0.1, y=0.12)

    key = None if all(known) else text(
        "Hollow mark: a figure that was not read in a source, or on which sources disagree; the table says which."
    )  # fmt: skip
    return Chart(drawing.both_languages(draw, height_inches=3.4), alt, table, key)


def monthly(
    table: Table, *, columns: tuple[str, str, str], breaks: Sequence[tuple[str, Text]] = (), alt: Text
) -> Chart:
    """Draw monthly shares: a line per series, told apart by colour and dashes, named in a key above.

    Parameters
    ----------
    table
        One row per figure.
    columns
        Names of three columns: an ISO date, the figure, and the name of its series (four at most).
    breaks
        Dates at which a series breaks, each with its words; no line is drawn across them.
    alt
        What the figure shows, in a sentence.
    """
    date, value, series = columns
    frame = table.frame.assign(when=pd.to_datetime(table.frame[date])).sort_values("when")
    cuts = [pd.Timestamp(when) for when, _ in breaks]
    frame["piece"] = sum((frame["when"] >= cut).astype(int) for cut in cuts) if cuts else 0
    styles = list(zip((drawing.BLUE, drawing.RED, drawing.GREEN, drawing.INK), ("-", "--", "-.", ":"), strict=True))

    def draw(ax: Axes, language: str) -> None:
        names = frame[series].map(lambda name: _words(name, language))
        for (name, group), (colour, dashes) in zip(frame.groupby(names, sort=False), styles, strict=False):
            for number_of_piece, (_, piece) in enumerate(group.groupby("piece")):
                label = "_" if number_of_piece else str(name)
                ax.plot(piece["when"], piece[value], ls=dashes, lw=1.6, color=colour, label=label)
        _break_lines(ax, breaks, language)
        _unit_axis(ax, value, language)
        ax.set_ylim(bottom=min(0, float(frame[value].min())))
        ax.xaxis.set_major_locator(YearLocator())  # type: ignore[no-untyped-call]
        ax.xaxis.set_minor_locator(MonthLocator((4, 7, 10)))  # type: ignore[no-untyped-call]
        ax.xaxis.set_major_formatter(lambda tick, _: _month(num2date(tick), years=False))  # type: ignore[no-untyped-call]
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1.07), borderaxespad=0, fontsize=8.5, handlelength=2.6)

    height = 2.9 + 0.19 * frame[series].map(str).nunique()
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
            unit = "%" if FIELDS[value].kind == "pct" else ""
            shown = number(float(line[value].iloc[-1]), 1)[language] + unit
            ax.annotate(shown, (line["when"].iloc[-1], base + line[value].iloc[-1] / top), xytext=(6, 0),
                        textcoords="offset points", va="center", color=drawing.BLUE)  # fmt: skip
            ax.axhline(base, color=drawing.GROUND, lw=0.8, zorder=0)
            ax.text(first, base + 1.12, _words(name, language), va="bottom", ha="left")
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
        ax.xaxis.set_major_formatter(lambda tick, _: _month(num2date(tick), years=True))  # type: ignore[no-untyped-call]

    return Chart(drawing.both_languages(draw, height_inches=0.72 * len(names) + 0.5), alt, table)


def _break_lines(ax: Axes, breaks: Sequence[tuple[str, Text]], language: str) -> None:
    for when, words in breaks:
        at = float(date2num(pd.Timestamp(when)))  # type: ignore[no-untyped-call]  # as all of matplotlib.dates
        ax.axvline(at, color=drawing.QUIET, lw=1, ls=(0, (3, 3)))
        ax.text(at, 1.01, words[language], transform=ax.get_xaxis_transform(), ha="center",
                va="bottom", color=drawing.QUIET, fontsize=8.5)  # fmt: skip


def _unit_axis(ax: Axes, value: str, language: str) -> None:
    unit = "%" if FIELDS[value].kind == "pct" else ""
    ax.yaxis.set_major_formatter(lambda tick, _: _tick(tick)[language] + unit)


def _month(moment: datetime.datetime, *, years: bool) -> str:
    """Write a tick as a year, or as month and year in figures, which both languages read."""
    return str(moment.year) if years else f"{moment.month}/{moment.year}"


def _tick(value: float) -> Text:
    """Write a tick with as many decimals as it needs, at most two."""
    return number(value, next(digits for digits in range(3) if digits == 2 or round(value, digits) == round(value, 6)))


def _words(cell: object, language: str) -> str:
    return cell[language] if isinstance(cell, Text) else str(cell)


def _rows(ax: Axes, labels: pd.Series, language: str) -> None:
    """Lay out one row per label, the label above its mark."""
    for y, label in enumerate(labels):
        ax.annotate(_words(label, language), (0, y - 0.24), xycoords=("axes fraction", "data"), va="bottom")
    ax.set_ylim(len(labels) - 0.7, -0.8)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)


def _percent_axis(ax: Axes, language: str) -> None:
    ax.set_xlim(0, 101)
    ax.xaxis.set_major_formatter(lambda tick, _: percent(tick, 0)[language])


def _height(rows: int) -> float:
    return 0.48 * rows + 0.3
