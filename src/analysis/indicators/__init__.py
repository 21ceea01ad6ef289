"""The definitions, computed once: the service index, what it rewards, and the oddities of its figures."""

from analysis.indicators import (
    catalogue,
    compliance_cost,
    conduct,
    cost_decisions,
    decentralisation,
    digitisation,
    effects,
    essential,
    flow,
    four_nos,
    limits,
    names,
    nearness,
    processing,
    quarterly,
    simplification,
    tet,
    usage,
    volumes,
)
from analysis.indicators.actions import gains
from analysis.indicators.codebook import indicator, indicators
from analysis.indicators.comparable import change_between, method_change, refuse_clock, segments, still_open
from analysis.indicators.completeness import completeness
from analysis.indicators.data_quality import oddities, reach
from analysis.indicators.directive import asked, headline_series, progress
from analysis.indicators.findings import findings
from analysis.indicators.followed import followed
from analysis.indicators.incentives import counted_twice, separation
from analysis.indicators.monthly import monthly_share
from analysis.indicators.origins import own_cases, points_between, points_by_origin
from analysis.indicators.peers import like_peers
from analysis.indicators.scorecard import Scorecard, scorecard, scorecard_of
from analysis.indicators.service_index import ServiceIndex, service_index
from analysis.indicators.shares import comparable_shares
from analysis.indicators.standing import Standing, begun_initiatives, standing
from analysis.indicators.targets import against_targets
from analysis.indicators.unseen import unseen
from analysis.indicators.values import values
from analysis.indicators.within_year import within_year

__all__ = [
    "Scorecard",
    "ServiceIndex",
    "Standing",
    "against_targets",
    "asked",
    "begun_initiatives",
    "catalogue",
    "change_between",
    "comparable_shares",
    "completeness",
    "compliance_cost",
    "conduct",
    "cost_decisions",
    "counted_twice",
    "decentralisation",
    "digitisation",
    "effects",
    "essential",
    "findings",
    "flow",
    "followed",
    "four_nos",
    "gains",
    "headline_series",
    "indicator",
    "indicators",
    "like_peers",
    "limits",
    "method_change",
    "monthly_share",
    "names",
    "nearness",
    "oddities",
    "own_cases",
    "points_between",
    "points_by_origin",
    "processing",
    "progress",
    "quarterly",
    "reach",
    "refuse_clock",
    "scorecard",
    "scorecard_of",
    "segments",
    "separation",
    "service_index",
    "simplification",
    "standing",
    "still_open",
    "tet",
    "unseen",
    "usage",
    "values",
    "volumes",
    "within_year",
]


def __dir__() -> list[str]:
    return __all__
