"""The house itself: which way the rooms import, how large a module is, what stands in a notebook."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "lib" / "leeszaal"
FOUNDATION = {"errors", "files", "home", "progress", "skeleton", "yamlfile", "__init__"}
ROOMS = [
    "works",
    "harvest",
    "library",
    "reading",
    "topics",
    "trends",
    "scale",
    "indicators",
    "charts",
    "papers",
    "site",
]
MODULES = sorted(PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted([*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("papers/templates/*.ipynb")])


def room_of(module: Path) -> str:
    """Return the room a module stands in; a module on the ground floor is its own."""
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(module: Path) -> set[str]:
    """Return the rooms a module imports from, wherever in the module it does so; type checking aside."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("leeszaal"):
            names = [node.module] if node.module != "leeszaal" else [f"leeszaal.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.startswith("leeszaal.")]
        else:
            continue
        found |= {name.split(".")[1] for name in names if "." in name}
    return {name for name in found if name in ROOMS or (PACKAGE / f"{name}.py").is_file()}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_go_one_way(module: Path) -> None:
    room = room_of(module)
    if room not in ROOMS and room not in FOUNDATION:
        return  # the command line and the desk stand at the end of the flow and may use everything
    if room == "__init__":
        return
    allowed = FOUNDATION | set(ROOMS[: ROOMS.index(room) + 1] if room in ROOMS else ())
    assert imported(module) <= allowed, f"{module.name} reaches against the flow"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_is_a_verb_and_not_a_book(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 500


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_holds_no_outputs_and_one_parameters_cell(notebook: Path) -> None:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in cells) == 1


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_holds_no_logic(notebook: Path) -> None:
    logic = (
        ast.For,
        ast.While,
        ast.If,
        ast.IfExp,
        ast.FunctionDef,
        ast.ClassDef,
        ast.Try,
        ast.With,
        ast.Lambda,
        ast.ListComp,
        ast.DictComp,
    )
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            tree = ast.parse("".join(cell["source"]))
            assert not any(isinstance(node, logic) for node in ast.walk(tree)), "".join(cell["source"])


def test_lock_files_carry_hashes_and_no_address() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
        assert "--find-links" not in text
    base = (ROOT / "requirements" / "base.txt").read_text(encoding="utf-8")
    pins = [line for line in base.splitlines() if line[:1].isalnum()]
    assert len(pins) > 100
    assert base.count("--hash=sha256:") >= len(pins)
    constraints = (ROOT / "requirements" / "constraints.txt").read_text(encoding="utf-8")
    assert [pin.removesuffix(" \\") for pin in pins] == [
        line for line in constraints.splitlines() if line[:1].isalnum()
    ]


def test_lock_file_holds_every_dependency() -> None:
    import re
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    base = (ROOT / "requirements" / "base.txt").read_text(encoding="utf-8").lower()
    for dependency in project["dependencies"]:
        name = re.match(r"[\w.-]+", dependency)[0].lower().replace("_", "-")
        assert f"\n{name}==" in base, dependency
    assert project["license"] == "EUPL-1.2"
    assert {"quarto", "scale", "test"} <= set(project["optional-dependencies"])


def test_a_wheel_carries_everything_that_init_lays_out() -> None:
    import tomllib

    from leeszaal import skeleton

    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    carried = build["targets"]["wheel"]["force-include"]
    for source, target in carried.items():
        assert (ROOT / source).exists(), source
        assert target == f"leeszaal/room/{source}"
    laid_out = {
        path.relative_to(ROOT).as_posix() for pattern in skeleton.PARTS for path in ROOT.glob(pattern) if path.is_file()
    }
    for name in sorted(laid_out):
        assert any(name == source or name.startswith(f"{source}/") for source in carried), name


def test_word_files_look_the_same_under_both_renderers() -> None:
    ours = PACKAGE / "site" / "data" / "reference.docx"
    assert (ROOT / "papers" / "leeszaal.docx").read_bytes() == ours.read_bytes()


def test_the_starter_library_is_taken_in_already() -> None:
    """A fresh clone keeps clean: `make demo` finds its own evidence of exactly this starter library."""
    import hashlib

    digest = hashlib.sha256((ROOT / "literature" / "starter.bib").read_bytes()).hexdigest()
    manifests = [
        json.loads(path.read_text(encoding="utf-8")) for path in ROOT.glob("literature/evidence/import/*/manifest.json")
    ]
    starters = [manifest for manifest in manifests if manifest["name"] == "starter.bib"]
    assert [manifest["sha256"] for manifest in starters] == [digest]
