"""A local Zotero: user and group libraries, versions, changes, writing; as zotero.org or as the program itself."""

from __future__ import annotations

import json
import re
from typing import Any

from .base import Asked, Fault, LocalServer, Reply

FIELDS = ("title", "abstractNote", "publicationTitle", "volume", "pages", "date", "DOI", "url", "language", "extra")


def item(key: str, version: int, number: int, **fields: Any) -> dict[str, Any]:
    """Return one made-up item in the shape of the recordings."""
    data = {
        "key": key, "version": version, "itemType": "journalArticle", "title": f"Interbestuurlijk toezicht, deel {number}",
        "creators": [
            {"creatorType": "author", "firstName": "Anna", "lastName": "de Vries"},
            {"creatorType": "author", "name": "Raad van State"},
            {"creatorType": "editor", "firstName": "Bert", "lastName": "Bos"},
        ],
        "abstractNote": "Kort.", "publicationTitle": "Bestuurskunde", "volume": "12", "pages": "3-19", "date": "17 mei 2019",
        "DOI": f"10.5555/zot.{number}", "url": "", "language": "nl-NL", "extra": f"Citation Key: vries{number}",
        "tags": [{"tag": "toezicht"}, {"tag": "Overijssel", "type": 1}], "collections": ["KOBKOBKO"], "relations": {},
        "dateAdded": f"2026-01-01T00:{number // 60 % 60:02d}:{number % 60:02d}Z", "dateModified": "2026-01-02T00:00:00Z",
    } | fields  # fmt: skip
    return {
        "key": key, "version": version, "library": {"type": "group", "id": 12, "name": "KOB", "links": {}}, "links": {},
        "meta": {"creatorSummary": "de Vries en Raad van State", "parsedDate": "2019-05-17", "numChildren": 0},
        "data": data,
    }  # fmt: skip


