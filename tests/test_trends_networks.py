"""Networks on graphs small enough to count by hand, and what describes a set of works."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leeszaal.charts import describe, networks
from leeszaal.errors import LeeszaalError
from leeszaal.files import sha256
from leeszaal.home import Home
from leeszaal.library.answers import Kept, append_page, pages_digest
from leeszaal.library.store import table_bytes
from leeszaal.trends.describe import describe_works
from leeszaal.trends.networks import coauthorship, cocitation, coupling, thematic_map
from leeszaal.trends.references import known_of

# a cites x y z; b cites x y; c cites y z; d cites q.
CITED = pd.DataFrame({"work_id": list("aaabbccd"), "cited": list("xyzxyyzq")})


def _edges(frame: pd.DataFrame) -> dict[tuple[str, str], int]:
    return {(a, b): int(weight) for a, b, weight in frame[["a", "b", "weight"]].itertuples(index=False)}


def test_cocitation_by_hand() -> None:
    found = cocitation(CITED, fewest=1)
    assert _edges(found.edges) == {("x", "y"): 2, ("y", "z"): 2, ("x", "z"): 1}
    # x is cited by 2 works, y by 3, together in 2: 2 / √6
    assert found.edges["strength"].tolist()[:2] == pytest.approx([2 / np.sqrt(6)] * 2)
    assert found.nodes["node"].tolist()[0] == "y"
    assert found.left_out == 1  # q
    twice = cocitation(CITED)
    assert _edges(twice.edges) == {("x", "y"): 2, ("y", "z"): 2}


def test_coupling_by_hand() -> None:
    found = coupling(CITED, fewest=1, called={"a": "Smit 2020"})
    assert _edges(found.edges) == {("a", "b"): 2, ("a", "c"): 2, ("b", "c"): 1}
    assert found.nodes.set_index("node").loc["a", ["name", "size", "degree"]].tolist() == ["Smit 2020", 3, 2]
    assert "d" not in set(found.nodes["node"])


def test_coauthorship_groups() -> None:
    pairs = pd.DataFrame({"work_id": [1, 1, 2, 2, 3, 3, 4, 4], "author": list("ABABCDCD")})
    found = coauthorship(pairs)
    assert _edges(found.edges) == {("A", "B"): 2, ("C", "D"): 2}
    assert sorted(found.nodes.groupby("group")["node"].agg("".join)) == ["AB", "CD"]
    assert coauthorship(pairs, fewest_works=3).nodes.empty


def test_centrality_and_density_by_hand() -> None:
    """Two tight pairs (a b) and (c d), joined by one work in which b and c stand."""
    rows = [(w, t) for w in ("1", "2", "3") for t in "ab"] + [(w, t) for w in ("4", "5") for t in "cd"]
    rows += [("6", "b"), ("6", "c")]
    themes, found = thematic_map(pd.DataFrame(rows, columns=["work_id", "term"]), fewest=1)
    assert len(found.edges) == 3
    # e_ab = 3²/(3·4) = .75, e_cd = 2²/(3·2) = 2/3, e_bc = 1/(4·3) = 1/12
    table = themes.set_index("name")
    assert table["density"].to_dict() == pytest.approx({"b en a": 100 * 0.75 / 2, "c en d": 100 * (2 / 3) / 2})
    assert table["centrality"].tolist() == pytest.approx([10 / 12, 10 / 12])
    assert table["works"].to_dict() == {"b en a": 4, "c en d": 3}
    assert table["quadrant"].to_dict() == {"b en a": "motor", "c en d": "basic"}


def test_the_same_groups_twice() -> None:
    generator = np.random.default_rng(3)
    pairs = pd.DataFrame(
        {"work_id": generator.integers(0, 80, 400), "term": generator.integers(0, 25, 400).astype(str)}
    )
    first, second = (thematic_map(pairs.sample(frac=1, random_state=seed), fewest=2)[0] for seed in (1, 2))
    pd.testing.assert_frame_equal(first, second)


def test_nothing_to_connect_gives_nothing() -> None:
    empty = pd.DataFrame({"work_id": [], "cited": []}, dtype=object)
    assert cocitation(empty).nodes.empty
    assert coupling(empty).edges.empty
    assert thematic_map(empty.rename(columns={"cited": "term"}))[0].empty


def test_describe_counts_each_work_once() -> None:
    works = pd.DataFrame(
        {
            "work_id": ["1", "2", "3"],
            "year": [2019, None, 2021],
            "authors": [["Smit, J.", "Smit, J.", "et al."], ["Smit, J."], None],
            "container": ["Blad", "Blad", ""],
            "language": ["nl", None, "en"],
        }
    )
    found = describe_works(works)
    assert found["authors"].to_numpy().tolist() == [["Smit, J.", 2, 1.0, 2, 2019, 2019]]
    assert found["journals"][["name", "works", "of"]].to_numpy().tolist() == [["Blad", 2, 2]]
    assert found["languages"]["share"].tolist() == [0.5, 0.5]
    assert "institutions" not in found
    assert "types" not in found


# -------------------------------------------------------------------- room


def _run(home: Home, source: str, body: dict[str, object]) -> None:
    folder = home.evidence / source / "20260101T000000Z-abc"
    folder.mkdir(parents=True)
    content = json.dumps(body).encode()
    append_page(folder / "pages.gz", Kept(1, None, None, 1, 1, False, "2026-01-01T00:00:00Z", sha256(content)), content)
    manifest = {"source": source, "key": "k", "time": "2026-01-01T00:00:00Z", "sha256": pages_digest([sha256(content)])}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert gzip.decompress((folder / "pages.gz").read_bytes())


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A room with three works: two from OpenAlex, of which the first cites the second, one from Crossref."""
    home = Home(tmp_path)
    home.library.mkdir(parents=True)
    (tmp_path / "_quarto.yml").write_text("", encoding="utf-8")
    home.themes.write_text("themes: []\n", encoding="utf-8")
    works = pd.DataFrame(
        {
            "work_id": ["wa", "wb", "wc"], "citekey": ["a", "b", "c"], "title": ["A", "B", "C"],
            "doi": [None, "10.1000/b", "10.1000/c"], "year": [2020, 2021, 2022], "authors": [["X, Y"], ["X, Y"], ["Z, Q"]],
            "container": None, "language": "nl", "type": "article", "abstract": None,
        }
    )  # fmt: skip
    (home.library / "works.parquet").write_bytes(table_bytes(works))
    records = pd.DataFrame(
        {
            "source": ["openalex", "openalex", "crossref"],
            "source_record_id": ["W1", "W2", "10.1000/c"],
            "work_id": ["wa", "wb", "wc"],
        }
    )
    (home.library / "records.parquet").write_bytes(table_bytes(records))
    place = "https://openalex.org/"
    one = {
        "id": f"{place}W1",
        "referenced_works": [f"{place}W2", f"{place}W9"],
        "authorships": [{"institutions": [{"display_name": "Saxion"}]}],
    }
    _run(home, "openalex", {"results": [one, {"id": f"{place}W2", "referenced_works": []}]})
    item = {"DOI": "10.1000/C", "reference": [{"DOI": "10.1000/B"}, {"unstructured": "iets"}, {"DOI": "10.9000/z"}]}
    _run(home, "crossref", {"message": {"items": [item]}})
    cited = pd.DataFrame({"doi": ["10.1000/c"], "direction": ["references"], "other": ["10.8000/y"]})
    (home.library / "citations.parquet").write_bytes(table_bytes(cited))
    return home


