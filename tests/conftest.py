"""What every test may ask for: a reading room of its own, and the shared measuring data where it is there."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# Speed stands in benchmarks/, never in a test: a busy machine must not make one fail. What is drawn differs from run to
# run at a desk, where somebody can look into what it finds, and is the same each time where nobody can.
settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")

# Kernels and commands that tests start may keep their bytecode: compiling Leeszaal takes each of them most of a second.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository, which is itself a reading room."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with measuring data beside the repository; absent on a user's machine."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the measuring data (../shared) is not on this machine")
    return folder


@pytest.fixture(scope="session")
def finished_room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reading room in which everything has been run once; read it, do not change it.

    Making it takes most of a minute, so where the suite runs in several processes (`make test`) the first that asks
    makes it and the others wait.
    """
    import leeszaal

    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "finished"
    root, made, failed = folder / "zaal", folder / "made", folder / "failed"
    try:
        folder.mkdir()
    except FileExistsError:
        while not made.exists():
            if failed.exists():
                pytest.fail("the finished room could not be made, see the other process")
            time.sleep(0.2)
        return root
    try:
        leeszaal.init(root)
        leeszaal.demo(home=root)
    except BaseException:
        failed.touch()
        raise
    made.touch()
    return root


@pytest.fixture
def room(finished_room: Path, tmp_path: Path) -> Path:
    """A copy of the finished room that a test may spoil."""
    return Path(shutil.copytree(finished_room, tmp_path / "zaal"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium; a test that asks for it is skipped where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
    program = next((found for name in names if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("there is no Chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=program, args=flags)
        yield chromium
        chromium.close()
