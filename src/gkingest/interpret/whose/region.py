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
from gkingest.regions.mentions import Mention
from gkingest.told import Told

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

    def told(self, divisions: Divisions, year: int | None) -> tuple[tuple[str, str, str], ...]:
        """The evidence as clue, words and code; the runner-up with its name last."""
        lines = [(e.clue, e.said, e.code or "") for e in self.evidence]
        if self.runner_up:
            division = divisions.coded(self.runner_up, year) or divisions.coded(self.runner_up)
            lines.append(("runner_up", divisions.path(division, year) if division else "", self.runner_up))
        return tuple(lines)


@dataclass(frozen=True, slots=True)
class _Case:
    """All that is known of one report."""

    table: Divisions
    organ: Organ
    year: int | None
    context: tuple[Clue, ...]
    clues: Clues

    @property
    def place(self) -> Mention:
        """The place that the organ's name begins with, where it has one."""
        assert self.organ.place is not None
        return self.organ.place

    @property
    def telling(self) -> list[Clue]:
        """Clues that contradict where they name another place."""
        return [clue for clue in self.context if clue.kind in _TELLING]

    def placed(self) -> Whose:
        """The organ's name begins with a place."""
        place = self.place
        pool = place.divisions
        if place.short and is_hall(self.organ.name):
            pool = tuple(d for d in pool if d.level == "province") or pool
        if place.short and self.organ.kind == "public_body" and not any(map(self.proved, pool)):
            return self.left_open(Told("{0} may be no more than a part of its name", place.text))
        choice = self.chosen(pool)
        if self.organ.kind == "zone":
            return self.zone(choice)
        return self.decided(choice, place.text) if choice.winner else self.ambiguous(choice)

    def decided(self, choice: Choice, place: str) -> Whose:
        """One division is meant by ``place``; it may yet be a common word, or not what the organ is of."""
        winner = choice.winner
        assert winner is not None
        if not self.proved(winner.printed):
            return self.left_open(
                Told("{0} is a common word too, and nothing else names the division", place), winner
            )
        if self.organ.unknown:
            whose = self.left_open(Told("no division in {0} is called {1}", place, self.organ.unknown))
            return self.located(whose, [winner])
        if self.organ.kind == "township" and not self.is_lowest(winner):
            return self.township(winner)
        return self.resolved(choice)

    def placeless(self) -> Whose:
        """The organ's name has no place (县林业局, 松木塘镇人民政府): the clues must name it, and agree."""
        if self.organ.kind == "zone":
            named = (c.chains[0].divisions for c in self.context if c.kind in (*_TELLING, "filing"))
            return self.zone(self.chosen(next(named, ())))
        fit = ([d for d in chain.divisions if self.can_be(clue, d)] for clue in self.context for chain in clue.full)
        if pool := next(filter(None, fit), None):
            choice = self.chosen(pool)
            return self.resolved(choice) if choice.winner else self.ambiguous(choice)
        around = [Candidate(d, d, 0) for clue in self.telling for d in clue.divisions]
        whose = self.left_open("neither the organ's name nor another clue names a division")
        return self.located(whose, around)

    def can_be(self, clue: Clue, division: Division) -> bool:
        """Whether an organ without place can be of a division that this clue names."""
        organ = self.organ
        if not fits(organ.level, division.name, division.level):
            return False
        if organ.kind == "township":
            return self.is_lowest(Candidate(division, division, 0)) and clue.kind != "preface"
        if organ.level:
            return True
        if clue.kind in ("preface", "filing") or (clue.kind in ("host", "site") and division.level != "county"):
            return False  # a preface names who demanded the report, a city's site shows its districts' reports too
        return division.level != "province" or division.code[:2] in _MUNICIPALITIES

    def resolved(self, choice: Choice) -> Whose:
        """One division is meant: its code in the year, with what contradicts it."""
        winner = choice.winner
        assert winner is not None
        if self.was_zone(winner):
            return self.zone(choice)
        against = [*self.against(winner.printed), *self.spelled_elsewhere(choice)]
        if against and self.organ.place is None:
            return Whose(
                self.organ.kind,
                evidence=self.evidence(None),
                runner_up=winner.code,
                ambiguous=True,
                findings=tuple(self.conflicts(winner, against)),
            )
        runners = [*(c.code for c in choice.rivals), *(e.code for e in against if e.code)]
        findings = [*self.outdated(winner), *self.conflicts(winner, against)]
        if self.year is None and winner.now is None:
            findings.append(self.finding("region.unknown", "its code depends on the year, and that is not known"))
        whose = Whose(
            self.organ.kind,
            *winner.in_the_year,
            evidence=self.evidence(winner, choice.hint),
            runner_up=next((code for code in runners if code != winner.code), None),
            findings=tuple(findings),
        )
        return self.located(whose, [winner])

    def was_zone(self, winner: Candidate) -> bool:
        """Whether it became a division only later than the year; until then it was a zone."""
        early = self.year is not None and self.year < winner.printed.since
        return early and winner.now is None and winner.printed.name.endswith("新区")

    def ambiguous(self, choice: Choice) -> Whose:
        """Several divisions may be meant."""
        names = "、".join(f"{self.table.path(c.printed, self.year)} ({c.code})" for c in choice.rivals[:8])
        findings = [self.finding("region.ambiguous", Told("several divisions may be meant: {0}", names))]
        if choice.opposed:
            findings.append(self.finding("region.conflict", "the clues point to several of them"))
        whose = Whose(
            self.organ.kind,
            evidence=self.evidence(None),
            runner_up=choice.rivals[0].code if choice.rivals else None,
            ambiguous=True,
            findings=tuple(findings),
        )
        return self.located(whose, choice.rivals)

    def zone(self, choice: Choice) -> Whose:
        """A zone has no code; where it lies is told as far as that is certain."""
        winner = choice.winner
        evidence = self.evidence(winner)
        whose = Whose("zone", None, zone_name(self.organ.name), evidence=evidence)
        whose = self.located(whose, [winner] if winner else choice.rivals)
        against = list(self.against(winner.printed)) if winner else []
        findings = list(self.conflicts(winner, against)) if winner else []
        if not whose.province:
            findings.append(
                self.finding("region.unknown", "nothing tells for certain in which province the zone lies")
            )
        return replace(whose, findings=tuple(findings))

    def township(self, around: Candidate) -> Whose:
        """A township of which only the city is named: the county is taken from the clues, or none."""
        chains = (chain for clue in self.telling for chain in clue.full)
        counties = (d for chain in chains for d in chain.divisions if d.level == "county")
        pool = [d for d in counties if self.table.within(d, around.printed)]
        choice = self.chosen(pool)
        if choice.winner:
            return self.resolved(choice)
        whose = self.left_open(
            Told("nothing tells in which county of {0} the township lies", around.printed.name), around
        )
        return self.located(whose, [around])

    def left_open(self, message: str, likely: Candidate | None = None) -> Whose:
        """Nothing certain can be said; ``likely`` is named as runner-up."""
        finding = self.finding("region.unknown", message)
        runner = likely.code if likely else None
        return Whose(self.organ.kind, evidence=self.evidence(None), runner_up=runner, findings=(finding,))

    def chosen(self, pool: Sequence[Division]) -> Choice:
        """Divisions weighed against each other by all clues."""
        return choose(self.table, pool, self.year, self.context, self.clues)

    def proved(self, division: Division) -> bool:
        """Whether a place that is a common word too (城区, 南山) is meant as a place: another clue must say so."""
        place = self.place
        if not (place.vague or place.short) or self.organ.led:
            return True
        if place.short:
            if self.organ.kind == "public_body":  # 中山大学, 海南航空
                return any(clue.support(self.table, division) == clue.weight for clue in self.context)
            if division.level != "county":
                return True
        supported = any(clue.support(self.table, division) for clue in self.context)
        return supported or bool(spelled(self.table, self.clues.host, [division]))

    def is_lowest(self, candidate: Candidate) -> bool:
        """Whether townships lie right in it: a county, or a city that has none (东莞)."""
        division = candidate.now or candidate.printed
        year = self.year if self.year is not None else division.since
        return division.level == "county" or not (
            division.level == "province" or self.table.has_counties(division, year)
        )

    def against(self, division: Division) -> Iterator[Evidence]:
        """Clues of which everything they name lies elsewhere."""
        for clue in self.telling:
            full = replace(clue, chains=clue.full)
            if full.chains and not full.support(self.table, division):
                yield next(full.evidence())

    def spelled_elsewhere(self, choice: Choice) -> Iterator[Evidence]:
        """A host that spells another division of the name together with its city: njgl for 鼓楼区 in 南京."""
        winner, host = choice.winner, self.clues.host
        if winner is None or not host or spelling(self.table, host, winner.printed) == SPELLS_BOTH:
            return
        for rival in choice.rivals:
            if spelling(self.table, host, rival.printed) == SPELLS_BOTH:
                yield Evidence("spelling", host, rival.code, WEIGHTS["spelling"])

    def outdated(self, winner: Candidate) -> Iterator[Finding]:
        """A doubt where the printed name is of another time."""
        printed, now = winner.printed, winner.now
        if self.year is None or printed.stands(self.year):
            return
        ended = printed.until and printed.until < self.year
        when = Told("until the year {0}", printed.until) if ended else Told("from the year {0}", printed.since)
        what = Told("it was then {0} ({1})", now.name, now.code) if now else "what it was then is not certain"
        message = Told(
            "{0} ({1}) stood {2}, not at the end of {3}; {4}", printed.name, printed.code, when, self.year, what
        )
        yield self.finding("region.outdated", message)

    def conflicts(self, winner: Candidate, against: Sequence[Evidence]) -> Iterator[Finding]:
        """A doubt where clues contradict the division."""
        if against:
            said = "、".join(f"{e.said} ({e.clue})" for e in against)
            path = self.table.path(winner.printed, self.year)
            yield self.finding("region.conflict", Told("{0} is elsewhere than {1} ({2})", said, path, winner.code))

    def finding(self, code: str, message: str) -> Finding:
        """A doubt about the place, or the name without one."""
        place = self.organ.place.text if self.organ.place else self.organ.name
        return Finding(code, message, found=place, hint="" if code == "region.unknown" else _HINT)

    def evidence(self, winner: Candidate | None, hint: str = "") -> tuple[Evidence, ...]:
        """What the organ's name said, then every clue; the weak ones only where one of them decided."""
        code = winner.code if winner else None
        found = []
        if self.organ.place:
            found.append(Evidence("organ", self.organ.place.text, code, WEIGHTS["organ"]))
        found += [evidence for clue in self.context for evidence in clue.evidence()]
        if winner and hint:
            found += [Evidence(hint, said, code, WEIGHTS[hint]) for said in self.said_by(hint, winner)]
        return tuple(dict.fromkeys(found))

    def said_by(self, hint: str, winner: Candidate) -> list[str]:
        """The words of a weak clue that speak for the winner."""
        if hint == "spelling":
            return [self.clues.host]
        chains = (chain for clue in read_text(self.table, self.clues) for chain in clue.chains)
        return [c.text for c in chains if any(self.table.related(d, winner.printed) for d in c.divisions)]

    def above(self, division: Division) -> dict[str, str]:
        """Level → name of the division and what is above it, as called in the year, if it stood then."""
        table, year = self.table, self.year
        line = (division, *table.ancestors(division, year))
        then = line if year is None else [d if d.stands(year) else table.same_body(d, year) for d in line]
        return {d.level: d.name for d in then if d}

    def located(self, whose: Whose, found: Sequence[Candidate]) -> Whose:
        """``whose`` with the names of the province and the prefecture that all of ``found`` share."""
        lines = [self.above(candidate.now or candidate.printed) for candidate in found]
        shared: list[str | None] = []
        for level in ("province", "prefecture"):
            names = {line.get(level) for line in lines}
            shared.append(names.pop() if len(names) == 1 else None)
        return replace(whose, province=shared[0], prefecture=shared[1])


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
        return case.left_open(Told("the table of divisions begins in {0}", FIRST_YEAR))
    if case.organ.unknown and case.organ.place is None:
        return case.left_open(Told("no division of any year is called {0}", case.organ.unknown))
    return case.placed() if case.organ.place else case.placeless()
