"""Office files that say one figure and show another: what is shown is read or doubted, never wrong in silence."""

import pytest
from office_tricks import IN_SHEETS, IN_WORD, SheetTrick, WordTrick, sheet_file, word_file

from gkingest.model.report import CellState
from gkingest.read.declared.docx import read_docx
from gkingest.read.declared.flow import Block, FlowTable
from gkingest.read.declared.xlsx import read_xlsx
from gkingest.text.numbers import read_number


def held(blocks: tuple[Block, ...], seen: str | None, *, certain: bool) -> None:
    """The second cell says what is seen, or is doubted."""
    table = next(b for b in blocks if isinstance(b, FlowTable))
    cell = next((c for c in table.cells if c.column == 1 and not c.row), None)
    text, doubt = (cell.text, cell.doubt) if cell else ("", "")
    number = read_number(text)
    doubted = bool(doubt) or number.state is CellState.UNREADABLE
    shown = {CellState.BLANK: "", CellState.REPORTED: str(number.value)}.get(number.state)
    assert doubted or (shown is not None and shown == seen), (text, doubt)
    assert not (certain and doubted), (text, doubt)


@pytest.mark.parametrize("trick", IN_WORD, ids=lambda trick: trick.name)
def test_word_shows_what_is_read(trick: WordTrick) -> None:
    held(read_docx(word_file(trick)), trick.seen, certain=trick.certain)


@pytest.mark.parametrize("trick", IN_SHEETS, ids=lambda trick: trick.name)
def test_a_spreadsheet_shows_what_is_read(trick: SheetTrick) -> None:
    held(read_xlsx(sheet_file(trick)), trick.seen, certain=trick.certain)
