"""The way out: one transport, and one module for each source. The only room that touches the network."""

from leeszaal.harvest.crossref import Crossref
from leeszaal.harvest.openalex import OpenAlex
from leeszaal.harvest.source import Estimate, Page, Query, Source, get_source, register, source_names
from leeszaal.harvest.zotero import Zotero

__all__ = ["Estimate", "Page", "Query", "Source", "get_source", "register", "source_names"]

for _source in (Crossref(), OpenAlex(), Zotero()):
    register(_source)
