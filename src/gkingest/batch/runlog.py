"""A structured log of a run: one JSON object a line, written out at once."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from gkingest.errors import UsageError
from gkingest.model.finding import Severity
from gkingest.model.report import Document
from gkingest.redact import redacted


class RunLog:
    """The log file at ``path``, to which a run's lines are added; ``None`` writes nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        """Open the file; raises :class:`UsageError` where it cannot be written."""
        if self._path is not None:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._path.open("a", encoding="utf-8", buffering=1, newline="\n")
            except OSError as error:
                raise UsageError(
                    f"{self._path}: cannot be written ({error.strerror}); choose another --log"
                ) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Note what ended the run, and close the file."""
        if error is not None:
            with suppress(UsageError):  # what ended the run is told already
                self.write("error", error=type(error).__name__, message=redacted(str(error)))
        if self._file is not None:
            with suppress(OSError):  # every line was written out at once
                self._file.close()

    def write(self, event: str, **fields: Any) -> None:
        """Add a line: time (UTC), event, fields; raises :class:`UsageError` where the file takes no more."""
        if self._file is not None:
            moment = datetime.now(UTC).isoformat(timespec="milliseconds")
            line = json.dumps({"time": moment, "event": event, **fields}, ensure_ascii=True, default=str)
            try:
                self._file.write(line + "\n")
            except OSError as error:
                broken, self._file = self._file, None
                with suppress(OSError):
                    broken.close()  # it tries once more to write what it holds
                raise UsageError(
                    f"{self._path}: cannot be written ({error.strerror}), so the run ends rather than go on "
                    "without its log; what was read is saved; make room or choose another --log, and start again"
                ) from error

    def document(self, document: Document) -> None:
        """Add a line for a document that was read."""
        doubts = [f.code for r in document.reports for f in r.findings if f.severity >= Severity.WARNING]
        self.write(
            "document",
            path=document.path,
            sha256=document.source.sha256 if document.source else None,
            status=document.status.value,
            kind=document.kind,
            message=document.message,
            doubts=doubts,
        )
