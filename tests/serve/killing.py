"""``gkingest serve`` killed while decisions are sent to it, and what is on the disk after that.

A decision that was answered must stand in the file exactly once. By hand, with the kills that are wanted::

    python tests/serve/killing.py DATABASE 100
"""

import contextlib
import csv
import http.client
import os
import random
import re
import select
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from gkingest.formats.load import load_formats
from gkingest.review.queue import Ranking, Wanted
from gkingest.store.database import open_database

SECONDS = 120
SENDERS = 3
WHERE = "/-/gkingest/review"


@dataclass
class Kills:
    """What was sent and what came of it: words of decisions that were answered, and of all that were sent."""

    database: Path
    random: random.Random
    sent: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def one(self, places: Sequence[tuple[str, str]]) -> None:
        """Start a server, send decisions to it from several sides, kill it, and wait until it is gone."""
        command = [sys.executable, "-u", "-m", "gkingest", "serve", "--db", str(self.database), "--port", "0"]
        environment = {**os.environ, "GKINGEST_LANG": "en"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
            assert server.stdout is not None
            try:
                ready, _, _ = select.select([server.stdout], [], [], SECONDS)
                found = re.search(r"http://(127\.0\.0\.1:\d+)", server.stdout.readline() if ready else "")
                assert found, "the server did not say where it is"
                answered = threading.Event()
                asked = [(found[1], places, side, answered) for side in range(SENDERS)]
                sides = [threading.Thread(target=self._send, args=told) for told in asked]
                for one in sides:
                    one.start()
                answered.wait(SECONDS)
                threading.Event().wait(self.random.random() * 1.5)  # whatever it does then
            finally:
                server.kill()
        for one in sides:
            one.join(SECONDS)

    def _send(self, host: str, places: Sequence[tuple[str, str]], side: int, first: threading.Event) -> None:
        """Decide one place after the other until nobody answers any more."""
        choose = random.Random(f"{host} {side} {len(self.sent)}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            asked = http.client.HTTPConnection(host, timeout=SECONDS)
            asked.request("GET", WHERE)
            page = asked.getresponse().read().decode()
            seal = re.search(r'data-seal="([0-9a-f]{64})"', page)
            assert seal, page[:500]
            while True:
                report, subject = choose.choice(places)
                words = f"kill {host} {side} {choose.getrandbits(60):x}"
                told = {"seal": seal[1], "by": f"coder {side}", "report": report, "subject": subject}
                told |= {"value": str(choose.randrange(50)), "words": words}
                self.sent.append(words)
                header = {"content-type": "application/x-www-form-urlencoded"}
                asked.request("POST", f"{WHERE}/decide", urlencode(told), header)
                answer = asked.getresponse()
                text = answer.read().decode()
                if 200 <= answer.status < 300:
                    self.answered.append(words)
                    first.set()
                else:
                    self.refused.append(text)
        first.set()

    def lines(self) -> Counter[str]:
        """How often each decision stands in the file, by its words."""
        text = (self.database.parent / "corrections.csv").read_text(encoding="utf-8-sig", errors="replace")
        return Counter(row["words"] for row in csv.DictReader(text.split("\n")) if row["words"])

    def lost(self) -> list[str]:
        """Decisions that were answered and do not stand in the file exactly once, and those that nobody sent."""
        found = self.lines()
        return [words for words in self.answered if found[words] != 1] + [w for w in found if w not in self.sent]


def doubtful_places(database: Path) -> list[tuple[str, str]]:
    """Figures that may be decided: report and cell."""
    formats = load_formats()
    engine = open_database(str(database), formats)
    places = Ranking.of(engine, formats).queue(Wanted())
    engine.dispose()
    return [(place.report_id, place.subject) for place in places if place.key is not None]


def main(database: str, kills: str) -> int:
    """Kill as often as is wanted; the exit code is 1 if a decision was lost."""
    folder = Path(tempfile.mkdtemp(prefix="kills"))
    copy = Path(shutil.copy(database, folder / "copy.sqlite"))
    places = doubtful_places(copy)
    story = Kills(copy, random.Random(21))
    for number in range(1, int(kills) + 1):
        story.one(places)
        told = f"{len(story.sent)} sent, {len(story.answered)} answered, {len(story.refused)} refused"
        print(f"{number}: {told}, {len(story.lost())} lost", flush=True)
    found = story.lines()
    print(f"{sum(found.values())} lines, {len(found)} decisions in {folder}")
    print(*story.refused[:3], *story.lost()[:3], sep="\n")
    return bool(story.lost())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
