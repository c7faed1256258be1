"""What a crawl left beside its files, read from folders that the tests build."""

import csv
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gkingest.crawl.folder import FolderProvenance
from gkingest.crawl.listing import LARGEST
from gkingest.model.provenance import UNKNOWN, Provenance

SITE = "http://www.weidong.gov.cn"
REPORT = "卫东区2023年年度报告.pdf"


def put(path: Path, text: str | bytes = b"") -> Path:
    """A file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def spoken(found: Provenance) -> set[tuple[str, str]]:
    """Which witness spoke of which field."""
    return {(field, witness) for field, _, witness in found.said}


@pytest.fixture
def crawl(tmp_path: Path) -> Path:
    """The folder that is given to the program."""
    return tmp_path / "crawl"


def test_a_manifest_tells_of_files_below_it(crawl: Path) -> None:
    report = put(crawl / "2023" / REPORT)
    lines = "Path,URL,Title,Published_At,Fetched_At,Status,Site\n"
    put(
        crawl / "manifest.csv",
        f"{lines}2023/{REPORT},{SITE}/a.pdf,年度报告,2024-01-15,2024-02-01 08:00:00,200,卫东区政府\n",
    )
    crawled = FolderProvenance([crawl])
    found = crawled.of(report)
    assert (found.url, found.title, found.published_at) == (f"{SITE}/a.pdf", "年度报告", "2024-01-15")
    assert (found.fetched_at, found.http_status) == ("2024-02-01T08:00:00+00:00", 200)
    assert (found.source_name, found.attached_to) == ("卫东区政府", "")
    assert {witness for _, witness in spoken(found)} == {"manifest"}
    assert crawled.of(put(crawl / "other.pdf")) == UNKNOWN
    assert crawled.problems == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_chinese_columns_in_any_encoding_that_excel_writes(crawl: Path, encoding: str, separator: str) -> None:
    report = put(crawl / REPORT)
    rows = [
        ["路径", "网址", "标题", "发布日期", "抓取时间", "状态码", "来源"],
        [f".\\{REPORT}", f"{SITE}/a.pdf", "年报", "2024年1月15日", "2024/2/1 8:00:00", "200", "卫东区"],
    ]
    put(crawl / "manifest.csv", "\r\n".join(map(separator.join, rows)).encode(encoding))
    found = FolderProvenance([crawl]).of(report)
    assert (found.url, found.title, found.published_at) == (f"{SITE}/a.pdf", "年报", "2024-01-15")
    assert (found.fetched_at, found.http_status) == ("2024-02-01T08:00:00+00:00", 200)
    assert found.source_name == "卫东区"
    assert ("published_at", "2024年1月15日", "manifest") in found.said


@pytest.mark.parametrize(
    "shape", [lambda rows: rows, lambda rows: {"made": "today", "files": rows}, lambda rows: {"a.pdf": rows[0]}]
)
def test_a_json_manifest_may_have_three_shapes(crawl: Path, shape: object) -> None:
    row = {"file": "a.pdf", "链接": f"{SITE}/a.pdf", "status": 200, "fetched": 1705284000, "extra": [1]}
    put(crawl / "manifest.json", json.dumps(shape([row])))  # type: ignore[operator]
    found = FolderProvenance([crawl]).of(put(crawl / "a.pdf"))
    assert (found.url, found.http_status, found.fetched_at) == (f"{SITE}/a.pdf", 200, "2024-01-15T02:00:00+00:00")


def test_lines_of_json_that_are_broken_are_told_and_the_others_are_used(crawl: Path) -> None:
    put(crawl / "manifest.jsonl", '{"path": "a.pdf", "title": "A"}\n{"path": "b.pdf", \n\n[1]\n')
    crawled = FolderProvenance([crawl])
    assert crawled.of(put(crawl / "a.pdf")).title == "A"
    assert crawled.of(put(crawl / "b.pdf")) == UNKNOWN
    [problem] = crawled.problems
    assert "manifest.jsonl" in problem and "line 2, 4 (2 in all)" in problem


def test_the_nearest_manifest_is_believed_and_none_above_the_given_folder_is_read(crawl: Path) -> None:
    report = put(crawl / "site" / "a.pdf")
    for folder, title in ((crawl.parent, "outside"), (crawl, "root"), (crawl / "site", "near")):
        inside = report.relative_to(folder)
        put(folder / "manifest.csv", f"path,title,url\n{inside},{title},{SITE}/{title}\n")
    found = FolderProvenance([crawl]).of(report)
    assert (found.title, found.url) == ("near", f"{SITE}/near")
    assert [value for field, value, _ in found.said if field == "title"] == ["near", "root"]
    assert FolderProvenance([report]).of(report).title == "near"
    assert FolderProvenance([crawl.parent]).of(report).said[-1][1] == f"{SITE}/outside"


def test_the_last_line_of_a_manifest_about_a_file_counts(crawl: Path) -> None:
    put(crawl / "manifest.csv", "path,status\na.pdf,503\na.pdf,200\n")
    assert FolderProvenance([crawl]).of(put(crawl / "a.pdf")).http_status == 200


def test_whole_paths_in_a_manifest_are_understood_where_they_lead_below_it(crawl: Path) -> None:
    report = put(crawl / "site" / "a.pdf")
    put(crawl / "manifest.csv", f"path,title\n{report},whole\n/elsewhere/a.pdf,other\n../a.pdf,up\n")
    assert FolderProvenance([crawl]).of(report).title == "whole"


def test_names_are_compared_as_they_look_however_their_characters_are_composed(crawl: Path) -> None:
    put(crawl / "manifest.csv", "path,title\ncafe\u0301.pdf,decomposed\n")
    assert FolderProvenance([crawl]).of(put(crawl / "caf\u00e9.pdf")).title == "decomposed"


def test_a_name_in_the_bytes_of_gb18030_is_found_in_a_manifest(crawl: Path) -> None:
    crawl.mkdir()
    report = Path(os.fsdecode(os.fsencode(crawl) + b"/" + "年报.pdf".encode("gb18030")))
    try:
        report.write_bytes(b"")
    except OSError:
        pytest.skip("this file system holds UTF-8 names only")
    put(crawl / "manifest.csv", "路径,标题\n年报.pdf,找到\n".encode("gb18030"))
    assert FolderProvenance([crawl]).of(report).title == "找到"


@pytest.mark.parametrize("name", ["a.pdf.json", "a.json", "a.pdf.meta.json"])
def test_a_sidecar_is_believed_before_a_manifest(crawl: Path, name: str) -> None:
    report = put(crawl / "a.pdf")
    sidecar = put(crawl / name, json.dumps({"URL": f"{SITE}/own.pdf", "http_status": 200}))
    put(crawl / "manifest.csv", f"path,url,title\na.pdf,{SITE}/many.pdf,年报\n")
    crawled = FolderProvenance([crawl])
    found = crawled.of(report)
    assert (found.url, found.title, found.http_status) == (f"{SITE}/own.pdf", "年报", 200)
    assert [w for f, _, w in found.said if f == "url"] == ["sidecar", "manifest"]
    assert crawled.bookkeeping(sidecar) == "sidecar"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00", "no text"),
        (b"path,url\na.pdf,\x00\n", "no text"),
        (b"\xff\xff\xff\xff", "no text"),
        ("名称,年份\nx,2023\n".encode(), "names no column"),
        (b"", "names no column"),
        (b"url,title\nhttp://x.gov.cn/a.pdf,A\n", "which file it is about"),
        (b'path,title\na.pdf,"never closed\nb.pdf,B\n', "no CSV"),
        (b"path,title\na.pdf," + b"x" * 200_000, "no CSV"),
    ],
)
def test_a_useless_manifest_is_left_out_and_told(crawl: Path, content: bytes, why: str) -> None:
    manifest = put(crawl / "manifest.csv", content)
    crawled = FolderProvenance([crawl])
    for name in ("a.pdf", "b.pdf"):
        assert crawled.of(put(crawl / name)) == UNKNOWN
    [problem] = crawled.problems
    assert problem.startswith(str(manifest)) and why in problem
    assert crawled.bookkeeping(manifest)


def test_what_other_libraries_allow_of_csv_changes_nothing(crawl: Path) -> None:
    manifest = put(crawl / "manifest.csv", b"path,title\na.pdf," + b"x" * 200_000)
    before = csv.field_size_limit(1_000_000)
    try:
        crawled = FolderProvenance([crawl])
        assert crawled.of(put(crawl / "a.pdf")) == UNKNOWN
    finally:
        csv.field_size_limit(before)
    assert [problem.partition(": ")[0] for problem in crawled.problems] == [str(manifest)]


@pytest.mark.parametrize("content", ["{", "[1, 2]", '"a"', "[" * 100_000, '{"a": [1]}', "1" * 5000, "NaN"])
def test_useless_json_is_left_out_and_told(crawl: Path, content: str) -> None:
    put(crawl / "manifest.json", content)
    put(crawl / "a.pdf.json", content)
    crawled = FolderProvenance([crawl])
    assert crawled.of(put(crawl / "a.pdf")) == UNKNOWN
    assert {Path(p.partition(": ")[0]).name for p in crawled.problems} == {"manifest.json", "a.pdf.json"}


def test_a_huge_manifest_is_not_read(crawl: Path) -> None:
    report = put(crawl / "a.pdf")
    with put(crawl / "manifest.csv").open("r+b") as file:
        file.truncate(LARGEST + 1)
    crawled = FolderProvenance([crawl])
    assert crawled.of(report) == UNKNOWN
    assert "50 MB" in crawled.problems[0]


def test_things_that_are_no_files_stop_nothing(crawl: Path) -> None:
    report = put(crawl / "a" / "a.pdf")
    (crawl / "manifest.csv").mkdir()
    (crawl / "manifest.json").symlink_to("manifest.json")
    os.mkfifo(crawl / "a" / "manifest.csv")
    crawled = FolderProvenance([crawl])
    assert crawled.of(report) == UNKNOWN
    assert crawled.of(crawl / "nowhere" / ("长" * 250 + "\n.pdf")) == UNKNOWN
    assert crawled.problems == []


PAGE = "政府信息公开年报/202401/1024_卫东区2023年年度报告"
INDEX = "id\ttitle\turl\tpublished\n1024\t卫东区2023年年度报告\t{url}\t2024-01-15\n7\t通知\t{url}7\t2024-01-01\n"


@pytest.fixture
def channel(crawl: Path) -> Path:
    """A page of a channel with its text and its attachments."""
    put(crawl / "_index.tsv", INDEX.format(url=f"{SITE}/202401/t1024.html"))
    page = crawl / PAGE
    for name in ("page.html", "page.txt", "attachments/P1.pdf", "attachments/P2.docx", "attachments/loose.pdf"):
        put(page / name)
    put(
        page / "links.tsv",
        f'name\turl\ttext\nP1.pdf\t./P1.pdf\t附件：年度报告\nattachments/P2.docx\t{SITE}/P2.docx\t"""附表"""\n',
    )
    return page


def test_the_page_of_a_channel_has_its_row_of_the_index(crawl: Path, channel: Path) -> None:
    found = FolderProvenance([crawl]).of(channel / "page.html")
    assert (found.url, found.title) == (f"{SITE}/202401/t1024.html", "卫东区2023年年度报告")
    assert (found.published_at, found.source_name) == ("2024-01-15", "政府信息公开年报")
    assert found.attached_to == ""
    assert spoken(found) >= {("url", "index"), ("title", "index"), ("title", "mirror"), ("source_name", "mirror")}


def test_the_text_of_a_page_belongs_to_the_page(crawl: Path, channel: Path) -> None:
    found = FolderProvenance([crawl]).of(channel / "page.txt")
    assert found.url == f"{SITE}/202401/t1024.html"
    assert found.attached_to == str(channel / "page.html")


def test_attachments_have_their_links_and_the_date_of_their_page(crawl: Path, channel: Path) -> None:
    crawled = FolderProvenance([crawl])
    first, second, loose = (crawled.of(channel / "attachments" / n) for n in ("P1.pdf", "P2.docx", "loose.pdf"))
    assert (first.url, first.title) == (f"{SITE}/202401/P1.pdf", "附件：年度报告")
    assert (second.url, second.title) == (f"{SITE}/P2.docx", '"附表"')
    assert (loose.url, loose.title) == ("", "")
    for found in (first, second, loose):
        assert found.attached_to == str(channel / "page.html")
        assert (found.published_at, found.source_name) == ("2024-01-15", "政府信息公开年报")
    assert {("url", "links"), ("attached_to", "links"), ("published_at", "index")} <= spoken(first)
    assert crawled.problems == []


def test_pages_are_named_as_the_file_is(crawl: Path, channel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(crawl)
    found = FolderProvenance([Path()]).of(Path(PAGE) / "attachments" / "P1.pdf")
    assert found.attached_to == f"{PAGE}/page.html"
    assert found.url == f"{SITE}/202401/P1.pdf"


def test_links_without_a_heading_and_without_names(crawl: Path, channel: Path) -> None:
    put(channel / "links.tsv", f"P1.pdf\t{SITE}/x/P1.pdf\t年报\n")
    assert FolderProvenance([crawl]).of(channel / "attachments" / "P1.pdf").title == "年报"
    put(
        channel / "links.tsv", f"url\ttext\n{SITE}/x/P1.pdf?a=1\t年报\n{SITE}/a/P2.docx\t一\n{SITE}/b/P2.docx\t二\n"
    )
    crawled = FolderProvenance([crawl])
    assert crawled.of(channel / "attachments" / "P1.pdf").title == "年报"
    assert crawled.of(channel / "attachments" / "P2.docx").title == ""  # two addresses end alike


def test_an_index_that_names_folders_is_believed_by_them(crawl: Path, channel: Path) -> None:
    put(crawl / "_index.tsv", f"dir\turl\tid\n{PAGE}/\t{SITE}/right\t9\nother/202401/1024_x\t{SITE}/wrong\t1024\n")
    assert FolderProvenance([crawl]).of(channel / "page.html").url == f"{SITE}/right"


def test_a_number_that_two_channels_share_is_settled_by_channel_or_title_or_not_at_all(
    crawl: Path, channel: Path
) -> None:
    heading = "id\tchannel\ttitle\turl\n"
    lines = [f"1024\t{c}\t{t}\t{SITE}/{u}\n" for c, t, u in (("通知", "通知", "a"), ("政府信息公开年报", "", "b"))]
    put(crawl / "_index.tsv", heading + "".join(lines))
    assert FolderProvenance([crawl]).of(channel / "page.html").url == f"{SITE}/b"

    put(crawl / "_index.tsv", heading + lines[0])
    crawled = FolderProvenance([crawl])
    assert crawled.of(channel / "page.html").url == ""
    assert "another title or channel" in crawled.problems[0]

    put(crawl / "_index.tsv", f"id\turl\n1024\t{SITE}/a\n1024\t{SITE}/b\n")
    crawled = FolderProvenance([crawl])
    assert crawled.of(channel / "page.html").url == ""
    assert "several rows" in crawled.problems[0]


def test_without_any_list_the_folders_of_a_channel_say_a_little(crawl: Path) -> None:
    page = put(crawl / PAGE / "page.txt")
    attachment = put(crawl / PAGE / "attachments" / "a.pdf")
    crawled = FolderProvenance([crawl])
    found = crawled.of(page)
    assert (found.title, found.source_name) == ("卫东区2023年年度报告", "政府信息公开年报")
    assert (found.url, found.attached_to) == ("", "")  # the page itself was not kept
    assert crawled.of(attachment).attached_to == str(page)


def test_folders_that_only_look_like_a_channel_are_none(crawl: Path) -> None:
    for path in ("a/202413/1_x/page.html", "a/202401/1x/page.html", "a/202401/1_x/other.html", "202401/page.html"):
        assert FolderProvenance([crawl]).of(put(crawl / path)) == UNKNOWN


def test_a_mirror_is_read_from_the_given_folder_on(crawl: Path) -> None:
    report = put(crawl / "www.weidong.gov.cn" / "zwgk" / "index.html")
    for root in (crawl, report.parents[1]):
        found = FolderProvenance([root]).of(report)
        assert (found.url, found.source_name) == (f"{SITE}/zwgk/", "www.weidong.gov.cn")
        assert spoken(found) == {("url", "mirror"), ("source_name", "mirror")}
    assert FolderProvenance([report.parent]).of(report) == UNKNOWN


def test_a_channel_inside_a_mirror_has_no_address_of_its_path(crawl: Path) -> None:
    found = FolderProvenance([crawl]).of(put(crawl / "www.weidong.gov.cn" / PAGE / "page.html"))
    assert (found.url, found.source_name) == ("", "政府信息公开年报")


def test_the_records_of_a_crawl_are_told_from_documents(crawl: Path, channel: Path) -> None:
    put(crawl / "a.pdf")
    put(crawl / "data.json", "{}")
    kinds = {
        crawl / "manifest.csv": "manifest",
        crawl / "sub" / "manifest.jsonl": "manifest",
        crawl / "manifest.json": "manifest",
        crawl / "_index.tsv": "index",
        channel / "links.tsv": "links",
        put(crawl / "a.json", "{}"): "sidecar",
        put(crawl / "a.pdf.json", "{}"): "sidecar",
        put(crawl / "a.pdf.meta.json", "{}"): "sidecar",
        crawl / "data.json": "",
        crawl / "a.pdf": "",
        crawl / "manifest.pdf": "",
        channel / "page.html": "",
        put(crawl / "b.meta.json", "{}"): "",
    }
    crawled = FolderProvenance([crawl])
    assert {path: crawled.bookkeeping(path) for path in kinds} == kinds


def test_each_list_is_read_once(crawl: Path, channel: Path) -> None:
    manifest = put(crawl / "manifest.csv", "path,title\na.pdf,A\nb.pdf,B\n")
    crawled = FolderProvenance([crawl])
    assert crawled.of(crawl / "a.pdf").title == "A"
    assert crawled.of(channel / "page.html").published_at
    manifest.unlink()
    (crawl / "_index.tsv").unlink()
    assert crawled.of(crawl / "b.pdf").title == "B"
    assert crawled.of(channel / "page.txt").published_at


@given(st.sampled_from(["manifest.csv", "manifest.jsonl", "manifest.json", "a.pdf.json"]), st.binary(max_size=200))
def test_any_bytes_for_a_list_stop_nothing(tmp_path: Path, name: str, content: bytes) -> None:
    folder = tmp_path / "any"
    put(folder / "a.pdf")
    written = put(folder / name, content)
    crawled = FolderProvenance([folder])
    assert crawled.of(folder / "a.pdf").attached_to == ""
    written.unlink()


@given(st.sampled_from(["_index.tsv", f"{PAGE}/links.tsv"]), st.text("idurlnametxp\t\n:/.1024P[", max_size=120))
def test_any_text_for_a_list_of_a_channel_stops_nothing(tmp_path: Path, name: str, content: str) -> None:
    folder = tmp_path / "any"
    put(folder / PAGE / "page.html")
    written = put(folder / name, content)
    crawled = FolderProvenance([folder])
    assert crawled.of(folder / PAGE / "attachments" / "P.1024").attached_to
    assert crawled.of(folder / PAGE / "page.html").source_name
    written.unlink()
