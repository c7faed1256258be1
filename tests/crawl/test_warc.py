"""WARC files as crawlers write them, whole and damaged; what they hold is what the tests put in."""

import gzip
import io
import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from gkingest.crawl.archive import MB, Limits
from gkingest.crawl.warc import WARC_LIMITS, Response, responses
from gkingest.errors import DocumentError

URL = "http://www.weidong.gov.cn/zwgk/2023.pdf"
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
DATE = "2024-01-15T02:00:00Z"
ALWAYS = {"WARC-Date": DATE, "WARC-Record-ID": "<urn:uuid:00000000-0000-0000-0000-000000000000>"}
Headers = list[tuple[str, str]]


class Crawl:
    """A WARC file in the making."""

    def __init__(self, packed: bool = True) -> None:
        self._file = io.BytesIO()
        self._writer = WARCWriter(self._file, gzip=packed)

    def add(
        self,
        body: bytes = PDF,
        url: str = URL,
        status: str = "200 OK",
        fields: Headers | None = None,
        kind: str = "response",
    ) -> "Crawl":
        """One more record."""
        http: Any = StatusAndHeaders(status, fields or [], protocol="HTTP/1.1")
        if kind == "request":
            http = StatusAndHeaders("GET / HTTP/1.1", [], is_http_request=True)
        if kind in ("resource", "warcinfo"):
            http = None
        record = self._writer.create_warc_record(
            url, kind, payload=io.BytesIO(body), http_headers=http, warc_headers_dict=dict(ALWAYS)
        )
        self._writer.write_record(record)
        return self

    def data(self) -> bytes:
        """The file."""
        return self._file.getvalue()


def read(data: bytes | Path, limits: Limits = WARC_LIMITS) -> list[Response]:
    """All responses; one with a problem has no data."""
    found = list(responses(data, limits=limits))
    assert all(not r.data for r in found if r.problem)
    return found


def bodies(found: list[Response]) -> list[bytes]:
    """The documents of the responses that have one."""
    return [r.data for r in found if not r.problem]


@pytest.mark.parametrize("packed", [True, False])
def test_a_response_has_its_address_date_status_and_type(tmp_path: Path, packed: bool) -> None:
    kind = [("Content-Type", 'text/HTML; Charset="GB2312"')]
    data = Crawl(packed).add(b"<html>", fields=kind).data()
    expected = Response(URL, b"<html>", "", URL, DATE, 200, "text/html", "gb2312")
    assert read(data) == [expected]
    path = tmp_path / "crawl.warc"
    path.write_bytes(data)
    assert read(path) == [expected]
    told = expected.provenance
    assert (told.url, told.fetched_at, told.http_status) == (URL, "2024-01-15T02:00:00+00:00", 200)
    assert told.title == "" and {witness for _, _, witness in told.said} == {"warc"}


def test_only_documents_that_a_server_or_the_crawler_gave_are_taken() -> None:
    crawl = Crawl()
    crawl.add(b"software: wget\r\n", kind="warcinfo")
    crawl.add(b"", kind="request").add(b"gone", status="404 Not Found").add(b"", status="302 Found")
    crawl.add(b"", kind="revisit")
    crawl.add(b"log", url="metadata://gnu.org/software/wget/warc/MANIFEST.txt", kind="resource")
    crawl.add(b"1.2.3.4", url="dns:www.weidong.gov.cn", kind="resource")
    crawl.add(PDF, status="203 Non-Authoritative Information")
    crawl.add(b"page", url="http://www.weidong.gov.cn/a", kind="resource")
    found = read(crawl.data())
    assert [(r.data, r.http_status, r.problem) for r in found] == [(PDF, 203, ""), (b"page", None, "")]


def test_an_address_that_was_fetched_twice_gives_two_names() -> None:
    found = read(Crawl().add(b"first").add(b"second").add(url=f"{URL}?{'x' * 3000}").data())
    assert [r.name for r in found][:2] == [URL, "http://www.weidong.gov.cn/zwgk/2023~2.pdf"]
    assert [r.url for r in found][:2] == [URL, URL]
    assert len(found[2].name) < 800 and len(found[2].url) > 3000


