"""Papers: parameters, the run, the writer's text, the values of the run."""

from leeszaal.papers.check import CheckSummary, check_paper
from leeszaal.papers.contents import Block, Paper, open_paper
from leeszaal.papers.living import ReviewItem, ReviewSummary, review_paper
from leeszaal.papers.new import NewPaperSummary, new_paper
from leeszaal.papers.published import PublishedPaper, published_papers
from leeszaal.papers.rerun import Ran, RerunSummary, rerun
from leeszaal.papers.run import PaperSummary, paper
from leeszaal.papers.settings import parse_parameters
from leeszaal.papers.template import Part, Template, read_template, template_names
from leeszaal.papers.values import Value, ValueGroup
from leeszaal.papers.versions import SignSummary, VersionsSummary, paper_versions, sign_paper

__all__ = [
    "Block",
    "CheckSummary",
    "NewPaperSummary",
    "Paper",
    "PaperSummary",
    "Part",
    "PublishedPaper",
    "Ran",
    "RerunSummary",
    "ReviewItem",
    "ReviewSummary",
    "SignSummary",
    "Template",
    "Value",
    "ValueGroup",
    "VersionsSummary",
    "check_paper",
    "new_paper",
    "open_paper",
    "paper",
    "paper_versions",
    "parse_parameters",
    "published_papers",
    "read_template",
    "rerun",
    "review_paper",
    "sign_paper",
    "template_names",
]
