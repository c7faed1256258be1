"""Spreadsheets: figures as a reader sees them, in the cells where they stand."""

import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart
from openpyxl.styles import Border, Font, Side

from gkingest.document.ingest import interpret
from gkingest.document.read_with import ReadWith
from gkingest.errors import DocumentError
from gkingest.formats.spec import Format
from gkingest.model.paper import ReadDocument
from gkingest.model.report import Status
from gkingest.read.declared.flow import Block, FlowTable, flow_page
from gkingest.read.declared.office.number_format import format_number
from gkingest.read.declared.plain import read_plain
from gkingest.read.declared.xlsx import read_xlsx

LONG = "全年通过政府网站公开各类信息一千二百六十余条，其中政策解读三十四条，财政预决算信息五十八条，均按时公开。"
Place = tuple[int, int, int, int]


def saved(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def sheet_of(rows: list[list[Any]], dress: Callable[[Any], None] = lambda sheet: None) -> tuple[Block, ...]:
    """What is read of a sheet with these values from A1, after something was done to it."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    dress(book.active)
    return read_xlsx(saved(book))


def texts(table: Block) -> list[list[str]]:
    """Texts by place; the cells of a merged range but the first are blank."""
    assert isinstance(table, FlowTable)
    grid = [[""] * table.columns for _ in range(table.rows)]
    for c in table.cells:
        grid[c.row][c.column] = c.text
    return grid


def spans(table: Block) -> dict[str, Place]:
    """Row, column and spans of merged ranges."""
    assert isinstance(table, FlowTable)
    merged = (c for c in table.cells if c.row_span * c.column_span > 1)
    return {c.text: (c.row, c.column, c.row_span, c.column_span) for c in merged}


def doubts(table: Block) -> dict[str, str]:
    assert isinstance(table, FlowTable)
    return {c.text: c.doubt for c in table.cells if c.doubt}


def changed(data: bytes, change: Callable[[str, str], str]) -> bytes:
    """The spreadsheet with the text of its parts changed, by name and text."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name).decode()))
    return target.getvalue()


def test_a_sheet_is_one_table_below_the_texts_above_it() -> None:
    rows = [
        ["2023年度统计表"],
        [],
        ["单位：件"],
        ["项目", "数量"],
        ["规章", 0],
        ["小计"],
        ["文件", 2],
        [LONG],
        ["附", 1],
    ]
    title, unit, table, text, more = sheet_of(rows)
    assert (title, unit, text) == ("2023年度统计表", "单位：件", LONG)
    assert texts(table) == [["项目", "数量"], ["规章", "0"], ["小计", ""], ["文件", "2"]]
    assert texts(more) == [["附", "1"]]


def test_a_blank_margin_falls_away_and_blanks_inside_stay() -> None:
    (table,) = sheet_of([[], [None, None, "甲", None, "乙"], [], [None, None, "子", None, 1, " "]])
    assert texts(table) == [["甲", "", "乙"], ["", "", ""], ["子", "", "1"]]
    assert flow_page([table], "xlsx").tables[0].cells[4].doubt == ""
    assert sheet_of([]) == () == sheet_of([[None, " "]])


def test_sheets_come_in_order_without_the_hidden_ones() -> None:
    book = Workbook()
    for name, state in (("一", "visible"), ("二", "hidden"), ("三", "veryHidden"), ("四", "visible")):
        sheet = book.create_sheet(name)
        sheet.append([name, 1])
        sheet.sheet_state = state
    book.create_chartsheet("图").add_chart(BarChart())
    assert [texts(t) for t in read_xlsx(saved(book))] == [[["一", "1"]], [["四", "1"]]]


@st.composite
def merges(draw: st.DrawFn) -> tuple[int, int, dict[str, Place]]:
    """Rows, columns and rectangles that do not touch one another: row, column, rows, columns."""
    rows, columns = draw(st.integers(2, 6)), draw(st.integers(2, 6))
    free = {(row, column) for row in range(rows) for column in range(columns)}
    found = []
    for _ in range(draw(st.integers(0, 6))):
        row, column = draw(st.integers(0, rows - 1)), draw(st.integers(0, columns - 1))
        down, across = draw(st.integers(1, rows - row)), draw(st.integers(1, columns - column))
        wanted = {(y, x) for y in range(row, row + down) for x in range(column, column + across)}
        if wanted <= free:
            free -= wanted
            found.append((row, column, down, across))
    return rows, columns, {f"{p[0]}/{p[1]}": p for p in [*found, *((y, x, 1, 1) for y, x in free)]}


def written(grid: tuple[int, int, dict[str, Place]], left: int = 1) -> Workbook:
    book = Workbook()
    book.active.append(["表头"] * (grid[1] + left))
    for row in range(grid[0]):
        book.active.cell(row + 2, 1, row)  # so that no row is a text by itself
    for text, (row, column, down, across) in grid[2].items():
        place = {"start_row": row + 2, "start_column": column + left + 1}
        book.active.cell(row + 2, column + left + 1, text)
        end = {"end_row": row + down + 1, "end_column": column + left + across}
        if down * across > 1:
            book.active.merge_cells(**place, **end)
    return book


@settings(max_examples=60)
@given(merges())
def test_cells_merged_at_random_come_out_where_they_were_written(grid: tuple[int, int, dict[str, Place]]) -> None:
    (table,) = read_xlsx(saved(written(grid)))
    assert isinstance(table, FlowTable)
    found = {c.text: (c.row - 1, c.column - 1, c.row_span, c.column_span) for c in table.cells if "/" in c.text}
    assert found == grid[2]
    assert (table.rows, table.columns) == (grid[0] + 1, grid[1] + 1)


@settings(max_examples=60)
@given(merges(), st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5)))
def test_hidden_rows_and_columns_are_left_out_of_merged_cells_too(
    grid: tuple[int, int, dict[str, Place]], rows: set[int], columns: set[int]
) -> None:
    book = written(grid)
    for row in rows:
        book.active.row_dimensions[row + 2].hidden = True
    for column in columns:
        book.active.column_dimensions["BCDEFG"[column]].hidden = True
    if columns >= set(range(grid[1])):
        return  # nothing is left but the heading
    table = read_xlsx(saved(book))[0]
    shown = [[y for y in range(grid[0]) if y not in rows], [x for x in range(grid[1]) if x not in columns]]
    expected = {}
    for text, (row, column, down, across) in grid[2].items():
        own = [y for y in shown[0] if row <= y < row + down], [x for x in shown[1] if column <= x < column + across]
        if all(own):
            expected[text] = (shown[0].index(own[0][0]), shown[1].index(own[1][0]), len(own[0]), len(own[1]))
    assert isinstance(table, FlowTable)
    found = {c.text: (c.row - 1, c.column - 1, c.row_span, c.column_span) for c in table.cells if "/" in c.text}
    assert found == expected


