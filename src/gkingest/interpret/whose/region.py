"""Whose report it is: kind of organ, division and code in the year, with the evidence and the runner-up.

The organ's own name decides what can be meant; the other clues tell same names apart, and are asked for the place
where the organ's name has none. What stays open is said to be open: no code is ever guessed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gkingest.interpret.whose.candidates import Candidate, Choice, choose
from gkingest.interpret.whose.clues import WEIGHTS, Clue, Clues, Evidence, read_clues, read_text, spelled
from gkingest.interpret.whose.organs import Organ, OrganKind, fits, is_hall, read_organ, zone_name
from gkingest.model.finding import Finding
from gkingest.regions.divisions import FIRST_YEAR, Division, Divisions
from gkingest.regions.hosts import SPELLS_BOTH, spelling

_XINJIANG = "650000"
_MUNICIPALITIES = ("11", "12", "31", "50")  # provinces whose departments are 局, like those of a city
_TELLING = ("title", "signature", "host", "site", "source")  # clues that contradict where they name another place
_HINT = "check whose report it is; the organ's full name with province and city settles it"


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose report it is.

    ``code`` is the division's six digits in the year, ``None`` where there is none (zones, bodies of the state),
    where it stays open, or where the division did not stand. ``province`` and ``prefecture`` are names, as far as
    they are certain. ``runner_up`` is the code of the next that it might be; ``ambiguous`` tells that several
    remain.
    """

    organ_kind: OrganKind
    code: str | None = None
    region_name: str | None = None
    province: str | None = None
    prefecture: str | None = None
    evidence: tuple[Evidence, ...] = ()
    runner_up: str | None = None
    ambiguous: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Case:
    """All that is known of one report."""

    table: Divisions
    organ: Organ
    year: int | None
    context: tuple[Clue, ...]
    clues: Clues


def identify_region(table: Divisions, organ: str, year: int | None, clues: Clues) -> Whose:
    """Find the division that ``organ`` is of, as it was at the end of ``year``."""
    case = _Case(table, read_organ(table, organ), year, read_clues(table, clues), clues)
    if case.organ.state:
        return Whose(case.organ.kind, evidence=(Evidence("organ", case.organ.name, None, WEIGHTS["organ"]),))
    if case.organ.corps and case.organ.place is None:
        above = case.table.coded(_XINJIANG, case.year)
        evidence = (Evidence("organ", case.organ.name, None, WEIGHTS["organ"]),)
        return Whose(case.organ.kind, province=above.name if above else None, evidence=evidence)
    if year is not None and year < FIRST_YEAR:
        return _open(case, f"the table of divisions begins in {FIRST_YEAR}")
    if case.organ.unknown and case.organ.place is None:
        return _open(case, f"no division of any year is called {case.organ.unknown}")
    return _placed(case) if case.organ.place else _placeless(case)


def _placed(case: _Case) -> Whose:
    """The organ's name begins with a place."""
    place = case.organ.place
    assert place is not None
    pool = place.divisions
    if place.short and is_hall(case.organ.name):
        pool = tuple(d for d in pool if d.level == "province") or pool
    if place.short and case.organ.kind == "public_body" and not any(_proved(case, d) for d in pool):
        return _open(case, f"{place.text} may be no more than a part of its name")
    choice = choose(case.table, pool, case.year, case.context, case.clues)
    if case.organ.kind == "zone":
        return _zone(case, choice)
    return _decided(case, choice, place.text) if choice.winner else _ambiguous(case, choice)


def _decided(case: _Case, choice: Choice, place: str) -> Whose:
    """One division is meant by ``place``; it may yet be a common word, or not what the organ is of."""
    winner = choice.winner
    assert winner is not None
    if not _proved(case, winner.printed):
        return _open(case, f"{place} is a common word too, and nothing else names the division", winner)
    if case.organ.unknown:
        return _located(_open(case, f"no division in {place} is called {case.organ.unknown}"), case, [winner])
    if case.organ.kind == "township" and not _is_lowest(case, winner):
        return _township(case, winner)
    return _resolved(case, choice)


def _placeless(case: _Case) -> Whose:
    """The organ's name has no place (县林业局, 松木塘镇人民政府): the clues must name it, and agree."""
    if case.organ.kind == "zone":
        found = next((c for c in case.context if c.kind in (*_TELLING, "filing")), None)
        pool = found.chains[0].divisions if found else ()
        return _zone(case, choose(case.table, pool, case.year, case.context, case.clues))
    for clue in case.context:
        for chain in clue.chains:
            fit = [d for d in chain.divisions if not chain.short and _can_be(case, clue, d)]
            if fit:
                choice = choose(case.table, fit, case.year, case.context, case.clues)
                return _resolved(case, choice) if choice.winner else _ambiguous(case, choice)
    chains = (chain for clue in case.context if clue.kind in _TELLING for chain in clue.chains)
    around = [Candidate(d, d, 0) for chain in chains for d in chain.divisions]
    return _located(_open(case, "neither the organ's name nor another clue names a division"), case, around)


