"""The segmenter of Chinese text (jieba), loaded where it is needed and silent about itself."""

import logging
import warnings
from functools import cache
from typing import Any


@cache
def segmenter() -> Any:
    """The module ``jieba``; its dictionary takes a second to load: few labels, indexing and searching need it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what it is written with: nothing that a user could mend
        import jieba
    jieba.setLogLevel(logging.WARNING)
    return jieba
