"""Results as the Kiesraad gives them: counts in EML 510, and the JSON of its database of results.

EML 510 is the XML of the official count. Its words mislead: `Cast` is the number of people entitled to vote,
`TotalCounted` the valid votes, and `RejectedVotes` the blank ("blanco") and invalid ("ongeldig") ones. A count by a
municipality (510a, 510b) has polling stations as its units; a count by a constituency, a province or the country
(510c, 510d) has municipalities.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from leeszaal.errors import LeeszaalError

__all__ = ["Count", "Counts", "read_counts", "read_eml", "read_result_json"]

_EML = "urn:oasis:names:tc:evs:schema:eml"


@dataclass(frozen=True)
class Count:
    """The count of one municipality.

    Attributes
    ----------
    gemeentecode
        "GM0193", or "" where the file gives the name only.
    gemeente
        Name as the file has it, without "Gemeente" before it.
    kiesgerechtigden, geldig, blanco, ongeldig
        Electorate, valid, blank and invalid votes; None where the file does not say.
    """

    gemeentecode: str
    gemeente: str
    kiesgerechtigden: int | None
    geldig: int
    blanco: int | None
    ongeldig: int | None

    @property
    def uitgebracht(self) -> int | None:
        """Votes cast: valid, blank and invalid together."""
        return None if self.blanco is None or self.ongeldig is None else self.geldig + self.blanco + self.ongeldig


@dataclass(frozen=True)
class Counts:
    """The counts of one file.

    Attributes
    ----------
    verkiezing, datum
        "PS2023", "2023-03-15".
    bron
        Who counted and when, for the source column.
    rows
        The municipalities.
    notes
        Dutch sentences on what was passed over or does not add up.
    deel
        The water authority, whose border cuts through municipalities; "" for every other election.
    """

    verkiezing: str
    datum: str
    bron: str
    rows: tuple[Count, ...]
    notes: tuple[str, ...] = ()
    deel: str = ""


def read_counts(content: bytes, name: str) -> Counts:
    """Read a count, whichever of the two forms it has.

    Parameters
    ----------
    content, name
        The bytes of the file, and how to call it in an error.

    Raises
    ------
    LeeszaalError
        When it is neither EML 510 nor the JSON of the database of results.
    """
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<":
        return read_eml(content, name)
    if start in (b"{", b"["):
        return read_result_json(content, name)
    raise LeeszaalError(
        f"{name} is geen uitslag van de Kiesraad.",
        "Verwacht: een telling in EML 510 (.eml.xml), of JSON van detailJson.",
    )


def read_eml(content: bytes, name: str) -> Counts:
    """Read a count in EML 510 (a, b, c or d). Nothing is fetched and no entity is expanded.

    Parameters
    ----------
    content, name
        As for `read_counts`.

    Raises
    ------
    LeeszaalError
        When it is not whole XML, another EML message (candidates, the final result) or lacks a count.
    """
    root = _xml(content, name)
    form = root.get("Id", "")
    if root.tag != f"{{{_EML}}}EML" or not re.fullmatch(r"510[a-z]?", form):
        what = f"EML {form}" if root.tag == f"{{{_EML}}}EML" else "een ander XML-bestand"
        raise LeeszaalError(
            f"{name} is {what} en geen telling.",
            "Verwacht: EML 510; EML 110, 230 en 520 bevatten geen tellingen per gemeente.",
        )
    identifier = _one(root, "ElectionIdentifier", name)
    date = _text(identifier, "ElectionDate")
    election = _election(_text(identifier, "ElectionCategory"), date, name)
    authority = _one(root, "AuthorityIdentifier", name)
    made = _text(root, "CreationDateTime")[:10]
    notes: list[str] = []
    rows: list[Count] = []
    by_municipality = form in ("510", "510a", "510b")
    for contest in root.iter("{*}Contest"):
        if by_municipality:
            code = _code(authority.get("Id", ""))
            rows.append(_count(_one(contest, "TotalVotes", name), code, authority.text or "", name))
            continue
        units = [(unit.find("{*}ReportingUnitIdentifier"), unit) for unit in contest.iter("{*}ReportingUnitVotes")]
        there = [
            _count(unit, _code(label.get("Id", "")), label.text or "", name)
            for label, unit in units
            if label is not None and _code(label.get("Id", ""))
        ]
        if len(there) < len(units):
            notes.append(f"{len(units) - len(there)} onderdelen zijn geen gemeente en tellen niet mee.")
        elif there:
            whole = _count(_one(contest, "TotalVotes", name), "", "totaal", name)
            added = sum(row.geldig for row in there)
            if added != whole.geldig:
                notes.append(f"De gemeenten hebben samen {added} geldige stemmen, het bestand noemt er {whole.geldig}.")
        rows += there
    if not rows:
        raise LeeszaalError(
            f"{name} bevat geen telling per gemeente.",
            "Neem de telling van een gemeente (510b) of van een kieskring of provincie met gemeenten (510c, 510d).",
        )
    counted = f", telling van {made}" if made else ""
    source = f"Kiesraad, EML {form} van {_bare(authority.text or 'onbekend')}{counted}"
    part = _text(identifier, "ElectionDomain") if election.startswith("WS") else ""
    return Counts(election, date, source, tuple(rows), tuple(dict.fromkeys(notes)), part)


def read_result_json(content: bytes, name: str) -> Counts:
    """Read the JSON of one region, or a list of them for the same election, from verkiezingsuitslagen.nl.

    That is what `/verkiezingen/detailJson/<code>/<regio>` answers; numbers are Dutch text ("1.790.634").

    Parameters
    ----------
    content, name
        As for `read_counts`.

    Raises
    ------
    LeeszaalError
        When it is not whole JSON, has another form, or holds several elections.
    """
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError) as error:
        raise LeeszaalError(f"{name} is geen volledige JSON ({error}).", "Haal het bestand opnieuw op.") from None
    answers = found if isinstance(found, list) else [found]
    rows, codes = [], set()
    for answer in answers:
        info, region = (_dict(answer, key) for key in ("Info", "Stemregio"))
        code = str(info.get("Code") or "")
        if not re.fullmatch(r"[A-Z]{2,3}\d{8}", code, flags=re.ASCII) or not region.get("Naam"):
            raise LeeszaalError(
                f"{name} heeft niet de vorm van een uitslag: ‘Info.Code’ of ‘Stemregio.Naam’ ontbreekt.",
                "Verwacht: het antwoord van verkiezingsuitslagen.nl/verkiezingen/detailJson/<code>/<regio>.",
            )
        codes.add(code)
        valid = _dutch_count(region, "AantalGeldigeStemmen", name)
        cast = _dutch_count(region, "Opkomst", name)
        if valid is None:
            raise LeeszaalError(
                f"{name}: van {region['Naam']} ontbreken de geldige stemmen.", "Verwacht: ‘AantalGeldigeStemmen’."
            )
        row = Count(
            "", _bare(str(region["Naam"])), _dutch_count(region, "Kiesgerechtigden", name), valid,
            _dutch_count(region, "AantalBlancoStemmen", name), _dutch_count(region, "AantalOngeldigeStemmen", name),
        )  # fmt: skip
        if cast is not None and row.uitgebracht is not None and cast != row.uitgebracht:
            raise LeeszaalError(
                f"{name}: van {row.gemeente} is de opkomst {cast}, maar de stemmen zijn samen {row.uitgebracht}.",
                "Controleer de uitslag op verkiezingsuitslagen.nl.",
            )
        rows.append(row)
    if len(codes) != 1:
        raise LeeszaalError(
            f"{name} bevat {len(codes)} verkiezingen{': ' + ', '.join(sorted(codes)) if codes else ''}.",
            "Zet in één bestand de uitslagen van één verkiezing.",
        )
    code = codes.pop()
    if code.startswith("WS"):
        raise LeeszaalError(
            f"{name} is een waterschapsverkiezing; daarin staat niet van welk waterschap een gemeente stemde.",
            "Neem voor een waterschap de telling in EML 510 van data.overheid.nl.",
        )
    date = f"{code[-8:-4]}-{code[-4:-2]}-{code[-2:]}"
    return Counts(_election(code[:-8], date, name), date, f"Kiesraad, verkiezingsuitslagen.nl, {code}", tuple(rows))


def _xml(content: bytes, name: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content.strip(), parser)
    except etree.XMLSyntaxError as error:
        raise LeeszaalError(f"{name} is geen volledige XML ({error}).", "Haal het bestand opnieuw op.") from None
    if root.getroottree().docinfo.doctype:
        raise LeeszaalError(
            f"{name} bevat een documenttype (DOCTYPE); dat hoort niet in een telling.",
            "Haal het bestand opnieuw op bij de Kiesraad.",
        )
    return root


def _one(element: Any, tag: str, name: str) -> Any:
    found = next(element.iter(f"{{*}}{tag}"), None)
    if found is None:
        raise LeeszaalError(f"{name} mist het onderdeel ‘{tag}’.", "Haal het bestand opnieuw op bij de Kiesraad.")
    return found


def _text(element: Any, tag: str) -> str:
    found = next(element.iter(f"{{*}}{tag}"), None)
    return "" if found is None or found.text is None else found.text.strip()


def _count(votes: Any, code: str, label: str, name: str) -> Count:
    def number(element: Any, what: str) -> int | None:
        if element is None or not (element.text or "").strip():
            return None
        text = element.text.strip()
        if not text.isascii() or not text.isdigit():
            raise LeeszaalError(
                f"{name}: ‘{text}’ bij {what} van {label} is geen aantal.", "Verwacht: een geheel getal."
            )
        return int(text)

    rejected = {
        element.get("ReasonCode", ""): number(element, "RejectedVotes") for element in votes.findall("{*}RejectedVotes")
    }
    valid = number(votes.find("{*}TotalCounted"), "TotalCounted")
    if valid is None:
        raise LeeszaalError(
            f"{name}: van {label} ontbreken de geldige stemmen (TotalCounted).", "Haal het bestand opnieuw op."
        )
    eligible = number(votes.find("{*}Cast"), "Cast")
    # A count before the electorate was filled in has a zero there: unknown, not nobody.
    return Count(code, _bare(label), eligible or None, valid, rejected.get("blanco"), rejected.get("ongeldig"))


def _code(identifier: str) -> str:
    """Return the municipality code in "0193", "193", "HSB1::0193" or "GM0193", or "" when it is something else.

    Two digits or fewer are the number of a constituency, three are a code that lost its zero.
    """
    found = re.fullmatch(r"(?:.*::)?(?:GM)?(\d{3,4})", identifier.strip(), flags=re.ASCII)
    return f"GM{found[1].zfill(4)}" if found else ""


def _bare(label: str) -> str:
    return re.sub(r"^gemeente\s+", "", " ".join(label.split()), flags=re.IGNORECASE)


def _election(category: str, date: str, name: str) -> str:
    kind = {"AB": "WS"}.get(category, category)  # AB: algemeen bestuur of a water authority
    if not re.fullmatch(r"[A-Z]{2,3}", kind, flags=re.ASCII) or not re.fullmatch(
        r"\d{4}-\d{2}-\d{2}", date, flags=re.ASCII
    ):
        raise LeeszaalError(
            f"{name} noemt geen soort verkiezing met een datum (gevonden: ‘{category}’ en ‘{date}’).",
            "Haal het bestand opnieuw op bij de Kiesraad.",
        )
    return f"{kind}{date[:4]}"


def _dict(answer: Any, key: str) -> dict[str, Any]:
    part = answer.get(key) if isinstance(answer, dict) else None
    return part if isinstance(part, dict) else {}


def _dutch_count(region: dict[str, Any], key: str, name: str) -> int | None:
    value = region.get(key)
    if value is None or value == "":
        return None
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"\d+|\d{1,3}(\.\d{3})+", text, flags=re.ASCII):
        raise LeeszaalError(f"{name}: ‘{value}’ bij {key} is geen aantal.", "Verwacht: een getal zoals 1.790.634.")
    return int(text.replace(".", ""))