def _can_be(case: _Case, clue: Clue, division: Division) -> bool:
    """Whether an organ without place can be of a division that this clue names."""
    organ = case.organ
    if not fits(organ.level, division.name, division.level):
        return False
    if organ.kind == "township":
        return _is_lowest(case, Candidate(division, division, 0)) and clue.kind != "preface"
    if organ.level:
        return True
    if clue.kind in ("preface", "filing") or (clue.kind in ("host", "site") and division.level != "county"):
        return False  # a preface names who demanded the report, a city's site shows its districts' reports too
    return division.level != "province" or division.code[:2] in _MUNICIPALITIES


def _resolved(case: _Case, choice: Choice) -> Whose:
    """One division is meant: its code in the year, with what contradicts it."""
    winner = choice.winner
    assert winner is not None
    printed = winner.printed
    if winner.now is None and printed.name.endswith("新区") and case.year is not None and case.year < printed.since:
        return _zone(case, choice)  # it became a division only later; until then it was a zone
    against = [*_against(case, winner.printed), *_spelled_elsewhere(case, choice)]
    if against and case.organ.place is None:
        return Whose(
            case.organ.kind,
            evidence=_evidence(case, None),
            runner_up=winner.code,
            ambiguous=True,
            findings=tuple(_conflict(case, winner, against)),
        )
    runners = [*(c.code for c in choice.rivals), *(e.code for e in against if e.code)]
    findings = [*_outdated(case, winner), *_conflict(case, winner, against)]
    if case.year is None and winner.now is None:
        findings.append(_finding(case, "region.unknown", "its code depends on the year, and that is not known"))
    whose = Whose(
        case.organ.kind,
        winner.now.code if winner.now else None,
        winner.now.name if winner.now else None,
        evidence=_evidence(case, winner, choice.hint),
        runner_up=next((code for code in runners if code != winner.code), None),
        findings=tuple(findings),
    )
    return _located(whose, case, [winner])


def _ambiguous(case: _Case, choice: Choice) -> Whose:
    names = "、".join(f"{case.table.path(c.printed, case.year)} ({c.code})" for c in choice.rivals[:8])
    findings = [_finding(case, "region.ambiguous", f"several divisions may be meant: {names}")]
    if choice.opposed:
        findings.append(_finding(case, "region.conflict", "the clues point to several of them"))
    whose = Whose(
        case.organ.kind,
        evidence=_evidence(case, None),
        runner_up=choice.rivals[0].code if choice.rivals else None,
        ambiguous=True,
        findings=tuple(findings),
    )
    return _located(whose, case, choice.rivals)


def _zone(case: _Case, choice: Choice) -> Whose:
    """A zone has no code; where it lies is told as far as that is certain."""
    winner = choice.winner
    evidence = _evidence(case, winner)
    whose = Whose("zone", None, zone_name(case.organ.name), evidence=evidence)
    whose = _located(whose, case, [winner] if winner else choice.rivals)
    against = list(_against(case, winner.printed)) if winner else []
    findings = list(_conflict(case, winner, against)) if winner else []
    if not whose.province:
        findings.append(
            _finding(case, "region.unknown", "nothing tells for certain in which province the zone lies")
        )
    return replace(whose, findings=tuple(findings))


def _township(case: _Case, around: Candidate) -> Whose:
    """A township of which only the city is named: the county is taken from the clues, or none."""
    pool = [
        d
        for clue in case.context
        if clue.kind in _TELLING
        for chain in clue.chains
        if not chain.short
        for d in chain.divisions
        if d.level == "county" and case.table.within(d, around.printed)
    ]
    choice = choose(case.table, pool, case.year, case.context, case.clues)
    if choice.winner:
        return _resolved(case, choice)
    whose = _open(case, f"nothing tells in which county of {around.printed.name} the township lies", around)
    return _located(whose, case, [around])


def _open(case: _Case, message: str, likely: Candidate | None = None) -> Whose:
    """Nothing certain can be said; ``likely`` is named as runner-up."""
    finding = _finding(case, "region.unknown", message)
    runner = likely.code if likely else None
    return Whose(case.organ.kind, evidence=_evidence(case, None), runner_up=runner, findings=(finding,))


