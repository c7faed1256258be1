"""The figures: as they are kept, in numbers, and as the view ``fact`` tells them, in words.

A report has 200 figures, whose keys, labels and methods are the same few words in all reports. They are kept once
each, and a figure has their numbers: 45 bytes where the words took 260 (measured on the shipped reports).
"""

import hashlib
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, Integer, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from gkingest.model.report import CellState
from gkingest.store.tables.schema import TYPES, Base, from_, said
from gkingest.store.tables.types import PrintedText

# The number of a state in the database, for good: the order of the states in the code may change, these may not.
STATE_NUMBERS = {
    CellState.REPORTED: 0,
    CellState.BLANK: 1,
    CellState.DASH: 2,
    CellState.ABSENT: 3,
    CellState.UNREADABLE: 4,
}
TENTHS = 10.0  # of a point: how boxes are kept; a tenth is 0.035 mm


def slot_number(table_key: str, row_key: str, column_key: str) -> int:
    """The number of a slot of the form: made of its keys, so that it is the same in every database.

    31 bits: of the 800 slots of the shipped forms no two share one, and a database refuses a second.
    """
    return int(hashlib.sha256("/".join((table_key, row_key, column_key)).encode()).hexdigest()[:8], 16) >> 1


class SlotRow(Base):
    """One slot of a form."""

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("table_key", "row_key", "column_key"),
        said("Slots of the forms, with the number that figures have for them", "表格各数位及其编号"),
    )

    id: Mapped[int] = mapped_column(
        Integer, primary_key=True, autoincrement=False, **said("Number, made of the keys", "由键构成的编号")
    )
    table_key: Mapped[str] = mapped_column(Text, **said("Key of the table", "表的键"))
    row_key: Mapped[str] = mapped_column(Text, **said("Key of the row", "行的键"))
    column_key: Mapped[str] = mapped_column(Text, **said("Key of the column", "列的键"))


class WordRow(Base):
    """A text that many figures share."""

    __tablename__ = "word"
    __table_args__ = (
        UniqueConstraint("text"),
        said(
            "Labels, units and methods, each once, with the number that figures have for it",
            "各数据共用的名称、单位与方法，每个一次，附编号",
        ),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, **said("Number", "编号"))
    text: Mapped[str] = mapped_column(PrintedText(), **said("The text", "文字"))


