"""Runs over a folder: nothing is read twice without need, nothing is lost, and poison costs itself alone."""

import dataclasses
import json
import os
import socket
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from batch.conftest import HTML, Run, contents, rows
from batch.readers import deadly, strict
from kinds.locked import locked_with
from kinds.writing import TITLE, as_docx, as_ofd, as_text, as_xlsx, blocks
from sqlalchemy import Engine

from gkingest.batch import fingerprint as prints
from gkingest.batch.plan import Plan
from gkingest.batch.run import run
from gkingest.batch.settings import Settings
from gkingest.corpus.discovery import discover
from gkingest.engine.adapter import Limits
from gkingest.errors import UsageError
from gkingest.formats.load import load_formats
from gkingest.formats.spec import Format
from gkingest.model.report import Status
from gkingest.read.triage import media_type
from gkingest.store.database import open_database

Write = Callable[..., Path]
PLAN = Plan(Settings(ocr="never"), roots=("crawl",))


def test_a_second_run_reads_nothing_and_changes_nothing(write: Write, database: Engine, read: Run) -> None:
    write("a.txt")
    write("b.html", "会同县水利局", HTML)
    first = read(database)
    before = contents(database)
    second = read(database, reader=strict)
    assert (first.documents, second.documents, dict(second.unchanged)) == (2, 0, {"ok": 2})
    assert contents(database) == before
    assert rows(database, "SELECT counts FROM run ORDER BY id") == [('{"ok":2}',), ('{"unchanged":2}',)]


def test_bytes_decide_and_not_name_or_time(write: Write, database: Engine, read: Run) -> None:
    path = write("a.txt")
    read(database)
    path.touch()
    assert read(database, reader=strict).documents == 0
    stat = path.stat()
    data = path.read_bytes()
    path.write_bytes(data.replace("会同县林业局".encode(), "会同县水利局".encode()))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert read(database).documents == 1
    assert rows(database, "SELECT organ FROM report") == [("会同县水利局",)]


def test_a_file_that_was_moved_is_not_read_again(write: Write, database: Engine, read: Run) -> None:
    path = write("old/a.txt")
    read(database)
    path.parent.rename(path.parent.with_name("new"))
    summary = read(database, reader=strict)
    assert (summary.unchanged.total(), summary.gone) == (1, 1)
    assert rows(database, "SELECT path, status, gone FROM location ORDER BY path") == [
        ("crawl/new/a.txt", "ok", 0),
        ("crawl/old/a.txt", "ok", 1),
    ]
    assert rows(database, "SELECT path FROM reports_current") == [("crawl/new/a.txt",)]


def test_a_report_whose_file_is_gone_gives_way_to_one_that_is_there(
    write: Write, database: Engine, read: Run
) -> None:
    kept, fixed = write("a.txt"), write("b.txt")
    fixed.write_text("会同县林业局2023年政府信息公开工作年度报告（更正）\n" + kept.read_text().partition("\n")[2])
    read(database)
    current = "SELECT path FROM reports_current"
    assert rows(database, current) == [("crawl/b.txt",)]
    data = fixed.read_bytes()
    fixed.unlink()
    read(database)
    assert rows(database, current) == [("crawl/a.txt",)]
    assert rows(database, "SELECT reason FROM report_copy") == [("the file of the other is no longer there",)]
    fixed.write_bytes(data)
    read(database, reader=strict)
    assert rows(database, current) == [("crawl/b.txt",)]
    assert rows(database, "SELECT reason FROM report_copy") == [("its title says that it is corrected",)]


def test_removed_files_are_marked_and_come_back(write: Write, database: Engine, read: Run) -> None:
    path, _ = write("a.txt"), write("b.txt", "会同县水利局")
    read(database)
    data = path.read_bytes()
    path.unlink()
    assert read(database).gone == 1
    assert rows(database, "SELECT path FROM location WHERE gone = 1") == [("crawl/a.txt",)]
    assert rows(database, "SELECT count(*) FROM report") == [(2,)]
    assert read(database).gone == 0
    path.write_bytes(data)
    assert read(database, reader=strict).documents == 0
    assert rows(database, "SELECT count(*) FROM location WHERE gone = 1") == [(0,)]


def test_force_reads_everything_again(write: Write, database: Engine, read: Run) -> None:
    write("a.txt")
    read(database)
    assert read(database, dataclasses.replace(PLAN, force=True)).documents == 1


