"""Rows that a page sets apart: a label overleaf of its figures, or between the lines of a heading beside it."""

from written_report import Figures, cells, printed

from gkingest.document.ladder import Understanding, understand
from gkingest.formats.spec import Format
from gkingest.model.paper import Box, Page, ReadDocument, Word

FULL = [[2, 0, 1, 0, 0, 0], [0, 3, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0], [11, 0, 0, 0, 5, 0]]
SIZE = 9.0
HEADING, LABEL, FIRST, STEP = 40.0, 120.0, 330.0, 35.0  # where heading, label and figures begin, in points
PARTIAL = "（二）部分公开"
REST = "（区分处理的，只计这一情形，不计其他情形）"


class Paper:
    """Pages without rules, to which lines are added."""

    def __init__(self) -> None:
        self.pages: list[list[Word]] = [[]]
        self.y = 60.0

    def put(self, text: str, x: float, down: float = 0.0) -> None:
        top = self.y + down
        self.pages[-1].append(Word(text, Box(x, top, x + SIZE * len(text), top + SIZE), SIZE))

    def figures(self, values: list[str], down: float = 0.0) -> None:
        for n, value in enumerate(values):
            self.put(value, FIRST + STEP * n, down)

    def turn(self) -> None:
        self.pages.append([])
        self.y = 60.0

    def read(self, formats: tuple[Format, ...]) -> Understanding:
        pages = tuple(
            Page(n, 900.0, 1200.0, tuple(words), (), text="\n".join(w.text for w in words))
            for n, words in enumerate(self.pages, 1)
        )
        return understand(ReadDocument(b"", pages), formats, 2023, titled=True)


def laid(form: Format, figures: Figures, partial: str) -> Paper:
    """The table of requests with 部分公开 set as ``partial`` says: overleaf, between, or strange."""
    paper = Paper()
    (rows,) = (rows for title, rows in cells(form, figures) if title.startswith("三"))
    paper.put("三、收到和处理政府信息公开申请情况", HEADING)
    for row in rows:
        paper.y += 40
        label, values = [c for c in row if not c.isdigit()], [c for c in row if c.isdigit()]
        if not values:
            for n, text in enumerate(label):
                paper.put(text, FIRST + 60 * n if len(label) > 1 else FIRST)
            continue
        if PARTIAL not in label[-1]:
            paper.put("".join(label[-1:]), LABEL)
            paper.figures(values)
        elif partial == "between":  # lines of the heading and of the label take turns
            for n, text in enumerate((PARTIAL, "（区分处理的，", "只计这一情形，", "不计其他情形）")):
                paper.put(text, LABEL, 12 * n)
            for n, text in enumerate(("三、本年", "度办理结", "果")):
                paper.put(text, HEADING, 12 * n + 6)
            paper.figures(values, 18)
        else:
            paper.put("度办理结" if partial == "overleaf" else "（二）转办", HEADING)
            paper.figures(values)
            paper.turn()
            paper.put("果", HEADING)
            paper.put(PARTIAL + REST, LABEL, 12)
    return paper


def requests(found: Understanding) -> Figures:
    return {f.key: f.raw for f in found.facts.values() if f.key.table == "requests"}


def own(figures: Figures) -> Figures:
    return {k: v for k, v in figures.items() if k.table == "requests"}


def test_a_label_overleaf_of_its_figures_is_theirs(gk2021: Format, formats: tuple[Format, ...]) -> None:
    figures = printed(gk2021, FULL)
    assert requests(laid(gk2021, figures, "overleaf").read(formats)) == own(figures)


def test_figures_with_a_label_of_their_own_take_none_from_overleaf(
    gk2021: Format, formats: tuple[Format, ...]
) -> None:
    figures = printed(gk2021, FULL)
    found = requests(laid(gk2021, figures, "strange").read(formats))
    assert not any(found[k] for k in own(figures) if k.row == "partial")


def test_a_label_goes_on_below_beside_the_lines_of_a_heading(gk2021: Format, formats: tuple[Format, ...]) -> None:
    figures = printed(gk2021, FULL)
    assert requests(laid(gk2021, figures, "between").read(formats)) == own(figures)
