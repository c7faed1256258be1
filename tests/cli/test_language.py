"""Everything that a person reads is said in the language that was chosen, and in no other."""

import ast
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.conftest import DOUBTFUL, Call, copy_document
from gkingest.cli.app import command_names
from gkingest.cli.commands.all import app
from gkingest.compare.comparison import grouping
from gkingest.formats.names import cells_called, printed_names, with_printed_names
from gkingest.formats.spec import Format
from gkingest.language import catalogue, choose, in_chinese, language, said
from gkingest.model.finding import CATALOGUE, Finding
from gkingest.model.key import KeyPattern
from gkingest.model.report import Report
from gkingest.render import filled, finding_in_chinese, pasted, step_of, text_width, wrapped
from gkingest.review.making import typed
from gkingest.told import Told, joined

SPEAKS = re.compile(r"gkingest\.language import .*\bsaid\b")
CHINESE = re.compile("[\u4e00-\u9fff]")
# Words that stand in Chinese pages too: keys, names, options, and what other programs are called.
NAMES = re.compile(
    r"`[^`]*`|<[^>]*>|--?[a-z][\w-]*(?:[ =][\w.*-]+)?|\b[A-Z]\w*|[\w*]+(?:[/._:][\w*]+)+|\b(?:gkingest|dask|xlsx?|"
    r"local|inline|auto|always|never|review|unreadable|province|prefecture|county|department|township|zone|organ|"
    r"level|year|edition|csv|parquet|dta|ranking|series|panels|missing|zh|en|json|port|host|median|per_capita|[a-z]+)\b(?=[)）|>、])"
)


@pytest.fixture
def chinese() -> Iterator[None]:
    choose("zh")
    yield


def english_words(text: str) -> list[str]:
    """Words of English prose: two or more small words in a row, keys and names left out."""
    return re.findall(r"\b[a-z]{2,} [a-z]{2,}\b", NAMES.sub("", re.sub(r"(gkingest|root) [a-z]+", "", text)))


def invoke(*words: str) -> str:
    return CliRunner().invoke(app, list(words)).output


