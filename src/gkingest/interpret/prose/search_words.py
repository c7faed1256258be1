"""Chinese text → words, for searching in it."""

import logging
import re

from gkingest.text.labels import fold, simplified

_WORD = re.compile(r"\w")


def segmented(text: str) -> str:
    """The text word by word with spaces between, simplified; long words also in their parts (jieba)."""
    import jieba  # its dictionary takes a second to load: only indexing and searching need it here

    jieba.setLogLevel(logging.WARNING)
    return " ".join(w for w in jieba.cut_for_search(simplified(fold(text))) if _WORD.search(w))


def phrase(text: str) -> str:
    """Words to be found next to each other, cut as :func:`segmented` cuts them but each once."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    return " ".join(w for w in jieba.cut(simplified(fold(text))) if _WORD.search(w))
