"""The recogniser itself on lines that were drawn, and once on a scanned report against its recording."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from drawing import Sheet, near
from recorded.recording import load_pages

from gkingest.errors import EngineError
from gkingest.model.paper import Word
from gkingest.read.picture import installed, ocr
from gkingest.read.picture.installed import is_installed
from gkingest.read.picture.ocr import PaddleEngine, Reading
from gkingest.read.picture.raster import Pixels
from gkingest.read.picture.recognise import read_pages

SCAN = "www.sjzps.gov.cn/columns/7f3a1c/202411/06/0c4f27ab19.pdf"  # the smallest scan of the corpus

needs_engine = pytest.mark.skipif(
    not is_installed() and os.environ.get("GKINGEST_REQUIRE_OCR") != "1",
    reason="gkingest[ocr] is not installed; with GKINGEST_REQUIRE_OCR=1 its absence fails",
)


@pytest.fixture(scope="module")
def engine() -> PaddleEngine:
    """The engine on one thread, as several tests may run at a time."""
    return PaddleEngine(threads=1)


def line(text: str, scale: float = 1.2) -> Pixels:
    """A text on its line, cut out with some ground around."""
    sheet = Sheet(1600, 120)
    left, top, right, bottom = sheet.write(text, 40, 80, scale=scale)
    return np.ascontiguousarray(sheet.pixels[top - 8 : bottom + 8, left - 12 : right + 12, 0])


NUMBERS = ("0", "2023", "7", "38", "1234567890", "5", "601", "98765432100123456789", "46", "2")


@needs_engine
def test_lines_are_read_in_the_order_given_however_wide_they_are(engine: PaddleEngine) -> None:
    lines = [line(n) for n in NUMBERS]
    assert len({p.shape[1] for p in lines}) > 5
    assert tuple(r.text for r in engine.read(lines)) == NUMBERS
    backwards = engine.read(lines[::-1])
    assert tuple(r.text for r in backwards) == NUMBERS[::-1]


@needs_engine
def test_a_line_reads_the_same_alone_and_among_many(engine: PaddleEngine) -> None:
    """More lines than one batch takes, of many widths and heights, each with its own number."""
    numbers = [str(10**n + k) for n in range(1, 13) for k in range(8)]
    lines = [line(n, 1.0 + 0.1 * (i % 5)) for i, n in enumerate(numbers)]
    assert [r.text for r in engine.read(lines)] == numbers
    for index in (0, 50, 95):
        (alone,) = engine.read([lines[index]])
        assert alone.text == numbers[index]


@needs_engine
def test_no_lines_give_no_readings(engine: PaddleEngine) -> None:
    assert engine.read([]) == []


@needs_engine
def test_where_only_figures_are_allowed_nothing_else_is_read(engine: PaddleEngine) -> None:
    texts = ["2023", "1,024", "3.5", "Total", "x=7", "E"]
    readings = engine.read([line(t) for t in texts])
    for text, reading in zip(texts, readings, strict=True):
        assert set(reading.figures) <= set("0123456789.,"), text
        assert 0 <= reading.figures_sure <= 1 and 0 <= reading.sure <= reading.mean <= 1
    assert [r.figures for r in readings[:3]] == texts[:3]
    assert [r.text for r in readings[3:5]] == texts[3:5]


@needs_engine
def test_white_paper_says_nothing(engine: PaddleEngine) -> None:
    (reading,) = engine.read([np.full((48, 200), 255, np.uint8)])
    assert (reading.text, reading.sure) == ("", 0.0)


@pytest.mark.parametrize(
    ("reading", "figure"),
    [
        (Reading("i", 0.96, 0.96, "1", 0.6), ("1", 0.864)),  # nothing else among digits is a thin stroke
        (Reading("O", 0.5, 0.5, "0", 0.9), ("0", 0.81)),
        (Reading("l", 0.96, 0.96, "7", 0.6), ("7", 0.54)),
        (Reading("ll", 0.96, 0.96, "11", 0.6), ("11", 0.54)),
    ],
)
def test_a_letter_that_one_digit_looks_like_is_that_digit_as_surely(
    reading: Reading, figure: tuple[str, float]
) -> None:
    assert reading.is_figure
    assert reading.figure == (figure[0], pytest.approx(figure[1]))


@pytest.mark.parametrize("lost", ["rapidocr", "onnxruntime", "cv2"])
def test_a_part_that_is_missing_is_noticed_without_loading_anything(
    monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    monkeypatch.setattr(installed, "find_spec", lambda name: None if name == lost else object())
    assert not is_installed()


@needs_engine
def test_without_its_model_the_engine_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Elsewhere:
        origin = str(tmp_path / "__init__.py")  # a package without models

    for spec in (None, Elsewhere()):
        monkeypatch.setattr(ocr, "find_spec", lambda name, spec=spec: spec)
        with pytest.raises(EngineError, match=r"install it again: .*rapidocr onnxruntime"):
            PaddleEngine(threads=1)


# Takes some seconds: the only test that runs the recogniser over whole pages.
@needs_engine
def test_a_scanned_report_reads_as_it_was_recorded(
    corpus: Path, engine: PaddleEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gkingest.read.picture.ocr.default_engine", lambda: engine)
    data = (corpus / SCAN).read_bytes()
    expected = load_pages(data)
    assert sum(len(page.words) for page in expected) > 50
    pages = list(read_pages(data))

    assert [(p.number, p.turn) for p in pages] == [(p.number, p.turn) for p in expected]
    for page, kept in zip(pages, expected, strict=True):
        assert texts(page.words) == texts(kept.words)
        for word, before in zip(page.words, kept.words, strict=True):
            assert near(word.box, before.box, 2), word.text


def texts(words: Sequence[Word]) -> list[str]:
    """What the words say, in order."""
    return [w.text for w in words]
