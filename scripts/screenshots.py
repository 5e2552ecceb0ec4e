"""Make the pictures of the README, in a real browser: the front page, a paper and the works behind a number.

Run `make demo` first, then: .venv/bin/python scripts/screenshots.py
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    "front-page": "index.html",
    "paper": "papers/interbestuurlijk-toezicht/interbestuurlijk-toezicht.html",
    "works": "literatuur.html?lijst=interbestuurlijk-toezicht.werken",
}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--force-color-profile=srgb"]


def browser_path() -> str:
    """Return the Chromium or Chrome of this machine."""
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        found = shutil.which(name)
        if found:
            return found
    sys.exit("No Chromium found; on Debian: apt-get install chromium")


def main() -> None:
    """Write docs/images/*.png, 1366 by 900 pixels."""
    target = ROOT / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 900})
        for name, place in PAGES.items():
            path = ROOT / "_site" / place.partition("?")[0]
            if not path.is_file():
                sys.exit(f"{path} is not there; run make demo first.")
            page.goto(path.as_uri() + place[len(place.partition("?")[0]) :])
            page.wait_for_timeout(500)
            page.screenshot(path=target / f"{name}.png")
            print(target / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
