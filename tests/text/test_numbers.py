"""A printed cell says a number, a dash or nothing; or it cannot be read, and then it says why."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gkingest.model.report import CellState
from gkingest.text.numbers import COUNTERS, UNITS, Number, convert, header_unit, is_number, read_number

FULL_WIDTH = str.maketrans("0123456789.,+-", "０１２３４５６７８９．，＋－")
ANY_CHARACTER = st.characters(exclude_categories=())  # lone surrogates too: fonts map glyphs to anything


@pytest.mark.parametrize(
    ("printed", "value", "unit", "signed"),
    [
        ("0", "0", "", False),
        ("53", "53", "", False),
        ("1,234", "1234", "", False),
        ("1，234", "1234", "", False),
        ("12,345,678", "12345678", "", False),
        ("１２３", "123", "", False),
        ("１，２３４", "1234", "", False),
        ("9116.36", "9116.36", "", False),
        ("9,116.36", "9116.36", "", False),
        ("９１１６．３６", "9116.36", "", False),
        ("251000元", "251000", "元", False),
        ("251,000元", "251000", "元", False),
        ("251000 元", "251000", "元", False),
        ("251000\u2009元", "251000", "元", False),
        ("251000\n元", "251000", "元", False),
        ("5万元", "5", "万元", False),
        ("５万元", "5", "万元", False),
        ("37.6万元", "37.6", "万元", False),
        ("5 万 元", "5", "万元", False),
        ("5万", "5", "万元", False),
        ("5萬元", "5", "万元", False),
        ("3亿元", "3", "亿元", False),
        ("13575394432.52元", "13575394432.52", "元", False),
        ("12件", "12", "件", False),
        ("12 条", "12", "条", False),
        ("+12", "12", "", True),
        ("＋12", "12", "", True),
        ("-3", "-3", "", True),
        ("−3", "-3", "", True),
        ("－3", "-3", "", True),
        ("–3", "-3", "", True),
        ("- 3", "-3", "", True),
        ("减3", "-3", "", True),
        ("减少3", "-3", "", True),
        ("增5", "5", "", True),
        ("增加5", "5", "", True),
        ("-0", "0", "", True),
        (" 7 ", "7", "", False),
        ("\u30007\u3000", "7", "", False),
        ("\u00a07", "7", "", False),
        ("7\u200b", "7", "", False),
        ("\ufeff7", "7", "", False),
        ("0.0", "0", "", False),
    ],
)
def test_a_printed_number_keeps_its_value_its_unit_and_its_sign(
    printed: str, value: str, unit: str, signed: bool
) -> None:
    number = read_number(printed)
    assert (number.state, number.value, number.unit, number.signed) == (
        CellState.REPORTED,
        Decimal(value),
        unit,
        signed,
    )
    assert not number.problem


@pytest.mark.parametrize(
    "printed",
    [
        "",
        " ",
        "   ",
        "\t",
        "\n",
        "\r\n",
        "\u00a0",
        "\u2003",
        "\u2009",
        "\u202f",
        "\u3000",
        " \u3000\u00a0\n",
        "\u200b",
        "\u200b\u200b",
        "\ufeff",
        "\u200c",
        "\u200d",
        "\u2060",
        " \u200b \ufeff ",
    ],
)
def test_a_cell_without_ink_is_blank_and_not_zero(printed: str) -> None:
    number = read_number(printed)
    assert (number.state, number.value) == (CellState.BLANK, None)


@pytest.mark.parametrize(
    "printed",
    [
        "/",
        "／",
        "//",
        "\\",
        "-",
        "--",
        "——",
        "—",
        "–",
        "―",
        "－",
        "‐",
        "‑",
        "‒",
        "−",
        "﹣",
        "— —",
        " / ",
        "\n-\n",
        "\u3000—\u3000",
        "无",
        "無",
        "没有",
        "无 ",
    ],
)
def test_a_dash_of_any_kind_and_the_word_for_none_are_a_third_thing(printed: str) -> None:
    number = read_number(printed)
    assert (number.state, number.value) == (CellState.DASH, None)


UNREADABLE = {
    "two groups of digits": [
        "12 34",
        "1\n2",
        "0 0",
        "12\u300034",
        "１２　３４",
        "12\u00a034",
        "1 2元",
        "5\t6",
    ],
    "wrong grouping": [
        "1,23",
        "12,3456",
        "1,,234",
        ",123",
        "1,234,5",
        "1234,567",
        "12,",
        "0,123",
        "1.234.567",
    ],
    "two signs or a sign after": ["+-3", "--3", "3-", "3+", "增减3", "+3-2"],
    "ranges, quotients, shares": ["3-5", "1/2", "5%", "3～5", "3:5", "½"],
    "letters that look like digits": ["O", "o", "l", "I", "1O", "l2", "Ｏ", "B", "S0", "2l"],
    "one, or a dash": ["一", "一一"],
    "digits of other scripts, which look like others of ours": ["৪", "5৪", "٣", "५"],
    "numbering, not a number": ["3、", "(3)", "（3）", "3）", "3)", "3:", "①", "⑴", "⒈", "第3"],
    "a raised mark after a number": ["12²", "5³", "12⑴", "53(9)"],
    "words": ["详见附件", "见上表", "约5", "5左右", "大于5", "若干", "？", "*", "√", "×", "…", "."],
    "a unit nobody knows": ["5铢", "5美元", "12年", "5kg", "3号"],
    "mathematics": ["1e5", "0x10", "NaN", "inf", "Infinity", "1_000"],
}


@pytest.mark.parametrize(
    ("printed", "value", "mark"),
    [
        ("12*", "12", "*"), ("0√", "0", "√"), ("12①", "12", "①"), ("77.", "77", "."), ("77．", "77", "．"),
        ("1,234[2]", "1234", "[2]"), ("9116.36（注1）", "9116.36", "（注1）"), ("-3※", "-3", "※"),
        ("1（注\n1）", "1", "（注1）"),
    ],
)  # fmt: skip
def test_a_mark_behind_a_number_is_no_part_of_it_and_leaves_it_clear(printed: str, value: str, mark: str) -> None:
    number = read_number(printed)
    assert (number.state, number.value, number.mark) == (CellState.REPORTED, Decimal(value), mark)


def test_what_stands_behind_a_number_may_be_the_rest_of_it() -> None:
    for printed in ("12,", "1○", "5*3", "0053*", "12 *3"):
        assert read_number(printed).state is CellState.UNREADABLE, printed


def test_a_number_with_a_stop_is_one_in_a_cell_of_figures_and_a_numbering_elsewhere() -> None:
    assert is_number("77*")
    assert not is_number("77.")


@pytest.mark.parametrize(
    "printed",
    [pytest.param(text, id=f"{why}: {text!r}") for why, texts in UNREADABLE.items() for text in texts],
)
def test_ink_that_is_no_number_is_unreadable_and_says_why(printed: str) -> None:
    number = read_number(printed)
    assert (number.state, number.value, number.unit) == (CellState.UNREADABLE, None, "")
    assert number.problem


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("9" * 20, "9" * 20),
        ("1" * 17 + ".25", "1" * 17 + ".25"),
        ("10,000,000,000,000,000,000", "1" + "0" * 19),
        ("0.5", "0.5"),
        ("0", "0"),
        ("53。", "53"),
        ("5万元。", "5"),
    ],
)
def test_twenty_digits_are_the_most_and_a_full_stop_ends_a_sentence(printed: str, value: str) -> None:
    assert read_number(printed).value == Decimal(value)


@pytest.mark.parametrize("printed", ["9" * 21, "1" * 18 + ".25", "100,000,000,000,000,000,000", "1" * 22 + "元"])
def test_more_digits_than_any_count_has_are_two_cells_run_together(printed: str) -> None:
    assert read_number(printed).state is CellState.UNREADABLE


@pytest.mark.parametrize("printed", ["007", "01", "00", "00.5", "０７", "-03"])
def test_no_number_begins_with_a_zero_that_means_nothing(printed: str) -> None:
    number = read_number(printed)
    assert (number.state, number.problem) == (CellState.UNREADABLE, "a number does not begin with zero")


def test_a_dash_is_at_most_eight_strokes_long_and_a_longer_one_is_a_rule() -> None:
    assert read_number("-" * 8).state is CellState.DASH
    assert read_number("—" * 9).state is CellState.UNREADABLE
    assert read_number("- 5").value == Decimal(-5)


def test_a_full_stop_alone_or_before_the_end_is_no_number() -> None:
    for printed in ("。", "5。3", "。5"):
        assert read_number(printed).state is CellState.UNREADABLE, printed


@pytest.mark.parametrize(
    ("printed", "problem"),
    [
        ("12²", "a raised, circled or broken figure"),
        ("12 34", "two groups of digits in one cell"),
        ("见附件", "not a number, a blank or a dash"),
        ("5铢", "unknown unit '铢'"),
        ("5(万元", "unknown unit '(万元'"),
        ("01", "a number does not begin with zero"),
        ("9" * 21, "a number of 21 digits, more than any count or amount has"),
    ],
)
def test_what_cannot_be_read_says_what_is_wrong_with_it(printed: str, problem: str) -> None:
    assert read_number(printed) == Number(CellState.UNREADABLE, problem=problem)


@pytest.mark.parametrize("printed", ["零", "〇", " 零 "])
def test_the_word_for_zero_is_the_number_zero(printed: str) -> None:
    assert read_number(printed) == Number(CellState.REPORTED, Decimal(0), "", signed=False, problem="")


@pytest.mark.parametrize("printed", ["N/A", "n/a", "NA", "None", "NULL", "nil", "不适用", "不 适 用"])
def test_the_words_that_forms_have_for_not_applicable_are_dashes_in_capitals_too(printed: str) -> None:
    assert read_number(printed) == Number(CellState.DASH)


@pytest.mark.parametrize(
    ("printed", "value", "unit"),
    [
        ("5（万元）", 5, "万元"),
        ("5[元]", 5, "元"),
        ("5人民币元", 5, "元"),
        ("5元整", 5, "元"),
        ("5亿", 5, "亿元"),
        ("5()", 5, ""),
    ],
)
def test_a_unit_may_stand_in_brackets_or_under_another_name(printed: str, value: int, unit: str) -> None:
    assert read_number(printed) == Number(CellState.REPORTED, Decimal(value), unit)


@pytest.mark.parametrize("printed", ["↓3", "减3", "减少3", "-3"])
def test_an_arrow_down_is_a_sign_as_the_word_is(printed: str) -> None:
    assert read_number(printed) == Number(CellState.REPORTED, Decimal(-3), signed=True)


def test_an_arrow_up_is_a_sign_that_changes_nothing() -> None:
    assert read_number("↑3") == Number(CellState.REPORTED, Decimal(3), signed=True)


def test_minus_zero_is_zero() -> None:
    """A database and a reader would show a minus before it."""
    assert str(read_number("-0").value) == "0"


@pytest.mark.parametrize(
    ("printed", "is_one"), [("53", True), ("5万元", True), ("", False), ("—", False), ("总计", False)]
)
def test_a_number_by_itself_is_told_from_all_else(printed: str, is_one: bool) -> None:
    assert is_number(printed) is is_one


@given(st.text(ANY_CHARACTER, max_size=20))
@example("\ud800")
@example("٣")
@example("9" * 5000)
@example("9" * 20 + "," + "9" * 3)
def test_reading_never_raises_and_only_a_reported_cell_has_a_value(printed: str) -> None:
    number = read_number(printed)
    assert (number.value is not None) == (number.state is CellState.REPORTED)
    assert bool(number.problem) == (number.state is CellState.UNREADABLE)


@given(
    st.text("-/\\—–―－‐‑‒﹣−_无無没有 \u3000\u00a0\n\u200b\ufeff,.元万", max_size=8),
    st.sampled_from("0123456789０１２３４５６７８９"),
    st.text("-/\\—–―－‐‑‒﹣−_无無没有 \u3000\u00a0\n\u200b\ufeff,.元万0123456789", max_size=8),
)
def test_no_cell_with_a_digit_in_it_is_blank_or_a_dash(before: str, digit: str, after: str) -> None:
    assert read_number(before + digit + after).state not in (CellState.BLANK, CellState.DASH)


@given(st.text(ANY_CHARACTER, min_size=1, max_size=12))
def test_visible_ink_is_never_blank(printed: str) -> None:
    visible = any(c.isalnum() for c in printed)
    assert not (visible and read_number(printed).state is CellState.BLANK)


@given(
    st.integers(0, 10**9),
    st.sampled_from([" ", "  ", "\n", "\u3000", "\u00a0", "\t"]),
    st.integers(0, 10**9),
    st.booleans(),
)
def test_two_numbers_in_one_cell_never_become_one(one: int, gap: str, other: int, wide: bool) -> None:
    printed = f"{one}{gap}{other}"
    assert read_number(printed.translate(FULL_WIDTH) if wide else printed).value is None


AMOUNTS = st.decimals(0, 10**13, places=2) | st.integers(0, 10**12).map(Decimal) | st.decimals(0, 100, places=6)
SIGNS = {"": 1, "+": 1, "＋": 1, "增": 1, "增加": 1, "-": -1, "−": -1, "－": -1, "减": -1, "减少": -1}


@given(
    amount=AMOUNTS,
    grouped=st.booleans(),
    wide=st.booleans(),
    sign=st.sampled_from(sorted(SIGNS)),
    unit=st.sampled_from(["", *UNITS, *sorted(COUNTERS)]),
    gap=st.sampled_from(["", " ", "\n", "\u3000"]),
    pad=st.sampled_from(["", " ", "\u3000", "\n", "\u00a0"]),
)
def test_a_number_is_read_back_however_it_is_set(
    amount: Decimal, grouped: bool, wide: bool, sign: str, unit: str, gap: str, pad: str
) -> None:
    digits = f"{amount:,f}" if grouped else f"{amount:f}"
    printed = pad + sign + (digits.translate(FULL_WIDTH) if wide else digits) + (gap if unit else "") + unit + pad
    number = read_number(printed)
    assert number.state is CellState.REPORTED
    assert (number.value, number.unit, number.signed) == (SIGNS[sign] * amount, unit, bool(sign))


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        ("251000", "元", "万元", "25.1"),
        ("5", "万元", "元", "50000"),
        ("37.6", "万元", "元", "376000"),
        ("13575394432.52", "元", "万元", "1357539.443252"),
        ("0.01", "元", "亿元", "0.0000000001"),
        ("7", "百万元", "万元", "700"),
        ("3", "千元", "元", "3000"),
        ("9116.36", "万元", "万元", "9116.36"),
        ("12", "件", "", "12"),
        ("0", "", "元", "0"),
        ("12", "", "元", None),
        ("12", "件", "元", None),
        ("12", "元", "", None),
        ("12", "元", "件", None),
        ("12", "铢", "元", None),
    ],
)
def test_converting_gives_the_same_amount_or_nothing(value: str, unit: str, to: str, expected: str | None) -> None:
    assert convert(Decimal(value), unit, to) == (None if expected is None else Decimal(expected))


@given(AMOUNTS, st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)))
def test_converting_between_units_of_money_is_exact_and_can_be_undone(
    amount: Decimal, one: str, other: str
) -> None:
    there = convert(amount, one, other)
    assert there is not None
    assert Fraction(there) * Fraction(UNITS[other]) == Fraction(amount) * Fraction(UNITS[one])
    assert convert(there, other, one) == amount


@pytest.mark.parametrize(
    ("label", "unit"),
    [
        ("本年收费金额（单位：万元）", "万元"),
        ("本年收费金额(单位:万元)", "万元"),
        ("本年收费金额\n（单位：万元）", "万元"),
        ("本年收费金额\n（单位：万\n元）", "万元"),
        ("本年收费金额（单 位：万 元）", "万元"),
        ("本年收费金额（单位：　万元）", "万元"),
        ("本年收费金额（单位：元）", "元"),
        ("本年收费金额（元）", "元"),
        ("采购总金额（万元）", "万元"),
        ("采购总金额（单位：亿元）", "亿元"),
        ("采购总金额（¥）", "元"),
        ("采购总金额（￥）", "元"),
        ("采购总金额（单位：万¥）", "万元"),
        ("采购总金额（单位：百万元）", "百万元"),
        ("采购总金额（单位：千元）", "千元"),
        ("本年收費金額（單位：萬元）", "万元"),
        ("本年收費金額（單位：元）", "元"),
        ("单位：元", "元"),
        ("单位：件", ""),
        ("采购总金额", ""),
        ("本年收费金额", ""),
        ("总计", ""),
        ("", ""),
    ],
)
def test_a_heading_states_the_unit_of_money_or_none(label: str, unit: str) -> None:
    assert header_unit(label) == unit


@given(st.text(ANY_CHARACTER, max_size=30))
def test_the_unit_of_a_heading_is_one_that_can_be_converted_or_none(label: str) -> None:
    assert header_unit(label) in {"", *UNITS}
