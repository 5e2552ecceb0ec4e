"""XML as sources send it: read strictly, without the network, and asked by local name.

The same record comes with other namespaces from SRU 1.2 than from 2.0, and without any from some mirrors, so
elements are known here by their local name only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from leeszaal.harvest.answer import Answer
from leeszaal.harvest.errors import Malformed
from leeszaal.works.plain import plain

__all__ = ["all_texts", "as_text", "each", "first", "first_text", "local", "parse", "read_xml", "whole_text"]

# Characters that XML 1.0 forbids and some repositories send all the same, inside otherwise sound records.
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def parse(content: bytes) -> Any:
    """Return the root of an XML document.

    It must be well-formed to its last tag: a parser that repairs would take a body that was cut short for a whole
    one. Control characters that XML forbids are read as spaces; nothing is fetched, no entity is expanded.

    Raises
    ------
    ValueError
        When it is no XML.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, remove_comments=True, remove_pis=True
    )  # fmt: skip
    try:
        return etree.fromstring(_FORBIDDEN.sub(b" ", content.strip()), parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from None


def read_xml(answer: Answer, *roots: str) -> Any:
    """Return the root of an answer that must be XML with one of the root elements `roots`.

    Raises
    ------
    Malformed
        When it is a web page, was cut short, is in another encoding than it says, or is something else.
    """
    if answer.looks_like_html:
        raise Malformed(
            f"{answer.source} stuurde een webpagina waar gegevens (XML) waren gevraagd: {answer.url}",
            "Vaak is dat een storingspagina of een inlogscherm van het netwerk. Probeer het later opnieuw.",
        )
    try:
        root = parse(answer.content)
    except ValueError as error:
        raise Malformed(
            f"{answer.source} stuurde een antwoord dat niet te lezen is als XML ({error}): {answer.url}",
            "Probeer het later opnieuw; wat al binnen was, is bewaard.",
        ) from None
    if local(root) not in roots:
        raise Malformed(
            f"{answer.source} stuurde XML van een andere vorm dan afgesproken (‘{local(root)}’ in plaats van "
            f"‘{roots[0]}’): {answer.url}",
            "Controleer het adres van de bron; misschien is de bron veranderd.",
        )
    return root


def local(element: Any) -> str:
    """Return the name of an element without its namespace, or "" for a comment."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def as_text(element: Any) -> str:
    """Return an element as it stood."""
    from lxml import etree

    return str(etree.tostring(element, encoding="unicode", with_tail=False))


def each(element: Any, name: str) -> Iterator[Any]:
    """Yield the elements called `name` at any depth, in order."""
    yield from element.iter(f"{{*}}{name}")


def first(element: Any, *names: str) -> Any:
    """Return the first element that has one of `names`, trying the names in order, or None."""
    for name in names:
        found = next(each(element, name), None)
        if found is not None:
            return found
    return None


def whole_text(element: Any) -> str | None:
    """Return all text inside an element on one line, or None when there is none."""
    return plain("".join(element.itertext())) if element is not None else None


def first_text(element: Any, *names: str) -> str | None:
    """Return the text of the first element that has any, trying the names in order."""
    for name in names:
        for found in each(element, name):
            text = whole_text(found)
            if text is not None:
                return text
    return None


def all_texts(element: Any, name: str) -> tuple[str, ...]:
    """Return the texts of all elements called `name`, once each, in order."""
    return tuple(dict.fromkeys(text for one in each(element, name) if (text := whole_text(one))))
