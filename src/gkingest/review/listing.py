"""The queue as people and programs read it: lines of text, JSON, and CSV that ``gkingest correct --from`` takes."""

import csv
import io
from collections.abc import Iterator, Sequence

from gkingest.language import said
from gkingest.render import in_lines, printable
from gkingest.review.queue import CONFLICT, Doubtful, Question, counts
from gkingest.told import Told

_COLUMNS = (
    "sha256", "report", "organ", "year", "province", "region_code", "subject", "label", "says", "raw", "page",
    "codes", "candidates", "decided_by", "path",
)  # fmt: skip


def csv_lines(shown: Sequence[Doubtful]) -> bytes:
    """These places of the queue, as a file of CSV."""
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\n")
    out.writerow(_COLUMNS)
    for one in shown:
        report, who = one.report, one.report.who
        others = " | ".join(f"{c.value} ({c.why})" for c in one.candidates[1:])
        out.writerow(
            [
                *(report.sha256, report.ordinal, who.organ, who.year or "", who.province or ""),
                *(who.region_code or "", one.place.subject, one.label, one.says, one.raw, one.page or ""),
                *(" ".join(one.place.codes), others, one.decided_by, report.path),
            ]
        )
    return written.getvalue().encode()


def queue_lines(
    shown: Sequence[Doubtful], places: Sequence[Question], misprints: int, nothing: str
) -> Iterator[str]:
    """The queue as lines for people: what it is, where it stands, what it may be."""
    if not places:
        yield from in_lines(nothing)
    for number, one in enumerate(shown, 1):
        yield from _place(number, one)
    if more := len(places) - len(shown):
        yield said(f"… and {more} more (--top 0 lists all)")
    if places:
        told = said(", ").join(f"{code} {n}" for code, n in list(counts(places).items())[:6])
        yield from in_lines(f"{len(places)} places in the queue: {told}")
        yield from in_lines(
            "gkingest correct PATH CELL VALUE --by NAME decides; --confirm where it was read rightly"
        )
    if misprints:
        yield from in_lines(f"{misprints} figures stand in sums that are printed wrongly (--misprints lists them)")


def _place(number: int, one: Doubtful) -> Iterator[str]:
    """A place of the queue as lines: whose, which cell or field, what was read, why it is doubtful, where."""
    who = one.report.who
    yield printable(f"{number}. {who.organ or '?'} {who.year or '?'}  {said(one.label)}")
    read = Told("{0}: read as {1}", said(one.place.subject), said(one.says or "nothing"))
    yield from in_lines(f"    {said(Told('{0}, page {1}', read, one.page) if one.page else read)}")
    for code, message in sorted(one.doubts, key=lambda doubt: doubt[0] != CONFLICT)[:2]:
        yield from in_lines(f"    {printable(said(message))} [{code}]")
    if others := [said(Told("{0} ({1})", said(c.value), said(c.told))) for c in one.candidates[1:4]]:
        yield from in_lines(f"    {said(Told('may be {0}', said(', ').join(others)))}")
    if one.decided_by:
        yield from in_lines(f"    {said(Told('decided by {0}', one.decided_by))}")
    yield printable(f"    {one.report.path}")


def queue_tree(one: Doubtful) -> dict[str, object]:
    """A place of the queue as plain values for JSON."""
    who, box = one.report.who, one.box
    return {
        "report_id": who.report_id,
        "path": one.report.path,
        "organ": who.organ,
        "year": who.year,
        "region_code": who.region_code,
        "province": who.province,
        "subject": one.place.subject,
        "label": one.label,
        "says": one.says,
        "raw": one.raw,
        "page": one.page,
        "box": [box.x0, box.top, box.x1, box.bottom] if box else None,
        "codes": list(one.place.codes),
        "doubts": [{"code": code, "message": message} for code, message in one.doubts],
        "candidates": [{"value": c.value, "why": c.why} for c in one.candidates],
        "rank": one.place.rank,
        "decided_by": one.decided_by or None,
        "decision": one.decision or None,
    }
