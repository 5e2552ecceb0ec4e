"""Errors, files, the reading room and YAML with lines."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import fresh_folder, read_bytes, replace_folder, sha256, write_bytes, write_text
from leeszaal.home import find_home
from leeszaal.yamlfile import read_yaml


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("from_yaer", ["from_year", "to_year"], "Bedoelt u ‘from_year’?"),
        ("IBT", ["ibt", "dem"], "Bedoelt u ‘ibt’?"),
        ("zzz", ["from_year", "to_year"], "Bekend zijn: from_year, to_year."),
        ("x", [], "Er is niets bekend."),
    ],
)
def test_nearest(word: str, known: list[str], hint: str) -> None:
    assert nearest(word, known) == hint


def test_write_replaces_whole_and_leaves_no_litter(tmp_path: Path) -> None:
    target = tmp_path / "map" / "a.txt"
    write_text(target, "één\n")
    write_bytes(target, b"twee")
    assert read_bytes(target) == b"twee"
    assert [path.name for path in target.parent.iterdir()] == ["a.txt"]


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "de schijf is vol"), (errno.EROFS, "alleen-lezen"), (errno.EACCES, "niet worden beschreven")],
)
def test_failed_write_leaves_the_old_file_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    target = write_text(tmp_path / "a.txt", "oud")

    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(LeeszaalError, match=words):
        write_text(target, "nieuw")
    assert target.read_text(encoding="utf-8") == "oud"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = write_text(tmp_path / "a.txt", "oud")

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_text(target, "nieuw")
    assert target.read_text(encoding="utf-8") == "oud"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_read_names_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(LeeszaalError, match="bestaat niet"):
        read_bytes(tmp_path / "weg.bib")
    with pytest.raises(LeeszaalError, match="is een map"):
        read_bytes(tmp_path)


def test_sha256_of_nothing() -> None:
    assert sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_fresh_folder_takes_the_place_or_leaves_the_old(tmp_path: Path) -> None:
    target = tmp_path / "site"
    with fresh_folder(target) as new:
        (new / "index.html").write_text("een", encoding="utf-8")

    def fail(new: Path) -> None:
        (new / "index.html").write_text("twee", encoding="utf-8")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), fresh_folder(target) as new:
        fail(new)
    assert (target / "index.html").read_text(encoding="utf-8") == "een"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_replace_folder_brings_the_old_one_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new, target = tmp_path / "nieuw", tmp_path / "site"
    for folder in (new, target):
        folder.mkdir()
        (folder / "a").write_text(folder.name, encoding="utf-8")
    rename = Path.rename

    def fail_once(self: Path, goal: Path) -> Path:
        if self == new:
            raise OSError(errno.EACCES, "nee")
        return rename(self, goal)

    monkeypatch.setattr(Path, "rename", fail_once)
    with pytest.raises(LeeszaalError, match="niet worden beschreven"):
        replace_folder(new, target)
    assert (target / "a").read_text(encoding="utf-8") == "site"


def make_home(root: Path) -> Path:
    (root / "literature").mkdir(parents=True)
    (root / "literature" / "themes.yaml").write_text("themes: []\n", encoding="utf-8")
    (root / "_quarto.yml").write_text("project: {}\n", encoding="utf-8")
    return root


def test_home_is_the_nearest_one_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_home(tmp_path / "zaal")
    deep = root / "papers" / "een"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert find_home().root == root
    assert find_home(root).relative(deep) == "papers/een"
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LeeszaalError, match="geen leeszaal gevonden"):
        find_home()
    with pytest.raises(LeeszaalError, match="leeszaal init"):
        find_home(tmp_path / "elders")


@pytest.mark.parametrize("slug", ["../etc", "met spatie", "", "Hoofd", "a--b", "-a"])
def test_a_slug_that_could_leave_the_folder_is_refused(tmp_path: Path, slug: str) -> None:
    with pytest.raises(LeeszaalError, match="kan geen naam van een paper zijn"):
        find_home(make_home(tmp_path / "zaal")).paper(slug)


def test_unknown_paper_names_the_nearest(tmp_path: Path) -> None:
    root = make_home(tmp_path / "zaal")
    (root / "papers" / "toezicht").mkdir(parents=True)
    (root / "papers" / "toezicht" / "paper.yaml").write_text("", encoding="utf-8")
    with pytest.raises(LeeszaalError, match="Bedoelt u ‘toezicht’"):
        find_home(root).paper("toezigt")


def test_yaml_knows_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\nb:\n  - x\n  - c: 2\n", encoding="utf-8")
    file = read_yaml(path)
    assert file.content == {"a": 1, "b": ["x", {"c": 2}]}
    assert (file.line("a"), file.line("b"), file.line("b", 1, "c"), file.line("b", 9)) == (1, 2, 4, 2)
    with pytest.raises(LeeszaalError, match=r"regel 2: de sleutel ‘b’ bestaat hier niet"):
        file.check_keys(file.content, ["a", "bb"], [])
    with pytest.raises(LeeszaalError, match="‘a’ is ‘1’"):
        file.check_kind(1, str, "a")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\na: 2\n", "regel 2: de sleutel ‘a’ staat er twee keer"),
        ("a: 1\n  b: [", "regel 2"),
        ("a: 2026-99-99\n", "niet te lezen"),
    ],
)
def test_bad_yaml_names_the_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LeeszaalError, match=words):
        read_yaml(path)
