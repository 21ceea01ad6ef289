"""One look for every figure, and its way to SVG: the same picture always gives the same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType

from analysis.catalogue import LANGUAGES
from analysis.display.text import Text

INK = "#1f2a37"
QUIET = "#6b7280"
GROUND = "#e5e9ef"
BLUE = "#0072b2"
RED = "#d55e00"
GREEN = "#009e73"
# narrow enough to be read on a telephone, where it is scaled to the screen
WIDTH_INCHES = 4.6

STYLE: dict[RcKeyType, str | float | bool] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "analysis",
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": INK,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": QUIET,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "legend.frameon": False,
}


def both_languages(draw: Callable[[Axes, str], None], *, height_inches: float) -> Text:
    """Draw the same figure once in each language and give the two SVGs."""
    return Text(*(_svg(draw, language, height_inches) for language in LANGUAGES))


def _svg(draw: Callable[[Axes, str], None], language: str, height_inches: float) -> str:
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH_INCHES, height_inches), layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure.add_subplot(), language)
        # laid out once and drawn once: left to itself, saving does both twice
        layout = figure.get_layout_engine()
        assert layout is not None  # for the type checker: it was asked for above
        layout.execute(figure)
        figure.set_layout_engine(None)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    # the picture takes the width it is given; ids of two pictures on one page must not meet
    svg = re.sub(r' (?:width|height)="[\d.]+pt"', "", svg, count=2)
    return (
        re.sub(r"\n\s*", "\n", svg)
        .replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
        .replace("xlink:href", "href")
    )
