"""Straight rules found in the picture of a page: what a table is drawn with.

Long dark runs give the places where rules may lie; each stretch from one crossing rule to the next is then judged
by itself, as a rule parts two cells or it does not. Strokes of letters that happen to stand in one line hardly ever
reach from rule to rule; in low rows they nearly do, so that a stretch with the smallest gap is believed only where
a whole one goes on from it, as in a worn rule.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from gkingest.read.picture.clean import Sheet
from gkingest.read.picture.runs import (
    BREAK,
    DOTTED,
    LONG_MEAN,
    SHORT_MEAN,
    STRAY,
    Darkness,
    Look,
    at_one_place,
    darkness,
    is_dotted,
    lengths,
    long_runs,
    look_along,
    touches_ends,
    unbroken,
)

_ACROSS = 0.40  # inches: the shortest piece of a horizontal rule; no stroke of a character is that long
_DOWN = 0.13  # inches: the same for vertical rules, which low rows cut up
_THICK = 0.06  # inches: a band thicker than this is shading or a picture
_REACH = 0.07  # inches: a rule that ends this close to another is meant to touch it
_WINDOW = 0.5  # inches: the stretch of a rule that is straight
_SOLID = 0.86  # share of its length along which a rule is drawn
_GLANCED = 0.5  # the same of what lies anywhere near it, and of its ends that other rules cover
_FULL = 0.95  # the same where ink stands close beside it, as in a letter
# The same of a rule that needs no other to be believed: 6,000 stretches of printed, noisy and faxed tables had it,
# and none of the 50 strokes of 本, 中 and 件 that seemed to be rules in rows as high as the print.
_WHOLE = 0.93
_GHOST = 0.2  # of the ink of the page's other rules: a paler one is that of the other side of the sheet
_MOST_DOWN, _STRIPE = 16, 0.5  # rules down in one row of a table; of the ink of the darkest, where there are more
_WORN = 1.0  # inches: stretches with gaps that are so long together are a worn rule
_CROWDED = 0.6  # share of its length with nothing beside it, below which a rule may be a stroke of a letter
_HALF_FREE = 0.5  # the same for a stretch of a rule that is known to be dotted
_LONELY = 0.6  # share of its length along which a dotted rule has nothing beside it
_LONG = 0.6  # inches: a dotted rule is longer than any figure
_TAIL, _LONGEST_TAIL = 0.15, 3.0  # inches: lengths of a rule that ends freely, as where a page cuts the table
_LEAST_ENDS = 3  # rules down that end freely at one height, where the sheet cuts their table
_FREE = 2.0  # inches: a horizontal rule this long needs no crossing rule to be believed


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in pixels: ``at`` across its direction, from ``start`` to ``end`` along it, ``thick`` pixels wide.

    ``whole`` tells that it has no gap to speak of.
    """

    at: float
    start: float
    end: float
    thick: float
    whole: bool = True

    @property
    def length(self) -> float:
        """Length in pixels."""
        return self.end - self.start

    def touches(self, other: "Rule", reach: float) -> bool:
        """Whether a rule of the other direction crosses it, or comes within ``reach`` pixels of it."""
        along = self.start - reach <= other.at <= self.end + reach
        return along and other.start - reach <= self.at <= other.end + reach

    def goes_through(self, other: "Rule", reach: float) -> bool:
        """Whether it crosses one of the other direction by more than ``reach`` pixels on all sides."""
        along = self.start + reach < other.at < self.end - reach
        return along and other.start + reach < self.at < other.end - reach

    def lies_on(self, other: "Rule", reach: float) -> bool:
        """Whether another of its direction runs along all of it, ``reach`` pixels beside it at most."""
        along = other.start - reach <= self.start and self.end <= other.end + reach
        return along and abs(self.at - other.at) <= reach

    def is_dottedwhole_rules(self, look: Look) -> bool:
        """Whether a whole place is one dotted rule; figures that stand in one column are too far apart for that."""
        if self.length < _LONG * look.dpi:
            return False
        part = look.stretch(self.at, self.start, self.end)
        return is_dotted(part.drawn, look.dpi) and float(look.alone(part).mean()) >= _LONELY

    def is_sound(self, look: Look) -> bool:
        """Whether a place is a rule all along; strokes of letters in one line are not."""
        count = max(round(self.length / (_WINDOW * look.dpi)), 1)
        bounds = np.linspace(self.start, self.end, count + 1).tolist()
        at, parts = self.at, []
        for first, last in pairwise(bounds):
            part = look.stretch(at, first, last)
            at = part.at
            parts.append(part.drawn)
        drawn = np.trim_zeros(np.concatenate(parts))
        solid = drawn.size > 0 and float(drawn.mean()) >= _SOLID
        return bool(solid) or self.is_dottedwhole_rules(look)

    def stops(self, meets: Sequence[float], reach: float, *, free: bool) -> list[tuple[float, float]]:
        """The stretches to be judged: between neighbouring crossings, and for a free rule also what sticks out."""
        stops = [m for i, m in enumerate(meets) if not i or m - meets[i - 1] > reach / 2]
        if free:
            stops = [m for m in stops if self.start - reach <= m <= self.end + reach]
            if not stops or self.start < stops[0] - reach:
                stops.insert(0, self.start)
            if self.end > stops[-1] + reach:
                stops.append(self.end)
        return list(pairwise(stops))

    def free_ends(self, look: Look, meets: Sequence[float]) -> Iterator[tuple[float, float]]:
        """Ends of a vertical rule beyond its outermost crossings, where a page cuts the table.

        One that no other meets, as the side of a cell that goes on over a whole page, is free all along.
        """
        if not meets:
            if self.length >= 2 * _LONG * look.dpi and self.is_sound(look):
                yield self.start, self.end
            return
        least, most = _TAIL * look.dpi, _LONGEST_TAIL * look.dpi
        above = unbroken(look.stretch(self.at, max(meets[0] - most, 0), meets[0]).drawn[::-1], look.dpi)
        beyond = min(meets[-1] + most, look.dark.shape[1])
        below = unbroken(look.stretch(self.at, meets[-1], beyond).drawn, look.dpi)
        if above >= least:
            yield meets[0] - above, meets[0]
        if below >= least:
            yield meets[-1], meets[-1] + below


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a page by direction, each cut where others cross it."""

    across: tuple[Rule, ...]
    down: tuple[Rule, ...]


def find_rules(sheet: Sheet) -> Rules:
    """Rules of a straightened sheet."""
    dpi = sheet.dpi
    flat, steep = look_along(sheet.grey, dpi), look_along(np.ascontiguousarray(sheet.grey.T), dpi)
    across = [a for a in _joined(_places(flat, LONG_MEAN, _ACROSS), dpi) if a.is_sound(flat)]
    inks = [flat.ink(a.at, a.start, a.end) for a in across]
    faintest = _GHOST * float(np.percentile(inks, 75)) if across else 0.0
    flat, steep = replace(flat, faintest=faintest), replace(steep, faintest=faintest)
    across = [a for a, ink in zip(across, inks, strict=True) if ink >= faintest]
    upright_places = (*_joined(_places(steep, LONG_MEAN, _ACROSS), dpi), *_places(steep, SHORT_MEAN, _DOWN))
    places: dict[int, Rule] = {}  # of those that lie side by side the longest
    for place in sorted(
        (p for p in upright_places if steep.ink(p.at, p.start, p.end) >= faintest), key=lambda p: -p.length
    ):
        spot = round(place.at / (STRAY * dpi))
        near = [places[s] for s in (spot - 1, spot, spot + 1) if s in places]
        if not any(abs(n.at - place.at) <= STRAY * dpi / 2 for n in near):
            places.setdefault(spot, place)
    upright = tuple(places.values())
    down = _borne_out(_between(steep, upright, across), dpi)
    reach = _REACH * dpi
    crossed = [
        a
        for a in across
        if a.length >= _FREE * dpi or len({round(d.at / reach) for d in down if a.touches(d, reach)}) >= 2
    ]
    if len(crossed) < len(across):
        down = _borne_out(_between(steep, upright, crossed), dpi)
    return _framed(Rules(tuple(_between(flat, crossed, down, free=True)), tuple(down)), steep)


def _framed(rules: Rules, steep: Look) -> Rules:
    """The rules with the outer ones that are too worn to be seen, or that the end of a sheet leaves out."""
    dpi = steep.dpi
    whole = Rules(tuple(whole_rules(rules.across, dpi)), tuple(whole_rules(rules.down, dpi)))
    cut = [*_cut_off(whole, steep)]
    across = (*rules.across, *(c for c, _ in cut))
    down = (*rules.down, *(side for _, sides in cut for side in sides))
    return Rules(across, (*down, *_sides(whole_rules(across, dpi), whole_rules(down, dpi), dpi)))


def _cut_off(rules: Rules, steep: Look) -> Iterator[tuple[Rule, list[Rule]]]:
    """Rules across the ends of several rules down that stick out of their table to the same height.

    There the sheet cuts it, or its last rule is worn. With each come the rules down of the row that it ends.
    """
    near = _REACH * steep.dpi
    for last in (False, True):
        ends = [(d.end if last else d.start, d) for d in rules.down]
        for height, own in at_one_place(ends, near):
            met = [a for a in rules.across if any(d.touches(a, near) for d in own)]
            if len(own) < _LEAST_ENDS or not met:
                continue
            row = max(met, key=lambda a: a.at if last else -a.at)
            foot = replace(row, at=height, start=min(a.start for a in met), end=max(a.end for a in met))
            drawn = any(
                abs(a.at - height) <= near and a.start < foot.end and a.end > foot.start for a in rules.across
            )
            if not drawn and not any(d.goes_through(foot, near) for d in rules.down):
                yield foot, _inside_cut([d for at, d in ends if abs(at - row.at) <= near], row, height, steep)


def _inside_cut(reaching: Sequence[Rule], row: Rule, height: float, steep: Look) -> list[Rule]:
    """The sides of a row that a sheet cuts at a height, and what is half drawn of the rules that reach it."""
    near, (low, high) = _REACH * steep.dpi, sorted((row.at, height))
    inner = (d.at for d in reaching if row.start + near < d.at < row.end - near)
    seen = [x for x in inner if float(steep.stretch(x, low, high).drawn.mean()) >= _GLANCED]
    return [Rule(x, low, high, row.thick) for x in (row.start, row.end, *seen)]


def _sides(across: Sequence[Rule], down: Sequence[Rule], dpi: float) -> Iterator[Rule]:
    """Rules down through the ends of rules across that lie above one another, from each to the next.

    Only where a rule further in joins both, and nothing runs there or from one side to the other.
    """
    near = _REACH * dpi
    for ends in ([(a.start, a) for a in across], [(a.end, a) for a in across]):
        for place, own in at_one_place(ends, near):
            for one, other in pairwise(sorted(own, key=lambda r: r.at)):
                side = Rule(place, one.at, other.at, one.thick)
                inner = max(one.start, other.start) + near, min(one.end, other.end) - near
                joined = any(inner[0] < d.at < inner[1] and replace(side, at=d.at).lies_on(d, near) for d in down)
                passed = any(side.start + near < a.at < side.end - near and a.touches(side, -near) for a in across)
                if joined and not passed and not any(side.lies_on(d, near) for d in down):
                    yield side


def whole_rules(rules: Sequence[Rule], dpi: float) -> list[Rule]:
    """Stretches that go on from one another in one line as one rule."""
    found: list[Rule] = []
    for rule in sorted(rules, key=lambda r: r.start):
        index = next(
            (
                i
                for i, n in enumerate(found)
                if abs(n.at - rule.at) <= 2 * STRAY * dpi and rule.start - n.end <= _REACH * dpi
            ),
            None,
        )
        if index is None:
            found.append(rule)
        else:
            known = found[index]
            found[index] = replace(rule, start=known.start, end=max(known.end, rule.end))
    return found


def _borne_out(rules: Sequence[Rule], dpi: float) -> list[Rule]:
    """Rules without those that have gaps, unless a whole one goes on from them or they are long together.

    What is shorter than any row is a stroke between others that seem to be rules across.
    """
    chains: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda r: r.start):
        last = (c for c in chains if abs(c[-1].at - rule.at) <= STRAY * dpi)
        chain = next((c for c in last if abs(rule.start - c[-1].end) <= _REACH * dpi), None)
        if chain is None:
            chains.append([rule])
        else:
            chain.append(rule)
    found = []
    for chain in chains:
        length = chain[-1].end - chain[0].start
        if length >= _WORN * dpi or (length >= _DOWN * dpi and any(r.whole for r in chain)):
            found += chain
    return found


def _places(look: Look, mean: float, least: float) -> list[Rule]:
    """Where rules may lie: dark runs longer than ``least`` inches, when averaged along ``mean`` inches."""
    dark: Darkness = look.dark
    noise = 2 * look.least if mean == SHORT_MEAN else None
    if mean != SHORT_MEAN:
        dark = darkness(look.grey, look.dpi, mean)
    found = []
    for run in long_runs(dark, look.dpi, least, noise):
        thick = float(run.own.sum()) / run.width
        if thick <= _THICK * look.dpi:
            weights = run.weights(dark).sum(axis=1)
            first = max(int(np.argmax(weights)) - 2, 0)  # the heaviest row and those near it
            near = weights[first : int(np.argmax(weights)) + 3]
            middle = first + float((near * np.arange(len(near))).sum() / max(float(near.sum()), 1.0))
            found.append(Rule(run.top + middle, float(run.left), float(run.left + run.width), thick))
    return found


def _joined(pieces: list[Rule], dpi: float) -> list[Rule]:
    """Pieces in one line with small gaps between them as one rule."""
    near, gap = STRAY * dpi, BREAK * dpi
    rules: list[Rule] = []
    for piece in sorted(pieces, key=lambda p: p.start):
        home = next(
            (i for i, n in enumerate(rules) if abs(n.at - piece.at) <= near and piece.start - n.end <= gap), None
        )
        if home is None:
            rules.append(piece)
            continue
        known = rules[home]
        total = known.length + piece.length
        at = (known.at * known.length + piece.at * piece.length) / total
        thick = (known.thick * known.length + piece.thick * piece.length) / total
        rules[home] = Rule(at, known.start, max(known.end, piece.end), thick)
    return rules


def _between(look: Look, places: Sequence[Rule], crossing: Sequence[Rule], *, free: bool = False) -> list[Rule]:
    """Stretches of rules from one crossing rule to the next.

    ``free`` keeps to the extent of each place and takes it whole where nothing crosses it; otherwise a place
    tells only where to look, and every stretch in line with it is judged.
    """
    reach = _REACH * look.dpi
    found: dict[tuple[float, float], list[Rule]] = {}
    for place in sorted(places, key=lambda p: -p.length):
        meets = sorted(c.at for c in crossing if c.start - reach <= place.at <= c.end + reach)
        at, dotted = place.at, place.is_dottedwhole_rules(look)
        for start, end in place.stops(meets, reach, free=free):
            known = found.setdefault((start, end), [])
            if any(abs(k.at - at) <= 1.5 * STRAY * look.dpi for k in known):
                continue
            loose = (start not in meets, end not in meets)
            rules = _followed(look, at, start, end, thick=place.thick, dotted=dotted, loose=loose)
            if rules and not any(abs(k.at - rules[0].at) <= STRAY * look.dpi for k in known):
                known += rules
        for start, end in () if free else place.free_ends(look, meets):
            known = found.setdefault((-1.0, start if start not in meets else end), [])
            if look.ink(at, start, end) >= look.faintest and not any(
                abs(k.at - at) <= 1.5 * STRAY * look.dpi for k in known
            ):
                known.append(Rule(at, start, end, place.thick, whole=not meets))
    return [rule for rules in found.values() for rule in (rules if free else _without_stripes(look, rules))]


def _without_stripes(look: Look, rules: list[Rule]) -> list[Rule]:
    """The rules of one row; where they are more than any form has, without the paler ones, as of a photographed
    screen.
    """
    if len({round(r.at / (STRAY * look.dpi)) for r in rules}) <= _MOST_DOWN:
        return rules
    inks = [look.ink(r.at, r.start, r.end) for r in rules]
    return [r for r, ink in zip(rules, inks, strict=True) if ink >= _STRIPE * max(inks)]


def _followed(
    look: Look, at: float, start: float, end: float, *, thick: float, dotted: bool, loose: tuple[bool, bool]
) -> list[Rule]:
    """The rule from ``start`` to ``end`` near ``at``, window by window as it strays; nothing if it is broken.

    An end that is ``loose``, on no other rule, is only known as far as darkness was averaged to find it.
    """
    strays = end - start > 2 * _WINDOW * look.dpi  # a long one may do so beyond what a glance shows
    if not strays and not look.shows_any(at, start, end, DOTTED if dotted else _GLANCED):
        return []
    count = max(round((end - start) / (_WINDOW * look.dpi)), 1)
    bounds = np.linspace(start, end, count + 1)
    rules, parts = [], []
    for first, last in pairwise(bounds.tolist()):
        part = look.stretch(at, first, last)
        at = part.at
        parts.append(part)
        rules.append(Rule(at, first, last, thick))
    most = round(LONG_MEAN * look.dpi) + 1
    parts[0] = parts[0].without(parts[0].undrawn(most) if loose[0] else 0, 0)
    parts[-1] = parts[-1].without(0, parts[-1].undrawn(-most) if loose[1] else 0)
    if loose[0]:
        rules[0] = replace(rules[0], start=float(parts[0].low))
    if loose[1]:
        rules[-1] = replace(rules[-1], end=float(parts[-1].low + parts[-1].drawn.size))
    marks = np.concatenate([p.drawn for p in parts])
    drawn = float(marks.mean())
    if drawn < (DOTTED if dotted else _SOLID):
        return []
    if sum(look.ink(r.at, r.start, r.end) for r in rules) < len(rules) * look.faintest:
        return []
    clear = float(np.concatenate([look.alone(p) for p in parts]).mean())
    if drawn >= (_SOLID if clear >= _CROWDED else _FULL) and touches_ends(
        parts[0].inked, parts[-1].inked, look.dpi
    ):
        return rules if drawn >= _WHOLE else [replace(r, whole=False) for r in rules]
    dots = dotted and clear >= _HALF_FREE and drawn >= DOTTED
    return rules if dots and int(lengths(~marks).max(initial=0)) <= BREAK / 2 * look.dpi else []
