"""Saving a document: all of it or nothing, as often and in whatever order one likes."""

import itertools
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import IntegrityError

from gkingest.errors import DatabaseError, DocumentError, ExitCode
from gkingest.formats.spec import Format
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.method import Method
from gkingest.model.paper import Source
from gkingest.model.provenance import Provenance
from gkingest.model.report import CellState, Document, Status
from gkingest.store.ask.browse import grid_of
from gkingest.store.ask.known import known_at
from gkingest.store.tables.figures import slot_number
from gkingest.store.views.panel import panel_slots
from gkingest.store.write import figures
from gkingest.store.write.save import save_document, save_place, save_run, save_run_end

from .cases import BOX, FEES, NEW, ONE, SECRET, TWO, about, counts, document, dump, fact, report, rows


def test_raw_grids_can_be_left_out_and_are_still_named(engine: Engine) -> None:
    save_document(engine, document(), grids=False)
    assert rows(engine, "SELECT method, row_count, content FROM grid") == [("ruled", 2, None)]


def test_no_two_slots_of_the_shipped_forms_have_one_number(formats: tuple[Format, ...]) -> None:
    keys = {slot.fact_key for slot in panel_slots(formats)}
    assert len({slot_number(k.table, k.row, k.column) for k in keys}) == len(keys) > 200


def test_a_slot_whose_number_another_has_is_refused_and_never_takes_its_place(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "slot_number", lambda *keys: 7)
    save_document(engine, document("a.pdf", ONE, fact(NEW, "3")))
    with pytest.raises(DocumentError):
        save_document(engine, document("b.pdf", TWO, fact(SECRET, "5")))
    assert rows(engine, "SELECT row_key, value FROM fact") == [(NEW.row, 3)]


def test_a_document_becomes_rows_of_every_table(engine: Engine) -> None:
    doubt = Finding("cell.doubt", "看不清", page=2, touches=(("requests", "*", "total"),), hint="look again")
    save_document(engine, document("a.pdf", ONE, fact(), findings=(doubt,)))
    assert counts(engine) == {
        "source": 1,
        "location": 1,
        "report": 1,
        "fact": 1,
        "finding": 1,
        "section": 1,
        "grid": 1,
    }
    assert rows(engine, "SELECT id, ordinal, organ, year, format, verdict FROM report") == [
        (f"{ONE}-1", 1, "某县人民政府办公室", 2023, "2021", "needs_review")
    ]
    assert rows(engine, "SELECT ordinal, code, severity, page, hint, touches FROM finding") == [
        (1, "cell.doubt", "warning", 2, "look again", '[["requests","*","total"]]')
    ]


@pytest.mark.parametrize("state", [s for s in CellState if s is not CellState.REPORTED])
def test_a_cell_without_a_number_keeps_its_state_and_its_ink(engine: Engine, state: CellState) -> None:
    save_document(engine, document("a.pdf", ONE, fact(NEW, None, state=state, raw="—", page=3, box=BOX)))
    seen = rows(engine, "SELECT state, value, form_value, raw_text, page, x0, top, x1, bottom FROM fact")
    assert seen == [(state.value, None, None, "—", 3, 10.5, 20.2, 30.0, 40.8)]


def test_a_reported_fact_keeps_printed_and_prescribed_unit_apart(engine: Engine) -> None:
    method = Method.parse("ruled/exact")
    amount = fact(FEES, "251000", unit="元", form_value=Decimal("25.1"), method=method, confidence=0.9)
    save_document(engine, document("a.pdf", ONE, replace(amount, row_label="收费", column_label="金额")))
    query = "SELECT value, unit, form_value, method, confidence, row_label, column_label FROM fact"
    assert rows(engine, query) == [(251000, "元", 25.1, "ruled/exact", 0.9, "收费", "金额")]


