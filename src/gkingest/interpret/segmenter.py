"""The segmenter of Chinese text (jieba), loaded where it is needed and silent about itself."""

import logging
import sys
import warnings
from collections.abc import Iterator
from functools import cache, lru_cache
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray


@cache
def segmenter() -> Any:
    """The module ``jieba``; its dictionary takes a second and 70 MB to load: indexing and searching need it."""
    # It finds its files by setuptools where that is installed, which takes 0.3 s to import, or else beside itself.
    unwanted = {"pkg_resources"} - sys.modules.keys()
    sys.modules.update(dict.fromkeys(unwanted))  # type: ignore[arg-type]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it is written with: nothing that a user could mend
            import jieba
    finally:
        for name in unwanted:
            del sys.modules[name]
    jieba.setLogLevel(logging.WARNING)
    return jieba


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a label, as jieba cuts them."""
    return tuple(_labels().cut(text))


@cache
def _labels() -> "_LabelSegmenter":
    return _LabelSegmenter()


class _LabelSegmenter:
    """jieba for some short texts: of its dictionary it loads the words that begin with one of their characters.

    No other word can begin at a place of the text, so that it cuts as with the whole dictionary.
    """

    def __init__(self) -> None:
        self._tokenizer = segmenter().Tokenizer()
        with self._tokenizer.get_dict_file() as file:
            self._lines: bytes = b"\n" + file.read().replace(b"\r\n", b"\n")
        self._tokenizer.total = _total(self._lines)
        self._tokenizer.initialized = True
        self._begun: set[str] = set()

    def cut(self, text: str) -> Iterator[str]:
        """The words of a text, one after the other."""
        for char in sorted({*text} - self._begun):
            self._begun.add(char)
            known, _ = self._tokenizer.gen_pfdict(BytesIO(b"\n".join(self._beginning_with(char))))
            self._tokenizer.FREQ |= known
        yield from self._tokenizer.cut(text)

    def _beginning_with(self, char: str) -> Iterator[bytes]:
        start = b"\n" + char.encode()
        at = self._lines.find(start)
        while at >= 0:
            end = self._lines.find(b"\n", at + 1)
            end = len(self._lines) if end < 0 else end
            yield self._lines[at + 1 : end]
            at = self._lines.find(start, end)


def _total(lines: bytes) -> int:
    """Sum of the frequencies of a dictionary: of the number behind the first blank of each line, all at once."""
    signs: NDArray[np.uint8] = np.frombuffer(lines + b"\n", np.uint8)
    blanks = np.flatnonzero(signs == ord(" "))
    first = np.searchsorted(blanks, np.flatnonzero(signs[:-1] == ord("\n")))
    place = blanks[first[np.diff(first, append=len(blanks)) > 0]] + 1  # of lines that have one
    values = np.zeros(len(place), np.int64)
    while (more := (signs[place] >= ord("0")) & (signs[place] <= ord("9"))).any():
        values[more] = 10 * values[more] + (signs[place[more]] - ord("0"))
        place[more] += 1
    return int(values.sum())
