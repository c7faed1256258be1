"""Old office files (DOC, WPS, RTF, XLS, ET) → DOCX or XLSX, by LibreOffice.

It is looked for only when there is such a file; it runs with a profile of its own, without macros, and for so long.
"""

import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from gkingest.engine.machine import end_tree
from gkingest.errors import DocumentError
from gkingest.extras import office_program
from gkingest.model.paper import ReadDocument
from gkingest.read.declared.docx import word_file
from gkingest.read.declared.xlsx import spreadsheet
from gkingest.read.kinds import OLE, RTF, XLSX
from gkingest.read.options import ReadOptions
from gkingest.read.triage import media_type

_PATIENCE = 90.0  # seconds for one conversion
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
_OPEN = '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
_ITEM = '<item oor:path="/org.openoffice.{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'


def old_office(data: bytes, options: ReadOptions) -> ReadDocument:
    """A file of an office program of before 2007 as a document; raises :class:`DocumentError`."""
    return _read(as_docx(data, ".doc"), options)


def rich_text(data: bytes, options: ReadOptions) -> ReadDocument:
    """An RTF file as a document; raises :class:`DocumentError`."""
    return _read(as_docx(data, ".rtf"), options)


def _read(package: bytes, options: ReadOptions) -> ReadDocument:
    return (spreadsheet if media_type(package) == XLSX else word_file)(package, options)


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
        # A profile of its own, as LibreOffice refuses to start twice with one.
        profile, out = folder / "profile", folder / "out"
        settings = profile / "user/registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        items = "".join(_ITEM.format(place, name, value) for place, name, value in _SETTINGS)
        settings.write_text(f"{_OPEN}{items}</oor:items>", encoding="utf-8")
        own = f"-env:UserInstallation={profile.as_uri()}"
        options = [own, "--headless", "--norestore", "--convert-to", wanted, "--outdir", str(out)]
        _run([program, *options, str(source)], folder, seconds)
        # LibreOffice ends without an error even where it wrote nothing.
        written = b""
        with suppress(OSError):
            written = (out / f"document.{wanted}").read_bytes()
    if not written:
        raise DocumentError(
            "corrupt",
            f"LibreOffice could not convert the document ({kind}): it is damaged or protected, or "
            "the part of LibreOffice that reads it is missing (Debian: libreoffice-writer-nogui, "
            "libreoffice-calc-nogui); fetch it again, or open it by hand and save it as DOCX or XLSX",
        )
    return written


def _kind(data: bytes, suffix: str) -> str:
    """Suffix that LibreOffice reads the bytes by; the one of WPS Office means another program to it."""
    media = media_type(data)
    if media == RTF:
        return "rtf"
    if media == OLE:
        for stream, kind in _STREAMS:
            if stream.encode("utf-16-le") + b"\0\0" in data:
                if not kind:
                    raise DocumentError("encrypted", "the file is locked with a password; save a copy without one")
                return kind
    name = suffix.lower().lstrip(".")
    return "xls" if name in _SHEETS else "rtf" if name == "rtf" else "doc"


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
        if process.poll() is None:
            end_tree(process.pid)
            process.wait()
