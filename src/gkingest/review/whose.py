"""Whose report it is, once organ, year or division are decided: what a reading would have made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from gkingest.interpret.whose.clues import Clues
from gkingest.interpret.whose.organs import read_organ
from gkingest.interpret.whose.owner import organ_key
from gkingest.interpret.whose.region import Whose, identify_region
from gkingest.model.decision import Field
from gkingest.model.finding import Finding
from gkingest.regions.divisions import Divisions
from gkingest.store.ask.deciding import IDENTITY, Filed, Known

# What is no longer open once a field is decided: codes of findings, or how they begin.
SETTLES: Mapping[str, tuple[str, ...]] = {
    Field.ORGAN: ("organ.", "region."),
    Field.SAME_ORGAN_AS: ("organ.", "region."),
    Field.REGION: ("region.",),
    Field.YEAR: ("year.unknown", "year.conflict"),
    Field.EDITION: ("format.",),
}


@dataclass(frozen=True, slots=True)
class Identity:
    """The columns of a report's row that are decided, and doubts about them."""

    columns: Mapping[str, object]
    findings: tuple[Finding, ...] = ()


def decided_identity(
    known: Known, says: Mapping[str, str], filed: Sequence[Filed], divisions: Divisions
) -> Identity:
    """What a report's row holds where ``says`` has the decided values by field (organ, year, region, edition)."""
    columns: dict[str, object] = {}
    if Field.EDITION in says:
        columns["format"] = says[Field.EDITION]
    year = known.year
    if Field.YEAR in says:
        year = columns["year"] = int(says[Field.YEAR])
    organ = says.get(Field.ORGAN, known.organ)
    code = says.get(Field.REGION)
    if Field.ORGAN not in says and code is None:
        return Identity(columns)
    clues, host = _clues(known, filed)
    whose = identify_region(divisions, organ, year, clues)
    # What the text of the report told of its place is not kept, the outcome is: it holds on unless the decided name
    # begins with another place than the one that was read.
    elsewhere = organ != known.organ and read_organ(divisions, organ).place is not None
    code = code or (known.region_code if whose.code is None and not elsewhere else None)
    whose = _placed(whose, code, year, divisions)
    columns |= {
        "organ": organ,
        "organ_kind": whose.organ_kind,
        "organ_key": organ_key(divisions, organ, whose, host),
        "region_code": whose.code,
        "region_name": whose.region_name,
        "province": whose.province,
        "prefecture": whose.prefecture,
        "region_evidence": [list(clue) for clue in whose.told(divisions, year)],
    }
    return Identity(columns, whose.findings)


def is_division(code: str, divisions: Divisions) -> bool:
    """Whether a division of any year has this code."""
    return divisions.coded(code) is not None


def of_same_organ(columns: Mapping[str, object]) -> dict[str, object]:
    """What the reports of one organ have in common, of a row's columns; not the name, which is as it is printed."""
    return {name: columns[name] for name in IDENTITY if name != "organ"}


def _clues(known: Known, filed: Sequence[Filed]) -> tuple[Clues, str]:
    """What tells whose report it is beside its name, as far as the database keeps it; and the host it is from."""
    first = filed[0] if filed else Filed("", "", "", "", ())
    try:
        host = urlsplit(first.url).hostname or ""
    except ValueError:  # a bracket that is no IPv6 address
        host = ""
    site = {field: value for field, value, _ in reversed(first.said)}
    filings = tuple(site[name] for name in ("police_filing", "icp") if name in site)
    title = f"{known.title}\n{first.title}"
    code = site.get("site_code", "")
    return Clues(title, host=host, source_name=first.source_name, site_code=code, filings=filings), host


def _placed(whose: Whose, code: str | None, year: int | None, divisions: Divisions) -> Whose:
    """The organ in the division that was decided, if any was."""
    division = (divisions.coded(code, year) or divisions.coded(code)) if code else None
    if division is None:
        return whose
    above = {d.level: d.name for d in (division, *divisions.ancestors(division, year))}
    return replace(
        whose,
        code=code,
        region_name=division.name,
        province=above.get("province"),
        prefecture=above.get("prefecture"),
        ambiguous=False,
        runner_up=None,
        evidence=(),
        findings=(),
    )
