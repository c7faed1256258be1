"""What to say about labels that were matched by similarity, out of order, twice or not at all."""

from collections.abc import Iterator
from typing import Literal

from gkingest.interpret.table.columns import Column
from gkingest.interpret.table.layout import TableLine
from gkingest.interpret.table.match import Match, Slot
from gkingest.model.finding import Finding
from gkingest.model.key import KeyPattern, whole_row
from gkingest.model.method import LabelMatch
from gkingest.text.labels import fold


def alias_hint(format_id: str, key: str, printed: str) -> str:
    """The line to paste into the format file so that a label is known from now on; ``key`` may be ""."""
    text = fold(printed).replace('"', "'")
    which, where = ("this one", f"key: {key}") if key else ("one of the form's", "its key")
    return f'if it is {which}, add to schemas/formats/{format_id}.yml under {where} →  aliases: ["{text}"]'


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
            f"{label!r} was read as {slot.label} (similarity {match.score:.2f}, next {match.runner_up:.2f})",
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
            f"{label!r} stands elsewhere than in the form",
            place=slot.key,
            found=line.label,
            touches=touches,
            page=page_of(line),
        )


def column_doubt(column: Column, format_id: str, page: int | None) -> Finding:
    """A heading that was matched by similarity only."""
    match = column.match
    return Finding(
        "column.fuzzy",
        f"{fold(column.label)!r} was read as {column.node.label} "
        f"(similarity {match.score:.2f}, next {match.runner_up:.2f})",
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
    figures = " ".join(fold(c.text) for c in line.figure_cells if fold(c.text))
    message = {
        "twice": f"a second row reads {label!r}",
        "heading": f"the heading {label!r} has figures of its own",
        "": f"no row of the form reads {label!r}",
    }[kind]
    return Finding(
        "row.duplicate" if kind == "twice" else "row.unmatched",
        f"{message}; its figures: {figures}",
        place=table,
        found=line.label,
        expected=near.label if near else "",
        hint=alias_hint(format_id, near.key if near and not near.heading else "", line.label)
        if label and not kind
        else "",
        touches=touches,
        page=page_of(line),
    )
