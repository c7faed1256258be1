"""The looks of the elements of a page, each reckoned once."""

from dataclasses import replace
from typing import TYPE_CHECKING

from gkingest.read.style.css import Declared, PageRules, TooMuchStyleError
from gkingest.read.style.look import REVEALED, UNFOLLOWED, Look
from gkingest.read.style.reckon import reckoned
from gkingest.read.style.said import BY_ITSELF, HINTS, QUIRKY, Said, hinted

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


class Looks:
    """The looks of the elements of one page; ``doubt`` tells why none of them is certain."""

    def __init__(self, root: "Element", revealed: bool = False) -> None:
        self.doubt = ""
        self.revealed = revealed  # tables that style hides until a script shows them count as shown
        self._rules = PageRules(root)
        self._known: dict[tuple[object, ...], Look] = {}
        self._kept: list[Look] = []  # so that the identity of a look stays its own

    def within(self, element: "Element") -> Look:
        """The look of an element, reckoned from the root of the page."""
        look = Look(variables=tuple(self._rules.initial.items()))
        for around in (*reversed(list(element.iterancestors())), element):
            look = self.of(around, look)
        return look

    def of(self, element: "Element", around: Look) -> Look:
        """The look of an element within one that looks like ``around``."""
        attributes = element.attrib
        hints = tuple(pair for pair in attributes.items() if pair[0] in HINTS) if len(attributes) else ()
        declared, _ = self._declared(element)
        look = self._reckoned(around, element.tag.lower(), hints, declared)
        hidden = self.revealed and not look.seen and element.tag not in ("td", "th", "tr")
        if not hidden or next(element.iter("table"), None) is None:
            return look
        key = (id(look), "revealed")
        if key not in self._known:
            shown = replace(look, visible=True, gone=False, absent=False, opacity=1.0, display="block")
            self._known[key] = self._keep(replace(shown, doubt=REVEALED))
        return self._known[key]

    def written(self, element: "Element", look: Look, where: str) -> Look | None:
        """The look of what style writes ``before`` or ``after`` the content of an element."""
        pseudo = self._declared(element)[1] if self._rules.writes else {}
        if where not in pseudo:
            return None
        written = self._reckoned(look, "", (), pseudo[where])
        return None if written.content in ("", "none", "normal") or written.absent else written

    def begins_otherwise(self, element: "Element") -> bool:
        """Whether the mark, the first letter or line of an element looks otherwise than the rest."""
        return self._rules.writes and any(
            name.startswith(("first", "marker", "details")) for name in self._declared(element)[1]
        )

    def is_styled(self, element: "Element") -> bool:
        """Whether a rule or an attribute says something of the style of an element or of one within it."""
        return any(isinstance(e.tag, str) and self._declared(e)[0] for e in element.iter())

    def _declared(self, element: "Element") -> tuple[Declared, dict[str, Declared]]:
        try:
            return self._rules.declared(element)
        except (TooMuchStyleError, RecursionError):
            self._rules.matched = False
            self._rules.unfollowed = True
            return (), {}
        finally:
            if self._rules.unfollowed:
                self.doubt = UNFOLLOWED

    def _reckoned(self, around: Look, tag: str, hints: tuple[tuple[str, str], ...], declared: Declared) -> Look:
        key = (id(around), tag, hints, declared)
        found = self._known.get(key)
        if found is None:
            by_itself = BY_ITSELF.get(tag, ())
            if tag == "table" and self._rules.quirks:
                by_itself = QUIRKY
            told = (*by_itself, *hinted(tag, dict(hints)), *declared)
            said = Said(told, around.variables, self._rules.quirks, around.root)
            found = self._known[key] = self._keep(reckoned(said, around, tag, self._rules.fonts))
            self._keep(around)
        return found

    def _keep(self, look: Look) -> Look:
        self._kept.append(look)
        return look
