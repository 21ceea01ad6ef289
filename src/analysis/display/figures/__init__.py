"""The figures: each takes a checked table and gives a chart that carries that table.

Labels stand above their marks, so that long Vietnamese names fit a telephone; marks differ in shape as well as
in colour.
"""

from analysis.display.figures.heat import heat
from analysis.display.figures.panels import panels
from analysis.display.figures.parts import parts
from analysis.display.figures.places import places
from analysis.display.figures.rows import bars, dots, intervals, ranges, spreads
from analysis.display.figures.steps import steps
from analysis.display.figures.time import monthly, over_time
from analysis.display.figures.units import funnel, rank_sets

__all__ = [
    "bars",
    "dots",
    "funnel",
    "heat",
    "intervals",
    "monthly",
    "over_time",
    "panels",
    "parts",
    "places",
    "ranges",
    "rank_sets",
    "spreads",
    "steps",
]  # fmt: skip
