"""Reading: which themes a work is about, and why."""

from leeszaal.reading.evaluate import evaluate_tags
from leeszaal.reading.report import tag_report
from leeszaal.reading.table import tag_file
from leeszaal.reading.tag import load_proposals, load_spans, load_tags, tag, tag_works
from leeszaal.reading.taxonomy import Taxonomy, load_taxonomy

__all__ = [
    "Taxonomy",
    "evaluate_tags",
    "load_proposals",
    "load_spans",
    "load_tags",
    "load_taxonomy",
    "tag",
    "tag_file",
    "tag_report",
    "tag_works",
]
