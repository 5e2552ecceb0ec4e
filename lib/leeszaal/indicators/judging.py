"""Add judgments of supervision to `supervision.csv`: what stands there is left as it is, the new rows come below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, write_bytes
from leeszaal.home import Home, find_home
from leeszaal.indicators.cells import appended
from leeszaal.indicators.municipalities import load_municipalities
from leeszaal.indicators.supervision import COLUMNS, JUDGMENTS, Supervision, read_supervision, supervision_trend
from leeszaal.works.numbers import format_count

__all__ = ["SupervisionImported", "import_supervision"]


@dataclass(frozen=True)
class SupervisionImported:
    """What was added to the judgments, and what the table holds.

    Attributes
    ----------
    files, example, checked_only
        The files read; whether they are the invented example; whether nothing was written.
    added, same, apart
        Rows added; rows that were there already; rows added beside another judgment of another source.
    known
        Judgments in the table, those on which sources disagree aside.
    trend
        One row a domain and year: domain, year, number of each judgment, municipalities without one that year.
    notes
        Dutch sentences on what was repaired or set apart.
    """

    files: tuple[str, ...]
    example: bool
    checked_only: bool
    added: int
    same: int
    apart: int
    known: int
    trend: tuple[tuple[str, int, int, int, int, int], ...]
    notes: tuple[str, ...]

    def tell(self) -> str:
        """Return a Dutch account of some lines."""
        lines = []
        if self.files and self.checked_only:
            lines.append(f"{', '.join(self.files)}: in orde ({_judgments(self.known)}). Er is niets opgeslagen.")
        elif self.files:
            lines.append(f"{_judgments(self.added)} toegevoegd aan supervision.csv ({', '.join(self.files)}).")
        if self.same:
            lines.append(f"{_judgments(self.same)} stond{'en' if self.same > 1 else ''} er al.")
        if self.apart:
            lines.append(
                f"{_judgments(self.apart)} verschil{'len' if self.apart > 1 else 't'} van een andere bron: beide staan "
                "erin, en geen van beide telt mee. Kijk welke klopt."
            )
        lines += self.notes
        for domain, year, *counts, without in self.trend:
            told = [f"{number} {word}" for number, word in zip(counts, JUDGMENTS, strict=True) if number]
            if without:
                told.append(f"{without} zonder oordeel")
            lines.append(f"  {domain}, {year}: {', '.join(told)}")
        if not self.trend:
            lines.append("Er zijn nog geen oordelen. Geef een bestand, of bekijk het voorbeeld met --example.")
        return "\n".join(lines)


def _judgments(number: int) -> str:
    return format_count(number, "oordeel", "oordelen")


def import_supervision(
    files: Sequence[Path | str] | Path | str = (),
    *,
    home: Home | Path | str | None = None,
    check: bool = False,
    example: bool = False,
) -> SupervisionImported:
    """Check files with judgments of supervision and add them to `supervision.csv`; without a file, tell what is there.

    A judgment is an administrative decision: it is read, never computed. A row that was there already adds nothing;
    one that differs from that of another source is added beside it, and neither counts.

    Parameters
    ----------
    files
        One CSV or several, in the form of `literature/indicators/supervision-example.csv`.
    home
        The reading room.
    check
        Only check `files`; nothing is written.
    example
        Tell about the example with invented municipalities instead.

    Raises
    ------
    LeeszaalError
        On the first mistake, with its file and line, and when `example` is asked for together with files.
    """
    room = find_home(home)
    paths = [Path(files)] if isinstance(files, (str, Path)) else [Path(file) for file in files]
    names = load_municipalities(room)
    known = dict(zip(names["gemeentecode"], names["gemeente"], strict=True))
    folder = room.literature / "indicators"
    if example:
        if paths:
            raise LeeszaalError("Een voorbeeld en een eigen bestand gaan niet samen.", "Laat --example weg.")
        path = folder / "supervision-example.csv"
        found = read_supervision(read_bytes(path), room.relative(path), known, example=True)
        return _summary((), found, example=True)
    target = folder / "supervision.csv"
    content = read_bytes(target) if target.exists() else (",".join(COLUMNS) + "\n").encode()
    told = room.relative(target) if target.exists() else "supervision.csv"
    before = _records(read_supervision(content, told, known))
    there = {_key(row): str(row["oordeel"]) for row in before}
    places = {key[:3]: judgment for key, judgment in there.items()}
    added: list[dict[str, object]] = []
    same = apart = 0
    for path in paths:
        for row in _records(read_supervision(read_bytes(path), path.name, known)):
            key, judgment = _key(row), str(row["oordeel"])
            if key in there:
                if there[key] != judgment:
                    raise LeeszaalError(
                        f"{path.name}, regel {row['regel']}: het oordeel is ‘{judgment}’, maar volgens dezelfde bron "
                        f"stond er al ‘{there[key]}’.",
                        "Verbeter een van de twee, of noem de andere bron.",
                    )
                same += 1
                continue
            apart += places.get(key[:3], judgment) != judgment
            there[key] = places[key[:3]] = judgment
            added.append(row)
    after = content if check or not added else appended(content, added)
    held = read_supervision(after if not check else appended(content, added), told, known)
    if after is not content:
        write_bytes(target, after)
    return _summary(
        tuple(path.name for path in paths), held, checked_only=check, added=len(added), same=same, apart=apart
    )


def _key(row: dict[str, object]) -> tuple[str, str, str, str]:
    return (str(row["gemeentecode"]), str(row["jaar"]), str(row["domein"]), str(row["bron"]))


def _records(found: Supervision) -> list[dict[str, object]]:
    return [{str(key): value for key, value in row.items()} for row in found.every.to_dict("records")]


def _summary(files: tuple[str, ...], held: Supervision, **counts: int | bool) -> SupervisionImported:
    trend = supervision_trend(held)
    rows = trend[["domein", "jaar", *JUDGMENTS, "zonder"]].itertuples(index=False, name=None)
    numbers = {"added": 0, "same": 0, "apart": 0, "checked_only": False, "example": False} | counts
    return SupervisionImported(
        files=files, known=len(held.rows), notes=held.notes,
        trend=tuple((str(d), int(y), int(g), int(o), int(r), int(z)) for d, y, g, o, r, z in rows),
        **numbers,  # type: ignore[arg-type]
    )  # fmt: skip
