"""The counts behind every indicator of dossiers, as Ibis expressions over the dossiers received in one month.

Counts only: they add up over units, fields and months, so a ratio or a median is made once, at the end, from sums.
Each function takes the dossiers of a month and gives a table that is a fraction of its size.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

WHO = ("province_code", "unit_code", "unit_level")
ENDED = ("9", "10")  # settled; 3 is not accepted, 7 withdrawn, 8 stopped
# An account that files more than this in a month for one unit is doubtful: a family files a few, an agent many.
MOST_OF_ONES_OWN = 5


def _number(condition: Any) -> Any:
    """Count the rows where a condition holds; one that is not known does not hold."""
    return condition.cast("int8").sum().fill_null(0)


def _not_reused(table: Any) -> Any:
    return (table.digitised_components_count > 0) & (table.reused_components_count.fill_null(0) == 0)


def dossiers(table: Any) -> Any:
    """Count dossiers by unit, field and month: channels, payment, papers, results, satisfaction."""
    online = table.channel == "online"
    ended = table.status_code.isin(ENDED)
    paper_free = table.digitised_components_count >= table.components_count
    return table.group_by(*WHO, "field_code", "month").aggregate(
        dossiers_count=table.count(),
        online_count=_number(online),
        post_count=_number(table.channel == "post"),
        channel_missing_count=_number(table.channel.isnull()),
        online_with_result_count=_number(online & table.e_result),
        full_online_count=_number(online & (table.service_level == "full")),
        service_level_known_count=_number(table.service_level.notnull()),
        proxy_count=_number(online & table.proxy_account),
        fee_due_count=_number(table.fee_due),
        paid_online_count=_number(table.fee_due & table.paid_online),
        with_components_count=_number(table.components_count > 0),
        digitised_count=_number((table.components_count > 0) & paper_free),
        reused_count=_number(table.reused_components_count > 0),
        some_digitised_count=_number(table.digitised_components_count > 0),
        digitised_not_reused_count=_number(_not_reused(table)),
        settled_count=_number(ended),
        e_result_count=_number(ended & table.e_result),
        paperless_count=_number(ended & online & paper_free & table.e_result),
        contactless_count=_number(ended & (table.channel != "direct") & table.e_result),
        verified_count=_number(table.verified_identity),
        connected_count=_number(table.connected_database),
        citizen_store_count=_number(table.citizen_store),
        rated_count=_number(table.satisfied.notnull()),
        satisfied_count=_number(table.satisfied),
        supplements_count=table.supplements_count.fill_null(0).cast("int64").sum(),
        supplemented_count=_number(table.supplements_count > 0),
        not_accepted_count=_number(table.status_code == "3"),
    )


def accounts(table: Any) -> Any:
    """Count by unit and month what was filed online through accounts that file much: doubtful, if not known."""
    online = table.filter((table.channel == "online") & ~table.proxy_account.fill_null(False))
    filings = online.group_by(*WHO, "month", "submitter_key").aggregate(filings=online.count())
    doubtful = filings.submitter_key.isnull() | (filings.filings > MOST_OF_ONES_OWN)
    return filings.group_by(*WHO, "month").aggregate(
        doubtful_count=(filings.filings * doubtful.cast("int64")).sum(),
    )


def flow(table: Any) -> Any:
    """Count by unit, month of receipt, month of the end (missing: open) and month it was due (missing: no date)."""
    ends = table.mutate(
        finished_month=table.finished_at.strftime("%Y-%m"),
        due_month=table.due_at.strftime("%Y-%m"),
        # a due date counts to its end
        in_time=table.finished_at.date() <= table.due_at.date(),
    )
    return ends.group_by(*WHO, "month", "finished_month", "due_month").aggregate(
        dossiers_count=ends.count(),
        in_time_count=_number(ends.in_time),
    )


def durations(table: Any) -> Any:
    """Count settled dossiers by unit, field, month and whole working days: medians of any group come from the sums."""
    settled = table.filter(table.status_code.isin(ENDED) & table.processing_working_days.notnull())
    return settled.group_by(*WHO, "field_code", "month", "processing_working_days").aggregate(
        dossiers_count=settled.count()
    )


def procedures(table: Any) -> Any:
    """Count by procedure, level and month: dossiers, filed online, offered online, digitised and not re-used."""
    return table.group_by("province_code", "unit_level", "procedure_code", "field_code", "month").aggregate(
        dossiers_count=table.count(),
        online_count=_number(table.channel == "online"),
        offered_count=_number(table.service_level.isin(["full", "partial"])),
        full_service_count=_number(table.service_level == "full"),
        some_digitised_count=_number(table.digitised_components_count > 0),
        digitised_not_reused_count=_number(_not_reused(table)),
    )


def groups(table: Any) -> Any:
    """Count by kind of applicant, level and month, for the gaps between them."""
    online = table.channel == "online"
    ended = table.status_code.isin(ENDED)
    paper_free = table.digitised_components_count >= table.components_count
    return table.group_by("province_code", "unit_level", "applicant_type", "month").aggregate(
        dossiers_count=table.count(),
        online_count=_number(online),
        full_online_count=_number(online & (table.service_level == "full")),
        fee_due_count=_number(table.fee_due),
        paid_online_count=_number(table.fee_due & table.paid_online),
        settled_count=_number(ended),
        e_result_count=_number(ended & table.e_result),
        paperless_count=_number(ended & online & paper_free & table.e_result),
        contactless_count=_number(ended & (table.channel != "direct") & table.e_result),
    )


def linked(table: Any) -> Any:
    """Count linked cases by group, month, step and whole working days; the step `all` is the last to end."""
    steps = table.filter(table.linked_key.notnull() & table.linked_group.notnull())
    steps = steps.select(
        "province_code", "linked_group", "linked_key", "procedure_code", "month", "processing_working_days"
    )
    cases = steps.group_by("province_code", "linked_group", "month", "linked_key").aggregate(
        # a case is over when all its steps are
        open_steps=_number(steps.processing_working_days.isnull()),
        processing_working_days=steps.processing_working_days.max(),
    )
    import ibis  # late: a quarter of a second that only who counts has to wait

    whole = cases.filter(cases.open_steps == 0).mutate(step=ibis.literal("all"))
    each = steps.filter(steps.processing_working_days.notnull()).rename(step="procedure_code")
    keys = ("province_code", "linked_group", "month", "step", "processing_working_days")
    both = whole.select(*keys).union(each.select(*keys))
    return both.group_by(*keys).aggregate(cases_count=both.count())


TABLES: dict[str, Callable[[Any], Any]] = {
    "dossiers": dossiers,
    "accounts": accounts,
    "flow": flow,
    "durations": durations,
    "procedures": procedures,
    "groups": groups,
    "linked": linked,
}
