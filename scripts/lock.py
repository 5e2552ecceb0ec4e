"""Pin every dependency: names, versions and hashes for all platforms, and no address of any registry.

Writes `requirements/base.txt` and `requirements/test.txt` (with hashes, for `make`) and `requirements/constraints.txt`
(versions alone, for the one `pip install` line on Windows: pip refuses hashes beside a local folder).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "requirements"
UV = shutil.which("uv") or "uv"
BUILD = REQUIREMENTS / "build.in"
HEADER = "# Made by scripts/lock.py; change pyproject.toml instead.\n"


def compile_to(target: Path, *arguments: str) -> str:
    """Resolve the dependencies into `target` and return its text."""
    command = [UV, "pip", "compile", "pyproject.toml", str(BUILD), "--universal", "--generate-hashes"]
    command += ["--python-version", "3.11", "--no-emit-index-url", "--no-annotate", "--no-header", "--quiet"]
    subprocess.run([*command, "--output-file", str(target), *arguments], cwd=ROOT, check=True)
    text = target.read_text(encoding="utf-8")
    if re.search(r"https?://|--index|--find-links|--extra-index", text):
        target.unlink()
        sys.exit(f"{target.name} would hold an address; nothing is written.")
    target.write_text(HEADER + text, encoding="utf-8", newline="\n")
    return text


def main() -> None:
    """Write the three files."""
    base = compile_to(REQUIREMENTS / "base.txt")
    compile_to(REQUIREMENTS / "test.txt", "--extra", "test", "--constraint", str(REQUIREMENTS / "base.txt"))
    versions = [re.sub(r"\s*\\$", "", line) for line in base.splitlines() if re.match(r"[A-Za-z0-9]", line)]
    constraints = REQUIREMENTS / "constraints.txt"
    constraints.write_text(HEADER + "\n".join(versions) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