def chunked(body: bytes, size: int = 1000) -> bytes:
    """A body in chunks, with an extension and a trailer as the standard allows."""
    pieces = [body[n : n + size] for n in range(0, len(body), size)]
    return b"".join(b"%X;a=b\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\nX-Sum: 1\r\n\r\n"


def raw_deflate(body: bytes) -> bytes:
    """The framing that some servers send as deflate."""
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(body) + engine.flush()


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        (chunked(PDF), {"Transfer-Encoding": "chunked"}),
        (gzip.compress(PDF), {"Content-Encoding": "gzip"}),
        (gzip.compress(PDF[:99]) + gzip.compress(PDF[99:]), {"Content-Encoding": "x-gzip"}),
        (zlib.compress(PDF), {"content-encoding": "deflate"}),
        (raw_deflate(PDF), {"Content-Encoding": "Deflate"}),
        (chunked(gzip.compress(PDF)), {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"}),
        (gzip.compress(zlib.compress(PDF)), {"Content-Encoding": "deflate, gzip"}),
        (PDF, {"Content-Encoding": "identity", "Content-Length": str(len(PDF))}),
        (PDF, {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}),  # stored unpacked, header kept
    ],
)
def test_bodies_are_given_as_the_server_had_them(sent: bytes, fields: dict[str, str]) -> None:
    assert bodies(read(Crawl().add(sent, fields=list(fields.items())).data())) == [PDF]


@pytest.mark.parametrize(
    ("sent", "fields", "why"),
    [
        (PDF, {"Content-Encoding": "br"}, "packed by br"),
        (gzip.compress(PDF)[:-9], {"Content-Encoding": "gzip"}, "breaks off inside its packing"),
        (gzip.compress(PDF)[:-8] + b"\0" * 8, {"Content-Encoding": "gzip"}, "packing is damaged"),
        (b"no deflate", {"Content-Encoding": "deflate"}, "packing is damaged"),
        (chunked(PDF)[:-500], {"Transfer-Encoding": "chunked"}, "last of them is missing"),
        (chunked(PDF)[:-14], {"Transfer-Encoding": "chunked"}, "last of them is missing"),
        (b"FFFFFFFF\r\n" + PDF + b"\r\n0\r\n\r\n", {"Transfer-Encoding": "chunked"}, "last of them is missing"),
        (b"1" + 40 * b"0" + b"\r\n" + PDF, {"Transfer-Encoding": "chunked"}, "last of them is missing"),
        (b"3\r\n%PD\r\n" + 9 * b"F" + b"\r\n" + PDF, {"Transfer-Encoding": "chunked"}, "last of them is missing"),
        (PDF, {"Content-Length": str(len(PDF) + 1)}, "were stored"),
    ],
)
def test_bodies_that_are_not_whole_are_told_and_the_rest_is_read(
    sent: bytes, fields: dict[str, str], why: str
) -> None:
    first, second = read(Crawl().add(sent, fields=list(fields.items())).add(b"next").data())
    assert why in first.problem and first.url == URL
    assert second.data == b"next"


@pytest.mark.parametrize(
    ("given_range", "whole"), [("bytes 0-99/100", True), ("bytes 0-99/200", False), ("", False)]
)
def test_a_part_of_a_document_is_no_document(given_range: str, whole: bool) -> None:
    fields = [("Content-Range", given_range)] if given_range else []
    [found] = read(Crawl().add(PDF[:100], status="206 Partial Content", fields=fields).data())
    assert bool(found.data) is whole and ("part of a document" in found.problem) is not whole


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"WARC-Truncated: length", "cut the document (length)"),
        (b"WARC-Segment-Number: 1", "several records"),
        (b"WARC-Block-Digest: sha1:" + b"A" * 32, "check sum"),
        (b"WARC-Block-Digest: sha-256:" + b"0" * 64, "check sum"),
    ],
)
def test_a_record_that_speaks_against_itself_is_not_believed(line: bytes, why: str) -> None:
    data = re.sub(rb"WARC-Block-Digest: [^\r]*", line, Crawl(packed=False).add().add(b"next").data(), count=1)
    first, second = read(data)
    assert why in first.problem and second.data == b"next"


