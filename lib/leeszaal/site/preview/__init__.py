"""The verb `preview`: what a writer saves stands in the browser a moment later."""

from leeszaal.site.preview.verb import preview

__all__ = ["preview"]
