"""Local servers for what is asked about works: Unpaywall, OpenCitations, and Crossref for retractions."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from .base import Asked, Fault, LocalServer, Reply
from .openalex import OpenAlexServer


def _json(body: Any, status: int = 200) -> Reply:
    return Reply(json.dumps(body).encode(), status)


class UnpaywallServer(LocalServer):
    """Knows the DOIs it is given, each with where it can be read, or None."""

    def __init__(self, known: dict[str, str | None], faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(faults)
        self.known = known

    def handle(self, asked: Asked) -> Reply:
        doi = unquote(asked.path).removeprefix("/")
        if "@" not in asked.params.get("email", ""):
            return _json({"HTTP_status_code": 422, "error": True, "message": "Please use your own email address"}, 422)
        if doi not in self.known:
            return _json({"HTTP_status_code": 404, "error": True, "message": f"'{doi}' is an invalid doi."}, 404)
        url = self.known[doi]
        place = {
            "url": url, "url_for_pdf": None, "url_for_landing_page": url, "license": "cc-by", "version": "publishedVersion",
            "host_type": "publisher", "is_best": True,
        }  # fmt: skip
        return _json(
            {"doi": doi, "is_oa": url is not None, "oa_status": "gold" if url else "closed", "title": "T",
             "best_oa_location": place if url else None, "oa_locations": [place] if url else []}
        )  # fmt: skip


class OpenCitationsServer(LocalServer):
    """A graph: DOI to the DOIs it cites; the other way round follows from it."""

    def __init__(self, graph: dict[str, list[str]], faults: tuple[Fault, ...] = (), token: str | None = None) -> None:
        super().__init__(faults)
        self.graph, self.token = graph, token

    def handle(self, asked: Asked) -> Reply:
        if self.token is not None and asked.headers.get("authorization") != self.token:
            return _json({"error": "forbidden"}, 403)
        direction, _, name = unquote(asked.path).removeprefix("/").partition("/")
        if not name.startswith("doi:"):
            return _json([])
        doi = name.removeprefix("doi:")
        pairs = [(doi, other) for other in self.graph.get(doi, [])]
        if direction == "citations":
            pairs = [(citing, doi) for citing, cited in self.graph.items() if doi in cited]
        return _json(
            [
                {"oci": f"06{n}-06{n + 1}", "citing": f"omid:br/06{n} doi:{citing.upper()} openalex:W{n}",
                 "cited": f"omid:br/07{n} doi:{cited.upper()}" if "/" in cited else f"omid:{cited}",
                 "creation": "2020-05", "timespan": "P1Y", "journal_sc": "no", "author_sc": "no"}
                for n, (citing, cited) in enumerate(pairs)
            ]
        )  # fmt: skip


class NoticesServer(LocalServer):
    """Crossref, as far as retractions go: DOI to its notices.

    Parameters
    ----------
    ignores
        Forget the filter, and send works that nobody asked for.
    """

    def __init__(
        self, known: dict[str, list[dict[str, Any]]], faults: tuple[Fault, ...] = (), *, ignores: bool = False
    ) -> None:
        super().__init__(faults)
        self.known, self.ignores = known, ignores

    def handle(self, asked: Asked) -> Reply:
        dois = [part.removeprefix("doi:") for part in asked.params.get("filter", "").split(",doi:")]
        if self.ignores:
            dois = [*self.known]
        items = [
            {"DOI": doi.upper(), "title": ["T"], **({"updated-by": self.known[doi]} if self.known[doi] else {})}
            for doi in dois
            if doi in self.known
        ]
        message = {"total-results": len(items), "items": items, "items-per-page": 20}
        return _json({"status": "ok", "message-type": "work-list", "message": message})


class CitingOpenAlexServer(OpenAlexServer):
    """An OpenAlex with a graph: number of a work to the numbers it cites; understands doi:, cites: and cited_by:."""

    def __init__(self, graph: dict[int, list[int]], size: int, **options: Any) -> None:
        super().__init__(size, **options)
        self.graph = graph

    def _page(self, asked: Asked, start: int, size: int) -> Reply:
        name, _, values = asked.params["filter"].partition(":")
        wanted = set(values.split("|"))
        if name == "doi":
            found = [n for n in range(self.size) if f"10.5555/leeszaal.{n}" in wanted and n % 10]
        else:
            ids = {int(value.removeprefix("W")) - 1_000_000 for value in wanted}
            found = [
                n for n in range(self.size)
                if (name == "cites" and ids & set(self.graph.get(n, ())))
                or (name == "cited_by" and any(n in self.graph.get(one, ()) for one in ids))
            ]  # fmt: skip
        part = found[start : start + size]
        following = self._cursor(start + size) if start + size < len(found) else None
        self.spent += 0.0001
        meta = {"count": len(found), "per_page": size, "next_cursor": following, "cost_usd": 0.0001}
        body = json.dumps({"meta": meta})[:-1].encode() + b', "results": [' + b", ".join(map(self._work, part)) + b"]}"
        return Reply(body, headers={"x-ratelimit-remaining-usd": f"{1 - self.spent:.4f}"})
