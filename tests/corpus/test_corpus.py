"""Every printed figure of the sample reports is read as a person reads it; nothing is silently wrong."""

import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from recorded.recording import file_of, load_pages, recorded

from gkingest.document.ingest import ingest
from gkingest.document.ladder import understand
from gkingest.document.read_with import ReadWith
from gkingest.formats.spec import Format
from gkingest.interpret.whose.title import identify
from gkingest.model.key import FactKey
from gkingest.model.paper import ReadDocument
from gkingest.model.report import CellState, Document, Fact, Status
from gkingest.read.files import read_file
from gkingest.read.kinds import PDF
from gkingest.read.picture.recognise import read_pictures
from gkingest.read.printed import read_document
from gkingest.read.triage import media_type, open_bytes

Ingested = Callable[[str], Document]
Unlike = Callable[[Document, Any], dict[FactKey, str]]

NATIONAL = 2019  # the year since which the form prescribes sections and tables

NO_REPORTS = Path(__file__).parents[1] / "expected/not-reports.txt"


def facts_of(document: Document) -> dict[FactKey, Fact]:
    """Facts of a document's report by key."""
    assert document.report is not None, document.message
    return {f.key: f for f in document.report.facts}


def test_every_document_of_the_corpus_has_an_expectation(corpus: Path, expectations: dict[str, Any]) -> None:
    files = {str(p.relative_to(corpus)) for p in corpus.rglob("*") if p.is_file()}
    named = set(expectations) | set(NO_REPORTS.read_text(encoding="utf-8").split())
    assert files == named
    assert len(expectations) >= 12


def test_the_corpus_is_as_varied_as_a_crawlers_folder(expectations: dict[str, Any]) -> None:
    years: dict[str, set[int]] = {}
    for e in expectations.values():
        years.setdefault(e.organ, set()).add(e.year)
    assert len(years) >= 8
    assert {2009, 2012, 2013, 2014, 2016, 2017, *range(2019, 2025)} == {
        y for found in years.values() for y in found
    }
    assert any({y, y + 1, y + 2, y + 3} <= found for found in years.values() for y in found)
    older = {"fj-2009", "fj-2014", "gb-2014", "words-2008"}
    assert {e.format for e in expectations.values()} == {"2019", "2021", *older}
    assert sum(e.format in older for e in expectations.values()) >= 6
    assert sum(bool(e.broken) for e in expectations.values()) >= 2


def test_every_slot_says_what_is_printed(
    report_name: str, expectations: dict[str, Any], ingested: Ingested, unlike: Unlike
) -> None:
    assert unlike(ingested(report_name), expectations[report_name]) == {}


def test_no_figure_is_wrong_without_being_flagged(
    report_name: str, expectations: dict[str, Any], ingested: Ingested, unlike: Unlike
) -> None:
    document = ingested(report_name)
    flagged = document.report.flagged() if document.report else frozenset()
    assert {k: v for k, v in unlike(document, expectations[report_name]).items() if k not in flagged} == {}


def test_there_is_one_fact_for_each_slot_and_none_besides(
    report_name: str, expectations: dict[str, Any], ingested: Ingested
) -> None:
    report = ingested(report_name).report
    assert report is not None
    assert Counter(f.key for f in report.facts) == Counter(list(expectations[report_name].cells))


def test_organ_year_and_format_are_those_of_the_print(
    report_name: str, expectations: dict[str, Any], ingested: Ingested
) -> None:
    expected, report = expectations[report_name], ingested(report_name).report
    assert report is not None
    assert (report.organ, report.year, report.format) == (expected.organ, expected.year, expected.format)


def test_the_printed_text_is_kept_beside_the_value(
    report_name: str, expectations: dict[str, Any], ingested: Ingested
) -> None:
    facts = facts_of(ingested(report_name))
    printed = {k: cell[3] for k, cell in expectations[report_name].cells.items() if k.table != "fees_collected"}
    kept = {k: "".join(facts[k].raw.split()) for k in printed}
    assert kept == {k: "".join(raw.split()) for k, raw in printed.items()}


