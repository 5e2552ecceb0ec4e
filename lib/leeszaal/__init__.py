"""Leeszaal: the literature workbench of a Dutch province.

The verbs of the command line are the functions of this package, under the same names:

>>> import leeszaal
>>> leeszaal.import_  # doctest: +ELLIPSIS
<function import_ at ...>

Each takes ``home=``, the folder of the reading room (by default the nearest one), and returns a summary with the
figures of what it did; ``summary.tell()`` says it in Dutch.
"""

__version__ = "0.1.0"

# The folders first: a verb may bear the name of its folder, and then the verb is what `leeszaal.topics` means.
from leeszaal import harvest, library, papers, reading, site, topics, trends, works  # noqa: F401  isort: skip

from leeszaal.charts import describe, networks, topics_of_file, trends_of_file
from leeszaal.demo import DemoSummary, demo
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home, find_home
from leeszaal.indicators import fetch_cbs, import_supervision, import_turnout
from leeszaal.lab import lab
from leeszaal.library import (  # type: ignore[no-redef]  # noqa: F811
    build,
    check,
    decide,
    enrich,
    explain_work,
    export,
    find_works,
    harvest,
    import_,
    log,
    queue,
    snowball,
    undo,
    works,
    zotero_push,
)
from leeszaal.papers import (
    check_paper,
    new_paper,
    paper,
    paper_versions,
    parse_parameters,
    rerun,
    review_paper,
    sign_paper,
)
from leeszaal.reading import evaluate_tags, tag, tag_file, tag_report
from leeszaal.reading.desk import agreement, labels_in, labels_out, pile, save_reading_list
from leeszaal.reading.screening import screen_simulate
from leeszaal.scale import CorpusSummary, corpus
from leeszaal.site import preview, render_version, site  # type: ignore[no-redef]  # noqa: F811
from leeszaal.skeleton import InitSummary, init
from leeszaal.status import StatusSummary, status
from leeszaal.topics import topics  # type: ignore[no-redef]  # noqa: F811
from leeszaal.trends import signals, trends  # type: ignore[no-redef]  # noqa: F811

__all__ = [
    "CorpusSummary",
    "DemoSummary",
    "Home",
    "InitSummary",
    "LeeszaalError",
    "StatusSummary",
    "__version__",
    "agreement",
    "build",
    "check",
    "check_paper",
    "corpus",
    "decide",
    "demo",
    "describe",
    "enrich",
    "evaluate_tags",
    "explain_work",
    "export",
    "fetch_cbs",
    "find_home",
    "find_works",
    "harvest",
    "import_",
    "import_supervision",
    "import_turnout",
    "init",
    "lab",
    "labels_in",
    "labels_out",
    "log",
    "networks",
    "new_paper",
    "paper",
    "paper_versions",
    "parse_parameters",
    "pile",
    "preview",
    "queue",
    "render_version",
    "rerun",
    "review_paper",
    "save_reading_list",
    "screen_simulate",
    "sign_paper",
    "signals",
    "site",
    "snowball",
    "status",
    "tag",
    "tag_file",
    "tag_report",
    "topics",
    "topics_of_file",
    "trends",
    "trends_of_file",
    "undo",
    "works",
    "zotero_push",
]
