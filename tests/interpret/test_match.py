"""A label goes to its slot, or to none: never to another, whatever the print has done to it."""

import random
from collections.abc import Sequence

import pytest

from gkingest.formats.spec import Block, Format, Node
from gkingest.interpret.table.columns import column_slots
from gkingest.interpret.table.match import Match, Printed, Slot, align, slots_of

Row = tuple[str, Printed]  # true key, what is printed

# Characters that a reader of bad print takes for one another, both ways.
CONFUSED = (
    "未末 己已 日曰 人入 予子 请清 信倌 公分 开井 大太 天夫 无元 工土 理埋 关夫 三二 一二 千干 "
    "受爱 政攻 处外 果呆 结给 他地 行仃 件仵 复夏 1l 0O 3B 5S 8B"
)
PAIRS = {a: b for pair in CONFUSED.split() for a, b in (pair, pair[::-1])}
STRANGERS = "的了中是在有和不大人个上年来到时国本处罚许可强制其他重总维纠示关"


def slots_for(form: Format, table: str) -> tuple[Slot, ...]:
    """Row slots of a table, headings among them."""
    return slots_of([leaf for b in form.table(table).blocks for leaf in b.row_leaves()])


def rows_for(form: Format, table: str, *, headed: bool = True) -> list[Row]:
    """The rows of a table as the form prints them, with or without the headings beside them."""
    rows = []
    for block in form.table(table).blocks:
        for leaf, above in block.row_leaves():
            over = tuple(n.label for n in above) if headed else ()
            rows.append((leaf.key or "", Printed((leaf.label,), over)))
    return rows


def relabelled(row: Row, text: str) -> Row:
    """The row with another label."""
    return row[0], Printed((text,), row[1].above)


def where(rows: Sequence[Row], slots: Sequence[Slot]) -> list[str | None]:
    """Row key that each printed row was matched to, ``None`` where it was left open."""
    matches = align([p for _, p in rows], slots)
    assert len(matches) == len(rows)
    given = [m.slot for m in matches if m.slot is not None]
    assert len(given) == len(set(given)), "a slot was given twice"
    return [_key(m, slots) for m in matches]


def _key(match: Match, slots: Sequence[Slot]) -> str | None:
    if match.slot is None or slots[match.slot].heading:
        return None
    return slots[match.slot].key


def wrong(rows: Sequence[Row], slots: Sequence[Slot]) -> list[tuple[str, str, str | None]]:
    """(true key, printed label, key given) of every row matched to a slot that is not its own."""
    found = where(rows, slots)
    return [(k, p.texts[0], f) for (k, p), f in zip(rows, found, strict=True) if f not in (k, None)]


def noisy(text: str, rng: random.Random, kind: str) -> str:
    """``text`` with one character dropped, doubled or taken for another."""
    at = rng.randrange(len(text))
    if kind == "dropped":
        return text[:at] + text[at + 1 :]
    if kind == "doubled":
        return text[: at + 1] + text[at:]
    return text[:at] + PAIRS.get(text[at], rng.choice(STRANGERS)) + text[at + 1 :]


KINDS = ("dropped", "doubled", "confused")
EDITIONS = ("2019", "2021")


@pytest.fixture(params=EDITIONS)
def form(request: pytest.FixtureRequest, formats: tuple[Format, ...]) -> Format:
    """Each edition in turn."""
    return next(f for f in formats if f.edition == request.param)


@pytest.mark.parametrize("headed", [True, False], ids=["headings printed", "headings lost"])
@pytest.mark.parametrize("table", ["requests", "proactive"])
def test_a_complete_table_in_order_is_matched_row_by_row(form: Format, table: str, headed: bool) -> None:
    rows = rows_for(form, table, headed=headed)
    assert where(rows, slots_for(form, table)) == [key for key, _ in rows]


def test_exact_labels_are_called_exact_and_score_one(form: Format) -> None:
    for match in align([p for _, p in rows_for(form, "requests")], slots_for(form, "requests")):
        assert (match.method, match.score, match.in_order) == ("exact", 1.0, True)


