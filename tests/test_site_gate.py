"""What the gate lets through and what it stops: each rule by itself, and then through a whole build."""

from __future__ import annotations

from pathlib import Path

import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.site.gate import Finding, check_css, check_links, check_page
from leeszaal.site.pagefacts import Part, read_page
from leeszaal.site.render import publish
from site_project import ASIS, cell, make_project, notebook


def kinds(html: str, *, written: bool = False) -> list[str]:
    return [finding.kind for finding in check_page(read_page(html), "a.qmd", written=written)]


FROM_ELSEWHERE = [
    '<img alt="x" src="https://ergens.nl/x.png">',
    '<img alt="x" src="//ergens.nl/x.png">',
    '<img alt="x" src=" https://ergens.nl/x.png">',
    '<img alt="x" src="\\\\ergens.nl\\x.png">',
    '<img alt="x" src="HTTP://ergens.nl/x.png">',
    '<img alt="x" src="ht\ntps://ergens.nl/x.png">',
    '<img alt="x" src="a.png" srcset="a.png 1x, https://ergens.nl/b.png 2x">',
    '<picture><source srcset="https://ergens.nl/b.avif"><img alt="x" src="a.png"></picture>',
    '<video src="https://ergens.nl/x.mp4"></video>',
    '<video poster="https://ergens.nl/x.png"></video>',
    '<audio><source src="https://ergens.nl/x.mp3"></audio>',
    '<video><track src="https://ergens.nl/x.vtt"></video>',
    '<script src="https://ergens.nl/x.js"></script>',
    '<link rel="stylesheet" href="https://ergens.nl/x.css">',
    '<link rel="preconnect" href="https://ergens.nl">',
    '<link rel="shortcut icon" href="https://ergens.nl/x.ico">',
    '<iframe src="https://ergens.nl"></iframe>',
    '<iframe srcdoc="&lt;img alt=x src=https://ergens.nl/x.png&gt;"></iframe>',
    '<object data="https://ergens.nl/x.svg"></object>',
    '<embed src="https://ergens.nl/x.swf">',
    '<input type="image" alt="x" src="https://ergens.nl/x.png">',
    '<svg><use href="https://ergens.nl/x.svg#a"></use></svg>',
    '<svg><image xlink:href="https://ergens.nl/x.png"></image></svg>',
    '<svg><path fill="url(https://ergens.nl/x.svg#a)"></path></svg>',
    '<meta http-equiv="refresh" content="0; url=https://ergens.nl">',
    '<base href="https://ergens.nl/">',
    '<p style="background: url(https://ergens.nl/x.png)">x</p>',
    "<style>@import 'https://ergens.nl/x.css';</style>",
    "<style>p { background: url( 'https://ergens.nl/x.png' ) }</style>",
    "<style>p { background: u\\72l(https://ergens.nl/x.png) }</style>",
    '<style>p { background: image-set("https://ergens.nl/x.png" 1x) }</style>',
    "<body background='https://ergens.nl/x.png'></body>",
]


@pytest.mark.parametrize("html", FROM_ELSEWHERE)
def test_stops_what_would_load_from_elsewhere(html: str) -> None:
    assert "outside" in kinds(html)


HARMLESS = [
    '<a href="https://ergens.nl">een link mag</a>',
    '<img alt="x" src="figuren/a.svg">',
    '<img alt="x" src="data:image/png;base64,AAAA">',
    '<img alt="x" src="a.png" srcset="data:image/png;base64,AA,BB 2x">',
    '<link rel="canonical" href="https://ergens.nl/">',
    '<link rel="stylesheet" href="site_libs/leeszaal.css">',
    "<p>https://ergens.nl/x.png en url(https://ergens.nl)</p>",
    "<style>p { background: url(#verloop) } /* https://ergens.nl */</style>",
    '<svg role="img" aria-label="x"><use href="#a"></use></svg>',
    '<meta name="description" content="https://ergens.nl">',
    '<meta http-equiv="refresh" content="30">',
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math>',
    '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"></path></svg>',
]


@pytest.mark.parametrize("html", HARMLESS)
def test_lets_through_what_loads_nothing(html: str) -> None:
    assert kinds(html) == []


