"""A local OpenAlex: works by cursor, with key, credits and the errors of the real one."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from .base import Asked, Fault, LocalServer, Reply

_VOWELS = "aeiou"


def inverted(text: str) -> dict[str, list[int]]:
    """Return a text as OpenAlex writes abstracts: each word with its places."""
    index: dict[str, list[int]] = {}
    for place, word in enumerate(text.split()):
        index.setdefault(word, []).append(place)
    return index


def work(number: int, words: int = 40) -> dict[str, Any]:
    """Return one made-up work in the shape of the recordings."""
    nl = number % 3 == 0
    title = (
        f"Coördinatie van interbestuurlijk toezicht, deel {number}"
        if nl
        else f"Intergovernmental supervision, part {number}"
    )
    body = " ".join(f"{'woord' if nl else 'word'}{(number * 7 + i) % 97}{_VOWELS[i % 5]}" for i in range(words))
    return {
        "id": f"https://openalex.org/W{1_000_000 + number}",
        "doi": f"https://doi.org/10.5555/leeszaal.{number}" if number % 10 else None,
        "title": title,
        "display_name": title,
        "publication_year": 2005 + number % 20,
        "publication_date": f"{2005 + number % 20}-{1 + number % 12:02d}-{1 + number % 28:02d}",
        "language": "nl" if nl else "en",
        "type": ("article", "book-chapter", "book", "report", "dissertation")[number % 5],
        "authorships": [
            {
                "author": {"display_name": f"Anna de Vries{number % 50}"},
                "raw_author_name": f"Anna de Vries{number % 50}",
            },
            {"author": {"display_name": "Jan Jansen"}, "raw_author_name": "Jan Jansen"},
        ],
        "primary_location": {
            "landing_page_url": f"https://example.org/{number}",
            "source": {"display_name": "Bestuurskunde", "type": "journal", "host_organization_name": "Boom"},
        },
        "biblio": {
            "volume": str(number % 30),
            "issue": str(number % 4),
            "first_page": "1",
            "last_page": "20",
        },
        "keywords": [{"display_name": "toezicht"}, {"display_name": "provincie"}],
        "abstract_inverted_index": inverted(body),
        "is_retracted": False,
        "referenced_works": [],
        "cited_by_count": number % 11,
        "updated_date": f"2026-0{1 + number % 9}-01T00:00:00",
    }


class OpenAlexServer(LocalServer):
    """`size` works; traps on demand.

    Parameters
    ----------
    reported
        What `meta.count` says, when not the truth.
    trap
        "repeat": the cursor stays where it is; "endless": after the last page comes the first; "shuffled": the pages
        overlap and come out of order; "huge": one work has a text of 2 MB; "echo": repeats the key in its answer.
    key
        The key that is asked for, or None for none.
    refuse
        A filter that is answered with 403.
    words
        Length of each abstract.
    """

    def __init__(
        self,
        size: int = 500,
        faults: tuple[Fault, ...] = (),
        *,
        reported: int | None = None,
        trap: str = "",
        key: str | None = None,
        refuse: str = "",
        words: int = 40,
    ) -> None:
        super().__init__(faults)
        self.size, self.reported, self.trap, self.key = size, reported, trap, key
        self.refuse, self.words = refuse, words
        self.spent = 0.0
        self._works: dict[int, bytes] = {}
        self._age = 0

    def prepare(self) -> None:
        """Write all works now, so that no answer waits for it."""
        for number in range(self.size):
            self._work(number)

    def change(self, number: int) -> None:
        """Correct one work."""
        changed = work(number, self.words) | {"title": "Een gewijzigd opschrift"}
        self._works[number] = json.dumps(changed, ensure_ascii=False).encode()

    def spoil(self, number: int) -> None:
        """Make one work unreadable: it has no title."""
        spoiled = work(number, self.words) | {"title": None, "display_name": None}
        self._works[number] = json.dumps(spoiled).encode()

    def forget(self) -> None:
        """Forget the places given out so far; new ones are known."""
        self._age += 1

    def handle(self, asked: Asked) -> Reply:
        if self.key is not None and asked.params.get("api_key") != self.key:
            return _error(401, "Unauthorized", f"API key {asked.params.get('api_key')} is not valid")
        if asked.path != "/works":
            page = b"<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n"
            return Reply(page, 404, kind="text/html; charset=utf-8")
        if self.refuse and self.refuse in asked.params.get("filter", ""):
            return _error(403, "Forbidden", f"{self.refuse} needs a subscription")
        size = int(asked.params.get("per_page", "25"))
        if not 1 <= size <= 100:
            return _error(400, "Invalid query parameters error.", "per_page must be between 1 and 100")
        cursor = asked.params.get("cursor")
        if cursor in (None, "*"):
            start = 0
        else:
            found = re.fullmatch(rb"\[(\d+), (\d+)\]", base64.urlsafe_b64decode(cursor))
            if found is None or int(found[2]) != self._age:
                return _error(400, "Invalid query parameters error.", "Cursor is not valid or has expired")
            start = int(found[1])
        return self._page(asked, start, size)

    def _page(self, asked: Asked, start: int, size: int) -> Reply:
        if self.trap == "shuffled":  # every page begins with the last five of the page before, backwards
            numbers = list(range(max(start - 5, 0), min(start + size - 5, self.size)))[::-1]
            after = start + size - 5
        else:
            numbers = list(range(start, min(start + size, self.size)))
            after = start + size
        following: str | None = self._cursor(after) if numbers and after <= self.size else None
        if self.trap == "repeat" and following:
            following = self._cursor(min(start + size, size))
        if self.trap == "endless":
            following = self._cursor(after if after < self.size else 0)
        cost = 0.001 if "search" in asked.params.get("filter", "") else 0.0001
        self.spent += cost
        meta = {
            "count": self.size if self.reported is None else self.reported, "db_response_time_ms": 12, "page": None,
            "per_page": size, "next_cursor": following if "cursor" in asked.params else None, "groups_count": None,
            "cost_usd": cost,
        }  # fmt: skip
        if self.trap == "echo":
            meta["asked"] = dict(asked.params)
        head = json.dumps({"meta": meta})[:-1].encode()
        body = head + b', "results": [' + b", ".join(self._work(n) for n in numbers) + b'], "group_by": []}'
        headers = {
            "x-ratelimit-limit": "10000", "x-ratelimit-remaining": str(10000 - len(self.asked)),
            "x-ratelimit-cost-usd": f"{cost}", "x-ratelimit-remaining-usd": f"{1 - self.spent:.4f}",
        }  # fmt: skip
        return Reply(body, headers=headers)

    def _cursor(self, place: int) -> str:
        return base64.urlsafe_b64encode(f"[{place}, {self._age}]".encode()).decode()

    def _work(self, number: int) -> bytes:
        if number not in self._works:
            words = 250_000 if self.trap == "huge" and number == 3 else self.words
            self._works[number] = json.dumps(work(number, words), ensure_ascii=False).encode()
        return self._works[number]


def _error(status: int, error: str, message: str) -> Reply:
    return Reply(json.dumps({"error": error, "message": message}).encode(), status)
