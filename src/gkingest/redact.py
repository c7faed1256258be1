"""Addresses without what opens them: a password, token or key in a URL is never shown, logged or stored.

Knows text only, and is below everything that says or keeps something.
"""

import re
from collections.abc import Collection
from urllib.parse import quote, unquote, unquote_plus

HIDDEN = "***"
_NAMES = r"[\w.%-]*(?:pass|pwd|secret|token|signature|credential|apikey|accesskey)[\w.%-]*|sig|auth|key"
# scheme://user:password@, also where a slash is missing or one of the password's signs was not written %40, %2F.
# What stands for a password in our own advice is none, and a number that a slash follows is a port.
_OPENING = re.compile(
    r"((?<![\w.+-])[A-Za-z][\w.+-]+:/{1,3}|\bpostgres(?:ql)?(?:\+\w+)?(?::(?!/)|//))([^\s/@:]*):(?!password@|\d+/)\S*@"
)
_TOKEN = re.compile(r"((?<![\w.+-])(?!postgres)[A-Za-z][\w.+-]+://)[^\s/@:]+@")
_PARAMETER = re.compile(rf"([?&;]({_NAMES})=)(?!\*\*\*)[^&;\s#]+", re.IGNORECASE)
_KEYWORD = re.compile(r"(\b\w*password\s*=\s*)(?!\*\*\*)('[^']*'|[^\s'&]+)", re.IGNORECASE)
_NO_PORT = re.compile(r"[^:\[\]]*:(?!\d*$)")
_SHORT = 6  # signs up to which a secret is looked for as a whole word only


def redacted(text: str, secrets: Collection[str] = ()) -> str:
    """``text`` with the credentials of every address in it hidden, and these ``secrets`` wherever they stand.

    >>> redacted("postgresql://me:s3cret@host/gk?password=more refused")
    'postgresql://me:***@host/gk?password=*** refused'
    """
    text = _OPENING.sub(rf"\1\2:{HIDDEN}@", text)
    text = _TOKEN.sub(rf"\1{HIDDEN}@", text)
    text = _PARAMETER.sub(rf"\1{HIDDEN}", text)
    text = _KEYWORD.sub(rf"\1{HIDDEN}", text)
    for secret in sorted(secrets, key=len, reverse=True):
        whole = re.escape(secret) if len(secret) > _SHORT else rf"(?<!\w){re.escape(secret)}(?!\w)"
        text = re.sub(whole, HIDDEN, text)
    return text


def without_login(address: str) -> str:
    """A URL as rows name it: the same place, whoever opens it, so without user, password and keys.

    >>> without_login("zip://*.pdf::ftp://me:s3cret@host/a@b.zip")
    'zip://*.pdf::ftp://host/a@b.zip'
    """
    parts = []
    for part in address.split("::"):
        scheme, found, rest = part.partition("://")
        host = rest.partition("/")[0]
        # Keys of object stores have slashes: what follows the colon is then neither a port nor the end of it.
        login = host if "@" in host or not _NO_PORT.match(host) else rest
        parts.append(scheme + found + rest[login.rfind("@") + 1 :])
    return _PARAMETER.sub(rf"\1{HIDDEN}", "::".join(parts))


def secrets_of(address: str) -> frozenset[str]:
    """What opens an address, as it is written there and as it is meant."""
    logins = {m.group(1) for m in re.finditer(r"://[^/@:]*:([^@]+)@", address)}
    found = frozenset(logins | {m.group(0).partition("=")[2] for m in _PARAMETER.finditer(address)})
    return found | spelt({unquote(s) for s in found} | {unquote_plus(s) for s in found})


def spelt(secrets: Collection[str]) -> frozenset[str]:
    """Secrets as they are and as addresses have them."""
    return frozenset(s for secret in secrets for s in (secret, quote(secret, safe="")) if s)
