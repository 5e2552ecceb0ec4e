"""Signed versions of a paper: `papers/<slug>/versions/<n>/`, written once and never changed.

A version holds the writer's text and parameters, the executed notebook with its figures, what it cites, the works
behind it, and every value as it was. So it can be rendered again word for word, whatever became of the library since. A
decision (`sign` on `paper:<slug>`) says who signed it, when and why; one that was taken back no longer counts, but its
folder stays.
"""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import leeszaal
from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import fresh_folder, read_bytes, sha256
from leeszaal.home import Home, find_home
from leeszaal.library import decide
from leeszaal.library.decisions import subject_decisions
from leeszaal.works.numbers import format_count, format_date

__all__ = [
    "SignSummary", "Version", "VersionsSummary", "last_signed", "paper_versions", "read_version", "sign_paper",
    "signed_sentences", "signed_versions",
]  # fmt: skip

_NUMBER = re.compile(r"versie (\d+)")
_SENTENCE = re.compile(r"zin ([0-9a-f]{12}) ([0-9a-f]{12})")


@dataclass(frozen=True)
class Version:
    """A signed version.

    Parameters
    ----------
    number, folder
        Which, and where.
    time, person, reason
        Of the decision that signed it.
    state
        Of the run: ``values`` (name to text), ``sentences`` (id to values), ``works`` (id to what it is called),
        ``topics`` (number to name and works).
    """

    number: int
    folder: Path
    time: str
    person: str
    reason: str
    state: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class SignSummary:
    """The version that was signed."""

    slug: str
    version: int
    person: str
    folder: str
    accepted: int

    def tell(self) -> str:
        accepted = format_count(self.accepted, "zin is", "zinnen zijn") + " daarmee afgehandeld."
        return (
            f"Versie {self.version} van paper ‘{self.slug}’ is ondertekend door {self.person}."
            f"{' ' + accepted if self.accepted else ''}\n"
            f"Zij blijft bewaard in {self.folder}. Ongedaan maken: leeszaal undo"
        )


@dataclass(frozen=True)
class VersionsSummary:
    """The signed versions of a paper."""

    slug: str
    versions: list[dict[str, Any]]

    def tell(self) -> str:
        if not self.versions:
            return f"Paper ‘{self.slug}’ is nog niet ondertekend. Onderteken haar met: leeszaal paper sign {self.slug}"
        rows = []
        for one in self.versions:
            reason = f" – {one['reason']}" if one["reason"] else ""
            rows.append(f"  {one['number']:>3}  {format_date(one['time'][:10])}  {one['person']}{reason}")
        return f"Ondertekende versies van ‘{self.slug}’:\n" + "\n".join(rows)


def _folders(home: Home, slug: str) -> dict[int, Path]:
    found = (home.papers / slug / "versions").glob("*")
    return {int(path.name): path for path in found if path.name.isdigit() and path.is_dir()}


def signed_versions(home: Home, slug: str) -> list[Version]:
    """Return the versions whose decision stands, oldest first.

    Raises
    ------
    LeeszaalError
        When a version that was signed is gone, or a file in it is not what was signed.
    """
    decisions = subject_decisions(home, "paper")
    decisions = decisions[(decisions["name"] == slug) & (decisions["verb"] == "sign")]
    folders = _folders(home, slug)
    found: dict[int, Version] = {}
    for row in decisions.itertuples():
        number = _NUMBER.fullmatch(str(row.value))
        if number is None:
            continue
        folder = folders.get(int(number[1]))
        if folder is None:
            raise LeeszaalError(
                f"Versie {number[1]} van paper ‘{slug}’ is ondertekend, maar haar map in versions/ is weg.",
                "Zet de map terug uit de reservekopie of uit git.",
            )
        state = _checked(home, folder)
        found[int(number[1])] = Version(int(number[1]), folder, str(row.time), str(row.person), str(row.reason), state)
    return [found[number] for number in sorted(found)]


def _checked(home: Home, folder: Path) -> dict[str, Any]:
    manifest = json.loads(read_bytes(folder / "version.json"))
    for name, digest in manifest["files"].items():
        if not (folder / name).is_file() or sha256(read_bytes(folder / name)) != digest:
            raise LeeszaalError(
                f"{home.relative(folder)}/{name} is niet meer wat er is ondertekend.",
                "Zet het bestand terug uit de reservekopie of uit git. Een ondertekende versie verandert niet.",
            )
    state: dict[str, Any] = json.loads(read_bytes(folder / "values.json"))
    return state


