"""Comparing and citing read the same from SQLite and PostgreSQL."""

from pathlib import Path

from sqlalchemy import Engine

from gkingest.formats.indicators import shipped_measures
from gkingest.formats.spec import Format
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.store.ask.citing import candidates, copies_of, doubts_of, facts_of, source_of
from gkingest.store.ask.series import Selection, available, observations, states
from gkingest.store.database import open_database
from gkingest.store.write.copies import link_copies
from gkingest.store.write.save import save_document

from .cases import NEW, ONE, SECRET, TWO, document, fact, report

Formats = tuple[Format, ...]
CHOICES = (
    Selection(),
    Selection(years=(2023,), provinces=("河南",), levels=("department",), organs=("县",)),
    Selection(organs=("100%", "410101")),
    Selection(levels=("county",)),
)


def everything(engine: Engine, formats: Formats) -> list[object]:
    """All that comparing and citing ask of a database."""
    measures = shipped_measures()
    wanted = [i for i in measures.indicators if i.key in ("requests", "denial_rate", "completeness")]
    found: list[object] = [
        observations(engine, i, formats, measures.crosswalk, choice) for i in wanted for choice in CHOICES
    ]
    found += [states(engine, [FactKey(*NEW), FactKey(*SECRET)], formats, choice) for choice in CHOICES]
    found += [available(engine), reports := candidates(engine)]
    for one in reports:
        found += [source_of(engine, one.report_id), facts_of(engine, one.report_id)]
        found += [doubts_of(engine, one.report_id), copies_of(engine, one.report_id)]
    return found


def fill(engine: Engine) -> None:
    place = {"region_code": "410101", "province": "河南省", "organ_kind": "department", "organ_key": "办公室"}
    doubt = Finding("cell.doubt", "smudged", touches=(("requests", "*", "total"),))
    big = fact(NEW, "13575394432.52")
    save_document(
        engine, document("a.pdf", ONE, report=report(big, fact(SECRET, None), findings=(doubt,), **place))
    )
    save_document(engine, document("b.pdf", TWO, report=report(fact(NEW, "0.10"), **place)))
    save_document(engine, document("c.pdf", "3" * 64, report=report(organ="100%局", year=None)))
    link_copies(engine)


def test_both_databases_say_the_same(engine: Engine, own_schema: str, formats: Formats, tmp_path: Path) -> None:
    other = open_database(own_schema, formats)
    try:
        for one in (engine, other):
            fill(one)
        assert everything(engine, formats) == everything(other, formats)
    finally:
        other.dispose()
