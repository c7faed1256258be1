"""The narrative held against the tables: figures in words that fit no sum of cells they may stand for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from gkingest.formats.names import form_keys, keys_like
from gkingest.formats.spec import Format
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.report import Fact, Statement
from gkingest.told import Told, joined


def check_narrative(
    form: Format, statements: Sequence[Statement], facts: Mapping[FactKey, Fact]
) -> tuple[tuple[Statement, ...], tuple[Finding, ...]]:
    """The statements, each with whether the tables agree, and a warning for each that they contradict.

    Words are looser than tables, so a warning touches no figure of a table. A statement that was not understood is
    compared with nothing.
    """
    held = [(s, sums_of(form, s.key, facts)) for s in statements]
    # 受理10件/53条 beside a table that has 53: the narrative counts in another unit, so its 答复10件 says nothing.
    other_unit = any(s.value not in sums and not set(sums).isdisjoint(s.also) for s, sums in held)
    judged, findings = [], []
    for statement, sums in held:
        meant = not set(sums).isdisjoint((statement.value, *statement.also))
        agrees = True if meant else None if other_unit or not sums or None in sums else False
        judged.append(replace(statement, agrees=agrees))
        if agrees is False:
            findings.append(contradicted(statement, sums))
    return tuple(judged), tuple(findings)


def contradicted(statement: Statement, sums: Sequence[Decimal | None]) -> Finding:
    """That the tables have another figure than a statement, which may stand for any of these sums of cells."""
    expected, said = joined(" or ", dict.fromkeys(map(str, sums))), f"{statement.label} {statement.value}"
    return Finding(
        "narrative.differs",
        Told("the narrative says {0}, the table {1}: {2}", said, expected, statement.sentence),
        place=f"narrative/{statement.key}",
        found=str(statement.value),
        expected=str(expected),
        page=statement.page,
        hint="read the sentence: it may count something else, or one of the two is misprinted",
    )


def sums_of(form: Format, key: str, facts: Mapping[FactKey, Fact]) -> list[Decimal | None]:
    """The sums of cells that a statement with this key may stand for, ``None`` where one of them is no number."""
    narrated = next((n for n in form.narrated if n.key == key), None)
    sums: list[Decimal | None] = []
    for cells in narrated.equals if narrated else ():
        keys = [key for name in cells for key in keys_like(name, form_keys(form))]
        values = [f.form_value if (f := facts.get(k)) else None for k in keys]
        sums.append(sum((v for v in values if v is not None), Decimal(0)) if None not in values else None)
    return sums
