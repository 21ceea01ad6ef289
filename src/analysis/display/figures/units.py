"""All units at once: shares within limits that widen as cases get fewer, and the ranks each unit may have."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator

from analysis.display import drawing
from analysis.display.figures import axes
from analysis.display.output import Chart, Table
from analysis.display.text import Text, number, percent, text

SMALLEST_NAMED = 0.08  # of the units: a tier of fewer has no room for its words
NAMED = {"above": (drawing.BLUE, "^"), "below": (drawing.RED, "v"), "inside": (drawing.QUIET, "o")}


def funnel(table: Table, *, verdicts: list[str], alt: Text) -> Chart:
    """Draw each unit's share by the number of its cases, over the limits within which units usually lie.

    Parameters
    ----------
    table
        One row per unit: `unit_name`, `dossiers_count`, `share_pct`, `low_pct`, `high_pct`, `alarm_low_pct`,
        `alarm_high_pct`.
    verdicts
        For each row `above`, `below` or `inside`; only the first two are named.
    alt
        What the figure shows, in a sentence.
    """
    frame = table.frame.assign(verdict=verdicts).sort_values("dossiers_count", ignore_index=True)

    def draw(ax: Axes, language: str) -> None:
        for ends, shade in ((("alarm_low_pct", "alarm_high_pct"), 0.45), (("low_pct", "high_pct"), 1.0)):
            low, high = (frame[end] for end in ends)
            ax.fill_between(frame["dossiers_count"], low, high, color=drawing.GROUND, alpha=shade, lw=0)
        for verdict, (colour, mark) in NAMED.items():
            own = frame[frame["verdict"] == verdict]
            size = 3 if verdict == "inside" else 6
            ax.plot(own["dossiers_count"], own["share_pct"], mark, ms=size, color=colour, alpha=0.8)
            if verdict != "inside":
                _name(ax, own["dossiers_count"], own["share_pct"], own["unit_name"])
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_major_formatter(lambda value, _: number(value)[language])
        ax.minorticks_off()
        ax.yaxis.set_major_formatter(lambda value, _: percent(value, 0)[language])
        ax.set_xlabel(text("dossiers, on a logarithmic scale")[language])
        ax.set_ylim(max(0, float(min(frame["share_pct"].min(), frame["alarm_low_pct"].min())) - 3), 101)

    key = text(
        "A point is a unit. Grey: where 95% (inner) and 99.8% (outer) of units lie where nothing is amiss. Only a "
        "triangle stands out when all comparisons are counted."
    )
    return Chart(drawing.both_languages(draw, height_inches=3.6), alt, table, key)


def _name(ax: Axes, xs: object, ys: object, names: object) -> None:
    """Write names beside their marks, turned to the middle of the picture so that none is cut off."""
    left, right = ax.dataLim.x0, ax.dataLim.x1
    for x, y, name in zip(xs, ys, names, strict=True):  # type: ignore[call-overload]
        far = np.log(x / left) > 0.5 * np.log(right / left)
        ax.annotate(str(name), (x, y), xytext=(-6 if far else 6, 0), textcoords="offset points", va="center",
                    ha="right" if far else "left", fontsize=8.5)  # fmt: skip


def rank_sets(table: Table, *, alt: Text) -> Chart:
    """Draw for each unit the ranks it may have, tier by tier; no place within a set is drawn.

    Parameters
    ----------
    table
        One row per unit: `tier_number`, `rank_low`, `rank_high`.
    alt
        What the figure shows, in a sentence.
    """
    frame = table.frame.assign(middle=table.frame["rank_low"] + table.frame["rank_high"])
    frame = frame.sort_values(["tier_number", "middle", "rank_low"], ignore_index=True)

    def draw(ax: Axes, language: str) -> None:
        colours = (drawing.BLUE, drawing.QUIET)
        width = max(0.8, min(4.0, 230 / len(frame)))
        for place, tier in enumerate(sorted(set(frame["tier_number"]))):
            own = frame[frame["tier_number"] == tier]
            ax.hlines(own.index, own["rank_low"] - 0.4, own["rank_high"] + 0.4, color=colours[place % 2], lw=width)
            if len(own) < SMALLEST_NAMED * len(frame):
                continue
            words = text("tier {number}", number=int(tier))[language]
            start = float(own["rank_low"].min())
            left = start > len(frame) / 2
            at = start - 0.02 * len(frame) if left else float(own["rank_high"].max()) + 0.02 * len(frame)
            ax.text(at, float(own.index.to_numpy().mean()), words, va="center", ha="right" if left else "left",
                    color=colours[place % 2], fontsize=8.5)  # fmt: skip
        ax.set_ylim(len(frame), -1)
        ax.set_xlim(0, len(frame) * 1.02)
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.xaxis.set_major_formatter(lambda value, _: axes.tick(value)[language])
        ax.set_xlabel(text("ranks that the figures allow, 1 is the highest")[language])

    key = text("A line is a unit: all the ranks it may have, so that all lines hold at once in 95 of 100 such tables.")
    return Chart(drawing.both_languages(draw, height_inches=4.2), alt, table, key)
