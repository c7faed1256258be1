"""However a text writes its cells, in quotes, brackets, lists or between signs, figures find their places."""

import json
from collections.abc import Callable

import pytest
from written_report import STYLES, Rows, Style, cells, printed, put_down, read, silent, written, wrong

from gkingest.formats.spec import Format
from gkingest.interpret.stream.tokens import is_figure
from gkingest.interpret.stream.written import rows_of_cells
from gkingest.model.key import FactKey

FULL = [[2, 0, 1, 0, 0, 0], [0, 3, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0], [11, 0, 0, 0, 5, 0]]
ONE = Style("", "\n", blanks=True)

WRITERS: dict[str, Callable[[Rows], list[str]]] = {
    "a list of lists": lambda rows: [json.dumps(rows, ensure_ascii=False)],
    "indented lists": lambda rows: json.dumps(rows, ensure_ascii=False, indent=1).split("\n"),
    "numbers without quotes": lambda rows: [
        json.dumps([int(c) if c.isdecimal() else c or None for c in row], ensure_ascii=False) for row in rows
    ],
    "a list a row": lambda rows: [repr(row) for row in rows],
    "quotes and commas": lambda rows: [
        ",".join(f'"{c.replace(chr(34), chr(34) * 2)}"' for c in row) for row in rows
    ],
    "brackets": lambda rows: ["".join(f"[{c}]" for c in row) for row in rows],
    "items": lambda rows: [f"- {c}" for row in rows for c in row],
    "strokes": lambda rows: [" / ".join(row) for row in rows],
    "sentences": lambda rows: ["；".join("，".join(row) for row in rows) + "。"],
}


@pytest.mark.parametrize("name", WRITERS)
def test_cells_are_found_by_what_they_stand_in(name: str, gk2021: Format, formats: tuple[Format, ...]) -> None:
    figures = printed(gk2021, FULL)
    tables = [(title, [[line] for line in WRITERS[name](rows)]) for title, rows in cells(gk2021, figures)]
    report = read(put_down(tables, ONE), formats)
    assert silent(report, figures) == set()
    if name != "sentences":  # a label of the form has a comma of its own, and the crossed heading no figures
        assert wrong(report, figures) == set() and not report.flagged()


@pytest.mark.parametrize(
    "text",
    [
        "全年新收申请53件，上年结转6件，办结56件",
        "答复申请12件；其中予以公开8件；其余不予公开。",
        "“两微一端”、政府网站、公报",
        "1、属于国家秘密",
        "一、本年新收政府信息公开申请数量",
        "1,284",
        "['见附件]",
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
    ],
)
def test_prose_labels_and_numbers_are_no_rows_of_cells(text: str) -> None:
    assert rows_of_cells(text, is_figure, plain=True) == []


def test_a_sign_between_figures_parts_them_where_it_is_no_dash(gk2021: Format, formats: tuple[Format, ...]) -> None:
    """Seven strokes behind a label are seven dashes, and lines that are a stroke each no list of blank items."""
    dashes = {FactKey("requests", "granted", c): "-" for c in ("natural_person", "research", "total")}
    figures = printed(gk2021, [[0] * 6]) | dashes
    for style in ("a row a line", "a cell a line"):
        report = read(written(gk2021, figures, STYLES[style]), formats)
        assert wrong(report, figures) == set()
    (row,) = rows_of_cells("规章、0、12、3", is_figure, plain=True)
    assert ["规章、0、12、3"[a:b] for a, b in row] == ["规章", "0", "12", "3"]
    assert rows_of_cells("规章 / / / /", is_figure, plain=True) == []
