"""Does a share grow? Quasi-Poisson regression and a verdict per unit, corrected for all that was tested."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = [
    "LogLinear",
    "TrendTest",
    "assess_trend",
    "benjamini_hochberg",
    "fit_loglinear",
    "fit_steps",
    "growth_table",
    "pooled_dispersion",
    "step_columns",
]

FEWEST_WORKS = 10
FEWEST_NONZERO = 3
FEWEST_YEARS = 8
FEWEST_UNITS = 10
_Q = 0.10
_P = 0.01
_PRIOR = 8


@dataclass(frozen=True)
class LogLinear:
    """Fits of log E(y_t) = a + b·t + log n_t to S series.

    Attributes
    ----------
    slope, error
        (S,) b, and its standard error for Poisson counts (times √φ for overdispersed ones).
    dispersion
        (S,) φ = Σ(y−μ)²/μ / (T−2).
    mean
        (S,) mean count.
    """

    slope: np.ndarray
    error: np.ndarray
    dispersion: np.ndarray
    mean: np.ndarray


def fit_loglinear(works: np.ndarray, corpus: np.ndarray, years: np.ndarray) -> LogLinear:
    """Fit the log-linear model with the corpus as offset.

    Given the total of a series the years share it in proportion to n_t·e^{bt}, so that b solves one
    increasing equation: the mean year under those shares equals the mean year of the works. Newton's method
    finds it.

    Parameters
    ----------
    works
        (S, T) counts; every series has works in at least two different years.
    corpus
        (T,) or (S, T), above zero.
    years
        (T,), at least three.

    Raises
    ------
    ValueError
        On fewer than three years, an empty corpus year, or a series without two years with works.

    Examples
    --------
    >>> fit = fit_loglinear(np.array([[10, 20, 40, 80]]), np.full(4, 1000), np.arange(4))
    >>> round(float(np.exp(fit.slope[0])), 6)
    2.0
    """
    y = np.atleast_2d(np.asarray(works, dtype=np.float64))
    n = np.broadcast_to(np.asarray(corpus, dtype=np.float64), y.shape)
    t = np.asarray(years, dtype=np.float64)
    if y.shape[1] < 3:
        raise ValueError("at least three years are needed")
    if (n <= 0).any():
        raise ValueError("the corpus must be above zero in every year")
    if ((y > 0).sum(axis=1) < 2).any():
        raise ValueError("every series needs works in two different years")
    t = t - t.mean()
    total = y.sum(axis=1)
    target = (y @ t) / total
    slope = np.zeros(len(y))
    for _ in range(200):
        exponent = slope[:, None] * t
        weight = n * np.exp(exponent - exponent.max(axis=1, keepdims=True))
        weight /= weight.sum(axis=1, keepdims=True)
        middle = weight @ t
        spread = np.maximum(weight @ t**2 - middle**2, 1e-12)
        step = np.clip((target - middle) / spread, -0.5, 0.5)
        slope = slope + step
        if np.abs(step).max() < 1e-12:
            break
    exponent = slope[:, None] * t
    weight = n * np.exp(exponent - exponent.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    spread = np.maximum(weight @ t**2 - (weight @ t) ** 2, 1e-12)
    expected = weight * total[:, None]
    chi = ((y - expected) ** 2 / np.maximum(expected, 1e-300)).sum(axis=1)
    return LogLinear(slope, 1 / np.sqrt(total * spread), chi / (y.shape[1] - 2), y.mean(axis=1))


def step_columns(years: np.ndarray, steps: tuple[int, ...]) -> np.ndarray:
    """Return (T, k) of 0 and 1: whether a year comes at or after each step; a step that changes nothing is left out.

    Examples
    --------
    >>> step_columns(np.array([2019, 2020, 2021]), (2020, 2025)).tolist()
    [[0.0], [1.0], [1.0]]
    """
    columns = [(years >= step).astype(np.float64) for step in steps]
    kept = [column for column in columns if 0 < column.sum() < len(years)]
    return np.column_stack(kept) if kept else np.zeros((len(years), 0))


def fit_steps(works: np.ndarray, corpus: np.ndarray, years: np.ndarray, steps: np.ndarray) -> LogLinear:
    """Fit log E(y_t) = a + b·t + Σ c_k·step_k(t) + log n_t by iteratively reweighted least squares.

    Parameters
    ----------
    works, corpus, years
        As for `fit_loglinear`.
    steps
        (T, k) of 0 and 1.

    Returns
    -------
    LogLinear
        Of b; the dispersion is over T − 2 − k. The error is infinite where years and steps cannot be told apart.
    """
    y = np.atleast_2d(np.asarray(works, dtype=np.float64))
    n = np.broadcast_to(np.asarray(corpus, dtype=np.float64), y.shape)
    t = np.asarray(years, dtype=np.float64)
    design = np.column_stack([np.ones(len(t)), t - t.mean(), steps])
    freedom = len(t) - design.shape[1]
    if freedom < 1:
        raise ValueError("more years than terms are needed")
    # A little ridge holds a step before which a series is empty: its estimate would run to infinity.
    ridge = np.diag([0.0, 0.0, *([1e-3] * steps.shape[1])])
    beta = np.zeros((len(y), design.shape[1]))
    beta[:, 0] = np.log(y.sum(axis=1) / n.sum(axis=1))
    for _ in range(100):
        mean = n * np.exp(np.clip(beta @ design.T, -40, 3))
        information = np.einsum("st,ti,tj->sij", mean, design, design) + ridge
        change = np.linalg.solve(information, ((y - mean) @ design - beta @ ridge)[..., None])[..., 0]
        beta = beta + np.clip(change, -1.0, 1.0)
        if np.abs(change).max() < 1e-9:
            break
    mean = n * np.exp(np.clip(beta @ design.T, -40, 3))
    information = np.einsum("st,ti,tj->sij", mean, design, design) + ridge
    error = np.sqrt(np.maximum(np.linalg.inv(information)[:, 1, 1], 0))
    chi = ((y - mean) ** 2 / np.maximum(mean, 1e-300)).sum(axis=1)
    return LogLinear(beta[:, 1], error, chi / freedom, y.mean(axis=1))


def pooled_dispersion(dispersion: np.ndarray, mean: np.ndarray, years: int) -> np.ndarray:
    """Return each series' dispersion, drawn towards what all series say.

    After Smyth 2004, doi 10.2202/1544-6115.1027.

    α = max(0, Σ(φⱼ−1)ȳⱼ/Σȳⱼ²); φ*ⱼ = max(1, [8(1+αȳⱼ)+(T−2)φⱼ]/(T+6)), to be used with t(T+6).

    Parameters
    ----------
    dispersion, mean
        (S,) φ and mean count of each series.
    years
        T, the number of years.
    """
    phi = np.asarray(dispersion, dtype=np.float64)
    level = np.asarray(mean, dtype=np.float64)
    alpha = max(0.0, float(((phi - 1) * level).sum() / (level**2).sum()))
    return np.maximum(1.0, (_PRIOR * (1 + alpha * level) + (years - 2) * phi) / (years + _PRIOR - 2))


@dataclass(frozen=True)
class TrendTest:
    """Growth of S shares.

    Attributes
    ----------
    growth, low, high
        (S,) a year, with the 95 % interval; .05 is 5 %.
    p, p_up
        (S,) two-sided, and one-sided for growth above zero.
    dispersion
        (S,) φ, 1 or more.
    """

    growth: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray
    p_up: np.ndarray
    dispersion: np.ndarray


def assess_trend(
    works: np.ndarray, corpus: np.ndarray, years: np.ndarray, steps: np.ndarray | None = None
) -> TrendTest:
    """Fit the log-linear model and test it with quasi-Poisson errors.

    In ten series or more over eight years or more the dispersions are pooled.

    Parameters
    ----------
    works, corpus, years
        As for `fit_loglinear`.
    steps
        (T, k) where the corpus changed its make-up, as for `fit_steps`; each costs a degree of freedom.
    """
    from scipy.special import stdtr, stdtrit  # Student's t; scipy.stats takes two seconds to import

    if steps is not None and steps.shape[1]:
        fit, span = fit_steps(works, corpus, years, steps), len(years) - steps.shape[1]
    else:
        fit, span = fit_loglinear(works, corpus, years), len(years)
    if span >= FEWEST_YEARS and len(fit.slope) >= FEWEST_UNITS:
        phi, freedom = pooled_dispersion(fit.dispersion, fit.mean, span), span + _PRIOR - 2
    else:
        phi, freedom = np.maximum(fit.dispersion, 1.0), span - 2
    error = fit.error * np.sqrt(phi)
    width = float(stdtrit(freedom, 0.975)) * error
    with np.errstate(over="ignore"):
        low, high = np.expm1(fit.slope - width), np.expm1(fit.slope + width)
    score = fit.slope / error
    return TrendTest(np.expm1(fit.slope), low, high, 2 * stdtr(freedom, -np.abs(score)), stdtr(freedom, -score), phi)


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """Return the q-value of each p-value (Benjamini & Hochberg 1995, 10.1111/j.2517-6161.1995.tb02031.x).

    Examples
    --------
    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    values = np.asarray(p, dtype=np.float64)
    m = len(values)
    if m == 0:
        return values
    order = np.argsort(-values, kind="stable")
    scaled = values[order] * m / (m - np.arange(m))
    out = np.empty(m)
    out[order] = np.minimum(np.minimum.accumulate(scaled), 1.0)
    return out


