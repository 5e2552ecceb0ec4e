"""OpenAlex: the query as it is sent, and recorded answers field by field."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import httpx2
import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.harvest import get_source
from leeszaal.harvest.errors import SourceRefused, SourceTrap
from leeszaal.harvest.openalex import OpenAlex, _abstract
from leeszaal.harvest.searches import Search
from leeszaal.harvest.transport import Limits, Transport
from servers.openalex import OpenAlexServer, inverted, work

SOURCE = OpenAlex()


def asked(text: str, since: str | None = None, **settings: object) -> str:
    search = Search("x", ("openalex",), {"": text}, **settings)  # type: ignore[arg-type]
    (query,) = SOURCE.translate(search, since)
    return query.params["filter"]


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("toezicht", "title_and_abstract.search:toezicht"),
        ("toezicht gemeente", "title_and_abstract.search:toezicht AND gemeente"),
        ('a1 OF "lokaal bestuur"', 'title_and_abstract.search:a1 OR "lokaal bestuur"'),
        ("(a1 OF b1) EN c1 NIET d1", "title_and_abstract.search:(a1 OR b1) AND c1 NOT d1"),
        ("gemeente* toezicht", "title_and_abstract.search.exact:gemeente* AND toezicht"),
        ("title:opkomst", "title.search:opkomst"),
        ("title:opkomst EN gemeente*", "title.search:opkomst,title_and_abstract.search.exact:gemeente*"),
        ("samenvatting:opkomst", "abstract.search:opkomst"),
        ('"wet, zoals gewijzigd"', 'title_and_abstract.search:"wet zoals gewijzigd"'),
        ("a1|b1", 'title_and_abstract.search:"a1 b1"'),
    ],
)
def test_the_question_in_its_own_words(text: str, sent: str) -> None:
    assert asked(text) == sent


def test_limits_in_its_own_words() -> None:
    filters = asked(
        "a1", "2026-01-31", from_year=2010, to_year=2012, types=("thesis", "chapter"), languages=("nl", "en"),
        options={"openalex": {"filter": "is_paratext:false"}},
    )  # fmt: skip
    assert filters.split(",")[1:] == [
        "from_publication_date:2010-01-01",
        "to_publication_date:2012-12-31",
        "type:dissertation|book-chapter",
        "language:nl|en",
        "is_paratext:false",
        "from_updated_date:2026-01-31",
    ]


@pytest.mark.parametrize(
    ("text", "settings", "words"),
    [
        ("author:jansen", {}, "auteur"),
        ("title:a1 OF b1", {}, "OF-groep"),
        ("a1 NIET title:b1", {}, "alleen wat er niet"),
        ("a1", {"types": ("law",)}, "geen werken van de soort law"),
        (" OF ".join(f"woord{n}" for n in range(600)), {}, "te lang"),
    ],
)
def test_what_it_cannot_be_asked(text: str, settings: dict[str, object], words: str) -> None:
    with pytest.raises(LeeszaalError, match=words):
        asked(text, **settings)  # type: ignore[arg-type]


def test_two_languages_go_apart_when_together_they_are_too_long() -> None:
    long = {code: " OF ".join(f"{code}woord{n}" for n in range(150)) for code in ("nl", "en")}
    queries = SOURCE.translate(Search("x", ("openalex",), long), None)
    assert [query.language for query in queries] == ["nl", "en"]
    (one,) = SOURCE.translate(Search("x", ("openalex",), {"nl": "a1", "en": "b1"}), None)
    assert one.params["filter"] == "title_and_abstract.search:a1 OR b1"


@pytest.mark.parametrize(
    ("index", "text"),
    [
        (inverted("it is what it is"), "it is what it is"),
        ({"b": [3], "a": [0]}, "a b"),  # a place was left out
        ({"a": [1_000_000_000]}, "a"),
        ({"<p>Abstract</p>": [0], "Wie": [1], "&amp;": [2], "wat": [3]}, "Wie & wat"),
        ({"Abstract": [0], "This": [1], "paper": [2]}, "This paper"),
        ({"abstract": [0], "expressionism": [1]}, "abstract expressionism"),
        ({"a\nb": [0]}, "a b"),
        ({}, None),
        (None, None),
        ({"a": []}, None),
    ],
)
def test_an_abstract_from_its_index(index: dict[str, list[int]] | None, text: str | None) -> None:
    assert _abstract(index) == text


def test_a_recorded_article(shared: Path) -> None:
    content = (shared / "data" / "api" / "openalex" / "works_list_one_2025.json").read_bytes()
    (record,) = SOURCE.read(content).records
    assert record.title == (
        "Effect of native oxide layers on copper thin-film tensile properties: A reactive molecular dynamics study"
    )
    assert record.source_record_id == "W2277923667"
    assert (record.type, record.raw_type) == ("article", "article")
    assert (record.year, record.date) == (2015, "2015-12-21")
    assert record.authors == ("Skarlinski, Michael", "Quesnel, David J.")
    assert record.container == "Journal of Applied Physics"
    assert record.publisher == "American Institute of Physics"
    assert (record.volume, record.issue, record.pages) == ("118", "23", None)
    assert record.doi == "10.1063/1.4938384"
    assert record.url == "https://doi.org/10.1063/1.4938384"
    assert record.language is None
    assert record.extra["language"] == "en"
    assert record.keywords == ("Copper oxide", "Brittleness")
    assert record.abstract is not None
    assert record.abstract.startswith("Metal-oxide layers are likely to be present on metallic nano-structures")


def test_recorded_pages_whole(shared: Path) -> None:
    """366 works recorded in 2023: every one a record or a reject, with the fields that it has."""
    with zipfile.ZipFile(shared / "data" / "api" / "openalex" / "works_nelson_2002.zip") as archive:
        works = [one for name in archive.namelist() for one in json.loads(archive.read(name))]
    reading = SOURCE.read(json.dumps({"results": works}).encode())
    assert reading.read == len(works) == 366
    assert [json.loads(reject.text)["id"] for reject in reading.rejects] == ["https://openalex.org/W1593382203"]
    titled = [one for one in works if one["title"]]  # the reject has none
    for one, record in zip(titled, reading.records, strict=True):
        assert one["type"] in ("journal-article", "posted-content")
        assert record.type == "article"
        assert record.year == one["publication_year"]
        assert (record.abstract is None) == (not one["abstract_inverted_index"])
        assert len(record.authors) == len([a for a in one["authorships"] if a["author"]["display_name"]])
        assert "<" not in record.title or " <" in record.title


@pytest.mark.parametrize(
    "spoiled",
    [
        {"title": None, "display_name": None},
        {"title": "<i></i>", "display_name": None},
        {"id": None},
        {"authorships": ["Jansen"]},
        {"abstract_inverted_index": ["a"]},
        {"primary_location": "x"},
        {"keywords": [3]},
    ],
)
def test_a_work_of_another_shape_is_rejected_alone(spoiled: dict[str, object]) -> None:
    page = {"results": [work(1), work(2) | spoiled, work(3)]}
    reading = SOURCE.read(json.dumps(page).encode())
    assert [record.source_record_id for record in reading.records] == ["W1000001", "W1000003"]
    (reject,) = reading.rejects
    assert json.loads(reject.text) == work(2) | spoiled
    assert "niet te lezen" in reject.reason


def test_names_with_particles() -> None:
    authors = [{"author": {"display_name": name}} for name in ("Anna de Vries", "Plato", "Raad van State")]
    page = {"results": [work(1) | {"authorships": authors}]}
    (record,) = SOURCE.read(json.dumps(page).encode()).records
    assert record.authors == ("de Vries, Anna", "Plato", "Raad van State")


def test_conference_paper_and_empty_fields() -> None:
    bare = {"id": "https://openalex.org/W5", "title": "Kort", "type": "article", "publication_year": 2020}
    paper = {"source": {"display_name": "Congres", "type": "conference"}}
    page = {"results": [bare, bare | {"primary_location": paper, "publication_date": "2019-12-31"}]}
    first, second = SOURCE.read(json.dumps(page).encode()).records
    assert (first.type, first.authors, first.abstract, first.date) == ("article", (), None, None)
    assert (second.type, second.container, second.date) == ("conference", "Congres", None)


@pytest.mark.parametrize(
    "body", [b'{"results": []}', b'{"meta": {"count": 3}}', b'{"results": {}, "meta": {"count": "veel"}}']
)
def test_an_answer_of_another_shape(body: bytes) -> None:
    client = httpx2.Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, content=body)))
    transport = Transport("OpenAlex", client=client, limits=Limits(100_000))
    (query,) = SOURCE.translate(Search("x", ("openalex",), {"": "a1"}), None)
    with pytest.raises(SourceTrap, match="andere vorm"):
        next(SOURCE.pages(transport, query, None))


def test_a_wrong_key_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEESZAAL_OPENALEX_KEY", "verkeerde-sleutel-77")
    with OpenAlexServer(10, key="de-goede") as server, Transport("OpenAlex", limits=Limits(100_000)) as transport:
        monkeypatch.setenv("LEESZAAL_OPENALEX_URL", server.url)
        (query,) = SOURCE.translate(Search("x", ("openalex",), {"": "a1"}), None)
        with pytest.raises(SourceRefused, match="sleutel") as caught:
            SOURCE.estimate(transport, query)
    assert "verkeerde-sleutel-77" not in str(caught.value)
    assert len(server.asked) == 1


def test_what_a_plan_warns_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEESZAAL_OPENALEX_KEY", raising=False)
    with OpenAlexServer(250_000) as server, Transport("OpenAlex", limits=Limits(100_000)) as transport:
        monkeypatch.setenv("LEESZAAL_OPENALEX_URL", server.url)
        (query,) = SOURCE.translate(Search("x", ("openalex",), {"": "a1"}), None)
        found = SOURCE.estimate(transport, query)
    assert (found.hits, found.requests) == (250_000, 2500)
    assert found.cost_usd == pytest.approx(2.5)
    assert "Zonder sleutel" in found.remark
    assert "niet genoeg" in found.remark


def test_known_by_name() -> None:
    assert isinstance(get_source("openalex"), OpenAlex)
    with pytest.raises(LeeszaalError, match="geen bron") as caught:
        get_source("openalexx")
    assert "‘openalex’" in caught.value.remedy
