"""The tables of runs, sources, places and reports; what a source holds: :mod:`gkingest.store.tables.contents`.

Every table and column carries its comment: in English, and in Chinese as ``info["zh"]``.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypedDict

from sqlalchemy import JSON, BigInteger, CheckConstraint, Double, ForeignKey, Index, MetaData, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from gkingest.model.finding import Severity
from gkingest.model.report import Status, Verdict
from gkingest.store.tables.types import ExactNumber, PrintedText
from gkingest.store.tables.versions import SHAPES

SCHEMA_VERSION = str(max(SHAPES))  # `make schema` raises it where a table changed; views may change without it
ENTERED = "entered"
Json = dict[Any, Any]  # as columns of JSON hold it; what is in it their comments say


class About(TypedDict):
    """What SQLAlchemy keeps with a column or table."""

    comment: str
    info: Json


def said(english: str, chinese: str) -> About:
    """Comment of a column or table in both languages of the codebook."""
    return {"comment": english, "info": {"zh": chinese}}


def entered(english: str, chinese: str) -> About:
    """The same for a table that a person fills: its rows are carried over where the tables are made anew.

    It points to no row of another table, as those may be read anew.
    """
    return {"comment": english, "info": {"zh": chinese, ENTERED: True}}


def one_of(column: str, words: Iterable[str]) -> CheckConstraint:
    """A column that takes these words only."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def from_(target: str) -> ForeignKey:
    """A row that goes with the one it points to."""
    return ForeignKey(target, ondelete="CASCADE")


def severity_word(severity: Severity) -> str:
    """How a severity is written in the database."""
    return severity.name.lower()


TYPES: dict[Any, Any] = {str: PrintedText, Decimal: ExactNumber, float: Double}


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
    type_annotation_map = TYPES


GAPS = 6  # columns for what is filled in; what is beyond stands in the phrase itself


class Filled:
    """What stands in the gaps of a phrase (table ``phrase``)."""

    v0: Mapped[str | None] = mapped_column(**said("What stands in {0}", "{0} 处的内容"))
    v1: Mapped[str | None] = mapped_column(**said("What stands in {1}", "{1} 处的内容"))
    v2: Mapped[str | None] = mapped_column(**said("What stands in {2}", "{2} 处的内容"))
    v3: Mapped[str | None] = mapped_column(**said("What stands in {3}", "{3} 处的内容"))
    v4: Mapped[str | None] = mapped_column(**said("What stands in {4}", "{4} 处的内容"))
    v5: Mapped[str | None] = mapped_column(**said("What stands in {5}", "{5} 处的内容"))


class MetaRow(Base):
    """What this database is."""

    __tablename__ = "meta"
    __table_args__ = (
        said("What this database is: project, schema version, views", "本数据库的说明：软件、表结构版本、视图"),
    )

    key: Mapped[str] = mapped_column(
        primary_key=True,
        **said("project, schema_version or views", "project（软件）、schema_version（版本）或 views（视图）"),
    )
    value: Mapped[str] = mapped_column(**said("Its value", "取值"))


class LookRow(Base):
    """What a run looked at that left nothing to do, by which the next one like it knows that it has none."""

    __tablename__ = "look"
    __table_args__ = (
        said(
            "What a run that left nothing to do looked at; emptied as soon as any row changes on which that rests",
            "已无事可做的一次运行所查看的内容；其所依据的行一有变化即清空",
        ),
    )

    asked: Mapped[str] = mapped_column(
        primary_key=True, **said("SHA-256 of paths and options", "路径与选项的 SHA-256")
    )
    state: Mapped[str] = mapped_column(
        **said(
            "SHA-256 of size, times and number of each file, of the files of gkingest, and of the tables",
            "各文件大小、时间与编号、gkingest 自身文件及表结构的 SHA-256",
        )
    )
    run_id: Mapped[int] = mapped_column(**said("run.id of that run", "该次运行的 run.id"))
    told: Mapped[Json] = mapped_column(
        JSON(none_as_null=True), **said("What it said, as JSON", "该次运行的结果（JSON）")
    )


