"""Findings into the table ``doubt``: phrases and words are kept once, and a finding has their numbers."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from gkingest.model.finding import CATALOGUE, Finding
from gkingest.model.years import YearFinding
from gkingest.store.tables.findings import VERDICT_NUMBERS, DoubtRow
from gkingest.store.tables.schema import ReportRow
from gkingest.store.tables.types import storable
from gkingest.store.write.figures import word_numbers
from gkingest.store.write.phrases import Sentences, phrases_of
from gkingest.store.write.rows import Row

Numbered = tuple[str, int, Finding]  # report, place among the findings of its source, the finding


def insert_findings(connection: Connection, findings: Sequence[Numbered]) -> None:
    """Insert findings of reports that are in the table ``report``."""
    if not findings:
        return
    ids = sorted({report_id for report_id, _, _ in findings})
    found = connection.execute(select(ReportRow.id, ReportRow.serial).where(ReportRow.id.in_(ids)))
    serials = {row.id: row.serial for row in found}
    phrased = phrases_of(connection, [sentences_of(finding) for _, _, finding in findings])
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


def sentences_of(finding: Finding | YearFinding) -> Sentences:
    """What a finding says and where to go from it."""
    told = {"message": finding.message, "hint": finding.hint or CATALOGUE[finding.code].step}
    return Sentences(told, finding.found, finding.expected)


def _words_of(finding: Finding) -> dict[str, str]:
    touches = json.dumps([list(touch) for touch in finding.touches], ensure_ascii=False, separators=(",", ":"))
    words = {"code": finding.code, "place": finding.place, "touches": touches}
    return {name: storable(word) for name, word in words.items()}
