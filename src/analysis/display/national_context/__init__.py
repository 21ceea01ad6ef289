"""The words and tables of the report on the published series: where they break, and what each of them counts."""

from analysis.display.national_context.indices import (
    dated,
    egdi,
    egdi_chart,
    egdi_words,
    index_chart,
    index_points,
    index_series,
)
from analysis.display.national_context.opening import breaks, comparable, header, indicators, lead, many_shares
from analysis.display.national_context.shares import (
    binh_phuoc,
    binh_phuoc_services,
    binh_phuoc_words,
    definitions,
    full_online,
    full_online_short,
    online_shares,
)
from analysis.display.national_context.simpler import (
    cost_decisions,
    cost_decisions_short,
    cost_flaw,
    cost_without_dossiers,
    progress,
    progress_short,
)
from analysis.display.national_context.survey import papi, papi_charts, papi_words
from analysis.display.national_context.words import notes, short, sources, where_when

__all__ = [
    "binh_phuoc",
    "binh_phuoc_services",
    "binh_phuoc_words",
    "breaks",
    "comparable",
    "cost_decisions",
    "cost_decisions_short",
    "cost_flaw",
    "cost_without_dossiers",
    "dated",
    "definitions",
    "egdi",
    "egdi_chart",
    "egdi_words",
    "full_online",
    "full_online_short",
    "header",
    "index_chart",
    "index_points",
    "index_series",
    "indicators",
    "lead",
    "many_shares",
    "notes",
    "online_shares",
    "papi",
    "papi_charts",
    "papi_words",
    "progress",
    "progress_short",
    "short",
    "sources",
    "where_when",
]
