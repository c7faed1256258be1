"""A query is bounded in what it takes, not only in its time: a function, and drawing a page, runs to its end."""

import http.client
import re
from collections.abc import Callable
from html import unescape
from urllib.parse import urlencode

import pytest

from gkingest.serve import bounds

from .conftest import Asked

DOUBLING = ", ".join(
    f"c{n} AS (SELECT (SELECT x FROM c{n - 1}) + (SELECT x FROM c{n - 1}) AS x)" for n in range(1, 26)
)
LARGE = "string or blob too big"


def refusal(shown: Asked, sql: str) -> str:
    """The message of a query that is refused, the same as a page and as JSON."""
    data, page = shown.get(f"/{shown.name}.json", sql=sql), shown.get(f"/{shown.name}", sql=sql)
    assert (data.status_code, page.status_code) == (400, 400), sql
    told = re.search(r'class="message-error">([^<]*)', page.text)
    words = unescape(told[1]) if told else page.text
    if data.headers["content-type"].startswith("application/json"):
        assert data.json()["error"] in words
    return words.strip()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT zeroblob(900000000)",
        "SELECT hex(zeroblob(400000))",
        "SELECT replace(hex(zeroblob(100000)), '0', 'abc')",
        "SELECT group_concat(hex(zeroblob(100000))) FROM fact",
        "WITH RECURSIVE c(x) AS (SELECT 'a' UNION ALL SELECT x || x FROM c) SELECT length(x) FROM c",
    ],
)
def test_a_value_is_no_longer_than_any_of_a_report(shipped: Asked, sql: str) -> None:
    assert refusal(shipped, sql) == LARGE


@pytest.mark.parametrize(
    "width", ["'%.*c', 900000000, 'x'", "'%900000000d', 1", "'%.900000000f', 1.0", "'%*d', 9, 1"]
)
@pytest.mark.parametrize("name", ["printf", "format"])
def test_printf_counts_up_to_no_width_of_its_own(shipped: Asked, name: str, width: str) -> None:
    """SQLite counts up to the width before it finds that the text is too long."""
    assert refusal(shipped, f"SELECT {name}({width})") == LARGE


def test_printf_is_otherwise_that_of_sqlite(shipped: Asked) -> None:
    sql = (
        "SELECT printf('%.1f%% of %05d, %,d', 24.53, 53, 1234567) AS a, format('%s|%q', '公开', 'it''s') AS b, "
        "printf(NULL) AS c"
    )
    rows = shipped.get(f"/{shipped.name}.json", sql=sql, _shape="objects").json()["rows"]
    assert rows == [{"a": "24.5% of 00053, 1,234,567", "b": "公开|it''s", "c": None}]


def test_many_values_are_together_no_larger_than_an_answer(shipped: Asked) -> None:
    assert refusal(shipped, "SELECT zeroblob(400000) FROM fact") == (
        "the answer is larger than 64 MB; ask for fewer rows or columns"
    )
    rows = shipped.get(f"/{shipped.name}.json", sql="SELECT zeroblob(1000) AS z FROM fact LIMIT 3", _shape="arrays")
    assert len(rows.json()["rows"]) == 3


def test_each_answer_is_counted_by_itself(shipped: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "_ANSWER", 100_000)
    for _ in range(5):
        answer = shipped.get(f"/{shipped.name}.json", sql="SELECT hex(zeroblob(20000)) AS h", _shape="arrays")
        assert answer.status_code == 200
    assert "answer is larger" in refusal(shipped, "SELECT hex(zeroblob(20000)) FROM fact LIMIT 5")


def test_memory_of_sqlite_is_bounded_in_the_process_that_serves_and_that_is_said(
    shipped: Asked, served: int
) -> None:
    def answer(address: str, **words: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", served)
        connection.request("GET", f"{address}?{urlencode(words)}" if words else address)
        told = connection.getresponse()
        text = told.read().decode()
        connection.close()
        return told.status, text

    wide = ", ".join(["hex(randomblob(240000))"] * 900)
    for sql in (
        f"SELECT {wide}",
        "SELECT json_group_array(hex(zeroblob(100000))) FROM fact",
        f"WITH c0 AS (SELECT 1 AS x), {DOUBLING} SELECT x FROM c25",
    ):
        status, text = answer(f"/{shipped.name}.json", sql=sql)
        assert status == 400
        assert "needs more memory than it may take" in text
    assert answer("/")[0] == 200


def test_a_pattern_that_is_tried_at_every_place_is_short(shipped: Asked) -> None:
    assert "pattern too complex" in refusal(shipped, f"SELECT 1 FROM fact WHERE raw_text LIKE '{'%a' * 150}'")


def test_no_other_file_is_opened(shipped: Asked) -> None:
    assert shipped.get(f"/{shipped.name}.json", sql="ATTACH DATABASE 'other.sqlite' AS o").status_code == 400


def test_a_page_of_too_many_cells_says_what_to_ask_for(shipped: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_CELLS", 60)
    fine = shipped.get(f"/{shipped.name}", sql="SELECT organ, year, title FROM report LIMIT 20")
    assert fine.status_code == 200
    assert shipped.get(f"/{shipped.name}", sql="SELECT organ, year, title FROM report LIMIT 20").status_code == 200
    wide = shipped.get(f"/{shipped.name}", sql="SELECT organ, year, title FROM report LIMIT 21")
    assert wide.status_code == 400
    assert "more than 60 cells" in wide.text and "fewer rows" in wide.text
    chinese = shipped.get(f"/{shipped.name}", sql="SELECT organ, year, title FROM report LIMIT 21", _lang="zh")
    assert "减少行或列" in chinese.text and "fewer rows" not in chinese.text
    data = shipped.get(f"/{shipped.name}.json", sql="SELECT organ, year, title FROM report LIMIT 21")
    assert len(data.json()["rows"]) == 21


def test_a_long_page_of_ours_is_shown_whole(changed: Callable[..., Asked]) -> None:
    """What a report holds is not cut off by what a query may ask for."""
    text = "沙糖桔苗木抽检。" * 40_000
    asked = changed(
        f"UPDATE section SET text = '{text}' WHERE id = (SELECT min(rowid) FROM section_words "
        "WHERE section_words MATCH '\"沙糖桔\"')"
    )
    found = asked.get("/-/gkingest/search", words="沙糖桔苗木抽检")
    assert found.status_code == 200
    assert "<mark>沙糖桔苗木抽检</mark>" in found.text
    assert refusal(asked, "SELECT text FROM section") == LARGE
