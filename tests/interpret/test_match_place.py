"""A label so badly printed that it names nothing is known by its place: alone between two rows that are known."""

from collections.abc import Sequence

import pytest

from gkingest.formats.spec import Node
from gkingest.interpret.table.match import Printed, Slot, align, slots_of

FIRST, THIRD = "一、新收申请", "三、结转下年"
SECOND = "二、准予许可决定"
BAD = "二、准子许何决完"  # three of six characters, and the number: half alike
PLAIN = "准予许何决完"  # four of six characters, no number


def slots(*labels: str, **headings: bool) -> tuple[Slot, ...]:
    """Rows of these labels in their order."""
    return slots_of([(Node(key=f"r{n}", label=label), ()) for n, label in enumerate(labels)], **headings)


FORM = slots(FIRST, SECOND, THIRD)


def placed(printed: Sequence[str | Printed], form: Sequence[Slot] = FORM) -> list[int | None]:
    """Slot of each printed label."""
    return [m.slot for m in align([p if isinstance(p, Printed) else Printed((p,)) for p in printed], form)]


@pytest.mark.parametrize(
    ("label", "slot"),
    [
        (BAD, 1),
        ("准子许何决完", None),  # as unlike, and nothing says which row it is
        ("四、准子许可决完", None),  # more alike, and numbered as another row
        ("（二）准子许可决完", None),  # numbered as a group, where the form has a section
        (PLAIN, 1),
        ("准予何决完", None),
        ("二、准子许何央完", None),  # two of six characters
        ("二、", None),
    ],
)
def test_number_and_likeness_decide_whether_a_row_is_the_one_that_is_missing(label: str, slot: int | None) -> None:
    assert placed([FIRST, label, THIRD]) == [0, slot, 2]


def test_the_first_row_and_the_last_are_placed_by_the_edge_of_the_table() -> None:
    assert placed(["一、斤收甲请", SECOND, THIRD]) == [0, 1, 2]
    assert placed([FIRST, SECOND, "三、结车下午"]) == [0, 1, 2]


@pytest.mark.parametrize(("unsure", "slot"), [(True, 1), (False, None)])
def test_of_two_characters_one_may_be_misread_in_a_picture(unsure: bool, slot: int | None) -> None:
    form = slots("其他", "总计", "说明")
    assert placed(["其他", Printed(("总让",), unsure=unsure), "说明"], form) == [0, slot, 2]
    assert placed(["其他", Printed(("某让",), unsure=unsure), "说明"], form) == [0, None, 2]
    assert placed(["其他", Printed(("总让",), unsure=unsure), Printed(("总汁",), unsure=unsure), "说明"], form) == [
        *(0, None, None, 2)
    ]


def test_two_rows_between_known_ones_or_two_slots_leave_it_open() -> None:
    assert placed([FIRST, BAD, "二、某某某某某", THIRD]) == [0, None, None, 2]
    wide = slots(FIRST, SECOND, "三、不予许可决定", "四、结转下年")
    assert placed([FIRST, PLAIN, "四、结转下年"], wide) == [0, None, 3]


def test_a_gap_that_stays_open_keeps_no_later_one_from_being_filled() -> None:
    form = slots(FIRST, SECOND, "三、上年结转", "四、延期答复事项", "五、结转下年")
    printed = [FIRST, "某某", "某某某", "三、上年结转", "四、廷期答夏事顶", "五、结转下年"]
    assert placed(printed, form) == [0, None, None, 2, 3, 4]


def test_captions_without_figures_and_headings_of_the_form_take_no_place() -> None:
    rows = [Node(key="a", label=FIRST), Node(key="b", label=SECOND), Node(key="c", label=THIRD)]
    heading = Node(label="办理结果", kind="heading", children=(rows[1],))
    form = slots_of([(rows[0], ()), (rows[1], (heading,)), (rows[2], ())])
    caption = Printed(("毫不相干的说明",), figures=False)
    assert placed([FIRST, caption, BAD, THIRD], form) == [0, None, 2, 3]


def test_only_the_likeliest_reading_of_a_label_is_held_against_its_place() -> None:
    assert placed([FIRST, Printed(("某某某某某某", PLAIN)), THIRD]) == [0, None, 2]


@pytest.mark.parametrize(
    ("label", "slot"),
    [("1.其他", 0), ("2.其他", 1), ("3.其他", None), ("其他", None), ("（一）其他", None)],
)
def test_of_rows_with_one_label_the_number_tells_which(label: str, slot: int | None) -> None:
    """A number that no such row has, or none, leaves both in question."""
    assert placed([label], slots("1.其他", "2.其他")) == [slot]


def test_a_wrong_number_does_not_keep_a_label_that_is_alone_from_its_row() -> None:
    assert placed(["5.准予许可决定"], FORM) == [1]


def test_a_row_printed_elsewhere_is_found_by_its_label_where_that_is_printed_once() -> None:
    matches = align([Printed((t,)) for t in (THIRD, FIRST, SECOND)], FORM)
    assert [m.slot for m in matches] == [2, 0, 1]
    assert [m.in_order for m in matches].count(False) == 1
    twice = align([Printed((t,)) for t in (THIRD, FIRST, SECOND, FIRST)], FORM)
    assert [m.slot for m in twice].count(0) == 1


def test_a_label_printed_twice_goes_by_the_heading_above_it() -> None:
    rows = [Node(key="x", label="其他"), Node(key="a", label=FIRST), Node(key="b", label=SECOND)]
    heading = Node(label="（六）其他处理", kind="heading", children=(rows[0],))
    form = slots_of([(rows[1], ()), (rows[2], ()), (rows[0], (heading,))], headings=False)
    printed = [Printed(("其他",), ("（六）其他处理",)), Printed((FIRST,)), Printed((SECOND,)), Printed(("其他",))]
    first = align(printed, form)
    assert [m.slot for m in first][1:3] == [0, 1]
    assert sorted(m.slot for m in first if m.slot is not None) == [0, 1, 2]
