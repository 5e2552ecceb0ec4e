"""The command line: the same verbs as the package, a module a stage, in the order of the flow."""

from leeszaal.cli.base import cli

# Each module registers its verbs as it is imported; the order here is the order of the help.
from leeszaal.cli import start, harvesting, library, reading, topics, trends, scale, indicators, papers, site  # isort: skip

from leeszaal.cli.run import main

__all__ = ["cli", "main"]
_STAGES = (start, harvesting, library, reading, topics, trends, scale, indicators, papers, site)
