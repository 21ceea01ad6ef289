"""A piece of text in both languages, and the numbers, dates and periods inside it."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

from analysis.catalogue import LANGUAGES, translate


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Vietnamese and English."""

    vi: str
    en: str

    def __getitem__(self, language: str) -> str:
        """Give the words of one language."""
        return self.vi if language == "vi" else self.en

    def __add__(self, other: Text) -> Text:
        return Text(self.vi + other.vi, self.en + other.en)

    def as_dict(self) -> dict[str, str]:
        """Give `{"vi": …, "en": …}`."""
        return {"vi": self.vi, "en": self.en}


Value = Text | str | int
RAREST_PCT = 1.0  # chances nearer to 0 or 100 % are not told apart


def same(words: str) -> Text:
    """Words that are the same in both languages: names, codes, citations."""
    return Text(words, words)


def text(message: str, /, **values: Value) -> Text:
    """Translate a message and fill its `{names}` in each language.

    An integer is written with the language's thousands separators; any other number has to come
    through `number`, `percent` or `points`, which fix its decimals.
    """
    return Text(*(_fill(translate(message, language), values, language) for language in LANGUAGES))


def words(vi: str, en: str, /, **values: Value) -> Text:
    """Give words that stand in no catalogue, such as an analyst's own, their `{names}` filled.

    A number comes through `number` or `percent`, which write it as each language does; a whole number may come as it
    is.
    """
    return Text(_fill(vi, values, "vi"), _fill(en, values, "en"))


def plural(one: str, many: str, n: int, /, **values: Value) -> Text:
    """Give `one` or `many` for `n` (available as `{n}`); Vietnamese has a single form, that of `many`."""
    chosen = text(many, n=n, **values)
    return Text(chosen.vi, _fill(one, {"n": n, **values}, "en")) if n == 1 else chosen


def _fill(template: str, values: Mapping[str, Value], language: str) -> str:
    return template.format(**{name: _in_language(value, language) for name, value in values.items()})


def _in_language(value: Value, language: str) -> str:
    words = count(value) if isinstance(value, int) else value
    return words[language] if isinstance(words, Text) else words


def joined(parts: Iterable[Text], separator: str = " ") -> Text:
    """Join texts with the same separator in both languages."""
    parts = list(parts)
    return Text(*(separator.join(part[language] for part in parts) for language in LANGUAGES))


def not_known() -> Text:
    """Give the words printed wherever a figure is missing."""
    return text("not known")


@lru_cache(maxsize=4096)
def number(value: float | None, digits: int = 0) -> Text:
    """Write a number with fixed decimals and a true minus sign: −1.234,5 in Vietnamese, −1,234.5 in English."""
    if value is None or math.isnan(value):
        return not_known()
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    # Babel rounds half to even on the decimal given; repr keeps the shortest exact form of a float
    written = (format_decimal(value, format=pattern, locale=language) for language in LANGUAGES)
    return Text(*(_signed(each) for each in written))


def _signed(written: str) -> str:
    # what is rounded to nothing has no sign
    return written.replace("-", "−" if re.search("[1-9]", written) else "")


def count(value: float | None) -> Text:
    """Write a count."""
    return number(value, 0)


def money(value_vnd: float | None) -> Text:
    """Write an amount of money: 1.234 đồng in Vietnamese, VND 1,234 in English."""
    if value_vnd is None or math.isnan(value_vnd):
        return not_known()
    amount = number(value_vnd, 0)
    return Text(f"{amount['vi']} đồng", f"VND {amount['en']}")


def rounded_money(value_vnd: float | None) -> Text:
    """Write an estimated amount of money as officials do: 13,6 tỷ đồng, 95,8 triệu đồng; in full below a million."""
    if value_vnd is None or math.isnan(value_vnd):
        return not_known()
    for unit, vi, en in ((1e9, "tỷ đồng", "billion"), (1e6, "triệu đồng", "million")):
        if abs(value_vnd) >= unit:
            amount = number(value_vnd / unit, 1)
            return Text(f"{amount['vi']} {vi}", f"VND {amount['en']} {en}")
    return money(value_vnd)


def points(value: float | None) -> Text:
    """Write points of the index, two decimals as the portal does."""
    return number(value, 2)


def percent(value_pct: float | None, digits: int = 1) -> Text:
    """Write a percentage given on 0–100."""
    if value_pct is None or math.isnan(value_pct):
        return not_known()
    return number(value_pct, digits) + same("%")


def likely(chance_pct: float | None) -> Text:
    """Write a chance in whole percent; no model knows that a thing is impossible or certain."""
    if chance_pct is not None and chance_pct < RAREST_PCT:
        return text("under {limit}", limit=percent(RAREST_PCT, 0))
    if chance_pct is not None and chance_pct > 100 - RAREST_PCT:
        return text("over {limit}", limit=percent(100 - RAREST_PCT, 0))
    return percent(chance_pct, 0)


def between(value_pct: float, low_pct: float, high_pct: float) -> Text:
    """Write a percentage with its interval, which no line breaks: 78,7% (77,9–79,5)."""
    low, high = number(low_pct, 1), number(high_pct, 1)
    return percent(value_pct) + same(" (") + low + same("\u2060–\u2060") + high + same(")")


def day(date: datetime.date | str) -> Text:
    """Write a date: 26/9/2026 in Vietnamese, 26 September 2026 in English."""
    if isinstance(date, str):
        date = datetime.date.fromisoformat(date)
    return Text(
        format_date(date, "d/M/yyyy", locale="vi"),
        format_date(date, "d MMMM yyyy", locale="en"),
    )


def period(name: str) -> Text:
    """Write a period code: `2026`, `2026-Q3`, `2026-08` or `2026-08-21`."""
    if match := re.fullmatch(r"(\d{4})-Q([1-4])", name):
        year, quarter = match.groups()
        roman = {"1": "I", "2": "II", "3": "III", "4": "IV"}[quarter]
        return text("quarter {quarter} of {year}", quarter=Text(roman, quarter), year=year)
    if match := re.fullmatch(r"(\d{4})-(\d{2})", name):
        first = datetime.date(int(match[1]), int(match[2]), 1)
        return Text(f"tháng {first.month}/{first.year}", format_date(first, "MMMM yyyy", locale="en"))
    if re.fullmatch(r"\d{4}", name):
        return text("year {year}", year=name)
    return day(name)
