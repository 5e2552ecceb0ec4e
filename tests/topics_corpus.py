"""A small made-up corpus in two languages, with embeddings that know the subject and the language."""

from __future__ import annotations

import numpy as np
import pandas as pd

WORDS = {
    ("toezicht", "nl"): "toezicht provincie archief begroting ladder ingreep oordeel taak inspectie norm",
    ("toezicht", "en"): "oversight province archive budget ladder sanction verdict duty inspection standard",
    ("verkiezing", "nl"): "verkiezing opkomst kiezer stembureau partij zetel raad burger campagne uitslag",
    ("verkiezing", "en"): "election turnout voter ballot party seat assembly citizen campaign outcome",
    ("regio", "nl"): "regio samenwerking grens landschap verkeer netwerk partner akkoord woning energie",
    ("regio", "en"): "region cooperation border landscape traffic network partner treaty housing energy",
}
SUBJECTS = ("toezicht", "verkiezing", "regio")


def corpus(per_cell: int = 20, seed: int = 0, words: int = 5) -> tuple[pd.DataFrame, np.ndarray]:
    """Return works (`work_id`, `title`, `language`, `subject`) and embeddings (n, 16)."""
    generator = np.random.default_rng(seed)
    axes = {name: np.eye(16)[at] for at, name in enumerate((*SUBJECTS, "nl", "en"))}
    rows, vectors = [], []
    # Some words are commoner than others, as in any text.
    rank = 1 / np.arange(2, 12)
    rank /= rank.sum()
    for (subject, language), text in WORDS.items():
        for _ in range(per_cell):
            chosen = generator.choice(text.split(), size=words, replace=False, p=rank)
            rows.append((f"w{len(rows):04d}", " ".join(chosen), language, subject))
            vectors.append(axes[subject] + 2 * axes[language] + 0.1 * generator.normal(size=16))
    frame = pd.DataFrame(rows, columns=["work_id", "title", "language", "subject"])
    points = np.array(vectors)
    return frame, (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
