"""`rule_reviews`: reviews of rules; a row: one rule to be reviewed."""

from __future__ import annotations

from analysis.facts import held
from analysis.facts.table import Table

SCHEMA = held.table("rule_reviews").contract


def build() -> Table:
    """Build the table from what a province filled in, else from the simulated province; empty if there is neither."""
    return held.build("rule_reviews")