def test_every_alias_is_matched_in_its_place(form: Format) -> None:
    for table in ("requests", "proactive"):
        slots = slots_for(form, table)
        rows = rows_for(form, table)
        leaves = [leaf for b in form.table(table).blocks for leaf, _ in b.row_leaves()]
        for at, leaf in enumerate(leaves):
            for alias in leaf.aliases:
                changed = [*rows[:at], relabelled(rows[at], alias), *rows[at + 1 :]]
                assert where(changed, slots) == [key for key, _ in rows], alias


def test_headings_printed_as_lines_of_their_own_take_the_slots_of_headings(form: Format) -> None:
    slots = slots_for(form, "requests")
    printed = [Printed((s.label,), (), figures=not s.heading) for s in slots]
    assert [m.slot for m in align(printed, slots)] == list(range(len(slots)))


OTHER_WAYS = ["3.其他", "其他", "3、其他", "３．其他", "（3）其他", "③其他", "其 他", "3 其他"]


@pytest.mark.parametrize("label", OTHER_WAYS)
@pytest.mark.parametrize("headed", [True, False], ids=["heading printed", "heading lost"])
def test_other_in_the_place_of_the_third_item_is_the_third_item(gk2021: Format, label: str, headed: bool) -> None:
    rows = rows_for(gk2021, "requests", headed=headed)
    changed = [relabelled(row, label) if row[0] == "other.misc" else row for row in rows]
    assert where(changed, slots_for(gk2021, "requests")) == [key for key, _ in rows]


@pytest.mark.parametrize("label", ["（六）其他处理", "其他处理", "(六) 其他 处理", "（六）其他", "其他"])
def test_other_before_the_total_is_the_sixth_outcome_of_the_old_form(gk2019: Format, label: str) -> None:
    rows = rows_for(gk2019, "requests")
    changed = [relabelled(row, label) if row[0] == "other" else row for row in rows]
    assert where(changed, slots_for(gk2019, "requests")) == [key for key, _ in rows]


@pytest.mark.parametrize(
    "gone", ["other.correction_overdue", "other.fee_overdue", "decided_total", "rejected.confirmation"]
)
def test_other_is_still_the_third_item_when_a_neighbour_is_not_printed(gk2021: Format, gone: str) -> None:
    rows = [row for row in rows_for(gk2021, "requests") if row[0] != gone]
    changed = [relabelled(row, "其他") if row[0] == "other.misc" else row for row in rows]
    assert where(changed, slots_for(gk2021, "requests")) == [key for key, _ in changed]


def test_numbering_may_be_missing_everywhere(form: Format) -> None:
    rows = rows_for(form, "requests")
    bare = [relabelled(row, row[1].texts[0].lstrip("一二四1234567890.、（）三五六七")) for row in rows]
    bare = [relabelled(r, "三安全一稳定") if r[0] == "denied.security_stability" else r for r in bare]
    assert where(bare, slots_for(form, "requests")) == [key for key, _ in rows]


@pytest.mark.parametrize("headed", [True, False], ids=["headings printed", "headings lost"])
def test_any_row_may_be_missing_and_the_others_stay_where_they_are(form: Format, headed: bool) -> None:
    for table in ("requests", "proactive"):
        slots = slots_for(form, table)
        rows = rows_for(form, table, headed=headed)
        for at in range(len(rows)):
            left = [*rows[:at], *rows[at + 1 :]]
            assert where(left, slots) == [key for key, _ in left], rows[at][0]


def test_whole_groups_of_rows_may_be_missing(form: Format) -> None:
    slots = slots_for(form, "requests")
    rows = rows_for(form, "requests")
    for family in ("denied", "unavailable", "rejected", "other"):
        left = [row for row in rows if not row[0].startswith(family)]
        assert where(left, slots) == [key for key, _ in left]


UNKNOWN = [
    "其中：通过网络提交的申请数量",
    "（八）备注",
    "5.咨询类来信",
    "填表人：张三",
    "依申请公开信息目录数",
    "六、行政机关负责人出庭应诉次数",
    "平均办理天数",
]


@pytest.mark.parametrize("label", UNKNOWN)
def test_a_row_that_the_form_does_not_know_is_left_open_and_moves_nothing(form: Format, label: str) -> None:
    slots = slots_for(form, "requests")
    rows = rows_for(form, "requests")
    for at in range(len(rows) + 1):
        mixed = [*rows[:at], ("", Printed((label,))), *rows[at:]]
        assert where(mixed, slots) == [key or None for key, _ in mixed]


