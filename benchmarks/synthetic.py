"""Make works that do not exist, as many as wanted: seeded, drawn from distributions, with no copied text.

Words are built from syllables and drawn from a Zipf distribution; each work belongs to one of forty subjects that
prefer words of their own, so that there are topics to be found. One title in four holds a term of the themes. Years
rise, journals and authors follow a power law, three works in ten have an abstract of some 120 words, seven in ten a
DOI, and 15 of 100 records tell of a work that an earlier record told of: the same, or with a slip of the pen, without
its DOI, or with another form of the name. The share of subject 0 doubles over the years, so that there is a trend to
be found.

Run on its own: python benchmarks/synthetic.py 1000 works.csv
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

COLUMNS = ("id", "title", "abstract", "author", "year", "journal", "volume", "number", "pages", "doi", "language")
SUBJECTS = 40
_SYLLABLES = [consonant + vowel for consonant in "bdfghklmnprstvwz" for vowel in "aeio"]
_ENDS = {"nl": ("ing", "heid", "en", "lijk", "te", ""), "en": ("tion", "ment", "ing", "al", "ity", "")}
_SMALL = {
    "nl": ("de", "het", "een", "van", "in", "en", "op", "voor", "met", "bij", "door", "naar"),
    "en": ("the", "of", "and", "in", "on", "for", "with", "by", "to", "a", "from", "at"),
}
_TERMS = {
    "nl": ("interbestuurlijk toezicht", "financieel toezicht", "gemeenschappelijke regeling", "regionale samenwerking",
           "opkomst bij verkiezingen", "integriteit", "rekenkamer", "bestuurskracht", "burgerparticipatie"),
    "en": ("voter turnout", "fiscal oversight", "inter-municipal cooperation", "quality of government",
           "regional governance", "public accountability", "citizen participation", "local elections"),
}  # fmt: skip


def _words(random: np.random.Generator, size: int, ends: tuple[str, ...]) -> np.ndarray:
    made: dict[str, None] = {}
    while len(made) < size:
        parts = random.choice(_SYLLABLES, (size, 4))
        counts = random.integers(2, 5, size)
        tails = random.choice(ends, size)
        for row, count, tail in zip(parts, counts, tails, strict=True):
            made["".join(row[:count]) + tail] = None
    return np.array(list(made)[:size], dtype=object)


class Maker:
    """Draws works; the same seed gives the same works."""

    def __init__(self, seed: int = 0) -> None:
        self.random = np.random.default_rng(seed)
        self.words = {lang: _words(self.random, 20_000, ends) for lang, ends in _ENDS.items()}
        ranks = np.arange(1, 20_001)
        self.weights = np.cumsum(1 / ranks) / np.sum(1 / ranks)
        self.own = self.random.integers(200, 20_000, (SUBJECTS, 60))
        self.names = np.array(
            [w.capitalize() for w in _words(self.random, 30_000, ("", "sen", "stra", "ma"))], dtype=object
        )
        self.journals = np.array(
            [f"Journal of {a} {b}" for a, b in self.random.choice(self.words["en"], (800, 2))], dtype=object
        )

    def _text(self, lang: str, subject: int, length: int) -> str:
        random = self.random
        common = self.words[lang][np.searchsorted(self.weights, random.random(length))]
        own = self.words[lang][random.choice(self.own[subject], length)]
        small = np.array(_SMALL[lang], dtype=object)[random.integers(0, 12, length)]
        pick = random.random(length)
        return " ".join(np.where(pick < 0.3, small, np.where(pick < 0.7, own, common)))

    def work(self, number: int) -> list[Any]:
        """Return one new work, in the order of `COLUMNS`."""
        random = self.random
        year = int(2025 - min(random.exponential(9), 45))
        grows = (year - 1980) / 45
        subject = 0 if random.random() < 0.02 + 0.02 * grows else int(random.integers(1, SUBJECTS))
        lang = "nl" if random.random() < 0.35 else "en"
        title = self._text(lang, subject, int(np.clip(random.normal(9, 3), 3, 24)))
        if random.random() < 0.25:
            title += (" bij " if lang == "nl" else " and ") + str(random.choice(_TERMS[lang]))
        abstract = self._text(lang, subject, int(random.integers(60, 180))) if random.random() < 0.3 else ""
        people = 1 + min(int(random.exponential(1.2)), 8)
        places = np.minimum((30_000 * random.random(people) ** 3).astype(int), 29_999)
        author = " and ".join(f"{self.names[p]}, {'ABCDEFGHJKLM'[p % 12]}." for p in places)
        journal = self.journals[min(int(800 * random.random() ** 3), 799)]
        start = int(random.integers(1, 900))
        doi = f"10.5555/{number:08d}" if random.random() < 0.7 else ""
        return [
            str(number), title.capitalize(), abstract, author, year, journal, int(random.integers(1, 60)),
            int(random.integers(1, 7)), f"{start}-{start + int(random.integers(4, 30))}", doi, lang,
        ]  # fmt: skip

    def again(self, row: list[Any], number: int) -> list[Any]:
        """Return another record of the same work, as another source would give it."""
        random = self.random
        out = [str(number), *row[1:]]
        match int(random.integers(5)):
            case 0:
                out[9] = ""
            case 1:
                place = int(random.integers(len(out[1])))
                out[1] = out[1][:place] + out[1][place + 1 :]
            case 2:
                out[3] = out[3].split(" and ")[0].split(",")[0]
            case 3:
                out[2], out[8] = "", out[8].split("-")[0]
        return out


def rows(size: int, seed: int = 0) -> Iterator[list[Any]]:
    """Yield `size` records, in the order of `COLUMNS`."""
    maker = Maker(seed)
    recent: list[list[Any]] = []
    for number in range(size):
        if recent and maker.random.random() < 0.15:
            yield maker.again(recent[int(maker.random.integers(len(recent)))], number)
            continue
        row = maker.work(number)
        if len(recent) < 5_000:
            recent.append(row)
        else:
            recent[int(maker.random.integers(5_000))] = row
        yield row


def write_csv(path: Path, size: int, seed: int = 0) -> Path:
    """Write `size` records to a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows(size, seed))
    return path


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("Give a number of works and a file: python benchmarks/synthetic.py 1000 works.csv")
    print(write_csv(Path(sys.argv[2]), int(sys.argv[1])))
