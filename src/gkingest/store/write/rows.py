"""A document as rows: what each table holds of it, as values for an insert."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from gkingest.model.finding import Finding
from gkingest.model.paper import Box, Grid
from gkingest.model.report import Document, Report, ReportId
from gkingest.store.tables.contents import GridRow, SectionRow, StatementRow
from gkingest.store.tables.packed import packed
from gkingest.store.tables.schema import Base, ReportRow

Row = dict[str, object]


def told_of(report: Report) -> Row:
    """What the table ``report`` says of a report, but for its numbers."""
    start, end = report.period or (None, None)
    return {
        "organ": report.organ,
        "organ_kind": report.organ_kind,
        "organ_key": report.organ_key,
        "region_code": report.region_code,
        "region_name": report.region_name,
        "province": report.province,
        "prefecture": report.prefecture,
        "region_evidence": [list(clue) for clue in report.region_evidence],
        "year": report.year,
        "format": report.format,
        "period_start": start,
        "period_end": end,
        "issued_on": report.issued_on or None,
        "title": report.title,
        "verdict": str(report.verdict),
        "flagged": len(report.flagged()),
        **report.tally._asdict(),
    }


def document_rows(document: Document, serial: int, grids: bool = True) -> Iterator[tuple[type[Base], list[Row]]]:
    """Table by table what is to be inserted for a document that has a source.

    Its figures: :func:`fact_rows`, its findings: :func:`numbered_findings`.

    ``serial`` is the number that its first report gets; without ``grids`` a grid is only named.
    """
    assert document.source is not None
    sha256 = document.source.sha256
    sections = document.sections or (document.report.sections if document.report else ())
    reports = {str(ReportId(sha256, n)): report for n, report in enumerate(document.reports, 1)}
    yield (
        ReportRow,
        [
            {"id": report_id, "sha256": sha256, "ordinal": n, "serial": serial + n - 1, **told_of(report)}
            for n, (report_id, report) in enumerate(reports.items(), 1)
        ],
    )
    rows = _Rows(sha256, reports)
    yield StatementRow, list(rows.statements())
    yield (
        SectionRow,
        [
            {
                "id": int(sha256[:13], 16) * 1024 + n,  # 62 bits; the full-text index goes by it
                "sha256": sha256,
                "ordinal": n,
                "number": section.number,
                "heading": section.heading,
                "text": section.text,
                "page": section.page,
            }
            for n, section in enumerate(sections, 1)
        ],
    )
    yield GridRow, [_grid_row(sha256, n, grid, grids) for n, grid in enumerate(document.grids, 1)]


def location_row(document: Document) -> Row:
    """What the crawl says of a document's place, NULL where it says nothing."""
    told = document.provenance
    return {
        "url": told.url or None,
        "title": told.title or None,
        "published_at": told.published_at or None,
        "fetched_at": told.fetched_at or None,
        "http_status": told.http_status,
        "source_name": told.source_name or None,
        "attached_to": told.attached_to or None,
        "said": [list(words) for words in told.said],
    }


def fact_rows(document: Document) -> Iterator[Row]:
    """The figures of a document, as the view ``fact`` tells them."""
    assert document.source is not None
    for ordinal, report in enumerate(document.reports, 1):
        report_id = str(ReportId(document.source.sha256, ordinal))
        flagged = report.flagged()
        for fact in report.facts:
            box = fact.box
            yield {
                "report_id": report_id,
                "table_key": fact.key.table,
                "row_key": fact.key.row,
                "column_key": fact.key.column,
                "state": str(fact.state),
                "value": fact.value,
                "unit": fact.unit,
                "form_value": fact.form_value,
                "raw_text": fact.raw,
                "page": fact.page,
                "x0": box.x0 if box else None,
                "top": box.top if box else None,
                "x1": box.x1 if box else None,
                "bottom": box.bottom if box else None,
                "method": str(fact.method or ""),
                "confidence": fact.confidence,
                "flagged": int(fact.key in flagged),
                "row_label": fact.row_label,
                "column_label": fact.column_label,
            }


def numbered_findings(document: Document) -> Iterator[tuple[str, int, Finding]]:
    """The findings of a document, each with its report and its place among all of them."""
    assert document.source is not None
    ordinals = count(1)
    for number, report in enumerate(document.reports, 1):
        for finding in report.findings:
            yield str(ReportId(document.source.sha256, number)), next(ordinals), finding


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the reports of a source hold, row by row."""

    sha256: str
    reports: Mapping[str, Report]

    def statements(self) -> Iterator[Row]:
        """A row for each figure that the narrative states."""
        for report_id, report in self.reports.items():
            for ordinal, told in enumerate(report.statements, 1):
                yield {
                    "report_id": report_id,
                    "ordinal": ordinal,
                    "key": told.key,
                    "label": told.label,
                    "value": told.value,
                    "sentence": told.sentence,
                    "page": told.page,
                    "agrees": None if told.agrees is None else int(told.agrees),
                }


def _grid_row(sha256: str, ordinal: int, grid: Grid, whole: bool) -> Row:
    content = {
        "box": _edges(grid.box),
        "column_edges": [*grid.column_edges],
        "page_starts": list(grid.page_starts),
        "loose": [{"text": word.text, "box": _edges(word.box)} for word in grid.loose],
        "cells": [
            {
                "text": cell.text,
                "box": _edges(cell.box),
                "ink": _edges(cell.ink),
                "page": cell.page,
                "row": cell.row,
                "column": cell.column,
                "row_span": cell.row_span,
                "column_span": cell.column_span,
                "confidence": cell.confidence,
                "doubt": cell.doubt,
            }
            for cell in grid.cells
        ],
    }
    return {
        "sha256": sha256,
        "ordinal": ordinal,
        "page": grid.page,
        "method": str(grid.way),
        "row_count": grid.rows,
        "column_count": grid.columns,
        "content": packed(content) if whole else None,
    }


def _edges(box: Box) -> list[float]:
    return [box.x0, box.top, box.x1, box.bottom]
