"""Figures into the table ``figure``: each word is kept once, and a figure has its number."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, func, insert, select, text

from gkingest.model.report import CellState
from gkingest.store.database import upserting
from gkingest.store.tables.figures import STATE_NUMBERS, TENTHS, FigureRow, SlotRow, WordRow, slot_number
from gkingest.store.tables.schema import ReportRow
from gkingest.store.tables.types import storable
from gkingest.store.write.rows import Row

_AT_ONCE = 500  # values in one query
_WORDS = ("unit", "method", "row_label", "column_label")
_EDGES = ("x0", "top", "x1", "bottom")
_KEYS = ("table_key", "row_key", "column_key")
_KEPT = ("value", "form_value", "raw_text", "page", "confidence", "flagged")


def next_serial(connection: Connection) -> int:
    """The number of the next report, which is this transaction's alone until it ends."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        connection.execute(text("LOCK TABLE report IN SHARE ROW EXCLUSIVE MODE"))
    return (connection.scalar(select(func.max(ReportRow.serial))) or 0) + 1


def insert_facts(connection: Connection, facts: Sequence[Row]) -> None:
    """Insert figures, given as the view ``fact`` tells them, of reports that are in the table ``report``."""
    if not facts:
        return
    ids = sorted({str(fact["report_id"]) for fact in facts})
    found = connection.execute(select(ReportRow.id, ReportRow.serial).where(ReportRow.id.in_(ids)))
    serials = {row.id: row.serial for row in found}
    slots = {keys: slot_number(*keys) for keys in {_keys(fact) for fact in facts}}
    # A slot whose number another has does not get into the table: then its keys are missing, which is refused.
    known = upserting(connection, SlotRow)
    known = known.on_conflict_do_update(
        index_elements=["id"],
        set_={"row_key": None},
        where=(SlotRow.table_key != known.excluded.table_key)
        | (SlotRow.row_key != known.excluded.row_key)
        | (SlotRow.column_key != known.excluded.column_key),
    )
    connection.execute(known, [{"id": n, **dict(zip(_KEYS, keys, strict=True))} for keys, n in slots.items()])
    words = word_numbers(connection, {storable(str(fact[name])) for fact in facts for name in _WORDS})
    rows = [
        {"report": serials[str(fact["report_id"])], "slot": slots[_keys(fact)], **in_numbers(fact, words)}
        for fact in facts
    ]
    connection.execute(insert(FigureRow), rows)


def in_numbers(fact: Row, words: Mapping[str, int]) -> Row:
    """A figure as its table keeps it, but for where it stands; ``words`` have the numbers of its words."""
    return {
        "state": STATE_NUMBERS[CellState(str(fact["state"]))],
        **{name: words[storable(str(fact[name]))] for name in _WORDS},
        **{name: _tenths(fact[name]) for name in _EDGES},
        **{name: fact[name] for name in _KEPT},
    }


def word_number(connection: Connection, word: str) -> int:
    """The number of a word, which is inserted if it is new."""
    return word_numbers(connection, [storable(word)])[storable(word)]


def word_numbers(connection: Connection, words: Collection[str]) -> dict[str, int]:
    """The number of each word; new ones are inserted."""
    asked = sorted(words)
    numbers: dict[str, int] = {}
    for start in range(0, len(asked), _AT_ONCE):
        query = select(WordRow.text, WordRow.id).where(WordRow.text.in_(asked[start : start + _AT_ONCE]))
        numbers.update((word, number) for word, number in connection.execute(query))
    if lacking := [word for word in asked if word not in numbers]:
        first = (connection.scalar(select(func.max(WordRow.id))) or 0) + 1
        fresh = {word: number for number, word in enumerate(lacking, first)}
        connection.execute(insert(WordRow), [{"id": number, "text": word} for word, number in fresh.items()])
        numbers.update(fresh)
    return numbers


def _keys(fact: Row) -> tuple[str, str, str]:
    return str(fact["table_key"]), str(fact["row_key"]), str(fact["column_key"])


def _tenths(edge: object) -> int | None:
    return round(edge * TENTHS) if isinstance(edge, float | int) else None
