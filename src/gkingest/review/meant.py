"""What a person typed → the report: by a path, the end of one, a file at hand, or digits of its sha256."""

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from gkingest.errors import UsageError
from gkingest.model.report import ReportId
from gkingest.paths import stored_path
from gkingest.store.ask.deciding import Known, known_reports, sources_known

if TYPE_CHECKING:
    from sqlalchemy import Engine

_SHA256 = re.compile(r"([0-9a-f]{8,64})(?:-(\d+))?", re.IGNORECASE)
_SHOWN = 5


def meant(engine: "Engine", typed: str) -> tuple[str, Known | None]:
    """The identifier of the report that was typed, and the report; no report where the file holds none.

    Raises :class:`UsageError` where no file or several are meant, :class:`DatabaseError`.
    """
    paths, reports = sources_known(engine), known_reports(engine)
    sources, ordinal = _sources(typed, paths)
    if not sources:
        raise UsageError(
            f"{typed}: the database has no such file; give its path as `gkingest status` and `review` show it, or "
            "the first 8 digits of its SHA-256"
        )
    if len(sources) > 1:
        shown = "".join(f"\n  {sha256[:12]}  {paths[sha256][0]}" for sha256 in sorted(sources)[:_SHOWN])
        raise UsageError(
            f"{typed} may be any of {len(sources)} files; give the path, or digits of the SHA-256{shown}"
        )
    source = sources.pop()
    held = sorted((r for r in reports.values() if r.sha256 == source), key=lambda r: r.ordinal)
    if not ordinal and len(held) > 1:
        named = "".join(f"\n  {source[:12]}-{r.ordinal}  {r.organ} {r.year or ''}" for r in held)
        raise UsageError(f"{typed} holds {len(held)} reports; name one of them{named}")
    ordinal = ordinal or (held[0].ordinal if held else 1)
    report_id = str(ReportId(source, ordinal))
    if held and report_id not in reports:
        raise UsageError(f"{typed}: the file holds no report {ordinal}, but {len(held)}")
    return report_id, reports.get(report_id)


def _sources(typed: str, paths: dict[str, list[str]]) -> tuple[set[str], int]:
    """The bytes that begin with these digits, lie at a path or at the end of one, or in a file that is at hand.

    With the place of the report among those of its file, 0 where it is not told.
    """
    digits = _SHA256.fullmatch(typed)
    if digits and (begun := {sha256 for sha256 in paths if sha256.startswith(digits[1].lower())}):
        return begun, int(digits[2] or 0)
    wanted = typed.replace("\\", "/")
    tests = (
        lambda path: path in (typed, stored_path(Path(typed))),
        lambda path: path.endswith(f"/{wanted}"),
    )
    for test in tests:
        if found := {sha256 for sha256, places in paths.items() if any(map(test, places))}:
            return found, 0
    try:
        digest = hashlib.sha256(Path(typed).read_bytes()).hexdigest()
    except (OSError, ValueError):
        return set(), 0
    return {digest} & paths.keys(), 0