def test_columns_hidden_as_a_range_and_rows_without_height() -> None:
    def dress(sheet: Any) -> None:
        sheet.column_dimensions.group("B", "C", hidden=True)

    (table,) = sheet_of([["甲", 1, 2, 3], ["乙", 4, 5, 6]], dress)
    assert texts(table) == [["甲", "3"], ["乙", "6"]]
    cells = '<c r="A{0}" t="str"><v>甲</v></c><c r="B{0}"><v>{0}</v></c>'.format
    flat = cells(1) + '</row><row r="2" ht="0" customHeight="1">' + cells(2) + '</row><row r="3">' + cells(3)
    (table,) = read_xlsx(stored(flat))
    assert texts(table) == [["甲", "1"], ["甲", "3"]]


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (1234, "General", "1234"),
        (5.0, "General", "5"),
        (9116.36, "G/通用格式", "9116.36"),
        (0.1 + 0.2, "General", "0.3"),
        (1e-9, "@", "0.000000001"),
        (123456789012345678, "0", "123456789012345678"),
        (1234.5, "0", "1235"),
        (2.5, "0_ ", "3"),
        (1234.5, "0.00", "1234.50"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (0, "#,##0", "0"),
        (7, "00", "07"),
        (12345678, "#,##0,", "12,346"),
        (0.5, "#.##", ".5"),
        (0.125, "0.0%", "12.5%"),
        (-5, "#,##0", "-5"),
        (-5, r"0_);[Red]\(0\)", "(5)"),
        (-0.4, "0", "0"),
        (0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "-"),
        (12, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "12"),
        (5, '0"件"', "5件"),
        (7, "[$¥-804]#,##0", "¥7"),
        (-3, "General;-General", "-3"),
        (1.5, "[Red]General", "1.5"),
        (12, "[>3]0;0.0", "12"),
        (2, "[>3]0;0.0", "2.0"),
        (5, "* 0", "5"),
    ],
)
def test_a_number_is_read_as_its_format_prints_it(value: float, code: str, expected: str) -> None:
    assert format_number(value, code) == (expected, "")

    def dress(sheet: Any) -> None:
        sheet["B1"].number_format = code
        sheet.column_dimensions["B"].width = 20

    if len(expected) < 16:  # openpyxl itself writes no more digits
        (table,) = sheet_of([["甲", value]], dress)
        assert texts(table) == [["甲", expected]] and not doubts(table)


