"""Documents without pages on the way in: old formats are converted, packages unpacked, encodings told.

DOC, WPS, RTF, XLS and ET are turned into DOCX or XLSX by LibreOffice, which is looked for only when there is such a
file. DOCX and XLSX are ZIP files of XML; their elements are known by their local names, so that files in the strict
namespaces are read alike. Whatever is read is bounded in size.
"""

import os
import posixpath
import re
import shutil
import signal
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from gkingest.errors import DocumentError

_LARGEST, _LONGEST = 200_000_000, 20_000_000  # bytes that are unpacked of a package, bytes of a text
_MOST_CELLS = 1_000_000  # places of a table
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x19\x1b-\x1f\x7f-\x84\x86-\x9f]")
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_PATIENCE = 90.0  # seconds for one conversion
_PROGRAMS = ("soffice", "libreoffice")
# lxml's complaints are syntax errors; a compression that is not known and a password are runtime errors.
_UNREADABLE = (BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, SyntaxError)
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


def as_docx(data: bytes, suffix: str, seconds: float = _PATIENCE) -> bytes:
    """The document as DOCX, a spreadsheet as XLSX; ``suffix`` counts only where the bytes do not tell the kind.

    Raises :class:`DocumentError` alone.
    """
    kind = _kind(data, suffix)
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise DocumentError(
            "unsupported",
            f"the file is a document of an older office program ({kind}), which only LibreOffice can convert, and "
            "that is not on the PATH; install LibreOffice (Debian: apt install libreoffice-writer-nogui "
            "libreoffice-calc-nogui) and run again",
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source = folder / f"document.{kind}"
        source.write_bytes(data)
        wanted = "xlsx" if kind in _SHEETS else "docx"
        _write_settings(folder / "profile/user/registrymodifications.xcu")
        _run([program, *_arguments(folder, wanted), str(source)], folder, seconds)
        return _converted(folder / "out" / f"document.{wanted}", kind)


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
            start_new_session=True,  # what is started is a script; the program is its child
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
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
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


class Package:
    """The ZIP file of an Office document, of which no more than a bounded number of bytes is unpacked."""

    def __init__(self, data: bytes) -> None:
        self._weight = 0
        try:
            self._zip = ZipFile(BytesIO(data))
            self.names = frozenset(self._zip.namelist())
        except _UNREADABLE as error:
            raise damaged(error) from error

    def weigh(self, name: str) -> None:
        """Count a part before it is read."""
        part = self._zip.getinfo(name)
        if part.flag_bits & 1:
            raise DocumentError("encrypted", "the document is protected by a password; ask for a copy without one")
        self._weight += part.file_size
        if self._weight > _LARGEST:
            raise DocumentError(
                "unsupported",
                f"the document would unpack to more than {_LARGEST // 1_000_000} MB, which no report does; "
                "look at what it is before opening it",
            )

    def xml(self, name: str) -> Any:
        """Root element of a part, ``None`` if there is no such part."""
        from lxml import etree  # met only where there is such a file

        if name not in self.names:
            return None
        self.weigh(name)
        try:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
            return etree.fromstring(self._zip.read(name), parser)
        except _UNREADABLE as error:
            raise damaged(error) from error

    def scan(self, name: str, *names: str) -> Iterator[Any]:
        """Elements of a part with one of these names as they end, without the whole part in memory."""
        from lxml import etree

        self.weigh(name)
        try:
            with self._zip.open(name) as part:
                tags = [f"{{*}}{n}" for n in names]
                for _, element in etree.iterparse(part, tag=tags, resolve_entities=False, no_network=True):
                    yield element
                    element.clear()
        except _UNREADABLE as error:
            raise damaged(error) from error

    def related(self, part: str, kind: str, usual: str) -> str:
        """Name of the part that another one refers to, ``usual`` where it names none that exists."""
        folder, file = posixpath.split(part)
        relations = self.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        for relation in relations if relations is not None else ():
            if attribute(relation, "Type").endswith(f"/{kind}"):
                name = posixpath.normpath(posixpath.join("/", folder, attribute(relation, "Target"))).lstrip("/")
                return name if name in self.names else usual
        return usual


def damaged(error: Exception) -> DocumentError:
    """What is said of a document that cannot be unpacked."""
    cause = str(error) or type(error).__name__
    return DocumentError(
        "corrupt",
        f"the document cannot be unpacked ({cause}): it is damaged, or only part of it was fetched; fetch it again",
    )


def local_name(element: Any) -> str:
    """Name of an element without its namespace; "" for what is no element, such as an entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str, default: str = "") -> str:
    """Value of an attribute, whatever its namespace."""
    if element is None:
        return default
    return next((str(v) for k, v in element.attrib.items() if k.rpartition("}")[2] == name), default)


def child(element: Any, *path: str) -> Any:
    """The first element down a path of names, ``None`` where it breaks off."""
    for name in path:
        if element is None:
            return None
        element = next((e for e in element if local_name(e) == name), None)
    return element


def count(element: Any, default: int, name: str = "val") -> int:
    """A number in an attribute, ``default`` where there is none that makes sense."""
    text = attribute(element, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else default


def is_on(element: Any) -> bool:
    """Whether an element that switches something on is there and does."""
    return element is not None and attribute(element, "val", "1") not in ("0", "false", "off", "none", "nil")


def check_size(rows: int, columns: int) -> None:
    """Refuse a table that is larger than any of a report."""
    if rows * columns > _MOST_CELLS:
        raise DocumentError(
            "unsupported",
            f"a table of the document has {rows} rows and {columns} columns, more than any report; "
            "take the report out of the file and run again",
        )


def decode(data: bytes) -> str:
    """The text in UTF-8, UTF-16, GB18030 or Big5, with ``\\n`` between lines; tables are not looked for."""
    if len(data) > _LONGEST:
        raise DocumentError(
            "unsupported",
            f"the text has {len(data)} bytes, more than any report; take the report out of it and run again",
        )
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _decoded(data[len(mark) :], encoding)
            break
    else:
        text = _decoded(data, "utf-8") if b"\0" not in data else _decoded(data, _wide(data))
        text = text if text is not None or b"\0" in data else _chinese(data)
    if text is None or _is_binary(text):
        raise DocumentError(
            "unsupported",
            "the bytes are no text in UTF-8, UTF-16, GB18030 or Big5, so nothing can be read; fetch the file again "
            "or save it as UTF-8",
        )
    return re.sub(r"\r\n?|[\f\v\x85\u2028\u2029]", "\n", text)


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _wide(data: bytes) -> str:
    """UTF-16 has its zeros in the upper bytes of digits and line ends."""
    return "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"


def _chinese(data: bytes) -> str | None:
    """GB18030 or Big5, in which most of the characters are frequent; each also decodes the other into rare ones."""
    best, share = None, 0.5
    for encoding, frequent in (("gb18030", _frequent_gb), ("big5", _frequent_big5)):
        text = _decoded(data, encoding)
        foreign = [c for c in text or "" if c > "\x7f"]
        if foreign and (new := sum(map(frequent, foreign)) / len(foreign)) > share:
            best, share = text, new
    return best


def _frequent_gb(char: str) -> bool:
    return b"\xa1" <= char.encode("gb18030")[:1] <= b"\xd7" and len(char.encode("gb2312", "ignore")) == 2


def _frequent_big5(char: str) -> bool:
    return b"\xa1" <= char.encode("big5", "ignore")[:1] <= b"\xc6"


def _is_binary(text: str) -> bool:
    return "\0" in text or len(_CONTROL.findall(text)) * 100 > len(text)
