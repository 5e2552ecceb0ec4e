"""A small Quarto project with everything a paper may hold, for the tests of the site; no test itself."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="440" height="120" viewBox="0 0 440 120">'
    '<rect width="440" height="120" fill="#fff"/>'
    '<polyline points="10,100 120,80 230,60 430,20" fill="none" stroke="#4b3aa8" stroke-width="3"/></svg>'
)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0def46b8"
    "0000000049454e44ae426082"
)
TROUBLE = r"\<script\>alert\(1\)\</script\> kost \$5, a\_b \{c\} 🏛 مرحبا"
TROUBLE_SHOWN = "<script>alert(1)</script> kost $5, a_b {c} 🏛 مرحبا"

FRONT = {
    "title": "Zienswijzen komen vaker, maar later",
    "subtitle": "Wat is erover geschreven, en wat kan Overijssel daarmee?",
    "author": ["Cluster Kwaliteit Openbaar Bestuur"],
    "date": "2026-10-12",
    "lang": "nl",
    "theme": "Regionale samenwerking",
    "message": "Zienswijzen komen vaker, maar later.",
}
KERN = """## Kernboodschap {#sec-kern}

::: {.kernboodschap custom-style="Kernboodschap"}
Gemeenteraden dienen vaker een zienswijze in dan tien jaar geleden (@sec-aandacht). Zij doen dat later in het jaar
(@fig-lijn). Zie ook @devries2020 en [@bzk2019; @wgr].
:::

## Wat betekent dit voor Overijssel? {#sec-overijssel}

Een zin met een voetnoot.[^een] Dit staat in @tbl-regios, in @eq-aandeel en in @lst-code; vergelijk [zie @fig-lijn].

