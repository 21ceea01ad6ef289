"""One page, from its parameters to its folder: runs in a worker process and knows only its job."""

from __future__ import annotations

import json
import multiprocessing.connection
import os
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from analysis import paths
from analysis.catalogue import translate
from analysis.reporting import (
    banner,
    lean,
    making,
    page_files,
    publish,
    render,
    signing,
    standing,
)
from analysis.reporting import failure as failures
from analysis.reporting.clock import local
from analysis.reporting.fingerprint import sha256
from analysis.reporting.page_files import Job

lean.load_jsonschema()  # before a page makes nbformat do it
State = Literal["built", "failed", "stale"]
# what a fork server loads once for all workers
PRELOADED = (
    __name__,
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
)


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
        files = page_files.of(job, translate=translate)
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
