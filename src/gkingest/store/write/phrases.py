"""Sentences into the table ``phrase``: fixed words are kept once; who says them keeps their number and values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from gkingest.language import Phrase, phrase
from gkingest.store.tables.findings import EXPECTED, FOUND, PhraseRow
from gkingest.store.tables.schema import GAPS
from gkingest.store.tables.types import storable
from gkingest.store.write.rows import Row
from gkingest.told import GAP

_AT_ONCE = 500  # values in one query


@dataclass(frozen=True, slots=True)
class Sentences:
    """What one row says, by column, and what it keeps in columns of its own as ``found`` and ``expected``."""

    told: Mapping[str, str]
    found: str = ""
    expected: str = ""


def told_of_file(connection: Connection, message: str) -> Row:
    """What is said of a file, as the columns of ``location`` keep it; a new phrase is inserted."""
    nothing: Row = {"message": None, **{f"v{n}": None for n in range(GAPS)}}
    return phrases_of(connection, [Sentences({"message": message})])[0] if message else nothing


def phrases_of(connection: Connection, rows: Sequence[Sentences]) -> list[Row]:
    """What each row says, as columns keep it: numbers of phrases, values; new phrases are inserted."""
    kept = [_Kept(row) for row in rows]
    numbers = _phrase_numbers(connection, {text for one in kept for text in one.phrases.values()})
    return [
        {
            **{name: numbers[text] for name, text in one.phrases.items()},
            **{f"v{n}": one.values[n] if n < len(one.values) else None for n in range(GAPS)},
        }
        for one in kept
    ]


class _Kept:
    """What a row says, taken apart: its phrases, and what stands in their gaps."""

    def __init__(self, row: Sentences) -> None:
        self.found, self.expected = storable(row.found), storable(row.expected)
        self.values: list[str] = []
        self.phrases: dict[str, tuple[str, str]] = {}
        told = {name: phrase(text) for name, text in row.told.items()}
        # Braces that are printed would be taken for gaps: then the only gaps are those for the braces.
        printed = (self.found, self.expected, *(value for one in told.values() for value in one.values))
        self.whole = any("{" in text for text in printed)
        if self.whole:
            self.values.append("{")
        for name, one in told.items():
            self.phrases[name] = self._numbered(one)

    def _numbered(self, told: Phrase) -> tuple[str, str]:
        """The phrase with the gaps of this row; values that no column is left for become part of it."""
        places = []
        for value in map(storable, told.values):
            if self.whole:
                places.append(value.replace("{", "{0}"))
            elif value and value in (self.found, self.expected):
                places.append(FOUND if value == self.found else EXPECTED)
            elif len(self.values) < GAPS:
                places.append(f"{{{len(self.values)}}}")
                self.values.append(value)
            else:
                places.append(value)
        english, chinese = (
            GAP.sub(lambda gap: places[int(gap[1])], words) for words in (told.english, told.chinese)
        )
        return storable(english), storable(chinese)


def _phrase_numbers(connection: Connection, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The number of each phrase; new ones are inserted."""
    asked = sorted(wanted)
    numbers: dict[tuple[str, str], int] = {}
    for start in range(0, len(asked), _AT_ONCE):
        english = [words for words, _ in asked[start : start + _AT_ONCE]]
        query = select(PhraseRow.english, PhraseRow.chinese, PhraseRow.id).where(PhraseRow.english.in_(english))
        numbers.update(((row.english, row.chinese), row.id) for row in connection.execute(query))
    if lacking := [words for words in asked if words not in numbers]:
        first = (connection.scalar(select(func.max(PhraseRow.id))) or 0) + 1
        fresh = {words: number for number, words in enumerate(lacking, first)}
        rows = [{"id": n, "english": english, "chinese": chinese} for (english, chinese), n in fresh.items()]
        connection.execute(insert(PhraseRow), rows)
        numbers.update(fresh)
    return numbers
