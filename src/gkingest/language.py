"""The language of a run, and what is said in it.

Modules write English. A message that keeps its shape (:class:`~gkingest.told.Told`, as findings do) is looked up by
it; of other text the fixed words find the message of the catalogue, and what stands between them is carried over.
"""

import locale
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from gkingest.told import GAP, Bilingual, Told

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
VARIABLE = "GKINGEST_LANG"

_JOINTS = (("; ", "；"), (": ", "："), (" or ", " 或 "), (", ", "，"))  # between messages that were put together
_BRACKETS = ((" (", "（"), (")", "）"))
_PUNCTUATION = {"; ": "；", ", ": "，"}
_chosen: Language = "en"
_asked: ContextVar[Language | None] = ContextVar("asked", default=None)


def language() -> Language:
    """The language of this run, or of the visitor who is being answered."""
    return _asked.get() or _chosen


@contextmanager
def speaking(wanted: Language) -> Iterator[None]:
    """Within it everything is said in a language, whatever that of the run: a server answers each in their own."""
    before = _asked.set(wanted)
    try:
        yield
    finally:
        _asked.reset(before)


def choose(word: str | None = None) -> Language:
    """Take a language for this run: ``word``, else what the environment asks for; raises ``ValueError``."""
    global _chosen  # noqa: PLW0603 - one run has one language
    wanted = word or os.environ.get(VARIABLE, "")
    if wanted:
        _chosen = next((known for known in LANGUAGES if wanted.lower().startswith(known)), "en")
        if not wanted.lower().startswith(_chosen):
            raise ValueError(wanted)
    else:
        _chosen = "zh" if _system_language().startswith(("zh", "chinese")) else "en"
    return _chosen


def said(text: str) -> str:
    """An English message in the language of this run; what no catalogue has is given back as it is.

    >>> choose("zh") and said("3 documents in 1.2 s")
    '3 份文件，用时 1.2 秒'
    """
    if language() == "en" or (
        not isinstance(text, Told | Bilingual) and not text.isascii() and not re.search("[a-z]", text)
    ):
        return text
    return in_chinese(text)


def titled(head: str, told: str) -> str:
    """What is said of something behind its name, with the colon of the language."""
    return f"{said(head)}{'：' if language() == 'zh' else ': '}{said(told)}"


def in_chinese(text: str) -> str:
    """A message in Chinese, with the messages that it was put together of."""
    if isinstance(text, Bilingual):
        return text.chinese
    told = text if isinstance(text, Told) else _recognised(text)
    if told is None:
        return _PUNCTUATION.get(text, text)
    # A word alone is a name: of a command, a key, a file.
    values = [in_chinese(v) if isinstance(v, Told | Bilingual) or " " in v.strip() else v for v in told.values]
    return GAP.sub(lambda gap: values[int(gap[1])], _shape_in_chinese(told.shape))


def enumerated(names: Iterable[str]) -> Bilingual:
    """Names one after another, with the comma that lists have in each language; words of the catalogue are said."""
    given = list(names)
    return Bilingual(", ".join(given), "、".join(catalogue().get(name, name) for name in given))


class Phrase(NamedTuple):
    """A message as it is kept: its fixed words in both languages, ``{0}`` where a value stands, and the values."""

    english: str
    chinese: str
    values: tuple[str, ...]


def phrase(text: str) -> Phrase:
    """A message without the messages inside it: their words are part of its own.

    >>> phrase(Told("page {0} was not read: {1}", 3, "5 hidden characters")).chinese
    '第 {0} 页未读：隐藏字符 {1} 个'
    """
    if isinstance(text, Bilingual):
        braces = ("{",) if "{" in text + text.chinese else ()  # which are printed: no gaps
        return Phrase(text.replace("{", "{0}"), text.chinese.replace("{", "{0}"), braces)
    told = text if isinstance(text, Told) else _recognised(text) if " " in text.strip() else None
    if told is None:
        return Phrase("{0}", "{0}", (text,))
    values: list[str] = []
    english: list[str] = []
    chinese: list[str] = []
    for value in told.values:
        inner = phrase(value)
        places = [f"{{{len(values) + n}}}" for n in range(len(inner.values))]
        for words, filled in ((inner.english, english), (inner.chinese, chinese)):
            filled.append(_filled(words, places))
        values += inner.values
    return Phrase(_filled(told.shape, english), _filled(_shape_in_chinese(told.shape), chinese), tuple(values))


