"""The language catalogues: English is the message, `locales/vi.po` its Vietnamese."""

from __future__ import annotations

from functools import cache

from babel.messages.pofile import read_po

from analysis import paths
from analysis.errors import GateFailedError

LANGUAGES = ("vi", "en")


@cache
def _vietnamese() -> dict[str, str]:
    with (paths.PACKAGE / "locales" / "vi.po").open("rb") as file:
        catalogue = read_po(file, locale="vi")
    return {str(message.id): str(message.string) for message in catalogue if message.id and message.string}


def translate(message: str, language: str) -> str:
    """Give `message` in `language`.

    Parameters
    ----------
    message
        English text; a `{name}` in it is kept for the caller to fill.
    language
        `vi` or `en`.

    Raises
    ------
    GateFailedError
        If the Vietnamese catalogue has no entry: no English is ever left in a Vietnamese page.
    """
    if language == "en":
        return message
    translated = _vietnamese().get(message)
    if translated is None:
        raise GateFailedError(
            "A message has no Vietnamese translation",
            where=repr(message),
            next_step="add it to src/analysis/locales/vi.po (`make messages` lists what is missing)",
        )
    return translated
