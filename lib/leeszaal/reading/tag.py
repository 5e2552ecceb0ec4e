"""The verb `tag`: give every work of the library its subthemes, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from leeszaal import progress
from leeszaal.errors import nearest
from leeszaal.home import Home, find_home
from leeszaal.library.decided import decided_tags
from leeszaal.library.decisions import load_decisions
from leeszaal.library.store import fingerprint, is_current, read_stamp, read_table, save_stage, table_bytes
from leeszaal.reading.proposals import PROPOSALS, propose, with_promoted
from leeszaal.reading.reader import Reader, reader_of, version
from leeszaal.reading.rules import Evidence, Found
from leeszaal.reading.taxonomy import Taxonomy, load_taxonomy

__all__ = ["SPANS", "TAGS", "TagSummary", "load_proposals", "load_spans", "load_tags", "reason", "tag", "tag_works"]

TAGS = pa.schema(
    [
        ("work_id", pa.string()),
        ("theme", pa.string()),
        ("label", pa.string()),
        ("score", pa.float64()),
        ("rank", pa.int32()),
        ("method", pa.string()),
        ("reason", pa.string()),
    ]
)
SPANS = pa.schema(
    [
        ("work_id", pa.string()),
        ("label", pa.string()),
        ("field", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("text", pa.string()),
        ("term", pa.string()),
        ("strength", pa.string()),
    ]
)
_IN = {"title": "titel", "keywords": "trefwoorden", "abstract": "samenvatting"}
_MOST_REASONS = 3


@dataclass(frozen=True)
class TagSummary:
    """What `tag` did.

    Parameters
    ----------
    works, tagged, tags
        Works read, works with at least one subtheme, and subthemes given.
    themes
        Theme id to the number of works with it, in the order of ``themes.yaml``.
    names
        Theme id to its Dutch name.
    unused
        Subthemes that no work has.
    reused
        Whether the tables were there already, made from the same library, themes and decisions.
    remarks
        Dutch: decisions about a subtheme that does not exist.
    reviewed
        Works about whose tags a person decided.
    learned
        Per subtheme that could be learned from them: the F1 that "rule or model" gains, and its 95 % interval.
    promoted
        Subthemes of which the model's proposals count.
    proposals
        Proposals that wait for a person.
    """

    works: int
    tagged: int
    tags: int
    themes: dict[str, int]
    names: dict[str, str]
    unused: list[str]
    reused: bool = False
    remarks: list[str] = field(default_factory=list)
    reviewed: int = 0
    learned: dict[str, list[float]] = field(default_factory=dict)
    promoted: list[str] = field(default_factory=list)
    proposals: int = 0

    def tell(self) -> str:
        """Return the summary in Dutch, for the command line."""
        share = f" ({100 * self.tagged / self.works:.0f} %)" if self.works else ""
        lines = [f"{self.tagged} van {self.works} werken hebben een subthema{share}; samen {self.tags} labels."]
        lines += [f"  {self.names[theme]}: {count} werken" for theme, count in self.themes.items()]
        if self.learned:
            helps = f" Het model telt mee bij: {', '.join(self.promoted)}." if self.promoted else ""
            lines.append(
                f"Geleerd van {self.reviewed} nagekeken werken, voor {len(self.learned)} subthema's; "
                f"{self.proposals} voorstellen wachten op u (leeszaal tag --report).{helps}"
            )
        if self.unused:
            lines.append(f"Zonder werken: {', '.join(self.unused)}.")
        if self.reused:
            lines.append("De werken en de thema's zijn niet veranderd; de labels van de vorige keer blijven staan.")
        return "\n".join([*lines, *self.remarks])


def tag_works(
    works: pd.DataFrame, taxonomy: Taxonomy, reader: Reader | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give works their subthemes.

    Parameters
    ----------
    works
        One row a work, with at least `work_id` and `title`; `abstract` (text) and `keywords` (lists of words)
        are read where they are there.
    taxonomy
        The themes and their terms.
    reader
        What reads the texts; by default the rules of the taxonomy alone.

    Returns
    -------
    tuple of DataFrame
        The tags (columns of `TAGS`, best subtheme of each work first) and the places that speak for them
        (columns of `SPANS`); the text of the field ``keywords`` is the keywords joined by ``"; "``.

    Raises
    ------
    ValueError
        When `work_id` or `title` is missing or a `work_id` is there twice.
    """
    for column in ("work_id", "title"):
        if column not in works:
            raise ValueError(f"works has no column {column!r}; it has {list(works.columns)}")
    if works["work_id"].duplicated().any():
        double = works.loc[works["work_id"].duplicated(), "work_id"].iloc[0]
        raise ValueError(f"work_id {double!r} is there more than once")
    empty = [None] * len(works)
    titles, abstracts, keywords = (
        works[name].tolist() if name in works else empty for name in ("title", "abstract", "keywords")
    )
    texts = [
        {"title": _text(title), "abstract": _text(abstract), "keywords": _joined(words)}
        for title, abstract, words in zip(titles, abstracts, keywords, strict=True)
    ]
    labels = (reader or reader_of(taxonomy, rules_only=True)).read(progress.track(texts))
    tags: list[tuple[object, ...]] = []
    spans: list[tuple[object, ...]] = []
    for work_id, given in zip(works["work_id"].tolist(), labels, strict=True):
        for rank, found in enumerate(given, start=1):
            theme = taxonomy.theme_of(found.label)
            tags.append((work_id, theme, found.label, found.score, rank, found.method, reason(found)))
            spans += [
                (work_id, found.label, e.field, e.start, e.end, e.text, e.term, e.strength) for e in found.evidence
            ]
    return _frame(tags, TAGS), _frame(spans, SPANS)


