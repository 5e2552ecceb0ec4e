"""The parts of the site's own pages that are computed: front page, themes, works, papers, method."""

from leeszaal.site.pages.write import write_parts

__all__ = ["write_parts"]
