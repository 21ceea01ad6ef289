"""Cells of units and months, darker where more came: what is missing shows as a hole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from analysis.display import drawing
from analysis.display.figures import axes
from analysis.display.output import Chart, Table
from analysis.display.text import Text, number

SHADES = LinearSegmentedColormap.from_list("house", ["#ffffff", "#b3d4e8", drawing.BLUE])
FULL = 100.0


def heat(table: Table, *, label: str, columns: Sequence[str], alt: Text) -> Chart:
    """Draw a row of cells per row of the table, white at 0 and full at 100 or more, each with its figure.

    A cell that is not known stays empty.

    Parameters
    ----------
    table
        One row per row of cells, drawn from the top in its order.
    label
        The column that names the rows.
    columns
        The columns that are drawn, in percent, from left to right.
    alt
        What the figure shows, in a sentence.
    """
    frame = table.frame
    values = frame[list(columns)].to_numpy(dtype=float)

    def draw(ax: Axes, language: str) -> None:
        for y, (name, row) in enumerate(zip(frame[label], values, strict=True)):
            ax.text(-0.5, y - 0.32, axes.words(name, language), va="bottom", ha="left")
            for x, value in enumerate(row):
                share = 0.0 if np.isnan(value) else min(value, FULL) / FULL
                # cells lie within the axes: to lay out what is beside them, nobody has to measure each
                ax.add_patch(axes.cell(x, y, SHADES(share), hollow=bool(value == 0))).set_in_layout(False)
                words = "" if np.isnan(value) else number(value, 0)[language]
                ax.text(x, y, words, ha="center", va="center", fontsize=7.5, in_layout=False,
                        color="white" if share > 0.75 else drawing.INK)  # fmt: skip
        ax.set_xlim(-0.55, len(columns) - 0.45)
        ax.set_ylim(len(frame) - 0.4, -1.0)
        ax.set_yticks([])
        ax.set_xticks(range(len(columns)), [table.column(name).en for name in columns], fontsize=7)
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)
        ax.tick_params(length=0)

    return Chart(drawing.both_languages(draw, height_inches=0.55 * len(frame) + 0.5), alt, table)
