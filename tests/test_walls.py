"""The walls of the house: which room may call which, what a notebook may hold, what the manifest must name."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import yaml

from analysis import paths

PACKAGE = paths.PACKAGE
SMALL = {"errors", "paths", "fields", "policy", "calendar", "catalogue", "collation", "yaml_files", "whole_files"}
MAY_USE = {
    "sources": {"sources", *SMALL},
    "facts": {"sources", "facts", *SMALL},
    # units reads its tables as built, so it stands after the facts and is none of the small rooms that facts may use
    "units": {"facts", "units", *SMALL},
    "indicators": {"facts", "units", "indicators", *SMALL},
    "methods": {"methods", "errors"},
    "display": {"indicators", "units", "methods", "display", *SMALL},
    "reporting": {"facts", "display", "reporting", *SMALL},
}
ONLY_IN = {
    "papermill": {"reporting"},
    "nbconvert": {"reporting"},
    "statsmodels": {"methods"},
    "matplotlib": {"display"},
    "httpx": {"sources"},
    "pooch": {"sources"},
    "cronsim": {"reporting"},
    "apprise": {"reporting"},
    "holidays": {"calendar"},
}
NOTEBOOKS = sorted(paths.NOTEBOOKS.glob("*.ipynb"))
MOST_CODE_CELLS = 12


def modules() -> Iterator[tuple[Path, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE).parts
        yield path, inside[0] if len(inside) > 1 else inside[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Give the dotted names a module imports; a name taken from a package counts as its module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


@pytest.mark.parametrize(("path", "room"), [pytest.param(p, r, id=str(p.relative_to(PACKAGE))) for p, r in modules()])
def test_a_room_uses_only_the_rooms_before_it(path: Path, room: str) -> None:
    if room in MAY_USE:
        used = {name.split(".")[1] for name in imports(path) if name.startswith("analysis.")}
        assert used <= MAY_USE[room], f"{path.name} uses {used - MAY_USE[room]}"


@pytest.mark.parametrize(("library", "rooms"), ONLY_IN.items())
def test_a_library_stays_in_its_room(library: str, rooms: set[str]) -> None:
    users = {room for path, room in modules() if any(name.split(".")[0] == library for name in imports(path))}
    assert users
    assert users <= rooms


def test_only_sources_touch_raw_bytes() -> None:
    users = {room for path, room in modules() if "paths.RAW" in path.read_text(encoding="utf-8")}
    assert users == {"sources"}


def code(notebook: Path) -> list[nbformat.NotebookNode]:
    cells = nbformat.read(notebook, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code"]


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def test_the_manifest_names_every_notebook_and_no_other() -> None:
    named = {report["notebook"] for report in yaml.safe_load(paths.MANIFEST.read_text(encoding="utf-8"))["reports"]}
    assert named == {path.name for path in NOTEBOOKS}


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
class TestNotebook:
    def test_is_an_argument_not_a_program(self, notebook: Path) -> None:
        cells = code(notebook)
        assert len(cells) <= MOST_CODE_CELLS
        for cell in cells:
            tree = ast.parse(cell.source)
            banned = (ast.FunctionDef, ast.ClassDef, ast.Try, ast.With, ast.For, ast.While, ast.Lambda)
            assert not [node for node in ast.walk(tree) if isinstance(node, banned)], cell.source
            assert not re.search(r"\b(read_\w+|open)\(", cell.source), cell.source

    def test_is_committed_executed_with_its_checked_outputs(self, notebook: Path) -> None:
        for number, cell in enumerate(code(notebook), start=1):
            assert cell.execution_count == number, "execute it from top to bottom: make notebooks"
            assert not [output for output in cell.outputs if output.output_type in {"error", "stream"}]
            if "nbval-check-output" in tags(cell):
                assert cell.outputs, cell.source

    def test_plots_only_what_a_checked_table_before_it_shows(self, notebook: Path) -> None:
        mime = "application/vnd.analysis.display+json"
        checked = {}
        for cell in code(notebook):
            for output in cell.outputs:
                payload = output.get("data", {}).get(mime, {})
                if payload.get("kind") == "table" and "nbval-check-output" in tags(cell):
                    checked[payload["id"]] = payload["html"]
                if payload.get("kind") == "chart":
                    for language in ("vi", "en"):
                        assert checked[payload["table"]][language] in payload["html"][language]

    def test_carries_no_path_of_a_machine(self, notebook: Path) -> None:
        content = notebook.read_text(encoding="utf-8")
        assert not [word for word in ("/home/", "/root/", "/tmp/", "/Users/", "C:\\\\") if word in content]


def test_conda_environment_names_no_package_of_its_own() -> None:
    environment = yaml.safe_load((paths.ROOT / "environment.yml").read_text(encoding="utf-8"))
    project = tomllib.loads((paths.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    conda = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    (pip,) = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert conda == [f"python{project['requires-python']}", "pip"]
    extras = pip[0].removeprefix("-e .[").removesuffix("]").split(",")
    assert len(pip) == 1
    assert set(extras) <= set(project["optional-dependencies"])


APART = ("spark", "cluster", "referees")  # extras with a lock of their own


@pytest.mark.parametrize("optional", ["", *APART])
def test_the_locks_are_pinned_hashed_and_name_no_index(optional: str) -> None:
    lock = (paths.ROOT / f"requirements-{optional}.lock" if optional else paths.LOCK).read_text(encoding="utf-8")
    project = tomllib.loads((paths.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    chosen = [extras[optional]] if optional else [extra for name, extra in extras.items() if name not in APART]
    wanted = [*project["dependencies"], *(name for extra in chosen for name in extra)]
    for requirement in wanted:
        name = re.split(r"[\[>]", requirement)[0].strip().lower().replace("_", "-")
        assert f"\n{name}==" in f"\n{lock}", f"{name} is not in the lock: make lock"
    assert "://" not in lock
    entries = [line for line in lock.splitlines() if "==" in line and not line.startswith(" ")]
    assert all(line.endswith("\\") for line in entries), "every entry needs its hashes"


def test_the_locks_agree() -> None:
    pins = [
        dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (paths.ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.lock", *(f"requirements-{extra}.lock" for extra in APART))
    ]
    for other in pins[1:]:
        assert {name for name in pins[0].keys() & other.keys() if pins[0][name] != other[name]} == set()
