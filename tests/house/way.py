"""The way of one document through the package, as it is seen while ``gkingest FILE`` runs.

Whoever gets a document from another module in the next of its forms, or gives it away for good, takes part in the
way: it is a file, what was opened, pages, grids, figures, a report. Whoever only answers a question about it,
whoever asks nobody, and the ground floor do not count. The picture in ``docs/design.md`` is made of this; a test
holds the two together and counts.
"""

import sys
import tempfile
import textwrap
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import gkingest

ROOT = Path(__file__).parents[2]
PACKAGE = Path(gkingest.__file__).parent
# A native PDF whose tables are all read from its rules.
DOCUMENT = ROOT / "corpus" / "www.weidong.gov.cn" / "卫东区人民政府办公室2023年政府信息公开工作年度报告.pdf"
GROUND = frozenset(
    [
        "errors",
        "extras",
        "imports",
        "outfile",
        "paths",
        "redact",
        "render",
        "model",
        "text",
        "formats",
        "regions",
        "engine",
    ]
)
# What a document is on its way; rows are made of the last.
_CARRIERS = frozenset(
    ("Found", "File", "Parcel", "Reading", "Opened", "ReadDocument", "Page", "Grid", "Fact", "Outcome")
) | {"Extraction", "TableReading", "Understanding", "Report", "Document"}

Passage = tuple[str, str]  # module that hands on, module that takes


def way(document: Path = DOCUMENT) -> list[Passage]:
    """All passages of the document between modules, in the order in which the modules are first entered."""
    passages: dict[Passage, None] = {}
    entered: dict[str, int] = {}

    def watch(frame: FrameType, event: str, result: Any) -> None:
        if event != "return" or (callee := _module(frame)) is None:
            return
        code = frame.f_code
        given = [frame.f_locals.get(n) for n in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]]
        if not (_carries(result) or (result is None and any(map(_carries, given)))):
            return
        above = [name for caller in _above(frame) if (name := _module(caller)) is not None]
        if above and above[0] != callee and (above[0], callee) not in passages:
            passages[above[0], callee] = None
            for name in (*reversed(above), callee):
                entered.setdefault(name, len(entered))

    from gkingest.cli.main import main

    with tempfile.TemporaryDirectory() as folder:
        sys.argv = ["gkingest", "--engine", "inline", "--db", str(Path(folder) / "way.sqlite"), str(document)]
        threading.setprofile(watch)
        sys.setprofile(watch)
        try:
            main()
        except SystemExit:
            pass
        finally:
            sys.setprofile(None)
            threading.setprofile(None)  # type: ignore[arg-type]
    return sorted(passages, key=lambda p: (entered[p[0]], entered[p[1]]))


def modules_of(passages: list[Passage]) -> list[str]:
    """The modules that hand a document on, in order."""
    return list(dict.fromkeys(caller for caller, _ in passages))


def picture(passages: list[Passage]) -> str:
    """The way as text: each module that hands the document on, and to whom."""
    lines = []
    for module in modules_of(passages):
        taking = [callee for caller, callee in passages if caller == module]
        lines += textwrap.wrap(
            f"{module:<29} → {', '.join(taking)}", 100, subsequent_indent=" " * 32, break_on_hyphens=False
        )
    return "\n".join(lines)


def _above(frame: FrameType) -> Iterator[FrameType]:
    caller = frame.f_back
    while caller is not None:
        yield caller
        caller = caller.f_back


def _module(frame: FrameType) -> str | None:
    return _module_at(frame.f_code.co_filename)


@cache
def _module_at(file: str) -> str | None:
    if not file.startswith(str(PACKAGE)):
        return None
    name = ".".join(Path(file).relative_to(PACKAGE).with_suffix("").parts)
    return None if name.partition(".")[0] in GROUND else name


def _carries(value: Any, depth: int = 0) -> bool:
    if type(value).__name__ in _CARRIERS:
        return True
    if depth < 2 and isinstance(value, list | tuple | dict) and value:
        return _carries(next(iter(value.values() if isinstance(value, dict) else value)), depth + 1)
    return False


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(picture(way()), encoding="utf-8")
