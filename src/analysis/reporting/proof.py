"""Prove that a site is what its manifests say: every file against its hash, every page against its making anew."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.reporting import banner, pipeline, planning, publish, signing, turn
from analysis.reporting.fingerprint import sha256

# what lies beside the files that a manifest has the hashes of
AROUND = (publish.RECORD, publish.STATE, publish.RUN, signing.SIGNATURE)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not what the manifest says."""

    page: str
    file: str
    says: str


def verify(pages: Iterable[str], folder: Path, *, key: Path | None = None) -> Iterator[Finding]:
    """Compare every file of every published page with the hash in its manifest.

    A page with a banner is compared without it; with it, it has to be what `state.json` says. A page that shows an
    error has no hashes and is passed over.

    Parameters
    ----------
    pages, folder
        Ids of pages, and the site they lie in.
    key
        Public key that must have signed every page. None: whoever signed a page, it has to be the page that was signed.
    """
    for page in pages:
        published = publish.read(folder / page)
        if published.damaged:
            readable = publish.read_json(folder / page / publish.RECORD)
            says = "it belongs to another manifest" if readable else "it was cut off or altered"
            yield Finding(page, publish.RUN if readable else publish.RECORD, says)
        if published.good:
            yield from _verify(page, folder / page, published, key)


def _verify(page: str, folder: Path, published: publish.Published, key: Path | None) -> Iterator[Finding]:
    files, shown = published.record["files"], banner.around(published.shown) if published.shown else {}
    if shown is None or (not published.shown and (folder / publish.STATE).exists()):
        yield Finding(page, publish.STATE, "it was cut off or altered")
        shown = {}
    for name, expected in sorted(files.items()):
        yield from _compare(page, folder / name, expected, "the manifest", without_banner=name in shown)
    for name, expected in sorted(shown.items()):
        yield from _compare(page, folder / name, expected, publish.STATE)
    for extra in sorted({path.name for path in folder.iterdir()} - {*files, *shown, *AROUND}):
        yield Finding(page, extra, "the manifest does not know this file")
    signature = folder / signing.SIGNATURE
    if key is not None or (signature.exists() and signing.can_tell()):
        signed = {name: path.read_bytes() for name in signing.SIGNED if (path := folder / name).exists()}
        for says in signing.wrong(publish.read_json(signature), signed, key):
            yield Finding(page, signing.SIGNATURE, says)


def _compare(page: str, path: Path, expected: str, who: str, *, without_banner: bool = False) -> Iterator[Finding]:
    if not path.exists():
        yield Finding(page, path.name, "the file is missing")
        return
    content = banner.bare(path.read_bytes()) if without_banner else path.read_bytes()
    if (found := sha256(content)) != expected:
        yield Finding(page, path.name, f"its sha256 is {found[:12]}…, {who} says {expected[:12]}…")


def rebuild(work: planning.Plan) -> Iterator[Finding]:
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
    with (
        turn.taken(paths.REPORTS),
        tempfile.TemporaryDirectory(dir=paths.REPORTS, prefix=pipeline.STAGING) as folder,
    ):
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
