"""The index over all pages, in both languages; readable without a script, searchable with one."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.collation import collation_key
from analysis.reporting import publish, render
from analysis.reporting.manifest import Page, Report, Site
from analysis.reporting.standing import Standing
from analysis.reporting.words import TEMPLATES, in_language, long_date, upper_first

FILES = {"vi": "index.html", "en": "index.en.html"}
BADGES = {"fresh": "good", "late": "fair", "partial": "fair", "stale": "fair", "failed": "poor"}
GROUPS = {"department": "departments", "commune": "communes"}
SEEN_AT_ONCE = 40  # a report with more pages is folded
PART = 100  # a longer list is folded again, into parts of so many, as a dictionary names its pages


def write(site: Site, pages: Iterable[Page], standings: Mapping[str, Standing], *, staging: Path) -> None:
    """Write `reports/index.html` and `reports/index.en.html`, listing every page there is.

    Parameters
    ----------
    site, pages
        The manifest and its pages; one not built yet is left out.
    standings
        Page id → how it stands.
    staging
        An empty folder on the same disk.
    """
    found = {page.id: publish.read(paths.REPORTS / page.id) for page in pages}
    for language, file in FILES.items():
        entries = {
            page.id: _entry(page, found[page.id], standings[page.id], language)
            for page in pages
            if found[page.id].record or found[page.id].damaged
        }
        html = _render(site, [page for page in pages if page.id in entries], entries, language).encode()
        path = paths.REPORTS / file
        if not path.exists() or path.read_bytes() != html:
            publish.write_atomically(path, html, staging=staging)


def _render(site: Site, pages: list[Page], entries: dict[str, dict[str, Any]], language: str) -> str:
    script = (TEMPLATES / "search.js").read_text(encoding="utf-8")
    other = "en" if language == "vi" else "vi"
    return render.environment().get_template("site.html.j2").render(
        language=language,
        other=other,
        other_file=FILES[other],
        words=in_language(language),
        title=getattr(site.title, language),
        reports=[
            _section(report, [page for page in pages if page.report.id == report.id], entries, language)
            for report in site.reports
            if any(page.report.id == report.id for page in pages)
        ],
        script=script,
        script_sha256=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )  # fmt: skip


def _section(report: Report, pages: list[Page], entries: dict[str, dict[str, Any]], language: str) -> dict[str, Any]:
    words = in_language(language)
    # where only one province is listed, its name says nothing
    several = len({page.province_name for page in pages} - {""}) > 1
    groups: dict[str, list[Page]] = {}
    for page in pages:
        level = words[GROUPS[page.level]] if page.level in GROUPS else ""
        parts = (page.province_name if several else "", level) if level else ()
        groups.setdefault(": ".join(filter(None, parts)), []).append(page)
    return {
        "id": report.id,
        "title": getattr(report.title, language),
        "audience": getattr(report.audience, language),
        "schedule": words.get(f"schedule_{report.schedule}", report.schedule),
        # many pages of a report share their source, so what its data lack is said once
        "notes": [
            upper_first(note) for note in dict.fromkeys(note for page in pages for note in entries[page.id]["notes"])
        ],
        "folded": len(pages) > SEEN_AT_ONCE,
        "groups": [
            {
                "title": title or (words["pages"] if len(pages) > SEEN_AT_ONCE else ""),
                "count": len(members),
                "parts": _parts(members, entries, several=several),
            }
            for title, members in groups.items()
        ],
    }


def _parts(pages: list[Page], entries: dict[str, dict[str, Any]], *, several: bool) -> list[dict[str, Any]]:
    """Put pages in the order of their names; a long list in parts, each called by its first and last name."""
    ordered = sorted(pages, key=lambda page: (collation_key(page.place_name), str(page.parameters["period"])))
    size = PART if len(ordered) > 2 * PART else len(ordered)
    parts = [ordered[start : start + size] for start in range(0, len(ordered), size)]
    return [
        {
            "title": f"{part[0].place_name} – {part[-1].place_name}" if len(parts) > 1 else "",
            "pages": [{**entries[page.id], "province": page.province_name if several else ""} for page in part],
        }
        for part in parts
    ]


def _entry(page: Page, published: publish.Published, standing: Standing, language: str) -> dict[str, Any]:
    words = in_language(language)
    record = published.record
    return {
        "href": f"{page.id}/index.{language}.html",
        "title": record["title"][language] if published.good else _fallback_title(page, language),
        # a page made by an earlier version may not have written its period out
        "period": upper_first(record.get("period", {}).get(language, str(page.parameters["period"]))),
        "as_of": long_date(record["as_of"], language) if published.good else "",
        "state": words[f"page_{standing.state}"],
        "badge": BADGES[standing.state],
        "simulated": words["simulated"] if record.get("simulated") else "",
        "reason": upper_first("; ".join(reason.says(language) for reason in standing.reasons if not reason.of_data)),
        "notes": [reason.says(language) for reason in standing.reasons if reason.of_data],
    }


def _fallback_title(page: Page, language: str) -> str:
    title: str = getattr(page.report.title, language)
    if page.level == "source":
        return title
    return f"{title}: {in_language(language)['nation'] if page.level == 'nation' else page.place_name}"
