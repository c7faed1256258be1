"""Who may decide: whoever sits at this machine, and from elsewhere those who were given a token.

Forms carry a token of their own, so that no page of another site can decide in somebody's name; tokens are compared
in constant time.
"""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from gkingest.serve.hosts import LOCAL, host_of
from gkingest.serve.spoken import cookies, say

if TYPE_CHECKING:
    from datasette import Response

    from gkingest.serve.served import Datasette, Request

COOKIE = "gk_coder"
ASKED = "token"  # in the address that a coder is given
_LONGEST_NAME = 80


class Coder(NamedTuple):
    """Who decides; a ``name`` that was given with a token is not to be chosen."""

    name: str
    token: str = ""

    @property
    def is_given(self) -> bool:
        """Whether the name came with a token."""
        return bool(self.token)


@dataclass(frozen=True, slots=True)
class Coders:
    """Those who were given a token, and what forms are sealed with; both are new with every start."""

    tokens: Mapping[str, str] = field(default_factory=dict)
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def coder_of(self, scope: Mapping[str, Any]) -> Coder | None:
        """Who asks: by a token, else whoever sits at this machine, with no name yet; ``None``: may not decide."""
        asked = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"))).get(ASKED)
        offered = (asked or cookies(scope).get(COOKIE, "")).encode()
        found = None
        for name, token in self.tokens.items():  # all of them, so that the time tells nothing
            if hmac.compare_digest(token.encode(), offered):
                found = Coder(name, token)
        if found is not None:
            return found
        # Somebody at this machine, who asks by a name of this machine alone: behind a proxy all seem to be here.
        # Datasette's own client, in the same process, has no address.
        client = scope.get("client")
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"), "")
        here = host_of(host) in LOCAL and (client is None or ip_address(client[0]).is_loopback)
        return Coder("") if here else None

    def seal(self, coder: Coder) -> str:
        """What a form of this coder carries."""
        return hmac.new(self.secret, f"form {coder.token}".encode(), "sha256").hexdigest()

    def is_own(self, coder: Coder, seal: str, scope: Mapping[str, Any]) -> bool:
        """Whether a form is one of ours, sent from a page of ours."""
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        origin = headers.get(b"origin")
        same = origin is None or urlsplit(origin).netloc.lower() == headers.get(b"host", "").lower()
        return hmac.compare_digest(self.seal(coder).encode(), seal.encode()) and same


def coders_of(names: Sequence[str]) -> Coders:
    """A token for each of these."""
    return Coders({name: secrets.token_urlsafe(24) for name in names})


def enter(request: "Request", coder: Coder, address: str) -> "Response | None":
    """Where a token stands in the address: on to the page without it, the token kept in a cookie."""
    from datasette.utils.asgi import Response

    if not request.args.get(ASKED) or not coder.is_given:
        return None
    answer = Response.redirect(address)
    answer.set_cookie(COOKIE, coder.token, httponly=True, samesite="strict")
    return answer


async def refused(datasette: "Datasette", request: "Request") -> "Response":
    """The page for those who may not decide."""
    from gkingest.serve.pages.answer import nothing

    words = say("Decisions are taken at the machine that serves, or with the address that a coder has (--share).")
    return await nothing(datasette, request, words, 403)


def plain_name(name: str) -> str:
    """A name as it is kept.

    >>> plain_name("  Li   Hua ")
    'Li Hua'
    """
    return " ".join(name.split())[:_LONGEST_NAME]
