"""What a page depends on, as one hash: unchanged means there is nothing to do."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from analysis import paths
from analysis.reporting.manifest import Page

SKIPPED = {"__pycache__", ".ipynb_checkpoints"}


def sha256(content: bytes) -> str:
    """Give the SHA-256 of bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def common() -> dict[str, str]:
    """Hash what every page depends on.

    Returns
    -------
    dict
        Part → hash: the built facts (with every source's description and lock), the package with its templates
        and catalogues, the pinned environment, policy, reference and correction tables.
    """
    build = paths.PROCESSED / "build.json"
    return {
        "facts": sha256(build.read_bytes()) if build.exists() else "",
        "package": _tree(paths.PACKAGE.rglob("*"), paths.PACKAGE),
        "environment": sha256(paths.LOCK.read_bytes()) if paths.LOCK.exists() else "",
        "python": ".".join(map(str, sys.version_info[:3])),
        "tables": _tree(
            (path for folder in (paths.POLICY, paths.REFERENCE, paths.CORRECTIONS) for path in folder.rglob("*")),
            paths.ROOT,
        ),
    }


def parts_of(page: Page, common_parts: Mapping[str, str]) -> dict[str, str]:
    """Give the common parts with the page's own: notebook, parameters."""
    notebook = paths.NOTEBOOKS / page.report.notebook
    return {
        **common_parts,
        "page": page.id,
        "parameters": json.dumps(page.parameters, sort_keys=True, ensure_ascii=False),
        "notebook": sha256(notebook.read_bytes()) if notebook.exists() else "",
    }


def of(parts: Mapping[str, str]) -> str:
    """Hash all the parts of a page as one."""
    return sha256(json.dumps(dict(parts), sort_keys=True, ensure_ascii=False).encode())


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Name the parts that differ."""
    return sorted(name for name in {*before, *now} if before.get(name) != now.get(name))


def _tree(files: Iterable[Path], root: Path) -> str:
    """Hash the names and bytes of files; what Python and Jupyter leave behind is passed over."""
    digest = hashlib.sha256()
    for path in sorted(files):
        if path.is_file() and not SKIPPED.intersection(path.parts):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
