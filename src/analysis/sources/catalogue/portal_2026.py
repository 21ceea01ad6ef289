"""2,642 procedures of seven ministries as the national portal showed them in July 2026: a JSON file each.

The portal's tables come as running text, cell upon cell without a mark between them. A row of the table of channels is
known by three cells in a row that each take few forms: channel, time limit, fee.
"""

from __future__ import annotations

import io
import json
import re
from itertools import pairwise

import pandas as pd

from analysis.sources.catalogue.entry import DIRECT, ONLINE, POST, Channel, Entry, files, key_missing

SOURCE_ID = "procedures-2026"
_HEADER = "Hình thức nộpThời gianPhí, lệ phíMô tả"
_LIMIT = (
    r"\d+(?:[.,]\d+)? (?:Ngày làm việc|Ngày|Giờ|Tháng)|\d+?|Không có thông tin|Không quy định|Không ?"
    r"|Không phải trả kết quả cho người nộp thuế"
)
_FEE = r"Miễn phí|Không có thông tin|[\d.,]+ ?(?:Việt Nam Đồng|VNĐ|USD)"
_ROW = re.compile(rf"(?P<channel>{DIRECT}|{ONLINE}|{POST})(?P<limit>{_LIMIT})(?P<fee>{_FEE})")
# `(1)` or `(a)` numbers the remark that follows, it says nothing of the fee
_NOTE = re.compile(r"(?!\(\w\))\((?:[^()]|\([^()]*\))*\)")
_DOCUMENTS = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
_DOCUMENT = re.compile(r"\d+ bản chính")


def entries() -> list[Entry]:
    """Read the edition; none before it is fetched. A file is a procedure, so `row` is 1."""
    agencies = _agencies()
    found = []
    for path, content in files(SOURCE_ID, ".json"):
        try:
            found.append(_entry(json.loads(content), path, agencies))
        except KeyError as error:
            raise key_missing(SOURCE_ID, path, error) from error
    return found


def _agencies() -> dict[str, str]:
    """Give the issuing agency of each code, from the official lists."""
    lists = [
        pd.read_excel(io.BytesIO(content), header=None, skiprows=2, dtype="str", engine="calamine")
        for _, content in files(SOURCE_ID, ".xlsx")
    ]
    return {code: agency for each in lists for code, agency in zip(each[0], each[2], strict=True)}


def _entry(told: dict[str, str], path: str, agencies: dict[str, str]) -> Entry:
    unread, channels = _channels(told["cach_thuc_thuc_hien"])
    documents = told["thanh_phan_ho_so"]
    lists = documents.count(_DOCUMENTS)
    return Entry(
        edition="2026",
        code=told["ma_thu_tuc"],
        name=told["ten_thu_tuc"].strip(),
        field=told["linh_vuc"].strip(),
        agency=agencies.get(told["ma_thu_tuc"], ""),
        levels=told["cap_thuc_hien"],
        decision=told["so_quyet_dinh"].strip(),
        documents=len(_DOCUMENT.findall(documents)) or None if lists else None,
        document_lists=lists or None,
        channels=channels,
        unread=unread,
        source_id=SOURCE_ID,
        path=path,
        row=1,
    )


def _channels(text: str) -> tuple[str, tuple[Channel, ...]]:
    """Give what stands before the first row, and the rows."""
    text = text.removeprefix(_HEADER)
    rows = list(_ROW.finditer(text))
    ends = [*(row.start() for row in rows), len(text)]
    found = []
    for row, (_, end) in zip(rows, pairwise(ends), strict=True):
        rest = text[row.end() : end]
        note = _NOTE.match(rest)
        limit, fee = row["limit"], row["fee"]
        if limit.isdigit() and fee[0].isdigit():
            # nobody can tell where the one number ends and the other begins
            limit = fee = limit + fee
        found.append(
            Channel(row["channel"], limit, fee + (note[0] if note else ""), rest[note.end() if note else 0 :].strip())
        )
    return text[: ends[0]], tuple(found)
