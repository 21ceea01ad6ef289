"""The words for what was set aside while the facts were built."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.display.output import Prose
from analysis.display.text import plural, text


def set_aside(rejected: pd.DataFrame, sources: Sequence[dict[str, Any]]) -> Prose:
    """Say how many rows of the page's own sources were set aside while the facts were built.

    Parameters
    ----------
    rejected
        One row per row set aside, of any source, with `source_id`.
    sources
        The page's sources as `facts.provenance` gives them, with `id`.
    """
    own = rejected[rejected["source_id"].isin([source["id"] for source in sources])]
    if own.empty:
        return Prose(text("Every row of the sources was accepted; none was set aside."), style="note")
    return Prose(
        plural(
            "{n} row of the source was set aside because it breaks the data contract; it is listed with its reason in "
            "the table of rejected rows.",
            "{n} rows of the source were set aside because they break the data contract; each is listed with its "
            "reason in the table of rejected rows.",
            len(own),
        ),
        style="note",
    )