def key_of(number: int) -> str:
    """Return a key in Zotero's alphabet."""
    letters = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
    return "".join(letters[number // len(letters) ** place % len(letters)] for place in range(8))


class ZoteroServer(LocalServer):
    """`size` items in the library ``/groups/12`` and the same in ``/users/475425`` and, for the program, ``/users/0``.

    Parameters
    ----------
    key
        What is asked for to read and write, or None for an open library.
    local
        Speak as the program does: under ``/api``, with a Zotero-Server-ID, and no key to read.
    server
        That id.
    backoff
        Seconds of rest that every answer asks for.
    """

    def __init__(
        self, size: int = 250, faults: tuple[Fault, ...] = (), *, key: str | None = "geheim-zotero", local: bool = False,
        server: str = "kast-1", backoff: float = 0, loose_note: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(faults)
        self.key, self.local, self.server, self.backoff = key, local, server, backoff
        self.version = size + 1
        self.items = {key_of(n): item(key_of(n), n + 1, n) for n in range(size)}
        if loose_note:
            note = item("NOTENOTE", 1, 0)
            note["data"] = {
                "key": "NOTENOTE",
                "version": 1,
                "itemType": "note",
                "note": "los",
                "dateAdded": "2026-01-03",
            }
            self.items["NOTENOTE"] = note
        self.authorised, self.remember = 0, True
        self.deleted: dict[str, int] = {}
        self.collections = [("KOBKOBKO", "Kwaliteit", "OVEROVER"), ("OVEROVER", "Overijssel", False)]

    @property
    def base(self) -> str:
        return f"{self.url}/api" if self.local else self.url

    def change(self, key: str, **fields: Any) -> None:
        """Change an item as someone at another machine does."""
        self.version += 1
        self.items[key]["version"] = self.items[key]["data"]["version"] = self.version
        self.items[key]["data"] |= fields

    def delete(self, key: str) -> None:
        self.version += 1
        del self.items[key]
        self.deleted[key] = self.version

    def handle(self, asked: Asked) -> Reply:
        path = asked.path.removeprefix("/api") if self.local else asked.path
        if self.local and path == asked.path:
            return self._reply(b"Not found", 404)
        if not self.local and self.key is not None and asked.headers.get("authorization") != f"Bearer {self.key}":
            return self._reply(b"Forbidden", 403)
        if path == "/":
            return self._reply(b"{}")
        if path == "/local/authorize":
            self.authorised += 1
            return self._json({"key": self.key, "remember": self.remember})
        if path == "/itemFields":
            return self._json([{"field": name, "localized": name} for name in FIELDS])
        found = re.fullmatch(r"/(?:groups/12|users/(?:475425|0))(/.*)", path)
        if found is None:
            return self._reply(b"Not found", 404)
        if asked.method in ("POST", "PATCH"):
            return self._write(asked, found[1])
        return self._read(asked, found[1])

    def _read(self, asked: Asked, path: str) -> Reply:
        params = asked.params
        if path == "/collections":
            rows = [
                {"key": key, "version": 1, "data": {"key": key, "version": 1, "name": name, "parentCollection": parent}}
                for key, name, parent in self.collections
            ]
            return self._json(rows, total=len(rows))
        if path == "/deleted":
            gone = [key for key, version in self.deleted.items() if version > int(params["since"])]
            return self._json({"collections": [], "items": gone, "searches": [], "tags": [], "settings": []})
        collection = re.fullmatch(r"/collections/(\w+)/items/top", path)
        if path not in ("/items", "/items/top") and collection is None:
            return self._reply(b"Not found", 404)
        rows = [one for one in self.items.values() if self._wanted(one["data"], params, collection and collection[1])]
        if "itemKey" in params:
            rows = [one for one in rows if one["key"] in params["itemKey"].split(",")]
        rows = sorted(rows, key=lambda one: one["data"].get("dateAdded", ""))
        start, limit = int(params.get("start", 0)), min(int(params.get("limit", 25)), 100)
        return self._json(rows[start : start + limit], total=len(rows))

    def _wanted(self, data: dict[str, Any], params: Any, collection: str | None) -> bool:
        if data["version"] <= int(params.get("since", 0)) or (data.get("deleted") and "includeTrashed" not in params):
            return False
        if collection and collection not in data.get("collections", []):
            return False
        kinds = params.get("itemType", "").split(" || ")
        if params.get("itemType") and data["itemType"] not in kinds:
            return False
        return all(word.strip('"').lower() in str(data).lower() for word in params.get("q", "").split())

    def _write(self, asked: Asked, path: str) -> Reply:
        if self.local:
            if asked.headers.get("zotero-server-id") is None:
                return self._reply(b"Zotero-Server-ID not provided", 428)
            if asked.headers["zotero-server-id"] != self.server:
                return self._reply(b"Zotero-Server-ID does not match", 412)
            if asked.headers.get("zotero-api-key") != self.key:
                return self._reply(b"API key required", 401)
        if path.rstrip("/") != "/items":
            return self._reply(b"Not found", 404)
        sent = json.loads(asked.body)
        if len(sent) > 50:
            return self._reply(b"Too many", 413)
        said: dict[str, Any] = {"successful": {}, "success": {}, "unchanged": {}, "failed": {}}
        self.version += 1
        for place, one in enumerate(sent):
            key = one["key"]
            mine = self.items.get(key)
            if mine is None:
                said["failed"][str(place)] = {"key": key, "code": 404, "message": "Item does not exist"}
            elif one.get("version") != mine["version"]:
                said["failed"][str(place)] = {
                    "key": key,
                    "code": 412,
                    "message": "Item has been modified since specified version",
                }
            else:
                mine["data"] |= one
                mine["version"] = mine["data"]["version"] = self.version
                said["success"][str(place)] = key
        return self._json(said)

    def _json(self, body: Any, total: int | None = None) -> Reply:
        return self._reply(json.dumps(body, ensure_ascii=False).encode(), total=total)

    def _reply(self, body: bytes, status: int = 200, total: int | None = None) -> Reply:
        headers = {"Zotero-API-Version": "3", "Last-Modified-Version": str(self.version)}
        if total is not None:
            headers["Total-Results"] = str(total)
        if self.local:
            headers["Zotero-Server-ID"] = self.server
        if self.backoff:
            headers["Backoff"] = f"{self.backoff:g}"
        return Reply(body, status, headers, kind="application/json" if status == 200 else "text/plain")
