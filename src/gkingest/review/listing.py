"""The queue as CSV: a line a place, in the columns that ``gkingest correct --from`` and a spreadsheet can use."""

import csv
import io
from collections.abc import Sequence

from gkingest.review.queue import Doubtful

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