@pytest.mark.parametrize("code", ["# ?/?", "0.00E+00", "[DBNum1][$-804]General", "[>30]0;[<9]0", "0-0", "*90"])
def test_a_number_in_a_format_that_is_not_known_is_doubted(code: str) -> None:
    text, doubt = format_number(12, code)
    assert text == "12" and "not known" in doubt


@pytest.mark.parametrize("code", [";;;", "0;-0;;@", "#"])
def test_a_number_that_its_format_hides_is_blank_and_doubted(code: str) -> None:
    def dress(sheet: Any) -> None:
        sheet["B1"].number_format = code

    (table,) = sheet_of([["甲", 0, 1]], dress)
    assert texts(table) == [["甲", "", "1"]]
    assert doubts(table) == {"": "a figure is stored in the cell that its format does not show"}


def test_zeros_that_the_whole_sheet_hides_are_blank_and_doubted() -> None:
    def dress(sheet: Any) -> None:
        sheet.sheet_view.showZeros = False

    (table,) = sheet_of([["甲", 0, 5]], dress)
    assert texts(table) == [["甲", "", "5"]] and set(doubts(table)) == {""}


@given(st.one_of(st.integers(-(10**15), 10**15), st.floats(-1e15, 1e15)))
def test_numbers_without_a_format_keep_fifteen_digits_and_are_doubted_beyond_eleven_signs(value: float) -> None:
    text, doubt = format_number(value, "General")
    assert abs(float(text) - value) <= abs(value) * 1e-14
    assert bool(doubt) == (len(text.removeprefix("-")) > 11)


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_decimals_are_rounded_as_they_are_shown(value: float, places: int) -> None:
    text = format_number(value, "#,##0" + (f".{'0' * places}" if places else ""))[0].replace(",", "")
    assert abs(float(text) - value) <= 0.5000001 * 10**-places
    assert len(text.partition(".")[2]) == places


def test_values_that_are_no_numbers() -> None:
    day = datetime(2024, 1, 31)

    def dress(sheet: Any) -> None:
        sheet["B1"].number_format, sheet["C1"].number_format = 'yyyy"年"m"月"d"日"', 'yyyy"年"m"月"'

    row = ["#REF!", day, day, date(2024, 1, 31), datetime(2024, 1, 31, 9, 30), time(9, 30), True, "甲\n乙", "00123"]
    (table,) = sheet_of([row], dress)
    assert texts(table) == [
        ["#REF!", "2024年1月31日", "2024年1月", "2024-01-31", "2024-01-31 09:30:00", "09:30:00", "TRUE", *row[7:]]
    ]


def test_what_is_struck_out_is_left_out_and_raised_figures_stay_raised() -> None:
    def dress(sheet: Any) -> None:
        sheet["B1"].font, sheet["C1"].font = Font(strike=True), Font(vertAlign="superscript")
        sheet["D1"] = CellRichText("1", TextBlock(InlineFont(vertAlign="superscript"), "2"))
        sheet["E1"] = CellRichText("7", TextBlock(InlineFont(strike=True), "8"), "件")

    (table,) = sheet_of([["甲", 5, "6"]], dress)
    assert texts(table) == [["甲", "", "⁶", "1²", "7件"]]
    assert set(doubts(table).values()) == {"characters in the cell are struck out"}
    assert set(doubts(table)) == {"", "7件"}


