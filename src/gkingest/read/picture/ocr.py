"""Pictures of single lines → text: the recogniser of PP-OCR run by ONNX Runtime, its models from a package.

The model (PP-OCRv6 small, Apache-2.0) comes inside the ``rapidocr`` wheel; nothing is fetched. Output of the
network: one distribution over blank and 18,708 characters for every eight pixels across (connectionist temporal
classification, Graves et al. 2006).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gkingest.engine.machine import available_cores
from gkingest.errors import EngineError
from gkingest.read.picture.installed import broken
from gkingest.read.picture.raster import Pixels

_MODEL = "PP-OCRv6_rec_small.onnx"
_HEIGHT = 48  # pixels that the network sees of a line
_STRIDE = 16  # pixels: widths are rounded up to this, so that batches have few shapes
# Pixels of neither black nor white beside a line. Without them a lone 0 may be taken for ①: of 295 figures 258 are
# read freely with certainty, with them 280; and a narrowed line loses a mark or makes 1 of 11.
_ROOM = 16
# Pixels across in one batch of lines of one width. A run costs as much as 20 pixels and none less in a large batch,
# while padding and what leaves the processor's cache cost a fifth more; the output takes 9 kB for each.
_BUDGET = 640
_WIDEST = 3_200  # pixels: a longer line is squeezed
# A line as wide as five characters is no figure, one of less than twenty mostly a label. Of 462 long lines of 17
# scans one character was read otherwise at 0.45 of their width; at 0.4 brackets get lost. In narrow print commas
# get lost at 0.45, not at 0.6. Words of two or three characters lose one even at 0.7.
_LONG, _LONGER = 160, 640
_LABEL, _PROSE = 0.45, 0.6
_CLEAR, _FAIR = 0.85, 0.6  # mean and least chance of the characters of a narrowed line that is read well
_FIGURES = "0123456789.,"
_FIGURE = re.compile(r"[+\-−－]?\d[\d,，.．]*(元|万元|亿元|件|项|条|个|%)?")
_ALIKE = frozenset("0123456789.,oO〇○。口日DQ|lIi!][)(·°'`， +十丨｜tT")  # what a recogniser makes of lone digits


# Letters that only one digit looks like: who is certain of one is of the other.
_LETTERS = {"i": "1", "I": "1", "l": "1", "o": "0", "O": "0", "〇": "0", "○": "0"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line says, with the least and the mean probability among its characters.

    ``figures`` and ``figures_sure`` are the same when only digits, point and comma are allowed.
    """

    text: str
    sure: float
    mean: float = 0.0
    figures: str = ""
    figures_sure: float = 0.0

    @property
    def is_figure(self) -> bool:
        """Whether it is a figure, or may be one that was taken for other signs."""
        if _FIGURE.fullmatch(unicodedata.normalize("NFKC", self.text)):
            return True
        return bool(self.figures) and all(c in _ALIKE for c in self.text)

    @property
    def figure(self) -> tuple[str, float]:
        """Figure and chance: what was read freely where that is a figure, else what was held to digits."""
        text = unicodedata.normalize("NFKC", self.text).replace(" ", "")
        if not _FIGURE.fullmatch(text):
            alone = _LETTERS.get(text) == self.figures
            return self.figures, 0.9 * (max(self.sure, self.figures_sure) if alone else self.figures_sure)
        if re.sub(r"[^\d.,]", "", text) == self.figures:
            return text, max(self.sure, self.figures_sure) if text == self.figures else self.sure
        if text[0] == "+" and text[1:] == self.figures[1:]:  # held to digits, a plus sign becomes one
            return text, self.sure
        return text, min(self.sure, 0.5)


class OcrEngine(Protocol):
    """Whatever reads pictures of lines."""

    name: str

    def read(self, lines: Sequence[Pixels]) -> list[Reading]:
        """Read grey pictures of single lines, black on white, in the order given."""
        ...


