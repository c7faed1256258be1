"""From a database to a comparison: the names of measures, what is shown, what is said beside it."""

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from gkingest.compare.comparison import Wanted, compare, grouping
from gkingest.compare.measure import find_measure
from gkingest.compare.shown import break_notes, comparison_tree, render_comparison, render_csv
from gkingest.errors import UsageError
from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format
from gkingest.model.finding import Finding
from gkingest.store.ask.series import Selection, selection
from gkingest.text.spreadsheet import cell_text

from .conftest import figures, made, save

Formats = tuple[Format, ...]


def told(found: object) -> list[tuple[object, ...]]:
    """Year, organ, value, reason of the rows, in order."""
    return [(s.seen.who.year, s.seen.who.organ, s.seen.value, s.seen.reason) for s in found.standings]  # type: ignore[attr-defined]


def test_the_disclosure_rates_of_2023_by_hand(printed: Engine, formats: Formats, measures: Measures) -> None:
    """From the pages: 攸县 (25+8)/57, 固始 (16+5)/39, 卫东 (9+4)/53; 宝塔 leaves them blank."""
    found = compare(printed, "disclosure_rate", formats, measures, Wanted(Selection(years=(2023,))))
    values = [(s.rank, s.seen.who.region_name, s.seen.numerator, s.seen.denominator) for s in found.standings]
    assert values == [(1, "攸县", 33, 57), (2, "固始县", 21, 39), (3, "卫东区", 13, 53), (None, "宝塔区", None, 0)]
    assert [s.seen.reason for s in found.standings] == ["", "", "", "blank"]
    assert [float(s.seen.value) for s in found.standings[:3] if s.seen.value] == pytest.approx(
        [100 * 33 / 57, 100 * 21 / 39, 100 * 13 / 53]
    )


def test_values_are_those_of_the_view(printed: Engine, formats: Formats, measures: Measures) -> None:
    for key in ("disclosure_rate_admissible", "backlog_change", "completeness", "review_rate", "requests"):
        found = compare(printed, key, formats, measures, Wanted())
        with printed.connect() as connection:
            query = text("SELECT report_id, value, reason FROM indicators WHERE indicator = :key")
            view = {row[0]: (row[1], row[2] or "") for row in connection.execute(query, {"key": key})}
        assert {s.seen.who.report_id for s in found.standings} == set(view)
        for one in found.standings:
            value, reason = view[one.seen.who.report_id]
            assert one.seen.reason == reason
            assert (None if one.seen.value is None else float(one.seen.value)) == (
                None if value is None else pytest.approx(value)
            )


def test_a_cell_runs_on_over_both_editions_where_the_crosswalk_says_so(
    printed: Engine, formats: Formats, measures: Measures
) -> None:
    """其他处理 of 攸县: one row of 1 in 2020, then three rows: 1+0+0, 0+0+2, 1+0+0."""
    wanted = Wanted(selection(["2020-2023"], [], [], ["攸县"]))
    found = compare(printed, "requests/other/total", formats, measures, wanted)
    assert [(year, value) for year, _, value, _ in told(found)] == [(2020, 1), (2021, 1), (2022, 2), (2023, 1)]
    assert found.measure.comparable
    assert not found.broken


def test_a_cell_of_one_edition_has_no_number_in_the_other_and_says_why(
    printed: Engine, formats: Formats, measures: Measures
) -> None:
    wanted = Wanted(selection(["2020", "2023"], [], [], ["430223"]))
    found = compare(printed, "requests/other.misc/total", formats, measures, wanted)
    assert [(year, value, reason) for year, _, value, reason in told(found)] == [
        (2020, None, "not_in_edition"),
        (2023, 0, ""),
    ]
    assert "only the edition of 2021 has this figure" in render_comparison(found)


def test_where_a_series_stops_is_told_with_the_reason(formats: Formats, measures: Measures, empty: Engine) -> None:
    """Fujian counted what was accepted, in items: the requests of 2012 have nothing that compares."""
    save(empty, made(1, format="fj-2009", year=2012), made(2, figures(new_received="7")))
    found = compare(empty, "requests", formats, measures, Wanted())
    (line,) = (text for text in break_notes(found) if text.startswith("the series stops"))
    assert line == (
        "the series stops at fj-2009, which has nothing that compares: the sheets of Fujian count what was "
        "accepted (受理), in items of information, and not what arrived."
    )
    told = comparison_tree(found)["stops"]
    assert told[0]["editions"] == ["fj-2009"]  # type: ignore[index]
    assert "受理数" in told[0]["why"]["zh"]  # type: ignore[index]
    by_applicant = compare(empty, "share_natural_person", formats, measures, Wanted())
    assert "kinds of applicants are asked since 2019" in " ".join(break_notes(by_applicant))


