"""A message that knows what it is made of: its fixed words, and what is filled into them."""

import re
from collections.abc import Iterable

GAP = re.compile(r"\{(\d+)\}")


class Told(str):
    """English text that keeps its ``shape``, with ``{0}`` where a value stands, and its ``values``.

    A value may be such a message itself. So a finding carries what it says and can be said in every language.

    >>> Told("page {0} was not read: {1}", 3, "no text").shape
    'page {0} was not read: {1}'
    >>> Told("page {0} was not read: {1}", 3, "no text")
    'page 3 was not read: no text'
    """

    __slots__ = ("shape", "values")
    shape: str
    values: tuple[str, ...]

    def __new__(cls, shape: str, *values: object) -> "Told":
        """The message of this shape; values that are no text become it."""
        kept = tuple(value if isinstance(value, str) else str(value) for value in values)
        made = super().__new__(cls, GAP.sub(lambda gap: kept[int(gap[1])], shape))
        made.shape, made.values = shape, kept
        return made

    def __getnewargs__(self) -> tuple[str, ...]:  # type: ignore[override]
        """What makes it again in another process."""
        return (self.shape, *self.values)


class Bilingual(str):
    """English text with its ``chinese`` beside it, as a database gives both."""

    __slots__ = ("chinese",)
    chinese: str

    def __new__(cls, english: str, chinese: str) -> "Bilingual":
        """The text in both languages."""
        made = super().__new__(cls, english)
        made.chinese = chinese
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        """What makes it again in another process."""
        return (str(self), self.chinese)


def joined(mark: str, parts: Iterable[str]) -> str:
    """Messages with ``mark`` between them; what is empty is left out."""
    given = [part for part in parts if part]
    if len(given) < 2:
        return given[0] if given else ""
    return Told(mark.join(f"{{{n}}}" for n in range(len(given))), *given)
