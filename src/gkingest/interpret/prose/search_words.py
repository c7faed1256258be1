"""Chinese text → words, for searching in it."""

import re

from gkingest.interpret.segmenter import segmenter
from gkingest.text.labels import fold, simplified

_WORD = re.compile(r"\w")


def segmented(text: str) -> str:
    """The text word by word with spaces between, simplified; long words also in their parts (jieba)."""
    return " ".join(w for w in segmenter().cut_for_search(simplified(fold(text))) if _WORD.search(w))


def phrase(text: str) -> str:
    """Words to be found next to each other, cut as :func:`segmented` cuts them but each once."""
    return " ".join(w for w in segmenter().cut(simplified(fold(text))) if _WORD.search(w))
