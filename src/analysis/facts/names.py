"""The facts tables, in the order they are built; each is the module of that name."""

TABLES = (
    "portal_units",
    "portal_groups",
    "portal_metrics",
    "portal_progress",
    "portal_online",
    "portal_payment",
    "portal_months",
    "portal_national",
    "index_series",
    "online_share_definitions",
    "online_shares",
    "full_online_shares",
    "egdi",
    "programme_progress",
    "cost_decisions",
    "binh_phuoc_2024",
    "residence_changes",
    "unit_crosswalk",
    "units",
    "dossier_quality",
)
