"""What every test may ask for: a reading room of its own, and the shared measuring data where it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

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
    """A reading room in which everything has been run once; read it, do not change it."""
    import leeszaal

    root = tmp_path_factory.mktemp("zaal") / "zaal"
    leeszaal.init(root)
    leeszaal.demo(home=root)
    return root


@pytest.fixture
def room(finished_room: Path, tmp_path: Path) -> Path:
    """A copy of the finished room that a test may spoil."""
    import shutil

    return Path(shutil.copytree(finished_room, tmp_path / "zaal"))
