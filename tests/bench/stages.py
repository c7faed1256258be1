"""Where the time of a document goes, told from outside: the product's functions are wrapped, its code is as it was.

A stage's seconds are CPU seconds of the process and of children it waited for, without those of stages within it.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

STAGES = {
    "forms and divisions loaded": ["formats.load:load_formats", "regions.divisions:load_divisions"],
    "hidden bombs": ["read.pdf.bombs:refuse_bombs"],
    "text layer (PDFium)": ["read.printed:read_document"],
    "pictures (OCR)": [
        "read.picture.recognise:read_pictures",
        "read.picture.recognise:read_image",
        "read.picture.recognise:look_again",
    ],
    "other kinds of file": ["read.files:read_file"],
    "pdfminer, second opinion": ["read.pdf.plumber:read_plumber"],
    "grids by rules": ["tables.ruled:find_ruled"],
    "grids by alignment": ["tables.aligned:find_aligned"],
    "grids by pdfplumber": ["tables.plain:find_plain"],
    "grids by camelot": ["tables.plain:read_camelot"],
    "stitching": ["tables.stitch:stitch_grids"],
    "which table, edition": ["interpret.table.locate:locate_tables", "interpret.table.locate:choose_format"],
    "labels to slots to facts": ["interpret.table.understanding:read_table"],
    "whose report": ["interpret.whose.title:identify", "interpret.whose.owner:with_owner"],
    "sections, narrative": [
        *("interpret.prose.sections:read_sections", "interpret.prose.sections:read_stated"),
        *("interpret.prose.narrative:read_statements", "interpret.whose.parts:report_parts"),
    ],
    "arithmetic": ["check.articulation:check_articulation", "check.narrative:check_narrative"],
    "held against the picture": ["document.seen:seen"],
    "second look": ["document.second_look:second_look"],
}
REST = "everything else"
FALLBACKS = {"grids by alignment": "aligned", "grids by pdfplumber": "pdfplumber", "grids by camelot": "camelot"}

_stack: list[list[Any]] = []  # stages under way: name, seconds of those within
_spent: dict[str, float] = {}
_watched = False


def cpu() -> float:
    """CPU seconds of this process and of the children that it waited for."""
    own, below = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + below.ru_utime + below.ru_stime


def watch() -> None:
    """Have every stage of this process timed from now on."""
    global _watched  # noqa: PLW0603 - once in a process
    if _watched:
        return
    _watched = True
    for stage, places in STAGES.items():
        for place in places:
            module, _, name = f"gkingest.{place}".partition(":")
            before = getattr(import_module(module), name)
            after = _timed(stage, before)
            for other in [m for n, m in sys.modules.items() if n.startswith("gkingest.")]:
                if getattr(other, name, None) is before:
                    setattr(other, name, after)


def _timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def timed(*args: Any, **kwargs: Any) -> Any:
        start = cpu()
        _stack.append([stage, 0.0])
        try:
            return function(*args, **kwargs)
        finally:
            _, within = _stack.pop()
            whole = cpu() - start
            _spent[stage] = _spent.get(stage, 0.0) + whole - within
            if _stack:
                _stack[-1][1] += whole

    return timed


def observed(settings: Any, parcel: Any) -> Any:
    """Read a parcel as the product does, and note what it cost in the folder that BENCH_NOTES names."""
    from gkingest.batch.desk import read_parcel

    watch()
    _spent.clear()
    start = cpu()
    try:
        reading = read_parcel(settings, parcel)
    finally:
        seconds = cpu() - start
        note = {"files": [f.name for f in parcel.files], "cpu": seconds, "stages": {**_spent}}
        note["stages"][REST] = seconds - sum(_spent.values())
        with (Path(os.environ["BENCH_NOTES"]) / f"{os.getpid()}.jsonl").open("a") as stream:
            stream.write(json.dumps(note) + "\n")
    return reading


def notes(folder: Path) -> list[dict[str, Any]]:
    """What all processes have noted."""
    return [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text().splitlines()]
