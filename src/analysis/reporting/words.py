"""The words around the reports (`templates/words.yml`) and dates as both languages write them."""

from __future__ import annotations

import datetime
from functools import cache
from pathlib import Path

from analysis.yaml_files import load_yaml

TEMPLATES = Path(__file__).parent / "templates"


@cache
def words() -> dict[str, dict[str, str]]:
    """Give word id → language → words."""
    loaded: dict[str, dict[str, str]] = load_yaml((TEMPLATES / "words.yml").read_text(encoding="utf-8"))
    return loaded


def in_language(language: str) -> dict[str, str]:
    """Give word id → words in one language."""
    return {name: both[language] for name, both in words().items()}


def upper_first(words: str) -> str:
    """Write the first letter as a capital, as a sentence begins."""
    return words[:1].upper() + words[1:]


def long_date(iso: str, language: str) -> str:
    """Write an ISO date: 26/9/2026 in Vietnamese, 26 September 2026 in English."""
    day = datetime.date.fromisoformat(iso)
    return f"{day.day}/{day.month}/{day.year}" if language == "vi" else f"{day.day} {day:%B} {day.year}"


def month_name(month: str, language: str) -> str:
    """Write a month such as 2026-08: tháng 8/2026 in Vietnamese, August 2026 in English."""
    day = datetime.date.fromisoformat(f"{month}-01")
    return f"tháng {day.month}/{day.year}" if language == "vi" else f"{day:%B} {day.year}"
