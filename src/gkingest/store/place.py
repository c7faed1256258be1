"""Where a database lies: an SQLite file or a server, told from what was typed; shown without a password."""

import re
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from gkingest.errors import DatabaseError
from gkingest.redact import redacted, secrets_of, spelt

_DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
_RIGHT = "give the path of an SQLite file, or postgresql://user:password@host/name"
_DRIVE = re.compile(r"[A-Za-z]:(?![^@]*@)")  # C:\gk.sqlite, C:gk.sqlite; not u:password@host
_SCHEME = re.compile(r"([A-Za-z][\w.+-]*):|((?:postgres|postgresql|sqlite)(?:\+\w+)?)//")
_PORTS = range(1, 65536)


def place_of(db: str) -> URL:
    """The place that ``db`` names, a path or an SQLAlchemy URL; raises :class:`DatabaseError`.

    What begins as a URL does and is none is no file name: it would hold a password and lie about anywhere.
    """
    if "://" in db:
        return _address(db)
    like = None if _DRIVE.match(db) else _SCHEME.match(db)
    if like and not Path(db).exists():
        raise DatabaseError(
            f"{like[1] or like[2]}:…: this begins as a database URL does and is none, as :// does not follow, and "
            f"there is no such file; {_RIGHT} (a file of that name is written with ./ before it)"
        )
    return URL.create("sqlite", database=db)


def file_of(db: str) -> Path | None:
    """The SQLite file that ``db`` names; none if it is a server, or in memory. Raises as :func:`place_of`."""
    place = place_of(db)
    name = place.database if place.get_backend_name() == "sqlite" else None
    return None if not name or name.startswith((":memory:", "file:")) else Path(name)


def shown(url: URL) -> str:
    """The database as messages name it: a file by its path, a server without the password."""
    if url.get_backend_name() == "sqlite":
        return redacted(url.database or ":memory:")
    return redacted(url.render_as_string(hide_password=True))


def secrets(url: URL) -> frozenset[str]:
    """What opens the database, as drivers may say it; not what the URL shows anyway."""
    plain = {url.username, url.host, url.database, *(url.host or "").split(".")}
    found = secrets_of(url.render_as_string(hide_password=False)) | spelt([str(url.password or "")])
    return found - plain


def _address(db: str) -> URL:
    scheme = db.partition("://")[0]
    try:
        place = make_url(db)
        port = place.port
    except (ArgumentError, ValueError) as error:
        # The part that is no port may be the end of a password, so it is not repeated.
        why = "this is no database URL" if isinstance(error, ArgumentError) else "its port is no number"
        raise DatabaseError(
            f"{scheme}://…: {why}; {_RIGHT} (a port is a number; signs like @ : / ? # in a password are written "
            "%40 %3A %2F %3F %23)"
        ) from None
    kind = place.get_backend_name()
    if kind not in ("sqlite", "postgresql", "postgres"):
        raise DatabaseError(
            f"{shown(place)}: the views are written for SQLite and PostgreSQL, not for "
            f"{kind}; give the path of an SQLite file, or a postgresql:// URL"
        )
    if kind == "sqlite" and any((place.host, place.username, place.password)):
        raise DatabaseError(
            f"{scheme}://…: an SQLite file has no host and no user; give its path, or sqlite:/// and the path"
        )
    if "@" in f"{place.host}{place.database if kind != 'sqlite' else ''}":
        raise DatabaseError(
            f"{scheme}://…: it has more than one @, so user, password and host cannot be told apart; write signs "
            "like @ : / ? # in a user name or password as %40 %3A %2F %3F %23"
        )
    if port is not None and port not in _PORTS:
        raise DatabaseError(f"{shown(place)}: {port} is no port; give one from 1 to 65535, or leave it out")
    return place.set(drivername=_DRIVERS.get(place.drivername, place.drivername))
