"""Doubts as data: what was found, what was expected, which figures it touches, what to do."""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from gkingest.model.key import KeyPattern


class Severity(IntEnum):
    """``INFO`` is worth knowing, ``WARNING`` wants a look, ``ERROR`` means a figure is missing or wrong."""

    INFO = 10
    WARNING = 20
    ERROR = 30


class Kind(NamedTuple):
    """A kind of doubt: how grave, what it means, and what a person does about it."""

    severity: Severity
    meaning: str
    step: str


# The only place where codes are made; docs/errors.md is checked against it.
CATALOGUE: dict[str, Kind] = {
    "rule.broken": Kind(
        Severity.WARNING,
        "a relation that the form promises does not hold in print",
        "look at the figures on the page (gkingest cite ORGAN YEAR CELL --crop cell.png); with "
        "the verdict printed the report itself adds up wrongly and stays as it is",
    ),
    "rule.not_assessable": Kind(
        Severity.INFO,
        "cells are blank and the known parts stay below the total",
        "look at the page whether the blank cells mean zero; they stay blank in the data",
    ),
    "rule.blank_consistent": Kind(
        Severity.INFO,
        "the relation holds if the blank cells are zeros",
        "nothing needs to be done; say so where you count the blank cells as 0",
    ),
    "row.unmatched": Kind(
        Severity.WARNING,
        "a printed row whose label fits no row of the form",
        "look at the row on the page; if it is a row of the form, add its label to a format file "
        "(gkingest formats tells where they lie) and read the file again",
    ),
    "row.fuzzy": Kind(
        Severity.INFO,
        "a row label was matched by similarity and place",
        "nothing needs to be done if both labels mean the same row",
    ),
    "row.out_of_order": Kind(
        Severity.WARNING,
        "a row stands elsewhere than the form prints it",
        "look at the page whether labels were swapped",
    ),
    "row.duplicate": Kind(
        Severity.ERROR,
        "two printed rows claim the same row of the form",
        "look at the page which of the two rows is meant; the first was taken",
    ),
    "row.absent": Kind(
        Severity.WARNING,
        "a row of the form was not found",
        "look at the page whether the row is printed",
    ),
    "column.fuzzy": Kind(
        Severity.INFO,
        "a column heading was matched by similarity and place",
        "nothing needs to be done if both headings mean the same column",
    ),
    "column.absent": Kind(
        Severity.WARNING,
        "a column of the form was not found",
        "look at the heading on the page",
    ),
    "column.extra": Kind(
        Severity.INFO,
        "a printed column that the form does not have, beside all that it has",
        "nothing needs to be done; the columns of the form were read",
    ),
    "column.inherited": Kind(
        Severity.WARNING,
        "rows without a heading were read under the heading before them",
        "look at the page whether the columns are the same as above",
    ),
    "table.absent": Kind(
        Severity.ERROR,
        "a statutory table was not found",
        "look at the page whether the table is printed, is a picture, or stands in another file",
    ),
    "cell.reread": Kind(
        Severity.WARNING,
        "a figure was changed because every later look at its picture agrees on another",
        "look at the cell on the page (gkingest cite ORGAN YEAR CELL --crop cell.png)",
    ),
    "cell.unreadable": Kind(
        Severity.ERROR,
        "ink that is no number, blank or dash",
        "read the figure off the page (gkingest cite ORGAN YEAR CELL --crop cell.png)",
    ),
    "cell.ambiguous": Kind(
        Severity.ERROR,
        "several inked cells for one figure, or one cell for several figures",
        "read the figures off the page",
    ),
    "cell.doubt": Kind(
        Severity.WARNING,
        "the text may not be what a reader sees",
        "look at the cell on the page (gkingest cite ORGAN YEAR CELL --crop cell.png)",
    ),
    "cell.mark": Kind(
        Severity.INFO,
        "a mark behind a number, such as a reference to a note, that is no part of it",
        "nothing needs to be done; the printed text keeps the mark",
    ),
    "cell.sign": Kind(
        Severity.WARNING,
        "a negative number where the form counts",
        "look at the cell on the page",
    ),
    "cell.fraction": Kind(
        Severity.WARNING,
        "a fraction where the form counts",
        "look at the cell on the page",
    ),
    "cell.unit": Kind(
        Severity.INFO,
        "the printed unit differs from the form's",
        "nothing needs to be done; the view panel gives amounts in the form's unit",
    ),
    "cell.unit_missing": Kind(
        Severity.INFO,
        "an amount without a unit, where the form prescribes none",
        "look at the page which unit is meant; the view panel leaves the amount out",
    ),
    "cell.unit_unknown": Kind(
        Severity.WARNING,
        "a printed unit that cannot be turned into the form's",
        "look at the cell on the page",
    ),
    "cell.run_together": Kind(
        Severity.WARNING,
        "a long number beside an empty cell: two may have run together",
        "look at the page whether two figures were printed as one",
    ),
    "ink.unused": Kind(
        Severity.WARNING,
        "figures inside a statutory table that belong to no slot",
        "look at the row on the page: a figure may stand in no cell",
    ),
    "grid.unclaimed": Kind(
        Severity.INFO,
        "a table that is none of the statutory ones",
        "nothing needs to be done; the table is kept as it is printed",
    ),
    "reading.disagrees": Kind(
        Severity.WARNING,
        "two ways of reading the page give different figures",
        "look at the page which of the two figures is printed",
    ),
    "reading.unsure": Kind(
        Severity.WARNING,
        "a third of the figures of a picture are in doubt, so those that no sum confirms are too",
        "compare them with the page; a better copy of the file may be read for certain",
    ),
    "reading.suspect": Kind(
        Severity.ERROR,
        "so many relations are broken that the text layer itself is in doubt",
        "compare a few figures with the page; gkingest FILE --ocr always --force reads it as a picture",
    ),
    "reading.fallback": Kind(
        Severity.INFO,
        "the page was read by a fallback, not from its rulings",
        "nothing needs to be done",
    ),
    "page.unread": Kind(
        Severity.ERROR,
        "a page without a usable text layer",
        "read the file again where the extra ocr is installed, or fetch a better copy",
    ),
    "picture.lacking": Kind(
        Severity.WARNING,
        "a picture of the file that may be the missing table is not there or cannot be opened",
        "fetch the picture, lay it beside the page and read the page again with --force",
    ),
    "page.renders_differently": Kind(
        Severity.WARNING,
        "a browser prints another figure than the source of the web page has",
        "open the web page in a browser and read the figure off",
    ),
    "page.not_rendered": Kind(
        Severity.INFO,
        "a browser was asked to print the web page, and did not",
        "gkingest inspect FILE --render tries it alone",
    ),
    "page.hidden_text": Kind(
        Severity.WARNING,
        "text that a reader of the page cannot see was ignored",
        "look at the page whether the hidden text matters",
    ),
    "organ.unknown": Kind(
        Severity.WARNING,
        "no organ could be read from title or signature",
        "look at the title and below the report whose it is",
    ),
    "organ.conflict": Kind(
        Severity.WARNING,
        "title, preface or crawl name different organs",
        "look at the title and below the report whose it is",
    ),
    "organ.doubtful": Kind(
        Severity.WARNING,
        "the organ may be cut or misread, and nothing else confirms it",
        "look at the title and below the report whose it is",
    ),
    "year.unknown": Kind(
        Severity.WARNING,
        "no reporting year could be read",
        "look at the title and the statistical period which year is meant",
    ),
    "year.conflict": Kind(
        Severity.WARNING,
        "title, statistical period, text or crawl name different years",
        "look at the title and the statistical period which year is meant",
    ),
    "year.part": Kind(
        Severity.WARNING,
        "the figures are of a part of a year, or of more than one",
        "leave the report out of comparisons of years, or count its months",
    ),
    "year.beside": Kind(
        Severity.INFO,
        "figures of other years stand beside the reported year's and were not read",
        "nothing needs to be done; take figures of another year from that year's report",
    ),
    "region.unknown": Kind(
        Severity.INFO,
        "no administrative division could be told for certain",
        "give the address or the source of the file in a list of the crawl (docs/crawls.md)",
    ),
    "region.ambiguous": Kind(
        Severity.WARNING,
        "several divisions of one name may be meant; none was chosen",
        "give the address or the source of the file in a list of the crawl (docs/crawls.md)",
    ),
    "region.outdated": Kind(
        Severity.WARNING,
        "the printed name is of a division that did not stand in the year",
        "look at the title and the statistical period which year is meant",
    ),
    "region.conflict": Kind(
        Severity.WARNING,
        "what is known of the report points to different divisions",
        "look at the title and below the report whose it is",
    ),
    "format.year": Kind(
        Severity.INFO,
        "the tables are of an edition not meant for this year",
        "nothing needs to be done; the tables decide which edition it is",
    ),
    "form.provisional": Kind(
        Severity.WARNING,
        "the labels of this edition of the form have not been held against a printed page",
        "compare a few rows with the page; where a label differs, add it to the format file of the edition "
        "(gkingest formats tells where it lies)",
    ),
    "form.words": Kind(
        Severity.WARNING,
        "a report before 2019 without a table of a known form; what its sentences state was kept",
        "look at the pages; the table statement has what sentences state, and a form can be added "
        "(docs/adding-a-format.md)",
    ),
    "format.close": Kind(
        Severity.WARNING,
        "two editions of the form fit almost equally well",
        "look at the page which edition of the form it is",
    ),
    "report.second": Kind(
        Severity.ERROR,
        "a second report begins in this document",
        "look which report is meant, and split the file",
    ),
    "narrative.differs": Kind(
        Severity.WARNING,
        "a figure that the narrative states differs from the table",
        "read the sentence on its page: it may count something else",
    ),
    "copy.differs": Kind(
        Severity.INFO,
        "another report of the same organ and year gives other figures",
        "compare the two reports: table report_copy has every difference",
    ),
    "years.broken": Kind(
        Severity.WARNING,
        "what a report carries over from last year is not what last year's says",
        "look at the pages of both reports; the view pair_findings names them",
    ),
    "years.differs": Kind(
        Severity.INFO,
        "a stock is not last year's plus what came less what went, which organs often print in good faith",
        "look at the pages of both reports where it matters; the view pair_findings names them",
    ),
    "years.restarted": Kind(
        Severity.INFO,
        "a figure counted since the beginning is smaller than last year's alone: the organ counts anew",
        "nothing needs to be done; compare the figures of the year itself",
    ),
    "years.not_assessable": Kind(
        Severity.INFO,
        "a relation to last year's report wants a figure that is no number",
        "nothing needs to be done; the missing figure is not taken for 0",
    ),
    "years.not_comparable": Kind(
        Severity.INFO,
        "last year's report is of an edition whose figures mean something else there",
        "nothing needs to be done; the editions do not compare here",
    ),
    "fee.unclear": Kind(
        Severity.WARNING,
        "section six speaks of fees but no amount could be made out",
        "read the sentence on its page",
    ),
    "decision.set": Kind(
        Severity.INFO,
        "a person decided otherwise than was read",
        "nothing needs to be done; what was read is kept beside it, and gkingest correct FILE CELL --undo takes "
        "the decision back",
    ),
    "decision.conflict": Kind(
        Severity.WARNING,
        "people decided differently, so what was read stands",
        "a third person looks at the page and decides: gkingest correct FILE CELL VALUE --by NAME",
    ),
    "decision.reopened": Kind(
        Severity.WARNING,
        "what was decided is about other bytes of this document, which was changed since",
        "look at the page and decide again: gkingest correct FILE CELL VALUE --by NAME",
    ),
    "decision.no_report": Kind(
        Severity.INFO,
        "a person decided that it is no report, so no view has it",
        "nothing needs to be done; gkingest correct FILE --report no --undo takes the decision back",
    ),
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
        return CATALOGUE[self.code].severity
