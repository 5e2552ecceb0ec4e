"""The PRISMA flow, sorted dots, changes and networks."""

from __future__ import annotations

import pandas as pd
import pytest

from leeszaal.charts import change_plot, dot_plot, network, prisma_flow
from leeszaal.errors import LeeszaalError

SOURCE = "Leeszaal, 100 werken, peildatum 1 november 2026"
FLOW = [
    ("OpenAlex", 900, "source"),
    ("Crossref", 350, "source"),
    ("Gevonden", 1250, "step"),
    ("Dubbel", 50, "excluded"),
    ("Uniek", 1200, "step"),
    ("Andere context", 1000, "excluded"),
    ("Geen samenvatting", 160, "excluded"),
    ("Gelezen", 40, "step"),
]


def flow(rows, **options):
    return prisma_flow(pd.DataFrame(rows, columns=["step", "n", "kind"]), source=SOURCE, **options)


def test_flow():
    figure = flow(FLOW)
    assert figure.title == "Van 1.250 gevonden werken bleven er 40 over"
    assert figure.alt == (
        "Stroomschema in 3 stappen: Gevonden 1.250, Uniek 1.200, Gelezen 40. "
        "Meest afgevallen: Andere context (1.000). "
        "Dezelfde stappen staan als genummerde lijst bij de tabel."
    )
    assert figure.steps == (
        "Gevonden: 1.250 (OpenAlex 900, Crossref 350)",
        "Uniek: 1.200; afgevallen: Dubbel 50",
        "Gelezen: 40; afgevallen: Andere context 1.000, Geen samenvatting 160",
    )
    assert "\n3. Gelezen: 40; afgevallen" in figure.markdown()
    assert ">1.250</text>" in figure.svg().decode()
    assert figure.svg() == flow(FLOW).svg()


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([("Gevonden", 1, "step")], "Er is 1 werk gevonden"),
        ([("Gevonden", 3, "step")], "Er zijn 3 werken gevonden"),
        ([("Gevonden", 0, "step")], "De zoekvraag leverde geen werken op"),
        (
            [("Gevonden", 2, "step"), ("Weg", 1, "excluded"), ("Over", 1, "step")],
            "Van 2 gevonden werken bleef er 1 over",
        ),
    ],
)
def test_small_flows(rows, title):
    assert flow(rows).title == title


@pytest.mark.parametrize(
    ("new", "old", "lang", "title"),
    [
        (3, 38, "nl", "Er kwamen 3 werken bij de 38 van eerder"),
        (0, 38, "nl", "Er kwam geen werk bij de 38 van eerder"),
        (1, 2, "en", "1 work joined the 2 of before"),
    ],
)
def test_the_flow_of_an_update(new, old, lang, title):
    rows = [
        ("Eerder", old + 2, "previous"),
        ("Vervallen", 2, "dropped"),
        ("Gevonden", 9, "step"),
        ("Weg", 9 - new, "excluded"),
        ("Nieuw", new, "step"),
        ("Samen", new + old, "step"),
    ]
    figure = flow(rows, lang=lang)
    assert figure.title == title
    assert figure.table.iloc[0].tolist() == ["Eerder", old + 2, "eerder" if lang == "nl" else "before"]
    assert figure.svg() == flow(rows, lang=lang).svg()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "geen rijen"),
        ([("A", 5, "step"), ("weg", 1, "excluded"), ("B", 3, "step")], "5 min 1 is 4, niet 3"),
        ([("V", 2, "previous"), ("A", 5, "step"), ("B", 5, "step")], "5 min 0 plus 2 van eerder is 7, niet 5"),
        ([("V", 2, "previous"), ("A", 2, "step")], "past wat er eerder was niet"),
        ([("V", 1, "previous"), ("weg", 2, "dropped"), ("A", 5, "step"), ("B", 4, "step")], "past wat er eerder was"),
        ([("weg", 2, "dropped"), ("A", 5, "step")], "niet op zijn plaats"),
        ([("V", 1, "previous"), ("V", 1, "previous"), ("A", 5, "step")], "niet op zijn plaats"),
        ([("A", 5, "step"), ("V", 2, "previous")], "niet op zijn plaats"),
        ([("A", 1, "step"), ("weg", 2, "excluded"), ("B", -1, "step")], "geen aantal"),
        ([("X", 2, "source"), ("A", 5, "step")], "samen 2, maar stap ‘A’ telt 5"),
        ([("A", 5, "stap")], "Bedoelt u ‘step’"),
        ([("A", -1, "step")], "geen aantal"),
        ([("A", 1.5, "step")], "geen aantal"),
        ([("A", None, "step")], "geen aantal"),
        ([("weg", 1, "excluded"), ("A", 1, "step")], "voor de eerste stap"),
        ([("A", 1, "step"), ("weg", 1, "excluded")], "ontbreekt een laatste stap"),
        ([("A", 1, "step"), ("X", 1, "source")], "na een stap"),
    ],
)
def test_a_flow_that_does_not_add_up(rows, message):
    with pytest.raises(LeeszaalError, match=message):
        flow(rows)


def dots(values, **options):
    names = ["Almelo", "Borne", "Dalfsen", "Deventer"][: len(values)]
    return dot_plot(
        pd.DataFrame({"name": names, "value": values}),
        "de opkomst",
        source="Kiesraad, 4 gemeenten",
        **options,
    )


