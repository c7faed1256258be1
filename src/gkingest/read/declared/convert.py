"""Old office files (DOC, WPS, RTF, XLS, ET) → DOCX or XLSX, by LibreOffice.

It is looked for only when there is such a file; it runs with a profile of its own, without macros, and for so long.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from gkingest.engine.machine import end_tree
from gkingest.errors import DocumentError
from gkingest.model.paper import ReadDocument
from gkingest.read.declared.docx import word_file
from gkingest.read.declared.xlsx import spreadsheet
from gkingest.read.triage import XLSX, media_type

_OLE_NAMES = {"Workbook": ".xls", "Book": ".xls", "WordDocument": ".doc", "EncryptedPackage": ""}
_PATIENCE = 90.0  # seconds for one conversion
_PROGRAMS = ("soffice", "libreoffice")
# Where installers put it that do not change the PATH, below the variables of Windows and on macOS.
_PLACES = (
    "%ProgramFiles%/LibreOffice/program/soffice.com",
    "%ProgramFiles(x86)%/LibreOffice/program/soffice.com",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams of an OLE file that tell what it is, whatever it is called; WPS Office writes the same ones.
_STREAMS = (("EncryptedPackage", ""), ("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"))
_SHEETS = frozenset({"xls", "xlt", "et", "ett"})
# No macros, nothing fetched from the net, nothing calculated anew: what is stored is what was printed.
_SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Calc/Content/Update", "Link", "2"),
    ("Office.Calc/Formula/Load", "OOXMLRecalcMode", "1"),
    ("Office.Calc/Formula/Load", "ODFRecalcMode", "1"),
)


def old_office(data: bytes) -> ReadDocument:
    """A file of an office program of before 2007 as a document; raises :class:`DocumentError`."""
    names = {name for name in _OLE_NAMES if name.encode("utf-16-le") in data}
    if "EncryptedPackage" in names:
        raise DocumentError("encrypted", "the file is locked with a password; save a copy without one")
    suffix = next((_OLE_NAMES[n] for n in ("WordDocument", "Workbook", "Book") if n in names), ".doc")
    return _read(as_docx(data, suffix))


def rich_text(data: bytes) -> ReadDocument:
    """An RTF file as a document; raises :class:`DocumentError`."""
    return _read(as_docx(data, ".rtf"))


def _read(package: bytes) -> ReadDocument:
    return spreadsheet(package) if media_type(package) == XLSX else word_file(package)


def as_docx(data: bytes, suffix: str, seconds: float = _PATIENCE) -> bytes:
    """The document as DOCX, a spreadsheet as XLSX; ``suffix`` counts only where the bytes do not tell the kind.

    Raises :class:`DocumentError` alone.
    """
    kind = _kind(data, suffix)
    program = office_program()
    if not program:
        raise DocumentError(
            "unsupported",
            f"the file is a document of an older office program ({kind}), which only LibreOffice can convert, and "
            "that is not on the PATH; install LibreOffice (Debian: apt install libreoffice-writer-nogui "
            "libreoffice-calc-nogui; Windows and macOS: from libreoffice.org) and run again",
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source = folder / f"document.{kind}"
        source.write_bytes(data)
        wanted = "xlsx" if kind in _SHEETS else "docx"
        _write_settings(folder / "profile/user/registrymodifications.xcu")
        _run([program, *_arguments(folder, wanted), str(source)], folder, seconds)
        return _converted(folder / "out" / f"document.{wanted}", kind)


def office_program() -> str:
    """The LibreOffice that is installed, "" if none is."""
    found = (shutil.which(name) for name in (*_PROGRAMS, *map(os.path.expandvars, _PLACES)))
    return next(filter(None, found), "")


def _kind(data: bytes, suffix: str) -> str:
    """Suffix that LibreOffice reads the bytes by; the one of WPS Office means another program to it."""
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(_OLE):
        for stream, kind in _STREAMS:
            if stream.encode("utf-16-le") + b"\0\0" in data:
                if not kind:
                    raise DocumentError(
                        "encrypted", "the document is protected by a password; ask for a copy without one"
                    )
                return kind
    name = suffix.lower().lstrip(".")
    return "xls" if name in _SHEETS else "rtf" if name == "rtf" else "doc"


def _write_settings(path: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{place}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value>'
        "</prop></item>"
        for place, name, value in _SETTINGS
    )
    path.parent.mkdir(parents=True)
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}'
        "</oor:items>",
        encoding="utf-8",
    )


def _arguments(folder: Path, wanted: str) -> list[str]:
    """A profile of its own, as LibreOffice refuses to start twice with one."""
    return [
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        wanted,
        "--outdir",
        str(folder / "out"),
    ]


def _run(command: list[str], folder: Path, seconds: float) -> None:
    """Run the program to its end, or end it and all that it started."""
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the process that hands out the work
        )
    except OSError as error:
        raise DocumentError(
            "unsupported",
            f"{command[0]} cannot be started ({error.strerror}), and nothing else converts the file; install "
            "LibreOffice anew (Debian: apt install libreoffice-writer-nogui libreoffice-calc-nogui) and run again",
        ) from error
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise DocumentError(
            "corrupt",
            f"LibreOffice did not convert the document within {seconds:g} seconds: it is damaged or asks for a "
            "password; open it by hand and save it as DOCX",
        ) from error
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        end_tree(process.pid)
        process.wait()


def _converted(path: Path, kind: str) -> bytes:
    """What was written; LibreOffice ends without an error even where it wrote nothing."""
    try:
        data = path.read_bytes()
    except OSError:
        data = b""
    if not data:
        raise DocumentError(
            "corrupt",
            f"LibreOffice could not convert the document ({kind}): it is damaged or protected, or "
            "the part of LibreOffice that reads it is missing (Debian: libreoffice-writer-nogui, "
            "libreoffice-calc-nogui); fetch it again, or open it by hand and save it as DOCX or XLSX",
        )
    return data
