"""The dialects in which programs write their references, retyped small; and the measuring data where it is there."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.works.read import read_content
from leeszaal.works.record import Record


def only(text: str, name: str) -> Record:
    reading = read_content(text.encode(), name)
    assert reading.rejects == ()
    (record,) = reading.records
    return record


def test_scopus_csv() -> None:
    record = only(
        '"Authors","Author full names","Author(s) ID","Title","Year","Source title","Volume","Issue","Art. No.","Page start",'
        '"Page end","Cited by","DOI","Link","Abstract","Author Keywords","Index Keywords","Publisher","ISSN","ISBN",'
        '"Language of Original Document","Document Type","EID"\n'
        '"Bos A.; de Vries B.","Bos, Anna (57190000001); de Vries, Bert (57190000002)","57190000001; 57190000002",'
        '"Toezicht","2021","Local Government Studies","47","3","","401","420","12","10.1080/X.1","https://www.scopus.com/x",'
        '"Kort.","oversight; trust","Netherlands; trust","Routledge","03003930","","English","Book chapter","2-s2.0-1"\n',
        "scopus.csv",
    )
    assert (record.authors, record.year, record.pages) == (("Bos, Anna", "de Vries, Bert"), 2021, "401-420")
    assert (record.type, record.container, record.language) == ("chapter", "Local Government Studies", "en")
    assert (record.keywords, record.doi) == (("oversight", "trust"), "10.1080/x.1")
    assert (record.extra["EID"], record.extra["Index Keywords"]) == ("2-s2.0-1", "Netherlands; trust")
    assert record.extra["Authors"] == "Bos A.; de Vries B."


def test_mendeley_bibtex() -> None:
    record = only(
        "@article{Vries2019,\nabstract = {Kort \\& goed},\nauthor = {de Vries, A. and {Raad van State}},\n"
        "doi = {10.1080/x{\\_}1},\nfile = {:C$\\backslash$:/Users/x/a.pdf:pdf},\nissn = {1234-5678},\njournal = {Bestuurskunde},\n"
        "keywords = {toezicht,gemeente},\nmendeley-groups = {KOB},\nmonth = {may},\ntitle = {{De vrije gemeente}},\nyear = {2019}\n}\n",
        "mendeley.bib",
    )
    assert (record.title, record.citekey, record.date) == ("De vrije gemeente", "Vries2019", "2019-05")
    assert (record.authors, record.doi) == (("de Vries, A.", "Raad van State"), "10.1080/x_1")
    assert (record.keywords, record.extra["mendeley-groups"]) == (("toezicht", "gemeente"), "KOB")


def test_mendeley_ris() -> None:
    record = only(
        "TY  - JOUR\nDO  - 10.1080/x.1\nUR  - https://doi.org/10.1080/x.1\nTI  - De vrije gemeente\nT2  - Bestuurskunde\nAU  - Vries, A. de\n"
        "PY  - 2019\nDA  - 2019/5\nPB  - Boom\nSP  - 3-19\nIS  - 2\nVL  - 12\nER  - \n",
        "mendeley.ris",
    )
    assert (record.authors, record.date, record.pages) == (("de Vries, A.",), "2019-05", "3-19")


def test_endnote_by_ris() -> None:
    record = only(
        "TY  - JOUR\nAU  - Vries, A. de\nDA  - May 17\nDO  - 10.1080/x.1\nID  - 42\nKW  - toezicht\ngemeente\nPY  - 2019\n"
        "SP  - 3-19\nST  - Vrij\nT2  - Bestuurskunde\nTI  - De vrije gemeente\nUR  - https://a.nl\nhttps://b.nl\nVL  - 12\nER  - \n",
        "endnote.txt",
    )
    assert (record.source_record_id, record.year, record.keywords) == ("42", 2019, ("toezicht", "gemeente"))
    assert record.url is not None
    assert record.url.startswith("https://a.nl")


@pytest.mark.parametrize(
    "column", ["included", "label_included", "asreview_label", "exported_notes_1", "asreview_ranking"]
)
def test_the_labels_of_asreview_stay(column: str) -> None:
    record = only(f"title,abstract,authors,{column}\nEen,Kort,\"['Bos, A.', 'Smit, B.']\",1\n", "asreview.csv")
    assert (record.authors, record.extra) == (("Bos, A.", "Smit, B."), {column: "1"})


# Hand-counted in the files themselves: TY lines, or rows below the header.
_COUNTS = {
    "_baseline.ris": (100, 0), "baseline_zotero.ris": (100, 0), "embase.csv": (6, 0), "embase.ris": (6, 0),
    "generic_labels.csv": (6, 0), "missing_values.csv": (2, 2), "ovid_psycinfo.ris": (6, 0), "proquest.ris": (6, 0),
    "pubmed_endnote.txt": (6, 0), "pubmed_zotero.ris": (6, 0), "scopus.ris": (6, 0), "web_of_science.txt": (10, 0),
    "baseline_tag-notes_labels.ris": (32, 0), "duplicate_records.csv": (10, 4), "baseline_empty_values.ris": (2, 2),
}  # fmt: skip


def test_every_entry_of_the_measured_files_is_a_record_or_a_reject(shared: Path) -> None:
    archive = shared / "data" / "import" / "ris_csv_dialects.tar.gz"
    if not archive.exists():
        pytest.skip("the dialects are not on this machine")
    with tarfile.open(archive) as files:
        content = {Path(one.name).name: taken.read() for one in files if (taken := files.extractfile(one)) is not None}
    for name, counts in _COUNTS.items():
        reading = read_content(content[name], name)
        assert (len(reading.records), len(reading.rejects)) == counts, name
    (relevant,) = {
        r.extra["ASReview"] for r in read_content(content["baseline_tag-notes_labels.ris"], "a.ris").records[:1]
    }
    assert relevant == "relevant; prior"
    with pytest.raises(LeeszaalError):
        read_content(content["generic.vec"], "generic.vec")
