"""Methods of reading: what is stored is text, what is asked of it is not a matter of how the text begins."""

import pytest

from gkingest.model.method import ALIGNED, SCAN, SENTENCE, LabelMatch, Method, Way, plain_way


@pytest.mark.parametrize(
    ("method", "text"),
    [
        (Method(Way("ruled"), LabelMatch.EXACT), "ruled/exact"),
        (Method(plain_way(3.0), LabelMatch.FUZZY), "pdfplumber-3/fuzzy"),
        (Method(plain_way(1.5), LabelMatch.ALIAS), "pdfplumber-1.5/alias"),
        (Method(SENTENCE), "sentence"),
    ],
)
def test_a_method_is_written_and_read_back(method: Method, text: str) -> None:
    assert str(method) == text
    assert Method.parse(text) == method


def test_no_text_is_no_method() -> None:
    assert Method.parse("") is None


@pytest.mark.parametrize("text", ["ruled/", "ruled/guess", "ruled/exact/2"])
def test_an_unknown_match_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="LabelMatch"):
        Method.parse(text)


@pytest.mark.parametrize(
    ("text", "pictured"),
    [
        ("scan/exact", True),
        ("scan", True),
        ("scanned/exact", False),
        ("ruled/exact", False),
        ("aligned/fuzzy", False),
    ],
)
def test_only_what_was_recognised_in_a_picture_is_pictured(text: str, pictured: bool) -> None:
    assert Method.parse(text).way.pictured is pictured


def test_a_way_is_known_by_its_name() -> None:
    assert Way("html", declared=True) == Way("html")
    assert len({SCAN, Way("scan"), ALIGNED}) == 2
