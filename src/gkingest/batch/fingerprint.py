"""What readings depend on: code by kind of file, editions of the form, settings. Equal ones need no new reading."""

import hashlib
import importlib.metadata
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import gkingest
from gkingest.check.years import YearRules
from gkingest.corpus.intake import ARCHIVES
from gkingest.engine.machine import available_cores
from gkingest.extras import office_program
from gkingest.formats.spec import Format
from gkingest.imports import Code, code_of
from gkingest.model.report import Status
from gkingest.model.summary import READABLE
from gkingest.paths import data_files
from gkingest.read.kinds import KINDS, kind_of
from gkingest.read.picture.installed import is_installed
from gkingest.regions.divisions import regions_folder
from gkingest.store.ask.known import Known

# What makes a reading: what workers run, and what makes rows of it. Whatever these can run is common to all kinds;
# readers of single kinds and archives, which are loaded by name, come to it.
_READING = ("gkingest.batch.desk", "gkingest.store.write.rows")
# What makes the comparison of one year's report with the next.
_COMPARING = ("gkingest.check.years", "gkingest.store.write.years")
_CALLED = {"cv2": "opencv-python-headless", "camelot": "camelot-py", "PIL": "pillow", "yaml": "pyyaml"}
# Libraries that no statement names: the recogniser's model lies in one, pdfplumber reads through the other.
_UNNAMED = ("rapidocr", "pdfminer.six")
# They change no reading: editions are compared by what was loaded, rows by the schema they are written to.
# What a print shows is up to the browser, which is none of these, and is told apart by an option.
_KEEPING = frozenset({"pydantic", "pydantic_core", "yaml", "sqlalchemy", "playwright"})


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a run reads with: ``formats`` and ``readers`` as SHA-256 by id and by media type."""

    version: str
    formats: Mapping[str, str]
    readers: Mapping[str, str]
    ocr: str
    passwords: bool
    render: bool = False

    def reads_pictures_of(self, known: Known) -> bool:
        """Whether a reading now makes pictures of the pages of a document, for all that is known of it."""
        unread = known.status is Status.NEEDS_OCR and self.ocr in ("auto", "always")
        return unread or (self.ocr == "always" and kind_of(known.media_type).pictured)

    def changed_editions(self, known: Known, formats: Sequence[Format]) -> str:
        """Editions that are new, gone or changed and may change this reading.

        A report that was read without doubt by another edition stays, unless the changed one is meant for its year.
        """
        changed = {i for i in {*known.formats, *self.formats} if known.formats.get(i) != self.formats.get(i)}
        if known.status == Status.OK and known.year is not None:
            spans = {f.id: f for f in formats}
            changed = {
                i
                for i in changed
                if i not in spans
                or spans[i].edition in known.editions
                or spans[i].first_year <= known.year <= (spans[i].last_year or 9999)
            }
        return ", ".join(sorted(changed))


def fingerprint(
    formats: Sequence[Format], ocr: str, passwords: Sequence[str] = (), render: bool = False
) -> Fingerprint:
    """The fingerprint of a run of this installation."""
    hashes = {f.id: hashlib.sha256(f.model_dump_json().encode()).hexdigest() for f in formats}
    able = ocr if ocr == "never" or is_installed() else "missing"
    version = importlib.metadata.version("gkingest")
    return Fingerprint(version, hashes, readers(), able, bool(passwords), render)


def is_stale(known: Known, now: Fingerprint, formats: Sequence[Format]) -> str:
    """Why a file of unchanged bytes must be read again, "" where what is known of it still holds."""
    kind, editions = kind_of(known.media_type), now.changed_editions(known, formats)
    code = known.readers.get(known.media_type, known.readers.get(""))
    reasons = {
        f"the code that reads {kind.word or 'such'} files is another": code
        != now.readers.get(known.media_type, now.readers[""]),
        f"the edition {editions} of the form is another": bool(editions),
        "pages that are pictures can be read now": known.status == Status.NEEDS_OCR
        and now.ocr in {"auto", "always"} - {known.ocr},
        "all pages are to be read as pictures": now.ocr == "always" != known.ocr and kind.pictured,
        "web pages are to be held against their print": now.render > known.rendered
        and kind.browsed
        and known.status in READABLE,
        # Which passwords were tried before is written down nowhere.
        "there are passwords to be tried": known.status == Status.ENCRYPTED and now.passwords,
        "LibreOffice is installed now": known.status == Status.UNSUPPORTED
        and kind.converted
        and bool(office_program()),
    }
    return "; ".join(reason for reason, holds in reasons.items() if holds)


@cache
def readers() -> Mapping[str, str]:
    """SHA-256 of code, divisions and libraries by media type; "" stands for kinds that have none of their own."""
    return readers_of(Path(gkingest.__file__).parent, regions_folder())


def readers_of(root: Path, tables: Path) -> Mapping[str, str]:
    """The same for the package in ``root`` and the tables of divisions in ``tables``."""
    shared = code_of(root, _READING)
    common = hashlib.sha256(_told(shared, _UNNAMED))
    for path in data_files(tables, ".tsv"):
        common.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    base = common.hexdigest()
    own = {k.media_type: _told(code_of(root, (k.reader,), shared)) for k in KINDS.values() if k.reader}
    every = b"".join(own.values())  # of an archive, whatever may lie in it
    own |= {kind: every + _told(code_of(root, (where,), shared)) for kind, where in ARCHIVES.items()}
    return {"": base, **{k: hashlib.sha256(base.encode() + told).hexdigest() for k, told in own.items()}}


def rules_of(rules: YearRules, root: Path | None = None) -> str:
    """What a comparison of years depends on beside the reports, as SHA-256: the rules, and the code in ``root``."""
    code = code_of(root or Path(gkingest.__file__).parent, _COMPARING)
    return hashlib.sha256(rules.version.encode() + _told(code)).hexdigest()


def _told(code: Code, more: Sequence[str] = ()) -> bytes:
    """Code in a few bytes: its hash, and the version of each of its libraries and of ``more``."""
    names = {_CALLED.get(name, name) for name in code.libraries - _KEEPING}
    return "\n".join([code.digest(), *(f"{n} {_version(n)}" for n in sorted({*names, *more}))]).encode()


def machine() -> dict[str, object]:
    """What a run notes of the machine."""
    return {
        "system": platform.platform(),
        "processor": platform.machine(),
        "cores": available_cores(),
        "python": platform.python_version(),
    }


@cache
def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "-"
