"""Signals: who gets one, what is said of it, what a person makes of it, and what it was worth."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library import undo
from leeszaal.library.store import table_bytes
from leeszaal.trends import load_new_terms, load_signal_works, load_signals, signals
from leeszaal.trends.instruments import instrument_units, load_instruments
from leeszaal.trends.signals.authors import author_groups
from leeszaal.trends.signals.backtest import backtest, held
from leeszaal.trends.signals.detect import detect, jump_year, weighted
from leeszaal.trends.signals.find import find_signals, signal_id
from leeszaal.trends.signals.tell import Facts, counter, statement
from leeszaal.trends.units import Panel, holdings, panel_of

YEARS = np.arange(2010, 2025)


def _panel(*rows: list[int], corpus: int = 100) -> Panel:
    return Panel(YEARS, np.array(rows), np.full(15, corpus))


# ------------------------------------------------------------------ detect


def test_what_grows_and_what_appears_are_signals_and_noise_is_none() -> None:
    grows = [2, 2, 3, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 24]
    appears = [0] * 12 + [2, 3, 3]
    flat = [8, 9, 7, 8, 10, 8, 7, 9, 8, 8, 9, 7, 8, 9, 8]
    falls = grows[::-1]
    few = [0] * 13 + [1, 1]
    found = detect(_panel(grows, appears, flat, falls, few), np.array(["label"] * 5, dtype=object))
    assert found.signal.tolist() == [True, True, False, False, False]
    assert found.appears.tolist() == [False, True, False, False, True]
    assert found.tested == 4  # two works are too few to test
    assert found.growth[0] == pytest.approx(0.19, abs=0.02)
    assert np.isnan(found.growth[1])
    # eight works of which eight in three of fifteen equal years: .2 ** 8
    assert found.p[1] == pytest.approx(0.2**8)


def test_one_project_is_one_event() -> None:
    appears = [0] * 12 + [2, 3, 3]
    kinds = np.array(["term"], dtype=object)
    alone = detect(_panel(appears), kinds, groups=lambda _: np.array([2022]))
    assert not alone.signal.any()
    assert alone.p[0] == pytest.approx(0.2)
    four = detect(_panel(appears), kinds, groups=lambda _: np.array([2022, 2023, 2023, 2024]))
    assert four.p[0] == pytest.approx(0.2**4)
    assert four.signal.all()


def test_fewer_than_eight_years_test_nothing() -> None:
    panel = Panel(YEARS[:7], np.array([[1, 2, 4, 8, 16, 32, 64]]), np.full(7, 100))
    found = detect(panel, np.array(["label"], dtype=object))
    assert found.tested == 0
    assert not found.signal.any()


def test_the_weight_of_terms_is_half_of_all() -> None:
    # one chosen, four explored, m 5: weights 2.5 and .625; p/w .004, .016 .8 .8 .8 → q .02 .04 .8 .8 .8
    q = weighted(np.array([0.01, 0.01, 0.5, 0.5, 0.5]), np.array([False, True, True, True, True]))
    assert q.tolist() == pytest.approx([0.02, 0.04, 0.8, 0.8, 0.8])
    assert weighted(np.array([0.01, 0.5]), np.array([True, True])).tolist() == pytest.approx([0.02, 0.5])


def test_without_change_a_library_has_a_signal_in_one_of_twenty_at_most() -> None:
    """200 libraries of 60 units without any change; .05 of them, with two standard errors above that, is 16."""
    generator = np.random.default_rng(5)
    corpus = np.round(300 * 1.06 ** np.arange(15)).astype(int)
    share = np.concatenate([np.full(20, 0.05), np.full(20, 0.01), np.full(20, 0.001)])[:, None]
    kinds = np.array(["label"] * 20 + ["term"] * 40, dtype=object)
    any_signal = 0
    for _ in range(200):
        mean = share * corpus
        works = np.minimum(generator.negative_binomial(10, 1 / (1 + 0.1 * mean)), corpus)
        any_signal += bool(detect(Panel(YEARS, works, corpus), kinds).signal.any())
    assert any_signal <= 16


def test_jump_year() -> None:
    assert jump_year(np.array([0, 0, 0, 5, 4]), np.full(5, 50), np.arange(2018, 2023)) == 2021
    assert jump_year(np.array([5, 4, 0, 0]), np.full(4, 50), np.arange(2018, 2022)) == 2018


def test_groups_of_authors() -> None:
    assert author_groups([["x"], [], ["y"], ["x", "y"], []]) == [0, 1, 0, 0, 2]


# --------------------------------------------------------------- statement


def _facts(**changes: object) -> Facts:
    from collections import Counter

    values = {
        "kind": "term", "name": "woondeal", "name_en": "woondeal", "works": np.array([0, 1, 2, 3, 4, 8]),
        "corpus": np.full(6, 100), "years": np.arange(2019, 2025), "appears": False, "low": 0.2, "groups": [9, 9],
        "containers": Counter(), "languages": Counter(),
    }  # fmt: skip
    return Facts(**(values | changes))  # type: ignore[arg-type]


def test_statement_and_counter() -> None:
    from collections import Counter

    one = _facts()
    assert statement(one) == (
        "De aandacht voor ‘woondeal’ groeit: van 1,0\u00a0% van de werken in 2019–2021 naar 5,0\u00a0% in 2022–2024."
    )
    assert statement(one, "en").startswith("Attention for ‘woondeal’ grows: from 1.0% of the works in 2019–2021")
    assert statement(_facts(appears=True, works=np.array([0, 0, 0, 1, 2, 2]))) == (
        "‘woondeal’ duikt op: 5 werken in 2022–2024, daarvoor geen."
    )
    many = _facts(works=np.array([4, 4, 4, 8, 9, 3]), groups=[20, 12], containers=Counter({"Blad": 20}), low=-0.01)
    assert counter(many) == (
        "20 van de 32 werken komen van één groep auteurs. 20 van de 32 werken staan in ‘Blad’. In 2024 was het aandeel "
        "lager dan in de twee jaren daarvoor. De groei kan ook maar 0,0\u00a0% per jaar zijn."
    )
    assert "geen tegenspraak" in counter(_facts(works=np.array([1, 2, 3, 4, 5, 8])))


def test_a_signal_keeps_its_name_and_two_units_never_share_one() -> None:
    assert signal_id("topic", "12") == "onderwerp-12"
    assert signal_id("term", "café") != signal_id("term", "cafe") == "term-cafe"
    assert signal_id("term", "مرحبا").startswith("term-")


# -------------------------------------------------------------------- find


def _works(counts: dict[str, list[int]], corpus: int = 40) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows, pairs = [], []
    for at, year in enumerate(YEARS):
        for number in range(corpus):
            name = f"w{year}{number:03d}"
            rows.append((name, year, [f"Auteur{year}{number}, A."], "Blad" if number % 2 else "Krant"))
            pairs += [("label", unit, name) for unit, series in counts.items() if number < series[at]]
    works = pd.DataFrame(rows, columns=["work_id", "year", "authors", "container"])
    return works, pd.DataFrame(pairs, columns=["kind", "unit", "work_id"])


def test_the_works_behind_a_signal_and_what_is_merely_new() -> None:
    flat = {f"vlak{at}": [2, 1] * 7 + [2] for at in range(12)}
    grows = [1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 10, 12, 14]
    works, units = _works({"a.groei": grows, "b.nieuw": [0] * 14 + [3], **flat})
    found = find_signals(works, holdings(works["work_id"], units), last=2024)
    assert found.table["signal_id"].tolist() == ["thema-a.groei"]
    row = found.table.iloc[0]
    assert (row["kind"], row["theme"], row["strength"], row["works"]) == ("thema", "a", "sterk", 79)
    assert row["low"] < row["growth"] < row["high"]
    assert len(found.works) == 79
    assert found.new[["name", "works", "groups", "since"]].to_numpy().tolist() == [["b.nieuw", 3, 3, 2024]]
    kept = find_signals(works, holdings(works["work_id"], units), last=2024, keep=frozenset({"thema-b.nieuw"}))
    assert kept.table["detected"].tolist() == [True, False]
    assert "haalt de drempel nu niet" in kept.table["counter"].iloc[1]


@pytest.mark.parametrize("years", [[2024], [2024] * 5, [None, None], [20019, 2024]])
def test_little_or_impossible_input_gives_no_signal(years: list[int | None]) -> None:
    works = pd.DataFrame({"work_id": [f"w{at}" for at in range(len(years))], "year": years})
    units = pd.DataFrame({"kind": "label", "unit": "a", "work_id": works["work_id"]})
    found = find_signals(works, holdings(works["work_id"], units), last=2025)
    assert found.table.empty
    assert found.tested == 0


# ---------------------------------------------------------------- backtest


def test_held_by_hand() -> None:
    panel = Panel(np.arange(2005, 2019), np.array([[2] * 10 + [3] * 4, [2] * 10 + [2] * 4, [0] * 14]), np.full(14, 100))
    assert held(panel, 2014).tolist()[:2] == [1.0, 0.0]
    assert np.isnan(held(panel, 2014)[2])
    assert np.isnan(held(panel, 2015)).all()


def test_backtest_counts_what_was_said_and_what_held() -> None:
    rise = [2, 2, 3, 4, 5, 7, 9, 11, 14, 18, 22, 26, 30, 34]
    flat = [5, 4, 5, 5, 4, 5, 5, 4, 5, 5, 4, 5, 5, 4]
    panel = Panel(np.arange(2005, 2019), np.array([rise, flat]), np.full(14, 100))
    table = backtest(panel, np.array(["label", "label"], dtype=object)).set_index("rule")
    assert table.loc["all", ["said", "held", "missed"]].tolist() == [2, 1, 0]
    assert table.loc["signal", ["said", "held", "missed"]].tolist() == [1, 1, 0]
    assert table.loc["p", "precision"] == 1.0
    assert backtest(panel.window(2010, 2018), np.array(["label", "label"], dtype=object)).empty


# ------------------------------------------------------------- instruments


def test_instruments_are_found_as_written(repository: Path) -> None:
    listed = load_instruments(repository / "literature" / "instruments.yaml")
    works = pd.DataFrame(
        {
            "work_id": ["a", "b", "c", "d"],
            "title": ["Regiodeals in Twente", "Deal or no deal", "De wgr en de Wgr", "Burgerberaden"],
            "keywords": [["x"], ["regional deal"], [], None],
        }
    )
    units = instrument_units(works, listed)
    assert sorted(zip(units["unit"], units["work_id"], strict=True)) == [
        ("burgerberaad", "d"), ("gemeenschappelijke-regeling", "c"), ("regio-deal", "a"), ("regio-deal", "b"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("instruments:\n  - id: a\n    label: {nl: a}\n    match: {nl: [a]}\n", "regel 3: de sleutel ‘en’ ontbreekt"),
        ("instruments:\n  - id: A b\n    label: {nl: a, en: a}\n    match: {nl: [a]}\n", "regel 2.*geen korte naam"),
        (
            "instruments:\n  - id: a\n    label: {nl: a, en: a}\n    match: {nl: []}\n",
            "regel 4: er staat geen enkel woord",
        ),
        ("instruments:\n  - id: a\n    label: {nl: a, en: a}\n    mach: {nl: [a]}\n", "Bedoelt u ‘match’"),
    ],
)
def test_a_wrong_list_of_instruments_names_the_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "instruments.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LeeszaalError, match=message):
        load_instruments(path)


# -------------------------------------------------------------------- verb


@pytest.fixture
def home(tmp_path: Path, repository: Path) -> Home:
    """A small room in which the Regio Deal comes up, with a stable and a weak topic that grow as well."""
    home = Home(tmp_path)
    for folder in (home.library, home.evidence / "2025-03-01-import", home.decisions):
        folder.mkdir(parents=True)
    (tmp_path / "_quarto.yml").write_text("project:\n", encoding="utf-8")
    for name in ("themes.yaml", "instruments.yaml"):
        (home.literature / name).write_bytes((repository / "literature" / name).read_bytes())
    rows = []
    for at, year in enumerate(YEARS):
        rows += [
            (f"w{year}{n:02d}", f"smit{year}{n}", year, "Een regio deal" if n < at else "Iets anders", n < at)
            for n in range(30)
        ]
    works = pd.DataFrame(rows, columns=["work_id", "citekey", "year", "title", "grows"])
    works = works.assign(
        abstract=None, container=None, language="nl", authors=[[f"Smit, {i}"] for i in range(len(works))]
    )
    (home.library / "works.parquet").write_bytes(table_bytes(works.drop(columns="grows")))
    tags = works.loc[works["grows"], ["work_id"]].assign(theme="reg", label="reg.deals")
    (home.library / "tags.parquet").write_bytes(table_bytes(tags))
    assigned = works[["work_id"]].assign(topic=pd.array(np.where(works["grows"], 1, 0), dtype="Int32"))
    (home.library / "assignments.parquet").write_bytes(table_bytes(assigned))
    topics = pd.DataFrame({"topic": [0, 1], "name": ["Rest", "Deals"], "weak": [False, True]})
    (home.library / "topics.parquet").write_bytes(table_bytes(topics))
    return home


def test_a_person_follows_and_lets_expire(home: Home) -> None:
    told = signals(home=home)
    ids = [one["signal_id"] for one in told.signals]
    assert "instrument-regio-deal" in ids
    assert not any(name.startswith("onderwerp-1") for name in ids)  # the topic is weak
    assert told.weak_topics == 1
    assert "Regio Deal groeit" in told.tell()
    assert "geen voorspelling" in told.tell()
    assert set(load_signals(home)["status"]) == {"nieuw"}
    assert (load_signal_works(home)["signal_id"] == "instrument-regio-deal").sum() == sum(range(15))
    assert load_new_terms(home)["unit"].tolist() == [one["unit"] for one in told.new]
    signals(home=home, follow="instrument-regio-deal", reason="raakt ons", person="anna")
    row = load_signals(home).set_index("signal_id").loc["instrument-regio-deal"]
    assert (row["status"], row["status_reason"], row["status_person"]) == ("gevolgd", "raakt ons", "anna")
    assert signals(home=home).reused
    signals(home=home, expire="instrument-regio-deal", reason="voorbij", person="anna")
    assert load_signals(home).set_index("signal_id").loc["instrument-regio-deal", "status"] == "vervallen"
    undo(home=home, person="anna")
    signals(home=home)
    assert load_signals(home).set_index("signal_id").loc["instrument-regio-deal", "status"] == "gevolgd"


def test_an_unknown_signal_names_the_nearest(home: Home) -> None:
    signals(home=home)
    with pytest.raises(LeeszaalError, match="instrument-regio-deal"):
        signals(home=home, follow="instrument-regio-dael")


def test_as_of_a_year_shows_what_held(home: Home) -> None:
    told = signals(home=home, as_of=2020)
    one = {row["signal_id"]: row for row in told.signals}["instrument-regio-deal"]
    assert one["held"] is True  # 14 + 13 + 12 + 11 of 120 against 1 to 10 of 300
    assert told.judged == told.held == len(told.signals)
    assert not (home.library / "signals.parquet").exists()
    assert signals(home=home, as_of=2024).judged == 0
    with pytest.raises(LeeszaalError, match="volledig zijn de jaren 2010 tot en met 2024"):
        signals(home=home, as_of=2031)


def test_as_of_a_year_leaves_out_what_a_later_source_brought(home: Home) -> None:
    # All works on the deal from 2016 on come from a source that was first asked then, and from no other.
    works = pd.read_parquet(home.library / "works.parquet")
    late = works["title"].str.contains("deal") & works["year"].ge(2016)
    for source, since in (("openalex", None), ("crossref", "2015-06-01")):
        folder = home.evidence / source / "run"
        folder.mkdir(parents=True)
        (folder / "pages.gz").write_bytes(b"")
        manifest = {"source": source, "search": "a", "started": "2025-03-01", "since": since, "key": "k", "time": "x"}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    names = np.where(late, "literature/evidence/crossref/run", "literature/evidence/openalex/run")
    records = pd.DataFrame({"work_id": works["work_id"], "evidence": names})
    (home.library / "records.parquet").write_bytes(table_bytes(records))
    told = signals(home=home, as_of=2020)
    assert told.signals == []
    assert any("crossref (‘a’, vanaf 2016)" in note for note in told.notes)


def test_the_same_bytes_twice(home: Home) -> None:
    signals(home=home)
    first = {p.name: p.read_bytes() for p in home.library.glob("s*signal*")} | {
        p.name: p.read_bytes() for p in home.library.glob("new_terms*")
    }
    for path in (*home.library.glob("signal*"), *home.library.glob("new_terms*")):
        path.unlink()
    signals(home=home)
    assert all((home.library / name).read_bytes() == content for name, content in first.items())


def test_a_panel_counts_only_the_span() -> None:
    works, units = _works({"a": [1] * 15})
    panel = panel_of(works["year"].to_numpy(), holdings(works["work_id"], units).held, 2012, 2013)
    assert panel.works.tolist() == [[1, 1]]
    assert panel.corpus.tolist() == [40, 40]
