"""Case exports: an agency's own file, read through a mapping that is written in YAML."""

from analysis.sources.cases.lines import Unreadable
from analysis.sources.cases.mapping import Mapping, named, of_source, parse
from analysis.sources.cases.personal import LOOKS_PERSONAL
from analysis.sources.cases.readers import SUFFIXES, Export, open_export
from analysis.sources.cases.sql import key_variables, literal, query, sql_type

__all__ = [
    "LOOKS_PERSONAL",
    "SUFFIXES",
    "Export",
    "Mapping",
    "Unreadable",
    "key_variables",
    "literal",
    "named",
    "of_source",
    "open_export",
    "parse",
    "query",
    "sql_type",
]