def _filled(shape: str, values: Sequence[str]) -> str:
    return GAP.sub(lambda gap: values[int(gap[1])], shape)


def _shape_in_chinese(shape: str) -> str:
    """The Chinese of a message's fixed words; where these are marks alone, those of Chinese."""
    if found := catalogue().get(shape):
        return found
    if re.search("[a-z]{2}", shape.replace(" or ", "")):
        return shape
    for mark, chinese in (*_JOINTS, *_BRACKETS):
        shape = shape.replace(mark, chinese)
    return shape


@cache
def catalogue() -> dict[str, str]:
    """English messages, ``{0}`` where something is filled in, with their Chinese."""
    folder = Path(__file__).with_name("locale")
    return {key: value for path in sorted(folder.glob("*.po")) for key, value in read_catalogue(path).items()}


def read_catalogue(path: Path) -> dict[str, str]:
    """The messages of a file in the form of gettext (PO); long ones may go on in the lines below."""
    entries: list[dict[str, str]] = []
    word = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        start = line.find('"')
        if start < 0 or line.startswith("#"):
            continue
        text = re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), line[start + 1 : line.rindex('"')])
        word = line[:start].strip() or word
        if line.startswith("msgid "):
            entries.append({})
        entries[-1][word] = entries[-1].get(word, "") + text
    return {one["msgid"]: said for one in entries if one["msgid"] and (said := one.get("msgstr", ""))}


class _Shape(NamedTuple):
    """A message with gaps: its longest fixed words, all of them, the whole, and the gaps in order."""

    core: str
    fixed: tuple[str, ...]
    english: str
    gaps: tuple[str, ...]


@cache
def _shapes() -> list[_Shape]:
    """Messages with gaps, those with the most fixed words first, so that the more special one is met first."""
    found = []
    for key in catalogue():
        if gaps := tuple(GAP.findall(key)):
            fixed = tuple(GAP.split(key)[::2])
            found.append(_Shape(max(fixed, key=len), fixed, key, gaps))
    return sorted(found, key=lambda shape: -sum(map(len, shape.fixed)))


@cache
def _pattern(shape: _Shape) -> re.Pattern[str]:
    return re.compile("(.*?)".join(map(re.escape, shape.fixed)), re.DOTALL)


def _recognised(text: str) -> Told | None:
    """The message that plain text is, found by the fixed words of those that there are."""
    core = text.strip(" \n;,")
    if not core:
        return None
    found = _whole(core, simple=True) or _joined(core, all) or _whole(core) or _joined(core, any)
    if found is None or core == text:
        return found
    before, _, after = text.partition(core)
    return Told(f"{before}{{0}}{after}", found)


def _whole(text: str, *, simple: bool = False) -> Told | None:
    """The message that ``text`` is, with what stands in its gaps; ``simple``: no gap holds several."""
    if text in catalogue():
        return Told(text)
    for shape in _shapes():
        if shape.core in text and (match := _pattern(shape).fullmatch(text)):
            if simple and any(mark in value for value in match.groups() for mark in ("; ", " or ")):
                continue
            filled = dict(zip(shape.gaps, match.groups(), strict=True))
            return Told(shape.english, *(filled[str(n)] for n in range(len(filled))))
    return None


def _joined(text: str, enough: Callable[[list[Told | None]], bool]) -> Told | None:
    """What was put together of several messages, if ``enough`` of them are known."""
    for mark, _ in _JOINTS if enough is all else _JOINTS[:2]:
        parts = text.split(mark)
        if len(parts) > 1 and enough(told := [_whole(part) for part in parts]):
            return Told(
                mark.join(f"{{{n}}}" for n in range(len(parts))),
                *(new or old for new, old in zip(told, parts, strict=True)),
            )
    return None


def _system_language() -> str:
    """The language that the system speaks to its user, as ``zh_CN.UTF-8``, lower-cased; "" if it does not say."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return value.lower()
    if sys.platform == "win32":
        import ctypes

        number = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return locale.windows_locale.get(number, "").lower()
    return ""
