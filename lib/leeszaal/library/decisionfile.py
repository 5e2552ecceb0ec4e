"""The files of decisions: `literature/decisions/<person>.csv`, one a person, only ever added to.

A file that someone edited in Excel is read too: commas, semicolons or tabs, a BOM, Windows line ends, columns in
another order, dates as Excel writes them. What is added to such a file is added in its own manner.
"""

from __future__ import annotations

import csv
import datetime
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import read_bytes, writing
from leeszaal.home import Home
from leeszaal.library.subjects import SUBJECTS, WORK_VERBS, parse_subject, unfit
from leeszaal.works.decode import decode
from leeszaal.works.plain import plain

__all__ = ["COLUMNS", "VERBS", "Row", "append_row", "read_decision_files", "utc_now"]

COLUMNS = ("time", "person", "verb", "work", "value", "reason")
VERBS = (*WORK_VERBS, *sorted({v for s in SUBJECTS.values() for v in s.verbs} - set(WORK_VERBS)), "undo")
_TIMES = ("%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y")
_UNDONE = re.compile(r"(?P<verb>[a-z]+) (?P<time>\S+)")


@dataclass(frozen=True)
class Row:
    """One line of a file of decisions.

    Attributes
    ----------
    time
        UTC, ISO ("2026-11-24T03:30:25Z"); "" where it cannot be read.
    person
        Whose decision: the name of the file.
    work
        The names and identifiers of the work, apart by " ; "; or "topic:7", "signal:…", "paper:…".
    file, line
        Where it stands, from the reading room; lines counted from 1.
    undone
        Taken back by a later line.
    problem
        Dutch: why it cannot be followed, or "".
    """

    time: str
    person: str
    verb: str
    work: str
    value: str
    reason: str
    file: str
    line: int
    undone: bool = False
    problem: str = ""


