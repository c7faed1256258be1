"""The lines of a table as rows of the form: which row each is, and which lines are the halves of one row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, product
from typing import Self

from gkingest.interpret.table.layout import TableLine, joined_at, merged
from gkingest.interpret.table.match import Match, Slot, align
from gkingest.model.key import ANY
from gkingest.model.method import LabelMatch
from gkingest.model.paper import Grid
from gkingest.text.labels import label_keys

_MOST_BREAKS = 4  # page breaks inside of a table at which both ways to read its lines are tried
EXACT = Match(None, LabelMatch.EXACT, 1.0)


@dataclass(frozen=True, slots=True)
class Rows:
    """The lines of a table, what each was matched to, and the rows and their headings that the form has."""

    lines: tuple[TableLine, ...]
    matches: tuple[Match, ...]
    slots: tuple[Slot, ...]

    @classmethod
    def aligned(
        cls, lines: Sequence[TableLine], slots: tuple[Slot, ...], grids: Sequence[Grid], names: frozenset[str]
    ) -> Self:
        """Match the lines; ``names`` are the labels that the form has for rows, by comparison key."""
        best, score = cls((), (), slots), -1.0
        for variant in _variants(lines, grids, names):
            matches = align([n.printed() for n in variant], slots) if slots else (EXACT,) * len(variant)
            total = sum(m.score for m in matches if m.slot is not None) - 0.001 * len(variant)
            if total > score:
                best, score = cls(tuple(variant), matches, slots), total
            if all(m.spelled for m in matches):
                break
        return best

    def pairs(self) -> Iterator[tuple[TableLine, Match]]:
        """Each line with what it was matched to."""
        return zip(self.lines, self.matches, strict=True)

    def slot_of(self, match: Match) -> Slot | None:
        """The row of the form that a line was matched to; ``None`` where that is a heading, or nothing."""
        slot = self.slots[match.slot] if match.slot is not None else None
        return None if slot is None or slot.heading else slot

    def near(self, match: Match) -> Slot | None:
        """The row or heading that a line would be if its label were known."""
        return self.slots[match.near] if match.near is not None else None

    def keys_of(self, line: TableLine) -> list[str]:
        """Key of the row that a line is, or that of all rows."""
        numbers = (m.slot for known, m in self.pairs() if known is line and m.slot is not None)
        return [self.slots[number].key for number in numbers][:1] or [ANY]

    def is_complete(self) -> bool:
        """Whether every row of the form was found by its own name, so that a further line can claim none."""
        found = {m.slot for m in self.matches if m.spelled}
        return all(i in found for i, s in enumerate(self.slots) if not s.heading)

    def is_twice(self, line: TableLine, match: Match) -> bool:
        """Whether a line has the label of a row which another line was matched to."""
        near = self.near(match)
        if near is None or {near.official, *near.aliases}.isdisjoint(label_keys(line.label)):
            return False
        return any(m.slot == match.near for m in self.matches if m is not match)

    def claimed(self, line: TableLine, match: Match) -> list[str]:
        """Keys of the rows whose figures a line that is none of the form's may have."""
        near = self.near(match)
        if near is not None and self.is_twice(line, match):
            return [near.key]
        if self.is_complete():
            return []
        return sorted(self.neighbours(line) | ({near.key} if near is not None and not near.heading else set()))

    def neighbours(self, line: TableLine) -> set[str]:
        """Rows of the form matched just before and after a line: its figures may be theirs."""
        index = next(i for i, known in enumerate(self.lines) if known is line)
        slots = [self.slot_of(m) for m in self.matches]
        beside = (next(filter(None, run), None) for run in (slots[:index][::-1], slots[index + 1 :]))
        return {slot.key for slot in beside if slot}


def _variants(
    lines: Sequence[TableLine], grids: Sequence[Grid], names: frozenset[str]
) -> Iterator[list[TableLine]]:
    """The lines with the two at a page break taken as two rows or as one row cut in two, likelier first."""
    breaks: dict[int, bool] = {}
    for number, (upper, lower) in enumerate(pairwise(lines), 1):
        between = range(upper.rows[-1] + 1, lower.rows[0] + 1)
        apart = upper.grid == lower.grid and not set(between).isdisjoint(grids[lower.grid].page_starts)
        if apart and merged(upper, lower) is not None:
            # Halves of one row have one half's figures and one label: two labels that the form knows are two rows.
            two = upper.is_named(names) and lower.is_named(names)
            breaks[number] = upper.inked != lower.inked and not two
    for choice in product(*((yes, not yes) for yes in islice(breaks.values(), _MOST_BREAKS))):
        yield joined_at({b for b, yes in zip(breaks, choice, strict=False) if yes}, lines)