def stored(cells: str) -> bytes:
    """A spreadsheet with these elements as its only row, as a program stores them."""

    def change(name: str, text: str) -> str:
        if name != "xl/worksheets/sheet1.xml":
            return text
        return text.replace("</sheetData>", f'<row r="1">{cells}</row></sheetData>')

    return changed(saved(Workbook()), change)


def test_formulas_give_their_stored_result_and_doubt_where_there_is_none() -> None:
    cells = (
        '<c r="A1" t="str"><f>"甲"</f><v>甲</v></c><c r="B1"><f>1+1</f><v>2</v></c><c r="C1"><f>1+2</f></c>'
        '<c r="D1" t="str"><f>IF(1,"")</f><v></v></c><c r="E1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="F1"><v>6</v></c><c r="G1"><f>NOW()</f></c>'
    )
    kept = changed(stored(cells), lambda name, text: text.replace('fullCalcOnLoad="1"', ""))
    (table,) = read_xlsx(kept)
    assert texts(table) == [["甲", "2", "3", "", "#DIV/0!", "6", ""]]
    lacking = "a formula without a stored result stands in the cell"
    assert [(c.column, c.doubt) for c in table.cells if c.doubt] == [  # type: ignore[union-attr]
        (2, lacking),
        (6, lacking),
    ]


def test_results_of_a_file_that_is_calculated_on_opening_are_calculated_or_doubted() -> None:
    cells = (
        '<c r="A1"><v>40</v></c><c r="B1"><f>A1+13</f><v>88</v></c><c r="C1"><f>SUM(A1:B1,$A$1)-2*(3)</f></c>'
        '<c r="D1"><f>IF(A1,5,6)</f><v>5</v></c><c r="E1"><f>E1+1</f><v>5</v></c><c r="F1"><f>A1</f><v>40</v></c>'
    )
    (table,) = read_xlsx(stored(cells))
    assert texts(table) == [["40", "53", "127", "5", "5", "40"]]
    old = "the result of a formula in the cell may be out of date as it is stored"
    assert [(c.column, c.doubt) for c in table.cells if c.doubt] == [(3, old), (4, old)]  # type: ignore[union-attr]


def test_the_headings_of_sections_stand_between_the_tables_of_one_sheet() -> None:
    rows = [
        ["一、甲"],
        ["项目", "数量"],
        ["规章", 0],
        ["二、乙"],
        ["项目", "件数"],
        ["文件"],
        ["其他", 2],
        ["三、丙"],
        [LONG],
    ]
    first, table, second, other, third, text = sheet_of(rows)
    assert (first, second, third, text) == ("一、甲", "二、乙", "三、丙", LONG)
    assert texts(table)[1] == ["规章", "0"] and texts(other)[1:] == [["文件", ""], ["其他", "2"]]


def test_a_row_whose_figures_are_blank_is_no_heading() -> None:
    side = Side("thin")

    def ruled(sheet: Any) -> None:
        for target in (sheet["A3"], sheet["B3"]):
            target.border = Border(side, side, side, side)

    def merged(sheet: Any) -> None:
        for row in (2, 3):
            sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)

    below = [["项目", None, "件数"], ["其他", None, 2]]
    (table,) = sheet_of([["甲", "数量"], ["规章", 0], ["文件"], *below], ruled)
    assert len(texts(table)) == 5
    (table,) = sheet_of([["甲", None, "数量"], ["规章", None, 0], ["文件"], *below], merged)
    assert spans(table)["文件"] == (2, 0, 1, 2)


