"""Topics of a table in a file, outside any reading room."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

from leeszaal import progress
from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, write_text
from leeszaal.topics.fit import fit_table
from leeszaal.topics.result import TopicModel
from leeszaal.topics.summary import TopicsSummary, summary_of
from leeszaal.topics.text import embedding_texts
from leeszaal.works.columns import find_columns
from leeszaal.works.decode import decode, require_text
from leeszaal.works.language import detect_many, normal_code
from leeszaal.works.plain import fold

__all__ = ["fit_file", "read_works_csv"]

_FIELDS = ("title", "abstract", "keywords", "year", "language")


def read_works_csv(path: Path) -> pd.DataFrame:
    """Read a table of works: `id`, `title`, and where there are `abstract`, `keywords`, `year`, `language`.

    Columns may have the names of `leeszaal.works.columns` as well ("Titel", "Samenvatting"). Comma, semicolon or tab;
    decoded as `leeszaal.works.decode` does. An empty cell is missing, and a missing language is detected.

    Raises
    ------
    LeeszaalError
        When the file cannot be read as a table.
    """
    decoded = decode(read_bytes(path))
    text = decoded.text
    if not text.strip():
        raise LeeszaalError(f"{path} is leeg.", "Nodig is een tabel met minstens de kolommen id en title.")
    require_text(decoded, str(path))
    head = text.split("\n", 1)[0]
    separator = max((",", ";", "\t"), key=head.count)
    try:
        frame = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise LeeszaalError(
            f"{path} is niet als tabel te lezen: {error}",
            "Zet tekst met een scheidingsteken tussen aanhalingstekens.",
        ) from error
    frame.columns = _standard([str(column).strip() for column in frame.columns])
    frame = frame.astype(object).where(frame != "", None)
    if "keywords" in frame:
        split = [[w.strip() for w in v.split(";") if w.strip()] if v else [] for v in frame["keywords"]]
        frame["keywords"] = pd.Series(split, index=frame.index, dtype=object)
    if "language" in frame and "title" in frame:
        given = [normal_code(v) for v in frame["language"]]
        blank = [t if code is None else None for code, t in zip(given, embedding_texts(frame), strict=True)]
        found = [code or guess for code, guess in zip(given, detect_many(blank), strict=True)]
        frame["language"] = pd.Series(found, index=frame.index, dtype=object)
    return frame


def name_rows(frame: pd.DataFrame) -> tuple[str, tuple[str, ...]]:
    """Return the column of `frame` that holds the ids, and what to say of it.

    Where a table of `read_works_csv` has no such column it is given one, in place: a row is called by its line in the
    file.
    """
    id_column = next((name for name in ("work_id", "id") if name in frame), None)
    if id_column is not None:
        return id_column, ()
    frame.insert(0, "id", [str(line) for line in range(2, len(frame) + 2)])
    return "id", ("Er is geen kolom id; elke regel heet naar zijn regelnummer.",)


def _standard(names: list[str]) -> list[str]:
    """Return the names of the columns, those of `_FIELDS` and the id by the names that they have here."""
    places = find_columns(names)
    found = {field: places[field][0] for field in _FIELDS if field in places and field not in names}
    if "year" not in places and "year" not in names and "date" in places:
        found["year"] = places["date"][0]
    key = next((at for at, name in enumerate(names) if fold(name) in ("id", "work id")), None)
    if key is not None and not {"id", "work_id"} & set(names):
        found["id"] = key
    standard = {at: field for field, at in found.items()}
    return [standard.get(at, name) for at, name in enumerate(names)]


def fit_file(
    source: Path | str,
    output: Path | str,
    *,
    k: int | None = None,
    random_state: int = 0,
    model: str = "nmf",
    search_terms: Iterable[str] = (),
) -> tuple[TopicsSummary, TopicModel]:
    """Fit topics to the table in `source` and write them to the folder `output`.

    Writes topics.csv (with coherence and stability per topic), assignments.csv (`id`, `topic`, `weight`, in the order
    of the table; an empty topic fits none), curve.csv (stability, coherence and diversity per number of topics) and
    quality.json. Where there is no id, a row is called by its line in the file.

    Parameters
    ----------
    source
        A CSV file; see `read_works_csv`.
    output
        A folder; made when it is not there.
    k, random_state, model
        As for `leeszaal.topics.topics`.
    search_terms
        Words of the search that made the table; they do not count.
    """
    with progress.stage("Onderwerpen"):
        frame = read_works_csv(Path(source))
        id_column, told = name_rows(frame)
        fit = fit_table(frame, k, random_state, method=model, search_terms=search_terms)
        fit = replace(fit, notes=(*told, *fit.notes))
        folder = Path(output)
        order = fit.assignments.set_index("work_id").loc[frame[id_column].tolist()].reset_index(names="id")
        found = fit.topics.assign(typical=[";".join(works) for works in fit.topics["typical"]])
        for name, table in (("topics", found), ("assignments", order), ("curve", fit.curve)):
            write_text(folder / f"{name}.csv", table.to_csv(index=False, lineterminator="\n"))
        summary = summary_of(fit)
        write_text(folder / "quality.json", json.dumps(asdict(summary), indent=2, ensure_ascii=False) + "\n")
    return summary, fit
