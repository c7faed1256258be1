"""What a slot is made of, how near a label is to it, and what a match tells of both."""

import pytest

from gkingest.formats.spec import Node
from gkingest.interpret.table.match import Match, Printed, Slot, align, make_slot, similarity, slots_of

GRANTED = Node(key="granted", label="1.准予许可", aliases=("同意许可",))
TOTAL = Node(key="total", label="总计", kind="total")
HEADING = Node(label="（二）许可", aliases=("行政许可类",), kind="heading", children=(GRANTED, TOTAL))
SECTION = Node(label="三、本年办理结果", kind="heading", children=(HEADING,))
TREE = [(GRANTED, (SECTION, HEADING)), (TOTAL, (SECTION, HEADING))]

SECTION_SLOT = Slot(
    key="三、本年办理结果",
    label="三、本年办理结果",
    official="本年办理结果",
    aliases=frozenset(),
    joint=frozenset(),
    above=(),
    ordinal=3,
    level="section",
    heading=True,
)
HEADING_SLOT = Slot(
    key="（二）许可",
    label="（二）许可",
    official="许可",
    aliases=frozenset({"行政许可类"}),
    joint=frozenset({"本年办理结果许可"}),
    above=(frozenset({"本年办理结果"}),),
    ordinal=2,
    level="group",
    heading=True,
)
ABOVE = (frozenset({"本年办理结果"}), frozenset({"许可", "行政许可类"}))
GRANTED_SLOT = Slot(
    key="granted",
    label="1.准予许可",
    official="准予许可",
    aliases=frozenset({"同意许可"}),
    joint=frozenset({"本年办理结果许可1准予许可", "本年办理结果许可准予许可", "许可1准予许可", "许可准予许可"}),
    above=ABOVE,
    ordinal=1,
    level="item",
)
TOTAL_SLOT = Slot(
    key="total",
    label="总计",
    official="总计",
    aliases=frozenset(),
    joint=frozenset({"本年办理结果许可总计", "许可总计"}),
    above=ABOVE,
    ordinal=0,
    level="",
)


def test_a_heading_has_a_slot_of_its_own_before_its_rows_and_each_once() -> None:
    assert slots_of(TREE) == (SECTION_SLOT, HEADING_SLOT, GRANTED_SLOT, TOTAL_SLOT)


def test_without_headings_the_rows_alone_have_slots_and_still_know_what_stands_above() -> None:
    assert slots_of(TREE, headings=False) == (GRANTED_SLOT, TOTAL_SLOT)
    assert make_slot(GRANTED, (), "granted").joint == frozenset()


@pytest.mark.parametrize(
    ("texts", "score"),
    [
        (("1.准予许可",), 1.0),
        (("准予许可",), 1.0),
        (("同意许可",), 0.99),  # an alias
        (("许可准予许可",), 0.99),  # heading and row in one cell
        (("准许许可",), 0.97 * 2 * 4 / 10),  # as words, 准许 许可 and 准予 许可, a space between them
        (("准予许可证书",), 0.97 * 2 * 4 / 10),  # four characters in ten are alike, twice
        (("准予许可证",), 0.97 * 2 * 4 / 9),
        (("准予",), 0.97 * 0.9 * 2 * 2 / 6),  # too short for a slip of one character
        (("某某某某",), 0.0),
        (("某某某某", "准予许可"), 0.99),  # the second reading counts less
        (("某某某某", "某某某", "准予许可"), 0.98),
        (("准予许可", "某某某某"), 1.0),
        (("",), 0.0),
        ((), 0.0),
    ],
)
def test_how_near_a_label_is_to_a_slot(texts: tuple[str, ...], score: float) -> None:
    assert similarity(texts, GRANTED_SLOT) == pytest.approx(score)


def test_words_in_another_order_are_near() -> None:
    slot = make_slot(Node(key="corrected", label="结果纠正"), (), "corrected")
    assert similarity(("纠正结果",), slot) == pytest.approx(0.97)
    assert similarity(("", "纠正结果"), slot) == pytest.approx(0.97 * 0.5 - 0.01)  # asked of the best reading alone
    assert similarity(("正纠果结",), slot) < 0.72  # the same characters, and no words


def test_an_exact_label_is_told_as_such_with_its_numbering_or_without() -> None:
    slots = (GRANTED_SLOT, TOTAL_SLOT)
    assert align([Printed(("准予许可",)), Printed(("总 计",))], slots) == (
        Match(0, "exact", 1.0, 0.0, 0, in_order=True),
        Match(1, "exact", 1.0, 0.0, 1, in_order=True),
    )


def test_an_alias_is_told_as_such() -> None:
    slots = (GRANTED_SLOT, TOTAL_SLOT)
    assert align([Printed(("同意许可",)), Printed(("许可总计",))], slots) == (
        Match(0, "alias", 0.99, 0.0, 0, in_order=True),
        Match(1, "alias", 0.99, 0.0, 1, in_order=True),
    )


def test_a_similar_label_is_told_with_the_runner_up() -> None:
    refused = make_slot(Node(key="refused", label="2.不予许可的申请"), (), "refused")
    granted = make_slot(Node(key="granted", label="1.准予许可的全部申请"), (), "granted")
    # Words of label and runner-up, sorted: 准予 申请 的 许可 金部, 不予 申请 的 许可; nine characters are common.
    (match,) = align([Printed(("1.准予许可的金部申请",))], (granted, refused))
    assert match == Match(
        0, "fuzzy", pytest.approx(0.97 * 2 * 8 / 18), pytest.approx(0.97 * 2 * 9 / (13 + 10)), 0, in_order=True
    )


def test_a_label_that_fits_nowhere_names_the_slot_that_it_is_nearest_to() -> None:
    (match,) = align([Printed(("准许申请",))], (TOTAL_SLOT, GRANTED_SLOT))
    assert match == Match(None, None, pytest.approx(0.97 * 2 * 2 / 8), 0.0, 1)
    (match,) = align([Printed(("某某某某",))], (TOTAL_SLOT, GRANTED_SLOT))
    assert match == Match(None, None, 0.0, 0.0, None)
    alone = align([Printed(("总计",)), Printed(("某某某某",))], (TOTAL_SLOT, GRANTED_SLOT))
    assert alone[1].near == 1  # the only one that is free at its place


def test_a_row_printed_elsewhere_than_in_the_form_is_out_of_order_and_the_others_are_not() -> None:
    late = make_slot(Node(key="late", label="逾期不补正"), (), "late")
    labels = [Printed((text,)) for text in ("总计", "准予许可", "逾期不补正")]
    moved = align(labels, (GRANTED_SLOT, late, TOTAL_SLOT))
    assert [(m.slot, m.in_order) for m in moved] == [(2, False), (0, True), (1, True)]
    twice = align([*labels, Printed(("总计",))], (GRANTED_SLOT, late, TOTAL_SLOT))
    assert [m.slot for m in twice] == [None, 0, 1, 2]


def test_of_two_rows_that_changed_places_one_is_out_of_order() -> None:
    """Their labels are much alike, but each spells one slot: then it is not held against the other."""
    one = make_slot(Node(key="first", label="甲类许可事项"), (), "first")
    other = make_slot(Node(key="second", label="乙类许可事项"), (), "second")
    found = align([Printed(("乙类许可事项",)), Printed(("甲类许可事项",))], (one, other))
    assert [m.slot for m in found] == [1, 0]
    assert sorted(m.in_order for m in found) == [False, True]


def test_where_the_form_has_no_row_a_label_is_near_to_none() -> None:
    assert align([Printed(("总计",))], ()) == (Match(None, None, 0.0, 0.0, None),)
