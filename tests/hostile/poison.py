"""What an attacker sends: small makers of documents that are meant to break a reader."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

GB = 1 << 30
_MB = 1 << 20
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def deflated(size: int, byte: bytes = b"\0") -> bytes:
    """A raw deflate stream of ``size`` bytes (whole megabytes), made without unpacking it once."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = engine.compress(byte * _MB) + engine.flush(zlib.Z_FULL_FLUSH)
    return block * (size // _MB) + b"\x03\0"


def zlib_bomb(size: int, byte: bytes = b"\0") -> bytes:
    """``size`` bytes as a zlib stream, a thousandth of them long."""
    b = (size + size * (size + 1) // 2 * byte[0]) % 65521
    a = (1 + size * byte[0]) % 65521
    return b"\x78\xda" + deflated(size, byte) + struct.pack(">I", b << 16 | a)


def gzip_bomb(size: int, start: bytes = b"") -> bytes:
    """``start`` and then ``size`` zeros in one gzip member; its check sum is wrong, but nobody gets there."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = engine.compress(start) + engine.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + head + deflated(size) + bytes(8)


def pdf(objects: Mapping[int, bytes], trailer: bytes = b"", root: int = 1) -> bytes:
    """A PDF of these objects, with a table of cross references that is right."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    out += b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, trailer, start)
    return bytes(out)


def stream(body: bytes, entries: bytes = b"") -> bytes:
    """A PDF stream."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(body), entries, body)


def one_page(
    content: bytes = b"", page: bytes = b"/MediaBox [0 0 595 842]", more: Mapping[int, bytes] | None = None
) -> bytes:
    """A PDF of one page with a Helvetica named F1; ``content`` is object 4, ``more`` begins at 6."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R %s >>" % page,
        4: content or stream(b""),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    return pdf(objects | dict(more or {}))


FONT = b"/Resources << /Font << /F1 5 0 R >> >>"
WORDS = b"BT /F1 12 Tf 72 700 Td (The budget of the year is shown below, with all of its figures.) Tj ET"


def pages(count: int, content: bytes = WORDS) -> bytes:
    """A PDF of many pages with the same few words on each."""
    kids = b" ".join(b"%d 0 R" % (10 + n) for n in range(count))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
        4: stream(zlib.compress(content), b"/Filter /FlateDecode"),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R %s >>" % FONT
    return pdf(objects | {10 + n: page for n in range(count)})


def png(width: int, height: int, body: bytes) -> bytes:
    """A PNG that says it is so large, in grey; ``body`` is what its data unpack from."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    """A ZIP file; its members keep the names they are given."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def with_bomb(members: Mapping[str, bytes | str], name: str, size: int, *, honest: bool = True) -> bytes:
    """A ZIP file one member of which unpacks to ``size`` zeros; unless ``honest``, it claims to be short."""
    body, claimed = deflated(size), size if honest else 100
    out = io.BytesIO(zipped(members))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        info.CRC = 0  # nobody gets as far as to compare it
        info.compress_type, info.compress_size, info.file_size = zipfile.ZIP_DEFLATED, len(body), claimed
        info.header_offset = archive.start_dir
        archive.fp.seek(archive.start_dir)  # type: ignore[union-attr]
        archive.fp.write(info.FileHeader() + body)  # type: ignore[union-attr]
        archive.start_dir = archive.fp.tell()  # type: ignore[union-attr]
        archive.filelist.append(info)
        archive.NameToInfo[name] = info
        archive._didModify = True  # type: ignore[attr-defined]
    return out.getvalue()


def relations(**targets: str) -> str:
    """A part that names others by their kind."""
    own = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets.items())
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{_RELATIONS}">{own}</Relationships>'


def docx(body: str, head: str = '<?xml version="1.0"?>', **more: bytes | str) -> dict[str, bytes | str]:
    """The members of a Word document whose body is ``body``."""
    document = f'{head}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    own = {"[Content_Types].xml": CONTENT_TYPES, "_rels/.rels": relations(officeDocument="word/document.xml")}
    return {**own, "word/document.xml": document, **more}


def paragraph(text: str) -> str:
    """A paragraph of a Word document."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def xlsx(rows: str, head: str = '<?xml version="1.0"?>', **more: bytes | str) -> dict[str, bytes | str]:
    """The members of a spreadsheet of one sheet whose rows are ``rows``."""
    book = (
        f'<?xml version="1.0"?><workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r0"/></sheets></workbook>'
    )
    sheet = f'{head}<worksheet xmlns="{_SHEET}"><sheetData>{rows}</sheetData></worksheet>'
    return {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": relations(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": relations(worksheet="worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": sheet,
        **more,
    }


LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12))
LAUGHTER = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]>'
THIEF = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY stolen SYSTEM "file://{}">]>'


def warc(body: bytes, headers: bytes = b"") -> bytes:
    """A web archive with one answer."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s\r\n%s" % (len(body), headers, body)
    return (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://www.example.gov.cn/1\r\n"
        b"WARC-Date: 2024-01-31T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
    ) % (len(answer), answer)
