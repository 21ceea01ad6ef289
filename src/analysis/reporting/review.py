"""The comparison of two runs as a page that a reviewer reads and signs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.errors import UsageError
from analysis.reporting import gate, publish, render, signing, snapshots, turn
from analysis.reporting.clock import local
from analysis.reporting.comparison import ORDER, Change, Comparison, PageChanges
from analysis.reporting.outputs import LANGUAGES
from analysis.reporting.snapshots import Snapshot
from analysis.reporting.words import in_language, long_date
from analysis.reporting.workbook import DIGITS

ROOM = "reviews"
MOST_DIGITS = 8


def write(found: Comparison, after: Snapshot) -> Path:
    """Write `reports/reviews/A..B/` with both languages of the page and `changes.json`.

    Returns
    -------
    Path
        The Vietnamese page.

    Raises
    ------
    GateFailedError
        If the page is not fit to be shown.
    """
    pages = {language: _render(found, after, language) for language in LANGUAGES}
    for html in pages.values():
        gate.check_page(html)
    gate.same_numbers(pages["vi"], pages["en"], where="the review")
    folder = paths.REPORTS / ROOM / f"{found.before}..{found.after}"
    files = {f"index.{language}.html": html.encode() for language, html in pages.items()}
    files["changes.json"] = publish.dump_json(asdict(found))
    with turn.taken(paths.REPORTS):
        _put(files, folder)
    return folder / "index.vi.html"


def sign_off(found: Comparison, after: Snapshot, name: str) -> list[str]:
    """Record in the published pages whose numbers moved, and in the new ones, that somebody has reviewed them.

    Returns
    -------
    list of str
        Ids of the pages that were signed off.

    Raises
    ------
    UsageError
        If what was compared is no longer what is published, or it is signed and no key is given.
    """
    pages = [*(each.page for each in found.pages), *found.added]
    other = [page for page in pages if snapshots.version_in(paths.REPORTS / page) != after.pages[page].name]
    if other:
        raise UsageError(
            f"{len(other)} pages are no longer those that were compared",
            where=", ".join(other[:5]),
            next_step="compare with `last`, and sign that off",
        )
    key = signing.chosen()
    signatures = [publish.read_json(paths.REPORTS / page / signing.SIGNATURE) for page in pages]
    if not all(signing.same_key(signature, key) for signature in signatures):
        raise UsageError(
            "The pages are signed, and what you add would not be, or with another key",
            where=signing.KEY,
            next_step="name the key that signs this site's pages",
        )
    with turn.taken(paths.REPORTS):
        for page in pages:
            _sign(page, after.pages[page].name, name, found.before)
    return pages


def _sign(page: str, version: str, name: str, compared_with: str) -> None:
    folder = paths.REPORTS / page
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    run = publish.read_json(folder / publish.RUN)
    signed = {"name": name, "at": local().isoformat(timespec="seconds"), "compared_with": compared_with}
    files[publish.RUN] = publish.dump_json({**run, "sign_offs": [*run["sign_offs"], signed]})
    files |= signing.signature(files, signing.chosen())
    _put(files, folder)
    snapshots.replace_run(page, version, files[publish.RUN])


def _put(files: dict[str, bytes], folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=paths.REPORTS, prefix=publish.STAGING) as staging:
        publish.put(files, folder, staging=Path(staging))


def _render(found: Comparison, after: Snapshot, language: str) -> str:
    words = in_language(language)
    counts = found.counts()
    return (
        render.environment()
        .get_template("review.html.j2")
        .render(
            language=language,
            words=words,
            root="../../",
            other="en" if language == "vi" else "vi",
            found=found,
            counts=[(words[f"why_{why}"], words[f"why_{why}_means"], counts[why]) for why in ORDER if why in counts],
            moved=sum(counts.values()),
            pages=[_page(each, after, language) for each in found.pages],
            added=_titles(found.added, language),
            removed=_titles(found.removed, language),
        )
    )


def _titles(pages: dict[str, Any], language: str) -> list[tuple[str, str]]:
    return [(page, title[language]) for page, title in pages.items()]


def _page(page: PageChanges, after: Snapshot, language: str) -> dict[str, Any]:
    words = in_language(language)
    version = after.pages[page.page]
    return {
        "id": page.page,
        "title": page.title[language],
        "reads": page.reads,
        "parts": page.parts,
        "sign_offs": _sign_offs(version.run.get("sign_offs", []), language),
        "rows": [
            {
                "label": change.label[language] + ("" if change.part == "value" else f" ({words[change.part]})"),
                "place": change.place,
                "period": change.period,
                "before": _shown(change, language)[0],
                "after": _shown(change, language)[1],
                "why": words[f"why_{change.why}"],
            }
            for change in page.changes
        ],
        "sentences": [
            [each[language] if each else words["not_said"] for each in (said.before, said.after)]
            for said in page.sentences
        ],
    }


def _sign_offs(signed: Iterable[dict[str, str]], language: str) -> list[str]:
    sentence = in_language(language)["signed_off"]
    return [sentence.format(name=each["name"], day=long_date(each["at"][:10], language)) for each in signed]


def _shown(change: Change, language: str) -> tuple[str, str]:
    """Write both numbers with as many decimals as it takes to tell them apart."""
    from analysis.display.text import not_known, number

    digits = DIGITS.get(change.unit, 2) if change.part in ("value", "low", "high") else 0
    while True:
        before, after = (
            not_known()[language] if value is None else number(value, digits)[language]
            for value in (change.before, change.after)
        )
        if before != after or digits >= MOST_DIGITS:
            return before, after
        digits += 1
