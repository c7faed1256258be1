"""Doubts as people read them: what is wrong, where, and what to do now."""

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from gkingest.formats.names import printed_names
from gkingest.language import language, said
from gkingest.model.finding import CATALOGUE, Finding
from gkingest.model.key import KeyPattern
from gkingest.render import finding_in_chinese, step_of
from gkingest.serve.served import House
from gkingest.serve.spoken import say


class ToldDoubt(NamedTuple):
    """One doubt, told; ``number`` is what marks of figures name it by."""

    number: int
    severity: str
    text: str
    step: str
    touches: list[KeyPattern]


def doubts_of(house: House, findings: Iterable[sqlite3.Row]) -> tuple[list[ToldDoubt], list[ToldDoubt]]:
    """The findings of a report told and numbered: its doubts, and what is no doubt but said all the same."""
    rows = list(findings)
    serious = doubts_about(house, [row for row in rows if row["severity"] != "info"])
    return serious, doubts_about(house, [row for row in rows if row["severity"] == "info"], len(serious) + 1)


def doubts_about(house: House, findings: Iterable[sqlite3.Row], begin: int = 1) -> list[ToldDoubt]:
    """Findings as rows have them, told in the visitor's language and numbered."""
    names = printed_names(house.formats)
    doubts = []
    for number, row in enumerate(findings, begin):
        page = row["page"] if "page" in row.keys() else None  # noqa: SIM118 - a row is no dict
        place = row["place"] if "place" in row.keys() else ""  # noqa: SIM118
        tail = "_zh" if language() == "zh" and "message_zh" in row.keys() else ""  # noqa: SIM118
        message, hint = row[f"message{tail}"], row[f"hint{tail}"]
        finding = Finding(row["code"], message, place or "", hint=hint or "", page=page)
        if language() == "zh":
            text = finding_in_chinese(finding, names)
        else:
            meaning, severity = CATALOGUE[finding.code].meaning, finding.severity.name.capitalize()
            where = f" (page {page})" if page else ""
            text = f"{severity}: {meaning}{where}: {finding.message} [{finding.code}]"
        doubts.append(
            ToldDoubt(number, row["severity"], text + whose(row["verdict"]), step_of(finding, names), touched(row))
        )
    return doubts


def whose(verdict: str | None) -> str:
    """Whose fault a broken rule is, as the end of a sentence."""
    words = {
        "printed": "printed so by the report",
        "reading": "our reading may be at fault",
        "undetermined": "whose fault it is could not be told",
    }.get(verdict or "", "")
    return f"{say('; ')}{said(words)}" if words else ""


def touched(row: sqlite3.Row) -> list[KeyPattern]:
    """The figures that a finding names, alone or by patterns."""
    listed = json.loads(row["touches"] or "[]") if "touches" in row.keys() else []  # noqa: SIM118
    return [KeyPattern(*parts) for parts in listed if len(parts) == 3]
