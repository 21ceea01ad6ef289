"""Run a notebook's cells for each unit in this one process and write HTML: the least that a page can cost.

Run by `benchmarks/reports.py`, as `python benchmarks/floor.py NOTEBOOK UNIT…`: the first unit warms up, and is not
counted. Prints wall and CPU seconds of the others together.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

# as our workers have it; before numpy is imported
os.environ.update({f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")})

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbconvert import HTMLExporter
from nbformat.v4 import new_output


def page(shell: Any, exporter: Any, notebook: Path, unit: str) -> str:
    """Give the page of a unit, from cells run in this process."""
    made = nbformat.read(notebook, as_version=4)
    shell.reset(new_session=False)
    for cell in made.cells:
        if cell.cell_type != "code":
            continue
        parameters = "parameters" in cell.metadata.get("tags", [])
        source = f"{cell.source}\nunit = {unit!r}" if parameters else cell.source
        # the trap taken first, so that the cell's own does not take the last expression from the capture
        with shell.display_trap, capture_output() as captured:
            shell.run_cell(source).raise_error()
        cell.outputs = [
            new_output("display_data", data=output.data, metadata=output.metadata) for output in captured.outputs
        ]
    html: str = exporter.from_notebook_node(made)[0]
    return html


def main() -> None:
    notebook, first, *units = sys.argv[1:]
    shell, exporter = InteractiveShell.instance(), HTMLExporter(exclude_input=True)
    page(shell, exporter, Path(notebook), first)
    wall, cpu = time.perf_counter(), time.process_time()
    figures = [page(shell, exporter, Path(notebook), unit).count("<svg") for unit in units]
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if not min(figures):
        raise SystemExit("a page without its figures is no page")
    print(wall, cpu)


if __name__ == "__main__":
    main()
