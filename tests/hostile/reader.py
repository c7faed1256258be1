"""A process of its own that reads what it is given, within limits: what a hostile document breaks, breaks here."""

import json
import resource
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEGABYTES = 2048  # address space of the process that reads
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Seen:
    """What was said of one path: each document's name, status and message, and what it cost."""

    documents: tuple[dict[str, Any], ...]
    seconds: float
    peak: int  # megabytes of memory that the process ever had, this document and all before it

    @property
    def only(self) -> dict[str, Any]:
        """The one document."""
        (found,) = self.documents
        return found


class Reader:
    """Reads documents one after another; a new process takes over when the old one is lost."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def read(self, path: Path, seconds: float, ocr: str = "never", passwords: tuple[str, ...] = ()) -> Seen:
        """What becomes of a path; raises ``AssertionError`` where nothing does in time."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        assert self._process.stdin and self._process.stdout
        begun = time.monotonic()
        self._process.stdin.write(json.dumps([str(path), ocr, passwords]) + "\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], seconds + 10)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            self.stop()
            why = "the process that read it died" if ready else f"no answer in {seconds + 10} seconds"
            raise AssertionError(why)
        found, peak = json.loads(line)
        assert isinstance(found, list), found
        return Seen(tuple(found), time.monotonic() - begun, peak)

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _serve() -> None:
    from gkingest.corpus.intake import File, documents_in
    from gkingest.document.read_with import ReadWith
    from gkingest.formats.load import load_formats

    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))
    formats = load_formats(ROOT / "schemas")
    for line in sys.stdin:
        path, ocr, passwords = json.loads(line)
        try:
            documents = documents_in(File(Path(path).name, path), ReadWith(formats, ocr, tuple(passwords)))
            found: Any = [
                {"name": d.path, "status": d.status.value, "message": d.message, "kind": d.kind} for d in documents
            ]
        except BaseException as error:  # noqa: BLE001 - what escapes is what is looked for
            found = f"{type(error).__name__} escaped: {error}"
        print(json.dumps([found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]), flush=True)


if __name__ == "__main__":
    _serve()
