"""One look: tables, figures, sentences and number formats, in Vietnamese and English.

For pages of your own: `header`, `say`, `table`, then `bars`, `dots` or `line` of it, each in a line; `words` puts both
languages together, `number` and `percent` write figures in them. `results` says what a method found.
"""

from analysis.display import (
    backlog,
    compliance_cost,
    cost_decisions,
    cost_savings,
    cutting,
    data_quality,
    decentralisation,
    digitisation,
    directive,
    directive_effect,
    effect_designs,
    emulation,
    essential_services,
    explore,
    findings,
    four_nos,
    index_trend,
    integrity,
    leaders,
    national_context,
    nearness,
    online_usage,
    peers,
    procedure_catalogue,
    processing,
    quality,
    quarterly,
    results,
    scorecard,
    service_index,
    simplification,
    targets,
    task_trends,
    tet,
    traps,
    what_it_cannot_tell,
)
from analysis.display.output import use_language
from analysis.display.own import bars, dots, header, line, say, table
from analysis.display.show import show
from analysis.display.text import number, percent, words
from analysis.display.within_year import within_year

__all__ = [
    "backlog",
    "bars",
    "compliance_cost",
    "cost_decisions",
    "cost_savings",
    "cutting",
    "data_quality",
    "decentralisation",
    "digitisation",
    "directive",
    "directive_effect",
    "dots",
    "effect_designs",
    "emulation",
    "essential_services",
    "explore",
    "findings",
    "four_nos",
    "header",
    "index_trend",
    "integrity",
    "leaders",
    "line",
    "national_context",
    "nearness",
    "number",
    "online_usage",
    "peers",
    "percent",
    "procedure_catalogue",
    "processing",
    "quality",
    "quarterly",
    "results",
    "say",
    "scorecard",
    "service_index",
    "show",
    "simplification",
    "table",
    "targets",
    "task_trends",
    "tet",
    "traps",
    "use_language",
    "what_it_cannot_tell",
    "within_year",
    "words",
]


def __dir__() -> list[str]:
    return __all__
