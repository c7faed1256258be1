"""What the recogniser made of the scanned sample reports, kept so that most tests need no model.

One JSON file a document, named after the SHA-256 of its bytes: its pages with words, rulings and marks in points,
and the second looks at figures that break a rule. ``python tests/recorded/recording.py`` records them again; what
changes is then to be compared with the pictures by eye.
"""

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest.mock import patch

from gkingest.model.paper import Box, Page, ReadDocument, Ruling, Word
from gkingest.read.picture import recognise

HERE = Path(__file__).parent


def file_of(data: bytes) -> Path:
    """Where the recording of a document lies."""
    return HERE / f"{hashlib.sha256(data).hexdigest()[:16]}.json"


def load_pages(data: bytes) -> list[Page]:
    """The recorded pages of a document, none where no page is a picture."""
    if not file_of(data).exists():
        return []
    return [_page(p) for p in json.loads(file_of(data).read_text(encoding="utf-8"))["pages"]]


@contextmanager
def recorded(path: Path) -> Iterator[None]:
    """The recording of one document in place of the recogniser; nothing is replaced where none was made."""
    data = path.read_bytes()
    if not file_of(data).exists():
        yield
        return
    kept = json.loads(file_of(data).read_text(encoding="utf-8"))
    pages = {p["number"]: _page(p) for p in kept["pages"]}
    looks = {(n, tuple(box)): tuple((t, c) for t, c in seen) for n, box, seen in kept["looks"]}

    def read_pages(data: bytes, wanted: Sequence[int] | None = None) -> Iterator[Page]:
        yield from (pages[n] for n in (sorted(pages) if wanted is None else wanted))

    def look_again(read: ReadDocument, wanted: Mapping[int, Sequence[Box]]) -> dict[Any, Any]:
        return {(n, b): looks[n, _corners(b)] for n, boxes in wanted.items() for b in boxes}

    with ExitStack() as stack:
        stack.enter_context(patch.object(recognise, "read_pages", read_pages))
        stack.enter_context(patch.object(recognise, "is_installed", lambda: True))
        stack.enter_context(patch("gkingest.document.second_look.look_again", look_again))
        yield


def _page(kept: Mapping[str, Any]) -> Page:
    size = kept["words"]
    return Page(
        number=kept["number"],
        width=kept["width"],
        height=kept["height"],
        words=tuple(Word(t, Box(*b), s, confidence=c, doubt=d) for t, b, s, c, d in size),
        rulings=tuple(Ruling(*r) for r in kept["rulings"]),
        origin="scan",
        turn=kept["turn"],
        skew=kept["skew"],
        marks=tuple(Box(*m) for m in kept["marks"]),
        blots=tuple(Box(*m) for m in kept["blots"]),
        text=kept["text"],
    )


def _corners(box: Box) -> tuple[float, ...]:
    return tuple(asdict(box).values())


def _rounded(page: Page) -> Page:
    """The page as the recording keeps it."""
    return _page(json.loads(json.dumps(_kept(page))))


def _kept(page: Page) -> dict[str, Any]:
    def short(values: Sequence[float]) -> list[float]:
        return [round(float(v), 1) for v in values]

    return {
        "number": page.number,
        "width": round(page.width, 2),
        "height": round(page.height, 2),
        "turn": page.turn,
        "skew": round(page.skew, 4),
        "words": [
            [w.text, short(_corners(w.box)), round(w.size, 2), round(float(w.confidence), 3), w.doubt]
            for w in page.words
        ],
        "rulings": [short((r.x0, r.top, r.x1, r.bottom)) for r in page.rulings],
        "marks": [short(_corners(m)) for m in page.marks],
        "blots": [short(_corners(m)) for m in page.blots],
        "text": page.text,
    }


def record(path: Path) -> bool:
    """Read a document with the recogniser and keep what it says; False where no page is a picture."""
    from gkingest.document.ingest import ingest
    from gkingest.formats.load import load_formats

    pages: dict[int, Page] = {}
    looks: dict[Any, Any] = {}
    read_pages, look_again = recognise.read_pages, recognise.look_again

    def keep_pages(data: bytes, wanted: Sequence[int] | None = None) -> Iterator[Page]:
        for page in read_pages(data, wanted):
            pages[page.number] = _rounded(page)
            yield pages[page.number]

    def keep_looks(read: ReadDocument, wanted: Mapping[int, Sequence[Box]]) -> dict[Any, Any]:
        found = look_again(read, wanted)
        looks.update(found)
        return found

    with (
        patch.object(recognise, "read_pages", keep_pages),
        patch("gkingest.document.second_look.look_again", keep_looks),
    ):
        ingest(path, load_formats())
    if not pages:
        return False
    seen = [[n, _corners(b), [[t, round(float(c), 3)] for t, c in s]] for (n, b), s in looks.items()]
    kept = {"pages": [_kept(pages[n]) for n in sorted(pages)], "looks": seen}
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).replace('{"number"', '\n{"number"')
    file_of(path.read_bytes()).write_text(text + "\n", encoding="utf-8")
    return True


def main() -> None:
    """Record the documents named, or all of the corpus that are scans."""
    paths = [Path(a) for a in sys.argv[1:]] or sorted(p for p in (HERE.parents[1] / "corpus").rglob("*.*"))
    for path in paths:
        if path.is_file() and record(path):
            print(path)


if __name__ == "__main__":
    main()
