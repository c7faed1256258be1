"""The crosswalk and the indicators are data that loading checks; a wrong file names its line."""

from pathlib import Path

import pytest

from gkingest.errors import FormatError
from gkingest.formats.crosswalk import joined, load_crosswalk, relation_of
from gkingest.formats.indicators import (
    in_edition,
    is_comparable,
    load_indicators,
    load_measures,
    terms,
    why_lacking,
)
from gkingest.formats.names import form_keys
from gkingest.formats.spec import Format

Formats = tuple[Format, ...]


@pytest.fixture
def crosswalk_text(root: Path) -> str:
    return (root / "schemas/crosswalk.yaml").read_text(encoding="utf-8")


@pytest.fixture
def indicators_text(root: Path) -> str:
    return (root / "schemas/indicators.yaml").read_text(encoding="utf-8")


def test_what_ships_is_whole(formats: Formats) -> None:
    measures = load_measures(formats)
    assert len({i.key for i in measures.indicators}) == len(measures.indicators) > 40
    for form in formats:
        assert set(relation_of(measures.crosswalk, form)) == set(form_keys(form))


def test_where_any_series_stops_the_crosswalk_says_why(formats: Formats) -> None:
    measures = load_measures(formats)
    crosswalk = measures.crosswalk
    for figure in joined(crosswalk, formats):
        lacking = [e for e in crosswalk.editions if e not in figure.parts]
        assert [e for e in lacking if crosswalk.why_lacking(figure.key, e) is None] == [], figure.key
    for indicator in measures.indicators:
        lacking_it = [f for f in formats if not in_edition(indicator, f, crosswalk)]
        unsaid = [f.edition for f in lacking_it if why_lacking(indicator, f, formats, crosswalk) is None]
        assert unsaid == [], indicator.key


def test_every_shipped_indicator_is_in_both_editions_and_only_counts_of_slots_do_not_compare(
    formats: Formats,
) -> None:
    measures = load_measures(formats)
    national = [f for f in formats if f.edition in ("2019", "2021")]
    assert all(in_edition(i, f, measures.crosswalk) for i in measures.indicators for f in national)
    apart = [i.key for i in measures.indicators if not is_comparable(i, formats, measures.crosswalk)]
    assert apart == ["completeness", "arithmetic_error_rate"]


def test_a_row_of_one_edition_is_the_sum_of_three_of_the_other(
    gk2019: Format, gk2021: Format, formats: Formats
) -> None:
    crosswalk = load_crosswalk(formats)
    (one,) = terms(("requests/other/total",), gk2019, crosswalk) or ()
    three = terms(("requests/other/total",), gk2021, crosswalk) or ()
    assert str(one[0]) == "requests/other/total"
    assert [cell.row for cell, _ in three] == ["other.correction_overdue", "other.fee_overdue", "other.misc"]
    assert terms(("proactive/regulations/issued",), gk2019, crosswalk) is None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("      - requests/carried_in/*\n", "", "stands under no relation"),
        ("      - requests/carried_in/*\n", "      - requests/carried_in/*\n" * 2, "and under requests/carried_in"),
        ("requests/carried_in/*", "requests/carried_up/*", "has no such cell"),
        ('"2021": [proactive/fees/amount]', '"2020": [proactive/fees/amount]', "no edition of this crosswalk"),
        ('gb-2014, "2019", "2021"]', 'gb-2014, "2019", "2031"]', "there is no edition 2031"),
        ("relation: sum", "relation: same", "call it sum"),
        ("relation: sum", "relation: total", "relation"),
        ("key: requests/other/*", "key: requests/granted/*", "key of two comparable figures"),
        (
            "proactive/licensing/decisions,",
            "proactive/licensing/decisions, proactive/fees/amount,",
            "stands under proactive/fees/amount and under",
        ),
    ],
)
def test_a_wrong_crosswalk_is_refused(
    tmp_path: Path, crosswalk_text: str, formats: Formats, old: str, new: str, words: str
) -> None:
    assert old in crosswalk_text
    path = tmp_path / "crosswalk.yaml"
    path.write_text(crosswalk_text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FormatError, match=r"crosswalk\.yaml:\d+: ") as caught:
        load_crosswalk(formats, path)
    assert words in str(caught.value)


def test_figures_of_two_units_are_not_called_the_same(
    tmp_path: Path, crosswalk_text: str, formats: Formats, gk2021: Format
) -> None:
    """If an edition counted 件 and the other 万元 under one key, the crosswalk would not load."""
    table = gk2021.table("disputes")
    block = table.blocks[0]
    columns = tuple(c.model_copy(update={"unit": "万元", "number": "amount"}) for c in block.columns)
    other = table.model_copy(update={"blocks": (block.model_copy(update={"columns": columns}),)})
    wrong = gk2021.model_copy(update={"printed": (*(t for t in gk2021.tables if t.key != "disputes"), other)})
    path = tmp_path / "crosswalk.yaml"
    path.write_text(crosswalk_text, encoding="utf-8")
    with pytest.raises(FormatError, match="is called same, but is measured as"):
        load_crosswalk([*(f for f in formats if f.edition != "2021"), wrong], path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("key: caseload", "key: requests", "two indicators are called requests"),
        ("requests/decided_total/total", "requests/undecided/total", "no edition of the form has all of its cells"),
        ("numerator: [requests/new_received/total]", "numerator: [proactive/regulations/issued]", ""),
        (
            "numerator: [requests/new_received/total]",
            "numerator: [fees_collected/processing_fee/amount]",
            "is called different in the crosswalk",
        ),
        ("    unit: count", "    unit: percent", "a count has no denominator"),
        ("per_capita: true", "per_capita: perhaps", "per_capita"),
        ("    unit: count", "    unit: days", "unit"),
        ("{count: reported}", "{count: guessed}", "numerator"),
        ("    unit: count", "    unit: count\n    editions: ['2030']", "no edition"),
    ],
)
def test_a_wrong_indicator_is_refused(
    tmp_path: Path, indicators_text: str, formats: Formats, old: str, new: str, words: str
) -> None:
    assert old in indicators_text
    path = tmp_path / "indicators.yaml"
    path.write_text(indicators_text.replace(old, new, 1), encoding="utf-8")
    crosswalk = load_crosswalk(formats)
    if not words:  # a figure of one edition alone is allowed, and tells so in the other
        (first, *_) = load_indicators(formats, crosswalk, path)
        assert [f.edition for f in formats if in_edition(first, f, crosswalk)] == ["2021"]
        return
    with pytest.raises(FormatError, match=r"indicators\.yaml:\d+: ") as caught:
        load_indicators(formats, crosswalk, path)
    assert words in str(caught.value)


def test_a_folder_of_ones_own_may_bring_its_own_files(
    tmp_path: Path, formats: Formats, indicators_text: str
) -> None:
    head, _, rest = indicators_text.partition("  - key: caseload")
    assert rest
    (tmp_path / "indicators.yaml").write_text(head, encoding="utf-8")
    assert [i.key for i in load_measures(formats, tmp_path).indicators] == ["requests"]
