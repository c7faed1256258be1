"""Doubts as data: what was found, what was expected, which figures it touches, what to do."""

from dataclasses import dataclass
from enum import IntEnum

from gkingest.model.key import KeyPattern


class Severity(IntEnum):
    """``INFO`` is worth knowing, ``WARNING`` wants a look, ``ERROR`` means a figure is missing or wrong."""

    INFO = 10
    WARNING = 20
    ERROR = 30


# code -> (severity, what it means). The only place where codes are made; docs/errors.md is checked against it.
CATALOGUE: dict[str, tuple[Severity, str]] = {
    "rule.broken": (Severity.WARNING, "a relation that the form promises does not hold in print"),
    "rule.not_assessable": (Severity.INFO, "cells are blank and the known parts stay below the total"),
    "rule.blank_consistent": (Severity.INFO, "the relation holds if the blank cells are zeros"),
    "row.unmatched": (Severity.WARNING, "a printed row whose label fits no row of the form"),
    "row.fuzzy": (Severity.INFO, "a row label was matched by similarity and place"),
    "row.out_of_order": (Severity.WARNING, "a row stands elsewhere than the form prints it"),
    "row.duplicate": (Severity.ERROR, "two printed rows claim the same row of the form"),
    "row.absent": (Severity.WARNING, "a row of the form was not found"),
    "column.fuzzy": (Severity.INFO, "a column heading was matched by similarity and place"),
    "column.absent": (Severity.WARNING, "a column of the form was not found"),
    "column.extra": (Severity.INFO, "a printed column that the form does not have, beside all that it has"),
    "column.inherited": (Severity.WARNING, "rows without a heading were read under the heading before them"),
    "table.absent": (Severity.ERROR, "a statutory table was not found"),
    "cell.reread": (
        Severity.WARNING,
        "a figure was changed because every later look at its picture agrees on another",
    ),
    "cell.unreadable": (Severity.ERROR, "ink that is no number, blank or dash"),
    "cell.ambiguous": (Severity.ERROR, "several inked cells for one figure, or one cell for several figures"),
    "cell.doubt": (Severity.WARNING, "the text may not be what a reader sees"),
    "cell.mark": (Severity.INFO, "a mark behind a number, such as a reference to a note, that is no part of it"),
    "cell.sign": (Severity.WARNING, "a negative number where the form counts"),
    "cell.fraction": (Severity.WARNING, "a fraction where the form counts"),
    "cell.unit": (Severity.INFO, "the printed unit differs from the form's"),
    "cell.unit_missing": (Severity.INFO, "an amount without a unit, where the form prescribes none"),
    "cell.unit_unknown": (Severity.WARNING, "a printed unit that cannot be turned into the form's"),
    "cell.run_together": (Severity.WARNING, "a long number beside an empty cell: two may have run together"),
    "ink.unused": (Severity.WARNING, "figures inside a statutory table that belong to no slot"),
    "grid.unclaimed": (Severity.INFO, "a table that is none of the statutory ones"),
    "reading.disagrees": (Severity.WARNING, "two ways of reading the page give different figures"),
    "reading.suspect": (
        Severity.ERROR,
        "so many relations are broken that the text layer itself is in doubt",
    ),
    "reading.fallback": (Severity.INFO, "the page was read by a fallback, not from its rulings"),
    "page.unread": (Severity.ERROR, "a page without a usable text layer"),
    "page.renders_differently": (
        Severity.WARNING,
        "a browser prints another figure than the source of the web page has",
    ),
    "page.not_rendered": (Severity.INFO, "a browser was asked to print the web page, and did not"),
    "page.hidden_text": (Severity.WARNING, "text that a reader of the page cannot see was ignored"),
    "organ.unknown": (Severity.WARNING, "no organ could be read from title or signature"),
    "organ.conflict": (Severity.WARNING, "title, preface or crawl name different organs"),
    "organ.doubtful": (Severity.WARNING, "the organ may be cut or misread, and nothing else confirms it"),
    "year.unknown": (Severity.WARNING, "no reporting year could be read"),
    "year.conflict": (Severity.WARNING, "title, statistical period, text or crawl name different years"),
    "year.part": (Severity.WARNING, "the figures are of a part of a year, or of more than one"),
    "year.beside": (Severity.INFO, "figures of other years stand beside the reported year's and were not read"),
    "region.unknown": (Severity.INFO, "no administrative division could be told for certain"),
    "region.ambiguous": (Severity.WARNING, "several divisions of one name may be meant; none was chosen"),
    "region.outdated": (Severity.WARNING, "the printed name is of a division that did not stand in the year"),
    "region.conflict": (Severity.WARNING, "what is known of the report points to different divisions"),
    "format.year": (Severity.INFO, "the tables are of an edition not meant for this year"),
    "format.close": (Severity.WARNING, "two editions of the form fit almost equally well"),
    "report.second": (Severity.ERROR, "a second report begins in this document"),
    "narrative.differs": (Severity.WARNING, "a figure that the narrative states differs from the table"),
    "copy.differs": (Severity.INFO, "another report of the same organ and year gives other figures"),
    "years.broken": (Severity.WARNING, "what a report carries over from last year is not what last year's says"),
    "years.differs": (
        Severity.INFO,
        "a stock is not last year's plus what came less what went, which organs often print in good faith",
    ),
    "years.not_assessable": (Severity.INFO, "a relation to last year's report wants a figure that is no number"),
    "years.not_comparable": (
        Severity.INFO,
        "last year's report is of an edition whose figures mean something else there",
    ),
    "fee.unclear": (Severity.WARNING, "section six speaks of fees but no amount could be made out"),
}


# verdict on a broken rule -> what it means
VERDICTS: dict[str, str] = {
    "printed": "the report prints it so: independent readings of the page agree",
    "reading": "our reading is at fault: a figure reads differently at a second look, and that would mend the rule",
    "undetermined": "whose fault it is could not be told",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubt.

    ``touches`` are the figures it concerns, alone or by patterns; a doubt about the document touches none.
    ``place`` says where on paper or in the form; ``hint`` what to do, paste-ready where there is something to
    paste. ``verdict`` tells of a broken rule whose fault it is: one of :data:`VERDICTS`, "" for other doubts.
    """

    code: str
    message: str
    place: str = ""
    found: str = ""
    expected: str = ""
    hint: str = ""
    touches: tuple[KeyPattern, ...] = ()
    page: int | None = None
    verdict: str = ""

    def __post_init__(self) -> None:
        if self.code not in CATALOGUE:
            raise ValueError(f"no such finding: {self.code}")

    @property
    def severity(self) -> Severity:
        """Severity that the catalogue gives this code."""
        return CATALOGUE[self.code][0]
