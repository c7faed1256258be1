"""A comparison as text for a terminal, as CSV and as JSON."""

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from gkingest.compare.comparison import Comparison
from gkingest.compare.printed import reason
from gkingest.compare.ranks import PERCENTILE, Standing
from gkingest.formats.crosswalk import Wording
from gkingest.formats.names import with_printed_names
from gkingest.language import language, said, titled
from gkingest.render import in_lines, printable, render_value, text_width
from gkingest.text.spreadsheet import cell_text

FLAG = "!"
_DIGITS = {"percent": Decimal("0.1"), "ratio": Decimal("0.001"), "per_capita": Decimal("0.001"), "count": None}
_LEVELS = {"province": "provincial", "prefecture": "prefecture-level", "county": "county-level"}


def figure(value: Decimal | None, kind: str) -> str:
    """A value as people read it: a percentage to one place, a ratio to three, a count as printed."""
    if value is None:
        return ""
    digits = _DIGITS[kind]
    return f"{value.quantize(digits, ROUND_HALF_EVEN):,}" if digits else f"{value.normalize():,f}"


def with_unit(value: Decimal | None, comparison: Comparison) -> str:
    """A value with its unit behind it; that of rates by inhabitants is long, and stands in the title."""
    text = figure(value, comparison.measure.kind)
    if not text:
        return ""
    unit = "" if comparison.measure.per_capita else comparison.measure.unit
    return text + (unit if unit in ("", "%") or not text else f" {unit}")


# ---- terminal


def render_comparison(comparison: Comparison, names: Mapping[str, str] | None = None) -> list[str]:
    """Title, table and notes; in Chinese with the ``names`` that the form prints for keys."""
    measure = comparison.measure
    if language() == "zh":
        formula = with_printed_names(said(measure.formula), names or {})
        lines = [f"{measure.title.zh}  {measure.name}", *in_lines(f"  = {formula}"), ""]
    else:
        lines = [
            f"{measure.name}  {measure.title.en} · {measure.title.zh}",
            *in_lines(f"  = {measure.formula}"),
            "",
        ]
    lines += _group_lines(comparison) if comparison.groups else _rank_lines(comparison)
    return [*lines, "", *(line for note in notes(comparison) for line in in_lines(note, "  "))]


def _rank_lines(comparison: Comparison) -> list[str]:
    divided = comparison.measure.factor is not None
    head = ["rank", "year", *(["form"] if comparison.broken else []), "organ", "place", "value "]
    head += ["of"] if divided else []
    head += ["percentile", "peers"] if comparison.wanted.peers else []
    rows = []
    for standing in comparison.shown:
        rows.append(_row(standing, comparison, divided))
        if comparison.wanted.peers:
            who, part = standing.seen.who, standing.percentile
            level = said(_LEVELS.get(who.region_level or "", ""))
            peers = f"{standing.peers} {level} {said(who.organ_kind)}".replace("  ", " ")
            rows[-1] += ["" if part is None else f"{part.quantize(Decimal('0.1'))}", peers]
    table = _aligned([[said(word) for word in head], *rows], left=(head.index("organ"), head.index("place")))
    if not comparison.wanted.top:
        return table
    hidden = sum(s.rank is not None for s in comparison.standings) - len(comparison.shown)
    more = f"  … {hidden} more with a number are not shown (--top {comparison.wanted.top} of each year)"
    return [*table, said(more)]


def _row(standing: Standing, comparison: Comparison, divided: bool) -> list[str]:
    seen = standing.seen
    place = "".join(dict.fromkeys(p for p in (seen.who.province, seen.who.prefecture) if p))
    value = with_unit(seen.value, comparison) if seen.value is not None else f"({reason(seen.reason, language())})"
    cells = [
        "–" if standing.rank is None else str(standing.rank),
        str(seen.who.year or "?"),
        *([seen.who.edition] if comparison.broken else []),
        printable(seen.who.organ) or said("(organ unknown)"),
        place,
        value + (FLAG if seen.flagged else " "),
    ]
    return [*cells, _fraction(seen.numerator, seen.denominator)] if divided else cells


def _fraction(above: Decimal | None, below: Decimal | None) -> str:
    told = [figure(n, "count") or "?" for n in (above, below)]
    return "/".join(told) if above is not None or below is not None else ""


