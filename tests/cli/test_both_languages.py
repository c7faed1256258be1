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
ALLOWED = tuple(word for what in ("accuracy", "conflicts", "expectations") for word in ("--allow", what))
FILES = {
    "people.csv": "region_code,year,population\n411525,2023,1000000\n",
    "wrong.csv": "region_code,year,population\n411525,2023,many\n",
    "wrong.yaml": "expectations:\n  - key: odd\n    title: {en: Odd, zh: 怪}\n    rows: [1]\n",
    "wrong/formats/a.yml": "id: a\nedition: 2030\ntables: []\n",
}
BY = ("--by", "王, 一")
# In this order: the first fills the database that the others ask, and later ones what those before them wrote.
CALLS: tuple[tuple[str, ...], ...] = (
    ("in", *DB, "--ocr", "never", "-v"),
    ("ingest", "in", *DB),
    ("ingest", "nowhere", *DB),
    ("ingest", "in", *DB, "--engine", "none"),
    ("ingest", "in", "--db", "people.csv"),
    ("status", *DB),
    ("status", "--db", "nothing.sqlite"),
    ("inspect", REPORT),
    ("inspect", "nowhere.pdf"),
    ("inspect", "people.csv"),
    ("search", "申请", *DB),
    ("search", "没有这句话", *DB),
    ("cite", "固始", "2023", "予以公开", *DB),
    ("cite", "固始", "2023", "requests/decided_total/natural_person", *DB),
    ("cite", "固始", "2023", "予以公开", "--crop", "crop.png", *DB),
    ("cite", "没有", "2023", "予以公开", *DB),
    ("cite", "固始", "2019", "予以公开", *DB),
    ("cite", "固始", "2023", "予以公升", *DB),
    ("cite", *DB),
    ("compare", "公开率", *DB),
    ("compare", "requests/granted/total", *DB),
    ("compare", "公开绿", *DB),
    ("compare", "公开率", "--year", "去年", *DB),
    ("compare", "公开率", "--year", "2008", *DB),
    ("compare", "公开率", "--province", "没有的省", *DB),
    ("compare", "公开率", "--chart", "chart.svg", *DB),
    ("export", "out", *DB),
    ("export", "out", *DB),
    ("export", "in", *DB),
    ("export", "out-2008", "--year", "2008", *DB),
    ("export", "out-2008", "--organ", "固始乡", *DB),
    ("export", "out-2008", "--level", "县区", *DB),
    ("review", *DB),
    ("review", "--year", "1999", *DB),
    ("review", "--misprints", "--top", "2", *DB),
    ("review", "--decided", *DB),
    ("compare", "requests", "--per-capita", *DB),
    ("compare", "公开率", "--by", "province", *DB),
    ("compare", "公开率", "--year", "2030-2020", *DB),
    ("correct", REPORT, "予以公开/自然人", "9", *BY, "--reason", "misread", *DB),
    ("correct", REPORT, "予以公开/自然人", "9", "--reason", "misread", *DB),
    ("correct", REPORT, "予以公升", "9", *BY, "--reason", "misread", *DB),
    ("correct", REPORT, "予以公开/自然人", "许多", *BY, "--reason", "misread", *DB),
    ("correct", REPORT, "予以公开/自然人", "9", *BY, "--reason", "whim", *DB),
    ("correct", "nowhere.pdf", "予以公开", "9", *BY, "--reason", "misread", *DB),
    ("correct", REPORT, "--year", "明年", *BY, *DB),
    ("correct", "--to", "decided.xlsx", *DB),
    ("correct", "--from", "people.csv", *DB),
    ("review", "--decided", *DB),
    ("correct", REPORT, "予以公开/自然人", "--undo", *BY, *DB),
    ("code", "sample", "--n", "3", "--coders", "甲,乙", *DB),
    ("code", "agreement", "coding/coding-甲.csv", "coding/coding-乙.csv", *DB),
    ("code", "agreement", "nowhere.csv", "nothing.csv", *DB),
    ("release", "rel", "--version", "2026.1", *DB),
    ("ingest", "in", *DB, "--ocr", "never"),  # so that the last run has ended
    ("release", "rel", "--version", "2026.1", *ALLOWED, "--author", "王, 一", *DB),
    ("release", "in", "--version", "2026.1", *DB),
    ("diff", "rel", "a.sqlite"),
    ("diff", "rel", "nowhere"),
    ("expect", "rel"),
    ("expect", "a.sqlite"),
    ("expect", "rel", "--expectations", "wrong.yaml"),
    ("expect", "rel", "--expectations", "nowhere.yaml"),
    ("expect", "nowhere"),
    ("report", "quality.html", *DB),
    ("report", "quality.html", "--truth", "nowhere", *DB),
    ("evaluate", "truth", *DB),
    ("evaluate", "nowhere", *DB),
    ("population", "people.csv", *DB),
    ("population", "wrong.csv", *DB),
    ("population", "nowhere.csv", *DB),
    ("migrate", *DB),
    ("migrate", "--db", "nothing.sqlite"),
    ("serve", "--db", "nothing.sqlite"),
    ("formats",),
    ("formats", "--schemas", "nowhere"),
    ("formats", "--schemas", "wrong"),
    ("codebook",),
    ("nosuch",),
    ("--nosuch",),
    *((name, "--nosuch") for name in command_names()),
)


# Names of files and keys; what is printed on paper; tables of numbers, whose cells are not wrapped.
KEYS = re.compile(r"\b(?:ruled|stream|scan|sentence)/\w+|\bno_population\b|\d rows?\b|\w+\.(?:balance|row_total)\b")
PATHS = re.compile(r"\S+\.(?:pdf|sqlite|csv|html|xlsx|dta|parquet|yml|yaml|md|json)\b\S*")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_word_of_the_other_language_is_said(corpus: Path, here: Path, call: Call, language: str) -> None:
    for name in (DOUBTFUL, NEWS):
        copy_document(corpus, name, here / "in")
    (here / "wrong/formats").mkdir(parents=True)
    for name, text in FILES.items():
        (here / name).write_text(text, encoding="utf-8")
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
                wrong += [(*words, found) for found in KEYS.findall(told)]
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
    assert fitted("    → `" + "a " * 100 + "`", columns) == "    → `" + "a " * 100 + "`"
    assert all(text_width(line) <= columns for line in fitted("    → " + "请核对原文" * 50, columns).split("\n"))
