"""Assessment frameworks: the six of the house, mistakes with their line, and the literature behind a criterion."""

from __future__ import annotations

import datetime
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.indicators import criterion_works, framework_names, load_framework
from leeszaal.indicators.supervision import DOMAINS, JUDGMENTS
from leeszaal.reading import Taxonomy, load_taxonomy


@pytest.fixture(scope="module")
def taxonomy(repository: Path) -> Taxonomy:
    return load_taxonomy(repository / "literature" / "themes.yaml")


@pytest.fixture
def room(repository: Path, tmp_path: Path) -> Home:
    shutil.copytree(repository / "literature" / "frameworks", tmp_path / "literature" / "frameworks")
    return Home(tmp_path)


def test_every_domain_of_the_province_has_a_framework(repository: Path, taxonomy: Taxonomy) -> None:
    home = Home(repository)
    found = [load_framework(name, home, taxonomy) for name in framework_names(home)]
    assert {framework.domain for framework in found if framework.over == "gemeenten"} == set(DOMAINS)
    assert [framework.domain for framework in found if framework.over == "waterschappen"] == ["waterbeleid"]
    for framework in found:
        assert framework.state == "concept"  # no college has adopted them
        assert framework.evaluation > datetime.date(2026, 11, 24)
        assert len(framework.ladder) >= 3
        for criterion in framework.criteria:
            assert list(criterion.colours) == list(JUDGMENTS)
            assert criterion.basis, criterion.id


def test_a_law_that_nobody_looked_up_is_no_basis(repository: Path, taxonomy: Taxonomy) -> None:
    home = Home(repository)
    for name in framework_names(home):
        framework = load_framework(name, home, taxonomy)
        assert all(law.checked and law.source for law in framework.laws)
        assert not any(law.checked for law in framework.unchecked)
        lines = [*framework.principles, *framework.hearing, framework.ladder_source]
        assert all(line.source for line in lines)
        assert "[memory]" not in (repository / "literature" / "frameworks" / f"{name}.yaml").read_text(encoding="utf-8")
    archive = load_framework("archief", home, taxonomy)
    assert [law.id for law in archive.unchecked] == ["archiefwet-nieuw"]
    assert "archiefwet-nieuw" not in [law.id for law in archive.laws]
    assert archive.laws[1].name == "Gemeentewet, artikel 124"


def test_every_work_that_a_framework_names_is_in_the_starter(repository: Path, taxonomy: Taxonomy) -> None:
    known = set(re.findall(r"@\w+\{([^,]+),", (repository / "literature" / "starter.bib").read_text(encoding="utf-8")))
    home = Home(repository)
    for name in framework_names(home):
        framework = load_framework(name, home, taxonomy)
        lines = [*framework.laws, *framework.principles, *framework.hearing, framework.ladder_source]
        assert {line.citekey for line in lines if line.citekey} <= known


@pytest.mark.parametrize(
    ("old", "new", "message", "remedy"),
    [
        ("id: archief", "id: archieven", "het id is ‘archieven’", "Schrijf: archief"),
        ("domain: archief", "domain: archieff", "‘archieff’ past niet bij ‘domain’", "Bedoelt u ‘archief’?"),
        ("over: gemeenten", "over: gemeente", "‘gemeente’ past niet bij ‘over’", "Bedoelt u ‘gemeenten’?"),
        ("theme: ibt.archief", "theme: ibt.archif", "het thema ‘ibt.archif’ bestaat niet", "Bedoelt u ‘ibt.archief’?"),
        ("labels: [ibt.archief]", "labels: [ibt.archiv]", "het thema ‘ibt.archiv’", "Bedoelt u ‘ibt.archief’?"),
        ("state: concept", "state: klaar", "‘klaar’ past niet bij ‘state’", "concept"),
        ("date: 2028-12-01", "date: december 2028", "‘december 2028’ is geen datum", "2028-12-01"),
        ("basis: [archiefwet-32,", "basis: [archiefwet-23,", "de wet ‘archiefwet-23’", "Bedoelt u ‘archiefwet-3"),
        ("basis: [archiefwet-32, gemw-124, archiefwet-nieuw]", "basis: [archiefwet-nieuw]", "geen enkele grondslag", "checked"),
        ("basis: [archiefwet-32, gemw-124, archiefwet-nieuw]", "basis: []", "‘basis’ is leeg", "‘- ’"),
        ("    checked: true", "    checked: ja", "‘checked’ is ‘ja’", "true of false"),
        ("    source: Archiefwet 1995 in de openbare verzameling statengeneraal/laws-markdown (GitHub, versie 1d3760bc)\n", "", "is nagelezen", "checked: false"),
        ("  archiefwet-nieuw:", "  gemw-124:", "staat al in gedeeld.yaml", "ander id"),
        ("    oranje:", "    orange:", "de sleutel ‘orange’ bestaat hier niet", "Bedoelt u ‘oranje’?"),
        ("    follow: Afspraak over een verslag, met datum.\n", "", "de sleutel ‘follow’ ontbreekt", "follow"),
        ("  - id: digitaal", "  - id: eigen-toezicht", "staat er twee keer in (eerder op regel", "ander id"),
        ("  - id: digitaal", "  - id: Digitaal beheer", "kan geen id zijn", "koppeltekens"),
        ("terms:\n        nl:", "terms:\n        fr:", "de sleutel ‘fr’", "nl"),
        ("scope: Het kader gaat over het beheer van informatie door gemeenten.", "scope: ''  #", "lege tekst", "Vul"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_file_and_line(
    room: Home, taxonomy: Taxonomy, old: str, new: str, message: str, remedy: str
) -> None:
    path = room.literature / "frameworks" / "archief.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LeeszaalError) as caught:
        load_framework("archief", room, taxonomy)
    assert re.search(r"archief\.yaml, regel \d+: ", caught.value.message)
    assert message in caught.value.message
    assert remedy in caught.value.remedy


def test_a_framework_that_is_not_there_names_the_nearest(room: Home, taxonomy: Taxonomy) -> None:
    with pytest.raises(LeeszaalError, match="‘financiën’ bestaat niet") as caught:
        load_framework("financiën", room, taxonomy)
    assert caught.value.remedy == "Bedoelt u ‘financien’?"
    with pytest.raises(LeeszaalError, match="‘gedeeld’ bestaat niet"):
        load_framework("gedeeld", room, taxonomy)  # what they share is no framework


def test_the_works_behind_a_criterion_carry_its_label_and_its_words(repository: Path, taxonomy: Taxonomy) -> None:
    framework = load_framework("financien", Home(repository), taxonomy)
    works = pd.DataFrame(
        {
            "work_id": ["a", "b", "c", "d"],
            "title": ["The bailout puzzle", "Financieel toezicht op gemeenten", "A bailout of banks", "Schuld"],
            "abstract": [None, None, None, "When a local bailout is near"],
            "keywords": [None] * 4,
            "year": [2013, 2017, 2020, None],
        }
    )
    tags = pd.DataFrame(
        {"work_id": ["a", "b", "c", "d"], "label": ["ibt.financieel"] * 2 + ["dem.raad", "ibt.financieel"]}
    )
    by_id = {criterion.id: criterion for criterion in framework.criteria}
    assert criterion_works(by_id["eigen-kracht"], works, tags)["work_id"].tolist() == ["a", "d"]
    assert criterion_works(by_id["evenwicht"], works, tags)["work_id"].tolist() == ["b"]
    assert criterion_works(by_id["tijdigheid"], works, tags).empty
