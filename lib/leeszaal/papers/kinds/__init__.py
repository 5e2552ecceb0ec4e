"""What one kind of paper computes of its own: a module a template, under its name with underscores.

A template needs such a module only when the sections that every paper may show are not enough. Its notebook calls the
module's functions, which take the `Paper` and return a `Block`. Two names are looked up by the house itself, where the
module has them:

``values(paper) -> ValueGroup``
    What the writer's text may use beside the values that every paper has.
``resolve(home, parameters) -> dict``
    Fills in parameters that follow from others, before the paper is opened (the theme of the paper that an *oplegger*
    accompanies).
``rests_on(home, parameters) -> list[Path]``
    Files beyond the usual on which the paper rests: when they change, it is made again.
"""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType

__all__ = ["kind_module"]


def kind_module(template: str) -> ModuleType | None:
    """Return the module of a template, or None when it has none.

    Examples
    --------
    >>> kind_module("a-template-of-somebody") is None
    True
    """
    name = f"{__name__}.{template.replace('-', '_')}"
    try:
        found = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        found = None
    return importlib.import_module(name) if found is not None else None