@pytest.mark.parametrize("sheets", [1, 99])
def test_a_report_in_sheets_says_what_it_says_in_text(formats: tuple[Format, ...], sheets: int) -> None:
    data = Path(__file__).with_name("plain_report.txt").read_bytes()
    book = Workbook()
    sheet, row = book.active, 1
    for block in read_plain(data):
        if isinstance(block, str):
            for column, text in enumerate(block.split("\t"), 1):
                sheet.cell(row, column, int(text) if text.isdigit() else text or None)
            row += 1
            continue
        for c in block.cells:
            sheet.cell(row + c.row, c.column + 1, int(c.text) if c.text.isdigit() else c.text or None)
            place = {"start_row": row + c.row, "start_column": c.column + 1}
            end = {"end_row": row + c.row + c.row_span - 1, "end_column": c.column + c.column_span}
            if c.row_span * c.column_span > 1:
                sheet.merge_cells(**place, **end)
        row += block.rows
        if len(book.worksheets) < sheets:
            sheet, row = book.create_sheet(), 1

    def report(blocks: tuple[Block, ...]) -> Any:
        document = interpret(ReadDocument(b"", (flow_page(blocks, "plain"),)), ReadWith(formats, "never"))[0]
        assert document.status is Status.OK and document.report is not None
        return {f.key: f.value for f in document.report.facts}, [s.number for s in document.report.sections]

    assert report(read_xlsx(saved(book))) == report(read_plain(data))


def refused(data: bytes) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read_xlsx(data)
    assert len(caught.value.message) > 40
    return caught.value


def test_a_spreadsheet_that_cannot_be_read_says_why() -> None:
    whole = saved(Workbook())
    assert refused(whole[: len(whole) // 2]).status == "corrupt"
    assert refused(b"").status == "corrupt"
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("mimetype", "text")
    assert refused(target.getvalue()).status == "unsupported"
    broken = changed(whole, lambda name, text: text[:50] if name == "xl/styles.xml" else text)
    assert refused(broken).status == "corrupt"
    strange = changed(whole, lambda name, text: text.replace("visible", "unheard"))
    assert refused(strange).status == "corrupt"


@pytest.mark.parametrize(
    "bomb",
    [
        '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        '<hyperlinks><hyperlink ref="A1:XFD1048576"/></hyperlinks>',
    ],
)
def test_ranges_larger_than_any_report_are_refused_before_they_are_spread_out(bomb: str) -> None:
    data = changed(saved(Workbook()), lambda name, text: text.replace("<pageMargins", f"{bomb}<pageMargins"))
    assert refused(data).status == "unsupported"


def test_cells_that_lie_too_far_apart_make_no_table() -> None:
    book = Workbook()
    book.active["A1"], book.active["B1"], book.active["XFD1048576"] = "甲", 1, 2
    assert refused(saved(book)).status == "unsupported"


def test_a_spreadsheet_that_would_unpack_to_too_much_is_refused_before_it_is_unpacked() -> None:
    data = saved(Workbook())
    at = data.index(b"PK\x01\x02")
    assert refused(data[: at + 24] + struct.pack("<I", 200_000_001) + data[at + 28 :]).status == "unsupported"


SMALL = saved(written((2, 2, {"0/0": (0, 0, 2, 1), "0/1": (0, 1, 1, 1), "1/1": (1, 1, 1, 1)})))


def outcome(data: bytes) -> None:
    try:
        flow_page(read_xlsx(data), "xlsx")
    except DocumentError as error:
        assert error.status in ("corrupt", "unsupported", "encrypted") and error.message


@settings(max_examples=40)
@given(st.floats(0, 1, exclude_max=True))
def test_a_download_that_broke_off_is_a_document_error(part: float) -> None:
    outcome(SMALL[: int(part * len(SMALL))])


@settings(max_examples=80)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=30))
def test_flipped_bytes_never_raise_anything_else(flips: list[tuple[float, int]]) -> None:
    data = bytearray(SMALL)
    for place, mask in flips:
        data[int(place * len(data))] ^= mask
    outcome(bytes(data))


@given(st.binary(max_size=200))
def test_any_bytes_behind_the_mark_of_a_package_are_a_document_error(tail: bytes) -> None:
    outcome(b"PK\x03\x04" + tail)


@settings(max_examples=60)
@given(
    st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"]),
    st.floats(0, 1, exclude_max=True),
    st.sampled_from(["", "<x/>", '"', "-1", "A1:B9", "9" * 30, "<c><f>1</f></c>"]),
)
def test_parts_that_were_changed_by_another_hand_never_raise_anything_else(
    part: str, place: float, inserted: str
) -> None:
    def change(name: str, text: str) -> str:
        at = int(place * len(text))
        return text[:at] + inserted + text[at + 2 :] if name == part else text

    outcome(changed(SMALL, change))
