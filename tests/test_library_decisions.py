"""Decisions: bound to the work, never lost, never in conflict, always undoable."""

from __future__ import annotations

import datetime
import errno
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library import build, load_works
from leeszaal.library.decided import merge_and_split
from leeszaal.library.deciding import decide, undo
from leeszaal.library.decisionfile import COLUMNS, Row, read_decision_files
from leeszaal.library.decisions import load_decisions, lost_decisions, open_decisions, references
from leeszaal.library.duplicates import find_works
from leeszaal.library.evidence import add_evidence
from leeszaal.library.explain import explain_work
from leeszaal.library.identity import identity_keys, known_keys, own_name, record_mark, work_ids
from leeszaal.library.parsed import columns_of
from leeszaal.reading import load_tags, tag
from leeszaal.works.read import read_content
from leeszaal.works.record import Record

BIB = """@article{vries, title={Wie bestuurt de regio?}, author={de Vries, Anna}, year=2020, doi={10.1234/a}}
@article{smit, title={Wie betaalt de regio?}, author={Smit, Piet}, year=2021}
@book{meer, title={Toezicht op gemeenten}, author={van der Meer, Jan}, year=1999}
"""
RIS = """TY  - JOUR
ID  - 77
TI  - Wie bestuurt de regio (tweede deel)
AU  - Vries, A. de
PY  - 2020
DO  - 10.1234/A
AB  - Samenvatting
M1  - iets anders
ER  -
"""


