"""Read a table that a person made: CSV with a header, in any usual encoding, every row with its line."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

from leeszaal.errors import LeeszaalError, listed, nearest
from leeszaal.files import read_bytes
from leeszaal.works.decode import decode, require_text

__all__ = ["read_rows"]


def read_rows(path: Path, known: tuple[str, ...], required: tuple[str, ...]) -> tuple[list[dict[str, str]], list[str]]:
    """Read a CSV file with a header; the delimiter (comma, semicolon or tab) is seen from the header.

    Returns
    -------
    tuple
        The rows with the columns of `known` (missing cells are ``""``) and ``line`` (as text), and remarks
        in Dutch.

    Raises
    ------
    LeeszaalError
        When the file is empty, a required column is missing, a column is there twice, or a row has more
        cells than there are columns.
    """
    decoded = decode(read_bytes(path))
    remarks = list(decoded.remarks)
    if decoded.encoding not in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        remarks.append(f"{path.name} is geen UTF-8 en is gelezen als {decoded.encoding}.")
    require_text(decoded, str(path))
    header = decoded.text.partition("\n")[0]
    if not header.strip():
        raise LeeszaalError(f"{path} is leeg.", f"Verwacht: een eerste regel met {', '.join(required)}.")
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(decoded.text, newline=""), delimiter=delimiter, strict=True)
    rows: list[dict[str, str]] = []
    try:
        names = [name.strip().casefold() for name in next(reader)]
        for name in required:
            if name not in names:
                raise LeeszaalError(
                    f"{path}, regel 1: de kolom ‘{name}’ ontbreekt. Er staat: {listed(n for n in names if n)}.",
                    f"{nearest(name, [n for n in names if n])} Geef de kolom de naam ‘{name}’.",
                )
        double = [name for name, count in Counter(names).items() if count > 1 and name in known]
        if double:
            raise LeeszaalError(f"{path}, regel 1: de kolom ‘{double[0]}’ staat er twee keer in.", "Verwijder er een.")
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(names):
                raise LeeszaalError(
                    f"{path}, regel {line}: {len(cells)} cellen, maar er zijn {len(names)} kolommen.",
                    f"Zet tekst met ‘{delimiter}’ erin tussen dubbele aanhalingstekens.",
                )
            row = dict(zip(names, cells, strict=False))
            rows.append({**{name: row.get(name, "").strip() for name in known}, "line": str(line)})
    except csv.Error as error:
        raise LeeszaalError(
            f"{path}, regel {reader.line_num}: deze regel is niet te lezen ({error}).",
            "Kijk of elk dubbel aanhalingsteken ook wordt gesloten.",
        ) from error
    return rows, remarks
