"""Names as the YAML files write them → keys of an edition."""

from collections.abc import Iterable
from functools import lru_cache

from gkingest.formats.spec import Format, Table
from gkingest.model.key import ANY, FactKey, KeyPattern, stands_for


def axis_keys(table: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Row keys and column keys of a table, each once, in the form's order."""
    slots = list(table.slots())
    return tuple(dict.fromkeys(s[0] for s in slots)), tuple(dict.fromkeys(s[1] for s in slots))


def expand(name: str, keys: Iterable[str]) -> tuple[str, ...]:
    """Keys of one axis that ``name`` stands for; ``denied.*`` stands for every key below ``denied``."""
    return tuple(key for key in keys if stands_for(name, key))


@lru_cache(maxsize=8)
def form_keys(form: Format) -> tuple[FactKey, ...]:
    """Every slot of an edition in the form's order, what is stated in words last."""
    tabled = (FactKey(table.key, row, column) for table in form.tables for row, column, *_ in table.slots())
    return (*tabled, *(key for stated in form.stated for key, *_ in stated.slots()))


def keys_like(name: str, keys: Iterable[FactKey]) -> tuple[FactKey, ...]:
    """Those of the keys that ``table/row/column`` stands for; none where it is no such name."""
    try:
        pattern = KeyPattern.parse(name)
    except ValueError:
        return ()
    if ANY not in name:  # as most names are: a thousand of them are looked for in 400 keys at every start
        return tuple(key for key in keys if key == pattern)
    return tuple(key for key in keys if key.matches(pattern))


def signed(name: str) -> tuple[str, int]:
    """A name and its sign, -1 where a minus before it takes it off."""
    return (name[1:], -1) if name.startswith("-") else (name, 1)
