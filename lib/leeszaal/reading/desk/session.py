"""A reader at work: every decision is written first, and only then does the next work come."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library.decisionfile import Row, append_row, read_decision_files
from leeszaal.library.decisions import find_work, known_names, references
from leeszaal.reading.desk.pile import WORDS, Pile
from leeszaal.reading.desk.state import READING, SCREENING, Said, State
from leeszaal.works.plain import plain

__all__ = ["Order", "Session", "Status"]


class Order(Protocol):
    """What decides which work comes next; it may think in the background."""

    def judged(self, state: State) -> None:
        """Take in where the reader stands now."""

    def first(self, left: list[str]) -> str:
        """Return which of the works that are left is to be read next (there is at least one)."""


class AsLaid:
    """The order in which the pile lies."""

    def judged(self, state: State) -> None:
        """Nothing that is judged changes this order."""

    def first(self, left: list[str]) -> str:
        return left[0]


@dataclass(frozen=True)
class Status:
    """The last thing that happened, for the reader: what was saved, or what went wrong."""

    text: str = ""
    failed: bool = False


class Session:
    """One reader at one pile.

    A step (`judge`, `tag`, `note`, `undo`) first adds a line to the reader's file of decisions; when that fails,
    nothing changes and `status` says why. What was decided elsewhere meanwhile (another window, the command line) is
    taken in before the next step.

    Parameters
    ----------
    home
        The reading room.
    pile
        What lies on the table, from `leeszaal.reading.desk.pile.lay_out`.
    order
        What decides which work comes next; by default the order of the pile.
    now
        The clock, for tests.
    """

    def __init__(
        self,
        home: Home,
        pile: Pile,
        *,
        order: Order | None = None,
        now: Callable[[], datetime.datetime] = lambda: datetime.datetime.now(tz=datetime.UTC),
    ) -> None:
        self.home, self.pile, self.state = home, pile, pile.state
        self.status = Status()
        self.version = 0  # rises with every step, so that a key pressed twice counts once
        self._order: Order = order or AsLaid()
        self._now = now
        works, self._holders, keys = known_names(home)
        self._ids = works["work_id"].tolist()
        citekeys = dict(zip(pile.works["work_id"], pile.works["citekey"], strict=True))
        self._names = {work: references(work, citekey, keys.get(work, [])) for work, citekey in citekeys.items()}
        self._seen = self._mark()
        self._order.judged(self.state)
        self.current: str | None = self._next()

    def _mark(self) -> tuple[int, int] | None:
        path = self.home.decisions / f"{self.pile.person}.csv"
        return (path.stat().st_size, path.stat().st_mtime_ns) if path.is_file() else None

    def _next(self) -> str | None:
        left = self.state.left()
        return self._order.first(left) if left else None

    @property
    def work(self) -> dict[str, Any]:
        """The row of the work that is on the table.

        Raises
        ------
        LeeszaalError
            When everything is read.
        """
        if self.current is None:
            raise LeeszaalError("Deze stapel is uit: er is geen werk meer om over te beslissen.", "")
        place = self.state.works.index(self.current)
        return dict(self.pile.works.iloc[place])

    def judge(self, verb: str, reason: str = "") -> bool:
        """Include, exclude or doubt the work on the table; return whether that was saved."""
        if verb not in SCREENING:
            raise ValueError(f"verb must be one of {', '.join(SCREENING)}, not {verb!r}")
        work = self._at_hand()
        if work is None:
            return False
        said = Said(work, verb, "", plain(reason) or "")
        if not self._save(said):
            return False
        why = f" ({said.reason})" if said.reason else ""
        self.status = Status(f"Opgeslagen: nr. {self.state.read} {WORDS[verb]}{why}.")
        self._order.judged(self.state)
        self.current = self._next()
        return True

    def tag(self, label: str) -> bool:
        """Give the work on the table a subtheme, or take it off when it has it; return whether that was saved."""
        work = self._at_hand()
        if work is None:
            return False
        name = self.pile.taxonomy.label_name(label)
        has = label in self.labels(work)
        if not self._save(Said(work, "untag" if has else "tag", label)):
            return False
        self.status = Status(f"Opgeslagen: label ‘{name}’ {'weg' if has else 'erbij'}.")
        return True

    def note(self, text: str) -> bool:
        """Keep a note at the work on the table; return whether that was saved."""
        work, said = self._at_hand(), plain(text) or ""
        if work is None:
            return False
        if not said:
            self.status = Status("Er stond niets in de notitie; er is niets bewaard.", failed=True)
            return False
        if not self._save(Said(work, "note", said)):
            return False
        self.status = Status("Opgeslagen: notitie bij dit werk.")
        return True

    def undo(self) -> bool:
        """Take the last decision about this pile back, by adding a line; its work comes back on the table."""
        self._refresh()
        if not self.state.said:
            self.status = Status("Er is niets meer om terug te nemen.", failed=True)
            return False
        last = self.state.said[-1]
        row = self._row(last.name, "undo", f"{last.verb} {last.time}")
        if not self._write(row):
            return False
        self.state = self.state.taken_back()
        self.version += 1
        what = WORDS.get(last.verb) or ("notitie" if last.verb == "note" else "label")
        back = " Het werk ligt weer voor u." if last.verb in SCREENING else ""
        self.status = Status(f"Teruggenomen: {what}.{back}")
        self._order.judged(self.state)
        if last.work_id in self.state.left():
            self.current = last.work_id
        elif self.current is None or self.current not in self.state.left():
            self.current = self._next()
        return True

    def labels(self, work_id: str, found: dict[str, str] | None = None) -> dict[str, str]:
        """Return the subthemes of a work with the reason: the tagger's, then what others said, then this reader.

        Parameters
        ----------
        work_id
            Of the pile.
        found
            Subthemes that the rules find, with the reason: they count where `tag` did not run, and where it may have
            left one out because this reader had taken it off.
        """
        kept = {
            label: why for label, why in (found or {}).items()
            if not self.pile.tagged or (work_id, label) in self.pile.untagged
        }  # fmt: skip
        has = {**kept, **self.pile.given.get(work_id, {})}
        for label, (yes, who) in self.pile.voiced.get(work_id, {}).items():
            if yes:
                has[label] = f"volgens {who}"
            else:
                has.pop(label, None)
        for label, yes in self.state.tags(work_id).items():
            if yes:
                has[label] = "volgens u"
            else:
                has.pop(label, None)
        return has

    def _at_hand(self) -> str | None:
        """Return the work on the table after a look at what was decided elsewhere; None when that changed it."""
        before = self.current
        self._refresh()
        if self.current is None or self.current != before:
            text = "Dit werk is intussen elders beoordeeld; hier is niets bewaard." if before else "Deze stapel is uit."
            self.status = Status(text, failed=True)
            return None
        return self.current

    def _refresh(self) -> None:
        if self._mark() == self._seen:
            return
        rows = [row for row in read_decision_files(self.home) if row.person == self.pile.person]
        pile = set(self.state.works)
        said = []
        for row in sorted(rows, key=lambda row: row.line):
            if row.undone or row.problem or row.verb not in READING:
                continue
            found = find_work(row.work, self._holders)
            if found is not None and self._ids[found] in pile:
                said.append(Said(self._ids[found], row.verb, row.value, row.reason, row.time, row.work))
        self.state = replace(self.state, said=tuple(said), since=min(self.state.since, len(said)))
        self._seen = self._mark()
        self.version += 1
        self._order.judged(self.state)
        if self.current not in self.state.left():
            self.current = self._next()

    def _save(self, said: Said) -> bool:
        row = self._row(self._names[said.work_id], said.verb, said.value, said.reason)
        if not self._write(row):
            return False
        self.state = self.state.add(replace(said, time=row.time, name=row.work))
        self.version += 1
        return True

    def _row(self, work: str, verb: str, value: str = "", reason: str = "") -> Row:
        time = self._now().strftime("%Y-%m-%dT%H:%M:%SZ")
        return Row(time, self.pile.person, verb, work, value, reason, "", 0)

    def _write(self, row: Row) -> bool:
        try:
            append_row(self.home, row)
        except LeeszaalError as error:
            self.status = Status(f"NIET bewaard. {error.message} {error.remedy}".strip(), failed=True)
            return False
        self._seen = self._mark()
        return True
