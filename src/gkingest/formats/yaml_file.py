"""YAML files as their models; whatever is wrong with one is told in one line: file, line, what, and what to do."""

import difflib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Self, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import ReaderError

from gkingest.errors import FormatError
from gkingest.told import Told, joined

_Model = TypeVar("_Model", bound=BaseModel)
_Place = tuple[int | str, ...]
# Far above any form; what goes beyond contains itself, or multiplies itself through aliases.
_DEEPEST, _MOST_LINES = 40, 200_000
_NULL = "tag:yaml.org,2002:null"
_TAGS = {
    f"tag:yaml.org,2002:{name}"
    for name in ("null", "bool", "int", "float", "str", "timestamp", "merge", "value", "seq", "map")
}
_MUST_BE = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a whole number of the usual size",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "a number",
    "finite_number": "a number",
    "decimal_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list, as [one, another]",
    "model_type": "keys with values, as {key: value}",
    "dict_type": "keys with values, as {key: value}",
}
_SHOWN = {type(None): "empty", list: "a list", dict: "keys with values"}  # what stands there, where it is no text


class _LineError(Exception):
    """What is wrong at a line (1-based), and what to do."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line, self.message = line, _in_one_line(message)

    @classmethod
    def of(cls, error: ValidationError, model: type[BaseModel], lines: dict[_Place, int]) -> Self:
        """The first thing that does not fit the model; of several ways to read one value, what came closest."""
        found = []
        for one in error.errors():
            # The part of a place that the file has; the rest is missing there, or names a way to read it.
            known: _Place = ()
            for part in one["loc"]:
                known = (*known, part) if (*known, part) in lines else known
            found.append((known, one))
        start = found[0][0]
        place, one = max((f for f in found if f[0][: len(start)] == start), key=lambda f: len(f[0]))
        names = [part for part in place if isinstance(part, str)]
        where = ".".join(names[-2:]) or Told("the file")
        return cls(lines.get(place, 1), _misfit(one, where, model))


def load_model(path: Path, model: type[_Model]) -> _Model:
    """A YAML file as its model; raises :class:`FormatError` with file and line."""
    try:
        parsed: _Model = _parsed(_words(path), model)
    except _LineError as error:
        raise FormatError.at(path, error.line, error.message) from error
    return parsed


def line_of(path: Path, words: str) -> int:
    """Line of the last place where ``words`` stand in the file; 1 if they do not."""
    found = [n for n, line in enumerate(_words(path).splitlines(), 1) if words in line]
    return found[-1] if found else 1


def _words(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        told = Told("the file cannot be read ({0}); make it readable", error.strerror)
        raise FormatError.at(path, 1, told) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise FormatError.at(path, line, "this is not UTF-8; save the file in the encoding UTF-8") from error


@lru_cache(maxsize=32)
def _parsed(words: str, model: type[_Model]) -> _Model:
    """The model that a text is of; models are never changed, so one is enough for all who ask."""
    try:
        try:  # libyaml takes a tenth of the time; the parser in Python tells more of what is wrong
            found: Node | None = yaml.compose(words, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except yaml.YAMLError:
            found = yaml.compose(words, Loader=_Loader)
    except ReaderError as error:
        line = words.count("\n", 0, error.position) + 1
        told = Told("the character U+{0} may not stand in YAML; delete it", f"{error.character:04X}")
        raise _LineError(line, told) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        begun = getattr(error, "context_mark", None)
        since = Told("({0} begun in line {1})", getattr(error, "context", ""), begun.line + 1) if begun else ""
        problem = joined(" ", (getattr(error, "problem", None) or str(error), since))
        advice = "mend the indentation, brackets or quotes there"
        message = joined("; ", (Told("this is no YAML: {0}", problem), advice))
        raise _LineError(mark.line + 1 if mark else 1, message) from error
    except RecursionError as error:
        raise _LineError(1, "this is nested too deep to be a form; mend the brackets") from error
    lines: dict[_Place, int] = {}
    tree = _tree(found, (), lines)
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        raise _LineError.of(error, model, lines) from error


class _Loader(yaml.SafeLoader):
    """The parser in Python; a name may be given to two parts, as YAML 1.2 has it."""

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        """The next node; what had its name before it has it no more."""
        if not self.check_event(yaml.AliasEvent):
            begun = self.peek_event()  # type: ignore[no-untyped-call]
            self.anchors.pop(getattr(begun, "anchor", None), None)
        return super().compose_node(parent, index)


def _tree(node: Node | None, place: _Place, lines: dict[_Place, int]) -> object:
    """The node as dict, list, text or None; ``lines`` is given the line of every part (of a value that of its key).

    Every scalar is the text that stands there, so that no value is taken for a date or an octal number: the models
    say what is a number.
    """
    if node is None:
        return None
    line = node.start_mark.line + 1
    lines.setdefault(place, line)
    if len(place) > _DEEPEST or len(lines) > _MOST_LINES:
        raise _LineError(line, "this contains itself, or is larger than any form; remove the alias (*)")
    if str(node.tag) not in _TAGS:
        raise _LineError(line, Told("the tag {0} means nothing here; remove it", node.tag))
    if isinstance(node, ScalarNode):
        return None if str(node.tag) == _NULL else node.value
    if isinstance(node, SequenceNode):
        return [_tree(part, (*place, n), lines) for n, part in enumerate(node.value)]
    assert isinstance(node, MappingNode)
    return _mapping(node, place, lines)


def _mapping(node: MappingNode, place: _Place, lines: dict[_Place, int]) -> dict[str, object]:
    """Keys with their values, each key once and a word."""
    own: dict[str, object] = {}
    for key, value in node.value:
        at = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            raise _LineError(
                at, "a key must be a word; look at the brackets, colons and question marks of this line"
            )
        if key.value in own:
            first = lines[*place, key.value]
            told = Told(
                "the key {0} stands here and in line {1}; keep one, with all it holds", repr(key.value), first
            )
            raise _LineError(at, told)
        lines[*place, key.value] = at
        own[key.value] = _tree(value, (*place, key.value), lines)
    return own


def _misfit(error: Any, where: str, model: type[BaseModel]) -> str:
    kind, context, name = error["type"], error.get("ctx", {}), str(error["loc"][-1]) if error["loc"] else ""
    if kind == "extra_forbidden":
        return _unknown_key(error["loc"], model)
    value = error["input"]
    shown = "empty" if value == "" else _SHOWN.get(type(value))
    written = Told(shown) if shown else repr(value if len(str(value)) <= 60 else f"{str(value)[:60]}…")
    *front, end = str(context.get("expected")).replace(" or ", ", ").split(", ")  # 'one', 'another' or 'a third'
    one_of = Told("{0} or {1}", ", ".join(front), end) if front else end
    known = {
        "missing": Told("the key {0} is missing; add it", repr(name)),
        "string_too_short": Told("{0} is empty; fill it in", where),
        "too_short": Told("{0} has too few entries; at least {1} belong there", where, context.get("min_length")),
        "literal_error": Told("{0} is {1}; write one of {2}", where, written, one_of),
        "string_pattern_mismatch": Told(
            "{0} is {1}; it must fit the pattern {2}", where, written, context.get("pattern")
        ),
        "value_error": context["error"].args[0] if "error" in context else "",
    }
    if kind in _MUST_BE:
        return Told("{0} is {1}; it must be {2}", where, written, Told(_MUST_BE[kind]))
    return known.get(kind) or Told("{0} is {1}, which does not fit here; mend it", where, written)


def _unknown_key(place: _Place, model: type[BaseModel]) -> str:
    """That a model has no key of the name that ends a place; the nearest of those that it has, or all."""
    *above, name = map(str, place)
    for part in above:  # down to the model of that place
        field = model.model_fields.get(part)
        model = next(_models(field.annotation), model) if field else model
    keys = [field.alias or key for key, field in model.model_fields.items()]
    near = difflib.get_close_matches(name, keys, n=1)
    if near:
        return Told("there is no key {0} here; write {1}", repr(name), near[0])
    return Told("there is no key {0} here; there are {1}", repr(name), ", ".join(keys))


def _in_one_line(message: str) -> str:
    """A message without the line breaks that what a file holds may have."""
    if isinstance(message, Told):
        return Told(message.shape, *map(_in_one_line, message.values))
    return " ".join(message.split())


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
