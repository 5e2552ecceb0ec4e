"""CVDR and BWB: the question, re-typed and recorded answers, and a server that speaks SRU 1.2."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from harvest_government import drain, identifiers, questions, until
from leeszaal.errors import LeeszaalError
from leeszaal.harvest.bundle import Part, pack
from leeszaal.harvest.cvdr import Bwb, Cvdr
from leeszaal.harvest.errors import SourceRefused
from servers.koop import SruServer

CVDR, BWB = Cvdr(), Bwb()
_CVDR = """<searchRetrieveResponse xmlns="http://www.loc.gov/zing/srw/"><numberOfRecords>1</numberOfRecords><records>
<record><recordData><gzd xmlns="http://standaarden.overheid.nl/sru"><originalData><meta><owmskern>
<identifier>CVDR717960_1</identifier><title>Verordening interbestuurlijk toezicht</title><language>nl</language>
<type scheme="overheid:Informatietype">regeling</type><creator scheme="overheid:Provincie">Overijssel</creator>
<modified>2024-03-01</modified></owmskern><owmsmantel><subject>bestuur en recht, algemeen</subject>
<issued>2024-02-14</issued></owmsmantel><cvdripm><inwerkingtredingDatum>2024-03-01</inwerkingtredingDatum></cvdripm>
</meta></originalData><enrichedData><organisatietype>Provincie</organisatietype>
<publicatieurl_xml>https://repository.officiele-overheidspublicaties.nl/cvdr/CVDR717960/1/xml/CVDR717960_1.xml</publicatieurl_xml>
<preferred_url>https://lokaleregelgeving.overheid.nl/CVDR717960/1</preferred_url></enrichedData></gzd></recordData>
</record></records></searchRetrieveResponse>"""
_BWB = """<searchRetrieveResponse xmlns="http://www.loc.gov/zing/srw/"><numberOfRecords>2</numberOfRecords><records>{}</records>
</searchRetrieveResponse>"""
_LAW = """<record><recordData><gzd><originalData><meta><owmskern><identifier>BWBR0005416</identifier>
<title>Gemeentewet</title><type>wet</type><authority>Binnenlandse Zaken, en Koninkrijksrelaties</authority>
<modified>2026-01-02</modified></owmskern><bwbipm><rechtsgebied>staats- en bestuursrecht</rechtsgebied>
<geldigheidsperiode_startdatum>{day}</geldigheidsperiode_startdatum>
<geldigheidsperiode_einddatum>9999-12-31</geldigheidsperiode_einddatum></bwbipm></meta></originalData><enrichedData>
<locatie_toestand>https://repository.officiele-overheidspublicaties.nl/bwb/BWBR0005416/{day}_0/xml/BWBR0005416_{day}_0.xml</locatie_toestand>
</enrichedData></gzd></recordData></record>"""


def test_the_questions() -> None:
    options = {"valid_on": datetime.date(2026, 1, 1)}
    (cvdr,) = questions(CVDR, text='toezicht OF "lokaal bestuur"', from_year=2015, since="2026-02-01", options=options)
    assert cvdr.text == (
        '(keyword="toezicht" OR keyword="lokaal bestuur") AND overheidrg.inwerkingtredingDatum<=2026-01-01 '
        "NOT overheidrg.uitwerkingtredingDatum<=2026-01-01 AND dcterms.issued>=2015-01-01 AND "
        "dcterms.modified>=2026-02-01"
    )
    assert cvdr.url == "https://zoekservice.overheid.nl/sru/Search"
    assert (cvdr.params["version"], cvdr.params["x-connection"]) == ("1.2", "cvdr")
    (bwb,) = questions(BWB, text="title:gemeentewet", options={"valid_on": "2026-01-01"})
    assert bwb.text == '(overheidbwb.titel="gemeentewet") AND overheidbwb.geldigheidsdatum==2026-01-01'
    assert bwb.params["x-connection"] == "BWB"


def test_a_day_that_is_no_day() -> None:
    with pytest.raises(LeeszaalError, match="1 januari"):
        questions(BWB, options={"valid_on": "1 januari"})


def test_a_rule_field_by_field() -> None:
    (found,) = CVDR.read(_CVDR.encode()).records
    assert (found.source_record_id, found.title) == ("CVDR717960_1", "Verordening interbestuurlijk toezicht")
    assert (found.type, found.raw_type, found.authors) == ("law", "regeling", ("Provincie Overijssel",))
    assert (found.year, found.date, found.language) == (2024, "2024-02-14", "nl")
    assert found.keywords == ("bestuur en recht, algemeen",)
    assert found.url == "https://lokaleregelgeving.overheid.nl/CVDR717960/1"
    assert (found.extra["valid_from"], found.extra["modified"]) == ("2024-03-01", "2024-03-01")
    assert found.abstract is None


def test_a_rule_with_its_text() -> None:
    text = b"<cvdr><meta><title>niet dit</title></meta><body><al>Artikel een.</al></body></cvdr>"
    (found,) = CVDR.read(pack(_CVDR.encode(), [Part("CVDR717960_1", 200, "application/xml", text)])).records
    assert found.abstract == "Artikel een."


def test_each_version_of_a_law_is_a_record_of_its_own() -> None:
    content = _BWB.format(_LAW.format(day="2026-01-01") + _LAW.format(day="2025-07-01")).encode()
    new, old = BWB.read(content).records
    assert new.source_record_id == "BWBR0005416 2026-01-01_0"
    assert old.source_record_id == "BWBR0005416 2025-07-01_0"
    assert new.title == old.title == "Gemeentewet"
    assert (new.year, new.url) == (2026, "https://wetten.overheid.nl/BWBR0005416/2026-01-01")
    assert len(new.authors) == 1
    assert "," not in new.authors[0]  # an institution, however many commas its name has
    assert new.keywords == ("staats- en bestuursrecht",)


def test_a_rule_without_a_title_is_kept_as_it_stood() -> None:
    content = _CVDR.replace("Verordening interbestuurlijk toezicht", "").encode()
    assert [len(part) for part in (CVDR.read(content).records, CVDR.read(content).rejects)] == [0, 1]


def test_pages_and_a_diagnostic() -> None:
    with SruServer(120) as server:
        (query,) = questions(CVDR, server)
        assert query.url == f"{server.url}/sru/Search"
        pages = drain(CVDR, query)
        assert [page.received for page in pages] == [50, 50, 20]
        assert len(set(identifiers(CVDR, pages))) == 120
        assert server.asked[0].params["x-connection"] == "cvdr"
    with SruServer(120, trap="diagnostic") as server:
        pages, error = until(BWB, questions(BWB, server)[0], SourceRefused)
    assert (pages, "mismatched" in error.message) == ([], True)


@pytest.mark.parametrize(
    ("name", "identifier", "title", "author", "date", "holds"),
    [
        ("1", "CVDR112779_1", "Lijst van binnengemeentelijke afnemers", "Gemeente Spijkenisse", "2011-09-06",
         "rechtstreekse toegang tot de basisregistratie"),
        ("2", "CVDR100394_2", "Beleidsregels verkeersveiligheid en parkeren", "Gemeente Kampen", "2016-10-11",
         "gehandicaptenparkeerplaats"),
        ("3", "CVDR680781_1", "Beleidsregel Wet Bibob", "Gemeente Someren", "2019-05-28",
         "ondermijnende criminaliteit"),
    ],
)  # fmt: skip
def test_the_recorded_rules(
    shared: Path, name: str, identifier: str, title: str, author: str, date: str, holds: str
) -> None:
    (found,) = CVDR.read((shared / f"data/api/koop/wetsuite/cvdr_example{name}.xml").read_bytes()).records
    assert found.source_record_id == identifier
    assert found.title.startswith(title)
    assert (found.authors, found.date) == ((author,), date)
    assert holds in (found.abstract or "")
