"""Local servers that speak as the sources do, with faults on demand."""
