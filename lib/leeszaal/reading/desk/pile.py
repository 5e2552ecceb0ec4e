"""The pile: which works a person reads, for which theme, in which order they lie before anyone judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.home import Home
from leeszaal.library.build import load_works
from leeszaal.library.decisions import load_decisions
from leeszaal.library.searching import find_works
from leeszaal.reading.desk.criteria import Criteria, load_criteria
from leeszaal.reading.desk.state import READING, SCREENING, Said, State, disputes
from leeszaal.reading.taxonomy import Taxonomy, load_taxonomy
from leeszaal.works.numbers import format_list

__all__ = ["AGAIN", "Pile", "lay_out", "opinions"]

AGAIN = {"twijfel": "Twijfel", "oneens": "Oneens"}
WORDS = {"include": "opgenomen", "exclude": "uitgesloten", "maybe": "twijfel"}


@dataclass(frozen=True)
class Pile:
    """What lies on the table of one reader.

    Parameters
    ----------
    title
        Dutch, what the pile is called above the widget.
    person
        Who reads, as the decisions name them.
    works
        Rows of `leeszaal.library.load_works`, in the order in which they lie.
    state
        Where the reader stood when the pile was laid out.
    labels
        The subthemes offered, in the order of their keys.
    given
        work_id to the subthemes that the last `tag` found for it, with the reason (Dutch).
    tagged
        Whether `tag` ran, so that what it did not find is not there.
    untagged
        (work_id, subtheme) that this reader took off before, and that the last `tag` may therefore have left out.
    voiced
        work_id to what others said of its subthemes: whether it has them, and who said so.
    others
        work_id to what others said of it (Dutch); only in a pile of disputes, as readers judge on their own first.
    remark
        Dutch, what a reader should know before starting; "" when there is nothing.
    """

    title: str
    person: str
    works: pd.DataFrame
    state: State
    theme: str | None
    taxonomy: Taxonomy
    criteria: Criteria
    labels: tuple[str, ...]
    given: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    tagged: bool = False
    untagged: frozenset[tuple[str, str]] = frozenset()
    voiced: Mapping[str, Mapping[str, tuple[bool, str]]] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""


def lay_out(
    home: Home,
    *,
    person: str,
    theme: str | None = None,
    query: str = "",
    again: str | None = None,
) -> Pile:
    """Lay out a pile.

    Parameters
    ----------
    home
        The reading room.
    person
        Who reads, as `leeszaal.library` names them.
    theme
        A theme or subtheme: what is looked for. It decides what is on top, which labels are offered and which criteria
        count; it leaves no work out.
    query
        Only the works that this question finds, see `leeszaal.library.works` (``thema:ibt jaar:2015-``).
    again
        "twijfel" for the works on which this reader has doubts; "oneens" for those on which readers disagree and this
        one has not spoken since; None for all works this reader did not judge yet.

    Raises
    ------
    LeeszaalError
        When the theme, the kind of pile or the question is not known, the library was not built, or a file has a fault.
    """
    if again is not None and again not in AGAIN:
        raise LeeszaalError(f"‘{again}’ is geen soort stapel.", nearest(again, AGAIN))
    taxonomy = load_taxonomy(home.themes)
    criteria = load_criteria(home, theme, taxonomy)
    if theme is not None:
        taxonomy.require(theme)
    found = find_works(query, home=home)[0].drop(columns="score") if query.strip() else load_works(home)
    tags = _tags(home)
    works = _ordered(found, tags, theme)
    decisions = load_decisions(home)
    decisions = decisions[
        (decisions["problem"] == "") & ~decisions["undone"].astype(bool) & decisions["work_id"].isin(works["work_id"])
    ]
    said = tuple(_said(decisions[decisions["person"] == person].sort_values("line", kind="stable")))
    state, others = State(tuple(works["work_id"]), said), {}
    if again is not None:
        voices = opinions(decisions)
        queue = _doubts(state) if again == "twijfel" else _disputes(state.works, voices, person)
        state = State(state.works, said, queue, len(said))
        if again == "oneens":
            others = {work: _tell(voices[work], person) for work in queue}
    name = taxonomy.label_name(theme) if theme else "alle thema's"
    return Pile(
        title=" · ".join(["Lezen", name, *([AGAIN[again]] if again else [])]),
        person=person,
        works=works,
        state=state,
        theme=theme,
        taxonomy=taxonomy,
        criteria=criteria,
        labels=_offered(taxonomy, theme),
        given=_given(tags),
        tagged=(home.library / "tags.parquet").is_file(),
        untagged=frozenset((one.work_id, one.value) for one in said if one.verb == "untag"),
        voiced=_voiced(decisions[decisions["person"] != person]),
        others=others,
        remark="" if theme or query else "Zonder thema weet Leeszaal pas na uw eerste oordelen wat bovenaan hoort.",
    )


def _tags(home: Home) -> pd.DataFrame:
    from leeszaal.reading.tag import load_tags

    if not (home.library / "tags.parquet").is_file():
        return pd.DataFrame(columns=["work_id", "theme", "label", "score", "method", "reason"])
    return load_tags(home)


def _ordered(works: pd.DataFrame, tags: pd.DataFrame, theme: str | None) -> pd.DataFrame:
    """Lay the works with the most of the theme on top, then the newest: until the ranking knows better."""
    score = pd.Series(0.0, index=works.index)
    if theme is not None:
        own = tags[(tags["theme"] == theme) | (tags["label"] == theme)].groupby("work_id")["score"].sum()
        score = works["work_id"].map(own).fillna(0.0)
    order = works.assign(_score=score, _year=works["year"].fillna(0))
    order = order.sort_values(["_score", "_year", "work_id"], ascending=[False, False, True], kind="stable")
    return order.drop(columns=["_score", "_year"]).reset_index(drop=True)


def _said(rows: pd.DataFrame) -> list[Said]:
    return [
        Said(str(row.work_id), str(row.verb), str(row.value), str(row.reason), str(row.time), str(row.work))
        for row in rows.itertuples()
        if row.verb in READING
    ]


def opinions(decisions: pd.DataFrame) -> dict[str, list[tuple[str, str, str]]]:
    """Return of each work the judgements that stand, oldest first: (person, verb, reason)."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for row in decisions[decisions["verb"].isin(SCREENING)].itertuples():
        found.setdefault(str(row.work_id), []).append((str(row.person), str(row.verb), str(row.reason)))
    return found


