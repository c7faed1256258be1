"""What a page says of its encoding is often wrong: the characters decide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gkingest.errors import DocumentError
from gkingest.read.declared.charset import decoded_page, decoded_text

REPORT = "<p>卫东区人民政府办公室2023年政府信息公开工作年度报告，本年新收政府信息公开申请数量</p>"
TAIWAN = "<p>政府資訊公開年度報告，本年度受理申請及處理結果</p>"


@pytest.mark.parametrize("declared", ["", "utf-8", "gb2312", "big5", "no such thing"])
@pytest.mark.parametrize(
    ("text", "encoding"), [(REPORT, "gb18030"), (REPORT, "utf-8"), (REPORT, "utf-16"), (TAIWAN, "big5")]
)
def test_a_page_is_read_in_its_own_encoding_whatever_it_declares(text: str, encoding: str, declared: str) -> None:
    assert decoded_page(text.encode(encoding), declared) == text


def test_a_page_that_was_cut_in_a_character_keeps_its_encoding() -> None:
    for declared in ("", "gb2312"):
        assert decoded_page(REPORT.encode()[:-6], declared) == REPORT[:-5] + "\ufffd"


def test_a_few_broken_bytes_do_not_change_the_encoding_of_the_rest() -> None:
    data = REPORT.encode("gb18030") + b"\xff\xff" + REPORT.encode("gb18030")
    assert decoded_page(data, "utf-8").count("卫东区") == 2


@given(st.binary(max_size=200), st.sampled_from(["", "utf-8", "gbk"]))
def test_any_bytes_become_text(data: bytes, declared: str) -> None:
    assert isinstance(decoded_page(data, declared), str)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_text_are_refused_and_not_guessed_at(data: bytes) -> None:
    try:
        assert "\0" not in decoded_text(data)
    except DocumentError as error:
        assert error.status == "unsupported"
