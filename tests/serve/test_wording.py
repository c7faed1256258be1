"""Datasette's own templates in Chinese: every piece that another is put in place of is still there."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from gkingest.language import speaking
from gkingest.serve.spoken import page_words
from gkingest.serve.wording import PIECES, reported

from .conftest import Asked

ENGLISH = re.compile(r"\b(rows?|where|sorted|contains|view|returning|Sort|extra|error|not found)\b")


def test_every_piece_of_a_template_is_still_there() -> None:
    found = find_spec("datasette")
    assert found and found.origin
    sources = "".join(path.read_text("utf-8") for path in Path(found.origin).parent.glob("templates/*.html"))
    assert [piece for piece in PIECES if piece not in sources] == []


@pytest.mark.parametrize(
    ("address", "says"),
    [
        (
            "report?year__exact=2023&organ__contains=县&_sort_desc=year",
            "条件：organ 包含“县”、year = 2023，按 year 降序",
        ),
        ("report?_where=year>2000&year__in=2022,2023", "year 属于 2022,2023、year&gt;2000，按 id 升序"),
        ("facts_current", "facts_current （视图）"),
        ("nothing", "没有这张表"),
        ("?sql=select+x+from+report", "没有这一列：x"),
        ("?sql=select+1", "自定义 SQL 查询，返回 1 行"),
    ],
)
def test_a_table_says_in_chinese_what_it_shows(shipped: Asked, address: str, says: str) -> None:
    page = shipped.get(
        f"/{shipped.name}/{address}".replace("/?", "?") + ("&" if "?" in address else "?") + "_lang=zh"
    )
    assert says in page.text
    assert '<html lang="zh-Hans">' in page.text
    body = re.sub(r"<(script|style|textarea|pre|dl|title)\b.*?</\1>|<[^>]*>", " ", page.text, flags=re.DOTALL)
    assert ENGLISH.findall(body) == []


def test_in_english_it_is_said_as_datasette_says_it(shipped: Asked) -> None:
    page = shipped.get(f"/{shipped.name}/report", year__exact="2023", _lang="en").text
    assert "where year = 2023" in page and "sorted by id" in page
    page = shipped.get(f"/{shipped.name}", sql="select 1", _lang="en").text
    assert re.search(r"Custom SQL query,? returning\s+1 row\b", page)


def test_a_complaint_is_said_in_chinese_and_markup_is_left_alone() -> None:
    with speaking("zh"):
        assert reported("no such table: x") == "没有这张表：x"
        assert reported("<p>no such table: x</p>") == "<p>no such table: x</p>"
    with speaking("en"):
        assert reported("no such table: x") == "no such table: x"
    assert page_words()["no such table: {0}"]