def test_raw_grids_keep_text_boxes_spans_and_doubts(engine: Engine) -> None:
    save_document(engine, document())
    assert rows(engine, "SELECT page, method, row_count, column_count FROM grid") == [(1, "ruled", 2, 2)]
    ((content,),) = rows(engine, "SELECT content FROM grid")
    kept = grid_of(content)
    first, second = kept["cells"]
    assert (first["text"], first["row_span"], second["doubt"]) == ("总\n计", 2, "glyphs overlap")
    assert (second["box"], second["ink"]) == ([30.0, 20.0, 60.1, 40.0], [10.5, 20.2, 30.0, 40.8])
    assert kept["column_edges"] == [10.5, 30.0, 60.1]
    assert kept["loose"] == [{"text": "旁注", "box": [10.5, 20.2, 30.0, 40.8]}]


def test_saving_again_changes_nothing(engine: Engine) -> None:
    save_document(engine, document())
    before = dump(engine)
    save_document(engine, document())
    assert dump(engine) == before


def test_any_order_gives_the_same_rows(engine: Engine) -> None:
    given = [document("b.pdf", ONE), document("a.pdf", ONE), document("c.pdf", TWO, fact(NEW, "7"))]
    seen = []
    for order in itertools.permutations(given):
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM source"))
        for one in order:
            save_document(engine, one)
        seen.append(dump(engine))
    assert all(one == seen[0] for one in seen)


def test_a_source_read_anew_replaces_its_rows(engine: Engine) -> None:
    save_document(engine, document("a.pdf", ONE, fact(NEW, "53"), fact(SECRET, "1")))
    save_document(engine, document("a.pdf", ONE, fact(NEW, "58")))
    assert rows(engine, "SELECT row_key, value FROM fact") == [("new_received", 58)]


def test_other_bytes_at_a_path_remove_the_source_that_no_path_holds(engine: Engine) -> None:
    save_document(engine, document("a.pdf", ONE))
    save_document(engine, document("a.pdf", TWO, fact(NEW, "7")))
    assert rows(engine, "SELECT sha256 FROM source") == [(TWO,)]
    assert rows(engine, "SELECT path, sha256, value FROM facts_long") == [("a.pdf", TWO, 7)]


def test_other_bytes_at_a_path_leave_the_source_that_another_path_holds(engine: Engine) -> None:
    save_document(engine, document("a.pdf", ONE))
    save_document(engine, document("b.pdf", ONE))
    save_document(engine, document("a.pdf", TWO, fact(NEW, "7")))
    expected = [("a.pdf", 7), ("b.pdf", 53)]
    assert rows(engine, "SELECT path, value FROM facts_long ORDER BY path") == expected


def test_two_paths_of_one_source_are_two_documents_and_one_report(engine: Engine) -> None:
    save_document(engine, document("z/copy.pdf", ONE))
    save_document(engine, document("a/first.pdf", ONE))
    assert rows(engine, "SELECT path, organ FROM documents ORDER BY path") == [
        ("a/first.pdf", "某县人民政府办公室"),
        ("z/copy.pdf", "某县人民政府办公室"),
    ]
    assert rows(engine, "SELECT path, value FROM facts_long") == [("a/first.pdf", 53)]
    assert rows(engine, "SELECT path FROM panel") == [("a/first.pdf",)]


def test_another_outcome_of_the_same_bytes_is_told_at_all_their_paths(engine: Engine) -> None:
    save_document(engine, document("a.pdf", ONE))
    save_document(engine, document("b.pdf", ONE, status=Status.NEEDS_REVIEW, message="row.absent: …"))
    told = rows(engine, "SELECT path, status, message FROM documents ORDER BY path")
    assert told == [(path, "needs_review", "row.absent: …") for path in ("a.pdf", "b.pdf")]


def test_a_file_that_fails_leaves_only_its_line(engine: Engine) -> None:
    save_document(engine, Document("gone.pdf", None, Status.CORRUPT, "", "zero bytes; download it again"))
    assert counts(engine) == {"location": 1}
    assert rows(engine, "SELECT * FROM documents") == [
        (
            "gone.pdf",
            None,
            "corrupt",
            "",
            None,
            None,
            None,
            None,
            "zero bytes; download it again",
            "zero bytes; download it again",
        )
    ]


