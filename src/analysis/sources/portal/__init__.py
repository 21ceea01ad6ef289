"""The National Public Service Portal's public reporting API: asking it, keeping its answers, reading them."""

from analysis.sources.portal.client import PortalSettings
from analysis.sources.portal.fetch import FetchResult, fetch_portal
from analysis.sources.portal.periods import Period, parse_period, period_range
from analysis.sources.portal.provinces import Province, find_province, portal_provinces
from analysis.sources.portal.tables import endpoint_frame, monthly_frame, rejected_frame

__all__ = [
    "FetchResult",
    "Period",
    "PortalSettings",
    "Province",
    "endpoint_frame",
    "fetch_portal",
    "find_province",
    "monthly_frame",
    "parse_period",
    "period_range",
    "portal_provinces",
    "rejected_frame",
]
