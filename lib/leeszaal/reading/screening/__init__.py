"""Screening: which work to read next, and what may be said of those that were not read."""

from leeszaal.reading.screening.bound import ever_too_low, most_relevant, most_relevant_at
from leeszaal.reading.screening.live import Order, Ranker, Reason, is_stale, order_of, reason_for
from leeszaal.reading.screening.metrics import Scores, loss, ndcg, recall_at, score, wss
from leeszaal.reading.screening.ranking import Features, Ranking, describe, features, rank, retrain_every, text_of
from leeszaal.reading.screening.simulate import Run, Simulation, Stop, replay, screen_simulate, simulate, stop_of
from leeszaal.reading.screening.stopping import Standing, advice, p_value, progress_of_recall

__all__ = [
    "Features",
    "Order",
    "Ranker",
    "Ranking",
    "Reason",
    "Run",
    "Scores",
    "Simulation",
    "Standing",
    "Stop",
    "advice",
    "describe",
    "ever_too_low",
    "features",
    "is_stale",
    "loss",
    "most_relevant",
    "most_relevant_at",
    "ndcg",
    "order_of",
    "p_value",
    "progress_of_recall",
    "rank",
    "reason_for",
    "recall_at",
    "replay",
    "retrain_every",
    "score",
    "screen_simulate",
    "simulate",
    "stop_of",
    "text_of",
    "wss",
]
