"""Prove that a site is what its manifests say: every file against its hash, every input against the raw file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.reporting import banner, pipeline, publish
from analysis.reporting.fingerprint import sha256
from analysis.reporting.manifest import Page


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not what the manifest says."""

    page: str
    file: str
    says: str


def verify(pages: Iterable[Page]) -> Iterator[Finding]:
    """Compare every file of every published page with the hash in its manifest.

    A page that shows an error has no hashes and is passed over; a page with a banner is compared without it.
    Inputs are compared where the page is of the present inputs; an older page's inputs may rightly have changed.
    """
    for page in pages:
        folder = paths.REPORTS / page.id
        published = publish.read(folder)
        if not published.good:
            continue
        for name, expected in sorted(published.record["files"].items()):
            yield from _compare(page.id, folder / name, name, expected)
        known = {*published.record["files"], publish.RECORD, publish.FAILURE, publish.STATE}
        for extra in sorted({path.name for path in folder.iterdir()} - known):
            yield Finding(page.id, extra, "the manifest does not know this file")


def _compare(page: str, path: Path, name: str, expected: str) -> Iterator[Finding]:
    if not path.exists():
        yield Finding(page, name, "the file is missing")
        return
    content = path.read_bytes()
    if path.suffix == ".html":
        content = banner.without_banner(content.decode()).encode()
    if (found := sha256(content)) != expected:
        yield Finding(page, name, f"its sha256 is {found[:12]}…, the manifest says {expected[:12]}…")


def rebuild(work: pipeline.Plan) -> Iterator[Finding]:
    """Make the chosen pages again, aside, and compare them byte for byte with what is published.

    A page of older inputs cannot be made again as it was; it is named as such. Where a raw file was published anew and
    the rows that the page read are those they were, the page still names the file it was made of: that hash alone may
    differ.
    """
    fresh = {page.id: publish.read(paths.REPORTS / page.id) for page in work.chosen}
    again = [page for page in work.chosen if fresh[page.id].record.get("fingerprint") == work.fingerprints[page.id]]
    for page in work.chosen:
        if page not in again:
            yield Finding(page.id, publish.RECORD, "made from other inputs than those here now; not comparable")
    with tempfile.TemporaryDirectory(dir=paths.REPORTS, prefix=pipeline.STAGING) as folder:
        for outcome in pipeline.make_aside(work, again, Path(folder)):
            if outcome.state != "built":
                yield Finding(outcome.page, "", outcome.reason)
                continue
            made = Path(folder) / "pages" / outcome.page
            before, again_inputs = (_inputs(each) for each in (fresh[outcome.page].record, publish.read(made).record))
            renamed = {
                again_inputs[file].encode(): digest.encode() for file, digest in before.items() if file in again_inputs
            }
            for name, expected in fresh[outcome.page].record["files"].items():
                if sha256(_renamed((made / name).read_bytes(), renamed)) != expected:
                    yield Finding(outcome.page, name, "made again, it has other bytes")


def _inputs(record: Mapping[str, Any]) -> dict[str, str]:
    return {entry["file"]: entry["sha256"] for entry in record["inputs"]}


def _renamed(content: bytes, hashes: Mapping[bytes, bytes]) -> bytes:
    for now, before in hashes.items():
        content = content.replace(now, before)
    return content
