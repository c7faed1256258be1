"""What to say about labels that were matched by similarity, out of order, twice or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from gkingest.formats.spec import Table
from gkingest.interpret.table.columns import Column
from gkingest.interpret.table.layout import TableLine
from gkingest.interpret.table.match import Match, Slot
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey, KeyPattern, whole_row, whole_table
from gkingest.model.method import LabelMatch
from gkingest.model.paper import Cell
from gkingest.model.report import CellState
from gkingest.text.labels import fold
from gkingest.text.numbers import read_number
from gkingest.told import Told


def alias_hint(format_id: str, key: str, printed: str) -> str:
    """The line to paste into the format file so that a label is known from now on; ``key`` may be ""."""
    text = fold(printed).replace('"', "'")
    if not key:
        shape = (
            'look at the page; if it is one of the form\'s, write in {0}.yml (gkingest formats) →  aliases: ["{1}"]'
        )
        return Told(shape, format_id, text)
    shape = 'look at the page; if it is so, write in {0}.yml (gkingest formats) under key: {1} →  aliases: ["{2}"]'
    return Told(shape, format_id, key, text)


def absent(table: Table) -> Finding:
    """That a table was not found."""
    return Finding(
        "table.absent",
        Told("no table {0} was found", table.title),
        place=table.key,
        expected=table.title,
        touches=(whole_table(table.key),),
        hint="look at the page: is it a picture, or a layout that is not known yet?",
    )


def page_of(line: TableLine) -> int | None:
    """Page on which a line begins."""
    cells = [*line.label_cells, *line.figure_cells]
    return cells[0].page if cells else None


def row_doubts(table: str, line: TableLine, match: Match, slot: Slot, format_id: str) -> Iterator[Finding]:
    """Doubts about a row that was matched: by similarity only, or elsewhere than in the form."""
    label, touches = fold(line.label), (whole_row(table, slot.key),)
    if match.method is LabelMatch.FUZZY:
        yield Finding(
            "row.fuzzy",
            _taken_for(label, slot.label, match),
            place=slot.key,
            found=line.label,
            expected=slot.label,
            hint=alias_hint(format_id, slot.key, line.label),
            touches=touches,
            page=page_of(line),
        )
    if not match.in_order and not slot.loose:
        yield Finding(
            "row.out_of_order",
            Told("“{0}” stands elsewhere than in the form", label),
            place=slot.key,
            found=line.label,
            touches=touches,
            page=page_of(line),
        )


def _taken_for(printed: str, label: str, match: Match) -> Told:
    """That a label was matched by its likeness, and how like the next one is."""
    shape = "“{0}” was read as “{1}” (likeness {2}, of the next {3})"
    return Told(shape, printed, label, f"{match.score:.2f}", f"{match.runner_up:.2f}")


def column_doubt(column: Column, format_id: str, page: int | None) -> Finding:
    """A heading that was matched by similarity only."""
    match = column.match
    return Finding(
        "column.fuzzy",
        _taken_for(fold(column.label), column.node.label, match),
        place=column.key,
        found=column.label,
        expected=column.node.label,
        hint=alias_hint(format_id, column.key, column.label),
        page=page,
    )


def stranger(
    table: str,
    line: TableLine,
    near: Slot | None,
    format_id: str,
    touches: tuple[KeyPattern, ...],
    *,
    kind: Literal["twice", "heading", ""],
) -> Finding:
    """A row with figures that is no row of the form: read twice, a heading with figures, or unknown."""
    label = fold(line.label)
    figures = " ".join(fold(c.text) for c in line.inked_cells)
    code, shape = {
        "twice": ("row.duplicate", "a second row reads “{0}”"),
        "heading": ("row.unmatched", "the heading “{0}” has figures of its own"),
        "": ("row.unmatched", "no row of the form reads “{0}”" if label else "a row without a label has figures"),
    }[kind]
    message = Told(shape, label) if label else Told(shape)
    return Finding(
        code,
        Told("{0}; its figures: {1}", message, figures) if figures else message,
        place=table,
        found=line.label,
        expected=near.label if near else "",
        hint=alias_hint(format_id, near.key if near and not near.heading else "", line.label)
        if label and not kind
        else "",
        touches=touches,
        page=page_of(line),
    )


def cut_off(figure: Cell, line: TableLine, used: Mapping[Cell, Sequence[FactKey]]) -> Iterator[Finding]:
    """A figure under a foreign column beside a blank of the form: a stroke may have cut the one from the other.

    ``used`` are the cells of the form's own columns with the figures read from them.
    """
    if read_number(figure.text).state is CellState.DASH:
        return
    edges = (figure.column, figure.column + figure.column_span)
    beside = [c for c in line.figure_cells if c.column + c.column_span == edges[0] or c.column == edges[1]]
    keys = [key for c in beside if not fold(c.text) for key in used.get(c, ())]
    if keys:
        yield Finding(
            "ink.unused",
            Told("printed under no column of the form: {0}", fold(figure.text)),
            place=", ".join(map(str, keys)),
            found=figure.text,
            page=figure.page,
            touches=tuple(keys),
        )
