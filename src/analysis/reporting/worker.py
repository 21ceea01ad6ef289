"""One page, from its parameters to its folder: runs in a worker process and knows only its job."""

from __future__ import annotations

import json
import multiprocessing.connection
import os
import platform
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from analysis import paths
from analysis.catalogue import translate
from analysis.errors import DataContractError
from analysis.reporting import (
    banner,
    closure,
    fingerprint,
    gate,
    gate_values,
    making,
    numbers,
    publish,
    render,
    runner,
    signing,
    standing,
)
from analysis.reporting import failure as failures
from analysis.reporting.clock import local
from analysis.reporting.fingerprint import sha256
from analysis.reporting.manifest import Page
from analysis.reporting.outputs import Content, collect
from analysis.reporting.standing import Expected
from analysis.reporting.workbook import workbook

State = Literal["built", "failed", "stale"]
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
# what a fork server loads once for all workers
PRELOADED = (
    "papermill",
    "papermill.execute",
    "papermill.clientwrap",
    "nbconvert.exporters.templateexporter",
    "nbconvert.filters.markdown_mistune",
    "mistune.plugins",
    "pyarrow.csv",
    "pyarrow.parquet",
    "analysis.catalogue",
    "analysis.facts.reads",
    __name__,
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went: `built`, `failed` (its page shows the error) or `stale` (the last good page stays).

    `fingerprint` is that of a page that was built, which is known once it has been made.
    """

    page: str
    state: State
    seconds: float
    reason: str = ""
    error: str = ""
    fingerprint: str = ""


def prepare(environment: Mapping[str, str]) -> None:
    """Set the environment that the kernels of this worker inherit, before numpy is loaded anywhere."""
    _settle(environment)
    threading.Thread(target=_end_with_the_run, daemon=True).start()


def _settle(environment: Mapping[str, str]) -> None:
    os.environ.update(environment)
    paths.move(Path(environment["ANALYSIS_ROOT"]))  # this process may have loaded it before it was told


def _end_with_the_run() -> None:
    """End when the run is killed: a worker would otherwise wait for its next page for ever."""
    run = multiprocessing.parent_process()
    assert run is not None  # for the type checker: a worker is always started by a run
    multiprocessing.connection.wait([run.sentinel])
    os._exit(1)


def make(job: Job) -> Outcome:
    """Make and publish one page; a failure is published too and never raised."""
    started, began = time.monotonic(), local()
    try:
        files = page_files(job, translate=translate)
    except Exception as error:  # any failure belongs to this page alone, and is shown on it
        return publish_failure(job, error, seconds=time.monotonic() - started)
    made = making.record(job.run, files[publish.RECORD], began)
    files |= {publish.RUN: publish.dump_json(made)}
    files |= signing.signature(files, job.signing_key)
    record = json.loads(files[publish.RECORD])
    shown = banner.files(
        files, record, standing.of_data(record, job.expected), failure=None, notebook=job.notebook.name
    )
    with tempfile.TemporaryDirectory(dir=job.staging) as staging:
        publish.put({**files, **shown}, job.folder, staging=Path(staging))
    return Outcome(job.page.id, "built", time.monotonic() - started, fingerprint=record["fingerprint"])


def make_remotely(environment: Mapping[str, str], job: Job) -> Outcome:
    """Make a page as a worker of a cluster; one that was made and not heard of is not made twice.

    Parameters
    ----------
    environment
        What the kernel has to find.
    job
        The page; its folders are the same on every worker.
    """
    _settle(environment)
    done = job.staging / f"{sha256(job.page.id.encode())}.json"
    if done.exists():
        return Outcome(**json.loads(done.read_bytes()))
    outcome = make(job)
    with tempfile.TemporaryDirectory(dir=job.staging) as staging:
        publish.write_atomically(done, publish.dump_json(asdict(outcome)), staging=Path(staging))
    return outcome


def page_files(job: Job, *, translate: Callable[[str, str], str]) -> dict[str, bytes]:
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


def publish_failure(job: Job, error: BaseException, *, seconds: float) -> Outcome:
    """Show the error in the page's own place, or on top of its last good version if there is one."""
    failure = failures.from_exception(error, str(job.root))
    with tempfile.TemporaryDirectory(dir=job.staging) as staging:
        published = publish.read(job.folder)
        if published.good:
            publish.put(_kept(job, failure, published.record), job.folder, staging=Path(staging))
            return Outcome(job.page.id, "stale", seconds, failure.reason, failure.error)
        pages = render.failure_pages(job.page, failure)
        files = {f"index.{language}.html": html.encode() for language, html in pages.items()}
        record = {
            "id": job.page.id,
            "outcome": "failed",
            "parameters": job.page.parameters,
            "fingerprint": "",
            "made_of": dict(job.made_of),
            "reads": [],
            "reason": failure.reason,
        }
        publish.put({**files, publish.RECORD: publish.dump_json(record)}, job.folder, staging=Path(staging))
    return Outcome(job.page.id, "failed", seconds, failure.reason, failure.error)


def _kept(job: Job, failure: failures.Failure, record: Mapping[str, Any]) -> dict[str, bytes]:
    """Give the files of the last good version that say its renewal failed."""
    files = publish.files_in(job.folder)
    stands = standing.Standing("stale", standing.of_data(record, job.expected).reasons)
    return files | banner.files(files, record, stands, failure=failure, notebook=job.notebook.name)


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
