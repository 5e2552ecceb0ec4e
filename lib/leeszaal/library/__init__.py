"""Evidence, and the library of works that is built from it."""

from leeszaal.library.build import BuildSummary, build, load_records, load_works
from leeszaal.library.checking import CheckSummary, check
from leeszaal.library.deciding import DecideSummary, UndoSummary, decide, undo
from leeszaal.library.decisions import load_decisions, lost_decisions, open_decisions, subject_decisions
from leeszaal.library.enriching import EnrichSummary, enrich, load_enrichment
from leeszaal.library.evidence import Evidence, list_evidence, read_evidence
from leeszaal.library.explain import WorkExplained, explain_work
from leeszaal.library.exporting import ExportSummary, export
from leeszaal.library.harvesting import Harvested, HarvestSummary, Planned, harvest
from leeszaal.library.importing import ImportedFile, ImportSummary, import_
from leeszaal.library.integrity import doubtful_works, retracted_works, unverified_fields
from leeszaal.library.prisma import Box, prisma_boxes, prisma_remarks, prisma_table, review_since, works_in
from leeszaal.library.queue import QueueSummary, queue
from leeszaal.library.screened import screening
from leeszaal.library.searching import WorksSummary, find_works, works
from leeszaal.library.searchlog import LoggedSearch, LogSummary, log
from leeszaal.library.snowballing import SnowballSummary, snowball
from leeszaal.library.zotero_sync import ZoteroPushSummary, zotero_push

__all__ = [
    "Box",
    "BuildSummary",
    "CheckSummary",
    "DecideSummary",
    "EnrichSummary",
    "Evidence",
    "ExportSummary",
    "HarvestSummary",
    "Harvested",
    "ImportSummary",
    "ImportedFile",
    "LogSummary",
    "LoggedSearch",
    "Planned",
    "QueueSummary",
    "SnowballSummary",
    "UndoSummary",
    "WorkExplained",
    "WorksSummary",
    "ZoteroPushSummary",
    "build",
    "check",
    "decide",
    "doubtful_works",
    "enrich",
    "explain_work",
    "export",
    "find_works",
    "harvest",
    "import_",
    "list_evidence",
    "load_decisions",
    "load_enrichment",
    "load_records",
    "load_works",
    "log",
    "lost_decisions",
    "open_decisions",
    "prisma_boxes",
    "prisma_remarks",
    "prisma_table",
    "queue",
    "read_evidence",
    "retracted_works",
    "review_since",
    "screening",
    "snowball",
    "subject_decisions",
    "undo",
    "unverified_fields",
    "works",
    "works_in",
    "zotero_push",
]
