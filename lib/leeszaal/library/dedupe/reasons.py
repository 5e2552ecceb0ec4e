"""What spoke for and against a pair, in words for the person who decides."""

from __future__ import annotations

import numpy as np

from leeszaal.library.dedupe.points import Comparison, Numbers

__all__ = ["reasons"]

_GUARDS = {
    "doi": "twee DOI’s", "title": "titels verschillen", "short": "korte titel",
    "bare": "alleen de titel is bekend",
    "place": "staat op een andere plaats",
    "years": "jaren verschillen", "journal": "twee tijdschriften", "edition": "misschien een andere druk",
    "numbers": "andere getallen in de titel",
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


def reasons(c: Comparison, rows: Numbers, guard: Numbers) -> list[str]:
    """Return for each of `rows` what agrees, what differs and which guard held it back.

    A reason reads like "titel, auteur en jaar gelijk; nummer verschilt (twee DOI’s)".
    """
    names = [name for _, name in _FIELDS]
    signs = np.column_stack([getattr(c, field)[rows] for field, _ in _FIELDS])
    known: dict[tuple[object, ...], str] = {}
    out = []
    for row, title, years, held in zip(
        signs.tolist(), c.title[rows].tolist(), c.years[rows].tolist(), guard[rows].tolist(), strict=True
    ):
        step = 2 if title >= 0.99 else 1 if title >= 0.82 else 0
        key = (*row, step, min(years, 1), held)
        if key not in known:
            agree = (["titel"] if step == 2 else []) + (["jaar"] if years == 0 else [])
            agree += [n for n, s in zip(names, row, strict=True) if s > 0]
            differ = (["titel"] if step == 0 else []) + (["jaar"] if years > 0 else [])
            differ += [n for n, s in zip(names, row, strict=True) if s < 0]
            parts = ["titel lijkt"] if step == 1 else []
            parts += [f"gelijk: {', '.join(agree)}"] if agree else []
            parts += [f"anders: {', '.join(differ)}"] if differ else []
            known[key] = "; ".join(parts) + (f" ({_GUARDS[held]})" if held in _GUARDS else "")
        out.append(known[key])
    return out