def _time(text: str) -> str:
    """Return a time as UTC ISO, or "" when it is none. What Excel wrote has no zone and is taken as UTC."""
    moment = None
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        for form in _TIMES:
            try:
                moment = datetime.datetime.strptime(text, form)
                break
            except ValueError:
                continue
    if moment is None:
        return ""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def utc_now() -> str:
    """Return the time as files of people's words have it."""
    return datetime.datetime.now(tz=datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _separator(header: str) -> str:
    return max(",;\t", key=header.count)


def _header(lines: list[str], name: str) -> tuple[int, str, list[str]]:
    """Return the line of the header (from 0), the separator, and the columns in lower case."""
    start = 1 if lines and lines[0].lower().startswith("sep=") else 0
    first = lines[start] if len(lines) > start else ""
    separator = _separator(first)
    columns = [cell.strip().lower() for cell in next(csv.reader([first], delimiter=separator), [])]
    missing = [column for column in COLUMNS if column not in columns]
    if missing:
        raise LeeszaalError(
            f"{name}, regel {start + 1}: in dit bestand met beslissingen ontbreekt de kolom ‘{missing[0]}’.",
            f"De eerste regel hoort te zijn: {','.join(COLUMNS)}",
        )
    return start, separator, columns


def read_decision_files(home: Home, before: str = "") -> list[Row]:
    """Return every line of every file, in the order of time, then person, then line; nothing is left out.

    With `before` (UTC, ISO) the files are read as they were at that moment; a line whose time cannot be read stays in.

    Raises
    ------
    LeeszaalError
        When a file cannot be read or its first line does not name the columns.
    """
    rows: list[Row] = []
    for path in sorted(home.decisions.glob("*.csv")):
        if not path.name.startswith("."):
            rows += _undone([row for row in _read(home, path) if not before or row.time < before])
    return sorted(rows, key=lambda row: (row.time, row.person, row.line))


def _read(home: Home, path: Path) -> list[Row]:
    name = home.relative(path)
    text = decode(read_bytes(path)).text
    if not text.strip():
        return []
    lines = text.split("\n")
    start, separator, columns = _header(lines, name)
    rows = []
    for line, cells in _cells(lines, start + 1, separator):
        said = dict.fromkeys(COLUMNS, "") | dict(zip(columns, cells, strict=False))
        verb, moment = said["verb"].strip().lower(), _time(said["time"].strip())
        problem = ""
        if len(cells) < len(columns) or any(cell.strip() for cell in cells[len(columns) :]):
            problem = f"De regel heeft {len(cells)} cellen in plaats van {len(columns)}."
        elif verb not in VERBS:
            problem = f"‘{said['verb']}’ is geen soort beslissing. {nearest(verb, VERBS)}".strip()
        elif not moment:
            problem = f"‘{said['time']}’ is geen tijd zoals 2026-11-24T09:30:00Z."
        elif verb != "undo":
            problem = unfit(verb, said["work"])
        work = plain(said["work"]) or ""
        named = parse_subject(work)
        rows.append(
            Row(
                moment, path.stem, verb, ":".join(named) if named else work, plain(said["value"]) or "",
                plain(said["reason"]) or "", name, line, problem=problem,
            )
        )  # fmt: skip
    return rows


def _cells(lines: list[str], start: int, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line number and the cells of each row from line `start` (counted from 0).

    A cell may run over several lines, but a quote that was never closed (a line that was cut off) must not swallow
    the decisions below it: a row stops where the next line begins with a time of its own.
    """
    while start < len(lines):
        for stop in range(start + 1, len(lines) + 1):
            text = "\n".join(lines[start:stop])
            begins = stop < len(lines) and _time(lines[stop].split(separator)[0].strip('" '))
            if text.count('"') % 2 == 0 or begins or stop == len(lines):
                break
        if text.count('"') % 2 and stop > start + 1 and not begins:
            stop, text = start + 1, lines[start]  # never closed at all
        cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
        if any(cell.strip() for cell in cells):
            yield start + 1, cells if text.count('"') % 2 == 0 else cells[:-1]
        start = stop


def _undone(rows: list[Row]) -> list[Row]:
    """Mark what an "undo" takes back: the decision it names, else the last one above it that still stands."""
    out = list(rows)
    for place, row in enumerate(rows):
        if row.verb != "undo" or row.problem:
            continue
        named = _UNDONE.fullmatch(row.value)
        for above in range(place - 1, -1, -1):
            other = out[above]
            if other.undone or other.verb == "undo" or other.problem:
                continue
            if named and (other.verb, other.time) != (named["verb"], named["time"]):
                continue
            if row.work and other.work != row.work:
                continue
            out[above] = replace(other, undone=True)
            break
        else:
            out[place] = replace(row, problem="Er is geen beslissing die dit terugneemt.")
    return out


def append_row(home: Home, row: Row) -> Path:
    """Add one decision to the file of its person; when this returns, it is on the disk.

    Raises
    ------
    LeeszaalError
        When it cannot be written (a full disk, a read-only folder), or the file cannot hold it; the file is as it
        was.
    """
    path = home.decisions / f"{row.person}.csv"
    old = path.read_bytes() if path.is_file() else b""
    separator, columns, encoding, end = ",", list(COLUMNS), "utf-8", "\n"
    lead = ",".join(COLUMNS) + "\n"
    if old.strip():
        text = decode(old)
        _, separator, columns = _header(text.text.split("\n"), home.relative(path))
        end = "\r\n" if b"\r\n" in old or b"\r\x00\n" in old else "\n"
        lead = "" if old.endswith((b"\n", b"\n\x00")) else end
        encoding = "utf-8" if text.encoding == "utf-8-sig" else text.encoding
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter=separator, lineterminator=end)
    writer.writerow([getattr(row, column, "") if column in COLUMNS else "" for column in columns])
    try:
        added = (lead + sink.getvalue()).encode(encoding)
    except UnicodeEncodeError as error:
        raise LeeszaalError(
            f"{home.relative(path)} is bewaard als {encoding}, waarin ‘{error.object[error.start]}’ niet bestaat. "
            "De beslissing is niet bewaard.",
            "Bewaar het bestand in Excel als ‘CSV UTF-8’ en probeer het opnieuw.",
        ) from error
    with writing(path):
        home.decisions.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as stream:
            before = stream.seek(0, os.SEEK_END)
            try:
                stream.write(added)
                stream.flush()
                os.fsync(stream.fileno())
            except OSError:
                stream.truncate(before)
                raise
    return path
