"""Reading EndNote XML: `leeszaal.works.endnote`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.errors import LeeszaalError
from leeszaal.works.read import read_content
from leeszaal.works.record import Reading

STYLE = '<style face="normal" font="default" size="100%">'


def read(*records: str) -> Reading:
    text = '<?xml version="1.0" encoding="UTF-8"?>\n<xml><records>\n' + "\n".join(records) + "\n</records></xml>\n"
    return read_content(text.encode(), "bibliotheek.xml")


ENDNOTE = f"""<record><database name="Mijn.enl" path="C:\\Mijn.enl">Mijn.enl</database>
<source-app name="EndNote" version="20.2">EndNote</source-app><rec-number>42</rec-number>
<foreign-keys><key app="EN" db-id="abc" timestamp="1">42</key></foreign-keys>
<ref-type name="Journal Article">17</ref-type>
<contributors><authors><author>{STYLE}Vries, Anna de</style></author><author>{STYLE}Raad van State,</style></author>
</authors></contributors>
<titles><title>{STYLE}De </style><style face="italic" font="default" size="100%">vrije</style>{STYLE} gemeente &amp; de wet</style></title>
<secondary-title>{STYLE}Bestuurskunde</style></secondary-title><short-title>{STYLE}Vrij</style></short-title></titles>
<periodical><full-title>{STYLE}Bestuurskunde</style></full-title></periodical>
<pages>{STYLE}3-19</style></pages><volume>{STYLE}12</style></volume><number>{STYLE}2</style></number>
<keywords><keyword>{STYLE}toezicht</style></keyword><keyword>{STYLE}gemeente</style></keyword></keywords>
<dates><year>{STYLE}2019</style></year><pub-dates><date>{STYLE}May 17</style></date></pub-dates></dates>
<isbn>{STYLE}0927-3387</style></isbn><accession-num>{STYLE}WOS:1</style></accession-num>
<abstract>{STYLE}Kort.</style></abstract><notes>{STYLE}Eigen notitie</style></notes>
<urls><related-urls><url>{STYLE}https://example.org/1</style></url></related-urls>
<pdf-urls><url>internal-pdf://1/a.pdf</url></pdf-urls></urls>
<electronic-resource-num>{STYLE}10.5553/Bk.1</style></electronic-resource-num><language>{STYLE}Dutch</style></language>
</record>"""


def test_endnote() -> None:
    reading = read(ENDNOTE)
    (record,) = reading.records
    assert (reading.format, reading.rejects) == ("endnote-xml", ())
    assert (record.title, record.line, record.source_record_id) == ("De vrije gemeente & de wet", 3, "42")
    assert (record.type, record.raw_type) == ("article", "Journal Article")
    assert record.authors == ("de Vries, Anna", "Raad van State")
    assert (record.container, record.volume, record.issue, record.pages) == ("Bestuurskunde", "12", "2", "3-19")
    assert (record.year, record.date, record.language) == (2019, "2019-05-17", "nl")
    assert (record.doi, record.url, record.isbn) == ("10.5553/bk.1", "https://example.org/1", None)
    assert (record.keywords, record.abstract, record.note) == (("toezicht", "gemeente"), "Kort.", "Eigen notitie")
    assert {name: record.extra[name] for name in ("isbn", "accession-num", "short-title", "url")} == {
        "isbn": "0927-3387",
        "accession-num": "WOS:1",
        "short-title": "Vrij",
        "url": "internal-pdf://1/a.pdf",
    }


def test_mendeley_without_styles_and_a_chapter_with_editors() -> None:
    (record,) = read(
        '<record><ref-type name="Book Section">5</ref-type><contributors><authors><author>Bos, B.</author></authors>'
        "<secondary-authors><author>Smit, C.</author></secondary-authors></contributors><titles><title>Deel</title>"
        "<secondary-title>Geheel</secondary-title></titles><dates><year>2015</year></dates>"
        "<publisher>Boom</publisher><isbn>978-90-365-5218-9</isbn></record>"
    ).records
    assert (record.type, record.container, record.publisher) == ("chapter", "Geheel", "Boom")
    assert (record.authors, record.editors) == (("Bos, B.",), ("Smit, C.",))
    assert (record.isbn, record.year, dict(record.extra)) == ("9789036552189", 2015, {})


def test_the_series_of_a_book_is_no_container() -> None:
    (record,) = read(
        '<record><ref-type name="Book">6</ref-type><titles><title>Boek</title><secondary-title>Reeks</secondary-title>'
        "</titles></record>"
    ).records
    assert (record.type, record.container, record.extra["secondary-title"]) == ("book", None, "Reeks")


def test_each_broken_record_costs_itself() -> None:
    good = '<record><ref-type name="Report">27</ref-type><titles><title>Goed</title></titles></record>'
    reading = read(
        good,
        '<record><ref-type name="Report">27</ref-type><titles><title>Fout</titles></record>',
        '<record><ref-type name="Report">27</ref-type></record>',
        '<record><ref-type name="Report">27</ref-type><titles><title>Open</title></titles>',
        good,
    )
    assert [(r.title, r.line) for r in reading.records] == [("Goed", 3), ("Goed", 7)]
    assert [(r.line, r.reason.split(" (")[0].rstrip(".")) for r in reading.rejects] == [
        (4, "De verwijzing is geen geldige XML"),
        (5, "De verwijzing heeft geen titel"),
        (6, "De verwijzing is niet afgesloten met </record>"),
    ]
    assert "<title>Open" in reading.rejects[2].text


def test_entities_are_not_expanded() -> None:
    text = (
        '<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/passwd">]><xml><records>'
        '<record><ref-type name="Report">27</ref-type><titles><title>x &a; &b; y</title></titles></record></records></xml>'
    )
    (record,) = read_content(text.encode(), "a.xml").records
    assert record.title == "x &a; &b; y"


def test_html_entities_and_control_characters_are_mended() -> None:
    (record,) = read(
        '<record><ref-type name="Report">27</ref-type><titles><title>Priv&eacute;\x0b wel&#11; &lt;i&gt; &amp;</title>'
        "</titles></record>"
    ).records
    assert record.title == "Privé wel <i> &"


def test_other_xml_is_not_guessed_at() -> None:
    with pytest.raises(LeeszaalError, match="niet herkend"):
        read_content(b"<?xml version='1.0'?><rss><channel/></rss>", "feed.xml")


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=20)


@given(st.lists(words, min_size=1, max_size=5))
def test_every_record_is_a_record_or_a_reject(titles: list[str]) -> None:
    reading = read(
        *(f'<record><ref-type name="Report">27</ref-type><titles><title>{title}</title></titles></record>'
          for title in titles if "record" not in title)
    ) if any("record" not in title for title in titles) else None  # fmt: skip
    if reading is not None:
        assert reading.read == sum("record" not in title for title in titles)
