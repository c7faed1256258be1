"""An edition of the form more changes nothing for the reports of the others."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gkingest.document.ingest import ingest
from gkingest.formats.load import load_format
from gkingest.formats.spec import Format
from gkingest.interpret.table.locate import choose_format
from gkingest.model.report import CellState, Document

# A sheet of the years before: other tables, some of the same words.
OLDER = """\
id: statistics-2014
edition: "2014"
title: 政府信息公开情况统计表
authority: 某办发〔2014〕1号
first_year: 2014
last_year: 2018
sections: [一、概述, 二、主动公开政府信息的情况, 三、依申请公开政府信息的情况, 四、行政复议和行政诉讼的情况]
tables:
  - key: volume
    section: 2
    title: 主动公开情况
    blocks:
      - key: volume
        columns: [{key: year, label: 统计数}]
        rows: [{key: disclosed, label: 主动公开政府信息数}, {key: documents, label: 规范性文件}]
  - key: applications
    section: 3
    title: 依申请公开情况
    blocks:
      - key: applications
        columns: [{key: year, label: 统计数}]
        rows:
          - {key: received, label: 收到申请数, kind: total}
          - {key: in_person, label: 1.当面申请数}
          - {key: letter, label: 2.信函申请数}
          - {key: repeated, label: 2.重复申请}
          - {key: other, label: 3.其他}
  - key: remedies
    section: 4
    title: 行政复议、行政诉讼情况
    blocks:
      - key: remedies
        columns: [{key: year, label: 统计数}]
        rows: [{key: review, label: 行政复议}, {key: litigation, label: 行政诉讼}]
rules:
  - {id: applications.received, kind: sum, table: applications, along: rows, total: received,
     parts: [in_person, letter], sentence: 收到申请数等于各渠道之和}
