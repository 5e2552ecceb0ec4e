"""A small reading room with abstracts in two languages, for the tests of the desk."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

from leeszaal.home import Home
from leeszaal.library import build
from leeszaal.library.evidence import add_evidence
from leeszaal.reading import tag
from leeszaal.works.read import read_content

WORKS = (
    ("zienswijze2023", "Zienswijzen van gemeenteraden op gemeenschappelijke regelingen", "nl",
     "Gemeenteraden geven een zienswijze op de begroting van een gemeenschappelijke regeling. Wij telden er 412."),
    ("coop2021", "Inter-municipal cooperation and cost savings", "en",
     "Does inter-municipal cooperation lower costs? Panel data on Dutch municipalities show savings."),
    ("regiodeal2022", "Regio Deals en brede welvaart", "nl", "Regio Deals brengen Rijk en regio bij elkaar."),
    ("ziekenhuis2020", "Fusies van ziekenhuizen", "nl", "Ziekenhuizen fuseren om kosten te besparen."),
    ("opkomst2019", "De opkomst bij gemeenteraadsverkiezingen", "nl", "De opkomst bij verkiezingen daalt."),
    ("toezicht2018", "Interbestuurlijk toezicht door provincies", "nl", "Toezicht van de provincie op gemeenten."),
    ("bank2017", "Corporate banking in Asia", "en", "Banks in Asia compete for corporate clients."),
    ("wgr2016", "De Wet gemeenschappelijke regelingen gewijzigd", "nl", ""),
    ("metro2015", "Metropolitan governance in Europe", "en", "How metropolitan regions govern themselves."),
    ("samen2014", "Samenwerking tussen gemeenten in de regio Twente", "nl", "Gemeenten in Twente werken samen."),
    ("raad2013", "Grip van de gemeenteraad op regionale samenwerking", "nl", "Raden ervaren weinig grip op de regio."),
    ("water2012", "Waterschappen en gemeenten", "nl", "Waterschappen werken samen met gemeenten aan riolering."),
)  # fmt: skip


def ris() -> str:
    """Return the works as RIS, their citekeys as the ID, as this house writes them."""
    blocks = []
    for key, title, language, abstract in WORKS:
        lines = ["TY  - JOUR", f"ID  - {key}", "DP  - Leeszaal", f"TI  - {title}", f"AU  - Schrijver, {key.title()}",
                 f"PY  - {key[-4:]}", "JO  - Bestuurswetenschappen", f"LA  - {language}",
                 f"DO  - 10.1234/{key}"]  # fmt: skip
        blocks.append("\n".join([*lines, *([f"AB  - {abstract}"] if abstract else []), "ER  - \n"]))
    return "\n".join(blocks)


def make_room(folder: Path, repository: Path) -> Home:
    """Lay out a reading room with these works, built and tagged."""
    home = Home(folder / "zaal")
    home.literature.mkdir(parents=True)
    (home.root / "_quarto.yml").touch()
    for name in ("themes.yaml", "criteria.yaml"):
        shutil.copy(repository / "literature" / name, home.literature / name)
    shutil.copytree(repository / "literature" / "examples", home.literature / "examples")
    reading = read_content(ris().encode(), "werken.ris")
    add_evidence(
        home, source="import", name="werken.ris", content=ris().encode(), format=reading.format,
        encoding=reading.encoding, options={}, records=len(reading.records), rejects=reading.rejects,
        time=datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC),
    )  # fmt: skip
    build(home=home)
    tag(home=home)
    return home
