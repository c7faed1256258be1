"""What a person says of a release: version, authors, licence, where it will lie, what may be missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from gkingest.errors import UsageError
from gkingest.export.authors import Author
from gkingest.export.package import TITLE


class Licence(NamedTuple):
    """A licence for data: its SPDX identifier, name and address."""

    spdx: str
    name: str
    url: str


LICENCES: Mapping[str, Licence] = {
    licence.spdx: licence
    for licence in (
        Licence(
            "CC-BY-4.0",
            "Creative Commons Attribution 4.0 International",
            "https://creativecommons.org/licenses/by/4.0/legalcode",
        ),
        Licence(
            "CC-BY-SA-4.0",
            "Creative Commons Attribution-ShareAlike 4.0 International",
            "https://creativecommons.org/licenses/by-sa/4.0/legalcode",
        ),
        Licence(
            "CC-BY-NC-4.0",
            "Creative Commons Attribution-NonCommercial 4.0 International",
            "https://creativecommons.org/licenses/by-nc/4.0/legalcode",
        ),
        Licence(
            "CC0-1.0",
            "Creative Commons Zero 1.0 Universal",
            "https://creativecommons.org/publicdomain/zero/1.0/legalcode",
        ),
        Licence(
            "ODbL-1.0",
            "Open Data Commons Open Database License 1.0",
            "https://opendatacommons.org/licenses/odbl/1-0/",
        ),
        Licence(
            "ODC-By-1.0",
            "Open Data Commons Attribution License 1.0",
            "https://opendatacommons.org/licenses/by/1-0/",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be released: ``doi`` and ``url`` are where it will lie, "" if that is not known yet."""

    version: str
    authors: tuple[Author, ...] = ()
    licence: Licence = LICENCES["CC-BY-4.0"]
    title: str = TITLE
    publisher: str = ""
    doi: str = ""
    url: str = ""
    allowed: frozenset[str] = frozenset()


def licence_of(word: str) -> Licence:
    """The licence of an SPDX identifier; raises :class:`UsageError`."""
    found = next((one for spdx, one in LICENCES.items() if spdx.lower() == word.strip().lower()), None)
    if found is None:
        raise UsageError(f"--license {word}: this licence is not known here; one of {', '.join(LICENCES)}")
    return found


def place_of(word: str) -> tuple[str, str]:
    """DOI and address of what was typed as either; raises :class:`UsageError`."""
    doi = word.removeprefix("https://doi.org/").removeprefix("doi:")
    if doi.startswith("10.") and "/" in doi:
        return doi, f"https://doi.org/{doi}"
    if word.startswith(("https://", "http://")):
        return "", word
    if word:
        raise UsageError(f"--at {word}: this is neither a DOI nor an address; write 10.5281/zenodo.1 or https://…")
    return "", ""
