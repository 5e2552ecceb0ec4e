"""The boolean form as CQL, the query language of SRU.

NOT is binary in CQL: "a NOT b", never "AND NOT" and never alone. All operators have the same rank and are read from
left to right, so that every group gets its own parentheses. A term of several words stands in quotes.
"""

from __future__ import annotations

from collections.abc import Mapping

from leeszaal.errors import LeeszaalError
from leeszaal.harvest.query import And, Node, Not, Or, Term

__all__ = ["quoted", "to_cql"]


def quoted(text: str) -> str:
    """Return a term for CQL: in quotes, with a quote or backslash in it escaped.

    Examples
    --------
    >>> quoted('Blad "A"')
    '"Blad \\\\"A\\\\""'
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def to_cql(node: Node, indexes: Mapping[str, str], source: str) -> str:
    """Return a search as CQL.

    Parameters
    ----------
    node
        The search.
    indexes
        Our field ("", "title", "abstract", "author") to the clause with ``{}`` for the quoted term.
    source
        Title of the source, for messages.

    Raises
    ------
    LeeszaalError
        When the search asks for a field that the source does not have.

    Examples
    --------
    >>> from leeszaal.harvest.query import parse
    >>> to_cql(parse('(toezicht OF "lokaal bestuur") NIET zorg*'), {"": "t={}"}, "KOOP")
    '(t="toezicht" OR t="lokaal bestuur") NOT t="zorg*"'
    """
    return _whole(node, indexes, source, inside=False)


def _whole(node: Node, indexes: Mapping[str, str], source: str, *, inside: bool) -> str:
    if isinstance(node, Term):
        if node.field not in indexes:
            raise LeeszaalError(
                f"{source} kan niet zoeken met ‘{node.field}:’.",
                f"Laat ‘{node.field}:’ weg voor deze bron, of geef haar een eigen zoekvraag.",
            )
        return indexes[node.field].format(quoted(node.text + ("*" if node.prefix else "")))
    if isinstance(node, Or):
        text = " OR ".join(_whole(part, indexes, source, inside=True) for part in node.parts)
    elif isinstance(node, And):
        text = _both(node, indexes, source)
    else:  # a NOT stands in an And, which takes it apart
        raise ValueError("a NOT that stands alone")
    return f"({text})" if inside else text


def _both(node: And, indexes: Mapping[str, str], source: str) -> str:
    wanted = [_whole(p, indexes, source, inside=True) for p in node.parts if not isinstance(p, Not)]
    unwanted = [_whole(p.part, indexes, source, inside=True) for p in node.parts if isinstance(p, Not)]
    text = " AND ".join(wanted)
    if len(wanted) > 1 and unwanted:
        text = f"({text})"
    return " NOT ".join([text, *unwanted])
