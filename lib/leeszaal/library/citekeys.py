"""Citekeys that were given are kept: `literature/citekeys/<person>.csv`, only ever added to.

A key follows from the earliest record of a work. Evidence that was taken in elsewhere may turn out to be earlier, a
source may correct a title, a person may take a work apart: papers must not notice. So each build writes down the keys
it gives, with what their works are known by, and the next one gives the same. One file a person, so that two people
who share a library never change one file; where both gave one key to two works, the earliest line holds.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, writing
from leeszaal.home import Home
from leeszaal.library.decisionfile import utc_now
from leeszaal.library.identity import unique_key
from leeszaal.works.decode import decode

__all__ = ["Given", "Pin", "append_pins", "give_citekeys", "read_pins"]

COLUMNS = ("time", "citekey", "work")
# How the most telling name of a record begins: a hash of all it says.
SAID = "said:"
_BETWEEN = " ; "


class Pin(NamedTuple):
    """A citekey that was given.

    Attributes
    ----------
    time
        UTC, ISO.
    told
        What the earliest record of the work is known by, most telling first, between " ; ": a hash of all it says, its
        mark, its keys.
    """

    time: str
    citekey: str
    told: str

    @property
    def telling(self) -> str:
        """Return the most telling name."""
        return self.told.partition(_BETWEEN)[0]

    @property
    def others(self) -> list[str]:
        """Return the other names."""
        return self.told.split(_BETWEEN)[1:]


@dataclass(frozen=True)
class Given:
    """The citekeys of records.

    Attributes
    ----------
    keys
        For each record the key of its work if it is the earliest of that, else one by which the work is found too.
    others
        Place of a record and a key that its work bore before.
    new
        Places (each the earliest of its work) of which the key was not given before.
    remarks
        Dutch: keys that two people gave to two works.
    """

    keys: list[str]
    others: list[tuple[int, str]] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_pins(home: Home) -> list[Pin]:
    """Return the citekeys that were given, in the order in which they were.

    Raises
    ------
    LeeszaalError
        When a file cannot be read or its first line does not name the columns.
    """
    found: list[Pin] = []
    for path in sorted((home.literature / "citekeys").glob("*.csv"), key=lambda path: path.stem):
        text = decode(read_bytes(path)).text
        head = text.split("\n", 1)[0]
        rows = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=head.count))
        if tuple(next(rows, ())) != COLUMNS:
            raise LeeszaalError(
                f"{home.relative(path)}, regel 1: dit bestand met vaste citekeys begint niet met {','.join(COLUMNS)}.",
                "Zet het terug uit een reservekopie of uit git.",
            )
        # A last line that was cut off names no work and is passed over.
        found += [Pin(*row) for row in rows if len(row) == 3 and row[1] and row[2]]
    return sorted(found, key=lambda pin: pin.time)  # of one moment in the order of the files, and of their lines


def append_pins(home: Home, person: str, pins: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Write down citekeys and what their works are known by; when this returns, they are on the disk.

    Raises
    ------
    LeeszaalError
        When they cannot be written; the file is as it was.
    """
    if not pins:
        return
    path = home.literature / "citekeys" / f"{person}.csv"
    now = utc_now()
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as stream:
            before = stream.seek(0, os.SEEK_END)
            if not before:
                writer.writerow(COLUMNS)
            elif not path.read_bytes().endswith(b"\n"):
                sink.write("\n")
            writer.writerows((now, key, _BETWEEN.join(names)) for key, names in pins)
            try:
                stream.write(sink.getvalue().encode())
                stream.flush()
                os.fsync(stream.fileno())
            except OSError:
                stream.truncate(before)
                raise


def give_citekeys(
    bases: Sequence[str],
    names: Sequence[Sequence[str]],
    clusters: Sequence[tuple[int, ...]],
    pins: Sequence[Pin],
) -> Given:
    """Return a citekey for each record; no two are the same (capitals do not count), and what was given stays.

    Parameters
    ----------
    bases
        For each record the key it would have by itself, see `leeszaal.library.identity.base_key`.
    names
        What each record is known by, most telling first.
    clusters
        The records of each work, earliest first.
    pins
        Keys that were given, in order.
    """
    work = [0] * len(bases)
    for number, places in enumerate(clusters):
        for place in places:
            work[place] = number
    bearer: dict[str, int] = {}
    own_pins: dict[int, list[tuple[int, str]]] = {}
    remarks = []
    for pin, at in zip(pins, _find(pins, names, work), strict=True):
        folded = pin.citekey.casefold()
        if at is None:
            bearer.setdefault(folded, -1)  # its work is not there now, and may come back
        elif bearer.get(folded, -1) < 0:
            bearer[folded] = work[at]
            own_pins.setdefault(work[at], []).append((at, pin.citekey))
        elif bearer[folded] != work[at]:
            remarks.append(f"De citekey {pin.citekey} is aan twee werken gegeven; wie hem het eerst had, houdt hem.")
    keys: list[str | None] = [None] * len(bases)
    others: list[tuple[int, str]] = []
    for number, found in own_pins.items():
        first = clusters[number][0]
        keys[first] = found[0][1]
        for place, key in found[1:]:
            if keys[place] is None:
                keys[place] = key
            else:
                others.append((place, key))
    taken = set(bearer)
    new = []
    for place, base in enumerate(bases):
        if keys[place] is None:
            keys[place] = unique_key(base, taken)
            taken.add(str(keys[place]).casefold())
            if clusters[work[place]][0] == place:
                new.append(place)
    return Given([str(key) for key in keys], others, new, remarks)


def _find(pins: Sequence[Pin], names: Sequence[Sequence[str]], work: Sequence[int]) -> list[int | None]:
    """Return for each pin the record it is about.

    First by the most telling name alone; then by the others, where a work that no pin found yet goes before: of two
    works that are known by the same names, each keeps its own key.
    """
    if not pins:
        return []
    telling = {own[0]: place for place, own in zip(range(len(names) - 1, -1, -1), reversed(names), strict=True)}
    # A name may be the most telling of one record and another name of an earlier one; a hash of all it says is not.
    found = [telling.get(pin.telling) if pin.told.startswith(SAID) else None for pin in pins]
    lost = [i for i, place in enumerate(found) if place is None]
    if not lost:
        return found
    holders: dict[str, list[int]] = {}
    for place, own in enumerate(names):
        for name in own:
            holders.setdefault(name, []).append(place)
    for i in lost:
        found[i] = next(iter(holders.get(pins[i].telling, ())), None)
    has = {work[place] for place in found if place is not None}
    for i in lost:
        pin = pins[i]
        if found[i] is None:
            places = [place for name in pin.others for place in holders.get(name, ())]
            if places:
                found[i] = at = next((place for place in places if work[place] not in has), places[0])
                has.add(work[at])
    return found
