"""Writing that leaves what was there intact: beside the target first, then one rename."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from leeszaal.errors import LeeszaalError

__all__ = ["fresh_folder", "read_bytes", "reading", "replace_folder", "sha256", "write_bytes", "write_text", "writing"]

_DAY = 24 * 60 * 60
_CAUSES = {
    errno.ENOSPC: ("de schijf is vol", "Maak ruimte vrij en probeer het opnieuw."),
    errno.EDQUOT: ("uw schijfruimte is op", "Maak ruimte vrij en probeer het opnieuw."),
    errno.EROFS: ("deze schijf is alleen-lezen", "Kies een andere map met --home."),
    errno.EACCES: (
        "deze map of dit bestand mag niet worden beschreven",
        "Vraag schrijfrechten of kies een andere map.",
    ),
    errno.EPERM: ("deze map of dit bestand mag niet worden beschreven", "Vraag schrijfrechten of kies een andere map."),
}


def _cannot(action: str, path: Path, error: OSError) -> LeeszaalError:
    cause, remedy = _CAUSES.get(error.errno or 0, (error.strerror or str(error), "Probeer het opnieuw."))
    return LeeszaalError(f"{path} kan niet worden {action}: {cause}. Wat er stond is niet veranderd.", remedy)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an `OSError` raised while writing `path` into a message a user understands.

    Raises
    ------
    LeeszaalError
        Naming the path, the cause (full disk, read-only folder, ...) and the remedy.
    """
    try:
        yield
    except OSError as error:
        raise _cannot("geschreven", path, error) from error


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn an `OSError` raised while reading `path` into a message a user understands.

    Raises
    ------
    LeeszaalError
        When the file is missing, is a folder, or may not be read.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise LeeszaalError(f"{path} bestaat niet.", "Controleer de naam en de map.") from error
    except IsADirectoryError as error:
        raise LeeszaalError(f"{path} is een map, geen bestand.", "Noem een bestand in die map.") from error
    except OSError as error:
        raise _cannot("gelezen", path, error) from error


def write_bytes(path: Path, content: bytes) -> Path:
    """Write `content` to `path` in one rename; a failure or a kill leaves the old file as it was."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.chmod(0o644)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    return path


def write_text(path: Path, content: str) -> Path:
    """Write UTF-8 text with Unix line ends to `path` in one rename."""
    return write_bytes(path, content.encode("utf-8"))


def read_bytes(path: Path) -> bytes:
    """Read a file, or say in Dutch why that cannot be done.

    Raises
    ------
    LeeszaalError
        When the file is missing, is a folder, or may not be read.
    """
    with reading(path):
        return path.read_bytes()


def sha256(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal (64 characters)."""
    return hashlib.sha256(content).hexdigest()


@contextlib.contextmanager
def fresh_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside `target` that takes its place when the block ends without an error."""
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _put_back(target)
        _sweep(target)
        new = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    new.chmod(0o755)
    try:
        yield new
        replace_folder(new, target)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _sweep(target: Path) -> None:
    """Delete what runs that were killed left beside `target`; one of today may still be at work."""
    for left in target.parent.glob(f".{target.name}.*"):
        if left.is_dir() and left.suffix != ".vorige" and left.stat().st_mtime < time.time() - _DAY:
            shutil.rmtree(left, ignore_errors=True)


def _put_back(target: Path) -> None:
    """Undo a replacement that was cut off between its two renames: what stepped aside takes its place again."""
    aside = target.with_name(f".{target.name}.vorige")
    if aside.exists() and not target.exists():
        aside.rename(target)


def replace_folder(new: Path, target: Path) -> None:
    """Put folder `new` in the place of `target`; `target` is never half old, half new.

    A folder cannot be renamed over another that holds files, so the old one steps aside first and comes back if
    the second rename fails.
    """
    aside = target.with_name(f".{target.name}.vorige")
    with writing(target):
        _put_back(target)
        shutil.rmtree(aside, ignore_errors=True)
        if target.exists():
            target.rename(aside)
        try:
            new.rename(target)
        except OSError:
            if aside.exists():
                aside.rename(target)
            raise
        shutil.rmtree(aside, ignore_errors=True)
