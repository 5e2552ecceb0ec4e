"""The repositories of the Dutch universities and of some institutes, by name.

From the list of Dutch sources of SURF and the open research community (tried in February 2026), of which only those
with publications that may matter here were taken. An address that did not answer then is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from leeszaal.errors import LeeszaalError, nearest

__all__ = ["REPOSITORIES", "UNIVERSITIES", "Repository", "find_repositories"]


@dataclass(frozen=True)
class Repository:
    """One repository.

    Attributes
    ----------
    name
        Short name, for searches.yaml.
    title
        As it is called.
    url
        Address of its OAI-PMH service.
    by_year
        Whether it has a set for each year of publication, as the system Pure makes them ("publications:year2024").
    """

    name: str
    title: str
    url: str
    by_year: bool = False


_UNIVERSITIES = (
    Repository("erasmus", "Erasmus Universiteit Rotterdam", "https://pure.eur.nl/ws/oai", True),
    Repository("groningen", "Rijksuniversiteit Groningen", "https://pure.rug.nl/ws/oai", True),
    Repository("leiden", "Universiteit Leiden", "https://scholarlypublications.universiteitleiden.nl/oai2"),
    Repository("maastricht", "Universiteit Maastricht", "https://cris.maastrichtuniversity.nl/ws/oai", True),
    Repository("nyenrode", "Nyenrode", "https://api.surfsharekit.nl/api/oaipmh/channel/v1/nyenrode"),
    Repository("open-universiteit", "Open Universiteit", "https://research.ou.nl/ws/oai", True),
    Repository("radboud", "Radboud Universiteit", "https://repository.ubn.ru.nl/oai/openaire"),
    Repository("tilburg", "Tilburg University", "https://pure.uvt.nl/ws/oai", True),
    Repository("tudelft", "TU Delft", "https://oai-pmh.tno.nl/OaiPmh"),
    Repository("twente", "Universiteit Twente", "https://ris.utwente.nl/ws/oai", True),
    Repository("utrecht", "Universiteit Utrecht", "https://dspace.library.uu.nl/oai/openaire"),
    Repository("utrecht-pure", "Universiteit Utrecht (Pure)", "https://research-portal.uu.nl/ws/oai", True),
    Repository("uva", "Universiteit van Amsterdam", "https://pure.uva.nl/ws/oai", True),
    Repository("vu", "Vrije Universiteit Amsterdam", "https://research.vu.nl/ws/oai", True),
    Repository("wageningen", "Wageningen University & Research", "https://library.wur.nl/oai"),
)
_OTHERS = (
    Repository("buas", "Breda University of Applied Sciences", "https://pure.buas.nl/ws/oai", True),
    Repository("hanze", "Hanze", "https://research.hanze.nl/ws/oai", True),
    Repository("hva", "Hogeschool van Amsterdam", "https://pure.hva.nl/ws/oai", True),
    Repository("knaw", "KNAW", "https://pure.knaw.nl/ws/oai2", True),
    Repository("rivm", "RIVM", "https://rivm.openrepository.com/server/oai/openaire4"),
    Repository("windesheim", "Windesheim", "https://hbo-kennisbank.nl/oai/6e5365d4-4b12-4de9-befd-0843b90ee81c"),
)
UNIVERSITIES = tuple(one.name for one in _UNIVERSITIES)
REPOSITORIES = {one.name: one for one in (*_UNIVERSITIES, *_OTHERS)}
# One word for all of them.
_ALL = "universiteiten"


def find_repositories(names: list[str]) -> tuple[Repository, ...]:
    """Return repositories by name; "universiteiten" stands for all universities.

    Raises
    ------
    LeeszaalError
        When there is none of that name, with the nearest.
    """
    found: dict[str, Repository] = {}
    for name in names:
        if name == _ALL:
            found |= {one.name: one for one in _UNIVERSITIES}
        elif name in REPOSITORIES:
            found[name] = REPOSITORIES[name]
        else:
            raise LeeszaalError(f"Er is geen repository ‘{name}’.", nearest(name, [_ALL, *REPOSITORIES]))
    return tuple(found.values())
