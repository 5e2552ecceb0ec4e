"""Evidence, and the library of works that is built from it."""

from leeszaal.library.build import BuildSummary, build, load_records, load_works
from leeszaal.library.enriching import EnrichSummary, enrich, load_enrichment
from leeszaal.library.evidence import Evidence, list_evidence, read_evidence
from leeszaal.library.harvesting import Harvested, HarvestSummary, Planned, harvest
from leeszaal.library.importing import ImportedFile, ImportSummary, import_
from leeszaal.library.searchlog import LoggedSearch, LogSummary, log
from leeszaal.library.snowballing import SnowballSummary, snowball
from leeszaal.library.zotero_sync import ZoteroPushSummary, zotero_push

__all__ = [
    "BuildSummary",
    "EnrichSummary",
    "Evidence",
    "HarvestSummary",
    "Harvested",
    "ImportSummary",
    "ImportedFile",
    "LogSummary",
    "LoggedSearch",
    "Planned",
    "SnowballSummary",
    "ZoteroPushSummary",
    "build",
    "enrich",
    "harvest",
    "import_",
    "list_evidence",
    "load_enrichment",
    "load_records",
    "load_works",
    "log",
    "read_evidence",
    "snowball",
    "zotero_push",
]
