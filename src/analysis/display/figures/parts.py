"""How much is done within parts of a limit: a row a group, a mark a part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes

from analysis.display import drawing
from analysis.display.figures import axes
from analysis.display.output import Chart, Table
from analysis.display.text import Text, percent

MARKS = ((drawing.BLUE, "D"), (drawing.RED, "^"), (drawing.INK, "o"))


def parts(table: Table, *, columns: tuple[str, str, str], names: Mapping[Any, Text], alt: Text) -> Chart:
    """Draw up to three shares a row, each with its interval, told apart by mark and colour.

    Parameters
    ----------
    table
        One row per group and part: with `low_pct` and `high_pct`, the groups in their order.
    columns
        Names of three columns: the group's words, the part, and the share in percent.
    names
        The words for each value of the part, in the order of the key.
    alt
        What the figure shows, in a sentence.
    """
    group, part, share = columns
    groups = list(dict.fromkeys(table.frame[group]))
    styles = dict(zip(names, MARKS, strict=False))

    def draw(ax: Axes, language: str) -> None:
        axes.rows(ax, table.frame[group].drop_duplicates(), language)
        for y, name in enumerate(groups):
            own = table.frame[table.frame[group] == name]
            for at, value, low, high in own[[part, share, "low_pct", "high_pct"]].itertuples(index=False):
                colour, mark = styles[at]
                ax.plot([low, high], [y, y], color=colour, lw=2, solid_capstyle="butt")
                ax.plot([value], [y], mark, color=colour, ms=6, label=names[at][language] if y == 0 else "_")
            values = " · ".join(percent(value, 0)[language] for value in own[share])
            ax.text(100, y - 0.24, values, ha="right", va="bottom", color=drawing.QUIET)
        axes.percent_axis(ax, language)
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1.0), borderaxespad=0, fontsize=8.5, handlelength=1)

    height = axes.height(len(groups)) + 0.3 + 0.19 * len(names)
    return Chart(drawing.both_languages(draw, height_inches=height), alt, table)
