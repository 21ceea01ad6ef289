"""One look: tables, figures, sentences and number formats, in Vietnamese and English."""

from analysis.display import (
    compliance_cost,
    cost_decisions,
    cost_savings,
    cutting,
    data_quality,
    directive,
    directive_effect,
    findings,
    national_context,
    online_usage,
    quality,
    results,
    scorecard,
    service_index,
    simplification,
    traps,
)
from analysis.display.output import use_language
from analysis.display.show import show

__all__ = [
    "compliance_cost", "cost_decisions", "cost_savings", "cutting", "data_quality", "directive", "directive_effect",
    "findings", "national_context", "online_usage", "quality", "results", "scorecard", "service_index", "show",
    "simplification", "traps", "use_language",
]  # fmt: skip
