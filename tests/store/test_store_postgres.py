"""The same behaviour in PostgreSQL, on a real server."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import Engine, create_engine, make_url, select, text

from gkingest.errors import DatabaseError, DocumentError
from gkingest.formats.spec import Format
from gkingest.interpret.prose.search_words import phrase, segmented
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.report import CellState, Document, Section, Status
from gkingest.store.ask.known import known_at, known_bytes, present_paths, set_gone, status_counts
from gkingest.store.ask.search import index_sections, search_sections
from gkingest.store.database import open_database
from gkingest.store.tables.figures import FactRow
from gkingest.store.views.all_views import views
from gkingest.store.write.copies import link_copies
from gkingest.store.write.save import save_document, save_run, save_run_end, unfinished

from .cases import FEES, NEW, ONE, SECRET, TWO, about, counts, document, dump, fact, report, rows


@pytest.fixture
def url(postgres: str) -> Iterator[str]:
    """A schema of its own, so that nothing that is there is touched."""
    place = make_url(postgres).set(drivername="postgresql+psycopg")
    name = f"gkingest_test_{uuid.uuid4().hex[:12]}"
    server = create_engine(place)
    with server.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    yield place.update_query_dict({"options": f"-csearch_path={name}"}).render_as_string(hide_password=False)
    with server.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    server.dispose()


@pytest.fixture
def engine(url: str, formats: tuple[Format, ...]) -> Iterator[Engine]:
    """A PostgreSQL database with the views of the shipped formats."""
    opened = open_database(url, formats)
    yield opened
    opened.dispose()


def test_the_views_have_the_same_columns_and_their_comments(engine: Engine, formats: tuple[Format, ...]) -> None:
    for view in views(formats):
        with engine.connect() as connection:
            shown = list(connection.exec_driver_sql(f"SELECT * FROM {view.name}").keys())
        assert shown == [column.name for column in view.columns]
        query = f"""SELECT col_description('{view.name}'::regclass, attnum) FROM pg_attribute
            WHERE attrelid = '{view.name}'::regclass AND attnum > 0 ORDER BY attnum"""
        assert [comment for (comment,) in rows(engine, query)] == [c.comment.en for c in view.columns]


def test_tables_carry_their_comments(engine: Engine) -> None:
    assert rows(engine, "SELECT obj_description('finding'::regclass)") == [
        ("One doubt about a report: what was found, what was expected, what to do",)
    ]


def test_saving_again_and_two_paths(engine: Engine) -> None:
    doubt = Finding("rule.broken", "1 + 1 = 3", touches=(("requests", "*", "*"),))
    given = document("b.pdf", ONE, fact(NEW), fact(SECRET, None), findings=(doubt,))
    save_document(engine, given)
    before = dump(engine)
    save_document(engine, given)
    assert dump(engine) == before
    save_document(engine, document("a.pdf", ONE, fact(NEW), fact(SECRET, None), findings=(doubt,)))
    query = "SELECT path, row_key, state, value, flagged FROM facts_long ORDER BY row_key DESC"
    assert rows(engine, query) == [
        ("a.pdf", "new_received", "reported", Decimal(53), 1),
        ("a.pdf", "denied.state_secret", "blank", None, 1),
    ]
    pivoted = "SELECT path, n_flagged, requests__new_received__total, requests__denied_state_secret__total"
    assert rows(engine, f"{pivoted} FROM panel") == [("a.pdf", 2, 53, None)]
    assert rows(engine, "SELECT count(*) FROM documents") == [(2,)]


@pytest.mark.parametrize("number", ["0", "9116.36", "-3", "12345678901234.5678", "99999999999999999999.99"])
def test_numbers_are_exact(engine: Engine, number: str) -> None:
    save_document(engine, document("a.pdf", ONE, fact(FEES, number, unit="元")))
    with engine.connect() as connection:
        assert connection.execute(select(FactRow.value)).scalar_one() == Decimal(number)
    assert rows(engine, "SELECT value, proactive__fees__amount FROM facts_long, panel") == [
        (Decimal(number), Decimal(number))
    ]


def test_the_least_path_is_by_code_point(engine: Engine) -> None:
    for path in ("b.pdf", "a.pdf", "Z.pdf", "县.pdf"):
        save_document(engine, document(path, ONE))
    assert rows(engine, "SELECT path FROM facts_long") == [("Z.pdf",)]


def test_replaced_bytes_failing_documents_and_rollback(engine: Engine) -> None:
    save_document(engine, document("a.pdf", ONE))
    save_document(engine, document("a.pdf", TWO, fact(NEW, "7")))
    assert rows(engine, "SELECT sha256 FROM source") == [(TWO,)]
    before = dump(engine)
    with pytest.raises(DocumentError, match="contradict"):
        save_document(engine, document("a.pdf", ONE, fact(), fact()))
    assert dump(engine) == before
    save_document(engine, Document("a.pdf", None, Status.CORRUPT, "", "zero bytes"))
    assert counts(engine) == {"location": 1}


def test_ink_that_is_no_valid_text(engine: Engine) -> None:
    broken = fact(NEW, None, state=CellState.UNREADABLE, raw="5\x003\udcff")
    save_document(engine, document("\udcb1.pdf", ONE, broken))
    assert rows(engine, "SELECT path, raw_text FROM facts_long") == [(r"\udcb1.pdf", "5\ufffd3" + r"\udcff")]


def test_runs_and_what_they_read(engine: Engine) -> None:
    run = save_run(engine, about(jobs=4))
    save_document(engine, document(), run)
    assert unfinished(engine)
    save_run_end(engine, run, {"ok": 1})
    assert not unfinished(engine)
    assert set(known_at(engine, ["a.pdf", "b.pdf"])) == {"a.pdf"}
    assert set(known_bytes(engine, [ONE, TWO])) == {ONE}
    set_gone(engine, ["a.pdf"], gone=True)
    assert ([*present_paths(engine)], status_counts(engine)) == ([], ({"ok": 1}, 1))


def test_views_follow_the_formats_and_others_are_refused(url: str, engine: Engine, gk2019: Format) -> None:
    save_document(engine, document("a.pdf", ONE, fact(FactKey("requests", "other", "total"), "2")))
    other = open_database(url, [gk2019])
    assert rows(other, "SELECT requests__other__total FROM panel") == [(2,)]
    with other.begin() as connection:
        connection.execute(text("UPDATE meta SET value = '99' WHERE key = 'schema_version'"))
    with pytest.raises(DatabaseError, match="schema version 99"):
        open_database(url, [gk2019])
    other.dispose()


def test_copies_are_linked_and_the_narrative_is_searched_there_too(engine: Engine) -> None:
    for path, sha256 in (("a.pdf", ONE), ("b.pdf", TWO)):
        told = report(fact(NEW, "53"), organ_key="办公室", region_code="410403")
        section = Section(1, "一、总体情况", "申请内容以土地征收为主。", 1)
        save_document(engine, replace(document(path, sha256, report=told), sections=(section,)))
    assert link_copies(engine) == 1
    assert len(rows(engine, "SELECT id FROM reports_current")) == 1
    assert index_sections(engine, segmented) == 2
    assert [hit.path for hit in search_sections(engine, phrase("土地征收"), 10, "土地征收")] == ["a.pdf", "b.pdf"]
