"""The gate: what may not be published. Pure functions from a rendered page to findings."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from leeszaal.site.pagefacts import PageFacts, css_addresses

__all__ = ["Finding", "check_css", "check_links", "check_page"]

_EXPLAINED = {
    "crossref": (
        "de verwijzing @{what} wijst nergens heen",
        "Controleer de naam achter # bij de figuur, tabel of kop",
    ),
    "citation": ("de bron @{what} staat niet in de bibliotheek", "Controleer de citekey"),
    "double-label": (
        "het label #{what} komt twee keer voor",
        "Geef elke figuur, tabel en kop een eigen naam",
    ),
    "error-output": (
        "een cel van het notebook eindigde met een fout ({what})",
        "Maak de paper opnieuw met: leeszaal paper",
    ),
    "parameters": (
        "de parameters van het notebook zouden te zien zijn ({what})",
        "Geef die cel ook het label remove-cell",
    ),
    "outside": (
        "de pagina zou iets van een ander adres laden: {what}",
        "Zet het bestand in de leeszaal zelf",
    ),
    "alt": ("een afbeelding heeft geen tekst voor wie haar niet ziet: {what}", 'Voeg fig-alt="…" toe'),
    "link": ("een link wijst naar iets dat er niet is: {what}", "Controleer de link"),
    "list": (
        "een getal leidt naar een lijst van werken die er niet is: {what}",
        "Maak de paper opnieuw met: leeszaal paper",
    ),
    "image-size": (
        "een afbeelding is te groot: {what}",
        "Maak haar kleiner (bijvoorbeeld 2.000 beeldpunten breed) en probeer het opnieuw",
    ),
    "image": ("een afbeelding bestaat niet: {what}", "Maak de paper opnieuw, of controleer de naam"),
    "title": ("de titel ontbreekt", "Voeg bovenaan ‘title: …’ toe"),
    "pdf": (
        "de PDF kan niet worden gemaakt: {what}",
        "Haal weg wat hier genoemd wordt, of maak het eenvoudiger",
    ),
    "script": ("een tekst van een schrijver zou een programma starten: {what}", "Haal dit uit de tekst"),
    "html": (
        "een tekst van een schrijver bevat HTML, die met Quarto zou gaan werken: {what}",
        "Zet er een \\ voor, of gebruik --renderer pandoc; dan komt het er als tekst te staan",
    ),
    "table-header": (
        "een tabel heeft geen kopregel: {what}",
        "Geef de tabel een eerste regel met kolomnamen",
    ),
    "callout": (
        "een kader (:::) is niet goed afgesloten: {what}",
        "Zet ::: op een eigen regel, met een lege regel ervoor",
    ),
}


@dataclass(frozen=True)
class Finding:
    """One reason not to publish.

    Parameters
    ----------
    where
        The source, such as ``papers/x/x.ipynb``, or the page where no source is known.
    kind
        One of the kinds this module knows.
    what
        The offending name, address or text.
    """

    where: str
    kind: str
    what: str

    def tell(self) -> str:
        """Return the finding in Dutch: place, what is wrong, and what to do."""
        message, remedy = _EXPLAINED[self.kind]
        return f"{self.where}: {message.format(what=self.what)}. {remedy}."


def _is_outside(address: str) -> bool:
    """Return whether a browser would leave the site to fetch `address`."""
    clean = re.sub(r"[\t\r\n]", "", address.strip())
    clean = clean.replace("\\", "/")
    return clean.startswith("//") or bool(re.match(r"(?!data:|blob:|about:)[a-zA-Z][a-zA-Z0-9+.-]*:", clean))


def check_css(css: str, where: str) -> list[Finding]:
    """Return a finding for each address outside the site that a style sheet would load."""
    return [Finding(where, "outside", address[:120]) for address in css_addresses(css) if _is_outside(address)]


def check_page(facts: PageFacts, where: str, *, written: bool = False) -> list[Finding]:
    """Return what is wrong with one page by itself.

    Parameters
    ----------
    facts
        From `read_page`.
    where
        The source of the page.
    written
        Whether the page is a writer's text, in which no script may stand.
    """
    findings = [Finding(where, "outside", address[:120]) for address in facts.loads if _is_outside(address)]
    for css in facts.styles:
        findings += check_css(css, where)
    findings += [Finding(where, "alt", name) for name in facts.without_alt]
    findings += [Finding(where, kind, name) for kind, name in dict.fromkeys(facts.unresolved)]
    if written:
        findings += [Finding(where, "script", what) for what in facts.scripts]
    return findings


def check_links(
    pages: Mapping[str, PageFacts],
    files: Iterable[str],
    sources: Mapping[str, str],
    *,
    made: Mapping[str, Container[str]] | None = None,
    lists: Container[str] = (),
) -> list[Finding]:
    """Return a finding for each link, image, anchor or list of works within the site that leads nowhere.

    Parameters
    ----------
    pages
        By path in the site, such as ``papers/x/x.html``.
    files
        All files of the site.
    sources
        From page to source, for the message.
    made
        From page to the anchors that its script makes.
    lists
        The names behind ``?lijst=``.
    """
    present = set(files)
    findings = []
    for page, facts in pages.items():
        where = sources.get(page, page)
        for address in dict.fromkeys([*facts.links, *facts.loads]):
            if _is_outside(address) or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", address):
                continue
            parts = urlsplit(address.replace("\\", "/"))
            path = unquote(parts.path)
            target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
            if path.endswith("/") or path in (".", ".."):
                target = posixpath.normpath(posixpath.join(target, "index.html"))
            anchor = unquote(parts.fragment)
            missing = target not in present or target.startswith("../") or path.startswith("/")
            known = target not in pages or anchor in pages[target].ids or anchor in (made or {}).get(target, ())
            asked = parse_qs(parts.query).get("lijst", [])
            findings += [Finding(where, "list", name) for name in asked if name not in lists]
            if missing or (anchor and anchor != "top" and not known):
                kind = "image" if address in facts.images else "link"
                findings.append(Finding(where, kind, address[:120]))
    return findings