"""
COERCION = "        - {key: coercion, label: 行政强制, title: Administrative coercion}\n"
Added = Callable[[Path, Path], Format]


def copied(year: str, name: str, *changes: tuple[str, str]) -> Added:
    """A format file that ships, under another name and with some words changed."""

    def made(schemas: Path, folder: Path) -> Format:
        words = (schemas / "formats" / f"gk-{year}.yml").read_text(encoding="utf-8")
        words = words.replace(f"id: gk-{year}", f"id: gk-{name}").replace(
            f'edition: "{year}"', f'edition: "{name}"'
        )
        for old, new in changes:
            assert old in words
            words = words.replace(old, new)
        (folder / f"gk-{name}.yml").write_text(words, encoding="utf-8")
        return load_format(folder / f"gk-{name}.yml")

    return made


def older(schemas: Path, folder: Path) -> Format:
    (folder / "older.yml").write_text(OLDER, encoding="utf-8")
    return load_format(folder / "older.yml")


ADDED = {
    "a copy": copied("2021", "2025"),
    "a copy for later years": copied("2021", "2023", ("first_year: 2021", "first_year: 2023")),
    "a copy of the first": copied("2019", "2020"),
    "other tables": older,
    "one row more": copied(
        "2021", "2024", (COERCION, COERCION + "        - {key: inspections, label: 行政检查}\n")
    ),
    "one alias more": copied(
        "2021", "2022", (COERCION, COERCION.replace("title:", "aliases: [行政强制措施], title:"))
    ),
    "one row less": copied("2021", "2026", (COERCION, "")),
}
# A layout each: clean, of the first edition, late, mixed, without tables, mistyped, in another order, no report.
LAYOUTS = (
    *("e01_std_uming", "e18_2019_std", "e55_2019_late", "b18_2021_pro_2019_req"),
    *("e37_prose_only", "e21_typos_wrap", "e30_blocks_reordered", "n01_guide"),
)
# Of the corpus: both editions, late, crossed by pages, wrong sums, a row missing, traditional characters.
CORPUS = (
    *("1706601234567.pdf", "P020240118603311224455.pdf", "1612083604567.pdf", "P020210128412233445566.pdf"),
    *(
        "P020220126520011223344.pdf",
        "略阳县自然资源局2021年政府信息公开工作年度报告.pdf",
        "P020200131358123456789.pdf",
    ),
    *(
        "沧台路街道办事处2024年年报.pdf",
        "襄阳市2024年政府信息公开工作年度报告.pdf",
        "6930075aad5947f5a446349aa1b736d4.pdf",
    ),
)


@pytest.fixture(scope="module")
def files(root: Path) -> list[Path]:
    """Reports of the corpus that have a text layer, and some odd layouts."""
    known = [p for p in sorted((root / "corpus").rglob("*")) if p.name in CORPUS]
    assert len(known) == len(CORPUS)
    return [*known, *(root / "tests/documents" / f"{name}.pdf" for name in LAYOUTS)]


@pytest.fixture(scope="module")
def without(files: list[Path], formats: tuple[Format, ...]) -> dict[Path, Document]:
    """What they say by the editions that ship."""
    return {path: ingest(path, formats, "never") for path in files}


@pytest.mark.slow  # reads whole documents
@pytest.mark.parametrize("name", ADDED)
def test_an_edition_more_changes_nothing_for_the_reports_of_the_others(
    name: str, without: dict[Path, Document], formats: tuple[Format, ...], root: Path, tmp_path: Path
) -> None:
    more = ADDED[name](root / "schemas", tmp_path)
    together = tuple(sorted((*formats, more), key=lambda f: f.edition))
    for path, before in without.items():
        after = ingest(path, together, "never")
        assert replace(after, grids=()) == replace(before, grids=()), path.name


def test_labels_too_mangled_for_any_edition_are_no_evidence_for_a_longer_one(
    formats: tuple[Format, ...], root: Path, tmp_path: Path
) -> None:
    """A number is printed over every label, so that only likeness tells the rows, and 行政检查 is like 行政强制."""
    path = root / "tests/documents/d05_flat_watermark.pdf"
    more = ADDED["one row more"](root / "schemas", tmp_path)
    before, after = (ingest(path, known, "never") for known in (formats, (*formats, more)))
    assert replace(after, grids=()) == replace(before, grids=())


def test_of_two_editions_that_fit_alike_the_year_decides_then_the_older(
    formats: tuple[Format, ...], root: Path, tmp_path: Path
) -> None:
    later = copied("2021", "2027", ("first_year: 2021", "first_year: 2027"))(root / "schemas", tmp_path)
    first, second = formats[-2:]  # of 2019 and of 2021
    closed = second.model_copy(update={"last_year": 2026})
    assert choose_format((), (first, closed, later), 2027) is later
    assert choose_format((), (first, closed, later), 2023) is closed
    assert choose_format((), (first, second, later), 2027) is second
    assert choose_format((), (first, second, later), None) is second


def test_a_report_is_doubtful_where_two_editions_that_fit_alike_read_it_differently(
    formats: tuple[Format, ...], root: Path, tmp_path: Path, ingested: Callable[[str], Document]
) -> None:
    """Keys of two rows exchanged: no label tells the editions apart, and they give two figures other names."""
    granted, partial = "key: granted,", "key: partial,"
    swap = ((granted, "key: swapped,"), (partial, granted), ("key: swapped,", partial))
    other = copied("2021", "2022", *swap)(root / "schemas", tmp_path)
    path = root / "tests/documents/e01_std_uming.pdf"
    (report,) = ingest(path, (*formats, other), "never").reports
    (doubt,) = [f for f in report.findings if f.code == "format.close"]
    assert (doubt.found, doubt.expected) == ("2021", "2022")
    assert {row for _, row, _ in doubt.touches} == {"granted", "partial"}
    assert {k.row for k in report.flagged()} == {"granted", "partial"}
    assert all(f.state is CellState.REPORTED for f in report.facts if f.key.row == "granted")
