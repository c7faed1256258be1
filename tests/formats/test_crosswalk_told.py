"""Two small editions and a crosswalk between them: what it joins, and what is said of each mistake in it."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gkingest.errors import FormatError
from gkingest.formats.crosswalk import Joined, Link, Wording, joined, load_crosswalk, relation_of
from gkingest.formats.names import form_keys
from gkingest.formats.spec import Block, Format, Node, Rule, StatedFee, Table
from gkingest.model.key import FactKey

COUNT = Node(key="count", label="件数")
FEE = Node(key="fee", label="收费", number="amount", unit="元")
COPYING = StatedFee(
    table="charges",
    row="copying",
    column="amount",
    label="复制费",
    section=6,
    unit="元",
    topics=("复制费",),
    zero=(),
)


def edition(
    name: str,
    *rows: str,
    columns: tuple[Node, ...] = (COUNT, FEE),
    stated: tuple[StatedFee, ...] = (),
    **more: Table,
) -> Format:
    """An edition of the form with one table of licences, and ``more`` tables."""
    nodes = tuple(Node(key=row, label=row) for row in rows)
    licences = Table(key="licences", section=2, title="许可", blocks=(Block(key="b", columns=columns, rows=nodes),))
    rule = Rule(
        id="a.b", kind="sum", table="licences", along="columns", total="fee", parts=("count",), sentence="…"
    )
    return Format(
        id=f"f-{name}",
        edition=name,
        title="表",
        authority="函",
        first_year=int(name),
        sections=("一",),
        tables=(licences, *more.values()),
        stated=stated,
        rules=(rule,),
    )


OLD = edition("2019", "granted", "refused", stated=(COPYING,))
NEW = edition("2021", "granted", "refused.late", "refused.other")
TEXT = """\
editions: ["2019", "2021"]
links:
  - relation: same
    cells: [licences/granted/*]
    reason: {en: One thing., zh: 口径相同。}
    source: 函
  - relation: sum
    key: licences/refused/*
    editions:
      "2019": [licences/refused/*]
      "2021": [licences/refused.*/*]
    reason: {en: One row became two., zh: 一行改为两行。}
    source: 函
  - relation: only
    editions:
      "2019": [charges/copying/amount]
    reason: {en: No longer asked., zh: 不再统计。}
    source: 函
"""


def cells(*names: str) -> tuple[FactKey, ...]:
    """Addresses as a person writes them."""
    return tuple(FactKey.parse(name) for name in names)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the crosswalk lies."""
    (tmp_path / "crosswalk.yaml").write_text(TEXT, encoding="utf-8")
    return tmp_path / "crosswalk.yaml"


def test_the_slots_of_an_edition_stand_in_the_order_of_the_form_and_what_is_said_in_words_last() -> None:
    assert form_keys(OLD) == cells(
        "licences/granted/count",
        "licences/granted/fee",
        "licences/refused/count",
        "licences/refused/fee",
        "charges/copying/amount",
    )


def test_figures_are_joined_column_by_column(path: Path) -> None:
    crosswalk = load_crosswalk([OLD, NEW], path)
    granted = cells("licences/granted/count", "licences/granted/fee")
    assert joined(crosswalk, [OLD, NEW]) == (
        *(Joined(cell, "same", {"2019": (cell,), "2021": (cell,)}) for cell in granted),
        *(
            Joined(
                FactKey("licences", "refused", column),
                "sum",
                {
                    "2019": cells(f"licences/refused/{column}"),
                    "2021": cells(f"licences/refused.late/{column}", f"licences/refused.other/{column}"),
                },
            )
            for column in ("count", "fee")
        ),
    )


