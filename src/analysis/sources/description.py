"""The form of `source.yml`: what a source is, who publishes it, and what to beware of."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Text(BaseModel):
    """A sentence in the two languages of the reports."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Source(BaseModel):
    """What `source.yml` says of one source.

    Attributes
    ----------
    as_of
        The last day that the data speak of.
    kind
        `shipped` is committed here, `fetched` comes from its publisher on demand and is never committed,
        `portal` is asked of the National Public Service Portal, `held` lies on this machine alone: an agency's own
        cases, locked by hand and never committed, `simulated` is made up by this project and marked so wherever
        it is shown.
    columns
        Column of a file → what it means, or the field it stands for in a mapped export.
    periods
        File → the period it covers, where the file itself does not say.
    province
        H-code of the province that the source speaks of, if it is one.
    tables
        Table that `analysis template` knows → the file of this source that fills it.
    mapping
        How its rows become dossiers, as `analysis.sources.cases.mapping` says; none where they do not.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$")
    title: Text
    producer: str
    citation: Text
    url: str
    licence: Text
    as_of: date
    kind: Literal["shipped", "fetched", "portal", "held", "simulated"]
    caveats: list[Text] = []
    columns: dict[str, str] = {}
    periods: dict[str, str] = {}
    province: str | None = Field(default=None, pattern=r"^H\d{2}$")
    mapping: dict[str, Any] | None = None
    tables: dict[str, str] = {}
