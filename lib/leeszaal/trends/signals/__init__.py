"""Signals: what grows or appears against its past, with what speaks for and against it."""

from leeszaal.trends.signals.summary import AsOfSummary, SignalsSummary
from leeszaal.trends.signals.verb import load_new_terms, load_signal_works, load_signals, signals

__all__ = ["AsOfSummary", "SignalsSummary", "load_new_terms", "load_signal_works", "load_signals", "signals"]