def _group_lines(comparison: Comparison) -> list[str]:
    names = comparison.grouped_by
    divided = comparison.measure.factor is not None
    told = ["n", "missing", "quartile 1", "median", "quartile 3", "pooled" if divided else "sum"]
    rows = [[said(word) for word in (*names, *told, *(["of"] if divided else []))]]
    whys = [""]
    for group in comparison.groups:
        # Between two counts a median may end in .5; it is no printed number.
        numbers = (group.low, group.median, group.high, group.pooled)
        flagged = f" ({group.flagged}{FLAG})" if group.flagged else ""
        pair = (group.numerator, group.denominator) if group.n else (None, None)
        row = [
            *map(printable, group.key),
            f"{group.n}{flagged}",
            str(sum(group.missing.values())),
            *(with_unit(n, comparison) for n in numbers),
            *([_fraction(*pair)] if divided else []),
        ]
        rows.append(row)
        listed = (titled(reason(why, language()), str(n)) for why, n in sorted(group.missing.items()))
        whys.append(said(", ").join(listed))
    lines = []
    for line, why in zip(_aligned(rows, left=range(len(names))), whys, strict=True):
        lines += [line, *(in_lines(f"      {titled('missing because', why)}", "      ") if why else ())]
    return lines


def _aligned(rows: Sequence[Sequence[str]], left: Sequence[int]) -> list[str]:
    """Lines of a table; the columns ``left`` begin at the left, all others end at the right."""
    widths = [max(map(text_width, column)) for column in zip(*rows, strict=True)]

    def padded(cell: str, number: int) -> str:
        gap = " " * (widths[number] - text_width(cell))
        return cell + gap if number in left else gap + cell

    return ["  " + "  ".join(padded(c, n) for n, c in enumerate(row)).rstrip() for row in rows]


def notes(comparison: Comparison) -> list[str]:
    """What must be known beside the figures: how many, what is missing and why, what is not joined."""
    seen, measure = comparison.seen, comparison.measure
    n = sum(o.value is not None for o in seen)
    told = [f"{n} of {len(seen)} reports have a number; ranks are within a year, equal values share one"]
    if comparison.groups:
        told = [f"{n} of {len(seen)} reports have a number; quartiles are interpolated between neighbours"]
        if measure.factor is not None:
            told.append("pooled: sum of the numerators over sum of the denominators, of those with a number")
    if comparison.missing:
        listed = said(", ").join(titled(reason(why, language()), str(n)) for why, n in comparison.missing.items())
        told.append(f"without a number, never ranked nor taken for 0: {listed}")
    if flagged := sum(o.flagged for o in seen if o.value is not None):
        told.append(f"{FLAG} marks what rests on a flagged figure ({flagged}): gkingest cite tells why")
    told += break_notes(comparison)
    if comparison.wanted.peers:
        told.append(PERCENTILE)
    return told


def break_notes(comparison: Comparison) -> list[str]:
    """Which editions of the form are not joined, and where the series stops, each with why."""
    measure = comparison.measure
    whys = dict(measure.breaks)
    broken: dict[Wording, list[str]] = {}
    for edition in comparison.breaks:
        if edition in whys:
            broken.setdefault(whys[edition], []).append(edition)
    told = [
        f"counted otherwise in {', '.join(editions)}, so the series breaks behind: {_spoken(why)}"
        for why, editions in broken.items()
    ]
    if len(measure.editions) == 1 and comparison.stops:
        told.append(f"only the edition of {measure.editions[0]} has this figure")
    for editions, why in comparison.stops:
        listed = ", ".join(editions)
        if why is None:
            told.append(f"the series stops where the form has nothing that compares: {listed}")
        else:
            told.append(f"the series stops at {listed}, which has nothing that compares: {_spoken(why)}")
    if comparison.broken and measure.why is not None:
        kept, why_apart = " and ".join(comparison.editions), _spoken(measure.why)
        apart = f"the editions {kept} are kept apart, as this does not compare: {why_apart}"
        return [apart, *told]
    return told


def _spoken(told: Wording) -> str:
    """What the crosswalk says, in the language of this run."""
    return told.zh if language() == "zh" else told.en


# ---- CSV and JSON


_WHERE = ("region_code", "region_name", "region_level", "province", "prefecture")
_FIGURE = ("value", "numerator", "denominator", "reason", "flagged", "rank", "ranked", "series_break")
_COLUMNS = ("measure", "unit", "report_id", "organ", "organ_kind", *_WHERE, "year", "format", "verdict", *_FIGURE)
_PEER_COLUMNS = ["percentile", "peers"]
_GROUP_COLUMNS = [
    "n",
    "missing",
    "flagged",
    "quartile_1",
    "median",
    "quartile_3",
    "numerator",
    "denominator",
    "pooled",
    "missing_because",
]


