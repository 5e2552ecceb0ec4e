"""The boolean form: what it means, and where it is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.errors import LeeszaalError
from leeszaal.harvest.query import And, Node, Not, Or, Term, parse, show, terms

A, B, C = Term("a"), Term("b"), Term("c")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("a EN b", And((A, B))),
        ("a AND b c", And((A, B, C))),
        ("a OF b EN c", Or((A, And((B, C))))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("a NIET b", And((A, Not(B)))),
        ("a EN NIET b", And((A, Not(B)))),
        ("NOT b a", And((Not(B), A))),
        ("a NOT (b OF c)", And((A, Not(Or((B, C)))))),
        ('"Raad  van State"', Term("Raad van State")),
        ("“Raad van State”", Term("Raad van State")),
        ('"en"', Term("en")),
        ("en of niet", And((Term("en"), Term("of"), Term("niet")))),
        ("gemeente*", Term("gemeente", prefix=True)),
        ('title:"lokaal bestuur"', Term("lokaal bestuur", "title")),
        (
            "titel:opkomst samenvatting:x auteur:y",
            And((Term("opkomst", "title"), Term("x", "abstract"), Term("y", "author"))),
        ),
        ("e-mail, 2024", And((Term("e-mail"), Term("2024")))),
        ("((a))", A),
    ],
)
def test_means(text: str, node: Node) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("(a OF b", 1, "niet gesloten"),
        ("a OF b)", 7, "sluit niets af"),
        ("a EN", 5, "houdt hier op"),
        ("a OF EN b", 6, "hier wordt een woord verwacht"),
        ("()", 2, "hier wordt een woord verwacht"),
        ('a "b', 3, "aanhalingsteken wordt niet gesloten"),
        ('a ""', 3, "staat niets"),
        ("NIET a", 1, "alleen wat het niet mag zijn"),
        ("a OF NIET b", 6, "alleen wat het niet mag zijn"),
        ("a NIET NIET b", 3, "twee keer NIET"),
        ("ge*nte", 1, "niet achteraan"),
        ("ge*", 1, "te kort"),
        ('"lokaal best*"', 1, "niet tussen aanhalingstekens"),
        ("a -- b", 3, "is geen woord"),
        ("tittel:a", 1, "bestaat niet"),
    ],
)
def test_points_at_what_is_wrong(text: str, at: int, words: str) -> None:
    with pytest.raises(LeeszaalError) as caught:
        parse(text)
    assert f"teken {at}:" in caught.value.message
    assert words in caught.value.message
    assert caught.value.remedy


def test_nothing_asked() -> None:
    with pytest.raises(LeeszaalError, match="leeg"):
        parse("  ")


def test_terms_leaves_out_what_is_not_wanted() -> None:
    assert terms(parse("a NIET b EN (c OF a)")) == [A, C, A]


word = st.text("abcdeéü0-", min_size=3, max_size=8).filter(lambda t: any(c.isalnum() for c in t))
term = st.builds(Term, word.map(lambda t: t.strip("-") or "abc"), st.sampled_from(["", "title"]), st.booleans()).filter(
    lambda t: len(t.text) >= 3
) | st.builds(Term, st.lists(st.sampled_from(["lokaal", "en", "AND", "bestuur"]), min_size=2, max_size=3).map(" ".join))


def _flat(kind: type) -> object:
    """Groups that hold no group of their own kind, as the parser makes them when parentheses say so."""
    return lambda parts: kind(tuple(parts))


nodes = st.recursive(
    term,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(_flat(Or))  # type: ignore[arg-type]
        | st.tuples(inner, inner.map(Not)).map(_flat(And))
    ),  # type: ignore[arg-type]
    max_leaves=8,
)


@given(nodes)
def test_shown_and_read_again_is_the_same(node: Node) -> None:
    assert parse(show(node)) == node


@given(st.text('ab()" *:ENOFIT', max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        node = parse(text)
    except LeeszaalError:
        return
    assert terms(node)
