"""Evidence: what a source said, kept as it came; append-only, never edited.

One folder an answer: `literature/evidence/<source>/<time>-<hash>/` with

- `content.gz`: the bytes as they came;
- `manifest.json`: source, name, hash, time, options, counts;
- `rejected.txt`, when there is something that could not be read: verbatim, with line and reason.

A folder is made under a hidden name and becomes final in one rename, so what a kill leaves behind is either
whole or not there.
"""

from __future__ import annotations

import datetime
import gzip
import json
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from leeszaal import __version__
from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, sha256, write_bytes, write_text, writing
from leeszaal.home import Home
from leeszaal.works.record import Reject

__all__ = ["Evidence", "add_evidence", "find_evidence", "list_evidence", "read_evidence", "rejected_text"]


@dataclass(frozen=True)
class Evidence:
    """One answer of a source, as its manifest describes it.

    Parameters
    ----------
    source
        Where it came from: ``"import"`` for files a person brought.
    name
        The name of the file or query.
    format, encoding
        How it was read.
    sha256
        Hash of the bytes as they came.
    time
        When it came in, UTC, ISO.
    options
        What else decides how it is read, such as `id_column`.
    records, rejected
        How many records were read, and how many could not be.
    software
        The version of Leeszaal that took it in.
    folder
        The folder of the evidence, as seen from the reading room.
    """

    source: str
    name: str
    format: str
    encoding: str
    sha256: str
    time: str
    options: dict[str, str]
    records: int
    rejected: int
    software: str
    folder: str = ""

    @property
    def read(self) -> int:
        """How many references the answer held, whether they could be read or not."""
        return self.records + self.rejected


# What a manifest must hold; a later version may add to it.
_MANIFEST = tuple(one.name for one in fields(Evidence) if one.name != "folder")


def list_evidence(home: Home) -> list[Evidence]:
    """Return all evidence, oldest first (by time, then hash).

    Raises
    ------
    LeeszaalError
        When a manifest cannot be read, naming it.
    """
    found = []
    for path in home.evidence.glob("*/*/manifest.json"):
        if any(part.startswith(".") for part in path.relative_to(home.evidence).parts):
            continue  # not finished
        try:
            manifest = json.loads(read_bytes(path))
            found.append(Evidence(**{name: manifest[name] for name in _MANIFEST}, folder=home.relative(path.parent)))
        except (ValueError, TypeError, KeyError) as error:
            raise LeeszaalError(
                f"{home.relative(path)} is beschadigd ({error!r}).",
                "Zet dit bestand terug uit een reservekopie of uit git.",
            ) from error
    return sorted(found, key=lambda item: (item.time, item.sha256, item.folder))


def find_evidence(known: Sequence[Evidence], source: str, digest: str, options: Mapping[str, str]) -> Evidence | None:
    """Return the evidence that holds exactly this content, read with the same options, or None."""
    for item in known:
        if item.source == source and item.sha256 == digest and item.options == dict(options):
            return item
    return None


def read_evidence(home: Home, item: Evidence) -> bytes:
    """Return the bytes of an answer as they came.

    Raises
    ------
    LeeszaalError
        When they cannot be read or are not what they were (the hash differs).
    """
    path = home.root / item.folder / "content.gz"
    try:
        content = gzip.decompress(read_bytes(path))
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(home, path) from error
    if sha256(content) != item.sha256:
        raise _damaged(home, path)
    return content


def _damaged(home: Home, path: Path) -> LeeszaalError:
    return LeeszaalError(
        f"{home.relative(path)} is niet meer wat het was: de controlesom klopt niet.",
        "Zet dit bestand terug uit een reservekopie of uit git.",
    )


def add_evidence(
    home: Home,
    *,
    source: str,
    name: str,
    content: bytes,
    format: str,  # noqa: A002
    encoding: str,
    options: Mapping[str, str],
    records: int,
    rejects: Sequence[Reject],
    time: datetime.datetime | None = None,
) -> Evidence:
    """Keep one answer of a source, in one rename.

    Returns
    -------
    Evidence
        With the folder it now stands in.

    Raises
    ------
    LeeszaalError
        When it cannot be written; nothing is left behind.
    """
    moment = (time or datetime.datetime.now(tz=datetime.UTC)).replace(microsecond=0)
    digest = sha256(content)
    item = Evidence(
        source, name, format, encoding, digest, moment.strftime("%Y-%m-%dT%H:%M:%SZ"), dict(options), records,
        len(rejects), __version__,
    )  # fmt: skip
    parent = home.evidence / source
    with writing(parent):
        parent.mkdir(parents=True, exist_ok=True)
        for left in parent.glob(".*"):
            shutil.rmtree(left, ignore_errors=True)  # of a run that was cut off
        work = Path(tempfile.mkdtemp(dir=parent, prefix="."))
    try:
        write_bytes(work / "content.gz", gzip.compress(content, mtime=0))
        if rejects:
            write_text(work / "rejected.txt", rejected_text(name, rejects))
        manifest = {key: value for key, value in asdict(item).items() if key != "folder"} | {"read": item.read}
        write_text(work / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
        folder = parent / f"{moment.strftime('%Y%m%dT%H%M%SZ')}-{digest[:8]}"
        with writing(folder):
            work.chmod(0o755)
            number = 1
            while folder.exists():  # the same content with other options, in the same second
                number += 1
                folder = folder.with_name(f"{folder.name.split('_')[0]}_{number}")
            work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)  # gone already, unless something went wrong
    return replace(item, folder=home.relative(folder))


def rejected_text(name: str, rejects: Sequence[Reject]) -> str:
    """Return what could not be read from `name`, for a person: how many, and each with place, reason and text."""
    return "\n".join(_rejected_lines(name, rejects)) + "\n"


def _rejected_lines(name: str, rejects: Sequence[Reject]) -> Iterator[str]:
    yield f"Niet gelezen uit {name}: {len(rejects)}. Per geval: de plaats, de reden en de tekst."
    for reject in rejects:
        place = f"regel {reject.line}" if reject.line is not None else "regel onbekend"
        yield ""
        yield f"=== {place}: {reject.reason}"
        yield reject.text
