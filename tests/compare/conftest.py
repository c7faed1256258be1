"""Databases to compare and cite from: six reports of the corpus, and reports made by hand."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gkingest.formats.indicators import Measures, shipped_measures
from gkingest.formats.spec import Format
from gkingest.model.key import FactKey
from gkingest.model.paper import Source
from gkingest.model.provenance import Provenance
from gkingest.model.report import CellState, Document, Fact, Report, Status
from gkingest.paths import stored_path
from gkingest.store.database import open_database
from gkingest.store.write.copies import link_copies
from gkingest.store.write.save import save_document

YOU = "www.hnyx.gov.cn/c26121"
CORPUS = (
    f"{YOU}/P020210128412233445566.pdf",  # 攸县 2020, in the form of 2019
    f"{YOU}/P020220126520011223344.pdf",  # 攸县 2021
    f"{YOU}/P020230130633557799112.pdf",  # 攸县 2022
    f"{YOU}/攸县人民政府办公室2023年政府信息公开工作年度报告.pdf",
    "www.weidong.gov.cn/卫东区人民政府办公室2023年政府信息公开工作年度报告.pdf",
    "www.gushi.gov.cn/P020240118603311224455.pdf",  # a total wrong in print
    "www.baotaqu.gov.cn/zfxxgk/1706601234567.pdf",  # blanks
)
SCANS = (
    "www.heqing.gov.cn/hqxrmzf/c107412/202101/鹤庆县乡村道路局2020年度报告.pdf",  # upside down
    "www.qdncg.gov.cn/zwgk/202301/W020230116394412350871.jpg",
)


@pytest.fixture(scope="session")
def measures() -> Measures:
    """The crosswalk and indicators that ship."""
    return shipped_measures()


@pytest.fixture(scope="session")
def corpus_file(
    tmp_path_factory: pytest.TempPathFactory,
    formats: tuple[Format, ...],
    corpus: Path,
    ingested: Callable[[str], Document],
) -> Path:
    """A database of some reports of the corpus, under the paths that a run in the checkout gives them."""
    path = tmp_path_factory.mktemp("compare") / "corpus.sqlite"
    engine = open_database(str(path), formats)
    for name in (*CORPUS, *SCANS):
        told = Provenance(
            url=f"http://{name}",
            published_at="2024-01-18" if "2023" in name else "",
            fetched_at="2024-02-01T08:00:00Z",
        )
        save_document(engine, replace(ingested(name), path=stored_path(corpus / name), provenance=told))
    link_copies(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def printed(corpus_file: Path, formats: tuple[Format, ...]) -> Iterator[Engine]:
    """The reports of the corpus."""
    engine = open_database(str(corpus_file), formats)
    yield engine
    engine.dispose()


@pytest.fixture
def empty(tmp_path: Path, formats: tuple[Format, ...]) -> Iterator[Engine]:
    """A database without reports."""
    engine = open_database(str(tmp_path / "made.sqlite"), formats)
    yield engine
    engine.dispose()


def figures(**told: str | None) -> list[Fact]:
    """Figures in the column of totals of ``requests``; a word of :class:`CellState` in place of a number."""
    made = []
    for row, text in told.items():
        key = FactKey("requests", row.replace("__", "."), "total")
        if text is None or text.lstrip("-").replace(".", "").isdecimal():
            number = Decimal(text) if text else None
            state = CellState.REPORTED if number is not None else CellState.BLANK
            made.append(Fact(key, state, number, raw=text or "", form_value=number))
        else:
            made.append(Fact(key, CellState(text)))
    return made


def made(number: int, facts: Sequence[Fact] = (), **about: object) -> Document:
    """A document with one report; the number tells it from others."""
    sha256 = f"{number:064x}"
    known = {
        "organ": f"第{number}县人民政府",
        "organ_key": "人民政府",
        "organ_kind": "government",
        "region_code": f"4101{number:02d}",
        "region_name": f"第{number}县",
        "province": "河南省",
        "prefecture": "郑州市",
        "year": 2023,
        "format": "2021",
        "title": "年度报告",
        "findings": (),
    } | about
    report = Report(facts=tuple(facts), **known)  # type: ignore[arg-type]
    return Document(f"r/{number}.pdf", Source(sha256, "application/pdf", 3), Status.OK, "report", "", report)


def save(engine: Engine, *documents: Document) -> None:
    """Save documents one after the other."""
    for document in documents:
        save_document(engine, document)
