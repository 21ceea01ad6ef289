"""Write the index of a site of many pages, open it on a phone, and search it; print sizes and times.

Run: `python benchmarks/site_of_many.py` (needs Chromium). The pages are a record each, with the names of real units in
as many made-up provinces as it takes: nothing but the index is written. The telephone is Chromium, 360 points wide,
its processor slowed down four times.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from side_by_side import ROOT, measured, record

COUNTS = (200, 1_000, 10_000)
PHONE = {"width": 360, "height": 740}
SLOWER = 4
TYPED = ("ban nguyen", "phường", "h44.108", "no such unit")
TITLES = {"vi": "Kết quả của từng đơn vị", "en": "Unit scorecard"}
OPENED = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"
# from the key to the first frame that shows what was found
SEARCHED = """typed => new Promise(done => {
  const box = document.getElementById("find");
  box.focus();
  const start = performance.now();
  box.value = typed;
  box.dispatchEvent(new Event("input"));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})"""


def fabricate(count: int, root: Path) -> list[Any]:
    """Put the records of so many scorecards below `root` and give their pages, in the order of a manifest."""
    from analysis.reporting import manifest, places

    site = manifest.load(ROOT / "reports.yml")
    report = next(each for each in site.reports if each.id == "unit_scorecard")
    units = places.load().units_of("H44")
    pages = []
    for number in range(count):
        province, unit = 44 + number // len(units), units[number % len(units)]
        code = unit.code.replace("H44", f"H{province}")
        page = manifest.Page(
            id=f"unit_scorecard/{code}/2026",
            report=report,
            parameters={"province": f"H{province}", "unit": code, "period": "2026"},
            place=code,
            place_name=unit.name,
            level=unit.level,
            province_name=f"UBND tỉnh thứ {province - 43}",
        )
        _put(page, root / "reports" / page.id)
        pages.append(page)
    return pages


def _put(page: Any, folder: Path) -> None:
    record = {
        "outcome": "published",
        "title": {"vi": page.place_name, "en": page.place_name},
        "period": {"vi": "năm 2026", "en": "year 2026"},
        "as_of": "2026-09-26",
        "simulated": False,
    }
    content = json.dumps(record, ensure_ascii=False).encode()
    run = {"manifest_sha256": hashlib.sha256(content).hexdigest()}
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_bytes(content)
    (folder / "run.json").write_text(json.dumps(run))


def write(pages: list[Any], root: Path) -> None:
    """Write the index over these pages, all of them fresh."""
    from analysis.reporting import manifest, site
    from analysis.reporting.standing import Standing

    staging = root / "staging"
    staging.mkdir()
    known = manifest.load(ROOT / "reports.yml")
    site.write(known, pages, {page.id: Standing("fresh") for page in pages}, staging=staging)


def opened(index: Path) -> dict[str, float]:
    """Open an index on the slow telephone and search it; give milliseconds."""
    from playwright.sync_api import sync_playwright

    executable = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(offline=True, viewport=PHONE).new_page()
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(index.as_uri())
        open_ms = page.evaluate(OPENED)
        first_ms, *others = [page.evaluate(SEARCHED, typed) for typed in (TYPED[0], *TYPED)]
        browser.close()
    return {"open": open_ms, "first search": first_ms, "search": statistics.median(others)}


def main() -> None:
    rows = []
    for count in COUNTS:
        with tempfile.TemporaryDirectory() as name:
            root = Path(name)
            (root / "data").symlink_to(ROOT / "data")
            before = "import site_of_many as made; from pathlib import Path; "
            before += f"pages = made.fabricate({count}, Path({name!r}))"
            written = measured(before=before, work=f"made.write(pages, Path({name!r}))", root=root)
            index = root / "reports" / "index.html"
            times = opened(index)
            rows.append(
                {
                    "pages": f"{count:,}",
                    "write both indexes, s": f"{written.seconds:.2f}",
                    "peak MB": f"{written.peak_mb:,.0f}",
                    "one index, KB": f"{index.stat().st_size / 1024:,.0f}",
                    "the same gzipped, KB": f"{len(gzip.compress(index.read_bytes())) / 1024:,.0f}",
                    "open, ms": f"{times['open']:,.0f}",
                    "first search, ms": f"{times['first search']:,.0f}",
                    "a later search, ms": f"{times['search']:,.0f}",
                }
            )
    record("site", title="The index of a site", command="python benchmarks/site_of_many.py", rows=rows)


if __name__ == "__main__":
    main()
