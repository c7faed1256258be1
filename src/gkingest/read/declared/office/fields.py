"""Fields of a Word document: their code is not shown, their stored result is, where they have one."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gkingest.read.declared.package import attribute

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# Fields that only mark or keep something and show nothing.
_SILENT = frozenset({"XE", "TC", "TA", "RD", "SET", "ASK", "PRIVATE", "BOOKMARK", "NEXT", "NEXTIF", "SKIPIF"})
# Fields that are made anew whenever pages are laid out.
_LAID_OUT = frozenset({"PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "DATE", "TIME"})
_NO_RESULT = "a field without a stored result stands in the cell"
_OLD_RESULT = "the result of a field in the cell is out of date as it is stored"


@dataclass(slots=True)
class _Field:
    code: str = ""
    has_result: bool = False
    filled: bool = False


@dataclass(slots=True)
class Fields:
    """The fields that are open from paragraph to paragraph; ``anew`` if all are made anew on opening the file."""

    anew: bool = False
    _open: list[_Field] = field(default_factory=list)
    _codes: int = 0  # fields among them whose code is not at its end

    @property
    def in_code(self) -> bool:
        """Whether what comes is code and not shown."""
        return self._codes > 0

    def write(self, code: str) -> None:
        """Code of the innermost field."""
        if self._open:
            self._open[-1].code += code

    def fill(self) -> None:
        """Something is shown in the innermost field, and so in those around it."""
        if self._open:
            self._open[-1].filled = True

    def turn(self, mark: "Element") -> str:
        """Begin, turn or end a field; a doubt about what a reader sees of it."""
        kind = attribute(mark, "fldCharType")
        if kind == "begin":
            self._open.append(_Field())
            self._codes += 1
        elif kind == "separate" and self._open:
            self._codes -= not self._open[-1].has_result
            self._open[-1].has_result = True
        elif kind == "end" and self._open:
            last = self._open.pop()
            self._codes -= not last.has_result
            if last.filled:
                self.fill()
            return told(last.code, filled=last.has_result and last.filled, anew=self.anew)
        return _OLD_RESULT if is_on_attribute(mark, "dirty") else ""

    def end_code(self) -> str:
        """The code of a field ends with its paragraph; a doubt where it has not come to its end."""
        if not self.in_code:
            return ""
        self._open, self._codes = [f for f in self._open if f.has_result], 0
        return _NO_RESULT


def told(code: str, *, filled: bool, anew: bool = False) -> str:
    """A doubt about a field with this code, ``filled`` if it has a result that shows something."""
    word = (code.split() or [""])[0].upper()
    if not filled:
        return "" if word in _SILENT else _NO_RESULT
    return _OLD_RESULT if word in _LAID_OUT or (anew and word.startswith("=")) else ""


def is_on_attribute(element: "Element", name: str) -> bool:
    """Whether an attribute that switches something on is there and does."""
    return attribute(element, name, "0") in ("1", "true", "on")
