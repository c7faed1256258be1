"""Reports as the form, organs with their years, comparisons: what stands where, in the visitor's language."""

import csv
import io
import re
from html import unescape

import pytest

from gkingest.formats.spec import Format
from gkingest.serve.pages.form import laid_out
from gkingest.serve.spoken import rounded
from gkingest.store.ask.canned import CANNED

from .conftest import Asked

GUSHI = "14b610031639f3a3db3fcfe3db5e9683c62f42adaf4683da79b08a23ed617433-1"
YOUXIAN = "0ca31ef71f7450c3e02c74730b92ba396a191b617cf64d99737a84226e249fa0-1"
HESHAN = "4b5aab6026909bd75a46408e8eff2f4301a59126b7e13f545b775dfaee70a78a-1"
PAGES = {
    "start": "/",
    "reports": "/-/gkingest/reports",
    "report": f"/-/gkingest/report/{GUSHI}",
    "organ": f"/-/gkingest/organ/{YOUXIAN}",
    "ranking": "/-/gkingest/compare?year=2023",
    "series": "/-/gkingest/compare?chart=series&organ=攸县人民政府办公室",
    "figure": f"/-/gkingest/fact/{GUSHI}/requests/decided_total/natural_person",
    "search": "/-/gkingest/search?words=依申请公开",
    "review": "/-/gkingest/review",
}
# What is asked for in vain, with what is answered; the database goes by its name.
NOWHERE = "/-/gkingest/report/" + "0" * 64 + "-1"
REFUSED = {
    "no report": (NOWHERE, 404),
    "no figure": (f"/-/gkingest/fact/{GUSHI}/no/such/figure", 404),
    "no page of a file": (f"/-/gkingest/page/{GUSHI[:-2]}/99", 404),
    "no box": (f"/-/gkingest/page/{GUSHI[:-2]}/2?box=1,2,3", 400),
    "no sheet to code": ("/-/gkingest/code", 404),
    "no address": ("/-/nothing", 404),
    "no database": ("/nothing", 404),
    "no table": ("/{0}/nothing", 404),
    "no row": ("/{0}/report/nothing", 404),
    "no column": ("/{0}?sql=select+nothing+from+report", 400),
    "no query": ("/{0}?sql=selec", 400),
    "no size": ("/{0}/report?_size=many", 400),
    "too large a size": ("/{0}/report?_size=99999", 400),
    "too large an answer": ("/{0}?sql=select+hex(zeroblob(400000))", 400),
    "not for everybody": ("/-/permissions", 403),
    "not the whole database": ("/{0}.db", 403),
    "only for those who write for Datasette": ("/-/patterns", 404),
}
TABLES = {
    "database": ("/{0}", 200),
    "table": ("/{0}/report?_size=2", 200),
    "row": (f"/{{0}}/report/{GUSHI}", 200),
    "what a query asks": ("/{0}/ranking", 200),
    "what a query finds": ("/{0}/printed_errors", 200),
}
CHINESE = re.compile("[\u4e00-\u9fff]")
# Names, what is printed, doubts (they quote the form's rules; tests/cli holds their languages), sources, codes.
_NAMED = re.compile(
    r'<(\w+)[^>]* lang="zh[^"]*"[^>]*>.*?</\1>|<title>.*?</title>|<h1>.*?</h1>|<dd.*?</dd>|<option.*?</option>'
    r'|<svg.*?</svg>|<script.*?</script>|<button[^>]*gk-copy[^>]*>|<a class="gk-language".*?</a>|aria-label="[^"]*"'
    r'|<ul class="gk-doubts">.*?</ul>|<p class="note">.*?</p>|<span class="printed">.*?</span>'
    r"|<small>.*?</small>|<code>.*?</code>|<ul class=\"queries\">.*?</ul>|data-words='[^']*'",
    re.DOTALL,
)

# What a page of Datasette shows of the database itself.
_DATA = re.compile(
    r'<(?:(?:t[dh]|textarea|pre)\b|ul class="tight-bullets").*?</(?:t[dh]|textarea|pre|ul)>', re.DOTALL
)


def words_of(page: str) -> str:
    """What a page says of itself, names and what is printed left out."""
    body = page[page.index("<body") :]
    own = body if 'class="gk"' in body else _DATA.sub(" ", body)
    return unescape(re.sub(r"<[^>]+>", " ", _NAMED.sub(" ", own)))


@pytest.fixture(scope="module")
def names(shipped: Asked) -> set[str]:
    """What the database calls its tables, views, columns and queries."""
    (told,) = shipped.datasette.metadata()["databases"].values()
    columns = {name for table in told["tables"].values() for name in table["columns"]}
    asked = {name for query in CANNED for name in re.findall(r":(\w+)", query.sql)}
    return {shipped.name, *told["tables"], *told["queries"], *columns, *asked}