def last_signed(home: Home, slug: str) -> Version | None:
    """Return the newest version whose decision stands, or None."""
    if not slug or not _folders(home, slug):
        return None
    return next(reversed(signed_versions(home, slug)), None)


def read_version(home: Home, slug: str, number: int) -> Version:
    """Return one signed version.

    Raises
    ------
    LeeszaalError
        When there is no such version, or it was changed.
    """
    versions = {one.number: one for one in signed_versions(home, slug)}
    if number not in versions:
        raise LeeszaalError(
            f"Paper ‘{slug}’ heeft geen ondertekende versie {number}.", nearest(str(number), map(str, versions))
        )
    return versions[number]


def paper_versions(slug: str, *, home: Home | Path | str | None = None) -> VersionsSummary:
    """Tell which versions of a paper were signed, by whom and when."""
    room = find_home(home)
    room.paper(slug)
    rows = [
        {"number": one.number, "time": one.time, "person": one.person, "reason": one.reason,
         "folder": room.relative(one.folder)}
        for one in signed_versions(room, slug)
    ]  # fmt: skip
    return VersionsSummary(slug, rows)


def signed_sentences(home: Home, slug: str) -> set[tuple[str, str]]:
    """Return the sentences that a person said still hold: (id of the sentence, id of the values it then had)."""
    decisions = subject_decisions(home, "paper")
    decisions = decisions[(decisions["name"] == slug) & (decisions["verb"] == "sign")]
    found = (_SENTENCE.fullmatch(str(value)) for value in decisions["value"])
    return {(match[1], match[2]) for match in found if match}


def sign_paper(
    slug: str,
    *,
    reason: str = "",
    person: str | None = None,
    home: Home | Path | str | None = None,
) -> SignSummary:
    """Sign a paper as it was run last: keep it as a version, and record the decision.

    Every sentence that waited for the writer is accepted with it.

    Raises
    ------
    LeeszaalError
        When the paper has not been run since it changed, its text cannot be honoured, or it cannot be written.
    """
    from leeszaal.papers.living import state_of, to_review
    from leeszaal.papers.published import read_published
    from leeszaal.papers.run import is_current, open_settings
    from leeszaal.papers.settings import read_settings
    from leeszaal.papers.sources import references

    room = find_home(home)
    settings = read_settings(room, slug)
    folder = room.paper(slug)
    if not is_current(room, settings):
        raise LeeszaalError(
            f"Paper ‘{slug}’ is veranderd sinds zij is gemaakt; wat u ondertekent moet u hebben kunnen lezen.",
            f"Maak haar eerst opnieuw met: leeszaal paper {slug}",
        )
    contents = open_settings(room, settings)
    made = read_bytes(folder / f"{slug}.ipynb")
    cited = read_published(slug, json.loads(made)).cited  # also what is computed cites works
    waiting = len(to_review(contents))
    number = max(_folders(room, slug), default=0) + 1
    works = contents.works[["work_id", "citekey", "title", "year"]]
    files = {
        "text.md": read_bytes(folder / "text.md") if (folder / "text.md").is_file() else b"",
        "paper.yaml": read_bytes(folder / "paper.yaml"),
        f"{slug}.ipynb": made,
        "references.json": _json(references(room, contents.library, cited)),
        "works.csv": works.to_csv(index=False, lineterminator="\n").encode("utf-8"),
        "values.json": _json(state_of(contents)),
    }
    for path in sorted((folder / "figures").glob("*")):
        files[f"figures/{path.name}"] = read_bytes(path)
    manifest = {
        "paper": slug, "number": number, "leeszaal": leeszaal.__version__,
        "time": datetime.datetime.now(tz=datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "files": {name: sha256(content) for name, content in sorted(files.items())},
    }  # fmt: skip
    place = folder / "versions" / str(number)
    with fresh_folder(place) as new:
        for name, content in {**files, "version.json": _json(manifest)}.items():
            (new / name).parent.mkdir(exist_ok=True)
            (new / name).write_bytes(content)
    signed = decide("sign", f"paper:{slug}", f"versie {number}", reason, person=person, home=room)
    return SignSummary(slug, number, signed.person, room.relative(place), waiting)


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")
