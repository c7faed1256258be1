"""Another system on this machine: processes in which the package lacks what Windows lacks."""

import os
from pathlib import Path

TESTS = Path(__file__).parents[1]


def environment(**more: str) -> dict[str, str]:
    """The environment of a process, and of all below it, on such a system; modules of the tests are found there."""
    places = [str(Path(__file__).parent / "hidden"), str(TESTS), str(TESTS / "engine")]
    if found := os.environ.get("PYTHONPATH"):
        places.append(found)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(places), **more}
