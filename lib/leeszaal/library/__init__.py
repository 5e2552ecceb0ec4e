"""Evidence, and the library of works that is built from it."""

from leeszaal.library.build import BuildSummary, build, load_records, load_works
from leeszaal.library.evidence import Evidence, list_evidence, read_evidence
from leeszaal.library.importing import ImportedFile, ImportSummary, import_

__all__ = [
    "BuildSummary",
    "Evidence",
    "ImportSummary",
    "ImportedFile",
    "build",
    "import_",
    "list_evidence",
    "load_records",
    "load_works",
    "read_evidence",
]
