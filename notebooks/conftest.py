"""Notebooks whose sources are not on this machine are left out of the checks, and that is said.

Warm kernels of a check are forked from a process of its own, which holds our code as well: it does not change meanwhile.
"""

import contextlib
import os
from pathlib import Path

import pytest

# nothing here may load pandas: every process of a check loads this file
from analysis import paths
from analysis.reporting import manifest
from analysis.reporting.warm import start
from analysis.sources import registry

_reports = manifest.load(paths.MANIFEST).reports
_missing = {each.notebook: [need for need in sorted(each.needs) if not registry.is_fetched(need)] for each in _reports}
collect_ignore = [name for name, sources in _missing.items() if sources and (Path(__file__).parent / name).exists()]


def pytest_report_header() -> list[str]:
    return [f"{name} is left out: `analysis fetch {' '.join(_missing[name])}`" for name in collect_ignore]


def pytest_configure(config: pytest.Config) -> None:
    # side by side, the workers inherit the address from the process that starts them
    if hasattr(config, "workerinput") or config.getoption("nbval_kernel_name", default=None) != "analysis-warm":
        return
    lasting = contextlib.ExitStack()
    config.add_cleanup(lasting.close)
    if socket := lasting.enter_context(start.running(start.REPORT, {})):
        os.environ[start.SOCKET] = str(socket)
        lasting.callback(os.environ.pop, start.SOCKET)
