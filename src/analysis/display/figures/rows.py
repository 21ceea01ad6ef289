"""A row a thing: bars, shares with their intervals, and how far units lie apart."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.display import drawing
from analysis.display.figures import axes
from analysis.display.figures.axes import BAR
from analysis.display.output import Chart, Table
from analysis.display.text import Text, number, percent, text

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
    digits, unit = table.column(value).digits, "%" if table.column(value).kind == "pct" else ""

    def draw(ax: Axes, language: str) -> None:
        axes.rows(ax, frame[label], language)
        top = frame[maximum] if maximum else pd.Series(float(frame[value].max()), index=frame.index)
        if maximum:
            ax.barh(range(len(frame)), top, height=BAR, color=drawing.GROUND)
        ax.barh(range(len(frame)), frame[value], height=BAR, color=drawing.BLUE)
        for y, (got, whole) in enumerate(zip(frame[value], top, strict=True)):
            words = number(got, digits)[language] + unit + (f" / {number(whole)[language]}" if maximum else "")
            end = max(got, whole) if maximum else got
            ax.annotate(words, (end, y), xytext=(4, 0), textcoords="offset points", va="center")
        ax.set_xlim(0, float(top.max()) * 1.22)
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)

    return Chart(drawing.both_languages(draw, height_inches=axes.height(len(frame))), alt, table)


def dots(table: Table, *, label: str, columns: tuple[str, str, str], alt: Text) -> Chart:
    """Draw an estimate with its interval per row.

    Parameters
    ----------
    table
        One row per estimate, drawn from the top in its order.
    label
        The column that names the rows.
    columns
        Names of three columns of one unit: the estimate and both ends of its interval of 95%.
    alt
        What the figure shows, in a sentence.
    """
    value, low, high = columns
    frame, column = table.frame, table.column(value)
    unit = "%" if column.kind == "pct" else ""

    def draw(ax: Axes, language: str) -> None:
        axes.rows(ax, frame[label], language)
        for y, (middle, least, most) in enumerate(zip(frame[value], frame[low], frame[high], strict=True)):
            ax.plot([least, most], [y, y], color=drawing.BLUE, lw=2, solid_capstyle="butt")
            ax.plot([middle], [y], "o", color=drawing.BLUE, ms=6)
            ax.annotate(number(middle, column.digits)[language] + unit, (1, y - 0.24), ha="right", va="bottom",
                        xycoords=("axes fraction", "data"), color=drawing.BLUE)  # fmt: skip
        if frame[low].min() < 0 < frame[high].max():
            ax.axvline(0, color=drawing.QUIET, lw=0.8, zorder=0)
        ax.margins(x=0.04)
        ax.xaxis.set_major_formatter(lambda at, _: axes.tick(at)[language] + unit)
        ax.xaxis.set_major_locator(MaxNLocator(5))

    key = text("Dot: the figure. Line: interval of 95%.")
    return Chart(drawing.both_languages(draw, height_inches=axes.height(len(frame)) + 0.3), alt, table, key)


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
        axes.rows(ax, frame[label], language)
        for y, (_, row) in enumerate(frame.iterrows()):
            colour, mark = VERDICT_MARKS[verdicts[y]]
            ax.barh(y, row["peer_high_pct"] - row["peer_low_pct"], left=row["peer_low_pct"], height=BAR,
                    color=drawing.GROUND)  # fmt: skip
            ax.plot([row["peer_middle_pct"]] * 2, [y - BAR / 2, y + BAR / 2], color=drawing.QUIET, lw=1.2)
            ax.plot([row["low_pct"], row["high_pct"]], [y, y], color=colour, lw=2, solid_capstyle="butt")
            ax.plot([row["share_pct"]], [y], mark, color=colour, ms=6)
            ax.text(100, y - 0.24, percent(row["share_pct"])[language], ha="right", va="bottom", color=colour)
        axes.percent_axis(ax, language)

    key = text(
        "Grey bar: the middle half of the peers. Triangle up: upper quarter; triangle down: lower quarter; circle: "
        "inside, or not to be told apart; cross: too few cases. Line: interval of 95%."
    )
    return Chart(drawing.both_languages(draw, height_inches=axes.height(len(frame)) + 0.3), alt, table, key)


def ranges(table: Table, *, label: str, columns: tuple[str, str, str], alt: Text) -> Chart:
    """Draw a range per row around its middle, both ends written out: how far an answer moves with one assumption.

    Parameters
    ----------
    table
        One row per range, drawn from the top in its order.
    label
        The column that names the rows.
    columns
        Names of three columns of one unit: low, middle, high.
    alt
        What the figure shows, in a sentence.
    """
    frame, (low, middle, high) = table.frame, columns
    digits = table.column(middle).digits

    def draw(ax: Axes, language: str) -> None:
        axes.rows(ax, frame[label], language)
        for y, (_, row) in enumerate(frame.iterrows()):
            ax.plot([row[low], row[high]], [y, y], color=drawing.BLUE, lw=5, solid_capstyle="butt", alpha=0.45)
            ax.plot([row[middle]], [y], "o", color=drawing.BLUE, ms=6)
            for end, side, shift in ((low, "right", -6), (high, "left", 6)):
                ax.annotate(number(row[end], digits)[language], (row[end], y), xytext=(shift, 0),
                            textcoords="offset points", ha=side, va="center")  # fmt: skip
        if frame[low].min() < 0 < frame[high].max():
            # at the bars alone: a line through the names would be read as part of them
            ax.vlines([0.0] * len(frame), frame.index - BAR / 2, frame.index + BAR / 2, color=drawing.INK, lw=1)
        span = float(frame[high].max() - frame[low].min()) or 1.0
        ax.set_xlim(float(frame[low].min()) - 0.3 * span, float(frame[high].max()) + 0.3 * span)
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)

    return Chart(drawing.both_languages(draw, height_inches=axes.height(len(frame))), alt, table)


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
        axes.rows(ax, frame[label], language)
        for y, (_, row) in enumerate(frame.iterrows()):
            ax.plot([row["lowest_pct"], row["highest_pct"]], [y, y], color=drawing.QUIET, lw=1)
            ax.barh(y, row["three_quarters_pct"] - row["quarter_pct"], left=row["quarter_pct"], height=BAR,
                    color=drawing.BLUE, alpha=0.45)  # fmt: skip
            ax.plot([row["middle_pct"]], [y], "o", color=drawing.BLUE, ms=6)
        axes.percent_axis(ax, language)

    key = text("Line: lowest to highest unit. Bar: the middle half of the units. Dot: the middle one.")
    return Chart(drawing.both_languages(draw, height_inches=axes.height(len(frame)) + 0.3), alt, table, key)
