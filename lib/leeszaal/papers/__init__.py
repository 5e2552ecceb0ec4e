"""Papers: parameters, the run, the writer's text, the values of the run."""

from leeszaal.papers.contents import Block, Paper, open_paper
from leeszaal.papers.new import NewPaperSummary, new_paper
from leeszaal.papers.published import PublishedPaper, published_papers
from leeszaal.papers.run import CheckSummary, PaperSummary, check_paper, paper
from leeszaal.papers.settings import parse_parameters
from leeszaal.papers.template import Part, Template, read_template, template_names
from leeszaal.papers.values import Value, ValueGroup

__all__ = [
    "Block",
    "CheckSummary",
    "NewPaperSummary",
    "Paper",
    "PaperSummary",
    "Part",
    "PublishedPaper",
    "Template",
    "Value",
    "ValueGroup",
    "check_paper",
    "new_paper",
    "open_paper",
    "paper",
    "parse_parameters",
    "published_papers",
    "read_template",
    "template_names",
]
