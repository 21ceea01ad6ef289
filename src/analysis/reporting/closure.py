"""Which of our own files a page's code comes from: what its notebook imports, and all that these import in turn.

Read from the source text and not from a running kernel, so that a warm and a cold kernel give the same answer. An
import inside a function or for the type checker counts as well: a file too many costs a page made again, one too few a
page that is wrong.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from analysis import paths

IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(analysis[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#;]+)|import[ \t]+([^\n#;]+))", re.MULTILINE
)
SEED = re.compile(r"default_rng\((\d+)\)")
# what makes the page around a notebook's outputs
MAKERS = ("analysis.reporting.worker",)
# parts of their own, see `fingerprint`
APART = ("templates", "locales")


def code_of(notebook: Path) -> dict[str, str]:
    """Hash the code and the data files beside it that a notebook's page depends on.

    Returns
    -------
    dict
        Room of the package (`display`, `methods`, …) → hash of the names and bytes of its files.
    """
    rooms: dict[str, list[Path]] = {}
    for path in sorted(files(_imported(_cells(notebook)))):
        inside = path.relative_to(paths.PACKAGE)
        rooms.setdefault(inside.parts[0].removesuffix(".py"), []).append(path)
    return {room: tree(found, paths.PACKAGE) for room, found in rooms.items()}


def seeds_of(notebook: Path) -> list[int]:
    """Give the seed of every random generator that a notebook begins, in its order."""
    return [int(seed) for seed in SEED.findall(_cells(notebook))]


def files(modules: Iterable[str]) -> set[Path]:
    """Give the files of modules, of all they import, and the data files (YAML, CSV …) that lie beside them."""
    found: set[Path] = set()
    waiting = {*modules, *MAKERS}
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if package := name.rpartition(".")[0]:  # it is imported before its modules
            waiting.add(package)
        if path := _file(name):
            found.add(path)
            waiting |= _names(path, path.stat().st_mtime_ns) - seen
    folders = {path.parent for path in found}
    beside = (path for folder in folders for path in folder.iterdir() if path.is_file() and path.suffix != ".py")
    return found | {path for path in beside if not set(APART).intersection(path.parts)}


def tree(found: Iterable[Path], root: Path) -> str:
    """Hash the names and bytes of files."""
    digest = hashlib.sha256()
    for path in sorted(found):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(_sha256(path, path.stat().st_mtime_ns))
    return digest.hexdigest()


@lru_cache(maxsize=8192)
def _sha256(path: Path, modified: int) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


@lru_cache(maxsize=8192)
def _names(path: Path, modified: int) -> frozenset[str]:
    return frozenset(_imported(path.read_text(encoding="utf-8")))


def _imported(source: str) -> Iterator[str]:
    """Give the modules of ours that a text imports; a name taken from a module may be a module too."""
    for package, names, plain in IMPORT.findall(source):
        if package:
            yield package
            yield from (f"{package}.{name}" for name in _listed(names))
        else:
            yield from (name for name in _listed(plain) if name.split(".")[0] == "analysis")


def _listed(names: str) -> list[str]:
    lines = (line.partition("#")[0] for line in names.strip("() \t\n").splitlines())
    return [name.split()[0] for name in ",".join(lines).split(",") if name.strip()]


def _file(module: str) -> Path | None:
    # text and not paths: a plan asks this ten thousand times
    inside = "/".join([str(paths.PACKAGE), *module.split(".")[1:]])
    found = next((each for each in (f"{inside}/__init__.py", f"{inside}.py") if os.path.isfile(each)), None)  # noqa: PTH113
    return Path(found) if found else None


def _cells(notebook: Path) -> str:
    """Give the code of a notebook, without loading what reads notebooks."""
    if not notebook.exists():
        return ""
    cells = json.loads(notebook.read_bytes())["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