def render_csv(comparison: Comparison) -> str:
    """The rows that are shown as CSV, numbers in full, an empty value always with its reason beside it.

    Text that a spreadsheet would run as a formula has an apostrophe before it.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    if comparison.groups:
        writer.writerow(["measure", *comparison.grouped_by, *_GROUP_COLUMNS])
        for g in comparison.groups:
            counts = (g.n, sum(g.missing.values()), g.flagged)
            numbers = (g.low, g.median, g.high, g.numerator, g.denominator, g.pooled)
            reasons = " ".join(f"{why}:{n}" for why, n in sorted(g.missing.items()))
            texts = map(cell_text, (comparison.measure.name, *g.key))
            writer.writerow([*texts, *counts, *map(plain, numbers), reasons])
        return stream.getvalue()
    peers = _PEER_COLUMNS if comparison.wanted.peers else []
    writer.writerow([*_COLUMNS, *peers])
    for standing in comparison.shown:
        row = standing_tree(standing, comparison)
        writer.writerow([_csv(row[name]) for name in (*_COLUMNS, *peers)])
    return stream.getvalue()


def _csv(value: object) -> str:
    if isinstance(value, str):
        return cell_text(value)
    if isinstance(value, Decimal):
        return plain(value)
    return "" if value is None else str(int(value) if isinstance(value, bool) else value)


def plain(value: Decimal | None) -> str:
    """A number in full, without an exponent."""
    return "" if value is None else f"{value:f}"


def standing_tree(standing: Standing, comparison: Comparison) -> dict[str, object]:
    """One row with its values as they are."""
    seen, who = standing.seen, standing.seen.who
    tree: dict[str, object] = {
        "measure": comparison.measure.name,
        "unit": comparison.measure.unit or comparison.measure.kind,
        "report_id": who.report_id,
        "organ": who.organ,
        "organ_kind": who.organ_kind,
        "region_code": who.region_code,
        "region_name": who.region_name,
        "region_level": who.region_level,
        "province": who.province,
        "prefecture": who.prefecture,
        "year": who.year,
        "format": who.edition,
        "verdict": who.verdict,
        "value": seen.value,
        "numerator": seen.numerator,
        "denominator": seen.denominator,
        "reason": seen.reason or None,
        "flagged": seen.flagged,
        "rank": standing.rank,
        "ranked": standing.ranked,
        "series_break": seen.series_break,
    }
    if comparison.wanted.peers:
        tree |= {"percentile": standing.percentile, "peers": standing.peers}
    return tree


def comparison_tree(comparison: Comparison) -> dict[str, object]:
    """A comparison as plain values for JSON; fractions as strings, so that no digit is lost."""
    measure = comparison.measure
    return {
        "type": "comparison",
        "measure": measure.name,
        "title": {"en": measure.title.en, "zh": measure.title.zh},
        "unit": measure.unit or measure.kind,
        "formula": measure.formula,
        "comparable": measure.comparable,
        "editions": list(measure.editions),
        "breaks": [
            {"edition": e, "why": {"en": why.en, "zh": why.zh}}
            for e, why in measure.breaks
            if e in comparison.breaks
        ],
        "stops": [
            {"editions": list(editions), "why": {"en": why.en, "zh": why.zh} if why else None}
            for editions, why in comparison.stops
        ],
        "reports": len(comparison.seen),
        "missing": dict(comparison.missing),
        "notes": notes(comparison),
        "rows": [] if comparison.groups else [_plain(standing_tree(s, comparison)) for s in comparison.shown],
        "groups": [
            _plain(
                {
                    "group": list(g.key),
                    "n": g.n,
                    "missing": dict(sorted(g.missing.items())),
                    "flagged": g.flagged,
                    "quartile_1": g.low,
                    "median": g.median,
                    "quartile_3": g.high,
                    "numerator": g.numerator,
                    "denominator": g.denominator,
                    "pooled": g.pooled,
                }
            )
            for g in comparison.groups
        ],
    }


def _plain(tree: Mapping[str, object]) -> dict[str, object]:
    return {key: render_value(value) if isinstance(value, Decimal) else value for key, value in tree.items()}
