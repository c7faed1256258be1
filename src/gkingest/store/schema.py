"""The tables. Every table and column carries its comment: in English, and in Chinese as ``info["zh"]``."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Double, ForeignKey, Index, MetaData, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from gkingest.model.finding import VERDICTS, Severity
from gkingest.model.report import CellState, Status, Verdict
from gkingest.store.types import ExactNumber, PrintedText

SCHEMA_VERSION = "1"  # raised with every change of a table; views may change without it


def _said(english: str, chinese: str) -> dict[str, Any]:
    """Comment of a column or table in both languages of the codebook."""
    return {"comment": english, "info": {"zh": chinese}}


def _one_of(column: str, words: Iterable[str]) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _from(target: str) -> ForeignKey:
    return ForeignKey(target, ondelete="CASCADE")


def severity_word(severity: Severity) -> str:
    """How a severity is written in the database."""
    return severity.name.lower()


class Base(DeclarativeBase):
    """Common ground of the tables."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {str: PrintedText, Decimal: ExactNumber, float: Double}  # noqa: RUF012


class MetaRow(Base):
    """What this database is."""

    __tablename__ = "meta"
    __table_args__ = (
        _said("What this database is: project, schema version, views", "本数据库的说明：软件、表结构版本、视图"),
    )

    key: Mapped[str] = mapped_column(
        primary_key=True,
        **_said("project, schema_version or views", "project（软件）、schema_version（版本）或 views（视图）"),
    )
    value: Mapped[str] = mapped_column(**_said("Its value", "取值"))


class RunRow(Base):
    """One call of the programme."""

    __tablename__ = "run"
    __table_args__ = (_said("One run of gkingest over some files", "gkingest 的一次运行"),)

    id: Mapped[int] = mapped_column(primary_key=True, **_said("Number of the run", "运行编号"))
    version: Mapped[str] = mapped_column(**_said("Version of gkingest", "gkingest 版本"))
    format_hash: Mapped[str] = mapped_column(
        **_said("SHA-256 over the format files that were used", "所用格式文件的 SHA-256")
    )
    options: Mapped[dict[str, Any]] = mapped_column(
        JSON(none_as_null=True), **_said("Options of the command, as JSON", "命令选项（JSON）")
    )
    started_at: Mapped[str] = mapped_column(**_said("Start, UTC, ISO 8601", "开始时间（UTC，ISO 8601）"))
    finished_at: Mapped[str | None] = mapped_column(
        **_said("End, UTC, ISO 8601; NULL: still running or interrupted", "结束时间（UTC）；NULL 表示未结束或中断")
    )
    counts: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True),
        **_said("Documents by status at the end, as JSON", "结束时各状态的文件数（JSON）"),
    )


class SourceRow(Base):
    """The bytes of a file."""

    __tablename__ = "source"
    __table_args__ = (
        _said("One file by its bytes, wherever it lies", "一个文件，以其字节内容为准，与存放位置无关"),
    )

    sha256: Mapped[str] = mapped_column(
        primary_key=True, **_said("SHA-256 of the bytes, hexadecimal", "文件字节的 SHA-256（十六进制）")
    )
    media_type: Mapped[str] = mapped_column(**_said("Media type by content", "按内容判断的媒体类型"))
    page_count: Mapped[int] = mapped_column(**_said("Pages; 0 if unknown", "页数；未知为 0"))


class LocationRow(Base):
    """Where a source was found."""

    __tablename__ = "location"
    __table_args__ = (
        _one_of("status", Status),
        Index(None, "sha256", "path"),
        Index(None, "status"),
        _said("One path that was given, whatever became of it", "一个给定的路径，无论读取结果如何"),
    )

    path: Mapped[str] = mapped_column(
        PrintedText(ordered=True), primary_key=True, **_said("Path of the file as given", "给定的文件路径")
    )
    sha256: Mapped[str | None] = mapped_column(
        _from("source.sha256"),
        **_said("The bytes found there; NULL if they could not be read", "该处文件的字节；无法读取时为 NULL"),
    )
    status: Mapped[str] = mapped_column(
        **_said(f"What became of the file: {' · '.join(Status)}", f"文件的处理结果：{' · '.join(Status)}")
    )
    kind: Mapped[str] = mapped_column(
        **_said("report, or what else the document is; empty if unknown", "report（年度报告）或别种文件；未知为空")
    )
    message: Mapped[str] = mapped_column(
        **_said("Why it is not ok and what to do; empty if it is", "状态不是 ok 的原因与建议；ok 时为空")
    )
    run_id: Mapped[int | None] = mapped_column(
        ForeignKey("run.id", ondelete="SET NULL"),
        **_said("Run that last read this path", "最近一次读取它的运行"),
    )
    url: Mapped[str | None] = mapped_column(**_said("Address it was fetched from", "下载网址"))
    title: Mapped[str | None] = mapped_column(**_said("Title on the web page that links to it", "链接网页上的标题"))
    published_at: Mapped[str | None] = mapped_column(
        **_said("Date of publication that the web page states, ISO 8601", "网页所示发布日期（ISO 8601）")
    )
    fetched_at: Mapped[str | None] = mapped_column(
        **_said("When it was fetched, UTC, ISO 8601", "下载时间（UTC，ISO 8601）")
    )
    http_status: Mapped[int | None] = mapped_column(**_said("HTTP status of the answer", "HTTP 状态码"))


