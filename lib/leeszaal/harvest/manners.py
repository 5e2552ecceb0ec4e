"""Manners towards a source: its pace, the user's budget, who we say we are, and how long we wait."""

from __future__ import annotations

import datetime
import email.utils
import threading
from dataclasses import dataclass

from leeszaal.harvest.errors import BudgetSpent

__all__ = ["Budget", "Limits", "duration", "retry_after", "user_agent"]


@dataclass(frozen=True)
class Limits:
    """What a source allows.

    Attributes
    ----------
    per_second
        Requests a second.
    concurrency
        Requests under way at the same time.
    """

    per_second: float
    concurrency: int = 1


class Budget:
    """What the user allows one run to spend, and what it has spent: the one thing here that changes.

    Parameters
    ----------
    requests
        Most requests in all, or None for no limit.
    cost_usd
        Most dollars in all, or None for no limit.
    """

    def __init__(self, requests: int | None = None, cost_usd: float | None = None) -> None:
        self.requests = requests
        self.cost_usd = cost_usd
        self.used_requests = 0
        self.used_usd = 0.0
        self._lock = threading.Lock()

    def take_request(self, source: str) -> None:
        """Count one request about to be sent.

        Raises
        ------
        BudgetSpent
            When it is one too many; it is not counted.
        """
        with self._lock:
            if self.requests is not None and self.used_requests >= self.requests:
                raise BudgetSpent(
                    f"Het budget van {self.requests} verzoeken voor deze keer is op (bij {source}).",
                    "Wat binnen is, is bewaard. Voer dezelfde opdracht opnieuw uit om verder te gaan.",
                )
            if self.cost_usd is not None and self.used_usd >= self.cost_usd:
                raise BudgetSpent(
                    f"Het budget van $ {self.cost_usd:g} voor deze keer is op (bij {source}).",
                    "Wat binnen is, is bewaard. Voer dezelfde opdracht opnieuw uit om verder te gaan.",
                )
            self.used_requests += 1

    def add_cost(self, usd: float) -> None:
        """Count what the source says an answer cost, in dollars."""
        with self._lock:
            self.used_usd += usd


def user_agent(contact: str) -> str:
    """Return who we say we are: name, version, and where a source's administrator can reach the user."""
    from leeszaal import __version__

    return f"Leeszaal/{__version__}" + (f" (mailto:{contact})" if contact else "")


def retry_after(value: str | None, now: datetime.datetime) -> float | None:
    """Return the seconds that a `Retry-After` header asks to wait, or None when it cannot be read.

    Examples
    --------
    >>> now = datetime.datetime(2026, 1, 1, 12, 0, tzinfo=datetime.UTC)
    >>> retry_after("120", now), retry_after("Thu, 01 Jan 2026 12:01:00 GMT", now), retry_after("soon", now)
    (120.0, 60.0, None)
    """
    text = (value or "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            moment = email.utils.parsedate_to_datetime(text)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=datetime.UTC)
        seconds = (moment - now).total_seconds()
    return max(seconds, 0.0) if seconds < 1e9 else None


def duration(seconds: float) -> str:
    """Return a duration in Dutch words.

    Examples
    --------
    >>> duration(90), duration(54000)
    ('90 seconden', '15 uur')
    """
    if seconds < 120:
        return f"{seconds:.0f} seconden"
    if seconds < 2 * 3600:
        return f"{seconds / 60:.0f} minuten"
    return f"{seconds / 3600:.0f} uur"