class FigureRow(Base):
    """One slot of the form as a report fills it, in numbers."""

    __tablename__ = "figure"
    __table_args__ = (
        CheckConstraint(f"state BETWEEN 0 AND {max(STATE_NUMBERS.values())}", name="state"),
        CheckConstraint(f"(state = {STATE_NUMBERS[CellState.REPORTED]}) = (value IS NOT NULL)", name="value"),
        CheckConstraint("form_value IS NULL OR value IS NOT NULL", name="form_value"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
        CheckConstraint("flagged IN (0, 1)", name="flagged"),
        {
            **said("What view fact tells, kept in numbers", "视图 fact 的存储形式（编号）"),
            "sqlite_with_rowid": False,
        },
    )

    # Only the report is a foreign key: words and slots are never deleted, and to look five of them up for each
    # of 200 figures took longer than to write the figures.
    report: Mapped[int] = mapped_column(
        BigInteger, from_("report.serial"), primary_key=True, **said("report.serial", "report.serial")
    )
    slot: Mapped[int] = mapped_column(Integer, primary_key=True, **said("slot.id", "slot.id"))
    state: Mapped[int] = mapped_column(
        SmallInteger,
        **said(
            "State: " + " · ".join(f"{n} {word}" for word, n in STATE_NUMBERS.items()),
            "状态：" + " · ".join(f"{n} {word}" for word, n in STATE_NUMBERS.items()),
        ),
    )
    value: Mapped[Decimal | None] = mapped_column(**said("Printed number", "所印数字"))
    form_value: Mapped[Decimal | None] = mapped_column(
        **said("Amount in the unit that the form prescribes", "以表格规定单位计的数额")
    )
    raw_text: Mapped[str] = mapped_column(**said("Printed text of the cell", "单元格所印原文"))
    page: Mapped[int | None] = mapped_column(**said("Page, from 1", "页码，从 1 起"))
    x0: Mapped[int | None] = mapped_column(**said("Left edge in tenths of a point", "左边缘（0.1 点）"))
    top: Mapped[int | None] = mapped_column(**said("Upper edge in tenths of a point", "上边缘（0.1 点）"))
    x1: Mapped[int | None] = mapped_column(**said("Right edge in tenths of a point", "右边缘（0.1 点）"))
    bottom: Mapped[int | None] = mapped_column(**said("Lower edge in tenths of a point", "下边缘（0.1 点）"))
    unit: Mapped[int] = mapped_column(Integer, **said("word.id of the unit", "单位的 word.id"))
    method: Mapped[int] = mapped_column(Integer, **said("word.id of the method", "方法的 word.id"))
    row_label: Mapped[int] = mapped_column(Integer, **said("word.id of the row's label", "行名称的 word.id"))
    column_label: Mapped[int] = mapped_column(Integer, **said("word.id of the column's label", "列名称的 word.id"))
    confidence: Mapped[float] = mapped_column(**said("Confidence, 0 to 1", "置信度，0 至 1"))
    flagged: Mapped[int] = mapped_column(SmallInteger, **said("1 if flagged", "被标记则为 1"))


class Shown(DeclarativeBase):
    """Views that are asked as tables are."""

    type_annotation_map = TYPES


class FactRow(Shown):
    """One slot of the form as a report fills it, in words: the view ``fact``."""

    __tablename__ = "fact"
    __table_args__ = (said("One slot of the form as a report fills it", "一份报告对表格中一个数位的填报"),)

    report_id: Mapped[str] = mapped_column(primary_key=True, **said("Report it stands in", "所在报告"))
    table_key: Mapped[str] = mapped_column(primary_key=True, **said("Key of the table", "表的键"))
    row_key: Mapped[str] = mapped_column(primary_key=True, **said("Key of the row", "行的键"))
    column_key: Mapped[str] = mapped_column(primary_key=True, **said("Key of the column", "列的键"))
    state: Mapped[str] = mapped_column(
        **said(f"What the cell says: {' · '.join(CellState)}", f"单元格的状态：{' · '.join(CellState)}"),
    )
    value: Mapped[Decimal | None] = mapped_column(
        **said(
            "Printed number, in the printed unit, or what a person decided (see value_read); NULL unless reported. "
            "SQLite keeps a number that no float holds exactly as text with a no-break space behind it",
            "所印数字，以所印单位计，有人工判定时为判定的数字（见 value_read）；状态不是 reported 时为 NULL。"
            "浮点数不能精确表示的，"
            "SQLite 存为带尾随不换行空格的文本",
        )
    )
    unit: Mapped[str] = mapped_column(**said("Unit of value; empty for counts", "value 的单位；计数为空"))
    form_value: Mapped[Decimal | None] = mapped_column(
        **said(
            "The same amount in the unit that the form prescribes; NULL if it cannot be converted",
            "折算为表格规定单位的数额；不能折算时为 NULL",
        )
    )
    raw_text: Mapped[str] = mapped_column(**said("Printed text of the cell", "单元格所印原文"))
    page: Mapped[int | None] = mapped_column(
        **said("Page, from 1; NULL if nothing is printed", "页码，从 1 起；未印则为 NULL")
    )
    x0: Mapped[float | None] = mapped_column(
        **said(
            "Left edge in points from the left of the displayed page, to a tenth",
            "左边缘（点，自页面左侧起，精确到 0.1）",
        )
    )
    top: Mapped[float | None] = mapped_column(
        **said("Upper edge in points from the top of the displayed page", "上边缘（点，自页面顶端起）")
    )
    x1: Mapped[float | None] = mapped_column(**said("Right edge in points from the left", "右边缘（点，自左侧起）"))
    bottom: Mapped[float | None] = mapped_column(
        **said("Lower edge in points from the top", "下边缘（点，自顶端起）")
    )
    method: Mapped[str] = mapped_column(**said("How cell and labels were read", "单元格与行列名称的读取方法"))
    confidence: Mapped[float] = mapped_column(**said("Confidence, 0 to 1", "置信度，0 至 1"))
    flagged: Mapped[int] = mapped_column(
        **said(
            "1 if a warning or error touches the fact, its row, column, table or a rule it takes part in",
            "有警告或错误涉及此数、所在行、列、表或勾稽关系时为 1",
        )
    )
    row_label: Mapped[str] = mapped_column(**said("Label of the row as printed", "行名称（照印）"))
    column_label: Mapped[str] = mapped_column(**said("Label of the column as printed", "列名称（照印）"))
    value_read: Mapped[Decimal | None] = mapped_column(
        **said(
            "Number that was read; where decided_by is not NULL it may be another than value",
            "识读的数字；decided_by 不为 NULL 时可能与 value 不同",
        )
    )
    decided_by: Mapped[str | None] = mapped_column(
        **said(
            "Who decided what the cell says, by looking; NULL if nobody did",
            "人工判定该单元格者；无人判定则为 NULL",
        )
    )
    decision: Mapped[str | None] = mapped_column(
        **said(
            "The decision: decision.id, view decisions; NULL if there is none",
            "所依判定：decision.id，见视图 decisions；没有则为 NULL",
        )
    )
