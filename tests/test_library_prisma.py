"""A reading room's own boxes in the flow, the update of a living review, and `leeszaal status`: all by hand."""

from __future__ import annotations

import datetime
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leeszaal
from leeszaal.charts import prisma_flow
from leeszaal.cli import main
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library import build, load_works
from leeszaal.library.boxes import load_plan, moment_of
from leeszaal.library.evidence import add_evidence, list_evidence
from leeszaal.library.finder import load_finder
from leeszaal.library.prisma import prisma_boxes, prisma_remarks, prisma_table, review_since, works_in
from leeszaal.works.embedding import available
from leeszaal.works.read import read_content

VRIES = "@article{vries, title={Toezicht op de gemeenten}, author={de Vries, Anna}, year=2012, langid={dutch}}\n"
SMITH = "@book{smith, title={Governing municipalities}, author={Smith, P.}, year=2015, langid={english}}\n"
OTHERS = """@report{raad, title={Bestuur is goed}, author={{Raad van State}}, year=2018, langid={dutch}}
@misc{zonder, title={Zonder jaar over een gemeente}, langid={dutch}}
"""
NEW = """@article{nieuw, title={Een nieuw geluid over toezicht}, author={Bos, Bea}, year=2026, langid={dutch}}
@article{later, title={Wat later komt in het waterschap}, author={Dam, Dirk}, year=2025, langid={dutch}}
"""
AGAIN = "TY  - JOUR\nTI  - {}\nAU  - {}\nPY  - {}\nER  -\n"
FILES = (
    (1, "a.bib", VRIES + SMITH + OTHERS),
    (1, "b.ris", AGAIN.format("Toezicht op de gemeenten", "Vries, A. de", 2012)),
    (20, "c.bib", NEW + SMITH.replace("smith,", "smith2,")),
    (20, "d.ris", AGAIN.format("Een nieuw geluid over toezicht", "Bos, B.", 2026)),
)
SAID = """time,person,verb,work,value,reason
2026-11-05T09:00:00Z,anna,include,smith,,
2026-11-05T09:01:00Z,anna,include,raad,,
2026-11-05T09:02:00Z,anna,exclude,vries,,geen Nederland
2026-11-05T09:03:00Z,anna,maybe,zonder,,
2026-11-06T09:00:00Z,anna,include,zonder,,
2026-11-21T09:00:00Z,anna,exclude,raad,,te oud
2026-11-21T09:01:00Z,anna,undo,zonder,include 2026-11-06T09:00:00Z,
2026-11-22T09:00:00Z,anna,include,nieuw,,
"""
BOXES = """version: 1
boxes:
  - out: Van vóór 2016
    query: jaar:-2015
  - step: Beoordeeld
  - out: Past niet
    reasons: [Te oud!, onleesbaar]
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Home:
    home = Home(tmp_path_factory.mktemp("built"))
    home.literature.mkdir(parents=True)
    (home.root / "_quarto.yml").touch()
    home.themes.write_bytes((repository / "literature" / "themes.yaml").read_bytes())
    for minute, (day, name, text) in enumerate(FILES):
        reading = read_content(text.encode(), name)
        add_evidence(
            home, source="import", name=name, content=text.encode(), format=reading.format,
            encoding=reading.encoding, options={}, records=len(reading.records), rejects=reading.rejects,
            time=datetime.datetime(2026, 11, day, 12, minute, tzinfo=datetime.UTC),
        )  # fmt: skip
    build(home=home)
    say(home, SAID)
    load_finder(home)  # the index is made once
    return home


@pytest.fixture
def room(built: Home, tmp_path: Path) -> Home:
    return Home(shutil.copytree(built.root, tmp_path / "room"))


def say(room: Home, text: str) -> None:
    room.decisions.mkdir(exist_ok=True)
    (room.decisions / "anna.csv").write_text(text, encoding="utf-8")


def plan(room: Home, text: str) -> None:
    (room.literature / "prisma.yaml").write_text(text, encoding="utf-8")


def keys_in(room: Home, box: str, **options: str) -> list[str]:
    keys = load_works(room).set_index("work_id")["citekey"]
    return sorted(keys[works_in(box, room, **options)])


def test_own_boxes_group_reasons_and_take_out_what_a_question_finds(room: Home):
    plan(room, BOXES)
    table = prisma_table(room)
    assert table.values.tolist() == [
        ["import", 9, "source"],
        ["Gevonden records", 9, "step"],
        ["Dubbel", 3, "excluded"],
        ["Unieke werken", 6, "step"],
        ["Van vóór 2016", 1, "excluded"],  # vries; smith too is of before, and was taken up
        ["Beoordeeld", 5, "step"],
        ["Past niet", 1, "excluded"],
        ["Nog te beoordelen", 1, "excluded"],
        ["Twijfel", 1, "excluded"],
        ["Opgenomen", 2, "step"],
    ]
    figure = prisma_flow(table, source="n = 6")
    assert figure.alt.startswith(
        "Stroomschema in 4 stappen: Gevonden records 9, Unieke werken 6, Beoordeeld 5, Opgenomen 2. "
    )
    assert figure.steps[3] == "Opgenomen: 2; afgevallen: Past niet 1, Nog te beoordelen 1, Twijfel 1"
    for box, expected in [
        ("Van vóór 2016", ["vries"]), ("beoordeeld", ["later", "nieuw", "raad", "smith", "zonder"]),
        ("Past niet", ["raad"]), ("Opgenomen", ["nieuw", "smith"]), ("Uitgesloten", ["raad", "vries"]),
        ("Uitgesloten: te oud", ["raad"]), ("Uitgesloten: geen Nederland", ["vries"]), ("Oneens", []),
        ("Dubbel", ["nieuw", "smith", "vries"]),
    ]:  # fmt: skip
        assert keys_in(room, box) == expected, box


def test_the_command_line_asks_a_box_of_ones_own_and_helps_with_its_name(
    room: Home, capsys: pytest.CaptureFixture[str]
):
    plan(room, BOXES)
    assert main(["works", "--in", "past niet", "--json", "--home", str(room.root)]) == 0
    assert [row["citekey"] for row in json.loads(capsys.readouterr().out)["works"]] == ["raad"]
    assert main(["works", "--in", "Past nie", "--home", str(room.root)]) == 1
    assert "Bedoelt u ‘Past niet’?" in capsys.readouterr().err


UPDATE = [
    ["Eerder opgenomen", 3, "previous"],  # smith, raad, zonder
    ["Sindsdien anders besloten", 2, "dropped"],  # raad left out, zonder taken back
    ["import", 4, "source"],  # nieuw twice, later, smith once more
    ["Van eerder, nog of weer te beoordelen", 2, "source"],  # raad, zonder
    ["Gevonden records", 6, "step"],
    ["Al eerder beoordeeld", 1, "excluded"],  # smith
    ["Dubbel", 1, "excluded"],  # nieuw
    ["Unieke werken", 4, "step"],
    ["Uitgesloten: te oud", 1, "excluded"],
    ["Nog te beoordelen", 1, "excluded"],
    ["Twijfel", 1, "excluded"],
    ["Nieuw opgenomen", 1, "step"],
    ["Opgenomen", 2, "step"],  # smith of before, nieuw
]


def test_an_update_sets_what_is_new_beside_what_was(room: Home):
    assert review_since(room) == ""
    table = prisma_table(room, since="2026-11-10")
    assert table.values.tolist() == UPDATE
    figure = prisma_flow(table, source="n = 6", since="10 november 2026")
    assert figure.title == "Er kwam 1 werk bij de 1 van eerder"
    assert figure.subtitle.endswith("; links wat er al was vóór 10 november 2026; rechts wat afviel en waarom")
    assert "In de laatste zitten 1 van eerder." in figure.alt
    assert figure.steps[0] == "Eerder opgenomen: 3; afgevallen: Sindsdien anders besloten 2"
    assert figure.steps[-1] == "Opgenomen: 2; van eerder: 1"
    assert figure.cells()[:2] == [
        ["Eerder opgenomen", "3", "eerder"],
        ["Sindsdien anders besloten", "2", "eerder, afgevallen"],
    ]
    assert ">Sindsdien anders</text>" in figure.svg().decode()
    for box, expected in [
        ("Eerder opgenomen", ["raad", "smith", "zonder"]), ("Sindsdien anders besloten", ["raad", "zonder"]),
        ("Al eerder beoordeeld", ["smith"]), ("Dubbel", ["nieuw"]), ("Nieuw opgenomen", ["nieuw"]),
        ("Unieke werken", ["later", "nieuw", "raad", "zonder"]), ("Opgenomen", ["nieuw", "smith"]),
        ("Eerder uitgesloten", ["vries"]), ("Uitgesloten", ["raad", "vries"]),
        ("Uitgesloten: geen Nederland", ["vries"]), ("import", ["later", "nieuw", "smith"]),
    ]:  # fmt: skip
        assert keys_in(room, box, since="2026-11-10") == expected, box
    assert len(prisma_table(room, since="")) == 9


def test_an_update_counts_from_a_date_in_the_file_or_from_the_last_signed_version(room: Home):
    plan(room, "version: 1\nsince: 2026-11-10\n")
    assert review_since(room) == "2026-11-10T00:00:00Z"
    assert prisma_table(room).values.tolist() == UPDATE
    (room.papers / "mijn-paper").mkdir(parents=True)
    (room.papers / "mijn-paper" / "paper.yaml").touch()
    plan(room, "version: 1\nsince: paper:mijn-paper\n")
    assert review_since(room) == ""  # not signed yet
    signed = "".join(
        f"2026-11-{day}T10:00:00Z,anna,sign,paper:mijn-paper,versie {number},\n"
        for number, day in [(1, "02"), (2, "10")]
    )
    say(room, SAID + signed)
    assert review_since(room) == "2026-11-10T10:00:00Z"
    assert prisma_table(room).values.tolist() == UPDATE
    assert moment_of(room, "2026-11-10T12:00:00+02:00") == "2026-11-10T10:00:00Z"


def test_sources_stand_in_the_two_columns_of_prisma(room: Home):
    assert not [box for box in prisma_boxes(room) if box.kind == "other"]
    plan(room, "version: 1\nsources:\n  organisations: [b.ris]\n  websites: [c.bib, d.ris]\n")
    table = prisma_table(room)
    assert table.values.tolist()[:5] == [
        ["import", 4, "source"],
        ["Websites: c.bib", 3, "other"],
        ["Websites: d.ris", 1, "other"],
        ["Organisaties: b.ris", 1, "other"],
        ["Gevonden records", 9, "step"],
    ]
    for box, expected in [
        ("Websites: c.bib", ["later", "nieuw", "smith"]), ("websites", ["later", "nieuw", "smith"]),
        ("Organisaties", ["vries"]), ("Andere wegen", ["later", "nieuw", "smith", "vries"]),
        ("Databanken en registers", ["raad", "smith", "vries", "zonder"]), ("import", ["raad", "smith", "vries", "zonder"]),
    ]:  # fmt: skip
        assert keys_in(room, box) == expected, box
    figure = prisma_flow(table, source="n = 6")
    assert "via databanken en registers: import 4; via andere wegen: Websites: c.bib 3" in figure.steps[0]
    assert ">Via andere wegen</text>" in figure.svg().decode()
    assert figure.cells()[1] == ["Websites: c.bib", "3", "bron, andere weg"]
    update = prisma_table(room, since="2026-11-10")
    assert prisma_flow(update, source="n = 6").steps[1].startswith("Gevonden records")


def test_what_snowballing_brought_came_by_citations(room: Home):
    item = next(one for one in list_evidence(room) if one.name == "c.bib")
    found = load_plan(room)
    assert found.place_of(item) == ("import", "databases")
    assert found.place_of(replace(item, source="openalex", name="sneeuwbal-terug")) == ("sneeuwbal", "citations")
    assert found.place_of(replace(item, source="feeds", name="nieuws")) == ("feeds", "websites")


@pytest.mark.skipif(not available(), reason="the model is not installed")
def test_a_box_may_ask_by_meaning(room: Home):
    text = "version: 1\nboxes:\n  - out: Over toezicht\n    query: supervision of municipalities\n"
    plan(room, text)
    assert keys_in(room, "Over toezicht") == []
    plan(room, text + "    meaning: true\n")
    assert "vries" in keys_in(room, "Over toezicht")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version: 1\nsources:\n  website: [x]", "de sleutel ‘website’ .*\nBedoelt u ‘websites’"),
        ("version: 1\nsources:\n  websites: [x]\n  citations: [x]", "regel 4: ‘x’ staat er twee keer in"),
        ("version: 1\nboxes:\n  - {out: A, reasons: [x], meaning: true}", "‘meaning’ hoort bij ‘query’"),
        ("version: 1\nboxes:\n  - {step: A, meaning: true}", "bij ‘step’ hoort geen ‘meaning’"),
        ("version: 1\nboxes:\n  - step: Andere wegen", "het vak ‘Andere wegen’ bestaat al"),
        ("version: 2", "regel 1: ‘version’ is 2"),
        ("version: 1\nbox: []", "regel 2: de sleutel ‘box’ bestaat hier niet.\nBedoelt u ‘boxes’"),
        ("version: 1\nsince: gisteren", "regel 2: ‘gisteren’ zegt niet vanaf wanneer"),
        ("version: 1\nsince: paper:weg", "regel 2: Er is geen paper ‘weg’"),
        ("version: 1\nboxes:\n  - out: A\n    qeury: x", "regel 4: de sleutel ‘qeury’ .*\nBedoelt u ‘query’"),
        ("version: 1\nboxes:\n  - query: x", "regel 3: een vak is ‘out’"),
        ("version: 1\nboxes:\n  - out: A", "regel 3: het vak ‘A’ zegt niet"),
        ("version: 1\nboxes:\n  - {out: A, query: x, reasons: [y]}", "op twee manieren"),
        ("version: 1\nboxes:\n  - step: A\n    query: x", "regel 4: bij ‘step’ hoort geen ‘query’"),
        ("version: 1\nboxes:\n  - {out: A, query: ' '}", "‘query’ is leeg"),
        ("version: 1\nboxes:\n  - {out: A, query: 'titl:x'}", "‘titl:’ is geen veld .*\nBedoelt u ‘title’"),
        ("version: 1\nboxes:\n  - {out: A, query: 'jaar:oud'}", "regel 3: het vak ‘A’: ‘oud’ is geen jaar"),
        ("version: 1\nboxes:\n  - {out: A, query: 'thema:ibt'}", "regel 3: het vak ‘A’: Geen enkel werk heeft thema"),
        ("version: 1\nboxes:\n  - {out: A, reasons: []}", "‘reasons’ is leeg"),
        ("version: 1\nboxes:\n  - {out: A, reasons: [' ']}", "deze reden is leeg"),
        ("version: 1\nboxes:\n  - step: A\n  - step: a!", "regel 4: het vak ‘a!’ bestaat al"),
        ("version: 1\nboxes:\n  - step: Dubbel", "regel 3: het vak ‘Dubbel’ bestaat al"),
        ("version: 1\nboxes:\n  - step: '…'", "dit vak heeft geen naam"),
        ("version: 1\nboxes:\n  - step: Import", "het vak ‘Import’ heet als een bron of een reden"),
        ("version: 1\nboxes:\n  - {out: A, reasons: [x, X]}", "de reden ‘X’ staat er twee keer in"),
    ],
)  # fmt: skip
def test_a_fault_in_the_boxes_is_told_with_its_line(room: Home, text: str, message: str):
    plan(room, text)
    with pytest.raises(LeeszaalError, match=message):
        prisma_table(room)


def test_status_accounts_for_every_work_by_box(room: Home):
    plan(room, BOXES.replace("onleesbaar", "geen Nederlands"))
    state = leeszaal.status(home=room)
    assert [(one["box"], one["n"], one["works"]) for one in state.boxes] == [
        ("import", 9, 6), ("Gevonden records", 9, 6), ("Dubbel", 3, 3), ("Unieke werken", 6, 6),
        ("Van vóór 2016", 1, 1), ("Beoordeeld", 5, 5), ("Past niet", 1, 1), ("Nog te beoordelen", 1, 1),
        ("Twijfel", 1, 1), ("Oneens", 0, 0), ("Opgenomen", 2, 2), ("Uitgesloten", 2, 2),
        ("Uitgesloten: geen Nederland", 1, 1), ("Uitgesloten: te oud", 1, 1),
    ]  # fmt: skip
    for one in state.boxes:
        assert leeszaal.works(in_=one["box"], home=room).total == one["works"]
    assert "\n  9  Gevonden records (6 werken)\n  3  − Dubbel\n  6  Unieke werken\n" in state.tell()
    assert state.remarks == prisma_remarks(room)
    assert state.tell().endswith(
        "prisma.yaml, regel 6: niemand gaf de reden ‘geen Nederlands’. Bedoelt u ‘geen Nederland’?"
    )
    plan(room, "version: 1\nboxes:\n  - {out: A, query: 'thema:ibt'}")
    state = leeszaal.status(home=room)
    assert state.boxes == []
    assert "Let op: het schema van gevonden tot opgenomen is niet te maken." in state.tell()


def test_the_example_in_the_file_that_is_laid_out_holds(room: Home, repository: Path):
    text = (repository / "literature" / "prisma.yaml").read_text(encoding="utf-8")
    plan(room, text)
    assert load_plan(room).boxes == ()
    example = text[text.index("# since: 2026") : text.index("version: 1")]
    plan(room, "version: 1\n" + example.replace("# ", ""))
    assert [(box.name, box.step, box.query, len(box.reasons)) for box in load_plan(room).boxes] == [
        ("Van vóór 2000", False, "jaar:-1999", 0),
        ("Beoordeeld op titel en samenvatting", True, "", 0),
        ("Past niet bij de vraag", False, "", 3),
    ]


WORKS = ("vries", "smith", "raad", "zonder", "nieuw", "later")
MOMENTS = st.datetimes(datetime.datetime(2026, 11, 1), datetime.datetime(2026, 11, 25))
LINES = st.tuples(
    MOMENTS, st.sampled_from(["include", "exclude", "maybe", "undo"]), st.sampled_from(WORKS), st.sampled_from("ab")
)
OWN = st.sampled_from(
    ["out: P\n    query: jaar:2015-", "step: Q", "out: R\n    reasons: [a]", "out: S\n    query: besluit:open"]
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.dictionaries(st.sampled_from(["anna", "bram"]), st.lists(LINES, max_size=8)),
    boxes=st.lists(OWN, unique=True),
    since=st.none() | MOMENTS,
)
def test_whatever_people_say_the_flow_adds_up_and_each_work_is_in_one_box(room: Home, lines, boxes, since):
    for person in ("anna", "bram"):
        rows = [
            f"{time.isoformat()},{person},{verb},{work},,{reason}" for time, verb, work, reason in lines.get(person, [])
        ]
        text = "\n".join(["time,person,verb,work,value,reason", *rows]) + "\n"
        (room.decisions / f"{person}.csv").write_text(text, encoding="utf-8")
    plan(room, "version: 1\nboxes:\n" + "".join(f"  - {box}\n" for box in boxes))
    moment = since.isoformat() if since else ""
    prisma_flow(prisma_table(room, since=moment), source="n = 6")  # or it raises: it does not add up
    flow = [box for box in prisma_boxes(room, since=moment) if box.kind != "aside"]
    unique = next(i for i, box in enumerate(flow) if box.name == "Unieke werken")
    last = next(box for box in flow if box.name == ("Nieuw opgenomen" if since else "Opgenomen"))
    ends = [*(work for box in flow[unique:] if box.kind == "excluded" for work in box.works), *last.works]
    assert sorted(ends) == sorted(flow[unique].works)
