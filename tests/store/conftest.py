"""A fresh database for each test."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from gkingest.formats.spec import Format
from gkingest.store.database import open_database


@pytest.fixture
def engine(tmp_path: Path, formats: tuple[Format, ...]) -> Iterator[Engine]:
    """An SQLite database with the views of the shipped formats."""
    opened = open_database(str(tmp_path / "gkingest.sqlite"), formats)
    yield opened
    opened.dispose()


@pytest.fixture
def own_schema(postgres: str) -> Iterator[str]:
    """URL of a PostgreSQL schema of its own, so that nothing that is there is touched."""
    place = make_url(postgres).set(drivername="postgresql+psycopg")
    name = f"gkingest_test_{uuid.uuid4().hex[:12]}"
    server = create_engine(place)
    with server.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    yield place.update_query_dict({"options": f"-csearch_path={name}"}).render_as_string(hide_password=False)
    with server.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    server.dispose()
