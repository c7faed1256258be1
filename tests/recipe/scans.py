"""A printed paper becomes a scan: pages as pictures, with the faults the data file asks for.

The part `scan` of a data file says how, for example
`scan: {seed: 20, dpi: 150, mode: colour, quality: 40, skew: [1.3, -0.8, 0.9], noise: 7}`.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

import degrade
import hidden
import img2pdf
import numpy as np
import seal
from degrade import Picture
from PIL import Image
from pypdf import PdfReader, PdfWriter

GREY_MODES = {"grey", "bitonal"}


@dataclass(frozen=True, slots=True)
class Scan:
    """How a paper was scanned. Lists by page repeat when the paper has more pages."""

    seed: int
    dpi: int = 200
    mode: str = "grey"  # grey | colour | bitonal
    quality: int = 85  # of the JPEG; bitonal pages are CCITT group 4
    container: str = "pdf"  # pdf | jpeg
    producer: str = "HP Scan"
    pages: list[int] | None = None  # only these are pictures, the others stay as they are
    turn: dict[int, int] = field(default_factory=dict)  # page: degrees it lay turned on the glass
    skew: list[float] = field(default_factory=lambda: [0.0])  # degrees, clockwise, by page
    blur: float = 0.5  # pixels
    noise: float = 1.5  # grey levels, standard deviation
    ink: int = 28  # grey level of black print
    paper: list[int] = field(default_factory=lambda: [247, 247, 247])  # colour of white paper
    mottle: float = 0.4  # grey levels of unevenness of the paper
    specks: int = 0  # specks of dirt a page
    threshold: int = 150  # bitonal only
    salt: float = 0.0  # bitonal only: share of pixels turned over
    keystone: float = 0.0  # share of the width lost at the far edge
    shade: float = 0.0  # share of the light lost in the darkest corner
    seals: list[dict] = field(default_factory=list)
    wrong_text: dict | None = None  # a hidden layer of recognised text, with errors


def scan(printed: Path, target: Path, setting: dict, published: str) -> None:
    """Scan the PDF `printed` and write the result as `target`."""
    how = Scan(**setting)
    count = len(PdfReader(printed).pages)
    wanted = how.pages or list(range(1, count + 1))
    with tempfile.TemporaryDirectory() as folder:
        files = {n: _page(printed, n, how, Path(folder)) for n in wanted}
        if how.container == "jpeg":
            (only,) = files.values()
            target.write_bytes(only.read_bytes())
            return
        when = datetime.fromisoformat(f"{published}T09:30:00").replace(tzinfo=timezone.utc)  # noqa: UP017
        target.write_bytes(
            img2pdf.convert(
                [str(f) for f in files.values()],
                engine=img2pdf.Engine.internal,
                producer=how.producer,
                creationdate=when,
                moddate=when,
            )
        )
    if how.pages:
        _mix(printed, target, wanted)
    if how.wrong_text:
        hidden.lay_over(printed, target, np.random.default_rng(how.seed), **how.wrong_text)


def _page(printed: Path, number: int, how: Scan, folder: Path) -> Path:
    """Scan one page into a picture file."""
    chance = np.random.default_rng([how.seed, number])
    picture = degrade.rendered(printed, number, 2 * how.dpi)
    for stamp in how.seals:
        if stamp["page"] == number:
            picture = seal.stamped(picture, 2 * how.dpi, stamp, chance)
    if how.mode in GREY_MODES:
        picture = degrade.grey(picture)
    picture = degrade.printed_on(picture, how.ink, how.paper)
    if how.keystone or how.shade:
        picture = degrade.photographed(picture, how.keystone, how.shade, how.paper, chance)
    picture = degrade.laid(picture, how.skew[(number - 1) % len(how.skew)], how.paper)
    picture = degrade.halved(degrade.blurred(picture, 2 * how.blur))
    picture = degrade.mottled(picture, how.mottle, chance)
    picture = degrade.dirtied(picture, how.specks, chance)
    picture = degrade.noisy(picture, how.noise, chance)
    picture = degrade.turned(picture, how.turn.get(number, 0))
    return _written(picture, how, folder / f"{number:03}", chance)


def _written(picture: Picture, how: Scan, stem: Path, chance: np.random.Generator) -> Path:
    dpi = (how.dpi, how.dpi)
    if how.mode == "bitonal":
        bits = degrade.salted(picture > how.threshold, how.salt, chance)
        path = stem.with_suffix(".tif")
        Image.fromarray(bits).save(path, compression="group4", dpi=dpi)
        return path
    path = stem.with_suffix(".jpg")
    if how.container == "jpeg":  # a phone says nothing true of the resolution
        Image.fromarray(picture).save(path, quality=how.quality)
    else:
        Image.fromarray(picture).save(path, quality=how.quality, dpi=dpi)
    return path


def _mix(printed: Path, target: Path, scanned: list[int]) -> None:
    """Put the scanned pages in the place of their originals."""
    native, pictures = PdfReader(printed), PdfReader(target)
    writer = PdfWriter()
    taken = iter(pictures.pages)
    for number, page in enumerate(native.pages, 1):
        writer.add_page(next(taken) if number in scanned else page)
    writer.add_metadata(dict(native.metadata or {}))
    writer.write(target)
