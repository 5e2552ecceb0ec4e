"""Leeszaal: the literature workbench of a Dutch province."""

__version__ = "0.1.0"