def _doubts(state: State) -> tuple[str, ...]:
    return tuple(work for work, one in state.judged.items() if one.verb == "maybe")


def _disputes(works: tuple[str, ...], voices: Mapping[str, list[tuple[str, str, str]]], person: str) -> tuple[str, ...]:
    queue = []
    for work in works:
        disputed, spoken = disputes([(who, verb) for who, verb, _ in voices.get(work, [])])
        if disputed and person not in spoken:
            queue.append(work)
    return tuple(queue)


def _tell(voices: list[tuple[str, str, str]], person: str) -> str:
    last = {who: (verb, reason) for who, verb, reason in voices}
    said = [
        f"{'u' if who == person else who}: {WORDS[verb]}" + (f" ({reason})" if reason else "")
        for who, (verb, reason) in sorted(last.items(), key=lambda pair: pair[0] != person)
    ]
    return format_list(said)


def _offered(taxonomy: Taxonomy, theme: str | None) -> tuple[str, ...]:
    if theme is None:
        return tuple(taxonomy.labels())
    main = taxonomy.theme_of(theme)
    own = [label for label in taxonomy.labels() if taxonomy.theme_of(label) == main]
    return tuple(sorted(own, key=lambda label: label != theme))  # the subtheme that is looked for has key 1


def _given(tags: pd.DataFrame) -> dict[str, dict[str, str]]:
    given: dict[str, dict[str, str]] = {}
    for row in tags[tags["method"] != "decision"].itertuples():
        given.setdefault(str(row.work_id), {})[str(row.label)] = str(row.reason)
    return given


def _voiced(decisions: pd.DataFrame) -> dict[str, dict[str, tuple[bool, str]]]:
    voiced: dict[str, dict[str, tuple[bool, str]]] = {}
    for row in decisions[decisions["verb"].isin(("tag", "untag"))].itertuples():
        voiced.setdefault(str(row.work_id), {})[str(row.value)] = (str(row.verb) == "tag", str(row.person))
    return voiced
