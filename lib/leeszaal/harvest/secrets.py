"""Keys: read from the environment or the system's keyring, and kept out of everything that is written."""

from __future__ import annotations

import logging
import os
import re
from urllib.parse import quote, quote_plus

__all__ = ["HIDDEN", "redact", "redact_bytes", "secret"]

HIDDEN = "***"

# Every secret handed out in this process, so that no message can show one.
_known: set[str] = set()
# What a URL or header shows a secret as, for one that did not come from here.
_NAMED = re.compile(
    r"(?P<name>\b(?:api[_-]?key|access[_-]?token|apikey|token|key|password|secret)=)(?P<value>[^&\s\"'<>]+)"
    r"|(?P<header>\b(?:Zotero-API-Key|Authorization|Crossref-Plus-API-Token)[\"']?\s*[:=]\s*[\"']?(?:Bearer\s+)?)(?P<bearer>[^\s\"',]+)",
    re.IGNORECASE,
)
# A shorter one would blot out ordinary words.
_SHORTEST = 6


def secret(name: str) -> str | None:
    """Return the secret called `name`, or None when it is not set.

    Parameters
    ----------
    name
        Such as ``"OPENALEX_KEY"``: looked up as ``LEESZAAL_OPENALEX_KEY`` in the environment, else in the
        system's keyring under the service ``leeszaal``, where the package keyring is installed. White space
        around it (a pasted line end) is dropped, because services refuse such a key.
    """
    value = (os.environ.get(f"LEESZAAL_{name.upper()}") or _from_keyring(name.lower()) or "").strip()
    if not value:
        return None
    _known.add(value)
    return value


def _from_keyring(name: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        found = keyring.get_password("leeszaal", name)
    except KeyringError:  # no keyring on this machine, or locked: the environment is the other way
        return None
    return str(found) if found else None


def _forms(value: str) -> set[str]:
    return {value, quote(value, safe=""), quote_plus(value)}


def redact(text: str) -> str:
    """Return `text` with every known secret, and everything that looks like a key in a URL, as ``***``.

    Examples
    --------
    >>> redact("https://api.example.org/works?api_key=abcdef&page=2")
    'https://api.example.org/works?api_key=***&page=2'
    """
    for value in sorted(_known, key=len, reverse=True):
        if len(value) >= _SHORTEST:
            for form in _forms(value):
                text = text.replace(form, HIDDEN)
    return _NAMED.sub(lambda m: (m["name"] or m["header"]) + HIDDEN, text)


def redact_bytes(content: bytes) -> bytes:
    """Return `content` without the known secrets: a source may repeat our question in its answer."""
    for value in sorted(_known, key=len, reverse=True):
        if len(value) >= _SHORTEST:
            for form in _forms(value):
                content = content.replace(form.encode(), HIDDEN.encode())
    return content


class _Redacting(logging.Filter):
    """Takes secrets out of the log lines of the HTTP library, which hold whole URLs."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        clean = redact(text)
        if clean != text:
            record.msg, record.args = clean, ()
        return True


for _name in ("httpx2", "httpcore2.connection", "httpcore2.http11", "httpcore2.http2", "httpcore2.proxy"):
    logging.getLogger(_name).addFilter(_Redacting())
