"""``gkingest PATH…``: what a person, a pipe and a script get from a run."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import DOUBTFUL, NEWS, REPORT, Answer, Call, copy_document
from gkingest.document import ingest
from gkingest.errors import ExitCode
from gkingest.render import text_width

Rows = list[tuple[Any, ...]]


def rows(database: Path, query: str) -> Rows:
    """What a query of an SQLite file gives."""
    connection = sqlite3.connect(database)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_a_folder_alone_is_ingested_into_the_default_database(corpus_run: tuple[Path, Answer]) -> None:
    folder, answer = corpus_run
    documents = rows(folder / "db/gkingest.sqlite", "SELECT path, status, organ, year FROM documents ORDER BY 1")

    assert answer.code == ExitCode.OK
    assert documents == [
        (f"reports/{DOUBTFUL}", "needs_review", "固始县城乡建设发展局", 2023),
        (f"reports/{NEWS}", "not_a_report", None, None),
        (f"reports/{REPORT}", "ok", "卫东区人民政府办公室", 2023),
    ]
    assert rows(folder / "db/gkingest.sqlite", "SELECT count(*) FROM facts_long WHERE state = 'reported'")


def test_the_closing_summary_counts_and_says_where_the_rows_lie(corpus_run: tuple[Path, Answer]) -> None:
    _, answer = corpus_run
    lines = [" ".join(line.split()) for line in answer.out.splitlines()]

    assert "read, nothing doubtful 1" in lines
    assert "read, needs review 1" in lines
    assert "no report 1" in lines
    told = "rule.broken 3 warning a relation that the form promises does not hold in print"
    assert told in " ".join(answer.out.split())
    assert all(text_width(line) <= 80 for line in answer.out.splitlines() if "→" not in line)
    assert lines[-1] == "saved in db/gkingest.sqlite"
    assert any("（七）总计·自然人 63 → 36" in line for line in lines)


def test_a_pipe_gets_no_progress_bar_and_no_codes(corpus_run: tuple[Path, Answer]) -> None:
    _, answer = corpus_run

    assert answer.err == ""
    assert "\x1b" not in answer.out
    assert "\r" not in answer.out


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo terminals")
def test_a_terminal_gets_a_progress_bar(corpus: Path, program: Path, here: Path) -> None:
    copy_document(corpus, REPORT, here / "reports")
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [program, "reports", "--dry-run"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    ) as running:
        os.close(theirs)
        shown = read_terminal(ours).decode(errors="replace")
        out = running.communicate()[0]

    assert running.returncode == 0
    assert "reading" in shown
    assert "1/1" in shown
    assert b"\x1b" not in out


def read_terminal(descriptor: int) -> bytes:
    """Everything written to a pseudo terminal until its other end is closed."""
    parts = []
    try:
        while part := os.read(descriptor, 65536):
            parts.append(part)
    except OSError:  # Linux says EIO where others say end of file
        pass
    finally:
        os.close(descriptor)
    return b"".join(parts)


def test_a_second_run_changes_no_row(corpus: Path, here: Path, call: Call) -> None:
    copy_document(corpus, DOUBTFUL, here / "reports")
    seen: list[dict[str, Rows]] = []
    for _ in range(2):
        assert call("ingest", "reports", "--db", "a.sqlite").code == 0
        views = ("documents", "facts_long", "panel")
        tables = {view: rows(here / "a.sqlite", f"SELECT * FROM {view}") for view in views}
        tables["finding"] = rows(here / "a.sqlite", "SELECT code, message, hint FROM finding")
        seen.append(tables)

    assert seen[0] == seen[1]
    assert len(seen[0]["facts_long"]) == 201


def test_json_is_one_object_a_line_and_nothing_else(corpus: Path, here: Path, call: Call) -> None:
    for name in (DOUBTFUL, NEWS):
        copy_document(corpus, name, here / "reports")
    answer = call("--json", "--dry-run", "reports")
    *documents, summary = [json.loads(line) for line in answer.out.splitlines()]

    assert answer.err == ""
    assert [d["status"] for d in documents] == ["needs_review", "not_a_report"]
    assert documents[1]["report"] is None
    facts = {(f["table"], f["row"], f["column"]): f for f in documents[0]["report"]["facts"]}
    wrong = facts["requests", "decided_total", "natural_person"]
    assert (wrong["value"], wrong["raw"], wrong["flagged"], wrong["page"]) == (63, "63", True, 2)
    assert facts["proactive", "fees", "amount"]["form_value"] in ("25.1", "25.1000")
    assert not facts["requests", "granted", "commercial"]["flagged"]
    broken = [f for f in documents[0]["report"]["findings"] if f["code"] == "rule.broken"]
    assert "requests/decided_total/natural_person" in broken[0]["touches"]
    assert summary["type"] == "summary"
    assert summary["statuses"] == {"needs_review": 1, "not_a_report": 1}
    assert summary["database"] is None


def test_a_dry_run_reads_everything_and_writes_nothing(corpus: Path, here: Path, call: Call) -> None:
    copy_document(corpus, REPORT, here / "reports")
    answer = call("reports", "--dry-run")

    assert answer.code == 0
    assert "201" in answer.out
    assert "nothing was saved" in answer.out
    assert [p.name for p in here.iterdir()] == ["reports"]


def test_quiet_prints_nothing_and_verbose_a_line_a_document(corpus: Path, here: Path, call: Call) -> None:
    copy_document(corpus, REPORT, here / "reports")

    assert call("-q", "reports", "--dry-run").out == ""
    first = call("-v", "reports", "--dry-run").out.splitlines()[0]
    assert first.startswith(f"ok            reports/{REPORT}  卫东区人民政府办公室, 2023, form 2021: 201 of 201")


def test_scripts_choose_what_counts_as_failure(corpus: Path, here: Path, call: Call) -> None:
    copy_document(corpus, DOUBTFUL, here / "doubtful")
    copy_document(corpus, NEWS, here / "news")
    (here / "broken").mkdir()
    (here / "broken/a.pdf").write_bytes(b"")
    wanted = {
        ("doubtful", None): ExitCode.OK,
        ("doubtful", "unreadable"): ExitCode.OK,
        ("doubtful", "review"): ExitCode.FINDINGS,
        ("news", "review"): ExitCode.OK,
        ("broken", None): ExitCode.OK,
        ("broken", "unreadable"): ExitCode.FINDINGS,
        ("broken", "review"): ExitCode.FINDINGS,
    }
    given = {
        (folder, level): call(folder, "-q", "--dry-run", *(("--fail-on", level) if level else ())).code
        for folder, level in wanted
    }

    assert given == wanted


def test_fail_fast_stops_at_the_first_doubtful_document(corpus: Path, here: Path, call: Call) -> None:
    copy_document(corpus, NEWS, here / "reports/1")
    copy_document(corpus, DOUBTFUL, here / "reports/2")
    copy_document(corpus, REPORT, here / "reports/3")
    answer = call("reports", "--fail-fast", "--db", "a.sqlite")

    assert answer.code == ExitCode.FINDINGS
    assert "2 documents in" in answer.out
    assert "--fail-fast" in answer.out
    assert rows(here / "a.sqlite", "SELECT status FROM documents ORDER BY path") == [
        ("not_a_report",),
        ("needs_review",),
    ]


def test_an_interrupted_run_keeps_what_is_saved_and_is_closed(
    corpus: Path, here: Path, call: Call, ctrl_c: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_document(corpus, NEWS, here / "reports")
    copy_document(corpus, REPORT, here / "reports")

    examine = ingest.examine_bytes

    def read(opened: Any, *rest: Any) -> Any:
        assert not opened.name.endswith(REPORT)
        ctrl_c()
        return examine(opened, *rest)

    monkeypatch.setattr("gkingest.document.ingest.examine_bytes", read)
    answer = call("reports", "--db", "a.sqlite")

    assert answer.code == ExitCode.INTERRUPTED
    assert "interrupted" in answer.out
    assert "Traceback" not in answer.err
    assert rows(here / "a.sqlite", "SELECT path FROM documents") == [(f"reports/{NEWS}",)]
    ((finished, counts),) = rows(here / "a.sqlite", "SELECT finished_at, counts FROM run")
    assert finished
    assert json.loads(counts) == {"interrupted": 1, "not_a_report": 1}


def test_junk_gets_a_status_and_a_reason_and_stops_nothing(corpus: Path, here: Path, call: Call) -> None:
    folder = here / "reports"
    whole = copy_document(corpus, REPORT, folder).read_bytes()
    (folder / "zero.pdf").write_bytes(b"")
    (folder / "error.pdf").write_text("<!DOCTYPE html><html><title>404</title></html>", encoding="utf-8")
    (folder / "broken-off.pdf").write_bytes(whole[: len(whole) // 3])
    (folder / "two\nlines.pdf").write_bytes(b"%PDF-1.7\nnothing")
    (folder / ".hidden.pdf").write_bytes(whole)
    (folder / "lost.pdf").symlink_to("nowhere.pdf")
    (folder / "again").symlink_to(".")
    answer = call("reports", "--db", "a.sqlite")
    told = {path: (status, message) for path, status, message in rows(here / "a.sqlite", _TOLD)}

    assert answer.code == 0
    assert {path: status for path, (status, _) in told.items() if status != "corrupt"} == {
        f"reports/{REPORT}": "ok",
        "reports/error.pdf": "not_a_report",
        "reports/lost.pdf": "failed",
    }
    assert {p for p, (s, _) in told.items() if s == "corrupt"} >= {"reports/zero.pdf", "reports/two\nlines.pdf"}
    assert "reports/broken-off.pdf" in told
    assert all(message for status, message in told.values() if status != "ok")
    assert "two\\nlines.pdf" in answer.out


_TOLD = "SELECT path, status, message FROM documents"


def test_the_database_is_no_document_of_itself(here: Path, call: Call) -> None:
    (here / "a.pdf").write_bytes(b"")
    for _ in range(2):
        assert call(".", "--db", "a.sqlite").code == 0

    assert rows(here / "a.sqlite", "SELECT path FROM documents") == [("a.pdf",)]


def test_names_that_are_not_utf8_are_kept_apart(here: Path, call: Call) -> None:
    (here / "reports").mkdir()
    try:
        for name in (b"\xb1\xa8.pdf", b"\xb8\xe6.pdf"):
            Path(os.fsdecode(os.fsencode(here) + b"/reports/" + name)).write_bytes(b"")
    except OSError:
        pytest.skip("this file system holds UTF-8 names only")

    assert call("reports", "--db", "a.sqlite").code == 0
    assert rows(here / "a.sqlite", "SELECT path FROM documents ORDER BY path") == [
        ("reports/\\xb1\\xa8.pdf",),
        ("reports/\\xb8\\xe6.pdf",),
    ]


def test_a_mistyped_command_is_suggested(here: Path, call: Call) -> None:
    answer = call("inspct", "a.pdf")

    assert answer.code == ExitCode.USAGE
    assert "did you mean the command `gkingest inspect`?" in answer.err
    assert answer.out == ""
    assert not list(here.iterdir())


def test_a_path_that_is_not_there_is_said_before_anything_is_done(here: Path, call: Call) -> None:
    (here / "there").mkdir()
    answer = call("there", "2023年报")

    assert answer.code == ExitCode.USAGE
    assert "2023年报: there is no such file or folder" in answer.err
    assert "Traceback" not in answer.err
    assert [p.name for p in here.iterdir()] == ["there"]


def test_a_wrong_option_is_a_usage_error(here: Path, call: Call) -> None:
    answer = call("--dbb", "x", ".")

    assert answer.code == ExitCode.USAGE
    assert "--dbb" in answer.err


def test_a_bad_format_file_is_named_with_its_line(here: Path, root: Path, call: Call) -> None:
    shutil.copytree(root / "schemas", here / "schemas")
    bad = here / "schemas/formats/gk-2021.yml"
    lines = bad.read_text(encoding="utf-8").splitlines()
    number = next(n for n, line in enumerate(lines, 1) if line.startswith("authority:"))
    lines.insert(number - 1, "athority: typed in haste")
    bad.write_text("\n".join(lines), encoding="utf-8")
    answer = call(".", "--schemas", "schemas", "--dry-run")

    assert answer.code == ExitCode.FORMAT
    assert f"gk-2021.yml:{number}: there is no key 'athority' here" in answer.err


def test_a_database_that_is_none_is_refused_untouched(here: Path, call: Call) -> None:
    notes = here / "notes.txt"
    notes.write_text("not a database, and longer than a header of a hundred bytes" * 10, encoding="utf-8")
    before = notes.read_bytes()
    answer = call(here, "--db", notes)

    assert answer.code == ExitCode.DATABASE
    assert "notes.txt" in answer.err
    assert notes.read_bytes() == before


def test_a_missing_engine_has_its_own_exit_code(here: Path) -> None:
    (here / "broken").mkdir()
    (here / "broken" / "pypdfium2.py").write_text("raise ImportError('no such engine')\n", encoding="utf-8")
    (here / "a.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")  # without one there is nothing for it to do
    path = os.pathsep.join([str(here / "broken"), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-m", "gkingest", "a.pdf"],
        capture_output=True, check=False, text=True, env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    assert done.returncode == ExitCode.ENGINE
    assert "no such engine" in done.stderr and "pip install" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_answers_without_loading_what_reads(program: Path) -> None:
    heavy = ("rich", "sqlalchemy", "pydantic", "pypdfium2", "pdfplumber", "camelot", "jieba")
    script = f"import sys, gkingest.cli.main; print([m for m in {heavy!r} if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    start = time.monotonic()
    shown = subprocess.run([program, "--help"], capture_output=True, check=True, text=True)

    assert loaded.stdout.strip() == "[]"
    assert time.monotonic() - start < 5  # make bench measures it; this only catches the worst
    assert all(command in shown.stdout for command in ("ingest", "inspect", "formats", "codebook"))


def test_status_says_what_is_there_and_what_failed(corpus: Path, here: Path, call: Call) -> None:
    copy_document(corpus, REPORT, here / "in")
    (here / "in/broken.pdf").write_bytes(b"%PDF-1.4\nnothing")
    call("in", "--db", "a.sqlite")
    told = [" ".join(line.split()) for line in call("status", "--db", "a.sqlite").out.splitlines()]

    assert told[0] == "2 documents in a.sqlite"
    assert "ok 1" in told
    assert "unreadable (1)" in told
    assert told[told.index("unreadable (1)") + 1] == "in/broken.pdf"
    tree = json.loads(call("status", "--db", "a.sqlite", "--json").out)
    assert (tree["statuses"], tree["unfinished"], tree["stale"]) == ({"corrupt": 1, "ok": 1}, False, {})


def test_status_reads_the_failed_again(corpus: Path, here: Path, call: Call) -> None:
    copy_document(corpus, REPORT, here / "in")
    call("in", "--db", "a.sqlite")
    connection = sqlite3.connect("a.sqlite")
    with connection:
        connection.execute("INSERT INTO phrase VALUES (9999, 'it took {0} hours', '用时 {0} 小时')")
        connection.execute("UPDATE location SET status = 'failed', message = 9999, v0 = '3'")
    connection.close()
    assert "it took 3 hours" in call("status", "--db", "a.sqlite").out
    assert "用时 3 小时" in call("status", "--db", "a.sqlite", "--lang", "zh").out
    assert "read, nothing doubtful  1" in call("status", "--db", "a.sqlite", "--retry").out
    assert rows(here / "a.sqlite", "SELECT status FROM location") == [("ok",)]


def test_a_second_call_says_that_nothing_had_to_be_read(corpus: Path, here: Path, call: Call) -> None:
    copy_document(corpus, REPORT, here / "in")
    call("in")
    again = call("in", "--fail-on", "review")
    assert "0 documents" in again.out
    assert "1 unchanged since they were read" in again.out
    assert again.code == ExitCode.OK
    assert "1 documents" in call("in", "--force").out


def test_what_was_doubtful_still_fails_a_strict_call_when_nothing_is_read(
    corpus: Path, here: Path, call: Call
) -> None:
    copy_document(corpus, DOUBTFUL, here / "in")
    assert call("in", "--fail-on", "review").code == ExitCode.FINDINGS
    assert call("in", "--fail-on", "review").code == ExitCode.FINDINGS


def test_a_strict_call_names_what_is_unchanged_and_not_fine_with_the_reason(
    corpus: Path, here: Path, call: Call
) -> None:
    copy_document(corpus, DOUBTFUL, here / "in")
    copy_document(corpus, REPORT, here / "in")
    call("in")
    assert DOUBTFUL not in call("in").out
    told = call("in", "--fail-on", "review").out.splitlines()
    assert "unchanged since they were read, and not fine (--fail-on) (1)" in told
    where = told.index(f"  in/{DOUBTFUL}")
    assert told[where + 1].startswith("    needs_review: ")
    assert f"  in/{REPORT}" not in told
    assert DOUBTFUL not in call("in", "--fail-on", "unreadable").out
    first, summary = [json.loads(line) for line in call("in", "--fail-on", "review", "--json").out.splitlines()]
    assert (first["type"], first["path"], first["status"]) == ("unchanged", f"in/{DOUBTFUL}", "needs_review")
    assert "[rule.broken]" in first["message"]
    assert summary["unchanged"] == {"needs_review": 1, "ok": 1}


def test_documents_much_like_a_report_are_named(here: Path, call: Call) -> None:
    (here / "in").mkdir()
    title = "会同县林业局2023年政府信息公开工作年度报告"
    (here / "in/title.txt").write_text(f"{title}\n全年工作平稳。\n", encoding="utf-8")
    headings = "一、总体情况\n全年工作平稳。\n二、主动公开政府信息情况\n见网站。\n"
    (here / "in/headings.txt").write_text(f"林业局工作汇报\n{headings}", encoding="utf-8")
    (here / "in/news.txt").write_text("林业局召开会议\n会议强调了防火工作。\n", encoding="utf-8")
    for n in range(21):
        (here / f"in/{n}.txt").write_text(f"{title}\n全年工作平稳{n}。\n", encoding="utf-8")
    lines = call("in", "--db", "a.sqlite").out.splitlines()
    assert "no reports, but much like one (23)" in lines
    assert lines[lines.index("  in/0.txt") + 1].startswith("    has title of one: it has a report's title but")
    assert "  … and 3 more (-v names all)" in lines
    whole = call("in", "--dry-run", "-v").out.splitlines()
    assert whole[whole.index("  in/headings.txt") + 1].startswith("    has headings of one: ")
    assert "  in/title.txt" in whole
    assert "  in/news.txt" not in whole

    shown = call("status", "--db", "a.sqlite").out.splitlines()
    assert "no reports, but much like one (23)" in shown
    tree = json.loads(call("status", "--db", "a.sqlite", "--json").out)
    assert {"in/title.txt": ["title"], "in/headings.txt": ["headings"]}.items() <= {
        one["path"]: one["resembles"] for one in tree["alike"]
    }.items()
    documents = [json.loads(line) for line in call("in", "--dry-run", "--json").out.splitlines()][:-1]
    assert {d["path"]: d["resembles"] for d in documents}["in/news.txt"] == []


def test_help_of_a_mistyped_command_is_that_of_none(here: Path, call: Call) -> None:
    answer = call("exprot", "--help")
    assert (answer.code, answer.out) == (ExitCode.USAGE, "")
    assert "exprot: there is no such command; did you mean `gkingest export --help`?" in answer.err
    (here / "exprot").mkdir()
    for known in ("exprot", "elsewhere/", "export"):
        answer = call(known, "--help")
        assert (answer.code, answer.err) == (0, "")
        assert answer.out.startswith(f"Usage: gkingest {'export' if known == 'export' else 'ingest'}")


def test_an_update_tells_what_it_reads_again_first(corpus: Path, here: Path, call: Call) -> None:
    copy_document(corpus, REPORT, here / "in")
    call("in", "--db", "a.sqlite", "--jobs", "1")
    connection = sqlite3.connect("a.sqlite")
    with connection:
        connection.execute("UPDATE location SET seconds = 3600")
        connection.execute("""UPDATE run SET readers = '{"":"another"}'""")
    connection.close()
    lines = call("status", "--db", "a.sqlite", "--jobs", "1").out.splitlines()
    assert "1 documents would be read again: about 60 min" in lines
    tree = json.loads(call("status", "--db", "a.sqlite", "--jobs", "2", "--json").out)
    assert tree["again"]["expected_seconds"] == 1800.0
    assert tree["again"]["paths"] == [
        {"path": f"in/{REPORT}", "reason": "the code that reads PDF files is another"}
    ]
    first, document, _ = [json.loads(line) for line in call("in", "--db", "a.sqlite", "--json").out.splitlines()]
    assert (first["type"], first["documents"], document["type"]) == ("again", 1, "document")
