"""Bytes of a web page → text: what a page claims of its encoding is often wrong, so its characters decide."""

import codecs
import re
from functools import cache


def decoded_page(data: bytes, declared: str = "") -> str:
    """Text by its byte order mark, as strict UTF-8, or in the Chinese encoding that makes most sense of it.

    What cannot be decoded becomes U+FFFD; ``declared`` matters only where the bytes do not tell.
    """
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    if data[:400].count(0) > len(data[:400]) // 4:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    readings = [data.decode(name, "replace") for name in ("gb18030", "big5")]
    readings += [data.decode("utf-8", "replace")] if declared.lower().replace("-", "") == "utf8" else []
    return max(readings, key=_sense)


def _sense(text: str) -> float:
    """Share of common characters among those that are not ASCII, less those that could not be decoded."""
    others = [c for c in text[:200_000] if ord(c) > 127]
    if not others:
        return 0.0
    usual = sum(c in _USUAL for c in others)
    return (usual - 5 * others.count("\ufffd")) / len(others)


# Characters that half of any official text is made of, in both scripts.
_USUAL = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "政府信息公开申请年度报告机关本部门单位数量情况件处理提供规章收费行政许可处罚强制复议诉讼结果其它總計結轉政府資訊公開申請年度報告機關處理"
    "，。、：；（）“”"
)


def decoded_as(data: bytes, declared: str = "") -> tuple[str, str]:
    """Text of a page, and the name of the encoding in which its bytes make most sense.

    A page cut in the middle of a character, or with a few broken bytes, keeps its encoding; what cannot be decoded
    becomes U+FFFD. ``declared`` decides only between encodings that make equal sense.
    """
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace"), name
    if wide := _wide(data[:4096]):
        return data.decode(wide, "replace"), wide
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(data), "utf-8"
    except UnicodeDecodeError:
        claimed = _ALIASES.get(declared.strip().lower(), declared.strip().lower())
        readings = [(data.decode(name, "replace"), name) for name in ("utf-8", "gb18030", "big5")]
        return max(readings, key=lambda r: (round(_commonness(*r), 2), r[1] == claimed))


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: markup leaves every other byte empty."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    least = len(head) // 32
    if odd > least and odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > least and even > 4 * odd else ""


def _commonness(text: str, name: str) -> float:
    """Share of characters that the encoding's first level holds, less those that could not be decoded."""
    strange = "".join(_BEYOND_ASCII.findall(text))[:20_000]
    if not strange:
        return 0.0
    common = _first_levels(name)
    return (sum(c in common for c in strange) - 5 * strange.count("\ufffd")) / len(strange)


@cache
def _first_levels(name: str) -> frozenset[str]:
    """Punctuation and the more common half of Chinese characters: GB 2312 and Big5 both put them first."""
    plain = b"".join(bytes((a, b)) for a in (*range(0xA1, 0xA4), *range(0xB0, 0xD8)) for b in range(0xA1, 0xFF))
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    traditional = b"".join(bytes((a, b)) for a in range(0xA1, 0xC7) for b in trails).decode("big5", "ignore")
    return frozenset(traditional if name == "big5" else traditional + plain.decode("gb2312", "ignore"))


_ALIASES = {"utf8": "utf-8", "gb2312": "gb18030", "gbk": "gb18030", "big5-hkscs": "big5"}
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
