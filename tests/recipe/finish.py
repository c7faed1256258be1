"""What is done to a PDF after its producer: the date of its making, pages turned."""

from __future__ import annotations

import re
from pathlib import Path

from paper import Paper

DATE = re.compile(rb"(/(?:CreationDate|ModDate)\s*\(D:)(\d{14})")


def finish(path: Path, paper: Paper) -> None:
    """Date the file by its publication, and turn the pages the look names."""
    if paper.look.get("rotate_pages"):
        _turn(path, paper.look["rotate_pages"])
    stamp = paper.published.replace("-", "").encode() + b"093000"
    data = path.read_bytes()
    path.write_bytes(DATE.sub(lambda m: m[1] + stamp, data))


def _turn(path: Path, pages: list[int]) -> None:
    """Store these pages lying on their side under /Rotate 90: they are seen upright."""
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=path)
    for number in pages:
        page = writer.pages[number - 1]
        page.rotate(-90)
        page.transfer_rotation_to_content()
        page.rotate(90)
    writer.write(path)
