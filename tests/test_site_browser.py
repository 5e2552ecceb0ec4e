"""The site in a real browser: accessible, self-contained, and never wider than the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from leeszaal.home import Home
from leeszaal.site.render import publish
from site_project import make_project

pytestmark = pytest.mark.browser

PAGES = (
    "index.html",
    "tweede.html",
    "papers/proef/proef.html",
    "papers/english/english.html",
    "papers/hard/hard.html",
)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = Home(make_project(tmp_path_factory.mktemp("browser")))
    publish(home, "pandoc")
    return home.site


def _open(browser: Any, site: Path, name: str, width: int) -> tuple[Any, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 800})
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto((site / name).as_uri())
    return page, requests


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1366, 320])
def test_axe_finds_nothing(browser: Any, site: Path, name: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page, _ = _open(browser, site, name, width)
    found = Axe().run(page, options=RULES).response["violations"]
    page.close()
    assert [(item["id"], node["html"]) for item in found for node in item["nodes"]] == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_comes_from_elsewhere_and_nothing_sticks_out(browser: Any, site: Path, name: str) -> None:
    page, requests = _open(browser, site, name, 320)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.close()
    assert [url for url in requests if not url.startswith(site.as_uri())] == []
    assert len(requests) > 1  # the style sheet at least
    assert wider == 0


def test_no_typed_script_ran(browser: Any, site: Path) -> None:
    dialogs: list[str] = []
    page = browser.new_page()
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for name in PAGES:
        page.goto((site / name).as_uri())
    page.close()
    assert dialogs == []


def test_the_keyboard_reaches_everything_and_begins_with_the_skip_link(browser: Any, site: Path) -> None:
    page, _ = _open(browser, site, "papers/proef/proef.html", 1366)
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.getAttribute('href')")
    expected = page.evaluate("document.querySelectorAll('a[href], summary, [tabindex=\"0\"]').length")
    hidden = page.evaluate("document.querySelectorAll('details:not([open]) :is(a[href], [tabindex=\"0\"])').length")
    seen = {page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)")}
    for _ in range(expected + 5):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
    page.close()
    assert first == "#inhoud"
    # The body has the focus once, when the walk has gone round.
    assert len(seen) - 1 >= expected - hidden


def test_details_are_open_on_paper(browser: Any, site: Path) -> None:
    page, _ = _open(browser, site, "papers/proef/proef.html", 1366)
    page.emulate_media(media="print")
    heights = page.evaluate(
        "[...document.querySelectorAll('details > .callout-body')].map(e => e.getBoundingClientRect().height)"
    )
    menu = page.evaluate("getComputedStyle(document.querySelector('.site-header')).display")
    page.close()
    assert heights != []
    assert min(heights) > 0
    assert menu == "none"