class RunRow(Base):
    """One call of the programme."""

    __tablename__ = "run"
    __table_args__ = (said("One run of gkingest over some files", "gkingest 的一次运行"),)

    id: Mapped[int] = mapped_column(primary_key=True, **said("Number of the run", "运行编号"))
    version: Mapped[str] = mapped_column(**said("Version of gkingest", "gkingest 版本"))
    format_hash: Mapped[str] = mapped_column(
        **said("SHA-256 over the format files that were used", "所用格式文件的 SHA-256")
    )
    formats: Mapped[Json] = mapped_column(
        JSON(none_as_null=True),
        **said("SHA-256 of each edition of the form by its id, as JSON", "各版本表格定义的 SHA-256（JSON）"),
    )
    readers: Mapped[Json] = mapped_column(
        JSON(none_as_null=True),
        **said(
            "SHA-256 of the code and libraries that read each kind of file, as JSON: where it is the same, so is "
            "what is read",
            "读取各类文件的代码与库的 SHA-256（JSON）：相同则读取结果相同",
        ),
    )
    options: Mapped[Json] = mapped_column(
        JSON(none_as_null=True), **said("Options of the command, as JSON", "命令选项（JSON）")
    )
    machine: Mapped[Json] = mapped_column(
        JSON(none_as_null=True),
        **said("Machine, as JSON: system, processor, cores, Python", "运行环境（JSON）：系统、处理器、核数等"),
    )
    started_at: Mapped[str] = mapped_column(**said("Start, UTC, ISO 8601", "开始时间（UTC，ISO 8601）"))
    finished_at: Mapped[str | None] = mapped_column(
        **said("End, UTC, ISO 8601; NULL: still running or interrupted", "结束时间（UTC）；NULL 表示未结束或中断")
    )
    counts: Mapped[Json | None] = mapped_column(
        JSON(none_as_null=True),
        **said("Documents by status at the end, as JSON", "结束时各状态的文件数（JSON）"),
    )


class SourceRow(Base):
    """The bytes of a file."""

    __tablename__ = "source"
    __table_args__ = (
        said("One file by its bytes, wherever it lies", "一个文件，以其字节内容为准，与存放位置无关"),
    )

    sha256: Mapped[str] = mapped_column(
        primary_key=True, **said("SHA-256 of the bytes, hexadecimal", "文件字节的 SHA-256（十六进制）")
    )
    media_type: Mapped[str] = mapped_column(**said("Media type by content", "按内容判断的媒体类型"))
    page_count: Mapped[int] = mapped_column(**said("Pages; 0 if unknown", "页数；未知为 0"))
    edition: Mapped[str | None] = mapped_column(
        **said(
            "Edition of the form that a person had decided, by which alone it was read; NULL if all were tried",
            "读取前由人裁定的表格版本，只按该版读取；试过各版时为 NULL",
        )
    )


