"""The recipes run as they are printed, in both databases, and say what a person reads in the sample reports."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from store.conftest import own_schema

from gkingest.formats.spec import Format
from gkingest.store.database import open_database
from gkingest.store.tables.schema import Base

RECIPES = (Path(__file__).parents[2] / "docs/recipes.md").read_text(encoding="utf-8")
RECEIVED = [(2020, 41, None), (2021, 52, 11), (2022, 53, 1), (2023, 59, 6)]  # 攸县, table 3, first row
SQL = re.findall(r"(?ms)^## (\d+)\. .*?^```sql\n(.*?)^```", RECIPES)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, shipped_database: Path, formats: tuple[Format, ...], tmp_path_factory: Any
) -> Iterator[Engine]:
    """The shipped corpus in either database."""
    place = Path(shutil.copy(shipped_database, tmp_path_factory.mktemp("recipes") / "gkingest.sqlite"))
    shipped = open_database(str(place), formats)
    if request.param == "sqlite":
        yield shipped
    else:
        other = open_database(request.getfixturevalue("module_schema"), formats)
        with shipped.connect() as source, other.begin() as target:
            for table in Base.metadata.sorted_tables:
                rows = [dict(row) for row in source.execute(table.select()).mappings()]
                if rows and table.name != "meta":
                    target.execute(table.insert(), rows)
        yield other
        other.dispose()
    shipped.dispose()


@pytest.fixture(scope="module")
def module_schema(postgres: str) -> Iterator[str]:
    yield from own_schema.__wrapped__(postgres)


def test_there_are_twenty() -> None:
    assert [int(number) for number, _ in SQL] == list(range(1, 21))


@pytest.fixture(scope="module")
def answers(database: Engine) -> dict[int, list[Any]]:
    """What each recipe gives."""
    with database.connect() as connection:
        return {int(n): connection.execute(text(query.replace(":", r"\:"))).all() for n, query in SQL}


@pytest.mark.parametrize("number", range(1, 21))
def test_every_recipe_finds_something_in_the_sample_reports(answers: dict[int, list[Any]], number: int) -> None:
    assert answers[number]


def test_the_answers_are_those_of_the_printed_reports(answers: dict[int, list[Any]]) -> None:
    """Read on the pages: see tests/expected."""
    assert dict(map(tuple, answers[1])) == {"ok": 26, "needs_review": 5, "not_a_report": 3}
    assert [r[1] for r in answers[2]] == ["needs_review"] * 5 + ["not_a_report"] * 3
    assert tuple(answers[3][0]) == ("攸县人民政府办公室", 2020, 2023, 4, 0)
    received = [(r[1], int(r[2]), None if r[3] is None else int(r[3])) for r in answers[7]]
    assert received == RECEIVED
    assert {(r[0], r[1]) for r in answers[14]} == {
        ("固始县城乡建设发展局", 2023),
        ("青岛市李沧区人民政府沧台路街道办事处", 2024),
        ("鹤庆县乡村道路局", 2020),
    }
    (ink,) = answers[16]
    assert (ink[2], ink[7]) == (2, "53")
