"""A wrong format file stops the run and names file and line; a right one never does."""

import hashlib
import shutil
from pathlib import Path

import pytest

from gkingest.document.ingest import ingest
from gkingest.errors import ExitCode, FormatError
from gkingest.formats.load import format_hash, load_format, load_formats

GOOD = """\
id: toy-2030
edition: "2030"
title: 玩具格式
authority: 某函〔2030〕1号
first_year: 2030
sections: [总体情况]
tables:
  - key: requests
    section: 1
    title: 申请情况
    blocks:
    - key: requests
      columns:
        - {key: person, label: 自然人, aliases: [个人]}
        - {key: firm, label: 企业}
        - {key: total, label: 总计, kind: total}
      rows:
        - {key: received, label: 一、新收}
        - label: 二、办理
          kind: heading
          children:
            - {key: granted, label: 1.公开}
            - {key: refused, label: 2.其他}
        - label: 三、处理
          kind: heading
          children:
            - {key: money, label: 1.金额, unit: 万元, number: amount}
            - {key: misc, label: 2.其他}
stated:
  - table: fees
    row: fee
    column: amount
    label: 信息处理费
    section: 1
    unit: 元
    topics: [信息处理费]
    zero: [未收取]
rules:
  - id: requests.row_total
    kind: sum
    table: requests
    along: columns
    total: total
    parts: [person, firm]
    sentence: 总计等于各项之和
"""

# what is wrong -> (text to replace, replacement with # HERE on the line at fault, a word of the message)
BAD = {
    "a YAML key stands twice": (
        "first_year: 2030",
        "first_year: 2030\nfirst_year: 2031 # HERE",
        "first_year",
    ),
    "a key nobody knows": ("first_year: 2030", "first_year: 2030\nlast_yaer: 2031 # HERE", "last_yaer"),
    "a key nobody knows in a row": (
        "- {key: received, label: 一、新收}",
        "- {key: received, label: 一、新收, alias: [新收]} # HERE",
        "alias",
    ),
    "a rule on a column that is not there": (
        "- id: requests.row_total",
        "- id: requests.row_total # HERE",
        "ghost",
    ),
    "a rule on a table that is not there": (
        "- id: requests.row_total",
        "- id: requests.row_total # HERE",
        "phantom",
    ),
    "two siblings with one comparison key": (
        "- {key: firm, label: 企业}",
        "- {key: firm, label: 企业}\n        - {key: enterprise, label: （一）企 业} # HERE",
        "企",
    ),
    "an alias that is a sibling's label": (
        "- {key: firm, label: 企业}",
        "- {key: firm, label: 企业, aliases: [自 然 人]} # HERE",
        "自然人",
    ),
    "an alias equal to its label": ("aliases: [个人]}", "aliases: [自 然 人]} # HERE", "alias"),
    "a unit nobody knows": ("unit: 万元, number: amount}", "unit: 贯, number: amount} # HERE", "贯"),
    "a heading without children": (
        "- {key: received, label: 一、新收}",
        "- {label: 一、新收, kind: heading} # HERE",
        "heading",
    ),
    "children under a row with figures": (
        "- label: 三、处理\n          kind: heading",
        "- label: 三、处理 # HERE\n          key: handled\n          kind: data",
        "heading",
    ),
    "a row without a key": ("- {key: received, label: 一、新收}", "- {label: 一、新收} # HERE", "key"),
    "a key that is no key": ("- {key: received,", "- {key: Réçu, # HERE\n           ", "key"),
    "two rows with one key": (
        "- {key: granted, label: 1.公开}",
        "- {key: received, label: 1.公开} # HERE",
        "received",
    ),
    "two columns with one key": (
        "- {key: firm, label: 企业}",
        "- {key: person, label: 企业} # HERE",
        "person",
    ),
    "an empty label": ("- {key: firm, label: 企业}", '- {key: firm, label: ""} # HERE', "label"),
    "a rule of a kind nobody knows": ("kind: sum\n", "kind: product # HERE\n", "kind"),
    "a rule of a kind that is no word": (
        "kind: sum\n",
        "kind: [sum] # HERE\n",
        "'sum', 'balance', 'at_most' or 'carry'",
    ),
    "a carry that takes off all there is": ("- id: requests.row_total", "- id: requests.row_total # HERE", "-*"),
    "a sum without parts": ("- id: requests.row_total", "- id: requests.row_total # HERE", "parts"),
    "a sum with a side of another kind": ("- id: requests.row_total", "- id: requests.row_total # HERE", "a sum"),
    "a sum that says what last year has": ("- id: requests.row_total", "- id: requests.row_total # HERE", "parts"),
    "an edition that is no year": ('edition: "2030"', 'edition: "new" # HERE', "edition"),
    "no YAML": ("sections: [总体情况]", "sections: [总体情况", ""),
    "a tab for a space": ("first_year: 2030", "first_year:\t- 2030 # HERE", ""),
}
ALSO = {  # a second change that goes with the first
    "a carry that takes off all there is": (
        "    kind: sum\n    table: requests\n    along: columns\n    total: total\n    parts: [person, firm]\n",
        "    kind: carry\n    table: requests\n    along: columns\n    total: total\n"
        '    last: [person]\n    parts: ["-*"]\n',
    ),
    "a rule on a column that is not there": ("parts: [person, firm]", "parts: [person, ghost]"),
    "a rule on a table that is not there": ("    table: requests\n", "    table: phantom\n"),
    "a sum without parts": ("    parts: [person, firm]\n", ""),
    "a sum with a side of another kind": ("    total: total\n", "    total: total\n    left: [person]\n"),
    "a sum that says what last year has": ("    total: total\n", "    total: total\n    last: [person]\n"),
}