def growth_table(
    counts: pd.DataFrame,
    *,
    from_year: int | None = None,
    to_year: int | None = None,
    steps: tuple[int, ...] = (),
) -> pd.DataFrame:
    """Test for each unit whether its share of the corpus grows.

    Only complete years with a corpus count. With ten or more tested units of a kind their dispersions are
    pooled. q-values are over everything that is tested here. A unit "rises" or "falls" only on strong
    evidence: q < .10 *and* p < .01, because autocorrelation between years, which ten points cannot mend,
    triples the false alarms of p < .05. "steady" means no such evidence, not proof of no change.

    Not tested: fewer than 10 works in all or fewer than 3 years with works ("too_few"); fewer than 8 years
    ("too_short": then growth and interval are there, but no p).

    Parameters
    ----------
    counts
        As `yearly_counts` gives.
    from_year, to_year
        The period, both included; by default all complete years of `counts`.
    steps
        Years in which a source began or stopped; see `leeszaal.trends.coverage`.

    Returns
    -------
    DataFrame
        One row a unit: `kind`, `unit`, `works`, `from_year`, `to_year`, `growth` (a year; .05 is 5 %), `low`,
        `high` (95 %), `p`, `q`, `dispersion`, `verdict`.
    """
    used = counts[counts["complete"] & (counts["corpus"] > 0)]
    if from_year is not None:
        used = used[used["year"] >= from_year]
    if to_year is not None:
        used = used[used["year"] <= to_year]
    first = from_year if from_year is not None else (int(used["year"].min()) if len(used) else 0)
    last = to_year if to_year is not None else (int(used["year"].max()) if len(used) else 0)
    units = counts[["kind", "unit"]].drop_duplicates().sort_values(["kind", "unit"], ignore_index=True)
    tables = [
        _of_kind(str(kind), [str(u) for u in group["unit"]], used[used["kind"] == kind], steps)
        for kind, group in units.groupby("kind", sort=True)
    ]
    columns = ["kind", "unit", "works", "growth", "low", "high", "p", "dispersion", "verdict"]
    frame = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
    frame.insert(3, "from_year", np.full(len(frame), first, dtype=np.int32))
    frame.insert(4, "to_year", np.full(len(frame), last, dtype=np.int32))
    p = frame["p"].to_numpy(dtype=np.float64)
    tested = ~np.isnan(p)
    q = np.full(len(frame), np.nan)
    q[tested] = benjamini_hochberg(p[tested])
    frame.insert(list(frame.columns).index("p") + 1, "q", q)
    strong = tested & (q < _Q) & (p < _P)
    up = frame["growth"].to_numpy(dtype=np.float64) > 0
    verdict = frame["verdict"].to_numpy(dtype=object, copy=True)
    verdict[tested] = "steady"
    verdict[strong & up] = "rises"
    verdict[strong & ~up] = "falls"
    frame["verdict"] = pd.Series(verdict, index=frame.index, dtype="str")
    return frame


