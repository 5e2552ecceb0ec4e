"""A reader at a pile: every decision on the disk before the next work, undone one by one, taken up where it stopped."""

from __future__ import annotations

import datetime
import errno
import itertools
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_room import WORKS, make_room
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library import decide, load_decisions, undo
from leeszaal.reading import tag
from leeszaal.reading.desk import open_pile, pile
from leeszaal.reading.desk.criteria import Criteria, Criterion, load_criteria
from leeszaal.reading.desk.marks import Marker
from leeszaal.reading.desk.order import Ranked
from leeszaal.reading.desk.pile import Pile, lay_out
from leeszaal.reading.desk.session import Session
from leeszaal.reading.desk.state import SCREENING, Said, State, disputes
from leeszaal.reading.desk.view import View, text_of_view
from leeszaal.reading.taxonomy import load_taxonomy
from leeszaal.works import embedding


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Home:
    return make_room(tmp_path_factory.mktemp("desk"), repository)


@pytest.fixture
def home(made: Home, tmp_path: Path) -> Home:
    return Home(Path(shutil.copytree(made.root, tmp_path / "zaal")))


_SECONDS = itertools.count()


def _tick() -> datetime.datetime:
    """A clock on which everything happens a second after what went before: a file of decisions knows no less."""
    return datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC) + datetime.timedelta(seconds=next(_SECONDS))


def opened(home: Home, person: str = "anna", theme: str | None = "reg", **options: str) -> tuple[Session, Pile]:
    laid = lay_out(home, person=person, theme=theme, **options)
    return Session(home, laid, now=_tick), laid


def lines(home: Home, person: str = "anna") -> list[list[str]]:
    text = (home.decisions / f"{person}.csv").read_text(encoding="utf-8")
    return [[row.split(",")[2], row.split(" ; ")[1].split(" ")[0]] for row in text.splitlines()[1:]]


# ---- the state


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([*SCREENING, "note"]), st.booleans()), max_size=30))
def test_undo_is_the_way_back_however_it_was_reached(steps: list[tuple[str, str, bool]]) -> None:
    state = State(tuple("abcd"))
    past = [state]
    for work, verb, back in steps:
        if back and len(past) > 1:
            past.pop()
            state = state.taken_back()
        else:
            state = state.add(Said(work, verb))
            past.append(state)
        assert (state.said, state.left(), state.labels()) == (past[-1].said, past[-1].left(), past[-1].labels())
        assert state.read + len(state.left()) == state.size == 4
        assert sum(state.counts().values()) == len(state.labels()) == state.read


def test_the_order_of_reading_is_that_of_the_first_word_and_the_label_that_of_the_last() -> None:
    state = State(tuple("abc")).add(Said("b", "exclude")).add(Said("a", "maybe")).add(Said("b", "include"))
    assert state.labels() == [1, 0]
    assert state.labels(doubt=1) == [1, 1]
    assert state.counts() == {"include": 1, "exclude": 0, "maybe": 1}


def test_a_pile_for_the_second_time_is_settled_by_new_words_only() -> None:
    first = State(tuple("abc")).add(Said("a", "maybe")).add(Said("c", "maybe"))
    again = State(first.works, first.said, ("a", "c"), 2)
    assert again.left() == ["a", "c"]
    once = again.add(Said("a", "maybe"))
    assert once.left() == ["c"]  # still in doubt, but looked at
    assert once.taken_back().left() == ["a", "c"]
    assert once.taken_back().taken_back().since == 1


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        State(("a", "a"))
    with pytest.raises(ValueError, match="'z' is not in the pile"):
        State(("a",), (Said("z", "include"),))
    with pytest.raises(ValueError, match="verb must be one of"):
        Said("a", "merge")
    with pytest.raises(ValueError, match="nothing stands"):
        State(("a",)).taken_back()