def test_a_changed_byte_is_noticed_packed_or_not() -> None:
    plain = Crawl(packed=False).add(PDF).add(b"next").data()
    place = plain.index(PDF) + 3000
    first, second = read(plain[:place] + b"?" + plain[place + 1 :])
    assert "check sum" in first.problem and second.data == b"next"

    without = re.sub(rb"WARC-(Block|Payload)-Digest: [^\r]*\r\n", b"", Crawl(packed=False).add(PDF).data())
    sound = gzip.compress(Crawl(packed=False).add(b"before").data())
    member = bytearray(gzip.compress(without, compresslevel=0))
    member[member.index(PDF[:300]) + 200] ^= 1
    before, changed = read(sound + bytes(member))
    assert before.data == b"before"
    assert changed.url == URL and "gzip packing is damaged" in changed.problem


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_that_breaks_off_gives_what_came_before(packed: bool) -> None:
    before = Crawl(packed).add(b"first").data()
    whole = before + Crawl(packed).add(PDF).data()
    for end in range(len(before) + 1, len(whole) - 8, 97):
        found = read(whole[:end])
        assert bodies(found) in ([b"first"], [b"first", PDF][: 1 if packed else 2])
        assert len(found) == 2 and re.search("[Nn]othing behind it|what comes behind it", found[-1].problem), end
    assert bodies(read(whole)) == [b"first", PDF]


def test_a_skipped_record_that_breaks_off_is_told_too() -> None:
    whole = Crawl(packed=False).add(b"first").add(PDF, status="404 Not Found").data()
    first, last = read(whole[:-3000])
    assert first.data == b"first"
    assert (last.name, last.url) == ("", "") and "breaks off" in last.problem


def test_a_record_without_or_with_a_wrong_length_is_told() -> None:
    whole = Crawl(packed=False).add(b"first").add(b"x" * 300, url=f"{URL}?2").add(b"third").data()
    place = whole.index(b"Content-Length", whole.index(b"?2"))
    end = whole.index(b"\r\n", place)
    for wrong in (b"Content-Length: soon", b"X: 1"):
        first, last = read(whole[:place] + wrong + whole[end:])
        assert first.data == b"first"
        assert last.url == "" and "does not say how long" in last.problem
    first, short, third = read(whole[:place] + b"Content-Length: 200" + whole[end:])
    assert (first.data, third.data) == (b"first", b"third")
    assert short.url == f"{URL}?2" and short.problem
    found = read(whole[:place] + b"Content-Length: 99999" + whole[end:])
    assert bodies(found) == [b"first"] and "breaks off" in found[-1].problem


def test_one_packing_around_all_records_is_read_as_well() -> None:
    plain = Crawl(packed=False).add(b"first").add(PDF).data()
    assert bodies(read(gzip.compress(plain))) == [b"first", PDF]
    assert bodies(read(gzip.compress(plain) + b"\0" * 4096)) == [b"first", PDF]


def arc(body: bytes) -> bytes:
    """An ARC file, as Heritrix wrote them before there was WARC."""
    about = b"1 0 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n"
    head = b"filedesc://crawl.arc 0.0.0.0 20240115020000 text/plain %d\n%s\n" % (len(about), about)
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n" + body
    return head + b"%s 1.2.3.4 20240115020000 application/pdf %d\n%s\n" % (URL.encode(), len(answer), answer)


def test_arc_files_are_read() -> None:
    for data in (arc(PDF), gzip.compress(arc(PDF))):
        [found] = read(data)
        assert (found.url, found.data, found.http_status) == (URL, PDF, 200)
        assert (found.media_type, found.fetched_at) == ("application/pdf", DATE)


