"""Folders named after hosts, as ``wget --mirror`` leaves them: the path is the address."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

# Folders are named v1.2 and page.files too, so that only what ends like a host is taken for one.
_TOP_LEVEL = frozenset(
    {"cn", "com", "net", "org", "gov", "edu", "hk", "mo", "tw", "中国", "公司", "网络", "政务", "公益"}
)
_LABEL = re.compile(r"[^\W_](?:[^\W_]|-){0,62}")  # letters of any script: 北京.政务.中国
_PORT = re.compile(r"[:+](\d{1,5})", re.ASCII)  # wget on Windows writes + for :
_ADDRESS = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}", re.ASCII)
_APPENDED = re.compile(r"(\?.*=\d+)\.html")  # wget --adjust-extension; ?file=a.html is left as it is
_AT = re.compile(r"\A([^?@]*)@([^?]*=[^?]*)\Z")  # wget on Windows writes @ for ?
_KEPT = "!$%&'()*+,;=:@~[]"  # % stands for what is already quoted


def is_host(name: str) -> bool:
    """Whether a folder is named like a host: dots and an ending that hosts have, or four numbers; port or none.

    >>> is_host("www.weidong.gov.cn"), is_host("222.85.1.2:8080"), is_host("v1.2"), is_host("report.pdf")
    (True, True, False, False)
    """
    host, port = _split(name)
    if _ADDRESS.fullmatch(host):
        return True
    labels = host.lower().split(".")
    known = labels[-1] in _TOP_LEVEL or labels[-1].startswith("xn--")
    known = known or (labels[0] == "www" and len(labels) > 2 and labels[-1].isalpha())
    return len(host) <= 253 and len(labels) > 1 and known and all(map(_LABEL.fullmatch, labels)) and port < 65536


def site_folder(path: Path) -> Path | None:
    """The folder above a file that is named like a host, the nearest one; ``None`` where there is none."""
    return next((folder for folder in path.parents if is_host(folder.name)), None)


def mirrored(parts: Sequence[str]) -> tuple[str, str]:
    """Address and host of a file by the ``parts`` of its path; two "" if no folder is named like a host.

    >>> mirrored(("crawl", "www.weidong.gov.cn", "zwgk", "index.html@id=5"))
    ('http://www.weidong.gov.cn/zwgk/?id=5', 'www.weidong.gov.cn')
    """
    for place, name in enumerate(parts[:-1]):
        if is_host(name):
            host, port = _split(name)
            scheme = "https" if place and parts[place - 1] == "https" else "http"
            shown = f"{host}:{port}" if port else host
            folders = "".join(f"/{_quoted(part)}" for part in parts[place + 1 : -1])
            # The file itself, with its query; the page of a folder is the folder.
            page, mark, query = _AT.sub(r"\1?\2", parts[-1]).partition("?")
            if found := _APPENDED.fullmatch(mark + query):
                mark, query = "?", found[1].removeprefix("?")
            page = "" if page in ("index.html", "index.htm") else page
            return f"{scheme}://{shown}{folders}/{_quoted(page)}{mark}{_quoted(query, '/?')}", host
    return "", ""


def _split(name: str) -> tuple[str, int]:
    """Host and port; 0 for none."""
    found = _PORT.search(name)
    return (name[: found.start()], int(found[1])) if found and found.end() == len(name) else (name, 0)


def _quoted(part: str, more: str = "") -> str:
    """``part`` with everything quoted that no address may hold; Chinese characters stay legible."""
    if part.isprintable():  # a byte of a name that is no UTF-8 is not printable
        return "".join(c if ord(c) > 0x7F else quote(c, safe=_KEPT + more) for c in part)
    return quote(os.fsencode(part), safe=_KEPT + more)
