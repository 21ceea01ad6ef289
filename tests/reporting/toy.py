"""A toy checkout: two notebooks that emit the display contract without pandas or matplotlib."""

import copy
import json
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbformat import v4

from analysis import paths, prepare

FOLDERS = {
    "RAW": "data/raw",
    "POLICY": "data/policy",
    "CORRECTIONS": "data/corrections",
    "REFERENCE": "data/reference",
    "PROCESSED": "data/processed",
    "NOTEBOOKS": "notebooks",
    "REPORTS": "reports",
    "RUNS": "runs",
    "MANIFEST": "reports.yml",
    "LOCK": "requirements.lock",
    "PACKAGE": "package",
}
SHA = "ab" * 32
HEADER = {
    "kind": "header",
    "title": {"vi": "Phiếu điểm: xã Bản Nguyên", "en": "Scorecard: Bản Nguyên commune"},
    "subtitle": {"vi": "Năm 2026, quý III", "en": "2026, quarter 3"},
    "period": {"vi": "quý III/2026", "en": "quarter 3 of 2026"},
    "as_of": "2026-09-26",
    "state": "partial",
    "sources": [
        {
            "id": "portal",
            "title": {"vi": "Cổng Dịch vụ công quốc gia", "en": "National Public Service Portal"},
            "citation": {"vi": "Văn phòng Chính phủ, 26/9/2026", "en": "Văn phòng Chính phủ, 26/9/2026"},
            "url": "https://dichvucong.gov.vn/danh-gia",
            "as_of": "2026-09-26",
            "licence": {"vi": "số liệu công khai", "en": "public figures"},
            "caveats": [
                {"vi": "Số liệu tạm tính đến 26/9/2026.", "en": "Provisional to 26 September 2026."},
                {"vi": "Mẫu số < 30 không đánh giá.", "en": "Denominators < 30 are not judged."},
            ],
            "sha256": [{"file": "data/raw/portal/year.csv", "sha256": SHA}],
        }
    ],
    "html": {"vi": "<h1>x</h1>", "en": "<h1>x</h1>"},
}
PROSE = {
    "kind": "prose",
    "html": {
        "vi": "<p class='statement'>Đạt 61,89 trên 100 điểm, tính đến 26/9/2026.</p>",
        "en": "<p class='statement'>61.89 of 100 points, as of 26 September 2026.</p>",
    },
}
BODIES = {
    "vi": "<tr><th scope='row'>Tiến độ</th><td class='num'>1.234</td><td class='num'>17,68</td></tr>"
    "<tr><th scope='row'>Số hóa</th><td class='num'>56</td><td class='num'>chưa rõ</td></tr>",
    "en": "<tr><th scope='row'>Progress</th><td class='num'>1,234</td><td class='num'>17.68</td></tr>"
    "<tr><th scope='row'>Digitisation</th><td class='num'>56</td><td class='num'>not known</td></tr>",
}


