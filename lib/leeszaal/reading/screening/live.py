"""The pile while somebody reads it: what comes next, why, and a model that learns without making the reader wait.

`Ranker` is given the texts once, and after every decision the labels so far; it answers at once. Up to `WAITED_FOR`
works it trains on the spot. Of a larger pile the words are counted and the model is trained in another thread, and the
order is that of the training before, until the next is ready.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType

import numpy as np

from leeszaal.reading.screening.ranking import Features, Ranking, features, rank, retrain_every

__all__ = ["WAITED_FOR", "Order", "Ranker", "Reason", "is_stale", "order_of", "reason_for"]

WAITED_FOR = 5000  # works: up to here one training takes less than 300 ms (`benchmarks/screening.py`)
_TERMS = 5
_NEAR = 3
_LEAST_LIKE = 0.05  # works less alike than this have nothing to do with each other


@dataclass(frozen=True)
class Order:
    """What to read, best first.

    Parameters
    ----------
    works
        The numbers of the works that were not judged yet.
    basis
        As of `Ranking`; ``"waiting"`` when the first ranking is not ready yet, and the works stand as they came.
    taught
        The labels that the ranking was made from, one per work; empty for ``"waiting"``.
    training
        Whether a newer ranking is being made in the background.
    """

    works: tuple[int, ...]
    basis: str
    taught: tuple[int, ...]
    training: bool


@dataclass(frozen=True)
class Reason:
    """Why a work stands where it stands.

    Parameters
    ----------
    work
        Its number.
    place
        Where it stood among the works not judged when it was ranked, from 1; None when it was judged then.
    of
        How many those were.
    basis
        As of `Order`; and ``"meaning"`` for a work in a language that has too few labels.
    terms
        The terms that lift it most, with what each adds to its score, the strongest first.
    near
        The included works most like it, with their likeness (cosine, 0 to 1), the likest first.
    """

    work: int
    place: int | None
    of: int
    basis: str
    terms: tuple[tuple[str, float], ...]
    near: tuple[tuple[int, float], ...]

    def tell(self, titles: Sequence[str] = ()) -> str:
        """Return the reason in Dutch; with the titles of all works it names those that the work is like.

        Examples
        --------
        >>> Reason(3, 1, 40, "model", (("toezicht", 0.4),), ((0, 0.3),)).tell(["Toezicht in cijfers"])
        'Plaats 1 van 40. Woorden die u vaker opnam: ‘toezicht’. Lijkt op: Toezicht in cijfers.'
        """
        place = f"Plaats {self.place} van {self.of}. " if self.place and self.basis != "waiting" else ""
        parts = [place + _BASIS[self.basis]]
        if self.terms:
            parts[0] += ": " + ", ".join(f"‘{term}’" for term, _ in self.terms)
        parts = [parts[0] + "."]
        if self.near and titles:
            parts.append("Lijkt op: " + "; ".join(titles[work].rstrip(". ") for work, _ in self.near) + ".")
        return " ".join(parts)


_BASIS = {
    "model": "Woorden die u vaker opnam",
    "both": "Woorden van de omschrijving en van wat u opnam",
    "likeness": "Woorden van de omschrijving en van wat u opnam",
    "meaning": "Deze taal heeft nog weinig oordelen; het werk staat hier om zijn betekenis",
    "chance": "Er is nog niets om op te rangschikken; dit werk is willekeurig gekozen",
    "waiting": "De stapel wordt nog gerangschikt; de werken staan zoals ze binnenkwamen",
}


def _labels(labels: Sequence[int] | np.ndarray, works: int) -> np.ndarray:
    known = np.asarray(labels, dtype=np.int64)
    if known.shape != (works,) or not np.isin(known, (-1, 0, 1)).all():
        raise ValueError("labels must hold 1, 0 or -1 for each work")
    return known


def is_stale(basis: str, taught: Sequence[int] | np.ndarray, labels: Sequence[int] | np.ndarray) -> bool:
    """Tell whether a ranking should be made anew.

    Until the model stands alone each label counts; then a fiftieth of the pile in labels that are new, other or
    taken back.

    Examples
    --------
    >>> is_stale("likeness", [-1, -1, -1], [1, -1, -1]), is_stale("model", [1, 0] * 50, [1, 0] * 49 + [-1, 0])
    (True, False)
    """
    changed = int((np.asarray(taught) != np.asarray(labels)).sum())
    return changed >= (retrain_every(len(labels)) if basis == "model" else 1)


def order_of(ranking: Ranking, labels: Sequence[int] | np.ndarray, leave_out: Collection[int] = ()) -> tuple[int, ...]:
    """Return the numbers of the works without a label, best first, without those of `leave_out`."""
    open_ = _labels(labels, len(ranking.scores)) < 0
    open_[list(leave_out)] = False
    return tuple(ranking.order(np.flatnonzero(open_)).tolist())


def reason_for(
    found: Features, ranking: Ranking, labels: Sequence[int] | np.ndarray, work: int, terms: int = _TERMS
) -> Reason:
    """Tell why a work stands where it stands.

    Parameters
    ----------
    found, ranking
        The works, and how they were ranked.
    labels
        What the ranking was made from: 1, 0 or −1 per work.
    work
        The number of the work.
    terms
        How many terms to name at most.
    """
    known = _labels(labels, len(found))
    if not 0 <= work < len(found):
        raise ValueError(f"there is no work {work} among {len(found)}")
    foreign = ranking.foreign is not None and bool(ranking.foreign[work])
    ahead = ranking.order(np.flatnonzero(known < 0))
    where = np.flatnonzero(ahead == work)
    included = np.flatnonzero(known == 1)
    included = included[included != work]
    if foreign and found.embedding is not None:
        alike = found.embedding[included] @ found.embedding[work]
    else:
        alike = np.asarray((found.matrix[included] @ found.matrix[work].T).todense()).ravel()
    best = [n for n in np.argsort(-alike, kind="stable")[:_NEAR] if alike[n] >= _LEAST_LIKE]
    return Reason(
        work=work,
        place=int(where[0]) + 1 if len(where) else None,
        of=len(ahead),
        basis="meaning" if foreign else ranking.basis,
        terms=tuple(ranking.why(found, work, terms)),
        near=tuple((int(included[n]), round(float(alike[n]), 4)) for n in best),
    )


@dataclass(frozen=True)
class _Ranked:
    """A ranking and the labels it was made from."""

    found: Features
    ranking: Ranking
    taught: np.ndarray


class Ranker:
    """Ranks one pile while it is read; use it in a ``with`` block, or `close` it.

    Parameters
    ----------
    texts
        One per work; see `leeszaal.reading.screening.text_of`.
    titles
        One per work, whose words count more than once; see `leeszaal.reading.screening.features`.
    description
        What is looked for, for the cold start; see `leeszaal.reading.screening.describe`.
    languages, embedding
        One per work, to rank across languages; see `leeszaal.reading.screening.features`.
    random_state
        Seed of the solver, and of the order when there is nothing to go by.
    waited_for
        Up to so many works everything is done on the spot, so that the same labels in the same steps give the same
        order; above it in the background.

    Examples
    --------
    >>> texts = ["toezicht op gemeenten", "opkomst bij verkiezingen", "toezicht door Rijk", "opkomst in de stad"]
    >>> with Ranker(texts, description="toezicht") as ranker:
    ...     first = ranker.order([-1, -1, -1, -1]).works
    ...     then = ranker.order([1, 0, -1, -1])
    >>> first[:2], then.works, then.basis
    ((0, 2), (2, 3), 'both')
    """

    def __init__(
        self,
        texts: Sequence[str],
        *,
        titles: Sequence[str] = (),
        description: str = "",
        languages: Sequence[str | None] = (),
        embedding: np.ndarray | None = None,
        random_state: int = 0,
        waited_for: int = WAITED_FOR,
    ) -> None:
        self._texts = list(texts)
        self._titles = titles
        self._description = description
        self._languages = languages
        self._embedding = embedding
        self._random_state = random_state
        self._here = len(self._texts) <= waited_for
        self._pool = None if self._here else ThreadPoolExecutor(1, thread_name_prefix="leeszaal-ranking")
        self._features: Features | None = None
        self._ranked: _Ranked | None = None
        self._coming: Future[_Ranked] | None = None

    def __len__(self) -> int:
        return len(self._texts)

    def __enter__(self) -> Ranker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the thread; what is being trained is finished, what waits is dropped."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _rank(self, known: np.ndarray) -> _Ranked:
        if self._features is None:
            self._features = features(
                self._texts, titles=self._titles, languages=self._languages, embedding=self._embedding
            )
            _ = self._features.names  # here, so that the first reason does not have to wait for it
        ranking = rank(self._features, known, description=self._description, random_state=self._random_state)
        return _Ranked(self._features, ranking, known)

    def _collect(self) -> None:
        """Take over what the thread made; what went wrong there is raised here."""
        if self._coming is not None and self._coming.done():
            self._ranked, self._coming = self._coming.result(), None

    def order(self, labels: Sequence[int] | np.ndarray, *, leave_out: Collection[int] = ()) -> Order:
        """Return what to read next; never waits for a training of a pile above `waited_for` works.

        Parameters
        ----------
        labels
            One per work: 1 included, 0 excluded, −1 not judged, or nothing to learn from ("maybe").
        leave_out
            Works that must not come although they have no label, such as a "maybe".
        """
        known = _labels(labels, len(self))
        self._collect()
        done = self._ranked
        if done is None or is_stale(done.ranking.basis, done.taught, known):
            if self._pool is None:
                done = self._ranked = self._rank(known.copy())
            elif self._coming is None:
                self._coming = self._pool.submit(self._rank, known.copy())
        training = self._coming is not None
        if done is None:
            left = set(leave_out)
            waiting = tuple(work for work in np.flatnonzero(known < 0).tolist() if work not in left)
            return Order(waiting, "waiting", (), training)
        works = order_of(done.ranking, known, leave_out)
        return Order(works, done.ranking.basis, tuple(done.taught.tolist()), training)

    def reason(self, work: int, terms: int = _TERMS) -> Reason:
        """Tell why a work stands where it stands in the order that `order` last gave, naming at most `terms` terms."""
        if self._ranked is None:
            if not 0 <= work < len(self):
                raise ValueError(f"there is no work {work} among {len(self)}")
            return Reason(work, None, len(self), "waiting", (), ())
        return reason_for(self._ranked.found, self._ranked.ranking, self._ranked.taught, work, terms)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the training that is under way is ready; return whether it is."""
        if self._coming is not None:
            try:
                self._coming.result(seconds)
            except TimeoutError:
                return False
            self._collect()
        return True
