"""Who made a data set: people and institutions as typed, checked, and as CITATION.cff names them."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from gkingest.errors import UsageError

VARIABLE = "GKINGEST_AUTHOR"
UNNAMED = "Author not named"  # what a citation says where nobody was named: no name is made up
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")


@dataclass(frozen=True, slots=True)
class Author:
    """A person (``given`` may be ""), or an institution, whose whole name is ``family``; ``orcid`` of a person."""

    family: str
    given: str = ""
    orcid: str = ""
    person: bool = True

    @property
    def name(self) -> str:
        """``Family, Given``."""
        return f"{self.family}, {self.given}" if self.given else self.family

    @property
    def orcid_url(self) -> str:
        """The address of the ORCID; "" without one."""
        return f"https://orcid.org/{self.orcid}" if self.orcid else ""

    @classmethod
    def parse(cls, word: str) -> Self:
        """One author as typed; raises :class:`UsageError`."""
        name, _, rest = word.partition("<")
        orcid = rest.strip().removesuffix(">").strip().removeprefix("https://orcid.org/").upper()
        family, comma, given = name.replace("，", ",").partition(",")
        family, given = " ".join(family.split()), " ".join(given.split())
        if not family:
            raise UsageError(
                f"--author {word}: no name stands there; write Family, Given <ORCID>, or an institution"
            )
        if rest and not (_ORCID.fullmatch(orcid) and _check(orcid) == orcid[-1]):
            raise UsageError(
                f"--author {word}: {orcid or 'nothing'} is no ORCID; copy it from orcid.org, 0000-0000-0000-0000, "
                "or leave it away"
            )
        return cls(family, given, orcid, bool(comma) or bool(orcid))


def authors_of(given: Sequence[str] | None) -> tuple[Author, ...]:
    """Authors as typed, else those of the environment (``;`` between): ``Family, Given <ORCID>``, or institutions.

    Raises :class:`UsageError` where a name is empty or an ORCID is none.
    """
    words = given or [part for part in os.environ.get(VARIABLE, "").split(";") if part.strip()]
    return tuple(Author.parse(word) for word in words)


def _check(orcid: str) -> str:
    """The last character that the others of an ORCID demand (ISO/IEC 7064, MOD 11-2)."""
    total = 0
    for digit in orcid.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)


def cff_authors(authors: Sequence[Author]) -> Iterator[str]:
    """The lines below ``authors:`` in CITATION.cff."""
    if not authors:
        yield f'  - name: "{UNNAMED}"'
    for one in authors:
        if not one.person:
            yield f"  - name: {quoted(one.family)}"
            continue
        yield f"  - family-names: {quoted(one.family)}"
        if one.given:
            yield f"    given-names: {quoted(one.given)}"
        if one.orcid:
            yield f'    orcid: "{one.orcid_url}"'


def quoted(text: str) -> str:
    """A text as YAML and JSON write it between quotation marks."""
    return json.dumps(text, ensure_ascii=False)