def test_dots():
    figure = dots([0.5, 0.412, 0.6, None], period="2022")
    assert figure.title == "In Dalfsen is de opkomst het hoogst (60,0\u00a0%), in Borne het laagst (41,2\u00a0%)"
    assert figure.alt == (
        "Punten, gesorteerd: de opkomst in 3 gemeenten, 2022. "
        "Laagst Borne, 41,2\u00a0%; hoogst Dalfsen, 60,0\u00a0%; "
        "mediaan 50,0\u00a0%. Naast elke punt staan naam en waarde."
    )
    assert figure.subtitle == "Opkomst per gemeente, 2022; lijn: mediaan; 1 zonder cijfer niet getekend"
    assert [row[0] for row in figure.cells()] == ["Dalfsen", "Almelo", "Borne", "Deventer"]


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ([0.5], "In Almelo is de opkomst 50,0\u00a0%"),
        ([0.5, 0.5], "In alle 2 gemeenten is de opkomst 50,0\u00a0%"),
        ([0.5, 0.5, 0.4], "De opkomst loopt van 40,0\u00a0% tot 50,0\u00a0%"),
    ],
)
def test_titles_of_dots(values, title):
    assert dots(values).title == title
    assert dots(values).svg() == dots(values).svg()


def test_bad_dots():
    with pytest.raises(LeeszaalError, match="geen rijen"):
        dots([])
    with pytest.raises(LeeszaalError, match="geen enkele rij een waarde"):
        dots([None, None])
    with pytest.raises(LeeszaalError, match="Bedoelt u ‘Almelo’"):
        dots([0.5], highlight=["Almello"])
    with pytest.raises(LeeszaalError, match="oneindig"):
        dots([float("inf")])
    with pytest.raises(LeeszaalError, match="twee keer"):
        dot_plot(pd.DataFrame({"name": ["A", "A"], "value": [1, 2]}), "x", source="n 2")
    with pytest.raises(ValueError, match="unknown unit"):
        dots([0.5], unit="procent")


def change(pairs):
    names = ["Almelo", "Borne", "Dalfsen", "Deventer"][: len(pairs)]
    table = pd.DataFrame({"name": names, "before": [p[0] for p in pairs], "after": [p[1] for p in pairs]})
    return change_plot(table, "de opkomst", labels=("2018", "2022"), source="Kiesraad, 4 gemeenten")


@pytest.mark.parametrize(
    ("pairs", "title"),
    [
        ([(0.5, 0.4), (0.5, 0.45), (0.5, 0.6)], "De opkomst daalt in 2 van de 3 gemeenten en stijgt in 1"),
        ([(0.5, 0.6), (0.5, 0.45), (0.5, 0.6)], "De opkomst stijgt in 2 van de 3 gemeenten en daalt in 1"),
        ([(0.5, 0.4), (0.5, 0.5)], "De opkomst daalt in 1 van de 2 gemeenten"),
        ([(0.5, 0.4), (0.5, 0.45)], "In alle 2 gemeenten daalt de opkomst"),
        ([(0.5, 0.5), (0.4, 0.4)], "In alle 2 gemeenten blijft de opkomst gelijk"),
        ([(0.5, 0.6)], "In Almelo stijgt de opkomst"),
    ],
)
def test_titles_of_changes(pairs, title):
    assert change(pairs).title == title
    assert change(pairs).svg() == change(pairs).svg()


def test_change_in_points():
    figure = change([(0.5, 0.4), (0.5, 0.525), (0.5, None)])
    assert figure.cells() == [
        ["Borne", "50,0\u00a0%", "52,5\u00a0%", "2,5"],
        ["Almelo", "50,0\u00a0%", "40,0\u00a0%", "−10,0"],
        ["Dalfsen", "50,0\u00a0%", "–", "–"],
    ]
    assert ">+2,5</text>" in figure.svg().decode()
    assert "1 zonder cijfer niet getekend" in figure.subtitle
    with pytest.raises(ValueError, match="different labels"):
        change_plot(figure.table, "x", labels=("a", "a"), source="n 1")


def net(pairs, **options):
    return network(pd.DataFrame(pairs, columns=["a", "b"]), source=SOURCE, **options)


def test_network():
    figure = net([("A", "B"), ("A", "C"), ("B", "A"), ("D", "E")])
    assert figure.title == "A is met 2 van de 4 andere auteurs verbonden, het meest van allen"
    assert figure.alt.startswith(
        "Netwerk van 5 auteurs met 3 verbindingen in 2 groepen. Meeste verbindingen: A (2), B (1) en C (1). "
        "Het valt in 2 losse delen uiteen."
    )
    assert figure.cells()[0] == ["A", "groep 1", "2"]
    assert net([("A", "B"), ("C", "D")]).title == "Geen van de 4 auteurs steekt eruit: 4 hebben elk 1 verbinding"
    assert net([("A", "B")]).title == "A en B hebben elk 1 verbinding, de meeste"
    again = net([("A", "B"), ("A", "C"), ("B", "A"), ("D", "E")])
    assert figure.svg() == again.svg()
    assert figure.png() == again.png()


def test_only_ten_are_named():
    figure = net([("spil", f"auteur {i}") for i in range(30)])
    assert sum(f">auteur {i}</text>" in figure.svg().decode() for i in range(30)) <= 9
    assert ">spil</text>" in figure.svg().decode()


def test_bad_networks():
    with pytest.raises(LeeszaalError, match="geen rijen"):
        net([])
    with pytest.raises(LeeszaalError, match="met zichzelf"):
        net([("A", "A")])
    with pytest.raises(LeeszaalError, match="geen knoop"):
        net([("A", "B")], nodes=pd.DataFrame({"node": ["A"]}))