def test_references_come_from_every_source_and_point_into_the_library(home: Home) -> None:
    found = known_of(home)
    assert found.references.to_numpy().tolist() == [
        ["wa", "W9"], ["wa", "wb"], ["wc", "10.8000/y"], ["wc", "10.9000/z"], ["wc", "wb"],
    ]  # fmt: skip
    assert found.institutions.to_numpy().tolist() == [["wa", "Saxion"]]
    assert found.asked == {"wa", "wb", "wc"}


def test_the_verbs_in_a_room(home: Home, tmp_path: Path) -> None:
    told = describe(home=home)
    assert "Saxion" in told.tell()
    assert told.parts["authors"][0]["works"] == 2
    coupled = networks("coupling", home=home, fewest=1, output=tmp_path / "uit")
    assert (coupled.nodes, coupled.links, coupled.known) == (2, 1, 2)
    assert "a – A" in coupled.tell()
    assert (tmp_path / "uit" / "figures" / "netwerk-coupling.svg").is_file()
    with pytest.raises(LeeszaalError, match="leeszaal harvest"):
        networks("co-citation", home=home)
    with pytest.raises(LeeszaalError, match="Bedoelt u ‘coupling’"):
        networks("couplin", home=home)


def test_the_verbs_on_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = ["id,title,year,authors,references,journal"]
    rows += [f'{i},Toezicht op water en land,{2000 + i},"Smit, J.; Bos, A.",x;y;{i},Blad' for i in range(6)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert networks("co-citation", source=path).links == 1
    assert networks("coupling", source=path).links == 15
    assert networks("co-authorship", source=path).best == ["Bos, A. (1)", "Smit, J. (1)"]
    parts = describe(source=path, output=tmp_path / "uit").parts
    assert parts["journals"][0]["name"] == "Blad"
    assert pd.read_csv(tmp_path / "uit" / "authors.csv")["works"].tolist() == [6, 6]
    with pytest.raises(LeeszaalError, match="Er is niets om te verbinden"):
        networks("themes", source=path)  # every work has the same words, so none tells anything apart
