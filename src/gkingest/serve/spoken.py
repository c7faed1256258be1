"""The language of a visitor, and what pages say in it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

import gkingest.language
from gkingest.language import LANGUAGES, Language, catalogue, in_chinese, language, read_catalogue, said, speaking
from gkingest.model.method import in_words
from gkingest.told import Told

_WORD = re.compile(r"[a-z]+(_[a-z]+)+")  # of the database, such as needs_review
ASKED = "_lang"  # in the address
COOKIE = "gk_lang"
_YEAR = 365 * 24 * 3600
_asked: ContextVar[Mapping[str, Any] | None] = ContextVar("asked", default=None)  # the request that is answered


class InBoth(Protocol):
    """One thing in both languages."""

    @property
    def en(self) -> str:
        """English."""

    @property
    def zh(self) -> str:
        """Chinese."""


def wanted(scope: Mapping[str, Any]) -> tuple[Language | None, bool]:
    """The language that a request asks for, in its address or by what was asked before; and whether it is new."""
    asked = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"))).get(ASKED)
    kept = cookies(scope).get(COOKIE)
    found = next((known for word in (asked, kept) for known in LANGUAGES if word == known), None)
    return found, found is not None and found == asked != kept


def cookies(scope: Mapping[str, Any]) -> dict[str, str]:
    """The cookies of a request."""
    jar: SimpleCookie = SimpleCookie()
    for name, value in scope.get("headers", ()):
        if name.lower() == b"cookie":
            jar.load(value.decode("latin-1"))
    return {name: one.value for name, one in jar.items()}


def kept(chosen: Language) -> tuple[bytes, bytes]:
    """The header that has the browser ask for a language from now on."""
    return b"set-cookie", f"{COOKIE}={chosen}; Path=/; Max-Age={_YEAR}; SameSite=Lax".encode()


@contextmanager
def answering(scope: Mapping[str, Any], chosen: Language) -> Iterator[None]:
    """What is said meanwhile is in the language that was chosen, and its pages lead to themselves in the other."""
    token = _asked.set(scope)
    try:
        with speaking(chosen):
            yield
    finally:
        _asked.reset(token)


def other_language() -> tuple[Language, str]:
    """The language that this page is not in, and the address of the page in it, without the host.

    It is asked of the request that is answered, for a page that tells an error is given nothing of its request.
    """
    other: Language = "en" if language() == "zh" else "zh"
    asked = parse_qsl((_asked.get() or {}).get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    return other, "?" + urlencode([*((k, v) for k, v in asked if k != ASKED), (ASKED, other)])


def say(text: str, *values: object) -> str:
    """An English message of a page in the visitor's language, ``{0}`` filled in.

    >>> say("page {0} of {1}", 2, 5)
    'page 2 of 5'
    """
    if language() == "zh":
        told = page_words().get(text) or catalogue().get(text) or in_chinese(text)
    else:
        told = text.replace("_", " ") if _WORD.fullmatch(text) else text
    return re.sub(r"\{(\d+)\}", lambda gap: str(values[int(gap[1])]), told) if values else told


def told(words: InBoth | None) -> str:
    """What is kept in both languages, in the visitor's."""
    if words is None:
        return ""
    return words.zh if language() == "zh" else words.en


def rounded(value: object, unit: str = "count") -> str:
    """A number for people: thousands apart, a percentage with one digit behind the point, a ratio with three.

    >>> rounded(12345), rounded(70.588, "percent"), rounded(0.70588, "ratio"), rounded(1.50)
    ('12,345', '70.6%', '0.706', '1.5')
    """
    if not isinstance(value, int | float):
        return "" if value is None else str(value)
    if unit == "percent":
        return f"{value:,.1f}%"
    if unit == "ratio":
        return f"{value:,.3f}"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def way(method: str) -> str:
    """How a figure was read, in words, with the code that the database has.

    >>> way("ruled/exact")
    'along ruled lines, label as on the form (ruled/exact)'
    """
    return said(Told("{0} ({1})", in_words(method), method))


@cache
def page_words() -> dict[str, str]:
    """The Chinese of what pages alone say: short words that would be found in messages of the terminal too."""
    return read_catalogue(Path(gkingest.language.__file__).with_name("locale") / "serve" / "pages.po")