@pytest.mark.parametrize("label", ["", "、", "——", "123", "1.", "（一）", "总", "属于", "申请", "行政"])
def test_too_little_to_go_by_is_left_open(form: Format, label: str) -> None:
    for table in ("requests", "proactive"):
        assert where([("", Printed((label,)))], slots_for(form, table)) == [None]


def test_no_slot_is_given_twice_when_a_row_is_printed_twice(form: Format) -> None:
    slots = slots_for(form, "requests")
    rows = rows_for(form, "requests")
    for at in range(len(rows)):
        doubled = [*rows[: at + 1], *rows[at:]]
        assert wrong(doubled, slots) == []  # ``where`` sees that no slot is given twice


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("headed", [True, False], ids=["headings printed", "headings lost"])
def test_noise_never_brings_a_label_to_another_slot(form: Format, seed: int, headed: bool) -> None:
    rng = random.Random(f"{form.id} {seed} {headed}")
    slots = slots_for(form, "requests")
    for strength in (1, 1, 2, 3, 5):
        rows = rows_for(form, "requests", headed=headed)
        kept = sorted(rng.sample(range(len(rows)), rng.randint(15, len(rows))))
        printed = []
        for key, row in (rows[i] for i in kept):
            text = row.texts[0]
            for _ in range(rng.randint(0, strength)):
                text = noisy(text, rng, rng.choice(KINDS)) or text
            printed.append((key, Printed((text,), row.above)))
        assert wrong(printed, slots) == []


def test_with_one_bad_character_in_every_label_nineteen_of_twenty_are_still_matched(form: Format) -> None:
    rng = random.Random(20210930)
    slots = slots_for(form, "requests")
    total = matched = 0
    for _ in range(70):
        rows = [relabelled(r, noisy(r[1].texts[0], rng, rng.choice(KINDS))) for r in rows_for(form, "requests")]
        found = where(rows, slots)
        assert wrong(rows, slots) == []
        total += len(rows)
        matched += sum(f is not None for f in found)
    assert total >= 1500
    assert matched >= 0.95 * total, f"{matched} of {total}"


@pytest.mark.parametrize("alone", [True, False], ids=["one row alone", "the whole table"])
def test_licences_penalties_and_coercion_are_never_confused_by_one_wrong_character(
    form: Format, alone: bool
) -> None:
    slots = slots_for(form, "proactive")
    rows = rows_for(form, "proactive")
    letters = sorted({c for s in slots for c in s.label} | set(STRANGERS))
    for at, row in enumerate(rows):
        if row[0] not in ("licensing", "penalties", "coercion"):
            continue
        text = row[1].texts[0]
        for place in range(len(text)):
            for letter in letters if alone else "处罚许可强制":
                bad = relabelled(row, text[:place] + letter + text[place + 1 :])
                printed = [bad] if alone else [*rows[:at], bad, *rows[at + 1 :]]
                assert wrong(printed, slots) == []


def test_half_a_label_of_two_rows_belongs_to_neither(gk2021: Format) -> None:
    slots = slots_for(gk2021, "proactive")
    for label in ("行政处可", "行政许罚", "行政强罚", "行政处制", "行政强可", "行政许制"):
        assert where([("", Printed((label,)))], slots) == [None], label


def test_two_rows_that_change_places_are_found_and_marked_or_left_open(form: Format) -> None:
    slots = slots_for(form, "requests")
    rows = rows_for(form, "requests")
    for at in range(len(rows) - 1):
        for other in (at + 1, (at + 7) % len(rows)):
            moved = list(rows)
            moved[at], moved[other] = moved[other], moved[at]
            matches = align([p for _, p in moved], slots)
            assert wrong(moved, slots) == []
            touched = [matches[at], matches[other]]
            assert any(m.slot is None or not m.in_order for m in touched), (rows[at][0], rows[other][0])
            still = [m for i, m in enumerate(matches) if i not in (at, other)]
            if abs(other - at) == 1:
                assert all(m.slot is not None and m.in_order for m in still)


