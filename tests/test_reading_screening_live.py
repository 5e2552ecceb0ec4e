"""A pile while it is read: what comes next and why, and that nobody waits."""

from __future__ import annotations

import threading
from unittest.mock import Mock

import numpy as np
import pytest

from leeszaal.reading.screening import Ranker, Reason, is_stale, live

TEXTS = [f"interbestuurlijk toezicht provincie geval{i}" for i in range(12)] + [
    f"opkomst bij verkiezingen kiezers stad{i}" for i in range(12)
]
NONE = [-1] * 24


def labelled(**labels: int) -> list[int]:
    return [labels.get(f"w{i}", -1) for i in range(24)]


def test_a_pile_is_read_from_the_description_to_the_model() -> None:
    with Ranker(TEXTS, description="toezicht door de provincie") as ranker:
        start = ranker.order(NONE)
        assert (start.basis, start.training, len(start.works)) == ("likeness", False, 24)
        assert set(start.works[:12]) == set(range(12))
        known = labelled(**{f"w{i}": int(i < 12) for i in range(7, 17)})
        after = ranker.order(known)
        assert after.basis == "model"
        assert after.works[:7] == tuple(range(7))
        assert set(after.works) == set(range(24)) - set(range(7, 17))
        assert ranker.order(NONE).works == start.works  # everything taken back


def test_the_reason_names_words_and_works() -> None:
    with Ranker(TEXTS) as ranker:
        ranker.order(labelled(**{f"w{i}": int(i < 12) for i in range(7, 17)}))
        reason = ranker.reason(0)
        assert (reason.work, reason.place, reason.of, reason.basis) == (0, 1, 14, "model")
        assert "toezicht" in [term for term, _ in reason.terms]
        assert len(reason.near) == 3
        assert {work for work, _ in reason.near} <= set(range(7, 12))
        # two texts share 3 words and 2 pairs of equal weight, and differ in a word and a pair: a real cosine
        assert all(0 < likeness < 1 for _, likeness in reason.near)
        told = reason.tell([f"Titel {i}." for i in range(24)])
        assert told.startswith("Plaats 1 van 14. Woorden die u vaker opnam: ‘")
        assert "Lijkt op: Titel " in told
        assert ranker.reason(9).place is None
        assert ranker.reason(23).near == ()


def test_what_is_left_out_does_not_come() -> None:
    with Ranker(TEXTS, description="kiezers") as ranker:
        assert set(ranker.order(labelled(w0=0), leave_out=[1, 2]).works) == set(range(3, 24))


def test_when_a_model_is_stale() -> None:
    assert not is_stale("both", [1, -1], [1, -1])
    assert is_stale("both", [1, -1], [1, 0])
    taught = [1] * 10 + [-1] * 190
    assert not is_stale("model", taught, [1] * 13 + [-1] * 187)
    assert is_stale("model", taught, [1] * 14 + [-1] * 186)  # a fiftieth of 200
    assert is_stale("model", taught, [1] * 6 + [-1] * 194)  # taken back counts too


def test_a_large_pile_never_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    rank = live.rank
    monkeypatch.setattr(live, "rank", lambda *given, **named: go.wait(30) and rank(*given, **named))
    with Ranker(TEXTS, description="kiezers", waited_for=10) as ranker:
        start = ranker.order(NONE, leave_out=[3])
        assert (start.basis, start.training) == ("waiting", True)
        assert start.works == (0, 1, 2, *range(4, 24))
        assert "nog gerangschikt" in ranker.reason(0).tell()
        assert not ranker.wait(0.01)
        assert ranker.order(labelled(w0=1)).works == tuple(range(1, 24))  # one training at a time
        go.set()
        assert ranker.wait(30)
        first = ranker.order(labelled(w0=1))
        assert first.training  # the label of just now is being learned from
        assert first.taught == tuple(NONE)
        assert first.works[0] >= 12
        assert ranker.wait(30)
        assert ranker.order(labelled(w0=1)).taught == tuple(labelled(w0=1))


def test_what_goes_wrong_in_the_background_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "features", Mock(side_effect=MemoryError("too large")))
    with Ranker(TEXTS, waited_for=10) as ranker:
        ranker.order(NONE)
        with pytest.raises(MemoryError, match="too large"):
            ranker.wait(30)


def test_the_background_gives_the_same_order() -> None:
    known = labelled(**{f"w{i}": int(i < 12) for i in range(7, 17)})
    with Ranker(TEXTS) as here, Ranker(TEXTS, waited_for=0) as there:
        there.order(known)
        there.wait(30)
        assert there.order(known) == here.order(known)
        assert there.reason(0) == here.reason(0)


def test_a_language_without_labels_says_so() -> None:
    points = np.zeros((24, 2))
    points[:12, 0] = points[12:, 1] = 1.0
    texts = [*TEXTS[:6], *[f"oversight {i}" for i in range(6)], *TEXTS[12:18], *[f"turnout {i}" for i in range(6)]]
    languages = (["nl"] * 6 + ["en"] * 6) * 2
    known = [-1] * 24
    known[:6], known[12:18] = [1] * 6, [0] * 6
    with Ranker(texts, languages=languages, embedding=points) as ranker:
        ranker.order(known)
        reason = ranker.reason(7)
    assert reason.basis == "meaning"
    assert reason.terms == ()
    assert reason.near[0][1] == 1.0
    assert "om zijn betekenis" in reason.tell()


def test_bad_arguments() -> None:
    with Ranker(TEXTS) as ranker:
        with pytest.raises(ValueError, match="labels must"):
            ranker.order([1])
        with pytest.raises(ValueError, match="no work 99"):
            ranker.reason(99)
        ranker.order(NONE)
        with pytest.raises(ValueError, match="no work 24"):
            ranker.reason(24)


def test_a_reason_without_titles_is_whole() -> None:
    assert Reason(0, None, 3, "chance", (), ()).tell() == (
        "Er is nog niets om op te rangschikken; dit werk is willekeurig gekozen."
    )
