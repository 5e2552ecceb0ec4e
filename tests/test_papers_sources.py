"""The sources of a paper: when a page without a date was looked up, and official sources in a list of their own."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from leeszaal.home import Home
from leeszaal.papers import sources

ROOT = Path(__file__).resolve().parents[1]
HARVEST, LATER, BROUGHT = (f"literature/evidence/{name}" for name in ("woo/1", "woo/2", "import/1"))


def library() -> pd.DataFrame:
    rows = [
        ("w1", "pagina", pd.NA, None, "https://example.org/a"),
        ("w2", "gedateerd", 2020, None, "https://example.org/b"),
        ("w3", "met-doi", pd.NA, "10.1/x", "https://example.org/c"),
        ("w4", "gebracht", pd.NA, None, "https://example.org/d"),
        ("w5", "niet-aangehaald", pd.NA, None, "https://example.org/e"),
    ]
    frame = pd.DataFrame(rows, columns=["work_id", "citekey", "year", "doi", "url"]).astype({"year": "Int32"})
    return frame.assign(title="T", type="web")


def test_an_undated_page_says_when_it_was_looked_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    records = pd.DataFrame(
        [("w1", HARVEST), ("w1", LATER), ("w2", LATER), ("w3", LATER), ("w4", BROUGHT)], columns=["work_id", "evidence"]
    )
    evidence = [
        SimpleNamespace(source=folder.split("/")[2], folder=folder, time=time)
        for folder, time in (
            (HARVEST, "2026-03-01T10:00:00Z"), (LATER, "2026-11-03T09:00:00Z"), (BROUGHT, "2026-11-20T09:00:00Z"),
        )
    ]  # fmt: skip
    monkeypatch.setattr(sources, "load_records", lambda _: records)
    monkeypatch.setattr(sources, "list_evidence", lambda _: evidence)
    found = sources.references(Home(tmp_path), library(), ["pagina", "gedateerd", "met-doi", "gebracht"])
    assert [one["id"] for one in found] == ["gebracht", "gedateerd", "met-doi", "pagina"]
    assert {one["id"]: one["accessed"] for one in found if "accessed" in one} == {
        "pagina": {"date-parts": [[2026, 11, 3]]}
    }


ITEMS: list[dict[str, Any]] = [
    {
        "id": "pagina", "type": "webpage", "title": "Een pagina", "author": [{"family": "Jansen", "given": "Jo"}],
        "URL": "https://example.org/x", "accessed": {"date-parts": [[2026, 11, 3]]},
    },
    {"id": "wet", "type": "legislation", "title": "Gemeentewet", "issued": {"date-parts": [[1992]]}},
]  # fmt: skip
TEXT = """\
Dit zegt [@pagina] en de wet [@wet, art. 3], zie ook @pagina.

## Bronnen

::: {#refs}
:::

::: {#refs-official title="Wetten"}
:::
"""


@pytest.mark.parametrize("order", ["citeproc first, as our own renderer", "citeproc last, as Quarto"])
@pytest.mark.parametrize(("lang", "looked"), [("nl", "Geraadpleegd op 3 november 2026, van"), ("en", "Retrieved ")])
def test_official_sources_leave_the_main_list_whoever_renders(
    tmp_path: Path, order: str, lang: str, looked: str
) -> None:
    import pypandoc

    (tmp_path / "refs.json").write_text(json.dumps(ITEMS), encoding="utf-8")
    (tmp_path / "a.md").write_text(TEXT, encoding="utf-8")
    own = ["--lua-filter", str(ROOT / "papers" / "bronnen.lua")]
    words = ["--citeproc", *own] if "first" in order else [*own, "--citeproc"]
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "a.md", "--to", "html", "--wrap", "none", "--bibliography", "refs.json",
         "--csl", str(ROOT / "literature" / "leeszaal.csl"), "-M", f"lang={lang}", "-M", "link-citations=true", *words],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert done.stderr == ""
    page = BeautifulSoup(done.stdout, "html.parser")
    assert [entry["id"] for entry in page.select("#refs .csl-entry")] == ["ref-pagina"]
    assert [entry["id"] for entry in page.select("#refs-official .csl-entry")] == ["ref-wet"]
    assert page.select_one("#sec-official").get_text() == "Wetten"
    assert [link["href"] for link in page.select(".citation a")] == ["#ref-pagina", "#ref-wet", "#ref-pagina"]
    assert looked in page.select_one("#ref-pagina").get_text()
