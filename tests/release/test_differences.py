"""Two releases are compared figure by figure: what differs is named, with the reason, and nothing else."""

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import Call
from sqlalchemy import Engine

from gkingest.formats.indicators import shipped_measures
from gkingest.formats.spec import Format
from gkingest.model.decision import Decision, Ruling
from gkingest.model.report import Document
from gkingest.release.difference import Change, Difference, Reason, compare
from gkingest.release.run import release
from gkingest.release.shown import render_csv, render_difference
from gkingest.release.side import Report, Side, opened_folder
from gkingest.release.wanted import Wanted
from gkingest.render import text_width
from gkingest.review.apply import apply_decisions
from gkingest.store.database import open_database
from gkingest.store.write.copies import link_copies
from gkingest.store.write.save import save_document

GUSHI = "www.gushi.gov.cn/P020240118603311224455.pdf"
WEIDONG = "www.weidong.gov.cn/卫东区人民政府办公室2023年政府信息公开工作年度报告.pdf"
WANTED = Wanted("2026.1", allowed=frozenset({"author", "accuracy", "provisional"}))
NEW = "f" * 64  # bytes of the report that was issued again


def reissued(document: Document) -> Document:
    """The report of 卫东区人民政府办公室 issued again: its title says so, and two figures are others."""
    assert document.report is not None
    changed = {"requests/granted/total": "11", "requests/carried_out/total": "2"}
    facts = tuple(
        replace(f, value=Decimal(text), form_value=Decimal(text), raw=text)
        if (text := changed.get(str(f.key)))
        else f
        for f in document.report.facts
    )
    report = replace(document.report, facts=facts, title=f"{document.report.title}（更正）")
    assert document.source is not None
    return replace(document, path="corpus/again.pdf", source=replace(document.source, sha256=NEW), report=report)


@pytest.fixture(scope="module")
def two(
    shipped_database: Path, formats: tuple[Format, ...], tmp_path_factory: Any, ingested: Callable[[str], Document]
) -> Iterator[tuple[Path, Path, Path]]:
    """A release, one after three corrections and a report issued again, and the database of the second."""
    folder = tmp_path_factory.mktemp("two")
    place = folder / "gkingest.sqlite"
    engine = open_database(str(shutil.copy(shipped_database, place)), formats)
    measures = shipped_measures()
    release(engine, formats, measures, folder / "one", WANTED, (), formats=["csv"])
    decisions = [
        Decision(
            sha(engine, GUSHI), f"requests/{cell}", Ruling.SET, value, who, f"2026-12-01T00:00:0{n}.000000+00:00"
        )
        for n, (cell, value, who) in enumerate(
            (
                ("decided_total/natural_person", "36", "甲"),
                ("carried_out/total", "3", "甲"),
                ("new_received/research", "blank", "乙"),
            )
        )
    ]
    apply_decisions(engine, decisions, formats)
    save_document(engine, reissued(ingested(WEIDONG)))
    link_copies(engine)
    wanted = replace(WANTED, version="2026.2")
    release(engine, formats, measures, folder / "two", wanted, (), previous=folder / "one", formats=["csv"])
    engine.dispose()
    yield folder / "one", folder / "two", place


def sha(engine: Engine, path: str) -> str:
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT sha256 FROM location WHERE path = ?", (f"corpus/{path}",))
        return str(found.scalar_one())


