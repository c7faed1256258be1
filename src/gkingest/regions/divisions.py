"""Divisions of China by year: codes of GB/T 2260, names, what lies in what, and what became of what.

Years count at their 31 December. The table is generated (``tests/regions/make_table.py``); see docs/regions.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from gkingest.errors import FormatError
from gkingest.paths import shipped_data
from gkingest.told import Told

Level = Literal["province", "prefecture", "county"]
LEVELS: tuple[Level, ...] = ("province", "prefecture", "county")
FIRST_YEAR = 2008  # the table begins here: the Regulation on Disclosure took effect in 2008
_COLUMNS = "code name level parent from to successor also pinyin".split()  # noqa: SIM905
_ENDINGS = "省市区县旗州盟"


@dataclass(frozen=True, slots=True)
class Division:
    """A division with the years in which it had this code, name and parent.

    ``until`` is ``None`` if it still has; ``successor`` is the code of the same body from ``until`` + 1 on, ""
    where that is not certain. ``also`` are other names; ``pinyin`` holds, syllable by syllable, the readings of the
    name without its ending.
    """

    code: str
    name: str
    level: Level
    parent: str
    since: int
    until: int | None
    successor: str = ""
    also: tuple[str, ...] = ()
    pinyin: tuple[tuple[str, ...], ...] = ()

    def stands(self, year: int) -> bool:
        """Whether it had this code, name and parent on 31 December of ``year``."""
        return self.since <= year and (self.until is None or year <= self.until)

    @property
    def long_names(self) -> tuple[str, ...]:
        """The full name, and other names that end as a division's name does."""
        return (self.name, *(n for n in self.also if len(n) > 2 and n[-1] in _ENDINGS))

    @property
    def short_names(self) -> tuple[str, ...]:
        """Names without an ending, as 卫东 for 卫东区; a name of two characters has none."""
        return tuple(n for n in self.also if n not in self.long_names)

    @classmethod
    def parse(cls, where: str, cells: list[str]) -> Self:
        """A line of the table; raises :class:`FormatError`."""
        code, name, level, parent, since, until, successor, also, pinyin = cells
        known = next((one for one in LEVELS if one == level), None)
        if known is None or len(code) != 6 or not since.isdigit() or not (until or "0").isdigit():
            raise FormatError(Told("{0}: {1} {2}: no such level, code or year", where, code, name))
        readings = tuple(tuple(syllable.split("/")) for syllable in pinyin.split())
        names = tuple(also.split(",")) if also else ()
        return cls(code, name, known, parent, int(since), int(until) if until else None, successor, names, readings)


