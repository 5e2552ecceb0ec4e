"""Living papers: which sentence a rerun made untrue, who signed what, and that a signed version stays word for word."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

import leeszaal
from leeszaal.errors import LeeszaalError
from leeszaal.papers.filling import evaluate, fill, resting, used_names
from leeszaal.papers.sentences import sentence_id, split_sentences
from leeszaal.papers.values import Value, ValueGroup

SLUG = "interbestuurlijk-toezicht"
WORDS = {"rises": ("stijgt", "stijgend"), "falls": ("daalt",)}
VALUES = ValueGroup(
    werken=Value(12, "12", ("w1",), "Werken"),
    deel=ValueGroup(geld=Value(0.25, "25 %", ("w1",))),
    groei=ValueGroup(richting=Value("rises", "stijgt", (), "", WORDS), per_jaar=Value(None, "–")),
)


# --- sentences


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Een zin. Nog een zin!", ["Een zin.", "Nog een zin!"]),
        ("Zie art. 124 en bijv. de Wgr. Daarna stopt het.", ["Zie art. 124 en bijv. de Wgr.", "Daarna stopt het."]),
        ("Volgens J. Jansen e.a. klopt dit.", ["Volgens J. Jansen e.a. klopt dit."]),
        ("Er zijn {{ n if n > 1 else 'X. Y' }} werken. Klaar.", ["Er zijn {{ n if n > 1 else 'X. Y' }} werken.", "Klaar."]),
        ("- een punt\n  loopt door\n- twee\n\nTekst", ["een punt loopt door", "twee", "Tekst"]),
        ("## Kop\nZin één.\nZin twee [@x]. (Zin drie.)", ["Kop", "Zin één.", "Zin twee [@x].", "(Zin drie.)"]),
        ("| a | b |\n| - | - |\n::: {.x}\nBinnen.\n:::", ["a | b |", "Binnen."]),
        ("```\nGeen. Zin.\n```\n<!-- Ook. Niet. -->Wel.", ["Wel."]),
        ("Het is 3.5 keer zo veel.", ["Het is 3.5 keer zo veel."]),
        ("", []),
    ],
)  # fmt: skip
def test_sentences_are_found(body: str, expected: list[str]) -> None:
    assert [span.source for span in split_sentences(body)] == expected


@given(st.text(alphabet="ab. {}\n-#|:`!<>", max_size=60))
def test_sentences_lie_in_order_and_lose_nothing_that_holds_a_value(body: str) -> None:
    spans = split_sentences(body)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert all(0 <= span.start < span.end <= len(body) for span in spans)


def test_a_sentence_keeps_its_name_until_it_is_rewritten() -> None:
    assert sentence_id("een", "Er zijn\n{{ n }} werken.") == sentence_id("een", "Er zijn {{ n }} werken.")
    assert sentence_id("een", "Er zijn {{ n }} werken.") != sentence_id("twee", "Er zijn {{ n }} werken.")


# --- values, claims, doors


def test_what_an_expression_becomes() -> None:
    assert evaluate("deel.geld", VALUES) == "25 %"
    assert evaluate("'veel' if werken > 10 else 'weinig'", VALUES) == "veel"
    assert evaluate("werken.number / 5", VALUES) == "2,4"
    assert evaluate('bewering("De aandacht stijgt", groei.richting == "stijgend")', VALUES) == "De aandacht stijgt"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("wreken", "Bedoelt u ‘werken’"),
        ('bewering("x", groei.rchting == "stijgt")', "Bedoelt u ‘groei.richting’"),
        ("deel", "dit is een groep; noem een waarde daaruit, zoals deel.geld"),
        ('groei.richting == "stijgendd"', "nooit ‘stijgendd’. Bedoelt u ‘stijgend’"),
        ('bewering("x", groei.richting)', "hoort een vergelijking"),
        ("groei.per_jaar > 0.1", "niet bekend"),
        ("werken.works", "geen getal en geen tekst"),
        ("werken.__class__", "bestaat niet"),
        ("werken +", "niet te lezen"),
    ],
)
def test_what_cannot_be_filled_in_says_why(code: str, words: str) -> None:
    with pytest.raises(LeeszaalError, match=words):
        evaluate(code, VALUES)


def test_the_values_a_sentence_rests_on() -> None:
    body = (
        'Er zijn {{ werken }} werken. {{ bewering("Het daalt", groei.richting == "daalt") }}. Los.\n\n{{ deel.geld }}'
    )
    first, second, third = resting("een", 3, body, VALUES)
    assert (first.line, first.values, first.text, first.broken) == (4, {"werken": "12"}, "Er zijn 12 werken.", ())
    assert (second.values, second.broken) == ({"groei.richting": "stijgt"}, ("Het daalt",))
    assert (third.line, third.values) == (6, {"deel.geld": "25 %"})
    assert used_names('"werken" if deel.geld.number > werken else "x"', VALUES) == ["deel.geld", "werken"]


def test_a_number_becomes_a_door_where_a_link_may_stand() -> None:
    def door(name: str, text: str) -> str:
        return f"<{name}:{text}>"

    body = '{{ werken }} [{{ werken }}](a.html) ![{{ werken }}](f.svg){fig-alt="{{ werken }}"} `{{ werken }}`\n# {{ werken }}'
    filled = fill(body, 1, VALUES, door=door)
    assert filled == '<werken:12> [12](a.html) ![12](f.svg){fig-alt="12"} `12`\n# 12'


# --- the whole path


def add_work(room: Path, key: str, title: str) -> None:
    (room / f"{key}.bib").write_text(
        f"@article{{{key}, title={{{title}}}, author={{Jansen, Jo}}, journal={{Bestuur}}, year=2023}}\n",
        encoding="utf-8",
    )
    leeszaal.import_([room / f"{key}.bib"], home=room)
    leeszaal.build(home=room)
    leeszaal.tag(home=room)
    leeszaal.trends(home=room)


def shown(room: Path) -> str:
    notebook = json.loads((room / "papers" / SLUG / f"{SLUG}.ipynb").read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return "\n".join("".join(output.get("data", {}).get("text/markdown", "")) for output in outputs)


def words_of(page: Path) -> str:
    return " ".join(
        BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").find("article").get_text(" ").split()
    )


def assert_marked_on_paper(room: Path, folder: Path, count: int) -> None:
    """Each sentence to revise bears its mark in the Word file and in the PDF too."""
    from docx import Document

    from leeszaal.home import Home
    from leeszaal.site import pandoc, pdf
    from leeszaal.site.project import read_project
    from leeszaal.site.source import read_source

    project = read_project(Home(room))
    document = next(one for one in project.documents if one.name.endswith(f"/{SLUG}.ipynb"))
    source = read_source(project, document)
    sources = pandoc.prepare_bibliography(project, folder)
    pandoc.to_docx(source, project, folder / "docx", sources, folder / "a.docx")
    runs = [run for part in Document(str(folder / "a.docx")).paragraphs for run in part.runs]
    assert [run.text for run in runs if run.style.name == "Te herzien"] == ["te herzien"] * count
    pdf.to_pdf(source, project, folder / "pdf", sources, folder / "a.pdf")
    if tool := shutil.which("pdftotext"):
        told = subprocess.run([tool, "-enc", "UTF-8", str(folder / "a.pdf"), "-"], capture_output=True, check=True)
        assert " ".join(told.stdout.decode("utf-8").split()).count("te herzien") >= count


def test_a_rerun_marks_what_it_made_untrue_and_a_signed_version_stays(
    room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEESZAAL_PERSON", "Anna")
    text = room / "papers" / SLUG / "text.md"
    works = leeszaal.paper(SLUG, home=room).works  # as `demo` made it
    assert "te herzien" not in shown(room)
    assert "sec-veranderd" not in shown(room)
    signed = leeszaal.sign_paper(SLUG, home=room, reason="besproken")
    assert (signed.version, signed.person, signed.accepted) == (1, "anna", 0)
    once = leeszaal.render_version(SLUG, 1, tmp_path / "eerst", home=room)
    assert [Path(one).suffix for one in once.files] == [".docx", ".html", ".pdf"]
    with pytest.raises(LeeszaalError, match="geen ondertekende versie 2"):
        leeszaal.render_version(SLUG, 2, tmp_path / "nee", home=room)

    before = text.read_bytes()
    add_work(room, "nieuw2023", "Interbestuurlijk toezicht en generiek toezicht door de provincie")
    summary = leeszaal.paper(SLUG, home=room)
    review = leeszaal.review_paper(SLUG, home=room)
    assert text.read_bytes() == before
    assert summary.to_review == len(review.items) > 0
    assert any(("werken", str(works), str(works + 1)) in map(tuple, item["changes"]) for item in review.items)
    page = shown(room)
    assert '**[te herzien]{.te-herzien custom-style="Te herzien"}** Over interbestuurlijk toezicht is weinig' in page
    assert f"Concept: {len(review.items)} zinnen zijn te herzien" in page
    assert "sec-trend-aandacht)" not in page.partition("sec-samenvatting")[0]  # the box shows no marks of references
    assert_marked_on_paper(room, tmp_path, len(review.items))
    assert "Vergeleken met versie 1, ondertekend op" in page
    assert "1 nieuw werk" in page
    assert "Interbestuurlijk toezicht en generiek toezicht door de provincie" in page

    answers: list[str] = []

    def yes_once(item: object) -> bool:
        answers.append(item.text)  # type: ignore[attr-defined]
        return len(answers) == 1

    after = leeszaal.review_paper(SLUG, ask=yes_once, home=room)
    assert (after.accepted, len(after.items)) == (1, len(review.items) - 1)
    leeszaal.undo(home=room)
    assert len(leeszaal.review_paper(SLUG, home=room).items) == len(review.items)

    leeszaal.paper(SLUG, home=room)
    second = leeszaal.sign_paper(SLUG, home=room)
    assert (second.version, second.accepted) == (2, len(review.items))
    assert leeszaal.paper(SLUG, home=room).to_review == 0
    assert "te herzien" not in shown(room)
    assert "Er is sindsdien niets veranderd" in shown(room)

    again = leeszaal.render_version(SLUG, 1, tmp_path / "later", home=room)
    for suffix in (".html", ".pdf"):
        assert (
            Path(once.files[0]).with_suffix(suffix).read_bytes()
            == Path(again.files[0]).with_suffix(suffix).read_bytes()
        )
    later = words_of(tmp_path / "later" / f"{SLUG}.html")
    assert f"{works} van de" in later
    assert f"{works + 1} van de" not in later
    assert [one["number"] for one in leeszaal.paper_versions(SLUG, home=room).versions] == [1, 2]

    leeszaal.undo(home=room)  # the sign-off of version 2 no longer counts, its folder stays
    assert [one["number"] for one in leeszaal.paper_versions(SLUG, home=room).versions] == [1]
    assert len(leeszaal.review_paper(SLUG, home=room).items) == len(review.items)
    (room / "papers" / SLUG / "versions" / "1" / "text.md").write_text("anders", encoding="utf-8")
    with pytest.raises(LeeszaalError, match="niet meer wat er is ondertekend"):
        leeszaal.paper_versions(SLUG, home=room)


def test_a_claim_that_does_not_hold_is_marked_and_may_be_accepted(room: Path) -> None:
    text = room / "papers" / SLUG / "text.md"
    claim = '# aanleiding\n\n{{ bewering("Het zijn vooral boeken", soort.boek > soort.artikel) }}.\n'
    text.write_text(text.read_text(encoding="utf-8").replace("# aanleiding\n", claim), encoding="utf-8")
    assert leeszaal.paper(SLUG, home=room).to_review == 1
    assert "deze bewering geldt niet: Het zijn vooral boeken" in shown(room)
    assert leeszaal.review_paper(SLUG, ask=lambda _: True, home=room).accepted == 1
    assert leeszaal.review_paper(SLUG, home=room).items == []


def test_what_changed_since_it_was_made_cannot_be_signed(room: Path) -> None:
    text = room / "papers" / SLUG / "text.md"
    text.write_text(text.read_text(encoding="utf-8") + "\nNog een zin.\n", encoding="utf-8")
    with pytest.raises(LeeszaalError, match="moet u hebben kunnen lezen"):
        leeszaal.sign_paper(SLUG, home=room)
    assert not (room / "papers" / SLUG / "versions").exists()
