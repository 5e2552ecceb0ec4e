"""What papers and the pages of the site read of a library alike, each table at most once."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from leeszaal.home import Home
from leeszaal.library.store import read_stamp
from leeszaal.topics import load_assignments, load_topics
from leeszaal.trends import load_trends

__all__ = ["Tables"]


class Tables:
    """The derived tables of a reading room; who inherits has a `home`."""

    home: Home

    @cached_property
    def topics(self) -> pd.DataFrame:
        return load_topics(self.home)

    @cached_property
    def assignments(self) -> pd.DataFrame:
        return load_assignments(self.home)

    @cached_property
    def trends(self) -> pd.DataFrame:
        return load_trends(self.home)

    @cached_property
    def reference_date(self) -> str:
        """The day of the newest evidence (ISO): what the figures say something about."""
        return str((read_stamp(self.home, "build") or {}).get("facts", {}).get("reference_date", ""))[:10]
