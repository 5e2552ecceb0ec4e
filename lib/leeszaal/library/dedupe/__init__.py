"""Which records tell of the same work: identifiers first, then blocks, points and guards."""
