"""The segmenter of Chinese text (jieba), loaded where it is needed and silent about itself."""

import logging
import re
import sys
import warnings
from collections.abc import Iterator
from functools import cache, lru_cache
from io import BytesIO
from typing import Any

_FREQUENCY = re.compile(rb" (\d+)")  # of a word, which is a line of the dictionary: no other figures follow a blank


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
        for name in unwanted:  # another thread may have come here too
            sys.modules.pop(name, None)
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
        self._tokenizer.total = sum(map(int, _FREQUENCY.findall(self._lines)))
        self._tokenizer.initialized = True
        self._begun: set[str] = set()

    def cut(self, text: str) -> Iterator[str]:
        """The words of a text, one after the other."""
        for char in sorted({*text} - self._begun):
            self._begun.add(char)
            start, words = b"\n" + char.encode(), []
            at = self._lines.find(start)
            while at >= 0:
                end = self._lines.find(b"\n", at + 1)
                end = len(self._lines) if end < 0 else end
                words.append(self._lines[at + 1 : end])
                at = self._lines.find(start, end)
            known, _ = self._tokenizer.gen_pfdict(BytesIO(b"\n".join(words)))
            self._tokenizer.FREQ |= known
        yield from self._tokenizer.cut(text)
