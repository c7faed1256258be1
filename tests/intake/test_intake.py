"""A crawler's folder as it is: archives, web archives, saved pages, records of the crawl, junk."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from kinds.writing import as_docx, blocks
from sqlalchemy import Engine, text
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from gkingest.batch.plan import Plan
from gkingest.batch.run import run
from gkingest.batch.settings import Settings
from gkingest.corpus.discovery import discover
from gkingest.formats.spec import Format
from gkingest.store.database import open_database

TITLE = "平川县水务局2023年政府信息公开工作年度报告"
REPORT = "corpus/www.weidong.gov.cn/卫东区人民政府办公室2023年政府信息公开工作年度报告.pdf"


def page(title: str = TITLE, more: str = "") -> bytes:
    """A web page that is a report without its tables."""
    sections = [
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "六、其他需要报告的事项",
    ]
    body = "".join(f"<p>{s}</p><p>继续改进。</p>" for s in sections)
    return f"<html><body><h1>{title}</h1>{body}{more}</body></html>".encode()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ingested(here: Path, formats: tuple[Format, ...]) -> Engine:
    """The folder ``crawl`` read into a fresh database."""
    engine = open_database(str(here / "a.sqlite"), formats)
    paths = [Path("crawl")]
    run(discover(paths), formats, engine, Plan(Settings(ocr="never"), roots=("crawl",)))
    return engine


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def put(here: Path, name: str, data: bytes) -> None:
    path = here / "crawl" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_every_file_of_an_archive_has_a_line_and_the_archive_too(
    here: Path, root: Path, formats: tuple[Format, ...]
) -> None:
    report = (root / REPORT).read_bytes()
    put(here, "a.zip", zipped({"年报/报告.pdf": report, "../../escape.html": page(), "x.bin": b"\1\2\3"}))
    engine = ingested(here, formats)
    told = {p: (s, k) for p, s, k in rows(engine, "SELECT path, status, kind FROM documents")}
    assert told.pop("crawl/a.zip") == ("not_a_report", "archive")
    assert told.pop("crawl/a.zip!/年报/报告.pdf") == ("ok", "report")
    assert sorted(status for status, _ in told.values()) == ["needs_review", "unsupported"]
    assert all(path.startswith("crawl/a.zip!/") and ".." not in path for path in told)
    assert not (here.parent / "escape.html").exists()
    assert rows(engine, "SELECT count(*) FROM facts_long WHERE organ LIKE '卫东区%'") == [(201,)]


def test_a_bomb_costs_its_own_line_only(here: Path, root: Path, formats: tuple[Format, ...]) -> None:
    put(here, "bomb.zip", zipped({"zeros.txt": b"0" * 50_000_000}))
    put(here, "good.pdf", (root / REPORT).read_bytes())
    told = dict(rows(ingested(here, formats), "SELECT path, status FROM documents"))
    assert told["crawl/bomb.zip!/zeros.txt"] == "corrupt"
    assert told["crawl/good.pdf"] == "ok"


def test_answers_of_a_web_archive_come_with_address_and_time(
    here: Path, root: Path, formats: tuple[Format, ...]
) -> None:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for url, status, body in (
        ("http://www.x.gov.cn/gk/a.pdf", "200 OK", (root / REPORT).read_bytes()),
        ("http://www.x.gov.cn/gone.html", "404 Not Found", b"<html>gone</html>"),
    ):
        headers = StatusAndHeaders(status, [("Content-Type", "application/pdf")], protocol="HTTP/1.1")
        dated = {"WARC-Date": "2024-02-01T03:04:05Z"}
        writer.write_record(
            writer.create_warc_record(
                url, "response", payload=io.BytesIO(body), http_headers=headers, warc_headers_dict=dated
            )
        )
    put(here, "crawl.warc.gz", out.getvalue())
    engine = ingested(here, formats)
    query = "SELECT url, fetched_at, http_status, status FROM location WHERE kind <> 'archive'"
    assert rows(engine, query) == [("http://www.x.gov.cn/gk/a.pdf", "2024-02-01T03:04:05+00:00", 200, "ok")]
    assert rows(engine, "SELECT status FROM location WHERE kind = 'archive'") == [("not_a_report",)]


def test_a_manifest_says_where_files_come_from_and_is_no_report(
    here: Path, root: Path, formats: tuple[Format, ...]
) -> None:
    put(here, "b/年报.pdf", (root / REPORT).read_bytes())
    put(
        here,
        "manifest.csv",
        "path,url,title,published,fetched,status\n"
        "b/年报.pdf,http://www.weidong.gov.cn/a.pdf,年度报告,2024-01-26,2024-02-01 10:00:00,200\n".encode(),
    )
    engine = ingested(here, formats)
    query = "SELECT url, title, published_at, http_status FROM location WHERE path = 'crawl/b/年报.pdf'"
    assert rows(engine, query) == [("http://www.weidong.gov.cn/a.pdf", "年度报告", "2024-01-26", 200)]
    ((said,),) = rows(engine, "SELECT said FROM location WHERE path = 'crawl/b/年报.pdf'")
    assert ["url", "http://www.weidong.gov.cn/a.pdf", "manifest"] in json.loads(str(said))
    assert rows(engine, "SELECT status, kind FROM documents WHERE path = 'crawl/manifest.csv'") == [
        ("not_a_report", "crawl_record")
    ]


def test_a_page_says_itself_where_it_comes_from(here: Path, formats: tuple[Format, ...]) -> None:
    link = "<link rel=canonical href='http://www.x.gov.cn/a.html'>"
    head = f"<head>{link}<meta name=PubDate content='2024-01-30'></head>"
    put(here, "page.html", page().replace(b"<html>", b"<html>" + head.encode()))
    engine = ingested(here, formats)
    assert rows(engine, "SELECT url, published_at FROM location") == [("http://www.x.gov.cn/a.html", "2024-01-30")]


def test_the_page_and_the_pdf_of_one_report_are_linked(here: Path, root: Path, formats: tuple[Format, ...]) -> None:
    data = (root / REPORT).read_bytes()
    put(here, "a.pdf", data)
    put(here, "b.pdf", data + b"\n% the same again, other bytes\n")
    put(here, "c.pdf", data)
    engine = ingested(here, formats)
    assert rows(engine, "SELECT count(*) FROM source") == [(2,)]
    assert rows(engine, "SELECT count(*) FROM reports_current") == [(1,)]
    assert rows(engine, "SELECT agreed, differed FROM report_copy") == [(201, 0)]


def test_names_of_whatever_kind_have_their_lines(here: Path, formats: tuple[Format, ...]) -> None:
    names = ["two\nlines.pdf", "长" * 80 + ".pdf", "空 格　.pdf", "-dash.pdf", "a!/b.pdf"]
    for name in names:
        put(here, name, b"ok")
    (here / "crawl/loop").symlink_to("loop")
    (here / "crawl/again").symlink_to(".")
    told = dict(rows(ingested(here, formats), "SELECT path, status FROM documents"))
    assert set(told) == {*(f"crawl/{n}" for n in names), "crawl/loop"}
    assert set(told.values()) == {"not_a_report", "failed"}


SHAPE = "szfxxgk/202401/7_年报"


def test_tables_attached_to_a_page_are_read_with_its_text(
    here: Path, gk2021: Format, formats: tuple[Format, ...]
) -> None:
    tables = [b for b in blocks(gk2021) if not isinstance(b, str)]
    put(here, "_index.tsv", f"id\ttitle\turl\tdir\n7\t{TITLE}\thttp://x.gov.cn/7.html\t{SHAPE}\n".encode())
    put(here, f"{SHAPE}/page.html", page())
    put(here, f"{SHAPE}/attachments/附件.docx", as_docx(tables))
    put(here, f"{SHAPE}/links.tsv", "name\turl\ttext\n附件.docx\thttp://x.gov.cn/7.docx\t附件\n".encode())
    engine = ingested(here, formats)
    told = {str(p).removeprefix(f"crawl/{SHAPE}/"): (s, k) for p, s, k in rows(engine, _DOCUMENTS)}
    assert told["attachments/附件.docx"][1] == "report"
    assert told["page.html"] == ("not_a_report", "cover")
    query = "SELECT organ, year, value FROM facts_long WHERE row_key = 'new_received' AND column_key = 'total'"
    assert rows(engine, query) == [("平川县水务局", 2023, 62)]
    assert rows(engine, "SELECT url, attached_to FROM location WHERE path LIKE '%docx'") == [
        ("http://x.gov.cn/7.docx", f"crawl/{SHAPE}/page.html")
    ]


def test_a_page_whose_attachment_is_the_whole_report_is_its_cover(
    here: Path, root: Path, formats: tuple[Format, ...]
) -> None:
    put(here, f"{SHAPE}/page.html", page("卫东区人民政府办公室2023年政府信息公开工作年度报告"))
    put(here, f"{SHAPE}/attachments/a.pdf", (root / REPORT).read_bytes())
    engine = ingested(here, formats)
    assert sorted(rows(engine, "SELECT status, kind FROM documents")) == [
        ("not_a_report", "cover"),
        ("ok", "report"),
    ]
    assert rows(engine, "SELECT count(*) FROM report") == [(1,)]


_DOCUMENTS = "SELECT path, status, kind FROM documents"
