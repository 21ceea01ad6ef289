"""87 procedures for citizens as published in August 2021: one JSON file, no codes, limits and fees in prose."""

from __future__ import annotations

import json
from typing import Any

from analysis.sources.catalogue.entry import Channel, Entry, files, key_missing

SOURCE_ID = "procedures-2021"


def entries() -> list[Entry]:
    """Read the edition; none before it is fetched. `row` counts the procedures of the file from 1."""
    found = []
    for path, content in files(SOURCE_ID, ".json"):
        try:
            found += [_entry(each, path, row) for row, each in enumerate(json.loads(content), start=1)]
        except KeyError as error:
            raise key_missing(SOURCE_ID, path, error) from error
    return found


def _entry(each: dict[str, Any], path: str, row: int) -> Entry:
    documents = each["Thành phần hồ sơ"]
    channels = [
        Channel(
            way["Hình thức nộp"], way.get("Thời hạn giải quyết", ""), way.get("Phí, lệ phí", ""), way.get("Mô tả", "")
        )
        for way in each["Cách thức thực hiện"]
    ]
    return Entry(
        edition="2021",
        code="",
        name=each["title"].strip(),
        field="",
        agency=each["Cơ quan thực hiện"].strip(),
        levels="",
        decision="",
        documents=len(documents) or None,
        document_lists=None,
        channels=tuple(channels),
        unread="",
        source_id=SOURCE_ID,
        path=path,
        row=row,
    )
