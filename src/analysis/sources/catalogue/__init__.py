"""The catalogue of procedures in its three editions: citizens' of 2021, defence of 2025, seven ministries' of 2026."""

from analysis.sources.catalogue import citizens_2021, defence_2025, portal_2026
from analysis.sources.catalogue.entry import Channel, Entry

__all__ = ["EDITIONS", "Channel", "Entry", "entries"]

EDITIONS = {
    "2021": citizens_2021,
    "2025-defence": defence_2025,
    "2026": portal_2026,
}


def entries() -> list[Entry]:
    """Read every edition that has been fetched, in the order of `EDITIONS`.

    Raises
    ------
    DataContractError
        If a file is not the locked one, or not of the form its reader knows.
    """
    return [entry for edition in EDITIONS.values() for entry in edition.entries()]
