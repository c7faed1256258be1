"""What the file system tells of a file, by which its bytes are known again without being read."""

import os
import stat
from typing import NamedTuple, Self

# What was written within so many ns before a look may have been written again after it, without any sign: clocks of
# file systems are coarse, 2 s on FAT.
COARSE = 2_000_000_000


class Stamp(NamedTuple):
    """Size in bytes, when it was written and when anything of it changed (ns), and its number on its disk.

    On Windows the third is when it was made.
    """

    size: int
    written: int
    changed: int
    number: int

    @classmethod
    def of(cls, told: os.stat_result) -> Self:
        """The stamp of a file of which the system told this."""
        return cls(told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino)

    @classmethod
    def at(cls, path: str) -> Self | None:
        """The stamp of what lies at a path; ``None`` where that is no file, or cannot be told."""
        try:
            told = os.stat(path)  # noqa: PTH116 - of thousands of files many times faster
        except (OSError, ValueError):
            return None
        return cls.of(told) if stat.S_ISREG(told.st_mode) else None

    def is_settled(self, begun: int) -> bool:
        """Whether whatever is written into the file after ``begun`` (ns) gives it another stamp."""
        return max(self.written, self.changed) < begun - COARSE

    def __str__(self) -> str:
        """As it is kept."""
        return " ".join(map(str, self))
