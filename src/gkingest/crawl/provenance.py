"""Who said what about a file, and whom to believe."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from gkingest.crawl.dates import day, moment
from gkingest.crawl.mirror import is_host
from gkingest.model.provenance import UNKNOWN, Provenance

__all__ = ["WITNESSES", "Provenance", "clean", "merge", "merged", "told"]

# The most direct witness first: what was written for this one file, what was written for many, what the web says
# of itself, what the path lets one guess.
WITNESSES = ("sidecar", "manifest", "index", "links", "warc", "page", "mirror")
_BELIEVED = ("url", "title", "published_at", "fetched_at", "http_status", "source_name")
_RANK = {witness: place for place, witness in enumerate(WITNESSES)}
_HIDDEN = ("Cc", "Cf", "Cs")  # control, format, halves of pairs
_LONGEST = 4096  # characters; what is longer is no address and no title
_STATUS = re.compile(r"(?:HTTP/\d(?:\.\d)?\s+)?([1-5]\d\d)(?:\.0+)?(?:\s.*)?", re.ASCII | re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?|ftp)://[^/\s]", re.IGNORECASE)


def told(witness: str, fields: Mapping[str, str]) -> Provenance:
    """What one witness says: ``fields`` of :class:`Provenance` with their text as written; blank says nothing.

    Text that is no address, date or status stays in ``said`` and gives the field no value.
    """
    said = tuple((field, clean(text), witness) for field, text in fields.items() if clean(text))
    # The path of a page must stay as it is, odd characters included, or it would name another file.
    return replace(_settled(said), attached_to=fields.get("attached_to", ""))


def merge(first: Provenance, second: Provenance) -> Provenance:
    """Both together; in each field the more direct witness is believed, of two equal ones that of ``first``."""
    both = _settled((*first.said, *second.said))
    told_alone = {
        field: getattr(both, field) or getattr(first, field) or getattr(second, field) for field in _BELIEVED
    }
    return replace(both, **told_alone, attached_to=first.attached_to or second.attached_to)


def merged(parts: Iterable[Provenance]) -> Provenance:
    """All of them together, as :func:`merge` joins two."""
    whole = UNKNOWN
    for part in parts:
        whole = merge(whole, part)
    return whole


def clean(text: str) -> str:
    """``text`` in one line, without characters that print nothing, cut where it is absurdly long.

    >>> clean(" 2023年\\n年度报告\\x00 ")
    '2023年 年度报告'
    """
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "…"
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")  # bytes of a name that are no UTF-8
    return " ".join("".join(c for c in text if c.isspace() or unicodedata.category(c) not in _HIDDEN).split())


def _settled(said: Iterable[tuple[str, str, str]]) -> Provenance:
    """The fields as the best witness gives them that says something usable, and everything that was said."""
    ordered = tuple(sorted(dict.fromkeys(said), key=lambda line: _RANK.get(line[2], len(_RANK))))

    def best(field: str, read: Callable[[str], str]) -> str:
        return next((value for name, text, _ in ordered if name == field and (value := read(text))), "")

    status = best("http_status", _status)
    return Provenance(
        url=best("url", _url),
        title=best("title", _name),
        published_at=best("published_at", day),
        fetched_at=best("fetched_at", moment),
        http_status=int(status) if status else None,
        source_name=best("source_name", _name),
        said=ordered,
    )


def _url(text: str) -> str:
    """An address with its scheme; "" for a relative one, which nobody could follow."""
    if len(text) > _LONGEST:
        return ""
    if text.startswith("//") or is_host(text.partition("/")[0]):
        text = f"http://{text.removeprefix('//')}"
    return text.replace(" ", "%20") if _ADDRESS.match(text) else ""


def _name(text: str) -> str:
    return text if len(text) <= _LONGEST else ""


def _status(text: str) -> str:
    found = _STATUS.fullmatch(text)
    return found[1] if found else ""