def test_a_file_that_is_no_report_keeps_what_was_read_of_it(engine: Engine) -> None:
    guide = replace(document(), status=Status.NOT_A_REPORT, kind="guide", report=None)
    save_document(engine, guide)
    assert counts(engine) == {"source": 1, "location": 1, "section": 1, "grid": 1}


def test_a_report_that_can_no_longer_be_read_takes_its_facts_away(engine: Engine) -> None:
    save_document(engine, document())
    save_document(engine, Document("a.pdf", None, Status.FAILED, "", "the disk does not answer"))
    assert counts(engine) == {"location": 1}


def test_sections_of_the_report_are_saved_where_the_document_names_none(engine: Engine) -> None:
    whole = document()
    inner = replace(report(), sections=whole.sections)
    save_document(engine, replace(whole, report=inner, sections=()))
    assert rows(engine, "SELECT ordinal, number, heading, page FROM section") == [(1, 1, "一、总体情况", 1)]


def test_a_failure_in_the_middle_leaves_the_database_as_it_was(engine: Engine) -> None:
    save_document(engine, document())
    before = dump(engine)

    def fail(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("INSERT INTO grid"):
            raise RuntimeError("power cut")

    event.listen(engine, "before_cursor_execute", fail)
    for other in (document("a.pdf", TWO), document("a.pdf", ONE, fact(NEW, "9")), document("b.pdf", TWO)):
        with pytest.raises(RuntimeError, match="power cut"):
            save_document(engine, other)
        assert dump(engine) == before


def test_facts_that_contradict_the_schema_fail_the_document_and_leave_nothing(engine: Engine) -> None:
    twice = document("a.pdf", ONE, fact(NEW, "1"), fact(NEW, "2"))
    valueless = document("a.pdf", ONE, replace(fact(), value=None, form_value=None))
    for wrong in (twice, valueless):
        with pytest.raises(DocumentError, match="contradict the database's rules") as caught:
            save_document(engine, wrong)
        assert caught.value.status == Status.FAILED
    assert counts(engine) == {}


def test_a_database_that_refuses_is_an_error_of_the_run(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE grid"))
    with pytest.raises(DatabaseError, match=r"a\.pdf could not be saved: no such table: grid") as caught:
        save_document(engine, document())
    assert caught.value.exit_code == ExitCode.DATABASE
    assert rows(engine, "SELECT * FROM location") == []


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO report (id, sha256, ordinal, serial, organ, organ_kind, organ_key, region_evidence, format, "
        f"title, verdict) VALUES ('x', '{TWO}', 1, 9, '', '', '', '[]', '2021', '', 'accepted')",
        "INSERT INTO section VALUES (1, 'none', 1, 1, '', '', 1, NULL)",
        "UPDATE location SET sha256 = 'none'",
        "UPDATE location SET status = 'fine'",
        "UPDATE report SET verdict = 'fine'",
        "UPDATE figure SET state = 5",
        "UPDATE figure SET state = 1",
        "UPDATE figure SET value = NULL",
        "UPDATE figure SET flagged = 2",
        "UPDATE figure SET confidence = 1.5",
    ],
)
def test_the_schema_refuses_what_cannot_be(engine: Engine, statement: str) -> None:
    save_document(engine, document())
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(statement))


def test_all_rows_go_with_their_source(engine: Engine) -> None:
    save_document(engine, document("a.pdf", ONE, findings=(Finding("organ.unknown", "no organ"),)))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM source"))
    assert counts(engine) == {}


def test_names_and_ink_that_are_no_valid_text_are_saved_visibly(engine: Engine) -> None:
    broken = fact(NEW, None, state=CellState.UNREADABLE, raw="5\x003\udcff")
    save_document(engine, document("\udcb1\udcb1.pdf", ONE, broken))
    save_document(engine, document("\udcb1\udcb1.pdf", ONE, broken))
    assert rows(engine, "SELECT path, raw_text FROM facts_long") == [(r"\udcb1\udcb1.pdf", "5\ufffd3" + r"\udcff")]


