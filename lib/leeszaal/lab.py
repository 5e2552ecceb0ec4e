"""JupyterLab for the trainee: in Dutch, on the first notebook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from leeszaal.errors import LeeszaalError
from leeszaal.files import write_text
from leeszaal.home import Home, find_home

__all__ = ["lab", "lab_command"]

# What a new user finds set: the language, and no calls to the internet for news or updates.
_SETTINGS: dict[str, dict[str, object]] = {
    "translation-extension/plugin": {"locale": "nl_NL"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


def lab_command(home: Home, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """Return the command that starts JupyterLab and the environment it needs.

    The settings stand in the reading room (`.leeszaal/lab`), so that the language is Dutch there and the user's own
    JupyterLab stays as it is. What a user changes in the settings is kept.
    """
    settings = home.root / ".leeszaal" / "lab"
    for plugin, values in _SETTINGS.items():
        path = settings / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        if not path.exists():
            write_text(path, json.dumps(values) + "\n")
    first = sorted(home.notebooks.glob("*.ipynb"))
    if not first:
        raise LeeszaalError(
            f"In {home.notebooks} staan geen notebooks.", f"Zet ze terug met: leeszaal init {home.root}"
        )
    command = [
        sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={home.root}",
        f"--LabApp.default_url=/lab/tree/{home.relative(first[0])}", *arguments,
    ]  # fmt: skip
    return command, {**os.environ, "JUPYTERLAB_SETTINGS_DIR": str(settings)}


def lab(*, home: Home | Path | str | None = None) -> int:
    """Start JupyterLab on the notebooks of the reading room and wait until it stops.

    Returns
    -------
    int
        The exit code of JupyterLab.
    """
    command, environment = lab_command(find_home(home))
    try:
        return subprocess.run(command, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 0
