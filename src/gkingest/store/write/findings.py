"""Findings into the table ``doubt``: phrases and words are kept once, and a finding has their numbers."""

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, func, insert, select

from gkingest.language import Phrase, phrase
from gkingest.model.finding import CATALOGUE, Finding
from gkingest.model.years import YearFinding
from gkingest.store.tables.findings import EXPECTED, FOUND, GAPS, VERDICT_NUMBERS, DoubtRow, PhraseRow
from gkingest.store.tables.schema import ReportRow
from gkingest.store.tables.types import storable
from gkingest.store.write.figures import word_numbers
from gkingest.store.write.rows import Row
from gkingest.told import GAP

_AT_ONCE = 500  # values in one query
Numbered = tuple[str, int, Finding]  # report, place among the findings of its source, the finding


def insert_findings(connection: Connection, findings: Sequence[Numbered]) -> None:
    """Insert findings of reports that are in the table ``report``."""
    if not findings:
        return
    ids = sorted({report_id for report_id, _, _ in findings})
    found = connection.execute(select(ReportRow.id, ReportRow.serial).where(ReportRow.id.in_(ids)))
    serials = {row.id: row.serial for row in found}
    phrased = phrases_of(connection, [finding for _, _, finding in findings])
    words_of = [_words_of(finding) for _, _, finding in findings]
    numbers = word_numbers(connection, {word for words in words_of for word in words.values()})
    rows: list[Row] = [
        {
            "report": serials[report_id],
            "ordinal": ordinal,
            "severity": int(finding.severity),
            "found": finding.found,
            "expected": finding.expected,
            "verdict": VERDICT_NUMBERS.get(finding.verdict),
            "page": finding.page,
            **{name: numbers[word] for name, word in words.items()},
            **told,
        }
        for (report_id, ordinal, finding), words, told in zip(findings, words_of, phrased, strict=True)
    ]
    connection.execute(insert(DoubtRow), rows)


def phrases_of(connection: Connection, findings: Sequence[Finding | YearFinding]) -> list[Row]:
    """What each finding says, as the columns of ``Phrased`` keep it; new phrases are inserted."""
    kept = [_Kept(finding) for finding in findings]
    numbers = _phrase_numbers(connection, {text for one in kept for text in one.phrases.values()})
    return [
        {
            **{name: numbers[text] for name, text in one.phrases.items()},
            **{f"v{n}": one.values[n] if n < len(one.values) else None for n in range(GAPS)},
        }
        for one in kept
    ]


def _words_of(finding: Finding) -> dict[str, str]:
    touches = json.dumps([list(touch) for touch in finding.touches], ensure_ascii=False, separators=(",", ":"))
    words = {"code": finding.code, "place": finding.place, "touches": touches}
    return {name: storable(word) for name, word in words.items()}


class _Kept:
    """What a finding says, taken apart: its phrases, and what stands in their gaps."""

    def __init__(self, finding: Finding | YearFinding) -> None:
        self.found, self.expected = storable(finding.found), storable(finding.expected)
        self.values: list[str] = []
        self.phrases: dict[str, tuple[str, str]] = {}
        told = {"message": phrase(finding.message), "hint": phrase(finding.hint or CATALOGUE[finding.code].step)}
        # Braces that are printed would be taken for gaps: then the only gaps are those for the braces.
        printed = (self.found, self.expected, *(value for one in told.values() for value in one.values))
        self.whole = any("{" in text for text in printed)
        if self.whole:
            self.values.append("{")
        for name, one in told.items():
            self.phrases[name] = self._numbered(one)

    def _numbered(self, told: Phrase) -> tuple[str, str]:
        """The phrase with the gaps of this finding; values that no column is left for become part of it."""
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
