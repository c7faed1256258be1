"""However a report is broken into a stream of words, no figure of it is wrong in silence."""

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from written_report import STYLES, Figures, Rows, cells, printed, put_down, read, silent

from gkingest.formats.spec import Format
from gkingest.model.key import FactKey

Draw = Callable[[st.SearchStrategy[Any]], Any]
Tables = list[tuple[str, Rows]]

REQUESTS, DISPUTES = 1, 2  # places of the tables among those of the form
SAID = ("reported", "blank", "dash")
APPLICANTS = 7  # figures of a row of requests


def of_requests(row: Sequence[str]) -> bool:
    """Whether a row of cells has as many figures as applicants, and a label."""
    return len(row) > APPLICANTS and not any(len(c) > 9 for c in row[-APPLICANTS:])


def with_empty_column(draw: Draw, tables: Tables) -> None:
    """A column without anything, as sites set it for its width."""
    at = draw(st.integers(1, APPLICANTS - 1))
    for row in filter(of_requests, tables[REQUESTS][1]):
        row.insert(len(row) - at, "")


def with_numbers(draw: Draw, tables: Tables) -> None:
    """A column that numbers the rows."""
    for n, row in enumerate(filter(of_requests, tables[REQUESTS][1]), 1):
        row.insert(draw(st.just(0)), str(n))


def with_columns_moved(draw: Draw, tables: Tables) -> None:
    """The organisations in another order, heads and figures alike."""
    order = draw(st.permutations(range(5)))
    for row in tables[REQUESTS][1]:
        if of_requests(row):
            row[-6:-1] = [row[-6:-1][n] for n in order]
        elif len(row) == 5:
            row[:] = [row[n] for n in order]


def as_list(draw: Draw, tables: Tables) -> None:
    """The results of disputes one below the other, behind the names of what they are of."""
    top, names, results, figures = (row for row in tables[DISPUTES][1] if any(row))
    kinds = [top[0], *(top[1] + n if draw(st.booleans()) else n for n in names[5:])]
    labels = [k + r for k in kinds for r in (names[:5])]
    if draw(st.booleans()):
        labels = [t if n % 5 == 0 else names[n % 5] for n, t in enumerate(labels)]
    tables[DISPUTES][1][:] = [[t, f] for t, f in zip(labels, figures, strict=True)]
    assert results == names[:5] * 2


def with_head_again(draw: Draw, tables: Tables) -> None:
    """The heads once more where a page begins, with its number above."""
    rows = tables[REQUESTS][1]
    first = next(n for n, row in enumerate(rows) if of_requests(row))
    at = draw(st.integers(first + 1, len(rows) - 1))
    rows[at:at] = [[f"第 {draw(st.integers(1, 4))} 页"], *(list(r) for r in rows[:first])]


def with_groups_glued(draw: Draw, tables: Tables) -> None:
    """A heading beside several rows in the cell of the first of them."""
    for row in tables[REQUESTS][1]:
        if len(row) > APPLICANTS + 1 and draw(st.booleans()):
            row[-APPLICANTS - 2 : -APPLICANTS] = ["".join(row[-APPLICANTS - 2 : -APPLICANTS])]


def with_rows_exchanged(draw: Draw, tables: Tables) -> None:
    """Two rows that stand in each other's place."""
    rows = tables[REQUESTS][1]
    whole = [n for n, row in enumerate(rows) if of_requests(row)]
    one, other = draw(st.sampled_from(whole)), draw(st.sampled_from(whole))
    rows[one], rows[other] = rows[other], rows[one]


def with_empty_rows(draw: Draw, tables: Tables) -> None:
    """Rows of blanks, as spacers are."""
    rows = tables[draw(st.integers(0, 2))][1]
    rows.insert(draw(st.integers(0, len(rows))), [""] * draw(st.integers(1, 9)))


CHANGES = (
    with_columns_moved,  # before there is an empty one among them
    with_empty_column,
    with_numbers,
    as_list,
    with_head_again,
    with_groups_glued,
    with_rows_exchanged,
    with_empty_rows,
)


def relabelled(draw: Draw, tables: Tables, text: str, cell: str, row: str) -> str:
    """The text with some labels split, run together with what stands before, dropped, or on a new page."""
    labels = sorted({c for _, rows in tables for r in rows for c in r if len(c) > 3 and "." not in c})
    for label in draw(st.lists(st.sampled_from(labels), max_size=4)):
        where = draw(st.integers(1, len(label) - 1))
        change = draw(st.sampled_from(["split", "joined", "dropped", "page"]))
        if change == "split":
            text = text.replace(label, label[:where] + draw(st.sampled_from([" ", "\n"])) + label[where:], 1)
        elif change == "joined":
            text = text.replace(cell + label, label, 1)
        elif change == "dropped":
            text = text.replace(label + cell, "", 1)
        else:
            text = text.replace(label, f"{row}- 2 -{row}{label}", 1)
    return text


def drawn_figures(draw: Draw, form: Format, expectations: dict[str, Any]) -> Figures:
    """The figures of a report of the corpus, or made ones; some zeros of either are blank or a dash."""
    shipped = sorted(k for k, e in expectations.items() if e.format == form.edition)
    path = draw(st.sampled_from([None, *shipped]))
    slots = {FactKey(t.key, r, c) for t in form.tables for r, c, _, _ in t.slots()}
    if path is None:
        count = st.integers(0, 12)
        whole = printed(form, draw(st.lists(st.lists(count, min_size=6, max_size=6), max_size=21)))
    else:
        told = {"blank": "", "dash": "-"}
        own = {k: told.get(c[0], str(c[1])) for k, c in expectations[path].cells.items() if c[0] in SAID}
        whole = dict.fromkeys(slots, "0") | own
    whole = {k: v for k, v in whole.items() if k in slots}
    zeros = sorted(k for k, v in whole.items() if v == "0")
    empty = draw(st.sets(st.sampled_from(zeros), max_size=12)) if zeros and draw(st.booleans()) else ()
    return {k: draw(st.sampled_from(["", "-"])) if k in empty else v for k, v in whole.items()}


@settings(max_examples=24, phases=[Phase.explicit, Phase.generate])
@given(data=st.data())
def test_however_a_report_is_broken_into_words_no_figure_is_wrong_in_silence(
    data: st.DataObject, formats: tuple[Format, ...], expectations: dict[str, Any]
) -> None:
    """Reports of the corpus with columns, rows, heads and labels as nobody expects them."""
    form = data.draw(st.sampled_from([f for f in formats if f.edition in ("2019", "2021")]))
    figures = drawn_figures(data.draw, form, expectations)
    tables = [(title, [list(row) for row in rows]) for title, rows in cells(form, figures)]
    for change in sorted(data.draw(st.sets(st.sampled_from(CHANGES), max_size=3)), key=CHANGES.index):
        change(data.draw, tables)
    style = STYLES[data.draw(st.sampled_from(sorted(STYLES)))]
    text = put_down(tables, style)
    if data.draw(st.booleans()):
        text = relabelled(data.draw, tables, text, style.cell, style.row)
    report = read(text, formats)
    assert silent(report, figures) == set()
