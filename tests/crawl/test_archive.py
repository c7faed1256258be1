"""ZIP archives as people and crawlers make them, and as people make them to do harm."""

import io
import os
import random
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinds.locked import locked_with

from gkingest.crawl.archive import MB, Limits, Member, members, package_kind
from gkingest.crawl.naming import Names, safe_name
from gkingest.errors import DocumentError

PDF = b"%PDF-1.7\nnot much of one\n"


def zipped(*contents: tuple[str | zipfile.ZipInfo, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive with these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, data in contents:
            archive.writestr(name, data)
    return file.getvalue()


def renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    """The archive with the bytes of a name changed in both places where it stands."""
    assert len(old) == len(new) and data.count(old) == 2
    return data.replace(old, new)


def taken(data: bytes, limits: Limits | None = None) -> list[Member]:
    """All members; one with a problem has no data."""
    found = list(members(data, limits=limits or Limits()))
    assert all(not m.data for m in found if m.problem)
    return found


def test_members_come_in_order_with_their_folders() -> None:
    data = zipped(("附件/年报.pdf", PDF), ("附件/", b""), ("附件/空.txt", b""), ("说明.txt", "见附件".encode()))
    assert taken(data) == [
        Member("附件/年报.pdf", PDF),
        Member("附件/空.txt", b""),
        Member("说明.txt", "见附件".encode()),
    ]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_without_the_flag_are_read_as_they_were_meant(encoding: str) -> None:
    meant = "卫东区2023年报.pdf"
    raw = meant.encode(encoding)
    data = renamed(zipped(("x" * len(raw), PDF)), b"x" * len(raw), raw)
    assert taken(data) == [Member(meant, PDF)]


def test_the_extra_field_with_the_name_in_unicode_is_believed_if_it_is_about_that_name() -> None:
    for crc, meant in ((zlib.crc32(b"nb.pdf"), "年报.pdf"), (7, "nb.pdf")):
        info = zipfile.ZipInfo("nb.pdf")
        field = struct.pack("<BI", 1, crc) + "年报.pdf".encode()
        info.extra = struct.pack("<HH", 0xCAFE, 2) + b"ab" + struct.pack("<HH", 0x7075, len(field)) + field
        assert [m.name for m in taken(zipped((info, PDF)))] == [meant]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\附件\\年报.pdf", "附件/年报.pdf"),
        ("C:D:/x.pdf", "x.pdf"),
        ("\\\\server\\share\\x.pdf", "server/share/x.pdf"),
        ("a/./b//c/../d.pdf", "a/b/c/d.pdf"),
        ("a/.\n./b.pdf", "a/b.pdf"),
        ("a/.\x00./b.pdf", "a/b.pdf"),
        ("a/.. /b.pdf", "a/b.pdf"),
        ("年报\n第二行.pdf", "年报 第二行.pdf"),
        ("a.pdf:stream", "a.pdf_stream"),
        ("/", ""),
        ("..", ""),
    ],
)
def test_no_name_leads_out_of_the_archive(raw: str, name: str) -> None:
    assert safe_name(raw) == name


@given(st.text("./\\:Cc \n\x00~年" + "\u202e", max_size=30) | st.text(max_size=60))
def test_no_name_whatever_leads_out_of_the_archive(raw: str) -> None:
    name = safe_name(raw)
    below = os.path.normpath(os.path.join("/folder", name))  # noqa: PTH118
    assert below == "/folder" if not name else below.startswith("/folder/")
    assert not {"..", ".", ""} & set(name.split("/")) or not name
    assert not any(c in name for c in "\\:\n\r\t\x00\u202e")
    assert safe_name(name) == name


def test_long_names_are_cut_and_keep_their_ending() -> None:
    name = safe_name("深/" * 500 + "长" * 250 + ".pdf")
    assert name.endswith("长….pdf")
    assert max(len(part.encode()) for part in name.split("/")) <= 200 and len(name.encode()) <= 700
    long = "长" * 250 + "\n.pdf"
    data = zipped((long, PDF), (long.replace("\n", "\r"), b"other"))
    found = taken(data)
    assert [m.data for m in found] == [PDF, b"other"]
    assert len({m.name for m in found}) == 2


