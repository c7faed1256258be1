"""What a module runs, told by the import statements in its source; and what is loaded only when it is needed.

Whatever keeps an outcome has to know when the code behind it is another. The statements themselves say so, wherever
they stand in a module; a list beside them would be forgotten. What no statement names stands in a table of
``module:function``, which is loaded by :func:`loaded` and hashed by the same name.
"""

import hashlib
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

# Statements by pattern, as parsing the whole package takes a second: one to a line, which the linter holds.
_STATEMENT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]*(\([^)]*\)|[^\n]*)|import[ \t]+([^\n]*))", re.MULTILINE
)
_ANNOTATING = re.compile(rb"^([ \t]*)if TYPE_CHECKING:\n(?:\1[ \t]+[^\n]*\n|\n)*", re.MULTILINE)
_REMARK = re.compile(rb"#[^\n]*")


@dataclass(frozen=True, slots=True)
class Code:
    """Modules of the package with their source, and names of foreign libraries as they are imported."""

    modules: dict[str, bytes]
    libraries: frozenset[str]

    def digest(self) -> str:
        """SHA-256 of all modules, by name and source."""
        found = hashlib.sha256()
        for name, source in sorted(self.modules.items()):
            found.update(name.encode() + b"\0" + source + b"\0")
        return found.hexdigest()


def loaded(where: str) -> Any:
    """The function that ``module:function`` names."""
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)


_NOTHING = Code({}, frozenset())


def code_of(root: Path, starts: Iterable[str], beside: Code = _NOTHING) -> Code:
    """All that the modules ``starts`` (``module:function`` too) of the package in ``root`` run but ``beside``."""
    modules: dict[str, bytes] = {}
    libraries: set[str] = set()
    seen = set(beside.modules)
    todo = [start.partition(":")[0] for start in starts]
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        if name.partition(".")[0] != root.name:
            libraries.add(name.partition(".")[0])
            continue
        place = root.joinpath(*name.split(".")[1:])
        path = next((p for p in (place.with_suffix(".py"), place / "__init__.py") if p.is_file()), None)
        if path is None:  # the name of something in a module
            todo.append(name.rpartition(".")[0])
        else:
            modules[name] = path.read_bytes()
            todo += [*named(modules[name]), *filter(None, (name.rpartition(".")[0],))]
    return Code(modules, frozenset(libraries) - sys.stdlib_module_names - beside.libraries)


def named(source: bytes) -> frozenset[str]:
    """What the import statements of a module name; not those that only annotations need."""
    found: set[bytes] = set()
    for where, names, whole in _STATEMENT.findall(_ANNOTATING.sub(b"", source)):
        listed = _REMARK.sub(b"", names or whole).strip(b"() \t").split(b",")
        plain = [name.split()[0] for name in listed if name.strip()]
        found.update([where + b"." + name for name in plain] if where else plain)
    return frozenset(name.decode() for name in found)
