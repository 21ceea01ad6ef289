"""`portal_online`: online services offered and used, dossiers by channel."""

from __future__ import annotations

from analysis.facts import contract
from analysis.facts.table import WHEN, WHO, Table, finish, tidy
from analysis.sources.portal.tables import endpoint_frame

COUNTS = {
    "authorityCount": "authority_count",
    "partialCount": "partial_service_count",
    "fullCount": "full_service_count",
    "onlineDossierCount": "service_with_dossiers_count",
    "onlineServiceTotal": "service_offered_count",
    "channelOnlineSum": "online_count",
    "channelDirectSum": "direct_count",
    "channelPostalSum": "postal_count",
    "channelTotalSum": "all_channels_count",
    "onlineOnTimeSum": "online_on_time_count",
    "onlineOverdueSum": "online_overdue_count",
}
NAMES = {**COUNTS, "totalScore": "published_points", "totalMaxScore": "published_maximum_points"}
COLUMNS = (*WHO, *NAMES.values(), *WHEN, *contract.TRACE)
SCHEMA = contract.schema(COLUMNS, key=WHO, optional=tuple(COUNTS.values()))


def build() -> Table:
    """Build the table.

    Returns
    -------
    Table
        One row per unit and period. The portal publishes counts for the province only; of a department or
        commune it publishes the points alone. Columns: `COLUMNS`.
    """
    return finish(tidy(endpoint_frame("provide-online-tree"), NAMES), SCHEMA, "portal_online")
