"""What a page depends on, as one hash: unchanged means there is nothing to do.

Most of it is known before a page is made; which facts it reads is known afterwards. So the page's manifest keeps what
was read, and the next plan asks what that would give now.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import paths
from analysis.reporting import closure
from analysis.reporting.manifest import Page

if TYPE_CHECKING:
    from analysis.facts.reads import Read

SKIPPED = {"__pycache__", ".ipynb_checkpoints"}
FACTS = "facts"
CODE = "code: "


def sha256(content: bytes) -> str:
    """Give the SHA-256 of bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def common() -> dict[str, str]:
    """Hash what every page depends on.

    Returns
    -------
    dict
        Part → hash: the pinned environment and Python, policy, reference and correction tables, the catalogue of
        messages, the template.
    """
    return {
        "environment": sha256(paths.LOCK.read_bytes()) if paths.LOCK.exists() else "",
        "python": ".".join(map(str, sys.version_info[:3])),
        "policy": _tree(paths.POLICY.rglob("*"), paths.ROOT),
        "reference": _tree(
            (path for folder in (paths.REFERENCE, paths.CORRECTIONS) for path in folder.rglob("*")), paths.ROOT
        ),
        "catalogue": _tree((paths.PACKAGE / "locales").rglob("*"), paths.PACKAGE),
        "template": _tree((paths.PACKAGE / "reporting/templates").rglob("*"), paths.PACKAGE),
    }


def of_notebook(name: str) -> dict[str, str]:
    """Hash what every page of a notebook depends on: the notebook, and the code it uses, room by room."""
    notebook = paths.NOTEBOOKS / name
    rooms = closure.code_of(notebook)
    return {
        "notebook": sha256(notebook.read_bytes()) if notebook.exists() else "",
        **{f"{CODE}{room}": digest for room, digest in rooms.items()},
    }


def of_pages(pages: Iterable[Page]) -> dict[str, dict[str, str]]:
    """Give what each page depends on, all but the facts, by the page's id."""
    everywhere = common()
    by_notebook: dict[str, dict[str, str]] = {}
    parts = {}
    for page in pages:
        notebook = page.report.notebook
        if notebook not in by_notebook:
            by_notebook[notebook] = of_notebook(notebook)
        own = {"page": page.id, "parameters": json.dumps(page.parameters, sort_keys=True, ensure_ascii=False)}
        parts[page.id] = {**everywhere, **by_notebook[notebook], **own}
    return parts


def read_now(written: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give the reads that a manifest keeps with the hash each would have now."""
    from analysis.facts import reads

    return with_hashes([reads.Read.of(each) for each in written])


def with_hashes(found: Iterable[Read]) -> list[dict[str, Any]]:
    """Give reads as a manifest keeps them, each with the hash of what it gives."""
    from analysis.facts import reads

    return [{**read.as_dict(), "sha256": reads.sha256(read)} for read in found]


def with_facts(parts: Mapping[str, str], reads: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Add the facts that were read to the other parts of a page."""
    return {**parts, FACTS: sha256(json.dumps(list(reads), sort_keys=True, ensure_ascii=False).encode())}


def of(parts: Mapping[str, str]) -> str:
    """Hash all the parts of a page as one."""
    return sha256(json.dumps(dict(parts), sort_keys=True, ensure_ascii=False).encode())


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Name the parts that differ."""
    return sorted(name for name in {*before, *now} if before.get(name) != now.get(name))


def words(record: Mapping[str, Any], parts: Mapping[str, str], reads: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say what has changed since a page was made, part by part; the facts by the tables and rows it reads.

    Parameters
    ----------
    record
        The page's manifest.
    parts
        What the page depends on as that is now, all but the facts.
    reads
        What it read, with the hashes of now.
    """
    from analysis.facts.reads import Read

    before = {name: value for name, value in record["made_of"].items() if name != FACTS}
    facts = [
        f"facts: {Read.of(now).words}"
        for then, now in zip(record.get("reads", []), reads, strict=True)
        if then["sha256"] != now["sha256"]
    ]
    return [*facts, *changed(before, parts)]


def build() -> str:
    """Tell one build of the facts from another; empty if there is none."""
    path = paths.PROCESSED / "build.json"
    return sha256(path.read_bytes()) if path.exists() else ""


def _tree(found: Iterable[Path], root: Path) -> str:
    """Hash the names and bytes of files; what Python and Jupyter leave behind is passed over."""
    return closure.tree((path for path in found if path.is_file() and not SKIPPED.intersection(path.parts)), root)
