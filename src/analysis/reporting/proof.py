"""Prove that a site is what its manifests say: every file against its hash, every page against its making anew."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.reporting import banner, making, pipeline, publish, signing
from analysis.reporting.fingerprint import sha256

# what lies beside the files that a manifest has the hashes of
AROUND = (publish.RECORD, publish.FAILURE, publish.STATE, making.RUN, signing.SIGNATURE)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not what the manifest says."""

    page: str
    file: str
    says: str


def verify(pages: Iterable[str], folder: Path, *, key: Path | None = None) -> Iterator[Finding]:
    """Compare every file of every published page with the hash in its manifest.

    A page that shows an error has no hashes and is passed over; a page with a banner is compared without it.

    Parameters
    ----------
    pages, folder
        Ids of pages, and the site they lie in.
    key
        Public key that must have signed every page; None to leave signatures alone.
    """
    for page in pages:
        published = publish.read(folder / page)
        if published.good:
            yield from _verify(page, folder / page, published.record, key)


def _verify(page: str, folder: Path, record: Mapping[str, Any], key: Path | None) -> Iterator[Finding]:
    for name, expected in sorted(record["files"].items()):
        yield from _compare(page, folder / name, name, expected)
    known = {*record["files"], *AROUND}
    for extra in sorted({path.name for path in folder.iterdir()} - known):
        yield Finding(page, extra, "the manifest does not know this file")
    made = publish.read_json(folder / making.RUN)
    if made.get("manifest_sha256") != sha256((folder / publish.RECORD).read_bytes()):
        yield Finding(page, making.RUN, "it belongs to another manifest")
    if key is not None:
        files = {name: path.read_bytes() for name in signing.SIGNED if (path := folder / name).exists()}
        for says in signing.wrong(publish.read_json(folder / signing.SIGNATURE), files, key):
            yield Finding(page, signing.SIGNATURE, says)


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
