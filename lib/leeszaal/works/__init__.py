"""What a work is, and reading and writing the files in which references travel."""

from leeszaal.works.csl import to_csl
from leeszaal.works.read import read_content, read_file
from leeszaal.works.record import TYPES, Reading, Record, Reject

__all__ = ["TYPES", "Reading", "Record", "Reject", "read_content", "read_file", "to_csl"]
