"""Every command, as it ends well and as it does not, in both languages: no word of the other, none broken."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cli.conftest import DOUBTFUL, NEWS, Call, copy_document
from cli.test_language import CHINESE
from gkingest.cli.app import command_names
from gkingest.cli.commands.export import Allowed, FileFormat
from gkingest.cli.options import Ocr
from gkingest.formats.indicators import load_measures
from gkingest.formats.spec import Format
from gkingest.model.decision import NAMES, REASONS
from gkingest.render import fitted, text_width
from gkingest.store.ask.dump import sheets
from gkingest.store.ask.series import LEVELS

DB = ("--db", "a.sqlite")
REPORT = f"in/{DOUBTFUL}"
ALLOWED = tuple(word for what in ("accuracy", "conflicts", "expectations") for word in ("--allow", what))
FILES = {
    "people.csv": "region_code,year,population\n411525,2023,1000000\n",
    "wrong.csv": "region_code,year,population\n411525,2023,many\n",
    "wrong.yaml": "expectations:\n  - key: odd\n    title: {en: Odd, zh: 怪}\n    rows: [1]\n",
    "wrong/formats/a.yml": "id: a\nedition: 2030\ntables: []\n",
}
DAMAGED = {"empty.pdf": b"", "cut.docx": b"PK\x03\x04" + b"0" * 99, "cut.png": b"\x89PNG\r\n\x1a\n" + b"0" * 99}
BY = ("--by", "王, 一")
# In this order: the first fills the database that the others ask, and later ones what those before them wrote.
CALLS: tuple[tuple[str, ...], ...] = (
    ("in", *DB, "--ocr", "never", "-v"),
    ("bad", *DB, "--ocr", "never"),
    ("bad", *DB, "--ocr", "never", "--fail-on", "unreadable"),
    ("ingest", "nowhere", *DB),
    ("ingest", "in", *DB, "--engine", "none"),
    ("ingest", "in", "--db", "people.csv"),
    ("status", *DB),
    ("status", "--db", "nothing.sqlite"),
    ("inspect", REPORT),
    ("inspect", "bad/cut.pdf"),
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
    ("cite", "固始", "去年", "予以公开", *DB),
    ("cite", "固始", "2023", "disclosure_rate", *DB),
    ("cite", "固始", "2023", "予以公开", "--bibtex", *DB),
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
    ("compare", "公开率", "--by", "省", *DB),
    ("compare", "公开率", "--by", "州", *DB),
    ("compare", "公开率", "--year", "2030-2020", *DB),
    ("correct", REPORT, "予以公开/自然人", "9", *BY, "--reason", "misread", *DB),
    ("correct", REPORT, "予以公开/自然人", "9", "--reason", "misread", *DB),
    ("correct", REPORT, "予以公升", "9", *BY, "--reason", "misread", *DB),
    ("correct", REPORT, "予以公开/自然人", "许多", *BY, "--reason", "misread", *DB),
    ("correct", REPORT, "予以公开/自然人", "9", *BY, "--reason", "whim", *DB),
    ("correct", REPORT, "予以公开/商业企业", "未印", *BY, "--reason", "misread", *DB),
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
    ("evaluate", "wrong", *DB),
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
    ("in", *DB, "--ocr", "maybe"),
    ("in", *DB, "--timeout", "0"),
    ("formats", "more"),
    *((name, "--nosuch") for name in command_names()),
)


# What people call so in every language: programs, kinds of files, who gives out numbers.
PROPER = re.compile(
    "gkingest|debian|libreoffice|pdfium|sqlite|sqlalchemy|pdf|zip|docx?|xlsx|csv|tsv|png|utf|sha|doi|orcid",
    re.IGNORECASE,
)
# What a program reads: commands, options, paths, hashes, keys with a joint or called by what they are.
CODE = re.compile(
    r"`[^`]*`|--?[a-z][\w-]*|[\w*@]+(?:[/._:=+-]+[\w*]+)+|\S+\.\w+\b\S*|\w*\d\w*"
    rf"|gkingest (?:{'|'.join(command_names())})(?: sample| agreement)?|(?:视图|表|列|键) '?\w+'?|\w+ 一?列"
)
FOR_PROGRAMS = {"--json", "--csv", "--bibtex"}


def keys_by_command(forms: tuple[Format, ...]) -> dict[str, frozenset[str]]:
    """Keys that a person types or meets in files, by the command whose answers name them."""
    measures = load_measures(forms)
    tables = {sheet.name for sheet in sheets(forms, measures)}
    indicators = frozenset(indicator.key for indicator in measures.indicators)
    engines = {"local", "dask", "inline", "host", "port"}
    reading = frozenset({*engines, *Ocr})
    return {
        "in": reading,
        "ingest": reading,
        "status": reading,
        "compare": indicators,
        "export": frozenset({*tables, *LEVELS, *FileFormat}),
        "release": frozenset({*tables, *Allowed, "corrections", "sources", "coverage", "gaps"}),
        "correct": frozenset({*NAMES, *REASONS, "id"}),
        "population": frozenset(re.findall("[a-z]+", FILES["wrong.csv"])),
    }


def english_in(told: str, keys: frozenset[str]) -> Iterator[str]:
    """Every English word of Chinese text but names of programs and kinds of files, and keys."""
    for word in re.findall(r"[A-Za-z]{2,}", CODE.sub("", told)):
        if not PROPER.fullmatch(word) and word not in keys:
            yield word


def printed(root: Path, database: Path) -> str:
    """What is Chinese in English text too: the form, the divisions, the documents that were read."""
    files = [*(root / "schemas").rglob("*.y*ml"), root / "schemas/regions/gb2260.tsv"]
    texts = [path.read_text(encoding="utf-8") for path in files]
    with closing(sqlite3.connect(database)) as opened:
        for rows in (
            "SELECT * FROM section",
            "SELECT province || prefecture || region_name, * FROM reports_current",
        ):
            texts += [" ".join(map(str, row)) for row in opened.execute(rows)]
    return "".join("\n".join(texts).split())


def chinese_in(told: str, on_paper: str) -> Iterator[str]:
    """Every Chinese word of English text but what is printed, and what a Chinese reference adds (GB/T 7714)."""
    for found in re.findall(f"{CHINESE.pattern}+", told):
        if found not in on_paper and found not in {"第", "页", "万元", "万人"}:
            yield found


def too_wide(told: str) -> Iterator[str]:
    """Lines that a terminal of 80 columns breaks, but those of one word and what is there to be pasted."""
    for line in fitted(told, 80).split("\n"):
        if text_width(line) > 80 and " " in line.strip() and not line.lstrip().startswith("→"):
            yield line


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_word_of_the_other_language_is_said(
    root: Path, corpus: Path, here: Path, call: Call, formats: tuple[Format, ...], language: str
) -> None:
    for name in (DOUBTFUL, NEWS):
        copy_document(corpus, name, here / "in")
    for folder in ("wrong/formats", "bad"):
        (here / folder).mkdir(parents=True)
    for name, text in FILES.items():
        (here / name).write_text(text, encoding="utf-8")
    for name, data in DAMAGED.items():
        (here / "bad" / name).write_bytes(data)
    (here / "bad/cut.pdf").write_bytes((here / "in" / NEWS).read_bytes()[:900])
    keys, on_paper = keys_by_command(formats), ""
    wrong, wide = [], []
    for words in CALLS:
        answer = call(*words, "--lang", language)
        on_paper = on_paper or printed(root, here / "a.sqlite")
        told = answer.out + answer.err
        assert told.strip(), words
        if words[0] == "codebook" or FOR_PROGRAMS & set(words):  # the codebook quotes its sources
            continue
        wide += [(*words, line) for line in too_wide(told)]
        typed = frozenset(re.findall(r"[A-Za-z]+", " ".join(words)))
        if language == "zh":
            assert CHINESE.search(told), words
            wrong += [(*words, found) for found in english_in(told, typed | keys.get(words[0], frozenset()))]
        else:
            wrong += [(*words, found) for found in chinese_in(told, on_paper + " ".join(words))]
    assert "\n".join(map(str, (*wrong, *wide))) == ""
    assert {words[0] for words in CALLS} >= set(command_names())


@pytest.mark.parametrize("planted", ["已保存 in a.sqlite", "第 page 3", "状态 unknown", "【warning】", "2 rows"])
def test_a_single_english_word_is_found(planted: str) -> None:
    assert list(english_in(planted, frozenset())) != []


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