def test_the_sums_that_are_wrong_in_print_are_named_and_no_others(
    report_name: str, expectations: dict[str, Any], ingested: Ingested
) -> None:
    report = ingested(report_name).report
    assert report is not None
    broken = {tuple(f.place.split(" ")) for f in report.findings if f.code == "rule.broken"}
    assert broken == expectations[report_name].broken


def test_a_report_without_a_wrong_sum_or_a_missing_part_is_accepted_or_says_what_it_doubts(
    report_name: str, ingested: Ingested
) -> None:
    document = ingested(report_name)
    assert document.status in (Status.OK, Status.NEEDS_REVIEW)
    assert bool(document.message) == (document.status is Status.NEEDS_REVIEW)
    assert document.kind == "report"
    assert document.source is not None and document.source.page_count >= 1


def test_all_six_sections_are_kept_with_their_words(
    report_name: str, ingested: Ingested, expectations: dict[str, Any]
) -> None:
    if expectations[report_name].year < NATIONAL:
        assert "".join(s.text for s in ingested(report_name).sections)
        return
    sections = [s for s in ingested(report_name).sections if s.number]
    assert [s.number for s in sections] == [1, 2, 3, 4, 5, 6]
    for number in (1, 5, 6):
        assert sections[number - 1].text


def read_as_ingested(path: Path, formats: tuple[Format, ...]) -> ReadDocument:
    """The pages of a document; those that are pictures as the recogniser read them when it was recorded."""
    data = path.read_bytes()
    if path.suffix.startswith(".htm"):
        return read_file(open_bytes(path), ReadWith(formats))
    if file_of(data).exists() and media_type(data) != PDF:
        return ReadDocument(data, tuple(load_pages(data)))
    with recorded(path):
        return read_pictures(read_document(data, ReadWith(formats)), ReadWith(formats))


def test_every_inked_figure_of_the_tables_became_a_fact(
    report_name: str, corpus: Path, expectations: dict[str, Any], formats: tuple[Format, ...]
) -> None:
    read = read_as_ingested(corpus / report_name, formats)
    tables = understand(read, formats, identify(read.pages).year, titled=True).tables.values()
    inked, used = sum(t.inked for t in tables), sum(t.used for t in tables)
    printed = sum(
        bool(raw) for k, (_, _, _, raw) in expectations[report_name].cells.items() if k.table != "fees_collected"
    )
    if not expectations[report_name].cells:  # what it says stands in sentences
        assert not inked
        return
    assert inked >= printed > 0
    assert used / inked >= 0.999


def displayed(page: Any, fact: Fact) -> tuple[int, int, int, int]:
    """The fact's box in pixels of the page rendered at two pixels a point, one pixel wider all round."""
    box = fact.box
    assert box is not None
    width, height = (int(2 * side) for side in page.get_size())
    left, top = max(int(2 * box.x0) - 1, 0), max(int(2 * box.top) - 1, 0)
    return left, top, min(int(2 * box.x1) + 2, width), min(int(2 * box.bottom) + 2, height)


def as_pdf(path: Path) -> bytes:
    """A document's bytes; those of an image file as a PDF page of the size of A4."""
    data = path.read_bytes()
    if media_type(data) == PDF:
        return data
    with Image.open(path) as image:
        out = io.BytesIO()
        image.convert("RGB").save(out, "PDF", resolution=max(image.size) / 11.69)
        return out.getvalue()


