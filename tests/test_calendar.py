"""The calendar against published notices, brute force, other engines, and a twin that ignores make-up Saturdays."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import holidays
import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from analysis import paths
from analysis.calendar import (
    add_working_days,
    day_index,
    due_at,
    is_announced,
    month_index,
    tet,
    working_days,
    working_hours,
)
from analysis.errors import AnalysisError, DataContractError, UsageError

SHIPPED = paths.REFERENCE / "working_day_overrides.yml"
# published breaks, both ends INCLUSIVE with their weekends: the day before and the day after were worked
BREAKS = [
    ("2018-12-29", "2019-01-01"),
    ("2019-02-02", "2019-02-10"),
    ("2019-04-27", "2019-05-01"),
    ("2020-01-23", "2020-01-29"),
    ("2021-02-10", "2021-02-16"),
    ("2022-09-01", "2022-09-04"),
    ("2023-01-20", "2023-01-26"),
    ("2023-09-01", "2023-09-04"),
    ("2024-02-08", "2024-02-14"),
    ("2024-04-27", "2024-05-01"),
    ("2024-08-31", "2024-09-03"),
    ("2025-01-25", "2025-02-02"),
    ("2025-04-05", "2025-04-07"),
    ("2025-04-30", "2025-05-04"),
    ("2025-08-30", "2025-09-02"),
    ("2026-01-01", "2026-01-04"),
    ("2026-02-14", "2026-02-22"),
    ("2026-04-25", "2026-04-27"),
    ("2026-04-30", "2026-05-03"),
    ("2026-08-29", "2026-09-02"),
]
MADE_UP = ["2019-01-05", "2019-05-04", "2024-05-04", "2025-04-26", "2026-01-10", "2026-08-22"]
MONDAY = "2026-10-05"

dates = st.dates(date(2018, 1, 1), date(2028, 12, 31))
moments = st.datetimes(datetime(2018, 1, 1), datetime(2028, 12, 31)).map(lambda when: when.replace(microsecond=0))
# where Tết, a swap and ordinary weeks lie close together
near = st.datetimes(datetime(2025, 12, 30), datetime(2026, 2, 25)).map(lambda w: w.replace(second=0, microsecond=0))


def is_worked(day: str | date, *, country: str = "VN") -> bool:
    first = date.fromisoformat(day) if isinstance(day, str) else day
    return bool(day_index(first, first, country=country)["working"].item())


def span(start: str, end: str) -> float:
    return float(working_days(start, end))


def check_the_notices() -> None:
    one = timedelta(days=1)
    for first, last in BREAKS:
        days = day_index(date.fromisoformat(first) - one, date.fromisoformat(last) + one)["working"]
        assert [days.iloc[0], days.iloc[1:-1].sum(), days.iloc[-1]] == [1, 0, 1], first
    for saturday in MADE_UP:
        assert date.fromisoformat(saturday).isoweekday() == 6
        assert is_worked(saturday), saturday


def edited(folder: Path, monkeypatch: pytest.MonkeyPatch, edit: Callable[[dict[str, Any]], object]) -> None:
    """Let the calendar read the shipped overrides with one change."""
    content = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    edit(content["VN"])
    (folder / SHIPPED.name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    monkeypatch.setattr(paths, "ROOT", folder)
    monkeypatch.setattr(paths, "REFERENCE", folder)


class TestNotices:
    def test_are_followed(self) -> None:
        check_the_notices()

    def test_a_twin_that_ignores_make_up_saturdays_is_caught(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def ignore(decided: dict[str, Any]) -> None:
            for entry in decided.pop("days_worked"):
                rest = {"first": entry["date"], "last": entry["date"], "occasion": {"vi": "nghỉ", "en": "rest"}}
                decided["days_off"].append(rest | {"source": entry["source"]})

        edited(tmp_path, monkeypatch, ignore)
        with pytest.raises(AssertionError, match="2019-01-05"):
            check_the_notices()
        assert span("2026-01-09", "2026-01-12") == 1

    def test_the_library_alone_lacks_only_the_swap_of_january_2026(self) -> None:
        ours = day_index(date(2019, 1, 1), date(2026, 12, 31)).set_index("date")["working"]
        library = holidays.country_holidays("VN", years=range(2019, 2027))
        differing = [day.date() for day in ours.index if library.is_working_day(day.date()) != ours[day]]
        assert differing == [date(2026, 1, 2), date(2026, 1, 10)]

    def test_a_year_without_a_notice_is_provisional(self) -> None:
        assert [is_announced(year) for year in (2018, 2019, 2026, 2027)] == [False, True, True, False]
        days = day_index(date(2026, 12, 31), date(2027, 1, 1))
        assert days["announced"].tolist() == [True, False]
        assert days["working"].tolist() == [1, 0]

    def test_another_country_has_its_own_days_and_no_yearly_decision(self) -> None:
        assert not is_worked("2011-12-26", country="NL")
        assert is_worked("2026-01-02", country="NL")
        assert not is_worked("2026-01-10", country="NL")
        assert is_announced(2012, country="NL")
        assert working_days("2026-04-24", "2026-05-04", country="NL") != span("2026-04-24", "2026-05-04")


class TestMonths:
    @pytest.mark.parametrize(("year", "worked"), [("2024", [22, 16]), ("2025", [17, 20]), ("2026", [21, 15])])
    def test_the_two_months_of_tet_have_their_days_worked(self, year: str, worked: list[int]) -> None:
        """Days worked in January and February, where Tết moves between them."""
        months = month_index(f"{year}-01", f"{year}-02")
        assert np.exp(months["working_days_log"]).round().tolist() == worked

    @pytest.mark.parametrize(("year", "first"), [(2007, "02-17"), (2025, "01-29"), (2026, "02-17"), (2030, "02-02")])
    def test_the_fortnights_lie_around_vietnams_tet(self, year: int, first: str) -> None:
        """In 2007 and 2030 China's new year lies a day later."""
        months = month_index(f"{year}-01", f"{year}-03").set_index("month")
        length = pd.PeriodIndex(months.index, freq="M").days_in_month
        tet = pd.Timestamp(f"{year}-{first}")
        for name, start in (("before_tet_share", tet - pd.Timedelta(14, "D")), ("after_tet_share", tet)):
            days = pd.date_range(start, periods=14).strftime("%Y-%m").value_counts()
            assert (months[name] * length).round(9).to_dict() == days.reindex(months.index, fill_value=0).to_dict()

    def test_other_months_have_none(self) -> None:
        months = month_index("2024-04", "2024-12")
        assert len(months) == 9
        assert (months[["before_tet_share", "after_tet_share"]] == 0).all(axis=None)

    @pytest.mark.parametrize(("first", "last"), [("2025-02", "2025-01"), ("1999-01", "2001-01")])
    def test_no_months_are_refused(self, first: str, last: str) -> None:
        with pytest.raises(UsageError, match="no months of the calendar"):
            month_index(first, last)