class Divisions:
    """The table, with the ways to look something up in it."""

    def __init__(self, rows: Iterable[Division]) -> None:
        self.rows = tuple(rows)
        self._codes: dict[str, list[Division]] = {}
        self._long: dict[str, list[Division]] = {}
        self._short: dict[str, list[Division]] = {}
        self._openings: dict[str, set[str]] = {}
        for row in self.rows:
            self._codes.setdefault(row.code, []).append(row)
            for names, index in ((row.long_names, self._long), (row.short_names, self._short)):
                for name in names:
                    index.setdefault(name, []).append(row)
                    self._openings.setdefault(name[:2], set()).add(name)
        self._lengths = {k: tuple(sorted({len(n) for n in v}, reverse=True)) for k, v in self._openings.items()}
        # Every body has a number: what follows on what by ``successor`` shares it.
        self._bodies: dict[Division, int] = {}
        for number, row in enumerate(sorted(self.rows, key=lambda d: (d.since, d.code))):
            self._bodies.setdefault(row, number)
            if row.until is not None and (heir := self.coded(row.successor, row.until + 1)):
                self._bodies[heir] = self._bodies[row]
        self._stages: dict[int, list[Division]] = {}
        for row in sorted(self.rows, key=lambda d: d.since):
            self._stages.setdefault(self._bodies[row], []).append(row)

    def named(self, name: str) -> tuple[Division, ...]:
        """Divisions of any year that bear ``name`` with its ending (卫东区, 威宁县)."""
        return tuple(self._long.get(name, ()))

    def called(self, name: str) -> tuple[Division, ...]:
        """Divisions of any year whose name without its ending is ``name`` (卫东, 威宁)."""
        return tuple(self._short.get(name, ()))

    def lengths(self, opening: str) -> tuple[int, ...]:
        """Lengths of all names that begin with these two characters, longest first."""
        return self._lengths.get(opening, ())

    def coded(self, code: str, year: int | None = None) -> Division | None:
        """Division with this code in ``year``; without a year the latest that had it."""
        rows = [row for row in self._codes.get(code, ()) if year is None or row.stands(year)]
        return rows[-1] if rows else None

    def ancestors(self, division: Division, year: int | None = None) -> tuple[Division, ...]:
        """Prefecture (if any) and province in which it lies, nearest first, as they were in ``year``."""
        if year is None or not division.stands(year):  # as they were at its end
            year = 9999 if division.until is None else division.until
        found = []
        while division.parent and (above := self.coded(division.parent, year)):
            found.append(above)
            division = above
        return tuple(found)

    def path(self, division: Division, year: int | None = None) -> str:
        """Its name with all above it: 河南省平顶山市卫东区."""
        return "".join(d.name for d in (*reversed(self.ancestors(division, year)), division))

    def find(self, name: str, year: int) -> tuple[Division, ...]:
        """Divisions of ``year`` that ``name`` can mean: with or without ending, with or without those above it."""
        found = [d for d in (*self.named(name), *self.called(name)) if d.stands(year)]
        for cut in range(2, len(name) - 1):
            outer = [*self.named(name[:cut]), *self.called(name[:cut])]
            if outer:
                inner = self.find(name[cut:], year)
                found += [d for d in inner if any(self.within(d, o) for o in outer)]
        return tuple(sorted(set(found), key=lambda d: d.code))

    def body(self, division: Division) -> int:
        """Number of the body that it is under its successive codes and names."""
        return self._bodies[division]

    def same_body(self, division: Division, year: int) -> Division | None:
        """What the same body was in ``year``, under whatever code and name; ``None`` if that is not certain."""
        return next((d for d in self._stages[self._bodies[division]] if d.stands(year)), None)

    def stages(self, division: Division) -> tuple[Division, ...]:
        """All codes and names that the same body has had since 2008, oldest first."""
        return tuple(self._stages[self._bodies[division]])

    def within(self, inner: Division, outer: Division) -> bool:
        """Whether ``inner`` lies in ``outer``, whatever either was called at the time."""
        bodies = {self._bodies[d] for d in self.ancestors(inner, inner.since)}
        bodies |= {self._bodies[d] for d in self.ancestors(inner)}
        return self._bodies[outer] in bodies

    def related(self, one: Division, other: Division) -> bool:
        """Whether they are the same body or one lies in the other."""
        return self._bodies[one] == self._bodies[other] or self.within(one, other) or self.within(other, one)

    def has_counties(self, division: Division, year: int) -> bool:
        """Whether anything lies in it that has a code; 东莞, 中山 and 嘉峪关 have none below them."""
        return any(row.parent == division.code and row.stands(year) for row in self.rows)


def regions_folder() -> Path:
    """Folder of the tables that ship."""
    return shipped_data() / "regions"


@lru_cache(maxsize=1)
def load_divisions() -> Divisions:
    """The shipped table, read once; raises FormatError where it is missing or spoilt."""
    return Divisions(Division.parse(*line) for line in read_rows(regions_folder() / "gb2260.tsv", _COLUMNS))


def read_rows(path: Path, columns: list[str]) -> list[tuple[str, list[str]]]:
    """Lines of a tab-separated table as (where, cells), comments and the heading left out."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise FormatError(Told("{0}: cannot be read: {1}; install the package again", path, error)) from error
    rows = [(f"{path}:{n}", line.split("\t")) for n, line in enumerate(lines, 1) if line and line[0] != "#"]
    if not rows or rows[0][1] != columns:
        raise FormatError(Told("{0}: the columns must be {1}", path, " ".join(columns)))
    for where, cells in rows[1:]:
        if len(cells) != len(columns):
            raise FormatError(Told("{0}: {1} cells where {2} belong", where, len(cells), len(columns)))
    return rows[1:]