def table_html(language: str, rows: str) -> str:
    return (
        f"<div class='table-wrap'><table><caption>{language}</caption><thead><tr><th scope='col'>a</th>"
        f"<th scope='col' class='num'>b</th><th scope='col' class='num'>c</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


TABLE = {
    "kind": "table",
    "id": "groups",
    "caption": {"vi": "Điểm theo nhóm", "en": "Points by group"},
    "columns": [
        {"name": "group", "label": {"vi": "Nhóm", "en": "Group"}, "kind": "text"},
        {"name": "n_count", "label": {"vi": "Hồ sơ", "en": "Dossiers"}, "kind": "count"},
        {"name": "points", "label": {"vi": "Điểm", "en": "Points"}, "kind": "points", "digits": 2},
    ],
    "rows": [
        [{"vi": "Tiến độ", "en": "Progress"}, 1234, 17.68],
        [{"vi": "Số hóa", "en": "Digitisation"}, 56, None],
    ],
    "html": {language: table_html(language, rows) for language, rows in BODIES.items()},
}
SVG = '<svg viewBox="0 0 300 60" role="img" aria-label="x"><rect width="200" height="40" fill="#12508c"/></svg>'
CHART = {
    "kind": "chart",
    "id": "groups_chart",
    "table": "groups",
    "alt": {"vi": "Tiến độ được nhiều điểm nhất", "en": "Progress scores most"},
    "caption": {"vi": "Điểm theo nhóm", "en": "Points by group"},
    "html": {
        language: f"<figure class='chart'>{SVG}<figcaption>c</figcaption><details><summary>s</summary>"
        f"{TABLE['html'][language]}</details></figure>"
        for language in ("vi", "en")
    },
}
INDICATORS = {
    "kind": "indicators",
    "rows": [{"id": "on_time_share_pct", "value": 88.42, "low": 88.3, "high": None, "place": "H44"}],
}
MANIFEST = """
title: {vi: Trang thử, en: Toy site}
for_each: {province: [H44]}
reports:
  - id: scorecard
    notebook: scorecard.ipynb
    title: {vi: Phiếu điểm, en: Scorecard}
    audience: {vi: lãnh đạo xã, en: heads of communes}
    schedule: monthly
    parameters: {period: "2026"}
    for_each: {unit: portal_units}
"""
SOURCE = """
id: portal
title: {vi: Cổng Dịch vụ công quốc gia, en: National Public Service Portal}
producer: Văn phòng Chính phủ
citation: {vi: Cổng, en: Portal}
url: https://dichvucong.gov.vn/danh-gia
licence: {vi: số liệu công khai, en: public figures}
as_of: 2026-09-26
kind: portal
"""
UNITS = [
    ("H44", "H44", "UBND tỉnh Phú Thọ", "province"),
    ("H44", "H44.01", "Sở Đất đai", "department"),
    ("H44", "H44.02", "Sở Y tế", "department"),
    ("H44", "H44.108", "Xã Bản Nguyên", "commune"),
]
PARAMETERS = (
    'province: str = "H44"  # code of the province\nunit: str = "H44.01"  # code of the unit\n'
    'period: str = "2026"  # a year or a quarter\nlanguage: str = "vi"  # shown in JupyterLab'
)


FAILS_FOR_ONE = """
import os
if unit == "H44.02":
    raise ValueError(f"{unit} has no figures in {os.getcwd()}/x.py")
"""


def outputs() -> dict[str, dict]:
    """The payloads of a good page, to be spoilt one at a time."""
    return copy.deepcopy({"header": HEADER, "prose": PROSE, "table": TABLE, "chart": CHART, "more": INDICATORS})


def emit(payload: dict) -> str:
    bundle = {"text/plain": "x", "text/html": "x", "application/vnd.analysis.display+json": payload}
    return f"display({bundle!r}, raw=True)"


def notebook(cells: list) -> nbformat.NotebookNode:
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def code(source: str, *tags: str):
    return v4.new_code_cell(source, metadata={"tags": list(tags)})


def scorecard(before_chart: str = "") -> nbformat.NotebookNode:
    """The notebook of the toy site; H44.02 has no figures and fails."""
    parts = outputs()
    return notebook(
        [
            v4.new_markdown_cell("# For the reader of the notebook"),
            code(PARAMETERS, "parameters"),
            code(FAILS_FOR_ONE),
            code(emit(parts["header"])),
            code(f"{before_chart}\n{emit(parts['prose'])}"),
            code(emit(parts["table"]), "data"),
            code(emit(parts["chart"]) + "\n" + emit(parts["more"])),
        ]
    )


def executed(parts: dict[str, dict], *markdown: str) -> nbformat.NotebookNode:
    """What papermill would return for these payloads, with markdown after the header."""

    def ran(payload: dict, *tags: str):
        cell = code("show()", *tags)
        data = {"text/plain": "x", "application/vnd.analysis.display+json": payload}
        return {**cell, "execution_count": 1, "outputs": [v4.new_output("display_data", data=data)]}

    cells = [
        ran(parts["header"]),
        *(v4.new_markdown_cell(text) for text in markdown),
        ran(parts["prose"]),
        ran(parts["table"], "data"),
        ran(parts["chart"]),
        ran(parts["more"]),
    ]
    return notebook([nbformat.from_dict(cell) for cell in cells])


def write(root: Path) -> None:
    """Lay the toy checkout out under `root`."""
    for folder in ("notebooks", "data/processed"):
        (root / folder).mkdir(parents=True)
    (root / "reports.yml").write_text(MANIFEST, encoding="utf-8")
    (root / "requirements.lock").write_text("toy==1\n")
    nbformat.write(scorecard(), root / "notebooks/scorecard.ipynb")
    columns = ["province_code", "unit_code", "unit_name", "unit_level"]
    pd.DataFrame(UNITS, columns=columns).to_parquet(root / "data/processed/portal_units.parquet")
    (root / "data/raw/portal").mkdir(parents=True)
    (root / "data/raw/portal/source.yml").write_text(SOURCE, encoding="utf-8")
    arrive(root)


def arrive(root: Path, *, units: int = 4, as_of: str = "2026-09-26") -> None:
    """Put figures of so many units to a day into the toy's facts, as a build would."""
    columns = ["province_code", "unit_code", "period", "as_of_date", "source_id"]
    rows = [("H44", code, period, as_of, "portal") for _, code, *_ in UNITS[:units] for period in ("2026", "2026-Q3")]
    groups = pd.DataFrame(rows, columns=columns)
    groups.to_parquet(root / "data/processed/portal_groups.parquet")
    (root / "data/processed/build.json").write_text(json.dumps({"units": units, "as_of": as_of}))


def move_paths(patch: pytest.MonkeyPatch, root: Path) -> None:
    patch.setattr(paths, "ROOT", root)
    for name, folder in FOLDERS.items():
        patch.setattr(paths, name, root / folder)
    patch.setattr(prepare, "ensure", lambda: None)  # the toy's facts come from no raw file