def write(folder: Path, text: str, name: str = "toy.yml") -> Path:
    """A format file in ``folder``."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    """What loading says against a file."""
    with pytest.raises(FormatError) as caught:
        load_format(path)
    assert caught.value.exit_code is ExitCode.FORMAT
    return str(caught.value)


def test_the_toy_format_is_good_so_that_each_change_below_is_what_makes_it_bad(tmp_path: Path) -> None:
    form = load_format(write(tmp_path, GOOD))
    assert [row for row, column, _, _ in form.table("requests").slots() if column == "person"] == [
        "received",
        "granted",
        "refused",
        "money",
        "misc",
    ]


@pytest.mark.parametrize("why", BAD)
def test_a_bad_file_is_refused_with_file_and_line(tmp_path: Path, why: str) -> None:
    old, new, word = BAD[why]
    assert GOOD.count(old) == 1, "the change must hit one place"
    text = GOOD.replace(old, new)
    if why in ALSO:
        assert text.count(ALSO[why][0]) == 1
        text = text.replace(*ALSO[why])
    path = write(tmp_path, text)
    message = refusal(path)
    assert word in message
    lines = [n for n, line in enumerate(text.splitlines(), 1) if "# HERE" in line]
    if lines:
        assert message.startswith(f"{path}:{lines[0]}:")
    else:
        assert message.startswith(f"{path}:") and message[len(f"{path}:")].isdigit()


def test_a_rule_may_not_be_confined_to_rows_that_are_not_there(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace("parts: [person, firm]", "parts: [person, firm]\n    only: [ghost]"))
    assert "ghost" in refusal(path)


def test_a_stated_amount_needs_a_unit_that_is_known(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace("unit: 元", "unit: 贯"))
    assert "贯" in refusal(path)


@pytest.mark.parametrize("text", ["", "null", "- 1\n- 2\n", "just words", "{}", "a: [1, 2", "\t", "id: &a [*a]"])
def test_what_is_no_format_at_all_is_refused(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    assert refusal(path).startswith(f"{path}:")


def test_bytes_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "toy.yml"
    path.write_bytes(GOOD.encode("gb18030"))
    assert refusal(path).startswith(f"{path}:3:")  # the first Chinese words


def test_siblings_share_labels_under_different_parents_only(tmp_path: Path) -> None:
    text = GOOD.replace("- {key: granted, label: 1.公开}", "- {key: granted, label: 1.结果维持}").replace(
        "- {key: money, label: 1.金额, unit: 万元, number: amount}", "- {key: money, label: 1.结果维持}"
    )
    form = load_format(write(tmp_path, text))
    labels = [leaf.label for leaf, _ in form.table("requests").blocks[0].row_leaves()]
    assert labels.count("2.其他") == labels.count("1.结果维持") == 2


def test_an_empty_folder_is_refused_and_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=tmp_path.name):
        load_formats(tmp_path)


def test_a_folder_that_is_not_there_is_refused_and_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="nowhere"):
        load_formats(tmp_path / "nowhere")


def test_two_files_of_one_edition_are_refused_and_both_named(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "one.yml")
    write(tmp_path, GOOD.replace("toy-2030", "toy-again"), "two.yml")
    with pytest.raises(FormatError, match=r"(?s)toy-2030.*toy-again|toy-again.*toy-2030"):
        load_formats(tmp_path)


def test_one_bad_file_spoils_the_folder(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "good.yml")
    write(tmp_path, GOOD.replace("toy-2030", "toy-2031").replace('"2030"', '"2031"') + "extra: 1\n", "bad.yml")
    with pytest.raises(FormatError, match=r"bad\.yml"):
        load_formats(tmp_path)


def test_a_schemas_folder_may_hold_a_formats_folder_or_the_files(tmp_path: Path) -> None:
    (tmp_path / "formats").mkdir()
    write(tmp_path / "formats", GOOD)
    assert load_formats(tmp_path) == load_formats(tmp_path / "formats")


def test_a_researchers_single_format_reads_its_reports_as_the_shipped_pair_does(
    tmp_path: Path, root: Path, corpus: Path, formats: tuple[object, ...]
) -> None:
    shutil.copy(root / "schemas/formats/gk-2021.yml", tmp_path)
    own = load_formats(tmp_path)
    assert [f.edition for f in own] == ["2021"]
    (path,) = (corpus / "www.weidong.gov.cn").iterdir()
    alone, beside = ingest(path, own), ingest(path, load_formats(root / "schemas"))
    assert alone.report is not None and beside.report is not None
    assert alone.report.facts == beside.report.facts
    assert alone.status == beside.status


def test_the_hash_of_the_formats_changes_with_a_byte_and_with_nothing_else(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        write(folder, GOOD)
    first = format_hash(one)
    assert first == format_hash(other) == format_hash(one)
    assert len(bytes.fromhex(first)) == hashlib.sha256().digest_size
    write(other, GOOD + "\n")
    assert format_hash(other) != first
    write(other, GOOD.replace("企业", "企並"))
    assert format_hash(other) != first
    write(other, GOOD)
    assert format_hash(other) == first
    write(other, GOOD, "second.yml")
    assert format_hash(other) != first
