"""The finished site as a reader meets it: every page in a real browser, wide and narrow, and the list of works."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

SLUG = "interbestuurlijk-toezicht"
PAPER = f"papers/{SLUG}/{SLUG}.html"
PAGES = [
    *(
        f"{name}.html"
        for name in (
            "index", "papers", "themas", "themas/ibt", "signalen", "literatuur", "leeslijst", "werkwijze", "voortgang",
            "handleiding", "zoeken", "toegankelijkheid", "colofon",
        )
    ),
    "literatuur.html?lijst=met-thema",
    "zoeken.html?q=toezicht",
    PAPER,
]  # fmt: skip
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(finished_room: Path) -> Path:
    return finished_room / "_site"


def address(site: Path, name: str) -> str:
    path, sign, asked = name.partition("?")
    return (site / path).as_uri() + sign + asked


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page that may ask nothing of the network and in which no script may fail."""
    opened = browser.new_page(viewport={"width": 1366, "height": 800}, accept_downloads=True)
    requests: list[str] = []
    errors: list[str] = []
    opened.on("request", lambda request: requests.append(request.url))
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    opened.close()
    assert [url for url in requests if not url.startswith(("file:", "blob:"))] == []
    assert errors == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_wide_and_narrow(page: Any, site: Path, name: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.goto(address(site, name))
    for width in (1366, 320):
        page.set_viewport_size({"width": width, "height": 800})
        violations = Axe().run(page, options=RULES).response["violations"]
        assert [(width, item["id"], node["html"][:200]) for item in violations for node in item["nodes"]] == []
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_the_list_of_works_can_be_searched_and_filtered(page: Any, site: Path) -> None:
    page.goto(address(site, "literatuur.html"))
    shown, status = page.locator(".werk"), page.locator("#aantal")
    assert status.inner_text() == "312 werken, de eerste 50 staan hieronder."
    assert shown.count() == 50
    page.click("#meer")
    assert shown.count() == 100
    assert page.evaluate("document.activeElement === document.querySelectorAll('.werk')[50]")
    page.fill("#zoek-woorden", "ALLERS bailout")
    page.click("button[type=submit]")
    assert status.inner_text() == "2 van 312 werken."
    page.fill("#zoek-woorden", '"openbaar bestuur"')
    page.press("#zoek-woorden", "Enter")
    assert all("openbaar bestuur" in text.lower() for text in shown.all_inner_texts())
    page.fill("#zoek-woorden", "zzzz")
    page.press("#zoek-woorden", "Enter")
    assert status.inner_text() == "0 van 312 werken. Probeer minder woorden of een ander thema."
    page.fill("#zoek-woorden", "")
    page.select_option("#zoek-thema", "ibt.archief")
    counted = shown.count()
    assert 0 < counted < 50
    page.goto(address(site, "literatuur.html?thema=ibt.archief"))
    assert shown.count() == counted


def test_a_list_in_parts_is_that_in_one(
    page: Any, site: Path, finished_room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large library comes in parts: the first result stands before the last part is there."""
    from leeszaal.home import Home
    from leeszaal.site.pages import literature
    from leeszaal.site.pages.write import Room

    monkeypatch.setattr(literature, "PART", 60)
    downloads = tmp_path / "downloads"
    (tmp_path / "literatuur.html").write_bytes((site / "literatuur.html").read_bytes())
    made = literature.write_data(Room(Home(finished_room)), downloads)
    (downloads / "lijsten.js").write_bytes((site / "downloads" / "lijsten.js").read_bytes())
    assert {"titels-1.js", "titels-5.js", "werken-6.js"} <= {path.name for path in made}
    assert literature.known_places(downloads) == literature.known_places(site / "downloads")
    status = page.locator("#aantal")
    for asked in ("", "?q=gemeente+financien", "?thema=ibt.archief", "?lijst=met-thema", "?soort=law"):
        told = []
        for folder in (site, tmp_path):
            page.goto(address(folder, f"literatuur.html{asked}"))
            page.wait_for_function("!/worden nog/.test(document.getElementById('aantal').textContent)")
            told.append((status.inner_text(), page.locator(".werk").all_inner_texts()))
        assert told[0] == told[1], asked
    page.goto(address(tmp_path, "literatuur.html") + "#werk-rekenkamer2017toezicht")
    page.wait_for_function("document.activeElement.id === 'werk-rekenkamer2017toezicht'")


def test_a_work_has_an_address_of_its_own(page: Any, site: Path) -> None:
    page.goto((site / "literatuur.html").as_uri() + "#werk-rekenkamer2017toezicht")
    item = page.locator("#werk-rekenkamer2017toezicht")
    assert item.count() == 1  # far behind the first fifty
    assert page.evaluate("document.activeElement.id") == "werk-rekenkamer2017toezicht"


def test_without_scripts_the_works_can_still_be_had(browser: Any, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(address(site, "literatuur.html"))
    assert not opened.locator("#zoeken").is_visible()
    links = opened.locator("noscript a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    context.close()
    assert links == ["downloads/werken.csv", "downloads/werken.bib", "downloads/werken.ris", "downloads/lijsten.csv"]
    assert all((site / link).stat().st_size > 1000 for link in links)


@pytest.mark.parametrize("kind", ["bib", "ris", "csv"])
def test_what_is_found_can_be_taken_away_and_reads_back_the_same(
    page: Any, site: Path, finished_room: Path, tmp_path: Path, kind: str
) -> None:
    from leeszaal.library import load_works
    from leeszaal.library.exporting import lost_in_writing

    page.goto(address(site, "literatuur.html"))
    with page.expect_download() as waiting:
        page.click(f"[data-vorm={kind}]")
    waiting.value.save_as(tmp_path / f"werken.{kind}")
    content = (tmp_path / f"werken.{kind}").read_bytes()
    works = load_works(finished_room)
    told = (site / "downloads" / f"werken.{kind}").read_bytes()
    # The page writes what `leeszaal export` writes: what the one loses, so does the other, and no more.
    assert lost_in_writing(works, content, f".{kind}") == lost_in_writing(works, told, f".{kind}")


def test_every_number_is_a_door_to_that_many_works(page: Any, site: Path) -> None:
    doors: dict[str, set[str]] = {}
    for path in sorted(site.rglob("*.html")):
        for link in BeautifulSoup(path.read_bytes(), "html.parser").select("a.deur"):
            doors.setdefault(str(link["href"]).split("literatuur.html?")[-1], set()).add(link.get_text())
    lists = {asked for asked in doors if asked.startswith("lijst=")}
    assert lists
    assert any(asked.startswith("thema=") for asked in doors)
    page.goto(address(site, "literatuur.html?lijst=met-thema"))
    sizes = page.evaluate(
        "Object.fromEntries(Object.entries(LIJSTEN.namen).map(([n, l]) => [n, LIJSTEN.lijsten[l[1]].length]))"
    )
    for asked, texts in doors.items():
        number = {int(found[-1].replace(".", "")) for text in texts if (found := re.findall(r"[\d.]*\d", text))}
        if asked in lists:
            size = sizes[asked.removeprefix("lijst=")]
        else:
            page.goto(address(site, f"literatuur.html?{asked}"))
            size = int(page.locator("#aantal").inner_text().split()[0].replace(".", ""))
        assert number <= {size} or all("%" in text for text in texts), asked
    page.goto(address(site, "literatuur.html?lijst=bestaat-niet"))
    assert "bestaat niet meer" in page.locator("#lijst .titel").inner_text()


def test_the_lists_behind_the_numbers_can_be_had_without_scripts(page: Any, site: Path) -> None:
    import pandas as pd

    table = pd.read_csv(site / "downloads" / "lijsten.csv")
    page.goto(address(site, "literatuur.html?lijst=met-thema"))
    page.wait_for_function("document.querySelectorAll('.werk').length > 0")
    sizes = page.evaluate(
        "Object.fromEntries(Object.entries(LIJSTEN.namen).map(([n, l]) => [n, LIJSTEN.lijsten[l[1]].length]))"
    )
    assert table["lijst"].value_counts().to_dict() == {name: size for name, size in sizes.items() if size}
    assert table["citekey"].notna().all()


def test_the_search_on_the_site_knows_forms_of_a_word(page: Any, site: Path) -> None:
    page.goto(address(site, "zoeken.html?q=waterschap+oordeel"))
    found = page.locator("#gevonden li")
    assert "gevonden" in page.locator("#aantal").inner_text()
    assert found.count() >= 1
    assert f"papers/{SLUG}" in " ".join(link.get_attribute("href") for link in found.locator("a").all())
    assert page.locator("#gevonden mark").count() >= 2
    for asked, word in {"gemeente": "gemeenten", "waterschappen": "waterschap", "uitspraken": "uitspraak"}.items():
        page.fill("#zoek-woorden", asked)
        page.press("#zoek-woorden", "Enter")
        marked = " ".join(page.locator("#gevonden mark").all_inner_texts()).lower()
        assert word in marked, asked
    page.fill("#zoek-woorden", "zzzz")
    page.press("#zoek-woorden", "Enter")
    assert page.locator("#aantal").inner_text().startswith("Niets gevonden")


def test_the_stemmer_in_the_browser_is_that_of_snowball(page: Any, site: Path, finished_room: Path) -> None:
    import pandas as pd
    from Stemmer import Stemmer

    titles = pd.read_parquet(finished_room / "literature" / "library" / "works.parquet")["title"]
    texts = [*titles, *(path.read_text(encoding="utf-8") for path in finished_room.rglob("*.md"))]
    words = sorted({word for text in texts for word in re.findall(r"[a-z]{2,}", text.lower())})
    page.goto(address(site, "zoeken.html"))
    stems = page.evaluate("words => words.map(LEESZAAL.stem)", words)
    stemmer = Stemmer("dutch_porter")
    differs = [
        (word, got, stemmer.stemWord(word))
        for word, got in zip(words, stems, strict=True)
        if got != stemmer.stemWord(word)
    ]
    assert len(words) > 1500
    assert differs == []


def test_papers_are_filtered_by_kind(page: Any, site: Path) -> None:
    page.goto(address(site, "papers.html"))
    items, status = page.locator("#papers [data-item]:visible"), page.locator("#aantal")
    every = items.count()
    assert every >= 1
    page.select_option("#zoek-soort", "trendpaper")
    assert items.count() >= 1
    page.fill("#zoek-woorden", "zzzz")
    page.press("#zoek-woorden", "Enter")
    assert items.count() == 0
    assert status.inner_text().startswith(f"0 van {every} papers")


@pytest.mark.parametrize("name", ["literatuur.html", "zoeken.html", PAPER, "index.html"])
def test_everything_can_be_reached_with_the_keyboard(page: Any, site: Path, name: str) -> None:
    page.goto(address(site, name))
    wanted = page.evaluate(
        """() => { const all = [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
            .filter(e => e.checkVisibility()); all.forEach((e, i) => { e.dataset.toets = i; }); return all.length; }"""
    )
    seen, outlines = [], set()
    for _ in range(wanted + 1):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "() => [document.activeElement.dataset.toets, getComputedStyle(document.activeElement).outlineWidth]"
        )
        if at[0] is None:
            break
        seen.append(int(at[0]))
        outlines.add(at[1])
    assert sorted(seen) == list(range(wanted))
    assert seen == sorted(seen)  # in the order of the page
    assert outlines == {"3px"}
    page.goto(address(site, name))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhoud"


def test_the_feed_is_valid_and_its_links_lead_somewhere(site: Path) -> None:
    import feedparser

    read = feedparser.parse((site / "downloads" / "feed.xml").read_bytes())
    assert not read.bozo
    assert read.version == "atom10"
    assert len(read.entries) >= 1
    assert len({entry.id for entry in read.entries}) == len(read.entries)
    for entry in read.entries:
        assert entry.title
        assert entry.summary
        assert entry.updated_parsed.tm_year >= 2026
        assert (site / "downloads" / entry.link).resolve().is_file()


def test_in_print_there_is_no_navigation_and_nothing_is_folded(page: Any, site: Path) -> None:
    page.goto(address(site, PAPER))
    page.emulate_media(media="print")
    assert not page.locator(".site-header").is_visible()
    assert not page.locator(".downloads").is_visible()
    folded = page.locator("details.callout").first
    assert folded.locator("table").is_visible()


def test_the_numbers_of_the_front_page_are_those_of_the_library(page: Any, site: Path, finished_room: Path) -> None:
    import pandas as pd

    tags = pd.read_parquet(finished_room / "literature" / "library" / "tags.parquet")
    page.goto(address(site, "index.html"))
    rows = page.locator("table tbody tr").all_inner_texts()
    shown = {cells[0]: int(cells[2]) for cells in (re.split(r"\t", row) for row in rows)}
    assert shown["Interbestuurlijk toezicht"] == tags.loc[tags["theme"] == "ibt", "work_id"].nunique()
    assert sum(shown.values()) == tags.drop_duplicates(["work_id", "theme"]).shape[0]
