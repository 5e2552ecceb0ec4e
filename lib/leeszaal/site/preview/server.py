"""The server of the preview: this machine alone, the rendered pages over the site, and news of what changed.

A page asks for news and waits; when something was saved it loads itself again, or shows what is wrong above the
text. The script for that is put into the page as it is served, and is in no page of the site.
"""

from __future__ import annotations

import html
import json
import mimetypes
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes
from leeszaal.site.pandoc import DATA

__all__ = ["News", "PreviewServer"]

_WAIT = 20.0  # seconds that a page waits for news before it asks again
_SCRIPT = read_bytes(DATA / "nieuws.js")


class News:
    """What the pages are told: a number that goes up at every save, and what is wrong."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.version = 0
        self.problems: list[str] = []

    def tell(self, problems: Sequence[str]) -> None:
        """Tell every page that waits."""
        with self._changed:
            self.version += 1
            self.problems = list(problems)
            self._changed.notify_all()

    def after(self, version: int, wait: float = _WAIT) -> dict[str, object]:
        """Return the news behind `version`, waiting for it at most `wait` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self.version != version, timeout=wait)
            return {"version": self.version, "problems": self.problems}


class PreviewServer(ThreadingHTTPServer):
    """Serves on 127.0.0.1.

    Parameters
    ----------
    folders
        Where files are looked for, the first that holds one first.
    news
        What the pages are told.
    port
        0: a free one.

    Raises
    ------
    LeeszaalError
        When the port is taken.
    """

    daemon_threads = True

    def __init__(self, folders: Sequence[Path], news: News, port: int = 0) -> None:
        self.folders, self.news = [folder.resolve() for folder in folders], news
        try:
            super().__init__(("127.0.0.1", port), _Handler)
        except (OSError, OverflowError) as error:
            raise LeeszaalError(
                f"Poort {port} op deze machine is niet vrij ({error}).",
                "Kies een andere met --port, of laat --port weg.",
            ) from error

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def find(self, path: str) -> Path | None:
        """Return the file behind the path of an address, or None; nothing outside the folders."""
        for folder in self.folders if "\0" not in path else ():
            found = (folder / path.lstrip("/")).resolve()
            if found.is_dir():
                found /= "index.html"
            if found.is_relative_to(folder) and found.is_file():
                return found
        return None


class _Handler(BaseHTTPRequestHandler):
    server: PreviewServer

    def do_GET(self) -> None:
        # A page elsewhere may point a name of its own at this machine; it gets nothing.
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        if host not in ("127.0.0.1", "localhost"):
            self.send_error(403)
            return
        parts = urlsplit(self.path)
        if parts.path == "/-/nieuws":
            after = parse_qs(parts.query).get("na", ["0"])[0]
            news = self.server.news.after(int(after) if after.isdigit() else 0)
            self._send(json.dumps(news).encode("utf-8"), "application/json")
            return
        found = self.server.find(unquote(parts.path))
        if found is None:
            self._send(f"<p>{html.escape(parts.path)} bestaat niet.</p>".encode(), "text/html; charset=utf-8", 404)
            return
        # The number goes with the content: what is saved while the page is read is news to it.
        version, problems = self.server.news.version, self.server.news.problems
        content = read_bytes(found)
        kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
        if kind == "text/html":
            known = json.dumps({"version": version, "problems": problems}).replace("<", "\\u003c").encode()
            script = b"<script>window.NIEUWS = " + known + b";\n" + _SCRIPT + b"</script>\n</body>"
            content = content.replace(b"</body>", script)
        self._send(content, f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)

    def _send(self, content: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        try:
            self.wfile.write(content)
        except (BrokenPipeError, ConnectionResetError):
            return  # the reader went on to another page

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the writer looks at the page."""
