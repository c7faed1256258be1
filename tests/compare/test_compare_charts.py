"""Charts: Chinese letters are drawn, the same values give the same bytes, and what is not drawn is said."""

import io
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from PIL import Image
from sqlalchemy import Engine

from gkingest.chart import fonts
from gkingest.chart.drawings import (
    Bar,
    Headline,
    Point,
    Series,
    State,
    draw_missing,
    draw_panels,
    draw_ranking,
    draw_series,
)
from gkingest.chart.paper import written
from gkingest.compare.comparison import Wanted, compare
from gkingest.compare.pictures import _Picture, chart, draw
from gkingest.errors import EngineError, UsageError
from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format
from gkingest.render import text_width, wrapped
from gkingest.store.ask.series import Selection, selection

from .conftest import figures, made, save

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Formats = tuple[Format, ...]
WORDS = Headline("公开率：予以公开占办结", "disclosure_rate · 2023", "%", ("没有数字：空白 1",))


@pytest.fixture
def font(monkeypatch: pytest.MonkeyPatch) -> str:
    """A font with Chinese; tests that draw are skipped without one, though never in CI."""
    pytest.importorskip("matplotlib")
    monkeypatch.delenv(fonts.ENVIRONMENT, raising=False)
    try:
        return fonts.families()[0]
    except EngineError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


