"""A portal on this machine: it answers in the documented shapes, built from the shipped tables."""

from __future__ import annotations

import csv
import json
import shutil
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from analysis import paths
from analysis.sources.portal import PortalSettings, portal_provinces
from analysis.sources.portal.endpoints import GROUP_CODES, METRIC_KEYS, find_endpoint

CHECKOUT = Path(__file__).parents[2]
SHIPPED = CHECKOUT / "data" / "raw" / "portal-phu-tho-2026"
PHU_THO = next(province for province in portal_provinces() if province.code == "H44")

PARENT_LACKS = {
    "dvc-progress-tree": {"level", "totalOverdue", "score", "maxScore", "scoreDelta"},
    "provide-online-tree": {"level", "scoreDelta"},
    "formality-online-payment-tree": {"level", "scoreDelta"},
}
CHILD_KEYS_ONLINE = {"level", "totalScore", "totalMaxScore", "ratio", "scoreDelta"}


def department_id(code: str) -> str:
    return PHU_THO.department_id if code == "H44" else str(uuid.uuid5(uuid.NAMESPACE_OID, code))


def number(text: str) -> int | float | None:
    if text == "":
        return None
    return int(text) if text.lstrip("-").isdigit() else float(text)


def read_table(name: str) -> list[dict[str, str]]:
    with (SHIPPED / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def body(endpoint: str, grain: str = "year") -> dict[str, Any]:
    """Rebuild the response that a shipped table was typed from (ids of units made up, province's real)."""
    rows = read_table(f"{endpoint}_{grain}.csv")
    if endpoint.endswith("-tree"):
        parent, *children = (_tree_unit(endpoint, row) for row in rows)
        data: dict[str, Any] = {"parent": parent, "children": children}
        chart = f"{endpoint}_year_monthlyChart.csv"
        if (SHIPPED / chart).exists():
            texts = {"month", "label"}
            data["monthlyChart"] = [
                {key: text if key in texts else number(text) for key, text in row.items()} for row in read_table(chart)
            ]
    else:
        overview, *evaluation = (_metric_unit(endpoint, row) for row in rows)
        data = {"overview": overview, "evaluation": evaluation, "source": "a collection"}
        if endpoint == "transparency":
            data["monthlyChart"] = []
    return {"code": "OK", "data": data, "message": "OK"}


def _tree_unit(endpoint: str, row: dict[str, str]) -> dict[str, Any]:
    texts = {"departmentCode", "departmentName", "level"}
    unit = {key: text if key in texts else number(text) for key, text in row.items()}
    if row["level"] == "PARENT":
        unit = {key: value for key, value in unit.items() if key not in PARENT_LACKS[endpoint]}
    elif endpoint == "dvc-progress-tree":
        for key in ("totalCompleted", "totalScore", "totalMaxScore"):
            del unit[key]
    elif endpoint == "provide-online-tree":
        keep = CHILD_KEYS_ONLINE | {"departmentCode", "departmentName"}
        unit = {key: value for key, value in unit.items() if key in keep}
    return {"departmentId": department_id(row["departmentCode"]), **unit}


def _metric_unit(endpoint: str, row: dict[str, str]) -> dict[str, Any]:
    unit: dict[str, Any] = {
        "departmentId": department_id(row["departmentCode"]),
        "departmentName": row["departmentName"],
        "departmentType": row["departmentType"],
        "agencyLevel": row["agencyLevel"],
        "stt": int(row["stt"]),
        "metrics": [],
    }
    is_root = row["level"] == "PARENT"
    if endpoint == "transparency":
        unit["departmentLevel"] = "PROVINCE" if is_root else row["level"]
    else:
        unit["departmentLevel"] = row["departmentLevel"]
    if endpoint == "dossier-digitized":
        unit["departmentCode"] = row["departmentCode"]
    for key in ("totalScore", "totalMaxScore", "ratio", "scoreDelta", "averageScore"):
        if key in row and not (key == "averageScore" and endpoint == "transparency" and not is_root):
            unit[key] = number(row[key])
    for key in ("totalPetitions", "classifiedPetitions", "totalDossiers"):
        if key in row:
            unit[key] = number(row[key])
    for code in dict.fromkeys(column.split(".")[0] for column in row if "." in column):
        metric: dict[str, Any] = {"code": code, "name": f"Tỷ lệ {code}"}
        metric |= {key: number(row[f"{code}.{key}"]) for key in METRIC_KEYS}
        if code == "DOSSIER_SYNC":
            metric["dataQualityStatus"] = row["DOSSIER_SYNC.dataQualityStatus"]
            metric["dataQualityMessage"] = "số tạm"
        unit["metrics"].append(metric)
    return unit


def national_body() -> dict[str, Any]:
    rows = [
        {
            "departmentId": province.department_id,
            "departmentName": province.name,
            "departmentCode": province.code,
            "totalScore": 60.5,
            "groupScores": {code: 7.5 + place for place, code in enumerate(GROUP_CODES)},
        }
        for province in portal_provinces()
    ]
    overview = {"departmentName": "Cả nước", "totalScore": 61.2}
    return {"code": "OK", "data": {"overview": overview, "evaluation": rows}, "message": "OK"}


def catalogue_items(count: int = 23) -> list[dict[str, Any]]:
    return [
        {
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"procedure {place}")),
            "code": f"1.{place:06}",
            "name": f"Thủ tục {place}",
            "state": "UPDATED",
            "departmentId": PHU_THO.department_id,
            "publishingDepartmentIds": [PHU_THO.department_id],
            "appliedDepartmentIds": [],
        }
        for place in range(count)
    ]