def test_new_code_for_one_kind_of_file_re_reads_that_kind_alone(
    write: Write, database: Engine, read: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.txt")
    write("b.html", "会同县水利局", HTML)
    read(database)
    readers = dict(prints.readers())
    monkeypatch.setattr(prints, "readers", lambda: {**readers, "text/html": "another"})
    summary = read(database)
    assert (summary.documents, summary.unchanged.total()) == (1, 1)
    monkeypatch.setattr(prints, "readers", lambda: dict.fromkeys(readers, "all new"))
    assert read(database).documents == 2


def test_a_changed_edition_re_reads_the_reports_it_may_concern(
    write: Write, database: Engine, read: Run, formats: tuple[Format, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.txt")
    read(database)
    known = prints.fingerprint(formats, "never")
    for identifier, documents in {"gk-2019": 0, "gk-2021": 1}.items():
        told = dataclasses.replace(known, formats={**known.formats, identifier: "changed"})
        monkeypatch.setattr("gkingest.batch.run.fingerprint", lambda *_, told=told: told)
        assert read(database).documents == documents, identifier


def test_what_a_crawl_newly_tells_of_a_file_is_read_with_it(
    here: Path, write: Write, database: Engine, read: Run
) -> None:
    write("a.txt", "林业局")
    read(database)
    (here / "crawl/a.txt.json").write_text(
        json.dumps({"url": "http://www.huitong.gov.cn/a", "site": "会同县人民政府"})
    )
    assert read(database).documents == 2
    assert rows(database, "SELECT url FROM location WHERE path = 'crawl/a.txt'") == [
        ("http://www.huitong.gov.cn/a",)
    ]


# ---- what kills


LOCAL = dataclasses.replace(PLAN, engine="local", limits=Limits(2, 60, 4096))


def test_a_file_that_kills_its_reader_costs_itself_alone_every_time(
    write: Write, database: Engine, read: Run
) -> None:
    for name in ("a.txt", "killer.txt", "z.txt"):
        write(name, f"会同县{name[0]}局")
    summary = read(database, LOCAL, reader=deadly)
    assert dict(summary.statuses) == {"ok": 2, "failed": 1}
    ((message, sha256),) = rows(database, "SELECT message, sha256 FROM documents WHERE path = 'crawl/killer.txt'")
    assert message.startswith("the process that read it was killed by SIGKILL, so nothing of it was read")
    assert sha256
    assert read(database, LOCAL, reader=strict).documents == 0
    retried = read(database, dataclasses.replace(LOCAL, retry=True))
    assert dict(retried.statuses) == {"ok": 1}
    assert rows(database, "SELECT DISTINCT status FROM location") == [("ok",)]


@pytest.mark.parametrize(
    ("kind", "ending"), [(as_docx, "docx"), (as_xlsx, "xlsx"), (as_ofd, "ofd")], ids=["DOCX", "XLSX", "OFD"]
)
def test_an_office_file_that_kills_is_one_document_and_no_archive(
    here: Path, write: Write, database: Engine, read: Run, kind: Callable[[Any], bytes], ending: str
) -> None:
    path = write(f"killer.{ending}", kind=kind)
    read(database, LOCAL, reader=deadly)
    told = rows(database, "SELECT path, status, sha256, s.media_type FROM location JOIN source s USING (sha256)")
    assert told == [
        (f"crawl/{path.name}", "failed", sha256(path.read_bytes()).hexdigest(), media_type(path.read_bytes()))
    ]
    assert rows(database, "SELECT count(*) FROM location") == [(1,)]
    assert (here / "killed").read_text().count("killer") == 2  # once more by itself, as another may have killed it


def test_what_is_no_file_is_told_and_never_opened(here: Path, write: Write, database: Engine, read: Run) -> None:
    write("a.txt")
    os.mkfifo(here / "crawl/pipe.pdf")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("crawl/talk.pdf")
        read(database, LOCAL)
        summary = run(
            discover(["crawl/pipe.pdf", "/dev/zero"]),
            load_formats(),
            database,
            dataclasses.replace(PLAN, roots=(), force=True),
        )
    assert dict(summary.statuses) == {"unsupported": 2}
    query = "SELECT path, status, message FROM documents WHERE path <> 'crawl/a.txt' ORDER BY path"
    assert [(path, status, message[:22]) for path, status, message in rows(database, query)] == [
        ("/dev/zero", "unsupported", "this is a device and n"),
        ("crawl/pipe.pdf", "unsupported", "this is a pipe (FIFO) "),
        ("crawl/talk.pdf", "unsupported", "this is a socket and n"),
    ]


def test_a_member_that_kills_costs_itself_and_not_the_archive(
    here: Path, write: Write, database: Engine, read: Run
) -> None:
    members = {name: write(name, f"会同县{name[0]}局").read_bytes() for name in ("a.txt", "killer.txt", "z.txt")}
    for name in members:
        (here / "crawl" / name).unlink()
    with zipfile.ZipFile(here / "crawl/all.zip", "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    read(database, LOCAL, reader=deadly)
    assert rows(database, "SELECT path, status FROM location ORDER BY path") == [
        ("crawl/all.zip", "not_a_report"),
        ("crawl/all.zip!/2", "failed"),
        ("crawl/all.zip!/a.txt", "ok"),
        ("crawl/all.zip!/z.txt", "ok"),
    ]


def test_two_workers_give_the_same_rows_as_none(
    here: Path, write: Write, database: Engine, read: Run, formats: tuple[Format, ...]
) -> None:
    for n in range(12):
        write(f"{n}.txt" if n % 2 else f"{n}.html", f"会同县{'甲乙丙丁'[n % 4]}局", HTML if n % 2 == 0 else as_text)
    read(database)
    other = open_database(str(here / "b.sqlite"), formats)
    read(other, LOCAL)
    assert contents(other) == contents(database)
    assert rows(other, "SELECT count(*) FROM reports_current") == [(4,)]


@pytest.mark.parametrize("plan", [PLAN, LOCAL], ids=["inline", "local"])
def test_interrupting_a_run_keeps_what_was_read_and_the_next_goes_on(
    write: Write, database: Engine, read: Run, ctrl_c: Callable[[], None], plan: Plan
) -> None:
    most = 2 + PLAN.limits.window
    for n in range(most + 3):
        write(f"{n}.txt", f"会同县{n}局")
    seen: list[str] = []

    def impatient(document: object) -> None:
        seen.append("one")
        if len(seen) == 2:
            ctrl_c()

    first = read(database, plan, on_done=impatient, on_interrupt=lambda number: seen.append("said"))
    assert first.interrupted
    assert seen[:3] == ["one", "one", "said"]
    assert 2 <= first.documents <= most
    second = read(database)
    assert (second.documents, second.unchanged.total()) == (most + 3 - first.documents, first.documents)


def test_a_log_has_a_line_for_each_document_and_for_beginning_and_end(
    here: Path, write: Write, database: Engine, read: Run
) -> None:
    write("a.txt")
    read(database, dataclasses.replace(PLAN, log=here / "logs/run.jsonl"))
    lines = [json.loads(line) for line in (here / "logs/run.jsonl").read_text().splitlines()]
    assert [line["event"] for line in lines] == ["start", "document", "end"]
    assert (lines[1]["path"], lines[1]["status"]) == ("crawl/a.txt", Status.OK.value)
    assert lines[0]["machine"]["cores"] >= 1
    assert "T" in lines[0]["time"]


def test_a_log_that_cannot_be_written_is_refused(here: Path, write: Write, read: Run) -> None:
    write("a.txt")
    (here / "file").write_text("")
    with pytest.raises(UsageError, match="choose another --log"):
        read(None, dataclasses.replace(PLAN, log=here / "file" / "x.jsonl"))


def test_a_locked_archive_is_read_again_once_there_is_a_password(
    here: Path, write: Write, database: Engine, read: Run
) -> None:
    path = write("a.txt")
    report = path.read_bytes()
    path.unlink()
    (here / "crawl/locked.zip").write_bytes(locked_with(b"secret", "a.txt", report))
    read(database)
    query = "SELECT path, status FROM location ORDER BY path"
    whole = ("crawl/locked.zip", "not_a_report")
    assert rows(database, query) == [whole, ("crawl/locked.zip!/a.txt", "encrypted")]
    assert read(database, reader=strict).documents == 0
    given = dataclasses.replace(PLAN, reading=Settings(ocr="never", passwords=("wrong", "secret")))
    assert read(database, given).documents == 2
    assert rows(database, query) == [whole, ("crawl/locked.zip!/a.txt", "ok")]
    assert read(database, given, reader=strict).documents == 0


def test_a_run_notes_what_it_ran_with(write: Write, database: Engine, read: Run) -> None:
    write("a.txt")
    read(database, dataclasses.replace(PLAN, reading=Settings(ocr="never", passwords=("secret",))))
    ((formats, readers, options, machine),) = rows(database, "SELECT formats, readers, options, machine FROM run")
    assert {"fj-2009", "gk-2019", "gk-2021"} < set(json.loads(formats))
    assert {"", "text/html"} < set(json.loads(readers))
    assert json.loads(options)["passwords"] is True
    assert "secret" not in options
    assert json.loads(machine)["python"]


def test_a_table_of_the_form_without_its_report_goes_to_a_person(
    here: Path, database: Engine, read: Run, gk2021: Format
) -> None:
    table = next(part for part in blocks(gk2021) if not isinstance(part, str))
    (here / "crawl").mkdir()
    for name, parts in {"a": ["关于防火工作的说明", table], "b": ["关于防火工作的说明", "全年工作平稳。"]}.items():
        page = HTML(parts).decode("gb18030").replace(TITLE, "")
        (here / f"crawl/{name}.html").write_bytes(page.encode("gb18030"))
    read(database)
    assert rows(database, "SELECT path, status, resembles FROM location ORDER BY path") == [
        ("crawl/a.html", "needs_review", None),
        ("crawl/b.html", "not_a_report", None),
    ]