def _frame(rows: list[tuple[object, ...]], schema: pa.Schema) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=schema.names)
    kinds = {"string": "str", "double": "float64", "int32": "int32"}
    return frame.astype({field.name: kinds[str(field.type)] for field in schema})


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _joined(value: Any) -> str | None:
    if isinstance(value, str):
        return value or None
    if isinstance(value, Iterable):
        return "; ".join(str(word) for word in value) or None
    return None


def reason(found: Found) -> str:
    """Return in Dutch why a label was given: the words found and where, at most three; or what weighs, and the chance.

    Examples
    --------
    >>> reason(Found("ibt.stelsel", 1.0, (Evidence("title", 0, 8, "Toezicht", "toezicht", "strong"),)))
    '‘Toezicht’ in titel'
    """
    if found.method == "meaning":
        weighty = ", ".join(f"‘{place.text}’" for place in found.evidence)
        said = f"betekenis van de titel, vooral {weighty}" if weighty else "betekenis van de titel"
        return f"{said} (kans {found.score:.2f})".replace(".", ",")
    seen: dict[tuple[str, str], Evidence] = {}
    for place in found.evidence:
        seen.setdefault((place.text.casefold(), place.field), place)
    shown = [f"‘{e.text}’ in {_IN[e.field]}" + (" (half)" if e.strength == "weak" else "") for e in seen.values()]
    more = len(shown) - _MOST_REASONS
    return ", ".join(shown[:_MOST_REASONS]) + (f" en {more} meer" if more > 0 else "")


def tag(*, home: Home | Path | str | None = None) -> TagSummary:
    """Tag the library and write tags.parquet and tag_spans.parquet.

    Where a person decided ("tag", "untag"), that counts, whatever the rules found.

    Parameters
    ----------
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When the library was not built or ``themes.yaml`` has a fault.
    """
    room = find_home(home)
    with progress.stage("Labelen"):
        taxonomy = load_taxonomy(room.themes)
        works = read_table(room, "works")
        decisions = load_decisions(room)
        decisions = decisions[decisions["verb"].isin(["tag", "untag"])]
        said = decisions[["time", "person", "verb", "work_id", "value", "undone", "problem", "line"]].to_dict("records")
        made_from = fingerprint(version(taxonomy), room.library / "works.parquet", room.themes, said)
        stamp = read_stamp(room, "tag")
        if stamp is not None and is_current(room, "tag", made_from):
            return replace(TagSummary(**stamp["facts"]), reused=True)
        reader = reader_of(taxonomy, cache=room.embeddings)
        tags, spans = tag_works(works, taxonomy, reader)
        themes = {label: taxonomy.theme_of(label) for label in taxonomy.labels()}
        lesson, proposals = propose(works, tags, decisions, themes)
        tags = decided_tags(with_promoted(tags, proposals), decisions, themes)
        spans = spans[_has(spans, tags)].reset_index(drop=True)
        facts = _facts(works, tags, taxonomy) | {
            "remarks": _unknown(decisions, list(themes)),
            "reviewed": lesson.reviewed,
            "learned": {label: list(gain) for label, gain in lesson.gains.items()},
            "promoted": list(lesson.promoted),
            "proposals": int((~proposals["counts"].astype(bool)).sum()),
        }
        tables = {
            "tags": table_bytes(tags, TAGS),
            "tag_spans": table_bytes(spans, SPANS),
            "tag_proposals": table_bytes(proposals, PROPOSALS),
        }
        save_stage(room, "tag", made_from, tables, facts)
    return TagSummary(**facts)


def _unknown(decisions: pd.DataFrame, labels: list[str]) -> list[str]:
    rows = decisions[
        ~decisions["value"].isin(labels) & ~decisions["undone"].astype(bool) & (decisions["problem"] == "")
    ]
    return [
        f"{row.file}, regel {row.line}: het subthema ‘{row.value}’ bestaat niet. {nearest(str(row.value), labels)}"
        for row in rows.itertuples()
    ]


def _has(spans: pd.DataFrame, tags: pd.DataFrame) -> list[bool]:
    """Tell of each place whether the work still has that label: a person may have taken it off."""
    known = set(zip(tags["work_id"], tags["label"], strict=True))
    return [pair in known for pair in zip(spans["work_id"], spans["label"], strict=True)]


def _facts(works: pd.DataFrame, tags: pd.DataFrame, taxonomy: Taxonomy) -> dict[str, Any]:
    per_theme = tags.groupby("theme")["work_id"].nunique()
    used = set(tags["label"])
    return {
        "works": len(works),
        "tagged": int(tags["work_id"].nunique()),
        "tags": len(tags),
        "themes": {theme.id: int(per_theme.get(theme.id, 0)) for theme in taxonomy.themes},
        "names": {theme.id: theme.label["nl"] for theme in taxonomy.themes},
        "unused": [label for label in taxonomy.labels() if label not in used],
    }


def load_tags(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the tags of a reading room: one row per work and subtheme."""
    return read_table(find_home(home), "tags")


def load_spans(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the places in titles, abstracts and keywords that speak for the tags."""
    return read_table(find_home(home), "tag_spans")


def load_proposals(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the labels that the model proposes; those with `counts` are among the tags already."""
    return read_table(find_home(home), "tag_proposals")
