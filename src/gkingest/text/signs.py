"""Characters that are none: what a damaged file gives in the place of text."""

import re

UNKNOWN = "\ufffd"
_NONE = re.compile(r"[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """``text`` with zeros and halves of pairs as U+FFFD: no database holds them, and no reader sees them.

    >>> storable("12\\0")
    '12\ufffd'
    """
    return _NONE.sub(UNKNOWN, text)
