"""Two reports of one organ for years that follow each other, and what does not carry over between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from gkingest.model.finding import CATALOGUE, Severity
from gkingest.model.key import FactKey, KeyPattern
from gkingest.model.method import Method
from gkingest.model.report import CellState


class Figure(NamedTuple):
    """One slot of a report as a rule across years needs it; ``amount`` is in the form's unit."""

    state: CellState
    amount: Decimal | None
    page: int | None
    method: Method | None
    flagged: bool

    @property
    def says(self) -> str:
        """The amount, or the state in its place; a number in a unit that the form does not know has no amount."""
        if self.amount is not None:
            return f"{self.amount:f}"
        return "unit_unknown" if self.state is CellState.REPORTED else self.state.value


NO_FIGURE = Figure(CellState.ABSENT, None, None, None, flagged=False)


class Doubt(NamedTuple):
    """A warning or error of a report, as far as it tells whether a figure can be relied on."""

    code: str
    verdict: str
    touches: tuple[KeyPattern, ...]

    def is_about(self, key: FactKey) -> bool:
        """Whether it touches this figure."""
        return key.matches_any(self.touches)


@dataclass(frozen=True, slots=True)
class YearReport:
    """One year of an organ: the figures that rules across years ask for, and the doubts about them."""

    id: str
    year: int
    edition: str
    figures: Mapping[FactKey, Figure]
    doubts: tuple[Doubt, ...] = ()

    def figure(self, key: FactKey) -> Figure:
        """The figure in a slot, an absent one where the report has none."""
        return self.figures.get(key, NO_FIGURE)

    def reliance(self, key: FactKey) -> str:
        """``printed`` if the page says so, ``reading`` if a second look says otherwise, else ``undetermined``.

        A figure flagged only because its own report adds up wrongly in print was read twice and stands. One from a
        picture that no rule doubted was looked at once, which is not enough to blame the organ.
        """
        figure = self.figure(key)
        told = {(d.code, d.verdict) for d in self.doubts if d.is_about(key)} if figure.flagged else set()
        if any(verdict == "reading" for _, verdict in told):
            return "reading"
        if told == {("rule.broken", "printed")}:
            return "printed"
        pictured = figure.method is not None and figure.method.way.pictured
        return "undetermined" if figure.flagged or pictured else "printed"


class Taken(NamedTuple):
    """A figure that a rule uses: from which year's report, with which sign, what it says."""

    year: int
    key: FactKey
    sign: int
    says: str


@dataclass(frozen=True, slots=True)
class YearFinding:
    """What one rule says of one line of two reports; ``key`` is the figure of the later one that it is about.

    ``found`` is what the later report prints there, ``expected`` what the rule makes of the others; both are words
    of a state where there is no number.
    """

    code: str
    severity: Severity
    rule: str
    key: FactKey
    found: str
    expected: str
    cells: tuple[Taken, ...]
    message: str
    hint: str = ""
    verdict: str = ""
    earlier_page: int | None = None
    later_page: int | None = None

    def __post_init__(self) -> None:
        if self.code not in CATALOGUE:
            raise ValueError(f"no such finding: {self.code}")


class YearTally(NamedTuple):
    """How the relations between two reports came out; each is counted once."""

    held: int = 0
    broken: int = 0
    differing: int = 0
    not_assessable: int = 0
    not_comparable: int = 0
