"""Whatever is wrong with a YAML file is one line for the user: file, line, what, and what to do."""

import re
import shutil
import warnings
from pathlib import Path

import pytest
from formats.test_bad_files import GOOD
from hypothesis import given
from hypothesis import strategies as st

from cli.conftest import Call
from cli.test_language import CHINESE, english_words
from gkingest.errors import FormatError
from gkingest.formats.crosswalk import load_crosswalk, shipped_crosswalk
from gkingest.formats.indicators import load_indicators
from gkingest.formats.load import load_format
from gkingest.formats.spec import Format
from gkingest.language import in_chinese

FORM, CROSSWALK, INDICATORS = "formats/gk-2021.yml", "crosswalk.yaml", "indicators.yaml"

# file, what stands there, what is written instead (# HERE on the line at fault), what is said of it
WRONG = {
    "a bracket that is not closed": (
        FORM,
        "ignored: [信息内容, 主动公开政府信息情况, 项目]\n    blocks:",
        "ignored: [信息内容, 主动公开政府信息情况, 项目\n    blocks: # HERE",
        "this is no YAML: .*begun in line 19.*; mend the indentation, brackets or quotes there",
    ),
    "an indentation that is off": (
        FORM,
        "first_year: 2021",
        " first_year: 2021 # HERE",
        "this is no YAML: .*; mend the indentation",
    ),
    "a quote that is not closed": (INDICATORS, "zh: 新收申请}", 'zh: "新收申请}', "this is no YAML"),
    "a tab": (CROSSWALK, "links:\n", "links:\n\t- relation: same # HERE\n", "this is no YAML: .*; mend"),
    "a character that may not be printed": (
        FORM,
        "title: 政府信息公开工作年度报告（2021年格式）",
        "title: 政府\x07信息 # HERE",
        r"the character U\+0007 may not stand in YAML; delete it",
    ),
    "a key that stands twice": (
        FORM,
        "first_year: 2021",
        "first_year: 2021\nfirst_year: 2022 # HERE",
        "the key 'first_year' stands here and in line 7; keep one",
    ),
    "a key that stands twice, with lines of text": (
        INDICATORS,
        "  - key: requests\n",
        "  - key: requests\n    source: |\n      one\n      two\n    source: |  # HERE\n      one\n      two\n",
        "the key 'source' stands here and in line 9; keep one",
    ),
    "a key that is slightly wrong": (
        FORM,
        "first_year: 2021",
        "first_year: 2021\nlast_yaer: 2031 # HERE",
        "there is no key 'last_yaer' here; write last_year",
    ),
    "a key of an indicator that nobody knows": (
        INDICATORS,
        "    per_capita: true\n",
        "    formula: a + b # HERE\n",
        "there is no key 'formula' here; there are key, title, unit, numerator, denominator",
    ),
    "a merge of what is written elsewhere": (
        FORM,
        "first_year: 2021",
        "first_year: 2021\n<<: {last_year: 2031} # HERE",
        "there is no key '<<' here; there are id",
    ),
    "a key that is missing": (
        CROSSWALK,
        "  - relation: same\n    cells: [proactive/licensing/decisions,",
        "  - cells: [proactive/licensing/decisions, # HERE\n          ",
        "the key 'relation' is missing; add it",
    ),
    "a key that is a list": (
        FORM,
        "first_year: 2021",
        "? [first, year] # HERE\n: 2021",
        "a key must be a word; look at the brackets",
    ),
    "a word where a number belongs": (
        FORM,
        "first_year: 2021",
        "first_year: 今年 # HERE",
        "first_year is '今年'; it must be a whole number",
    ),
    "a number beyond all numbers": (
        FORM,
        "first_year: 2021",
        f"first_year: {'9' * 5000} # HERE",
        "first_year is '9{60}…'; it must be a whole number",
    ),
    "a day that is none where a number belongs": (
        FORM,
        "first_year: 2021",
        "first_year: 2021-13-45 # HERE",
        "first_year is '2021-13-45'; it must be a whole number",
    ),
    "a word where a list belongs": (
        CROSSWALK,
        'editions: [fj-2009, sh-2008, dx-2008, fj-2014, gb-2014, "2019", "2021"]',
        "editions: 2019 # HERE",
        "editions is '2019'; it must be a list",
    ),
    "a list where a word belongs": (
        INDICATORS,
        "  - key: caseload",
        "  - key: [caseload] # HERE",
        "indicators.key is a list; it must be text",
    ),
    "a list where keys belong": (
        INDICATORS,
        "    title: {en: Requests received, zh: 新收申请}",
        "    title: [Requests received, 新收申请] # HERE",
        "indicators.title is a list; it must be keys with values",
    ),
    "nothing where a word belongs": (
        CROSSWALK,
        "key: requests/other/*",
        "key: # HERE",
        "links.key is empty; it must be text",
    ),
    "a word that is none of those that are allowed": (
        INDICATORS,
        "    unit: count",
        "    unit: days # HERE",
        "indicators.unit is 'days'; write one of 'percent', 'ratio' or 'count'",
    ),
    "something to count that nobody counts": (
        INDICATORS,
        "{count: reported}",
        "{count: guessed} # HERE",
        "numerator.count is 'guessed'; write one of 'reported', 'slots', 'broken' or 'assessed'",
    ),
    "a key in Chinese": (
        INDICATORS,
        "  - key: caseload",
        "  - key: 应办 # HERE",
        "indicators.key is '应办'; it must fit the pattern",
    ),
    "a truth that is none": (
        INDICATORS,
        "    per_capita: true",
        "    per_capita: perhaps # HERE",
        "indicators.per_capita is 'perhaps'; it must be true or false",
    ),
    "a part that contains itself": (
        FORM,
        "sections:\n",
        "sections: &all [*all] # HERE\nothers:\n",
        r"this contains itself, or is larger than any form; remove the alias",
    ),
    "brackets without end": (FORM, "authority: ", f"authority: {'[' * 5000}", "this is nested too deep"),
    "an alias of nothing": (
        INDICATORS,
        "    unit: count",
        "    unit: *count # HERE",
        "undefined alias 'count'.*; mend",
    ),
    "an object of a programming language": (
        FORM,
        "first_year: 2021",
        "first_year: !!python/object:os.system x # HERE",
        "the tag .*os.system means nothing here; remove it",
    ),
    "a second document": (FORM, "first_year: 2021", "---\nfirst_year: 2021", "this is no YAML.*another document"),
    "a heading without rows": (
        FORM,
        "        - {key: regulations, label: 规章, title: Government rules}",
        "        - {label: 规章, kind: heading} # HERE",
        "规章: a heading has children, and nothing else has; mend",
    ),
    "a link that is none": (
        CROSSWALK,
        "relation: sum",
        "relation: same",
        "is called same, but is made of several cells",
    ),
    "a cell that is not there": (
        CROSSWALK,
        "requests/carried_in/*",
        "requests/carried_up/* # HERE",
        "requests/carried_up/\\*: edition fj-2009 has no such cell; correct the name",
    ),
    "a figure that the crosswalk forgets": (
        CROSSWALK,
        "      - requests/carried_in/*\n",
        "",
        "requests/carried_in/natural_person of edition 2019 stands under no relation; say how it compares",
    ),
    "an indicator of nothing": (
        INDICATORS,
        "  - key: caseload\n",
        "  - key: caseload # HERE\n",
        "caseload: no edition of the form has all of its cells; correct numerator or denominator",
    ),
}
ALSO = {
    "an indicator of nothing": ("[requests/new_received/total, requests/carried_in/total]", "[requests/none/total]")
}


