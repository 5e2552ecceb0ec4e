"""Assessment frameworks: by which criteria a province looks at a task, on what legal basis, and what follows.

A framework is a file that a person writes, `literature/frameworks/<id>.yaml`; what all of them share (laws, principles,
the ladder of intervention, hearing both sides) stands in `gedeeld.yaml` beside them. What green, orange and red mean is
said in words: nothing here looks at a municipality, and nothing here gives one a colour.

A law whose article nobody has looked up says `checked: false`. It may stand in the file, as a reminder; it is no basis
for a criterion (`Criterion.basis`) but stands apart (`Criterion.unchecked`).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.indicators.supervision import DOMAINS, JUDGMENTS, WATER_DOMAINS
from leeszaal.yamlfile import YamlFile, read_yaml

if TYPE_CHECKING:
    import pandas as pd

    from leeszaal.home import Home
    from leeszaal.reading import Taxonomy

__all__ = ["Criterion", "Framework", "Law", "Line", "Step", "criterion_works", "framework_names", "load_framework"]

SHARED = "gedeeld"
STATES = ("concept", "vastgesteld")
OVER = {"gemeenten": DOMAINS, "waterschappen": WATER_DOMAINS}
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_TERM_KINDS = ("nl", "en")


@dataclass(frozen=True)
class Law:
    """A legal basis: which article, what it says in a few words, and where that was read.

    `checked` is False where nobody has read the article yet: `source` is then empty or says what is known.
    `note` is what a reader must know, such as that the text read is an older version.
    """

    id: str
    law: str
    article: str
    says: str
    source: str
    checked: bool
    url: str = ""
    citekey: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """The law with its article: "Gemeentewet, artikel 203"."""
        return f"{self.law}, {self.article}" if self.article else self.law


@dataclass(frozen=True)
class Line:
    """A sentence with where it comes from: a principle, a rule of hearing. `citekey` is a work of the library."""

    text: str
    source: str
    citekey: str = ""


@dataclass(frozen=True)
class Step:
    """A step of the ladder of intervention: what the province does, who does it, and when."""

    name: str
    what: str
    who: str


@dataclass(frozen=True)
class Criterion:
    """One criterion of a framework.

    Attributes
    ----------
    id, name, question
        Key, name, and what is looked at, as a question.
    norm
        What must be so.
    basis, unchecked
        Legal bases that were looked up, and those that were not.
    indicator, source
        By what it is seen, and where that stands.
    colours
        What green, orange and red mean, in words.
    follow
        The next step when it is not green.
    labels, terms
        Behind which labels of the taxonomy, and which words in a title, summary or keyword (pairs of a word and its
        language; none: all works with such a label), the literature stands.
    """

    id: str
    name: str
    question: str
    norm: str
    basis: tuple[Law, ...]
    unchecked: tuple[Law, ...]
    indicator: str
    source: str
    colours: Mapping[str, str]
    follow: str
    labels: tuple[str, ...]
    terms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Framework:
    """A framework for one domain of supervision; see `load_framework`.

    Attributes
    ----------
    id, name, domain, over
        Key and file name, name, the domain as in `supervision.csv`, and who is supervised: "gemeenten" or
        "waterschappen".
    theme
        Label or theme of the taxonomy.
    state
        "concept" or "vastgesteld" (adopted by the college).
    purpose, scope
        What it is for, and what falls outside it.
    evaluation, evaluation_why
        Day on which it is looked at again, and why then.
    principles, ladder, hearing
        What all frameworks share, with the framework's own lines after it.
    criteria
        In the order of the file.
    """

    id: str
    name: str
    domain: str
    over: str
    theme: str
    state: str
    purpose: str
    scope: str
    evaluation: datetime.date
    evaluation_why: str
    principles: tuple[Line, ...]
    ladder: tuple[Step, ...]
    ladder_source: Line
    hearing: tuple[Line, ...]
    criteria: tuple[Criterion, ...]

    @property
    def laws(self) -> tuple[Law, ...]:
        """Every law that is the basis of a criterion, once, in the order of the criteria."""
        return tuple(dict.fromkeys(law for criterion in self.criteria for law in criterion.basis))

    @property
    def unchecked(self) -> tuple[Law, ...]:
        """Every law that is still to be looked up, once."""
        return tuple(dict.fromkeys(law for criterion in self.criteria for law in criterion.unchecked))


def framework_names(home: Home) -> list[str]:
    """Return the ids of the frameworks of a reading room, in alphabetical order."""
    folder = home.literature / "frameworks"
    return sorted(path.stem for path in folder.glob("*.yaml") if path.stem != SHARED)


def load_framework(name: str, home: Home, taxonomy: Taxonomy) -> Framework:
    """Read `literature/frameworks/<name>.yaml` with what `gedeeld.yaml` holds for all.

    Parameters
    ----------
    name
        The framework: "financien".
    home
        The reading room.
    taxonomy
        The themes, against which the labels are checked.

    Raises
    ------
    LeeszaalError
        When there is no such framework, or on the first mistake in one of the two files, with its line and the
        nearest known word.
    """
    known = framework_names(home)
    if name not in known:
        raise LeeszaalError(f"Het toetsingskader ‘{name}’ bestaat niet.", nearest(name, known))
    folder = home.literature / "frameworks"
    shared = _read_shared(folder / f"{SHARED}.yaml")
    return _read_framework(folder / f"{name}.yaml", shared, taxonomy)


def criterion_works(criterion: Criterion, works: pd.DataFrame, tags: pd.DataFrame) -> pd.DataFrame:
    """Return the works behind a criterion: those with one of its labels and, where it has terms, one of those words.

    Parameters
    ----------
    criterion
        Of a framework.
    works
        The library: `work_id`, `title`, `abstract`, `keywords`, `year`.
    tags
        `work_id`, `label`.

    Returns
    -------
    DataFrame
        Rows of `works`, newest first; empty when there are none.
    """
    from leeszaal.reading.terms import Matcher

    about = set(tags.loc[tags["label"].isin(criterion.labels), "work_id"])
    found = works[works["work_id"].isin(about)]
    if criterion.terms:
        matcher = Matcher(criterion.terms)
        texts = found[["title", "abstract", "keywords"]].fillna("").astype(str).agg(". ".join, axis=1)
        found = found[matcher.within(texts)]
    return found.sort_values(["year", "title"], ascending=[False, True], kind="stable", ignore_index=True)


@dataclass(frozen=True)
class _Shared:
    laws: Mapping[str, Law]
    principles: tuple[Line, ...]
    ladder: tuple[Step, ...]
    ladder_source: Line
    hearing: tuple[Line, ...]


def _read_shared(path: Path) -> _Shared:
    file = read_yaml(path)
    keys = ["laws", "principles", "ladder", "hearing"]
    content = file.check_keys(file.content, keys, keys)
    ladder = file.check_keys(content["ladder"], ["source", "steps"], ["source", "steps"], "ladder")
    return _Shared(
        _laws(file, content["laws"]),
        _lines(file, content["principles"], "principles"),
        tuple(_step(file, item, "ladder", "steps", i) for i, item in _items(file, ladder["steps"], "ladder", "steps")),
        _line(file, ladder["source"], "ladder", "source"),
        _lines(file, content["hearing"], "hearing"),
    )


def _read_framework(path: Path, shared: _Shared, taxonomy: Taxonomy) -> Framework:
    file = read_yaml(path)
    required = ["id", "name", "domain", "over", "theme", "state", "purpose", "scope", "evaluation", "criteria"]
    content = file.check_keys(file.content, [*required, "laws", "principles"], required)
    name = _text(file, content["id"], "id")
    if name != path.stem:
        raise file.error(
            f"het id is ‘{name}’, maar het bestand heet {path.name}.", "id", remedy=f"Schrijf: {path.stem}"
        )
    over = _one_of(file, content["over"], OVER, "over")
    evaluation = file.check_keys(content["evaluation"], ["date", "why"], ["date", "why"], "evaluation")
    day = evaluation["date"]
    if not isinstance(day, datetime.date):
        raise file.error(f"‘{day}’ is geen datum.", "evaluation", "date", remedy="Schrijf de datum als 2028-12-01.")
    laws = {**shared.laws, **_laws(file, content.get("laws", {}))}
    twice = next(iter(set(shared.laws) & set(content.get("laws") or {})), None)
    if twice is not None:
        raise file.error(f"de wet ‘{twice}’ staat al in {SHARED}.yaml.", "laws", twice, remedy="Kies een ander id.")
    seen: dict[str, int] = {}
    criteria = []
    for index, item in _items(file, content["criteria"], "criteria"):
        criterion = _criterion(file, item, index, laws, taxonomy)
        if criterion.id in seen:
            raise file.error(
                f"het criterium ‘{criterion.id}’ staat er twee keer in (eerder op regel {seen[criterion.id]}).",
                "criteria", index, "id", remedy="Kies een ander id.",
            )  # fmt: skip
        seen[criterion.id] = file.line("criteria", index, "id")
        criteria.append(criterion)
    return Framework(
        id=name,
        name=_text(file, content["name"], "name"),
        domain=_one_of(file, content["domain"], OVER[over], "domain"),
        over=over,
        theme=_label(file, content["theme"], taxonomy, "theme"),
        state=_one_of(file, content["state"], STATES, "state"),
        purpose=_text(file, content["purpose"], "purpose"),
        scope=_text(file, content["scope"], "scope"),
        evaluation=day,
        evaluation_why=_text(file, evaluation["why"], "evaluation", "why"),
        principles=(*shared.principles, *_lines(file, content.get("principles", []), "principles")),
        ladder=shared.ladder,
        ladder_source=shared.ladder_source,
        hearing=shared.hearing,
        criteria=tuple(criteria),
    )


def _laws(file: YamlFile, value: Any) -> dict[str, Law]:
    file.check_kind(value, dict, "laws")
    found = {}
    for key, item in value.items():
        place = ("laws", str(key))
        required = ["law", "says", "checked"]
        entry = file.check_keys(item, [*required, "article", "source", "url", "citekey", "note"], required, *place)
        checked = file.check_kind(entry["checked"], bool, *place, "checked")
        if checked and not entry.get("source"):
            raise file.error(
                f"van ‘{key}’ staat er niet waar de tekst is nagelezen.", *place,
                remedy="Vul ‘source’, of zet ‘checked: false’ als dat nog moet.",
            )  # fmt: skip
        words = {name: _text(file, entry[name], *place, name) for name in entry if name != "checked"}
        found[str(key)] = Law(
            id=str(key), checked=checked, **{"article": "", "source": "", **words},
        )  # fmt: skip
    return found


def _criterion(file: YamlFile, item: Any, index: int, laws: Mapping[str, Law], taxonomy: Taxonomy) -> Criterion:
    place = ("criteria", index)
    required = ["id", "name", "question", "norm", "basis", "indicator", "source", *JUDGMENTS, "follow", "literature"]
    entry = file.check_keys(item, required, required, *place)
    name = _text(file, entry["id"], *place, "id")
    if not _ID.fullmatch(name):
        raise file.error(
            f"‘{name}’ kan geen id zijn.", *place, "id", remedy="Gebruik kleine letters, cijfers en koppeltekens."
        )
    basis = []
    for number, key in _items(file, entry["basis"], *place, "basis"):
        if key not in laws:
            raise file.error(
                f"de wet ‘{key}’ staat niet onder ‘laws’.", *place, "basis", number, remedy=nearest(str(key), laws)
            )
        basis.append(laws[key])
    if not any(law.checked for law in basis):
        raise file.error(
            f"criterium ‘{name}’ heeft geen enkele grondslag die is nagelezen.", *place, "basis",
            remedy="Lees een artikel na en zet het onder ‘laws’, met ‘source’ en ‘checked: true’.",
        )  # fmt: skip
    books = file.check_keys(entry["literature"], ["labels", "terms"], ["labels"], *place, "literature")
    where = (*place, "literature")
    labels = [
        _label(file, label, taxonomy, *where, "labels", i)
        for i, label in _items(file, books["labels"], *where, "labels")
    ]
    terms = file.check_keys(books.get("terms", {}), list(_TERM_KINDS), [], *where, "terms")
    plain = ["name", "question", "norm", "indicator", "source", "follow"]
    return Criterion(
        id=name,
        **{key: _text(file, entry[key], *place, key) for key in plain},
        basis=tuple(law for law in basis if law.checked),
        unchecked=tuple(law for law in basis if not law.checked),
        colours={colour: _text(file, entry[colour], *place, colour) for colour in JUDGMENTS},
        labels=tuple(labels),
        terms=tuple(
            (_text(file, term, *where, "terms", kind, i), kind)
            for kind in _TERM_KINDS if kind in terms
            for i, term in _items(file, terms[kind], *where, "terms", kind)
        ),
    )  # fmt: skip


def _step(file: YamlFile, item: Any, *place: str | int) -> Step:
    entry = file.check_keys(item, ["name", "what", "who"], ["name", "what", "who"], *place)
    return Step(**{key: _text(file, entry[key], *place, key) for key in ("name", "what", "who")})


def _lines(file: YamlFile, value: Any, key: str) -> tuple[Line, ...]:
    return tuple(_line(file, item, key, i) for i, item in enumerate(file.check_kind(value, list, key)))


def _line(file: YamlFile, item: Any, *place: str | int) -> Line:
    entry = file.check_keys(item, ["text", "source", "citekey"], ["text", "source"], *place)
    return Line(**{key: _text(file, value, *place, key) for key, value in entry.items()})


def _items(file: YamlFile, value: Any, *place: str | int) -> list[tuple[int, Any]]:
    found = file.check_kind(value, list, *place)
    if not found:
        raise file.error(
            f"‘{place[-1]}’ is leeg.", *place, remedy="Zet er minstens één regel onder die met ‘- ’ begint."
        )
    return list(enumerate(found))


def _label(file: YamlFile, value: Any, taxonomy: Taxonomy, *place: str | int) -> str:
    name = _text(file, value, *place)
    try:
        return taxonomy.require(name)
    except LeeszaalError as error:
        raise file.error(f"het thema ‘{name}’ bestaat niet.", *place, remedy=error.remedy) from None


def _one_of(file: YamlFile, value: Any, known: Any, *place: str | int) -> str:
    if value not in known:
        raise file.error(f"‘{value}’ past niet bij ‘{place[-1]}’.", *place, remedy=nearest(str(value), known))
    return str(value)


def _text(file: YamlFile, value: Any, *place: str | int) -> str:
    text = " ".join(str(file.check_kind(value, str, *place)).split())
    if not text:
        raise file.error("hier staat een lege tekst.", *place, remedy="Vul de tekst in of verwijder de regel.")
    return text
