"""``finding``, and what is said of a file: in both languages, made of phrases and what is filled into them."""

from collections.abc import Iterator

from sqlalchemy import Table

from gkingest.model.finding import Severity
from gkingest.store.tables.findings import EXPECTED, FOUND, VERDICT_NUMBERS, DoubtRow, FindingRow
from gkingest.store.tables.schema import GAPS, severity_word
from gkingest.store.views.view import View, ViewColumn, Words, words_of


def of_codes(doubt: str, *codes: str) -> str:
    """SQL: whether a row of ``doubt`` has one of these codes."""
    words = ", ".join(f"'{code}'" for code in codes)
    return f"{doubt}.code IN (SELECT w.id FROM word AS w WHERE w.text IN ({words}))"


def finding_view() -> View:
    """``finding``: every finding with its code, place and sentences in words."""
    severities = " ".join(f"WHEN {int(s)} THEN '{severity_word(s)}'" for s in Severity)
    verdicts = " ".join(f"WHEN {n} THEN '{word}'" for word, n in VERDICT_NUMBERS.items())
    made = {
        "sha256": "r.sha256",
        "report_id": "r.id",
        **{name: f"(SELECT w.text FROM word AS w WHERE w.id = d.{name})" for name in ("place", "touches")},
        "code": "c.text",
        "severity": f"CASE d.severity {severities} END",
        **{column.name: column.expression for column in sentences("d")},
        "verdict": f"CASE d.verdict {verdicts} END",
    }
    described = FindingRow.__table__
    assert isinstance(described, Table)
    return View(
        "finding",
        words_of(described),
        tuple(ViewColumn(c.name, made.get(c.name, f"d.{c.name}"), words_of(c)) for c in described.columns),
        f"FROM {DoubtRow.__tablename__} AS d\nJOIN report AS r ON r.serial = d.report\n"
        f"JOIN word AS c ON c.id = d.code\n{phrases('d')}",
    )


def phrases(finding: str) -> str:
    """SQL: the phrases of a row of ``Phrased``."""
    return f"JOIN phrase AS m ON m.id = {finding}.message\nJOIN phrase AS h ON h.id = {finding}.hint"


def sentences(finding: str) -> Iterator[ViewColumn]:
    """What a row of ``Phrased`` says, in both languages, from :func:`phrases`."""
    for name, words in {
        "message": "m.english",
        "hint": "h.english",
        "message_zh": "m.chinese",
        "hint_zh": "h.chinese",
    }.items():
        shown = f"replace(replace({words}, '{FOUND}', {finding}.found), '{EXPECTED}', {finding}.expected)"
        yield ViewColumn(name, _filled(shown, finding), words_of(FindingRow.__table__.c[name]))


def of_place(place: str) -> tuple[ViewColumn, ViewColumn]:
    """What is said of a row of ``location``, in both languages; empty if nothing is."""
    shown = {
        "message": (
            "english",
            Words("Why it is not ok and what to do; empty if it is", "状态不是 ok 的原因与建议（英文）"),
        ),
        "message_zh": ("chinese", Words("The same in Chinese", "状态不是 ok 的原因与建议；ok 时为空")),
    }
    english, chinese = (
        ViewColumn(
            name,
            f"COALESCE({_filled(f'(SELECT m.{words} FROM phrase AS m WHERE m.id = {place}.message)', place)}, '')",
            comment,
        )
        for name, (words, comment) in shown.items()
    )
    return english, chinese


def _filled(words: str, row: str) -> str:
    """SQL: fixed words with what stands in the gaps; one that has no value stays as it is: it was printed so."""
    for n in range(GAPS):
        words = f"replace({words}, '{{{n}}}', COALESCE({row}.v{n}, '{{{n}}}'))"
    return words