def _proved(case: _Case, division: Division) -> bool:
    """Whether a place that is a common word too (城区, 南山) is meant as a place: another clue must say so."""
    place = case.organ.place
    assert place is not None
    if (not place.vague and not place.short) or case.organ.led:
        return True
    supports = [(clue.support(case.table, division), clue.weight) for clue in case.context]
    if place.short and case.organ.kind == "public_body":  # 中山大学, 海南航空
        return any(support == weight for support, weight in supports)
    if place.short and division.level != "county":
        return True
    return any(support for support, _ in supports) or bool(spelled(case.table, case.clues.host, [division]))


def _is_lowest(case: _Case, candidate: Candidate) -> bool:
    """Whether townships lie right in it: a county, or a city that has none (东莞)."""
    division = candidate.now or candidate.printed
    year = case.year if case.year is not None else division.since
    return division.level == "county" or not (
        division.level == "province" or case.table.has_counties(division, year)
    )


def _against(case: _Case, division: Division) -> Iterator[Evidence]:
    """Clues of which everything they name lies elsewhere."""
    for clue in case.context:
        full = tuple(chain for chain in clue.chains if not chain.short)
        if clue.kind in _TELLING and full and not replace(clue, chains=full).support(case.table, division):
            yield next(replace(clue, chains=full).evidence())


def _spelled_elsewhere(case: _Case, choice: Choice) -> Iterator[Evidence]:
    """A host that spells another division of the name together with its city: njgl for 鼓楼区 in 南京."""
    winner, host = choice.winner, case.clues.host
    if winner is None or not host or spelling(case.table, host, winner.printed) == SPELLS_BOTH:
        return
    for rival in choice.rivals:
        if spelling(case.table, host, rival.printed) == SPELLS_BOTH:
            yield Evidence("spelling", host, rival.code, WEIGHTS["spelling"])


def _outdated(case: _Case, winner: Candidate) -> Iterator[Finding]:
    printed, now = winner.printed, winner.now
    if case.year is None or printed.stands(case.year):
        return
    when = f"until {printed.until}" if printed.until and printed.until < case.year else f"from {printed.since}"
    what = f"it was then {now.name} ({now.code})" if now else "what it was then is not certain"
    message = f"{printed.name} ({printed.code}) stood {when}, not at the end of {case.year}; {what}"
    yield _finding(case, "region.outdated", message)


def _conflict(case: _Case, winner: Candidate, against: Sequence[Evidence]) -> Iterator[Finding]:
    if against:
        said = "、".join(f"{e.said} ({e.clue})" for e in against)
        path = case.table.path(winner.printed, case.year)
        yield _finding(case, "region.conflict", f"{said} is elsewhere than {path} ({winner.code})")


def _finding(case: _Case, code: str, message: str) -> Finding:
    place = case.organ.place.text if case.organ.place else case.organ.name
    return Finding(code, message, found=place, hint="" if code == "region.unknown" else _HINT)


def _evidence(case: _Case, winner: Candidate | None, hint: str = "") -> tuple[Evidence, ...]:
    """What the organ's name said, then every clue; the weak ones only where one of them decided."""
    code = winner.code if winner else None
    found = []
    if case.organ.place:
        found.append(Evidence("organ", case.organ.place.text, code, WEIGHTS["organ"]))
    found += [evidence for clue in case.context for evidence in clue.evidence()]
    if winner and hint == "spelling":
        found.append(Evidence(hint, case.clues.host, code, WEIGHTS[hint]))
    if winner and hint == "text":
        chains = [chain for clue in read_text(case.table, case.clues) for chain in clue.chains]
        said = [c for c in chains if any(case.table.related(d, winner.printed) for d in c.divisions)]
        found += [Evidence(hint, chain.text, code, WEIGHTS[hint]) for chain in said]
    return tuple(dict.fromkeys(found))


def _located(whose: Whose, case: _Case, found: Sequence[Candidate]) -> Whose:
    """``whose`` with the names of the province and the prefecture that all of ``found`` share."""
    lines = [_line(case, candidate.now or candidate.printed) for candidate in found]
    shared: list[str | None] = []
    for level in ("province", "prefecture"):
        names = {line.get(level) for line in lines}
        shared.append(names.pop() if len(names) == 1 else None)
    return replace(whose, province=shared[0], prefecture=shared[1])


def _line(case: _Case, division: Division) -> dict[str, str]:
    """Level → name of the division and what is above it, each as it was called in the year, if it stood then."""
    table, year = case.table, case.year
    line = (division, *table.ancestors(division, year))
    then = line if year is None else [d if d.stands(year) else table.same_body(d, year) for d in line]
    return {d.level: d.name for d in then if d}
