"""A build that goes on from the one before gives the same bytes as one from nothing, and is whole or not there."""

from __future__ import annotations

import datetime
import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from leeszaal import files
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library import build, check, citekeys, decide, load_works, undo
from leeszaal.library import parsed as parsed_module
from leeszaal.library.evidence import add_evidence, list_evidence
from leeszaal.library.store import FORMAT, read_table
from leeszaal.works.read import read_content

TITLES = (
    "Wie bestuurt de regio in het oosten", "Wie bestuurt de regio in het oosten?", "Toezicht op gemeenten",
    "Erratum: Toezicht op gemeenten", "Jaarverslag 2019", "Jaarverslag 2020", "Een lange titel over de raad van nu",
)  # fmt: skip


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("LEESZAAL_PERSON", "anna")
    return make_room(tmp_path / "room")


def make_room(root: Path) -> Home:
    (root / "literature").mkdir(parents=True)
    (root / "_quarto.yml").touch()
    (root / "literature" / "themes.yaml").touch()
    return Home(root)


def add(room: Home, text: str, minute: int, name: str = "a.bib") -> None:
    reading = read_content(text.encode(), name)
    moment = datetime.datetime(2026, 11, 1, 12, minute, tzinfo=datetime.UTC)
    add_evidence(
        room, source="import", name=name, content=text.encode(), format=reading.format, encoding=reading.encoding,
        options={}, records=len(reading.records), rejects=reading.rejects, time=moment,
    )  # fmt: skip


def contents(room: Home) -> dict[str, bytes]:
    return {str(p.relative_to(room.library)): p.read_bytes() for p in sorted(room.library.rglob("*")) if p.is_file()}


_entry = st.builds(
    lambda key, title, author, year, doi, pages, abstract: (
        f"@article{{{key}, title={{{title}}}, journal={{Openbaar bestuur}}"
        + (f", author={{{author}}}" if author else "")
        + (f", year={year}" if year else "")
        + (f", doi={{10.1234/{doi}}}" if doi else "")
        + (f", pages={{{pages}}}" if pages else "")
        + (f", abstract={{{abstract}}}" if abstract else "")
        + "}"
    ),
    st.sampled_from(["vries", "smit", "raad2020"]),
    st.sampled_from(TITLES),
    st.sampled_from(["", "de Vries, Anna", "Vries, A. de", "Smit, P."]),
    st.sampled_from([0, 2019, 2020]),
    st.sampled_from(["", "a", "b"]),
    st.sampled_from(["", "1-9", "12-20"]),
    st.sampled_from(["", "Over de raad.", "Over de raad en het college van burgemeester en wethouders."]),
)
_step = st.one_of(
    st.tuples(st.just("import"), st.lists(_entry, min_size=1, max_size=5), st.integers(0, 59)),
    st.tuples(st.sampled_from(["merge", "split", "exclude", "note"]), st.integers(0, 20), st.integers(0, 20)),
    st.tuples(st.just("undo"), st.none(), st.none()),
    st.tuples(st.just("remove"), st.integers(0, 5), st.none()),
)


def do(room: Home, step: tuple[str, object, object]) -> None:
    kind, one, other = step
    if kind == "import":
        add(room, "\n".join(one), int(other))  # type: ignore[call-overload,arg-type]
        return
    if kind == "remove":
        items = list_evidence(room)
        if len(items) > 1:
            shutil.rmtree(room.root / items[int(one) % len(items)].folder)  # type: ignore[call-overload]
        return
    keys = load_works(room)["citekey"].tolist()
    try:
        if kind == "undo":
            undo(home=room)
        else:
            a, b = (keys[int(i) % len(keys)] for i in (one, other))  # type: ignore[call-overload]
            decide(kind, a, b if kind in ("merge", "note") else "", home=room)
    except LeeszaalError:  # nothing to undo, nothing to split, one work with itself
        pass


# Shrinking would take minutes: every step is a build.
@settings(max_examples=8, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_entry, min_size=1, max_size=6), st.lists(_step, min_size=2, max_size=7))
def test_any_history_gives_what_a_build_from_nothing_gives(
    monkeypatch: pytest.MonkeyPatch, first: list[str], steps: list[tuple[str, object, object]]
) -> None:
    monkeypatch.setenv("LEESZAAL_PERSON", "anna")
    with tempfile.TemporaryDirectory() as folder:
        room = make_room(Path(folder) / "room")
        add(room, "\n".join(first), 30)
        build(home=room)
        given_keys = set(load_works(room)["citekey"])
        for step in steps:
            do(room, step)
            build(home=room)
        after = contents(room)
        shutil.rmtree(room.library)
        build(home=room)
        assert contents(room) == after
        assert check(home=room).failed == [] or any(kind == "remove" for kind, _, _ in steps)
        # A key that was given still names its work, unless its evidence was taken away.
        if not any(kind == "remove" for kind, _, _ in steps):
            names = read_table(room, "identifiers")
            assert given_keys <= set(names.loc[names["kind"] == "citekey", "value"])


