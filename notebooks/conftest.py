"""Notebooks whose sources are not on this machine are left out of the checks, and that is said."""

from pathlib import Path

from analysis import facts, paths
from analysis.reporting import manifest

_reports = manifest.load(paths.MANIFEST).reports
_missing = {report.notebook: sorted(set(report.needs) - facts.fetched()) for report in _reports}
collect_ignore = [name for name, sources in _missing.items() if sources and (Path(__file__).parent / name).exists()]


def pytest_report_header() -> list[str]:
    return [f"{name} is left out: `analysis fetch {' '.join(_missing[name])}`" for name in collect_ignore]
