"""Cells between rules are those that pdfplumber's table finder gives, which is asked here and nowhere else."""

from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from gkingest.model.paper import Box, Ruling
from gkingest.tables.lattice import find_cells


@dataclass(frozen=True)
class Page:
    """As much of a page as the table finder looks at."""

    edges: list[dict[str, Any]]
    bbox: tuple[float, float, float, float] = (0, 0, 600, 800)


def by_pdfplumber(rules: list[Ruling]) -> list[list[Box]]:
    from pdfplumber.table import TableFinder, TableSettings

    settings = TableSettings(
        snap_tolerance=0.5, join_tolerance=0.5, edge_min_length=4.0, intersection_tolerance=1.0
    )
    edges = [
        {
            "object_type": "line",
            "orientation": "h" if r.horizontal else "v",
            **{"x0": r.x0, "x1": r.x1, "top": r.top, "bottom": r.bottom},
            **{"width": r.x1 - r.x0, "height": r.bottom - r.top},
        }
        for r in rules
    ]
    page: Any = Page(edges)
    return [[Box(*cell) for cell in table.cells] for table in TableFinder(page, settings).tables]


def test_a_wide_cell_over_two() -> None:
    across = [Ruling(10, y, 50, y) for y in (10, 20, 30)]
    down = [Ruling(10, 10, 10, 30), Ruling(50, 10, 50, 30), Ruling(30, 20, 30, 30)]
    assert find_cells([*across, *down]) == [[Box(10, 10, 50, 20), Box(10, 20, 30, 30), Box(30, 20, 50, 30)]]


@pytest.mark.parametrize("seed", range(60))
def test_cells_are_those_of_pdfplumber_to_the_last_digit(seed: int) -> None:
    chance = Random(seed)
    places = [[chance.uniform(0, 100) for _ in range(chance.randint(2, 6))] for _ in "xy"]
    rules = []
    for _ in range(chance.randint(4, 40)):
        across = chance.random() < 0.5
        along, at = places[not across], chance.choice(places[across]) + chance.choice([0, 0, 0.3, -0.4, 0.7])
        start, end = sorted(chance.choice(along) + chance.choice([0, 0, 1, -1, 0.5]) for _ in "ab")
        rules.append(Ruling(start, at, end, at) if across else Ruling(at, start, at, end))
    assert find_cells(rules) == by_pdfplumber(rules)
