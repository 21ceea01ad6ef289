"""The words and tables of the report on the published series: where they break, and what each of them counts."""

from analysis.display.national_context.indices import dated, egdi, egdi_chart, index_chart, index_points, index_series
from analysis.display.national_context.opening import breaks, comparable, header, indicators, lead
from analysis.display.national_context.shares import (
    binh_phuoc,
    binh_phuoc_words,
    definitions,
    full_online,
    online_shares,
)
from analysis.display.national_context.simpler import cost_decisions, cost_flaw, cost_without_dossiers, progress
from analysis.display.national_context.survey import papi, papi_charts

__all__ = [
    "binh_phuoc",
    "binh_phuoc_words",
    "breaks",
    "comparable",
    "cost_decisions",
    "cost_flaw",
    "cost_without_dossiers",
    "dated",
    "definitions",
    "egdi",
    "egdi_chart",
    "full_online",
    "header",
    "index_chart",
    "index_points",
    "index_series",
    "indicators",
    "lead",
    "online_shares",
    "papi",
    "papi_charts",
    "progress",
]
