"""Screening: which work to read next, and what may be said of those that were not read."""

from leeszaal.reading.screening.metrics import Scores, loss, ndcg, recall_at, score, wss
from leeszaal.reading.screening.ranking import Features, Ranking, describe, features, rank, retrain_every, text_of
from leeszaal.reading.screening.simulate import Run, Simulation, Stop, replay, screen_simulate, simulate, stop_of
from leeszaal.reading.screening.stopping import Standing, advice, at_most, p_value, standing

__all__ = [
    "Features",
    "Ranking",
    "Run",
    "Scores",
    "Simulation",
    "Standing",
    "Stop",
    "advice",
    "at_most",
    "describe",
    "features",
    "loss",
    "ndcg",
    "p_value",
    "rank",
    "recall_at",
    "replay",
    "retrain_every",
    "score",
    "screen_simulate",
    "simulate",
    "standing",
    "stop_of",
    "text_of",
    "wss",
]
