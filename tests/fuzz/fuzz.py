"""Mutated documents through the whole pipeline: whatever a file is, its outcome has a status and a reason.

``make fuzz`` runs it for FUZZ_SECONDS. Every document is told by the seed and its number; what breaks the rule is
saved, with the command to read it again. The documents are read in a process of their own, within limits of time
and memory, so that a crash of native code is an outcome too, and counts as broken.
"""

import argparse
import dataclasses
import io
import math
import multiprocessing
import re
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(Path(__file__).parent)]  # run as a script it finds what tests share

from mutations import mutated  # noqa: E402

_ENOUGH = 50  # broken outcomes that end a run: most will have one cause
_SURROGATE = re.compile(r"[\ud800-\udfff]")


# What is read -------------------------------------------------------------------------------------------------


def seeds(*, small: bool = False) -> list[tuple[str, bytes]]:
    """Documents that ship, and one report written in every other kind of file; ``small`` ones read fast."""
    from kinds.writing import WRITERS, blocks

    from gkingest.formats.load import load_formats

    form = next(f for f in load_formats(ROOT / "schemas") if f.edition == "2021")
    made = [(kind, write(blocks(form))) for kind, write in sorted(WRITERS.items())]
    folder = zipped({f"年报/{name}.{name}": data for name, data in made})
    made += [("zip", folder), ("warc", warc(dict(made)["html"], dict(made)["docx"]))]
    paths = sorted([*(ROOT / "corpus").rglob("*.pdf"), *(ROOT / "tests/documents").glob("*.pdf")])
    shipped = [(p.name, p.read_bytes()) for p in paths if p.stat().st_size < (66_000 if small else 1_200_000)]
    # Made kinds count as much as the PDFs together, so that every reader gets its share.
    return made + shipped if small else made * (1 + len(shipped) // (2 * len(made))) + shipped


def zipped(members: dict[str, bytes]) -> bytes:
    """A ZIP file of these members, the same on every day."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def warc(*bodies: bytes) -> bytes:
    """A web archive of these documents, not packed, so that mutations reach into it."""
    out = b""
    for number, body in enumerate(bodies):
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        out += (
            b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://www.example.gov.cn/%d\r\n"
            b"WARC-Date: 2024-01-31T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:%d>\r\n"
            b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
        ) % (number, number, len(answer), answer)
    return out


def document(number: int, seed: int, whole: Sequence[tuple[str, bytes]]) -> tuple[str, bytes]:
    """Document ``number`` of a seed: what was done to which file, and its bytes."""
    rng = Random(f"{seed}/{number}")
    name, data = rng.choice(whole)
    data, how = mutated(rng, data, [d for _, d in whole[:: max(len(whole) // 7, 1)]])
    return f"{name} {how}", data


# What must come out -------------------------------------------------------------------------------------------


def verdict(path: Path, formats: Any, ocr: str) -> tuple[str, str]:
    """Status of what was read, and what is wrong with the outcome; "" if nothing is."""
    from gkingest.corpus.intake import File, documents_in
    from gkingest.document.read_with import ReadWith

    found = list(documents_in(File(path.name, str(path)), ReadWith(formats, ocr)))  # type: ignore[arg-type]
    wrong = [w for d in found if (w := untyped(d))]
    status = found[-1].status.value if found else "none"
    return status, "; ".join(wrong) or ("" if found else "nothing was said of the file")


def untyped(found: Any) -> str:
    """Why a document's outcome is none that a row could hold and a person act on; "" if it is one."""
    if "internal error" in found.message:
        return str(found.message)
    if found.status.value in ("ok", "needs_review"):
        if found.report is None:
            return f"{found.status.value} without a report"
    elif len(found.message) < 20:
        return f"{found.status.value} without a reason"
    return next(_unstorable(found), "")


def _unstorable(value: Any, place: str = "") -> Iterator[str]:
    """Text and numbers that no database takes."""
    if isinstance(value, str):
        if "\0" in value or _SURROGATE.search(value):
            yield f"{place} holds {value[:60]!r}"
    elif isinstance(value, float | Decimal):
        if not math.isfinite(value):
            yield f"{place} is {value}"
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _unstorable(getattr(value, field.name), f"{place}.{field.name}")
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _unstorable(item, place)


# Workers ------------------------------------------------------------------------------------------------------


def _serve(pipe: Connection, megabytes: int, ocr: str) -> None:
    """Read what the parent names, until it says nothing more."""
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    from gkingest.formats.load import load_formats

    formats = load_formats(ROOT / "schemas")
    while path := pipe.recv():
        try:
            answer = verdict(Path(path), formats, ocr)
        except BaseException:  # noqa: BLE001 - whatever escapes is what is looked for
            answer = ("exception", traceback.format_exc(limit=-6))
        pipe.send(answer)


class Worker:
    """One process that reads, replaced when it dies or takes too long."""

    def __init__(self, seconds: float, megabytes: int, ocr: str) -> None:
        self._limits = (megabytes, ocr)
        self._seconds = seconds
        self._process: Any = None

    def read(self, path: Path) -> tuple[str, str]:
        """Status of what was read, and what is wrong with it."""
        if self._process is None:
            self._start()
        self._pipe.send(str(path))
        if not self._pipe.poll(self._seconds):
            self.stop()
            return "timeout", f"it took longer than {self._seconds:g} seconds"
        try:
            return self._pipe.recv()  # type: ignore[no-any-return]
        except EOFError:
            self._process.join()
            code = self._process.exitcode
            self.stop()
            return "death", f"the process that read it ended with exit code {code}"

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, *self._limits), daemon=True)
        self._process.start()
        theirs.close()

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
            self._process = None


