"""``corrections.csv``: one decision a line, only ever added to, safe against a kill and against two writers.

A line is written at once and flushed to the disk before the call returns. What a kill cuts off in the middle of a
line is told as such when the file is read, and the next line begins on a line of its own.
"""

import csv
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gkingest.errors import UsageError
from gkingest.model.decision import Decision, Edges, Ruling, problem_of

COLUMNS = (
    "at", "by", "file", "organ", "year", "sha256", "report", "subject", "verdict", "value", "unit", "value_read",
    "printed", "reason", "words", "page", "box", "undoes", "id",
)  # fmt: skip
_NEEDED = ("at", "by", "sha256", "subject", "verdict", "value")
_CUT_OFF = "the line is cut off, so the decision was not saved; make it again"
_NO_UTF8 = "the line is cut off, or no text in UTF-8; save the file as CSV UTF-8, or make the decision again"
_NO_TEXT = "\0"
_LOCKED_AT = 2**40  # a byte that is locked on Windows, far behind the last line
_NO_FILE = (0, 0)
State = tuple[int, int]  # bytes of the file, and when it was written last, in ns
_BOM = "\ufeff"  # by which a spreadsheet knows that the text is UTF-8


@dataclass(frozen=True, slots=True)
class Book:
    """What a file of decisions holds: the decisions, each once, in their order in time; and lines that are none."""

    decisions: tuple[Decision, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ledger:
    """A file of decisions; there need be none until the first is made."""

    path: Path

    def exists(self) -> bool:
        """Whether there is such a file."""
        return self.path.is_file()

    def read(self) -> Book:
        """Every decision of the file; raises :class:`UsageError` where it cannot be read."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return Book()
        except OSError as error:
            raise UsageError(
                f"{self.path}: the decisions cannot be read ({error.strerror or error}); make the file readable"
            ) from error
        return book_of(data, str(self.path))

    def state(self) -> State:
        """What the file is like now: it is another one as soon as somebody writes into it."""
        try:
            return _state(self.path.stat())
        except OSError:
            return _NO_FILE

    def append(self, *decisions: Decision) -> tuple[State, State]:
        """Add decisions, all on the disk when this returns; raises :class:`UsageError` if they cannot be.

        Gives what the file was like before, and what it is like now.
        """
        text = "".join(line_of(decision) for decision in decisions)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a+b", buffering=0) as stream, _held(stream):
                size = stream.seek(0, os.SEEK_END)
                was = _state(os.fstat(stream.fileno())) if size else _NO_FILE
                if size:
                    stream.seek(size - 1)
                    before = "" if stream.read(1) == b"\n" else "\n"
                else:
                    before = f"{_BOM}{_row(COLUMNS)}"
                data = (before + text).encode()
                while data:
                    data = data[stream.write(data) or 0 :]
                os.fsync(stream.fileno())
                return was, _state(os.fstat(stream.fileno()))
        except OSError as error:
            raise UsageError(
                f"{self.path}: the decision could not be saved ({error.strerror or error}); make room or name "
                "another file with --corrections"
            ) from error


def _state(told: os.stat_result) -> State:
    return told.st_size, told.st_mtime_ns


def _row(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def cells_of(decision: Decision) -> list[str]:
    """A decision as the cells of a line, in the order of :data:`COLUMNS`."""
    box = " ".join(f"{edge:g}" for edge in decision.box) if decision.box else ""
    told: dict[str, object] = {
        "sha256": decision.source,
        "box": box,
        "page": decision.page or "",
        "year": decision.year or "",
    }
    values = (told[name] if name in told else getattr(decision, name) for name in COLUMNS)
    return [" ".join(str(value).split()) for value in values]


def line_of(decision: Decision) -> str:
    """A decision as one line of CSV, with its end."""
    return _row(cells_of(decision))


def csv_of(decisions: Sequence[Decision]) -> bytes:
    """Decisions as a whole file of CSV."""
    return f"{_BOM}{_row(COLUMNS)}{''.join(map(line_of, decisions))}".encode()


def book_of(data: bytes, name: str) -> Book:
    """The decisions in a CSV file; ``name`` is what problems call it.

    It is taken line by line, so that a line that was cut off, within a quote or a character, spoils no other.
    """
    return told_by(map(_cells, data.removeprefix(_BOM.encode()).split(b"\n")), name)


def _cells(line: bytes) -> list[str]:
    """The cells of one line; one that is no UTF-8 has a single cell."""
    try:
        return next(csv.reader([line.decode().rstrip("\r")]), [])
    except (UnicodeDecodeError, csv.Error):
        return [_NO_TEXT]


def told_by(rows: Iterator[list[str]], name: str) -> Book:
    """The decisions of rows of which the first names the columns.

    Raises :class:`UsageError` without the columns that are needed. A line that is no decision is a problem, and the
    others count.
    """
    head = [cell.strip().lower() for cell in next(rows, [])]
    if not any(head):
        return Book()
    if lacking := [column for column in _NEEDED if column not in head]:
        raise UsageError(
            f"{name}:1: no column {', '.join(lacking)}; the first line must name {', '.join(COLUMNS)}, as "
            "`gkingest correct --to FILE` writes them"
        )
    found: dict[str, Decision] = {}
    problems = []
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row) or row == [*COLUMNS]:  # two files may have been put together
            continue
        told = dict(zip(head, row, strict=False))
        try:
            # A line that was cut off lacks its end; one that a person wrote by hand has an empty cell there.
            if len(row) < len(head):
                raise ValueError(_CUT_OFF if _NO_TEXT not in row else _NO_UTF8)
            decision = decision_of(told)
            if problem := problem_of(decision):
                raise ValueError(problem)
        except ValueError as error:
            problems.append(f"{name}:{number}: {error}")
            continue
        if told.get("id", "").strip() not in ("", decision.id):
            problems.append(
                f"{name}:{number}: the line was changed after it was written (its id should be {decision.id}); it "
                "is taken as it stands"
            )
        found[decision.id] = decision
    return Book(tuple(sorted(found.values(), key=lambda d: (d.at, d.id))), tuple(problems))


def decision_of(told: dict[str, str]) -> Decision:
    """The decision that a line tells, by the names of its columns; raises :class:`ValueError` with the reason."""
    text = {name: (told.get(name) or "").strip() for name in COLUMNS}
    if text["verdict"] not in [*Ruling]:
        raise ValueError(f"{text['verdict']!r} is no verdict; one of {', '.join(Ruling)}")
    report, page = _whole(text["report"]) or 1, _whole(text["page"])
    box: Edges | None = None
    if text["box"]:
        edges = tuple(float(part) for part in text["box"].split())
        if len(edges) != 4:
            raise ValueError(f"{text['box']!r} is no box of four edges")
        box = edges
    return Decision(
        source=text["sha256"].lower(),
        subject=text["subject"],
        verdict=Ruling(text["verdict"]),
        value=text["value"],
        by=text["by"],
        at=text["at"],
        report=report,
        unit=text["unit"],
        value_read=text["value_read"],
        printed=text["printed"],
        reason=text["reason"],
        words=text["words"],
        page=page,
        box=box,
        undoes=text["undoes"],
        file=text["file"],
        organ=text["organ"],
        year=_whole(text["year"]),
    )


def _whole(text: str) -> int | None:
    if text and not text.isdecimal():
        raise ValueError(f"{text!r} is no whole number")
    return int(text) if text else None


@contextmanager
def _held(stream: BinaryIO) -> Iterator[None]:
    """The file for this process alone, until it is left; the system lets go of it where the process is killed."""
    if sys.platform == "win32":
        import msvcrt

        stream.seek(_LOCKED_AT)
        msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            stream.seek(_LOCKED_AT)
            msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(stream, fcntl.LOCK_UN)