@given(st.lists(st.sampled_from(["a.pdf", "a~2.pdf", "b/a", ".a", "b.c/a", "a"]), max_size=12))
def test_every_name_is_given_once(given_names: list[str]) -> None:
    names = Names()
    found = [names.unique(name) for name in given_names]
    assert len(set(found)) == len(found)
    assert all(PurePosixPath(f).suffix == PurePosixPath(n).suffix for f, n in zip(found, given_names, strict=True))


def test_what_is_no_document_is_left_out() -> None:
    link = zipfile.ZipInfo("link.pdf")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    pipe = zipfile.ZipInfo("pipe.pdf")
    pipe.external_attr = (stat.S_IFIFO | 0o666) << 16
    junk = [("__MACOSX/._a.pdf", b"x"), (".DS_Store", b"x"), ("a/.DS_Store", b"x"), (".git/config", b"x")]
    data = zipped((link, b"/etc/passwd"), (pipe, b""), *junk, ("folder\\", b""), ("a.pdf", PDF))
    assert taken(data) == [Member("a.pdf", PDF)]


@pytest.mark.parametrize("password", ["secret", "政务公开"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_locked_member_is_read_with_its_password(password: str, encoding: str) -> None:
    data = locked_with(password.encode(encoding), "report.pdf", PDF)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read("report.pdf", pwd=password.encode(encoding)) == PDF  # others can open it
    assert list(members(data, ["another", password])) == [Member("report.pdf", PDF)]
    for wrong in ([], ["another", "Secret"]):
        (locked,) = members(data, wrong)
        assert locked.locked and not locked.data and "--password-file" in locked.problem


def test_no_wrong_password_passes_for_the_right_one() -> None:
    data = locked_with(b"secret", "report.pdf", PDF)
    (locked,) = members(data, [f"wrong {n}" for n in range(2000)])  # some eight pass the first check
    assert locked.locked and not locked.data


def test_a_locked_member_and_a_rare_packing_are_told() -> None:
    data = bytearray(zipped(("locked.pdf", PDF), ("open.pdf", PDF), packing=zipfile.ZIP_STORED))
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(signature) + flags] |= 1
    locked, other = taken(bytes(data))
    assert "password" in locked.problem and locked.locked and other == Member("open.pdf", PDF)
    for packing in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        [rare] = taken(zipped(("a.pdf", PDF), packing=packing))
        assert f"method {packing}" in rare.problem


def test_a_damaged_member_costs_no_other() -> None:
    data = zipped(("a.pdf", PDF), ("b.pdf", PDF * 2), packing=zipfile.ZIP_STORED)
    broken = data.replace(PDF, PDF.replace(b"much", b"muck"), 1)
    first, second = taken(broken)
    assert first.name == "a.pdf" and "damaged" in first.problem
    assert second == Member("b.pdf", PDF * 2)


@pytest.mark.parametrize("declared", [1, 0xFFFFFF])
def test_the_size_that_an_archive_declares_is_not_believed(declared: int) -> None:
    data = bytearray(zipped(("a.pdf", PDF * 100)))
    struct.pack_into("<I", data, data.index(b"PK\1\2") + 24, declared)
    [found] = taken(bytes(data))
    assert found.problem or found.data == PDF * 100


def test_archives_in_archives_are_opened_two_deep() -> None:
    data = zipped(("年报.pdf", PDF))
    for level in range(3):
        data = zipped((f"{level}.zip", data), (f"{level}.pdf", PDF))
    found = taken(data)
    assert [m.name for m in found] == ["2.zip/1.zip/0.zip", "2.zip/1.zip/0.pdf", "2.zip/1.pdf", "2.pdf"]
    assert "inside 3 archives" in found[0].problem
    assert all(m.data == PDF for m in found[1:])


def test_a_broken_archive_in_an_archive_and_an_office_file_are_members() -> None:
    inner = zipped(("a.pdf", PDF))
    office = zipped(("[Content_Types].xml", b""), ("word/document.xml", b"<w/>"))
    broken, word = taken(zipped(("broken.zip", inner[:-30]), ("年报.docx", office)))
    assert broken.name == "broken.zip" and "cannot be opened" in broken.problem
    assert word == Member("年报.docx", office)


SMALL = Limits(members=3, member_bytes=2 * MB, total_bytes=3 * MB, ratio=200, ratio_from=MB)
NOISE = random.Random(1).randbytes(MB)


def test_a_bomb_is_told_and_the_rest_is_read() -> None:
    data = zipped(("bomb.pdf", b"\0" * (MB + MB // 2)), ("a.pdf", PDF))
    bomb, report = taken(data, SMALL)
    assert len(data) < 4000
    assert "200 times its size" in bomb.problem and "unpack it by hand" in bomb.problem
    assert report == Member("a.pdf", PDF)


def test_a_member_that_is_too_large_is_told_and_the_rest_is_read() -> None:
    large, report = taken(zipped(("large.pdf", NOISE * 2 + b"!"), ("a.pdf", PDF)), SMALL)
    assert "more than 2 MB" in large.problem
    assert report == Member("a.pdf", PDF)


def test_reading_stops_where_all_together_is_too_large() -> None:
    first, last = taken(zipped(("a", NOISE + NOISE[:9]), ("b", NOISE * 2), ("c", PDF)), SMALL)
    assert first.data and "3 MB in all" in last.problem and last.name == "b"


def test_reading_stops_behind_too_many_members_wherever_they_lie() -> None:
    inner = zipped(("1.pdf", PDF), ("2.pdf", PDF), ("3.pdf", PDF))
    found = taken(zipped(("a.zip", inner), ("b.pdf", PDF)), SMALL)
    assert [bool(m.data) for m in found] == [True, True, False]
    assert "more than 3 files" in found[-1].problem


def test_a_directory_of_millions_is_refused_before_it_is_read() -> None:
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = entry * 200_001
    data = directory + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(directory), 0, 0)
    with pytest.raises(DocumentError, match="200000 files") as refused:
        list(members(data))
    assert refused.value.status == "corrupt"
    assert package_kind(data) == "zip"


def test_the_same_bytes_under_many_names_stop_at_the_limit() -> None:
    """Members that share their bytes unpack to far more than a ratio of each shows."""
    data = zipped(("0", NOISE[:1000] * 900))
    start, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    directory = data[start:end] * 3
    end_record = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 3, 3, len(directory), start, 0)
    found = taken(data[:start] + directory + end_record, Limits(total_bytes=2 * MB))
    assert sum(len(m.data) for m in found) <= 2 * MB
    assert found[-1].problem  # that of the limit; newer versions of zipfile see the trick itself


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["[Content_Types].xml", "word/document.xml"], "docx"),
        (["[Content_Types].xml", "word\\document2.xml"], "docx"),
        (["[Content_Types].xml", "xl/workbook.xml"], "xlsx"),
        (["[Content_Types].xml", "ppt/presentation.xml"], "pptx"),
        (["OFD.xml", "Doc_0/Document.xml"], "ofd"),
        (["ofd.XML"], "ofd"),
        (["META-INF/container.xml"], "epub"),
        (["word/document.xml", "a.pdf"], "zip"),
        (["sub/OFD.xml"], "zip"),
        (["mimetype"], "zip"),
        (["年报.pdf"], "zip"),
        ([], "zip"),
    ],
)
def test_packages_are_known_by_what_is_in_them(names: Iterable[str], kind: str) -> None:
    assert package_kind(zipped(*((name, b"x") for name in names))) == kind


