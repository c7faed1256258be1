"""The language of a visitor, and what pages say in it; Datasette's own words are said through it too."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

import gkingest.language
from gkingest.language import LANGUAGES, Language, catalogue, in_chinese, language, read_catalogue

_WORD = re.compile(r"[a-z]+(_[a-z]+)+")  # of the database, such as needs_review
ASKED = "_lang"  # in the address
COOKIE = "gk_lang"
_YEAR = 365 * 24 * 3600
# Words between two tags of a template, or between a tag and what is filled in.
_WORDS = re.compile(r"(?<=[>}])([^<>{}]*[A-Za-z][^<>{}]*)(?=[<{])|(?<=value=\")(Apply|Export CSV|Run SQL)(?=\")")
_SCRIPT = re.compile(r"(<script.*?</script>|<style.*?</style>)", re.DOTALL)


class Told(Protocol):
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


def other_language(scope: Mapping[str, Any]) -> tuple[Language, str]:
    """The language that this page is not in, and the address of the page in it, without the host."""
    other: Language = "en" if language() == "zh" else "zh"
    asked = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    return other, "?" + urlencode([*((k, v) for k, v in asked if k != ASKED), (ASKED, other)])


def say(text: str, *values: object) -> str:
    """An English message of a page in the visitor's language, ``{0}`` filled in.

    >>> say("page {0} of {1}", 2, 5)
    'page 2 of 5'
    """
    if language() == "zh":
        told = _pages().get(text) or catalogue().get(text) or in_chinese(text)
    else:
        told = text.replace("_", " ") if _WORD.fullmatch(text) else text
    return re.sub(r"\{(\d+)\}", lambda gap: str(values[int(gap[1])]), told) if values else told


def told(words: Told | None) -> str:
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


@cache
def _pages() -> dict[str, str]:
    """The Chinese of what pages alone say: short words that would be found in messages of the terminal too."""
    return read_catalogue(Path(gkingest.language.__file__).with_name("locale") / "serve" / "pages.po")


class Spoken:
    """Turns the English words in Datasette's templates into calls of :func:`say`, as an extension of Jinja does."""

    priority = 100
    identifier = "gkingest.serve.spoken"
    tags: frozenset[str] = frozenset()

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source of a template; ours ask for their words themselves."""
        if filename is None or "datasette" not in filename or "gkingest" in filename.rpartition("datasette")[2]:
            return source
        parts = _SCRIPT.split(source)
        return "".join(part if number % 2 else _WORDS.sub(_asking, part) for number, part in enumerate(parts))

    def filter_stream(self, stream: Iterator[Any]) -> Iterator[Any]:
        """Nothing is changed here."""
        return stream


def _asking(found: re.Match[str]) -> str:
    """``Next page`` as a call, where the catalogue has it; blanks around it stay."""
    text = found[0]
    core = " ".join(text.split())
    if core not in _pages():
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{{{{ say({core!r}) }}}}{after}"
