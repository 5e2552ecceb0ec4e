"""A local feed, RSS or Atom."""

from __future__ import annotations

from .base import Asked, Fault, LocalServer, Reply


def rss(items: int = 20) -> bytes:
    """Return an RSS feed; every second item is about supervision."""
    entries = "".join(
        f"<item><title>{'Toezicht op gemeenten' if n % 2 else 'Ander nieuws'} {n} é</title>"
        f'<link>https://example.org/nieuws/{n}</link><guid isPermaLink="false">nieuws-{n}</guid>'
        f"<description>&lt;p&gt;Bericht &lt;b&gt;{n}&lt;/b&gt; over bestuur.&lt;/p&gt;</description>"
        f"<pubDate>Tue, 0{1 + n % 9} Sep 2026 10:00:00 +0200</pubDate><category>Bestuur</category></item>"
        for n in range(items)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Nieuws van het bestuur</title>'
        f"<link>https://example.org</link><language>nl-NL</language>{entries}</channel></rss>"
    ).encode()


ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nl"><title>Onderzoek</title><id>urn:feed</id>
<updated>2026-09-02T10:00:00Z</updated>
<entry><title>Toezicht in de provincie</title><id>urn:1</id><link href="https://example.org/1"/>
<author><name>Anna de Vries</name></author><updated>2026-09-02T10:00:00Z</updated><summary>Kort.</summary></entry>
<entry><title/><id>urn:2</id><updated>2026-09-02T10:00:00Z</updated></entry></feed>"""


class FeedServer(LocalServer):
    """A feed at every address."""

    def __init__(self, body: bytes = b"", faults: tuple[Fault, ...] = (), *, kind: str = "application/rss+xml") -> None:
        super().__init__(faults)
        self.body, self.kind = body or rss(), kind

    def handle(self, asked: Asked) -> Reply:
        del asked
        return Reply(self.body, kind=self.kind)
