"""The figures of one real report (卫东区, 2023) as data, and facts made of them."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from gkingest.model.key import FactKey
from gkingest.model.report import CellState, Fact

APPLICANTS = (
    "natural_person",
    "commercial",
    "research",
    "public_interest",
    "legal_service",
    "other_org",
    "total",
)
RESULTS = ("upheld", "corrected", "other", "pending", "total")

# All 53 requests of that year came from legal service institutions; rows not named here are all zeros.
_LEGAL_SERVICE = {
    "new_received": 53,
    "granted": 9,
    "partial": 4,
    "unavailable.not_held": 39,
    "unavailable.needs_creation": 1,
    "decided_total": 53,
}
_COMMON_ROWS = (
    "new_received",
    "carried_in",
    "granted",
    "partial",
    "denied.state_secret",
    "denied.prohibited_by_law",
    "denied.security_stability",
    "denied.third_party",
    "denied.internal",
    "denied.process",
    "denied.enforcement_files",
    "denied.inquiry",
    "unavailable.not_held",
    "unavailable.needs_creation",
    "unavailable.unclear",
    "rejected.petition",
    "rejected.repeated",
    "rejected.publication",
    "rejected.excessive",
    "rejected.confirmation",
)
ROWS = {
    "2021": (
        *_COMMON_ROWS,
        "other.correction_overdue",
        "other.fee_overdue",
        "other.misc",
        "decided_total",
        "carried_out",
    ),
    "2019": (*_COMMON_ROWS, "other", "decided_total", "carried_out"),
}
DISPUTES = ("review", "litigation_direct", "litigation_after_review")
PROACTIVE_2021 = {
    ("regulations", "issued"): 0,
    ("regulations", "repealed"): 0,
    ("regulations", "in_force"): 0,
    ("normative_documents", "issued"): 2,
    ("normative_documents", "repealed"): 0,
    ("normative_documents", "in_force"): 18,
    ("licensing", "decisions"): 0,
    ("penalties", "decisions"): 0,
    ("coercion", "decisions"): 0,
    ("fees", "amount"): 0,
}


def figures(edition: str = "2021") -> dict[FactKey, int]:
    """Every figure of the three tables; the proactive one as far as the edition has it."""
    cells = {
        FactKey("requests", row, column): _LEGAL_SERVICE.get(row, 0) if column in ("legal_service", "total") else 0
        for row in ROWS[edition]
        for column in APPLICANTS
    }
    cells |= {FactKey("disputes", row, column): 0 for row in DISPUTES for column in RESULTS}
    if edition == "2021":
        cells |= {FactKey("proactive", *place): value for place, value in PROACTIVE_2021.items()}
    return cells


def spread(edition: str = "2021") -> dict[FactKey, int]:
    """Made-up figures in which no cell is zero and every relation holds."""
    cells: dict[FactKey, int] = {}
    rows = ROWS[edition]
    outcomes = [r for r in rows if r not in ("new_received", "carried_in", "decided_total", "carried_out")]
    for n, column in enumerate(APPLICANTS[:-1], 1):
        for m, row in enumerate(outcomes, 1):
            cells[FactKey("requests", row, column)] = n + m
        decided = sum(n + m for m in range(1, len(outcomes) + 1))
        cells[FactKey("requests", "decided_total", column)] = decided
        cells[FactKey("requests", "carried_in", column)] = n
        cells[FactKey("requests", "carried_out", column)] = 2 * n
        cells[FactKey("requests", "new_received", column)] = decided + n
    for row in rows:
        parts = [cells[FactKey("requests", row, c)] for c in APPLICANTS[:-1]]
        cells[FactKey("requests", row, "total")] = sum(parts)
    for n, row in enumerate(DISPUTES, 1):
        for m, column in enumerate(RESULTS[:-1], 1):
            cells[FactKey("disputes", row, column)] = n * m
        cells[FactKey("disputes", row, "total")] = n * 10
    return cells


def facts_of(cells: Mapping[FactKey, int]) -> dict[FactKey, Fact]:
    """Facts that report these figures."""
    return {k: Fact(k, CellState.REPORTED, Decimal(v), raw=str(v), page=1) for k, v in cells.items()}


def with_value(facts: Mapping[FactKey, Fact], key: FactKey, value: int) -> dict[FactKey, Fact]:
    """The facts with one figure printed otherwise."""
    return {**facts, key: replace(facts[key], value=Decimal(value), raw=str(value))}


def with_state(facts: Mapping[FactKey, Fact], key: FactKey, state: CellState) -> dict[FactKey, Fact]:
    """The facts with one cell that says no number."""
    return {**facts, key: Fact(key, state, page=1)}


Line = tuple[str, str]  # rule, and the row or column that it holds along


def rules_touching(key: FactKey) -> set[Line]:
    """The relations that a cell takes part in, said by hand and not by the format files."""
    if key.table == "disputes":
        return {("disputes.row_total", key.row)}
    if key.table != "requests":
        return set()
    rules = {("requests.row_total", key.row)}
    if key.row in ("new_received", "carried_in", "decided_total", "carried_out"):
        rules.add(("requests.balance", key.column))
    if key.row not in ("new_received", "carried_in", "carried_out"):
        rules.add(("requests.decided", key.column))
    return rules


def residual_of_one_more(key: FactKey, line: Line) -> int:
    """What one more in a cell makes of known parts less known total (left side less right side)."""
    rule = line[0]
    if rule.endswith(".row_total"):
        return -1 if key.column == "total" else 1
    if rule == "requests.balance":
        return 1 if key.row in ("new_received", "carried_in") else -1
    return -1 if key.row == "decided_total" else 1


def cells_of(line: Line, edition: str = "2021") -> set[FactKey]:
    """The cells that take part in a relation."""
    return {k for k in spread(edition) if line in rules_touching(k)}
