"""Pages that are pictures, read by character recognition: which ones, in what order, and when to stop."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from gkingest.errors import DocumentError, EngineError
from gkingest.model.paper import Box, Page, ReadDocument
from gkingest.read.kinds import PDF
from gkingest.read.options import OcrMode, ReadOptions
from gkingest.read.picture.installed import MISSING, is_installed, lacking
from gkingest.read.sheets import cut_out
from gkingest.read.triage import media_type
from gkingest.told import Told, joined

if TYPE_CHECKING:
    from gkingest.read.picture.raster import Raster

Looks = tuple[tuple[str, float], ...]  # figure and chance, look by look

_MANY = 30  # pages: a longer scan is looked into before all of it is read
_LOOKS = 8  # pages of a long scan that are looked into
_CV_NO_MEMORY = -4  # cv::Error::StsNoMem
_A4 = (595.0, 842.0)  # points, of a picture that nobody looked at
_PICTURE = "it is a picture"
_NOT_WANTED = "it was not read, as character recognition is switched off (--ocr never)"


def read_pictures(read: ReadDocument, options: ReadOptions) -> ReadDocument:
    """The document with its pages that have no usable text read from their pictures.

    ``always`` reads every page so. Without an engine the pages stay as they are, and say what to install;
    ``always`` raises :class:`EngineError` then.
    """
    wanted = _wanted(read, always=options.ocr == "always")
    if not wanted:
        return read
    if reason := _reason_against(options.ocr):
        return replace(read, pages=tuple(_with_reason(p, reason) for p in read.pages))
    if set(wanted) <= set(read.pictures):
        done = dict(_inside(read, wanted))
        return replace(read, pages=tuple(_shown(p, done) for p in read.pages))
    return replace(read, pages=_read_all(read.data, read.pages, wanted, options))


def _wanted(read: ReadDocument, *, always: bool) -> list[int]:
    """The sheets that are to be read from their pictures: those of pages without usable text, or all of them."""
    wanted = list(dict.fromkeys(p.sheet for p in read.pages if (p.problem or always) and not p.damaged))
    if read.pictures or any(p.origin == "ofd" for p in read.pages):  # no other picture of a page can be made
        return [n for n in wanted if n in read.pictures]
    return wanted


def _reason_against(mode: OcrMode) -> str:
    """Why no picture is read, "" where they are; raises :class:`EngineError` where they all should be."""
    if mode != "never" and is_installed():
        return ""
    if mode == "always":
        raise EngineError(lacking())
    return _NOT_WANTED if mode == "never" else MISSING


def _inside(read: ReadDocument, wanted: Sequence[int]) -> Iterator[tuple[int, Page]]:
    """Pages ``wanted`` that are pictures inside a file of another kind, by number; one that is damaged says so."""
    for number in wanted:
        picture = read.pictures[number]
        try:
            (page,) = read_pages(picture.data, [picture.sheet])
        except (DocumentError, ValueError) as error:
            told = Told("the picture {0} of the file cannot be opened ({1})", picture.name, error)
            page = next(p for p in read.pages if p.sheet == number)
            page = replace(page, problem=told, damaged=True)
        yield number, replace(page, number=number)


def _with_reason(page: Page, reason: str) -> Page:
    told = joined("; ", (page.problem, reason))
    return replace(page, problem=told) if page.problem and not page.damaged else page


def read_pages(data: bytes, wanted: Sequence[int] | None = None) -> Iterator[Page]:
    """Pages of a PDF or sheets of an image file read from their pictures, all of them without ``wanted``."""
    from gkingest.read.picture.ocr import default_engine
    from gkingest.read.picture.scan import read_scan

    engine = default_engine()
    for number, raster in _rasters(data, wanted):
        with _memory_told():
            page = read_scan(raster, number, engine)
        yield page


@contextmanager
def _memory_told() -> Iterator[None]:
    """OpenCV has an error of its own for memory that cannot be had."""
    import cv2

    try:
        yield
    except cv2.error as error:
        if error.code == _CV_NO_MEMORY:
            raise MemoryError from error
        raise


def look_again(read: ReadDocument, wanted: Mapping[int, Sequence[Box]]) -> dict[tuple[int, Box], Looks]:
    """Further looks at words of pages that were read from pictures, by page number and box of the word."""
    from gkingest.read.picture.ocr import default_engine
    from gkingest.read.picture.scan import read_again

    engine = default_engine()
    sheets: dict[int, list[tuple[Page, Box]]] = {}
    for page in read.pages:
        sheets.setdefault(page.sheet, []).extend((page, box) for box in wanted.get(page.number, ()))
    found: dict[tuple[int, Box], Looks] = {}
    for number, raster in _rasters_of(read, [n for n, places in sheets.items() if places]):
        places = sheets[number]
        looks = read_again(raster, places[0][0].turn, [page.on_sheet(box) for page, box in places], engine)
        found |= {(page.number, box): look for (page, box), look in zip(places, looks, strict=True)}
    return found


def _rasters_of(read: ReadDocument, wanted: Sequence[int]) -> "Iterator[tuple[int, Raster]]":
    """Sheets of a document as pictures, those that are pictures inside it from their own bytes."""
    yield from _rasters(read.data, [n for n in wanted if n not in read.pictures])
    for number in (n for n in wanted if n in read.pictures):
        picture = read.pictures[number]
        yield from ((number, raster) for _, raster in _rasters(picture.data, [picture.sheet]))


def _rasters(data: bytes, wanted: Iterable[int] | None) -> "Iterator[tuple[int, Raster]]":
    from gkingest.read.pdf.pdfium import open_pdf
    from gkingest.read.picture.raster import image_rasters, sheet_count, sheet_raster

    if media_type(data) != PDF:
        numbers = list(range(1, sheet_count(data) + 1) if wanted is None else wanted)
        yield from zip(numbers, image_rasters(data, numbers), strict=True)
        return
    with open_pdf(data) as pdf:
        for number in wanted if wanted is not None else range(1, len(pdf) + 1):
            raster = sheet_raster(pdf, pdf.page(number), number)
            if raster is not None:
                yield number, raster


def _read_all(data: bytes, pages: Sequence[Page], wanted: Sequence[int], options: ReadOptions) -> tuple[Page, ...]:
    done: dict[int, Page] = {}
    if len(wanted) > _MANY:
        # The first three pages, then some at even distances.
        step = max((len(wanted) - 3) // (_LOOKS - 3), 1)
        sample = [*wanted[:3], *wanted[3::step][: _LOOKS - 3]]
        done = {p.number: p for p in read_pages(data, sample)}
        if not any(options.promises_report(page.text) for page in (*done.values(), *pages)):
            reason = f"it was not read, as {len(sample)} of {len(wanted)} such pages show no report"
            return tuple(_shown(_with_reason(p, reason), done) for p in pages)
    done |= {p.number: p for p in read_pages(data, [n for n in wanted if n not in done])}
    return tuple(_shown(p, done) for p in pages)


def _shown(page: Page, sheets: Mapping[int, Page]) -> Page:
    """A page as the picture of its sheet shows it, or as it is where that was not read."""
    sheet = sheets.get(page.sheet)
    return cut_out(sheet, page.part, page.number) if sheet and page.part else sheet or page


def read_image(data: bytes, options: ReadOptions) -> ReadDocument:
    """An image file as a document; raises :class:`DocumentError` (needs_ocr) where it may or can not be read.

    One of many sheets is looked into before all of them are read, as a PDF of them is.
    """
    from gkingest.read.picture.raster import sheet_count

    if reason := _reason_against(options.ocr):
        raise DocumentError("needs_ocr", f"the file is a picture ({media_type(data)}); {reason}")
    numbers = range(1, sheet_count(data) + 1)
    pages = [Page(n, *_A4, (), (), problem=_PICTURE, origin="scan") for n in numbers]
    return ReadDocument(data, _read_all(data, pages, numbers, options))