@dataclass(frozen=True)
class Reply:
    """What the server sends; `missing_bytes` are announced and never sent, `delayed` waits for the end."""

    content: bytes
    status: int = 201
    content_type: str = "application/json; charset=utf-8"
    missing_bytes: int = 0
    is_delayed: bool = False


HTML = Reply(b"<!DOCTYPE html><html><body>Request Rejected</body></html>", 200, "text/html")


@dataclass
class Portal:
    """The running server: what it was asked, and what it will answer differently from the documents.

    Attributes
    ----------
    script
        Replies for the next requests, in order; None answers as documented. The rest is as documented.
    bodies
        Endpoint → body that replaces the documented one.
    largest_page
        The page size it will not exceed, whatever is asked for.
    """

    address: str = ""
    asked: list[tuple[str, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    script: list[Reply | None] = field(default_factory=list)
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    largest_page: int = 200
    status: int = 201
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def endpoints_asked(self) -> list[str]:
        return [path.rsplit("/", 1)[-1] for path, _, _ in self.asked]

    def reply(self, path: str, request: dict[str, Any]) -> Reply:
        if self.script and (scripted := self.script.pop(0)) is not None:
            return scripted
        answer = self.answer(path.rsplit("/", 1)[-1], request)
        content = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
        return Reply(content, self.status)

    def answer(self, endpoint: str, request: dict[str, Any]) -> dict[str, Any]:
        if endpoint == "formalities":
            return self._paged({"code": "OK", "data": {"items": catalogue_items()}}, "items", request)
        if endpoint == "service-results":
            return self.bodies.get(endpoint) or national_body()
        whole = self.bodies.get(endpoint) or body(endpoint)
        return self._paged(whole, "evaluation", request) if "evaluation" in whole["data"] else whole

    def _paged(self, whole: dict[str, Any], key: str, request: dict[str, Any]) -> dict[str, Any]:
        if "pagination" in whole["data"]:
            return whole
        rows, page = whole["data"][key], request["currentPage"]
        size = min(request["pageSize"], self.largest_page)
        paging = {
            "total": len(rows),
            "currentPage": page,
            "pageSize": size,
            "totalPages": -(-len(rows) // size),
        }
        part = {key: rows[(page - 1) * size : page * size], "pagination": paging}
        return {**whole, "data": {**whole["data"], **part}}


@contextmanager
def running() -> Iterator[Portal]:
    """Run a portal on a free port of this machine until the block ends."""
    portal = Portal()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            request = json.loads(content)
            portal.asked.append((self.path, request, dict(self.headers)))
            reply = portal.reply(self.path, request)
            if reply.is_delayed:
                portal.over.wait(5)
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.content) + reply.missing_bytes))
            self.end_headers()
            self.wfile.write(reply.content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    portal.address = f"http://127.0.0.1:{server.server_address[1]}/api/v1/reporting"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield portal
    finally:
        portal.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Run:
    """A client's surroundings: a clock that stands still and a record of every wait."""

    portal: Portal
    moment: datetime = datetime(2026, 10, 20, 3, tzinfo=UTC)
    waits: list[float] = field(default_factory=list)

    @property
    def settings(self) -> PortalSettings:
        return PortalSettings(
            base_url=self.portal.address,
            connect_seconds=2,
            read_seconds=0.5,
            sleep=self.waits.append,
            now=lambda: self.moment,
        )


def move_root(monkeypatch: pytest.MonkeyPatch, root: Path) -> Path:
    """Work in a tree of its own that has the portal's sources and an empty archive; give its archive."""
    raw = root / "data" / "raw"
    shutil.copytree(SHIPPED, raw / SHIPPED.name)
    (raw / "portal").mkdir()
    shutil.copy(CHECKOUT / "data" / "raw" / "portal" / "source.yml", raw / "portal")
    monkeypatch.setattr(paths, "ROOT", root)
    monkeypatch.setattr(paths, "RAW", raw)
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy", "ANALYSIS_PORTAL_URL"):
        monkeypatch.delenv(name, raising=False)
    return raw / "portal"


def columns_of(endpoint: str) -> list[str]:
    return list(find_endpoint(endpoint).columns)
