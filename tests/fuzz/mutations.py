"""Ways in which a good document goes bad: bytes changed anywhere, and inside of what is packed.

Everything is drawn from the generator that is given, so that a number tells a document.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from random import Random

Mutation = Callable[[Random, bytes, Sequence[bytes]], bytes]

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_NUMBER = re.compile(rb"\d+")
_WORD = re.compile(rb"/[A-Z][A-Za-z0-9]{2,12}")
_ODD_NUMBERS = (
    *(b"0", b"-1", b"1", b"2", b"7", b"200", b"65536", b"1000000", b"2147483647", b"2147483648", b"-2147483648"),
    *(b"4294967295", b"99999999999999999999", b"1e400", b"NaN", b"0.000001", b"-0.5", b"9" * 400),
)
_ODD_TEXT = (
    *(b"\0", b"\xff\xff", b"\xed\xa0\x80", b"\xe2\x80\xae", b"%", b"<<", b">>", b"]", b"(", b"\\", b"<", b"&"),
    *(b"<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>", b"</w:tc>", b"</td>", b"<table>", b"\n\n\n"),
    *(b"endobj", b"=1+1"),
)
_MOST = 6_000_000  # bytes that one document may grow to


def mutated(rng: Random, data: bytes, others: Sequence[bytes]) -> tuple[bytes, str]:
    """The document after one to four mutations, and their names."""
    names = []
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        mutation = rng.choice(_INSIDE if rng.random() < 0.5 else _ANYWHERE)
        data = mutation(rng, data, others)[:_MOST]
        names.append(mutation.__name__.strip("_"))
    return data, "+".join(names)


def _place(rng: Random, data: bytes, most: int) -> tuple[int, int]:
    """A stretch of the data: where it begins and where it ends."""
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + 1 + int(most ** rng.random()))


def _flip_bits(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    out = bytearray(data)
    for _ in range(int(64 ** rng.random()) if out else 0):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def _overwrite(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    start, end = _place(rng, data, 4096)
    filling = rng.choice((rng.randbytes(end - start), b"\0" * (end - start), b" " * (end - start)))
    return data[:start] + filling + data[end:]


def _delete(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    start, end = _place(rng, data, 1 + len(data) // 3)
    return data[:start] + data[end:]


def _duplicate(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    start, end = _place(rng, data, 20_000)
    times = int(30 ** rng.random())
    return data[:end] + data[start:end] * times + data[end:]


def _swap(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    a, b, c, d = sorted(rng.randrange(len(data) + 1) for _ in range(4))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def _truncate(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _splice(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """The beginning of one file and the end of another, or a piece of the other inside of this one."""
    other = rng.choice(others)
    start, end = _place(rng, other, 1 + len(other) // 2)
    at = rng.randrange(len(data) + 1)
    return data[:at] + (other[start:] if rng.random() < 0.5 else other[start:end] + data[at:])


def _odd_numbers(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A few of the numbers that are written out replaced by odd ones."""
    found = [m.span() for m in _NUMBER.finditer(data)]
    for start, end in sorted(rng.sample(found, min(len(found), int(8 ** rng.random()))), reverse=True):
        data = data[:start] + rng.choice(_ODD_NUMBERS) + data[end:]
    return data


def _odd_text(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    for _ in range(int(8 ** rng.random())):
        at = rng.randrange(len(data) + 1)
        data = data[:at] + rng.choice(_ODD_TEXT) + data[at:]
    return data


def _other_words(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Names of a PDF replaced by other names out of it: /Kids by /Parent, /Font by /Annots."""
    found = [m.span() for m in _WORD.finditer(data)]
    if len(found) < 2:
        return data
    for _ in range(int(4 ** rng.random())):
        (start, end), (a, b) = rng.choice(found), rng.choice(found)
        if end <= len(data) and b <= len(data):
            data = data[:start] + data[a:b].ljust(end - start)[: end - start] + data[end:]
    return data


def _inside_streams(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A few packed streams of a PDF unpacked, mutated and packed again, in the room they had where they fit."""
    found = [m for m in _STREAM.finditer(data) if b"Flate" in data[max(m.start() - 200, 0) : m.start()]]
    chosen = rng.sample(found, min(len(found), rng.randint(1, 3)))
    for match in sorted(chosen, key=lambda m: m.start(), reverse=True):
        try:
            body = zlib.decompress(match[1])
        except zlib.error:
            continue
        body = rng.choice(_ANYWHERE)(rng, body, others)[:_MOST]
        data = data[: match.start(1)] + zlib.compress(body, 9).ljust(len(match[1])) + data[match.end(1) :]
    return data


def _inside_package(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A few members of a ZIP file mutated and packed again; some lost, doubled or called otherwise."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(name, archive.read(name)) for name in archive.namelist()]
    except Exception:  # noqa: BLE001 - an earlier mutation left no archive
        return _flip_bits(rng, data, others)
    for _ in range(rng.randint(1, 3) if members else 0):
        at = rng.randrange(len(members))
        name, body = members[at]
        what = rng.random()
        if what < 0.8:
            members[at] = (name, rng.choice(_ANYWHERE)(rng, body, others)[:_MOST])
        elif what < 0.87:
            members[at] = (f"../{name}", body)
        elif what < 0.94:
            members.append((name, rng.choice(members)[1]))
        elif len(members) > 1:
            del members[at]
    return _zipped(members)


def _zipped(members: Sequence[tuple[str, bytes]]) -> bytes:
    import warnings

    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that stand twice
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, body in members:
                archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


_ANYWHERE: tuple[Mutation, ...] = (
    *(_flip_bits, _overwrite, _delete, _duplicate, _swap, _truncate, _splice, _odd_numbers, _odd_text),
    _other_words,
)


def _inside(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    if data.startswith(b"PK"):
        return _inside_package(rng, data, others)
    if b"%PDF-" in data[:1024]:
        return _inside_streams(rng, data, others)
    return rng.choice(_ANYWHERE)(rng, data, others)


_INSIDE: tuple[Mutation, ...] = (_inside,)
