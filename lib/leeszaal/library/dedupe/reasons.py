"""What spoke for and against a pair, in words for the person who decides."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from leeszaal.library.dedupe.points import Comparison, Numbers

__all__ = ["agreement", "reasons"]

_GUARDS = {
    "doi": "twee DOI’s", "title": "titels verschillen", "short": "korte titel",
    "bare": "alleen de titel is bekend",
    "place": "staat op een andere plaats",
    "years": "jaren verschillen", "journal": "twee tijdschriften", "edition": "misschien een andere druk",
    "numbers": "andere getallen in de titel",
    "words": "een ander woord in de titel",
    "kind": "rapport en artikel", "language": "twee talen", "conflict": "de groep spreekt zichzelf tegen",
    "erratum": "verbetering bij het andere werk", "reply": "reactie op het andere werk",
    "preprint": "voorpublicatie",
    "elsewhere": "ook elders verschenen", "part": "deel van het andere werk",
    "series": "terugkerende titel", "periodic": "terugkerende titel",
}  # fmt: skip
_FIELDS = (
    ("doi", "DOI"), ("isbn", "ISBN"), ("author", "auteur"), ("journal", "tijdschrift"), ("volume", "jaargang"),
    ("issue", "nummer"), ("page", "bladzijde"), ("abstract", "samenvatting"),
)  # fmt: skip


def agreement(c: Comparison, rows: Numbers) -> list[str]:
    """Return for each of `rows` what agrees and what differs: "gelijk: titel, jaar, auteur; anders: nummer"."""
    names = [name for _, name in _FIELDS]
    signs = np.column_stack([getattr(c, field)[rows] for field, _ in _FIELDS])
    known: dict[tuple[object, ...], str] = {}
    out = []
    for row, title, years in zip(signs.tolist(), c.title[rows].tolist(), c.years[rows].tolist(), strict=True):
        step = 2 if title >= 0.99 else 1 if title >= 0.82 else 0
        key = (*row, step, min(years, 1))
        if key not in known:
            agree = (["titel"] if step == 2 else []) + (["jaar"] if years == 0 else [])
            agree += [n for n, s in zip(names, row, strict=True) if s > 0]
            differ = (["titel"] if step == 0 else []) + (["jaar"] if years > 0 else [])
            differ += [n for n, s in zip(names, row, strict=True) if s < 0]
            parts = ["titel lijkt"] if step == 1 else []
            parts += [f"gelijk: {', '.join(agree)}"] if agree else []
            parts += [f"anders: {', '.join(differ)}"] if differ else []
            known[key] = "; ".join(parts)
        out.append(known[key])
    return out


def reasons(said: Iterable[str], guards: Iterable[str]) -> list[str]:
    """Return what agrees and what differs with the guard that held the pair back: "… (twee DOI’s)"."""
    return [
        text + (f" ({_GUARDS[guard]})" if guard in _GUARDS else "") for text, guard in zip(said, guards, strict=True)
    ]
