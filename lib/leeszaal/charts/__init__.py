"""Every figure of the papers and the site, each with its finding, its alt text, its source and its table.

A function takes a table and returns a frozen `Figure`; the finding in the title is computed from the table,
so that it is true for any data, small counts included.
"""

from __future__ import annotations

from leeszaal.charts.change import change_plot
from leeszaal.charts.counts import counts_over_time
from leeszaal.charts.described import DescribeSummary, NetworksSummary, describe, networks
from leeszaal.charts.dots import dot_plot
from leeszaal.charts.emergence import emergence
from leeszaal.charts.figure import FORMATS, Figure
from leeszaal.charts.heat import heat_map
from leeszaal.charts.multiples import small_multiples
from leeszaal.charts.network import network
from leeszaal.charts.prisma import prisma_flow
from leeszaal.charts.sentences import source_line
from leeszaal.charts.shares import share_over_periods
from leeszaal.charts.thematic import thematic_figure
from leeszaal.charts.topicfile import quality_figures, topics_of_file
from leeszaal.charts.topicmap import topic_map
from leeszaal.charts.trendfile import TrendsFileSummary, trend_figures, trends_of_file
from leeszaal.charts.turnout import turnout_change_figure, turnout_figure

__all__ = [
    "FORMATS",
    "DescribeSummary",
    "Figure",
    "NetworksSummary",
    "TrendsFileSummary",
    "change_plot",
    "counts_over_time",
    "describe",
    "dot_plot",
    "emergence",
    "heat_map",
    "network",
    "networks",
    "prisma_flow",
    "quality_figures",
    "share_over_periods",
    "small_multiples",
    "source_line",
    "thematic_figure",
    "topic_map",
    "topics_of_file",
    "trend_figures",
    "trends_of_file",
    "turnout_change_figure",
    "turnout_figure",
]