@pytest.fixture
def every_letter(font: str) -> Iterator[None]:
    """Fails if a letter is drawn that the fonts lack."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.usefixtures("every_letter")
@pytest.mark.parametrize("kind", ["ranking", "series", "panels", "missing"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_is_drawn_as_svg_and_png(
    kind: str, language: str, printed: Engine, formats: Formats, measures: Measures
) -> None:
    found = compare(printed, "completeness", formats, measures, Wanted())
    png, notes = chart(found, kind, "png", language)  # type: ignore[arg-type]
    svg, _ = chart(found, kind, "svg", language)  # type: ignore[arg-type]
    picture = opened(png)
    assert picture.format == "PNG"
    assert picture.width > 900
    assert len(picture.convert("L").resize((80, 80)).getcolors(6400) or []) > 20  # something is on it
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    broken = {"en": "do not compare", "zh": "不可比"}[language]
    assert any(broken in note for note in notes) == (kind != "missing")


@pytest.mark.usefixtures("font")
@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_same_values_give_the_same_bytes_in_another_process(kind: str) -> None:
    code = (
        "import sys; from gkingest.chart.drawings import *; "
        f"w = Headline({WORDS.title!r}, {WORDS.subtitle!r}, '%', {WORDS.notes!r}); "
        "bars = [Bar('卫东区', 24.5, '24.5%', True), Bar('攸县', None, '空白')]; "
        f"sys.stdout.buffer.write(draw_ranking(w, bars, {kind!r}))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "0"}
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment).stdout
    bars = [Bar("卫东区", 24.5, "24.5%", True), Bar("攸县", None, "空白")]
    assert draw_ranking(WORDS, bars, kind) == other
    assert b"<dc:date>" not in other


@pytest.mark.usefixtures("every_letter")
def test_the_letters_of_a_chart_are_letters_and_no_boxes() -> None:
    """The same chart with other characters looks different; boxes would look the same."""
    one, other = (draw_ranking(Headline(t, ""), [Bar("局", 1.0, "1")], "png") for t in ("政府", "公开"))
    assert one != other


@pytest.mark.usefixtures("font")
def test_signs_of_other_languages_and_of_formulas_are_drawn_as_they_are() -> None:
    names = ["$\\frac{1}{2}$ 局", "<b>&", "_x_ 鶴山市雅瑤鎮", ""]
    svg = draw_ranking(Headline("$", "%"), [Bar(n, 1.0, "1") for n in names], "svg")
    ElementTree.fromstring(svg)


def strokes(data: bytes, colour: str) -> int:
    """How many line segments a chart joins in one colour."""
    joined = 0
    for path in ElementTree.fromstring(data).iter("{http://www.w3.org/2000/svg}path"):
        style = path.get("style", "")
        if f"stroke: {colour}" in style and "stroke-width: 1.6" in style and path.get("clip-path"):
            joined += 1
    return joined


@pytest.mark.usefixtures("font")
def test_a_line_breaks_between_editions_that_do_not_compare() -> None:
    points = [Point(y, 50.0 + y - 2020, "2019" if y < 2021 else "2021") for y in (2019, 2020, 2021, 2022)]
    line = [Series("攸县", tuple(points))]
    assert strokes(draw_series(WORDS, line, "svg", split=False), "#0969da") == 3
    assert strokes(draw_series(WORDS, line, "svg", split=True), "#0969da") == 2


@pytest.mark.usefixtures("font")
def test_a_line_breaks_at_a_year_without_a_number_and_at_one_without_a_report() -> None:
    blank = [Point(2019, 5.0), Point(2020, None, reason="blank"), Point(2021, 6.0)]
    gap = [Point(2019, 5.0), Point(2021, 6.0), Point(2022, 7.0)]
    assert strokes(draw_series(WORDS, [Series("甲", tuple(blank))], "svg", split=False), "#0969da") == 0
    assert strokes(draw_series(WORDS, [Series("甲", tuple(gap))], "svg", split=False), "#0969da") == 1


@pytest.mark.usefixtures("every_letter")
def test_a_comparable_series_runs_through_2021(printed: Engine, formats: Formats, measures: Measures) -> None:
    found = compare(printed, "disclosure_rate", formats, measures, Wanted(selection([], [], [], ["攸县"])))
    svg, notes = chart(found, "series", "svg", "en")
    assert strokes(svg, "#0969da") == 3
    assert not any("not joined, as the editions" in note for note in notes)


@pytest.mark.usefixtures("every_letter")
def test_every_state_of_the_map_has_its_colour_and_its_sign(
    empty: Engine, formats: Formats, measures: Measures
) -> None:
    words = ("blank", "dash", "absent", "unreadable")
    save(
        empty,
        *(made(n, figures(granted=w)) for n, w in enumerate(words, 1)),
        made(9, figures(granted="3"), year=2022),
    )
    found = compare(empty, "requests/granted/total", formats, measures, Wanted())
    svg, _ = chart(found, "missing", "svg", "en")
    fills = [p.get("style", "") for p in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}path")]
    from gkingest.compare.printed import looks

    for word in (*words, "number", "no_report"):
        assert any(f"fill: {looks('en')[word].colour}" in style for style in fills), word
    signs = [look.sign for look in looks("en").values() if look.sign]
    assert len(set(signs)) == len(signs)


@pytest.mark.usefixtures("every_letter")
@pytest.mark.parametrize(("kind", "drawn"), [("ranking", "40 of 45 reports"), ("series", "8 of 45 organs")])
def test_what_is_not_drawn_is_said_with_numbers(
    kind: str, drawn: str, empty: Engine, formats: Formats, measures: Measures
) -> None:
    save(empty, *(made(n, figures(new_received=str(n)), organ_key=f"{n}") for n in range(1, 46)))
    _, notes = chart(compare(empty, "requests", formats, measures, Wanted()), kind, "png", "en")
    assert any(drawn in note for note in notes)


def test_organs_of_one_name_are_told_apart_by_their_place(
    empty: Engine, formats: Formats, measures: Measures, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gkingest.compare import pictures

    gulou = {"organ": "鼓楼区人民政府", "province": "江苏省"}
    save(
        empty,
        made(1, figures(new_received="3"), **gulou, prefecture="南京市"),
        made(2, figures(new_received="2"), **gulou, prefecture="徐州市"),
        made(3, figures(new_received="1"), organ="玄武区人民政府"),
    )
    drawn: list[str] = []

    def note(words: object, bars: list[Bar], kind: str) -> bytes:
        drawn.extend(bar.label for bar in bars)
        return b""

    monkeypatch.setattr(pictures, "draw_ranking", note)
    chart(compare(empty, "requests", formats, measures, Wanted()), "ranking", "png", "zh")
    assert drawn == ["鼓楼区人民政府（江苏省南京市）", "鼓楼区人民政府（江苏省徐州市）", "玄武区人民政府"]


@pytest.mark.usefixtures("every_letter")
def test_a_map_of_cells_is_written_to_its_file(
    printed: Engine, formats: Formats, measures: Measures, tmp_path: Path
) -> None:
    out = tmp_path / "地图.png"
    told = draw(printed, "requests/*/total", formats, measures, Wanted(), out, "missing", "zh")
    assert told[0] == f"drawn: {out}"
    assert opened(out.read_bytes()).format == "PNG"


@pytest.mark.parametrize(
    ("language", "granted", "title"),
    [
        ("zh", "（一）予以公开", "收到和处理政府信息公开申请情况·总计"),
        ("en", "Granted in full", "requests/*/total"),
    ],
)
def test_a_map_of_cells_has_the_names_that_people_know(
    printed: Engine,
    formats: Formats,
    measures: Measures,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    language: Any,
    granted: str,
    title: str,
) -> None:
    from gkingest.compare import pictures

    drawn: list[Any] = []
    monkeypatch.setattr(pictures, "draw_missing", lambda *told: drawn.extend(told) or b"")
    draw(printed, "requests/*/total", formats, measures, Wanted(), tmp_path / "a.png", "missing", language)
    assert drawn[0].title == title
    assert granted in drawn[1] and len({*drawn[1]}) == len(drawn[1])


@pytest.mark.usefixtures("font")
def test_one_cell_maps_need_no_report_to_be_wide() -> None:
    data = draw_missing(WORDS, ["granted"], ["2023"], [["x"]], {"x": State("#ffffff", "?", "unreadable")}, "png")
    assert opened(data).width > 600


@pytest.mark.usefixtures("font")
@pytest.mark.parametrize("name", ["out.pdf", "out"])
def test_other_kinds_of_files_are_refused(
    name: str, printed: Engine, formats: Formats, measures: Measures, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="svg"):
        draw(printed, "requests", formats, measures, Wanted(), tmp_path / name, "", "en")


@pytest.mark.usefixtures("font")
def test_a_place_that_cannot_be_written_is_said(
    printed: Engine, formats: Formats, measures: Measures, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        draw(printed, "requests", formats, measures, Wanted(), tmp_path / "no" / "a.svg", "", "en")


def test_without_a_font_it_is_said_which_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = pytest.importorskip("matplotlib.font_manager")
    monkeypatch.setattr(manager.fontManager, "ttflist", [])
    monkeypatch.setattr(manager, "findSystemFonts", lambda: [])
    monkeypatch.delenv(fonts.ENVIRONMENT, raising=False)
    fonts._chosen.cache_clear()
    try:
        with pytest.raises(EngineError, match="fonts-noto-cjk"):
            fonts.families()
    finally:
        fonts._chosen.cache_clear()


def test_without_matplotlib_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    fonts._chosen.cache_clear()
    try:
        with pytest.raises(EngineError, match=r'pip install "gkingest\[charts\]"'):
            fonts.families()
    finally:
        fonts._chosen.cache_clear()


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("/no/such.ttf", "no such font file"),
        ("No Such Font", "no installed font is called so"),
        ("DejaVu Sans", "no Chinese characters"),
    ],
)
def test_a_font_that_will_not_do_is_refused(named: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.setenv(fonts.ENVIRONMENT, named)
    with pytest.raises(UsageError, match=told):
        fonts.families()


def test_a_file_that_is_no_font_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    (tmp_path / "a.ttf").write_bytes(b"nothing")
    monkeypatch.setenv(fonts.ENVIRONMENT, str(tmp_path / "a.ttf"))
    with pytest.raises(UsageError, match="no font that can be read"):
        fonts.families()


def test_a_font_may_be_named(font: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fonts.ENVIRONMENT, font)
    assert fonts.families()[0] == font


@pytest.mark.parametrize("columns", [10, 24, 60])
def test_notes_are_wrapped_without_loss(columns: int) -> None:
    text = "共 21 个机关，图中为 8 个；those with the most years, then the greatest 最近数值最大者"
    lines = wrapped(text, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(text_width(line) <= columns or " " not in line for line in lines)


def test_selection_is_shown_even_where_a_year_has_no_report(
    font: str, empty: Engine, formats: Formats, measures: Measures, call_years: Callable[..., list[str]]
) -> None:
    save(empty, made(1, figures(granted="3"), year=2021))
    found = compare(empty, "requests/granted/total", formats, measures, Wanted(Selection(years=(2020, 2021, 2022))))
    assert call_years(found) == ["2020", "2021", "2022"]


@pytest.fixture
def call_years(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """The columns that a map of what is missing is drawn with."""
    from gkingest.compare import pictures

    def columns(found: object) -> list[str]:
        seen: list[str] = []

        def note(words: object, rows: object, years: list[str], *rest: object) -> bytes:
            seen.extend(years)
            return b""

        monkeypatch.setattr(pictures, "draw_missing", note)
        chart(found, "missing", "png", "en")  # type: ignore[arg-type]
        return seen

    return columns


@pytest.mark.usefixtures("font")
def test_nothing_that_is_written_in_small_charts_lies_on_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Titles, years and reasons of four drawings side by side, with long names, eleven years and many gaps."""
    names = ("四川省广元市苍溪县市场监督管理局（知识产权局）", "贵州省黔东南苗族侗族自治州岑巩县", "攸县", "固始县")
    gaps = [
        tuple(Point(y, None if (y + n) % 3 else 5.0, "2021", reason="表格未印出该行") for y in range(2014, 2025))
        for n in range(len(names))
    ]
    lines = [Series(name, points) for name, points in zip(names, gaps, strict=True)]
    seen = []

    def look(figure: "Figure", kind: str) -> bytes:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        data, canvas = written(figure, kind), FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        for axes in figure.axes:
            texts = [axes.title, axes._left_title, *axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels()]  # type: ignore[attr-defined]
            seen.extend(
                text.get_window_extent(renderer) for text in texts if text.get_visible() and text.get_text()
            )
        return data

    monkeypatch.setattr("gkingest.chart.drawings.written", look)
    draw_panels(WORDS, lines, "png", True)
    assert len(seen) > 20
    for one, other in combinations(seen, 2):
        assert not (
            one.x0 < other.x1 - 1 and other.x0 < one.x1 - 1 and one.y0 < other.y1 - 1 and other.y0 < one.y1 - 1
        )


def test_two_organs_of_one_name_and_place_have_labels_of_their_own(
    empty: Engine, formats: Formats, measures: Measures
) -> None:
    """Two 统计局 whose division is known by its code alone, and two of which nothing is known."""
    for number, code in enumerate(("410403", "410404", None, None)):
        place = {"region_code": code, "region_name": code, "province": None, "prefecture": None}
        save(empty, made(number, figures(new_received="1"), organ="统计局", organ_key=f"统计局@{number}", **place))
    found = compare(empty, "requests", formats, measures, Wanted())
    labels = list(_Picture(found, "zh").labels().values())
    assert len(labels) == len(set(labels)) == 4
