"""What the tests of hostile input share: a process that reads within limits, and what it must not do."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from reader import Reader, Seen

Hostile = Callable[..., Seen]
_SECONDS = 60.0  # for one document that must not go on for ever; how fast it is, benchmarks tell
_MOST = 1500  # megabytes of memory, of everything that the process reads


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """A process with 2 GB of address space, in which a bomb would go off at nobody's cost."""
    own = Reader()
    yield own
    own.stop()


@pytest.fixture
def hostile(reader: Reader, tmp_path: Path) -> Hostile:
    """Reads bytes, and holds the outcome against what every document must get: a status and a reason, in time."""

    def read(data: bytes, name: str = "document", **how: Any) -> Seen:
        path = tmp_path / name
        path.write_bytes(data)
        seen = reader.read(path, _SECONDS, **how)
        assert seen.documents, "nothing was said of it"
        for found in seen.documents:
            assert found["status"] != "failed", found["message"]
            assert len(found["message"]) > 20 or found["status"] in ("ok", "needs_review"), found
        assert seen.seconds < _SECONDS
        assert seen.peak < _MOST
        return seen

    return read