@pytest.mark.parametrize(
    ("words", "disputed", "spoken"),
    [
        ([("a", "include")], False, set()),
        ([("a", "include"), ("b", "exclude")], True, set()),
        ([("a", "include"), ("b", "exclude"), ("b", "exclude")], True, {"b"}),
        ([("a", "include"), ("b", "exclude"), ("a", "include"), ("b", "exclude")], True, {"a", "b"}),
        ([("a", "include"), ("b", "exclude"), ("a", "include"), ("b", "maybe")], True, {"b"}),  # a is asked again
        ([("a", "include"), ("b", "exclude"), ("a", "exclude")], False, set()),
        ([("a", "include"), ("b", "exclude"), ("a", "exclude"), ("b", "include")], True, set()),
    ],
)
def test_who_has_spoken_since_a_dispute_arose(words: list[tuple[str, str]], disputed: bool, spoken: set[str]) -> None:
    assert disputes(words) == (disputed, spoken)


# ---- reading


def test_each_decision_is_a_line_before_the_next_work_comes(home: Home) -> None:
    session, laid = opened(home)
    first = session.work
    assert session.judge("include")
    assert session.status.text == "Opgeslagen: nr. 1 opgenomen."
    assert lines(home) == [["include", f"@{first['citekey']}"]]
    assert session.work["work_id"] != first["work_id"]
    session.judge("exclude", " andere\ncontext ")
    assert session.status.text == "Opgeslagen: nr. 2 uitgesloten (andere context)."
    assert load_decisions(home)["reason"].tolist() == ["", "andere context"]
    assert len(laid.works) == len(WORKS)


def test_reading_goes_on_where_it_stopped_and_undo_reaches_over_it(home: Home) -> None:
    session, _ = opened(home)
    judged = []
    for verb in ("include", "exclude", "maybe", "include"):
        judged.append(session.current)
        session.judge(verb)
    session.undo()
    assert session.current == judged[3]
    again, _ = opened(home)
    assert again.state.read == 3
    assert again.current not in judged[:3]
    for work in reversed(judged[:3]):
        assert again.undo()
        assert again.current == work
    assert not again.undo()
    assert "niets meer" in again.status.text
    assert [verb for verb, _ in lines(home)] == [
        "include",
        "exclude",
        "maybe",
        "include",
        "undo",
        "undo",
        "undo",
        "undo",
    ]
    assert load_decisions(home).query("verb != 'undo'")["undone"].all()