def test_what_a_crawler_knows_of_a_path_stays_when_the_file_is_read_again(engine: Engine) -> None:
    save_document(engine, document())
    with engine.begin() as connection:
        connection.execute(text("UPDATE location SET url = 'https://x/1.pdf', http_status = 200"))
    save_document(engine, document())
    assert rows(engine, "SELECT url, http_status FROM location") == [("https://x/1.pdf", 200)]


def test_a_run_is_noted_with_its_beginning_and_its_end(engine: Engine) -> None:
    run = save_run(engine, about(jobs=4))
    assert rows(engine, "SELECT version, options, finished_at FROM run") == [("1.0", '{"jobs":4}', None)]
    save_run_end(engine, run, {"ok": 1})
    ((started, finished, noted),) = rows(engine, "SELECT started_at, finished_at, counts FROM run")
    assert started <= finished
    assert noted == '{"ok":1}'


def test_a_batch_learns_what_was_read_and_with_what(engine: Engine) -> None:
    old = save_run(engine, about(readers={"": "old"}))
    new = save_run(engine, about(readers={"": "new"}, passwords=True))
    save_document(engine, document("a.pdf", ONE), old)
    save_document(engine, document("b.pdf", TWO), new)
    save_document(engine, Document("c.pdf", None, Status.FAILED), new)
    known = known_at(engine, ["a.pdf", "b.pdf", "c.pdf", "d.pdf"])
    assert {p: (k.sha256, k.status, k.readers, k.passwords) for p, k in known.items()} == {
        "a.pdf": (ONE, Status.OK, {"": "old"}, False),
        "b.pdf": (TWO, Status.OK, {"": "new"}, True),
        "c.pdf": (None, Status.FAILED, {"": "new"}, True),
    }
    assert (known["a.pdf"].editions, known["a.pdf"].year) == (("2021",), 2023)


def test_of_several_paths_with_the_same_bytes_the_first_speaks_for_all(engine: Engine) -> None:
    told = Provenance(url="http://a.example.cn/", said=(("url", "http://a.example.cn/", "manifest"),))
    run = save_run(engine, about())
    first = replace(document("a.pdf", ONE, fact(value="7")), provenance=told)
    for order in (
        (first, document("b.pdf", ONE, fact(value="8"))),
        (document("b.pdf", ONE, fact(value="8")), first),
    ):
        for one in order:
            save_document(engine, one, run)
        assert rows(engine, "SELECT raw_text FROM fact") == [("7",)]
        assert rows(engine, "SELECT path, url FROM location ORDER BY path") == [
            ("a.pdf", "http://a.example.cn/"),
            ("b.pdf", None),
        ]


def test_a_further_path_of_known_bytes_takes_over_what_became_of_them(engine: Engine) -> None:
    run = save_run(engine, about())
    save_document(engine, document("a.pdf", ONE, fact()), run)
    save_place(engine, "new/a.pdf", Provenance(), "a.pdf", run)
    assert rows(engine, "SELECT path, sha256, status, gone FROM location ORDER BY path") == [
        ("a.pdf", ONE, "ok", 0),
        ("new/a.pdf", ONE, "ok", 0),
    ]


def test_a_large_report_is_saved_in_a_moment_of_statements(engine: Engine) -> None:
    many = [fact(FactKey("requests", f"row{n}", "total"), str(n)) for n in range(250)]
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda c, k, statement, *_: statements.append(statement))
    save_document(engine, document("a.pdf", ONE, *many))
    assert rows(engine, "SELECT count(*) FROM fact") == [(250,)]
    assert len(statements) < 25


def test_a_source_may_have_no_pages(engine: Engine) -> None:
    save_document(engine, Document("x.zip", Source(ONE, "application/zip", 0), Status.UNSUPPORTED))
    assert counts(engine) == {"source": 1, "location": 1}