SMALL = Limits(members=2, member_bytes=2 * MB, total_bytes=8 * MB, ratio=200, ratio_from=MB)


def test_what_is_too_large_is_told_and_the_rest_is_read() -> None:
    bomb = gzip.compress(b"\0" * (3 * MB // 2))
    noise = zlib.compress(PDF * 400, 0)
    data = Crawl(packed=False).add(bomb, fields=[("Content-Encoding", "gzip")]).add(noise, status="404").data()
    first, second = read(data + Crawl(packed=False).add(b"next").data(), SMALL)
    assert "200 times its size" in first.problem and second.data == b"next"
    large, other = read(Crawl(packed=False).add(b"x" * (2 * MB + 1)).add(b"next").data(), SMALL)
    assert "more than 2 MB" in large.problem and other.data == b"next"


def test_reading_stops_behind_too_many_and_too_much() -> None:
    crawl = Crawl(packed=False)
    for number in range(4):
        crawl.add(b"%d" % number)
    found = read(crawl.data(), SMALL)
    assert bodies(found) == [b"0", b"1"] and "more than 2 documents" in found[-1].problem

    many = Crawl(packed=False).add(b"first")
    for _ in range(10):
        many.add(PDF * 100, status="404")
    found = read(many.data(), SMALL)
    assert bodies(found) == [b"first"] and "more than 8 MB" in found[-1].problem


def test_a_packed_file_made_to_do_harm_is_left() -> None:
    first = Crawl().add(b"first").data()
    found = read(first + Crawl().add(b"\0" * 6 * MB, status="404").data(), SMALL)
    assert bodies(found) == [b"first"] and "200 times its size" in found[-1].problem
    for endless in (
        b"WARC/1.0\r\nWARC-Type: " + b"x" * 6 * MB,
        b"WARC/1.0\r\n" + b"a: b\r\n" * MB,
        b"\r\n" * 3 * MB,
    ):
        found = read(Crawl(packed=False).add(b"first").data() + endless, SMALL)
        assert bodies(found) == [b"first"] and "no end" in found[-1].problem


def test_what_is_no_archive_of_a_crawl_is_refused(tmp_path: Path) -> None:
    for data in (b"", b"%PDF-1.7", b"\x1f\x8b", gzip.compress(b"x"), b"<html>"):
        with pytest.raises(DocumentError) as refused:
            read(data)
        assert refused.value.status == "corrupt"
    with pytest.raises(DocumentError) as refused:
        read(tmp_path / "nowhere.warc")
    assert refused.value.status == "failed"


def test_nothing_is_printed_whatever_is_found(capfd: pytest.CaptureFixture[str]) -> None:
    whole = Crawl(packed=False).add(url="http://x.gov.cn/a b.pdf").data()
    for data in (whole, whole[:-700], whole.replace(b"\r\n\r\n", b"\r\n\r\nx", 1)):
        read(data)
    assert capfd.readouterr() == ("", "")


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"WARC/1.0\r\n", b"filedesc://a 1 1 a 1\n", b"\x1f\x8b\x08\0"])
)
def test_any_bytes_are_responses_or_a_document_error(tail: bytes, start: bytes) -> None:
    try:
        assert all(isinstance(r, Response) for r in responses(start + tail))
    except DocumentError as error:
        assert error.status == "corrupt" and error.message


PLAIN = Crawl(packed=False).add(b"first").add(PDF[:300], fields=[("Content-Length", "300")]).add(b"third").data()
PACKED = Crawl().add(b"first").add(PDF[:300]).add(b"third").data()


@given(
    st.sampled_from([PLAIN, PACKED]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6),
)
def test_changed_bytes_are_told_or_change_no_document(data: bytes, changes: list[tuple[float, int]]) -> None:
    changed = bytearray(data)
    for place, value in changes:
        changed[int(place * len(data))] = value
    try:
        found = list(responses(bytes(changed)))
    except DocumentError as error:
        assert error.message
    else:
        sound = {b"first", PDF[:300], b"third", b""}
        assert data is PLAIN or {r.data for r in found} <= sound
