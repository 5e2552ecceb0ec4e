"""A small Quarto project with one of everything, for the tests of the site; and readers of what comes out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
HARD = "<script>alert(1)</script> $x_1$ _a_ *b* {#c} \\d @fig-nergens [e](f) 🏛️ التعاون"

QUARTO = """\
project:
  type: website
  output-dir: _site
  render: ["*.qmd", "papers/*/*.ipynb", "!papers/templates/*.ipynb"]
lang: nl
toc: true
bibliography: bronnen.json
csl: literature/leeszaal.csl
link-citations: true
citeproc: true
website:
  title: Proefzaal
  search: false
  navbar:
    search: false
    left:
      - {text: Start, href: index.qmd}
      - {text: Tweede, href: tweede.qmd}
  page-footer:
    center: "[Start](index.qmd)"
format:
  html:
    html-math-method: mathml
    default-image-extension: svg
"""

METADATA = """\
number-sections: true
format:
  html: {html-math-method: mathml, default-image-extension: svg}
  typst: {default-image-extension: svg}
  docx: {default-image-extension: png}
"""

INDEX = """\
---
title: Voorpagina van de proef
---

Welkom. Zie de [tweede pagina](tweede.qmd#sec-verder) en de [paper](papers/proef/proef.ipynb).

{{< include _parts/deel.md >}}

```{=html}
<p class="eigen">Eigen <em>HTML</em></p>
```
"""

SECOND = """\
---
title: Tweede
author: Iemand
---

## Verder {#sec-verder}

De auteur is {{< meta author >}}. Een voorbeeld van een opdracht: `{{{< include x.md >}}}`.
"""

FRONT = """\
---
title: "{title}"
subtitle: Met alles wat Quarto kan
author:
  - Cluster Kwaliteit
date: 2026-10-12
lang: {lang}
thema: Proeven
---"""

BODY = r"""## Eerste deel {#sec-eerste}

Zie @fig-lijn, @tbl-getallen, @sec-tweede, @eq-som en @lst-code. Kaal: [-@fig-lijn]. Ook -@tbl-getallen.
Meer: [@fig-lijn; @fig-blok]. Met een woord: [zie @fig-lijn].

![Een lijn die *stijgt*.](figuren/lijn){#fig-lijn fig-alt="Lijn, 2010–2025: van 12 naar 48 werken."}

::: {#fig-blok}
![](figuren/lijn){fig-alt="Dezelfde lijn nog eens, nu in een blok: van 12 naar 48 werken."}

Een figuur in een blok.
:::

| Soort | Aantal |
|:------|-------:|
| Boek  | 12 |
| Artikel | 34 |

: Werken per soort. {#tbl-getallen}

::: {#tbl-blok}
| A | B |
|---|---|
| 1 | 2 |

Een tabel in een blok.
:::

Zie ook @tbl-blok en [@sec-eerste].

$$
a^2 + b^2 = c^2
$$ {#eq-som}

Gewone formule: $\alpha \le \frac{1}{2}$.

```{#lst-code .python lst-cap="Een optelling"}
totaal = 1 + 2
```

### Dieper {.unnumbered}

Een voetnoot.[^een] Nog een.^[Kort.]

[^een]: De tekst van de *noot*.

## Tweede deel {#sec-tweede}

::: {.callout-note}
Zonder titel.
:::

::: {.callout-tip title="Eigen *titel*"}
Met titel.
:::

::: {.callout-warning}
## Kop als titel

Met kop.
:::

::: {.callout-important collapse="true"}
Dichtgeklapt.
:::

::: {.callout-caution}
Opgepast.
:::

::: {.kernboodschap custom-style="Kernboodschap"}
De kern staat hier.
:::

::: {.bronregel custom-style="Bronregel"}
Bron: proef (n = 46).
:::

Volgens @vries2020 en anderen [@raad2015, p. 3; @king2010] is het zo [-@vries2020].

::: {.panel-tabset}
## Tab een

Inhoud van tab een.

## Tab twee

Inhoud van tab twee.
:::

::: {.content-visible when-format="html"}
Alleen op het scherm.
:::

::: {.content-visible when-format="docx"}
Alleen in Word.
:::

::: {.content-visible when-format="typst"}
Alleen in de PDF.
:::

::: {.content-hidden when-format="html"}
Niet op het scherm.
:::

[Woord]{.content-visible unless-format="html"}

::: {.column-margin}
In de marge.
:::

Voor het einde.

{{< pagebreak >}}

- een
- twee
    1. diep

Term
: Uitleg.

[Gegevens](figuren/lijn.csv)
"""

MORE = r"""## Figuren naast elkaar {#sec-naast}

::: {#fig-paar layout-ncol=2}
![Links.](figuren/lijn){#fig-links fig-alt="Lijn links: van 12 naar 48 werken in vijftien jaar."}

![Rechts.](figuren/lijn){#fig-rechts fig-alt="Lijn rechts: dezelfde reeks nog eens, van 12 naar 48."}

Twee lijnen naast elkaar.
:::

Zie @fig-paar, en daarin @fig-links en @fig-rechts. Aan het begin van een zin: @Fig-paar. Zie ook @sec-naast.

## Kaders met een naam

::: {#nte-een .callout-note}
## Een kader
Inhoud van het kader.
:::

::: {#tip-twee .callout-tip}
Een tip met naam.
:::

::: {#wrn-drie .callout-warning}
Een waarschuwing met naam.
:::

Zie @nte-een, @tip-twee en @wrn-drie.

## Lijsten, citaten en tekens

1. eerste
2. tweede

    vervolg van tweede

3. derde

> Een citaat uit een stuk.

H~2~O en m^2^, ~~weg~~ en `code`.

| Regel een
|   ingesprongen

* * *

## Tabellen

| Links | Midden | Rechts |
|:------|:------:|-------:|
| a     | b      | 1,5 |
| een lange tekst die over meer regels loopt en dan verder gaat | kort | 2 |

: Een tabel met breedten. {#tbl-breed tbl-colwidths="[60,20,20]"}

Zie @tbl-breed. Verg. @eq-eind.

$$
\sum_{i=1}^{n} x_i
$$ {#eq-eind alt="som van x i voor i van een tot n"}

```python
for jaar in range(2010, 2026):
    print(jaar)
```

::: {.callout-note}
Buiten.

::: {.callout-tip}
Binnen in een kader.
:::
:::

::: {.panel-tabset group="taal"}
### Nederlands
Tekst in het Nederlands.

### Engels
Text in English.
:::
"""

ENGLISH = """\
## Part {#sec-part}

See @tbl-t and @sec-part [@vries2020].

| a |
|---|
| 1 |

: T. {#tbl-t}
"""

TYPED = """\
Getypt: <script>window.kapot = 1</script> en <b onclick="x()">vet</b>.

<div onload="y()">blok</div>

[klik](javascript:alert(1)) en [mail](mailto:a@b.nl){onclick="z()"}
"""

REFERENCES: list[dict[str, Any]] = [
    {
        "id": "vries2020", "type": "article-journal", "title": "Toezicht in <i>beweging</i>: $x_1$ & _y_",
        "author": [{"family": "Vries", "given": "Anna", "non-dropping-particle": "de"}],
        "container-title": "Bestuurskunde", "volume": "3", "issue": "2", "page": "12-20",
        "issued": {"date-parts": [[2020]]}, "DOI": "10.1234/x",
    },
    {
        "id": "raad2015", "type": "webpage", "title": "Advies <script>alert(2)</script>",
        "author": [{"literal": "Raad"}],
        "URL": "https://voorbeeld.nl/a_b", "accessed": {"date-parts": [[2026, 1, 3]]},
    },
    {
        "id": "king2010", "type": "book", "title": "Wonen", "author": [{"family": "Aa", "given": "B. C."}],
        "publisher": "Boom", "issued": {"date-parts": [[2010]]},
    },
    {"id": "zeker", "type": "book", "title": "Niet aangehaald", "author": [{"literal": "Niemand"}]},
]  # fmt: skip

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 30" width="60" height="30">'
    '<path d="M2 28 L58 2" stroke="#0e5a5e" stroke-width="2" fill="none"/></svg>'
)


def png() -> bytes:
    """Return a small picture."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + b"\x0e\x5a\x5e" * 60 for _ in range(30))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60, 30, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def cell(source: str, *outputs: Any, tags: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a code cell; an output given as text is Markdown."""
    shown = [
        {
            "output_type": "execute_result",
            "execution_count": 1,
            "metadata": {},
            "data": {"text/markdown": output},
        }
        if isinstance(output, str)
        else output
        for output in outputs
    ]
    return {
        "cell_type": "code", "execution_count": 1, "metadata": {"tags": list(tags)}, "source": source,
        "outputs": shown,
    }  # fmt: skip


def notebook(*cells: dict[str, Any], title: str = "De proefpaper", lang: str = "nl") -> str:
    """Return an executed notebook with front matter in its first cell."""
    front = {"cell_type": "raw", "metadata": {}, "source": FRONT.format(title=title, lang=lang)}
    return json.dumps({"cells": [front, *cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


ASIS = "#| echo: false\n#| output: asis\n"
CELLS = (
    cell('theme = "x"', tags=("parameters", "remove-cell")),
    cell('theme = "geheim"', tags=("injected-parameters", "remove-cell")),
    cell(
        'print("verborgen")',
        {"output_type": "stream", "name": "stdout", "text": "verborgen"},
        tags=("remove-cell",),
    ),
    cell(f"{ASIS}toon()", BODY),
    cell(f"{ASIS}typ()", TYPED),
    cell(
        "#| echo: false\nprint(3)",
        {"output_type": "stream", "name": "stdout", "text": "<b>platte uitvoer</b>\n"},
        {"output_type": "stream", "name": "stderr", "text": "waarschuwing van de kernel\n"},
    ),
    cell("zichtbare_code = 1"),
    cell("onzichtbare_code = 2", "Uitvoer zonder code.", tags=("remove-input",)),
    cell("#| include: false\nniets = 3", "Ook dit niet."),
    cell(f"{ASIS}bronnen()", "## Bronnen {#sec-bronnen .unnumbered}\n\n::: {#refs}\n:::"),
)


def make_project(root: Path) -> Path:
    """Write the project to `root` and return it."""
    from leeszaal.works.markdown import escape_markdown

    files = {
        "_quarto.yml": QUARTO,
        "papers/_metadata.yml": METADATA,
        "literature/themes.yaml": "themes: []\n",
        "literature/leeszaal.csl": (ROOT / "literature" / "leeszaal.csl").read_text(encoding="utf-8"),
        "bronnen.json": json.dumps(REFERENCES, ensure_ascii=False),
        "index.qmd": INDEX,
        "_parts/deel.md": f"## {escape_markdown(HARD)}\n\n| kop |\n|---|\n| {escape_markdown(HARD)} |\n"
        "\nEn nog een tabel.\n\n| kop |\n|---|\n| x |\n",
        "tweede.qmd": SECOND,
        "papers/proef/proef.ipynb": notebook(*CELLS),
        "papers/proef/figuren/lijn.svg": SVG,
        "papers/proef/figuren/lijn.csv": "jaar,n\n2010,12\n",
        "papers/meer/meer.ipynb": notebook(
            cell(f"{ASIS}toon()", MORE),
            cell('#| label: tbl-cel\n#| tbl-cap: Een tabel uit een cel.\n#| echo: false\ntabel', "| A | B |\n|---|--:|\n| x | 1 |"),
            cell("#| lst-label: lst-cel\n#| lst-cap: Code uit een cel\ngetal = 7"),
            cell(f"{ASIS}zie()", "Uit een cel: @tbl-cel en @lst-cel."),
            title="Meer",
        ),
        "papers/meer/figuren/lijn.svg": SVG,
        "papers/hard/hard.ipynb": notebook(
            cell(f"{ASIS}x()", f"## Deel\n\n{escape_markdown(HARD)}"),
            title=escape_markdown(HARD).replace("\\", "\\\\"),  # the front matter has it in double quotes
        ),
        "papers/english/english.ipynb": notebook(
            cell(f"{ASIS}x()", ENGLISH),
            title="An English paper",
            lang="en",
        ),
    }  # fmt: skip
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    for name in ("proef", "meer"):
        (root / f"papers/{name}/figuren/lijn.png").write_bytes(png())
    return root


def pdf_text(path: Path) -> str:
    """Return the text of a PDF in reading order, white space made single; through each font's own table."""
    import pikepdf

    pieces: list[str] = []
    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            fonts = {name: _to_unicode(font) for name, font in dict(page.resources.get("/Font", {})).items()}
            table: dict[int, str] = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    table = fonts[str(operands[0])]
                elif str(operator) in ("Tj", "TJ"):
                    pieces.extend(_decoded(operands[0], table))
                elif str(operator) in ("ET", "Td", "TD", "T*", "Tm"):
                    pieces.append(" ")
    return " ".join("".join(pieces).split())


def _decoded(operand: Any, table: dict[int, str]) -> Iterator[str]:
    import pikepdf

    parts = operand if isinstance(operand, pikepdf.Array) else [operand]
    for part in parts:
        if isinstance(part, pikepdf.String):
            data = bytes(part)
            for at in range(0, len(data), 2):
                yield table.get(int.from_bytes(data[at : at + 2], "big"), "")


def _to_unicode(font: Any) -> dict[int, str]:
    text = font["/ToUnicode"].read_bytes().decode("latin-1")
    table: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL):
        for code, value in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            table[int(code, 16)] = bytes.fromhex(value).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.DOTALL):
        for low, high, value in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            for offset, code in enumerate(range(int(low, 16), int(high, 16) + 1)):
                table[code] = chr(int(value, 16) + offset)
    return table
