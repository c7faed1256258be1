"""Bytes → text: what a page claims of its encoding is often wrong and a text claims none, so characters decide."""

import re
from collections import Counter
from collections.abc import Callable

from gkingest.errors import DocumentError
from gkingest.text.seen import in_cells

_LONGEST = 5_000_000  # bytes of a text: fifty times the longest report
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x19\x1b-\x1f\x7f-\x84\x86-\x9f]")
_LINE_ENDS = re.compile(r"[\n\r\v\x85\u2028\u2029]")
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def decoded_page(data: bytes, declared: str = "") -> str:
    """Text by its byte order mark, as strict UTF-8, or in the Chinese encoding that makes most sense of it.

    What cannot be decoded becomes U+FFFD; ``declared`` decides only between encodings of equal sense.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    if data[:400].count(0) > len(data[:400]) // 4:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:  # a few broken bytes or a page that is cut leave most of it in its encoding
        said = declared.lower().replace("-", "") == "utf8"
        readings = [_reading(data, name) for name in ("gb18030", "big5", "utf-8")]
        return max(readings, key=lambda r: (round(r[0], 2), said and r is readings[2]))[1]


def decoded_text(data: bytes) -> str:
    """The text in UTF-8, UTF-16, GB18030 or Big5, with ``\\n`` between lines; tables are not looked for."""
    if len(data) > _LONGEST:
        raise DocumentError(
            "unsupported",
            f"the text has {len(data)} bytes, more than any report; take the report out of it and run again",
        )
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _decoded(data[len(mark) :], encoding)
            break
    else:
        if b"\0" in data:  # UTF-16 has its zeros in the upper bytes of digits and line ends
            little = data[1::2].count(0) >= data[::2].count(0)
            text = _decoded(data, "utf-16-le" if little else "utf-16-be")
        else:
            text = _decoded(data, "utf-8")
            text = text if text is not None else _chinese(data)
    if text is None or "\0" in text or len(_CONTROL.findall(text)) * 100 > len(text):
        raise DocumentError(
            "unsupported",
            "the bytes are no text in UTF-8, UTF-16, GB18030 or Big5, so nothing can be read; fetch the file again "
            "or save it as UTF-8",
        )
    text = text.replace("\r\n", "\n")
    if "\f" in text:  # a page ends as a line does
        text = "\n".join(page.strip("\n") for page in text.split("\f"))
    # A sign that ends few of the lines may stand inside one: 9\r53 is neither 9 nor 53, and stays together.
    ends = Counter(_LINE_ENDS.findall(text))
    usual = max(ends.values(), default=0)
    return in_cells(_LINE_ENDS.sub(lambda e: "\n" if e[0] == "\n" or ends[e[0]] * 2 > usual else e[0], text))


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _chinese(data: bytes) -> str | None:
    """GB18030 or Big5, in which most of the characters are frequent; each also decodes the other into rare ones."""
    share, text = max(_reading(data, name) for name in ("gb18030", "big5"))
    return text if share > 0.5 and "\ufffd" not in text else None


def _reading(data: bytes, encoding: str) -> tuple[float, str]:
    """Text in an encoding, and the share of frequent characters among those that are not ASCII.

    What could not be decoded is U+FFFD in the text and weighs five times against it.
    """
    text = data.decode(encoding, "replace")
    frequent = _FREQUENT[encoding]
    foreign = [c for c in text[:200_000] if c > "\x7f"]
    common = sum(map(frequent, foreign)) - 5 * foreign.count("\ufffd")
    return (common / len(foreign) if foreign else 0.0), text


def _frequent_gb(char: str) -> bool:
    return b"\xa1" <= char.encode("gb18030", "ignore")[:1] <= b"\xd7" and len(char.encode("gb2312", "ignore")) == 2


def _frequent_big5(char: str) -> bool:
    return b"\xa1" <= char.encode("big5", "ignore")[:1] <= b"\xc6"


_FREQUENT: dict[str, Callable[[str], bool]] = {
    "gb18030": _frequent_gb,
    "big5": _frequent_big5,
    "utf-8": lambda char: _frequent_gb(char) or _frequent_big5(char),
}