@pytest.fixture
def room(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = tmp_path / "room"
    (home / "literature").mkdir(parents=True)
    (home / "_quarto.yml").touch()
    themes = (repository / "literature" / "themes.yaml").read_text(encoding="utf-8")
    (home / "literature" / "themes.yaml").write_text(themes, encoding="utf-8")
    shutil.copytree(repository / "literature" / "examples", home / "literature" / "examples")
    monkeypatch.setenv("LEESZAAL_PERSON", "Anna de Vries")
    add(Home(home), BIB)
    build(home=Home(home))
    return Home(home)


def add(room: Home, text: str, name: str = "a.bib", minute: int = 30) -> None:
    reading = read_content(text.encode(), name)
    moment = datetime.datetime(2026, 11, 1, 12, minute, tzinfo=datetime.UTC)
    add_evidence(
        room, source="import", name=name, content=text.encode(), format=reading.format, encoding=reading.encoding,
        options={}, records=len(reading.records), rejects=reading.rejects, time=moment,
    )  # fmt: skip


def lines(room: Home, person: str = "anna-de-vries") -> list[str]:
    return (room.decisions / f"{person}.csv").read_text(encoding="utf-8").splitlines()


def test_a_decision_names_the_work_by_everything_it_is_known_by(room: Home):
    said = decide("exclude", "vries", reason="gaat niet\nover Nederland", home=room)
    assert (said.person, said.verb, said.citekey, said.reason) == (
        "anna-de-vries", "exclude", "vries", "gaat niet over Nederland"
    )  # fmt: skip
    assert "vries: uitgesloten (gaat niet over Nederland)" in said.tell()
    assert lines(room)[0] == ",".join(COLUMNS)
    assert lines(room)[1].split(",")[3].split(" ; ")[1:3] == ["@vries", "doi:10.1234/a"]
    frame = load_decisions(room)
    assert frame[["person", "verb", "citekey", "problem"]].values.tolist() == [
        ["anna-de-vries", "exclude", "vries", ""]
    ]
    assert decide("include", "https://doi.org/10.1234/A", home=room).citekey == "vries"


def test_a_decision_survives_earlier_evidence_another_citekey_and_a_changed_deduplicator(room: Home):
    decide("exclude", "smit", home=room)
    decide("include", "meer", home=room)
    # Earlier evidence takes the citekey "smit" for another work.
    add(room, "@book{smit, title={Iets anders}, author={Ander, A.}, year=1990}", "b.bib", 1)
    build(home=room)
    works = load_works(room).set_index("work_id")
    frame = load_decisions(room)
    assert works.loc[frame["work_id"].tolist(), "title"].tolist() == ["Wie betaalt de regio?", "Toezicht op gemeenten"]


def test_a_decision_that_lost_its_work_is_reported_and_kept(room: Home):
    decide("exclude", "smit", home=room)
    before = lines(room)
    for folder in (room.evidence / "import").iterdir():
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
    add(room, RIS, "c.ris")
    build(home=room)
    lost = lost_decisions(room)
    assert lost["verb"].tolist() == ["exclude"]
    assert "staat niet in de bibliotheek" in lost["problem"].iloc[0]
    assert lines(room) == before


def test_undo_appends_and_goes_back_one_by_one(room: Home):
    decide("exclude", "smit", home=room)
    decide("tag", "smit", "ibt.stelsel", home=room)
    assert undo(home=room).verb == "tag"
    assert undo(home=room).verb == "exclude"
    assert [row.verb for row in read_decision_files(room)] == ["exclude", "tag", "undo", "undo"]
    assert load_decisions(room)["undone"].tolist() == [True, True, False, False]
    assert len(lines(room)) == 5
    with pytest.raises(LeeszaalError, match="geen beslissing van anna-de-vries"):
        undo(home=room)
    with pytest.raises(LeeszaalError, match="geen beslissing van bram"):
        undo(person="Bram", home=room)


def test_two_people_have_a_file_each_and_their_disagreement_is_shown(room: Home):
    decide("include", "smit", home=room, person="Bram")
    decide("exclude", "smit", home=room)
    decide("exclude", "meer", home=room, person="Bram")
    decide("exclude", "meer", home=room)
    assert sorted(path.name for path in room.decisions.iterdir()) == ["anna-de-vries.csv", "bram.csv"]
    asked = open_decisions(room)
    assert asked[["citekey", "subject", "person", "verb"]].values.tolist() == [
        ["smit", "screening", "anna-de-vries", "exclude"],
        ["smit", "screening", "bram", "include"],
    ]
    decide("exclude", "smit", home=room, person="Bram")
    assert open_decisions(room).empty


def test_merge_is_followed_and_nothing_of_either_is_lost(room: Home):
    decide("merge", "smit", "vries", "dubbel", home=room)
    assert build(home=room).works == 2
    works = load_works(room)
    assert sorted(works["citekey"]) == ["meer", "vries"]
    why = explain_work("smit", room)  # the name of the work it was still finds it
    assert (why.citekey, len(why.records)) == ("vries", 2)
    years = [(row["value"], row["chosen"]) for row in why.fields if row["field"] == "year"]
    assert years == [("2020", True), ("2021", False)]
    keys = [row["value"] for row in why.identifiers if row["kind"] == "key"]
    assert "title:wie betaalt de regio|smit|2021|" in keys
    assert "title:wie bestuurt de regio|vries|2020|" in keys
    assert "vroegste record" in why.tell()
    assert [row["verb"] for row in why.decisions] == ["merge"]
    assert lost_decisions(room).empty
    undo(home=room)
    assert build(home=room).works == 3


def test_split_takes_apart_and_a_later_copy_goes_where_it_belongs(room: Home):
    add(room, RIS, "c.ris", 40)
    build(home=room)
    why = explain_work("vries", room)
    assert len(why.records) == 2
    assert ("abstract", "Samenvatting", True) in [(f["field"], f["value"], f["chosen"]) for f in why.fields]
    assert ("M1", "iets anders", False) in [(f["field"], f["value"], f["chosen"]) for f in why.fields]
    with pytest.raises(LeeszaalError, match="heeft geen record ‘88’"):
        decide("split", "vries", "88", home=room)
    decide("split", "vries", "77", home=room)
    assert build(home=room).works == 4
    titles = load_works(room)["title"].tolist()
    assert {"Wie bestuurt de regio?", "Wie bestuurt de regio (tweede deel)"} <= set(titles)
    copy = BIB.splitlines()[0].replace("{vries", "{nogeens").replace(", doi={10.1234/a}", "")
    add(room, copy, "d.bib", 50)
    assert build(home=room).works == 4
    assert load_works(room).set_index("title").loc["Wie bestuurt de regio?", "n_records"] == 2
    assert lost_decisions(room).empty


def test_a_work_of_one_record_is_explained_too(room: Home):
    why = explain_work("meer", room)
    assert [(f["field"], f["value"]) for f in why.fields if f["chosen"]][:2] == [
        ("title", "Toezicht op gemeenten"), ("authors", '["van der Meer, Jan"]'),
    ]  # fmt: skip


def test_a_circle_of_merges_and_an_unknown_work_are_reported(room: Home):
    decide("merge", "vries", "smit", home=room)
    decide("merge", "smit", "meer", home=room)
    decide("merge", "meer", "vries", home=room)
    path = room.decisions / "bram.csv"
    path.write_text(f"{','.join(COLUMNS)}\n2026-11-02T10:00:00Z,bram,merge,vries,niemand,\n", encoding="utf-8")
    summary = build(home=room)
    assert summary.works == 1
    assert summary.remarks == [
        "literature/decisions/bram.csv, regel 2: het werk ‘niemand’ bestaat niet, dus er is niets samengevoegd.",
        "literature/decisions/anna-de-vries.csv, regel 4: deze werken waren al één werk, dus dit samenvoegen verandert niets.",
    ]
    assert summary.remarks[0] in summary.tell()
    assert build(home=room) == type(summary)(**(vars(summary) | {"reused": True}))
    assert "Het andere werk ‘niemand’" in lost_decisions(room)["problem"].iloc[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("exlude", "smit"), "geen soort beslissing"),
        (("undo", "smit"), "geen soort beslissing"),
        (("exclude", "smitt"), "Er is geen werk ‘smitt’"),
        (("exclude", " "), "Er is geen werk"),
        (("merge", "smit", "smit"), "met zichzelf"),
        (("merge", "smit"), "hoort een waarde"),
        (("tag", "smit"), "hoort een waarde"),
        (("split", "smit"), "valt niet te splitsen"),
    ],
)
def test_what_cannot_be_decided_leaves_no_line(room: Home, arguments: tuple[str, ...], message: str):
    with pytest.raises(LeeszaalError, match=message):
        decide(*arguments, home=room)
    assert not room.decisions.exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252", "utf-16"])
