"""Which records tell of the same work: identifiers first, then blocks, points and guards."""

from __future__ import annotations

from leeszaal.library.dedupe.dedupe import Duplicates, find_duplicates

__all__ = ["Duplicates", "find_duplicates"]
