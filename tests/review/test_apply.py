"""Decisions in a database: what they settle, what they break, and that nothing of what was read is lost."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from store.cases import rows

from gkingest.formats.spec import Format
from gkingest.model.decision import Decision, Ruling
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.report import CellState
from gkingest.model.summary import Applied
from gkingest.review.apply import apply_decisions
from gkingest.review.making import made, taken_back
from gkingest.review.queue import ranked
from gkingest.store.database import open_database
from gkingest.store.write.copies import link_copies

from .reports import BY_SERVICE, GRANTED, ONE, THREE, TWO, keep, says, seen, told

DOUBT = Finding("cell.doubt", "glyphs overlap", place=str(GRANTED), touches=(GRANTED,), page=2)


@pytest.fixture
def engine(tmp_path: Path, formats: tuple[Format, ...]) -> Iterator[Engine]:
    """A database in which the figure 9 of one report is read as 8, and another with no doubt."""
    opened = filled(str(tmp_path / "a.sqlite"), formats)
    yield opened
    opened.dispose()


def filled(place: str, formats: tuple[Format, ...]) -> Engine:
    opened = open_database(place, formats)
    keep(opened, ONE, told(formats[-1], {GRANTED: 8}, DOUBT))
    keep(opened, TWO, told(formats[-1], {}, year=2022))
    return opened


def figure(engine: Engine, key: FactKey = GRANTED, source: str = ONE) -> tuple[object, ...]:
    """State, value, flag, what was read, and by whom it is decided."""
    query = (
        "SELECT state, value, flagged, value_read, decided_by FROM fact WHERE report_id = :id "
        "AND table_key = :t AND row_key = :r AND column_key = :c"
    )
    (row,) = rows(engine, query, id=f"{source}-1", t=key.table, r=key.row, c=key.column)
    return (
        row[0],
        row[1] if row[1] is None else int(row[1]),
        row[2],
        row[3] if row[3] is None else int(row[3]),
        row[4],
    )


def codes(engine: Engine, source: str = ONE) -> list[tuple[str, str]]:
    """Code and place of every finding."""
    return sorted(rows(engine, "SELECT code, place FROM finding WHERE sha256 = :s", s=source))


def apply(engine: Engine, formats: Sequence[Format], *decisions: Decision) -> Applied:
    return apply_decisions(engine, decisions, formats)


def test_a_correction_settles_the_doubt_and_the_sums_that_it_mends(
    engine: Engine, formats: tuple[Format, ...]
) -> None:
    places = ("requests.decided total", "requests.row_total granted", str(GRANTED))
    assert [place for _, place in codes(engine)] == sorted(places, key=lambda p: (p != str(GRANTED), p))
    assert figure(engine) == ("reported", 8, 1, 8, None)
    done = apply(engine, formats, says(GRANTED, "9", reason="misread"))
    assert (done.decided, done.open, done.unplaced) == (1, 0, 0)
    assert figure(engine) == ("reported", 9, 0, 8, "王")
    assert codes(engine) == [("decision.set", str(GRANTED))]
    assert rows(engine, "SELECT verdict, misprinted FROM report WHERE sha256 = :s", s=ONE) == [("accepted", 0)]
    assert rows(engine, "SELECT status, message FROM documents WHERE sha256 = :s", s=ONE) == [("ok", "")]
    assert [int(n) for (n,) in rows(engine, "SELECT requests__granted__total FROM panel ORDER BY year")] == [9, 9]


def test_what_a_decision_breaks_is_said(engine: Engine, formats: tuple[Format, ...]) -> None:
    assert codes(engine, TWO) == []
    apply(engine, formats, says(GRANTED, "7", source=TWO))
    broken = [place for code, place in codes(engine, TWO) if code == "rule.broken"]
    assert broken == ["requests.decided total", "requests.row_total granted"]
    assert figure(engine, source=TWO) == ("reported", 7, 1, 9, "王")
    assert figure(engine, BY_SERVICE, TWO)[2] == 1  # nobody looked at the rest of the row


def test_a_confirmation_settles_the_reading_and_blames_the_page(
    engine: Engine, formats: tuple[Format, ...]
) -> None:
    apply(engine, formats, says(GRANTED, "8", verdict=Ruling.CONFIRM, value_read="8"))
    assert [code for code, _ in codes(engine)] == ["rule.broken", "rule.broken"]
    assert {row[0] for row in rows(engine, "SELECT verdict FROM finding WHERE sha256 = :s", s=ONE)} == {"printed"}
    assert figure(engine) == ("reported", 8, 1, 8, "王")


def test_people_who_differ_leave_what_was_read_and_a_finding(engine: Engine, formats: tuple[Format, ...]) -> None:
    two = (says(GRANTED, "9"), says(GRANTED, "7", by="李", at=2))
    assert apply(engine, formats, *two).open == 1
    assert figure(engine) == ("reported", 8, 1, 8, None)
    assert ("decision.conflict", str(GRANTED)) in codes(engine)
    apply(engine, formats, *two, says(GRANTED, "9", by="张", at=3))
    assert figure(engine) == ("reported", 9, 0, 8, "张; 王")
    standings = rows(engine, "SELECT person, standing FROM decisions ORDER BY decided_at")
    assert standings == [("王", "agrees"), ("李", "differs"), ("张", "stands")]


def test_a_state_is_no_number(engine: Engine, formats: tuple[Format, ...]) -> None:
    apply(engine, formats, says(GRANTED, "blank"))
    assert figure(engine) == ("blank", None, 0, 8, "王")
    missing = "SELECT requests__granted__total FROM panel_missing WHERE sha256 = :s"
    assert rows(engine, missing, s=ONE) == [("blank",)]


def test_whose_report_it_is_can_be_decided(engine: Engine, formats: tuple[Format, ...]) -> None:
    apply(
        engine, formats, says("organ", "卫东区教育局"), says("year", "2021"), says("region", "410402", source=TWO)
    )
    first, second = rows(engine, "SELECT organ, organ_key, region_code, year FROM report ORDER BY sha256")
    assert first == ("卫东区教育局", "教育局", "410403", 2021)
    assert second == ("平顶山市卫东区人民政府办公室", "人民政府办公室", "410402", 2022)
    apply(engine, formats, says("same_organ_as", f"{ONE}-1", source=TWO), says("organ", "湛河区水利局"))
    assert [key for (key, _) in rows(engine, "SELECT organ_key, region_code FROM report")] == ["水利局"] * 2


def test_what_is_no_report_is_in_no_view(engine: Engine, formats: tuple[Format, ...]) -> None:
    apply(engine, formats, says("is_report", "no"))
    assert rows(engine, "SELECT sha256, left_out FROM reports_all ORDER BY sha256")[0] == (ONE, "no_report")
    assert rows(engine, "SELECT status FROM location WHERE sha256 = :s", s=ONE) == [("not_a_report",)]
    assert [row[0] for row in rows(engine, "SELECT sha256 FROM panel")] == [TWO]
    apply(engine, formats)
    assert len(rows(engine, "SELECT sha256 FROM panel")) == 2


def test_changed_bytes_open_the_question_again(engine: Engine, formats: tuple[Format, ...]) -> None:
    about = {"organ": "平顶山市卫东区人民政府办公室", "year": 2023, "file": "1.pdf"}
    word = says(GRANTED, "9", **about)
    apply(engine, formats, word)
    keep(engine, THREE, told(formats[-1], {}), "1.pdf")  # other bytes at the same path
    assert apply(engine, formats, word).unplaced == 1
    assert ("decision.reopened", str(GRANTED)) in codes(engine, THREE)
    assert figure(engine, source=THREE) == ("reported", 9, 1, 9, None)
    apply(engine, formats, word, says(GRANTED, "9", source=THREE, at=2))
    assert codes(engine, THREE) == [] and figure(engine, source=THREE)[2] == 0


def test_reading_again_keeps_decisions_and_taking_back_restores_what_was_read(
    engine: Engine, formats: tuple[Format, ...]
) -> None:
    before = seen(engine)
    word = says(GRANTED, "9")
    apply(engine, formats, word)
    decided = seen(engine)
    keep(engine, ONE, told(formats[-1], {GRANTED: 8}, DOUBT))
    assert figure(engine)[4] is None
    apply(engine, formats, word)
    assert seen(engine) == decided
    apply(engine, formats, word, taken_back(word, by="王", at="2026-02-01"))
    after = seen(engine)
    assert [part for n, part in enumerate(after) if n != 5] == [part for n, part in enumerate(before) if n != 5]
    apply(engine, formats)
    assert seen(engine) == before


def test_only_the_reports_that_are_named_are_brought_up_to_date(
    engine: Engine, formats: tuple[Format, ...]
) -> None:
    both = [says(GRANTED, "9"), says(GRANTED, "10", source=TWO)]
    assert apply_decisions(engine, both, formats, only={f"{TWO}-1"}).changed == {f"{TWO}-1"}
    assert (figure(engine)[1], figure(engine, source=TWO)[1]) == (8, 10)
    assert apply(engine, formats, *both).changed == {f"{ONE}-1"}


def test_a_decision_has_with_it_what_was_read_and_where(engine: Engine, formats: tuple[Format, ...]) -> None:
    word = made(engine, f"{ONE}-1", str(GRANTED), by=" 王 ", formats=formats, value="１,０09", reason="misread")
    assert (word.value, word.value_read, word.printed, word.page, word.by) == ("1009", "8", "8", 2, "王")
    assert word.box == (1, 2, 3, 4) and word.file == "1.pdf" and word.year == 2023
    apply(engine, formats, word)
    again = made(engine, f"{ONE}-1", str(GRANTED), by="李", formats=formats)
    assert (again.verdict, again.value) == (Ruling.CONFIRM, "8")  # what was read, not what another decided


def test_postgresql_has_the_same(own_schema: str, formats: tuple[Format, ...]) -> None:
    engine = filled(own_schema, formats)
    before = seen(engine)
    word = says(GRANTED, "9")
    apply(engine, formats, word, says("organ", "卫东区教育局", source=TWO), says("is_report", "no", by="李"))
    assert figure(engine) == ("reported", 9, 0, 8, "王")
    assert rows(engine, "SELECT sha256, organ_key FROM panel") == [(TWO, "教育局")]
    assert ranked(engine, formats) == []
    apply(engine, formats, says(GRANTED, "9"), says(GRANTED, "7", by="李"))
    assert ranked(engine, formats)[0].subject == str(GRANTED)
    apply(engine, formats)
    assert seen(engine) == before
    engine.dispose()


SUBJECTS = (
    str(GRANTED),
    str(BY_SERVICE),
    "requests/decided_total/total",
    "organ",
    "year",
    "is_report",
    "same_organ_as",
)
VALUES = {
    "organ": ("卫东区教育局", "湛河区水利局"),
    "year": ("2021", "2022"),
    "is_report": ("yes", "no"),
    "same_organ_as": (f"{ONE}-1", f"{TWO}-1", f"{THREE}-1"),
}


@st.composite
def lines(draw: st.DrawFn) -> Decision:
    subject = draw(st.sampled_from(SUBJECTS))
    value = draw(st.sampled_from(VALUES.get(subject, ("8", "9", "blank"))))
    by, at = draw(st.sampled_from("王李张")), draw(st.integers(0, 3))
    return says(subject, value, by, at, draw(st.sampled_from((ONE, TWO, THREE))), year=2022, organ="卫东区教育局")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, formats: tuple[Format, ...]) -> Iterator[Engine]:
    opened = open_database(str(tmp_path_factory.mktemp("p") / "a.sqlite"), formats)
    suspect = Finding("organ.conflict", "two organs", found="教育局")
    keep(opened, ONE, told(formats[-1], {GRANTED: 8}, DOUBT))
    keep(opened, TWO, told(formats[-1], {BY_SERVICE: CellState.UNREADABLE}, suspect, year=2022))
    keep(opened, THREE, told(formats[-1], {FactKey("disputes", "review", "total"): 4}))
    link_copies(opened)
    yield opened
    opened.dispose()


@settings(max_examples=12)
@given(data=st.data())
def test_any_order_of_lines_and_files_any_number_of_times_gives_the_same(
    prepared: Engine, formats: tuple[Format, ...], data: st.DataObject
) -> None:
    every = data.draw(st.lists(lines(), min_size=1, max_size=6))
    every += [taken_back(d, by="王", at="9") for d in every if data.draw(st.integers(0, 4)) == 0]
    apply_decisions(prepared, [], formats)
    apply_decisions(prepared, every, formats)
    once = seen(prepared)
    apply_decisions(prepared, every, formats)
    assert seen(prepared) == once
    shuffled = data.draw(st.permutations(every))
    for part in range(0, len(shuffled), 2):  # as if files came one after the other
        apply_decisions(prepared, shuffled[: part + 2], formats)
    assert seen(prepared) == once
