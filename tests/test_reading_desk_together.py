"""Two readers, the reading list, and labels that go out and come in without loss."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_room import make_room
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library import decide, load_decisions, load_works, undo
from leeszaal.reading.desk import agreement, cohen_kappa, labels_in, labels_out, reading_list, save_reading_list
from leeszaal.reading.desk.agreement import agreement_frame
from leeszaal.reading.desk.labels import NAMES, Labels, labels_of_record, labels_of_tags
from leeszaal.works.read import read_content, read_file
from leeszaal.works.record import Record


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Home:
    return make_room(tmp_path_factory.mktemp("together"), repository)


@pytest.fixture
def home(made: Home, tmp_path: Path) -> Home:
    return Home(Path(shutil.copytree(made.root, tmp_path / "zaal")))


@pytest.fixture
def judged(home: Home) -> Home:
    """A room in which Anna and Bram said all sorts of things, hard ones to write down among them."""
    for verb, work, value, reason, person in (
        ("include", "zienswijze2023", "", "", "anna"),
        ("note", "zienswijze2023", "Eén \"aanhaling\"; en een puntkomma", "", "anna"),
        ("note", "zienswijze2023", "[\"geen lijst\"] – maar een notitie", "", "anna"),
        ("tag", "zienswijze2023", "dem.opkomst", "", "anna"),
        ("untag", "zienswijze2023", "reg.wgr", "", "anna"),
        ("exclude", "ziekenhuis2020", "", "andere context (bedrijf, zorg)", "anna"),
        ("maybe", "metro2015", "", "", "anna"),
        ("note", "water2012", "=SOM(A1) is geen formule", "", "anna"),
        ("include", "zienswijze2023", "", "", "bram"),
        ("exclude", "metro2015", "", "te oud", "bram"),
        ("include", "wgr2016", "", "", "bram"),
    ):  # fmt: skip
        decide(verb, work, value, reason, person=person, home=home)
    decide("include", "bank2017", person="bram", home=home)
    undo(person="bram", home=home)
    return home


def standing(home: Home) -> set[tuple[str, ...]]:
    frame = load_decisions(home)
    frame = frame[~frame["undone"].astype(bool) & (frame["verb"] != "undo")]
    return {
        (
            row.person,
            row.citekey,
            row.verb,
            row.value,
            row.reason,
            row.time if row.verb in ("include", "exclude") else "",
        )
        for row in frame.itertuples()
    }


# ---- agreement


def test_kappa_by_hand() -> None:
    # 25 + 20 of 50 alike; rows 30/20, columns 30/20: by chance .6 × .6 + .4 × .4 = .52; (.9 − .52)/.48.
    found = cohen_kappa([[25, 5], [0, 20]])
    chance = (30 * 25 + 20 * 25) / 2500
    assert found.value == pytest.approx((0.9 - chance) / (1 - chance))
    assert (found.works, found.same) == (50, 45)
    # Fleiss, Cohen and Everitt's own variance, written out for a table of 2 × 2 with two works added.
    cells = np.array([[25.5, 5.5], [0.5, 20.5]]) / 52
    rows, columns = cells.sum(1), cells.sum(0)
    seen, pe = cells[0, 0] + cells[1, 1], rows[0] * columns[0] + rows[1] * columns[1]
    a = sum(cells[i, i] * ((1 - pe) - (rows[i] + columns[i]) * (1 - seen)) ** 2 for i in (0, 1))
    b = (1 - seen) ** 2 * (cells[0, 1] * (columns[0] + rows[1]) ** 2 + cells[1, 0] * (columns[1] + rows[0]) ** 2)
    error = ((a + b - (seen * pe - 2 * pe + seen) ** 2) / (1 - pe) ** 4 / 52) ** 0.5
    middle = (seen - pe) / (1 - pe)
    assert (found.low, found.high) == pytest.approx((middle - 1.959964 * error, middle + 1.959964 * error), abs=1e-6)


@pytest.mark.parametrize(
    ("table", "value"),
    [
        ([[20, 5], [10, 15]], 0.4),
        ([[10, 0], [0, 10]], 1.0),
        ([[0, 10], [10, 0]], -1.0),
        ([[5, 5], [5, 5]], 0.0),
        ([[88, 14, 18], [10, 40, 10], [2, 6, 12]], 0.4915),  # Fleiss, Levin and Paik 2003: .429 weighted; by hand here
        ([[7, 0], [0, 0]], None),
        ([[0, 0], [0, 0]], None),
    ],
)
def test_kappa_of_known_tables(table: list[list[int]], value: float | None) -> None:
    found = cohen_kappa(table)
    if value is None:
        assert (found.value, found.low, found.high) == (None, None, None)
        return
    assert found.value == pytest.approx(value, abs=5e-4)
    assert found.low is not None
    assert found.high is not None
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert found.high - found.low > 0.05  # never certain, however alike


def test_a_judgement_that_nobody_gave_changes_nothing() -> None:
    assert cohen_kappa([[20, 5, 0], [10, 15, 0], [0, 0, 0]]) == cohen_kappa([[20, 5], [10, 15]])
    with pytest.raises(ValueError, match="square"):
        cohen_kappa([[1, 2, 3]])


@given(st.lists(st.lists(st.integers(0, 20), min_size=3, max_size=3), min_size=3, max_size=3))
def test_kappa_does_not_care_who_is_first(table: list[list[int]]) -> None:
    one, other = cohen_kappa(table), cohen_kappa(np.array(table).T)
    assert one.value == pytest.approx(other.value)
    assert one.low == pytest.approx(other.low)


def test_agreement_is_of_first_words_and_disputes_of_last_ones(judged: Home) -> None:
    found = agreement(home=judged)
    (pair,) = found.pairs
    assert (pair.one, pair.other, pair.works, pair.same) == ("anna", "bram", 2, 1)
    assert pair.table == [[1, 0, 0], [0, 0, 0], [0, 1, 0]]
    assert [one["citekey"] for one in found.disputed] == ["metro2015"]
    assert found.disputed[0]["words"] == "anna: twijfel; bram: uitgesloten (te oud)"
    assert "Het zijn nog weinig werken" in found.tell()
    decide("exclude", "metro2015", person="anna", home=judged)  # after they talked
    again = agreement(home=judged)
    assert again.disputed == []
    assert again.pairs[0].kappa == pair.kappa
    assert agreement_frame(again)["Nu oneens"].tolist() == [0]


def test_one_reader_is_no_pair(home: Home) -> None:
    decide("include", "wgr2016", person="anna", home=home)
    assert "nog geen twee lezers" in agreement(home=home).tell()


# ---- the reading list


def test_the_reading_list_holds_what_is_included_with_notes(judged: Home) -> None:
    found = reading_list(judged)
    assert set(found["citekey"]) == {"wgr2016", "zienswijze2023"}
    row = found.set_index("citekey").loc["zienswijze2023"]
    assert row["person"] == "anna, bram"
    assert row["note"] == 'Eén "aanhaling"; en een puntkomma; ["geen lijst"] – maar een notitie'
    assert {"work_id", "themes", "note", "person", "date"} <= set(found.columns)
    assert set(reading_list(judged, "reg")["citekey"]) <= {"zienswijze2023", "wgr2016"}
    decide("exclude", "wgr2016", person="anna", home=judged)
    assert reading_list(judged)["citekey"].tolist() == ["zienswijze2023"]
    assert set(reading_list(judged, disputed=True)["citekey"]) == {"zienswijze2023", "wgr2016"}
    with pytest.raises(LeeszaalError, match="Het thema ‘regg’ bestaat niet"):
        reading_list(judged, "regg")


def test_the_reading_list_as_files(judged: Home, tmp_path: Path) -> None:
    decide("note", "zienswijze2023", "*sterk* & 100% <b>", person="anna", home=judged)
    for suffix in (".md", ".csv", ".xlsx", ".bib"):
        assert save_reading_list(tmp_path / f"lijst{suffix}", home=judged).works == 2
    text = (tmp_path / "lijst.md").read_text(encoding="utf-8")
    assert "## Regionale samenwerking" in text
    assert r"\*sterk\* \& 100\% \<b\>" in text
    rows = list(csv.DictReader(io.StringIO((tmp_path / "lijst.csv").read_text("utf-8-sig")), delimiter=";"))
    assert {row["Citekey"] for row in rows} == {"wgr2016", "zienswijze2023"}
    assert any("*sterk* & 100% <b>" in row["Notitie"] for row in rows)
    excel = pd.read_excel(tmp_path / "lijst.xlsx")
    assert excel["Notitie"].str.contains("sterk").any()
    bib = read_file(tmp_path / "lijst.bib").records
    assert {record.citekey for record in bib} == {"wgr2016", "zienswijze2023"}
    noted = next(record for record in bib if record.citekey == "zienswijze2023")
    assert "*sterk* & 100% <b>" in noted.extra["annotation"]
    assert noted.note is None
    with pytest.raises(LeeszaalError, match="geen indeling voor de leeslijst"):
        save_reading_list(tmp_path / "lijst.doc", home=judged)


def test_an_empty_reading_list_says_what_to_do(home: Home, tmp_path: Path) -> None:
    assert "nog niets opgenomen" in save_reading_list(home=home).tell()
    for suffix in (".md", ".csv", ".xlsx", ".bib"):
        assert save_reading_list(tmp_path / f"leeg{suffix}", home=home).works == 0


# ---- labels out and in


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".ris"])
def test_labels_come_back_as_they_went(judged: Home, made: Home, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"labels{suffix}"
    out = labels_out(file, home=judged)
    assert out.people == {"anna": 4, "bram": 3}
    empty = Home(Path(shutil.copytree(made.root, tmp_path / "ander")))
    told = labels_in(file, person="iemand-anders", home=empty)
    assert (told.conflicts, told.unknown, told.remarks) == ([], [], [])
    assert standing(empty) == standing(judged)
    again = labels_in(file, home=empty)
    assert again.added == 0
    assert again.known == told.added
    assert standing(empty) == standing(judged)


@settings(max_examples=40)
@given(
    st.builds(
        Labels,
        person=st.sampled_from(["anna", "bram"]),
        verb=st.sampled_from(["", "include", "exclude", "maybe"]),
        reason=st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), max_size=12),
        tags=st.lists(st.sampled_from(["reg.wgr", "ibt.stelsel"]), unique=True).map(tuple),
        notes=st.lists(
            st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12), max_size=3
        ).map(tuple),
    )
)
def test_any_labels_survive_a_table_and_ris(labels: Labels) -> None:
    from leeszaal.reading.desk.labels_out import _WRITERS

    works = pd.DataFrame([{"work_id": "w1", "citekey": "k", "title": "Titel", "type": "article", "authors": ["A, B"]}])
    for suffix in (".csv", ".ris"):
        record = read_content(_WRITERS[suffix](works, [labels], {}), f"x{suffix}").records[0]
        back = labels_of_record(record)
        assert back == labels or not labels, (suffix, back)


def test_a_newer_word_wins_and_an_older_one_is_told(judged: Home, tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    labels_out(file, person="Anna", home=judged)
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig")), delimiter=";"))
    for row in rows:
        row["leeszaal_decision"] = "twijfel"
        row["leeszaal_time"] = "2001-01-01T00:00:00Z" if row["citekey"] == "ziekenhuis2020" else "2099-01-01T00:00:00Z"

    def save(path: Path) -> Path:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        return path

    told = labels_in(save(tmp_path / "nieuw.csv"), home=judged)
    assert told.conflicts == ["ziekenhuis2020: hier uitgesloten, daar twijfel (anna)"]
    assert told.people == {
        "anna": 2
    }  # zienswijze2023, and water2012 that had no judgement; metro2015 was in doubt already
    assert "hier staat een ander oordeel: 1" in told.tell()


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        # ASReview 1: `included`, a column per export of notes.
        ("title,doi,included,asreview_prior,exported_notes_1\n"
         "De Wet gemeenschappelijke regelingen gewijzigd,,1,0,goed stuk\nFusies van ziekenhuizen,10.1234/ziekenhuis2020,0,,\n"
         "Waterschappen en gemeenten,,,,\n", "asreview.csv",
         {("lezer", "wgr2016", "include", ""), ("lezer", "wgr2016", "note", "goed stuk"), ("lezer", "ziekenhuis2020", "exclude", "")}),
        # ASReview 2 and 3: prefixed columns, tags, and who did it.
        ("title;doi;asreview_label;asreview_time;asreview_note;asreview_tag_soort_theorie;asreview_user_name\n"
         "x;10.1234/WGR2016;1;2026-03-04 10:11:12;mooi;1;Petra Jansen\ny;10.1234/metro2015;0;2026-03-04 10:12:00;;0;Petra Jansen\n",
         "asreview3.csv",
         {("petra-jansen", "wgr2016", "include", ""), ("petra-jansen", "wgr2016", "note", "mooi"),
          ("petra-jansen", "wgr2016", "note", "ASReview-label: soort_theorie"), ("petra-jansen", "metro2015", "exclude", "")}),
        # RIS of version 1 (words among the notes) and of version 3 (JSON beside them).
        ("TY  - JOUR\nTI  - x\nDO  - 10.1234/wgr2016\nN1  - eigen notitie\nN1  - ASReview_relevant\nER  - \n\n"
         "TY  - JOUR\nTI  - y\nDO  - 10.1234/metro2015\nN1  - ASReview_irrelevant\nN1  - asreview_label: 0\n"
         "N1  - asreview_time: \"2026-03-04 10:12:00\"\nN1  - asreview_note: \"te breed\"\nER  - \n\n"
         "TY  - JOUR\nTI  - z\nDO  - 10.1234/coop2021\nN1  - ASReview_not_seen\nER  - \n", "asreview.ris",
         {("lezer", "wgr2016", "include", ""), ("lezer", "metro2015", "exclude", ""), ("lezer", "metro2015", "note", "te breed")}),
    ],
)  # fmt: skip
def test_what_asreview_exports_is_read(
    home: Home, tmp_path: Path, text: str, name: str, expected: set[tuple[str, ...]]
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    told = labels_in(tmp_path / name, person="Lezer", home=home)
    assert told.unknown == []
    assert {row[:4] for row in standing(home)} == expected
    times = load_decisions(home).set_index("citekey")["time"]
    assert "asreview_time" not in text or "2026-03-04T10:12:00Z" in times.tolist()


def test_asreview_in_excel_with_the_judgement_as_a_number(home: Home, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"title": ["x", "y"], "doi": ["10.1234/wgr2016", "10.9999/elders"], "asreview_label": [1.0, 0.0]}
    )
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    told = labels_in(tmp_path / "a.xlsx", person="lezer", home=home)
    assert (told.added, told.unknown) == (1, ["y"])
    assert "leeszaal import" in told.tell()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title,doi\nx,10.1234/wgr2016\n", "staan geen labels"),
        ("title,included\nDe Wet gemeenschappelijke regelingen gewijzigd,misschien\n", ""),
    ],
)
def test_what_is_no_label_is_told(home: Home, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    if message:
        with pytest.raises(LeeszaalError, match=message):
            labels_in(tmp_path / "a.csv", home=home)
    else:
        told = labels_in(tmp_path / "a.csv", person="lezer", home=home)
        assert told.added == 0
        assert "‘misschien’ in kolom ‘included’ is geen 1 of 0" in told.remarks[0]


@pytest.mark.parametrize(
    ("text", "expected", "remark"),
    [
        # Not seen in ASReview: what the table held before is no word of this reader.
        ("title,doi,included,asreview_label\nx,10.1234/wgr2016,1,\nx,10.1234/metro2015,1,-1\nx,10.1234/coop2021,0,1\n",
         {("lezer", "coop2021", "include")}, ""),
        ("title,doi,label_included\nx,10.1234/wgr2016,1.0\nx,10.1234/metro2015,-1\nx,10.1234/coop2021,nan\n",
         {("lezer", "wgr2016", "include")}, ""),
        ("title;doi;Lezer;Opgenomen\nx;10.1234/wgr2016;Bram;ja\nx;10.1234/wgr2016;Anna;nee\n",
         {("bram", "wgr2016", "include"), ("anna", "wgr2016", "exclude")}, ""),
        ("title,doi,included,final_included\nx,10.1234/wgr2016,1,0\nx,10.1234/metro2015,0,0\n",
         {("lezer", "metro2015", "exclude")}, "Kolom ‘included’ zegt 1 en kolom ‘final_included’ zegt 0."),
    ],
)  # fmt: skip
def test_odd_tables_of_labels(
    home: Home, tmp_path: Path, text: str, expected: set[tuple[str, ...]], remark: str
) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    told = labels_in(tmp_path / "a.csv", person="lezer", home=home)
    assert {row[:3] for row in standing(home)} == expected
    assert told.remarks == ([f"wgr2016: {remark}"] if remark else [])


def test_a_contradiction_in_ris_is_told() -> None:
    record = Record("t", "1", extra={"ASReview": "relevant; irrelevant"})
    assert labels_of_record(record).problem == "ASReview noemt dit werk relevant én irrelevant."
    unknown = Record("t", "1", extra={f"leeszaal_{name}": "" for name in NAMES} | {"leeszaal_decision": "wel"})
    assert "‘wel’ is geen oordeel" in labels_of_record(unknown).problem


def test_tags_of_zotero_are_read_back() -> None:
    names = {"reg.wgr": "Regionale samenwerking / Wgr en gemeenschappelijke regelingen", "ibt.stelsel": "IBT / Stelsel"}
    tags = ["eigen label", "Leeszaal: niet opgenomen", f"Leeszaal: {names['reg.wgr']}", "Leeszaal: ibt.stelsel"]
    found = labels_of_tags(tags, names)
    assert (found.verb, found.tags, found.problem) == ("exclude", ("reg.wgr", "ibt.stelsel"), "")
    both = labels_of_tags(["Leeszaal: opgenomen", "Leeszaal: twijfel", "Leeszaal: raar"], names)
    assert both.verb == ""
    assert both.problem == "In Zotero staan twee oordelen: opgenomen en twijfel. Onbekend label in Zotero: raar."


def test_zotero_adds_what_somebody_tagged_there_and_nothing_that_came_from_here(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    from leeszaal.reading.desk import labels_in as module_verb  # noqa: F401  # the name is a verb and a module

    module: Any = sys.modules["leeszaal.reading.desk.labels_in"]
    decide("include", "wgr2016", person="anna", home=home)
    works = load_works(home).set_index("citekey")

    def records(_: Home) -> list[tuple[Record, Labels]]:
        names = {"reg.imc": "R / I", "reg.wgr": "R / W"}
        said = {
            "wgr2016": ["Leeszaal: opgenomen", "Leeszaal: R / W"],
            "metro2015": ["Leeszaal: twijfel", "Leeszaal: R / I"],
        }
        return [
            (Record(works.loc[key, "title"], "x", doi=works.loc[key, "doi"]), labels_of_tags(tags, names))
            for key, tags in said.items()
        ]

    monkeypatch.setattr(module, "_from_zotero", records)
    told = labels_in("zotero", person="bram", home=home)
    added = {row[:4] for row in standing(home)} - {("anna", "wgr2016", "include", "")}
    assert {("bram", "metro2015", "maybe", ""), ("bram", "metro2015", "tag", "reg.imc")} <= added
    assert ("bram", "wgr2016", "include", "") not in added
    assert told.known >= 1


def test_what_asreview_is_to_read_stands_in_the_files(judged: Home, tmp_path: Path) -> None:
    labels_out(tmp_path / "a.csv", person="anna", everything=True, home=judged)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text("utf-8-sig")), delimiter=";"))
    assert len(rows) == 12
    included = {row["citekey"]: row["included"] for row in rows}
    assert (included["zienswijze2023"], included["ziekenhuis2020"], included["metro2015"]) == ("1", "0", "")
    labels_out(tmp_path / "a.ris", person="anna", home=judged)
    text = (tmp_path / "a.ris").read_text(encoding="utf-8")
    assert text.count("N1  - ASReview_relevant") == 1
    assert "KW  - Leeszaal: opgenomen" in text
    notes = [
        json.loads(line.partition(": ")[2]) for line in text.splitlines() if line.startswith("N1  - leeszaal_notes")
    ]
    assert any("aanhaling" in note for note in notes)
    with pytest.raises(LeeszaalError, match="geen indeling voor labels"):
        labels_out(tmp_path / "a.bib", home=judged)


def test_no_labels_yet(home: Home, tmp_path: Path) -> None:
    with pytest.raises(LeeszaalError, match="nog geen labels"):
        labels_out(tmp_path / "a.csv", home=home)
