"""The way out: one transport, and one module for each source. The only room that touches the network."""

from leeszaal.harvest.crossref import Crossref
from leeszaal.harvest.cvdr import Bwb, Cvdr
from leeszaal.harvest.feeds import Feeds
from leeszaal.harvest.koop import Koop
from leeszaal.harvest.oaipmh import OaiPmh
from leeszaal.harvest.openalex import OpenAlex
from leeszaal.harvest.source import Estimate, Page, Query, Source, get_source, register, source_names
from leeszaal.harvest.tweedekamer import TweedeKamer
from leeszaal.harvest.woo import Woo
from leeszaal.harvest.zotero import Zotero

__all__ = ["Estimate", "Page", "Query", "Source", "get_source", "register", "source_names"]

for _source in (
    Bwb(),
    Crossref(),
    Cvdr(),
    Feeds(),
    Koop(),
    OaiPmh(),
    OpenAlex(),
    TweedeKamer(),
    Woo(),
    Zotero(),
):
    register(_source)