def crossed(block: Block, *, headed: bool) -> tuple[list[Row], list[Slot]]:
    """The fifteen headings of the disputes table as printed, and their slots."""
    known = column_slots(block, crossed=True)
    slots = [slot for slot, _, _ in known]
    rows = []
    for leaf, above in block.row_leaves():
        over = tuple(n.label for n in (*above, leaf)) if headed else ()
        rows += [(leaf.key or "", Printed((c.label,), over)) for c, _ in block.column_leaves()]
    return rows, slots


@pytest.mark.parametrize("headed", [True, False], ids=["upper levels printed", "upper levels lost"])
def test_fifteen_headings_with_five_labels_are_told_apart_by_place(form: Format, headed: bool) -> None:
    rows, slots = crossed(form.table("disputes").blocks[0], headed=headed)
    assert [m.slot for m in align([p for _, p in rows], slots)] == list(range(15))


def test_a_dispute_heading_that_is_not_printed_shifts_no_other(form: Format) -> None:
    rows, slots = crossed(form.table("disputes").blocks[0], headed=True)
    for gone in range(15):
        left = [i for i in range(15) if i != gone]
        assert [m.slot for m in align([rows[i][1] for i in left], slots)] == left


def test_without_upper_levels_a_missing_heading_leaves_doubt_and_no_error(form: Format) -> None:
    rows, slots = crossed(form.table("disputes").blocks[0], headed=False)
    for gone in range(15):
        left = [i for i in range(15) if i != gone]
        found = [m.slot for m in align([rows[i][1] for i in left], slots)]
        assert all(f in (None, i) for f, i in zip(found, left, strict=True)), gone


def test_other_among_the_applicants_is_other_organisations(form: Format) -> None:
    (block,) = form.table("requests").blocks
    known = column_slots(block, crossed=False)
    labels = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    found = [m.slot for m in align([Printed((text,)) for text in labels], [s for s, _, _ in known])]
    assert [known[f][2].key for f in found if f is not None] == [
        "natural_person",
        "commercial",
        "research",
        "public_interest",
        "legal_service",
        "other_org",
        "total",
    ]


def test_matching_the_same_print_twice_gives_the_same(form: Format) -> None:
    rng = random.Random(5)
    slots = slots_for(form, "requests")
    rows = [relabelled(r, noisy(r[1].texts[0], rng, "confused")) for r in rows_for(form, "requests")]
    assert align([p for _, p in rows], slots) == align([p for _, p in rows], slots)


def test_nothing_printed_matches_nothing(form: Format) -> None:
    assert align([], slots_for(form, "requests")) == ()
    assert [m.slot for m in align([Printed(("总计",))], ())] == [None]


@pytest.mark.parametrize("text", ["5.属于行政查询案卷", "属于行政执法事项"])
def test_a_label_almost_as_near_to_another_row_belongs_to_neither(gk2021: Format, text: str) -> None:
    """Eight in ten characters are those of one row, and seven in ten those of another."""
    slots = slots_for(gk2021, "requests")
    (match,) = align([Printed((text,))], slots)
    assert match.slot is None
    assert match.score > 0.78


@pytest.mark.parametrize("text", ["行政许可5", "行政许可５", "行政事业性收费12", "行政事业性收費3"])
def test_a_figure_that_got_into_a_label_makes_it_no_label(gk2021: Format, text: str) -> None:
    slots = slots_for(gk2021, "proactive")
    assert [m.slot for m in align([Printed((text,))], slots)] == [None]
    without = text.rstrip("0123456789５")
    assert [m.slot is None for m in align([Printed((without,))], slots)] == [False]


def test_a_heading_and_a_row_of_one_label_are_told_apart_by_whether_figures_stand_beside_them() -> None:
    row = Node(key="fines", label="行政处罚")
    heading = Node(label="行政处罚", kind="heading", children=(row,))
    slots = slots_of([(row, (heading,))])
    assert [s.heading for s in slots] == [True, False]
    for printed, expected in (((True,), [1]), ((False,), [0]), ((False, True), [0, 1])):
        labels = [Printed(("行政处罚",), figures=figures) for figures in printed]
        assert [m.slot for m in align(labels, slots)] == expected
