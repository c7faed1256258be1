"""What a person should look at: the useful first, what settles nothing last, with all that is needed to decide."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gkingest.formats.spec import Format
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.report import CellState
from gkingest.review.apply import apply_decisions
from gkingest.review.queue import Wanted, counts, queue, ranked
from gkingest.store.ask.series import Selection
from gkingest.store.database import open_database

from .reports import BY_SERVICE, GRANTED, ONE, THREE, TWO, keep, says, told

UNSURE = Finding("cell.doubt", "glyphs overlap", place=str(GRANTED), touches=(GRANTED,), page=2)
LITTLE = FactKey("proactive", "licensing", "decisions")


@pytest.fixture
def engine(tmp_path: Path, formats: tuple[Format, ...]) -> Iterator[Engine]:
    opened = open_database(str(tmp_path / "a.sqlite"), formats)
    keep(opened, ONE, told(formats[-1], {GRANTED: 8, LITTLE: CellState.UNREADABLE}, UNSURE, _unread(LITTLE)))
    keep(opened, TWO, told(formats[-1], {BY_SERVICE: 8}, year=2022))  # wrong in print
    keep(opened, THREE, told(formats[-1], {}, Finding("year.conflict", "2020 or 2021"), year=2021))
    yield opened
    opened.dispose()


def _unread(key: FactKey) -> Finding:
    return Finding("cell.unreadable", "'?': not a number", place=str(key), touches=(key,), page=2)


def test_what_much_hangs_on_comes_first_and_misprints_last(engine: Engine, formats: tuple[Format, ...]) -> None:
    places = ranked(engine, formats)
    assert [place.subject for place in places[:2]] == ["year", str(GRANTED)]
    useful = [place.subject for place in places if not place.is_misprint]
    assert useful == ["year", str(GRANTED), str(LITTLE)]
    assert str(BY_SERVICE) in [place.subject for place in places[3:]]
    assert counts(places)["year.conflict"] == 1


def test_a_place_has_all_that_is_needed_to_decide(engine: Engine, formats: tuple[Format, ...]) -> None:
    year, granted, *_ = queue(engine, formats, limit=2)
    assert year.says == "2021" and year.doubts == (("year.conflict", "2020 or 2021"),)
    assert granted.label == "（一）予以公开·总计" and granted.says == "8" and granted.page == 2
    assert {code for code, _ in granted.doubts} == {"cell.doubt", "rule.broken"}
    # As read, and what mends the sum of its column and of its row: both want the figure that is printed.
    assert [(c.value, c.why) for c in granted.candidates] == [("8", "read"), ("9", "requests.decided total")]
    assert granted.report.who.year == 2023 and granted.report.path == "1.pdf"


def test_filters_by_code_province_and_year(engine: Engine, formats: tuple[Format, ...]) -> None:
    assert {p.subject for p in ranked(engine, formats, Wanted(codes=("cell.*",)))} == {str(GRANTED), str(LITTLE)}
    of_2022 = ranked(engine, formats, Wanted(Selection(years=(2022,))))
    assert {p.report_id for p in of_2022} == {f"{TWO}-1"}
    assert ranked(engine, formats, Wanted(Selection(provinces=("湖北",)))) == []


def test_what_is_decided_leaves_the_queue_and_what_is_open_stays(
    engine: Engine, formats: tuple[Format, ...]
) -> None:
    apply_decisions(engine, [says(GRANTED, "9"), says("year", "2021", source=THREE)], formats)
    assert [p.subject for p in ranked(engine, formats) if not p.is_misprint] == [str(LITTLE)]
    apply_decisions(engine, [says(GRANTED, "9"), says(GRANTED, "7", by="李")], formats)
    found = [p for p in ranked(engine, formats) if p.subject == str(GRANTED)]
    assert "decision.conflict" in found[0].codes and not found[0].decided