class PaddleEngine:
    """PP-OCR's line recogniser on ONNX Runtime."""

    name = "ppocr-v6-small"

    def __init__(self, threads: int = 0) -> None:
        """Load the model; ``threads`` 0 takes as many as the machine has, four at most. Raises EngineError."""
        self._session, characters = _load(threads or min(available_cores(), 4))
        self._characters = np.array(["", *characters, " "])
        self._figures = np.array([0, *(i for i, c in enumerate(self._characters) if c in _FIGURES and c)])

    def read(self, lines: Sequence[Pixels]) -> list[Reading]:
        """Read the lines, long ones made narrower, and once more as they are where that is no use."""
        shares = [_share(line) for line in lines]
        readings = self._read([_scaled(n, share) for n, share in zip(lines, shares, strict=True)])
        again = [i for i, share in enumerate(shares) if share < 1 and _is_squeezed(readings[i], share)]
        for index, reading in zip(again, self._read([_scaled(lines[i], 1.0) for i in again]), strict=True):
            readings[index] = reading
        return readings

    def _read(self, scaled: Sequence[NDArray[np.float32]]) -> list[Reading]:
        """Lines of the height that the network sees, in small batches of one padded width."""
        by_width: dict[int, list[int]] = {}
        for index, line in enumerate(scaled):
            by_width.setdefault(-(-line.shape[1] // _STRIDE) * _STRIDE, []).append(index)
        results = [Reading("", 0.0)] * len(scaled)
        for width, alike in by_width.items():
            most = max(_BUDGET // width, 1)
            for start in range(0, len(alike), most):
                batch = alike[start : start + most]
                found = self._decode([scaled[i] for i in batch], width)
                for index, reading in zip(batch, found, strict=True):
                    results[index] = reading
        return results

    def _decode(self, batch: Sequence[NDArray[np.float32]], width: int) -> list[Reading]:
        pixels = np.zeros((len(batch), 3, _HEIGHT, width), np.float32)
        for row, line in zip(pixels, batch, strict=True):
            row[:, :, : line.shape[1]] = line
        chances: NDArray[np.float32] = self._session.run(None, {"x": pixels})[0]
        return [self._reading(c) for c in chances]

    def _reading(self, chances: NDArray[np.float32]) -> Reading:
        text, chance = _collapse(chances.argmax(axis=1), chances.max(axis=1))
        few = chances[:, self._figures]
        few = few / np.maximum(few.sum(axis=1, keepdims=True), 1e-9)
        figures, figure_chance = _collapse(few.argmax(axis=1), few.max(axis=1))
        return Reading(
            "".join(self._characters[i] for i in text),
            min(chance, default=0.0),
            sum(chance) / max(len(chance), 1),
            "".join(self._characters[self._figures[i]] for i in figures),
            min(figure_chance, default=0.0),
        )


def _collapse(best: NDArray[Any], chances: NDArray[np.float32]) -> tuple[list[int], list[float]]:
    """Greedy decoding: repeats and blanks (0) dropped; the chance of a character is the best of its run."""
    found: list[int] = []
    sure: list[float] = []
    last = 0
    for index, chance in zip(best.tolist(), chances.tolist(), strict=True):
        if index and index == last:
            sure[-1] = max(sure[-1], chance)
        elif index:
            found.append(index)
            sure.append(chance)
        last = index
    return found, sure


def _share(line: Pixels) -> float:
    """The share of its width at which a line is read first."""
    natural = line.shape[1] * _HEIGHT / line.shape[0]  # where it is as high as the network sees it
    if natural < _LONG:
        return 1.0
    return _LABEL if natural < _LONGER else _PROSE


def _is_squeezed(reading: Reading, share: float) -> bool:
    """Whether a narrowed line is to be read as it is: a figure, unsure, or a label with more than its number."""
    if share == _LABEL and (reading.sure < _FAIR or any(c.isdigit() for c in reading.text[2:])):
        return True
    return reading.is_figure or reading.mean < _CLEAR


def _scaled(line: Pixels, narrowed: float) -> NDArray[np.float32]:
    import cv2

    wide = min(max(round(line.shape[1] * _HEIGHT / line.shape[0] * narrowed), 16), _WIDEST)
    way = cv2.INTER_AREA if line.shape[0] > _HEIGHT or narrowed < 1 else cv2.INTER_CUBIC
    small = cv2.resize(line, (wide, _HEIGHT), interpolation=way)
    return np.pad(np.asarray(small, np.float32) / 127.5 - 1.0, ((0, 0), (0, _ROOM)))


def _load(threads: int) -> tuple[Any, list[str]]:
    try:
        import onnxruntime
    except ImportError as error:
        raise EngineError(broken(str(error))) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # the arena keeps the largest batch for ever
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])
    characters = session.get_modelmeta().custom_metadata_map["character"].splitlines()
    return session, characters


def model_path() -> Path:
    """Where the recogniser's model lies; raises EngineError where it is not installed."""
    spec = find_spec("rapidocr")
    path = Path(spec.origin).parent / "models" / _MODEL if spec and spec.origin else None
    if path is None or not path.exists():
        raise EngineError(broken(f"its model {_MODEL} is missing"))
    return path


@lru_cache(maxsize=1)
def default_engine() -> OcrEngine:
    """The engine, loaded once a process when the first page needs it."""
    return PaddleEngine()