def test_a_sum_may_take_in_several_columns_under_one_name(path: Path) -> None:
    path.write_text(TEXT.replace("key: licences/refused/*", "key: licences/refused/all"), encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        load_crosswalk([OLD, NEW], path)
    assert str(caught.value) == (
        f"{path}:8: licences/refused/all is called sum, but is measured as count, amount 元; call it different"
    )
    counted = FEE.model_copy(update={"unit": "", "number": "count"})
    one, other = (
        edition("2019", "granted", "refused", columns=(COUNT, counted), stated=(COPYING,)),
        edition("2021", "granted", "refused.late", columns=(COUNT, counted)),
    )
    found = joined(load_crosswalk([one, other], path), [one, other])
    assert found[-1] == Joined(
        FactKey("licences", "refused", "all"),
        "sum",
        {
            "2019": cells("licences/refused/count", "licences/refused/fee"),
            "2021": cells("licences/refused.late/count", "licences/refused.late/fee"),
        },
    )


def test_with_one_edition_alone_at_hand_its_own_figures_are_told(path: Path) -> None:
    crosswalk = load_crosswalk([OLD, NEW], path)
    found = joined(crosswalk, [NEW, edition("2030", "granted")])
    assert [(str(one.key), set(one.parts)) for one in found] == [
        ("licences/granted/count", {"2021"}),
        ("licences/granted/fee", {"2021"}),
        ("licences/refused/count", {"2021"}),
        ("licences/refused/fee", {"2021"}),
    ]


def test_each_slot_knows_its_relation(path: Path) -> None:
    crosswalk = load_crosswalk([OLD, NEW], path)
    relations = {str(cell): link.relation for cell, link in relation_of(crosswalk, OLD).items()}
    assert relations == {
        "licences/granted/count": "same",
        "licences/granted/fee": "same",
        "licences/refused/count": "sum",
        "licences/refused/fee": "sum",
        "charges/copying/amount": "only",
    }
    assert {str(c) for c, link in relation_of(crosswalk, NEW).items() if link.relation == "sum"} == {
        f"licences/refused.{reason}/{column}" for reason in ("late", "other") for column in ("count", "fee")
    }


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'editions: ["2019", "2021"]',
            'editions: ["2019", "2021", "2031"] # HERE',
            "there is no edition 2031; correct editions, or add its format file",
        ),
        (
            '"2019": [charges/copying/amount]',
            '"2020": [charges/copying/amount] # HERE',
            "2020: no edition of this crosswalk; add it under editions at the top, or correct it",
        ),
        (
            "key: licences/refused/*",
            "key: licences/refusals # HERE",
            "licences/refusals: a key is written table/row/column; correct it",
        ),
        (
            "cells: [licences/granted/*]",
            "cells: [licences/granted/*, licences/granter/*] # HERE",
            "licences/granter/*: edition 2019 has no such cell; correct the name",
        ),
        (
            '"2021": [licences/refused.*/*]',
            '"2021": [licences/refused.*/*, licences/refused.late/count] # HERE',
            "licences/refused.late/count of edition 2021 stands under licences/refused.*/* and under "
            "licences/refused.late/count; keep one",
        ),
        (
            '"2019": [charges/copying/amount]',
            '"2019": [licences/refused/fee] # HERE',
            "licences/refused/fee of edition 2019 stands under licences/refused/* and under licences/refused/fee; "
            "keep one",
        ),
        (
            "key: licences/refused/*",
            "key: licences/granted/* # HERE",
            "licences/granted/count is the key of two comparable figures; keep one",
        ),
        (
            "cells: [licences/granted/*]",
            "cells: [licences/granted/count] # fee is nowhere",
            "licences/granted/fee of edition 2019 stands under no relation; say how it compares",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(path: Path, old: str, new: str, told: str) -> None:
    assert TEXT.count(old) == 1
    text = TEXT.replace(old, new)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        load_crosswalk([OLD, NEW], path)
    where = "# HERE" if "# HERE" in text else "links:"  # what is nowhere is missing from the list
    line = next(n for n, words in enumerate(text.splitlines(), 1) if where in words)
    assert str(caught.value) == f"{path}:{line}: {told}"


def told(path: Path, text: str, *formats: Format) -> str:
    """What is said of a crosswalk between two editions."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        load_crosswalk(formats, path)
    return str(caught.value)


def test_a_figure_that_one_edition_lacks_is_not_comparable(path: Path) -> None:
    """All licences are called the same, and only the old edition has refusals in one row."""
    text = TEXT[: TEXT.index("  - relation: sum")] + TEXT[TEXT.index("  - relation: only") :]
    text = text.replace("licences/granted/*", "licences/*/*")
    assert told(path, text, OLD, NEW) == (
        f"{path}:4: licences/refused/count is called same, but edition 2021 has none; call it only"
    )


def test_a_sum_that_one_edition_lacks_a_column_of_is_not_comparable(path: Path) -> None:
    counted = edition("2021", "granted", "refused.late", columns=(COUNT,))
    text = TEXT.replace("[licences/granted/*]", "[licences/granted/count]")
    text = text.replace("[charges/copying/amount]", "[charges/copying/amount, licences/granted/fee]")
    text = text.replace("key: licences/refused/*", "key: licences/refusals/*")
    assert told(path, text, OLD, counted) == (
        f"{path}:8: licences/refusals/fee is called sum, but edition 2021 has none; call it only"
    )


@pytest.mark.parametrize(
    ("changes", "measures"),
    [
        ({"unit": "万元"}, "amount 万元, amount 元"),
        ({"unit": ""}, "amount, amount 元"),
        ({"number": "count"}, "amount 元, count 元"),
        ({"number": "change", "unit": ""}, "change, amount 元"),
    ],
)
def test_what_is_measured_otherwise_is_not_the_same(path: Path, changes: dict[str, str], measures: str) -> None:
    other = FEE.model_copy(update=changes)
    new = edition("2021", "granted", "refused.late", columns=(COUNT, other))
    assert told(path, TEXT, OLD, new) == (
        f"{path}:4: licences/granted/fee is called same, but is measured as {measures}; call it different"
    )


def test_a_column_without_a_unit_has_that_of_its_row_and_an_amount_in_words_its_own(path: Path) -> None:
    row = Node(key="copying", label="复制费", unit="元")
    column = Node(key="amount", label="金额", number="amount")
    block = Block(key="b", columns=(column,), rows=(row,))
    tabled = edition(
        "2021", "granted", "refused.late", charges=Table(key="charges", section=6, title="收费", blocks=(block,))
    )
    text = TEXT.replace("[licences/granted/*]", "[licences/granted/*, charges/copying/amount]")
    text = text[: text.index("  - relation: only")]
    path.write_text(text, encoding="utf-8")
    copying = FactKey("charges", "copying", "amount")
    found = joined(load_crosswalk([OLD, tabled], path), [OLD, tabled])
    assert Joined(copying, "same", {"2019": (copying,), "2021": (copying,)}) in found

    block = Block(key="b", columns=(column,), rows=(row.model_copy(update={"unit": "万元"}),))
    tabled = edition(
        "2021", "granted", "refused.late", charges=Table(key="charges", section=6, title="收费", blocks=(block,))
    )
    assert told(path, text, OLD, tabled) == (
        f"{path}:4: charges/copying/amount is called same, but is measured as amount 万元, amount 元; "
        "call it different"
    )


ONE, TWO = {"2019": ("a/b/c",)}, {"2019": ("a/b/c",), "2021": ("a/b/d",)}


@pytest.mark.parametrize(
    ("relation", "right", "wrong"),
    [
        (
            "same",
            {"cells": ("a/b/c",)},
            [{}, {"editions": TWO}, {"cells": ("a/b/c",), "editions": ONE}, {"cells": ("a/b/c",), "key": "a/b/c"}],
        ),
        ("same", {"editions": ONE, "key": "a/b/d"}, [{"editions": ONE}, {"key": "a/b/d"}]),
        (
            "sum",
            {"editions": TWO, "key": "a/b/e"},
            [
                {"editions": TWO},
                {"key": "a/b/e"},
                {"editions": TWO, "key": "k", "cells": ("a/b/c",)},
            ],
        ),
        ("break", {"editions": ONE, "key": "a/b/e"}, [{"editions": ONE}, {"cells": ("a/b/c",), "key": "a/b/e"}]),
        (
            "different",
            {"editions": TWO},
            [{}, {"editions": ONE}, {"editions": TWO, "key": "k"}, {"editions": TWO, "cells": ("a/b/c",)}],
        ),
        (
            "only",
            {"editions": ONE},
            [{}, {"editions": ONE, "key": "k"}, {"editions": ONE, "cells": ("a/b/c",)}],
        ),
    ],
)
def test_a_link_has_the_parts_of_its_relation_and_no_others(
    relation: str, right: dict[str, Any], wrong: list[dict[str, Any]]
) -> None:
    def link(parts: dict[str, Any]) -> Link:
        return Link.model_validate(
            {"relation": relation, "reason": Wording(en="…", zh="…"), "source": "函", **parts}
        )

    assert link(right).relation == relation
    for parts in wrong:
        with pytest.raises(ValidationError, match="'same' has cells, or key and editions; 'sum'"):
            link(parts)
