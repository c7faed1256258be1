"""What is read again after an update: told before it happens, with the reason and the time it will take."""

import dataclasses
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from batch.conftest import HTML, Run, rows, rows_changed
from batch.readers import strict
from kinds.locked import locked_with
from sqlalchemy import Engine

from gkingest.batch import fingerprint as prints
from gkingest.batch.again import Again, left_as_read, render_again
from gkingest.batch.plan import Plan
from gkingest.batch.settings import Settings
from gkingest.batch.status import render_standing, standing
from gkingest.engine.adapter import Limits
from gkingest.formats.spec import Format
from gkingest.model.report import Document, Status
from gkingest.read.kinds import HTML as HTML_FILE
from gkingest.read.kinds import PDF
from gkingest.read.options import OcrMode
from gkingest.store.ask.known import known_at

Write = Callable[..., Path]
PLAN = Plan(Settings(ocr="never"), roots=("crawl",))
NEW_HTML = "the code that reads HTML files is another"


@pytest.fixture
def updated(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """An update to another code for these kinds of file."""

    def update(*kinds: str) -> None:
        readers = {**prints.readers(), **dict.fromkeys(kinds, f"new {kinds}")}
        monkeypatch.setattr(prints, "readers", lambda: readers)

    return update


def test_what_is_read_again_is_told_before_it_is_with_reason_and_time(
    here: Path,
    write: Write,
    database: Engine,
    read: Run,
    formats: tuple[Format, ...],
    updated: Callable[..., None],
) -> None:
    for name in ("a.html", "b.html", "c.html"):
        write(name, f"会同县{name[0]}局", HTML)
    write("d.txt")
    read(database)
    rows_changed(database, "UPDATE location SET seconds = 90 WHERE path LIKE '%.html'")
    rows_changed(database, "UPDATE location SET seconds = NULL WHERE path = 'crawl/c.html'")
    updated("text/html")
    (here / "crawl/a.html").unlink()  # what is not there is not read again
    told: list[Again | Document] = []
    plan = dataclasses.replace(PLAN, limits=Limits(2), log=here / "run.jsonl")
    shown = standing(database, formats, plan)
    read(database, plan, on_again=told.append, on_done=told.append)

    first = told[0]
    assert isinstance(first, Again)
    assert len(told) == 3
    assert first.reasons == {"crawl/b.html": NEW_HTML, "crawl/c.html": NEW_HTML}
    assert (first.seconds, first.untimed) == (180, 0)  # c as its like
    assert render_again(first, "documents are read again") == [
        "2 documents are read again: about 90 s with 2 at once",
        f"  2: {NEW_HTML}",
        "     crawl/b.html",
        "     crawl/c.html",
    ]
    logged = [json.loads(line) for line in (here / "run.jsonl").read_text().splitlines()]
    assert [line["event"] for line in logged] == ["start", "again", "document", "document", "end"]
    assert (logged[1]["documents"], logged[1]["expected_seconds"]) == (2, 90.0)
    assert len(shown.again.reasons) == 3
    assert "3 documents would be read again: about 2 min with 2 at once" in render_standing(shown, "a.sqlite")
    assert shown.tree("")["stale"] == {NEW_HTML: 3}
    assert read(database, PLAN, on_again=told.append, reader=strict).documents == 0
    assert len(told) == 3


def test_of_many_the_first_are_named_and_all_if_wanted() -> None:
    found = Again({f"{n}.pdf": "for a reason" for n in range(9)}, 7200.0, 1)
    assert render_again(found, "documents are read again") == [
        "9 documents are read again: about 2.0 h; of 1 it is not known",
        "  9: for a reason",
        *(f"     {n}.pdf" for n in range(3)),
        "     … and 6 more (-v names all)",
    ]
    assert len(render_again(found, "documents are read again", whole=True)) == 11
    assert "how long it takes is not known" in "".join(render_again(Again({"a": "b"}), "are read again"))


def test_an_archive_is_read_again_for_any_of_its_files_but_for_none_that_is_no_more(
    here: Path, write: Write, database: Engine, read: Run, updated: Callable[..., None]
) -> None:
    data = write("a.html", kind=HTML).read_bytes()
    (here / "crawl/a.html").unlink()
    with zipfile.ZipFile(here / "crawl/all.zip", "w") as archive:
        archive.writestr("a.html", data)
        archive.writestr("b.txt", "公告")
    read(database)
    rows_changed(
        database,
        "INSERT INTO location (path, sha256, status, kind, said, run_id) "
        "SELECT 'crawl/all.zip!/old', sha256, 'failed', '', '[]', 1 FROM location "
        "WHERE path = 'crawl/all.zip!/a.html'",
    )
    updated("text/html")
    told: list[Again] = []
    assert read(database, on_again=told.append).documents == 3
    assert sorted(told[0].reasons) == [f"crawl/all.zip{name}" for name in ("", "!/a.html", "!/b.txt", "!/old")]
    assert set(told[0].reasons.values()) == {NEW_HTML}
    assert read(database, reader=strict).documents == 0


@pytest.mark.parametrize(
    ("message", "limits", "again"),
    [
        ("it took longer than 10 seconds (--timeout) and was ended", Limits(1, 300, 6144), False),
        ("it took longer than 10 seconds (--timeout) and was ended", Limits(1, 301, 6144), True),
        ("it took longer than 10 seconds (--timeout) and was ended", Limits(1, 300, 9999), False),
        ("it needed more than 100 MB of memory (--memory)", Limits(1, 300, 9999), True),
        ("it needed more than 100 MB of memory (--memory)", Limits(1, 9999, 6144), False),
        ("the process that read it was killed by SIGKILL", Limits(1, 9999, 9999), False),
    ],
)
def test_what_ran_out_of_time_or_memory_is_read_again_with_more(
    write: Write, database: Engine, read: Run, message: str, limits: Limits, again: bool
) -> None:
    write("a.txt")
    read(database)
    rows_changed(database, f"INSERT INTO phrase VALUES (9999, '{message}', '')")
    rows_changed(database, "UPDATE location SET status = 'failed', message = 9999")
    assert read(database, dataclasses.replace(PLAN, limits=limits)).documents == again


def test_what_is_still_locked_is_tried_with_whatever_passwords_there_are(
    here: Path, write: Write, database: Engine, read: Run
) -> None:
    report = write("a.txt").read_bytes()
    (here / "crawl/a.txt").unlink()
    (here / "crawl/locked.zip").write_bytes(locked_with(b"secret", "a.txt", report))
    for passwords, documents in ((("wrong",), 2), (("other",), 2), ((), 0), (("secret",), 2), (("secret",), 0)):
        trying = dataclasses.replace(PLAN, reading=Settings(ocr="never", passwords=passwords))
        assert read(database, trying).documents == documents, passwords
    assert rows(database, "SELECT status FROM location WHERE path LIKE '%a.txt'") == [("ok",)]


def test_an_option_that_reads_nothing_again_says_so(write: Write, database: Engine, read: Run) -> None:
    write("a.txt")
    write("b.txt", "会同县水利局")
    read(database, dataclasses.replace(PLAN, reading=Settings()))
    assert read(database, reader=strict).left == {}
    first = "SELECT sha256 FROM location WHERE path = 'crawl/a.txt'"
    rows_changed(database, f"UPDATE grid SET method = 'scan' WHERE sha256 IN ({first})")
    summary = read(database, reader=strict)
    ((note, count),) = summary.left.items()
    assert count == 1
    assert note.startswith("were read from pictures before: --ocr never leaves that as it is")
    assert summary.tree("")["left_as_read"] == {note: 1}


@pytest.mark.parametrize(
    ("before", "now", "kind", "status", "told"),
    [
        ("always", "auto", PDF, Status.OK, "were read with --ocr always before"),
        ("always", "auto", HTML_FILE, Status.OK, ""),  # has no pages to be recognised
        ("always", "auto", PDF, Status.ENCRYPTED, ""),
        ("auto", "auto", PDF, Status.OK, ""),
        ("never", "auto", PDF, Status.OK, ""),
    ],
)
def test_pages_that_were_all_read_as_pictures_stay_so(
    write: Write,
    database: Engine,
    read: Run,
    formats: tuple[Format, ...],
    before: str,
    now: OcrMode,
    kind: str,
    status: Status,
    told: str,
) -> None:
    write("a.txt")
    read(database)
    (known,) = known_at(database, ["crawl/a.txt"]).values()
    known = dataclasses.replace(known, ocr=before, media_type=kind, status=status)
    note = left_as_read(known, dataclasses.replace(prints.fingerprint(formats, now), ocr=now))
    assert note.startswith(told) if told else note == ""
