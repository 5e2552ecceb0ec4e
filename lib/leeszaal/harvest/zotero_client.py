"""The way to a Zotero library: its name, a pyzotero client over our own transport, and its errors as ours."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leeszaal.errors import LeeszaalError
from leeszaal.harvest.errors import Malformed, SourceDown, SourceRefused
from leeszaal.harvest.fastjson import loads
from leeszaal.harvest.secrets import secret
from leeszaal.harvest.transport import Transport

if TYPE_CHECKING:
    from pyzotero.zotero import Zotero as Pyzotero

__all__ = ["LOCAL", "WEB", "Library", "Told", "ask", "connect", "library_of"]

WEB, LOCAL = "https://api.zotero.org", "http://127.0.0.1:23119/api"
_TRIES = 3
_LIBRARY = re.compile(r"(user|group):(\d+)")


@dataclass(frozen=True)
class Library:
    """One Zotero library.

    Attributes
    ----------
    kind
        "user" or "group".
    identifier
        Its number; "0" for the user's own library in the Zotero on this machine.
    local
        Whether it is asked of the Zotero on this machine.
    """

    kind: str
    identifier: str
    local: bool = False

    @property
    def name(self) -> str:
        """As the user writes it, and as the records name it: ``group:123``, ``local:group:123``."""
        return f"{'local:' if self.local else ''}{self.kind}:{self.identifier}"


def library_of(text: str | None) -> Library:
    """Return the library that the user names: ``user:123``, ``group:123``, ``local:user:0``, ``local:group:123``.

    Parameters
    ----------
    text
        By default the environment's `LEESZAAL_ZOTERO_LIBRARY`.

    Raises
    ------
    LeeszaalError
        When it is not such a name, or none is given.

    Examples
    --------
    >>> library_of("local:group:12")
    Library(kind='group', identifier='12', local=True)
    """
    said = (text or os.environ.get("LEESZAAL_ZOTERO_LIBRARY") or "").strip()
    found = _LIBRARY.fullmatch(said.removeprefix("local:"))
    if found is None:
        message = f"‘{said}’ is geen Zotero-bibliotheek." if said else "Er is geen Zotero-bibliotheek genoemd."
        raise LeeszaalError(
            message,
            "Noem er een bij options: zotero: library, of in LEESZAAL_ZOTERO_LIBRARY, als user:NUMMER of group:NUMMER; "
            "met local: ervoor voor de Zotero op deze computer (local:user:0). Het nummer staat op "
            "zotero.org/settings/keys en in het webadres van de groep.",
        )
    return Library(found[1], found[2], said.startswith("local:"))


def connect(transport: Transport, library: Library, base: str) -> Pyzotero:
    """Return a pyzotero client whose every request goes through `transport`."""
    from pyzotero.zotero import Zotero as Pyzotero

    from leeszaal.harvest.adapter import client_over

    client = client_over(transport)
    waits: list[float] = []

    def before(_: Any) -> None:
        while waits:
            transport.pause(waits.pop())

    def after(response: Any) -> None:
        for name in ("backoff", "retry-after"):  # pyzotero would sleep through these, however long
            said = response.headers.pop(name, None)
            if said and said.strip().isdigit() and response.status_code < 400:
                waits.append(float(said))

    client.event_hooks = {"request": [before], "response": [after]}
    key = None if library.local else secret("ZOTERO_KEY")
    zotero = Pyzotero(
        library.identifier, library.kind, key, local=library.local, client=client,
        local_api_key=secret("ZOTERO_LOCAL_KEY") if library.local else None,
    )  # fmt: skip
    zotero.endpoint = base
    return zotero


@dataclass(frozen=True)
class Told:
    """An answer of Zotero: its JSON, its bytes as they came, and its headers."""

    json: Any
    content: bytes
    headers: Mapping[str, str]

    def number(self, header: str) -> int:
        """Return a header that is a number, 0 when it is not there."""
        return int(self.headers.get(header, 0))


def ask(zotero: Pyzotero, asked: Callable[[], Any], kind: type, *, tries: int = _TRIES) -> Told:
    """Call pyzotero, and return the JSON that came; its errors become ours.

    Parameters
    ----------
    zotero, asked, kind
        The client, what to call on it, and `list` or `dict`.
    tries
        How often to ask when no JSON comes; 1 for what changes something.

    Raises
    ------
    SourceRefused, SourceDown, Malformed
        When Zotero refuses, is not there, or answers with something else than JSON of this kind.
    """
    from pyzotero import errors

    for _ in range(tries):
        try:
            asked()
        except errors.PyZoteroError as error:
            raise _refused(zotero, error) from None
        except ValueError:  # pyzotero could not read the JSON; neither can we, below
            pass
        except SourceDown as error:
            if zotero.local:
                raise SourceDown(
                    "De Zotero op deze computer is niet bereikbaar.",
                    "Start Zotero, en zet in Instellingen > Geavanceerd aan dat andere programma’s Zotero mogen lezen.",
                ) from error
            raise
        response = zotero.request
        assert response is not None  # it has just asked
        try:
            found = loads(response.content)
        except ValueError:
            found = None
        if isinstance(found, kind):
            return Told(found, response.content, {name.lower(): value for name, value in response.headers.items()})
    raise Malformed(
        f"Zotero stuurt geen leesbare JSON van de afgesproken vorm: {zotero.self_link or zotero.endpoint}",
        "Probeer het later opnieuw; wat al binnen was, is bewaard.",
    )


def _refused(zotero: Pyzotero, error: Exception) -> SourceRefused:
    from pyzotero import errors

    said = str(error)
    found = re.search(r"Code: (\d+)", said)
    status = int(found[1]) if found else 0
    where = f"bibliotheek {zotero.library_type.rstrip('s')}:{zotero.library_id}"
    if isinstance(error, errors.ServerIDMismatchError):
        message = f"Dit is niet dezelfde Zotero als de vorige keer ({where})."
        remedy = "Haal de bibliotheek eerst opnieuw op met --since begin."
    elif status in (401, 403):
        message = f"Zotero geeft geen toegang tot {where} (HTTP {status})."
        remedy = (
            "Maak een sleutel op zotero.org/settings/keys die deze bibliotheek mag lezen (en voor terugschrijven ook "
            "mag schrijven), en zet die in LEESZAAL_ZOTERO_KEY."
        )
    elif status == 404:
        message, remedy = f"Zotero kent {where} of deze collectie niet (HTTP 404).", "Controleer het nummer."
    else:
        response = re.search(r"Response: (.*)", said)
        message = f"Zotero accepteert de vraag niet (HTTP {status}). Zotero zegt: {response[1] if response else said}"
        remedy = "Controleer de zoekvraag; leeszaal harvest --plan laat haar zien."
    return SourceRefused(message, remedy, status=status, content=said.encode())