def test_what_is_known_is_not_read_or_compared_again(room: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    add(room, "\n".join(f"@book{{k{i}, title={{Boek {i} over toezicht}}, year={1990 + i}}}" for i in range(20)), 1)
    build(home=room)
    read: list[int] = []
    plain = parsed_module.columns_of

    def counted(records, harvested=""):  # type: ignore[no-untyped-def]
        read.append(len(records))
        return plain(records, harvested)

    monkeypatch.setattr(parsed_module, "columns_of", counted)
    add(room, "@book{nieuw, title={Boek 3 over toezicht}, year=1993}", 2)
    build(home=room)
    assert read == [1]
    # A table or a memory that was spoilt is not gone on from.
    for name in ("works.parquet", "judged.parquet"):
        (room.library / name).write_bytes(b"PAR1 iets anders")
        decide_again(room)
        build(home=room)
        assert check(home=room).failed == []
    for path in (room.library / "parsed").iterdir():
        path.write_bytes(path.read_bytes()[:-40] + b"x" * 40)
    decide_again(room)
    build(home=room)
    assert check(home=room).failed == []
    assert sum(read) == 1 + 21 + 21 * 3  # read once, once more after it was spoilt, and at each check


def decide_again(room: Home) -> None:
    """Change what the library follows from, so that it is built again."""
    path = room.decisions / "bram.csv"
    path.parent.mkdir(exist_ok=True)
    lines = path.read_text(encoding="utf-8") if path.is_file() else "time,person,verb,work,value,reason\n"
    minute = lines.count("\n")
    path.write_text(f"{lines}2026-11-02T10:{minute:02}:00Z,bram,merge,@k1,@k2,\n", encoding="utf-8")


class Killed(BaseException):
    """What a kill is to a program: nothing after it happens, not even tidying up."""


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Count what changes the disk; from the `stop`-th on nothing does any more."""
    state = {"done": 0, "stop": 10**9}

    def watch(owner: object, name: str) -> None:
        plain = getattr(owner, name)

        def watched(*args: object, **kwargs: object) -> object:
            state["done"] += 1
            if state["done"] >= state["stop"]:
                raise Killed
            return plain(*args, **kwargs)

        monkeypatch.setattr(owner, name, watched)

    for name in ("replace", "unlink", "chmod"):
        watch(Path, name)
    watch(files.tempfile, "mkstemp")
    watch(tempfile, "mkdtemp")
    watch(files.os, "fsync")
    watch(shutil, "rmtree")
    return state


def test_a_kill_at_any_point_leaves_the_old_library_or_the_new(
    room: Home, writes: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(citekeys, "utc_now", lambda: "2026-11-26T09:00:00Z")
    add(room, "@book{een, title={Het eerste boek over toezicht}, year=1990}", 1)
    build(home=room)
    old = contents(room)
    old_tables = {name: content for name, content in old.items() if "/" not in name}
    add(room, "@book{twee, title={Het tweede boek over iets anders}, year=1991}", 2)
    shutil.copytree(room.root, room.root.with_name("safe"))
    writes["done"] = 0
    build(home=room)
    total, new = writes["done"], contents(room)
    new_tables = {name: content for name, content in new.items() if "/" not in name}
    assert total > 15
    seen = set()
    for stop in sorted({*range(1, total, 6), *range(total - 12, total + 1)}):  # the renames at the end are the crux
        writes["stop"] = 10**9
        shutil.rmtree(room.root)
        shutil.copytree(room.root.with_name("safe"), room.root)
        writes.update(done=0, stop=stop)
        with pytest.raises(Killed):
            build(home=room)
        writes["stop"] = 10**9
        works = load_works(room)  # whoever reads first finds one or the other, whole
        now = {n: c for n, c in contents(room).items() if "/" not in n and not n.startswith(".")}
        assert now in (old_tables, new_tables), stop
        seen.add(len(works))
        if stop % 12 == 1:
            assert build(home=room).works == 2
            now = {n: c for n, c in contents(room).items() if "/" not in n and not n.startswith(".")}
            assert now == new_tables
    assert seen == {1, 2}


def test_a_library_of_another_version_is_read_made_anew_or_refused(room: Home) -> None:
    add(room, "@book{een, title={Het eerste boek over toezicht}, year=1990}", 1)
    build(home=room)
    path = room.library / "build.json"
    fresh = path.read_bytes()
    stamp = json.loads(fresh)
    assert stamp["format"] == FORMAT
    # Before there was a number: read as it is, and made anew by the next build.
    path.write_text(json.dumps({k: v for k, v in stamp.items() if k not in ("format", "sha256")}), encoding="utf-8")
    assert len(load_works(room)) == 1
    assert not build(home=room).reused
    assert path.read_bytes() == fresh
    # Written by a later version: nothing is guessed at.
    path.write_text(json.dumps(stamp | {"format": FORMAT + 1}), encoding="utf-8")
    for attempt in (lambda: load_works(room), lambda: build(home=room)):
        with pytest.raises(LeeszaalError, match=f"indeling {FORMAT + 1}") as caught:
            attempt()
        assert "leeszaal build" in caught.value.remedy
    shutil.rmtree(room.library)
    assert build(home=room).works == 1