def test_a_decision_that_cannot_be_written_leaves_the_work_on_the_table(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, _ = opened(home)
    session.judge("include")
    work, before = session.current, session.state

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert not session.judge("include")
        assert not session.tag("reg.wgr")
        assert not session.undo()
        assert not session.note("iets")
    assert session.status.failed
    assert "NIET bewaard" in session.status.text
    assert "de schijf is vol" in session.status.text
    assert (session.current, session.state) == (work, before)
    assert len(lines(home)) == 1
    assert session.judge("exclude")


def test_what_was_decided_elsewhere_is_taken_in_first(home: Home) -> None:
    session, _ = opened(home)
    decide("exclude", session.work["citekey"], person="anna", home=home)
    work = session.current
    assert not session.judge("include")
    assert "elders beoordeeld" in session.status.text
    assert session.current != work
    assert session.state.judged[work].verb == "exclude"
    session.judge("include")
    undo(person="anna", home=home)  # from the command line
    session.undo()
    assert session.state.said == ()
    assert session.current == work


def test_two_readers_do_not_see_each_other_and_an_undo_is_ones_own(home: Home) -> None:
    anna, _ = opened(home)
    bram, laid = opened(home, "bram")
    first = anna.current
    anna.judge("include")
    assert bram.current == first
    assert View(bram).values()["work"]["others"] == ""
    bram.judge("exclude")
    anna.undo()
    assert load_decisions(home).query("~undone and verb != 'undo'")["person"].tolist() == ["bram"]
    assert laid.others == {}


def test_labels_come_from_the_rules_others_and_the_reader_and_go_again(home: Home) -> None:
    laid = lay_out(home, person="anna", theme="reg")
    work = laid.works.set_index("citekey").loc["zienswijze2023", "work_id"]
    session = Session(home, laid)
    session.current = work
    assert "reg.wgr" in session.labels(work)
    assert session.tag("reg.wgr")
    assert session.status.text == "Opgeslagen: label ‘Wgr en gemeenschappelijke regelingen’ weg."
    assert "reg.wgr" not in session.labels(work)
    session.tag("dem.opkomst")
    assert session.undo()
    assert session.undo()
    assert "reg.wgr" in session.labels(work)
    decide("untag", "zienswijze2023", "reg.wgr", person="bram", home=home)
    again, _ = opened(home)
    assert "reg.wgr" not in again.labels(work)
    with pytest.raises(LeeszaalError, match="Bedoelt u"):
        session.tag("reg.wgrr")


def test_what_the_tagger_left_out_stays_out_unless_this_reader_had_taken_it_off(home: Home) -> None:
    session, _ = opened(home)
    place = session.pile.works.set_index("citekey")["work_id"]
    work = place["zienswijze2023"]
    assert "ibt.stelsel" not in session.labels(work, {"ibt.stelsel": "‘toezicht’ in titel"})
    session.current = work
    session.tag("reg.wgr")
    tag(home=home)  # it is no longer in the table
    again, _ = opened(home)
    rules = {"reg.wgr": "‘gemeenschappelijke regelingen’ in titel"}
    assert "reg.wgr" not in again.labels(work, rules)
    again.undo()
    assert again.labels(work, rules)["reg.wgr"] == rules["reg.wgr"]
    (home.library / "tags.parquet").unlink()
    assert "ibt.stelsel" in opened(home)[0].labels(work, {"ibt.stelsel": "‘toezicht’ in titel"})


def test_a_note_is_kept_and_an_empty_one_is_not(home: Home) -> None:
    session, _ = opened(home)
    assert not session.note("  ")
    assert session.note("Lees ook het vervolg")
    assert View(session).values()["work"]["notes"] == ["Lees ook het vervolg"]
    assert [verb for verb, _ in lines(home)] == ["note"]


def test_doubts_and_disputes_come_back_in_a_pile_of_their_own(home: Home) -> None:
    anna, _ = opened(home)
    bram, _ = opened(home, "bram")
    doubt = anna.current
    anna.judge("maybe")
    bram.judge("maybe")
    disputed = anna.current
    anna.judge("include")
    bram.judge("exclude", "te oud")
    doubts, laid = opened(home, again="twijfel")
    assert (doubts.current, doubts.state.size, laid.title) == (doubt, 1, "Lezen · Regionale samenwerking · Twijfel")
    assert View(doubts).values()["work"]["before"] == "U zei eerder: twijfel."
    doubts.judge("include")
    assert doubts.current is None
    mine, _ = opened(home, again="oneens")
    assert set(mine.state.left()) == {disputed, doubt}  # include against bram's maybe is a dispute too
    mine.current = disputed
    assert View(mine).values()["work"]["others"] == "u: opgenomen en bram: uitgesloten (te oud)"
    mine.judge("include")
    assert opened(home, again="oneens")[0].state.left() == [doubt]  # about the other she has spoken since
    theirs, _ = opened(home, "bram", again="oneens")
    theirs.current = disputed
    theirs.judge("include")
    assert disputed not in opened(home, "carla", again="oneens")[0].state.left()
    with pytest.raises(LeeszaalError, match="Bedoelt u ‘twijfel’"):
        lay_out(home, person="anna", again="twijfels")


def test_a_finished_pile_says_so_and_can_be_undone(home: Home) -> None:
    session, laid = opened(home, theme=None, query="ziekenhuizen")
    assert len(laid.works) == 1
    session.judge("maybe")
    values = View(session).values()
    assert values["work"] is None
    assert values["end"][0] == "Deze stapel is uit: 1 werk gelezen."
    assert 'again="twijfel"' in values["end"][1]
    assert not session.judge("include")
    with pytest.raises(LeeszaalError, match="Deze stapel is uit"):
        _ = session.work
    session.undo()
    assert session.current == laid.works["work_id"].iloc[0]


def test_times_are_those_of_the_clock_and_a_second_for_two_decisions_can_be_undone(home: Home) -> None:
    moment = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
    session = Session(home, lay_out(home, person="anna", theme="reg"), now=lambda: moment)
    session.judge("include")
    session.judge("include")
    session.undo()
    frame = load_decisions(home)
    assert set(frame["time"]) == {"2026-11-01T12:00:00Z"}
    assert frame.query("verb == 'include'").sort_values("line")["undone"].tolist() == [False, True]


# ---- what is shown


@pytest.mark.skipif(not embedding.available(), reason="the embedding model is not installed")
def test_a_language_with_too_few_judgements_is_ranked_by_what_was_encoded_before(tmp_path: Path) -> None:
    english = [
        f"{what} by the {number}th province" for what in ("Voter turnout", "Soil bacteria") for number in range(9)
    ]
    dutch = ["Bodembacteriën in akkers", "Opkomst bij verkiezingen"]
    works = pd.DataFrame(
        {
            "work_id": [f"w{number}" for number in range(20)],
            "title": english + dutch,
            "abstract": "",
            "language": ["en"] * 18 + ["nl"] * 2,
        }
    )
    said = tuple(
        Said(f"w{n}", "include" if n < 9 else "exclude", "", "", "", "") for n in range(18) if n not in (8, 17)
    )
    state = State(tuple(works["work_id"]), said)
    taxonomy = load_taxonomy(Path(__file__).parents[1] / "literature" / "themes.yaml")

    def why() -> list[str]:
        ranked = Ranked(works, taxonomy, cache=tmp_path)
        ranked.judged(state, 30)
        left = ["w18", "w19"]
        return [ranked.first(left), *ranked.why("w19")]

    words = "De volgorde volgt uw oordelen tot nu toe."
    assert why()[1] == words  # nothing was encoded yet
    embedding.embed(english + dutch, cache=tmp_path)
    first, basis, *_ = why()
    assert first == "w19"
    assert basis == "In deze taal zijn nog te weinig oordelen: de volgorde volgt de betekenis van de tekst."


def test_the_view_marks_words_and_says_why(home: Home) -> None:
    laid = lay_out(home, person="anna", theme="reg")
    ranked = Ranked(laid.works, laid.taxonomy, "reg")
    ranked.judged(laid.state, 30)
    session = Session(home, laid, order=ranked)
    session.current = laid.works.set_index("citekey").loc["zienswijze2023", "work_id"]
    values = View(session, ranked).values()
    work = values["work"]
    assert "".join(text for text, *_ in work["title"]) == WORKS[0][1]
    assert "".join(text for text, *_ in work["abstract"]) == WORKS[0][3]
    marked = {text: (kind, theme) for text, kind, theme, _ in work["title"] if kind}
    assert marked["gemeenschappelijke regelingen"] == ("theme", "reg")
    assert marked["gemeenteraden"][0] == "include"
    assert work["lang"] == "nl"
    assert work["meta"] == "Schrijver · Bestuurswetenschappen · 2023 · Nederlands"
    assert work["link"] == "https://doi.org/10.1234/zienswijze2023"
    assert {label["id"] for label in work["labels"]} >= {"reg.wgr", "reg.imc"}
    assert next(label for label in work["labels"] if label["id"] == "reg.wgr")["on"]
    assert any("gemeenschappelijke" in line for line in work["why"])
    assert values["counts"] == ["0 van 12", "0 opgenomen", "0 uitgesloten"]
    assert "nog niets relevants gevonden" in values["standing"][0]
    assert "Nu aan de beurt: Zienswijzen" in text_of_view(values)
    session.judge("include")
    session.current = laid.works.set_index("citekey").loc["wgr2016", "work_id"]
    why = View(session, ranked).values()["work"]["why"]
    assert why[-1] == "Lijkt op wat u opnam: ‘Zienswijzen van gemeenteraden op gemeenschappelijke regelingen’."


def test_a_mark_against_goes_before_and_every_letter_stays() -> None:
    criteria = Criteria(
        (Criterion("over zorg", ("zorg", "zorg*")),), (Criterion("ziekenhuis", ("fusies van ziekenhuizen",)),)
    )
    marked = Marker(load_taxonomy(Path(__file__).parents[1] / "literature" / "themes.yaml"), criteria).mark(
        "Fusies van ziekenhuizen & zorg <b>", "Zorg, zorg."
    )
    assert [(piece.text, piece.kind) for piece in marked.title] == [
        ("Fusies van ziekenhuizen", "exclude"), (" & ", ""), ("zorg", "include"), (" <b>", "")
    ]  # fmt: skip
    assert marked.terms[("zorg", "include", "", "over zorg")] == 3
    assert marked.title[0].why.startswith("ziekenhuis")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version: 2\n", "‘version’ is 2"),
        ("version: 1\ninclud: []\n", "regel 2: de sleutel ‘includ’ bestaat hier niet"),
        ("version: 1\nexclude:\n  - reden: te oud\n", "regel 3: de sleutel ‘reden’ bestaat hier niet"),
        ("version: 1\nexclude:\n  - reason: ' '\n", "is leeg"),
        ("version: 1\nthemes:\n  regg: {}\n", "Het thema ‘regg’ bestaat niet"),
        ("version: 1\ninclude:\n  - text: a\n    words: x\n", "‘words’ is ‘x’"),
    ],
)
def test_a_fault_in_the_criteria_names_its_line(home: Home, text: str, message: str) -> None:
    (home.literature / "criteria.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(LeeszaalError, match=message):
        load_criteria(home)


def test_criteria_of_a_theme_come_after_the_general_ones(home: Home) -> None:
    (home.literature / "criteria.yaml").write_text(
        "version: 1\ninclude: [algemeen]\nthemes:\n  reg:\n    include: [regio]\n    exclude:\n      - reason: te oud\n",
        encoding="utf-8",
    )
    assert [one.text for one in load_criteria(home, "reg.wgr").include] == ["algemeen", "regio"]
    assert [one.text for one in load_criteria(home, "dem").include] == ["algemeen"]
    (home.literature / "criteria.yaml").unlink()
    assert load_criteria(home) == Criteria()


# ---- the pile as a verb, and in a notebook


def test_pile_tells_where_a_reader_stands(home: Home) -> None:
    session, _ = opened(home)
    session.judge("include")
    told = pile(theme="reg", person="Anna", rows=3, home=home)
    assert (told.works, told.read, told.included, len(told.next)) == (12, 1, 1, 3)
    assert "1 van 12 werken gelezen; 1 opgenomen" in told.tell()
    assert told.next[0]["why"]
    assert session.work["citekey"] in [
        one["citekey"] for one in pile(theme="reg", person="anna", rows=11, home=home).next
    ]


def test_an_open_pile_shows_text_where_nobody_looks(home: Home) -> None:
    shown = open_pile(theme="reg", person="anna", form=True, home=home)
    data, _ = shown._repr_mimebundle_()
    assert "0 van 12" in data["text/plain"]
    assert "Nu aan de beurt" in data["text/markdown"]
    assert "application/vnd.jupyter.widget-view+json" in data


def test_the_form_reads_and_writes_the_same(home: Home) -> None:
    from leeszaal.reading.desk.form import ReadingForm

    session, _ = opened(home)
    form = ReadingForm(View(session))
    first = session.work
    form._reason.value = "te oud"
    form.buttons["exclude"].click()
    assert lines(home) == [["exclude", f"@{first['citekey']}"]]
    assert load_decisions(home)["reason"].tolist() == ["te oud"]
    assert form._reason.value == ""
    form._note.value = "aardig"
    form.buttons["note"].click()
    form._labels.value = tuple(value for _, value in form._labels.options[:2])
    while session.state.said:
        form.buttons["undo"].click()
    assert "Teruggenomen: uitgesloten" in form._status.value
    assert form.buttons["undo"].disabled
    assert session.work["work_id"] == first["work_id"]
    assert [verb for verb, _ in lines(home)].count("undo") == len(lines(home)) // 2


def test_the_widget_answers_every_key_once(home: Home) -> None:
    from leeszaal.reading.desk.widget import ReadingWidget

    session, _ = opened(home)
    widget = ReadingWidget(View(session))
    assert not widget.has_trait("keys") or "keys" not in widget.traits(sync=True)
    key = {"do": "include", "ask": 1, "version": widget.view["version"]}
    widget._hear(None, key, [])
    widget._hear(None, key, [])  # pressed twice before the answer came
    assert session.state.read == 1
    assert widget.view["answer"] == 1
    widget._hear(None, {"do": "tag", "label": "bestaat.niet", "ask": 2, "version": widget.view["version"]}, [])
    assert widget.view["status"]["failed"]
    widget._hear(None, {"do": "undo", "ask": 3, "version": widget.view["version"]}, [])
    assert session.state.said == ()
    assert widget.view["answer"] == 3
    widget.close()
