"""What stands off the line of a figure, or is smaller than it: notes, and no part of its number."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from gkingest.read.style.look import Look

_SMALL = 0.85  # of the figure's size: <small> is 0.83; sizes that editors mix by chance (14 for 16 points) are 0.87


@dataclass(frozen=True, slots=True)
class FigureLine:
    """The line on which the figure of a cell stands, and the size of its digits; 0 for a cell without one."""

    base: float = 0.0
    size: float = 0.0

    @classmethod
    def of(cls, inked: Sequence[tuple[str, Look]]) -> "FigureLine":
        """The line of digits that are neither raised nor lowered, or else of the first where it is large."""
        digits = [look for p, look in inked if has_digit(p)]
        level = [look for look in digits if not cls(size=look.drawn_size).shifted(look)]
        if digits and not level and digits[0].size > 0.9 * max(map(attrgetter("size"), digits)):
            first = digits[0]
            level = [look for look in digits if look.shift == first.shift and not first.size < 14]
        return cls(level[0].shift, max(map(attrgetter("drawn_size"), level))) if level else cls()

    def shifted(self, look: Look) -> int:
        """1 for text above the line, -1 for text below: sup rises by a third of the size, sub sinks by a fifth."""
        shift, size = look.shift - self.base, self.size or look.drawn_size / 0.83
        return 1 if shift > 0.15 * size else -1 if shift < -0.08 * size else 0

    def is_off(self, look: Look) -> bool:
        """Whether text may be a note: off its line, or smaller than the figure."""
        return self.shifted(look) != 0 or look.drawn_size <= _SMALL * self.size


def has_digit(text: str) -> bool:
    """Whether a text has a digit of any script."""
    return any(c.isdigit() for c in text)
