"""What happens in the made-up province: every number that the methods must find again."""

from __future__ import annotations

from dataclasses import dataclass

SOURCE_ID = "simulated"
PROVINCE = "SIM"
PROVINCE_AFTER = "SIM2"
FIRST_MONTH, LAST_MONTH = "2023-01", "2026-09"
DIRECTIVE_MONTH = "2024-11"
MERGER_MONTH = "2025-07"


@dataclass(frozen=True, slots=True)
class Curve:
    """A share that spread through 2024, from January to December; then it creeps on.

    For Bình Phước the figure of 2024 and its rise were published (domain notes §6.1); read as December's share and as
    the way there from January's. Read as a share of all the year's dossiers it would have to end near 100 %.
    """

    january: float
    december: float
    later_per_month: float = 0.05  # logit


@dataclass(frozen=True, slots=True)
class Scenario:
    """The truth of a simulation; the defaults are those of the shipped demonstration."""

    # shares, Bình Phước 2024
    online: Curve = Curve(0.1135, 0.576)
    e_result: Curve = Curve(0.1198, 0.7794)
    digitised: Curve = Curve(0.1033, 0.7562)
    paid_online: Curve = Curve(0.2444, 0.6814)
    # the directive of November 2024: what it did, on the scale it is measured on
    directive_on_online_logit: float = 0.35
    directive_on_time_log: float = -0.10  # of the working time: 10 % shorter
    # a service that becomes fully online draws more filings online
    full_service_on_online_logit: float = 0.60
    never_full_share: float = 0.25
    # units differ
    unit_online_spread_logit: float = 0.35
    unit_time_spread_log: float = 0.18
    procedure_online_spread_logit: float = 0.60
    # working time against the limit
    median_of_limit: float = 0.50
    time_spread_log: float = 0.55
    tet_backlog_log: float = 0.15
    # conduct
    back_dating_units_count: int = 8
    back_dated_share: float = 0.60  # of what is at most three days late there
    proxy_units_count: int = 6
    proxy_share: float = 0.40  # of what is filed online there
    petitions_per_dossier: float = 0.001
    # what happens to a dossier
    supplement_share: float = 0.06
    not_accepted_share: float = 0.015
    withdrawn_share: float = 0.005
    stopped_share: float = 0.003
    rated_share: float = 0.15
    linked_share: float = 0.02
    # what is wrong with the records
    due_missing_share: float = 0.010
    finished_before_received_share: float = 0.001
    midnight_share: float = 0.020
    status_rewritten_share: float = 0.05  # of the supplements still awaited
    growth_per_year: float = 0.06
