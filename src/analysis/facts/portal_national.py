"""`portal_national`: the portal's own table of the 34 provinces, by group of the index."""

from __future__ import annotations

from analysis.facts import contract
from analysis.facts.table import WHEN, WHO, Table, finish, tidy
from analysis.sources.portal.tables import endpoint_frame

# the portal's abbreviations; CLGQ is online services, whatever its initials suggest
GROUPS = {
    "groupScores.CKMB": "transparency",
    "groupScores.TDGQ": "progress",
    "groupScores.CLGQ": "online_services",
    "groupScores.TTTT": "online_payment",
    "groupScores.MDSH": "digitisation",
    "groupScores.MDHL": "satisfaction",
}
COLUMNS = (*WHO, "group_id", "published_points", *WHEN, *contract.TRACE)
SCHEMA = contract.schema(COLUMNS, key=(*WHO, "group_id"))


def build() -> Table:
    """Build the table.

    Returns
    -------
    Table
        One row per province, period and group; none until `analysis fetch portal --national` has been run. It
        is computed at another moment than the provinces' own answers: do not mix the two. Columns: `COLUMNS`.
    """
    frame = endpoint_frame("service-results")
    keys = [name for name in frame.columns if name not in GROUPS]
    long = frame.melt(id_vars=keys, value_vars=list(GROUPS), var_name="key", value_name="points")
    tidied = tidy(long, {"points": "published_points"}).assign(group_id=long["key"].map(GROUPS).astype("str"))
    return finish(tidied[list(COLUMNS)], SCHEMA, "portal_national")
