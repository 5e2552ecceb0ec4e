"""What goes wrong between the reading room and a source, told apart by what the user can do about it.

| error | meaning | what the harvest does |
| --- | --- | --- |
| `SourceBusy` | asks to wait longer than allowed | keeps what came, goes on there next time |
| `SourceDown` | cannot be reached, or breaks off again and again | the same |
| `BudgetSpent` | the user's own budget for this run is used up | the same |
| `SourceRefused` | does not accept the question or the key | keeps what came |
| `CursorExpired` | no longer knows the place where the last run stopped | begins again, and says so |
| `Malformed` | an answer that cannot be what was asked (HTML, half a JSON) | keeps what came, goes on there next time |
| `SourceTrap` | answers as if all is well while it is not | keeps what came, and calls it incomplete |
"""

from __future__ import annotations

from leeszaal.errors import LeeszaalError
from leeszaal.harvest.secrets import redact

__all__ = [
    "BudgetSpent",
    "CursorExpired",
    "Malformed",
    "SourceBusy",
    "SourceDown",
    "SourceError",
    "SourceRefused",
    "SourceTrap",
]


class SourceError(LeeszaalError):
    """Something about a source; secrets are taken out of the message, wherever it is shown.

    Attributes
    ----------
    resumable
        Whether a next run may go on where this one stopped.
    """

    resumable = True

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(redact(message), redact(remedy))


class SourceBusy(SourceError):
    """The source asks us to wait longer than the user allows."""


class SourceDown(SourceError):
    """The source cannot be reached, or fails time after time."""


class BudgetSpent(SourceError):
    """The budget that the user set for this run is used up."""


class SourceRefused(SourceError):
    """The source does not accept the question, the key or the address (400, 401, 403, 404, 422).

    Parameters
    ----------
    status
        The HTTP status, for a source that knows more about it.
    content
        The answer, for a source that wants to look into it.
    """

    def __init__(self, message: str, remedy: str = "", *, status: int = 0, content: bytes = b"") -> None:
        super().__init__(message, remedy)
        self.status = status
        self.content = content


class CursorExpired(SourceRefused):
    """The place where the last run stopped is no longer known to the source."""

    resumable = False


class SourceTrap(SourceError):
    """The source says that all is well, and it is not: the result would be silently wrong or short."""

    resumable = False


class Malformed(SourceTrap):
    """An answer that is not what was asked for: HTML for JSON, a body cut short, the wrong encoding."""

    resumable = True
