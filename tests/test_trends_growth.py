"""Growth rates, their dispersion and verdicts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from leeszaal.trends.growth import benjamini_hochberg, fit_loglinear, growth_table, pooled_dispersion


def _counts(series: dict[str, list[int]], corpus: list[int], first: int = 2010, kind: str = "label") -> pd.DataFrame:
    rows = [
        {"kind": kind, "unit": unit, "year": first + at, "works": y, "corpus": n, "complete": True}
        for unit, works in series.items()
        for at, (y, n) in enumerate(zip(works, corpus, strict=True))
    ]
    return pd.DataFrame(rows)


def test_an_exact_exponential_share_gives_its_growth_back() -> None:
    years = np.arange(2010, 2020)
    corpus = np.array([400, 380, 500, 520, 610, 640, 700, 690, 800, 900])
    works = corpus * 0.02 * np.exp(0.08 * (years - 2010))
    fit = fit_loglinear(works[None, :], corpus, years)
    assert fit.slope[0] == pytest.approx(0.08, abs=1e-9)
    assert fit.dispersion[0] == pytest.approx(0.0, abs=1e-9)


def test_the_slope_and_its_error_agree_with_a_full_two_parameter_fit() -> None:
    years, corpus = np.arange(8.0), np.array([90, 100, 120, 100, 140, 150, 160, 155.0])
    works = np.array([3, 5, 4, 9, 6, 12, 11, 10.0])
    design = np.column_stack([np.ones(8), years])
    beta = np.array([np.log(works.sum() / corpus.sum()), 0.0])
    for _ in range(50):
        mean = corpus * np.exp(design @ beta)
        information = design.T @ (mean[:, None] * design)
        beta = beta + np.linalg.solve(information, design.T @ (works - mean))
    fit = fit_loglinear(works[None, :], corpus, years)
    assert fit.slope[0] == pytest.approx(beta[1], abs=1e-9)
    assert fit.error[0] == pytest.approx(np.sqrt(np.linalg.inv(information)[1, 1]), abs=1e-9)
    assert fit.dispersion[0] == pytest.approx(((works - mean) ** 2 / mean).sum() / 6, abs=1e-9)


def test_a_growing_corpus_is_no_growth() -> None:
    corpus = [100, 110, 121, 133, 146, 161, 177, 195, 214, 236]
    found = growth_table(_counts({"a": [n // 10 for n in corpus]}, corpus))
    assert found["growth"].iloc[0] == pytest.approx(0.0, abs=0.01)
    assert found["verdict"].iloc[0] == "steady"


def test_verdicts() -> None:
    corpus = [200] * 10
    found = growth_table(
        _counts(
            {
                "falls": [50, 42, 35, 30, 25, 20, 17, 14, 12, 10],
                "few": [0, 0, 1, 0, 2, 0, 1, 0, 3, 2],
                "peaks": [0, 0, 0, 20, 0, 0, 0, 20, 0, 0],
                "rises": [10, 12, 14, 17, 20, 25, 30, 35, 42, 50],
                "steady": [20, 22, 19, 20, 21, 18, 20, 22, 19, 20],
            },
            corpus,
        )
    ).set_index("unit")
    assert found["verdict"].to_dict() == {
        "falls": "falls", "few": "too_few", "peaks": "too_few", "rises": "rises", "steady": "steady",
    }  # fmt: skip
    assert found.loc["rises", "growth"] == pytest.approx(0.195, abs=0.01)
    assert found.loc["rises", "low"] < found.loc["rises", "growth"] < found.loc["rises", "high"]
    assert np.isnan(found.loc["few", ["growth", "low", "high", "p", "q", "dispersion"]].astype(float)).all()
    assert found["from_year"].unique().tolist() == [2010]
    assert found["to_year"].unique().tolist() == [2019]


def test_seven_years_are_too_short_but_show_their_interval() -> None:
    found = growth_table(_counts({"a": [5, 8, 12, 18, 27, 40, 60]}, [500] * 7)).iloc[0]
    assert found["verdict"] == "too_short"
    assert found["growth"] > 0.4
    assert found["low"] > 0
    assert np.isnan(found["p"])
    assert np.isnan(found["q"])


def test_incomplete_and_empty_years_do_not_count() -> None:
    counts = _counts({"a": [10, 11, 0, 12, 13, 14, 15, 16, 17, 1]}, [100, 100, 0, 100, 100, 100, 100, 100, 100, 100])
    counts.loc[counts["year"] == 2019, "complete"] = False
    found = growth_table(counts).iloc[0]
    assert found["works"] == 108
    assert found["to_year"] == 2018
    assert found["verdict"] == "steady" or found["growth"] > 0


def test_one_year_only_and_no_years_at_all() -> None:
    assert growth_table(_counts({"a": [40]}, [100]))["verdict"].tolist() == ["too_few"]
    counts = _counts({"a": [40]}, [100])
    counts["complete"] = False
    found = growth_table(counts)
    assert found["verdict"].tolist() == ["too_few"]
    assert found["works"].tolist() == [0]


def test_an_empty_table_stays_empty() -> None:
    empty = _counts({"a": [1]}, [1]).iloc[:0]
    found = growth_table(empty)
    assert len(found) == 0
    assert "verdict" in found


def test_pooled_dispersion_by_hand() -> None:
    # α = (2·10 + 0·20) / (100 + 400) = .04; T 10: [8(1+.4)+8·3]/16 = 2.2 and [8(1+.8)+8·1]/16 = 1.4
    assert pooled_dispersion(np.array([3.0, 1.0]), np.array([10.0, 20.0]), 10).tolist() == pytest.approx([2.2, 1.4])
    # α never below zero, φ* never below one: [8 + 8·.5]/16 = .75
    assert pooled_dispersion(np.array([0.5]), np.array([10.0]), 10).tolist() == [1.0]


def test_ten_units_of_a_kind_are_pooled_and_nine_are_not() -> None:
    generator = np.random.default_rng(1)
    series = {f"u{at}": generator.negative_binomial(5, 0.2, 10).tolist() for at in range(10)}
    pooled = growth_table(_counts(series, [500] * 10))
    apart = growth_table(_counts(dict(list(series.items())[:9]), [500] * 10))
    years, corpus = np.arange(10), np.full(10, 500)
    fit = fit_loglinear(np.array(list(series.values())), corpus, years)
    assert pooled["dispersion"].to_numpy() == pytest.approx(pooled_dispersion(fit.dispersion, fit.mean, 10))
    assert apart["dispersion"].to_numpy() == pytest.approx(np.maximum(fit.dispersion[:9], 1.0))


def test_benjamini_hochberg_by_hand() -> None:
    # sorted .005 .01 .03 .04 .5 → ×5/rank .025 .025 .05 .05 .5
    assert benjamini_hochberg(np.array([0.04, 0.01, 0.5, 0.03, 0.005])).tolist() == pytest.approx(
        [0.05, 0.025, 0.5, 0.05, 0.025]
    )
    assert benjamini_hochberg(np.array([])).tolist() == []


@pytest.mark.parametrize(
    ("works", "corpus", "message"),
    [
        ([[1, 2]], [10, 10], "three years"),
        ([[1, 2, 3]], [10, 0, 10], "above zero"),
        ([[0, 2, 0]], [10, 10, 10], "two different years"),
    ],
)
def test_impossible_series_are_programmer_errors(works: list[list[int]], corpus: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit_loglinear(np.array(works), np.array(corpus), np.arange(len(corpus)))
