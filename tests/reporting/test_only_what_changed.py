"""A page is made again when something it is made of has changed, and only then."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import toy
from test_pipeline import command

from analysis import paths
from analysis.reporting import closure, fingerprint, planning, publish

ROOM = Path(__file__).parents[2]
SOURCES = "from analysis import facts\n"
# what a unit's page says of itself, and what all pages compare with: the quartiles of the peers
OWN = SOURCES + 'own = facts.only("portal_progress", unit_code=unit)'
PEERS = 'peers = facts.having("portal_groups", province_code=province, period=period)'
MANIFEST = """
title: {vi: Trang thử, en: Toy site}
reports:
  - id: own
    notebook: own.ipynb
    title: {vi: Khuyếtdanh, en: Own}
    audience: {vi: lãnh đạo xã, en: heads of communes}
    schedule: monthly
    parameters: {province: H44, period: "2026"}
    for_each: {unit: portal_units}
  - id: compared
    notebook: compared.ipynb
    title: {vi: So sánh, en: Compared}
    audience: {vi: lãnh đạo xã, en: heads of communes}
    schedule: monthly
    parameters: {province: H44, period: "2026"}
    for_each: {unit: [H44.01, H44.108]}
"""


def reading(*lines: str) -> nbformat.NotebookNode:
    parts = toy.outputs()
    return toy.notebook(
        [toy.code(toy.PARAMETERS, "parameters"), toy.code("\n".join([*lines, toy.emit(parts["header"])]))]
    )


def write_facts(**received: int) -> None:
    """Write what the units received, the median of it for the year and what an earlier year had."""
    units = [{"unit_code": unit, "received_count": n} for unit, n in ({"01": 5, "02": 6, "108": 7} | received).items()]
    own = pd.DataFrame(units).assign(unit_code=lambda rows: "H44." + rows["unit_code"], province_code="H44")
    own.to_parquet(paths.PROCESSED / "portal_progress.parquet")
    years = {"2026": own["received_count"].median(), "2025": 4.0}
    peers = pd.DataFrame({"period": list(years), "published_points": list(years.values())})
    peers = peers.assign(province_code="H44", unit_code="H44", source_id="portal", as_of_date="2026-09-26")
    peers.to_parquet(paths.PROCESSED / "portal_groups.parquet")
    (paths.PROCESSED / "build.json").write_text(json.dumps(received))


@pytest.fixture
def lab(checkout):
    (checkout / "reports.yml").write_text(MANIFEST, encoding="utf-8")
    nbformat.write(reading(OWN), checkout / "notebooks/own.ipynb")
    nbformat.write(reading(OWN, PEERS), checkout / "notebooks/compared.ipynb")
    write_facts()
    return checkout


def due() -> list[str]:
    return [page.id for page in planning.plan().due]


def why(page: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert command("list", "--why") == 0
    return (
        next(line for line in capsys.readouterr().out.splitlines() if line.startswith(page)).split("  ", 1)[1].strip()
    )


def test_rows_of_one_unit_concern_its_pages_and_those_that_compare(lab, capsys):
    assert why("own/H44.01/2026", capsys) == "never made"
    assert command("report", "--workers", "2") == 0
    assert due() == []
    # the median of the peers stays: only what this unit says of itself has moved
    write_facts(**{"108": 8})
    assert due() == ["own/H44.108/2026", "compared/H44.108/2026"]
    assert why("own/H44.108/2026", capsys) == "stale, changed: facts: portal_progress (H44.108)"
    assert why("own/H44.01/2026", capsys) == "fresh"
    # the median moves as well, so every page that compares is another
    write_facts(**{"108": 1})
    assert due() == ["own/H44.108/2026", "compared/H44.01/2026", "compared/H44.108/2026"]
    assert why("compared/H44.01/2026", capsys) == "stale, changed: facts: portal_groups (H44, 2026)"
    assert command("report") == 0
    assert "3 built, 2 kept, 0 failed" in capsys.readouterr().out
    assert command("report") == 0
    assert "Nothing to do: all 5 pages are up to date." in capsys.readouterr().out
    assert len(planning.plan(force=True).due) == 5
    record = publish.read(paths.REPORTS / "own/H44.01/2026").record
    assert [{**read, "sha256": ""} for read in record["reads"]] == [
        {"kind": "table", "name": "portal_progress", "where": {"unit_code": "H44.01"}, "sha256": ""}
    ]


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("requirements.lock", "environment"),
        ("notebooks/own.ipynb", "notebook"),
        ("data/policy/index.yml", "policy"),
        ("data/reference/units.csv", "reference"),
        ("package/locales/vi.po", "catalogue"),
        ("package/reporting/templates/style.css", "template"),
        ("package/facts/__init__.py", "code: facts"),
    ],
)
def test_each_part_counts_and_is_named(lab, file, part):
    module = lab / "package/facts/__init__.py"
    module.parent.mkdir(parents=True)
    module.write_text("")
    before = planning.plan().made_of["own/H44.01/2026"]
    path = lab / file
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as content:
        content.write(b"\n")
    assert fingerprint.changed(before, planning.plan().made_of["own/H44.01/2026"]) == [part]


def test_facts_built_anew_while_a_page_is_made_are_noticed(lab, capsys):
    rebuilds = f"import pathlib; pathlib.Path({str(paths.PROCESSED / 'build.json')!r}).write_text('anew')"
    nbformat.write(reading(OWN, rebuilds), lab / "notebooks/own.ipynb")
    assert command("report", "--only", "own/H44.01/2026") == 5
    assert "The facts were built anew while the page was made" in capsys.readouterr().err


@pytest.mark.parametrize(("points", "code"), [("61,89", 0), ("61,98", 6)])
def test_a_page_can_be_made_again_though_a_raw_file_changed_elsewhere(lab, capsys, points, code):
    """The rows it read are the same; the file's hash differs, and nothing else may."""
    lock, other = lab / "lock", lab / "number"  # neither is a fact, so both escape what is noted
    lock.write_text(toy.SHA)
    other.write_text("61,89")
    parts = toy.outputs()
    header = toy.emit(parts["header"]).replace(repr(toy.SHA), f"open({str(lock)!r}).read()")
    prose = toy.emit(toy.PROSE | {"html": dict.fromkeys(("vi", "en"), "<p>POINTS</p>")})
    prose = prose.replace("'<p>POINTS</p>'", f"'<p>' + open({str(other)!r}).read() + '</p>'")
    cells = [toy.code(toy.PARAMETERS, "parameters"), toy.code(f"{OWN}\n{header}"), toy.code(prose)]
    nbformat.write(toy.notebook(cells), lab / "notebooks/own.ipynb")
    assert command("report", "--only", "own/H44.01/2026") == 0
    lock.write_text("cd" * 32)
    other.write_text(points)
    assert "own/H44.01/2026" not in due()
    assert command("verify", "--rebuild", "--only", "own/H44.01/2026") == code
    assert ("it has other bytes" in capsys.readouterr().err) == bool(code)