def test_a_file_saved_by_excel_is_read_and_added_to_in_its_own_manner(room: Home, encoding: str):
    rows = [
        "Person;Time;Verb;Work;Value;Reason;Eigen kolom",
        'anna;24-11-2025 09:30;Exclude;smit;;"overslaan; ""privé""";x',
        "anna;2025-11-24T09:31:00Z;include;meer;;;",
        ";;;;;;",
    ]
    path = room.decisions / "anna.csv"
    path.parent.mkdir()
    path.write_bytes("\r\n".join(rows).encode(encoding))  # no line end at the end
    decide("maybe", "vries", reason="één; twee", home=room, person="anna")
    frame = load_decisions(room)
    assert frame["problem"].tolist() == ["", "", ""]
    assert frame[["verb", "citekey", "reason", "time"]].values.tolist()[:2] == [
        ["exclude", "smit", 'overslaan; "privé"', "2025-11-24T09:30:00Z"],
        ["include", "meer", "", "2025-11-24T09:31:00Z"],
    ]
    assert frame["reason"].iloc[2] == "één; twee"
    assert path.read_bytes().decode(encoding).count("\r\n") == 5
    assert "\n" not in path.read_bytes().decode(encoding).replace("\r\n", "")


def test_lines_that_cannot_be_read_are_reported_and_swallow_nothing(room: Home):
    path = room.decisions / "anna.csv"
    path.parent.mkdir()
    path.write_text(
        f"{','.join(COLUMNS)}\n"
        "2026-11-24T09:30:00Z,anna,weg,smit,,\n"
        "gisteren,anna,include,smit,,\n"
        '2026-11-24T09:31:00Z,anna,exclude,smit,,"cut o\n'
        "2026-11-24T09:32:00Z,anna,include,meer,,\n"
        '2026-11-24T09:33:00Z,anna,note,meer,"over\ntwee regels",\n'
        "2026-11-24T09:34:00Z,anna,inc",
        encoding="utf-8",
    )
    frame = load_decisions(room).sort_values("line")
    assert frame["line"].tolist() == [2, 3, 4, 5, 6, 8]
    assert [bool(problem) for problem in frame["problem"]] == [True, True, True, False, False, True]
    assert frame["value"].iloc[4] == "over twee regels"
    path.write_text("wie;wat\n", encoding="utf-8")
    with pytest.raises(LeeszaalError, match=r"anna.csv, regel 1: .* de kolom ‘time’"):
        load_decisions(room)


