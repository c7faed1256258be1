"""A fresh database for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gkingest.formats.spec import Format
from gkingest.store.save import open_database


@pytest.fixture
def engine(tmp_path: Path, formats: tuple[Format, ...]) -> Iterator[Engine]:
    """An SQLite database with the views of the shipped formats."""
    opened = open_database(str(tmp_path / "gkingest.sqlite"), formats)
    yield opened
    opened.dispose()
