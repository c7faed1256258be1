"""Names as the YAML files write them → keys of an edition."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import lru_cache

from gkingest.formats.spec import Format, Table
from gkingest.model.key import FactKey, KeyPattern, stands_for


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
    return tuple(key for key in keys if key.matches(pattern))


def signed(name: str) -> tuple[str, int]:
    """A name and its sign, -1 where a minus before it takes it off."""
    return (name[1:], -1) if name.startswith("-") else (name, 1)


def near_cells(name: str, cells: Sequence[str], beside: Sequence[str] = (), most: int = 4) -> list[str]:
    """Cells, and names ``beside`` them, that may be meant by a name that is none.

    What was left out of a cell's name is the commonest slip: granted, requests/granted.
    """
    part = f"/{name.strip('/')}/"
    within = [c for c in cells if part in f"/{c}/"]
    within = [c for c in within if c.endswith("/total")] or within
    alike = get_close_matches(name, [*beside, *cells], n=most, cutoff=0.5)
    return list(dict.fromkeys([*within[:most], *alike]))[:most]