[^een]: De tekst van de noot, met een [link](https://example.org/).

::: {.duiding custom-style="Duiding"}
**Duiding.** Het verschil kan toeval zijn.
:::
"""
AANDACHT = """### Aandacht {#sec-aandacht}

::: {.figuurtitel custom-style="Figuurtitel"}
**Het aandeel verdubbelt in tien jaar**
:::

::: {.figuurondertitel custom-style="Figuurondertitel"}
Aandeel van de bibliotheek, %, 2010–2025
:::

![Aandeel per periode.](figures/lijn){#fig-lijn fig-alt="Lijn, 2010–2025: van 4 naar 8 procent; \\"knik\\" in 2022."}

::: {.callout-note collapse="true" title="Tabel bij deze figuur"}
| Periode   | Werken | Aandeel |
|-----------|-------:|--------:|
| 2010–2014 |     12 |     4 % |
| 2015–2019 |     24 |     6 % |
:::

::: {.bronregel custom-style="Bronregel"}
Bron: Leeszaal, n = 340, 1 november 2026. [Gegevens (CSV)](figures/lijn.csv)
:::
"""
REST = """## Methode {#sec-methode}

| Regio   | Gemeenten | Wat het is                  |
|---------|----------:|-----------------------------|
| Twente  |        14 | Samenwerking van gemeenten  |
| Zwolle  |        11 | Netwerk zonder eigen bestuur|

: De regio's van Overijssel. {#tbl-regios}

$$ s = \\frac{n}{N} $$ {#eq-aandeel alt="s is n gedeeld door N"}

Een formule in de zin: $a_1 + b$.

```{#lst-code .python lst-cap="Een aandeel uitrekenen."}
share = n / total
```

::: {.callout-tip}
Een kader zonder eigen titel.
:::

::: {.callout-warning}
## Met een eigen titel
Let hierop.
:::

::: {.panel-tabset}
## Twente
Tekst over Twente.

## Zwolle
Tekst over Zwolle.
:::

::: {.content-visible when-format="html"}
Alleen op de site.
:::

::: {.content-visible when-format="docx"}
Alleen in Word.
:::

::: {.content-hidden when-format="html"}
Niet op de site.
:::

Van een ander: TROUBLE.

Een schrijver typt <b onclick="x()">vet</b> en <script>alert(2)</script> en [een woord]{onclick="y()"}.

<iframe src="https://example.org/"></iframe>

## Bronnen {#sec-bronnen}

::: {#refs}
:::
"""
REFERENCES: list[dict[str, Any]] = [
    {
        "id": "devries2020",
        "type": "article-journal",
        "title": "Zienswijzen <script>alert(3)</script> in <i>de</i> praktijk & kosten $5 {x}",
        "author": [
            {"family": "Vries", "given": "Anna", "non-dropping-particle": "de"},
            {"family": "Jansen", "given": "Bart"},
        ],
        "container-title": "Bestuurskunde",
        "volume": "29",
        "issue": "2",
        "page": "10-21",
        "DOI": "10.5553/bk.1",
        "issued": {"date-parts": [[2020, 3]]},
        "language": "nl",
    },
    {
        "id": "bzk2019",
        "type": "report",
        "title": "Beleidskader toezicht",
        "author": [{"literal": "Ministerie van Binnenlandse Zaken"}],
        "issued": {"date-parts": [[2019]]},
        "URL": "https://example.org/kader",
        "accessed": {"date-parts": [[2026, 11, 1]]},
    },
    {"id": "wgr", "type": "legislation", "title": "Wet gemeenschappelijke regelingen", "issued": {"date-parts": [[1984]]}},
    {
        "id": "bundel",
        "type": "chapter",
        "title": "Regionaal bestuur",
        "author": [{"family": "Aartsen", "given": "Jozias", "non-dropping-particle": "van"}],
        "editor": [{"family": "Bos", "given": "C."}],
        "container-title": "Lokaal bestuur",
        "page": "1-9",
        "publisher": "Boom",
    },
]


def cell(kind: str, source: str, *tags: str, outputs: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Return a notebook cell."""
    made: dict[str, Any] = {"cell_type": kind, "metadata": {"tags": list(tags)}, "source": source}
    if kind == "code":
        made |= {"execution_count": 1, "outputs": outputs or []}
    return made


def shown(markdown: str) -> dict[str, Any]:
    """Return a code cell that showed Markdown."""
    output = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/markdown": markdown, "text/plain": "<Block>"},
    }
    return cell("code", '#| echo: false\n#| output: asis\npaper.section("x")', outputs=[output])


def front(**changes: Any) -> str:
    """Return front matter as the papers write it."""
    import yaml

    return f"---\n{yaml.safe_dump({**FRONT, **changes}, allow_unicode=True, sort_keys=False, width=1000)}---"


def notebook(*cells: dict[str, Any]) -> str:
    """Return a notebook as JSON."""
    meta = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": list(cells), "metadata": meta, "nbformat": 4, "nbformat_minor": 5}, ensure_ascii=False)


def full_paper(**changes: Any) -> str:
    """Return the notebook with everything in it."""
    return notebook(
        cell("raw", front(**changes)),
        cell("code", 'theme = "ibt"', "parameters", "remove-cell"),
        cell("code", 'theme = "reg"', "injected-parameters", "remove-cell"),
        cell("code", "import leeszaal", "remove-cell"),
        shown(KERN),
        shown("## Bevindingen {#sec-bevindingen}"),
        shown(AANDACHT),
        shown(REST.replace("TROUBLE", TROUBLE)),
    )


def make_sample(folder: Path, paper: str | None = None) -> Path:
    """Lay out a project with two pages and one paper; return its folder."""
    project = (ROOT / "_quarto.yml").read_text(encoding="utf-8")
    for page in ("themas", "literatuur", "werkwijze", "toegankelijkheid"):
        project = project.replace(f"    - {page}.qmd\n", "")
        project = re.sub(rf"      - text: \S+\n        href: {page}\.qmd\n", "", project)
    project = project.replace("[Toegankelijkheid](toegankelijkheid.qmd) · ", "")
    files: dict[str, str | bytes] = {
        "_quarto.yml": project,
        "papers/_metadata.yml": (ROOT / "papers" / "_metadata.yml").read_bytes(),
        "literature/leeszaal.csl": (ROOT / "literature" / "leeszaal.csl").read_bytes(),
        "literature/themes.yaml": "themes: []\n",
        "index.qmd": "---\ntitle: Wat zegt de literatuur?\n---\n\n{{< include _parts/start.md >}}\n",
        "papers.qmd": "---\ntitle: Papers\n---\n\n- [De proef](papers/proef/proef.ipynb)\n",
        "colofon.qmd": "---\ntitle: Colofon\n---\n\nGemaakt door het cluster.\n",
        "_parts/start.md": (
            "::: {.stand}\nStand 1 november 2026 · 340 werken\n:::\n\n"
            "::: {.kernboodschap}\n[Uitgelicht]{.label}\n\n[Zienswijzen komen vaker, maar later]{.uitspraak}\n\n"
            "**Voor Overijssel:** één zin.\n\n[Lees de paper](papers/proef/proef.html){.knop} (5 min)\n:::\n\n"
            "## Thema's\n\n| Thema | Werken |\n|-------|-------:|\n| Toezicht | 12 |\n\n"
            '```{=html}\n<p id="eigen">Eigen HTML van een pagina.</p>\n```\n'
        ),
        "_parts/references.json": json.dumps(REFERENCES, ensure_ascii=False),
        "papers/proef/proef.ipynb": paper if paper is not None else full_paper(),
        "papers/proef/figures/lijn.svg": SVG,
        "papers/proef/figures/lijn.png": PNG,
        "papers/proef/figures/lijn.csv": "periode,werken\n2010,12\n",
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder
