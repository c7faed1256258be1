"""A server that is killed while people decide: what was answered is on the disk, once. By hand a hundred times."""

import random
import shutil
from pathlib import Path

import pytest

from .killing import Kills, doubtful_places

pytestmark = pytest.mark.stage


def test_no_decision_that_was_answered_is_lost_when_the_server_is_killed(
    shipped_database: Path, tmp_path: Path
) -> None:
    """`killing.py` does the same as often as one likes."""
    copy = Path(shutil.copy(shipped_database, tmp_path / "copy.sqlite"))
    places = doubtful_places(copy)
    story = Kills(copy, random.Random(1))
    for _ in range(2):
        story.one(places)
    assert len(story.answered) >= 2, "somebody was answered before each kill"
    assert story.refused == []
    assert story.lost() == []
