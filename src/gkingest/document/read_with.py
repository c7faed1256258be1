"""What files are read with, from the command down to every stage."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gkingest.formats.spec import Format
from gkingest.interpret.table.promise import promises_report, worth_reading
from gkingest.read.options import OcrMode
from gkingest.regions.divisions import Divisions, load_divisions


@dataclass(frozen=True, slots=True)
class ReadWith:
    """Editions of the form, the oldest first; whether pictures are read; passwords that are tried; all divisions;
    whether web pages are held against what a browser prints; by SHA-256 the editions that a person decided.

    To the readers, which know no form, it is their :class:`~gkingest.read.options.ReadOptions`.
    """

    formats: tuple[Format, ...]
    ocr: OcrMode = "auto"
    passwords: tuple[str, ...] = ()
    divisions: Divisions = field(default_factory=load_divisions, compare=False, repr=False)
    render: bool = False
    editions: Mapping[str, str] = field(default_factory=dict, compare=False)

    def by_edition(self, edition: str) -> "ReadWith":
        """The same with that edition alone, with all of them where it is ""."""
        return replace(self, formats=tuple(f for f in self.formats if f.edition == edition)) if edition else self

    def worth_reading(self, text: str) -> bool:
        """Whether a page with this text may hold figures of the form."""
        return worth_reading(text, self.formats)

    def promises_report(self, text: str) -> bool:
        """Whether a page with this text is one of a report."""
        return promises_report(text, self.formats)
