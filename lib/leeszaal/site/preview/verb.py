"""Follow what a writer saves, and show it: `leeszaal preview`."""

from __future__ import annotations

import sys
import threading
import time
import webbrowser
from collections.abc import Callable
from pathlib import Path

from leeszaal.home import Home, find_home
from leeszaal.site.preview.live import Live, changed, stamps
from leeszaal.site.preview.server import News, PreviewServer
from leeszaal.site.render import site

__all__ = ["follow", "preview"]

_PAUSE = 0.15  # seconds between two looks at the files


def preview(
    slug: str | None = None,
    *,
    home: Home | Path | str | None = None,
    port: int = 0,
    browser: bool = True,
    until: Callable[[], bool] | None = None,
) -> str:
    """Show a paper or the pages of the site in the browser, and render again whatever is saved.

    Parameters
    ----------
    slug
        The paper that is being written; without it the pages of the site are followed.
    home
        The reading room; by default the nearest one.
    port
        On which this machine serves the page; 0: a free one.
    browser
        Open the page in the browser.
    until
        Asked at every look; when it says True the preview ends. By default it ends with Ctrl-C.

    Returns
    -------
    str
        The address at which the page stood.

    Raises
    ------
    LeeszaalError
        When there is no such paper, or the site cannot be made for the first time.
    """
    room = find_home(home)
    if slug is not None:
        room.paper(slug)
    if not (room.site / "index.html").is_file():
        site(home=room)
    live, news = Live(room, slug), News()
    server = PreviewServer([live.over, room.site], news, port)
    address = server.address + live.start
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        print(f"{address}\nU ziet hier wat u opslaat. Stoppen: Ctrl-C.", file=sys.stderr, flush=True)
        follow(live, news, until, lambda: browser and webbrowser.open(address))
    except KeyboardInterrupt:
        pass
    finally:
        server.shutdown()
        server.server_close()
        live.stop()
    return address


def follow(live: Live, news: News, until: Callable[[], bool] | None, ready: Callable[[], object]) -> None:
    """Render once, call `ready`, and then again after every save, until `until` says so."""
    before = stamps(live.home, live.slug)
    first = {path for path in before if live.slug and path.parent == live.home.paper(live.slug)}
    news.tell(live.refresh(first))
    ready()
    while not (until is not None and until()):
        now = stamps(live.home, live.slug)
        saved = changed(before, now)
        before = now
        if saved:
            news.tell(live.refresh(saved))
        time.sleep(_PAUSE)
