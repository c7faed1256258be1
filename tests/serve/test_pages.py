"""The pages that show where a figure is printed, and what they must never show."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from html import escape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gkingest.errors import DatabaseError
from gkingest.formats.indicators import load_measures
from gkingest.language import speaking
from gkingest.model.key import FactKey
from gkingest.serve.pages.doubts import touched
from gkingest.serve.pages.figure import parse_box
from gkingest.serve.pages.searching import excerpt
from gkingest.serve.plugin import full_text_query
from gkingest.serve.server import build

from .conftest import Asked

WEIDONG = "3d179cc91e90c09cba96d66d8073efe4ae2566d408d5b677583935052242b9ae"
GRANTED = f"/-/gkingest/fact/{WEIDONG}-1/requests/granted/total"
HOSTILE = "<script>alert(1)</script>"


def mark_of(html: str) -> tuple[float, float, float, float]:
    """Left, top, width and height of the mark, in parts of the page."""
    found = re.search(
        r'id="mark" style="left: ([\d.]+)%; top: ([\d.]+)%; width: ([\d.]+)%; height: ([\d.]+)%"', html
    )
    assert found, "no mark"
    left, top, width, height = (float(n) / 100 for n in found.groups())
    return left, top, width, height


def described(shown: Any) -> dict[str, Any]:
    """What metadata tells of the tables."""
    return dict(shown.datasette.metadata("tables", database=shown.name))


def test_every_column_of_every_table_and_view_is_described_in_the_visitors_language(shipped: Asked) -> None:
    with closing(sqlite3.connect(shipped.path)) as connection:
        names = [n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
        columns_of = {n: [row[1] for row in connection.execute(f"PRAGMA table_info({n})")] for n in names}
    assert {"fact", "panel", "indicators", "comparable"} <= columns_of.keys()
    english = described(shipped)
    with speaking("zh"):
        chinese = described(shipped)
    for name, columns in columns_of.items():
        if name.startswith("section_words"):  # SQLite's own
            continue
        assert columns and set(columns) == set(english[name]["columns"]) == set(chinese[name]["columns"]), name
        for column in columns:
            assert english[name]["columns"][column] and chinese[name]["columns"][column], f"{name}.{column}"
        assert english[name]["description"] != chinese[name]["description"]


def test_what_is_technical_is_hidden(shipped: Asked) -> None:
    page = shipped.get(f"/{shipped.name}.json").json()
    hidden = {t["name"] for t in page["tables"] if t["hidden"]}
    assert {"meta", "section_words", "figure", "slot", "word", "doubt", "phrase"} <= hidden
    assert not hidden & {"report", "fact", "finding", "location"}


def test_the_start_page_names_every_query_and_the_search(shipped: Asked) -> None:
    page = shipped.get("/")
    assert page.status_code == 200
    assert "31 reports" in page.text
    assert 'action="/-/gkingest/search"' in page.text
    for name in ("ranking", "coverage", "narrative"):
        assert f'href="/{shipped.name}/{name}"' in page.text


def test_a_figure_is_marked_where_another_reader_finds_it(
    shipped: Asked, printed_nine: tuple[float, float]
) -> None:
    """pdfplumber reads the page by itself: see ``printed_nine``."""
    left, top, width, height = mark_of(shipped.get(GRANTED).text)
    across, down = printed_nine
    assert left < across < left + width
    assert top < down < top + height
    assert width < 0.1 and height < 0.05


def test_the_picture_is_a_png_of_the_page(shipped: Asked) -> None:
    answer = shipped.get(f"/-/gkingest/picture/{WEIDONG}/2.png")
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


def test_a_fact_of_facts_long_leads_to_its_box_and_the_figure_is_named_there(shipped: Asked) -> None:
    page = shipped.get(f"/{shipped.name}/facts_long", sha256=WEIDONG, row_key="granted", column_key="total")
    found = re.search(r'href="(/-/gkingest/page/[^"#]+)#mark"', page.text)
    assert found
    answer = shipped.get(found[1].replace("&amp;", "&"))
    mark_of(answer.text)
    assert "requests/granted/total" in answer.text


def test_a_cell_of_panel_leads_to_its_figure(shipped: Asked) -> None:
    page = shipped.get(f"/{shipped.name}/panel", region_code="410403")
    assert f'href="{GRANTED}#mark"' in page.text


def test_a_figure_that_is_not_printed_says_so(changed: Callable[..., Asked]) -> None:
    gone = ", ".join(f"{c} = NULL" for c in ("page", "x0", "top", "x1", "bottom", "value", "form_value"))
    asked = changed(
        f"UPDATE figure SET {gone}, state = 3, raw_text = '' WHERE report = (SELECT serial FROM report "
        f"WHERE id = '{WEIDONG}-1') AND slot IN (SELECT id FROM slot WHERE row_key = 'granted' "
        "AND column_key = 'total')"
    )
    page = asked.get(GRANTED)
    assert "absent" in page.text
    assert "Nothing is printed" in page.text
    assert 'id="mark"' not in page.text


def test_a_doubt_stands_beside_its_figure(shipped: Asked) -> None:
    row = shipped.rows("flagged_cells", year="2023")[0]
    key = "/".join(row[k] for k in ("table_key", "row_key", "column_key"))
    page = shipped.get(f"/-/gkingest/fact/{row['report_id']}/{key}")
    assert "rule.broken" in page.text
    assert "yes, see the doubts below" in page.text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/-/gkingest/fact/none/requests/granted/total", 404),
        (f"/-/gkingest/fact/{WEIDONG}-1/requests/nothing/total", 404),
        (f"/-/gkingest/page/{'0' * 64}/1", 404),
        (f"/-/gkingest/page/{WEIDONG}/99", 404),
        (f"/-/gkingest/page/{WEIDONG}/0", 404),
        (f"/-/gkingest/page/{WEIDONG}/2?box=1,2,3", 400),
        (f"/-/gkingest/page/{WEIDONG}/2?box=1,2,nan,4", 400),
        (f"/-/gkingest/page/{WEIDONG}/2?box=%3Cscript%3E", 400),
        (f"/-/gkingest/picture/{WEIDONG}/99.png", 404),
        (f"/-/gkingest/picture/{'0' * 64}/1.png", 404),
        ("/-/gkingest/page/..%2F..%2Fetc%2Fpasswd/1", 404),
        ("/-/gkingest/picture/etc/passwd.png", 404),
    ],
)
def test_what_is_not_there_is_said_to_be(shipped: Asked, address: str, status: int) -> None:
    answer = shipped.get(address)
    assert answer.status_code == status
    assert "Traceback" not in answer.text


def test_a_file_that_is_gone_or_changed_gives_what_was_read_and_says_why(changed: Callable[..., Asked]) -> None:
    asked = changed(f"UPDATE location SET path = 'corpus/gone.pdf' WHERE sha256 = '{WEIDONG}'")
    page = asked.get(GRANTED)
    assert page.status_code == 200
    assert "corpus/gone.pdf: it is no longer there" in page.text
    assert re.search(r'<td class="marked" id="mark">\s*9\s*</td>', page.text), "the table as it was read"
    assert "<img" not in page.text


def test_a_path_that_leads_elsewhere_is_never_shown(changed: Callable[..., Asked], tmp_path: Path) -> None:
    """Only bytes that hash to what the database has are opened for showing, whatever path stands in it."""
    secret = tmp_path / "secret.pdf"
    secret.write_bytes(b"%PDF-1.4 secret of another")
    asked = changed(f"UPDATE location SET path = '{secret}' WHERE sha256 = '{WEIDONG}'")
    assert "it has other bytes now" in asked.get(GRANTED).text
    assert asked.get(f"/-/gkingest/picture/{WEIDONG}/2.png").status_code == 404


def test_a_source_without_pages_shows_its_table_and_text(changed: Callable[..., Asked]) -> None:
    asked = changed(f"UPDATE source SET media_type = 'text/html' WHERE sha256 = '{WEIDONG}'")
    page = asked.get(GRANTED)
    assert "has no printed pages" in page.text
    assert re.search(r'<td class="marked" id="mark">\s*9\s*</td>', page.text)
    first = asked.get(f"/-/gkingest/page/{WEIDONG}/1")
    assert "一、总体情况" in first.text


def test_what_a_report_prints_is_text_and_never_markup(changed: Callable[..., Asked]) -> None:
    asked = changed(
        f"UPDATE report SET title = '{HOSTILE}', organ = '{HOSTILE}' WHERE sha256 = '{WEIDONG}'",
        f"INSERT INTO word VALUES (0, '{HOSTILE}')",
        f"UPDATE figure SET raw_text = '{HOSTILE}', row_label = 0 WHERE report IN (SELECT serial FROM report WHERE "
        f"id = '{WEIDONG}-1')",
        f"UPDATE location SET url = 'javascript:alert(1)', title = '{HOSTILE}' WHERE sha256 = '{WEIDONG}'",
        f"UPDATE section SET text = '公开 {HOSTILE} 公开', heading = '{HOSTILE}' WHERE sha256 = '{WEIDONG}'",
        f"UPDATE phrase SET english = id || '{HOSTILE}', chinese = id || '{HOSTILE}'",
    )
    name = asked.name
    for address in (
        GRANTED,
        f"/-/gkingest/report/{WEIDONG}-1",
        f"/-/gkingest/organ/{WEIDONG}-1",
        f"/-/gkingest/reports?words={HOSTILE}",
        "/-/gkingest/reports",
        "/-/gkingest/review?code=rule.broken",
        f"/-/gkingest/page/{WEIDONG}/1",
        "/-/gkingest/search?words=公开",
        f"/-/gkingest/search?words={HOSTILE}",
        "/-/gkingest/chart?year=2023",
        f"/-/gkingest/chart?chart=series&organ={HOSTILE}",
        f"/{name}/facts_long?sha256={WEIDONG}",
        f"/{name}/organ_panel?organ=410403&year=",
        f"/{name}/printed_errors?year=",
        f"/{name}/narrative?words=公开",
    ):
        answer = asked.get(address)
        assert answer.status_code == 200, address
        assert HOSTILE not in answer.text, address
        assert 'href="javascript:' not in answer.text, address
    assert escape(HOSTILE) in asked.get(GRANTED).text


def test_nothing_is_fetched_from_elsewhere(shipped: Asked) -> None:
    for address in ("/", GRANTED, "/-/gkingest/chart", f"/{shipped.name}/facts_long"):
        answer = shipped.get(address)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert not re.findall(r'(?:src|rel="stylesheet" href)="(?:https?:)?//', answer.text), address


def test_the_database_cannot_be_written_or_fetched_whole(shipped: Asked) -> None:
    assert shipped.get(f"/{shipped.name}.json", sql="DELETE FROM report").status_code == 400
    assert shipped.get(f"/{shipped.name}.db").status_code in (403, 404)


def test_another_program_may_write_meanwhile(changed: Callable[..., Asked], tmp_path: Path) -> None:
    asked = changed()
    with closing(sqlite3.connect(tmp_path / "changed.sqlite")) as writer:
        assert writer.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM report WHERE organ = '卫东区人民政府办公室'")
        assert sum(r["reports"] for r in asked.rows("coverage")) == 31
        writer.execute("COMMIT")
        assert sum(r["reports"] for r in asked.rows("coverage")) == 30


def test_a_server_is_no_file(formats: Any) -> None:
    with pytest.raises(DatabaseError, match="SQLite files only") as caught:
        build("postgresql://user:secret@host/name", formats, load_measures(formats, None))
    assert "secret" not in str(caught.value)


def test_another_database_is_refused(formats: Any, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE meta (note)")
    with pytest.raises(DatabaseError, match="no database of gkingest"):
        build(str(other), formats, load_measures(formats, None))
    other.write_bytes(b"this is text" * 100)
    with pytest.raises(DatabaseError, match="cannot be opened for reading"):
        build(str(other), formats, load_measures(formats, None))


def test_a_search_marks_the_words_and_links_the_page(shipped: Asked) -> None:
    page = shipped.get("/-/gkingest/search", words="沙糖桔苗木抽检")
    assert "西林县林果产业局" in page.text
    assert "<mark>沙糖桔苗木抽检</mark>" in page.text
    assert re.search(r'href="/-/gkingest/page/ed4e90d5[0-9a-f]+/1"', page.text)
    assert "No section" in shipped.get("/-/gkingest/search", words="量子纠缠").text


def test_a_ranking_draws_those_with_a_value_and_names_the_others(shipped: Asked) -> None:
    page = shipped.get("/-/gkingest/chart", year="2023", indicator="disclosure_rate").text
    assert page.count("<rect") == 2 * 4, "for a wide window and for a narrow one"
    assert page.index("70.6% (12/17)") < page.index("24.5% (13/53)")
    assert re.search(r">宝塔区统计局</a>, 2023: blank", page)


def test_a_series_across_the_editions_is_broken_where_they_do_not_compare(shipped: Asked) -> None:
    """The disclosure rate compares from 2020 to 2023; completeness counts other slots in each edition."""
    joined = shipped.get("/-/gkingest/chart", chart="series", organ="攸县", indicator="disclosure_rate").text
    assert joined.count("<polyline") == 2 * 1, "for a wide window and for a narrow one"
    assert joined.count("<circle") == 2 * 4
    split = shipped.get("/-/gkingest/chart", chart="series", organ="攸县", indicator="completeness").text
    assert split.count("<polyline") == 2 * 2
    assert "(2019)" in split and "(2021)" in split


@given(st.text(max_size=40))
def test_any_words_make_a_query_that_sqlite_understands(words: str) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(words)")
        connection.execute("SELECT * FROM t WHERE t MATCH ?", (full_text_query(words),)).fetchall()


@given(st.text(max_size=60), st.text(max_size=10))
def test_an_excerpt_is_a_stretch_of_the_text_cut_where_words_are_found(text: str, words: str) -> None:
    pieces = excerpt(text + HOSTILE, words)
    assert "".join(p.text for p in pieces) in "".join((text + HOSTILE).split())
    assert all(p.text for p in pieces)


@given(st.text(max_size=30))
def test_a_box_is_four_numbers_in_order_or_none(text: str) -> None:
    box = parse_box(text)
    assert box is None or (box[0] <= box[2] and box[1] <= box[3])


def test_a_finding_touches_what_its_stars_cover() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        row = connection.execute("""SELECT '[["requests","granted","*"]]' AS touches""").fetchone()
        none = connection.execute("SELECT NULL AS touches").fetchone()
    assert FactKey("requests", "granted", "total").matches_any(touched(row))
    assert not FactKey("requests", "partial", "total").matches_any(touched(row))
    assert touched(none) == []
