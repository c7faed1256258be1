"""Who said what about a file, and who is believed; dates as they are met."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gkingest.crawl.dates import day, moment
from gkingest.crawl.mirror import is_host, mirrored
from gkingest.crawl.provenance import WITNESSES, Provenance, merge, merged, told
from gkingest.model.provenance import UNKNOWN

URL = "http://www.weidong.gov.cn/zwgk/2023.pdf"


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("2024-01-15", "2024-01-15"),
        ("2024-01-15 10:00:00", "2024-01-15"),
        ("2024-1-5T9:05", "2024-01-05"),
        ("2024/1/15", "2024-01-15"),
        ("2024.01.15", "2024-01-15"),
        ("2024年1月15日", "2024-01-15"),
        ("2024 年 1 月 15 日 10:30", "2024-01-15"),
        ("２０２４年１月１５日", "2024-01-15"),
        ("20240115", "2024-01-15"),
        ("1705284000", "2024-01-15"),
        ("1705284000.25", "2024-01-15"),
        ("1705284000000", "2024-01-15"),
        ("Mon, 15 Jan 2024 02:00:00 GMT", "2024-01-15"),
        ("Monday, 15-Jan-24 02:00:00 GMT", "2024-01-15"),
        ("Mon Jan 15 02:00:00 2024", "2024-01-15"),
        ("2024-01-14T16:30:00Z", "2024-01-15"),  # half past midnight in Beijing
        ("2024-01-15T23:30:00+08:00", "2024-01-15"),
    ],
)
def test_a_day_is_understood_however_it_is_written(written: str, published: str) -> None:
    assert day(written) == published


@pytest.mark.parametrize(
    ("written", "fetched"),
    [
        ("2024-01-15T10:00:00Z", "2024-01-15T10:00:00+00:00"),
        ("2024-01-15T10:00:00.123456+08:00", "2024-01-15T02:00:00+00:00"),
        ("2024-01-15 10:00:00 +0800", "2024-01-15T02:00:00+00:00"),
        ("2024-01-15 10:00:00", "2024-01-15T10:00:00+00:00"),
        ("20240115100000", "2024-01-15T10:00:00+00:00"),
        ("1705284000", "2024-01-15T02:00:00+00:00"),
        ("Mon, 15 Jan 2024 02:00:00 GMT", "2024-01-15T02:00:00+00:00"),
        ("2024年1月15日", "2024-01-15"),  # no hour was told, so none is made up
    ],
)
def test_a_moment_is_told_in_utc(written: str, fetched: str) -> None:
    assert moment(written) == fetched


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "2024",
        "2024-13-01",
        "2024-02-30",
        "0001-01-01",
        "1970-01-01",
        "0",
        "12345",
        "15/01/2024",
        "2024-01-15 25:00:00",
        "2024-01-15T10:00:00+99:99",
        "Mon, whenever",
        "发布日期",
        "9" * 500,
    ],
)
def test_what_is_no_date_gives_none_and_stays_in_what_was_said(written: str) -> None:
    assert (day(written), moment(written)) == ("", "")
    found = told("manifest", {"published_at": written, "fetched_at": written})
    assert (found.published_at, found.fetched_at) == ("", "")
    assert len(found.said) == (2 if written else 0)


@given(st.text(max_size=40) | st.from_regex(r"(Mon|Sun),? [ -~]{0,40}", fullmatch=True))
def test_no_text_that_stands_for_a_date_stops_anything(text: str) -> None:
    for read in (day(text), moment(text)):
        assert read == "" or read[:2] in ("19", "20", "21")


@pytest.mark.parametrize(
    ("written", "status"),
    [("200", 200), ("200 OK", 200), ("HTTP/1.1 404 Not Found", 404), ("200.0", 200), ("done", None), ("7", None)],
)
def test_a_status_is_a_number_of_three_figures(written: str, status: int | None) -> None:
    found = told("sidecar", {"http_status": written})
    assert found.http_status == status
    assert found.said == (("http_status", written, "sidecar"),)


@pytest.mark.parametrize(
    ("written", "url"),
    [
        (URL, URL),
        ("//www.weidong.gov.cn/a.pdf", "http://www.weidong.gov.cn/a.pdf"),
        ("www.weidong.gov.cn/a b.pdf", "http://www.weidong.gov.cn/a%20b.pdf"),
        ("P02024.pdf", ""),
        ("./files/P02024.pdf", ""),
        ("javascript:void(0)", ""),
        ("http://" + "a" * 5000, ""),
    ],
)
def test_only_a_whole_address_is_an_address(written: str, url: str) -> None:
    found = told("links", {"url": written})
    assert found.url == url
    assert found.said[0][1].rstrip("…") in written


def test_the_more_direct_witness_is_believed_and_the_others_are_kept() -> None:
    spoken = [told(witness, {"title": f"says {witness}"}) for witness in WITNESSES]
    for first, second in itertools.combinations(spoken, 2):
        assert merge(first, second) == merge(second, first)
        assert merge(first, second).title == first.title
    assert [line[2] for line in merged(reversed(spoken)).said] == list(WITNESSES)


def test_a_witness_who_says_nothing_usable_gives_way() -> None:
    sidecar = told("sidecar", {"url": "P02024.pdf", "published_at": "soon", "title": "年度报告"})
    mirror = told("mirror", {"url": URL})
    found = merge(sidecar, mirror)
    assert (found.url, found.published_at, found.title) == (URL, "", "年度报告")
    assert found.said == (
        ("url", "P02024.pdf", "sidecar"),
        ("published_at", "soon", "sidecar"),
        ("title", "年度报告", "sidecar"),
        ("url", URL, "mirror"),
    )


def test_of_two_equal_witnesses_the_first_is_believed() -> None:
    near, far = told("manifest", {"title": "near"}), told("manifest", {"title": "far"})
    assert merge(near, far).title == "near"
    assert merge(far, near).title == "far"


def test_what_nobody_said_anything_of_stays_unknown() -> None:
    assert told("manifest", {"url": " ", "title": ""}) == UNKNOWN == merge(UNKNOWN, UNKNOWN)
    kept = merge(Provenance(url=URL, attached_to="a/page.html"), UNKNOWN)
    assert (kept.url, kept.attached_to) == (URL, "a/page.html")


def test_titles_are_one_line_that_every_database_can_hold() -> None:
    found = told("manifest", {"title": "2023年\r\n\t年度\x00报告\u202e\ud800", "source_name": "门户\n网站"})
    assert (found.title, found.source_name) == ("2023年 年度报告\\ud800", "门户 网站")
    assert told("manifest", {"title": "长" * 5000}).title == ""


fields = st.sampled_from(["url", "title", "published_at", "fetched_at", "http_status", "source_name"])
spoken = st.builds(told, st.sampled_from(WITNESSES), st.dictionaries(fields, st.text(max_size=12)))


@given(spoken, spoken, spoken)
def test_it_does_not_matter_in_which_order_three_are_joined(a: Provenance, b: Provenance, c: Provenance) -> None:
    assert merge(a, merge(b, c)) == merge(merge(a, b), c)
    assert merge(a, a) == a == merge(a, UNKNOWN) == merge(UNKNOWN, a)


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("mirror/www.weidong.gov.cn/zwgk/2023.pdf", URL),
        ("www.weidong.gov.cn/index.html", "http://www.weidong.gov.cn/"),
        ("www.weidong.gov.cn/zwgk/index.html", "http://www.weidong.gov.cn/zwgk/"),
        ("www.weidong.gov.cn/index.html?id=5", "http://www.weidong.gov.cn/?id=5"),
        ("www.weidong.gov.cn/down.jsp?id=5&n=a.pdf", "http://www.weidong.gov.cn/down.jsp?id=5&n=a.pdf"),
        ("www.weidong.gov.cn/down.jsp@id=5", "http://www.weidong.gov.cn/down.jsp?id=5"),
        ("www.weidong.gov.cn/show.aspx?id=5.html", "http://www.weidong.gov.cn/show.aspx?id=5"),
        ("www.weidong.gov.cn/logo@2x.png", "http://www.weidong.gov.cn/logo@2x.png"),
        ("www.weidong.gov.cn:8080/a.pdf", "http://www.weidong.gov.cn:8080/a.pdf"),
        ("www.weidong.gov.cn+8080/a.pdf", "http://www.weidong.gov.cn:8080/a.pdf"),
        ("https/www.weidong.gov.cn/a.pdf", "https://www.weidong.gov.cn/a.pdf"),
        ("222.85.1.2/a.pdf", "http://222.85.1.2/a.pdf"),
        ("www.weidong.gov.cn/年报 1#2.pdf", "http://www.weidong.gov.cn/年报%201%232.pdf"),
        ("www.weidong.gov.cn/\udcb1\udca8.pdf", "http://www.weidong.gov.cn/%B1%A8.pdf"),
        ("www.a.gov.cn/www.b.gov.cn/a.pdf", "http://www.a.gov.cn/www.b.gov.cn/a.pdf"),
    ],
)
def test_the_path_of_a_mirror_is_the_address(path: str, url: str) -> None:
    assert mirrored(path.split("/"))[0] == url


@pytest.mark.parametrize(
    "name",
    [
        "reports",
        "v1.2",
        "page.files",
        "report.pdf",
        "2023.12",
        "127",
        "::1",
        "1.2.3",
        "256.1.1.1",
        "..",
        "",
        "a..cn",
        ".cn",
        "-a.cn",
        "a.cn:99999",
        "年报.gov.cn/x",
        "www.x",
        "1.2.3.4.5",
        "a b.cn",
        "localhost:80",
    ],
)
def test_a_folder_that_is_named_like_no_host_is_none(name: str) -> None:
    assert not is_host(name)
    assert mirrored((name, "a.pdf")) == ("", "")


def test_a_file_that_is_named_like_a_host_is_none() -> None:
    assert mirrored(("crawl", "www.weidong.gov.cn")) == ("", "")
