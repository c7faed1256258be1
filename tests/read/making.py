"""Broken, locked and photographed documents, made from good ones; nothing here reads a report."""

import hashlib
import io
from pathlib import Path

import pypdfium2

PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def numbered(objects: list[bytes], trailer: bytes) -> bytes:
    """A PDF of these objects, the first of them its catalogue."""
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


EMPTY_PAGE = [
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
]


def rc4(key: bytes, data: bytes) -> bytes:
    """The cipher of old PDFs."""
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def locked(password: bytes) -> bytes:
    """A PDF of one empty page that only opens with ``password`` (standard handler, revision 2)."""
    padded = (password + PADDING)[:32]
    identity = hashlib.md5(b"gkingest").digest()
    owner = rc4(hashlib.md5(padded).digest()[:5], padded)
    rights = -4
    key = hashlib.md5(padded + owner + rights.to_bytes(4, "little", signed=True) + identity).digest()[:5]
    user = rc4(key, PADDING)
    handler = b"<< /Filter /Standard /V 1 /R 2 /P %d /O <%s> /U <%s> >>"
    encrypt = handler % (rights, owner.hex().encode(), user.hex().encode())
    name = identity.hex().encode()
    return numbered([*EMPTY_PAGE, encrypt], b"/Encrypt 4 0 R /ID [<%s> <%s>]" % (name, name))


def locked_strangely() -> bytes:
    """A PDF under a protection that nobody knows."""
    return numbered([*EMPTY_PAGE, b"<< /Filter /Nobody.Knows /V 1 >>"], b"/Encrypt 4 0 R /ID [<00> <00>]")


def saved(document: pypdfium2.PdfDocument) -> bytes:
    """The bytes of a document."""
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def photographed(path: Path, pages: set[int]) -> bytes:
    """The document with some of its pages (1-based) replaced by pictures of themselves."""
    source = pypdfium2.PdfDocument(path)
    made = pypdfium2.PdfDocument.new()
    for index in range(len(source)):
        if index + 1 not in pages:
            made.import_pages(source, [index])
            continue
        width, height = source[index].get_size()
        page = made.new_page(width, height)
        picture = pypdfium2.PdfImage.new(made)
        picture.set_bitmap(source[index].render(scale=100 / 72))
        picture.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
        page.insert_obj(picture)
        page.gen_content()
    return saved(made)


def picture_of(path: Path, page: int) -> bytes:
    """One page (1-based) as a PNG."""
    document = pypdfium2.PdfDocument(path)
    out = io.BytesIO()
    document[page - 1].render(scale=1).to_pil().save(out, "PNG")
    document.close()
    return out.getvalue()
