"""How a published page stands, on a given day: fresh, late, partial, stale, failed or missing, and why.

The worst is named: `missing`, never made; `failed`, it shows an error or its record is damaged; `stale`, it is older
than its inputs or its renewal failed; `late`, a source's figures should have come and have not; `partial`, they came
with months or units left out. Late and partial are about the data: the page is right, and cannot be better today.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from analysis.reporting.expected import Expectation, last_day
from analysis.reporting.failure import Failure
from analysis.reporting.publish import Published
from analysis.reporting.words import in_language, long_date, month_name

State = Literal["fresh", "late", "partial", "stale", "failed", "missing"]
OF_DATA: dict[str, State] = {"reason_late": "late", "reason_months": "partial", "reason_units": "partial"}
DATES = {"through", "by", "as_of"}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a page is not fresh: a sentence of `words.yml` and what goes into it, dates and months as ISO text."""

    word: str
    source: Mapping[str, str]
    values: Mapping[str, Any]

    @property
    def of_data(self) -> bool:
        """Whether it is about what the data lack, not about the page."""
        return self.word in OF_DATA

    def says(self, language: str) -> str:
        """Give the sentence."""
        shown = {name: _written(name, value, language) for name, value in self.values.items()}
        return in_language(language)[self.word].format(source=self.source.get(language, ""), **shown)


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of every source, the day from which one looks, and how whole each source's figures are.

    `arrived` gives, by source, its `units_count` and `missing_months`, as `facts.arrivals` does.
    """

    of: Mapping[str, Expectation]
    today: datetime.date
    arrived: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def over(self, period: str) -> bool:
        """Say whether some source's figures of a period should have come by now."""
        end = last_day(period)
        return end is not None and any(wanted.expected_by(end) < self.today for wanted in self.of.values())


@dataclass(frozen=True, slots=True)
class Standing:
    """A page's state and its reasons, the worst first."""

    state: State
    reasons: tuple[Reason, ...] = ()

    @property
    def shown_reasons(self) -> tuple[Reason, ...]:
        """Give the reasons that a banner lists; an error has a place of its own there."""
        return tuple(reason for reason in self.reasons if reason.word != "reason_error")

    def as_shown(self) -> dict[str, Any]:
        """Give what a banner says, as data."""
        return {"state": self.state, "reasons": [asdict(reason) for reason in self.shown_reasons]}

    def says(self, language: str) -> str:
        """Give all the reasons in one line."""
        return "; ".join(reason.says(language) for reason in self.reasons)


def of(published: Published, fingerprint: str, expected: Expected) -> Standing:
    """Tell how a page stands.

    Parameters
    ----------
    published
        What lies in its folder.
    fingerprint
        Of its inputs as they are now.
    expected
        What should have come by which day.
    """
    record = published.record
    if published.damaged:
        return Standing("failed", (_plain("reason_damaged"),))
    if not record:
        return Standing("missing", (_plain("reason_missing"),))
    if not published.good:
        return Standing("failed", (_plain("reason_failed", reason=record["reason"]),))
    data = of_data(record, expected)
    if published.failure:
        return Standing("stale", (_plain("reason_error", reason=Failure.of(published.failure).reason), *data.reasons))
    if record["fingerprint"] != fingerprint:
        return Standing("stale", (_plain("reason_inputs"), *data.reasons))
    return data


def unnamed() -> Standing:
    """Give how a published page stands that no report makes any more."""
    return Standing("stale", (_plain("reason_unnamed"),))


def of_data(record: Mapping[str, Any], expected: Expected) -> Standing:
    """Tell whether the figures a page was made from are late, partial, or as they should be."""
    end = last_day(str(record["parameters"].get("period", "")))
    reasons = [
        reason
        for source in record["sources"]
        if source["id"] in expected.of
        for reason in _of_source(source, record, expected, end)
    ]
    states = [OF_DATA[reason.word] for reason in reasons]
    state: State = "late" if "late" in states else "partial" if states else "fresh"
    return Standing(state, tuple(sorted(reasons, key=lambda reason: OF_DATA[reason.word])))


def _of_source(
    source: Mapping[str, Any], record: Mapping[str, Any], expected: Expected, page_ends: datetime.date | None
) -> Iterator[Reason]:
    wanted = expected.of[source["id"]]
    title, as_of = source["title"], source.get("as_of") or record["as_of"]
    # a page of a period that is over needs nothing later
    through = min(wanted.due(expected.today), page_ends or datetime.date.max)
    if datetime.date.fromisoformat(as_of) < through:
        by = wanted.expected_by(through)
        yield Reason("reason_late", title, {"through": through.isoformat(), "by": by.isoformat(), "as_of": as_of})
    came = expected.arrived.get(source["id"], {})
    if months := came.get("missing_months"):
        yield Reason("reason_months", title, {"months": list(months)})
    units = came.get("units_count")
    if wanted.units_count is not None and units is not None and units < wanted.units_count:
        yield Reason("reason_units", title, {"units": units, "of": wanted.units_count})


def _plain(word: str, **values: Any) -> Reason:
    return Reason(word, {}, values)


def _written(name: str, value: Any, language: str) -> str:
    if name == "months":
        return ", ".join(month_name(month, language) for month in value)
    return long_date(value, language) if name in DATES else str(value)