@pytest.mark.parametrize(
    "html",
    [
        '<img src="a.png">',
        '<img src="a.png" alt="">',
        '<img src="a.png" alt="  ">',
        '<figure><img src="a.png"><figcaption>Een bijschrift is geen alt.</figcaption></figure>',
        '<svg role="img"><path d="M0 0"></path></svg>',
        '<input type="image" src="a.png">',
    ],
)
def test_stops_an_image_without_alt_text(html: str) -> None:
    assert kinds(html) == ["alt"]


@pytest.mark.parametrize(
    "html",
    [
        '<img src="a.png" alt="Een lijn">',
        '<img src="a.png" alt="" role="presentation">',
        '<img src="a.png" alt="" aria-hidden="true">',
        '<svg role="img"><title>Een lijn</title><path d="M0 0"></path></svg>',
        '<svg role="img" aria-label="Een lijn"></svg>',
        "<svg><path d='M0 0'></path></svg>",
    ],
)
def test_lets_through_an_image_with_alt_text_or_without_meaning(html: str) -> None:
    assert kinds(html) == []


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Zie <strong>?@fig-x</strong>.</p>", [Finding("a.qmd", "crossref", "fig-x")]),
        ('<p><span class="quarto-unresolved-ref">fig-x</span></p>', [Finding("a.qmd", "crossref", "fig-x")]),
        (
            '<span class="citation" data-cites="vries"><strong>vries?</strong></span>',
            [Finding("a.qmd", "citation", "vries")],
        ),
        ("<p><strong>Waarom?</strong> Daarom.</p>", []),
        ("<p>Zo schrijft u ?@fig-x in tekst.</p>", []),
    ],
)  # fmt: skip
def test_stops_what_is_left_open(html: str, expected: list[Finding]) -> None:
    assert check_page(read_page(html), "a.qmd") == expected


@pytest.mark.parametrize(
    "html", ["<script>x()</script>", '<p onclick="x()">x</p>', '<a href=" java\nscript:x()">x</a>']
)
def test_stops_a_program_in_a_text(html: str) -> None:
    assert kinds(html, written=True) == ["script"]
    assert kinds(html) == []


def test_a_style_sheet_is_read_too() -> None:
    found = check_css("@font-face { src: url(//ergens.nl/x.woff2) } p { background: url(../a.png) }", "x.css")
    assert found == [Finding("x.css", "outside", "//ergens.nl/x.woff2")]


def test_links_within_the_site() -> None:
    pages = {
        "index.html": read_page(
            '<a href="papers/x.html#een">x</a><a href="papers/x.html#twee">x</a><a href="weg.html">x</a>'
        ),
        "papers/x.html": read_page(
            '<p id="een"></p><a href="../index.html">x</a><a href="#top">x</a><a href="a%20b.csv">x</a>'
            '<a href="../../uit.html">x</a>'
            '<a href="https://ergens.nl">x</a><a href="mailto:a@b.nl">x</a><img alt="x" src="weg.png">'
        ),
    }  # fmt: skip
    files = ["index.html", "papers/x.html", "papers/a b.csv"]
    sources = {"papers/x.html": "papers/x.ipynb"}
    assert [(finding.where, finding.what) for finding in check_links(pages, files, sources)] == [
        ("index.html", "papers/x.html#twee"),
        ("index.html", "weg.html"),
        ("papers/x.ipynb", "../../uit.html"),
        ("papers/x.ipynb", "weg.png"),
    ]


def test_every_finding_can_be_told_in_dutch() -> None:
    from leeszaal.site.gate import _EXPLAINED

    for kind in _EXPLAINED:
        told = Finding("papers/x/x.ipynb", kind, "fig-{x}").tell()
        assert told.startswith("papers/x/x.ipynb: ")
        assert told.endswith(".")


# ------------------------------------------------------------------------------- through a whole build

