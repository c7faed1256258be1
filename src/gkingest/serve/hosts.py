"""The names under which the server may be asked.

A page from elsewhere may make its own name point to this machine, and would then be given whatever the browser asks
under that name (DNS rebinding): so only names that are the server's own are answered.
"""

import re
import socket
from collections.abc import Collection, Mapping, Sequence
from ipaddress import IPv6Address, ip_address
from typing import Any

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+(?:%[\w.]+)?\]|[^\s\[\]:/@?#%,]+)(?::[0-9]{0,5})?")
_SHOWN = 80  # characters of a wrong name that are repeated


def host_of(header: str) -> str | None:
    """The host that a Host header names, whatever its port and case; ``None`` if it names none.

    >>> host_of("LOCALHOST:8001"), host_of("[0:0::1]:8001"), host_of("a b")
    ('localhost', '::1', None)
    """
    found = _HOST.fullmatch(header.strip())
    return plain_host(found[1].strip("[]")) if found else None


def plain_host(name: str) -> str:
    """A host as it is compared: lower case, an address in its shortest form."""
    try:
        address = ip_address(name)
    except ValueError:
        return name.lower().removesuffix(".")
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def names_of(hosts: Sequence[str]) -> frozenset[str]:
    """What a server answers to that listens on the first of ``hosts`` and is known by the others too."""
    given = {plain_host(host) for host in hosts}
    everywhere = any(_is_unspecified(host) for host in given)
    return LOCAL | given | ({socket.gethostname().lower()} if everywhere else set())


def misdirected(scope: Mapping[str, Any], names: Collection[str]) -> tuple[int, str] | None:
    """Status and words for a request under a foreign name; ``None`` where it may be answered.

    The address at which a request came in is one that the server has: with a number no page can be misled.
    """
    said = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"]
    host = host_of(said[0]) if len(said) == 1 else None
    if host is None:
        return 400, "The request does not say which host it is for (Host). 请求缺少有效的 Host。\n"
    here = scope.get("server")
    if host in names or (here and _is_number(host) and host == plain_host(str(here[0]))):
        return None
    told = re.sub("[^ -~]", "?", host)[:_SHOWN]
    known = ", ".join(sorted(name for name in names if not _is_unspecified(name)))
    return 421, (
        f"This server was asked for as {told}, which is no name of its own ({known}), so it does not answer; open "
        f"it under one of these, or start it with --host {told} as a further --host.\n"
        f"本服务没有 {told} 这个名称，不予应答；请用上列名称访问，或启动时再加一个 --host {told}。\n"
    )


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_unspecified(host: str) -> bool:
    return _is_number(host) and ip_address(host).is_unspecified
