"""A map without borders: circles of true area at their places."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from analysis.display import drawing
from analysis.display.figures.heat import SHADES
from analysis.display.output import Chart, Table
from analysis.display.text import Text, number, text

KM_PER_DEGREE = 111.2
NAMED, SCALE_KM = 4, 20


def places(table: Table, *, label: str, columns: tuple[str, str, str, str], alt: Text) -> Chart:
    """Draw a circle per place, in kilometres, with its count written inside; the largest few are named.

    Parameters
    ----------
    table
        One row per place.
    label
        The column that names the places.
    columns
        Names of four columns: longitude and latitude of the middle, in degrees, the area in km², and the count.
    alt
        What the figure shows, in a sentence.
    """
    longitude, latitude, area, counted = columns
    frame = table.frame
    narrower = float(np.cos(np.radians(frame[latitude].mean())))
    xs = (frame[longitude] - frame[longitude].min()) * KM_PER_DEGREE * narrower
    ys = (frame[latitude] - frame[latitude].min()) * KM_PER_DEGREE
    radii = np.sqrt(frame[area] / np.pi)
    low, high = float((ys - radii).min()), float((ys + radii).max())
    left, right = float((xs - radii).min()), float((xs + radii).max())
    named = set(frame.nlargest(NAMED, area).index)

    def draw(ax: Axes, language: str) -> None:
        for place, (x, y, radius, many) in enumerate(zip(xs, ys, radii, frame[counted], strict=True)):
            share = min(1.0, many / frame[counted].max())
            ax.add_patch(Circle((x, y), radius, facecolor=SHADES(share), edgecolor="white", lw=0.8, alpha=0.85))
            ax.text(x, y, number(many)[language], ha="center", va="center", fontsize=7.5,
                    color="white" if share > 0.75 else drawing.INK)  # fmt: skip
            if place in named:
                ax.text(x, y + 0.42 * radius, str(frame[label].iloc[place]), ha="center", va="bottom", fontsize=6.5)
        ax.plot([left, left + SCALE_KM], [low - 4, low - 4], color=drawing.QUIET, lw=1.5)
        ax.text(left, low - 5, f"{SCALE_KM} km", va="top", fontsize=8, color=drawing.QUIET)
        ax.set(xlim=(left - 2, right + 2), ylim=(low - 12, high + 2), xticks=[], yticks=[], aspect="equal")
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)

    key = text("A circle has the area of a commune or ward and stands at its middle; inside: how many were joined.")
    height = drawing.WIDTH_INCHES * (high - low + 14) / (right - left + 4)
    return Chart(drawing.both_languages(draw, height_inches=height), alt, table, key)