ERROR = {"output_type": "error", "ename": "ValueError", "evalue": "te weinig werken", "traceback": []}
TEXTS = {
    "an unresolved reference": ("Zie @fig-weg.", "@fig-weg"),
    "an unresolved citation": ("Volgens @niemand2000.", "niemand2000"),
    "an image that is not there": ('![Bijschrift](figuren/weg){#fig-a fig-alt="Een lijn"}', "figuren/weg"),
    "an image without alt text": ("![Bijschrift](../proef/figuren/lijn){#fig-a}", "lijn"),
    "an image from elsewhere": ('![B](https://ergens.nl/x.svg){#fig-a fig-alt="Een lijn"}', "ergens.nl"),
    "a link that leads nowhere": ("[Weg](../weg.html)", "weg.html"),
    "an anchor that is not there": ("[Weg](../proef/proef.html#weg)", "proef.html#weg"),
    "a label twice": ("| a |\n|---|\n| 1 |\n\n: A {#tbl-a}\n\n| a |\n|---|\n| 1 |\n\n: B {#tbl-a}", "tbl-a"),
    "a div that is not closed": ("::: {.callout-note}\nTekst zonder einde.", "regel"),
}  # fmt: skip


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A project with a site that is in order, and nothing to render but the front page and one paper."""
    root = make_project(tmp_path)
    quarto = (root / "_quarto.yml").read_text(encoding="utf-8")
    render = 'render: ["index.qmd", "tweede.qmd", "papers/proef/*.ipynb", "papers/fout/*.ipynb"]'
    lines = [f"  {render}" if line.strip().startswith("render:") else line for line in quarto.splitlines()]
    text = "\n".join(lines) + "\n"
    (root / "_quarto.yml").write_text(text, encoding="utf-8")
    (root / "papers/_metadata.yml").write_text("format:\n  html: {}\n", encoding="utf-8")  # HTML is enough here
    (root / "_site").mkdir()
    (root / "_site/index.html").write_text("de vorige site", encoding="utf-8")
    return root


def refused(room: Path, *cells: dict[str, object]) -> str:
    """Publish with one more paper and return the message; the last good site must still be there."""
    (room / "papers/fout").mkdir()
    (room / "papers/fout/fout.ipynb").write_text(notebook(*cells), encoding="utf-8")
    with pytest.raises(LeeszaalError) as caught:
        publish(Home(room), "pandoc")
    assert (room / "_site/index.html").read_text(encoding="utf-8") == "de vorige site"
    assert sorted(path.name for path in room.iterdir() if path.name.startswith("._site")) == []
    return str(caught.value)


@pytest.mark.parametrize("what", TEXTS)
def test_a_build_stops_on(room: Path, what: str) -> None:
    text, named = TEXTS[what]
    message = refused(room, cell(f"{ASIS}x()", f"## Deel\n\n{text}"))
    assert "papers/fout/fout.ipynb" in message
    assert named in message
    assert "papers/proef" not in message.replace("../proef", "")


def test_a_build_stops_on_an_error_output(room: Path) -> None:
    message = refused(room, cell("x()", ERROR))
    assert "papers/fout/fout.ipynb" in message
    assert "cel 2" in message
    assert "te weinig werken" in message


@pytest.mark.parametrize("tag", ["parameters", "injected-parameters"])
def test_a_build_stops_on_visible_parameters(room: Path, tag: str) -> None:
    message = refused(room, cell('theme = "ibt"', tags=(tag,)))
    assert "papers/fout/fout.ipynb" in message
    assert "cel 2" in message


def test_an_error_in_a_hidden_cell_counts_too(room: Path) -> None:
    assert "te weinig werken" in refused(room, cell("x()", ERROR, tags=("remove-cell",)))


def test_a_number_leads_to_a_list_that_is_there() -> None:
    pages = {
        "a.html": read_page('<a href="literatuur.html?lijst=x.werken">4</a> <a href="literatuur.html?lijst=weg">5</a>')
    }
    found = check_links(pages, ["a.html", "literatuur.html"], {"a.html": "a.qmd"}, lists={"x.werken"})
    assert found == [Finding("a.qmd", "list", "weg")]


def test_an_anchor_may_be_made_by_the_script_of_the_page() -> None:
    pages = {
        "a.html": read_page('<a href="literatuur.html#werk-x">x</a> <a href="literatuur.html#werk-y">y</a>'),
        "literatuur.html": read_page("<main></main>"),
    }
    found = check_links(pages, list(pages), {}, made={"literatuur.html": {"werk-x"}})
    assert found == [Finding("a.html", "link", "literatuur.html#werk-y")]


def test_the_text_of_a_page_is_taken_heading_by_heading() -> None:
    facts = read_page(
        "<nav>Menu</nav><main><h1>Titel</h1><p>Vooraf <em>en</em>.</p><form>Zoek</form>"
        "<section id='een'><h2>Een</h2><p>Tekst<sup>1</sup></p><table><tr><td>a</td><td>b</td></tr></table></section>"
        "<script>x = 1</script></main><footer>Voet</footer>"
    )
    assert facts.title == "Titel"
    assert facts.parts == (Part("", "Titel", "Vooraf en."), Part("een", "Een", "Tekst1 a b"))
