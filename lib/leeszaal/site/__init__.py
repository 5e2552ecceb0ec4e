"""The site of a reading room: pages, papers as HTML, PDF and Word, and the gate before publishing."""

from leeszaal.site.gate import Finding
from leeszaal.site.preview import preview
from leeszaal.site.render import SiteSummary, site
from leeszaal.site.version import VersionSummary, render_version

__all__ = ["Finding", "SiteSummary", "VersionSummary", "preview", "render_version", "site"]
