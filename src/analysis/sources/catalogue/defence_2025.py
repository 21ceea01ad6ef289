"""207 procedures in the charge of the Ministry of National Defence, 2025: a JSON file each, tables kept apart."""

from __future__ import annotations

import json
from typing import Any

from analysis.sources.catalogue.entry import Channel, Entry, files, key_missing

SOURCE_ID = "procedures-2025-defence"


def entries() -> list[Entry]:
    """Read the edition; none before it is fetched. A file is a procedure, so `row` is 1."""
    found = []
    for path, content in files(SOURCE_ID, ".json"):
        try:
            found.append(_entry(json.loads(content), path))
        except KeyError as error:
            raise key_missing(SOURCE_ID, path, error) from error
    return found


def _entry(each: dict[str, Any], path: str) -> Entry:
    told, tables = each["metadata"], each["tables"]
    ways = tables["hinh_thuc_nop"]
    return Entry(
        edition="2025-defence",
        code=told["mã_thủ_tục"],
        name=told["tên_thủ_tục"].strip(),
        field=told["lĩnh_vực"].strip(),
        agency=each["content"]["cơ_quan_thực_hiện"].strip(),
        levels=told["cấp_thực_hiện"],
        decision=told["số_quyết_định"].removeprefix("Quyết định số ").strip(),
        documents=len(tables["thanh_phan_ho_so"]) or None,
        document_lists=None,
        channels=tuple(
            Channel(way["hinh_thuc"], way["thoi_han_giai_quyet"], way["phi_le_phi"], way["mo_ta"]) for way in ways
        ),
        unread="",
        source_id=SOURCE_ID,
        path=path,
        row=1,
    )