class LocationRow(Filled, Base):
    """Where a source was found."""

    __tablename__ = "location"
    __table_args__ = (
        one_of("status", Status),
        # Where a source is told under, and what became of it there, is asked of every report of every question.
        Index(None, "sha256", "gone", "path", "status"),
        Index(None, "status"),
        said("One path that was given, whatever became of it", "一个给定的路径，无论读取结果如何"),
    )

    path: Mapped[str] = mapped_column(
        PrintedText(ordered=True), primary_key=True, **said("Path of the file as given", "给定的文件路径")
    )
    sha256: Mapped[str | None] = mapped_column(
        from_("source.sha256"),
        **said("The bytes found there; NULL if they could not be read", "该处文件的字节；无法读取时为 NULL"),
    )
    status: Mapped[str] = mapped_column(
        **said(f"What became of the file: {' · '.join(Status)}", f"文件的处理结果：{' · '.join(Status)}")
    )
    kind: Mapped[str] = mapped_column(
        **said(
            "report, or what else the document is; empty if unknown",
            "文件种类：report（年度报告）或别种文件；未知为空",
        )
    )
    message: Mapped[int | None] = mapped_column(
        **said(
            "phrase.id of why it is not ok and what to do; NULL if it is",
            "状态不是 ok 的原因与建议的 phrase.id；ok 时为 NULL",
        )
    )
    resembles: Mapped[str | None] = mapped_column(
        **said(
            "What a document that is no report has of one, with commas between: title · headings · figures; NULL "
            "for nothing",
            "不是报告的文件中近似报告之处，以逗号分隔：title（标题） · headings（章节标题） · figures（数字）；"
            "没有则为 NULL",
        )
    )
    run_id: Mapped[int | None] = mapped_column(
        ForeignKey("run.id", ondelete="SET NULL"),
        **said("Run that last read this path", "最近一次读取它的运行"),
    )
    gone: Mapped[int] = mapped_column(
        server_default="0",
        **said(
            "1 if the file was no longer there when its folder was last looked through",
            "最近一次查看其文件夹时该文件已不在则为 1",
        ),
    )
    identity: Mapped[str | None] = mapped_column(
        **said(
            "Of a file afar, what its file system said by which its bytes are known again (checksum, or size and "
            "time of change), as JSON: where it is the same the file is not fetched; else NULL",
            "远程文件系统所示、据以判断字节未变的信息（校验和，或大小与修改时间，JSON）：相同则不再下载；"
            "否则为 NULL",
        )
    )
    seconds: Mapped[float | None] = mapped_column(
        **said(
            "How long reading it took, from which the time of reading again is estimated; NULL if unknown",
            "读取用时（秒），用于估计重新读取所需时间；未知为 NULL",
        )
    )
    url: Mapped[str | None] = mapped_column(**said("Address it was fetched from", "下载网址"))
    title: Mapped[str | None] = mapped_column(**said("Title on the web page that links to it", "链接网页上的标题"))
    published_at: Mapped[str | None] = mapped_column(
        **said("Date of publication that the web page states, ISO 8601", "网页所示发布日期（ISO 8601）")
    )
    fetched_at: Mapped[str | None] = mapped_column(
        **said("When it was fetched, UTC, ISO 8601", "下载时间（UTC，ISO 8601）")
    )
    http_status: Mapped[int | None] = mapped_column(**said("HTTP status of the answer", "HTTP 状态码"))
    source_name: Mapped[str | None] = mapped_column(
        **said("Site or channel as the crawl names it", "抓取记录中的网站或栏目名称")
    )
    attached_to: Mapped[str | None] = mapped_column(
        **said("Path of the page that this file was attached to", "所属网页的路径（本文件为其附件）")
    )
    said: Mapped[list[list[str]]] = mapped_column(
        JSON(none_as_null=True),
        **said(
            "Who said what of the address, title and times: JSON list of [field, value, witness]",
            "网址、标题、时间等各由何处所说：[字段, 值, 来源] 的 JSON 列表",
        ),
    )


class StampRow(Base):
    """What the file system told of a file whose bytes were looked at, by which they need not be read again."""

    __tablename__ = "stamp"
    __table_args__ = (
        said(
            "What the file system told of a file when its bytes were read last: where it is the same, so are they",
            "最近一次读取字节时本机文件系统对该文件的说明：相同则字节未变",
        ),
    )

    path: Mapped[str] = mapped_column(
        from_("location.path"), primary_key=True, **said("location.path", "location.path")
    )
    sha256: Mapped[str] = mapped_column(**said("SHA-256 of the bytes", "字节的 SHA-256"))
    told: Mapped[str] = mapped_column(
        **said(
            "Size, time of writing, time of change (ns), number of the file",
            "大小、写入时间、变更时间（纳秒）、文件编号",
        )
    )


