"""A good page whose renewal failed says so itself: one banner on top, and nothing else of the page changes."""

from __future__ import annotations

import re

from analysis.reporting import render
from analysis.reporting.failure import Failure
from analysis.reporting.words import in_language, long_date

# the template escapes what the error says, so the first </div> is the banner's own
TOP = re.compile(r'(<main\b[^>]*>\n)(?:<div class="warning" role="alert">.*?</div>\n)?', re.DOTALL)


def without_banner(html: str) -> str:
    """Give the page without its banner, as it was made."""
    return TOP.sub(lambda top: top[1], html, count=1)


def with_banner(html: str, language: str, *, failure: Failure, as_of: str, notebook: str) -> str:
    """Put the banner of a failed run on top of the last good version, in the place of an earlier banner.

    Parameters
    ----------
    html
        The last good version, with or without a banner.
    failure
        What went wrong.
    as_of
        Day of the page's figures (ISO).
    notebook
        Name of the file that failed.

    Returns
    -------
    str
        The page; without the banner it is the one whose hash `manifest.json` gives.
    """
    made = render.environment().get_template("banner.html.j2").render(
        words=in_language(language),
        as_of=as_of,
        as_of_words=long_date(as_of, language),
        failure=failure,
        notebook=notebook,
    )  # fmt: skip
    return TOP.sub(lambda top: f"{top[1]}{made.rstrip()}\n", html, count=1)
