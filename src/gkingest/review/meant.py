"""What a person typed → the report: by a path, the end of one, a file at hand, or digits of its sha256."""

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from gkingest.errors import UsageError
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
    sources, ordinal = _by_sha256(typed, paths), 0
    if sources:
        found = _SHA256.fullmatch(typed)
        ordinal = int(found[2] or 0) if found else 0
    else:
        sources = _by_path(typed, paths)
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
    report_id = f"{source}-{ordinal}"
    if held and report_id not in reports:
        raise UsageError(f"{typed}: the file holds no report {ordinal}, but {len(held)}")
    return report_id, reports.get(report_id)


def _by_sha256(typed: str, paths: dict[str, list[str]]) -> set[str]:
    found = _SHA256.fullmatch(typed)
    return {sha256 for sha256 in paths if sha256.startswith(found[1].lower())} if found else set()


def _by_path(typed: str, paths: dict[str, list[str]]) -> set[str]:
    """The bytes that lie at a path of the database; at the end of one; or in a file that is at hand."""
    wanted = typed.replace("\\", "/")
    tests = (
        lambda path: path in (typed, stored_path(Path(typed))),
        lambda path: path.endswith(f"/{wanted}"),
    )
    for test in tests:
        if found := {sha256 for sha256, places in paths.items() if any(map(test, places))}:
            return found
    try:
        digest = hashlib.sha256(Path(typed).read_bytes()).hexdigest()
    except (OSError, ValueError):
        return set()
    return {digest} & paths.keys()
