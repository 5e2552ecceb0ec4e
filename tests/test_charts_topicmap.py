"""The map of topics, and names that do not overlap."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeszaal.charts import topic_map
from leeszaal.charts.labels import place, push_apart
from leeszaal.charts.topicmap import positions_from, word_similarity
from leeszaal.errors import LeeszaalError

SOURCE = "Leeszaal, 100 werken, peildatum 1 november 2026"


def topics(sizes=(50, 30, 20), themes=("ibt.stelsel", "ibt.archief", "ver.opkomst")):
    names = ["toezicht", "archief", "opkomst", "loting", "integriteit"][: len(sizes)]
    return pd.DataFrame({"name": names, "size": sizes, "theme": list(themes)})


def test_classical_scaling_of_a_line():
    # Three on a line: distances 1, 1, 2, so s = 1 - d²/2.
    squared = np.array([[0, 1, 4], [1, 0, 1], [4, 1, 0]])
    found = positions_from(1 - squared / 2)
    assert np.allclose(found[:, 1], 0, atol=1e-6)
    assert sorted(np.round(found[:, 0], 6).tolist()) == [-1, 0, 1]


def test_similarity_by_words():
    frame = pd.DataFrame({"words_nl": ["toezicht, archief", "toezicht, raad", "opkomst", None], "words_en": [None] * 4})
    alike = word_similarity(frame)
    assert alike[0, 1] == pytest.approx(1 / 1.25)  # 1·1 over two vectors of length √1.25
    assert alike[0, 2] == 0
    assert np.diag(alike).tolist() == [1, 1, 1, 1]


def test_title_alt_and_nearest():
    figure = topic_map(
        topics(),
        positions=np.array([[0, 0], [1, 0], [5, 5]]),
        groups={"ibt": "Toezicht", "ver": "Verkiezingen"},
        source=SOURCE,
    )
    assert figure.title == "3 onderwerpen vallen in 2 groepen; Toezicht is de grootste, met 80\u00a0% van de werken"
    assert figure.alt == (
        "Kaart, 3 onderwerpen: Toezicht (2) en Verkiezingen (1); afstand is een benadering. "
        "Grootste: toezicht (50) en archief (30). Een groter rondje staat voor meer werken."
    )
    assert figure.cells()[0] == ["toezicht", "Toezicht", "50", "archief; opkomst"]


@pytest.mark.parametrize(
    ("frame", "title"),
    [
        (topics((50,), ("ibt",)), "Er is één onderwerp: toezicht"),
        (
            topics((50, 20), (None, None)),
            "Van 2 onderwerpen is ‘toezicht’ het grootste, met 71\u00a0% van de werken",
        ),
        (
            topics((50, 50), (None, None)),
            "Van 2 onderwerpen zijn er 2 even groot en het grootst (50\u00a0% elk)",
        ),
        (topics((0, 0), (None, None)), "Bij geen van de 2 onderwerpen horen werken"),
    ],
)
def test_titles(frame, title):
    places = np.arange(2 * len(frame), dtype=float).reshape(-1, 2)
    figure = topic_map(frame, positions=places, source=SOURCE)
    assert figure.title == title
    assert figure.svg() == topic_map(frame, positions=places, source=SOURCE).svg()


def test_all_on_one_spot():
    figure = topic_map(topics(), positions=np.zeros((3, 2)), source=SOURCE)
    assert figure.svg()


def test_bad_input():
    with pytest.raises(LeeszaalError, match="geen rijen"):
        topic_map(topics((), ()), positions=np.zeros((0, 2)), source=SOURCE)
    with pytest.raises(LeeszaalError, match="kleiner dan 0"):
        topic_map(topics((5, -1, 2)), positions=np.zeros((3, 2)), source=SOURCE)
    with pytest.raises(ValueError, match="positions must be"):
        topic_map(topics(), positions=np.zeros((2, 2)), source=SOURCE)
    with pytest.raises(ValueError, match="symmetric"):
        positions_from(np.array([[1, 0.5], [0.2, 1]]))


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 25), st.integers(0, 2**31))
def test_names_never_overlap(n, seed):
    rng = np.random.default_rng(seed)
    points = rng.uniform(40, 360, (n, 2))
    radii = rng.uniform(2, 15, n)
    texts = [["regionale samenwerking"] if i % 3 else ["twee regels", "van tekst"] for i in range(n)]
    labels = [x for x in place(points, radii, texts, (0, 0, 400, 400)) if x is not None]
    for i, a in enumerate(labels):
        assert a.left >= 0
        assert a.bottom >= 0
        assert a.left + a.width <= 400
        assert a.bottom + a.height <= 400
        for b in labels[:i]:
            apart = a.left + a.width <= b.left or b.left + b.width <= a.left
            assert apart or a.bottom + a.height <= b.bottom or b.bottom + b.height <= a.bottom
        near = np.hypot(
            points[:, 0] - np.clip(points[:, 0], a.left, a.left + a.width),
            points[:, 1] - np.clip(points[:, 1], a.bottom, a.bottom + a.height),
        )
        assert (near >= radii).all()


def test_bubbles_part():
    moved = push_apart(
        np.array([[50.0, 50.0], [50.0, 50.0], [55.0, 50.0]]), np.array([10.0, 10.0, 10.0]), (0, 0, 200, 200)
    )
    gaps = [np.hypot(*(moved[i] - moved[j])) for i in range(3) for j in range(i)]
    assert min(gaps) >= 20
