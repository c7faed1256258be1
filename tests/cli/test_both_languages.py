"""Every command, as it ends well and as it does not, in both languages: no word of the other, none broken."""

import re
from pathlib import Path

import pytest

from cli.conftest import DOUBTFUL, NEWS, Call, copy_document
from cli.test_language import CHINESE, english_words
from gkingest.cli.app import command_names
from gkingest.render import fitted, text_width

DB = ("--db", "a.sqlite")
REPORT = f"in/{DOUBTFUL}"
# In this order: the first fills the database that the others ask.
CALLS: tuple[tuple[str, ...], ...] = (
    ("in", *DB, "--ocr", "never", "-v"),
    ("ingest", "in", *DB),
    ("ingest", "nowhere", *DB),
    ("ingest", "in", *DB, "--engine", "none"),
    ("status", *DB),
    ("status", "--db", "nothing.sqlite"),
    ("inspect", REPORT),
    ("inspect", "nowhere.pdf"),
    ("search", "申请", *DB),
    ("search", "没有这句话", *DB),
    ("cite", "固始", "2023", "予以公开", *DB),
    ("cite", "固始", "2023", "requests/decided_total/natural_person", *DB),
    ("cite", "没有", "2023", "予以公开", *DB),
    ("cite", "固始", "2023", "予以公升", *DB),
    ("cite", *DB),
    ("compare", "公开率", *DB),
    ("compare", "requests/granted/total", *DB),
    ("compare", "公开绿", *DB),
    ("export", "out", *DB),
    ("export", "out", *DB),
    ("report", "quality.html", *DB),
    ("evaluate", "truth", *DB),
    ("population", "people.csv", *DB),
    ("population", "nowhere.csv", *DB),
    ("migrate", *DB),
    ("migrate", "--db", "nothing.sqlite"),
    ("serve", "--db", "nothing.sqlite"),
    ("code", "sample", "--n", "2", *DB),
    ("code", "agreement"),
    ("correct", *DB),
    ("correct", REPORT, "予以公开", "16", "--by", "甲", *DB),
    ("review", *DB),
    ("formats",),
    ("codebook",),
    ("nosuch",),
    ("--nosuch",),
)


def test_every_command_is_called() -> None:
    assert {words[0] for words in CALLS} >= set(command_names())


# Names of files and keys; what is printed on paper; tables of numbers, whose cells are not wrapped.
PATHS = re.compile(r"\S+\.(?:pdf|sqlite|csv|html|xlsx|dta|parquet|yml|yaml|md|json)\b\S*")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_word_of_the_other_language_is_said(corpus: Path, here: Path, call: Call, language: str) -> None:
    for name in (DOUBTFUL, NEWS):
        copy_document(corpus, name, here / "in")
    (here / "people.csv").write_text("region_code,year,inhabitants\n411525,2023,1000000\n", encoding="utf-8")
    wrong = []
    for words in CALLS:
        answer = call(*words, "--lang", language)
        told = answer.out + answer.err
        bare = PATHS.sub("", told)
        assert told.strip(), words
        if language == "zh":
            assert CHINESE.search(told), words
            if words[0] != "codebook":  # which quotes its sources
                wrong += [(*words, found) for found in english_words(bare)]
        elif any(word.startswith(("nothing", "nowhere")) for word in words):
            wrong += [(*words, found) for found in CHINESE.findall(bare)]
    assert wrong == []


@pytest.mark.parametrize("columns", [80, 120])
def test_on_a_terminal_no_word_is_broken_and_none_is_lost(columns: int) -> None:
    told = (
        "gkingest: nothing.sqlite：没有这个数据库，尚无任何记录；请先读取报告（gkingest 文件夹），或用 --db 指定 "
        * 3
    )
    lines = fitted(told, columns).split("\n")
    assert all(text_width(line) <= columns for line in lines)
    assert "".join(told.split()) == "".join("".join(lines).split())
    assert all(word in " ".join(lines) for word in ("nothing.sqlite", "gkingest", "--db"))
    assert fitted("    → " + "a " * 100, columns) == "    → " + "a " * 100
