"""A page with a cell marked: the picture with the mark on it, or the table as it was read where there is none."""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gkingest.corpus.originals import MissingOriginalError, find_original
from gkingest.errors import DocumentError
from gkingest.language import said
from gkingest.read.picture.png import has_picture
from gkingest.serve.bounds import own_rows
from gkingest.serve.picture_process import Picture
from gkingest.serve.served import Database, House
from gkingest.serve.spoken import say
from gkingest.store.ask.browse import GRIDS_ON, PLACES, REPORTS_IN, SECTIONS_ON, SOURCE, grid_of

Corners = tuple[float, float, float, float]
_NEAR = 0.5  # points between a box and the cell of the grid that it is of
_MOST_PLACES = 20
_LARGEST = 512 * 1024 * 1024  # bytes of a file that is opened for showing a page of it


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is shown of a page: its picture or ``why_not``, and what the database has of it."""

    sha256: str
    page: int
    pages: int
    kind: str
    places: Sequence[sqlite3.Row]
    reports: Sequence[sqlite3.Row]
    picture: Picture | None = None
    why_not: Sequence[str] = ()
    box: Corners | None = None
    grids: list[list[list[Mapping[str, object]]]] = field(default_factory=list)
    sections: Sequence[sqlite3.Row] = ()

    @property
    def mark(self) -> dict[str, str] | None:
        """The box in percent of the page, as styles take it."""
        if self.box is None or self.picture is None:
            return None
        x0, top, x1, bottom = self.box
        wide, high = self.picture.width, self.picture.height
        return {
            "left": f"{100 * x0 / wide:.3f}%",
            "top": f"{100 * top / high:.3f}%",
            "width": f"{100 * (x1 - x0) / wide:.3f}%",
            "height": f"{100 * (bottom - top) / high:.3f}%",
        }


async def sheet_of(house: House, base: Database, sha256: str, page: int, box: Corners | None) -> Sheet | None:
    """One page of a source; None if the database knows no such source."""
    asked = {"sha256": sha256}
    source = (await base.execute(SOURCE, asked)).first()
    if source is None:
        return None
    places = (await base.execute(PLACES, asked)).rows
    reports = (await base.execute(REPORTS_IN, asked)).rows
    kind, pages = source["media_type"], source["page_count"]
    picture: Picture | None = None
    why_not: tuple[str, ...] = ()
    try:
        picture = await _picture(house, base, sha256, kind, page)
    except MissingOriginalError as error:
        why_not = why_missing(error)
    except DocumentError as error:
        why_not = (said(error.message),)
    known = Sheet(sha256, page, pages, kind, places[:_MOST_PLACES], reports, picture, why_not, box)
    if picture is not None:
        return known
    grids = await own_rows(base, GRIDS_ON, asked)
    sections = await own_rows(base, SECTIONS_ON, {**asked, "page": page})
    shown = [g for row in grids if (g := grid_rows(grid_of(row["content"]), page, box))]
    return Sheet(sha256, page, pages, kind, known.places, reports, None, why_not, box, shown, sections)


async def picture_of(house: House, base: Database, sha256: str, page: int) -> Picture | None:
    """The picture of a page of a source that the database knows; None where there is none to be had."""
    if (known := house.painter.known(sha256, page)) is not None:
        return known
    source = (await base.execute(SOURCE, {"sha256": sha256})).first()
    if source is None:
        return None
    try:
        return await _picture(house, base, sha256, source["media_type"], page)
    except (MissingOriginalError, DocumentError):
        return None


async def why_no_picture(house: House, base: Database, sha256: str, kind: str) -> tuple[str, ...]:
    """Why no page of a source can be shown as a picture; nothing where its bytes are there. Nothing is painted."""
    try:
        await bytes_of(house, base, sha256, kind)
    except MissingOriginalError as error:
        return why_missing(error)
    except DocumentError as error:
        return (said(error.message),)
    return ()


async def _picture(house: House, base: Database, sha256: str, kind: str, page: int) -> Picture:
    """Raises :class:`MissingOriginalError` or :class:`DocumentError`."""
    # The bytes are looked at again each time, so that a file that was changed is told even if its picture is kept.
    return await house.painter.paint(sha256, await bytes_of(house, base, sha256, kind), kind, page)


async def bytes_of(house: House, base: Database, sha256: str, kind: str) -> bytes:
    """The file of a source whose pages are pictures.

    Raises :class:`MissingOriginalError`, or :class:`DocumentError` where the file has no pages.
    """
    if not has_picture(kind):
        raise DocumentError(
            "unsupported", f"a file of this kind ({kind}) has no printed pages; what was read of it:"
        )
    paths = [row["path"] for row in (await base.execute(PLACES, {"sha256": sha256})).rows]
    return await asyncio.to_thread(find_original, sha256, paths, roots=house.roots, largest=_LARGEST)


def why_missing(error: MissingOriginalError) -> tuple[str, ...]:
    """What is said of each path that does not have the bytes of a page any more."""
    words = {
        "afar": "{0}: it lies afar, and only files of this machine are opened",
        "absent": "{0}: it is no longer there",
    }
    told = tuple(say(words.get(m.state, "{0}: it has other bytes now"), m.path) for m in error.misses)
    return told or (say("the database has no path of it"),)


def grid_rows(content: dict[str, Any], page: int, box: Corners | None) -> list[list[Mapping[str, object]]]:
    """The rows of a raw table that stand on a page, as an HTML table has them: text, spans, and which is marked."""
    cells = [c for c in content["cells"] if c["page"] == page]
    rows: dict[int, list[Mapping[str, object]]] = {}
    for cell in sorted(cells, key=lambda c: (c["row"], c["column"])):
        boxes = [cell[kind] for kind in ("box", "ink") if box is not None and cell.get(kind)]
        rows.setdefault(cell["row"], []).append(
            {
                "text": cell["text"],
                "rows": cell["row_span"],
                "columns": cell["column_span"],
                "marked": any(
                    all(abs(a - b) < _NEAR for a, b in zip(one, box or (), strict=True)) for one in boxes
                ),
            }
        )
    return [rows[number] for number in sorted(rows)]