def test_three_corrections_and_a_report_issued_again_are_named_and_nothing_else(
    two: tuple[Path, Path, Path],
) -> None:
    one, other, _ = two
    with opened_folder(one) as before, opened_folder(other) as after:
        found = compare(before, after)
    told = {(f.organ, f"{f.row}/{f.column}"): (f.reason, f.by, f.before, f.after) for f in found.figures}
    gushi, weidong = "固始县城乡建设发展局", "卫东区人民政府办公室"
    assert told == {
        (gushi, "carried_out/total"): (Reason.CORRECTED, "甲", "4", "3"),
        (gushi, "decided_total/natural_person"): (Reason.CORRECTED, "甲", "63", "36"),
        (gushi, "new_received/research"): (Reason.CORRECTED, "乙", "0", "blank"),
        (weidong, "carried_out/total"): (Reason.REISSUED, "", "0", "2"),
        (weidong, "granted/total"): (Reason.REISSUED, "", "9", "11"),
    }
    assert {f.change for f in found.figures} == {Change.CHANGED}
    (report,) = found.reports
    assert (report.change, report.reason, report.figures) == (Change.CHANGED, Reason.REISSUED, 2)
    assert report.after_path == "corpus/again.pdf"


def test_the_release_itself_tells_what_changed(two: tuple[Path, Path, Path]) -> None:
    one, other, _ = two
    with (other / "changes.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert sorted((row["reason"], row["row_key"], row["before"], row["after"]) for row in rows) == [
        ("corrected", "carried_out", "4", "3"),
        ("corrected", "decided_total", "63", "36"),
        ("corrected", "new_received", "0", "blank"),
        ("reissued", "carried_out", "0", "2"),
        ("reissued", "granted", "9", "11"),
    ]
    about = json.loads((other / "release.json").read_text(encoding="utf-8"))
    assert about["previous"]["version"] == "2026.1"
    assert "5 figures changed, 0 added, 0 gone" in (other / "README.md").read_text(encoding="utf-8")
    assert not (one / "changes.csv").exists()


def test_indicators_that_an_author_must_look_at_are_summed_by_year(two: tuple[Path, Path, Path]) -> None:
    """Two organs of 2023 changed; 卫东区 granted 11 of 53 in place of 9."""
    one, other, _ = two
    with opened_folder(one) as before, opened_folder(other) as after:
        sums = {(s.indicator, s.year): s for s in compare(before, after).sums}
    granted = sums["disclosure_rate_full", "2023"]
    assert (granted.changed, granted.added, granted.gone) == (1, 0, 0)
    assert granted.before == granted.after
    assert {year for (_, year), s in sums.items() if s.differs} == {"2023"}
    assert not sums["requests", "2023"].differs


def test_a_release_is_as_the_database_it_was_made_of(two: tuple[Path, Path, Path], call: Call) -> None:
    one, other, place = two
    assert call("diff", other, place, "--exit-code").code == 0
    assert "no report and no figure differs" in call("diff", other, place).out
    differs = call("diff", one, place, "--exit-code")
    assert differs.code == 1
    assert "corrected, 甲" in differs.out and "reissued" in differs.out
    assert call("diff", one, place).code == 0


def test_a_difference_is_told_to_people_and_programs(two: tuple[Path, Path, Path], call: Call) -> None:
    one, other, _ = two
    rows = list(csv.DictReader(io.StringIO(call("diff", one, other, "--csv").out)))
    tree = json.loads(call("diff", one, other, "--json").out)
    assert len(rows) == len(tree["figures"]) == 5
    assert tree["counts"] == {"added": 0, "gone": 0, "changed": 5}
    assert tree["before"]["version"] == "2026.1"
    shown = call("--lang", "zh", "diff", one, other).out
    assert "人工更正" in shown and "机关重新发布" in shown
    assert max(map(text_width, shown.splitlines())) <= 80


