"""Rules of a web page's own style sheets: what they declare for an element, in the order of the cascade.

Only what may change what a reader makes of a figure is kept. Sheets that lie elsewhere are not there, and a page at
rest on a screen is taken for granted: rules for print, for telephones and for what a pointer touches do not hold.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import tinycss2
from cssselect2 import ElementWrapper, Matcher, SelectorError, compile_selector_list

from gkingest.read.style.media import holds_on_screen, is_supported, sheet_within

if TYPE_CHECKING:
    from lxml.etree import DocInfo
    from lxml.etree import _Element as Element

Declared = tuple[
    tuple[str, str], ...
]  # (property, value) in ascending order: of two for one property the last holds

VISITED = "-visited"  # the colour of a link for readers who have followed it
UNSURE = "-unsure"  # stands beside declarations of which nobody can say whether they hold
KEPT = frozenset((
    "position", "float", "order", "left", "top", "right", "bottom", "inset", "transform", "translate", "scale",
    "rotate", "width", "height", "max-width", "max-height", "overflow", "overflow-x", "overflow-y", "clip",
    "clip-path", "background", "background-color", "background-image", "background-clip", "table-layout",
    "-webkit-background-clip", "color", "-webkit-text-fill-color", "opacity", "visibility", "filter",
    "mix-blend-mode", "text-shadow", "display", "content-visibility", "-webkit-text-security", "mask",
    "mask-image", "-webkit-mask-image", "vertical-align", "direction", "unicode-bidi", "white-space",
    "text-indent", "letter-spacing", "zoom", "font", "font-size", "font-family", "font-variant-position",
    "font-feature-settings", "margin", "margin-left", "margin-right", "margin-top", "padding", "padding-left",
    "padding-right", "content", "flex-direction", "flex-flow", "text-decoration", "text-decoration-line", "all",
    "border", "border-left", "border-right", "animation", "animation-name", "list-style", "list-style-type",
    "offset", "offset-path", "font-size-adjust", "inline-size", "block-size", "max-inline-size", "max-block-size",
    "inset-inline", "inset-inline-start", "inset-block-start", "margin-inline", "margin-inline-start",
    "margin-inline-end", "margin-block-start", "padding-inline", "padding-inline-start", "padding-inline-end",
    "-webkit-mask", "backdrop-filter", "-webkit-text-stroke", "-webkit-text-stroke-width", "box-shadow", "outline",
    "outline-width", "color-scheme", "gap", "column-gap", "flex-wrap", "font-variant", "list-style-image", "fill",
    "fill-opacity", "text-anchor", "line-height", "text-emphasis", "text-emphasis-style", "-webkit-text-emphasis",
    "hyphenate-character", "border-top", "border-bottom", "initial-letter", "z-index", "text-underline-offset",
    "contain", "baseline-shift", "-webkit-box-reflect", "-webkit-mask-box-image", "mask-border", UNSURE
))  # fmt: skip
_PSEUDO = ("before", "after", "first-letter", "first-line", "marker", "details-content")
_GROUPS = ("media", "supports", "layer", "container", "scope", "starting-style")  # at-rules that hold rules
_LONGEST = 1000  # characters of a selector; those of frameworks have 200
# Some two microseconds each; a report in the page of a site with all its rules in it asks for some 20,000.
_MOST_STEPS = 1_000_000  # from element to element and from rule to rule
_LARGEST = 500_000  # characters of the page's sheets; frameworks have 200,000
_MOST_RULES = 8_000  # selectors; the largest framework that sites write into their pages has 5,000

# What browsers know and cssselect2 does not: u+b is no range of characters, and what holds for all text at rest.
_LIKE = (
    (re.compile(r"\b(u)\+", re.IGNORECASE), r"\1 + "),
    (re.compile(r":(?:defined|dir\(\s*ltr\s*\))", re.IGNORECASE), ":not(:empty:not(:empty))"),
    (re.compile(r":read-only\b", re.IGNORECASE), ":not(input, textarea)"),
    (re.compile(r"\*\|"), ""),
)


# Classes and ids of a selector, of which quirky pages take large letters for small ones; texts stay as they are.
_NAMED = re.compile(r"(\"[^\"]*\"|'[^']*')|[.#](?:[\w-]|\\.)+")
# Document types by which browsers take a page for one of the nineties (HTML, "the initial insertion mode").
_QUIRKS = re.compile(
    r"-//(?:w3c//dtd (?:html (?:3|experimental)|w3 html|html 4\.0 (?:frameset|transitional)//)|ietf//dtd html|"
    r"netscape|microsoft|sun micro|webtechs|o'reilly|softquad|metrius|as//|advasoft)|html$",
    re.IGNORECASE,
)

_Declarations = tuple[tuple[bool, tuple[str, str]], ...]  # whether it is important, the property and its value
_Layer = tuple[int, ...]  # its number within each layer around it, below 0; rules of no layer are the strongest
_MOST_LAYERS = 100_000
_AT_REST = frozenset(("animation", "animation-name"))


class TooMuchStyleError(Exception):
    """The rules of the page ask for more steps than any page of a site does."""


class PageRules:
    """The style rules of one page.

    ``fonts``: families that the page brings along; ``unfollowed``: some of the rules could not be made out.
    """

    def __init__(self, root: "Element") -> None:
        self.quirks = _is_quirky(root.getroottree().docinfo)
        self.fonts: set[str] = set()
        self.unfollowed = False
        self.matched = False  # whether there is a rule that may hold for an element
        self.writes = False  # or for what stands before, after or at the beginning of its content
        self._matcher = Matcher()
        self._layers: dict[str, int] = {}
        self.initial: dict[str, str] = {}  # what variables are where nothing says it
        self._nodes: dict[Element, _Node] = {}
        self._steps, self._count = _MOST_STEPS, 0
        self._styles: dict[str, tuple[list[tuple[bool, tuple[str, str]]], Declared]] = {"": ([], ())}
        sheets = [s for s in root.iter("style", "link") if holds_on_screen(s.get("media") or "")]
        texts = ["".join(s.itertext()) if s.tag == "style" else sheet_within(s.get("href") or "") for s in sheets]
        if sum(map(len, texts)) > _LARGEST:
            self.unfollowed = True
        else:
            for text in texts:
                rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
                try:
                    self._take(rules, "", ())
                except RecursionError:
                    self.unfollowed = True

    def declared(self, element: "Element") -> tuple[Declared, dict[str, Declared]]:
        """What is declared for an element, in sheets and in its ``style``, and for its pseudo-elements."""
        inline = element.get("style") or ""
        if inline not in self._styles:  # the same few stand on thousands of elements
            try:
                found = sorted(_declarations(inline, KEPT), key=lambda d: d[0])
            except RecursionError:
                found, self.unfollowed = [], True
            self._styles[inline] = (found, tuple(d for _, d in found))
        own, plain = self._styles[inline]
        if not self.matched:
            return plain, {}
        self.step(self._candidates(element))
        by_pseudo: dict[str | None, list[tuple[Any, ...]]] = {None: [(i, 1, 0, (), 0, d) for i, d in own]}
        for specificity, order, pseudo, (layer, declarations) in self._matcher.match(self._node(element)):
            entries = by_pseudo.setdefault(pseudo, [])
            turned = tuple(-n for n in layer)  # of layers the first is the strongest in what is important
            for important, declaration in declarations:
                place = turned if important else layer
                entries.append((important, 0, place, specificity, order, declaration))
        if len(by_pseudo) == 1 and len(by_pseudo[None]) == len(own):
            return plain, {}
        in_order = {
            pseudo: tuple(e[-1] for e in sorted(entries, key=lambda e: e[:-1]))
            for pseudo, entries in by_pseudo.items()
        }
        plain = in_order.pop(None)
        return plain, {str(pseudo): declared for pseudo, declared in in_order.items()}

    def _candidates(self, element: "Element") -> int:
        """How many rules must be held against an element."""
        matcher = self._matcher
        kinds = (matcher.class_selectors.get(name, ()) for name in self._node(element).classes)
        named = len(matcher.lower_local_name_selectors.get(element.tag.lower(), ()))
        return 1 + len(matcher.other_selectors) + named + sum(map(len, kinds))

    def _node(self, element: "Element") -> "_Node":
        node = self._nodes.get(element)
        if node is None:
            node = self._nodes[element] = _Node(element, self)
        return node

    def step(self, steps: int = 1) -> None:
        """Count steps of a search; raises :class:`TooMuchStyleError` where they are too many."""
        self._steps -= steps
        if self._steps < 0:
            raise TooMuchStyleError

    def _take(self, rules: Sequence[Any], outer: str, layer: _Layer, unsure: bool = False) -> None:
        """Rules of a sheet, of a condition that holds, or within the rule with the selector ``outer``."""
        for rule in rules:
            if rule.type == "qualified-rule":
                selector = tinycss2.serialize(rule.prelude).strip()
                if outer:
                    within = f":is({outer})"
                    selector = selector.replace("&", within) if "&" in selector else f"{within} {selector}"
                self._take_block(rule.content, selector, layer, unsure)
            elif rule.type == "at-rule":
                self._take_at(rule, outer, layer, unsure)

    def _take_at(self, rule: Any, outer: str, layer: _Layer, unsure: bool) -> None:
        name, prelude = rule.lower_at_keyword, tinycss2.serialize(rule.prelude).strip().lower()
        if name == "font-face" and rule.content:
            said = {n: v for _, (n, v) in _declarations(rule.content, ("font-family", "src"))}
            source = said.get("src", "").lower()
            if "url(" in source or "dings" in source:  # word processors name families of the reader's own so
                self.fonts.add(said.get("font-family", "").strip("\"' ").lower())
        elif name == "property" and rule.content:
            told = {n: v for _, (n, v) in _declarations(rule.content, ("initial-value",))}
            self.initial[tinycss2.serialize(rule.prelude).strip()] = told.get("initial-value", "")
        elif name == "import" and (text := sheet_within(tinycss2.serialize(rule.prelude))):
            inner = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
            self._take(inner, "", layer, unsure)
        elif name == "layer" and rule.content is None:
            for one in prelude.split(","):
                self._layer(one.strip(), layer)
        elif name in _GROUPS and rule.content is not None:
            self._take_group(rule, outer, layer, unsure)

    def _take_group(self, rule: Any, outer: str, layer: _Layer, unsure: bool) -> None:
        """Rules within an at-rule, if its condition may hold."""
        name, prelude = rule.lower_at_keyword, tinycss2.serialize(rule.prelude).strip().lower()
        if name == "layer":
            layer = self._layer(prelude, layer)
        elif name == "media":
            if not holds_on_screen(prelude):
                return
        elif name == "supports":
            if prelude.startswith("not"):
                return
            unsure = unsure or not is_supported(prelude)
        else:
            unsure = True
        if outer:
            self._take_block(rule.content, outer, layer, unsure)
        else:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            self._take(inner, "", layer, unsure)

    def _layer(self, name: str, outer: _Layer) -> _Layer:
        """The place of a layer among all: what a layer says itself is stronger than the layers within it."""
        for part in name.split("."):
            own = f"{outer}{part}" if part else f"{outer}{len(self._layers)}"
            outer = (*outer, self._layers.setdefault(own, len(self._layers) - _MOST_LAYERS))
        return outer

    def _take_block(self, content: Sequence[Any], selector: str, layer: _Layer, unsure: bool = False) -> None:
        """Declarations of a rule, and the rules within it."""
        nested = [
            n
            for n in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
            if n.type in ("qualified-rule", "at-rule")
        ]
        if nested:
            self._take(nested, selector, layer, unsure)
        declarations = tuple(_declarations(content, KEPT))
        if unsure and any(name not in _AT_REST for _, (name, _) in declarations):
            declarations = (*declarations, (True, (UNSURE, "1")))
        if not declarations or self._count > _MOST_RULES:
            return
        if ":visited" in selector:
            self._take_visited(selector, layer, declarations)
        self._add(selector, layer, declarations)

    def _take_visited(self, selector: str, layer: _Layer, declarations: _Declarations) -> None:
        """What a rule says of links that were followed: whether this one was is known to its reader alone."""
        of_links = ",".join(part.replace(":visited", ":link") for part in selector.split(",") if ":visited" in part)
        as_seen = {"color": VISITED, "background": UNSURE, "background-color": UNSURE}
        told = tuple((i, (as_seen[name], value)) for i, (name, value) in declarations if name in as_seen)
        if told:
            self._add(of_links, layer, told)

    def _add(self, selector: str, layer: _Layer, declarations: _Declarations) -> None:
        """Declarations that hold for what a selector chooses."""
        for known, like in _LIKE:
            selector = known.sub(like, selector)
        if self.quirks:
            selector = _NAMED.sub(lambda found: found[1] or found[0].lower(), selector)
        try:
            if len(selector) > _LONGEST:
                raise SelectorError("too long")
            compiled = compile_selector_list(selector)
        except (SelectorError, SyntaxError, RecursionError, MemoryError, NotImplementedError, ValueError):
            # Of selectors nobody knows browsers drop the rule; those of a browser's own parts concern no figure.
            self.unfollowed = self.unfollowed or len(selector) > _LONGEST
            return
        self._count += len(compiled)
        self.unfollowed = self.unfollowed or self._count > _MOST_RULES
        for one in compiled if self._count <= _MOST_RULES else ():
            if one.pseudo_element is None or one.pseudo_element in _PSEUDO:
                self._matcher.add_selector(one, ((*layer, 0), declarations))
                self.matched = True
                self.writes = self.writes or one.pseudo_element is not None


class _Node(ElementWrapper):  # type: ignore[misc]
    """An element as selectors see it, its neighbours looked up when they are asked for."""

    def __init__(self, element: "Element", rules: PageRules, *_: object, **__: object) -> None:
        self.etree_element = element
        self.in_html_document = True
        self.transport_content_language = None
        self._rules = rules

    @cached_property
    def classes(self) -> set[str]:
        names = self.etree_element.get("class") or ""
        return set((names.lower() if self._rules.quirks else names).split())

    @cached_property
    def id(self) -> str:
        name = str(self.etree_element.get("id") or "")
        return name.lower() if self._rules.quirks else name

    @cached_property
    def parent(self) -> "_Node | None":
        above = self.etree_element.getparent()
        return None if above is None else self._rules._node(above)

    @property
    def previous(self) -> "_Node | None":
        self._rules.step()
        return self._rules._node(self.etree_siblings[self.index - 1]) if self.index else None

    @property
    def ancestors(self) -> Iterator["_Node"]:
        above = self.parent
        while above is not None:
            self._rules.step()
            yield above
            above = above.parent

    @property
    def previous_siblings(self) -> Iterator["_Node"]:
        for element in self.etree_siblings[: self.index]:
            self._rules.step()
            yield self._rules._node(element)

    @property
    def etree_siblings(self) -> list["Element"]:
        siblings = [self.etree_element] if self.parent is None else self.parent.etree_children
        self._rules.step(1 + len(siblings) // 5)  # a list is gone through that much faster
        return siblings

    @cached_property
    def index(self) -> int:
        return 0 if self.parent is None else self.parent.places[self.etree_element]

    @cached_property
    def places(self) -> dict["Element", int]:
        """Which of its children stands where."""
        return {element: n for n, element in enumerate(self.etree_children)}

    def iter_children(self) -> Iterator["_Node"]:
        for element in self.etree_children:
            self._rules.step()
            yield self._rules._node(element)


def _is_quirky(stated: "DocInfo") -> bool:
    """Whether a page has no document type or an old one; the parser gives those without one an old one."""
    public = stated.public_id or ""
    loose = public.lower().startswith(("-//w3c//dtd html 4.01 transitional//", "-//w3c//dtd html 4.01 frameset//"))
    return not stated.doctype or _QUIRKS.match(public) is not None or (loose and not stated.system_url)


def _declarations(content: Any, names: Any) -> Iterator[tuple[bool, tuple[str, str]]]:
    """Whether each declaration is important, and what it declares for which property."""
    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type == "declaration":
            name = node.name if node.name.startswith("--") else node.lower_name
            if name not in names:  # browsers take most properties under their old names too
                name = name.removeprefix("-webkit-")
            if name in names or name.startswith("--"):
                yield node.important, (name, tinycss2.serialize(node.value).strip())
