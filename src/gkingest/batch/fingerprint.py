"""What readings depend on: code by kind of file, editions of the form, settings. Equal ones need no new reading."""

import hashlib
import importlib.metadata
import platform
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import gkingest
from gkingest.engine.adapter import available_cores
from gkingest.formats.spec import Format
from gkingest.model.report import Status
from gkingest.read import triage
from gkingest.read.installed import is_installed
from gkingest.regions.divisions import regions_folder
from gkingest.store.known import Known

_OFFICE = (triage.OLE, triage.RTF)
_PICTURED = (triage.PDF, *sorted(triage.PICTURES))
# Modules (by the beginning of their names) that only these kinds of file pass through; any other is common to all.
_OF_KINDS: dict[str, tuple[str, ...]] = {
    "read.ofd": (triage.OFD,),
    "read.docx": (triage.DOCX, *_OFFICE),
    "read.xlsx": (triage.XLSX, *_OFFICE),
    "read.package": (triage.DOCX, triage.XLSX, *_OFFICE),
    "read.convert": _OFFICE,
    "read.webpage": (triage.HTML, triage.MHTML),
    "read.plain": (triage.TEXT,),
    "crawl.archive": (triage.ZIP,),
    "crawl.warc": (triage.WARC,),
    "crawl.transfer": (triage.WARC,),
    **{
        f"read.{name}": _PICTURED
        for name in "clean document glyphs objects ocr pdf plumber raster recognise rules scan segments".split()  # noqa: SIM905
    },
}
# Modules that never change what is read; of the store, only what makes rows of a reading does.
_BESIDE = (
    "__main__ batch chart check.years cite cli compare engine errors export inspection model.years paths quality "  # noqa: SIM905
    "read.picture render serve store".split()
)
_OF_STORE = ("store.rows", "store.types")
_LIBRARIES = (
    "pypdfium2 pdfplumber pdfminer.six camelot-py jieba opencc rapidfuzz lxml openpyxl warcio rapidocr onnxruntime "  # noqa: SIM905
    "opencv-python-headless numpy".split()
)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a run reads with: ``formats`` and ``readers`` as SHA-256 by id and by media type."""

    version: str
    formats: Mapping[str, str]
    readers: Mapping[str, str]
    ocr: str
    passwords: bool


def fingerprint(formats: Sequence[Format], ocr: str, passwords: Sequence[str] = ()) -> Fingerprint:
    """The fingerprint of a run of this installation."""
    hashes = {f.id: hashlib.sha256(f.model_dump_json().encode()).hexdigest() for f in formats}
    able = ocr if ocr == "never" or is_installed() else "missing"
    return Fingerprint(importlib.metadata.version("gkingest"), hashes, readers(), able, bool(passwords))


def is_stale(known: Known, now: Fingerprint, formats: Sequence[Format]) -> str:
    """Why a file of unchanged bytes must be read again, "" where what is known of it still holds."""
    kind, reasons = known.media_type, []
    if known.readers.get(kind, known.readers.get("")) != now.readers.get(kind, now.readers[""]):
        reasons.append("the code that reads such files is another")
    if editions := _changed_editions(known, now, formats):
        reasons.append(f"the edition {editions} of the form is another")
    if known.status == Status.NEEDS_OCR and now.ocr in ("auto", "always") and known.ocr != now.ocr:
        reasons.append("pages that are pictures can be read now")
    if now.ocr == "always" != known.ocr and kind in _PICTURED:
        reasons.append("all pages are to be read as pictures")
    locked = known.status == Status.ENCRYPTED or known.kind == "archive"  # members of archives may be
    if locked and now.passwords and not known.passwords:
        reasons.append("there are passwords now")
    if known.status == Status.UNSUPPORTED and kind in _OFFICE and shutil.which("soffice"):
        reasons.append("LibreOffice is installed now")
    return "; ".join(reasons)


def _changed_editions(known: Known, now: Fingerprint, formats: Sequence[Format]) -> str:
    """Editions that are new, gone or changed and may change this reading.

    A report that was read without doubt by another edition stays, unless the changed one is meant for its year.
    """
    changed = {i for i in {*known.formats, *now.formats} if known.formats.get(i) != now.formats.get(i)}
    if not changed:
        return ""
    spans = {f.id: f for f in formats}
    if known.status == Status.OK and known.year is not None:
        of_year = {
            i
            for i in changed
            if i not in spans
            or spans[i].edition in known.editions
            or spans[i].first_year <= known.year <= (spans[i].last_year or 9999)
        }
        return ", ".join(sorted(of_year))
    return ", ".join(sorted(changed))


@cache
def readers() -> Mapping[str, str]:
    """SHA-256 of code, divisions and libraries by media type; "" stands for kinds that have none of their own."""
    return readers_of(Path(gkingest.__file__).parent, regions_folder())


def readers_of(root: Path, tables: Path) -> Mapping[str, str]:
    """The same for the package in ``root`` and the tables of divisions in ``tables``."""
    common, own = hashlib.sha256(), {k: hashlib.sha256() for kinds in _OF_KINDS.values() for k in kinds}
    for library in _LIBRARIES:
        common.update(f"{library} {_version(library)}\n".encode())
    for path in sorted(tables.iterdir()):
        if path.suffix != ".py":
            common.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for path in sorted(root.rglob("*.py")):
        name = ".".join(path.relative_to(root).with_suffix("").parts)
        if _begins(name, _BESIDE) and name not in _OF_STORE:
            continue
        kinds = next((k for start, k in _OF_KINDS.items() if name.startswith(start)), None)
        for digest in [own[k] for k in kinds] if kinds else [common]:
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    base = common.hexdigest()
    return {"": base, **{k: hashlib.sha256((base + d.hexdigest()).encode()).hexdigest() for k, d in own.items()}}


def machine() -> dict[str, Any]:
    """What a run notes of the machine."""
    return {
        "system": platform.platform(),
        "processor": platform.machine(),
        "cores": available_cores(),
        "python": platform.python_version(),
    }


def _begins(name: str, starts: Sequence[str]) -> bool:
    return any(name == s or name.startswith(f"{s}.") for s in starts)


def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "-"