def _of_kind(kind: str, units: list[str], used: pd.DataFrame, steps: tuple[int, ...]) -> pd.DataFrame:
    years = np.sort(used["year"].unique())
    wide = used.pivot(index="unit", columns="year", values="works").reindex(index=units, columns=years)
    y = wide.fillna(0).to_numpy(dtype=np.float64)
    corpus = used.drop_duplicates("year").set_index("year")["corpus"].reindex(years).to_numpy(dtype=np.float64)
    total = y.sum(axis=1)
    enough = (total >= FEWEST_WORKS) & ((y > 0).sum(axis=1) >= FEWEST_NONZERO)
    out = {name: np.full(len(units), np.nan) for name in ("growth", "low", "high", "p", "dispersion")}
    if enough.any():
        columns = step_columns(years, steps)
        found = assess_trend(y[enough], corpus, years, columns if len(years) - columns.shape[1] > 3 else None)
        for name in out:
            if name != "p" or len(years) >= FEWEST_YEARS:
                out[name][enough] = getattr(found, name)
    return pd.DataFrame(
        {
            "kind": pd.Series([kind] * len(units), dtype="str"),
            "unit": pd.Series(units, dtype="str"),
            "works": total.astype(np.int32),
            **out,
            "verdict": np.where(enough, "too_short", "too_few").astype(object),
        }
    )
