"""The finished site as a reader meets it: every page in a real browser, wide and narrow, and the list of works."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest

SLUG = "interbestuurlijk-toezicht"
PAGES = [
    "index.html",
    "papers.html",
    "themas.html",
    "literatuur.html",
    "werkwijze.html",
    "toegankelijkheid.html",
    "colofon.html",
    f"papers/{SLUG}/{SLUG}.html",
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(finished_room: Path) -> Path:
    return finished_room / "_site"


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_whole_and_its_own(browser: Any, site: Path, name: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(viewport={"width": width, "height": 800})
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((site / name).as_uri())
    violations = Axe().run(page, options=RULES).response["violations"]
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.close()
    assert [(item["id"], node["html"][:200]) for item in violations for node in item["nodes"]] == []
    assert [url for url in requests if not url.startswith("file:")] == []
    assert errors == []
    assert too_wide == 0


def test_the_list_of_works_can_be_searched_and_filtered(browser: Any, site: Path) -> None:
    page = browser.new_page()
    page.goto((site / "literatuur.html").as_uri())
    assert page.locator("#aantal").inner_text() == "312 werken"
    page.fill("#zoek-woorden", "ALLERS bailout")
    page.click("button[type=submit]")
    shown = page.locator(".werk:visible")
    assert shown.count() == 2
    assert page.locator("#aantal").inner_text() == "2 van 312 werken"
    page.fill("#zoek-woorden", "")
    page.select_option("#zoek-thema", "ibt.archief")
    counted = shown.count()
    assert 0 < counted < 312
    page.goto((site / "literatuur.html").as_uri() + "?thema=ibt.archief")
    assert page.locator(".werk:visible").count() == counted
    page.close()


def test_the_list_of_works_is_whole_without_scripts(browser: Any, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "literatuur.html").as_uri())
    assert page.locator(".werk:visible").count() == 312
    assert not page.locator("#zoeken").is_visible()
    context.close()


def test_the_list_of_works_can_be_taken_away(site: Path) -> None:
    with (site / "downloads" / "werken.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 312
    assert {"work_id", "title", "authors", "year", "doi", "citekey", "labels"} <= set(rows[0])


def test_the_numbers_of_the_front_page_are_those_of_the_library(browser: Any, site: Path, finished_room: Path) -> None:
    import pandas as pd

    tags = pd.read_parquet(finished_room / "literature" / "library" / "tags.parquet")
    page = browser.new_page()
    page.goto((site / "index.html").as_uri())
    rows = page.locator("table tbody tr").all_inner_texts()
    page.close()
    shown = {cells[0]: int(cells[1]) for cells in (re.split(r"\t", row) for row in rows)}
    assert shown["Interbestuurlijk toezicht"] == tags.loc[tags["theme"] == "ibt", "work_id"].nunique()
    assert sum(shown.values()) == tags.drop_duplicates(["work_id", "theme"]).shape[0]
