"""A step curve with its interval: what share has come to its end by when."""

from __future__ import annotations

from matplotlib.axes import Axes

from analysis.display import drawing
from analysis.display.figures import axes
from analysis.display.output import Chart, Table
from analysis.display.text import Text, percent, text


def steps(table: Table, *, columns: tuple[str, str, str, str], mark: tuple[float, Text], alt: Text) -> Chart:
    """Draw a share that only rises, as steps, with its interval and one marked moment.

    Parameters
    ----------
    table
        One row a moment, in order.
    columns
        Names of four columns in percent: the moment, the share, and the ends of its interval.
    mark
        The moment that matters, with its words; the share reached by then is written at it.
    alt
        What the figure shows, in a sentence.
    """
    moment, share, low, high = columns
    frame = table.frame
    at, words = mark

    def draw(ax: Axes, language: str) -> None:
        ax.fill_between(frame[moment], frame[low], frame[high], step="post", color=drawing.BLUE, alpha=0.25, lw=0)
        ax.step(frame[moment], frame[share], where="post", color=drawing.BLUE, lw=1.6)
        ax.axvline(at, color=drawing.INK, lw=1, ls=(0, (3, 3)))
        ax.text(at, 1.01, words[language], transform=ax.get_xaxis_transform(), ha="center", va="bottom", fontsize=8.5)
        reached = float(frame.loc[frame[moment] <= at, share].iloc[-1])
        ax.plot([at], [reached], "o", color=drawing.BLUE, ms=5)
        ax.annotate(percent(reached)[language], (at, reached), xytext=(7, -12), textcoords="offset points",
                    color=drawing.BLUE)  # fmt: skip
        ax.set_ylim(0, 101)
        ax.set_xlim(0, float(frame[moment].max()))
        axes.unit_axis(ax, table.column(share), language)
        ax.xaxis.set_major_formatter(lambda value, _: axes.tick(value)[language] + "%")

    key = text("Band: interval of 95%. Dashed: the limit.")
    return Chart(drawing.both_languages(draw, height_inches=3.0), alt, table, key)
