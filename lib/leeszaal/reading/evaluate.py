"""How well the tags agree with labels that a person gave: precision, recall and F1, with intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from leeszaal import progress
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home, find_home
from leeszaal.reading.reader import reader_of
from leeszaal.reading.rows import read_rows
from leeszaal.reading.taxonomy import load_taxonomy
from leeszaal.works.numbers import format_count

__all__ = ["Agreement", "Evaluation", "Share", "agreement", "evaluate_tags"]

_DRAWS = 1000
_MOST_TERMS = 8
_MOST_LABELS = 5


@dataclass(frozen=True)
class Share:
    """A share with its 95 % bootstrap interval (each 0 to 1)."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{_nl(self.value)} ({_nl(self.low)}–{_nl(self.high)})"


@dataclass(frozen=True)
class Agreement:
    """Precision, recall and F1: over all labels together (micro) and as the mean over labels (macro)."""

    precision: Share
    recall: Share
    f1: Share
    macro_precision: Share
    macro_recall: Share
    macro_f1: Share
    labels: int


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate_tags` found.

    Parameters
    ----------
    titles, off_theme
        Titles in the table, and those of them without a label.
    subthemes, themes
        The agreement on subthemes, and on the themes above them.
    off_theme_tagged
        Share of the titles without a label that got one all the same; None when there are none.
    per_label
        Per subtheme: titles with it, titles given it, and both.
    wrong
        Tags to look at: id, label, and ``"missed"`` or ``"extra"``.
    terms
        Per subtheme and term of a rule: how often it spoke for a right and for a wrong label, the worst first.
    by_meaning, by_meaning_right
        Labels that were given by what the title means, and those of them that are right.
    draws, random_state
        Bootstrap samples of titles, and their seed.
    """

    titles: int
    off_theme: int
    subthemes: Agreement
    themes: Agreement
    off_theme_tagged: Share | None
    per_label: list[dict[str, str | int]]
    wrong: list[dict[str, str]]
    terms: list[dict[str, str | int]]
    by_meaning: int
    by_meaning_right: int
    draws: int
    random_state: int

    def tell(self) -> str:
        """Return the figures in Dutch, for the command line."""
        lines = [
            f"{self.titles} titels, waarvan {self.off_theme} zonder label. Tussen haakjes het 95 %-interval.",
            "Precisie: welk deel van de gegeven labels klopt. "
            "Vangst: welk deel van de juiste labels is gegeven. F1: beide samen.",
        ]
        for name, found in (("Subthema's", self.subthemes), ("Thema's", self.themes)):
            lines += [
                f"{name}, alles samen: precisie {found.precision}, vangst {found.recall}, F1 {found.f1}",
                f"{name}, gemiddeld over {found.labels} labels: precisie {found.macro_precision}, "
                f"vangst {found.macro_recall}, F1 {found.macro_f1}",
            ]
        if self.off_theme_tagged is not None:
            lines.append(f"Titels zonder label die er toch een kregen: {self.off_theme_tagged}")
        if self.by_meaning:
            given = format_count(self.by_meaning, "label", "labels")
            lines.append(f"Alleen op betekenis gegeven: {given}, waarvan {self.by_meaning_right} goed.")
        for fault, name in (("missed", "Vaakst gemist"), ("extra", "Vaakst ten onrechte gegeven")):
            counts = Counter(row["label"] for row in self.wrong if row["fault"] == fault).most_common(_MOST_LABELS)
            if counts:
                lines.append(f"{name}: {', '.join(f'{label} ({count})' for label, count in counts)}.")
        earning = [
            f"{row['term']} ({row['label']})" for row in self.terms[::-1] if int(row["right"]) > int(row["wrong"])
        ]
        if earning:
            lines.append(f"Zoekwoorden die het vaakst goed zijn: {', '.join(earning[:_MOST_TERMS])}.")
        hurting = [f"{row['term']} ({row['label']})" for row in self.terms if int(row["wrong"]) > int(row["right"])]
        if hurting:
            more = f" en {len(hurting) - _MOST_TERMS} meer" if len(hurting) > _MOST_TERMS else ""
            lines.append(f"Zoekwoorden die vaker fout zijn dan goed: {', '.join(hurting[:_MOST_TERMS])}{more}.")
        lines.append("Pas op: zijn de zoekwoorden op deze titels uitgezocht, dan zijn deze cijfers te mooi.")
        return "\n".join(lines)


def _nl(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def _measures(hit: np.ndarray, given: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return micro P, R, F1 and macro P, R, F1 from counts per label; the last axis is the labels."""
    micro = _prf(hit.sum(-1), given.sum(-1), right.sum(-1))
    counts = (given + right) > 0  # a label that nobody gave says nothing
    per_label = _prf(hit, given, right)
    n = np.maximum(counts.sum(-1), 1)
    macro = [np.where(counts, values, 0.0).sum(-1) / n for values in per_label]
    return np.stack([*micro, *macro], axis=-1)


def _prf(hit: np.ndarray, given: np.ndarray, right: np.ndarray) -> list[np.ndarray]:
    precision = hit / np.maximum(given, 1)
    recall = hit / np.maximum(right, 1)
    f1 = 2 * hit / np.maximum(given + right, 1)
    return [precision, recall, f1]


def agreement(
    truth: Sequence[set[str]], found: Sequence[set[str]], labels: Sequence[str], *, random_state: int = 0
) -> Agreement:
    """Compare two labellings of the same titles.

    Parameters
    ----------
    truth, found
        Per title the right labels and the labels given.
    labels
        All labels there are.
    random_state
        Seed of the bootstrap over titles.

    Returns
    -------
    Agreement
        A label that neither side uses is left out of the macro figures; a label that is never given has
        precision 0.

    Examples
    --------
    >>> both = agreement([{"a"}, {"b"}], [{"a"}, {"a"}], ["a", "b"])
    >>> both.precision.value, both.recall.value, round(both.macro_f1.value, 3)
    (0.5, 0.5, 0.333)
    """
    if len(truth) != len(found):
        raise ValueError(f"truth has {len(truth)} titles, found has {len(found)}")
    right = np.array([[label in one for label in labels] for one in truth], dtype=float).reshape(-1, len(labels))
    given = np.array([[label in one for label in labels] for one in found], dtype=float).reshape(-1, len(labels))
    hit = right * given
    values = _measures(hit.sum(0), given.sum(0), right.sum(0))
    weights = _weights(len(truth), random_state)
    drawn = _measures(weights @ hit, weights @ given, weights @ right)
    p, r, f, macro_p, macro_r, macro_f = (_share(v, d) for v, d in zip(values, drawn.T, strict=True))
    used = int(((given + right).sum(0) > 0).sum())
    return Agreement(p, r, f, macro_p, macro_r, macro_f, used)


def _weights(n: int, random_state: int) -> np.ndarray:
    """Return how often each of `n` titles is drawn in each bootstrap sample: draws × titles."""
    if n == 0:
        return np.zeros((_DRAWS, 0))
    return np.random.default_rng(random_state).multinomial(n, np.full(n, 1 / n), size=_DRAWS).astype(float)


def _share(value: float, drawn: np.ndarray) -> Share:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Share(round(float(value), 4), round(float(low), 4), round(float(high), 4))


def evaluate_tags(
    gold: Path | str, *, rules_only: bool = False, home: Home | Path | str | None = None, random_state: int = 0
) -> Evaluation:
    """Measure the labels against a table that a person labelled.

    Parameters
    ----------
    gold
        CSV with the columns title and labels (parted by ``;``; empty for a title outside all themes), and
        optionally citekey_or_id, abstract and keywords.
    rules_only
        Leave out what titles mean, as `leeszaal.reading.tag_file` does.
    home
        The reading room; by default the nearest one.
    random_state
        Seed of the bootstrap.

    Raises
    ------
    LeeszaalError
        When the table cannot be read or names a label that does not exist.
    """
    room = find_home(home)
    taxonomy = load_taxonomy(room.themes)
    path = Path(gold)
    known = ("citekey_or_id", "id", "title", "abstract", "keywords", "labels")
    rows, _ = read_rows(path, known, ("title", "labels"))
    if not rows:
        raise LeeszaalError(f"{path} heeft geen regels onder de kop.", "Zet er titels met hun labels in.")
    reader = reader_of(taxonomy, rules_only=rules_only, keep=room.embeddings)
    truth: list[set[str]] = []
    found: list[set[str]] = []
    right: Counter[tuple[str, str]] = Counter()
    wrong: Counter[tuple[str, str]] = Counter()
    meant = {True: 0, False: 0}
    with progress.stage("Meten"):
        texts = [{name: row[name] for name in ("title", "abstract", "keywords")} for row in rows]
        for row, given in zip(rows, reader.read(progress.track(texts)), strict=True):
            labels = {label.strip() for label in row["labels"].split(";") if label.strip()}
            for label in sorted(labels):
                try:
                    taxonomy.subtheme(label)
                except LeeszaalError as error:
                    raise LeeszaalError(f"{path}, regel {row['line']}: {error.message}", error.remedy) from error
            truth.append(labels)
            found.append({one.label for one in given})
            for one in given:
                side = right if one.label in labels else wrong
                if one.method == "rule":
                    side.update({(one.label, place.term) for place in one.evidence})
                else:
                    meant[one.label in labels] += 1
    names = taxonomy.labels()
    above = [[{taxonomy.theme_of(label) for label in one} for one in side] for side in (truth, found)]
    off = np.array([bool(f) for t, f in zip(truth, found, strict=True) if not t], dtype=float)
    off_share = _share(off.mean(), _weights(len(off), random_state) @ off / len(off)) if len(off) else None
    return Evaluation(
        titles=len(rows),
        off_theme=len(off),
        subthemes=agreement(truth, found, names, random_state=random_state),
        themes=agreement(above[0], above[1], [t.id for t in taxonomy.themes], random_state=random_state),
        off_theme_tagged=off_share,
        per_label=[
            {
                "label": label,
                "right": sum(label in t for t in truth),
                "given": sum(label in f for f in found),
                "both": sum(label in t and label in f for t, f in zip(truth, found, strict=True)),
            }
            for label in names
        ],
        wrong=[
            {
                "id": row["citekey_or_id"] or row["id"] or f"regel {row['line']}",
                "label": label,
                "fault": fault,
            }
            for row, t, f in zip(rows, truth, found, strict=True)
            for fault, labels in (("missed", t - f), ("extra", f - t))
            for label in sorted(labels)
        ],
        terms=[
            {"label": label, "term": term, "right": right[label, term], "wrong": wrong[label, term]}
            for label, term in sorted(right | wrong, key=lambda key: (right[key] - wrong[key], key))
        ],
        by_meaning=meant[True] + meant[False],
        by_meaning_right=meant[True],
        draws=_DRAWS,
        random_state=random_state,
    )