class ReportRow(Base):
    """One organ's report for one year."""

    __tablename__ = "report"
    __table_args__ = (
        _one_of("verdict", Verdict),
        UniqueConstraint("sha256", "ordinal"),
        Index(None, "organ", "year"),
        Index(None, "year", "region_code"),
        _said("One organ's report for one year", "一个机关一个年度的报告"),
    )

    id: Mapped[str] = mapped_column(
        primary_key=True,
        **_said("SHA-256 of the source, a hyphen and the ordinal", "文件 SHA-256、连字符与序号"),
    )
    sha256: Mapped[str] = mapped_column(_from("source.sha256"), **_said("Source it stands in", "所在文件"))
    ordinal: Mapped[int] = mapped_column(
        **_said("1 for the first report of a source, 2 for a second", "文件中的第几份报告，从 1 起")
    )
    organ: Mapped[str] = mapped_column(
        **_said("Name of the organ as printed; empty if none was found", "机关名称（照印）；未找到为空")
    )
    region_code: Mapped[str | None] = mapped_column(
        **_said("Code of the administrative division, GB/T 2260; NULL if unknown", "行政区划代码；未知为 NULL")
    )
    region_name: Mapped[str | None] = mapped_column(
        **_said("Name of the administrative division; NULL if unknown", "行政区划名称；未知为 NULL")
    )
    year: Mapped[int | None] = mapped_column(
        **_said("Year that the figures are about, not that of publication", "数据所属年度，而非发布年度")
    )
    format: Mapped[str] = mapped_column(
        **_said("Edition of the form, by the tables that are printed", "表格版本，按所印表格判断")
    )
    title: Mapped[str] = mapped_column(**_said("Title as printed", "标题（照印）"))
    verdict: Mapped[str] = mapped_column(
        **_said(f"How far it can be relied on: {' · '.join(Verdict)}", f"可靠程度：{' · '.join(Verdict)}")
    )


