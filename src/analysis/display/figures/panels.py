"""Small panels one above the other, one a series: what a telephone shows as one column."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import YearLocator, date2num, num2date

from analysis.display import drawing
from analysis.display.figures import axes
from analysis.display.output import Chart, Table
from analysis.display.text import Text, number, text

PITCH = 1.7  # from one panel's foot to the next, in heights of a panel
GROUND = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}  # a name stays legible over the lines of dates
Dated = Sequence[tuple[str, Text]]


def panels(
    table: Table,
    *,
    columns: tuple[str, str, str] | tuple[str, str, str, str],
    marks: Dated = (),
    breaks: Dated = (),
    alt: Text,
) -> Chart:
    """Draw small panels, one a series: its line, its last value, its target, and where it breaks.

    Shares and points have one scale in all panels, from 0; counts and other numbers each their own, from 0.

    Parameters
    ----------
    table
        One row per figure.
    columns
        Names of three or four columns: a day or a year, the figure, the name of its series, and the target it is under
        (missing: none).
    marks, breaks
        Dates with their words, which stand on top; no line is drawn across a break.
    alt
        What the figure shows, in a sentence.
    """
    date, value, series = columns[:3]
    target = columns[3] if len(columns) == 4 else None
    frame = table.frame.assign(when=axes.moments(table.frame[date]), value=table.frame[value])
    frame["target"] = table.frame[target] if target else float("nan")
    names = list(dict.fromkeys(frame[series]))
    alone = table.column(value).kind in ("count", "number")
    whole, start = _top(frame), frame["when"].min()
    cuts = [pd.Timestamp(when) for when, _ in breaks]
    frame["piece"] = sum((frame["when"] >= cut).astype(int) for cut in cuts) if cuts else 0
    unit, digits = ("%", 1) if table.column(value).kind == "pct" else ("", table.column(value).digits)

    def draw(ax: Axes, language: str) -> None:
        for row, name in enumerate(names):
            line = frame[[each is name or each == name for each in frame[series]]].sort_values("when")
            top, base = _top(line) if alone else whole, -PITCH * row
            ends = [number(float(each), digits)[language] + unit for each in (line["value"].iloc[-1], _last(line))]
            line = line.assign(value=base + line["value"] / top, target=base + line["target"] / top)
            ax.axhline(base, color=drawing.GROUND, lw=0.8, zorder=0)
            ax.text(start, base + 1.22, axes.words(name, language), va="bottom", ha="left", bbox=GROUND)
            _panel(ax, line, ends)
        _dates(ax, (*marks, *breaks), language)
        _frame(ax, frame, len(names))

    key = text("Orange steps: the target that holds until its deadline, or that has no known deadline.")
    height = 0.78 * len(names) + 0.5
    return Chart(drawing.both_languages(draw, height_inches=height), alt, table, key if target else None)


def _top(frame: pd.DataFrame) -> float:
    return float(frame[["value", "target"]].max().max()) or 1.0


def _last(line: pd.DataFrame) -> float:
    known = line["target"].dropna()
    return float(known.iloc[-1]) if len(known) else float("nan")


def _panel(ax: Axes, line: pd.DataFrame, ends: list[str]) -> None:
    """Draw one series and its target, with the last of each written beside it."""
    for _, part in line.groupby("piece"):
        ax.plot(part["when"], part["value"], color=drawing.BLUE, lw=1.6)
    last = line.iloc[-1]
    ax.plot([last["when"]], [last["value"]], "o", color=drawing.BLUE, ms=4)
    asked = line.dropna(subset=["target"])
    both = len(asked) and asked.index[-1] == last.name
    # the higher of two words beside one another goes up, the lower down
    up = 0 if not both else 5 if last["value"] >= last["target"] else -5
    ax.annotate(ends[0], (last["when"], last["value"]), xytext=(6, up), textcoords="offset points", va="center",
                color=drawing.BLUE)  # fmt: skip
    if len(asked):
        end = asked.iloc[-1]
        ax.plot(asked["when"], asked["target"], color=drawing.RED, lw=1.2, ls=(0, (4, 2)), drawstyle="steps-mid")
        ax.annotate(ends[1], (end["when"], end["target"]), xytext=(6, -up), textcoords="offset points", va="center",
                    color=drawing.RED)  # fmt: skip


def _dates(ax: Axes, dates: Dated, language: str) -> None:
    for sides, (when, words) in zip(("right", "left"), dates, strict=False):
        at = float(date2num(pd.Timestamp(when)))  # type: ignore[no-untyped-call]
        ax.axvline(at, color=drawing.QUIET, lw=1, ls=(0, (3, 3)), zorder=0)
        ax.text(at, 1.01, words[language], transform=ax.get_xaxis_transform(), ha=sides, va="bottom",
                color=drawing.QUIET, fontsize=8.5)  # fmt: skip


def _frame(ax: Axes, frame: pd.DataFrame, count: int) -> None:
    first, last = frame["when"].min(), frame["when"].max()
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_ylim(-PITCH * (count - 1) - 0.1, 1.65)
    ax.set_xlim(first - (last - first) * 0.02, last + (last - first) * 0.16)
    ax.xaxis.set_major_locator(YearLocator())  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_formatter(lambda tick, _: axes.month(num2date(tick), years=True))  # type: ignore[no-untyped-call]
