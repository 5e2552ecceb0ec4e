"""Evidence, and the library of works that is built from it."""

from leeszaal.library.build import BuildSummary, build, load_records, load_works
from leeszaal.library.evidence import Evidence, list_evidence, read_evidence
from leeszaal.library.harvesting import Harvested, HarvestSummary, Planned, harvest
from leeszaal.library.importing import ImportedFile, ImportSummary, import_
from leeszaal.library.searchlog import LoggedSearch, LogSummary, log

__all__ = [
    "BuildSummary",
    "Evidence",
    "HarvestSummary",
    "Harvested",
    "ImportSummary",
    "ImportedFile",
    "LogSummary",
    "LoggedSearch",
    "Planned",
    "build",
    "harvest",
    "import_",
    "list_evidence",
    "load_records",
    "load_works",
    "log",
    "read_evidence",
]
