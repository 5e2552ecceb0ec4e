"""Files into evidence: append-only, whole or not at all, nothing lost."""

from __future__ import annotations

import dataclasses
import errno
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from leeszaal import files
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library import import_, list_evidence, read_evidence

BIB = "@book{a, title={Eerste}}\n@book{b, title={Tweede zonder einde\n@book{c, title={Derde}}\n"


@pytest.fixture
def room(tmp_path: Path) -> Home:
    home = tmp_path / "room"
    (home / "literature").mkdir(parents=True)
    (home / "_quarto.yml").touch()
    (home / "literature" / "themes.yaml").touch()
    return Home(home)


@pytest.fixture
def bib(tmp_path: Path) -> Path:
    path = tmp_path / "mijn.bib"
    path.write_text(BIB, encoding="utf-8", newline="\n")
    return path


def tree(room: Home) -> dict[str, bytes]:
    return {p.relative_to(room.root).as_posix(): p.read_bytes() for p in sorted(room.root.rglob("*")) if p.is_file()}


def test_a_file_becomes_evidence(room: Home, bib: Path):
    summary = import_(bib, home=room)
    (done,) = summary.files
    assert (done.read, done.records, done.rejected, done.known, done.format) == (3, 2, 1, False, "bibtex")
    folder = room.root / done.evidence
    assert gzip.decompress((folder / "content.gz").read_bytes()) == bib.read_bytes()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["sha256"] == files.sha256(bib.read_bytes())
    assert folder.name == manifest["time"].replace("-", "").replace(":", "") + "-" + manifest["sha256"][:8]
    told = [manifest[name] for name in ("name", "source", "read", "records", "rejected")]
    assert told == ["mijn.bib", "import", 3, 2, 1]
    rejected = (folder / "rejected.txt").read_text(encoding="utf-8")
    assert "regel 2: Een accolade is niet gesloten." in rejected
    assert "@book{b, title={Tweede zonder einde\n" in rejected
    assert "rejected.txt" in summary.tell()
    json.dumps(dataclasses.asdict(summary))
    assert read_evidence(room, list_evidence(room)[0]) == bib.read_bytes()


def test_the_same_content_is_recognised_under_any_name(room: Home, bib: Path, tmp_path: Path):
    import_(bib, home=room)
    before = tree(room)
    other = tmp_path / "kopie.bib"
    other.write_bytes(bib.read_bytes())
    summary = import_([other, bib], home=room, id_column="x")
    assert [done.known for done in summary.files] == [True, True]
    assert "al eerder" in summary.tell()
    assert tree(room) == before


def test_other_options_are_other_evidence(room: Home, tmp_path: Path):
    table = tmp_path / "a.csv"
    table.write_text("nr,title\nA1,Titel\n", encoding="utf-8")
    import_(table, home=room)
    import_(table, home=room, id_column="nr")
    assert sorted(len(item.options) for item in list_evidence(room)) == [0, 1]
    assert import_(table, home=room, id_column="nr").files[0].known


def test_one_bad_file_does_not_stop_the_others(room: Home, bib: Path, tmp_path: Path):
    bad = tmp_path / "a.csv"
    bad.write_text("naam\nx\n", encoding="utf-8")
    summary = import_([bad, tmp_path / "weg.bib", bib], home=room)
    assert [Path(one["file"]).name for one in summary.failed] == ["a.csv", "weg.bib"]
    assert "kolom met titels" in summary.failed[0]["error"]
    assert [done.records for done in summary.files] == [2]
    assert "Fout: " in summary.tell()


