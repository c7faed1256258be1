"""Reports of one organ for one year: which is the current one, and where the others differ from it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection, Engine, delete, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from gkingest.model.finding import Finding
from gkingest.model.key import KeyPattern
from gkingest.store.database import database_error, writing
from gkingest.store.tables.contents import CopyRow
from gkingest.store.tables.figures import FactRow
from gkingest.store.views.current import MEASURES, RANKED
from gkingest.store.views.findings import of_codes
from gkingest.store.write.findings import insert_findings
from gkingest.told import Told

_CODE = "copy.differs"
_FIRST_ORDINAL = 100_000  # of findings made here: beyond those that reading a source makes
_SHOWN = 5  # differing figures that a message names

_SEVERAL = f"""\
SELECT id, sha256, ordinal, organ_year, {", ".join(one.name for one in MEASURES)}
FROM ({RANKED}) AS r
WHERE organ_year IN (SELECT organ_year FROM ({RANKED}) AS o WHERE o.place = 2)
ORDER BY organ_year, place"""


class _Ranked(NamedTuple):
    """A report with what ranks it among those of its organ and year, as :data:`MEASURES` has it."""

    id: str
    sha256: str
    ordinal: int
    organ_year: str
    measured: tuple[int | str, ...]

    def reason(self, other: "_Ranked") -> str:
        """The first measure by which this report, the current one, came before another."""
        for measure, own, theirs in zip(MEASURES, self.measured, other.measured, strict=True):
            if own != theirs:
                dated = isinstance(own, str)  # only dates say more than that they differ
                return Told("{0} ({1}, the other {2})", measure.reason, own, theirs) if dated else measure.reason
        return Told("nothing tells them apart; the one of the lesser identifier")

    def finding(self, current: "_Ranked", differences: Sequence[Sequence[str]]) -> Finding:
        """That its figures differ from those of the current one."""
        named = " ; ".join(f"{'/'.join(d[:3])} {d[3]} ≠ {d[4]}" for d in differences[:_SHOWN])
        named += " ; …" if len(differences) > _SHOWN else ""
        return Finding(
            _CODE,
            Told("{0} figures differ from the current report of organ and year: {1}", len(differences), named),
            place=current.id,
            found=str(len(differences)),
            expected="0",
            touches=tuple(KeyPattern(*d[:3]) for d in differences),
        )


class _Slot(NamedTuple):
    """What a report says of a figure."""

    state: str
    amount: Decimal | None
    raw: str


_Figures = Mapping[tuple[str, str, str], _Slot]


def link_copies(engine: Engine) -> int:
    """Compare every report that is not the current one of its organ and year with it; gives how many there are.

    What was linked before is replaced, so that the result depends on what the database holds and on nothing else.
    Raises :class:`DatabaseError`.
    """
    try:
        with writing(engine).begin() as connection:
            connection.execute(delete(CopyRow))
            connection.execute(text(f"DELETE FROM doubt WHERE {of_codes('doubt', _CODE)}"))
            found = [
                _Ranked(own, sha256, ordinal, group, tuple(measured))
                for own, sha256, ordinal, group, *measured in connection.execute(text(_SEVERAL))
            ]
            linked = 0
            for _, (current, *others) in groupby(found, key=lambda row: row.organ_year):
                theirs = _figures(connection, current.id)
                for other in others:
                    own = _figures(connection, other.id)
                    # Slots that both fill differently; words around an equal amount are no difference.
                    differences = [
                        [*key, own[key].raw or own[key].state, theirs[key].raw or theirs[key].state]
                        for key in sorted(own.keys() & theirs.keys())
                        if own[key][:2] != theirs[key][:2]
                    ]
                    row = {
                        "report_id": other.id,
                        "current_id": current.id,
                        "reason": current.reason(other),
                        "agreed": len(own.keys() & theirs.keys()) - len(differences),
                        "differed": len(differences),
                        "differences": differences,
                    }
                    connection.execute(insert(CopyRow).values(row))
                    if differences:
                        ordinal = _FIRST_ORDINAL + other.ordinal
                        insert_findings(connection, [(other.id, ordinal, other.finding(current, differences))])
                linked += len(others)
            return linked
    except SQLAlchemyError as error:
        raise database_error(engine, "reports of one organ and year could not be compared", error) from error


def _figures(connection: Connection, report_id: str) -> _Figures:
    """State, amount and printed text of every slot of a report."""
    columns = (FactRow.table_key, FactRow.row_key, FactRow.column_key, FactRow.state, FactRow.form_value)
    query = select(*columns, FactRow.raw_text).where(FactRow.report_id == report_id)
    return {(r[0], r[1], r[2]): _Slot(r[3], r[4], r[5]) for r in connection.execute(query)}