@pytest.mark.parametrize(
    ("mimetype", "kind"),
    [
        (b"application/epub+zip", "epub"),
        (b"application/vnd.oasis.opendocument.text\n", "odt"),
        (b"application/vnd.oasis.opendocument.spreadsheet", "ods"),
        (b"application/vnd.oasis.opendocument.graphics", "zip"),
        (b"\0" * MB, "zip"),
    ],
)
def test_packages_that_declare_themselves_are_believed(mimetype: bytes, kind: str) -> None:
    assert package_kind(zipped(("mimetype", mimetype), ("content.xml", b""))) == kind


@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda tail: b"PK\3\4" + tail))
def test_any_bytes_are_an_archive_or_a_document_error(data: bytes) -> None:
    try:
        assert all(isinstance(m, Member) for m in members(data))
    except DocumentError as error:
        assert error.status == "corrupt" and error.message
    assert package_kind(data) == "zip"


WHOLE = zipped(("a/年报.pdf", PDF), ("mimetype", b"x"), ("in.zip", zipped(("b.pdf", PDF * 9))), ("c.pdf", PDF))


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_changed_bytes_are_told_or_change_no_member(changes: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE)
    for place, value in changes:
        data[place] = value
    try:
        found = list(members(bytes(data)))
    except DocumentError as error:
        assert error.message
    else:
        sound = {PDF, PDF * 9, b"x", b""}
        assert all(m.data in sound or m.data.startswith(b"PK") for m in found)
    assert package_kind(bytes(data))
