"""Trends: shares of the corpus through time, whether they grow, and when they jumped."""

from leeszaal.trends.bursts import burst_table
from leeszaal.trends.counts import check_years, pick_unit, usable_years, yearly_counts
from leeszaal.trends.growth import growth_table
from leeszaal.trends.periods import periods_of
from leeszaal.trends.signals import load_new_terms, load_signal_works, load_signals, signals
from leeszaal.trends.table import TableTrends, WorksTable, read_trend_table, read_works_table, table_trends
from leeszaal.trends.verb import TrendsSummary, load_bursts, load_growth, load_trends, trends

__all__ = [
    "TableTrends",
    "TrendsSummary",
    "WorksTable",
    "burst_table",
    "check_years",
    "growth_table",
    "load_bursts",
    "load_growth",
    "load_new_terms",
    "load_signal_works",
    "load_signals",
    "load_trends",
    "periods_of",
    "pick_unit",
    "read_trend_table",
    "read_works_table",
    "signals",
    "table_trends",
    "trends",
    "usable_years",
    "yearly_counts",
]
