"""The tables of what people decided: their lines, what had been read where one stands, reports as they were read.

They hold what ``corrections.csv`` says of this database and can be made of it again at any time.
"""

from decimal import Decimal

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from gkingest.model.decision import Ruling
from gkingest.model.report import CellState
from gkingest.store.tables.schema import Base, Json, entered, from_, one_of, said

STANDINGS = ("stands", "agrees", "differs", "superseded", "undone", "undo", "unplaced")


class DecisionRow(Base):
    """One line of the file of decisions."""

    __tablename__ = "decision"
    __table_args__ = (
        one_of("verdict", Ruling),
        one_of("standing", STANDINGS),
        Index(None, "sha256"),
        entered(
            "What people decided, a row for each line of corrections.csv", "人工判定，corrections.csv 每行一条"
        ),
    )

    id: Mapped[str] = mapped_column(
        primary_key=True, **said("Made of all that the line says", "由该行全部内容构成的编号")
    )
    sha256: Mapped[str] = mapped_column(**said("SHA-256 of the bytes it is about", "所涉文件字节的 SHA-256"))
    report: Mapped[int] = mapped_column(
        **said("Place of the report in the file, from 1", "文件中的第几份报告，从 1 起")
    )
    subject: Mapped[str] = mapped_column(
        **said(
            "Cell (table/row/column), or organ · year · region · edition · is_report · same_organ_as",
            "数位（表/行/列），或 organ（机关） · year（年度） · region（区划） · edition（版本） · "
            "is_report（是否报告） · same_organ_as（同一机关）",
        )
    )
    verdict: Mapped[str] = mapped_column(
        **said("set · confirm · undo", "判定种类：set（更正） · confirm（确认） · undo（撤销）")
    )
    value: Mapped[str] = mapped_column(
        **said("What the person says: number, state, name, year, code", "判定的内容：数字、状态、名称、年度或代码")
    )
    unit: Mapped[str] = mapped_column(
        **said("Unit of a number where it is not the one that was read", "数字的单位（与识读不同时填写）")
    )
    value_read: Mapped[str] = mapped_column(**said("What had been read", "判定时所见的识读结果"))
    printed: Mapped[str] = mapped_column(**said("Printed text", "所印原文"))
    reason: Mapped[str] = mapped_column(**said("Reason, from the short list", "理由（选自列表）"))
    words: Mapped[str] = mapped_column(**said("Reason in words", "理由说明"))
    person: Mapped[str] = mapped_column(**said("Who decided", "判定人"))
    decided_at: Mapped[str] = mapped_column(**said("When, UTC, ISO 8601", "判定时间（UTC，ISO 8601）"))
    page: Mapped[int | None] = mapped_column(**said("Page that was looked at, from 1", "所看页码，从 1 起"))
    box: Mapped[str | None] = mapped_column(
        **said("Box on it: left, top, right, bottom in points", "页面上的框：左、上、右、下（点）")
    )
    undoes: Mapped[str] = mapped_column(**said("Decision that is taken back", "所撤销的判定"))
    file: Mapped[str] = mapped_column(**said("Name of the file then", "当时的文件名"))
    organ: Mapped[str] = mapped_column(**said("Organ of the report then", "当时的机关名称"))
    year: Mapped[int | None] = mapped_column(**said("Year of the report then", "当时的年度"))
    standing: Mapped[str] = mapped_column(
        **said(
            "stands: it counts · agrees: says the same as the one that counts · differs: others say otherwise · "
            "superseded: by a later word of the same person · undone · undo · unplaced: the database has no such "
            "report or cell",
            "效力：stands（有效） · agrees（与有效者一致） · differs（与他人不一致） · "
            "superseded（被同一人后来的判定取代） · undone（已撤销） · undo（撤销行） · "
            "unplaced（库中没有该报告或数位）",
        )
    )


class DecidedRow(Base):
    """What was read where a decision stands in its place."""

    __tablename__ = "decided"
    __table_args__ = (
        CheckConstraint(f"state_read IN ('', {', '.join(repr(s.value) for s in CellState)})", name="state_read"),
        {
            **said(
                "What had been read of a figure or field where a decision stands in its place",
                "有判定的数位或事项原来的识读结果",
            ),
            "sqlite_with_rowid": False,
        },
    )

    report: Mapped[int] = mapped_column(
        BigInteger, from_("report.serial"), primary_key=True, **said("report.serial", "report.serial")
    )
    slot: Mapped[int] = mapped_column(
        Integer,
        primary_key=True,
        **said("slot.id; of a field a number made of its name", "slot.id；事项则为由名称构成的编号"),
    )
    subject: Mapped[str] = mapped_column(**said("Cell or field", "数位或事项"))
    state_read: Mapped[str] = mapped_column(
        **said("State that was read; empty for a field", "识读的状态；事项为空")
    )
    value_read: Mapped[Decimal | None] = mapped_column(**said("Number that was read", "识读的数字"))
    unit_read: Mapped[str] = mapped_column(**said("Unit that was read", "识读的单位"))
    text_read: Mapped[str] = mapped_column(
        **said("Printed text; of a field what was read", "所印原文；事项则为识读内容")
    )
    decision: Mapped[str] = mapped_column(**said("decision.id", "decision.id"))
    decided_by: Mapped[str] = mapped_column(**said("Who says so", "判定人"))


class AsReadRow(Base):
    """A report as it was read, before decisions."""

    __tablename__ = "as_read"
    __table_args__ = (
        said(
            "A report with decisions as it was read: what is put back before decisions are applied anew",
            "有判定的报告原来的识读结果，重新应用判定前据此还原",
        ),
    )

    report_id: Mapped[str] = mapped_column(from_("report.id"), primary_key=True, **said("report.id", "report.id"))
    digest: Mapped[str] = mapped_column(
        **said("What was applied: SHA-256 over decisions and rules", "所应用判定与规则的 SHA-256")
    )
    before: Mapped[Json] = mapped_column(
        JSON(none_as_null=True),
        **said("Columns of its row that decisions changed, as they were", "报告行中被判定改变的各列原值（JSON）"),
    )
    content: Mapped[Json] = mapped_column(
        JSON(none_as_null=True),
        **said("What else decisions changed, as it was, as JSON", "被判定改变的其余内容原值（JSON）"),
    )
