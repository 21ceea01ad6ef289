"""From the words in a cell to a value of its field, or the reason why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from analysis.fields import FIELDS

YES = {"có", "x", "1", "true", "yes", "đúng"}
NO = {"không", "0", "false", "no", "sai"}
# what an officer writes for a value that is kept in English
WORDS = {
    "province": "tỉnh",
    "department": "sở",
    "district": "huyện",
    "commune": "xã",
    "ministry": "bộ",
    "full": "toàn trình",
    "partial": "một phần",
    "information": "cung cấp thông tin",
    "birth": "khai sinh",
    "death": "khai tử",
    "issued": "ban hành mới",
    "amended": "sửa đổi",
    "replaced": "thay thế",
    "abolished": "bãi bỏ",
    "decentralised": "phân cấp",
    "conduct": "hành vi",
    "rules": "quy định",
    "system": "hệ thống",
    "other": "khác",
    "kept": "giữ nguyên",
    "simplified": "đơn giản hóa",
    "merged": "gộp",
    "amend": "đề nghị sửa",
    "abolish": "đề nghị bãi bỏ",
}


class NotAllowedError(ValueError):
    """A cell that its field does not allow; the message says what it does."""


def value_of(name: str, words: str) -> str | float | bool:
    """Read one cell.

    Parameters
    ----------
    name
        A field.
    words
        As written; not empty.

    Returns
    -------
    str, float or bool
        A date as YYYY-MM-DD, a month as YYYY-MM, a number as a float.

    Raises
    ------
    NotAllowedError
        Saying what the field allows.
    """
    field = FIELDS[name]
    if field.allowed:
        return _one_of(words, field.allowed)
    return _READERS.get(field.kind, _text)(words)


def _one_of(words: str, allowed: tuple[str, ...]) -> str:
    said = words.casefold()
    for value in allowed:
        if said in (value, WORDS.get(value, value)):
            return value
    raise NotAllowedError("; ".join(WORDS.get(value, value) for value in allowed))


def _text(words: str) -> str:
    return words


def _flag(words: str) -> bool:
    said = words.casefold()
    if said not in YES | NO:
        raise NotAllowedError("có; không")
    return said in YES


def _day(words: str) -> str:
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", words)
    if found:
        year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
        try:
            # day first, as everywhere in Viet Nam: 3/4/2025 is 3 April
            return date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            pass
    raise NotAllowedError("ngày/tháng/năm, 4/11/2024, hoặc 2024-11-04")


def _month(words: str) -> str:
    found = re.fullmatch(r"(\d{4})-(\d{1,2})(?:-01)?|(\d{1,2})/(\d{4})", words)
    if found:
        year, month = (found[1], found[2]) if found[1] else (found[4], found[3])
        if 1 <= int(month) <= 12:
            return f"{year}-{int(month):02d}"
    raise NotAllowedError("tháng/năm, 11/2024, hoặc 2024-11")


def _whole(words: str) -> float:
    """Read a count or an amount of đồng: dots and spaces may part thousands, since it has no decimals."""
    if re.fullmatch(r"\d+|\d{1,3}([. \u00a0]\d{3})+", words):
        return float(re.sub(r"\D", "", words))
    raise NotAllowedError("số nguyên, 1250 hoặc 1.250")


def _number(words: str) -> float:
    """Read a number with decimals; 1.250 or 1,250 may be a thousand or a little over one, and is refused."""
    if re.fullmatch(r"\d+([.,]\d{1,2})?", words):
        return float(words.replace(",", "."))
    raise NotAllowedError("số, nhiều nhất hai chữ số thập phân: 2,5 hoặc 2.5")


_READERS: dict[str, Callable[[str], str | float | bool]] = {
    "flag": _flag,
    "date": _day,
    "month": _month,
    "count": _whole,
    "vnd": _whole,
    "days": _number,
    "pct": _number,
}
