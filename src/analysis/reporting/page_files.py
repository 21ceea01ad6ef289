"""The files of one page: its notebook run, its outputs checked, its manifest written."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis.errors import DataContractError
from analysis.reporting import (
    closure,
    fingerprint,
    gate,
    gate_values,
    numbers,
    publish,
    render,
    runner,
)
from analysis.reporting.fingerprint import sha256
from analysis.reporting.manifest import Page
from analysis.reporting.outputs import Content, collect
from analysis.reporting.standing import Expected
from analysis.reporting.workbook import workbook

VERSIONS = (
    "ipykernel",
    "matplotlib",
    "nbconvert",
    "numpy",
    "pandas",
    "papermill",
    "statsmodels",
    "xlsxwriter",
)
DISTRIBUTION = "public-services-lab"
# what a page has passed when it has a manifest that says `published`
CHECKS = (
    "every cell ran and none gave an error",
    "every chart shows a checked table and has words for those who cannot see it",
    "nothing refers outside the page",
    "both languages carry the same numbers",
    "every value lies in its range",
    "nobody is named",
)


@dataclass(frozen=True, slots=True)
class Job:
    """A page to make: everything a worker has to know; `build` tells the facts that the run began with.

    `run` is what the page's `run.json` says of the run: its id and commit.
    """

    page: Page
    made_of: Mapping[str, str]
    build: str
    notebook: Path
    root: Path
    folder: Path
    staging: Path
    expected: Expected
    run: Mapping[str, Any]
    signing_key: Path | None


def of(job: Job, *, translate: Callable[[str, str], str]) -> dict[str, bytes]:
    """Run the notebook and make every file of the page.

    Raises
    ------
    PageFailedError
        If the notebook failed.
    GateFailedError
        If the result must not be published.
    """
    executed, reads = _execute(job)
    content = collect(executed)
    gate.check_content(content)
    gate_values.check(content)
    record = _record(job, content, reads)
    pages = render.report_pages(executed, content, record, translate=translate)
    for html in pages.values():
        gate.check_page(html)
    gate.same_numbers(pages["vi"], pages["en"], where="the whole page")
    gate_values.check_people(content, pages)
    files = {f"index.{language}.html": html.encode() for language, html in pages.items()}
    files["tables.xlsx"] = workbook(content)
    files["indicators.json"] = publish.dump_json(
        {
            "page": job.page.id,
            "as_of": content.header.as_of,
            "simulated": content.header.simulated,
            "indicators": content.indicators(),
        }
    )
    files[numbers.FILE] = publish.dump_json({"page": job.page.id, **numbers.shown(content)})
    record["files"] = {name: sha256(data) for name, data in files.items()}
    return {**files, publish.RECORD: publish.dump_json(record)}


def _execute(job: Job) -> tuple[Any, list[dict[str, Any]]]:
    """Run the notebook; give it as executed, and what it read of the facts.

    Raises
    ------
    DataContractError
        If the facts were built anew meanwhile: some of the page might be of the old ones.
    """
    # imported late: only a worker that makes a page needs what reads facts
    from analysis.facts import reads

    limits = runner.Limits(job.page.report.cell_timeout_seconds, job.page.report.page_timeout_seconds)
    with tempfile.TemporaryDirectory(dir=job.staging) as folder:
        log = Path(folder) / "reads"
        os.environ[reads.LOG] = str(log)
        try:
            executed = runner.execute(job.notebook, job.page.parameters, folder=job.root, limits=limits)
        finally:
            del os.environ[reads.LOG]
        read = fingerprint.with_hashes(reads.noted(log))
    if fingerprint.build() != job.build:
        raise DataContractError(
            "The facts were built anew while the page was made", next_step="run `analysis report` again"
        )
    return executed, read


def _record(job: Job, content: Content, reads: list[dict[str, Any]]) -> dict[str, Any]:
    header = content.header
    inputs = {entry.file: entry.sha256 for source in header.sources for entry in source.sha256}
    made_of = fingerprint.with_facts(job.made_of, reads)
    inputs[f"notebooks/{job.notebook.name}"] = sha256(job.notebook.read_bytes())
    return {
        "id": job.page.id,
        "outcome": "published",
        "title": header.title.model_dump(),
        "period": header.period.model_dump(),
        "as_of": header.as_of,
        "state": header.state,
        "simulated": header.simulated,
        "parameters": job.page.parameters,
        "fingerprint": fingerprint.of(made_of),
        "made_of": made_of,
        "reads": reads,
        "inputs": [{"file": name, "sha256": digest} for name, digest in sorted(inputs.items())],
        "sources": [source.model_dump(exclude={"sha256"}, exclude_none=True) for source in header.sources],
        "seeds": {
            "PYTHONHASHSEED": os.environ.get("PYTHONHASHSEED", ""),
            "default_rng": closure.seeds_of(job.notebook),
        },
        "checks": list(CHECKS),
        "versions": {
            "analysis": version(DISTRIBUTION),
            "python": platform.python_version(),
            **{name: version(name) for name in VERSIONS},
        },
    }
