"""A harvest in a process of its own, to be killed."""

from __future__ import annotations

import os
from pathlib import Path


def harvest_openalex(home: Path, url: str) -> None:
    """Harvest all there is at `url`, a page in some 20 milliseconds."""
    os.environ["LEESZAAL_OPENALEX_URL"] = url
    from leeszaal.harvest.openalex import OpenAlex
    from leeszaal.harvest.transport import Limits
    from leeszaal.library.harvesting import harvest

    OpenAlex.limits = Limits(50)
    harvest(source="openalex", query="toezicht", home=home, yes=True)
