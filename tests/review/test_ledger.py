"""The file of decisions: what is written is there, whatever happens to the file or the process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gkingest.errors import UsageError
from gkingest.model.decision import Decision
from gkingest.review.ledger import COLUMNS, Ledger, book_of, csv_of, line_of

from .reports import GRANTED, ONE, says

WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "db" / "corrections.csv")


def test_what_was_appended_is_read_again(ledger: Ledger) -> None:
    first = says(GRANTED, "12", reason="misread", words='一看, "再看"', page=2, box=(502.0, 306.6, 513.6, 317.1))
    ledger.append(first)
    ledger.append(says("organ", "卫东区教育局", at=2), says(GRANTED, "13", by="李", at=3))
    assert [d.value for d in ledger.read().decisions] == ["12", "卫东区教育局", "13"]
    assert ledger.read().decisions[0] == first
    head, *lines = ledger.path.read_text(encoding="utf-8-sig").splitlines()
    assert head == ",".join(COLUMNS) and len(lines) == 3


@given(words=WORDS, by=WORDS.filter(str.strip), printed=WORDS)
def test_any_words_stand_on_one_line_and_keep_their_identifier(words: str, by: str, printed: str) -> None:
    decision = says(GRANTED, "12", by=by, words=words, printed=printed)
    assert line_of(decision).count("\n") == 1
    (read,) = book_of(csv_of([decision]), "c").decisions
    assert read.id == decision.id and read.words == " ".join(words.split())


@pytest.mark.parametrize("cut", [1, 8, 40, 120, 150])
def test_a_line_that_was_cut_off_is_told_and_spoils_no_other(ledger: Ledger, cut: int) -> None:
    ledger.append(says(GRANTED, "12"))
    whole = ledger.path.read_bytes()
    torn = line_of(says(GRANTED, "99", words='"说明，还没有写完"')).encode()
    ledger.path.write_bytes(whole + torn[:-cut])
    ledger.append(says(GRANTED, "13", at=2))
    book = ledger.read()
    assert [d.value for d in book.decisions if d.value != "99"] == ["12", "13"]
    assert cut < 16 or len(book.problems) == 1  # of its identifier alone a part was lost: the decision is whole


def test_a_hand_may_write_a_line_or_put_two_files_together(ledger: Ledger) -> None:
    line = f"2026-01-01,李,{ONE},{GRANTED},set,12"
    book = book_of(f"at,by,sha256,subject,verdict,value\n{line}\n{line}\n\n".encode(), "own.csv")
    assert [(d.by, d.value) for d in book.decisions] == [("李", "12")] and book.problems == ()
    both = csv_of(book.decisions) + csv_of([says(GRANTED, "13", at=2)]).removeprefix("\ufeff".encode())
    assert [d.value for d in book_of(both, "both.csv").decisions] == ["12", "13"]
    changed = csv_of([says(GRANTED, "12")]).replace(b",12,", b",21,")
    book = book_of(changed, "changed.csv")
    assert [d.value for d in book.decisions] == ["21"] and "was changed after it was written" in book.problems[0]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (f"x,王,{ONE},{GRANTED},set,many", "no number and no state"),
        (f"x,王,{ONE},{GRANTED},perhaps,1", "is no verdict"),
        (f"x,,{ONE},{GRANTED},set,1", "who decided"),
        (f"x,王,12,{GRANTED},set,1", "is no sha256"),
        (f"x,王,{ONE},granted,set,1", "is no cell"),
        (f"x,王,{ONE},year,set,23", "is no year"),
    ],
)
def test_a_line_that_says_nothing_is_named_and_the_others_count(line: str, problem: str) -> None:
    text = f"at,by,sha256,subject,verdict,value\n{line}\nx,王,{ONE},{GRANTED},set,1\n"
    book = book_of(text.encode(), "c.csv")
    assert len(book.decisions) == 1 and book.problems[0].startswith("c.csv:2: ") and problem in book.problems[0]


def test_another_file_is_refused() -> None:
    with pytest.raises(UsageError, match="no column at, by"):
        book_of(b"a,b\n1,2\n", "c.csv")


APPEND = """
import sys
from pathlib import Path
from gkingest.model.decision import Decision, Ruling
from gkingest.review.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]))
for n in range(int(sys.argv[3])):
    ledger.append(Decision("1" * 64, "requests/granted/total", Ruling.SET, str(n), sys.argv[2], f"{n:06}"))
    print(n, flush=True)
"""


def writer(path: Path, name: str, number: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", APPEND, str(path), name, str(number)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_who_write_at_once_lose_nothing(ledger: Ledger) -> None:
    both = [writer(ledger.path, name, 60) for name in ("王", "李")]
    assert [one.wait() for one in both] == [0, 0]
    book = ledger.read()
    assert len(book.decisions) == 120 and book.problems == ()


@pytest.mark.stage
@pytest.mark.skipif(sys.platform == "win32", reason="no fork, and no signal that cannot be heeded")
def test_no_decision_that_was_answered_is_lost_in_a_hundred_kills(ledger: Ledger) -> None:
    answered: list[Decision] = []
    for n in range(100):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            for i in range(10_000):
                ledger.append(says(GRANTED, str(i), by=f"p{n}", at=n))
                os.write(writing, b"%d\n" % i)
        os.close(writing)
        told = os.read(reading, 9)
        time.sleep(n % 7 / 1000)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while more := os.read(reading, 4096):
            told += more
        os.close(reading)
        answered += [says(GRANTED, line.decode(), by=f"p{n}", at=n) for line in told.split(b"\n")[:-1]]
    kept = {decision.id for decision in ledger.read().decisions}
    assert len(answered) > 100 and all(decision.id in kept for decision in answered)
