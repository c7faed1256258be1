"""Printed numbers come back with every digit, and SQL can calculate with them."""

import warnings
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.exc import SAWarning

from gkingest.store.tables.figures import FactRow
from gkingest.store.tables.types import loaded_number, stored_number
from gkingest.store.write.save import save_document

from .cases import NEW, ONE, document, fact, rows

printed = st.decimals(
    min_value=-(10**18) + 1, max_value=10**18 - 1, places=4, allow_nan=False, allow_infinity=False
) | st.integers(-(10**18), 10**18).map(Decimal)


@given(printed)
@example(Decimal("0"))
@example(Decimal("9116.36"))
@example(Decimal("12345678901234.5678"))
@example(Decimal("-99999999999999.9999"))
@example(Decimal("99999999999999999999"))
def test_every_printed_number_comes_back_exactly(engine: Engine, value: Decimal) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", SAWarning)
        save_document(engine, document("a.pdf", ONE, fact(NEW, str(value))))
        with engine.connect() as connection:
            assert connection.execute(select(FactRow.value, FactRow.form_value)).one() == (value, value)
    ((seen,),) = rows(engine, "SELECT value FROM facts_long")
    assert Decimal(str(seen)) == value


@given(printed)
def test_what_is_stored_is_what_is_loaded(value: Decimal) -> None:
    assert loaded_number(stored_number(value)) == value


@pytest.mark.parametrize(
    ("number", "kind", "stored"),
    [
        ("53", "integer", 53),
        ("53.00", "integer", 53),
        ("-3", "integer", -3),
        ("9116.36", "real", 9116.36),
        ("999999999999999999", "integer", 999999999999999999),
        ("13575394432.52", "real", 13575394432.52),
        ("12345678901234.5678", "text", "12345678901234.5678\u00a0"),
    ],
)
def test_sqlite_holds_numbers_as_numbers(engine: Engine, number: str, kind: str, stored: object) -> None:
    save_document(engine, document("a.pdf", ONE, fact(NEW, number)))
    assert rows(engine, "SELECT typeof(value), value FROM facts_long") == [(kind, stored)]
    ((total, twice),) = rows(engine, "SELECT sum(value), 2 * value FROM facts_long")
    assert total == pytest.approx(float(number))
    assert twice == pytest.approx(2 * float(number))