def package(root: Path, **modules: str) -> None:
    for name, source in modules.items():
        path = root / "package" / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)


def test_only_code_that_is_imported_counts_however_it_is_imported(checkout):
    package(
        checkout,
        display__init="",
        display__figures="from analysis.display import (\n    shapes,  # as ever\n    colours as c,\n)\n",
        display__shapes="def draw():\n    import analysis.methods.rates\n",
        display__colours="",
        display__unused="",
        methods__rates="",
        methods__unused="",
        cli="",
    )
    (checkout / "package/display/labels.yml").write_text("a: 1")
    found = closure.files(closure._imported("import numpy as np\nfrom analysis.display import figures\n"))
    assert {path.relative_to(paths.PACKAGE).as_posix() for path in found} == {
        "display/figures.py",
        "display/shapes.py",
        "display/colours.py",
        "display/labels.yml",
        "methods/rates.py",
    }


LOADED = """
import json, sys
for cell in json.load(open(sys.argv[1]))["cells"]:
    lines = "".join(cell["source"]).splitlines() if cell["cell_type"] == "code" else []
    for line in lines:
        if line.startswith(("import ", "from ")):
            exec(line)
print(json.dumps([m.__file__ for n, m in sys.modules.items() if n.split(".")[0] == "analysis" and m.__file__]))
"""


def test_no_module_that_a_real_notebook_loads_is_missed():
    """Seen in a process that does what a kernel does: import."""
    notebook = ROOM / "notebooks/unit_scorecard.ipynb"
    done = subprocess.run([sys.executable, "-c", LOADED, str(notebook)], capture_output=True, text=True, check=True)
    loaded = {Path(path) for path in json.loads(done.stdout)}
    counted = closure.files(closure._imported(closure._cells(notebook)))
    assert len(loaded) > 50
    assert loaded - counted == set()
    rooms = {path.relative_to(paths.PACKAGE).parts[0] for path in counted}
    assert not rooms & {"cli.py", "cli_site.py", "simulation", "prepare.py", "messages.py"}
    assert not [path for path in counted if "sources/portal" in path.as_posix() or path.name == "site.py"]


def test_what_was_built_is_read_only_where_it_is_noted():
    """A module that opens what was built past `facts.load` would be a dependency that nobody knows."""
    readers = {
        path.relative_to(paths.PACKAGE).as_posix()
        for path in closure.files({"analysis.display", "analysis.indicators", "analysis.methods", "analysis.units"})
        if path.suffix == ".py"
        and "reporting" not in path.parts
        and any(word in path.read_text(encoding="utf-8") for word in ("PROCESSED", "read_parquet(", "read_table("))
    }
    assert readers == {
        "facts/__init__.py",  # load, only, having
        "facts/arrivals.py",  # notes
        "facts/reads.py",
        "facts/dossiers/__init__.py",  # says where; `reading` notes
        "facts/dossiers/building.py",  # makes them; `provenance.dossiers_brought` notes
        "facts/dossiers/staging.py",
        "indicators/counts.py",
        "indicators/engine.py",  # counts what `counts` keeps
        "indicators/scorecard.py",  # notes
        "indicators/scorecard_tables.py",  # counts what `scorecard` reads
        "paths.py",
    }