def test_what_counts_over_the_whole_form_is_kept_apart_by_edition(
    printed: Engine, formats: Formats, measures: Measures
) -> None:
    found = compare(printed, "completeness", formats, measures, Wanted())
    assert found.broken
    assert any("the editions 2019 and 2021 are kept apart" in line for line in render_comparison(found))
    assert {s.rank for s in found.standings if s.seen.who.year == 2020} == {1}


def test_an_edition_that_the_crosswalk_does_not_know_is_never_joined(formats: Formats, measures: Measures) -> None:
    newer = formats[-1].model_copy(update={"edition": "2031", "id": "gk-2031"})
    for name in ("requests", "requests/granted/total"):
        assert find_measure(name, formats, measures).comparable
        found = find_measure(name, (*formats, newer), measures)
        assert (found.comparable, found.split) == (False, True)
        assert found.why is not None


def test_a_column_of_the_panel_is_understood(formats: Formats, measures: Measures) -> None:
    assert find_measure("requests__granted__total", formats, measures).name == "requests/granted/total"


def test_the_unit_of_an_amount_is_that_of_the_form(formats: Formats, measures: Measures) -> None:
    assert find_measure("proactive/fees/amount", formats, measures).unit == "万元"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("disclosure_rat", "disclosure_rate"),
        ("granted", "requests/granted/total"),
        ("requests/grantde/total", "requests/granted/total"),
        ("requests/granted", "requests/granted/total"),
    ],
)
def test_a_mistyped_name_is_answered_with_what_is_near(
    typed: str, meant: str, formats: Formats, measures: Measures
) -> None:
    with pytest.raises(UsageError, match=meant):
        find_measure(typed, formats, measures)


def test_many_cells_are_not_added_up_unasked(formats: Formats, measures: Measures) -> None:
    with pytest.raises(UsageError, match="stands for many cells"):
        find_measure("requests/*/total", formats, measures)
    assert find_measure("requests/denied.*/total", formats, measures).formula == "requests/denied.*/total"


@pytest.mark.parametrize("state", ["blank", "dash", "absent", "unreadable"])
def test_no_state_of_a_cell_becomes_a_number(
    state: str, empty: Engine, formats: Formats, measures: Measures
) -> None:
    save(empty, made(1, figures(granted="0")), made(2, figures(granted=state)), made(3))
    found = compare(empty, "requests/granted/total", formats, measures, Wanted())
    assert told(found)[0] == (2023, "第1县人民政府", 0, "")
    assert {reason for *_, value, reason in told(found)[1:] if value is None} == {state, "absent"}
    assert found.standings[0].ranked == 1


def test_governments_are_chosen_by_level_and_other_organs_by_kind(
    empty: Engine, formats: Formats, measures: Measures
) -> None:
    save(
        empty,
        made(1),
        made(2, region_code="410000", organ="省政府"),
        made(3, region_code="410100", organ="市政府"),
        made(4, organ="县教育局", organ_kind="department"),
        made(5, organ="某镇人民政府", organ_kind="township"),
    )
    levels = {"county": "第1县人民政府", "province": "省政府", "prefecture": "市政府"}
    levels |= {"department": "县教育局", "township": "某镇人民政府"}
    for level, organ in levels.items():
        wanted = Wanted(selection([], [], [level], []))
        assert [o for _, o, *_ in told(compare(empty, "requests", formats, measures, wanted))] == [organ]


def test_parts_of_names_are_taken_as_they_are(empty: Engine, formats: Formats, measures: Measures) -> None:
    save(empty, made(1, organ="100%局"), made(2, organ="1000局"), made(3, organ="a_b局"), made(4, organ="axb局"))
    for part, organs in (("100%", ["100%局"]), ("a_b", ["a_b局"]), ("局", 4)):
        found = told(compare(empty, "requests", formats, measures, Wanted(selection([], [], [], [part]))))
        assert len(found) == organs if isinstance(organs, int) else [o for _, o, *_ in found] == organs


