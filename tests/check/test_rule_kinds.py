"""A kind of rule is one entry of a table: a kind that is made here is loaded, judged and told like the others."""

from collections.abc import Set
from decimal import Decimal
from pathlib import Path

import pytest
from seed_figures import APPLICANTS, facts_of, spread, with_state, with_value

from gkingest.check.articulation import Outcome, check_articulation, judge, relations
from gkingest.check.years import carry_overs
from gkingest.errors import FormatError
from gkingest.formats.load import load_format, shipped_folder
from gkingest.formats.rules import KINDS, RuleKind
from gkingest.formats.spec import Format
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.report import CellState

WRITTEN = """
  - id: requests.below
    kind: below
    table: requests
    along: rows
    left: [granted, partial]
    right: [decided_total]
    sentence: 予以公开与部分公开之和小于总计
"""
TOTAL = FactKey("requests", "decided_total", "total")
GRANTED = FactKey("requests", "granted", "total")
PARTIAL = FactKey("requests", "partial", "total")


def reaches(residual: Decimal, unknown: Set[int]) -> bool:
    """Whether the left side is no less than the right, whatever the missing numbers of the left are."""
    return residual >= 0 and unknown <= {1}


@pytest.fixture
def below(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one entry."""
    monkeypatch.setitem(KINDS, "below", RuleKind({"left": 1, "right": -1}, reaches, unlike="≥"))


@pytest.fixture
def form(below: None, tmp_path: Path) -> Format:
    """The shipped edition with such a rule."""
    return load_format(written(tmp_path, WRITTEN))


def written(folder: Path, rule: str) -> Path:
    """The shipped edition and one more rule."""
    path = folder / "gk-2021.yml"
    shipped = (shipped_folder() / "gk-2021.yml").read_text(encoding="utf-8")
    path.write_text(shipped + rule.lstrip("\n"), encoding="utf-8")
    return path


def told(form: Format, **values: int | CellState) -> list[Finding]:
    """Findings of the rule about the column of totals where these rows say something else."""
    facts = facts_of(spread())
    for row, value in values.items():
        key = FactKey("requests", row, "total")
        facts = with_state(facts, key, value) if isinstance(value, CellState) else with_value(facts, key, value)
    return [f for f in check_articulation(form, facts) if f.place == "requests.below total"]


def test_it_holds_along_every_line_and_is_no_rule_across_years(form: Format) -> None:
    lines = [r.line for r in relations(form) if r.rule.kind == "below"]
    assert sorted(lines) == sorted(APPLICANTS)
    assert not any(one.rule.kind == "below" for one in carry_overs(form))
    judged = [judge(r, facts_of(spread())) for r in relations(form) if r.rule.kind == "below"]
    assert {j.outcome for j in judged} == {Outcome.HOLDS}
    assert all(j.residual < 0 for j in judged)
    assert told(form) == []


def test_a_broken_one_is_told_in_its_own_words(form: Format) -> None:
    (finding,) = told(form, granted=9000)
    partial, total = spread()[PARTIAL], spread()[TOTAL]
    left = f"（一）予以公开 9000 + （二）部分公开 {partial} = {9000 + partial}"
    assert finding.code == "rule.broken"
    assert finding.message == (
        f"予以公开与部分公开之和小于总计（总计）: {left} ≥ （七）总计 {total}, "
        f"a difference of {9000 + partial - total}"
    )
    assert (finding.found, finding.expected) == (left, f"（七）总计 {total}")
    assert finding.touches == (GRANTED, PARTIAL, TOTAL)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"partial": CellState.BLANK, "granted": 9000}, "rule.broken"),
        ({"partial": CellState.BLANK}, "rule.blank_consistent"),
        ({"decided_total": CellState.BLANK}, "rule.not_assessable"),
        ({"partial": CellState.UNREADABLE, "granted": 9000}, "rule.not_assessable"),
    ],
)
def test_blanks_are_weighed_by_the_kind(form: Format, values: dict[str, int | CellState], code: str) -> None:
    assert [f.code for f in told(form, **values)] == [code]


def test_a_rule_that_holds_with_room_to_spare_explains_no_wrong_cell(form: Format) -> None:
    facts = with_value(facts_of(spread()), GRANTED, spread()[GRANTED] + 1)
    broken = [f for f in check_articulation(form, facts) if f.code == "rule.broken"]
    assert len(broken) == 2
    assert all(f"（一）予以公开·总计 {spread()[GRANTED] + 1} → {spread()[GRANTED]}" in f.hint for f in broken)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("    right: [decided_total]\n", ""), "a below needs left, right"),
        (("[granted, partial]", "[granted, ghost]"), "there is no row ghost"),
        (("[granted, partial]", "[granted, -partial]"), "there is no row -partial"),
        (("[granted, partial]", '["*"]'), "there is no row *"),
    ],
)
def test_it_is_checked_when_the_file_is_loaded(
    below: None, tmp_path: Path, change: tuple[str, str], problem: str
) -> None:
    with pytest.raises(FormatError) as refused:
        load_format(written(tmp_path, WRITTEN.replace(*change)))
    assert problem in str(refused.value)


def test_equal_sides_would_not_mend_it_so_no_cell_is_offered(form: Format) -> None:
    (finding,) = told(form, granted=9000)
    assert "a single wrong cell" not in finding.hint


def test_it_holds_along_the_lines_that_it_names_only(below: None, tmp_path: Path) -> None:
    form = load_format(
        written(tmp_path, WRITTEN.replace("    sentence", "    only: [natural_person]\n    sentence"))
    )
    assert [r.line for r in relations(form) if r.rule.kind == "below"] == ["natural_person"]
    assert told(form, granted=9000) == []


def test_without_its_entry_nobody_knows_it(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="write one of") as refused:
        load_format(written(tmp_path, WRITTEN.replace("kind: below", "kind: beneath")))
    assert all(f"'{kind}'" in str(refused.value) for kind in KINDS)
