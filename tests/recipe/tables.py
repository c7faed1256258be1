"""The three tables as grids of cells, with the variations the data file asks for."""

from __future__ import annotations

from collections.abc import Callable

from figures import Figures
from form import APPLICANTS, CORNER, OUTCOMES, PROACTIVE, PROCEEDINGS, WHOLE, Clause, groups
from paper import Cell, Paragraph, Table

Words = Callable[[str, str], str]
CHINESE = "一二三四五六七八九"
REQUEST_WIDTHS = (0.44, 0.85, 2.2, 0.75, 0.75, 0.75, 0.8, 0.8, 0.7, 0.75)
ITEM_STYLES = {
    "dot": "{n}.{w}",
    "space": "{n}. {w}",
    "comma": "{n}、{w}",
    "paren": "（{n}）{w}",
    "none": "{w}",
}


class Printer:
    """Builds the blocks of one report's three tables."""

    def __init__(self, figures: Figures, setting: dict) -> None:
        self.figures = figures
        self.setting = setting
        self.overrides: dict[str, str] = setting.get("labels", {})
        self.swaps: list[list[str]] = setting.get("swaps", [])

    def words(self, key: str, default: str) -> str:
        """Return a label as this document prints it."""
        text = str(self.overrides.get(key, default))
        for old, new in self.swaps:
            text = text.replace(old, new)
        return text

    # proactive ---------------------------------------------------------------------------------
    def proactive(self) -> list[Paragraph | Table]:
        """Return table two as one table, as several, or as several under captions."""
        absent = set(self.setting.get("absent", []))
        clauses = [c for c in PROACTIVE[self.figures.form] if not set(c.rows) <= absent]
        mode = self.setting.get("proactive", "one")
        if mode == "one":
            width = max(len(c.columns) for c in clauses)
            slices = [self._clause(c, width, caption=True) for c in clauses]
            rows = tuple(r for s in slices for r in s)
            return [Table("proactive", rows, self._proactive_widths(width))]
        out: list[Paragraph | Table] = []
        for clause in clauses:
            if mode == "captions":
                out.append(Paragraph(self._caption(clause), "caption"))
            rows = self._clause(clause, len(clause.columns), caption=mode == "split")
            out.append(Table("proactive", tuple(rows), self._proactive_widths(len(clause.columns))))
        return out

    def _proactive_widths(self, columns: int) -> tuple[float, ...]:
        return (1.6, *([3.4 / columns] * columns))

    def _caption(self, clause: Clause) -> str:
        return self.words(f"caption.{clause.number}", f"第二十条第（{clause.number}）项")

    def _clause(self, clause: Clause, width: int, *, caption: bool) -> list[tuple[Cell, ...]]:
        spans = _share(width, len(clause.columns))
        rows = []
        if caption:
            rows.append((Cell(self._caption(clause), cols=width + 1, role="caption"),))
        heads = [
            Cell(self.words(f"proactive.{k}", t), cols=s, role="head")
            for (k, t), s in zip(clause.columns.items(), spans, strict=True)
        ]
        rows.append((Cell(self.words("proactive.content", "信息内容"), role="head"), *heads))
        for row, label in clause.rows.items():
            if row in self.setting.get("absent", []):
                continue
            values = [
                Cell(self.figures.text(f"proactive/{row}/{c}"), cols=s)
                for c, s in zip(clause.columns, spans, strict=True)
            ]
            rows.append((Cell(self.words(f"proactive/{row}", label), role="label"), *values))
        return rows

    # requests ----------------------------------------------------------------------------------
    def requests(self) -> Table:
        """Return table three."""
        body = self._request_body()
        head = self._request_head()
        if self.setting.get("spacer_row"):
            head.append([Cell("", cols=10, role="spacer")])
        rows = [*head, *body]
        widths = list(self.setting.get("request_widths", REQUEST_WIDTHS))
        if self.setting.get("spacer_column"):
            rows = [_with_spacer(row, in_head=i < len(head)) for i, row in enumerate(rows)]
            widths.insert(9, 0.12)
        return Table("requests", tuple(tuple(r) for r in rows), tuple(widths), head_rows=len(head))

    def _request_head(self) -> list[list[Cell]]:
        def name(key: str) -> str:
            return self.words(f"requests.{key}", APPLICANTS[key])

        corner = Cell(self.words("requests.corner", CORNER), rows=3, cols=3, role="corner")
        applicants = Cell(self.words("requests.applicants", "申请人情况"), cols=7, role="head")
        legal = Cell(self.words("requests.legal", "法人或其他组织"), cols=5, role="head")
        second = [
            Cell(name("natural_person"), rows=2, role="head"),
            legal,
            Cell(name("total"), rows=2, role="head"),
        ]
        third = [Cell(name(k), role="head") for k in list(APPLICANTS)[1:6]]
        return [[corner, applicants], second, third]

    def _request_body(self) -> list[list[Cell]]:
        form = self.figures.form
        rows = [self._whole("一、", "new_received", 3), self._whole("二、", "carried_in", 3)]
        inner = [self._whole("（一）", "granted", 2), self._whole("（二）", "partial", 2)]
        number = 2
        for parent, items in groups(form).items():
            number += 1
            inner += self._group(f"（{CHINESE[number - 1]}）", parent, items)
        if form == "2019":
            inner.append(self._whole("（六）", "other", 2))
        inner.append(self._whole("（七）", "decided_total", 2))
        text = self.words("requests/stub", "三、" + WHOLE["stub"])
        inner[0].insert(0, Cell(text, rows=len(inner), role="stub"))
        return [*rows, *inner, self._whole("四、", "carried_out", 3)]

    def _whole(self, number: str, key: str, cols: int) -> list[Cell]:
        label = Cell(self.words(f"requests/{key}", number + WHOLE[key]), cols=cols, role="label")
        return [label, *self._values(key)]

    def _group(self, number: str, parent: str, items: dict[str, str]) -> list[list[Cell]]:
        style = ITEM_STYLES[self.setting.get("items", "dot")]
        rows = []
        for n, (key, text) in enumerate(items.items(), 1):
            label = self.words(f"requests/{key}", style.format(n=n, w=text))
            rows.append([Cell(label, role="label"), *self._values(key)])
        text = self.words(f"requests/{parent}", number + WHOLE[parent])
        rows[0].insert(0, Cell(text, rows=len(items), role="group"))
        return rows

    def _values(self, key: str) -> list[Cell]:
        return [Cell(self.figures.text(f"requests/{key}/{c}")) for c in APPLICANTS]

    # disputes ----------------------------------------------------------------------------------
    def disputes(self) -> Table:
        """Return table four, one row of fifteen figures under a header of three levels."""

        def outcomes(proceeding: str, rows: int) -> list[Cell]:
            return [
                Cell(
                    self.words(f"disputes.{proceeding}.{k}", self.words(f"disputes.{k}", t)),
                    rows=rows,
                    role="head",
                )
                for k, t in OUTCOMES.items()
            ]

        direct, after = list(PROCEEDINGS)[1:]
        first = [
            Cell(self.words("disputes.review", "行政复议"), cols=5, role="head"),
            Cell(self.words("disputes.litigation", "行政诉讼"), cols=10, role="head"),
        ]
        second = [
            *outcomes("review", 2),
            *(Cell(self.words(f"disputes.{p}", PROCEEDINGS[p]), cols=5, role="head") for p in (direct, after)),
        ]
        third = [*outcomes(direct, 1), *outcomes(after, 1)]
        values = [Cell(self.figures.text(f"disputes/{p}/{c}")) for p in PROCEEDINGS for c in OUTCOMES]
        rows = tuple(tuple(r) for r in (first, second, third, values))
        return Table("disputes", rows, (1.0,) * 15, head_rows=3)


def _share(width: int, parts: int) -> list[int]:
    """Split `width` columns among `parts` cells, the first ones wider."""
    return [width // parts + (1 if i < width % parts else 0) for i in range(parts)]


def _with_spacer(row: list[Cell], *, in_head: bool) -> list[Cell]:
    """Put an empty cell before the last column; header cells of the first row grow instead."""
    last = row[-1]
    if last.cols > 1:
        return [*row[:-1], Cell(last.text, last.rows, last.cols + 1, last.role)]
    if in_head and last.rows == 1:
        return row
    return [*row[:-1], Cell("", rows=last.rows, role="spacer"), last]
