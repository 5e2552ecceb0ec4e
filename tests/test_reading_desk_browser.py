"""The reading widget in a real JupyterLab: ten works by keyboard, two undone, the kernel killed, eight decisions there."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import leeszaal
from desk_room import make_room
from leeszaal.home import Home
from leeszaal.lab import lab_command
from leeszaal.library import load_decisions

pytestmark = pytest.mark.browser

PATIENCE = 90_000  # milliseconds; a busy machine is slow, and the test waits for what it sees, not for a clock
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
CODE = """import os
from pathlib import Path

from leeszaal import desk

_ = Path("pid.txt").write_text(str(os.getpid()))
desk.read("reg", person="anna")"""
CELLS = (
    """[...jupyterapp.shell.currentWidget.content.model.cells].map(cell => cell.type + cell.sharedModel.getSource())"""
)
# Keys that JupyterLab has a use for in command mode, and that the widget has none for: add, copy, paste, delete, kind of
# cell, merge, lines, find, move.
LAB_KEYS = [
    "a",
    "b",
    "c",
    "d",
    "d",
    "y",
    "m",
    "r",
    "l",
    "f",
    "j",
    "k",
    "o",
    "i",
    "i",
    "s",
    "Shift+M",
    "Shift+V",
    "Shift+Enter",
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Home:
    room = make_room(tmp_path_factory.mktemp("lab"), repository)
    cells = [
        {"cell_type": "code", "id": "een", "metadata": {}, "source": CODE, "execution_count": None, "outputs": []},
        {"cell_type": "markdown", "id": "twee", "metadata": {}, "source": "einde"},
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    room.notebooks.mkdir()
    (room.notebooks / "lezen.ipynb").write_text(
        json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})
    )
    return room


@contextmanager
def running(home: Home) -> Iterator[str]:
    """Run JupyterLab as `leeszaal lab` does, on a free port of this machine alone; yield the address of the notebook."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    command, environment = lab_command(
        home, "--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={token}", "--ServerApp.allow_root=True", "--LabApp.expose_app_in_browser=True",
    )  # fmt: skip
    environment["PYTHONPATH"] = str(Path(leeszaal.__file__).parents[1])
    log = (home.root / "lab.log").open("w")
    server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + PATIENCE / 1000
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/status?token={token}", timeout=5):
                    break
            except (urllib.error.URLError, OSError):
                assert server.poll() is None, (home.root / "lab.log").read_text()
                assert time.monotonic() < until, "JupyterLab did not start"
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/lab/tree/notebooks/lezen.ipynb?token={token}"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()


def opened(profile: Any, address: str) -> Any:
    """Open the notebook, run it, and wait for the widget; a second time the browser has JupyterLab at hand, as a reader's."""
    page = profile.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.wait_for_function("globalThis.jupyterapp?.shell?.currentWidget?.sessionContext")
    page.evaluate(
        """async () => {
            const panel = jupyterapp.shell.currentWidget;
            await panel.context.ready;
            await panel.sessionContext.ready;
            jupyterapp.commands.execute('notebook:run-all-cells');
        }"""
    )
    page.locator(".lz-read .title").wait_for()
    return page


def count(page: Any, read: int) -> None:
    page.wait_for_function(f"document.querySelector('.lz-read .counts').textContent.startsWith('{read} van 12')")


def violations(page: Any) -> list[tuple[str, str]]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=".lz-read", options=RULES).response["violations"]
    return [(item["id"], node["html"]) for item in found for node in item["nodes"]]


def test_ten_works_by_keyboard_two_undone_the_kernel_killed_and_eight_are_there(browser: Any, home: Home) -> None:
    profile = browser.new_context(viewport={"width": 1366, "height": 625})
    with running(home) as address:
        page = opened(profile, address)
        widget = page.locator(".lz-read")
        title = widget.locator(".title")
        cells = page.evaluate(CELLS)

        # It fits, and nothing is wider than it is.
        box = widget.bounding_box()
        assert (round(box["width"]), round(box["height"])) == (934, 425)
        assert widget.evaluate("e => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight")

        # No key of JupyterLab reaches the notebook, wherever in the widget the focus is.
        for place in (".title", ".abstract", ".buttons .maybe, .buttons button:nth-child(3)", ".labels button"):
            widget.locator(place).first.focus()
            for key in LAB_KEYS:
                page.keyboard.press(key)
            if widget.locator(".side input").count():
                page.keyboard.press("Escape")
        assert page.evaluate(CELLS) == cells
        # Shift+V is V, and Shift+Enter presses a button: what those decided is taken back.
        while not page.evaluate("document.querySelector('.lz-read .counts').textContent.startsWith('0 van')"):
            before = page.evaluate("document.querySelector('.lz-read .counts').textContent")
            title.focus()
            page.keyboard.press("z")
            page.wait_for_function(f"document.querySelector('.lz-read .counts').textContent !== {json.dumps(before)}")

        # Every view of it is accessible; text in the language of the work says so.
        assert violations(page) == []
        assert title.get_attribute("lang") == widget.locator(".abstract").get_attribute("lang") != ""
        for key in ("x", "n", "?", "w"):
            title.focus()
            page.keyboard.press(key)
            assert violations(page) == [], key
            page.keyboard.press("w" if key == "w" else "Escape")

        # Read ten works.
        title.focus()
        seen = []
        for number, keys in enumerate([["v"], ["x", "1"], ["t"], ["v"], ["x", "0"]] * 2, 1):
            seen.append(title.inner_text())
            for key in keys:
                page.keyboard.press(key)
            count(page, number)
            if number == 1:
                # The focus is on the next title, and the status says what was saved.
                assert page.evaluate("document.activeElement.className") == "title"
                assert widget.get_by_role("status").inner_text() == "Opgeslagen: nr. 1 opgenomen."
        assert len(set(seen)) == 10
        page.keyboard.press("z")
        count(page, 9)
        page.keyboard.press("z")
        count(page, 8)
        assert title.inner_text() == seen[8]
        assert page.evaluate(CELLS) == cells

        # In the dark too.
        page.evaluate("() => { jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'}) }")
        page.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
        page.wait_for_function(
            "getComputedStyle(document.querySelector('.lz-read')).backgroundColor === 'rgb(20, 24, 27)'"
        )
        assert violations(page) == []
        title.focus()
        page.keyboard.press("x")
        assert violations(page) == []
        page.keyboard.press("Escape")

        # A dead kernel saves nothing, and the widget says so.
        os.kill(int((home.notebooks / "pid.txt").read_text()), signal.SIGKILL)
        title.focus()
        page.keyboard.press("v")
        page.wait_for_function("document.querySelector('.lz-read .status').classList.contains('failed')")
        assert "Python antwoordt niet" in widget.locator(".status").inner_text()
        assert title.inner_text() == seen[8]
        page.close()

        page = opened(profile, address)
        count(page, 8)
        profile.close()
    standing = load_decisions(home).query("~undone and verb in ['include', 'exclude', 'maybe']")
    assert len(standing) == 8
    assert standing["work_id"].is_unique
    assert (standing["reason"] != "").sum() == 2
