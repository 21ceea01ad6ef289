"""Statistics, blind to the domain: a tidy frame in, a result with its uncertainty out.

Every method gives a `Result`: `.table()`, `.sentence("vi")`, `.plot(ax)`, `.checks`, `.assumptions`, `.verdict`.
"""

from analysis.methods.breaks import breaks
from analysis.methods.burden import burden
from analysis.methods.composite import composite
from analysis.methods.decompose import das_gupta, decompose
from analysis.methods.difference import difference
from analysis.methods.forecast import forecast
from analysis.methods.funnel import funnel
from analysis.methods.growth import growth
from analysis.methods.improvement import changes, improvement
from analysis.methods.integrity import integrity
from analysis.methods.interrupted import interrupted
from analysis.methods.multiple import multiple
from analysis.methods.patterns import patterns
from analysis.methods.ranks import most_improved, ranks
from analysis.methods.rates import against_peers, clopper_pearson, wilson
from analysis.methods.reach import reach
from analysis.methods.safe import attack, safe
from analysis.methods.sensitivity import sensitivity
from analysis.methods.shrinkage import shrink
from analysis.methods.spread import spread
from analysis.methods.staggered import staggered
from analysis.methods.stand_out import stand_out
from analysis.methods.standardise import standardise
from analysis.methods.survival import incidence, restricted_mean, restricted_mean_difference, share_by, shares_over
from analysis.methods.synthetic import synthetic
from analysis.methods.turnaround import turnaround

__all__ = [
    "against_peers",
    "attack",
    "breaks",
    "burden",
    "changes",
    "clopper_pearson",
    "composite",
    "das_gupta",
    "decompose",
    "difference",
    "forecast",
    "funnel",
    "growth",
    "improvement",
    "incidence",
    "integrity",
    "interrupted",
    "most_improved",
    "multiple",
    "patterns",
    "ranks",
    "reach",
    "restricted_mean",
    "restricted_mean_difference",
    "safe",
    "sensitivity",
    "share_by",
    "shares_over",
    "shrink",
    "spread",
    "staggered",
    "stand_out",
    "standardise",
    "synthetic",
    "turnaround",
    "wilson",
]


def __dir__() -> list[str]:
    return __all__
