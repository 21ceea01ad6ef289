"""Time limits and fees as the catalogue writes them, as numbers; what is not one plain number keeps its reason."""

from __future__ import annotations

import re
from typing import NamedTuple

_UNITS = {"ngày làm việc": "working_days", "ngày": "days", "giờ": "hours", "tháng": "months"}
_AMOUNT = re.compile(r"(\d+(?:[.,]\d+)?)\s*(ngày làm việc|ngày|giờ|tháng)", re.IGNORECASE)
_PLAIN = re.compile(rf"(?:tối đa |không quá )?{_AMOUNT.pattern}(?:\s+kể từ\D*)?\.?", re.IGNORECASE)
_NOT_GIVEN = re.compile(r"(?:không|chưa)(?: (?:có|quy định|xác định|có thông tin)(?: cụ thể)?)?|", re.IGNORECASE)
_CURRENCY = r"(?:Việt Nam Đồng|VNĐ|Đồng)"
_MONEY = re.compile(rf"(?P<amount>\d{{1,3}}(?:[.,]\d{{3}})+|\d+)\s*{_CURRENCY}\s*(?:\(.*)?", re.DOTALL)
_NAME = re.compile(r"(?:^|(?<=Đồng )|(?<=\) ))(?:Lệ phí|Phí) ?: ?")
_NOTHING = re.compile(r"\(\s*-?\s*(?:không|chưa)(?: (?:có|quy định|thu lệ phí|thu phí))?\s*\.?\s*\)", re.IGNORECASE)
# money is written in đồng; below this it is in thousands, or a slip, and nobody can tell which
_LEAST_VND = 1000


class Limit(NamedTuple):
    """A time limit: amount and unit, or the problem; exactly one of the two."""

    amount: float | None
    unit: str | None
    problem: str | None


class Fee(NamedTuple):
    """A fee in đồng, or the problem; exactly one of the two."""

    vnd: float | None
    problem: str | None


def limit(text: str) -> Limit:
    """Read a time limit.

    Returns
    -------
    Limit
        `problem` is one that the field `limit_problem` allows: `not_given`; `no_unit`, a number and nothing else;
        `runs_together`, with the fee's number; `zero`; `several` limits, by case; `prose`, anything else ("on the same
        day").

    Examples
    --------
    >>> limit("07 Ngày làm việc")
    Limit(amount=7.0, unit='working_days', problem=None)
    >>> limit("03 ngày làm việc, trường hợp phải xác minh thì không quá 08 ngày làm việc.").problem
    'several'
    """
    text = text.strip()
    if _NOT_GIVEN.fullmatch(text.rstrip(" .")):
        return Limit(None, None, "not_given")
    if plain := _PLAIN.fullmatch(text):
        amount = float(plain[1].replace(",", "."))
        return Limit(amount, _UNITS[plain[2].lower()], None) if amount else Limit(None, None, "zero")
    if text.isdecimal():
        return Limit(None, None, "no_unit" if int(text) else "zero")
    if re.fullmatch(rf"[\d.,]+ ?(?:{_CURRENCY}|USD)(?:\(.*)?", text, re.DOTALL):
        return Limit(None, None, "runs_together")
    return Limit(None, None, "several" if len(_AMOUNT.findall(text)) > 1 else "prose")


def fee(text: str, *, runs_together: bool = False) -> Fee:
    """Read a fee.

    Parameters
    ----------
    text
        The cell, with the note in brackets that follows the amount.
    runs_together
        Whether the limit's number runs into it.

    Returns
    -------
    Fee
        `problem` is one that the field `fee_problem` allows: `not_given`; `free_with_note`, free at the national level
        while a note says that a council or a circular sets it, so that it may be anything; `no_amount`, a currency
        without a number; `runs_together`; `too_small` to be đồng; `foreign_money`; `several` fees; `prose`, anything
        else.

    Examples
    --------
    >>> fee("50,000 Việt Nam Đồng(/giấy)")
    Fee(vnd=50000.0, problem=None)
    >>> fee("Miễn phí(Mức lệ phí cụ thể do Hội đồng nhân dân cấp tỉnh quyết định)").problem
    'free_with_note'
    """
    text = " ".join(text.split()).replace("Xem chi tiết", "").strip()
    if runs_together:
        return Fee(None, "runs_together")
    if len(_NAME.findall(text)) > 1:
        return Fee(None, "several")
    text = _NAME.sub("", text, count=1)
    if _NOT_GIVEN.fullmatch(text):
        return Fee(None, "not_given")
    if text.startswith("Miễn phí"):
        note = text.removeprefix("Miễn phí")
        return Fee(None, "free_with_note") if note and not _NOTHING.fullmatch(note) else Fee(0.0, None)
    return _money(text)


def _money(text: str) -> Fee:
    if re.fullmatch(rf"không {_CURRENCY}", text, re.IGNORECASE):
        return Fee(0.0, None)
    if re.fullmatch(rf"{_CURRENCY}?\s*(?:\(.*)?", text):
        return Fee(None, "no_amount")
    if re.match(r"[\d.,]+ ?USD", text):
        return Fee(None, "foreign_money")
    if not (money := _MONEY.fullmatch(text)):
        return Fee(None, "prose")
    amount = float(re.sub(r"[.,]", "", money["amount"]))
    return Fee(None, "too_small") if 0 < amount < _LEAST_VND else Fee(amount, None)
