"""Bytes of a web page → text: what a page claims of its encoding is often wrong, so its characters decide."""


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
