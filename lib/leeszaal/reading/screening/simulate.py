"""Replay a screening that is done: how early would the relevant works have come, and where might one have stopped?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from leeszaal import progress
from leeszaal.home import Home, find_home
from leeszaal.reading.screening.bound import most_relevant_at
from leeszaal.reading.screening.metrics import Scores, score
from leeszaal.reading.screening.ranking import Features, describe, features, rank, retrain_every, text_of
from leeszaal.reading.screening.stopping import ALPHA, TARGET, advice, p_value
from leeszaal.reading.taxonomy import load_taxonomy

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Run", "Simulation", "Stop", "replay", "screen_simulate", "simulate", "stop_of"]


@dataclass(frozen=True)
class Stop:
    """Where the stopping rule would have ended one run.

    Parameters
    ----------
    read
        Works read by then; all of them when the rule never said stop.
    saved
        The share of the works that was left unread.
    recall
        The share of the relevant works found by then.
    kept
        Whether that was at least the target.
    overstated
        Looks at which more was promised ("at least X %") than was found, up to the stop.
    looks
        How often was looked.
    """

    read: int
    saved: float
    recall: float
    kept: bool
    overstated: int
    looks: int


@dataclass(frozen=True)
class Run:
    """One order of reading.

    Parameters
    ----------
    seed
        Of the choice of the works known beforehand, and of the solver.
    prior
        Row numbers (from 0) of the works known beforehand; not counted in `scores`.
    order
        Row numbers in the order of reading, the works known beforehand first.
    scores
        The figures over the works read after those.
    stop
        What the stopping rule would have done.
    """

    seed: int
    prior: list[int]
    order: list[int]
    scores: Scores
    stop: Stop


@dataclass(frozen=True)
class Simulation:
    """What `simulate` found.

    Parameters
    ----------
    works, relevant
        All works, and the relevant ones.
    skipped
        Rows left out because they bear no label.
    without_text
        Works without title and abstract; they come last.
    every
        Labels between two trainings.
    target, alpha
        Of the stopping rule.
    random_state
        The seeds follow from it: random_state, random_state + 1, …
    runs
        One per seed.
    remarks
        What a person should know about how the table was read.
    """

    works: int
    relevant: int
    skipped: int
    without_text: int
    every: int
    target: float
    alpha: float
    random_state: int
    runs: list[Run]
    remarks: list[str]

    def mean(self, figure: str) -> float:
        """Return the mean over the runs of one figure of `Scores` or `Stop`."""
        return float(np.mean([getattr(r.scores if hasattr(r.scores, figure) else r.stop, figure) for r in self.runs]))

    def tell(self) -> str:
        """Return the figures in Dutch, for the command line."""
        count = len(self.runs)
        lines = [f"{self.works} werken, waarvan {self.relevant} relevant; {count} keer nagespeeld."]
        if self.skipped:
            lines.append(f"{self.skipped} regels zonder oordeel zijn overgeslagen.")
        if self.without_text:
            lines.append(f"{self.without_text} werken hebben geen titel en geen samenvatting.")
        lines += self.remarks
        lines.append("Gemiddeld, met tussen haakjes de slechtste en de beste keer:")
        rows = [(f"gevonden na {share} % lezen", f"recall_{share}") for share in (5, 10, 20)]
        rows += [("werk bespaard bij 95 % (WSS@95)", "wss_95"), ("verlies (loss; 0 is best)", "loss")]
        rows += [("NDCG (1 is best)", "ndcg")]
        for name, figure in rows:
            values = [getattr(run.scores, figure) for run in self.runs]
            low, high = min(values), max(values)
            worst, best = (high, low) if figure == "loss" else (low, high)
            mean = float(np.mean(values))
            lines.append(f"  {name:<32} {_nl(mean)} ({_nl(worst)} – {_nl(best)})")
        kept = sum(run.stop.kept for run in self.runs)
        lines += [
            f"De stopregel (doel {round(100 * self.target)} % gevonden, 95 % zekerheid):",
            f"  na gemiddeld {round(self.mean('read'))} werken gestopt; {round(100 * self.mean('saved'))} % bespaard.",
            f"  gevonden bij stoppen: gemiddeld {round(100 * self.mean('recall'))} %; "
            f"doel gehaald in {kept} van {count} keer.",
        ]
        never = sum(run.stop.saved == 0 for run in self.runs)
        if never:
            lines.append(f"  in {never} van {count} keer moest alles gelezen worden.")
        said = advice(self.works, self.relevant)
        return "\n".join([*lines, said] if said else lines)


def _nl(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def replay(
    found: Features,
    labels: np.ndarray,
    *,
    prior: Sequence[int] = (),
    description: str = "",
    every: int | None = None,
    random_state: int = 0,
) -> list[int]:
    """Read a whole pile in the order that the model proposes.

    Parameters
    ----------
    found, labels
        The works, and 1 (relevant) or 0 for each.
    prior
        The works known beforehand.
    description
        What is looked for; for the cold start.
    every
        Labels between two trainings; by default a fiftieth of the works, and one until ten labels are there.
    random_state
        Seed of the solver, and of the order when there is nothing to go by.

    Returns
    -------
    list
        Work numbers in the order of reading, `prior` first.
    """
    truth = np.asarray(labels, dtype=np.int64)
    known = np.full(len(truth), -1)
    read = [int(work) for work in prior]
    known[read] = truth[read]
    step = retrain_every(len(truth)) if every is None else every
    while len(read) < len(truth):
        ranking = rank(found, known, description=description, random_state=random_state)
        # Until the model stands alone each label counts; and then a batch at a time.
        size = step if ranking.basis == "model" else 1
        batch = ranking.order(np.flatnonzero(known < 0))[:size]
        known[batch] = truth[batch]
        read += batch.tolist()
    return read


def stop_of(
    labels: Sequence[int] | np.ndarray,
    *,
    every: int | None = None,
    target: float = TARGET,
    alpha: float = ALPHA,
) -> Stop:
    """Look at the stopping rule again and again along an order of reading, and stop where it says so.

    Parameters
    ----------
    labels
        1 (relevant) or 0 for all works, in the order of reading.
    every
        Works between two looks; by default a hundredth of the works.
    target, alpha
        The recall aimed at, and where the rule is tested.
    """
    found = np.asarray(labels, dtype=np.int64)
    works, relevant = len(found), int(found.sum())
    step = max(1, works // 100) if every is None else every
    looks = [*range(step, works, step), works]
    overstated = 0
    looked = 0
    for read, most in zip(looks, most_relevant_at(found, works, looks), strict=True):
        hits = int(found[:read].sum())
        looked += 1
        overstated += relevant > most
        if hits and hits >= target * most - 1e-9 and p_value(found[:read], works, target) < alpha:
            break
    recall = hits / relevant
    return Stop(read, 1 - read / works, recall, recall >= target - 1e-9, overstated, looked)


def _prior(truth: np.ndarray, prior: Sequence[int] | str, description: str, seed: int) -> list[int]:
    if not isinstance(prior, str):
        return [int(work) for work in prior]
    if prior == "none" or description:
        return []
    drawn = np.random.default_rng(seed)
    included = int(drawn.choice(np.flatnonzero(truth == 1)))
    if prior == "one":
        return [included]
    if prior == "both":
        return [included, int(drawn.choice(np.flatnonzero(truth == 0)))]
    raise ValueError(f"prior must be 'one', 'both', 'none' or row numbers, not {prior!r}")


def simulate(
    frame: pd.DataFrame | Path | str,
    *,
    seeds: int = 5,
    prior: Sequence[int] | str = "one",
    description: str = "",
    every: int | None = None,
    target: float = TARGET,
    alpha: float = ALPHA,
    random_state: int = 0,
) -> Simulation:
    """Replay a labelled set several times, each time with another work known beforehand.

    Parameters
    ----------
    frame
        A table with the columns title, abstract and label_included (1 or 0; empty rows are left out), or a CSV
        file with these columns under any of the usual names.
    seeds
        How many times.
    prior
        What is known beforehand: ``"one"`` relevant work, ``"both"`` (a relevant one and another), ``"none"``, or
        row numbers from 0. With a `description` nothing need be known, and a drawn work is not used.
    description
        What is looked for, in words; for the cold start.
    every
        Labels between two trainings; by default a fiftieth of the works.
    target, alpha
        Of the stopping rule.
    random_state
        First seed; the others follow it.

    Raises
    ------
    LeeszaalError
        When the table lacks a column, bears a label that is not 0 or 1, or does not hold both kinds.
    """
    from leeszaal.reading.screening.labelled import from_frame, read_labelled

    if seeds < 1:
        raise ValueError(f"seeds must be at least 1, not {seeds}")
    table = read_labelled(Path(frame)) if isinstance(frame, Path | str) else from_frame(frame)
    truth = np.array(table.labels)
    texts = [text_of(title, abstract) for title, abstract in zip(table.titles, table.abstracts, strict=True)]
    found = features(texts, titles=table.titles)
    runs = []
    for seed in progress.track(range(random_state, random_state + seeds)):
        known = _prior(truth, prior, description, seed)
        order = replay(found, truth, prior=known, description=description, every=every, random_state=seed)
        rest = truth[order[len(known) :]]
        runs.append(Run(seed, known, order, score(rest), stop_of(truth[order], target=target, alpha=alpha)))
    return Simulation(
        works=len(truth),
        relevant=int(truth.sum()),
        skipped=table.skipped,
        without_text=sum(not text.strip() for text in texts),
        every=retrain_every(len(truth)) if every is None else every,
        target=target,
        alpha=alpha,
        random_state=random_state,
        runs=runs,
        remarks=table.remarks,
    )


def screen_simulate(
    file: Path | str,
    *,
    seeds: int = 5,
    theme: str | None = None,
    target: float = TARGET,
    random_state: int = 0,
    home: Home | Path | str | None = None,
) -> Simulation:
    """Replay a labelled CSV file: the verb behind `leeszaal screen --simulate`.

    Parameters
    ----------
    file
        CSV with title, abstract and label_included; see `simulate`.
    seeds
        How many times.
    theme
        A theme or subtheme of the reading room whose description serves for the cold start; by default each run
        starts from one relevant work, drawn at random.
    target
        The recall that the stopping rule aims at.
    random_state
        First seed.
    home
        The reading room; asked for only with `theme`.
    """
    description = describe(load_taxonomy(find_home(home).themes), theme) if theme is not None else ""
    with progress.stage("Naspelen"):
        return simulate(file, seeds=seeds, description=description, target=target, random_state=random_state)
