"""Which tags deserve a second look, and which terms were right or wrong by what people decided."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from leeszaal.home import Home, find_home
from leeszaal.library.decisions import load_decisions
from leeszaal.library.store import read_table
from leeszaal.reading.reader import reader_of
from leeszaal.reading.tag import load_proposals, load_tags, tag_works
from leeszaal.reading.taxonomy import load_taxonomy
from leeszaal.works.numbers import format_count

__all__ = ["TagReport", "tag_report"]

_RANDOM = 5  # one in so many is drawn at random: from doubtful tags alone nobody can tell how good the tags are
_TERMS = 8
_SMALL = 0.5  # the score of one word in an abstract, or of weak terms alone
_WHY = {"proposal": "voorstel", "meaning": "alleen op betekenis", "thin": "mager bewijs", "random": "steekproef"}


@dataclass(frozen=True)
class TagReport:
    """What `tag_report` found.

    Parameters
    ----------
    rows
        Tags to look at, the doubtful first: citekey, title, label, why (``"proposal"``, ``"meaning"``, ``"thin"`` or
        ``"random"``), score and reason.
    doubtful
        How many doubtful tags there are, of which `rows` shows the most doubtful.
    terms
        Per subtheme and term of a rule, in works that people reviewed: how often it was right and wrong, worst first.
    reviewed
        How many works those are.
    random_state
        Seed of the sample.
    """

    rows: list[dict[str, str | float]]
    doubtful: int
    terms: list[dict[str, str | int]]
    reviewed: int
    random_state: int

    def tell(self) -> str:
        """Return the report in Dutch, for the command line."""
        if not self.rows:
            return "Er zijn geen labels om na te kijken. Begin met: leeszaal tag"
        lines = [
            f"Kijk deze {format_count(len(self.rows), 'label', 'labels')} na ({self.doubtful} zijn twijfelachtig):"
        ]
        for row in self.rows:
            lines += [
                f"  {row['citekey']}  {row['label']}  ({_WHY[str(row['why'])]})",
                f"      {row['title']}",
                f"      {row['reason']}",
            ]
        lines += [
            "Klopt het:      leeszaal decide tag CITEKEY SUBTHEMA",
            "Klopt het niet: leeszaal decide untag CITEKEY SUBTHEMA",
        ]
        if self.reviewed:
            lines.append(f"Zoekwoorden in {format_count(self.reviewed, 'nagekeken werk', 'nagekeken werken')}:")
            for name, wanted in (("vaker fout dan goed", False), ("vaker goed dan fout", True)):
                found = [row for row in self.terms if (int(row["right"]) > int(row["wrong"])) is wanted]
                found = found[::-1] if wanted else [row for row in found if int(row["wrong"]) > int(row["right"])]
                shown = ", ".join(
                    f"{row['term']} ({row['label']}: {row['right']}/{row['wrong']})" for row in found[:_TERMS]
                )
                lines.append(f"  {name} (goed/fout): {shown or 'geen'}")
        return "\n".join(lines)


def _doubtful(tags: pd.DataFrame, proposals: pd.DataFrame) -> pd.DataFrame:
    """Return the tags to doubt, the most doubtful first: thin evidence, meaning alone, then proposals that wait."""
    thin = tags[(tags["method"] == "rule") & (tags["score"] <= _SMALL)].assign(why="thin", order=0)
    meant = tags[tags["method"] == "meaning"].assign(why="meaning", order=1)
    waiting = proposals[~proposals["counts"].astype(bool)].rename(columns={"chance": "score"})
    waiting = waiting.assign(why="proposal", order=2)
    columns = ["work_id", "label", "why", "score", "reason", "order"]
    found = pd.concat([part[columns] for part in (thin, meant, waiting) if len(part)] or [thin[columns]])
    # In turn from each kind, so that one kind does not fill the list.
    found["turn"] = found.sort_values("score").groupby("why").cumcount()
    return found.sort_values(["turn", "order", "score"]).drop(columns=["turn", "order"])


def tag_report(*, count: int = 20, home: Home | Path | str | None = None, random_state: int = 0) -> TagReport:
    """List tags to look at, and say which terms were right or wrong where people decided.

    Parameters
    ----------
    count
        How many tags at most; one in five is drawn at random among those that are not doubtful.
    home
        The reading room; by default the nearest one.
    random_state
        Seed of the sample.

    Raises
    ------
    LeeszaalError
        When the library was not built or not tagged.
    """
    if count < 1:
        raise ValueError(f"count must be at least 1, not {count}")
    room = find_home(home)
    works = read_table(room, "works")
    tags, proposals = load_tags(room), load_proposals(room)
    decided = set(zip(*(tags.loc[tags["method"] == "decision", c] for c in ("work_id", "label")), strict=True))
    doubtful = _doubtful(tags, proposals)
    sure = tags[tags["method"] != "decision"].assign(why="random")
    pairs = set(zip(doubtful["work_id"], doubtful["label"], strict=True)) | decided
    sure = sure[[pair not in pairs for pair in zip(sure["work_id"], sure["label"], strict=True)]]
    sampled = min(len(sure), max(count // _RANDOM, count - len(doubtful)))
    drawn = np.random.default_rng(random_state).permutation(len(sure))[:sampled]
    chosen = pd.concat([doubtful.head(count - sampled), sure.iloc[np.sort(drawn)]])
    known = works[["work_id", "citekey", "title"]]
    chosen = chosen.merge(known, on="work_id", how="left")[["citekey", "title", "label", "why", "score", "reason"]]
    rows: list[dict[str, str | float]] = [
        {str(name): float(value) if name == "score" else str(value) for name, value in row.items()}
        for row in chosen.to_dict("records")
    ]
    terms, reviewed = _terms(room, works, tags)
    return TagReport(rows, len(doubtful), terms, reviewed, random_state)


def _terms(room: Home, works: pd.DataFrame, tags: pd.DataFrame) -> tuple[list[dict[str, str | int]], int]:
    """Return how often each term was right and wrong in the works that people reviewed, and how many those are."""
    said = load_decisions(room)
    said = said[said["verb"].isin(["tag", "untag"]) & (said["problem"] == "") & ~said["undone"].astype(bool)]
    seen = works[works["work_id"].isin(said["work_id"].dropna())]
    taxonomy = load_taxonomy(room.themes)
    _, spans = tag_works(seen, taxonomy, reader_of(taxonomy, rules_only=True))
    true = set(zip(tags["work_id"], tags["label"], strict=True))
    counts: Counter[tuple[str, str, bool]] = Counter()
    for work_id, label, term in dict.fromkeys(zip(spans["work_id"], spans["label"], spans["term"], strict=True)):
        counts[label, term, (work_id, label) in true] += 1
    keys = sorted({(label, term) for label, term, _ in counts}, key=lambda k: (counts[*k, True] - counts[*k, False], k))
    found: list[dict[str, str | int]] = [
        {"label": label, "term": term, "right": counts[label, term, True], "wrong": counts[label, term, False]}
        for label, term in keys
    ]
    return found, len(seen)