@pytest.fixture
def schemas(root: Path, tmp_path: Path) -> Path:
    """A folder of one's own with all the files that ship."""
    return Path(shutil.copytree(root / "schemas", tmp_path / "my-schemas"))


def told(call: Call, schemas: Path, name: str, line: int | None) -> str:
    """The one line that ``gkingest formats`` says against a file, without the place."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a warning would be a second line
        answer = call("formats", "--schemas", schemas)
    assert (answer.code, answer.out) == (3, "")
    at = re.escape(f"gkingest: {schemas / name}:") + (str(line) if line else r"\d+")
    found = re.fullmatch(at + r": ([^\n]+)\n", answer.err)
    assert found, answer.err
    return found[1]


@pytest.mark.parametrize("why", WRONG)
def test_a_wrong_file_is_one_line_that_says_where_what_and_what_to_do(call: Call, schemas: Path, why: str) -> None:
    name, old, new, words = WRONG[why]
    text = (schemas / name).read_text(encoding="utf-8")
    assert old in text
    text = text.replace(old, new, 1)
    if why in ALSO:
        text = text.replace(*ALSO[why], 1)
    (schemas / name).write_text(text, encoding="utf-8")
    line = next((n for n, one in enumerate(text.split("\n"), 1) if "# HERE" in one), None)
    assert re.search(words, told(call, schemas, name, line))


def test_what_is_wrong_is_said_in_chinese_too(formats: tuple[Format, ...], schemas: Path) -> None:
    """Of every mistake above."""
    wrong, crosswalk = [], shipped_crosswalk()
    for why, (name, old, new, _) in WRONG.items():
        text = before = (schemas / name).read_text(encoding="utf-8")
        for was, becomes in ((old, new), ALSO.get(why, ("", ""))):
            text = text.replace(was, becomes, 1)
        (schemas / name).write_text(text, encoding="utf-8")
        with pytest.raises(FormatError) as raised:
            if name == FORM:
                load_format(schemas / name)
            elif name == CROSSWALK:
                load_crosswalk(formats, schemas / name)
            else:
                load_indicators(formats, crosswalk, schemas / name)
        (schemas / name).write_text(before, encoding="utf-8")
        said = in_chinese(raised.value.message).removeprefix(str(schemas))
        wrong += [(why, said)] if english_words(said) or not CHINESE.search(said.replace("今年", "")) else []
    assert wrong == []


@pytest.mark.parametrize("name", [FORM, CROSSWALK, INDICATORS])
def test_a_file_in_another_encoding_is_named_with_its_first_chinese_line(
    call: Call, schemas: Path, name: str
) -> None:
    text = (schemas / name).read_text(encoding="utf-8")
    first = next(n for n, one in enumerate(text.splitlines(), 1) if not one.isascii())
    (schemas / name).write_bytes(text.encode("gb18030"))
    assert told(call, schemas, name, first) == "this is not UTF-8; save the file in the encoding UTF-8"


@pytest.mark.parametrize("name", [FORM, CROSSWALK, INDICATORS])
@pytest.mark.parametrize("text", ["", "# nothing\n", "[]\n", "words\n", "null\n"])
def test_a_file_that_holds_something_else_is_named(call: Call, schemas: Path, name: str, text: str) -> None:
    (schemas / name).write_text(text, encoding="utf-8")
    assert "the file is " in told(call, schemas, name, None)


def test_a_file_as_an_editor_on_windows_saves_it_is_read(call: Call, schemas: Path) -> None:
    """With a byte order mark and carriage returns."""
    before = call("formats", "--schemas", schemas).out
    for path in (*schemas.glob("*.yaml"), *schemas.glob("formats/*.yml")):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    answer = call("formats", "--schemas", schemas)
    assert (answer.code, answer.out) == (0, before)


def test_a_name_given_to_two_parts_is_no_second_line(call: Call, schemas: Path) -> None:
    """YAML lets a later anchor take the name of an earlier one."""
    text = (schemas / INDICATORS).read_text(encoding="utf-8")
    (schemas / INDICATORS).write_text(text.replace("unit: count", "unit: &u count"), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert call("formats", "--schemas", schemas).code == 0


def test_a_folder_with_one_edition_is_not_blamed_for_what_ships(call: Call, schemas: Path, here: Path) -> None:
    """The crosswalk and the indicators that ship are of several editions."""
    for path in (*schemas.glob("*.yaml"), *(schemas / "formats").glob("*.yml")):
        if path.name != "gk-2021.yml":
            path.unlink()
    answer = call("formats", "--schemas", schemas)
    assert (answer.code, answer.err) == (0, "")
    assert re.findall(r"(?m)^  (\S+) .*\d$", answer.out) == ["gk-2021"]
    assert call("codebook", "--schemas", schemas).code == 0


SIGNS = "{}[]:,-\"'#&*!|>%@`?<~ \n\t\x07\x85年a0"


@given(st.integers(0, len(GOOD)), st.integers(0, 12), st.text(SIGNS, max_size=6))
def test_whatever_is_done_to_a_file_it_loads_or_is_told_in_one_line(
    tmp_path: Path, place: int, gone: int, signs: str
) -> None:
    path = tmp_path / "toy.yml"
    path.write_text(GOOD[:place] + signs + GOOD[place + gone :], encoding="utf-8", newline="")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            load_format(path)
        except FormatError as error:
            assert re.fullmatch(re.escape(str(path)) + r":\d+: .+", str(error)), str(error)
