"""Names as the YAML files write them → keys of an edition."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

from gkingest.errors import UsageError
from gkingest.model.key import ANY, FactKey, KeyPattern, stands_for

if TYPE_CHECKING:
    # pydantic, which checks the files, takes longer to load than a help page may
    from gkingest.formats.spec import Format, Table

# Not behind "key: ", which is to be found in a file.
_KEY = re.compile(r"(?<!key: )(?<![\w./*-])[a-z][a-z_]*(?:\.[a-z_]+)*(?:/[a-z_.*]+){0,2}(?![\w/])")

_NUMBERING = re.compile(r"^(?:[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+、|\d+[.．、])\s*")
_REMARK = re.compile(r"(?<=\w)（[^（）]{8,}）$")  # such as （区分处理的，只计这一情形，不计其他情形）


def axis_keys(table: "Table") -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Row keys and column keys of a table, each once, in the form's order."""
    slots = list(table.slots())
    return tuple(dict.fromkeys(s[0] for s in slots)), tuple(dict.fromkeys(s[1] for s in slots))


def axes_along(table: "Table", along: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys of rows or columns, whichever ``along`` names, and those of the others."""
    rows, columns = axis_keys(table)
    return (rows, columns) if along == "rows" else (columns, rows)


def expand(name: str, keys: Iterable[str]) -> tuple[str, ...]:
    """Keys of one axis that ``name`` stands for; ``denied.*`` stands for every key below ``denied``."""
    return tuple(key for key in keys if stands_for(name, key))


@lru_cache(maxsize=8)
def form_keys(form: "Format") -> tuple[FactKey, ...]:
    """Every slot of an edition in the form's order, what is stated in words last."""
    tabled = (FactKey(table.key, row, column) for table in form.tables for row, column, *_ in table.slots())
    return (*tabled, *(key for stated in form.stated for key, *_ in stated.slots()))


def keys_like(name: str, keys: Iterable[FactKey]) -> tuple[FactKey, ...]:
    """Those of the keys that ``table/row/column`` stands for; none where it is no such name."""
    try:
        pattern = KeyPattern.parse(name)
    except ValueError:
        return ()
    # A thousand names are looked for in 400 keys at every start, most of them without a star.
    if ANY not in name:
        return tuple(key for key in keys if key == pattern)
    if ANY not in pattern.table:
        keys = [key for key in keys if key[0] == pattern[0]]
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


def printed_names(formats: "Iterable[Format]") -> dict[str, str]:
    """Keys with what the form prints for them: of tables, rows, columns, and of cells as ``table/row/column``.

    Where editions differ, the name is that of the latest; ``formats`` come oldest first. Rows and columns of sheets
    are known with their tables only: their keys are words such as year and staff.
    """
    names: dict[str, str] = {}
    for form in formats:
        sheets = set[str]().union(*(table.holds for table in form.printed))
        for table in form.tables:
            names[table.key] = table.title
            for row, column, row_node, column_node in table.slots():
                line, head = (_REMARK.sub("", node.label) for node in (row_node, column_node))
                names |= {} if table.key in sheets else {row: line, column: head}
                names[f"{table.key}/{row}/{column}"] = f"{line}·{head}"
                names[f"{table.key}/{row}/*"] = names[f"{table.key}/{row}"] = line
                names[f"{table.key}/*/{column}"] = f"{table.title}·{head}"
            names[f"{table.key}/*/*"] = table.title
        for stated in form.stated:
            names |= {str(key): label for key, label, *_ in stated.slots()}
        names |= {f"narrative/{told.key}": told.label for told in form.narrated}
    return names


def with_printed_names(text: str, names: Mapping[str, str]) -> str:
    """A message with the names that the form prints in place of keys."""
    return _KEY.sub(lambda found: names.get(found[0], found[0]), text)


def bare(label: str) -> str:
    """A label as people say it, without its number and without remarks.

    >>> bare("（二）部分公开（区分处理的，只计这一情形，不计其他情形）")
    '部分公开'
    """
    return _REMARK.sub("", _NUMBERING.sub("", label))


def cell_called(name: str, formats: "Sequence[Format]") -> FactKey | None:
    """The cell of this printed name, if there is one; raises :class:`UsageError` where several are called so."""
    printed = cells_called(name, formats)
    if len(printed) > 1:
        raise UsageError(f"{name}: several cells are called so; name one of {', '.join(map(str, printed))}")
    return printed[0] if printed else None


def cells_called(name: str, formats: "Sequence[Format]") -> tuple[FactKey, ...]:
    """Cells by printed names: 予以公开 (its total), 予以公开/自然人; of the latest edition that has them."""
    # A stroke may stand between row and column or in a name, as in 本年增/减
    marks = re.finditer("[/·／]", name)
    meant = {(name, ""), *((name[: mark.start()], name[mark.end() :]) for mark in marks)}
    for form in reversed(formats):
        found = [
            (FactKey(table.key, row, column), head.kind)
            for table in form.tables
            for row, column, line, head in table.slots()
            if not meant.isdisjoint(product({line.label, bare(line.label)}, {"", head.label, bare(head.label)}))
        ]
        totals = tuple(key for key, kind in found if kind == "total")
        if found:
            return totals if totals and len(meant) == 1 else tuple(key for key, _ in found)
    return ()


def called(formats: "Iterable[Format]") -> tuple[str, ...]:
    """Names of rows as people say them, to be suggested."""
    labels = (row.label for form in formats for table in form.tables for _, _, row, _ in table.slots())
    return tuple(dict.fromkeys(map(bare, labels)))
