"""Documents of old office programs go through LibreOffice, and whatever it does, something typed comes back."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gkingest.errors import DocumentError
from gkingest.read.declared.convert import as_docx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
Install = Callable[..., Path]

# What the program that the tests put on the PATH does with its arguments: it writes them down first.
SCRIPT = """#!{python}
import json, os, pathlib, subprocess, sys, time
options = sys.argv[1:]
folder = pathlib.Path(options[options.index("--outdir") + 1])
kind = options[options.index("--convert-to") + 1]
source = pathlib.Path(options[-1])
profile = [o for o in options if o.startswith("-env:UserInstallation=file://")]
settings = pathlib.Path(profile[0].split("://")[1]) / "user" / "registrymodifications.xcu"
told = dict(options=options, source=source.name, data=source.read_bytes().hex(), settings=settings.read_text())
pathlib.Path({log!r}).write_text(json.dumps(told))
{then}
"""
CONVERTS = "folder.mkdir(); (folder / (source.stem + '.' + kind)).write_bytes(b'converted ' + kind.encode())"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts a program on the PATH, alone there, and gives the file to which it writes what it was told."""

    def put(then: str, name: str = "soffice") -> Path:
        programs, log = tmp_path / "programs", tmp_path / "log.json"
        programs.mkdir()
        script = programs / name
        script.write_text(SCRIPT.format(python=sys.executable, log=str(log), then=then))
        script.chmod(0o755)
        monkeypatch.setenv("PATH", str(programs))
        return log

    return put


def told(log: Path) -> dict[str, str]:
    import json

    found: dict[str, str] = json.loads(log.read_text())
    return found


def stream(name: str) -> bytes:
    """An OLE file that has a stream of this name."""
    return OLE + name.encode("utf-16-le") + b"\0\0"


@pytest.mark.parametrize(
    ("data", "suffix", "source", "made"),
    [
        (stream("WordDocument"), ".doc", "document.doc", b"converted docx"),
        (stream("WordDocument"), ".WPS", "document.doc", b"converted docx"),
        (stream("WordDocument"), ".xls", "document.doc", b"converted docx"),
        (stream("Workbook"), ".et", "document.xls", b"converted xlsx"),
        (stream("Book"), "", "document.xls", b"converted xlsx"),
        (OLE, ".et", "document.xls", b"converted xlsx"),
        (OLE, ".wps", "document.doc", b"converted docx"),
        (rb"{\rtf1 a}", ".doc", "document.rtf", b"converted docx"),
        (b"", "rtf", "document.rtf", b"converted docx"),
    ],
)
def test_a_document_is_converted_by_what_it_is(
    install: Install, data: bytes, suffix: str, source: str, made: bytes
) -> None:
    log = install(CONVERTS)
    assert as_docx(data, suffix) == made
    assert (told(log)["source"], told(log)["data"]) == (source, data.hex())


def test_the_program_runs_without_a_window_in_a_profile_of_its_own_and_leaves_nothing_behind(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    log = install(CONVERTS, "libreoffice")
    as_docx(OLE, ".doc")
    first = told(log)
    as_docx(OLE, ".doc")
    assert "--headless" in first["options"] and first["options"][0] != told(log)["options"][0]
    assert "DisableMacrosExecution" in first["settings"]
    assert list(scratch.iterdir()) == []


def refused(data: bytes, suffix: str, seconds: float = 90.0) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        as_docx(data, suffix, seconds)
    return caught.value


def test_without_libreoffice_the_message_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    error = refused(OLE, ".doc")
    assert error.status == "unsupported"
    assert "apt install libreoffice-writer-nogui libreoffice-calc-nogui; " in error.message
    assert error.message.endswith("from libreoffice.org) and run again")


@pytest.mark.parametrize(
    "then", ["pass", "sys.exit(1)", "folder.mkdir(); (folder / 'document.docx').write_bytes(b'')"]
)
def test_a_document_that_nothing_becomes_of_is_corrupt(install: Install, then: str) -> None:
    install(then)
    error = refused(OLE, ".doc")
    assert error.status == "corrupt" and "could not convert" in error.message


def test_a_program_that_cannot_be_started_is_told(install: Install) -> None:
    log = install(CONVERTS)
    (log.parent / "programs" / "soffice").write_text("#!/nonexistent/python\n")
    error = refused(OLE, ".doc")
    assert error.status == "unsupported" and "cannot be started" in error.message


@pytest.mark.skipif(os.name != "posix", reason="groups of processes are ended as POSIX has them")
def test_a_program_that_hangs_is_ended_with_all_that_it_started(install: Install, tmp_path: Path) -> None:
    child = tmp_path / "child"
    then = f"""
process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path({str(child)!r}).write_text(str(process.pid))
time.sleep(60)
"""
    install(then)
    started = time.monotonic()
    error = refused(OLE, ".doc", 5.0)
    assert error.status == "corrupt" and "within 5 seconds" in error.message
    assert time.monotonic() - started < 30
    for _ in range(100):
        if not runs(int(child.read_text())):
            break
        time.sleep(0.05)
    else:
        os.kill(int(child.read_text()), signal.SIGKILL)
        pytest.fail("the child went on")


def runs(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    state = subprocess.run(["/bin/ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return state.stdout.strip()[:1] not in ("", "Z")


def test_a_document_with_a_password_is_not_given_to_the_program(install: Install) -> None:
    log = install(CONVERTS)
    error = refused(stream("EncryptedPackage"), ".docx")
    assert error.status == "encrypted" and "password" in error.message
    assert not log.exists()
