"""`escape_markdown`: what goes in as text comes out as that text, measured with Pandoc itself."""

from __future__ import annotations

import json
import re

import pypandoc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeszaal.works.markdown import escape_markdown

HARD = [
    "<script>alert(1)</script>",
    "$5 en $6 voor _alles_, {#id .class} {{< include x >}} {{ waarde }}",
    "1. geen lijst",
    "p. 3",
    "(a) ook niet",
    "- streep -- en --- en ... en 'aanhaling' en \"aanhaling\"",
    "# geen kop",
    ": geen bijschrift {#tbl-x}",
    "::: callout",
    "[@sleutel] @sleutel -@sleutel @fig-x mail a@b.nl",
    "![x](y) [x](y) [^1] ^[noot]",
    "een | twee \\ drie \\",
    "a^2^ H~2~O ~~weg~~ `code` https://x.nl <https://x.nl> &amp; &#65;",
    "🏛️ التعاون الإقليمي",
    "% titel",
    "=====",
    "Mr. X, i.v.m. art. 3:4",
]


def _texts(markdown: list[str]) -> list[str]:
    """Return what Pandoc reads in each paragraph; anything but plain text is shown as its kind."""
    document = json.loads(pypandoc.convert_text("\n\n".join(markdown), "json", format="markdown", sandbox=True))
    texts = []
    for block in document["blocks"]:
        assert block["t"] == "Para", block
        parts = {"Str": lambda node: node["c"], "Space": lambda _: " "}
        texts.append("".join(parts.get(node["t"], lambda node: f"<<{node['t']}>>")(node) for node in block["c"]))
    return texts


def test_hard_texts_come_out_as_text() -> None:
    assert _texts([escape_markdown(text) for text in HARD]) == HARD


MARKS = list("ab1. -:*_$<>{}[]()@#|\\'\"`~^!&=+%\n\t/,;?")


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.text(
            st.one_of(st.sampled_from(MARKS), st.characters()),
            max_size=25,
        ),
        min_size=20,
        max_size=60,
    )
)
def test_any_text_comes_out_as_text(texts: list[str]) -> None:
    escaped = [(text, escape_markdown(text)) for text in texts]
    shown = [pair for pair in escaped if pair[1]]
    expected = [re.sub(r"\\(.)", r"\1", markdown) for _, markdown in shown]
    assert (_texts([markdown for _, markdown in shown]) if shown else []) == expected


@pytest.mark.parametrize("text", HARD)
def test_text_stays_within_a_table_cell_a_heading_and_a_list(text: str) -> None:
    line = escape_markdown(text)
    markdown = f"| kop |\n|---|\n| {line} |\n\n## {line}\n\n- {line}\n"
    plain = pypandoc.convert_text(markdown, "json", format="markdown", sandbox=True)
    kinds = [block["t"] for block in json.loads(plain)["blocks"]]
    assert kinds == ["Table", "Header", "BulletList"]
    assert "RawInline" not in plain
    assert '"Math"' not in plain
    assert '"Cite"' not in plain


def test_lines_and_control_characters() -> None:
    assert escape_markdown(" a\n\n  b\tc\x00\x1b ") == "a b c"
    assert escape_markdown(None) == "None"
    assert escape_markdown(3.5) == "3.5"
