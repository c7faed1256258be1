"""The expectation of a report, and the arithmetic that tells which rules its print breaks."""

from __future__ import annotations

from decimal import Decimal

from figures import Figures
from form import APPLICANTS, OUTCOMES, PROCEEDINGS, request_rows, slots

OUTER = {"new_received", "carried_in", "decided_total", "carried_out"}


def lines(path: str, organ: str, year: int, figures: Figures) -> list[str]:
    """Return the lines of the expectation file."""
    out = [f"# document\t{path}", f"# organ\t{organ}", f"# year\t{year}", f"# format\t{figures.form}"]
    out += [f"# broken\t{rule}\t{key}" for rule, key in broken(figures)]
    for key in slots(figures.form):
        got = figures.reading(key)
        out.append("\t".join([key, got.state, got.value, got.unit, got.raw]))
    return out


def broken(figures: Figures) -> list[tuple[str, str]]:
    """Return every broken instance of the rules, in the form's order."""
    found: list[tuple[str, str]] = []
    outcomes = [r for r in request_rows(figures.form) if r not in OUTER]
    for column in APPLICANTS:

        def at(row: str, column: str = column) -> Decimal | None:
            return figures.amount(f"requests/{row}/{column}")

        left = [at("new_received"), at("carried_in")]
        right = [at("decided_total"), at("carried_out")]
        if _unequal(left, right):
            found.append(("requests.balance", column))
        if _exceeds_or_differs(at("decided_total"), [at(r) for r in outcomes]):
            found.append(("requests.decided", column))
    for row in request_rows(figures.form):
        parts = [figures.amount(f"requests/{row}/{c}") for c in list(APPLICANTS)[:-1]]
        if _exceeds_or_differs(figures.amount(f"requests/{row}/total"), parts):
            found.append(("requests.row_total", row))
    for row in PROCEEDINGS:
        parts = [figures.amount(f"disputes/{row}/{c}") for c in list(OUTCOMES)[:-1]]
        if _exceeds_or_differs(figures.amount(f"disputes/{row}/total"), parts):
            found.append(("disputes.row_total", row))
    return found


def _exceeds_or_differs(total: Decimal | None, parts: list[Decimal | None]) -> bool:
    """With all parts known they must equal the total; with some unknown they must not exceed it."""
    if total is None:
        return False
    known = sum((p for p in parts if p is not None), Decimal(0))
    return known != total if None not in parts else known > total


def _unequal(left: list[Decimal | None], right: list[Decimal | None]) -> bool:
    """A balance can be judged when one side is whole: the other side's known part may not exceed it."""
    sums = [sum((p for p in side if p is not None), Decimal(0)) for side in (left, right)]
    whole = [None not in side for side in (left, right)]
    if all(whole):
        return sums[0] != sums[1]
    if whole[0]:
        return sums[1] > sums[0]
    return whole[1] and sums[0] > sums[1]
