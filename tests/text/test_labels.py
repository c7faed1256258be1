"""One label has one comparison key, however it is set; two labels have two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gkingest.formats.spec import Format, Node
from gkingest.text.labels import Label, fold, label_key, label_keys, read_label, simplified

ANY_CHARACTER = st.characters(exclude_categories=())

SAME = {
    "numbering of a section": [
        "一、本年新收政府信息公开申请数量",
        "一.本年新收政府信息公开申请数量",
        "一．本年新收政府信息公开申请数量",
        "一 、 本年新收政府信息公开申请数量",
        "（一）本年新收政府信息公开申请数量",
        "1、本年新收政府信息公开申请数量",
        "本年新收政府信息公开申请数量",
    ],
    "numbering of a group": [
        "（一）予以公开",
        "(一)予以公开",
        "( 一 ) 予以公开",
        "一）予以公开",
        "㈠予以公开",
        "予以公开",
    ],
    "numbering of an item": [
        "1.属于国家秘密",
        "1．属于国家秘密",
        "１.属于国家秘密",
        "1、属于国家秘密",
        "1 属于国家秘密",
        "1属于国家秘密",
        "（1）属于国家秘密",
        "(1) 属于国家秘密",
        "1）属于国家秘密",
        "①属于国家秘密",
        "⑴属于国家秘密",
        "⒈属于国家秘密",
        "1. 属于国家秘密",
        "1.\n属于国家秘密",
        "属于国家秘密",
    ],
    "spaces within a word": [
        "总计",
        "总 计",
        "总　计",
        "总\u00a0计",
        " 总计 ",
        "总\n计",
        "总\r\n\n计",
        "总\u200b计",
        "\ufeff总计",
    ],
    "a word set upright": ["商业企业", "商 业 企 业", "商\n业\n企\n业", "商业\n企业"],
    "brackets and commas": [
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
        "(二) 部分公开 (区分处理的, 只计这一情形, 不计其他情形)",
        "（二）部分公开\n（区分处理的，只\n计这一情形，不计\n其他情形）",
        "部分公开【区分处理的、只计这一情形、不计其他情形】",
    ],
    "quotes": [
        "3.危及“三安全一稳定”",
        '3.危及"三安全一稳定"',
        "3.危及＂三安全一稳定＂",
        "3.危及「三安全一稳定」",
        "3.危及『三安全一稳定』",
        "3.危及《三安全一稳定》",
        "3.危及‘三安全一稳定’",
        "3.危及'三安全一稳定'",
        "3.危及”三安全一稳定“",
        "3.危及三安全一稳定",
    ],
    "comma for enumeration comma": [
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        "1.申请人无正当理由逾期不补正，行政机关不再处理其政府信息公开申请",
        "1.申请人无正当理由逾期不补正,行政机关不再处理其政府信息公开申请",
        "1.申请人无正当理由逾期不补正行政机关不再处理其政府信息公开申请",
    ],
    "slash": ["本年增/减", "本年增／减", "本年增 / 减"],
    "Kangxi radicals": ["自然人", "⾃然⼈", "⾃然人"],
    "more Kangxi radicals": ["无法提供", "⽆法提供"],
    "characters of width two": ["行政许可", "⾏政许可", "行 政 许 可"],
    "traditional characters": ["不予公开", "不予公開"],
    "traditional: requests": ["本年新收政府信息公开申请数量", "本年新收政府信息公開申請數量"],
    "traditional: secrets": ["1.属于国家秘密", "1.屬於國家秘密"],
    "traditional: stability": ["3.危及“三安全一稳定”", "3.危及「三安全一穩定」", "3.危及《三安全一穩定》"],
    "traditional: totals": ["（七）总计", "（七）總計"],
    "traditional: penalties": ["行政处罚", "行政處罰"],
    "traditional: coercion": ["行政强制", "行政強制"],
    "traditional: carry": ["四、结转下年度继续办理", "四、結轉下年度繼續辦理"],
    "traditional: upheld": ["结果维持", "結果維持"],
    "traditional: corrected": ["结果纠正", "結果糾正"],
    "traditional: pending": ["尚未审结", "尚未審結"],
    "traditional: organisations": ["社会公益组织", "社會公益組織"],
    "traditional: disclosed": ["对外公开总数量", "對外公開總數量"],
}


@pytest.mark.parametrize("spellings", [pytest.param(v, id=k) for k, v in SAME.items()])
def test_one_label_has_one_key_however_it_is_set(spellings: list[str]) -> None:
    assert {text: label_key(text) for text in spellings} == dict.fromkeys(spellings, label_key(spellings[0]))
    assert label_key(spellings[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第二十条第（一）项", "第二十条第（五）项"),
        ("第二十条第（五）项", "第二十条第（六）项"),
        ("第二十条第（六）项", "第二十条第（八）项"),
        ("第二十条第（八）项", "第二十条第（九）项"),
        ("行政许可", "行政处罚"),
        ("行政处罚", "行政强制"),
        ("行政复议", "行政诉讼"),
        ("规章", "规范性文件"),
        ("总计", "合计"),
        ("三安全一稳定", "安全一稳定"),
        ("其他", "其他结果"),
        ("危及“三安全一稳定”", "危及“二安全一稳定”"),
    ],
)
def test_two_labels_have_two_keys(one: str, other: str) -> None:
    assert label_key(one) != label_key(other)


@pytest.mark.parametrize(
    ("printed", "level", "ordinal"),
    [
        ("一、本年新收政府信息公开申请数量", "section", 1),
        ("四、结转下年度继续办理", "section", 4),
        ("十一、附则", "section", 11),
        ("（三）不予公开", "group", 3),
        ("(七)总计", "group", 7),
        ("（十）其他", "group", 10),
        ("㈢不予公开", "group", 3),
        ("8.属于行政查询事项", "item", 8),
        ("８．属于行政查询事项", "item", 8),
        ("3、其他", "item", 3),
        ("（1）属于国家秘密", "item", 1),
        ("②重复申请", "item", 2),
        ("10.其他", "item", 10),
        ("总计", "", 0),
        ("三安全一稳定", "", 0),
        ("一般事项", "", 0),
        ("第二十条第（一）项", "", 0),
        ("2023年政府信息公开", "", 0),
    ],
)
def test_numbering_is_told_apart_from_the_words(printed: str, level: str, ordinal: int) -> None:
    label = read_label(printed)
    assert (label.text, label.level, label.ordinal) == (printed, level, ordinal)


@pytest.mark.parametrize(
    ("numeral", "number"),
    [("一", 1), ("九", 9), ("十", 10), ("十一", 11), ("十九", 19), ("二十", 20), ("二十一", 21), ("九十九", 99)],
)
def test_chinese_numerals_are_counted_up_to_ninety_nine(numeral: str, number: int) -> None:
    assert read_label(f"{numeral}、附则") == Label(f"{numeral}、附则", "附则", "section", number)
    assert read_label(f"（{numeral}）附则") == Label(f"（{numeral}）附则", "附则", "group", number)


def test_letters_are_compared_in_lower_case_and_signs_not_at_all() -> None:
    assert read_label("1.ＡＢ-c（元）") == Label("1.ＡＢ-c（元）", "abc元", "item", 1)
    assert read_label("ＡＢ-c（元）") == Label("ＡＢ-c（元）", "abc元")
    assert read_label("（一）。") == Label("（一）。", "一")


@pytest.mark.parametrize(
    ("printed", "keys"),
    [
        ("总计", ("总计",)),
        ("（一）予以公开（不含部分公开）", ("予以公开不含部分公开", "予以公开")),
        ("收费（预收）金额（万元）", ("收费预收金额万元", "收费金额", "收费预收金额")),
        ("收费（预收）金额", ("收费预收金额", "收费金额")),
        ("（注）", ("注",)),
        ("", ("",)),
        ("——", ("",)),
    ],
)
def test_a_label_is_compared_as_printed_and_without_the_remarks_in_brackets(
    printed: str, keys: tuple[str, ...]
) -> None:
    assert label_keys(printed) == keys


@pytest.mark.parametrize("printed", ["面积（㎡）", "朱镕基", "Médecins", "於潜镇 é", "\U00020000公开"])
def test_what_gb_2312_cannot_spell_and_is_not_traditional_stays(printed: str) -> None:
    assert simplified(printed) == printed


@pytest.mark.parametrize("printed", ["", " ", "——", "／", "（）", "“”", "、", "\u200b", "…"])
def test_signs_alone_make_no_key(printed: str) -> None:
    assert label_key(printed) == ""


@pytest.mark.parametrize("printed", ["三、", "（七）", "1.", "①"])
def test_numbering_alone_is_still_something_to_compare(printed: str) -> None:
    assert label_key(printed)


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("人⺠政府", "人民政府"),
        ("⻓治市", "长治市"),
        ("第1⻚", "第1页"),
        ("⻔户网站", "门户网站"),
        ("⻅附件", "见附件"),
        ("⾃然⼈", "自然人"),
        ("⾏政许可", "行政许可"),
        ("２０２３ 年", "2023年"),
        ("（一）", "(一)"),
        ("\u200b总\u00a0计\ufeff", "总计"),
    ],
)
def test_folding_gives_the_characters_that_a_reader_sees(printed: str, plain: str) -> None:
    assert fold(printed) == plain


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("鶴山市雅瑤鎮人民政府", "鹤山市雅瑶镇人民政府"),
        ("沒有收取信息處理費", "没有收取信息处理费"),
        ("不予公开", "不予公开"),
        ("abc 123", "abc 123"),
        ("", ""),
    ],
)
def test_traditional_characters_become_simplified_and_nothing_else_changes(printed: str, plain: str) -> None:
    assert simplified(printed) == plain


def labels_of(form: Format) -> list[str]:
    """Every label and alias of the form."""

    def below(node: Node) -> list[str]:
        return [*node.labels, *(text for child in node.children for text in below(child))]

    blocks = [b for t in form.tables for b in t.blocks]
    return [text for b in blocks for node in (*b.rows, *b.columns) for text in below(node)]


def test_keys_of_the_form_are_keys_of_themselves(formats: tuple[Format, ...]) -> None:
    for text in {t for form in formats for t in labels_of(form)}:
        key = label_key(text)
        assert key and label_key(key) == key, text


def test_no_label_of_the_form_depends_on_spaces_width_or_line_breaks(formats: tuple[Format, ...]) -> None:
    wide = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})
    for text in {t for form in formats for t in labels_of(form)}:
        assert label_key(text.translate(wide)) == label_key(text)
        for gap in (" ", "\n", "\u3000", "\u00a0", "\u200b"):
            assert label_key(gap.join(text)) == label_key(text)


@given(st.text(ANY_CHARACTER, max_size=30))
def test_taking_a_label_apart_never_raises(printed: str) -> None:
    label = read_label(printed)
    assert label.text == printed
    assert (label.ordinal > 0) == bool(label.level)
    assert not any(c.isspace() for c in label.key)


@given(st.text("总计其他行政许可一二三十、.（）()1234567890 \n\u3000“”《》ＡＢab⾏⼈，", max_size=20))
def test_folding_twice_is_folding_once(printed: str) -> None:
    assert fold(fold(printed)) == fold(printed)


@given(st.text("鶴山市雅瑤鎮人民政府總計結轉下年度繼續辦理公开行政处罚abc123，。", max_size=20))
def test_simplifying_twice_is_simplifying_once(printed: str) -> None:
    assert simplified(simplified(printed)) == simplified(printed)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("一、本年新收政府信息公开申请数量\n1. New requests in 2024", "本年新收政府信息公开申请数量"),
        ("结果纠正\nCorrecte\nd", "结果纠正"),
        ("行政许可 ھۆججەت", "行政许可"),
    ],
)
def test_of_a_label_in_two_languages_the_chinese_one_counts(text: str, key: str) -> None:
    assert key in label_keys(text)
    assert label_keys("1.属于A类") == ("属于a类",)
