"""A figure shown where it is printed: its page with the cell framed, or the part of the table around it."""

from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from gkingest.cite.citation import Citation
from gkingest.corpus.originals import MissingOriginalError, find_original
from gkingest.errors import DocumentError, UsageError
from gkingest.model.paper import Box, Turn, bounding_box
from gkingest.read.kinds import PDF
from gkingest.read.pdf.pdfium import unlocked
from gkingest.read.picture.png import has_picture, marked_picture, page_sheet
from gkingest.store.ask.citing import Source

if TYPE_CHECKING:
    from gkingest.read.picture.raster import Raster

__all__ = ["crop_of", "cropped", "has_picture", "reading_turn"]

_HEADINGS = 112.0  # points above the first figures of a table: its headings, three levels at most
_ROW = 34.0  # points above the first figures of a table that goes on from another page: half a tall row
_LINE = 1.0  # points below headings at the foot of a page: the line that ends them
_BELOW = 34.0  # points below the framed cell, so that the next row is seen too


def crop_of(citation: Citation, passwords: Sequence[str] = ()) -> bytes:
    """PNG of the figure of a citation in its table, cut out of the file that it was read from.

    ``passwords`` are tried on a locked file. Raises :class:`UsageError` where nothing is printed, the file has no
    pages, is not to be had or stays locked.
    """
    fact, source = citation.fact, citation.source
    if fact.page is None or fact.box is None:
        raise UsageError(f"{fact.key}: nothing is printed there ({fact.state}), so there is nothing to cut out")
    if not has_picture(source.media_type):
        raise UsageError(
            f"a file of this kind ({source.media_type}) has no pages that a picture can show; printed is "
            f"“{fact.raw}” under “{fact.row_label}” and “{fact.column_label}”; cite that, without --crop"
        )
    order = {
        (row, column): n
        for n, (row, column, *_) in enumerate(
            s for t in citation.form.tables for s in t.slots() if t.key == fact.key.table
        )
    }
    rows: dict[int, dict[str, list[Box]]] = {}
    for one in sorted(citation.table, key=lambda f: order.get((f.key.row, f.key.column), 0)):
        if one.box is not None and one.page is not None:
            rows.setdefault(one.page, {}).setdefault(one.key.row, []).append(one.box)
    boxes = {page: list(chain.from_iterable(own.values())) for page, own in rows.items()}
    first = min(boxes)
    data = _plain(source_bytes(source, passwords), source.media_type, passwords)
    turn = reading_turn(rows[fact.page].values())
    begins = (first, boxes[first]) if first < fact.page and reading_turn(rows[first].values()) == turn else None
    if citation.headings is not None and turn == 0:
        page, heads = citation.headings
        begins = page, [Box(heads.x0, heads.bottom + _LINE, heads.x1, heads.bottom + _ROW)]
    return cropped(data, source.media_type, fact.page, fact.box, boxes[fact.page], turn=turn, begins=begins)


def source_bytes(source: Source, passwords: Sequence[str] = ()) -> bytes:
    """The bytes of a report's file, its paths taken below the current folder.

    Raises :class:`UsageError`, which says what is at each of them, where none holds them any more.
    """
    try:
        return find_original(source.sha256, [p.path for p in source.places], passwords=passwords)
    except MissingOriginalError as error:
        words = {
            "without": "the archive no longer has it",
            "other": "it was changed since it was read (sha256 now {:.12}…)",
        }
        tried = [
            f"{m.path}: {words.get(m.state, 'it cannot be opened ({})').format(m.detail)}" for m in error.misses
        ]
    listed = "; ".join(tried) or "no path of it is known"
    raise UsageError(
        f"the file that the report was read from (sha256 {source.sha256[:12]}…) is not to be had: {listed}; run in "
        "the folder that paths are below, restore the file, or ingest again what is there now"
    )


def cropped(
    data: bytes,
    kind: str,
    page: int,
    box: Box,
    table: Sequence[Box],
    *,
    turn: Turn = 0,
    begins: tuple[int, Sequence[Box]] | None = None,
) -> bytes:
    """PNG of the table around one box that is framed in red: from its headings to the row below.

    ``data`` and ``kind`` are bytes and media type of the source (``source.media_type``), ``page`` counts from 1.
    Boxes are in points of the displayed page, as ``fact`` has them; ``table`` are those of all figures of the same
    table on the page. Where the table goes on from another page, ``begins`` has that page and its boxes: the
    headings are taken from there. ``turn`` sets a page upright that is printed sideways (:func:`reading_turn`).
    Raises :class:`UsageError` where no picture can be made.
    """
    sheet = _sheet(data, kind, page)
    above = None
    if begins is not None:  # the page on which the table begins, and the part of it above the first figures
        head = _sheet(data, kind, begins[0])
        above = head, _strip(head, turn, begins[1], _HEADINGS)
    cut = _strip(sheet, turn, (box, *table), _HEADINGS if begins is None else _ROW, box)
    return marked_picture(sheet, box, cut, turn, above=above)


def _strip(sheet: "Raster", turn: Turn, boxes: Sequence[Box], more: float, last: Box | None = None) -> Box:
    """The part of a page across all of its width as it is read, from some points above the boxes.

    It ends where they begin, or else with the row below the ``last`` box.
    """
    width, height = sheet.size
    across, deep = (height, width) if turn in (90, 270) else (width, height)
    back: Turn = {0: 0, 90: 270, 180: 180, 270: 90}[turn]  # type: ignore[assignment]
    first = bounding_box([b.turned(turn, width, height) for b in boxes]).top
    bottom = first if last is None else min(last.turned(turn, width, height).bottom + _BELOW, deep)
    return Box(0.0, max(first - more, 0.0), across, bottom).turned(back, across, deep)


def _sheet(data: bytes, kind: str, page: int) -> "Raster":
    try:
        return page_sheet(data, kind, page)
    except DocumentError as error:
        raise UsageError(f"page {page} cannot be shown: {error.message}") from error


def reading_turn(rows: Iterable[Sequence[Box]]) -> Turn:
    """The clockwise turn that sets a page upright, told by how the figures of its rows follow one another.

    ``rows`` are the boxes of each printed row in the order of its columns.
    """
    across = down = 0.0
    for row in rows:
        for one, other in pairwise(row):
            across += other.centre[0] - one.centre[0]
            down += other.centre[1] - one.centre[1]
    if abs(across) >= abs(down):
        return 0 if across >= 0 else 180
    return 270 if down > 0 else 90


def _plain(data: bytes, kind: str, passwords: Sequence[str]) -> bytes:
    """The bytes without their lock."""
    try:
        return unlocked(data, passwords) if kind == PDF else data
    except DocumentError as error:
        raise UsageError(f"its file cannot be opened: {error.message}") from error
