"""Train the model of meaning for `literature/themes.yaml`: run it after every change of terms or examples."""

from __future__ import annotations

from pathlib import Path

from leeszaal.reading import load_taxonomy
from leeszaal.reading.meaning import STORED
from leeszaal.reading.meaning_model import train

ROOT = Path(__file__).resolve().parents[1]

if __name__ == "__main__":
    train(load_taxonomy(ROOT / "literature" / "themes.yaml"), STORED, cache=ROOT / ".leeszaal" / "embeddings")
    print(f"{STORED.relative_to(ROOT)}: {STORED.stat().st_size / 1024:.0f} kB")
