"""Double coding: the same draw everywhere, sheets that show nothing of what was read, and what people agree on."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gkingest.errors import UsageError
from gkingest.formats.spec import Format
from gkingest.quality.agreement import agreement
from gkingest.quality.evaluate import evaluate
from gkingest.quality.truth import TrueCell, write_truth
from gkingest.review.apply import apply_decisions
from gkingest.review.coding import Drawn, read_sheet, sample, write_sheets
from gkingest.review.workbook import read_table, table_of
from gkingest.store.ask.series import Selection
from gkingest.store.database import open_database

from .reports import GRANTED, ONE, THREE, TWO, keep, says, told

REPORTS = ((ONE, 2023), (TWO, 2022), (THREE, 2021))


@pytest.fixture
def engine(tmp_path: Path, formats: tuple[Format, ...]) -> Iterator[Engine]:
    opened = open_database(str(tmp_path / "a.sqlite"), formats)
    for sha256, year in REPORTS:
        keep(opened, sha256, told(formats[-1], {GRANTED: 7777} if sha256 == ONE else {}, year=year))
    yield opened
    opened.dispose()


def draw(engine: Engine, formats: tuple[Format, ...], seed: str = "1", number: int = 30) -> list[Drawn]:
    return sample(engine, formats, number, ["year", "table"], seed, Selection())


def test_a_seed_draws_the_same_from_any_database(
    engine: Engine, formats: tuple[Format, ...], tmp_path: Path
) -> None:
    again = open_database(str(tmp_path / "b.sqlite"), formats)
    for sha256, year in reversed(REPORTS):
        keep(again, sha256, told(formats[-1], {}, year=year))
    first = [(d.report.who.report_id, d.key) for d in draw(engine, formats)]
    assert first == [(d.report.who.report_id, d.key) for d in draw(again, formats)]
    assert first != [(d.report.who.report_id, d.key) for d in draw(engine, formats, "2")]
    again.dispose()


def test_every_stratum_gives_its_share(engine: Engine, formats: tuple[Format, ...]) -> None:
    drawn = draw(engine, formats)
    by_table = Counter(d.key.table for d in drawn)
    assert len(drawn) == 30 and len({d.stratum for d in drawn}) == 9
    assert by_table["requests"] > by_table["disputes"] >= 3 and by_table["proactive"] >= 3
    assert {d.cells for d in drawn if d.stratum == "2023 · disputes"} == {15}
    with pytest.raises(UsageError, match="no such stratum"):
        sample(engine, formats, 5, ["size"], "1", Selection())


@pytest.mark.parametrize("workbook", [False, True])
def test_a_sheet_is_blind_and_is_read_as_it_was_filled(
    engine: Engine, formats: tuple[Format, ...], tmp_path: Path, workbook: bool
) -> None:
    drawn = draw(engine, formats, number=600)
    (path,) = write_sheets(tmp_path / "s", drawn, ["王"], formats, workbook=workbook)
    head, *lines = read_table(path)
    assert not any("7777" in cell for line in lines for cell in line)
    column = head.index("value")
    for line, given in zip(lines[:3], ("1,234", "无", "blank"), strict=True):
        line[column] = given
    path.write_bytes(table_of(path, head, lines))
    sheet = read_sheet(path)
    assert [code.value for code in sheet.cells] == ["1234", "dash", "blank"]
    assert sheet.coder == "王" and sheet.empty == len(drawn) - 3
    with pytest.raises(UsageError, match="is there already"):
        write_sheets(tmp_path / "s", drawn, ["王"], formats, workbook=workbook)


def test_what_people_agree_on_measures_the_reading_whatever_was_decided(
    engine: Engine, formats: tuple[Format, ...], tmp_path: Path
) -> None:
    wrong = {f"{ONE}-1": {GRANTED: TrueCell(told(formats[-1], {}).facts[0].state, says(GRANTED, "9").number)}}
    write_truth(tmp_path / "truth", wrong)
    before = evaluate(engine, tmp_path / "truth")
    assert before.total.counts["wrong"] == 1 and before.by("year").keys() == {"2023"}
    assert before.by("level").keys() == {"department"}
    apply_decisions(engine, [says(GRANTED, "9")], formats)
    assert evaluate(engine, tmp_path / "truth").total.counts == before.total.counts


def test_a_third_settles_what_two_dispute(engine: Engine, formats: tuple[Format, ...], tmp_path: Path) -> None:
    drawn = draw(engine, formats, number=9)
    paths = write_sheets(tmp_path, drawn, ["a", "b", "c"], formats, workbook=False)
    for path, odd in zip(paths, ("1", "2", "2"), strict=True):
        head, *lines = read_table(path)
        column = head.index("value")
        for n, line in enumerate(lines):
            line[column] = odd if n == 4 else "0"
        path.write_bytes(table_of(path, head, lines))
    first, second, third = map(read_sheet, paths)
    two = agreement([first, second])
    assert (two.cells, two.same, len(two.disputed), len(two.truth)) == (9, 8, 1, 8)
    settled = agreement([first, second], third)
    assert settled.disputed == () and sorted(code.value for code in settled.truth.values())[-1] == "2"
