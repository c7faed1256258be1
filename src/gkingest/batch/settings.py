"""How the files of a run are read, in a form that travels to whatever process reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from gkingest.document.read_with import ReadWith
from gkingest.formats.load import load_formats
from gkingest.read.options import OcrMode


@dataclass(frozen=True, slots=True)
class Settings:
    """How every file is read: by the forms of the folder ``schemas`` (by default those that ship), and the rest of
    :class:`ReadWith`. Small, as it travels with each parcel. ``editions``: those that people decided, by SHA-256.
    """

    schemas: Path | None = None
    ocr: OcrMode = "auto"
    passwords: tuple[str, ...] = ()
    render: bool = False
    editions: Mapping[str, str] = field(default_factory=dict, hash=False)


@lru_cache(maxsize=2)
def read_with(settings: Settings) -> ReadWith:
    """The same with the forms themselves, which each process loads once."""
    formats = load_formats(settings.schemas)
    return ReadWith(formats, settings.ocr, settings.passwords, render=settings.render, editions=settings.editions)
