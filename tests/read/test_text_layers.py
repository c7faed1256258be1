"""A text layer whose digits are not those on the page: the sums show it, the picture settles it."""

import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from gkingest.document.ingest import interpret
from gkingest.document.outcome import Outcome
from gkingest.document.read_with import ReadWith
from gkingest.formats.spec import Format
from gkingest.model.key import FactKey
from gkingest.model.paper import Box, Page, ReadDocument, Word
from gkingest.model.report import Status
from gkingest.read.files import read_file
from gkingest.read.picture import installed, recognise
from gkingest.read.picture.recognise import Looks
from gkingest.read.printed import read_document
from gkingest.read.triage import open_bytes

Read = Callable[[ReadDocument, Sequence[Page] | None], Outcome]
# Fonts made for one document may name their glyphs as they please; here 1 is called 4, 4 is called 1, and so on.
CONFUSED = dict(zip(b"142536789", b"415263978", strict=True))
NAME = "e11_zebra"


def with_other_names(pdf: bytes) -> bytes:
    """The document with digits called otherwise by its fonts; every page looks as before."""
    for found in list(re.finditer(rb"/Length (\d+)[^>]*>>\s*stream\r?\n", pdf)):
        start, length = found.end(), int(found[1])
        try:
            names = zlib.decompress(pdf[start : start + length])
        except zlib.error:
            continue
        if b"beginbfchar" not in names:
            continue
        named = re.sub(rb"<003(\d)>$", lambda m: b"<003%c>" % CONFUSED.get(m[1][0], 48), names, flags=re.M)
        # What no reader asks for makes room, so that every object stays where the file says.
        packed = zlib.compress(re.sub(rb"/CMapName .*\n", b"", named), 9)
        assert len(packed) <= length
        pdf = pdf[:start] + packed.ljust(length, b"\n") + pdf[start + length :]
    return pdf


@pytest.fixture(scope="module")
def shown(root: Path, formats: tuple[Format, ...]) -> ReadDocument:
    """A report as its pages show it."""
    return read_file(open_bytes(root / f"tests/documents/{NAME}.pdf"), ReadWith(formats, "never"))


@pytest.fixture(scope="module")
def layered(shown: ReadDocument, formats: tuple[Format, ...]) -> ReadDocument:
    """The same report with a text layer that confuses digits, those of the year too."""
    made = read_document(with_other_names(shown.data), ReadWith(formats))
    assert [len(p.words) for p in made.pages] == [len(p.words) for p in shown.pages]
    assert made.pages != shown.pages
    return made


def pictured(pages: Sequence[Page]) -> tuple[Page, ...]:
    """What a recogniser makes of pictures of these pages."""
    return tuple(replace(p, origin="scan") for p in pages)


@pytest.fixture
def read(formats: tuple[Format, ...]) -> Iterator[Read]:
    """Reads a document where the recogniser sees these pages; ``None``: where none is installed."""

    def made(document: ReadDocument, seen: Sequence[Page] | None) -> Outcome:
        def pages(_: bytes, wanted: Sequence[int] | None = None) -> Iterator[Page]:
            yield from (p for p in seen or () if wanted is None or p.number in wanted)

        def no_looks(_: ReadDocument, wanted: Mapping[int, Sequence[Box]]) -> dict[tuple[int, Box], Looks]:
            return {(number, box): () for number, boxes in wanted.items() for box in boxes}

        with (
            patch.object(recognise, "read_pages", pages),
            patch.object(recognise, "is_installed", lambda: seen is not None),
            patch("gkingest.document.second_look.is_installed", lambda: seen is not None),
            patch("gkingest.document.second_look.look_again", no_looks),
        ):
            return interpret(document, ReadWith(formats))[0]

    yield made


def numbers(document: Outcome) -> dict[FactKey, object]:
    (report,) = document.reports
    return {f.key: f.value for f in report.facts}


def codes(document: Outcome) -> set[str]:
    return {f.code for report in document.reports for f in report.findings}


def test_it_is_read_from_its_pictures(shown: ReadDocument, layered: ReadDocument, read: Read) -> None:
    right, mended = read(shown, None), read(layered, pictured(shown.pages))
    assert numbers(mended) == numbers(right)
    assert (mended.status, right.status) == (Status.OK, Status.OK)
    assert [(r.organ, r.year) for r in mended.reports] == [(r.organ, r.year) for r in right.reports]
    (told,) = [f for f in mended.reports[0].findings if f.found == "scan"]
    assert "text layer" in told.message and "pictures" in told.message


@pytest.mark.parametrize("forbidden", [True, False])
def test_where_it_may_not_or_cannot_be_read_so_it_waits_for_recognition(
    layered: ReadDocument, read: Read, formats: tuple[Format, ...], forbidden: bool
) -> None:
    left = interpret(layered, ReadWith(formats, "never"))[0] if forbidden else read(layered, None)
    assert left.status is Status.NEEDS_OCR
    (doubt,) = [f for f in left.reports[0].findings if f.code == "reading.suspect"]
    assert "--ocr always" in doubt.hint
    assert "[reading.suspect]" in left.message
    assert len(left.reports[0].flagged()) == len(left.reports[0].facts)


def test_an_organ_that_errs_everywhere_is_believed_when_the_picture_says_the_same(
    layered: ReadDocument, read: Read
) -> None:
    plain = read(layered, None)
    seen = read(layered, pictured(layered.pages))
    assert seen.status is Status.NEEDS_REVIEW
    assert numbers(seen) == numbers(plain)
    assert "reading.suspect" in codes(plain) and "reading.suspect" not in codes(seen)
    assert "rule.broken" in codes(seen)


def test_a_picture_that_adds_up_no_better_is_not_sent_to_recognition_again(
    shown: ReadDocument, layered: ReadDocument, read: Read
) -> None:
    other = str.maketrans("123456789", "987654321")

    def blur(word: Word) -> Word:
        return replace(word, text=word.text.translate(other))

    blurred = [replace(p, words=tuple(map(blur, p.words))) for p in shown.pages]
    seen = read(layered, pictured(blurred))
    assert seen.status is Status.NEEDS_REVIEW
    (doubt,) = [f for f in seen.reports[0].findings if f.code == "reading.suspect"]
    assert "--ocr" not in doubt.hint and "picture" in doubt.message


def test_nobody_is_told_to_install_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "is_installed", lambda: True)
    assert "is installed" in installed.broken("its model is missing")
    assert "gkingest[ocr]" not in installed.broken("its model is missing")
    monkeypatch.setattr(installed, "is_installed", lambda: False)
    assert installed.broken("no module") == installed.lacking()