class TestOverrides:
    @pytest.mark.parametrize(
        ("edit", "said"),
        [
            (
                lambda vn: vn["days_off"][3].update(last=date(2020, 1, 2)),
                r"VN\.days_off\.3: .*2020-01-23 to 2020-01-02",
            ),
            (lambda vn: vn["days_off"][0].update(first="soon"), r"VN\.days_off\.0\.first"),
            (lambda vn: vn["days_worked"][4].update(date=date(2026, 1, 9)), r"VN\.days_worked\.4: .*2026-01-09"),
            (lambda vn: vn["days_worked"][4].update(instead_of=date(2026, 1, 7)), r"VN: .*not a day off: 2026-01-07"),
            (lambda vn: vn["days_worked"].append(vn["days_worked"][0]), r"VN: .*listed twice: 2019-01-05"),
            (lambda vn: vn["days_off"][0].update(source="hearsay"), r"VN: .*no such source: hearsay"),
            (lambda vn: vn["announced"].pop(2026), r"VN: .*without a notice: 2026"),
            (lambda vn: vn["sources"]["plan_2021"].update(certainty="sure"), r"VN\.sources\.plan_2021\.certainty"),
            (lambda vn: vn.update(days_of=[]), r"VN\.days_of"),
        ],
    )
    def test_a_wrong_entry_is_named_with_its_file(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        edit: Callable[[dict[str, Any]], object],
        said: str,
    ) -> None:
        edited(tmp_path, monkeypatch, edit)
        with pytest.raises(DataContractError) as caught:
            working_days(MONDAY, MONDAY)
        assert re.match(rf"working_day_overrides\.yml: {said}", caught.value.where), caught.value.where

    def test_an_edited_file_is_read_anew(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        edited(tmp_path, monkeypatch, lambda vn: None)
        assert is_announced(2026)
        edited(tmp_path, monkeypatch, lambda vn: vn["announced"].update({2027: "plan_2021"}))
        assert is_announced(2027)

    @pytest.mark.parametrize("content", [None, "VN: [", "VN: {sources: {}}", "- VN"])
    def test_an_unreadable_file_is_one_clear_error(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
    ) -> None:
        if content is not None:
            (tmp_path / SHIPPED.name).write_text(content, encoding="utf-8")
        monkeypatch.setattr(paths, "REFERENCE", tmp_path)
        with pytest.raises(DataContractError, match=r"working_day_overrides\.yml: "):
            is_announced(2026)


class TestWorkingDays:
    @pytest.mark.parametrize(
        ("start", "end", "count"),
        [
            ("2026-10-05 07:00", "2026-10-05 23:59", 0),
            ("2026-10-05 23:59", "2026-10-06 00:00", 1),
            ("2026-10-02", "2026-10-05", 1),
            ("2026-10-03", "2026-10-05", 1),
            ("2026-10-02", "2026-10-04", 0),
            ("2026-10-06", "2026-10-05", -1),
            ("2026-02-13", "2026-02-23", 1),
            ("2026-01-09", "2026-01-12", 2),
            ("2025-12-31", "2026-01-05", 1),
        ],
    )
    def test_leave_the_first_day_out_and_take_the_last_in(self, start: str, end: str, count: int) -> None:
        assert span(start, end) == count

    def test_are_missing_where_a_moment_is(self) -> None:
        counted = working_days(
            pd.Series(pd.to_datetime([MONDAY, None, MONDAY])), pd.to_datetime([None, MONDAY, MONDAY])
        )
        np.testing.assert_array_equal(counted, [np.nan, np.nan, 0])
        np.testing.assert_array_equal(working_hours([None, MONDAY], pd.NaT), [np.nan, np.nan])

    def test_take_the_forms_that_columns_come_in(self) -> None:
        starts = ["2026-10-05 08:00:00", None]
        forms = [
            starts,
            np.array(starts, dtype="datetime64[ns]"),
            pd.DatetimeIndex(starts),
            pd.Series(starts, dtype="timestamp[us][pyarrow]", index=[7, 3]),
        ]
        for form in forms:
            np.testing.assert_array_equal(working_days(form, pd.Timestamp("2026-10-12")), [5, np.nan])
        assert working_days(date(2026, 10, 5), np.datetime64("2026-10-06")) == 1
        assert working_days(pd.Series([], dtype="datetime64[us]"), MONDAY).size == 0

    @given(dates, dates, dates)
    def test_add_up_grow_and_are_counted_day_by_day(self, a: date, b: date, c: date) -> None:
        assert working_days(a, b) + working_days(b, c) == working_days(a, c)
        assert working_days(a, max(b, c)) >= working_days(a, min(b, c))
        first, last = min(a, b), min(max(a, b), min(a, b) + timedelta(days=60))
        days = day_index(first, last)
        assert working_days(first, last) == days["working"].iloc[1:].sum()
        assert working_days(first, last) == days["working_day_number"].iloc[-1] - days["working_day_number"].iloc[0]

    @given(moments, st.integers(-600, 600))
    def test_added_are_counted_again(self, start: datetime, days: int) -> None:
        reached = add_working_days(start, days)
        assert working_days(start, reached) == days
        assert days == 0 or is_worked(reached.astype("datetime64[D]").item())

    def test_added_none_stay_on_the_date_and_missing_stay_missing(self) -> None:
        added = add_working_days(["2026-10-03 10:00", None, MONDAY], pd.Series([0, 1, None], dtype="Int32"))
        assert added[0] == np.datetime64("2026-10-03")
        assert np.isnat(added[1:]).all()

    @given(near, near, st.none() | near, st.none() | near)
    @example(datetime(2026, 1, 5), datetime(2026, 1, 15), datetime(2026, 1, 7), datetime(2026, 1, 21))
    @example(datetime(2026, 1, 5), datetime(2026, 1, 15), datetime(2025, 12, 30), datetime(2026, 1, 7))
    @example(datetime(2026, 1, 5), datetime(2026, 1, 15), datetime(2026, 1, 7), None)
    def test_leave_out_the_wait_for_a_supplement(
        self, start: datetime, end: datetime, asked: datetime | None, answered: datetime | None
    ) -> None:
        start, end = min(start, end), max(start, end)
        until = (answered or datetime.max).date()
        days = day_index(start.date(), end.date())[1:]
        waiting = days["date"].dt.date.map(lambda day: asked is not None and asked.date() < day <= until)
        counted = working_days([start], [end], suspended=([asked], [answered]))
        assert counted.item() == days["working"][~waiting.astype(bool)].sum()
        assert working_days([end], [start], suspended=([asked], [answered])).item() == -working_days(start, end)

    def test_are_the_same_by_two_joins_in_sql(self) -> None:
        rng = np.random.default_rng(4)
        start = np.datetime64("2025-06-01", "us") + rng.integers(0, 400 * 86_400, 300).astype("timedelta64[s]")
        cases = pd.DataFrame({"start": start, "end": start + rng.integers(0, 10**6, 300).astype("timedelta64[s]")})
        cases.loc[5, "end"] = pd.NaT
        days = day_index(date(2025, 6, 1), date(2026, 12, 31))
        with duckdb.connect() as connection:
            connection.register("cases", cases.reset_index())
            connection.register("days", days)
            counted = connection.execute(
                "SELECT last.working_day_number - first.working_day_number AS number FROM cases "
                "LEFT JOIN days AS first ON first.date = CAST(start AS DATE) "
                'LEFT JOIN days AS last ON last.date = CAST("end" AS DATE) ORDER BY index'
            ).df()["number"]
        np.testing.assert_array_equal(counted, working_days(cases["start"], cases["end"]))


class TestWorkingHours:
    @pytest.mark.parametrize(
        ("start", "end", "hours"),
        [
            ("2026-10-05 07:00", "2026-10-05 17:00", 8),
            ("2026-10-05 11:00", "2026-10-05 14:00", 1),
            ("2026-10-05 16:30", "2026-10-06 07:15", 0.75),
            ("2026-10-03 09:00", "2026-10-04 09:00", 0),
            ("2026-01-10 00:00", "2026-01-11 00:00", 8),
        ],
    )
    def test_are_those_of_the_office(self, start: str, end: str, hours: float) -> None:
        assert working_hours(start, end) == hours
        assert working_hours(end, start) == -hours

    @given(near, st.integers(0, 6 * 24 * 60))
    def test_equal_the_minutes_counted_one_by_one(self, start: datetime, minutes: int) -> None:
        clock = pd.Series(pd.date_range(start, periods=minutes, freq="min"))
        minute = clock.dt.hour * 60 + clock.dt.minute
        open_minute = minute.between(420, 689) | minute.between(810, 1019)
        worked = {day: is_worked(day) for day in clock.dt.date.unique()}
        expected = (open_minute & clock.dt.date.map(worked).astype(bool)).sum() / 60
        assert working_hours(start, start + timedelta(minutes=minutes)) == pytest.approx(expected)


def caculate_time(due: str, asked: str, answered: str) -> np.datetime64:
    """Move a due date as CaculateTime.cs does: calendar days of the wait less one, then one working day."""
    moved = datetime.fromisoformat(due) + (datetime.fromisoformat(answered) - datetime.fromisoformat(asked))
    return add_working_days(moved - timedelta(days=1), 1)


class TestDue:
    @pytest.mark.parametrize(
        ("received", "due"),
        [
            ("2026-10-05 10:00", "2026-10-06 10:00"),
            ("2026-10-05 17:00", "2026-10-06 17:00"),
            ("2026-10-05 17:01", "2026-10-07 07:00"),
            ("2026-10-05 00:00", "2026-10-06 07:00"),
            ("2026-10-05 12:00", "2026-10-06 13:30"),
            ("2026-10-02 17:30", "2026-10-06 07:00"),
            ("2026-10-03 10:00", "2026-10-06 07:00"),
            ("2026-02-13 09:00", "2026-02-23 09:00"),
            ("2026-01-09 09:00", "2026-01-10 09:00"),
        ],
    )
    def test_one_working_day_after_receipt(self, received: str, due: str) -> None:
        assert due_at(received, 1) == np.datetime64(due)

    @pytest.mark.parametrize(
        ("received", "limit", "due"),
        [
            ("2026-10-05 10:00", 3, "2026-10-08 10:00"),
            ("2026-10-05 18:00", 3, "2026-10-09 07:00"),
            ("2026-10-05 10:00", 5, "2026-10-12 10:00"),
            ("2026-10-03 10:00", 1, "2026-10-05 10:00"),
            ("2026-01-05 10:00", 5, "2026-01-10 10:00"),
            ("2026-02-10 10:00", 5, "2026-02-23 10:00"),
        ],
    )
    def test_calendar_days_end_on_a_day_worked(self, received: str, limit: int, due: str) -> None:
        assert due_at(received, limit, counted="calendar_days") == np.datetime64(due)

    @given(moments, st.integers(0, 90))
    def test_leaves_the_office_exactly_its_hours(self, received: datetime, limit: int) -> None:
        assert working_hours(received, due_at(received, limit)) == pytest.approx(8 * limit)

    @pytest.mark.parametrize(
        ("asked", "answered", "due", "by_code"),
        [
            # from Tuesday to Wednesday: both give the one day waited
            ("2026-10-06 09:00", "2026-10-07 09:00", "2026-10-13", "2026-10-13"),
            # from Friday to Monday: one working day was waited, the code gives three
            ("2026-10-09 09:00", "2026-10-12 09:00", "2026-10-13", "2026-10-15"),
            # from Monday to Friday: four were waited, the code gives four
            ("2026-10-05 09:00", "2026-10-09 09:00", "2026-10-16", "2026-10-16"),
        ],
    )
    def test_a_wait_stops_the_clock(self, asked: str, answered: str, due: str, by_code: str) -> None:
        plain, moved = due_at("2026-10-05 08:00", 5), due_at("2026-10-05 08:00", 5, suspended=(asked, answered))
        assert plain == np.datetime64("2026-10-12 08:00")
        assert moved == np.datetime64(f"{due} 08:00")
        assert caculate_time("2026-10-12 08:00", asked, answered) == np.datetime64(by_code)
        assert working_days("2026-10-05", moved, suspended=(asked, answered)) == 5

    def test_the_code_loses_days_when_the_date_is_pushed_into_a_weekend(self) -> None:
        wait = ("2026-10-13 09:00", "2026-10-15 09:00")
        assert due_at("2026-10-12 08:00", 4, suspended=wait) == np.datetime64("2026-10-20 08:00")
        assert caculate_time("2026-10-16 08:00", *wait) == np.datetime64("2026-10-19")

    def test_a_wait_counts_as_the_limit_does(self) -> None:
        wait = ("2026-10-09", "2026-10-12")
        due = due_at("2026-10-05 08:00", 7, counted="calendar_days", suspended=wait)
        assert due == np.datetime64("2026-10-15 08:00")

    def test_a_request_after_the_due_date_or_never_made_adds_nothing_and_an_open_one_leaves_it_open(self) -> None:
        asked = ["2026-10-13", None, "2026-10-13", "2026-10-12", "2026-10-09"]
        answered = ["2026-10-20", "2026-10-20", None, None, "2026-10-07"]
        for counted in ("working_days", "calendar_days"):
            limit = 5 if counted == "working_days" else 7
            due = due_at(["2026-10-05 08:00"] * 5, limit, counted=counted, suspended=(asked, answered))
            kept = np.datetime64("2026-10-12 08:00")
            np.testing.assert_array_equal(due, [kept, kept, kept, np.datetime64("NaT"), kept])

    def test_is_missing_without_a_receipt_or_a_limit(self) -> None:
        for counted in ("working_days", "calendar_days"):
            assert np.isnat(due_at([None, MONDAY], [3, None], counted=counted)).all()


@pytest.mark.parametrize(
    ("year", "first", "last"),
    [(2019, "2019-02-02", "2019-02-10"), (2020, "2020-01-23", "2020-01-29"), (2021, "2021-02-10", "2021-02-16"),
     (2025, "2025-01-25", "2025-02-02"), (2026, "2026-02-14", "2026-02-22")],
)  # fmt: skip
def test_tet_is_the_run_of_days_off_that_was_announced(year: int, first: str, last: str) -> None:
    assert tet(year) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (lambda: working_days(pd.to_datetime([MONDAY]).tz_localize("UTC"), MONDAY), UsageError, "zone UTC"),
        (lambda: working_days(pd.Series([MONDAY]), "05/10/2026"), UsageError, "not dates or times"),
        (lambda: working_days([MONDAY, "1900-01-01"], MONDAY), DataContractError, "1 dates .* such as 1900-01-01"),
        (lambda: working_hours(MONDAY, "2061-01-01"), DataContractError, "2000-01-01 to 2060-12-31"),
        (lambda: add_working_days("2060-12-30", 9), UsageError, "outside the calendar"),
        (lambda: add_working_days("2000-01-05", -9), UsageError, "outside the calendar"),
        (lambda: due_at(MONDAY, 0.5), UsageError, "not whole"),
        (lambda: working_days(MONDAY, MONDAY, country="XX"), UsageError, "country 'XX'"),
        (lambda: day_index(date(2026, 1, 2), date(2026, 1, 1)), UsageError, "before the first"),
        (lambda: tet(1999), UsageError, "no Tết of 1999"),
    ],
)
def test_bad_input_is_one_clear_error(call: Callable[[], object], kind: type[AnalysisError], said: str) -> None:
    with pytest.raises(kind, match=said):
        call()
