"""``comparable`` joins what the crosswalk calls comparable, and nothing else, in either database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gkingest.formats.crosswalk import JOINED, joined, relation_of, shipped_crosswalk
from gkingest.formats.names import form_keys
from gkingest.formats.spec import Format
from gkingest.model.key import FactKey
from gkingest.model.report import CellState, Document
from gkingest.store.database import open_database
from gkingest.store.write.save import save_document

from .cases import NEW, ONE, TWO, document, fact, report, rows

OTHER = [FactKey("requests", f"other.{key}", "total") for key in ("correction_overdue", "fee_overdue", "misc")]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path, formats: tuple[Format, ...]) -> Iterator[Engine]:
    """The same view in either database."""
    place = str(tmp_path / "g.sqlite") if request.param == "sqlite" else request.getfixturevalue("own_schema")
    opened = open_database(place, formats)
    yield opened
    opened.dispose()


def full(edition: Format, value: str = "3") -> list[object]:
    """A fact for every slot of an edition."""
    return [fact(cell, value) for cell in form_keys(edition)]


def test_every_report_has_the_same_keys_and_each_once(
    database: Engine, gk2019: Format, gk2021: Format, formats: tuple[Format, ...]
) -> None:
    for path, sha256, form, year in (("a.pdf", ONE, gk2019, 2020), ("b.pdf", TWO, gk2021, 2021)):
        told = report(*full(form), format=form.edition, year=year, organ_key="人民政府", region_code="410403")
        save_document(database, document(path, sha256, report=told))
    query = "SELECT table_key, row_key, column_key FROM comparable WHERE year = {}"
    one, other = (sorted(rows(database, query.format(year))) for year in (2020, 2021))
    since = {gk2019.edition, gk2021.edition}
    expected = [f.key for f in joined(shipped_crosswalk(), formats) if since <= set(f.parts)]
    assert one == other == sorted(map(tuple, expected))
    assert len(set(one)) == len(one) == 3 + 22 * 7 + 7 + 15 + 5  # five that were one figure before 2019
    query = "SELECT format, value, relation FROM comparable WHERE row_key = 'other' AND table_key = 'requests' "
    assert rows(database, query + "AND column_key = 'total' ORDER BY year") == [
        ("2019", 3, "sum"),
        ("2021", 9, "sum"),
    ]


def test_no_figure_that_differs_is_ever_joined(formats: tuple[Format, ...]) -> None:
    parts = {
        (e, cell)
        for one in joined(shipped_crosswalk(), formats)
        for e, cells in one.parts.items()
        for cell in cells
    }
    for form in formats:
        for cell, link in relation_of(shipped_crosswalk(), form).items():
            assert ((form.edition, cell) in parts) == (link.relation in JOINED), cell


@pytest.mark.parametrize(
    "cell",
    [
        FactKey("proactive", "regulations", "issued"),
        FactKey("proactive", "regulations", "newly_made"),
        FactKey("proactive", "normative_documents", "in_force"),
        FactKey("proactive", "fees", "amount"),
        FactKey("proactive", "other_services", "decisions"),
        FactKey("fees_collected", "processing_fee", "amount"),
        FactKey("requests", "other.misc", "total"),
    ],
)
def test_these_are_not_in_the_view(database: Engine, cell: FactKey) -> None:
    for edition, sha256 in (("2019", ONE), ("2021", TWO)):
        told = report(fact(cell, "7"), fact(NEW, "1"), format=edition, organ_key="甲", year=int(edition))
        save_document(database, document(f"{edition}.pdf", sha256, report=told))
    known = rows(database, "SELECT row_key, column_key, value FROM comparable WHERE value IS NOT NULL")
    assert known == [("new_received", "total", 1)] * 2


def test_a_sum_needs_all_of_its_cells(database: Engine) -> None:
    query = "SELECT value, missing, flagged FROM comparable WHERE row_key = 'other' AND column_key = 'total'"
    save_document(database, document("a.pdf", ONE, *(fact(key, "2") for key in OTHER)))
    assert rows(database, query) == [(6, None, 0)]
    blank = fact(OTHER[1], None, state=CellState.BLANK)
    save_document(database, document("a.pdf", ONE, fact(OTHER[0], "2"), blank, fact(OTHER[2], "2")))
    assert rows(database, query) == [(None, "blank", 0)]


def test_a_series_of_one_organ_over_both_editions(database: Engine, ingested: Callable[[str], Document]) -> None:
    """攸县人民政府办公室: 其他处理 1 in 2020 (one row), and the printed rows of 2021 (three)."""
    folder = "www.hnyx.gov.cn/c26121/"
    for name in ("P020210128412233445566.pdf", "P020220126520011223344.pdf", "P020230130633557799112.pdf"):
        save_document(database, ingested(folder + name))
    query = "SELECT year, format, value FROM comparable WHERE row_key = '{}' AND column_key = 'total' ORDER BY year"
    assert rows(database, query.format("new_received")) == [
        (2020, "2019", 41),
        (2021, "2021", 52),
        (2022, "2021", 53),
    ]
    assert rows(database, query.format("granted")) == [(2020, "2019", 19), (2021, "2021", 23), (2022, "2021", 26)]
    assert rows(database, query.format("other")) == [(2020, "2019", 1), (2021, "2021", 1), (2022, "2021", 2)]


def test_one_organ_from_2009_on_shows_where_its_counting_changed(
    database: Engine, formats: tuple[Format, ...]
) -> None:
    """Reviews are one concept with a break before 2019, lawsuits one figure that became two, applicants are new."""
    years = {"fj-2009": 2012, "gb-2014": 2016, "2019": 2020, "2021": 2023}
    for number, (edition, year) in enumerate(years.items()):
        form = next(f for f in formats if f.edition == edition)
        told = report(*full(form), format=edition, year=year, organ_key="人民政府", region_code="350925")
        save_document(database, document(f"{edition}.pdf", f"{number}" * 64, report=told))
    query = "SELECT year, value, relation, series_break FROM comparable WHERE table_key = '{}' AND row_key = '{}' "
    ordered = query + "AND column_key = 'total' ORDER BY year"
    assert rows(database, ordered.format("disputes", "review")) == [
        (2012, 3, "break", 1),
        (2016, 3, "break", 1),
        (2020, 3, "same", 0),
        (2023, 3, "same", 0),
    ]
    assert rows(database, ordered.format("disputes", "litigation")) == [
        (2012, 3, "sum", 0),
        (2016, 3, "sum", 0),
        (2020, 6, "sum", 0),
        (2023, 6, "sum", 0),
    ]
    wide = "SELECT year, disputes__review__total, disputes__review__total__break, disputes__litigation__total "
    assert rows(database, f"{wide}, requests__new_received__total FROM comparable_wide ORDER BY year") == [
        (2012, 3, 1, 3, None),
        (2016, 3, 1, 3, 3),
        (2020, 3, 0, 6, 3),
        (2023, 3, 0, 6, 3),
    ]
    # What Fujian accepted is not what was received: its year has no row.
    assert [r[0] for r in rows(database, ordered.format("requests", "new_received"))] == [2016, 2020, 2023]
    shares = "SELECT year, value, reason, series_break FROM indicators WHERE indicator = '{}' ORDER BY year"
    assert rows(database, shares.format("share_natural_person"))[:2] == [
        (2012, None, "not_in_edition", 0),
        (2016, None, "not_in_edition", 0),
    ]
    assert rows(database, shares.format("requests")) == [
        (2012, None, "not_in_edition", 0),
        (2016, 3, None, 1),
        (2020, 3, None, 0),
        (2023, 3, None, 0),
    ]
