"""Vietnamese alphabetical order, which `sorted()` does not know: Đ after D, tones last."""

from __future__ import annotations

import re
import unicodedata

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# a letter of its own in Vietnamese, told by the marks its decomposition carries
MARKS = {"\u0306": {"a": "ă"}, "\u0302": {"a": "â", "e": "ê", "o": "ô"}, "\u031b": {"o": "ơ", "u": "ư"}}
# the order of dictionaries: level, huyền, hỏi, ngã, sắc, nặng
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
RANK = {letter: index for index, letter in enumerate(ALPHABET)}

Key = tuple[tuple[tuple[int, int, str], ...], tuple[int, ...], str]


def collation_key(text: str) -> Key:
    """Give a key that sorts as a Vietnamese dictionary does.

    Letters decide first (a ă â … d đ … ), then tones (level, huyền, hỏi, ngã, sắc, nặng), then the text
    itself; digits are compared as numbers and stand before letters.
    """
    letters: list[tuple[int, int, str]] = []
    tones: list[int] = []
    for part in re.findall(r"\d+|\D", unicodedata.normalize("NFC", text.lower())):
        if part.isdecimal():
            letters.append((1, int(part), ""))
            tones.append(0)
            continue
        letter, tone = _letter(part)
        rank = RANK.get(letter)
        letters.append((0, 0, letter) if rank is None else (2, rank, ""))
        tones.append(tone)
    return tuple(letters), tuple(tones), text


def _letter(character: str) -> tuple[str, int]:
    base, tone = "", 0
    for mark in unicodedata.normalize("NFD", character):
        if not base:
            base = mark
        base = MARKS.get(mark, {}).get(base, base)
        tone = TONES.get(mark, tone)
    return base, tone
