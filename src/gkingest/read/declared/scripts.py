"""Scripts of a web page are not run; which elements they may change is told by the names that they know.

A script finds what it changes by class or id, in a selector (``$(".x")``) or in words of its own
(``getElementsByClassName("x")``). What it does with them is not followed: an element of a name that stands in a
script which changes anything may not show what the source has.
"""

import re
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# One line each, so that an apostrophe in a remark spoils no more than its line.
_TEXT = re.compile(r'"((?:[^"\\\n]|\\.)*+)"|\'((?:[^\'\\\n]|\\.)*+)\'|`([^`\n]*+)`')
_SELECTED = re.compile(r"[.#]([\w-]+)|\[(?:class|id)[~|^$*]?=\s*\\?[\"']?([^\"'\]\\]+)")
_PLAIN = re.compile(r"\s*[\w-]+(?:\s+[\w-]+)*\s*")
_FINDS = re.compile(r"ClassName|ElementById|classList|className|hasClass|etAttribute|\.id\b")
_CHANGES = re.compile(
    r"remove|replace|insert|append|prepend|before\(|after\(|wrap|detach|empty\(|write|HTML|html\(|[Tt]ext(?:Content)?\b|"
    r"[Vv]alue|val\(|hide|show|toggle|fade|slide|hidden|style|css\(|display|visib|class|Class|attr|prop\(|data\b"
)


def runs(script: "Element") -> bool:
    """Whether a ``script`` element is a script to a browser, and no data or template."""
    kind = (script.get("type") or "").lower()
    return kind in ("", "module") or "javascript" in kind or "ecmascript" in kind


def write_cells(table: "Element") -> bool:
    """Whether a script that stands between the cells of a table writes some of them."""
    between = (s for s in table.iter("script") if next(s.iterancestors("td", "th", "table")) is table)
    return any("write" in (script.text or "") for script in between)


class Scripts:
    """Classes and ids that the scripts in a page know, those that it runs by itself."""

    def __init__(self, root: "Element") -> None:
        self._known: set[str] = set()
        written = [script.text or "" for script in root.iter("script") if runs(script)]
        for code in filter(_CHANGES.search, (*written, *map(str, root.xpath("//@onload|//@onerror")))):
            finds = _FINDS.search(code) is not None
            for said in _TEXT.finditer(code):
                text = next(filter(None, said.groups()), "")
                self._known.update(filter(None, chain.from_iterable(_SELECTED.findall(text))))
                if finds and len(text) < 200 and _PLAIN.fullmatch(text):
                    self._known.update(text.split())

    def name(self, element: "Element") -> bool:
        """Whether a script knows an element by a class or by its id."""
        names = (element.get("class") or "").split() + (element.get("id") or "").split()
        return not self._known.isdisjoint(names)
