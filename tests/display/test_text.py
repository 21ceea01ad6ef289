"""Numbers, dates and periods as each language writes them."""

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import catalogue
from analysis.display.text import Text, count, day, joined, number, percent, period, plural, points, same, text
from analysis.errors import GateFailedError


@pytest.mark.parametrize(
    ("written", "vi", "en"),
    [
        (number(1234.5, 1), "1.234,5", "1,234.5"),
        (number(1_234_567), "1.234.567", "1,234,567"),
        (number(-3.14159, 2), "−3,14", "−3.14"),
        (number(-0.04, 1), "0,0", "0.0"),
        (percent(-12.34), "−12,3%", "−12.3%"),
        (count(597_918.0), "597.918", "597,918"),
        (points(61.89), "61,89", "61.89"),
        (points(np.float64(6)), "6,00", "6.00"),
        (percent(97.956), "98,0%", "98.0%"),
        (percent(88.42, 2), "88,42%", "88.42%"),
        (day("2026-09-26"), "26/9/2026", "26 September 2026"),
        (day(datetime.date(2025, 7, 1)), "1/7/2025", "1 July 2025"),
        (period("2026"), "năm 2026", "year 2026"),
        (period("2026-Q3"), "quý III/2026", "quarter 3 of 2026"),
        (period("2026-08"), "tháng 8/2026", "August 2026"),
        (period("2026-08-21"), "21/8/2026", "21 August 2026"),
    ],
)
def test_formats(written: Text, vi: str, en: str) -> None:
    assert (written.vi, written.en) == (vi, en)


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan])
def test_what_is_missing_is_not_known_and_never_a_number(missing: float | None) -> None:
    for written in (number(missing, 2), count(missing), points(missing), percent(missing)):
        assert (written.vi, written.en) == ("không rõ", "not known")


@given(st.integers(0, 10**12), st.integers(0, 4))
def test_a_number_can_be_read_back_in_both_languages(units: int, digits: int) -> None:
    written = number(units / 10**digits, digits)
    assert float(written.en.replace(",", "")) == pytest.approx(units / 10**digits)
    assert written.vi.translate(str.maketrans(",.", ".,")) == written.en


@pytest.mark.parametrize("wrong", ["2026-Q5", "2026-13", "soon", "26"])
def test_what_is_no_period_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        period(wrong)


def test_whole_numbers_in_a_message_have_separators_in_each_language() -> None:
    message = "{one} and {other} count the same cases twice: in the province their numerators differ by {difference} "
    message += "of {cases}. Being on time therefore carries up to {points} points."
    filled = text(message, one="a", other="b", difference=1234, cases="x", points=percent(1.5))
    assert "1.234" in filled.vi
    assert "1,5%" in filled.vi
    assert "differ by 1,234 of" in filled.en
    assert "1.5%" in filled.en


ONE = "{n} unit has {points} points because it received no petitions at all."
MANY = "{n} units have up to {points} points each because they received no petitions at all."


def test_plurals_differ_in_english_and_not_in_vietnamese() -> None:
    one, many = (plural(ONE, MANY, n, points=1200) for n in (1, 2000))
    assert one.en == "1 unit has 1,200 points because it received no petitions at all."
    assert many.en.startswith("2,000 units have up to 1,200 points each")
    assert many.vi.replace("2.000", "1") == one.vi


def test_a_message_without_translation_is_an_error_that_names_it() -> None:
    with pytest.raises(GateFailedError, match="no Vietnamese translation") as caught:
        text("Nobody has translated this.")
    assert "Nobody has translated this." in caught.value.where
    assert "vi.po" in caught.value.next_step
    with pytest.raises(GateFailedError):
        catalogue.translate("", "vi")


def test_texts_join_in_each_language() -> None:
    parts = joined([Text("một", "one"), same("H44")], "; ") + Text("!", "?")
    assert parts.as_dict() == {"vi": "một; H44!", "en": "one; H44?"}
