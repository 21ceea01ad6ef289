"""One notebook through papermill. Where a kernel comes from is decided in `kernel_options` alone."""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from analysis.errors import ReportFailedError
from analysis.reporting.failure import Failure, PageFailedError
from analysis.reporting.outputs import numbered
from analysis.reporting.warm import start

CELL_TIMEOUT_S = 300
START_TIMEOUT_S = 60
START_ATTEMPTS = 3


class Limits(NamedTuple):
    """The longest time for one cell, and for all of a page's cells."""

    cell_s: int
    page_s: int


class Watch:
    """Whether the kernel came up, which cell runs and how long it may: papermill's metadata do not say on a timeout."""

    def __init__(self, limits: Limits) -> None:
        self.ready = False
        self.cell: Any = None
        self.limits = limits
        self.ends = time.monotonic() + limits.page_s

    def seconds_left(self, _: Any) -> int:
        """Give how long the next cell may run: its own limit, or what is left of the page's, at least a second."""
        return max(1, min(self.limits.cell_s, math.ceil(self.ends - time.monotonic())))

    def too_long(self) -> str:
        """Say which limit was reached."""
        if time.monotonic() >= self.ends:
            return f"the page took longer than {self.limits.page_s} s"
        return f"the cell ran longer than {self.limits.cell_s} s"

    def kernel_ready(self, **_: Any) -> None:
        """Note that the kernel answered."""
        self.ready = True

    def cell_starts(self, *, cell: Any, **_: Any) -> None:
        """Note the running cell."""
        self.cell = cell


def kernel_options() -> dict[str, Any]:
    """Give what nbclient needs to start and stop a kernel: forked from the run's zygote if it has one.

    Encryption also silences the warning ipykernel prints about a bare TCP connection; a report leaves
    nothing for a graceful shutdown to save.
    """
    from traitlets.config import Config

    return {
        "kernel_name": "analysis-warm" if os.environ.get(start.SOCKET) else "python3",
        "config": Config({"KernelManager": {"transport_encryption": "required"}}),
        "shutdown_kernel": "immediate",
        "start_timeout": START_TIMEOUT_S,
    }


def execute(
    notebook: Path,
    parameters: Mapping[str, Any],
    *,
    folder: Path,
    limits: Limits,
) -> Any:
    """Run a notebook in a kernel of its own.

    Parameters
    ----------
    notebook
        The file; it is not changed.
    parameters
        Passed as Python objects, never as text to be guessed at.
    folder
        Where the kernel runs.
    limits
        How long it may take.

    Returns
    -------
    NotebookNode
        Executed to its last cell, without an error.

    Raises
    ------
    PageFailedError
        If a cell failed, timed out, ended the run early, or no kernel started in three attempts.
    """
    for attempt in range(1, START_ATTEMPTS + 1):
        watch = Watch(limits)
        try:
            executed = _run(notebook, parameters, folder=folder, watch=watch)
        except RuntimeError as error:
            # only a kernel that never answered is tried again: a cell may have acted before it failed
            if watch.ready or attempt == START_ATTEMPTS:
                raise PageFailedError(_died(error, watch, notebook)) from error
        else:
            _check_complete(executed)
            return executed
    raise AssertionError("unreachable: the last attempt returns or raises")


def execute_in_place(notebook: Any, *, folder: Path) -> None:
    """Run a notebook with the parameters it has, as for a committed one, and keep its outputs in it.

    Raises
    ------
    ReportFailedError
        If a cell failed.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    options = {name: value for name, value in kernel_options().items() if name in ("kernel_name", "config")}
    client = NotebookClient(
        notebook, timeout=CELL_TIMEOUT_S, record_timing=False, resources={"metadata": {"path": str(folder)}}, **options
    )
    try:
        client.execute()
    except CellExecutionError as error:
        raise ReportFailedError(
            "The notebook does not run on these facts", where=f"{error.ename}: {error.evalue}"
        ) from None


def _run(notebook: Path, parameters: Mapping[str, Any], *, folder: Path, watch: Watch) -> Any:
    from nbclient.exceptions import CellTimeoutError
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import execute_notebook

    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # its news are this module's errors
    try:
        return execute_notebook(  # type: ignore[no-untyped-call]
            str(notebook),
            None,
            parameters=dict(parameters),
            cwd=str(folder),
            progress_bar=False,
            request_save_on_cell_execute=False,
            timeout_func=watch.seconds_left,
            on_notebook_start=watch.kernel_ready,
            on_cell_start=watch.cell_starts,
            **kernel_options(),
        )
    except PapermillExecutionError as error:
        cell = error.cell_index + 1 - _injected_before(notebook, error.cell_index)
        raise PageFailedError(Failure(error.ename, error.evalue, cell, "\n".join(error.traceback))) from error
    except CellTimeoutError as error:
        raise PageFailedError(Failure("CellTimeoutError", watch.too_long(), _number(watch.cell, notebook))) from error


def _check_complete(executed: Any) -> None:
    """Refuse a run that `sys.exit()` cut short, which papermill takes for a success."""
    for number, cell in numbered(executed):
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None:
            raise PageFailedError(Failure("NotRunError", "the notebook ended before this cell", number))
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise PageFailedError(Failure(output.ename, output.evalue, number, "\n".join(output.traceback)))


def _died(error: RuntimeError, watch: Watch, notebook: Path) -> Failure:
    number = _number(watch.cell, notebook) if watch.cell is not None else None
    died = type(error).__name__ == "DeadKernelError"
    message = "the kernel was ended by the system, most likely for want of memory" if died else str(error)
    return Failure(type(error).__name__, message, number)


def _number(cell: Any, notebook: Path) -> int | None:
    cells = _cells(notebook)
    return next((number for number, other in enumerate(cells, 1) if other.get("id") == cell.get("id")), None)


def _injected_before(notebook: Path, index: int) -> int:
    """Count the cells papermill put before `index`: one, right after the cell tagged `parameters`."""
    tagged = [i for i, cell in enumerate(_cells(notebook)) if "parameters" in cell.metadata.get("tags", [])]
    return int(bool(tagged) and tagged[0] < index)


def _cells(notebook: Path) -> list[Any]:
    import nbformat

    cells: list[Any] = nbformat.read(notebook, as_version=4).cells  # type: ignore[no-untyped-call]
    return cells
