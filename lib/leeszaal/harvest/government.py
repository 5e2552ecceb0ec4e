"""Small decisions that the Dutch government sources share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from leeszaal.errors import LeeszaalError
from leeszaal.harvest.query import And, Node, Or, show
from leeszaal.harvest.searches import Search
from leeszaal.harvest.source import Source, base_url
from leeszaal.works.names import institution
from leeszaal.works.plain import plain

__all__ = ["OURS", "dutch_node", "endpoint", "organisation", "sent", "split_or", "wanted_types"]

# Parameters with this prefix are notes to ourselves: part of the question, never sent.
OURS = "leeszaal-"

_KINDS = {
    "gemeente": "Gemeente",
    "provincie": "Provincie",
    "waterschap": "Waterschap",
    "ministerie": "Ministerie van",
}


def sent(params: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that go to the source."""
    return {name: value for name, value in params.items() if not name.startswith(OURS)}


def endpoint(source: Source, search: Search | None, default: str) -> str:
    """Return the address of a service; an address that names only a machine gets the path of `default`."""
    url = base_url(source, search, default)
    return url + urlsplit(default).path if urlsplit(url).path in ("", "/") else url


def dutch_node(search: Search, title: str) -> Node:
    """Return the Dutch form of a search, or the one that is meant for no language in particular.

    Raises
    ------
    LeeszaalError
        When the search is in English only, or asks for works in other languages only: there are none.
    """
    nodes = search.nodes()
    node = nodes.get("nl", nodes.get(""))
    if node is None or (search.languages and "nl" not in search.languages):
        raise LeeszaalError(
            f"{title} heeft Nederlandse teksten, en de zoekvraag ‘{search.name}’ vraagt daar niet om.",
            "Voeg aan query een regel nl: toe (en nl aan languages), of haal deze bron weg bij sources.",
        )
    return node


def split_or(node: Node, fits: Callable[[Node], bool], title: str, name: str) -> list[Node]:
    """Return a search as one or more that fit, which together find the same: the longest OR is halved.

    Parameters
    ----------
    node
        The search.
    fits
        Whether a part is short enough for the source.
    title, name
        Of the source and the search, for messages.

    Raises
    ------
    LeeszaalError
        When what is left has no OR to halve and still does not fit.
    """
    if fits(node):
        return [node]
    parts = node.parts if isinstance(node, And) else (node,)
    sizes = [len(show(part)) if isinstance(part, Or) else -1 for part in parts]
    place = sizes.index(max(sizes))
    longest = parts[place]
    if not isinstance(longest, Or):
        raise LeeszaalError(
            f"De zoekvraag ‘{name}’ is te lang voor {title}.",
            "Verdeel haar over twee zoekvragen; dubbele vondsten worden vanzelf samengevoegd.",
        )
    middle = len(longest.parts) // 2
    halves: list[Node] = []
    for half in (longest.parts[:middle], longest.parts[middle:]):
        one: Node = half[0] if len(half) == 1 else Or(half)
        whole = (*parts[:place], one, *parts[place + 1 :])
        halves += split_or(whole[0] if len(whole) == 1 else And(whole), fits, title, name)
    return halves


def wanted_types(search: Search, ours: tuple[str, ...], title: str) -> None:
    """Check that a source has at least one of the types a search asks for.

    Raises
    ------
    LeeszaalError
        When it has none of them.
    """
    if search.types and not set(search.types) & set(ours):
        raise LeeszaalError(
            f"{title} kent geen werken van de soort {', '.join(search.types)} (zoekvraag ‘{search.name}’).",
            f"Het kent: {', '.join(ours)}.",
        )


def organisation(name: str | None, kind: str | None) -> str | None:
    """Return the name of a public body as it is cited, or None.

    Parameters
    ----------
    name
        As the source has it, often without saying what it is ("Utrecht").
    kind
        "gemeente", "OVERHEID.Provincie", "ministerie", ...; anything else leaves the name as it is.

    Examples
    --------
    >>> organisation("Utrecht", "OVERHEID.Provincie"), organisation("Ministerie van Financiën", "ministerie")
    ('Provincie Utrecht', 'Ministerie van Financiën')
    >>> organisation("Waterschap Vallei en Veluwe", "waterschap"), organisation("Hoogheemraadschap van Rijnland", None)
    ('Waterschap Vallei en Veluwe', 'Hoogheemraadschap van Rijnland')
    """
    text = plain(name)
    if text is None:
        return None
    word = (kind or "").replace(":", ".").rsplit(".", 1)[-1].casefold()
    prefix = _KINDS.get(word)
    if word == "waterschap" and "schap" in text.casefold():
        prefix = None
    if prefix and not text.casefold().startswith(prefix.split()[0].casefold()):
        text = f"{prefix} {text}"
    return institution(text[0].upper() + text[1:])
