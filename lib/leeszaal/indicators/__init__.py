"""Figures about the province, beside the literature."""

from leeszaal.indicators.analysis import (
    Usual,
    level,
    points_in_voters,
    rank,
    region_change,
    series,
    spread,
    usual_movement,
    votes_between,
)
from leeszaal.indicators.campaign import (
    SIZES,
    election_pairs,
    load_stations,
    polling_day,
    room_between,
    size_classes,
)
from leeszaal.indicators.cbs import CbsFetched, fetch_cbs, ratio
from leeszaal.indicators.comparability import Comparison, compare, measure_for, shares
from leeszaal.indicators.expectation import Expectation, expectation
from leeszaal.indicators.frameworks import Criterion, Framework, Law, criterion_works, framework_names, load_framework
from leeszaal.indicators.importing import TurnoutImported, import_turnout
from leeszaal.indicators.judging import SupervisionImported, import_supervision
from leeszaal.indicators.kiesraad import Count, Counts, read_counts, read_eml, read_result_json
from leeszaal.indicators.merged import Merger, load_mergers
from leeszaal.indicators.municipalities import (
    REGIONS,
    Region,
    load_municipalities,
    region_members,
    require_region,
)
from leeszaal.indicators.odata import read_iv3, read_observations, read_odata
from leeszaal.indicators.regionfacts import load_region_facts
from leeszaal.indicators.supervision import (
    DOMAINS,
    JUDGMENTS,
    Supervision,
    load_supervision,
    read_supervision,
    supervision_trend,
)
from leeszaal.indicators.turnout import Record, Turnout, load_turnout, read_turnout

__all__ = [
    "DOMAINS",
    "JUDGMENTS",
    "REGIONS",
    "SIZES",
    "CbsFetched",
    "Comparison",
    "Count",
    "Counts",
    "Criterion",
    "Expectation",
    "Framework",
    "Law",
    "Merger",
    "Record",
    "Region",
    "Supervision",
    "SupervisionImported",
    "Turnout",
    "TurnoutImported",
    "Usual",
    "compare",
    "criterion_works",
    "election_pairs",
    "expectation",
    "fetch_cbs",
    "framework_names",
    "import_supervision",
    "import_turnout",
    "level",
    "load_framework",
    "load_mergers",
    "load_municipalities",
    "load_region_facts",
    "load_stations",
    "load_supervision",
    "load_turnout",
    "measure_for",
    "points_in_voters",
    "polling_day",
    "rank",
    "ratio",
    "read_counts",
    "read_eml",
    "read_iv3",
    "read_observations",
    "read_odata",
    "read_result_json",
    "read_supervision",
    "read_turnout",
    "region_change",
    "region_members",
    "require_region",
    "room_between",
    "series",
    "shares",
    "size_classes",
    "spread",
    "supervision_trend",
    "usual_movement",
    "votes_between",
]
