"""The findings: as they are kept, in fixed words and what is filled in, and as the view ``finding`` tells them.

The words of a finding are the same in all reports, in English as in Chinese. They are kept once each as a phrase
with gaps, and a finding has its number and what stands in the gaps; places and what is touched are kept once too.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from gkingest.model.finding import VERDICTS, Severity
from gkingest.store.tables.figures import Shown
from gkingest.store.tables.schema import Base, Filled, from_, one_of, said, severity_word
from gkingest.store.tables.types import PrintedText

# The numbers of verdicts in the database, for good.
VERDICT_NUMBERS = dict(zip(VERDICTS, range(1, 4), strict=True))
FOUND, EXPECTED = "{found}", "{expected}"  # gaps of a phrase that are filled with these columns


class PhraseRow(Base):
    """The fixed words of findings, and of what is said of files."""

    __tablename__ = "phrase"
    __table_args__ = (
        UniqueConstraint("english", "chinese"),
        said(
            "What findings and what is said of files say, each once, with {0} to {5}, {found} and {expected} where "
            "something is filled in",
            "疑问说明与文件处理说明的固定文字，每句一次；{0} 至 {5}、{found}、{expected} 处填入各条的内容",
        ),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, **said("Number", "编号"))
    english: Mapped[str] = mapped_column(PrintedText(), **said("In English", "英文"))
    chinese: Mapped[str] = mapped_column(PrintedText(), **said("In Chinese", "中文"))


class Phrased(Filled):
    """What a finding says: the numbers of its phrases, and what stands in their gaps."""

    message: Mapped[int] = mapped_column(Integer, **said("phrase.id of the message", "疑问说明的 phrase.id"))
    hint: Mapped[int] = mapped_column(Integer, **said("phrase.id of the next step", "处理建议的 phrase.id"))


class DoubtRow(Phrased, Base):
    """One doubt, in numbers."""

    __tablename__ = "doubt"
    __table_args__ = (
        CheckConstraint(f"severity IN ({', '.join(str(int(s)) for s in Severity)})", name="severity"),
        CheckConstraint(f"verdict BETWEEN 1 AND {len(VERDICTS)}", name="verdict"),
        Index(None, "code"),
        {
            **said("What view finding tells, kept in numbers", "视图 finding 的存储形式（编号）"),
            "sqlite_with_rowid": False,
        },
    )

    # As with figures only the report is a foreign key: words and phrases are never deleted.
    report: Mapped[int] = mapped_column(
        BigInteger, from_("report.serial"), primary_key=True, **said("report.serial", "report.serial")
    )
    ordinal: Mapped[int] = mapped_column(Integer, primary_key=True, **said("Place, from 1", "序号，从 1 起"))
    code: Mapped[int] = mapped_column(Integer, **said("word.id of the code", "疑问代码的 word.id"))
    severity: Mapped[int] = mapped_column(
        SmallInteger, **said("10 info · 20 warning · 30 error", "10 提示 · 20 警告 · 30 错误")
    )
    found: Mapped[str] = mapped_column(**said("What was found", "所见"))
    expected: Mapped[str] = mapped_column(**said("What was expected", "应有"))
    place: Mapped[int] = mapped_column(Integer, **said("word.id of the place", "所在位置的 word.id"))
    touches: Mapped[int] = mapped_column(Integer, **said("word.id of what it touches", "所涉数据的 word.id"))
    verdict: Mapped[int | None] = mapped_column(
        SmallInteger, **said("1 printed · 2 reading · 3 undetermined", "1 原文如此 · 2 识别有误 · 3 未能判定")
    )
    page: Mapped[int | None] = mapped_column(**said("Page, from 1", "页码，从 1 起"))


class FindingRow(Shown):
    """One doubt, in words: the view ``finding``."""

    __tablename__ = "finding"
    __table_args__ = (
        said("One doubt about a report: what was found, what was expected, what to do", "对报告的一条疑问"),
    )

    sha256: Mapped[str] = mapped_column(primary_key=True, **said("Source it is about", "所涉文件"))
    ordinal: Mapped[int] = mapped_column(
        primary_key=True, **said("Place among its findings, from 1", "序号，从 1 起")
    )
    report_id: Mapped[str] = mapped_column(**said("Report it is about", "所涉报告"))
    code: Mapped[str] = mapped_column(**said("Code of the catalogue", "疑问代码"))
    severity: Mapped[str] = mapped_column(
        **said("info · warning · error", "严重程度：info（提示） · warning（警告） · error（错误）")
    )
    place: Mapped[str] = mapped_column(**said("Where on paper or in the form", "所在位置"))
    found: Mapped[str] = mapped_column(**said("What was found", "所见"))
    expected: Mapped[str] = mapped_column(**said("What was expected", "应有"))
    message: Mapped[str] = mapped_column(**said("The doubt in a sentence", "疑问说明（英文）"))
    hint: Mapped[str] = mapped_column(**said("What to do about it", "处理建议（英文）"))
    message_zh: Mapped[str] = mapped_column(**said("The doubt in a sentence, in Chinese", "疑问说明"))
    hint_zh: Mapped[str] = mapped_column(**said("What to do about it, in Chinese", "处理建议"))
    verdict: Mapped[str | None] = mapped_column(
        **said(
            "Of a broken rule, whose fault it is: printed · reading · undetermined",
            "勾稽关系不符的原因：printed（原文如此） · reading（识别有误） · undetermined（未能判定）",
        )
    )
    page: Mapped[int | None] = mapped_column(**said("Page, from 1", "页码，从 1 起"))
    touches: Mapped[str] = mapped_column(
        Text,
        **said(
            "Facts it concerns, JSON list of [table, row, column], * for any",
            "所涉数据，[表, 行, 列] 的 JSON 列表，* 表示任意",
        ),
    )


class PairFindingRow(Phrased, Base):
    """What does not carry over from one year to the next."""

    __tablename__ = "pair_finding"
    __table_args__ = (
        one_of("severity", map(severity_word, Severity)),
        one_of("verdict", VERDICTS),
        ForeignKeyConstraint(
            ["earlier_id", "later_id"],
            ["report_pair.earlier_id", "report_pair.later_id"],
            name="fk_pair_finding_report_pair",
            ondelete="CASCADE",
        ),
        Index(None, "code"),
        Index(None, "later_id"),
        said(
            "One relation between the reports of two years that does not hold, or could not be judged, and why",
            "相邻两个年度的报告之间一项不成立或无法判断的勾稽关系及其原因",
        ),
    )

    earlier_id: Mapped[str] = mapped_column(
        primary_key=True, **said("Report of the earlier year", "前一年度的报告")
    )
    later_id: Mapped[str] = mapped_column(primary_key=True, **said("Report of the year after it", "后一年度的报告"))
    ordinal: Mapped[int] = mapped_column(
        primary_key=True, **said("Place among the findings of the two, from 1", "序号，从 1 起")
    )
    code: Mapped[str] = mapped_column(**said("Code of the catalogue", "疑问代码"))
    severity: Mapped[str] = mapped_column(
        **said("info · warning · error", "严重程度：info（提示） · warning（警告） · error（错误）")
    )
    rule: Mapped[str] = mapped_column(**said("Rule of the format file", "格式文件中的规则"))
    table_key: Mapped[str] = mapped_column(**said("Table of the later report's figure", "后一年度数位所在表"))
    row_key: Mapped[str] = mapped_column(**said("Its row", "所在行"))
    column_key: Mapped[str] = mapped_column(**said("Its column", "所在列"))
    found: Mapped[str] = mapped_column(
        **said("What the later report says there: a number, or the state", "后一年度报告所填：数字或状态")
    )
    expected: Mapped[str] = mapped_column(
        **said(
            "What the rule makes of the other figures; where it cannot, what the earlier report says",
            "按规则应为的数；无法计算时为前一年度报告所填",
        )
    )
    cells: Mapped[list[list[str | int]]] = mapped_column(
        JSON(none_as_null=True),
        **said(
            "All figures of the relation: JSON list of [year, table, row, column, sign, number or state]; they add "
            "up to 0 if it holds",
            "该关系所涉全部数位：[年度, 表, 行, 列, 符号, 数字或状态] 的 JSON 列表，成立时合计为 0",
        ),
    )
    verdict: Mapped[str | None] = mapped_column(
        **said(
            "Where it does not hold, whose fault it is: printed · reading · undetermined",
            "不成立的原因：printed（原文如此） · reading（识别有误） · undetermined（未能判定）",
        )
    )
    earlier_page: Mapped[int | None] = mapped_column(**said("Page in the earlier report", "前一年度报告中的页码"))
    later_page: Mapped[int | None] = mapped_column(**said("Page in the later report", "后一年度报告中的页码"))