def test_nothing_meant_is_an_error_that_says_what_there_is(
    empty: Engine, formats: Formats, measures: Measures
) -> None:
    with pytest.raises(UsageError, match="holds no report"):
        compare(empty, "requests", formats, measures, Wanted())
    save(empty, made(1))
    with pytest.raises(UsageError, match=r"years: 2023; provinces: 河南省"):
        compare(empty, "requests", formats, measures, Wanted(Selection(years=(2022,))))
    with pytest.raises(UsageError, match="near it are 第1县人民政府"):
        compare(empty, "requests", formats, measures, Wanted(Selection(organs=("第县人民政府办",))))


def test_of_the_first_ranks_ties_are_kept_and_the_rest_is_counted(
    empty: Engine, formats: Formats, measures: Measures
) -> None:
    save(empty, *(made(n, figures(new_received=v)) for n, v in enumerate(("9", "7", "7", "1", None), 1)))
    found = compare(empty, "requests", formats, measures, Wanted(top=2))
    assert [s.rank for s in found.shown] == [1, 2, 2]
    lines = render_comparison(found)
    assert any("1 more with a number are not shown" in line for line in lines)
    assert any("never ranked nor taken for 0: blank: 1" in line for line in lines)


def test_a_flagged_value_is_marked(empty: Engine, formats: Formats, measures: Measures) -> None:
    doubt = Finding("cell.doubt", "smudged", touches=(("requests", "granted", "total"),))
    save(empty, made(1, figures(granted="4"), findings=(doubt,)), made(2, figures(granted="5")))
    found = compare(empty, "requests/granted/total", formats, measures, Wanted())
    assert [s.seen.flagged for s in found.standings] == [False, True]
    (line,) = (line for line in render_comparison(found) if "第1县" in line)
    assert line.endswith("4!")


def test_percentiles_are_among_all_peers_of_the_database_not_those_shown(
    empty: Engine, formats: Formats, measures: Measures
) -> None:
    save(
        empty,
        *(made(n, figures(new_received=str(n)), province="河南省" if n == 4 else "湖南省") for n in range(1, 5)),
    )
    wanted = Wanted(selection([], ["河南"], [], []), peers=True)
    (one,) = compare(empty, "requests", formats, measures, wanted).standings
    assert (one.percentile, one.peers) == (Decimal("87.5"), 4)  # three below, itself equal


def test_columns_line_up_though_characters_are_of_two_widths(
    printed: Engine, formats: Formats, measures: Measures
) -> None:
    lines = render_comparison(compare(printed, "requests", formats, measures, Wanted(Selection(years=(2023,)))))
    table = [line for line in lines if line.startswith("  ") and "requests/" not in line]
    # A terminal gives a Chinese character two columns, which is what it takes in GB 18030.
    assert len({len(line.rstrip(" !").encode("gb18030")) for line in table}) == 1


def test_csv_has_the_reason_beside_every_empty_value(printed: Engine, formats: Formats, measures: Measures) -> None:
    found = compare(printed, "disclosure_rate", formats, measures, Wanted())
    rows = list(csv.DictReader(io.StringIO(render_csv(found))))
    assert len(rows) == len(found.seen)
    assert all(bool(row["value"]) != bool(row["reason"]) for row in rows)
    assert {row["reason"] for row in rows} == {"", "blank"}


def test_no_text_of_a_report_runs_as_a_formula(empty: Engine, formats: Formats, measures: Measures) -> None:
    save(empty, made(1, figures(new_received="-3"), organ='=HYPERLINK("http://x";"y")', region_name="@SUM(1)"))
    found = compare(empty, "requests", formats, measures, Wanted())
    (row,) = csv.DictReader(io.StringIO(render_csv(found)))
    assert row["organ"] == '\'=HYPERLINK("http://x";"y")'
    assert row["region_name"] == "'@SUM(1)"
    assert row["value"] == "-3"  # a number is one, whatever its sign
    grouped = replace(found.wanted, by=("organ",))
    lines = render_csv(compare(empty, "requests", formats, measures, grouped)).splitlines()
    assert lines[1].startswith("requests,\"'=HYPERLINK")


