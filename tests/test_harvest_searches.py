"""`searches.yaml`: what it may hold, and file and line of what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.harvest import get_source
from leeszaal.harvest.query import Or, parse
from leeszaal.harvest.searches import read_contact, read_searches
from leeszaal.reading.taxonomy import load_taxonomy

GOOD = """version: 1
contact: stage@overijssel.nl
searches:
  toezicht:
    theme: ibt
    sources: [openalex]
    query: {nl: toezicht, en: supervision}
    from_year: 2010
    to_year: 2024
    types: [article, report]
    languages: [nl]
    limit: 50
    options:
      openalex: {url: "http://127.0.0.1:1/", limit: 10}
"""


def write(folder: Path, text: str) -> Path:
    (folder / "themes.yaml").write_text("themes:\n  - id: ibt\n  - id: kob\n", encoding="utf-8")
    path = folder / "searches.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_reads(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    search = read_searches(path)["toezicht"]
    assert (search.theme, search.sources, search.from_year, search.to_year) == ("ibt", ("openalex",), 2010, 2024)
    assert (search.types, search.languages) == (("article", "report"), ("nl",))
    assert search.limit_for("openalex") == 10
    assert search.limit_for("crossref") == 50
    assert search.node() == Or((parse("toezicht"), parse("supervision")))
    assert read_contact(path) == "stage@overijssel.nl"


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("theme: ibt", "theme: ibd", 5, "‘ibt’"),
        ("from_year: 2010", "from_yaer: 2010", 8, "‘from_year’"),
        ("from_year: 2010", "from_year: tweeduizend", 8, "een geheel getal"),
        ("from_year: 2010", "from_year: 20", 8, "een jaartal"),
        ("to_year: 2024", "to_year: 2001", 9, "ligt voor"),
        ("sources: [openalex]", "sources: [openallex]", 6, "‘openalex’"),
        ("sources: [openalex]", "sources: []", 6, "geen bron"),
        ("sources: [openalex]", "sources: openalex", 6, "een lijst"),
        ("nl: toezicht,", 'nl: "(toezicht",', 7, "haakje"),
        ("nl: toezicht,", "de: Aufsicht,", 7, "‘de’"),
        ("types: [article, report]", "types: [artikel]", 10, "‘article’"),
        ("languages: [nl]", "languages: [Dutch]", 11, "twee letters"),
        ("limit: 50", "limit: 0", 12, "1 of meer"),
        ("limit: 10", "limit: -1", 14, "1 of meer"),
        ("openalex: {url", "openalx: {url", 14, "‘openalex’"),
        ("{url:", "{uri:", 14, "‘url’"),
        ("  toezicht:\n", "  Toe zicht:\n", 4, "kleine letters"),
        ("searches:", "zoekvragen:", 3, "searches"),
    ],
)
def test_points_at_what_is_wrong(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(LeeszaalError) as caught:
        read_searches(path)
    assert f"{path}, regel {line}:" in caught.value.message
    assert words in str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(LeeszaalError, match="geen zoekvragen"):
        read_searches(tmp_path / "searches.yaml")


def test_the_shipped_file_has_a_search_for_every_theme(repository: Path) -> None:
    searches = read_searches(repository / "literature" / "searches.yaml")
    themes = [theme.id for theme in load_taxonomy(repository / "literature" / "themes.yaml").themes]
    assert {search.theme for search in searches.values()} == set(themes)
    for search in searches.values():
        assert set(search.query) == {"nl", "en"}
        for name in search.sources:
            for query in get_source(name).translate(search, None):
                assert query.text
