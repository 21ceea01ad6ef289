"""A new report: a notebook that runs as it is, and its entry in the manifest, to be changed by who asked for it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from analysis import paths
from analysis.errors import UsageError
from analysis.reporting import manifest, places, runner

NAME = re.compile(r"[a-z][a-z0-9_]*")
ENTRY = """
  - id: {name}
    notebook: {name}.ipynb
    title:
      vi: "Báo cáo mới: {name}"
      en: "New report: {name}"
    audience:
      vi: "chuyên viên phân tích"
      en: "analysts"
    schedule: monthly
    parameters: {{period: "{period}"}}
"""


def create(name: str) -> Path:
    """Write `notebooks/NAME.ipynb`, executed, and add the report to `reports.yml`; give the notebook's path.

    The report is about the site's first province and the latest year that the facts have of it. Both files are
    written only after the notebook ran and the manifest is valid with the entry.

    Raises
    ------
    UsageError
        If the name is not usable or is taken, or the manifest has a form that no entry can be added to.
    ReportFailedError
        If the skeleton does not run on these facts.
    """
    known = manifest.load(paths.MANIFEST)
    _check(name, known)
    there = places.load()
    province = next(iter(known.for_each.get("province") or there.provinces()))
    period = max(there.periods[province], key=lambda each: (len(each) == 4, each))
    listed = with_entry(paths.MANIFEST.read_text(encoding="utf-8"), ENTRY.format(name=name, period=period))
    manifest.load(_aside(paths.MANIFEST, listed))
    target = paths.NOTEBOOKS / f"{name}.ipynb"
    _aside(target, _executed({"NEW_REPORT": name, "PROVINCE": province, "PERIOD": period}))
    for path in (target, paths.MANIFEST):
        path.with_name(f".{path.name}.part").replace(path)
    return target


def with_entry(text: str, entry: str) -> str:
    """Put an entry behind the last report, or before it where that one has a page for every unit; comments stay.

    The many pages of such a report come last in the site's index, so that the others are seen.
    """
    root: Any = yaml.compose(text)
    (reports,) = [value for key, value in root.value if key.value == "reports"]
    last = reports.value[-1].start_mark
    lines = text.rstrip().splitlines()
    at = len(lines)
    if "portal_units" in text[last.index :]:
        at = last.line
        # what is said of the last report stays with it
        while lines[at - 1].lstrip().startswith("#"):
            at -= 1
    before, after = "\n".join(lines[:at]).rstrip(), "\n".join(lines[at:])
    return before + "\n" + entry + ("\n" + after + "\n" if after else "")


def _aside(path: Path, content: str) -> Path:
    aside = path.with_name(f".{path.name}.part")
    aside.write_text(content, encoding="utf-8")
    return aside


def _check(name: str, known: manifest.Site) -> None:
    if not NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot name a report", allowed="small letters, digits and _, such as waiting_times")
    taken = {report.id for report in known.reports} | {path.stem for path in paths.NOTEBOOKS.glob("*.ipynb")}
    if name in taken:
        raise UsageError(
            f"There is already a report {name}", allowed=f"a name that is none of {', '.join(sorted(taken))}"
        )


def _executed(words: dict[str, str]) -> str:
    """Give the skeleton as a notebook, its words put in, executed from top to bottom."""
    import nbformat

    source = Path(__file__).with_suffix(".ipynb").read_text(encoding="utf-8")
    for placeholder, word in words.items():
        source = source.replace(placeholder, word)
    notebook: Any = nbformat.reads(source, as_version=4)  # type: ignore[no-untyped-call]
    runner.execute_in_place(notebook, folder=paths.NOTEBOOKS)
    return str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]
