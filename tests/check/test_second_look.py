"""Figures read from pictures are looked at again where a rule breaks: the ink alone may change them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from seed_figures import APPLICANTS, ROWS, facts_of, figures, spread, with_value

from gkingest.check.articulation import Evidence, check_articulation
from gkingest.document.second_look import SecondLook, second_look, unsure_print
from gkingest.formats.names import printed_names
from gkingest.formats.spec import Format
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.paper import Box, Origin, Page, ReadDocument, Turn, Word
from gkingest.model.report import CellState, Fact, Report
from gkingest.read.picture.recognise import Looks

WRONG = FactKey("requests", "granted", "research")
ROW = {FactKey("requests", "granted", c) for c in APPLICANTS}
COLUMN = {FactKey("requests", r, "research") for r in ROWS["2021"] if r not in ("new_received", "carried_in")}
BROKEN_BY_IT = (ROW | COLUMN) - {FactKey("requests", "carried_out", "research")}
READ = 19  # what was read in the wrong cell


class Eye:
    """Stands in for the recogniser: says what was made of each figure, and which were asked for."""

    def __init__(self, boxes: Mapping[Box, FactKey], looks: Mapping[FactKey, Looks]) -> None:
        self.boxes, self.looks = boxes, looks
        self.asked: set[FactKey] = set()

    def look_again(self, read: ReadDocument, wanted: Mapping[int, Sequence[Box]]) -> dict[tuple[int, Box], Looks]:
        found = {}
        for number, boxes in wanted.items():
            for box in boxes:
                key = self.boxes[box]
                self.asked.add(key)
                found[number, box] = self.looks[key]
        return found


def paper(
    facts: Mapping[FactKey, Fact], origin: Origin = "scan", turn: Turn = 0
) -> tuple[ReadDocument, dict[FactKey, Fact], dict[Box, FactKey]]:
    """A page on which every figure stands in a cell of its own, the facts on it, and whose word lies where."""
    words, placed, boxes = [], {}, {}
    plain = Page(1, 600, 800, (), (), origin=origin, turn=turn)
    for n, (key, fact) in enumerate(facts.items()):
        cell = Box(20 + 40 * (n % 14), 20 + 20 * (n // 14), 60 + 40 * (n % 14), 40 + 20 * (n // 14))
        ink = Box(cell.x0 + 10, cell.top + 5, cell.x1 - 10, cell.bottom - 5)
        words.append(Word(fact.raw, ink))
        placed[key] = replace(fact, box=plain.displayed(cell))
        boxes[ink] = key
    return ReadDocument(b"%PDF-", (replace(plain, words=tuple(words)),)), placed, boxes


def misread() -> dict[FactKey, Fact]:
    """Figures in which every relation holds but the two that the wrong cell takes part in."""
    cells = spread()
    cells |= {k: v for k, v in figures().items() if k.table == "proactive"}
    facts = facts_of(cells)
    assert cells[WRONG] != READ
    return with_value(facts, WRONG, READ)


def firm(text: str) -> Looks:
    """Four looks that give the same, nearly certain each."""
    return ((text, 0.99), (text, 0.95), (text, 0.97), (text, 0.92))


def again(
    monkeypatch: pytest.MonkeyPatch,
    form: Format,
    looks: Looks,
    facts: Mapping[FactKey, Fact] | None = None,
    *,
    origin: Origin = "scan",
    turn: Turn = 0,
    confirmed: bool = False,
) -> tuple[SecondLook, dict[FactKey, Fact], Eye]:
    """A second look in which the wrong cell reads as ``looks`` and all others firmly as before."""
    read, placed, boxes = paper(facts or misread(), origin, turn)
    eye = Eye(boxes, {k: firm(f.raw) for k, f in placed.items()} | {WRONG: looks})
    monkeypatch.setattr("gkingest.document.second_look.look_again", eye.look_again)
    return second_look(read, form, placed, confirmed=confirmed), placed, eye


def broken(form: Format, seen: SecondLook) -> list[Finding]:
    """What is said of the relations that do not hold after the second look."""
    return [f for f in check_articulation(form, seen.facts, seen.evidence) if f.code == "rule.broken"]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_only_the_figures_of_broken_relations_are_looked_at(
    monkeypatch: pytest.MonkeyPatch, gk2021: Format, turn: Turn
) -> None:
    _, _, eye = again(monkeypatch, gk2021, firm(str(READ)), turn=turn)
    assert eye.asked == BROKEN_BY_IT


def test_where_every_look_agrees_the_report_is_printed_so(monkeypatch: pytest.MonkeyPatch, gk2021: Format) -> None:
    seen, before, _ = again(monkeypatch, gk2021, firm(str(READ)))
    assert (seen.facts, seen.findings) == (before, ())
    assert seen.evidence.steady == BROKEN_BY_IT
    assert [f.verdict for f in broken(gk2021, seen)] == ["printed", "printed"]


def test_where_every_look_agrees_on_another_number_it_is_taken_and_told(
    monkeypatch: pytest.MonkeyPatch, gk2021: Format
) -> None:
    true = spread()[WRONG]
    seen, before, _ = again(monkeypatch, gk2021, firm(str(true)))
    fact = seen.facts[WRONG]

    assert (fact.value, fact.form_value, fact.raw) == (Decimal(true), Decimal(true), str(true))
    assert (fact.page, fact.box, fact.state) == (1, before[WRONG].box, before[WRONG].state)
    assert {k: f for k, f in seen.facts.items() if k != WRONG} == {k: f for k, f in before.items() if k != WRONG}
    (finding,) = seen.findings
    assert (finding.code, finding.found, finding.expected) == ("cell.reread", str(READ), str(true))
    assert (finding.touches, finding.page) == ((tuple(WRONG),), 1)
    assert broken(gk2021, seen) == []


def test_a_number_is_taken_from_the_ink_even_if_it_mends_nothing(
    monkeypatch: pytest.MonkeyPatch, gk2021: Format
) -> None:
    seen, _, _ = again(monkeypatch, gk2021, firm("77"))
    assert seen.facts[WRONG].value == 77
    assert len(broken(gk2021, seen)) == 2


def test_looks_that_differ_change_nothing_and_are_remembered(
    monkeypatch: pytest.MonkeyPatch, gk2021: Format
) -> None:
    true = str(spread()[WRONG])
    looks = ((true, 0.99), (str(READ), 0.99), (true, 0.99), ("55", 0.3))
    seen, before, _ = again(monkeypatch, gk2021, looks)

    assert (seen.facts, seen.findings) == (before, ())
    assert seen.evidence.others == {WRONG: (Decimal(true),)}
    assert seen.evidence.steady == BROKEN_BY_IT - {WRONG}
    found = broken(gk2021, seen)
    assert [f.verdict for f in found] == ["reading", "reading"]
    assert all(true in f.hint and printed_names([gk2021])[str(WRONG)] in f.hint for f in found)


def test_one_look_that_is_not_sure_keeps_a_figure_as_it_was(
    monkeypatch: pytest.MonkeyPatch, gk2021: Format
) -> None:
    true = str(spread()[WRONG])
    seen, before, _ = again(monkeypatch, gk2021, (*firm(true)[:3], (true, 0.7)))
    assert (seen.facts, seen.findings) == (before, ())
    assert [f.verdict for f in broken(gk2021, seen)] == ["reading", "reading"]


@pytest.mark.parametrize(
    "looks",
    [firm("1O"), firm(""), firm("—"), firm("1.0"), firm("-10"), firm("１０"), ()],
    ids=["a letter", "nothing", "a dash", "a fraction", "a sign", "wide digits", "no look"],
)
def test_what_is_no_plain_number_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, gk2021: Format, looks: Looks
) -> None:
    seen, before, _ = again(monkeypatch, gk2021, looks)
    assert (seen.facts, seen.findings) == (before, ())
    assert WRONG not in seen.evidence.steady
    assert seen.evidence.others.get(WRONG, ()) == ()
    assert [f.verdict for f in broken(gk2021, seen)] == ["undetermined", "undetermined"]


def test_a_sound_report_is_not_looked_at_again(monkeypatch: pytest.MonkeyPatch, gk2021: Format) -> None:
    facts = facts_of({**figures(), **spread()})
    seen, before, eye = again(monkeypatch, gk2021, firm("77"), facts)
    assert (seen.facts, seen.findings, eye.asked) == (before, (), set())


@pytest.mark.parametrize(("confirmed", "verdict"), [(True, "printed"), (False, "undetermined")])
def test_figures_of_a_text_layer_are_never_looked_at(
    monkeypatch: pytest.MonkeyPatch, gk2021: Format, confirmed: bool, verdict: str
) -> None:
    seen, before, eye = again(monkeypatch, gk2021, firm("10"), origin="text", confirmed=confirmed)
    assert (seen.facts, seen.findings, eye.asked) == (before, (), set())
    assert seen.evidence.pictured == frozenset()
    assert [f.verdict for f in broken(gk2021, seen)] == [verdict, verdict]


def test_a_figure_of_several_words_or_none_is_not_looked_at(
    monkeypatch: pytest.MonkeyPatch, gk2021: Format
) -> None:
    for count in (0, 2):
        read, placed, boxes = paper(misread())
        page = read.pages[0]
        box = next(b for b, k in boxes.items() if k == WRONG)
        others = tuple(w for w in page.words if w.box != box)
        halves = (replace(box, x1=box.x0 + 8), replace(box, x0=box.x0 + 12))[:count]
        page = replace(page, words=(*others, *(Word("1", b) for b in halves)))
        eye = Eye(boxes, {k: firm(f.raw) for k, f in placed.items()})
        monkeypatch.setattr("gkingest.document.second_look.look_again", eye.look_again)
        seen = second_look(replace(read, pages=(page,)), gk2021, placed, confirmed=True)
        assert eye.asked == BROKEN_BY_IT - {WRONG}
        assert seen.facts == placed
        assert [f.verdict for f in broken(gk2021, seen)] == ["undetermined", "undetermined"]


def test_a_page_on_which_nearly_every_figure_is_in_doubt_is_not_looked_at(
    monkeypatch: pytest.MonkeyPatch, gk2021: Format
) -> None:
    facts = misread()
    for row in ROWS["2021"]:
        key = FactKey("requests", row, "total")
        facts = with_value(facts, key, int(facts[key].value or 0) + 1)
    seen, before, eye = again(monkeypatch, gk2021, firm("10"), facts)
    assert (seen.facts, seen.findings, eye.asked) == (before, (), set())
    assert seen.evidence.pictured == set(facts)
    assert {f.verdict for f in broken(gk2021, seen)} == {"undetermined"}


PICTURED = frozenset(BROKEN_BY_IT)


@pytest.mark.parametrize(
    ("evidence", "verdict"),
    [
        (Evidence(), "undetermined"),
        (Evidence(confirmed=True), "printed"),
        (Evidence(True, PICTURED), "undetermined"),
        (Evidence(False, PICTURED, PICTURED), "printed"),
        (Evidence(False, PICTURED, PICTURED - {WRONG}), "undetermined"),
        (Evidence(True, frozenset({WRONG}), frozenset({WRONG})), "printed"),
        (Evidence(False, frozenset({WRONG}), frozenset({WRONG})), "undetermined"),
        (Evidence(True, others={WRONG: (Decimal(spread()[WRONG]),)}), "reading"),
        (Evidence(True, PICTURED, PICTURED, {WRONG: (Decimal(3), Decimal(spread()[WRONG]))}), "reading"),
        (Evidence(False, PICTURED, PICTURED - {WRONG}, {WRONG: (Decimal(77),)}), "undetermined"),
    ],
)
def test_the_verdict_on_a_broken_relation_follows_the_evidence(
    gk2021: Format, evidence: Evidence, verdict: str
) -> None:
    found = [f for f in check_articulation(gk2021, misread(), evidence) if f.code == "rule.broken"]
    assert [f.verdict for f in found] == [verdict, verdict]


def test_a_cell_that_seems_empty_in_a_picture_is_doubted_where_a_sum_lacks_a_number(gk2021: Format) -> None:
    facts = facts_of(spread())
    lost = facts[WRONG].value
    facts[WRONG] = replace(facts[WRONG], state=CellState.BLANK, value=None, form_value=None, raw="")

    doubts = [f for f in check_articulation(gk2021, facts, Evidence(pictured=frozenset(facts))) if f.severity >= 20]
    assert {(f.code, f.touches) for f in doubts} == {("cell.doubt", (tuple(WRONG),))}
    assert all(f"lacks {lost}" in f.message for f in doubts)
    printed = check_articulation(gk2021, facts, Evidence(confirmed=True))
    assert {f.code for f in printed} == {"rule.not_assessable"}


ALONE = FactKey("proactive", "licensing", "decisions")  # in no relation of the form


def pictured_report(doubtful: int) -> tuple[Report, frozenset[FactKey]]:
    """A report whose figures are all from pictures and fit one another; so many of the requests are in doubt."""
    facts = {**facts_of(figures("2021")), ALONE: Fact(ALONE, CellState.REPORTED, Decimal(192), "192")}
    keys = sorted(k for k in facts if k.table == "requests")
    doubt = Finding("cell.doubt", "faint", touches=tuple(keys[:doubtful]))
    return Report("某局", 2023, "2021", "", tuple(facts.values()), (doubt,), ()), frozenset(facts)


def test_where_a_third_of_a_picture_is_in_doubt_so_is_what_no_sum_confirms(gk2021: Format) -> None:
    """A fax lost the same strokes in every digit: 192 was read for 392 with a chance of 1."""
    report, pictured = pictured_report(len(pictured_report(0)[1]) // 3 + 1)
    unsure = unsure_print(gk2021, report, pictured)
    assert unsure is not None
    assert ALONE in unsure.touches
    assert not {k for k in unsure.touches if k.table == "requests"}  # which the sums confirm, or are doubted anyhow


def test_a_few_doubts_make_no_print_unsure(gk2021: Format) -> None:
    report, pictured = pictured_report(len(pictured_report(0)[1]) // 3 - 2)
    assert unsure_print(gk2021, report, pictured) is None
    assert unsure_print(gk2021, pictured_report(150)[0], frozenset()) is None  # none of it is from a picture
