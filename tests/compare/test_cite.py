"""A citation: the right figure of the right report, with everything that stands behind it, or a clear refusal."""

import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pdfplumber
import pytest
from PIL import Image
from sqlalchemy import Engine

from gkingest.cite.citation import Citation, cite
from gkingest.cite.crop import crop_of, cropped, reading_turn
from gkingest.cite.references import bibtex, csl, english, gb7714
from gkingest.cite.shown import citation_tree, render_citation
from gkingest.errors import UsageError
from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format
from gkingest.model.finding import Finding
from gkingest.model.paper import Box
from gkingest.model.provenance import Provenance
from gkingest.model.report import CellState
from gkingest.read.picture.png import marked_picture, page_sheet
from gkingest.store.write.copies import link_copies

from .conftest import figures, made, save

Formats = tuple[Format, ...]
GRANTED = "requests/granted/total"
RED = (215, 0, 32)


@pytest.fixture
def cited(printed: Engine, formats: Formats, measures: Measures, root: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Cites from the corpus, in the folder that its paths are below."""
    monkeypatch.chdir(root)
    return lambda organ, year, cell: cite(printed, organ, year, cell, formats, measures)


# ---- whose report


@pytest.mark.parametrize("organ", ["卫东区人民政府办公室", "卫东区", "410403", "卫东", "平顶山市"])
def test_an_organ_is_found_by_name_part_division_and_code(organ: str, cited) -> None:  # type: ignore[no-untyped-def]
    found = cited(organ, 2023, GRANTED)
    assert (found.source.organ, found.fact.value, found.fact.raw) == ("卫东区人民政府办公室", 9, "9")


def test_a_report_is_found_by_its_identifier(cited) -> None:  # type: ignore[no-untyped-def]
    first = cited("卫东区", 2023, GRANTED)
    assert cited(first.source.report_id, 2023, GRANTED).source == first.source


def test_an_exact_name_comes_before_a_part_of_others(empty: Engine, formats: Formats, measures: Measures) -> None:
    save(empty, made(1, organ="某县人民政府", organ_key="a"), made(2, organ="某县人民政府办公室", organ_key="b"))
    assert cite(empty, "某县人民政府", 2023, GRANTED, formats, measures).source.organ == "某县人民政府"


def test_traditional_characters_are_found_by_simplified_ones(
    empty: Engine, formats: Formats, measures: Measures
) -> None:
    save(empty, made(1, organ="鶴山市雅瑤鎮人民政府", organ_key="雅瑶镇人民政府", region_name="鹤山市"))
    assert (
        cite(empty, "鹤山市雅瑶镇人民政府", 2023, GRANTED, formats, measures).source.organ == "鶴山市雅瑤鎮人民政府"
    )


def test_several_organs_are_listed_and_none_is_taken(cited) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError) as refused:
        cited("县", 2023, GRANTED)
    assert refused.value.exit_code == 2
    assert "固始县城乡建设发展局  411525 河南省信阳市固始县" in str(refused.value)
    assert "攸县人民政府办公室  430223" in str(refused.value)


def test_organs_of_one_name_are_told_by_their_report(empty: Engine, formats: Formats, measures: Measures) -> None:
    save(empty, *(made(n, organ="城关镇人民政府", organ_key="城关镇人民政府") for n in (1, 2)))
    with pytest.raises(UsageError, match=r"name one by its report_id: 0{63}1-1"):
        cite(empty, "城关镇人民政府", 2023, GRANTED, formats, measures)


def test_a_name_that_is_nowhere_is_answered_with_near_ones(cited) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match=r"near it are .*攸县"):
        cited("油县", 2023, GRANTED)


def test_another_year_is_answered_with_those_that_there_are(cited) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match="no report for 2019, but for 2020, 2021, 2022, 2023"):
        cited("攸县", 2019, GRANTED)


def test_an_empty_database_has_nothing_to_cite(empty: Engine, formats: Formats, measures: Measures) -> None:
    with pytest.raises(UsageError, match="holds no report"):
        cite(empty, "某县", 2023, GRANTED, formats, measures)


# ---- which cell


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("disclosure_rate", "computed and printed nowhere; .*requests/decided_total/total"),
        ("requests/denied.*/total", "computed and printed nowhere; .*requests/denied.state_secret/total"),
        ("requests/other/total", "edition of 2021, which lacks that cell .*requests/other.misc/total"),
        ("proactive/regulations/newly_made", "edition of 2021, which lacks that cell"),
        ("granted", "do you mean requests/granted/total"),
        ("requests/grantde/total", "do you mean requests/granted/total"),
        ("nonsense", "written table/row/column"),
    ],
)
def test_a_cell_that_is_not_printed_is_answered_with_what_to_cite(cell: str, told: str, cited) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match=told):
        cited("卫东区", 2023, cell)


def test_every_cell_of_the_expectations_is_cited_as_it_is_printed(cited, expectations) -> None:  # type: ignore[no-untyped-def]
    """攸县 2022 and 宝塔区 2023 with its blanks and dashes, against what a person read."""
    for organ, name in (
        ("攸县", "www.hnyx.gov.cn/c26121/P020230130633557799112.pdf"),
        ("宝塔", "www.baotaqu.gov.cn/zfxxgk/1706601234567.pdf"),
    ):
        expected = expectations[name]
        cells = [k for k in expected.cells if k.column in ("total", "amount", "decisions", "in_force")]
        assert len(cells) > 30
        for key in cells:
            state, value, unit, _ = expected.cells[key]
            fact = cited(organ, expected.year, str(key)).fact
            assert (fact.state, fact.value, fact.unit) == (state, value, unit), key


def test_no_number_is_no_zero(cited) -> None:  # type: ignore[no-untyped-def]
    lines = render_citation(cited("宝塔", 2023, GRANTED))
    assert "value    none (blank); this is not 0" in lines
    assert any(line.endswith("：空白.") for line in lines)


def test_the_form_s_unit_stands_beside_a_printed_one(cited) -> None:  # type: ignore[no-untyped-def]
    """固始 prints 251000元 where the form has 万元."""
    lines = render_citation(cited("固始", 2023, "proactive/fees/amount"))
    assert "value    251000 元; in the form's unit: 25.1" in lines


# ---- what speaks for it and against it


def test_checks_that_passed_and_their_place(cited) -> None:  # type: ignore[no-untyped-def]
    checks = {c.place: c.outcome for c in cited("卫东区", 2023, GRANTED).checks}
    assert checks == {"requests.decided total": "holds", "requests.row_total granted": "holds"}


def test_a_break_is_told_with_whose_fault_it_is(cited) -> None:  # type: ignore[no-untyped-def]
    """固始 prints 63 for 36 in （七）总计 of natural persons."""
    found = cited("固始", 2023, "requests/decided_total/natural_person")
    assert found.flagged
    assert {c.place: c.outcome for c in found.checks} == {
        "requests.balance natural_person": "broken",
        "requests.decided natural_person": "broken",
        "requests.row_total decided_total": "broken",
    }
    assert all("printed so by the report" in c.told for c in found.checks)


def test_blanks_keep_a_sum_from_being_judged(cited) -> None:  # type: ignore[no-untyped-def]
    outcomes = {c.place: c.outcome for c in cited("宝塔", 2023, GRANTED).checks}
    assert outcomes == {"requests.decided total": "blank_consistent", "requests.row_total granted": "vacuous"}


def test_doubts_of_the_cell_its_row_and_its_table_are_told_and_no_others(
    empty: Engine, formats: Formats, measures: Measures
) -> None:
    def about(*touch: str) -> Finding:
        return Finding("cell.doubt", "/".join(touch), touches=(touch,))  # type: ignore[arg-type]

    touching = [
        ("requests", "granted", "total"),
        ("requests", "granted", "*"),
        ("requests", "*", "*"),
        ("*", "*", "*"),
    ]
    others = [("requests", "partial", "total"), ("disputes", "*", "*"), ("requests", "granted", "commercial")]
    save(empty, made(1, figures(granted="4"), findings=tuple(about(*t) for t in (*touching, *others))))
    found = cite(empty, "第1县", 2023, GRANTED, formats, measures)
    assert [d.message for d in found.doubts] == ["/".join(t) for t in touching]
    assert found.flagged


def test_a_finding_across_years_that_touches_the_cell_is_told(
    empty: Engine, formats: Formats, measures: Measures
) -> None:
    across = Finding(
        "rule.broken",
        "carried over otherwise",
        place="requests.carried total",
        touches=(("requests", "granted", "*"),),
    )
    save(empty, made(1, figures(granted="4"), findings=(across,)))
    checks = cite(empty, "第1县", 2023, GRANTED, formats, measures).checks
    assert ("requests.carried total", "broken") in [(c.place, c.outcome) for c in checks]


def test_other_copies_agree_differ_or_lack_the_cell(empty: Engine, formats: Formats, measures: Measures) -> None:
    same = {"region_code": "410101", "organ": "某县人民政府"}
    save(
        empty,
        made(1, figures(granted="4", partial="1"), **same, title="年度报告（更正）"),
        made(2, figures(granted="5", partial="1"), **same),
    )
    link_copies(empty)
    found = cite(empty, "某县人民政府", 2023, GRANTED, formats, measures)
    assert found.fact.value == 4
    assert any(
        "differs, “5”: r/2.pdf; its title says that it is corrected" in line for line in render_citation(found)
    )
    (copy,) = citation_tree(found)["copies"]
    assert (copy["agrees"], copy["raw"]) == (False, "5")
    agreeing = citation_tree(cite(empty, "某县人民政府", 2023, "requests/partial/total", formats, measures))
    assert agreeing["copies"][0]["agrees"] is True
    lacking = citation_tree(cite(empty, "某县人民政府", 2023, "requests/carried_in/total", formats, measures))
    assert lacking["copies"][0]["agrees"] is None


# ---- references


def test_the_reference_in_the_chinese_standard(cited) -> None:  # type: ignore[no-untyped-def]
    url = "http://www.weidong.gov.cn/卫东区人民政府办公室2023年政府信息公开工作年度报告.pdf"
    assert gb7714(cited("卫东区", 2023, GRANTED)) == (
        "卫东区人民政府办公室. 卫东区人民政府办公室2023年政府信息公开工作年度报告[R/OL]. (2024-01-18)[2024-02-01]. "
        f"{url}. 第2页，收到和处理政府信息公开申请情况：（一）予以公开／总计：9."
    )


def test_the_english_reference_has_page_hash_and_day(cited) -> None:  # type: ignore[no-untyped-def]
    found = cited("卫东区", 2023, GRANTED)
    told = english(found)
    assert "卫东区人民政府办公室 (2024-01-18). " in told
    assert "p. 2, requests/granted/total" in told
    assert told.endswith(f", fetched 2024-02-01. SHA-256 {found.source.sha256}.")


def test_what_is_not_known_is_left_out_of_references(empty: Engine, formats: Formats, measures: Measures) -> None:
    save(empty, made(1, organ="", title="", organ_key=""))
    found = cite(empty, "第1县", 2023, GRANTED, formats, measures)
    assert gb7714(found) == (
        "（机关不详）. 2023年政府信息公开工作年度报告[R]. "
        "收到和处理政府信息公开申请情况：（一）予以公开／总计：未印出."
    )
    assert "(n.d.)" in english(found)
    assert "issued" not in csl(found)


def test_bibtex_is_one_entry_whose_braces_close(empty: Engine, formats: Formats, measures: Measures) -> None:
    save(empty, made(1, organ="A&B_{局}% \\x", title="100% {年度}"))
    text = "\n".join(bibtex(cite(empty, "第1县", 2023, GRANTED, formats, measures)))
    depth = 0
    for sign in re.sub(r"\\[{}]", "", text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
    assert text.startswith("@techreport{gk410101-2023-00000000,")


def test_csl_has_the_dates_in_parts(cited) -> None:  # type: ignore[no-untyped-def]
    item = csl(cited("卫东区", 2023, GRANTED))
    assert item["issued"] == {"date-parts": [[2024, 1, 18]]}
    assert item["accessed"] == {"date-parts": [[2024, 2, 1]]}
    assert item["author"] == [{"literal": "卫东区人民政府办公室"}]


def test_a_date_that_is_none_breaks_nothing(empty: Engine, formats: Formats, measures: Measures) -> None:
    document = replace(made(1), provenance=Provenance(url="http://x", published_at="一月", fetched_at="?"))
    save(empty, document)
    found = cite(empty, "第1县", 2023, GRANTED, formats, measures)
    assert "issued" not in csl(found)
    assert json.dumps(citation_tree(found))


def test_the_tree_has_everything_for_a_program(cited) -> None:  # type: ignore[no-untyped-def]
    tree = json.loads(json.dumps(citation_tree(cited("卫东区", 2023, GRANTED))))
    assert (tree["value"], tree["raw"], tree["page"], tree["state"]) == (9, "9", 2, "reported")
    assert len(tree["box"]) == 4
    assert tree["locations"][0]["url"].startswith("http://www.weidong")


# ---- the picture


def frame(picture: bytes) -> tuple[int, int, int, int]:
    """What the red frame of a picture goes around: the pixels inside of it."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    mask = Image.eval(image.getchannel("R"), lambda v: 255 if v == RED[0] else 0)
    green = Image.eval(image.getchannel("G"), lambda v: 255 if v == RED[1] else 0)
    blue = Image.eval(image.getchannel("B"), lambda v: 255 if v == RED[2] else 0)
    black = Image.new("L", image.size)
    red = Image.composite(Image.composite(mask, black, green), black, blue)
    box = red.getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize(
    ("organ", "year", "cell", "text"),
    [
        ("卫东区", 2023, GRANTED, "9"),
        ("攸县", 2022, "requests/new_received/total", "53"),
        ("固始", 2023, "requests/decided_total/natural_person", "63"),
        ("攸县", 2020, "disputes/review/total", "1"),
    ],
)
def test_the_frame_on_the_page_goes_around_the_printed_figure(
    organ: str,
    year: int,
    cell: str,
    text: str,
    cited,
    root: Path,  # type: ignore[no-untyped-def]
) -> None:
    """Another library, which shares no code with the reader, finds this text and no other inside the frame."""
    found: Citation = cited(organ, year, cell)
    data = (root / found.source.places[0].path).read_bytes()
    assert found.fact.page is not None
    assert found.fact.box is not None
    sheet = page_sheet(data, found.source.media_type, found.fact.page)
    picture = marked_picture(sheet, found.fact.box, dpi=1000)
    left, top, right, bottom = frame(picture)
    with pdfplumber.open(BytesIO(data)) as document:
        page = document.pages[found.fact.page - 1]
        scale = float(page.width) / Image.open(BytesIO(picture)).width
        inside = page.crop(tuple(edge * scale for edge in (left, top, right, bottom)))  # type: ignore[arg-type]
        assert inside.extract_text().strip() == text


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf (Debian: apt install qpdf) locks the file")
def test_a_cut_from_a_locked_file_needs_its_password(
    cited: Callable[..., Citation], corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = cited("卫东区", 2023, GRANTED)
    plain = next(corpus.rglob("卫东区*.pdf"))
    lock = ["--encrypt", "open2023", "owner", "256", "--"]
    subprocess.run(["qpdf", *lock, str(plain), str(tmp_path / "l.pdf")], check=True)
    data = (tmp_path / "l.pdf").read_bytes()
    monkeypatch.setattr("gkingest.cite.crop.source_bytes", lambda source, passwords: data)
    with pytest.raises(UsageError, match="--password-file"):
        crop_of(found)
    assert crop_of(found, ("wrong", "open2023")).startswith(b"\x89PNG")


def test_a_cut_has_headings_above_and_is_narrower_than_the_page(cited) -> None:  # type: ignore[no-untyped-def]
    picture = crop_of(cited("卫东区", 2023, GRANTED))
    image = Image.open(BytesIO(picture))
    left, top, _, bottom = frame(picture)
    assert image.format == "PNG"
    assert image.height < 0.4 * image.width  # three rows of a table, not the page
    assert top > 0.5 * image.height  # the headings stand above
    assert left > 0.8 * image.width  # 总计 is the last column
    assert bottom < image.height - 20


def test_the_same_figure_gives_the_same_bytes(cited) -> None:  # type: ignore[no-untyped-def]
    assert crop_of(cited("卫东区", 2023, GRANTED)) == crop_of(cited("卫东区", 2023, GRANTED))


def test_a_scan_that_lies_upside_down_is_set_upright(cited) -> None:  # type: ignore[no-untyped-def]
    found = cited("鹤庆县", 2020, "requests/unavailable.not_held/total")
    assert found.fact.box.x0 < 200  # the last column stands at the left of the page as it is displayed
    picture = crop_of(found)
    left, *_ = frame(picture)
    assert left > 0.7 * Image.open(BytesIO(picture)).width


def test_a_photograph_is_cut_too(cited) -> None:  # type: ignore[no-untyped-def]
    picture = crop_of(cited("岑巩县", 2022, "requests/new_received/total"))
    left, top, right, bottom = frame(picture)
    assert 5 < right - left < 100
    assert 5 < bottom - top < 100


def test_the_way_a_page_lies_is_told_by_its_rows() -> None:
    def row(points: list[tuple[float, float]]) -> list[Box]:
        return [Box(x, y, x + 5, y + 5) for x, y in points]

    assert reading_turn([row([(0, 0), (50, 1), (90, 2)])]) == 0
    assert reading_turn([row([(90, 0), (50, 0)])]) == 180
    assert reading_turn([row([(0, 0), (0, 50)])]) == 270  # the lines run down the page
    assert reading_turn([row([(0, 90), (0, 50)])]) == 90
    assert reading_turn([]) == 0
    assert reading_turn([row([(7, 7)])]) == 0


def test_the_frame_stays_on_the_figure_whichever_way_the_page_is_turned(corpus: Path) -> None:
    """A page turned upright afterwards has the same frame, turned with it."""
    data = (corpus / "www.weidong.gov.cn/卫东区人民政府办公室2023年政府信息公开工作年度报告.pdf").read_bytes()
    box = Box(500, 420, 510, 432)
    sheet = page_sheet(data, "application/pdf", 2)
    picture = marked_picture(sheet, box)
    straight = Image.open(BytesIO(picture))
    left, top, right, bottom = frame(picture)
    turned = frame(marked_picture(sheet, box, turn=90))
    assert turned == (straight.height - bottom, left, straight.height - top, right)


def gone(document: Path, tmp_path: Path, formats: Formats, measures: Measures, ingested, **about: object):  # type: ignore[no-untyped-def]
    from gkingest.store.database import open_database
    from gkingest.store.write.save import save_document

    engine = open_database(str(tmp_path / "gone.sqlite"), formats)
    name = "www.weidong.gov.cn/卫东区人民政府办公室2023年政府信息公开工作年度报告.pdf"
    save_document(engine, replace(ingested(name), path=str(document)))
    found = cite(engine, "卫东区", 2023, GRANTED, formats, measures)
    engine.dispose()
    return found


@pytest.fixture
def report_file(corpus: Path, tmp_path: Path) -> Path:
    """A copy of a report."""
    name = "www.weidong.gov.cn/卫东区人民政府办公室2023年政府信息公开工作年度报告.pdf"
    return Path(shutil.copy(corpus / name, tmp_path / "报告.pdf"))


def test_a_file_that_is_gone_or_changed_is_not_cut(  # type: ignore[no-untyped-def]
    report_file: Path, tmp_path: Path, formats: Formats, measures: Measures, ingested
) -> None:
    found = gone(report_file, tmp_path, formats, measures, ingested)
    assert crop_of(found)
    report_file.write_bytes(report_file.read_bytes() + b"\n")
    with pytest.raises(UsageError, match="was changed since it was read"):
        crop_of(found)
    report_file.unlink()
    with pytest.raises(UsageError, match=r"报告\.pdf: it cannot be opened"):
        crop_of(found)


def test_a_file_in_an_archive_is_found_there(  # type: ignore[no-untyped-def]
    report_file: Path, tmp_path: Path, formats: Formats, measures: Measures, ingested
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(report_file, "深/报告.pdf")
    assert crop_of(gone(Path(f"{tmp_path}/a.zip!/深/报告.pdf"), tmp_path, formats, measures, ingested))
    with pytest.raises(UsageError, match="no longer has it"):
        crop_of(gone(Path(f"{tmp_path}/a.zip!/b.pdf"), tmp_path / "x", formats, measures, ingested))


def test_what_has_no_pages_or_no_print_is_refused(
    cited, empty: Engine, formats: Formats, measures: Measures
) -> None:  # type: ignore[no-untyped-def]
    found = cited("卫东区", 2023, GRANTED)
    page = replace(found, source=replace(found.source, media_type="text/html"))
    with pytest.raises(UsageError, match=r"text/html.* printed is “9” under “.*予以公开” and “总计”"):
        crop_of(page)
    save(empty, made(1, figures(granted=str(CellState.ABSENT))))
    with pytest.raises(UsageError, match="nothing is printed there"):
        crop_of(cite(empty, "第1县", 2023, GRANTED, formats, measures))


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 nothing", b"\x89PNG\r\n\x1a\n"])
def test_a_damaged_file_is_told_as_such(data: bytes) -> None:
    kind = "image/png" if data.startswith(b"\x89") else "application/pdf"
    with pytest.raises(UsageError, match="page 1 cannot be shown"):
        cropped(data, kind, 1, Box(0, 0, 9, 9), ())


def test_a_page_that_is_not_there_is_told(report_file: Path) -> None:
    for page in (0, 4):
        with pytest.raises(UsageError, match=f"page {page} cannot be shown"):
            cropped(report_file.read_bytes(), "application/pdf", page, Box(0, 0, 9, 9), ())


def test_a_figure_on_a_page_where_its_table_goes_on_is_shown_with_the_headings(cited, corpus: Path) -> None:  # type: ignore[no-untyped-def]
    """卫东区 prints the headings of 申请 on page 2 and 总计 53 on page 3, in columns of the same width."""
    found = cited("卫东区", 2023, "requests/decided_total/total")
    assert found.fact.page == 3
    first = min(f.box.top for f in found.table if f.page == 2 and f.box)
    image = Image.open(BytesIO(crop_of(found))).convert("L")
    data = next(corpus.rglob("卫东区*.pdf")).read_bytes()
    page = page_sheet(data, "application/pdf", 2)
    scale = page.dpi / 72
    # The strip at the top is the page above the first figures, pixel by pixel; the ink of 总计 stands in it.
    top, left = round((first - 112) * scale), round(found.fact.box.x0 * scale)
    bottom = round(first * scale)
    wanted = Image.fromarray(page.pixels).convert("L").crop((left - 40, top, left + 80, bottom))
    assert image.crop((left - 40, 0, left + 80, wanted.height)).tobytes() == wanted.tobytes()
    assert min(wanted.crop((20, wanted.height // 2, 100, wanted.height - 30)).tobytes()) < 100


def test_headings_alone_at_the_foot_of_a_page_are_shown_above_the_figures_of_the_next(cited, corpus: Path) -> None:  # type: ignore[no-untyped-def]
    """固始 prints the headings of 申请 down to 779 points of page 1, and all their figures on page 2."""
    found = cited("固始县", 2023, "requests/granted/natural_person")
    assert {f.page for f in found.table} == {2}
    image = Image.open(BytesIO(crop_of(found))).convert("L")
    page = page_sheet(next(corpus.rglob("www.gushi.gov.cn/*.pdf")).read_bytes(), "application/pdf", 1)
    scale = page.dpi / 72
    # 自然人 stands at 743 to 766 points, over the column of the figure
    left, top, bottom = (round(points * scale) for points in (261, 743.3, 765.6))
    wanted = Image.fromarray(page.pixels).convert("L").crop((left, top, left + 60, bottom))
    shown = top - round((779.7 - 112) * scale)
    assert image.crop((left, shown, left + 60, shown + wanted.height)).tobytes() == wanted.tobytes()
    assert min(wanted.tobytes()) < 100
    assert frame(crop_of(found))[1] > shown + wanted.height
