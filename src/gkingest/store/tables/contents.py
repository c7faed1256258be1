"""Tables of what a source holds beside figures and findings: sections, statements, copies, pairs, grids."""

from decimal import Decimal

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Index,
    Integer,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from gkingest.store.tables.schema import Base, from_, said


class SectionRow(Base):
    """Narrative text."""

    __tablename__ = "section"
    __table_args__ = (
        UniqueConstraint("sha256", "ordinal"),
        said("Narrative text under one printed heading", "一个标题下的正文"),
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
        **said("Number of the section, made of sha256 and ordinal", "由 sha256 与序号构成的编号"),
    )
    sha256: Mapped[str] = mapped_column(from_("source.sha256"), **said("Source it stands in", "所在文件"))
    ordinal: Mapped[int] = mapped_column(**said("Place in the source, from 1", "序号，从 1 起"))
    number: Mapped[int] = mapped_column(
        **said("Section of the form, 1 to 6; 0 for what stands before the first", "第几部分，1 至 6；之前的为 0")
    )
    heading: Mapped[str] = mapped_column(**said("Heading as printed", "标题（照印）"))
    text: Mapped[str] = mapped_column(**said("Text, a printed line a line", "正文，按所印分行"))
    page: Mapped[int] = mapped_column(**said("Page on which it begins", "起始页"))
    words: Mapped[str | None] = mapped_column(
        **said(
            "The text word by word, spaces between, for the full-text index; NULL until the run has ended",
            "分词后的正文，供全文检索；运行结束前为 NULL",
        )
    )


class StatementRow(Base):
    """A figure of the narrative."""

    __tablename__ = "statement"
    __table_args__ = (
        CheckConstraint("agrees IN (0, 1)", name="agrees"),
        said("A figure that the narrative states in words", "正文中以文字陈述的数字"),
    )

    report_id: Mapped[str] = mapped_column(
        from_("report.id"), primary_key=True, **said("Report it stands in", "所在报告")
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True, **said("Place in the report, from 1", "序号，从 1 起"))
    key: Mapped[str] = mapped_column(
        **said("What it counts; unclear where that is not certain", "所述事项的键；不能确定为 unclear")
    )
    label: Mapped[str] = mapped_column(**said("What it counts, in the form's words", "所述事项"))
    value: Mapped[Decimal] = mapped_column(**said("How much", "数值"))
    sentence: Mapped[str] = mapped_column(**said("Sentence it stands in", "所在句子"))
    page: Mapped[int] = mapped_column(**said("Page, from 1", "页码，从 1 起"))
    agrees: Mapped[int | None] = mapped_column(
        **said(
            "1 if the tables have the same figure, 0 if they contradict it, NULL if they do not say",
            "与表格一致为 1，不一致为 0，表格未填为 NULL",
        )
    )


class CopyRow(Base):
    """Two reports of one organ and year."""

    __tablename__ = "report_copy"
    __table_args__ = (
        said(
            "Two reports of one organ for one year, compared cell by cell: the current one and another",
            "同一机关同一年度的两份报告，逐格比较：现行的一份与另一份",
        ),
    )

    report_id: Mapped[str] = mapped_column(
        from_("report.id"), primary_key=True, **said("The report that is not the current one", "非现行的报告")
    )
    current_id: Mapped[str] = mapped_column(
        from_("report.id"), **said("The current report of that organ and year", "该机关该年度的现行报告")
    )
    reason: Mapped[str] = mapped_column(**said("Why the other is the current one", "选定现行报告的理由"))
    agreed: Mapped[int] = mapped_column(**said("Cells in which both say the same", "两份相同的单元格数"))
    differed: Mapped[int] = mapped_column(**said("Cells in which they differ", "两份不同的单元格数"))
    differences: Mapped[list[list[str]]] = mapped_column(
        JSON(none_as_null=True),
        **said(
            "JSON list of [table, row, column, text here, text in the current one]",
            "[表, 行, 列, 本份原文, 现行报告原文] 的 JSON 列表",
        ),
    )


class PairRow(Base):
    """Two reports of one organ for years that follow each other."""

    __tablename__ = "report_pair"
    __table_args__ = (
        Index(None, "later_id"),
        said(
            "The current reports of one organ for two years that follow each other, and how many of the relations "
            "that the form promises between them came out how",
            "同一机关相邻两个年度的现行报告，及两者之间各勾稽关系的核对结果（个数）",
        ),
    )

    earlier_id: Mapped[str] = mapped_column(
        from_("report.id"), primary_key=True, **said("Report of the earlier year", "前一年度的报告")
    )
    later_id: Mapped[str] = mapped_column(
        from_("report.id"), primary_key=True, **said("Report of the year after it", "后一年度的报告")
    )
    held: Mapped[int] = mapped_column(**said("Relations that hold", "成立的关系数"))
    broken: Mapped[int] = mapped_column(**said("Relations that do not (years.broken)", "不成立的关系数"))
    differing: Mapped[int] = mapped_column(
        **said("Soft relations that do not hold (years.differs)", "不成立的软性关系数（years.differs）")
    )
    not_assessable: Mapped[int] = mapped_column(
        **said("Relations that want a figure that is no number", "所需数字缺失而无法判断的关系数")
    )
    not_comparable: Mapped[int] = mapped_column(
        **said("Relations for which the two editions have no common figure", "两版口径不同而不可比的关系数")
    )


class GridRow(Base):
    """A raw table."""

    __tablename__ = "grid"
    __table_args__ = (
        said("A table as found on the pages, before it means anything", "页面上找到的原始表格，尚未解释"),
    )

    sha256: Mapped[str] = mapped_column(
        from_("source.sha256"), primary_key=True, **said("Source it stands in", "所在文件")
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True, **said("Place in the source, from 1", "序号，从 1 起"))
    page: Mapped[int] = mapped_column(**said("Page on which it begins", "起始页"))
    method: Mapped[str] = mapped_column(**said("How it was found", "识别方法"))
    row_count: Mapped[int] = mapped_column(**said("Rows", "行数"))
    column_count: Mapped[int] = mapped_column(**said("Columns", "列数"))
    content: Mapped[bytes | None] = mapped_column(
        **said(
            "JSON, compressed by zlib: box, column_edges, page_starts, loose words, and cells with text, box, ink, "
            "page, row, column, spans, confidence, doubt, each a list over all cells; boxes "
            "are four such lists, x0, top, x1, bottom, in tenths of a point. NULL if the run left grids out "
            "(--no-grids)",
            "经 zlib 压缩的 JSON：表框、列线、换页行、格外文字及各单元格（文字、框、页、行、列、跨行跨列、置信度、"
            "疑点，各为全部单元格的列表）；框为 x0、top、x1、bottom 四个列表，单位为 0.1 点。"
            "运行时省略（--no-grids）则为 NULL",
        ),
    )
