"""Turnout against what size and earlier turnout let one expect: a simple regression with an interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leeszaal.errors import LeeszaalError
from leeszaal.indicators.analysis import series
from leeszaal.indicators.comparability import kind_of
from leeszaal.indicators.turnout import Turnout

__all__ = ["Expectation", "expectation"]

AS_EXPECTED, HIGHER, LOWER = "zoals verwacht", "hoger dan verwacht", "lager dan verwacht"


@dataclass(frozen=True)
class Expectation:
    """Turnout beside its expectation.

    Attributes
    ----------
    election, measure, earlier
        What was expected, by which measure, from which elections.
    table
        One row a municipality: `gemeentecode`, `gemeente`, `opkomst`, `verwacht`, `laag`, `hoog` (shares), `verschil`,
        `oordeel`. Expected from all *other* municipalities; the interval is a prediction interval.
    regions
        The same for groups of municipalities, without `gemeentecode`; `gemeenten` counts them.
    explained
        R² of the regression on all municipalities: share of the differences that size and earlier turnout explain.
    by_chance
        Municipalities one expects outside their interval by chance alone.
    note
        Dutch sentences for beside the table.
    """

    election: str
    measure: str
    earlier: tuple[str, ...]
    table: pd.DataFrame
    regions: pd.DataFrame
    explained: float
    by_chance: float
    note: str


def expectation(
    turnout: Turnout,
    election: str,
    groups: Mapping[str, str] | None = None,
    measure: str | None = None,
    *,
    share_within: float = 0.95,
) -> Expectation:
    """Compare turnout with what the size of the electorate and the earlier turnout let one expect.

    Least squares of the turnout on the mean turnout at earlier elections of the same kind and the logarithm of the
    electorate. A municipality is predicted from the others (left out itself), so that it cannot raise its own
    expectation; the interval is the prediction interval of that regression (Draper and Smith, *Applied Regression
    Analysis*). For a region the residuals are weighted by the electorate, with Var(w'e) = s²·w'(I − H)w.

    Parameters
    ----------
    turnout, election, measure
        See `leeszaal.indicators.analysis.series`.
    groups
        Region by code.
    share_within
        Coverage of the interval.

    Raises
    ------
    LeeszaalError
        When there is no earlier election of this kind, or fewer than eight municipalities are known throughout.
    """
    from scipy.special import stdtrit

    if not 0 < share_within < 1:
        raise ValueError("share_within must lie between 0 and 1")
    rows = turnout.of(election).set_index("gemeentecode")
    table, measure = series(turnout, kind_of(election), measure)
    columns = list(table.columns)
    earlier = tuple(columns[: columns.index(election)]) if election in columns else ()
    if not earlier:
        raise LeeszaalError(
            f"Voor {election} is geen verwachting te maken: van die soort is geen eerdere opkomst bekend.",
            "Vul eerdere verkiezingen aan in turnout.csv.",
        )
    frame = pd.DataFrame(
        {
            "opkomst": table[election],
            "eerder": table[list(earlier)].mean(axis=1, skipna=False),
            "kiesgerechtigden": rows["kiesgerechtigden"],
        }
    ).dropna()
    if len(frame) < 8:
        raise LeeszaalError(
            f"Voor {election} is geen verwachting te maken: van {len(frame)} gemeenten zijn alle jaren bekend.",
            "Verwacht: ten minste 8 gemeenten.",
        )
    weight = frame["kiesgerechtigden"].to_numpy(float)
    y = frame["opkomst"].to_numpy(float)
    x = np.column_stack([np.ones(len(y)), frame["eerder"].to_numpy(float), np.log(weight)])
    x[:, 1:] -= x[:, 1:].mean(axis=0)
    n, p = x.shape
    hat = x @ np.linalg.pinv(x)
    lever = np.diag(hat)
    residual = y - hat @ y
    s2 = float(residual @ residual) / (n - p)
    left_out = residual / (1 - lever)  # the residual of the prediction from all others
    s2_without = np.maximum((s2 * (n - p) - residual**2 / (1 - lever)) / (n - p - 1), 0)
    half = stdtrit(n - p - 1, (1 + share_within) / 2) * np.sqrt(s2_without / (1 - lever))
    result = _judged(y, y - left_out, half)
    result.insert(0, "gemeentecode", frame.index)
    result.insert(1, "gemeente", rows.loc[frame.index, "gemeente"].to_numpy())
    result = result.sort_values("gemeente", ignore_index=True)

    members = pd.Series(frame.index.map(dict(groups or {})), dtype="object")
    names = sorted(set(members.dropna()))
    sizes, actual, expected, halves = [], [], [], []
    for name in names:
        w = np.where(members == name, weight, 0.0)
        w /= w.sum()
        sizes.append(int((w > 0).sum()))
        actual.append(float(w @ y))
        expected.append(float(w @ (hat @ y)))
        halves.append(float(stdtrit(n - p, (1 + share_within) / 2) * np.sqrt(max(s2 * (w @ w - w @ hat @ w), 0))))
    regions = _judged(np.array(actual), np.array(expected), np.array(halves))
    regions.insert(0, "naam", names)
    regions.insert(1, "gemeenten", sizes)
    total = float(((y - y.mean()) ** 2).sum())
    chance = n * (1 - share_within)
    percent = f"{100 * share_within:g}".replace(".", ",")
    note = (
        f"Verwacht uit het aantal kiesgerechtigden en de opkomst bij {', '.join(earlier)}. Bij {n} gemeenten vallen er "
        f"door toeval ongeveer {chance:.0f} buiten hun {percent}%-marge. Een verschil zegt niet waardoor het komt."
    )
    explained = 1 - s2 * (n - p) / total if total > 0 else float("nan")
    return Expectation(election, measure, earlier, result, regions, explained, chance, note)


def _judged(actual: np.ndarray, expected: np.ndarray, half: np.ndarray) -> pd.DataFrame:
    low, high = expected - half, expected + half
    words = np.where(actual > high + 1e-12, HIGHER, np.where(actual < low - 1e-12, LOWER, AS_EXPECTED))
    return pd.DataFrame(
        {
            "opkomst": actual, "verwacht": expected, "laag": low, "hoog": high,
            "verschil": actual - expected, "oordeel": words,
        }
    )  # fmt: skip