class FactRow(Base):
    """One slot of the form as a report fills it."""

    __tablename__ = "fact"
    __table_args__ = (
        _one_of("state", CellState),
        CheckConstraint(f"(state = '{CellState.REPORTED}') = (value IS NOT NULL)", name="value"),
        CheckConstraint("form_value IS NULL OR value IS NOT NULL", name="form_value"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
        CheckConstraint("flagged IN (0, 1)", name="flagged"),
        {
            **_said("One slot of the form as a report fills it", "一份报告对表格中一个数位的填报"),
            "sqlite_with_rowid": False,
        },
    )

    report_id: Mapped[str] = mapped_column(
        _from("report.id"), primary_key=True, **_said("Report it stands in", "所在报告")
    )
    table_key: Mapped[str] = mapped_column(primary_key=True, **_said("Key of the table", "表的键"))
    row_key: Mapped[str] = mapped_column(primary_key=True, **_said("Key of the row", "行的键"))
    column_key: Mapped[str] = mapped_column(primary_key=True, **_said("Key of the column", "列的键"))
    state: Mapped[str] = mapped_column(
        **_said(f"What the cell says: {' · '.join(CellState)}", f"单元格的状态：{' · '.join(CellState)}")
    )
    value: Mapped[Decimal | None] = mapped_column(
        **_said(
            "Printed number, in the printed unit; NULL unless reported. SQLite keeps a number that no float "
            "holds exactly as text with a no-break space behind it",
            "所印数字，以所印单位计；状态不是 reported 时为 NULL。浮点数不能精确表示的，"
            "SQLite 存为带尾随不换行空格的文本",
        )
    )
    unit: Mapped[str] = mapped_column(**_said("Unit of value; empty for counts", "value 的单位；计数为空"))
    form_value: Mapped[Decimal | None] = mapped_column(
        **_said(
            "The same amount in the unit that the form prescribes; NULL if it cannot be converted",
            "折算为表格规定单位的数额；不能折算时为 NULL",
        )
    )
    raw_text: Mapped[str] = mapped_column(**_said("Printed text of the cell", "单元格所印原文"))
    page: Mapped[int | None] = mapped_column(
        **_said("Page, from 1; NULL if nothing is printed", "页码，从 1 起；未印则为 NULL")
    )
    x0: Mapped[float | None] = mapped_column(
        **_said("Left edge in points from the left of the displayed page", "左边缘（点，自页面左侧起）")
    )
    top: Mapped[float | None] = mapped_column(
        **_said("Upper edge in points from the top of the displayed page", "上边缘（点，自页面顶端起）")
    )
    x1: Mapped[float | None] = mapped_column(
        **_said("Right edge in points from the left", "右边缘（点，自左侧起）")
    )
    bottom: Mapped[float | None] = mapped_column(
        **_said("Lower edge in points from the top", "下边缘（点，自顶端起）")
    )
    method: Mapped[str] = mapped_column(**_said("How cell and labels were read", "单元格与行列名称的读取方法"))
    confidence: Mapped[float] = mapped_column(**_said("Confidence, 0 to 1", "置信度，0 至 1"))
    flagged: Mapped[int] = mapped_column(
        **_said(
            "1 if a warning or error touches the fact, its row, column, table or a rule it takes part in",
            "有警告或错误涉及此数、所在行、列、表或勾稽关系时为 1",
        )
    )
    row_label: Mapped[str] = mapped_column(**_said("Label of the row as printed", "行名称（照印）"))
    column_label: Mapped[str] = mapped_column(**_said("Label of the column as printed", "列名称（照印）"))


class FindingRow(Base):
    """One doubt."""

    __tablename__ = "finding"
    __table_args__ = (
        _one_of("severity", map(severity_word, Severity)),
        _one_of("verdict", VERDICTS),
        Index(None, "report_id"),
        Index(None, "code"),
        _said("One doubt about a report: what was found, what was expected, what to do", "对报告的一条疑问"),
    )

    sha256: Mapped[str] = mapped_column(
        _from("source.sha256"), primary_key=True, **_said("Source it is about", "所涉文件")
    )
    ordinal: Mapped[int] = mapped_column(
        primary_key=True, **_said("Place among its findings, from 1", "序号，从 1 起")
    )
    report_id: Mapped[str | None] = mapped_column(
        _from("report.id"),
        **_said("Report it is about; NULL: the whole source", "所涉报告；NULL 表示整个文件"),
    )
    code: Mapped[str] = mapped_column(**_said("Code of the catalogue", "疑问代码"))
    severity: Mapped[str] = mapped_column(
        **_said("info · warning · error", "info（提示） · warning（警告） · error（错误）")
    )
    place: Mapped[str] = mapped_column(**_said("Where on paper or in the form", "所在位置"))
    found: Mapped[str] = mapped_column(**_said("What was found", "所见"))
    expected: Mapped[str] = mapped_column(**_said("What was expected", "应有"))
    message: Mapped[str] = mapped_column(**_said("The doubt in a sentence", "疑问说明"))
    hint: Mapped[str] = mapped_column(**_said("What to do about it", "处理建议"))
    verdict: Mapped[str | None] = mapped_column(
        **_said(
            "Of a broken rule, whose fault it is: printed · reading · undetermined",
            "勾稽关系不符的原因：printed（原文如此） · reading（识别有误） · undetermined（未能判定）",
        )
    )
    page: Mapped[int | None] = mapped_column(**_said("Page, from 1", "页码，从 1 起"))
    touches: Mapped[list[list[str]]] = mapped_column(
        JSON(none_as_null=True),
        **_said(
            "Facts it concerns, JSON list of [table, row, column], * for any",
            "所涉数据，[表, 行, 列] 的 JSON 列表，* 表示任意",
        ),
    )


class SectionRow(Base):
    """Narrative text."""

    __tablename__ = "section"
    __table_args__ = (_said("Narrative text under one printed heading", "一个标题下的正文"),)

    sha256: Mapped[str] = mapped_column(
        _from("source.sha256"), primary_key=True, **_said("Source it stands in", "所在文件")
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True, **_said("Place in the source, from 1", "序号，从 1 起"))
    number: Mapped[int] = mapped_column(
        **_said("Section of the form, 1 to 6; 0 for what stands before the first", "第几部分，1 至 6；之前的为 0")
    )
    heading: Mapped[str] = mapped_column(**_said("Heading as printed", "标题（照印）"))
    text: Mapped[str] = mapped_column(**_said("Text, a printed line a line", "正文，按所印分行"))
    page: Mapped[int] = mapped_column(**_said("Page on which it begins", "起始页"))


class GridRow(Base):
    """A raw table."""

    __tablename__ = "grid"
    __table_args__ = (
        _said("A table as found on the pages, before it means anything", "页面上找到的原始表格，尚未解释"),
    )

    sha256: Mapped[str] = mapped_column(
        _from("source.sha256"), primary_key=True, **_said("Source it stands in", "所在文件")
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True, **_said("Place in the source, from 1", "序号，从 1 起"))
    page: Mapped[int] = mapped_column(**_said("Page on which it begins", "起始页"))
    method: Mapped[str] = mapped_column(**_said("How it was found", "识别方法"))
    row_count: Mapped[int] = mapped_column(**_said("Rows", "行数"))
    column_count: Mapped[int] = mapped_column(**_said("Columns", "列数"))
    content: Mapped[dict[str, Any]] = mapped_column(
        JSON(none_as_null=True),
        **_said(
            "JSON: box, column_edges, page_starts, loose words, and cells with text, box, ink, page, row, "
            "column, spans, confidence, doubt; boxes are [x0, top, x1, bottom] in points",
            "JSON：表框、列线、换页行、格外文字及各单元格（文字、框、页、行、列、跨行跨列、置信度、疑点）；"
            "框为 [x0, top, x1, bottom]，单位为点",
        ),
    )
