"""Datasette's own templates in Chinese: every piece that another is put in place of is still there."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from gkingest.language import speaking
from gkingest.serve.spoken import page_words
from gkingest.serve.wording import PIECES, SCRIPT_PIECES, in_script, reported

from .conftest import Asked

ENGLISH = re.compile(r"\b(rows?|where|sorted|contains|view|returning|Sort|extra|error|not found)\b")


def test_every_piece_of_a_template_is_still_there() -> None:
    found = find_spec("datasette")
    assert found and found.origin
    sources = "".join(path.read_text("utf-8") for path in Path(found.origin).parent.glob("templates/*.html"))
    assert [piece for piece in PIECES if piece not in sources] == []
    script = (Path(found.origin).parent / "static" / "table.js").read_text("utf-8")
    assert [piece for piece in SCRIPT_PIECES if piece not in script] == []
    assert in_script(script) == script


def test_the_menu_of_a_column_is_in_the_language_of_the_page(shipped: Asked) -> None:
    script = shipped.get("/-/static/table.js", _lang="zh").text
    for words in ("升序", "降序", "按此列的值分组计数", "隐藏此列", "显示全部列", "只看非空的行"):
        assert f">{words}</a>" in script
    assert "Sort ascending" in shipped.get("/-/static/table.js", _lang="en").text


def test_a_query_asks_in_words_and_its_page_is_called_by_its_name(shipped: Asked) -> None:
    page = shipped.get(f"/{shipped.name}/ranking", _lang="zh").text
    assert "<title>按指标排名</title>" in page
    assert ">指标 (indicator)</label>" in page and ">年度 (year)</label>" in page


ENDLESS = "with recursive t(n) as (select 1 union all select n + 1 from t) select count(*) from t where n != '<b>'"


def test_a_query_that_is_stopped_says_so_in_chinese_on_a_page_like_all_others(
    shipped: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped.datasette, "sql_time_limit_ms", 50)
    page = shipped.get(f"/{shipped.name}", sql=ENDLESS, _lang="zh").text
    assert "查询用时过长，已中断" in page and "took too long" not in page
    assert "&lt;b&gt;" in page and "<b>" not in page
    assert "/-/gkingest/style.css" in page and "/-/gkingest/review" in page, "it has the styles and the menu"


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
    assert "year = 2023" in page and "条件" not in page


def test_a_complaint_is_said_in_chinese_and_markup_is_left_alone() -> None:
    with speaking("zh"):
        assert reported("no such table: x") == "没有这张表：x"
        assert reported("<p>no such table: x</p>") == "<p>no such table: x</p>"
        told = "<p>SQL query took too long. </p><script>x</script>"
        assert reported(told) == told, "what only looks like a message of Datasette's is no markup"
    with speaking("en"):
        assert reported("no such table: x") == "no such table: x"
    assert page_words()["no such table: {0}"]