# The run ------------------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Tally:
    """What a run did."""

    statuses: Counter[str] = dataclasses.field(default_factory=Counter)
    broken: list[str] = dataclasses.field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")


def run(numbers: Iterator[int], seed: int, whole: Sequence[tuple[str, bytes]], worker: Worker, kept: Path) -> Tally:
    """Read the documents of these numbers; what breaks the rule is saved in the folder ``kept``."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            how, data = document(number, seed, whole)
            path = Path(folder) / "document"
            path.write_bytes(data)
            begun = time.monotonic()
            status, wrong = worker.read(path)
            tally.slowest = max(tally.slowest, (time.monotonic() - begun, f"{number}: {how}"))
            tally.statuses[status] += 1
            if wrong:
                kept.mkdir(parents=True, exist_ok=True)
                saved = kept / f"{seed}-{number}"
                saved.write_bytes(data)
                tally.broken.append(
                    f"document {number} ({how}), {status}: {wrong}\n"
                    f"  again: {sys.executable} {Path(__file__)} --replay {saved}"
                )
                print(tally.broken[-1], flush=True)
            if len(tally.broken) == _ENOUGH:
                break
    return tally


def run_seen(seconds: float, seed: int, first: int, ocr: str, kept: Path) -> tuple[int, Counter[str]]:
    """Clean reports in figures of which the page shows others than the file says: how each figure was read."""
    from tricks import document as tricked
    from tricks import drawn_form, outcome, shortened

    from gkingest.document.ingest import ingest
    from gkingest.formats.load import load_formats

    forms = shortened(next(f for f in load_formats(ROOT / "schemas") if f.edition == "2021"))
    told: Counter[str] = Counter()
    number = first - 1
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.pdf"
        for number in _numbers(first, seconds):
            form = drawn_form(forms, Random(f"{seed}/{number}/form"))
            data, played = tricked(form, Random(f"{seed}/{number}"))
            path.write_bytes(data)
            found = ingest(path, (form,), ocr)  # type: ignore[arg-type]
            for key, (trick, seen) in played.items():
                how = outcome(found, seen, key)
                how = "plain, doubted" if trick.plain and how == "doubted" else how
                told[how] += 1
                if how in ("silent", "plain, doubted"):
                    kept.mkdir(parents=True, exist_ok=True)
                    (kept / f"{seed}-{number}.{trick.kind}").write_bytes(data)
                    print(f"document {number}, {trick.name} at {key}, is {how}: a reader sees {seen}", flush=True)
    return number - first + 1, told


def _numbers(first: int, seconds: float) -> Iterator[int]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield first
        first += 1


def main() -> int:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--first", type=int, default=0, help="number of the first document")
    options.add_argument("--limit", type=float, default=60, help="seconds for one document")
    options.add_argument("--megabytes", type=int, default=2560, help="address space of the process that reads")
    options.add_argument("--ocr", choices=["auto", "always", "never"], default="never")
    options.add_argument("--seen", action="store_true", help="instead: does what a page shows win over its file?")
    options.add_argument("--replay", type=Path, help="read this file once, in this process")
    asked = options.parse_args()
    if asked.replay:
        from gkingest.formats.load import load_formats

        status, wrong = verdict(asked.replay, load_formats(ROOT / "schemas"), asked.ocr)
        print(f"{status}: {wrong or 'nothing is wrong with the outcome'}")
        return bool(wrong)
    kept = Path(tempfile.gettempdir()) / f"gkingest-fuzz-{asked.seed}"
    if asked.seen:
        number, counted = run_seen(asked.seconds, asked.seed, asked.first, asked.ocr, kept)
        listed = ", ".join(f"{count} {how}" for how, count in counted.most_common())
        print(f"fuzz: seed {asked.seed}, {number} documents, {counted.total()} figures drawn in odd ways: {listed}")
        return bool(counted["silent"])
    worker = Worker(asked.limit, asked.megabytes, asked.ocr)
    try:
        tally = run(_numbers(asked.first, asked.seconds), asked.seed, seeds(), worker, kept)
    finally:
        worker.stop()
    told = ", ".join(f"{count} {status}" for status, count in tally.statuses.most_common())
    print(f"fuzz: seed {asked.seed}, {tally.statuses.total()} documents: {told}")
    print(f"fuzz: the slowest took {tally.slowest[0]:.1f} s ({tally.slowest[1]})")
    print(f"fuzz: {len(tally.broken)} broke the rule" + (f"; they are kept in {kept}" if tally.broken else ""))
    return bool(tally.broken)


if __name__ == "__main__":
    sys.exit(main())