def test_a_full_disk_leaves_the_file_as_it_was(room: Home, monkeypatch: pytest.MonkeyPatch):
    decide("exclude", "smit", home=room)
    before = (room.decisions / "anna-de-vries.csv").read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LeeszaalError, match="de schijf is vol"):
        decide("include", "smit", home=room)
    assert (room.decisions / "anna-de-vries.csv").read_bytes() == before


def test_a_person_wins_from_the_rules(room: Home):
    tag(home=room)
    work_id, label = load_tags(room)[["work_id", "label"]].iloc[0]
    decide("untag", work_id, label, home=room)
    decide("tag", "smit", "reg.oost", home=room)
    decide("untag", "smit", "reg.oost", home=room, person="Bram")
    decide("tag", "smit", "reg.oost", home=room, person="Carla")
    decide("tag", "smit", "reg.oots", home=room)
    summary = tag(home=room)
    assert [remark.split(": ", 1)[1][:34] for remark in summary.remarks] == ["het subthema ‘reg.oots’ bestaat ni"]
    after = load_tags(room)
    assert (work_id, label) not in set(zip(after["work_id"], after["label"], strict=True))
    own = after[after["label"] == "reg.oost"]
    assert own[["theme", "score", "rank", "method"]].values.tolist() == [["reg", 1.0, 1, "decision"]]
    assert own["reason"].iloc[0].startswith("carla, ")
    assert own["reason"].iloc[0].endswith("; niet volgens bram")
    assert tag(home=room).reused
    undo(home=room, person="Carla")
    assert not tag(home=room).reused
    assert "reg.oost" not in set(load_tags(room)["label"])  # now Bram has the last word
    assert after.groupby("work_id")["rank"].apply(lambda ranks: sorted(ranks) == list(range(1, len(ranks) + 1))).all()


@settings(max_examples=40)
@given(st.data())
def test_any_history_of_merges_and_splits_keeps_every_record_in_one_work(data: st.DataObject):
    n = data.draw(st.integers(1, 6))
    records = [
        Record(f"T{i}", f"{i}", doi=data.draw(st.sampled_from([None, "10.1/a", "10.1/b"])), citekey=f"k{i}")
        for i in range(n)
    ]
    ids, keys = work_ids(own_name(r) for r in records), [str(r.citekey) for r in records]
    clusters = find_works(columns_of(records)).clusters
    place = st.integers(0, n - 1)
    rows = []
    for line in range(data.draw(st.integers(0, 6))):
        one, other = data.draw(place), data.draw(place)
        name = references(ids[one], keys[one], identity_keys(records[one]))
        if data.draw(st.booleans()):
            value = references(ids[other], keys[other], identity_keys(records[other]))
            rows.append(Row("t", "a", "merge", name, value, "", "a.csv", line))
        else:
            marks = f"{record_mark(records[one])} | {record_mark(records[other])}"
            rows.append(Row("t", "a", "split", name, marks, "", "a.csv", line))
    names, marks = [known_keys(r) for r in records], [record_mark(r) for r in records]
    found, _ = merge_and_split(names, marks, clusters, ids, keys, rows)
    assert sorted(p for cluster in found for p in cluster) == list(range(n))
    assert found == sorted(found)
    if rows and rows[-1].verb == "split":  # the last word counts
        one, other = (
            int(next(r.source_record_id for r in records if record_mark(r) == m)) for m in rows[-1].value.split(" | ")
        )
        assert one == other or not any(one in cluster and other in cluster for cluster in found)
