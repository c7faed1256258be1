"""A comparison as a chart: what is drawn, how much of it, and the notes that say what is not."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from gkingest.chart.drawings import (
    Bar,
    Headline,
    Point,
    Series,
    draw_missing,
    draw_panels,
    draw_ranking,
    draw_series,
)
from gkingest.chart.fonts import families
from gkingest.chart.paper import KINDS
from gkingest.compare.comparison import Comparison, Wanted, compare
from gkingest.compare.measure import find_keys, titles
from gkingest.compare.printed import FLAGGED, NO_REPORT, NUMBER, looks, reason, said
from gkingest.compare.shown import figure, with_unit
from gkingest.errors import UsageError
from gkingest.formats.indicators import Measures
from gkingest.formats.names import printed_names, with_printed_names
from gkingest.formats.spec import Format
from gkingest.language import Language, in_chinese
from gkingest.model.key import ANY
from gkingest.outfile import write_whole
from gkingest.render import printable, shortened
from gkingest.store.ask.series import Observation, nothing_meant, states

if TYPE_CHECKING:
    from sqlalchemy import Engine

MOST_BARS, MOST_LINES, MOST_PANELS, MOST_ROWS, MOST_COLUMNS = 40, 8, 24, 60, 40
_LABEL = 60  # columns of a label: any name of an organ but the longest
_NO_NAMES: Mapping[str, str] = {}


def draw(  # noqa: PLR0913, PLR0917 - what to draw, from what, where and how
    engine: "Engine",
    name: str,
    formats: Sequence[Format],
    measures: Measures,
    wanted: Wanted,
    out: Path,
    kind: str,
    language: Language,
) -> list[str]:
    """Write a chart of ``name`` to ``out``; gives lines that say what was drawn.

    ``kind`` is ranking, series, panels, missing or "" for what suits. Raises :class:`UsageError` where it cannot be
    drawn or written, :class:`EngineError` without matplotlib or a font.
    """
    ending = out.suffix.lower().removeprefix(".")
    if ending not in KINDS:
        raise UsageError(f"--chart {out}: name a file that ends in .{' or .'.join(KINDS)}")
    families()
    if kind == "missing" and ANY in name:
        data, notes = _cell_map(engine, name, formats, measures, wanted, ending, language)
    else:
        found = compare(engine, name, formats, measures, wanted)
        data, notes = chart(found, kind, ending, language, printed_names(formats))
    write_whole(out, data, "--chart")
    return [f"drawn: {out}", *notes]


def chart(
    found: Comparison, kind: str, ending: str, language: Language, names: Mapping[str, str] = _NO_NAMES
) -> tuple[bytes, tuple[str, ...]]:
    """The bytes of a chart, and its notes; in Chinese with the ``names`` that the form prints for keys."""
    picture, years = _Picture(found, language, names), {o.who.year for o in found.seen}
    kind = kind or ("series" if len(years) > 1 else "ranking")
    if kind == "missing":
        return picture.missing(ending)
    if kind == "ranking":
        return picture.ranking(ending)
    lines, notes = picture.lines(MOST_LINES if kind == "series" else MOST_PANELS)
    drawing = draw_series if kind == "series" else draw_panels
    words = picture.headline(notes)
    return drawing(words, lines, ending, found.measure.split), words.notes


def _listed(absent: Mapping[str, int], language: Language) -> str:
    comma, colon = ("、", "：") if language == "zh" else (", ", ": ")
    return comma.join(f"{reason(word, language)}{colon}{n}" for word, n in absent.items())


def _cut_note(kept: int, of: int, what: str, why: str, language: Language) -> list[str]:
    """How many of what there is are drawn, where it is not all."""
    return [said("drawn", language, kept, of, said(what, language), said(why, language))] if kept < of else []


def _flag_note(seen: Sequence[Observation], language: Language) -> list[str]:
    flagged = sum(o.flagged for o in seen if o.value is not None)
    return [said("flagged", language, flagged)] if flagged else []


@dataclass(frozen=True, slots=True)
class _Picture:
    """A comparison drawn in one language."""

    found: Comparison
    language: Language
    names: Mapping[str, str] = field(default_factory=dict)

    def ranking(self, ending: str) -> tuple[bytes, tuple[str, ...]]:
        """A bar for each report."""
        found, language = self.found, self.language
        rows = found.standings
        if found.wanted.top:
            rows = tuple(s for s in rows if s.rank is None or s.rank <= found.wanted.top)
        years = len({o.who.year for o in found.seen})
        each = max(MOST_BARS // years, 1)
        kept, counted = [], Counter[int | None]()
        for standing in rows:
            counted[standing.seen.who.year] += 1
            if counted[standing.seen.who.year] <= each:
                kept.append(standing.seen)
        notes = _cut_note(len(kept), len(found.standings), "reports", "first ranks", language)
        notes += _flag_note(kept, language) + self.missing_note()
        if found.broken:
            notes.append(said("apart", language, " / ".join(found.editions), self.why()))
        notes += self.stops()
        labels = self.labels()
        bars = [self.bar(seen, labels[seen.who.identity], years > 1) for seen in kept]
        words = self.headline(notes)
        return draw_ranking(words, bars, ending), words.notes

    def stops(self) -> list[str]:
        """Where the series stops, and why."""
        return [
            said("stops", self.language, ", ".join(editions), getattr(why, self.language) if why else "–")
            for editions, why in self.found.stops
        ]

    def bar(self, seen: Observation, label: str, several: bool) -> Bar:
        """The bar of one report."""
        group = str(seen.who.year or "?") if several else ""
        if self.found.broken:
            group = f"{group} {said('edition', self.language, seen.who.edition)}".strip()
        text = f"— {reason(seen.reason, self.language)}"
        if seen.value is not None:
            text = with_unit(seen.value, self.found)
            if seen.denominator is not None:
                text += f"  ({figure(seen.numerator, 'count')}/{figure(seen.denominator, 'count')})"
            text += " !" if seen.flagged else ""
        return Bar(label, None if seen.value is None else float(seen.value), text, seen.flagged, group)

    def lines(self, most: int) -> tuple[list[Series], list[str]]:
        """A line for each organ, and the notes."""
        found, language = self.found, self.language
        organs = self.by_organ()
        if not organs:
            raise UsageError("no report of a known year is meant, so there is no series to draw; draw a ranking")
        organs.sort(key=_importance)
        most = min(most, found.wanted.top or most)
        kept = organs[:most]
        notes = _cut_note(len(kept), len(organs), "organs", "longest", language)
        shown = list(chain.from_iterable(kept))
        absent = Counter(o.reason for o in shown if o.value is None)
        if absent:
            notes.append(said("crosses", language, _listed(dict(sorted(absent.items())), language)))
        notes += _flag_note(shown, language)
        if found.broken:
            notes.append(said("broken", language, found.editions[-1], self.why()))
        notes.append(said("not joined", language))
        whys = {e: str(getattr(why, language)) for e, why in found.measure.breaks}
        notes += [said("series break", language, e, whys.get(e, "")) for e in found.breaks]
        notes += self.stops()
        labels = self.labels()
        lines = []
        for members in kept:
            points = tuple(
                Point(
                    o.who.year or 0,
                    None if o.value is None else float(o.value),
                    o.who.edition,
                    o.flagged,
                    reason(o.reason, language),
                    o.series_break,
                )
                for o in members
            )
            lines.append(Series(labels[members[0].who.identity], points))
        return lines, notes

    def labels(self) -> dict[tuple[str, ...], str]:
        """A label for every organ, each once: where two have one name, with the place, the code, or a number."""
        organs = {one.who.identity: one.who for one in self.found.seen}
        names = Counter(who.organ for who in organs.values())
        labels = {}
        for identity, who in organs.items():
            name = shortened(printable(who.organ), _LABEL) or "?"
            place = "".join(dict.fromkeys(p for p in (who.province, who.prefecture) if p)) or who.region_code or ""
            several = names[who.organ] > 1 and place
            labels[identity] = f"{name}（{shortened(printable(place), _LABEL)}）" if several else name
        for number, (identity, label) in enumerate(sorted(_alike(labels).items()), 1):
            labels[identity] = f"{label}（{organs[identity].region_code or number}）"
        for number, (identity, label) in enumerate(sorted(_alike(labels).items()), 1):
            labels[identity] = f"{label} {number}"
        return labels

    def by_organ(self) -> list[list[Observation]]:
        """What is known of every organ, year by year."""
        found: dict[tuple[str, ...], list[Observation]] = defaultdict(list)
        for one in self.found.seen:
            if one.who.year is not None:
                found[one.who.identity].append(one)
        return [sorted(members, key=lambda o: o.who.year or 0) for members in found.values()]

    def missing(self, ending: str) -> tuple[bytes, tuple[str, ...]]:
        """Organs in rows, years in columns."""
        found = self.found
        organs = sorted(self.by_organ(), key=lambda m: (m[0].who.region_code or "", m[0].who.organ))
        asked = found.wanted.selection.years
        years = sorted({*asked, *(o.who.year for o in found.seen if o.who.year is not None)})
        kept = organs[:MOST_ROWS]
        notes = _cut_note(len(kept), len(organs), "organs", "first rows", self.language) + self.missing_note()
        rows = []
        for members in kept:
            told = {o.who.year: _word(o.reason, o.flagged) for o in members}
            rows.append([told.get(year, NO_REPORT) for year in years])
        words = self.headline(notes)
        names = self.labels()
        labels = [names[members[0].who.identity] for members in kept]
        return draw_missing(words, labels, [str(y) for y in years], rows, looks(self.language), ending), words.notes

    def headline(self, notes: Sequence[str]) -> Headline:
        """Title, measure and years."""
        measure = self.found.measure
        years = sorted({o.who.year for o in self.found.seen if o.who.year is not None})
        span = f"{years[0]}–{years[-1]}" if len(years) > 1 else "".join(map(str, years))
        unit = measure.unit or said("value", self.language)
        chinese = self.language == "zh"
        formula = with_printed_names(in_chinese(measure.formula), self.names) if chinese else measure.formula
        return Headline(
            getattr(measure.title, self.language),
            f"{measure.name} = {formula} · {span}",
            unit,
            tuple(notes),
        )

    def missing_note(self) -> list[str]:
        """How many have no value, by reason."""
        return (
            [said("missing", self.language, _listed(self.found.missing, self.language))]
            if self.found.missing
            else []
        )

    def why(self) -> str:
        """Why values of two editions are not joined."""
        return str(getattr(self.found.measure.why, self.language)) if self.found.measure.why else ""


def _alike(labels: Mapping[tuple[str, ...], str]) -> dict[tuple[str, ...], str]:
    """Those labels that more than one has."""
    counted = Counter(labels.values())
    return {identity: label for identity, label in labels.items() if counted[label] > 1}


def _importance(members: Sequence[Observation]) -> tuple[int, float, str]:
    told = [float(o.value) for o in members if o.value is not None]
    return -len(told), -told[-1] if told else 0.0, members[0].who.organ


# ---- maps of what is missing


def _word(missing: str, flagged: bool) -> str:
    return missing or (FLAGGED if flagged else NUMBER)


def _cell_map(
    engine: "Engine",
    name: str,
    formats: Sequence[Format],
    measures: Measures,
    wanted: Wanted,
    ending: str,
    language: Language,
) -> tuple[bytes, tuple[str, ...]]:
    """Cells in rows, reports in columns."""
    known = {cell for form in formats for cell in find_keys(name, [form], measures.crosswalk)}
    words = titles(known, formats)
    cells = [c for c in find_keys(name, formats, measures.crosswalk) if c in words]
    if not cells:
        raise UsageError(f"{name}: no cell is called so; a pattern is written requests/*/total")
    reports = states(engine, cells, formats, wanted.selection)
    if not reports:
        raise nothing_meant(engine, wanted.selection, "there is nothing to compare")
    kept, shown = reports[:MOST_COLUMNS], cells[:MOST_ROWS]
    notes = _cut_note(len(kept), len(reports), "reports", "first rows", language)
    if len(shown) < len(cells):
        notes.append(f"{len(shown)} / {len(cells)}")
    rows = [[_word(*told[cell]) for _, told in kept] for cell in shown]
    columns = [f"{shortened(printable(who.organ), 22)} {who.year or '?'}" for who, _ in kept]
    several = len({cell.column for cell in shown}) > 1
    names = printed_names(formats)
    if language == "zh":
        labels = [names.get(str(c) if several else f"{c.table}/{c.row}", str(c)) for c in shown]
    else:
        labels = [words[c].en if several else words[c].en.rpartition(": ")[0] or words[c].en for c in shown]
    headline = Headline(
        names.get(name, name) if language == "zh" else name, f"{len(cells)} × {len(reports)}", "", tuple(notes)
    )
    return draw_missing(headline, labels, columns, rows, looks(language), ending), headline.notes