@given(st.text(max_size=20))
def test_a_cell_of_a_spreadsheet_never_begins_like_a_formula(anything: str) -> None:
    safe = cell_text(anything)
    assert not safe.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert safe.removeprefix("'") == anything or safe == anything


def test_control_characters_of_a_name_are_shown_not_obeyed(
    empty: Engine, formats: Formats, measures: Measures
) -> None:
    save(empty, made(1, organ="某\x1b[31m局\n第二行"))
    lines = render_comparison(compare(empty, "requests", formats, measures, Wanted()))
    assert not any("\x1b" in line or "\n" in line for line in lines)


def test_json_holds_exact_numbers_and_what_was_said(printed: Engine, formats: Formats, measures: Measures) -> None:
    tree = comparison_tree(compare(printed, "disclosure_rate", formats, measures, Wanted(Selection(years=(2023,)))))
    tree = json.loads(json.dumps(tree))
    assert tree["rows"][0]["numerator"] == 33
    assert tree["rows"][-1] | {"value": None, "reason": "blank", "rank": None} == tree["rows"][-1]
    assert tree["missing"] == {"blank": 1}
    assert tree["comparable"] is True


def test_groups_by_hand(printed: Engine, formats: Formats, measures: Measures) -> None:
    wanted = Wanted(selection(["2023"], [], [], []), by=("province",))
    found = compare(printed, "disclosure_rate", formats, measures, wanted)
    henan = next(g for g in found.groups if g.key == ("河南省",))
    assert (henan.n, henan.numerator, henan.denominator, henan.flagged) == (2, 21 + 13, 39 + 53, 1)
    shaanxi = next(g for g in found.groups if g.key == ("陕西省",))
    assert (shaanxi.n, dict(shaanxi.missing)) == (0, {"blank": 1})
    line = next(line for line in render_comparison(found) if "河南省" in line)
    assert "37.0%" in line  # pooled: 34/92
    assert "39.2%" in line  # median of 53.8 and 24.5


@pytest.mark.parametrize(
    ("typed", "years"),
    [(["2023"], (2023,)), (["2019-2021"], (2019, 2020, 2021)), (["2021,2019", "2021"], (2019, 2021))],
)
def test_years_are_typed_in_several_ways(typed: list[str], years: tuple[int, ...]) -> None:
    assert selection(typed, [], [], []).years == years


def test_a_year_without_reports_is_one_and_a_level_is_called_as_people_say_it() -> None:
    assert selection(["1999"], [], [], []).years == (1999,)
    assert selection([], [], ["县级", "乡镇", "county"], []).levels == ("county", "township", "county")
    with pytest.raises(UsageError, match="ends before it begins; write 2019-2023"):
        selection(["2023-2019"], [], [], [])


@pytest.mark.parametrize("typed", ["last", "20", "2019-", "-2019", "", "99999"])
def test_what_is_no_year_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match="this is no year"):
        selection([typed], [], [], [])


def test_levels_and_groups_that_do_not_exist_are_refused_with_those_that_do() -> None:
    with pytest.raises(UsageError, match="choose among province, prefecture, county"):
        selection([], [], ["city"], [])
    with pytest.raises(UsageError, match="organ, province, prefecture, level, year"):
        grouping(["city"])
    assert grouping(["province,year"]) == ("province", "year")


def test_a_cell_map_tells_every_state(empty: Engine, formats: Formats) -> None:
    from gkingest.model.key import FactKey
    from gkingest.store.ask.series import states

    save(empty, made(1, figures(granted="0", partial="dash")), made(2, format="2019"))
    cells = [
        FactKey("requests", row, "total") for row in ("granted", "partial", "carried_in", "other", "other.misc")
    ]
    first, second = states(empty, cells, formats, Selection())
    assert [first[1][c][0] for c in cells] == ["", "dash", "absent", "not_in_edition", "absent"]
    assert [second[1][c][0] for c in cells] == ["absent"] * 4 + ["not_in_edition"]


def test_a_large_number_keeps_its_digits(
    empty: Engine, formats: Formats, measures: Measures, tmp_path: Path
) -> None:
    big = "13575394432.52"
    save(empty, made(1, figures(new_received=big)))
    found = compare(empty, "requests", formats, measures, Wanted())
    assert found.standings[0].seen.value == Decimal(big)
    assert big in render_csv(found)
