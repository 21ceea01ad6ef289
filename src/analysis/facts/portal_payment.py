"""`portal_payment`: dossiers and procedures paid online."""

from __future__ import annotations

from analysis.facts import contract
from analysis.facts.table import WHEN, WHO, Table, finish, tidy
from analysis.sources.portal.tables import endpoint_frame

NAMES = {
    "totalDossierOnlinePaymentSuccess": "paid_online_count",
    "totalDossierFinancialObligation": "fee_dossier_count",
    "totalDossierOnlineFormalityPaymentSuccess": "payable_procedure_count",
    "totalFeeDossierFormality": "paid_procedure_count",
    "totalFeeFormality": "fee_procedure_count",
    "totalScore": "published_points",
    "totalMaxScore": "published_maximum_points",
}
COLUMNS = (*WHO, *NAMES.values(), *WHEN, *contract.TRACE)
SCHEMA = contract.schema(COLUMNS, key=WHO)


def build() -> Table:
    """Build the table.

    Returns
    -------
    Table
        One row per unit and period. Procedures are counted by each unit for itself: units do not add up to
        the province. Columns: `COLUMNS`.
    """
    return finish(tidy(endpoint_frame("formality-online-payment-tree"), NAMES), SCHEMA, "portal_payment")
