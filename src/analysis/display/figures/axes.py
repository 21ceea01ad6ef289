"""What all figures share: where labels stand, how ticks are written, how a break looks."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.patches import Rectangle

from analysis.display import drawing
from analysis.display.text import Text, number, percent
from analysis.fields import Field

BAR = 0.3


def break_lines(ax: Axes, breaks: Sequence[tuple[str, Text]], language: str) -> None:
    """Draw where a series breaks, each with its words on top."""
    for when, words in breaks:
        at = float(date2num(pd.Timestamp(when)))  # type: ignore[no-untyped-call]  # as all of matplotlib.dates
        ax.axvline(at, color=drawing.QUIET, lw=1, ls=(0, (3, 3)))
        ax.text(at, 1.01, words[language], transform=ax.get_xaxis_transform(), ha="center",
                va="bottom", color=drawing.QUIET, fontsize=8.5)  # fmt: skip


def moments(when: pd.Series) -> pd.Series:
    """Give the first day of each year, quarter or month, or the day itself, of names such as 2026, 2026-Q3, 2026-08."""
    return when.map(lambda name: pd.Period(str(name).replace("-Q", "Q")).start_time)


def unit_axis(ax: Axes, column: Field, language: str) -> None:
    """Write the ticks of a column with its unit."""
    unit = "%" if column.kind == "pct" else ""
    ax.yaxis.set_major_formatter(lambda value_, _: tick(value_)[language] + unit)


def month(moment: datetime.datetime, *, years: bool) -> str:
    """Write a tick as a year, or as month and year in figures, which both languages read."""
    return str(moment.year) if years else f"{moment.month}/{moment.year}"


def tick(value: float) -> Text:
    """Write a tick with as many decimals as it needs, at most two."""
    return number(value, next(digits for digits in range(3) if digits == 2 or round(value, digits) == round(value, 6)))


def words(cell: object, language: str) -> str:
    """Give the words of a cell that may be in both languages."""
    return cell[language] if isinstance(cell, Text) else str(cell)


def rows(ax: Axes, labels: pd.Series, language: str) -> None:
    """Lay out one row per label, the label above its mark."""
    for y, label in enumerate(labels):
        ax.annotate(words(label, language), (0, y - 0.24), xycoords=("axes fraction", "data"), va="bottom")
    ax.set_ylim(len(labels) - 0.7, -0.8)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)


def percent_axis(ax: Axes, language: str) -> None:
    """Let the axis run from 0 to 100%."""
    ax.set_xlim(0, 101)
    ax.xaxis.set_major_formatter(lambda value, _: percent(value, 0)[language])


def height(rows: int) -> float:
    """Give the inches that so many rows take."""
    return 0.48 * rows + 0.3


def cell(x: float, y: float, colour: object, *, hollow: bool) -> Rectangle:
    """Give a cell of a table of cells; a hollow one has a border."""
    edge = drawing.RED if hollow else drawing.GROUND
    return Rectangle((x - 0.48, y - BAR), 0.96, 2 * BAR, facecolor=colour, edgecolor=edge, lw=1.2 if hollow else 0.4)
