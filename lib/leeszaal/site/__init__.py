"""The site of a reading room: pages, papers as HTML, PDF and Word, and the gate before publishing."""

from leeszaal.site.gate import Finding
from leeszaal.site.render import SiteSummary, site

__all__ = ["Finding", "SiteSummary", "site"]
