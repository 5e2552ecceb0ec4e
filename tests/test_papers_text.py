"""The writer's text: sections, values, citations, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.errors import LeeszaalError
from leeszaal.papers.filling import fill
from leeszaal.papers.text import Section, check_text, cited_keys, read_text, show_tags
from leeszaal.papers.values import Value, ValueGroup

VALUES = ValueGroup(werken=Value(12, "12"), deel=ValueGroup(geld=ValueGroup(aandeel=Value(0.25, "25 %"))))


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "text.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_sections_keep_their_lines_and_words(tmp_path: Path) -> None:
    path = written(tmp_path, "<!-- uitleg\n# niet dit -->\n\n# een\ntekst\n```\n# ook niet dit\n```\n# twee\n")
    sections = read_text(path)
    assert list(sections) == ["een", "twee"]
    assert sections["een"] == Section("een", 4, "tekst\n```\n# ook niet dit\n```")
    assert read_text(tmp_path / "weg.md") == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("los\n# een\n", "regel 1: hier staat tekst die bij geen sectie hoort"),
        ("# een\n# een\n", "regel 2: de sectie ‘een’ staat er twee keer"),
    ],
)
def test_text_without_a_place_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(LeeszaalError, match=words):
        read_text(written(tmp_path, text))


def test_text_must_be_utf8(tmp_path: Path) -> None:
    path = tmp_path / "text.md"
    path.write_bytes("# één\n".encode("latin-1"))
    with pytest.raises(LeeszaalError, match="UTF-8"):
        read_text(path)


def test_values_are_filled_in_by_name() -> None:
    body = "{{ werken }} werken, {{deel.geld.aandeel}}; {{< include x >}} {#sec-a} {% raw %}"
    assert fill(body, 1, VALUES) == "12 werken, 25 %; {{< include x >}} {#sec-a} {% raw %}"


def test_values_compare_as_numbers() -> None:
    assert fill("{{ 'veel' if werken > 10 else 'weinig' }}", 1, VALUES) == "veel"
    assert VALUES["werken"] == 12
    assert VALUES.names() == ["werken", "deel.geld.aandeel"]


@pytest.mark.parametrize(
    "code", ["().__class__.__bases__", "werken.__init__.__globals__", "cycler.__init__.__globals__.os"]
)
def test_the_text_cannot_reach_the_machine(code: str) -> None:
    with pytest.raises(LeeszaalError):
        fill(f"{{{{ {code} }}}}", 1, VALUES)


def test_citations_and_what_only_looks_like_one() -> None:
    body = "[@een; -@{twee}, p. 3] a@b.nl @fig-x `@code` \\@los\n```\n@blok\n```\n@drie. <!-- @stil -->"
    assert cited_keys(body) == [(0, "een"), (0, "twee"), (4, "drie")]


def test_everything_wrong_is_named_with_its_line(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "# een\nzie [@fries2018] en {{ wreken }} en {{ werken / 0 }}\n\n::: {.callout-note}\nopen\n# tweee\n:::\n## Kop\n# Een hele zin\n",
    )
    findings = check_text(read_text(path), ["een", "twee"], VALUES, {"vries2018"})
    said = {(finding.line, finding.message, finding.remedy) for finding in findings}
    assert (2, "het werk ‘@fries2018’ staat niet in de bibliotheek", "Bedoelt u ‘vries2018’?") in said
    assert (2, "de waarde ‘wreken’ bestaat niet in deze paper", "Bedoelt u ‘werken’?") in said
    assert any(line == 2 and "‘{{ werken / 0 }}’ is niet te lezen" in message for line, message, _ in said)
    assert any(line == 4 and "wordt niet gesloten" in message for line, message, _ in said)
    assert any(line == 6 and "de sectie ‘tweee’ bestaat niet" in message for line, message, _ in said)
    assert any(line == 7 and "sluit ‘:::’ een blok dat niet is geopend" in message for line, message, _ in said)
    assert any(line == 9 and "kop van het hoogste niveau" in message for line, message, _ in said)
    assert len(said) == 7


@given(st.text(st.characters(exclude_characters="{}<", exclude_categories=["Cs"])))
def test_text_without_values_comes_back_as_it_was(body: str) -> None:
    assert show_tags(fill(body, 1, VALUES)) == body.strip("\n")