def side(reports: Sequence[Report] = (), gone: Sequence[str] = (), **more: Any) -> Side:
    """A side with one figure a report: its cell says what the report's title says."""
    known = {r.sha256: r.sha256 in gone for r in reports} | more.pop("known", {})
    told = more.pop("says", {})

    def table(name: str, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
        for report in reports if name == "facts" else ():
            yield (report.id, "requests", "granted", "total", "reported", told.get(report.id, "1"), "1", "")

    filled = {"name": "x", "version": "", "software": "1", "readings": {}, "decided": {}} | more
    return Side(reports={r.id: r for r in reports}, known=known, table=table, **filled)


def report(sha256: str, organ: str = "某局", year: str = "2023") -> Report:
    return Report(f"{sha256}-1", sha256, organ, (organ, "410403"), "410403", "河南省", year, f"{sha256}.pdf")


def reasons(before: Side, after: Side) -> dict[str, tuple[Change, Reason]]:
    found: Difference = compare(before, after)
    return {f.before_report or f.after_report: (f.change, f.reason) for f in found.figures}


def test_why_a_report_came_or_went() -> None:
    here, nothing = side([report("a")]), side()
    assert reasons(nothing, here) == {"a-1": (Change.ADDED, Reason.NEW_REPORT)}
    assert reasons(side(known={"a": False}), here) == {"a-1": (Change.ADDED, Reason.NOW_CERTAIN)}
    assert reasons(here, nothing) == {"a-1": (Change.GONE, Reason.NOT_GIVEN)}
    assert reasons(here, side(known={"a": False})) == {"a-1": (Change.GONE, Reason.LEFT_OUT)}
    assert reasons(here, side(known={"a": True})) == {"a-1": (Change.GONE, Reason.FILE_GONE)}


def test_why_another_report_counts() -> None:
    """One that was there before, or that was not."""
    old, new = side([report("a")], known={"b": False}), side([report("b")], says={"b-1": "2"}, known={"a": False})
    assert reasons(old, new) == {"a-1": (Change.CHANGED, Reason.OTHER_REPORT)}
    assert reasons(side([report("a")]), new) == {"a-1": (Change.CHANGED, Reason.REISSUED)}


def test_why_the_same_report_says_something_else() -> None:
    was, now = side([report("a")]), side([report("a")], says={"a-1": "2"})
    assert reasons(was, now) == {"a-1": (Change.CHANGED, Reason.UNEXPLAINED)}
    assert reasons(was, replace(now, readings={"a": "other code"})) == {"a-1": (Change.CHANGED, Reason.REREAD)}
    assert reasons(was, replace(now, software="2")) == {"a-1": (Change.CHANGED, Reason.REREAD)}
    decided = {"a-1": {"requests/granted/total": ("d1", "甲")}}
    assert reasons(was, replace(now, decided=decided)) == {"a-1": (Change.CHANGED, Reason.CORRECTED)}
    assert reasons(replace(was, decided=decided), now) == {"a-1": (Change.CHANGED, Reason.CORRECTED)}
    # Decided alike on both sides: it is something else that differs.
    both = (replace(was, decided=decided), replace(now, decided=decided))
    assert reasons(*both) == {"a-1": (Change.CHANGED, Reason.UNEXPLAINED)}


def test_a_report_whose_year_was_corrected_is_the_same_report() -> None:
    was, now = side([report("a", year="2022")]), side([report("a")])
    now = replace(now, decided={"a-1": {"year": ("d2", "乙")}})
    found = compare(was, now)
    (change,) = found.reports
    assert (change.change, change.reason, change.told) == (Change.CHANGED, Reason.CORRECTED, "year: 2022 → 2023")
    assert not found.figures


def test_reports_in_any_order_find_their_like() -> None:
    some = [report(c, organ=f"{c}局") for c in "abcdef"]
    assert not compare(side(some), side(some[::-1]))
    found = compare(side(some), side([*some[3:], report("z", organ="z局"), *some[:3]]))
    assert [(r.change, r.after_report) for r in found.reports] == [(Change.ADDED, "z-1")]


def test_many_differences_are_cut_on_the_terminal_and_whole_in_csv() -> None:
    some = [report(f"{n:03}", organ=f"{n}局") for n in range(60)]
    found = compare(side(some), side(some, says={r.id: "2" for r in some}))
    lines = list(render_difference(found, {}))
    assert sum("1 → 2" in line for line in lines) == 40
    assert any("20 more" in line for line in lines)
    assert len(render_csv(found).splitlines()) == 61
