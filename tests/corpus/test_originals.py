"""The bytes that a report was read from are found again by their hash wherever a run takes files from."""

import gzip
import hashlib
import zipfile
from pathlib import Path

import pytest

from gkingest.corpus.originals import MissingOriginalError, find_original
from gkingest.serve.pages.page_view import why_missing

DATA = b"a report"
DIGEST = hashlib.sha256(DATA).hexdigest()
URL = "http://www.example.gov.cn/1"


def web_archive(body: bytes) -> bytes:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    return (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: %s\r\nWARC-Date: 2024-01-31T00:00:00Z\r\n"
        b"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\n"
        b"Content-Length: %d\r\n\r\n%s\r\n\r\n"
    ) % (URL.encode(), len(answer), answer)


def test_bytes_are_found_by_their_hash_in_files_and_archives(tmp_path: Path) -> None:
    (tmp_path / "wrong.pdf").write_bytes(b"another")
    (tmp_path / "right.pdf").write_bytes(DATA)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in/b.pdf", DATA)
    (tmp_path / "crawl.warc").write_bytes(web_archive(DATA))
    (tmp_path / "crawl.warc.gz").write_bytes(gzip.compress(web_archive(DATA)))
    roots = [tmp_path / "elsewhere", tmp_path]
    assert find_original(DIGEST, ["gone.pdf", "wrong.pdf", "right.pdf"], roots=roots) == DATA
    for place in ("a.zip!/in/b.pdf", f"crawl.warc!/{URL}", f"crawl.warc.gz!/{URL}"):
        assert find_original(DIGEST, [place], roots=roots) == DATA


def test_of_each_path_it_is_known_what_is_there_instead(tmp_path: Path) -> None:
    (tmp_path / "wrong.pdf").write_bytes(b"another")
    (tmp_path / "large.pdf").write_bytes(DATA * 100)
    (tmp_path / "broken.zip").write_bytes(b"PK\3\4 and no more")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in/b.pdf", DATA)
    expected = {
        "gone.pdf": "absent",
        "wrong.pdf": "other",
        "large.pdf": "absent",
        "s3://bucket/a.pdf": "afar",
        "bad\0name": "absent",
        "a.zip!/other.pdf": "without",
        "broken.zip!/a.pdf": "unreadable",
        "wrong.pdf!/a.pdf": "without",
    }
    with pytest.raises(MissingOriginalError) as caught:
        find_original(DIGEST, expected, roots=[tmp_path / "elsewhere", tmp_path, tmp_path / "nor"], largest=400)
    assert {m.path: m.state for m in caught.value.misses} == expected


def test_a_page_says_of_each_path_why_it_has_no_picture(tmp_path: Path) -> None:
    (tmp_path / "wrong.pdf").write_bytes(b"another")
    with pytest.raises(MissingOriginalError) as caught:
        find_original(DIGEST, ["gone.pdf", "wrong.pdf", "s3://bucket/a.pdf"], roots=[tmp_path])
    assert why_missing(caught.value) == (
        "gone.pdf: it is no longer there",
        "wrong.pdf: it has other bytes now",
        "s3://bucket/a.pdf: it lies afar, and only files of this machine are opened",
    )
    with pytest.raises(MissingOriginalError) as caught:
        find_original(DIGEST, [])
    assert why_missing(caught.value) == ("the database has no path of it",)