@pytest.mark.parametrize("command", ["", *command_names()])
def test_help_is_in_one_language_and_fits_a_terminal(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [command] if command else []
    chinese = invoke("--lang", "zh", *words, "--help")
    english = invoke(*words, "--help", "--lang=en")
    assert chinese.startswith("用法：gkingest") or "用法：" in chinese
    assert english_words(chinese) == []
    assert (
        CHINESE.findall(english.replace("政府信息公开工作年度报告", "").replace("万元", "").replace("予以公开", ""))
        == []
    )
    for page in (chinese, english):
        assert max(map(text_width, page.splitlines())) <= 80
        assert not re.search(r"<(str|path|int|float|list|bool|Path)\b", page)
        assert "--lang" in page and "..." not in re.sub(r"(PATH|\[ARGS\]|\[参数\]|\[SHEET\])\.\.\.", "", page)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "GKINGEST_LANG": "en"}, "en"),
        ({"GKINGEST_LANG": "zh"}, "zh"),
        ({}, "en"),
    ],
)
def test_the_environment_tells_the_language(
    variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "GKINGEST_LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert choose() == expected
    assert choose("zh") == "zh" == language()
    choose("en")


def test_a_language_that_is_not_there_is_refused() -> None:
    told = CliRunner().invoke(app, ["--lang", "fr", "formats"])
    assert "there is no such language; write zh or en" in str(told.exception)


@pytest.mark.usefixtures("chinese")
def test_what_was_put_together_is_said_together() -> None:
    assert (
        said("12 documents in 3.1 s; 3 unchanged since they were read")
        == "12 份文件，用时 3.1 秒；3 份自上次读取后未变"
    )
    assert said("no row of the form reads “恩区”; its figures: 3, 4") == "表格中没有一行写作“恩区”；其数字：3, 4"
    assert said("nobody ever wrote this") == "nobody ever wrote this"
    told = "a single wrong cell would explain it: （七）总计·自然人 4 → 3 / （一）予以公开·自然人 9 → 8"
    assert said(told) == "只要一格有误即可解释：（七）总计·自然人 4 → 3 / （一）予以公开·自然人 9 → 8"


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_kind_of_doubt_has_a_meaning_and_a_next_step_in_both_languages(code: str) -> None:
    for told in (CATALOGUE[code].meaning, CATALOGUE[code].step):
        assert in_chinese(told) != told and english_words(in_chinese(told)) == []
        assert not CHINESE.search(told)


@pytest.mark.usefixtures("chinese")
def test_a_rule_is_read_in_one_language_with_the_names_that_are_printed(formats: tuple[Format, ...]) -> None:
    broken = Finding(
        "rule.broken",
        Told(
            "{0}: {1} {2} {3}, a difference of {4}",
            "第三项第（七）总计等于（一）至（六）各项之和（自然人）",
            "（七）总计 63",
            "≠",
            "（一）予以公开 30 + （二）部分公开 6 = 36",
            27,
        ),
        place="requests.decided natural_person",
        hint=joined(
            "; ",
            (
                Told("a single wrong cell would explain it: {0}", "（七）总计·自然人 63 → 36"),
                "two independent readings of the page agree, so the report is printed so",
            ),
        ),
        page=2,
    )
    names = printed_names(formats)
    told = finding_in_chinese(broken, names)
    assert "各项之和（自然人）：（七）总计 63 ≠ （一）予以公开 30 + （二）部分公开 6 = 36，相差 27" in told
    assert told.startswith("【警告】") and "（第 2 页）" in told
    assert step_of(broken, names) == (
        "只要一格有误即可解释：（七）总计·自然人 63 → 36；两种独立的读法一致，可见原文如此"
    )
    assert english_words(told) == []


def test_cells_are_found_by_the_names_that_are_printed(formats: tuple[Format, ...]) -> None:
    assert [str(key) for key in cells_called("予以公开", formats)] == ["requests/granted/total"]
    assert [str(key) for key in cells_called("予以公开／自然人", formats)] == ["requests/granted/natural_person"]
    assert cells_called("没有这一行", formats) == ()
    assert with_printed_names("see requests/granted/total", printed_names(formats)) == "see （一）予以公开·总计"


def test_what_people_type_is_taken_in_both_languages() -> None:
    words = ("未印", "空白", "横线", "无法读取", "blank", "不知道")
    assert [typed(word).value for word in words] == ["absent", "blank", "dash", "unreadable", "blank", ""]
    assert grouping(["省,年度"]) == grouping(["province", "year"]) == ("province", "year")


def test_the_command_of_a_next_step_is_that_for_the_figure_in_doubt() -> None:
    cell = KeyPattern.parse("requests/granted/total")
    finding = Finding("cell.doubt", "", touches=(cell,))
    report = Report(organ="某县 人民政府", year=2023, format="gk-2021", title="", facts=(), findings=(finding,))
    told = filled(step_of(finding, {}), finding, report, "a.pdf")
    assert '(gkingest cite "某县 人民政府" 2023 requests/granted/total --crop cell.png)' in told
    assert [pasted(word) for word in ("卫东区政府", "a b.pdf", "$HOME")] == ["卫东区政府", '"a b.pdf"', "'$HOME'"]
    undo = Finding("decision.set", "", touches=(cell,))
    told = filled(step_of(undo, {}), undo, report, "$(x).pdf")
    assert "gkingest correct '$(x).pdf' requests/granted/total --undo" in told


def test_a_command_is_not_broken_where_it_fits_a_line() -> None:
    told = "没有这个选项：--nosuch；是不是其中之一：--ocr、--out；`gkingest ingest --help` 有说明"
    assert wrapped(told, 60) == [
        "没有这个选项：--nosuch；是不是其中之一：--ocr、--out；",
        "`gkingest ingest --help` 有说明",
    ]


def test_no_line_ends_with_an_opening_bracket() -> None:
    lines = wrapped("第三项第（七）总计等于（一）至（六）各项之和，相差", 12)
    assert all(line[-1] not in "（" and line[0] not in "），" for line in lines)


def _messages(root: Path) -> Iterator[tuple[str, str]]:
    """What is raised, found or said by the package, ``{0}`` where a value stands, with the module."""
    raised = {"UsageError", "DatabaseError", "EngineError", "FormatError", "Finding", "DocumentError", "Told"}
    raised |= {"Message", "_LineError"}
    for path in sorted((root / "src/gkingest").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        speaks = {"said", "titled", "in_lines"} if SPEAKS.search(source) else set()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in raised | speaks:
                given = [*node.args, *(word.value for word in node.keywords if word.arg == "hint")]
                for one in given:
                    if text := _shape(one):
                        yield path.name, text


def _shape(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return "".join(_shape(side) or "{}" for side in (node.left, node.right))
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts = (str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values)
    return "".join(parts)


def test_what_can_be_said_is_in_the_catalogue(root: Path) -> None:
    known = {re.sub(r"\{\d+\}", "{}", key) for key in catalogue()}
    lacking = []
    for module, text in _messages(root):
        bare = re.sub(r"\{\d+\}", "{}", text.strip(" ;,\n"))
        if re.search(r"[a-z]{2,} [a-z]{2,}", bare) and bare not in known:
            filled = re.sub(r"\{\}", "0", bare)
            if english_words(in_chinese(filled)):
                lacking.append(f"{module}: {bare}")
    assert lacking == []


def test_each_translation_carries_every_value(root: Path) -> None:
    for english, chinese in catalogue().items():
        gaps = [sorted(re.findall(r"\{\d+\}", text)) for text in (english, chinese)]
        assert gaps[0] == gaps[1], english
        assert "\n" not in chinese.strip("\n")


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_next_step_names_only_commands_that_are_there(code: str) -> None:
    for text in (CATALOGUE[code].step, in_chinese(CATALOGUE[code].step)):
        for name, options in re.findall(r"gkingest ([a-z]+)((?: [A-Z]\w*| [\u4e00-\u9fff]+| --[a-z-]+)*)", text):
            assert name in command_names()
            page = invoke(name, "--help")
            assert all(option in page for option in re.findall(r"--[a-z-]+", options))
        for option in re.findall(r"--[a-z-]+", text):
            assert any(option in invoke(name, "--help") for name in ("ingest", "cite", "inspect", "correct"))


def test_the_chinese_book_of_errors_has_every_finding_as_the_terminal_says_it(root: Path) -> None:
    book = (root / "docs/errors.zh.md").read_text(encoding="utf-8")
    for code, kind in CATALOGUE.items():
        assert f"| `{code}` |" in book
        assert f"| {in_chinese(kind.meaning)} |" in book


# Columns and tables of the clock: no two runs agree in them, whatever their language.
CLOCK = re.compile(r"\w*_at|seconds")
RUNS = {"run", "look"}


def everything(path: Path) -> dict[str, list[str]]:
    """Every row of every table and view, but what the clock said."""
    with closing(sqlite3.connect(path)) as database:
        told = {}
        names = database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
        for (name,) in names:
            columns = [row[1] for row in database.execute(f'PRAGMA table_info("{name}")')]
            kept = ", ".join(f'"{column}"' for column in columns if not CLOCK.fullmatch(column))
            told[name] = sorted(map(repr, database.execute(f'SELECT {kept} FROM "{name}"')))
        return {name: rows for name, rows in told.items() if name not in RUNS}


def test_the_database_is_the_same_in_every_language(corpus: Path, here: Path, call: Call) -> None:
    copy_document(corpus, DOUBTFUL, here / "in")
    told = {}
    for word in ("en", "zh"):
        told[word] = call("in", "--db", f"{word}.sqlite", "--lang", word).out
    assert "需核对" not in told["en"] and "【警告】" in told["zh"] and english_words(told["zh"]) == []
    english, chinese = (everything(here / f"{word}.sqlite") for word in ("en", "zh"))
    assert english.keys() >= {"figure", "doubt", "phrase", "location", "section", "finding", "documents", "meta"}
    assert all(english[name] for name in ("figure", "doubt", "phrase", "location", "section", "report"))
    assert english == chinese


# Said alike wherever it is said; other terms have Chinese sentences without them, where that is how it is put.
SAID_ALIKE = (
    "edition", "statutory table", "cell", "column", "heading", "blank", "dash", "narrative", "division",
    "crosswalk", "text layer", "recognition", "format file", "database",
)  # fmt: skip


def test_a_term_of_the_glossary_is_said_alike_everywhere(root: Path) -> None:
    pages = [(root / f"docs/glossary{tail}.md").read_text(encoding="utf-8") for tail in ("", ".zh")]
    rows = [
        [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")] for page in pages
    ]
    terms = {row[0]: row[1] for row in rows[0][1:]}
    assert terms == {row[1]: row[0] for row in rows[1][1:]}
    for term in SAID_ALIKE:
        said_otherwise = [
            chinese
            for english, chinese in catalogue().items()
            if re.search(rf"(?<!-)\b{term}s?\b(?!\.\*)", english) and terms[term] not in chinese
        ]
        assert said_otherwise == [], term