def test_a_clean_file_has_no_list_of_rejects(room: Home, tmp_path: Path):
    path = tmp_path / "a.ris"
    path.write_text("TY  - JOUR\nTI  - T\nER  - \n", encoding="utf-8")
    done = import_(path, home=room).files[0]
    assert not (room.root / done.evidence / "rejected.txt").exists()


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_full_disk_at_each_write_leaves_what_was_there(room: Home, bib: Path, tmp_path: Path, monkeypatch, nth):
    first = tmp_path / "eerst.bib"
    first.write_text("@book{z, title={Stond er al}}", encoding="utf-8")
    import_(first, home=room)
    before, calls, sync = tree(room), [], os.fsync

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == nth:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LeeszaalError, match="schijf is vol"):
        import_(bib, home=room)
    assert tree(room) == before
    monkeypatch.setattr(os, "fsync", sync)
    assert import_(bib, home=room).files[0].records == 2


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_an_interrupt_at_each_write_leaves_what_was_there(room: Home, bib: Path, monkeypatch, nth):
    calls, sync = [], os.fsync

    def stop(handle: int) -> None:
        calls.append(handle)
        if len(calls) == nth:
            raise KeyboardInterrupt
        sync(handle)

    before = tree(room)
    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        import_(bib, home=room)
    assert tree(room) == before
    assert list_evidence(room) == []


def test_a_folder_that_may_not_be_written(room: Home, bib: Path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("leeszaal.library.evidence.tempfile.mkdtemp", refuse)
    with pytest.raises(LeeszaalError, match="mag niet worden beschreven"):
        import_(bib, home=room)


@pytest.mark.skipif(
    sys.platform == "win32" or not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="root may write anywhere",
)
def test_a_folder_that_really_may_not_be_written(room: Home, bib: Path):
    room.evidence.mkdir()
    room.evidence.chmod(0o555)
    try:
        with pytest.raises(LeeszaalError, match="mag niet worden beschreven"):
            import_(bib, home=room)
    finally:
        room.evidence.chmod(0o755)


KILLED = """
import os, sys
from leeszaal.library import import_
calls, sync = [], os.fsync
def fsync(handle):
    calls.append(handle)
    if len(calls) == int(sys.argv[3]):
        os._exit(9)
    sync(handle)
os.fsync = fsync
import_(sys.argv[1], home=sys.argv[2])
"""


@pytest.mark.parametrize("nth", [1, 3])
def test_a_kill_leaves_nothing_that_counts(room: Home, bib: Path, nth):
    done = subprocess.run([sys.executable, "-c", KILLED, str(bib), str(room.root), str(nth)], check=False)
    assert done.returncode == 9
    assert list_evidence(room) == []
    assert list((room.evidence / "import").iterdir())
    assert import_(bib, home=room).files[0].records == 2
    assert len(list((room.evidence / "import").iterdir())) == 1


def test_what_a_kill_left_behind_is_ignored_and_cleaned_up(room: Home, bib: Path):
    import_(bib, home=room)
    left = room.evidence / "import" / ".abc123"
    left.mkdir()
    (left / "manifest.json").write_text("{", encoding="utf-8")
    assert len(list_evidence(room)) == 1
    bib.write_text(BIB + "@book{d, title={Vierde}}", encoding="utf-8")
    import_(bib, home=room)
    assert not left.exists()
    assert len(list_evidence(room)) == 2


@pytest.mark.parametrize("damage", ["flip", "cut", "swap", "remove"])
def test_damaged_evidence_is_named(room: Home, bib: Path, damage):
    done = import_(bib, home=room).files[0]
    path = room.root / done.evidence / "content.gz"
    content = bytearray(path.read_bytes())
    if damage == "flip":
        content[len(content) // 2] ^= 0x10
    path.unlink()
    if damage != "remove":
        path.write_bytes(
            {"flip": bytes(content), "cut": bytes(content[:20]), "swap": gzip.compress(b"iets anders")}[damage]
        )
    with pytest.raises(LeeszaalError, match=r"content\.gz"):
        read_evidence(room, list_evidence(room)[0])


def test_a_damaged_manifest_is_named(room: Home, bib: Path):
    done = import_(bib, home=room).files[0]
    (room.root / done.evidence / "manifest.json").write_text('{"source": "import"}', encoding="utf-8")
    with pytest.raises(LeeszaalError, match=r"manifest\.json is beschadigd"):
        list_evidence(room)


def test_a_manifest_of_a_later_version_is_read(room: Home, bib: Path):
    done = import_(bib, home=room).files[0]
    path = room.root / done.evidence / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"nieuw": 1}), encoding="utf-8")
    assert list_evidence(room)[0].records == 2