def in_two_languages(shipped: Asked, address: str, status: int, names: set[str]) -> tuple[str, str]:
    """A page in English and in Chinese, once it is clear that it is, and leads from each to the other."""
    join = "&" if "?" in address else "?"
    english = shipped.get(f"{address}{join}_lang=en")
    chinese = shipped.get(f"{address}{join}_lang=zh")
    assert english.status_code == chinese.status_code == status
    assert '<html lang="en">' in english.text and '<html lang="zh-Hans">' in chinese.text
    assert re.search(r'hreflang="zh" href="\?(?:.*&amp;)?_lang=zh">中文</a>', english.text)
    assert re.search(r'hreflang="en" href="\?(?:.*&amp;)?_lang=en">English</a>', chinese.text)
    assert CHINESE.findall(words_of(english.text)) == []
    told = re.sub(
        r"`[^`]*`|serve --code|[\w./:-]*[/._:][\w./:-]*|Datasette|SHA-256|JSON|json|CSV|SVG|SQL|LIKE|GLOB|NULL"
        r"|SELECT|Alt|Enter|gkingest|English|\[[^]]*\]",
        "",
        words_of(chinese.text),
    )
    assert set(re.findall(r"\b[A-Za-z]{3,}\b", told)) - names == set()
    return english.text, chinese.text


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_in_one_language(shipped: Asked, name: str) -> None:
    english, _ = in_two_languages(shipped, PAGES[name], 200, set())
    title = re.search("<title>(.*?)</title>", english, re.DOTALL)
    assert title and title[1].strip() and not re.search("[0-9a-f]{64}", title[1])
    heading = re.search("<h1>(.*?)</h1>", english, re.DOTALL)
    assert heading and not re.search("[0-9a-f]{64}", heading[1])


@pytest.mark.parametrize("name", REFUSED | TABLES)
def test_so_is_each_that_tells_an_error_and_each_of_a_table(shipped: Asked, names: set[str], name: str) -> None:
    address, status = (REFUSED | TABLES)[name]
    asked = {"nothing", "selec", "select", "from", "hex", "zeroblob", "report"}  # what an answer repeats
    _, chinese = in_two_languages(shipped, address.format(shipped.name), status, names | asked)
    if name in REFUSED:
        assert CHINESE.search("".join(re.findall(r"<title>(.*?)</title>", chinese)) + words_of(chinese))


def test_a_comparison_that_is_stopped_says_so_on_a_page_like_all_others(
    shipped: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped.datasette, "sql_time_limit_ms", 1)
    english, chinese = in_two_languages(shipped, PAGES["ranking"], 400, set())
    assert "took too long" in english and "查询用时过长，已中断" in chinese
    assert "SELECT" not in english + chinese, "what was asked of SQLite is nothing for those who read"


def test_the_language_that_was_chosen_is_kept(shipped: Asked) -> None:
    first = shipped.get("/-/gkingest/reports", _lang="zh")
    assert "gk_lang=zh" in first.headers["set-cookie"]
    client = shipped.datasette.client
    later = shipped.run(client.get("/-/gkingest/reports", headers={"cookie": "gk_lang=zh"}))
    assert '<html lang="zh-Hans">' in later.text and "set-cookie" not in later.headers
    assert '<html lang="en">' in shipped.get("/-/gkingest/reports", _lang="fr").text


def test_datasettes_own_pages_speak_it_too(shipped: Asked) -> None:
    page = shipped.get(f"/{shipped.name}/facts_long", _lang="zh", _size="1").text
    assert "下一页" in page and "Next page" not in page
    assert "更多导出方式" in page and "Advanced export" not in page


def test_a_report_is_laid_out_as_its_form(shipped: Asked) -> None:
    """固始 2023: 63 in total for natural persons, which the report adds up wrongly; see its page."""
    page = shipped.get(f"/-/gkingest/report/{GUSHI}", _lang="zh").text
    assert "<h1>固始县城乡建设发展局 2023</h1>" in page
    assert re.search(r'<th scope="rowgroup" rowspan="22">\s*<span[^>]*>三、本年度办理结果', page)
    assert re.search(r'<th scope="colgroup" colspan="5">\s*<span[^>]*>法人或其他组织', page)
    cell = re.search(
        r'<td class="amount doubt" data-ink="ink-requests-decided_total-natural_person">(.*?)</td>', page
    )
    assert cell and '<span class="printed">63</span>' in cell[1] and "疑问1" in cell[1]
    assert 'id="doubt-1"' in page and "原文如此" in page
    assert 'id="ink-requests-decided_total-natural_person" data-box="' in page
    dash = re.search(
        r'<td class="amount word"[^>]*>(?:(?!</td>).)*<span class="printed">-</span><small>横线</small>', page
    )
    assert dash, "a dash is told in words"


