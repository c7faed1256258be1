"""What a column of an export is for is told by the column, not by how its name ends."""

from pathlib import Path

from gkingest.export.plain import CsvFormat
from gkingest.store.ask.dump import MISSING, Column, Kind, Sheet
from gkingest.store.views.view import Words

WORDS = Words("Reports that are missing", "缺报")
COUNT = "reports__late__missing"  # a form may have a column that it calls missing


def test_a_figure_called_missing_is_no_reason_why_one_is(tmp_path: Path) -> None:
    why = f"{COUNT}{MISSING}"
    columns = (
        Column("report_id", Kind.TEXT, WORDS),
        Column(COUNT, Kind.NUMBER, WORDS, why),
        Column(why, Kind.TEXT, WORDS, tells_why=True),
    )
    sheet = Sheet("panel", WORDS, columns, ("report_id",))
    assert (sheet.has_reasons, sheet.head()) == (True, ["report_id"])
    writing = CsvFormat(tmp_path)
    writer = writing.sheet(sheet)
    writer.write(("a-1", 3, None))
    writer.write(("b-1", None, "blank"))
    writer.close()
    assert [path.read_text(encoding="utf-8").split() for path, _ in writing.close()] == [
        [f"report_id,{COUNT},{why}", "a-1,3,", "b-1,,blank"],
        [f"report_id,{COUNT}", "a-1,3", "b-1,blank"],
    ]
