"""What a column of an export is for is told by the column, not by how its name ends."""

import csv
from decimal import Decimal
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from gkingest.export.plain import CsvFormat, CsvTeller
from gkingest.store.ask.dump import MISSING, Column, Kind, Sheet
from gkingest.store.views.view import Words
from gkingest.store.walk.reports import Runs
from gkingest.text.spreadsheet import cell_text

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
    writing, teller = CsvFormat(tmp_path), CsvTeller(sheet)
    writer = writing.sheet(sheet)
    writer.write(teller.told((("a-1",), (3,), (None,))))
    writer.write(teller.told((("b-1",), (None,), ("blank",))))
    writer.close()
    assert [path.read_text(encoding="utf-8").split() for path, _ in writing.close()] == [
        [f"report_id,{COUNT},{why}", "a-1,3,", "b-1,,blank"],
        [f"report_id,{COUNT}", "a-1,3", "b-1,blank"],
    ]


CELLS = st.tuples(
    st.none() | st.text(st.characters(exclude_categories=("Cs",))),
    st.none() | st.integers(),
    st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=3),
    st.none() | st.sampled_from((0.0, -0.0, 1.0, 2.5, 1e300)),
)


@example([(("第一行\n第二行", None, None, None), 1), ((None, 7, None, None), 1), (("a\rb", 1, None, 0.5), 2)])
@given(st.lists(st.tuples(CELLS, st.integers(1, 3)), min_size=1))
def test_cells_stand_as_the_module_for_csv_writes_them(tmp_path_factory, given_rows) -> None:  # type: ignore[no-untyped-def]
    """Whatever was written before, and however often what begins a row is repeated."""
    folder: Path = tmp_path_factory.mktemp("cells")
    kinds = (Kind.TEXT, Kind.TEXT, Kind.INTEGER, Kind.NUMBER, Kind.REAL)
    columns = tuple(Column(f"c{at}", kind, WORDS) for at, kind in enumerate(kinds))
    writing = CsvFormat(folder)
    sheet = Sheet("some", WORDS, columns, ("c0",))
    writer = writing.sheet(sheet)
    head, rows = Runs(), []
    for (text, *others), count in given_rows:
        head.add(text, count)
        rows += [(text, text, *others)] * count
    writer.write(CsvTeller(sheet).told((head, *list(zip(*rows, strict=True))[1:])))
    writer.close()
    assert list(head) == [row[0] for row in rows]
    with (folder / "plain.csv").open("w", encoding="utf-8", newline="") as stream:
        plain = csv.writer(stream)
        plain.writerow([column.name for column in columns])
        for row in rows:
            plain.writerow([told(cell) for cell in row])
    assert (folder / "some.csv").read_bytes() == (folder / "plain.csv").read_bytes()


def told(cell: str | float | Decimal | None) -> str | float | None:
    """A text as no spreadsheet runs it, and a number with the digits that it has."""
    if isinstance(cell, str):
        return cell_text(cell)
    if not isinstance(cell, Decimal):
        return cell
    whole, dot, rest = f"{cell:f}".partition(".")
    return whole + (dot + rest).rstrip("0").rstrip(".")
