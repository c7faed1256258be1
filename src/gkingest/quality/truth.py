"""A folder of what reports really say, typed off the pages by a person: one file a report."""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Self

from gkingest.errors import UsageError
from gkingest.model.key import FactKey
from gkingest.model.report import CellState, ReportId
from gkingest.outfile import write_whole

_KINDS = (".csv", ".json", ".tsv")
_COLUMNS = ("table", "row", "column", "state", "value")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class TrueCell:
    """What one cell says. ``unit`` is ``None`` where the file does not say."""

    state: CellState
    value: Decimal | None
    unit: str | None = None

    @classmethod
    def parse(cls, state: str, value: str, unit: str | None, where: str) -> Self:
        """A cell as written; raises :class:`UsageError`."""
        known = {s.value: s for s in CellState}
        if state not in known:
            raise UsageError(f"{where}: there is no state {state!r}; one of {', '.join(known)}")
        try:
            number = Decimal(value) if value else None
        except InvalidOperation as error:
            raise UsageError(f"{where}: {value!r} is no number; write digits, and a point for fractions") from error
        if (known[state] is CellState.REPORTED) != (number is not None):
            raise UsageError(
                f"{where}: {state} with {value or 'no value'}; a value stands with reported and only there"
            )
        return cls(known[state], number, unit)


@dataclass(frozen=True, slots=True)
class Truth:
    """One file: whose cells they are, by SHA-256 or by path or file name, and which report of that file."""

    file: str
    name: str
    cells: dict[FactKey, TrueCell]
    ordinal: int = 1
    organ: str = ""
    year: int | None = None
    format: str = ""

    @property
    def sha256(self) -> str:
        """The digest, if it is named by that."""
        return self.name.lower() if _SHA256.fullmatch(self.name.lower()) else ""

    @classmethod
    def load(cls, path: Path) -> Self:
        """One file of what is true; raises :class:`UsageError`."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path}: cannot be read ({error}); give text in UTF-8") from error
        reader = {".json": _from_json, ".csv": _from_csv, ".tsv": _from_tsv}[path.suffix.lower()]
        told, cells = reader(text, str(path))
        head = defaultdict(str, told)
        kept: dict[FactKey, TrueCell] = {}
        for where, key, cell in cells:
            if key in kept:
                raise UsageError(f"{where}: {key} is told twice; keep one")
            kept[key] = cell
        if not (kept or head["organ"] or head["year"]):  # a report of words alone has no cells
            raise UsageError(f"{path}: tells of no cell; give a line a cell, or take the file away")
        try:
            year, ordinal = int(head["year"] or 0) or None, int(head["report"] or 1)
        except ValueError as error:
            raise UsageError(f"{path}: year and report are whole numbers ({error})") from error
        name = head["sha256"] or head["document"] or path.stem
        return cls(str(path), name, kept, ordinal, head["organ"], year, head["format"])


def load_truth(folder: Path) -> list[Truth]:
    """Every ``.csv``, ``.json`` and ``.tsv`` file below ``folder`` in the order of their names.

    Raises :class:`UsageError` with file and line where one cannot be read.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder, so there is nothing to compare with; name one")
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in _KINDS and p.is_file())
    if not paths:
        raise UsageError(f"{folder}: holds no .csv, .json or .tsv file; docs/quality.md says how to write one")
    truths = [Truth.load(path) for path in paths]
    seen: dict[tuple[str, int], str] = {}
    for truth in truths:
        other = seen.setdefault((truth.name, truth.ordinal), truth.file)
        if other != truth.file:
            raise UsageError(f"{truth.file}: {truth.name} is told in {other} already; keep one of them")
    return truths


_Read = tuple[dict[str, str], list[tuple[str, FactKey, TrueCell]]]


