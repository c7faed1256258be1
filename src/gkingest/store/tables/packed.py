"""A raw grid as bytes: JSON column by column, boxes in tenths of a point, compressed.

A grid takes 4 kB a report so, and 51 as plain JSON (measured on the shipped reports).
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from gkingest.store.tables.figures import TENTHS
from gkingest.store.tables.schema import Json
from gkingest.store.tables.types import storable

_BOXES = frozenset({"box", "ink"})
_LISTS = ("loose", "cells")
_EDGES = ("box", "column_edges")


def packed(content: Mapping[str, Any]) -> bytes:
    """The content of a grid, as :func:`unpacked` gives it back: edges rounded to a tenth of a point."""
    kept = {**content, **{name: _tenths(content[name]) for name in _EDGES}}
    for name in _LISTS:
        rows: Sequence[Mapping[str, Any]] = content[name]
        columns = {key: [row[key] for row in rows] for key in (rows[0] if rows else ())}
        # Of boxes first all left edges, then all upper ones, which packs tighter.
        kept[name] = {
            key: list(zip(*map(_tenths, values), strict=True)) if key in _BOXES else values
            for key, values in columns.items()
        }
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(storable(text).encode(), 9)


def unpacked(kept: bytes) -> Json:
    """Box, column_edges, page_starts, loose words, cells of a grid; boxes are [x0, top, x1, bottom], points."""
    content: Json = json.loads(zlib.decompress(kept))
    for name in _EDGES:
        content[name] = _points(content[name])
    for name in _LISTS:
        columns = {
            k: [_points(box) for box in zip(*vs, strict=True)] if k in _BOXES else vs
            for k, vs in content[name].items()
        }
        content[name] = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return content


def _points(edges: Sequence[int]) -> list[float]:
    return [edge / TENTHS for edge in edges]


def _tenths(edges: Sequence[float]) -> list[int]:
    return [round(edge * TENTHS) for edge in edges]