def test_every_figure_lies_in_ink_at_a_place_of_its_own_on_its_page(
    report_name: str, corpus: Path, ingested: Ingested
) -> None:
    facts = [f for f in facts_of(ingested(report_name)).values() if f.raw and f.key.table != "fees_collected"]
    if Path(report_name).suffix.startswith(".htm") or not facts:
        assert all(f.box is not None and f.page == 1 for f in facts)  # on the sheet that the page is set on
        return
    scans = {p.number for p in load_pages((corpus / report_name).read_bytes())}
    document = pypdfium2.PdfDocument(as_pdf(corpus / report_name))
    for number in sorted({f.page or 0 for f in facts}):
        page = document[number - 1]
        width, height = page.get_size()
        picture = page.render(scale=2, grayscale=True).to_numpy()
        here = [f for f in facts if f.page == number]
        for fact in here:
            assert fact.box is not None, fact.key
            assert 0 <= fact.box.x0 < fact.box.x1 <= width, fact.key
            assert 0 <= fact.box.top < fact.box.bottom <= height, fact.key
            left, top, right, bottom = displayed(page, fact)
            assert picture[top:bottom, left:right].min() < (200 if number in scans else 128), fact.key
        for one in here:
            for other in here:
                assert one is other or not other.box.contains(*one.box.centre), (one.key, other.key)  # type: ignore[union-attr]
        if page.get_rotation() == 0 and number not in scans:
            left, bottom = page.get_bbox()[:2]
            text = page.get_textpage()
            for fact in here:
                box = fact.box
                inside = text.get_text_bounded(
                    left + box.x0, bottom + height - box.bottom, left + box.x1, bottom + height - box.top
                )
                assert "".join(fact.raw.split()) in "".join(inside.split()), fact.key
    document.close()


def test_the_fee_stated_in_words_can_be_found_on_its_page_too(ingested: Ingested) -> None:
    """Every value traces to ink, the one in section six as well."""
    name = "www.hnyx.gov.cn/c26121/P020220126520011223344.pdf"  # 共收取信息处理费 120 元
    fact = facts_of(ingested(name))[FactKey("fees_collected", "processing_fee", "amount")]
    assert (fact.value, fact.page) == (120, 3)
    assert fact.raw and fact.box is not None


def test_a_fact_without_ink_has_no_value_and_an_absent_one_no_place(report_name: str, ingested: Ingested) -> None:
    for fact in facts_of(ingested(report_name)).values():
        assert (fact.value is not None) == (fact.state is CellState.REPORTED)
        assert 0 <= fact.confidence <= 1
        if fact.state is CellState.BLANK:
            assert not fact.raw.strip()
        if fact.state is CellState.ABSENT:
            assert (fact.raw, fact.page, fact.box) == ("", None, None)


@pytest.mark.parametrize("name", NO_REPORTS.read_text(encoding="utf-8").split())
def test_what_is_no_report_is_called_none_and_gives_no_figure(name: str, ingested: Ingested) -> None:
    document = ingested(name)
    assert (document.status, document.report) == (Status.NOT_A_REPORT, None)
    assert document.kind != "report"
    assert document.message


@pytest.mark.parametrize(
    "name",
    [
        "www.huitong.gov.cn/6930075aad5947f5a446349aa1b736d4.pdf",
        "www.cncx.gov.cn/20250126173442825.pdf",
        "www.gushi.gov.cn/P020240118603311224455.pdf",
    ],
)
def test_the_same_bytes_give_the_same_document(
    name: str, corpus: Path, formats: tuple[Format, ...], ingested: Ingested
) -> None:
    assert ingest(corpus / name, formats) == ingested(name)


def test_the_bytes_are_the_identity_and_not_the_name(
    corpus: Path, formats: tuple[Format, ...], tmp_path: Path, ingested: Ingested
) -> None:
    name = "www.huitong.gov.cn/6930075aad5947f5a446349aa1b736d4.pdf"
    copy = tmp_path / "another name.PDF"
    copy.write_bytes((corpus / name).read_bytes())
    again, first = ingest(copy, formats), ingested(name)
    assert (again.source, again.report, again.status) == (first.source, first.report, first.status)
    assert again.path == str(copy)


def test_the_tables_decide_the_format_even_against_the_year(
    expectations: dict[str, Any], ingested: Ingested
) -> None:
    (late,) = [e for e in expectations.values() if e.format == "2019" and e.year > 2020]
    report = ingested(late.document).report
    assert report is not None
    assert report.format == "2019"
    assert "format.year" in {f.code for f in report.findings}
