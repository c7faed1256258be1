"""What ``--db`` names: a file, a server or neither; and that no password of it is ever said."""

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from gkingest.errors import DatabaseError
from gkingest.redact import redacted, without_login
from gkingest.store.database import database_error, open_database
from gkingest.store.place import file_of, place_of, shown

SECRET = "gehe1m-w0rt"


def refused(db: str) -> str:
    """The message with which an address is refused, made sure to name no secret."""
    with pytest.raises(DatabaseError) as caught:
        place_of(db)
    assert SECRET not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "db",
    [
        f"postgresql:/me:{SECRET}@host/gk",
        f"postgresql:me:{SECRET}@host/gk",
        f"postgres:///me:{SECRET}@host/gk".replace(":///", "//"),
        f"postgresql+psycopg:/me:{SECRET}@host/gk",
        f"me:{SECRET}@host/gk",
        f"m:{SECRET}@host/gk",
        "sqlite:/tmp/gk.sqlite",
        "http:/host/gk.sqlite",
        "data:2023.sqlite",
    ],
)
def test_what_looks_like_an_address_and_is_none_makes_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DatabaseError) as caught:
        open_database(db, ())
    assert "postgresql://user:password@host/name" in str(caught.value)
    assert SECRET not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    [r"C:\data\gk.sqlite", "c:/gk.sqlite", "gk.sqlite", "./data:2023.sqlite", "/tmp/a:b", "库.sqlite", ":memory:"],
)
def test_file_names_stay_file_names_those_of_windows_too(name: str) -> None:
    assert place_of(name).database == name
    assert place_of(name).get_backend_name() == "sqlite"


def test_a_file_that_is_there_is_one_whatever_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data:2023.sqlite").touch()
    assert file_of("data:2023.sqlite") == Path("data:2023.sqlite")


@pytest.mark.parametrize(
    ("db", "why"),
    [
        (f"postgresql://me:{SECRET}@host:port/gk", "its port is no number"),
        (f"postgresql://me:{SECRET}@host:70000/gk", "70000 is no port"),
        (f"postgresql://me:x@{SECRET}@host/gk", "more than one @"),
        (f"postgresql://me:x@y:{SECRET}@host/gk", "its port is no number"),
        (f"postgresql://me/x:{SECRET}@host/gk", "more than one @"),
        (f"postgresql://me:{SECRET}", "its port is no number"),
        (f"mysql://me:x@{SECRET}@host/gk?token={SECRET}", "not for mysql"),
        (f"sqlite://me:{SECRET}@/gk.sqlite", "no host and no user"),
        ("sqlite://gk.sqlite", "no host and no user"),
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_with_the_reason(db: str, why: str) -> None:
    assert why in refused(db)


def test_a_driver_that_is_not_known_is_said_with_what_is_right() -> None:
    with pytest.raises(DatabaseError, match=r"no driver postgresql\+psychopg.*write\s+postgresql://") as caught:
        open_database(f"postgresql+psychopg://me:{SECRET}@host/gk", ())
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("db", "wanted"),
    [
        (f"postgresql://me:{SECRET}@host:5433/gk", "postgresql+psycopg://me:***@host:5433/gk"),
        (f"postgresql://me@host/gk?password={SECRET}&sslmode=require", "me@host/gk?password=***&sslmode=require"),
        (f"postgresql://me@host/gk?sslmode=require&sslpassword={SECRET}", "sslmode=require&sslpassword=***"),
        ("postgresql://me@host/gk", "postgresql+psycopg://me@host/gk"),
        ("sqlite:///data/gk.sqlite", "data/gk.sqlite"),
    ],
)
def test_a_place_is_shown_without_its_password(db: str, wanted: str) -> None:
    told = shown(place_of(db))
    assert wanted in told
    assert SECRET not in told


@pytest.mark.parametrize(
    ("written", "meant"), [("ge%40he1m", "ge@he1m"), ("p%2Fw%3Aword", "p/w:word"), ("a%20b%2Bc1", "a b+c1")]
)
def test_what_a_driver_says_of_a_password_is_hidden_written_either_way(written: str, meant: str) -> None:
    class Opened:
        url = place_of(f"postgresql://me:{written}@host/gk")

    for said in (written, meant):
        driver = OperationalError("", {}, Exception(f"refused 'user=me password={said}' and {said!r} too"))
        message = str(database_error(Opened, "it cannot be opened", driver))  # type: ignore[arg-type]
        assert said not in message
        assert "refused" in message and "and '***' too" in message


def test_a_password_that_is_also_a_name_does_not_hide_the_name() -> None:
    class Opened:
        url = place_of("postgresql://postgres:postgres@host/gk")

    driver = OperationalError("", {}, Exception('password authentication failed for user "postgres"'))
    message = str(database_error(Opened, "it cannot be opened", driver))  # type: ignore[arg-type]
    assert 'for user "postgres"' in message
    assert "correct them in the URL" in message


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (f"ftp://me:{SECRET}@host/dir/a@b.pdf", "ftp://host/dir/a@b.pdf"),
        (f"https://{SECRET}@host/a.pdf", "https://host/a.pdf"),
        (f"s3://AKIA:x/{SECRET}@bucket/a.pdf", "s3://bucket/a.pdf"),
        (f"zip://*.pdf::ftp://me:{SECRET}@host/a.zip", "zip://*.pdf::ftp://host/a.zip"),
        (f"https://host/a.pdf?sv=1&sig={SECRET}&X-Amz-Signature={SECRET}", None),
        ("ftp://host:21/a@b.pdf", "ftp://host:21/a@b.pdf"),
        ("s3://bucket/县/a.pdf", "s3://bucket/县/a.pdf"),
    ],
)
def test_rows_name_a_place_afar_and_not_who_opened_it(address: str, name: str | None) -> None:
    told = without_login(address)
    assert told == (name or told)
    assert SECRET not in told
    assert SECRET not in redacted(f"cannot be listed: {address}: refused")


def test_other_text_is_left_as_it_is() -> None:
    for text in (
        "http://host:80/a@b.pdf: page 3",
        "mail to me@host.cn",
        "10:30 一、概述: 收到 5 件@",
        r"C:\a\b:c",
        "postgresql://user:password@host/name",
        "see http://www.x.gov.cn/col/col1/index.html?uid=5&pageNum=2",
    ):
        assert redacted(text) == text
    assert redacted(redacted(f"postgresql://me:{SECRET}@h/x?password={SECRET}: no")) == redacted(
        f"postgresql://me:{SECRET}@h/x?password={SECRET}: no"
    )
