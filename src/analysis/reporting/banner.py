"""A page says itself how it stands: one banner on top unless it is fresh, and nothing else of the page changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from analysis.reporting import publish, render
from analysis.reporting.failure import Failure
from analysis.reporting.fingerprint import sha256
from analysis.reporting.outputs import LANGUAGES
from analysis.reporting.standing import Standing
from analysis.reporting.words import in_language, long_date, upper_first

# the template escapes what the error says, so the first </div> is the banner's own
TOP = re.compile(r'(<main\b[^>]*>\n)(?:<div class="warning" role="alert">.*?</div>\n)?', re.DOTALL)


# in `state.json`: the hashes of what says how the page stands, which `manifest.json` does not have
HASHES = "files"


def without_banner(html: str) -> str:
    """Give the page without its banner, as it was made."""
    return TOP.sub(lambda top: top[1], html, count=1)


def bare(content: bytes) -> bytes:
    """Give the bytes of a page without its banner, whatever else happened to them."""
    return without_banner(content.decode(errors="surrogateescape")).encode(errors="surrogateescape")


def with_banner(
    html: str, language: str, *, standing: Standing, failure: Failure | None, about: Mapping[str, str]
) -> str:
    """Put a banner on top of a page, in the place of an earlier banner.

    Parameters
    ----------
    html
        A page, with or without a banner.
    standing
        What to say.
    failure
        What went wrong when the page was to be renewed, if anything did.
    about
        `as_of`, the day of the page's figures (ISO), and `notebook`, the name of its file.

    Returns
    -------
    str
        The page; without the banner it is the one whose hash `manifest.json` gives.
    """
    made = render.environment().get_template("banner.html.j2").render(
        words=in_language(language),
        state=standing.state,
        reasons=[upper_first(reason.says(language)) for reason in standing.shown_reasons],
        as_of=about["as_of"],
        as_of_words=long_date(about["as_of"], language),
        failure=failure,
        notebook=about["notebook"],
    )  # fmt: skip
    return TOP.sub(lambda top: f"{top[1]}{made.rstrip()}\n", html, count=1)


def says(state: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a `state.json` says of the page, without its hashes."""
    return {name: value for name, value in state.items() if name != HASHES}


def around(state: Mapping[str, Any]) -> dict[str, str] | None:
    """Give the hashes of the other files that say how a page stands; None if it is not the one that was written."""
    hashes = dict(state.get(HASHES, {}))
    return hashes if hashes.pop(publish.STATE, "") == _hash(says(state)) else None


def _hash(said: Mapping[str, Any]) -> str:
    return sha256(publish.dump_json(said))


def files(
    pages: Mapping[str, bytes], record: Mapping[str, Any], standing: Standing, *, failure: Failure | None, notebook: str
) -> dict[str, bytes]:
    """Give the files of a page that say how it stands.

    Parameters
    ----------
    pages
        Its files by name; those of no HTML are passed over.
    record
        Its `manifest.json`.

    Returns
    -------
    dict
        Both languages with the banner or, if it is fresh, without; what is shown and what failed, as data.
    """
    about = {"as_of": record["as_of"], "notebook": notebook}
    shown = {}
    for language in LANGUAGES:
        if content := pages.get(name := f"index.{language}.html"):
            html = without_banner(content.decode(errors="surrogateescape"))
            if standing.state != "fresh":
                html = with_banner(html, language, standing=standing, failure=failure, about=about)
            shown[name] = html.encode(errors="surrogateescape")
    if failure:
        shown[publish.FAILURE] = publish.dump_json(failure.as_dict())
    if standing.state != "fresh":
        said = standing.as_shown()
        hashes = {name: sha256(content) for name, content in shown.items()}
        shown[publish.STATE] = publish.dump_json({**said, HASHES: {**hashes, publish.STATE: _hash(said)}})
    return shown