class ReportRow(Base):
    """One organ's report for one year."""

    __tablename__ = "report"
    __table_args__ = (
        one_of("verdict", Verdict),
        UniqueConstraint("sha256", "ordinal"),
        UniqueConstraint("serial"),
        Index(None, "organ", "year"),
        Index(None, "year", "organ_kind", "region_code"),
        Index(None, "region_code", "year", "organ_key"),  # by which rivals of a report are found
        said("One organ's report for one year", "一个机关一个年度的报告"),
    )

    id: Mapped[str] = mapped_column(
        primary_key=True,
        **said("SHA-256 of the source, a hyphen and the ordinal", "文件 SHA-256、连字符与序号"),
    )
    sha256: Mapped[str] = mapped_column(from_("source.sha256"), **said("Source it stands in", "所在文件"))
    ordinal: Mapped[int] = mapped_column(
        **said("1 for the first report of a source, 2 for a second", "文件中的第几份报告，从 1 起")
    )
    serial: Mapped[int] = mapped_column(
        BigInteger, **said("Number by which its figures are kept in this database", "本数据库内存储其数据所用编号")
    )
    organ: Mapped[str] = mapped_column(
        **said("Name of the organ as printed; empty if none was found", "机关名称（照印）；未找到为空")
    )
    organ_kind: Mapped[str] = mapped_column(
        **said(
            "government · department · township · zone · public_body; empty if unknown",
            "机关类型：government（政府） · department（部门） · township（乡镇街道） · zone（功能区） · "
            "public_body（公共企事业单位）；未知为空",
        )
    )
    organ_key: Mapped[str] = mapped_column(
        **said(
            "The organ's name in simplified characters, without its division where that is certain: with "
            "region_code (else prefecture or province) it names the organ; @host or empty where it may be several",
            "机关名称（简体），区划确定时去掉前面的区划名，与 region_code（或所在地市、省）一起指明机关；"
            "可能不止一个机关时附 @网站 或为空",
        )
    )
    region_code: Mapped[str | None] = mapped_column(
        **said("Code of the administrative division, GB/T 2260; NULL if unknown", "行政区划代码；未知为 NULL")
    )
    region_name: Mapped[str | None] = mapped_column(
        **said("Name of the administrative division; NULL if unknown", "行政区划名称；未知为 NULL")
    )
    province: Mapped[str | None] = mapped_column(**said("Province it lies in", "所在省级区划"))
    prefecture: Mapped[str | None] = mapped_column(
        **said("Prefecture it lies in; NULL where there is none", "所在地级区划；没有则为 NULL")
    )
    region_evidence: Mapped[list[list[str]]] = mapped_column(
        JSON(none_as_null=True),
        **said(
            "What pointed to the division: JSON list of [clue, words, code], the runner-up last",
            "区划判断的依据：[线索, 文字, 代码] 的 JSON 列表，最后为次选",
        ),
    )
    year: Mapped[int | None] = mapped_column(
        **said("Year that the figures are about, not that of publication", "数据所属年度，而非发布年度")
    )
    format: Mapped[str] = mapped_column(
        **said("Edition of the form, by the tables that are printed", "表格版本，按所印表格判断")
    )
    period_start: Mapped[str | None] = mapped_column(
        **said(
            "First day that the figures are of, ISO 8601; NULL if the report does not say",
            "统计期限起始日（ISO 8601）；未说明为 NULL",
        )
    )
    period_end: Mapped[str | None] = mapped_column(
        **said("Last day that the figures are of, ISO 8601", "统计期限截止日（ISO 8601）")
    )
    issued_on: Mapped[str | None] = mapped_column(
        **said("Date printed below the report, ISO 8601", "报告落款日期（ISO 8601）")
    )
    title: Mapped[str] = mapped_column(**said("Title as printed", "标题（照印）"))
    verdict: Mapped[str] = mapped_column(
        **said(f"How far it can be relied on: {' · '.join(Verdict)}", f"可靠程度：{' · '.join(Verdict)}")
    )
    reported: Mapped[int] = mapped_column(
        **said("Slots of the statutory tables with a number", "三张法定表格中有数字的格数")
    )
    flagged: Mapped[int] = mapped_column(**said("Facts that are flagged", "被标记的数据个数"))
    assessed: Mapped[int] = mapped_column(
        **said(
            "Relations of the form that have a number and could be judged without doubting the reading",
            "有数字且无需怀疑识读即可判断的勾稽关系数",
        )
    )
    misprinted: Mapped[int] = mapped_column(
        **said(
            "Relations among assessed that the report itself breaks",
            "可判断的勾稽关系（assessed）中报告自身不成立的个数",
        )
    )
