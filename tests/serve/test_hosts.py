"""Only names of its own are answered: a page elsewhere that points its name to this machine is told nothing."""

import http.client
import socket

import pytest

from gkingest.serve.hosts import host_of, misdirected, names_of

from .conftest import Asked

GRANTED_ONLY = "卫东区人民政府办公室"


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("localhost", "localhost"),
        ("LocalHost:8001", "localhost"),
        ("localhost.:8001", "localhost"),
        ("127.0.0.1:8001", "127.0.0.1"),
        ("[::1]", "::1"),
        ("[0:0:0:0:0:0:0:1]:8001", "::1"),
        ("[::ffff:127.0.0.1]:8001", "127.0.0.1"),
        ("[FE80::1%eth0]:80", "fe80::1%eth0"),
        ("data.example.org:", "data.example.org"),
        ("", None),
        ("a b", None),
        ("::1", None),
        ("me@localhost", None),
        ("localhost/x", None),
        ("localhost,evil.example", None),
        ("localhost:80:80", None),
        ("localhost:port", None),
    ],
)
def test_what_a_header_names(header: str, host: str | None) -> None:
    assert host_of(header) == host


def asked(host: str | None, names: frozenset[str], at: str = "127.0.0.1") -> int:
    """Status that a request with this header gets; 200 stands for its page."""
    headers = [] if host is None else [(b"host", host.encode())]
    refused = misdirected({"headers": headers, "server": (at, 8001)}, names)
    return refused[0] if refused else 200


def test_this_machine_and_what_is_given_are_answered_and_nothing_else() -> None:
    names = names_of(["127.0.0.1"])
    for own in ("localhost:8001", "127.0.0.1:8001", "127.0.0.1", "[::1]:8001", "LOCALHOST:9"):
        assert asked(own, names) == 200, own
    for foreign in (
        "evil.example:8001",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "192.168.7.7",
        "1.0.0.127",
    ):
        assert asked(foreign, names) == 421, foreign
    assert asked(None, names) == asked("", names) == asked("a b", names) == 400
    two = [(b"host", b"localhost"), (b"Host", b"evil.example")]
    assert (misdirected({"headers": two, "server": ("127.0.0.1", 1)}, names) or (200,))[0] == 400


def test_a_further_host_is_a_further_name() -> None:
    names = names_of(["127.0.0.1", "Data.Example.org"])
    assert asked("data.example.org", names) == 200
    assert asked("other.example.org", names) == 421


@pytest.mark.parametrize("everywhere", ["0.0.0.0", "::"])
def test_a_server_at_every_address_answers_to_the_one_that_was_reached(everywhere: str) -> None:
    names = names_of([everywhere])
    assert asked("192.168.7.7:8001", names, at="192.168.7.7") == 200
    assert asked("192.168.7.7:8001", names, at="::ffff:192.168.7.7") == 200
    assert asked("[2001:db8::7]:8001", names, at="2001:db8:0::7") == 200
    assert asked("192.168.7.8:8001", names, at="192.168.7.7") == 421
    assert asked("evil.example:8001", names, at="192.168.7.7") == 421
    assert asked(f"{socket.gethostname()}:8001", names) == 200


def test_every_page_is_guarded_and_says_what_to_do(shipped: Asked) -> None:
    for address in (
        "/",
        f"/{shipped.name}.json?sql=select+organ+from+report",
        "/-/gkingest/style.css",
        "/-/static/app.css",
    ):
        answer = shipped.run(shipped.datasette.client.get(address, headers={"host": "evil.example:8001"}))
        assert answer.status_code == 421, address
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "asked for as evil.example" in answer.text
        assert "--host evil.example" in answer.text
        assert GRANTED_ONLY not in answer.text
    assert shipped.get("/").status_code == 200


def test_the_command_answers_to_the_hosts_that_were_given(served: int) -> None:
    def status(host: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", served)
        connection.request("GET", "/-/versions.json", headers={"Host": host})
        answer = connection.getresponse()
        connection.close()
        return answer.status

    assert status(f"127.0.0.1:{served}") == status(f"localhost:{served}") == status("GK.example.org") == 200
    assert status("evil.example") == 421
    assert status("not a host") == 400
