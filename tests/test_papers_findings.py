"""What a paper says of its own accord: true for any theme and period, in both languages, also when there is little."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.home import find_home
from leeszaal.papers import Paper, open_paper
from leeszaal.papers.template import read_template, template_names
from leeszaal.papers.wording import in_sentence
from leeszaal.works.tables import pipe_table

ROOT = Path(__file__).resolve().parents[1]
CASES = [
    ("ibt", 2001, 2025, "nl"),
    ("dem", 2001, 2025, "en"),
    ("kob.integriteit", 2001, 2025, "nl"),
    ("ibt.archief", 1990, 2026, "en"),
    ("ibt.vernietiging", 2000, 2025, "nl"),
    ("reg", 2015, 2017, "nl"),
]


@pytest.fixture(params=CASES, ids=lambda case: "-".join(map(str, case)))
def paper(
    request: pytest.FixtureRequest, finished_room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Paper:
    theme, from_year, to_year, lang = request.param
    monkeypatch.chdir(tmp_path)  # figures are written beside the notebook that shows them
    return open_paper(theme=theme, from_year=from_year, to_year=to_year, lang=lang, home=finished_room)


def everything(paper: Paper) -> str:
    blocks = (
        paper.attention(), paper.subthemes(), paper.topics_found(), paper.sources(), paper.evidence(),
        paper.uncertainties(), paper.read_first(), paper.method(), paper.bibliography(),
    )  # fmt: skip
    return "\n\n".join(str(block) for block in blocks)


def test_sentences_are_right_however_little_there_is(paper: Paper) -> None:
    text = everything(paper)
    assert not re.search(r"\b1 (werken|works|labels|onderwerpen|records)\b", text)
    assert not re.search(r"\b0 (werken hebben|works have)\b", text)
    assert "nan" not in text.lower().split()
    assert "None" not in text
    assert "{{" not in text


def test_the_count_is_that_of_the_works_behind_it(paper: Paper) -> None:
    tags = paper.tags
    about = set(tags.loc[(tags["theme"] == paper.theme) | (tags["label"] == paper.theme), "work_id"])
    expected = [
        work_id
        for work_id, year in zip(paper.library["work_id"], paper.library["year"], strict=True)
        if work_id in about and year == year and year is not None and paper.from_year <= year <= paper.to_year
    ]
    assert sorted(paper.works["work_id"]) == sorted(expected)
    assert paper.values["werken"] == len(expected)
    assert set(paper.values["werken"].works) == set(expected)


def test_the_growth_is_that_of_the_papers_own_period(paper: Paper) -> None:
    row = paper.growth.set_index("unit").loc[paper.theme]
    assert paper.values.group("groei")["richting"] == row["verdict"]
    known = paper.growth.dropna(subset=["from_year"])
    assert (known["from_year"] >= paper.from_year).all()
    assert (known["to_year"] <= paper.to_year).all()


@pytest.mark.parametrize("name", template_names(find_home(ROOT)))
def test_every_section_of_a_template_has_a_heading_and_what_the_writer_is_to_do(name: str) -> None:
    template = read_template(find_home(ROOT), name)
    for part in template.parts.values():
        assert "nl" in part.heading
        assert re.fullmatch(r"[a-z-]+", part.name)
        assert bool(part.hint) == part.writer, part.name
    assert {"slug", "lang"} <= set(template.parameters)


def test_a_section_that_does_not_exist_names_the_nearest(finished_room: Path) -> None:
    paper = open_paper(theme="ibt", from_year=2001, to_year=2025, home=finished_room)
    with pytest.raises(LeeszaalError, match="Bedoelt u ‘samenvatting’"):
        paper.section("samenvating")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Financieel toezicht", "financieel toezicht"), ("VTH", "VTH"), ("Wgr en regelingen", "Wgr en regelingen"),
     ("Regio Deals", "Regio Deals"), ("", "")],
)  # fmt: skip
def test_names_inside_a_sentence(name: str, expected: str) -> None:
    assert in_sentence(name) == expected


def test_a_table_keeps_room_for_its_longest_word() -> None:
    table = pipe_table(["Soort", "Nederlandstalig"], [["x " * 40, "1"]], "lr", "Werken.", "tbl-x")
    head, rule, _row, _blank, caption = table.rstrip("\n").split("\n")
    widths = [len(part.strip()) for part in rule.strip("|").split("|")]
    assert head == "| Soort | Nederlandstalig |"
    assert widths[1] >= len("Nederlandstalig")
    assert rule.rstrip(" |").endswith(":")
    assert caption == ": Werken. {#tbl-x}"
    with pytest.raises(ValueError, match="one entry a column"):
        pipe_table(["a"], [["b", "c"]], "l")


def test_what_a_subtheme_rests_on_is_counted_and_one_work_is_named_for_each(finished_room: Path) -> None:
    paper = open_paper(theme="ibt", from_year=2001, to_year=2025, home=finished_room)
    tags = paper.tags[paper.tags["label"] == "ibt.financieel"]
    works = paper.works[paper.works["work_id"].isin(set(tags["work_id"]))]
    research = int(works["type"].isin(["article", "chapter", "conference", "thesis"]).sum())
    recent = int((works["year"] > 2020).sum())
    row = next(line for line in str(paper.evidence()).splitlines() if line.startswith("| Financieel toezicht"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1:5] == [str(len(works)), str(research), str(int((works["language"] == "nl").sum())), str(recent)]
    assert paper.values["onderzoek"] == int(
        paper.works["type"].isin(["article", "chapter", "conference", "thesis"]).sum()
    )

    named = re.findall(r"\[@([\w-]+)\]", str(paper.read_first()))
    assert len(named) == len(set(named)) > 5
    assert set(named) <= set(paper.works["citekey"])


def test_what_a_reader_took_up_is_named_first_and_what_was_left_out_never(room: Path) -> None:
    import leeszaal

    paper = open_paper(theme="ibt", from_year=2001, to_year=2025, home=room)
    before = re.findall(r"\[@([\w-]+)\]", str(paper.read_first()))
    about = set(paper.tags.loc[paper.tags["label"] == "ibt.financieel", "work_id"])
    other = next(
        key for key, work in zip(paper.works["citekey"], paper.works["work_id"], strict=True)
        if work in about and key not in before
    )  # fmt: skip
    leeszaal.decide("include", other, person="ria", home=room)
    leeszaal.decide("exclude", before[0], reason="andere context", person="ria", home=room)
    again = re.findall(
        r"\[@([\w-]+)\]", str(open_paper(theme="ibt", from_year=2001, to_year=2025, home=room).read_first())
    )
    assert other in again
    assert before[0] not in again