def test_the_earlier_edition_has_its_own_form(shipped: Asked) -> None:
    page = shipped.get(f"/-/gkingest/report/{HESHAN}").text
    assert "本年新制作数量" in page and "Newly made this year" in page
    assert "本年制发件数" not in page


def test_the_form_has_every_figure_once(formats: tuple[Format, ...]) -> None:
    for form in formats:
        for laid, table in zip(laid_out(form), form.tables, strict=False):
            keys = [key for part in laid.parts for key in part.keys]
            assert len(keys) == len(set(keys)) == len(list(table.slots()))
            for part in laid.parts:  # what is merged fills the lines of the table
                wide = sum(square.columns for square in part.head[0])
                assert sum(square.columns for square in part.body[0]) == wide


def test_an_organs_years_stand_side_by_side_with_what_carries_over(shipped: Asked) -> None:
    page = shipped.get(f"/-/gkingest/organ/{YOUXIAN}").text
    assert "<title>攸县人民政府办公室 2020–2023</title>" in page
    assert [f"{y} → {y + 1}" in page for y in (2020, 2021, 2022)] == [True] * 3
    row = re.search(r'<span lang="zh-Hans">（七）总计</span>.*?</tr>', page, re.DOTALL)
    assert row and re.findall(r"#mark\">(\d+)", row[0]) == ["40", "49", "56", "57"]
    assert "not in edition" in page


def test_what_is_compared_can_be_taken_home(shipped: Asked) -> None:
    answer = shipped.get("/-/gkingest/compare.csv", year="2023", indicator="disclosure_rate", _lang="zh")
    assert answer.text.startswith("\ufeff"), "Excel takes it for UTF-8"
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["机关"] for row in rows][:2] == ["民乐县草畜产业局", "攸县人民政府办公室"]
    assert rows[0]["分子"] == "12" and rows[0]["分母"] == "17"
    svg = shipped.get("/-/gkingest/compare.svg", year="2023")
    assert svg.headers["content-type"].startswith("image/svg+xml") and "<svg" in svg.text
    figures = list(csv.DictReader(io.StringIO(shipped.get(f"/-/gkingest/report/{GUSHI}.csv").text)))
    assert {"requests/granted/total": "16"}.items() <= {
        f"{r['table_key']}/{r['row_key']}/{r['column_key']}": r["value"] for r in figures
    }.items()


def test_a_citation_names_no_address_that_nobody_told(shipped: Asked) -> None:
    page = shipped.get(f"/-/gkingest/report/{GUSHI}", _lang="zh").text
    citation = re.search(r'data-copy="([^"]*)"', page)
    assert (
        citation and citation[1] == "固始县城乡建设发展局. 固始县城乡建设发展局2023年政府信息公开工作年度报告[R]."
    )
    assert "由文件夹名推得" in page


def test_numbers_are_rounded_for_people() -> None:
    assert rounded(13575394432.52) == "13,575,394,432.52"
    assert rounded(None) == "" and rounded(0) == "0" and rounded(100.0, "percent") == "100.0%"


@pytest.mark.parametrize("address", [f"report/{'0' * 64}-1", f"organ/{'0' * 64}-1", f"report/{'0' * 64}-1.csv"])
def test_a_report_that_is_not_there_is_said_not_to_be(shipped: Asked, address: str) -> None:
    assert shipped.get(f"/-/gkingest/{address}").status_code == 404


def test_every_word_of_the_pages_has_its_chinese(shipped: Asked, root: object) -> None:
    from pathlib import Path

    from gkingest.language import catalogue, read_catalogue

    folder = Path(str(root)) / "src/gkingest"
    known = catalogue() | read_catalogue(folder / "locale/serve/pages.po")
    lacking = []
    for path in [*folder.glob("serve/**/*.html"), *folder.glob("serve/**/*.py")]:
        for call in re.finditer(r'\bsay\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)', path.read_text(encoding="utf-8")):
            text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', call[1]))
            if text not in known and "page {0} of {1}" not in text:
                lacking.append(f"{path.name}: {text}")
    assert lacking == []


def test_a_row_of_a_table_is_not_headed_by_a_hash(shipped: Asked) -> None:
    page = shipped.get(f"/{shipped.name}/report/{GUSHI}", _lang="zh")
    assert page.status_code == 200 and "来自其他表的链接" in page.text
    heading = re.search("<h1>(.*?)</h1>", page.text, re.DOTALL)
    assert heading and heading[1].strip() == "report: 14b61003…"