def _from_tsv(text: str, name: str) -> _Read:
    """The golden lines: ``table/row/column⇥state⇥value⇥unit⇥printed text`` under lines ``# name⇥value``."""
    head: dict[str, str] = {}
    cells: list[tuple[str, FactKey, TrueCell]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("# "):
            key, _, value = line[2:].partition("\t")
            head.setdefault(key, value.partition("\t")[0])
        elif line:
            key, state, value, unit = (line + "\t" * 3).split("\t")[:4]
            where = f"{name}:{number}"
            cells.append((where, _key(key.split("/"), where), TrueCell.parse(state, value, unit, where)))
    return head, cells


def _from_csv(text: str, name: str) -> _Read:
    reader = csv.DictReader(text.splitlines())
    lacking = [c for c in _COLUMNS if c not in (reader.fieldnames or ())]
    if lacking:
        raise UsageError(
            f"{name}:1: no column {', '.join(lacking)}; the first line must name {', '.join(_COLUMNS)}, "
            "and may name unit"
        )
    cells = []
    for line in reader:
        where = f"{name}:{reader.line_num}"
        key = _key([(line[c] or "").strip() for c in _COLUMNS[:3]], where)
        unit = line.get("unit")
        state, value = ((line[c] or "").strip() for c in _COLUMNS[3:])
        cells.append((where, key, TrueCell.parse(state, value, unit, where)))
    return {}, cells


def _from_json(text: str, name: str) -> _Read:
    """``{"document", "cells": [{table, row, column, state, value}]}``, or a line of ``gkingest --json``."""
    try:
        tree = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise UsageError(f"{name}: is no JSON ({error})") from error
    tree = tree if isinstance(tree, dict) else {}
    report = tree.get("report")
    told = report if isinstance(report, dict) else {}
    facts = told.get("facts")
    listed = tree.get("cells") if facts is None else facts
    if not isinstance(listed, list) or not all(isinstance(c, dict) for c in listed):
        raise UsageError(f"{name}: has no list of cells; give {{'cells': [{{table, row, column, state, value}}]}}")
    about: dict[str, object] = {**tree, **told}
    head = {k: str(about[k]) for k in ("sha256", "document", "organ", "year", "format") if about.get(k)}
    head |= {"report": str(report)} if isinstance(report, int) else {}
    return head, list(_cells_of(listed, name))


def _cells_of(listed: list[dict[str, object]], name: str) -> Iterator[tuple[str, FactKey, TrueCell]]:
    for number, cell in enumerate(listed, 1):
        where = f"{name}: cell {number}"
        value = "" if cell.get("value") is None else str(cell["value"])
        unit = None if cell.get("unit") is None else str(cell["unit"])
        key = _key([str(cell.get(c) or "") for c in _COLUMNS[:3]], where)
        yield where, key, TrueCell.parse(str(cell.get("state") or ""), value, unit, where)


def _key(parts: list[str], where: str) -> FactKey:
    if len(parts) != 3 or not all(parts):
        raise UsageError(f"{where}: {'/'.join(parts)} is no table, row and column; the codebook lists their keys")
    return FactKey(*parts)


def write_truth(folder: Path, reports: Mapping[str, Mapping[FactKey, TrueCell]]) -> list[Path]:
    """Write what reports really say, by their ids, as files that :func:`load_truth` reads.

    Raises :class:`UsageError` where one cannot be written.
    """
    paths = []
    for report_id, cells in sorted(reports.items()):
        source, ordinal = ReportId.parse(report_id)
        listed = [
            {
                **dict(zip(_COLUMNS[:3], key, strict=True)),
                "state": str(cell.state),
                "value": None if cell.value is None else f"{cell.value:f}",
                **({"unit": cell.unit} if cell.unit else {}),
            }
            for key, cell in sorted(cells.items())
        ]
        tree = {"sha256": source, "report": ordinal, "cells": listed}
        path = folder / f"{source[:16]}-{ordinal}.json"
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, f"{json.dumps(tree, ensure_ascii=False, indent=1)}\n".encode(), "--truth")
        paths.append(path)
    return paths
