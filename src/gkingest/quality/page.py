"""The report on quality: one HTML file without scripts, all of it escaped, the same for the same database."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, Self

from gkingest.language import Language, in_chinese
from gkingest.markup import fill
from gkingest.model.decision import REASONS as WHY
from gkingest.model.finding import CATALOGUE
from gkingest.model.method import in_words
from gkingest.model.report import CellState
from gkingest.quality.coverage import REASONS, Coverage, Place, coverage
from gkingest.quality.evaluate import STRATA, Evaluation, Score
from gkingest.quality.intervals import by_report, none_seen, wilson
from gkingest.quality.phrases import of_data, word
from gkingest.store.ask.coverage import CellCount, Counts, DecidedCount
from gkingest.store.tables.types import loaded_number

_MOST_LISTED = 200  # rows of a list that may be long
_NO_PAPER = ""  # method of cells that are not on paper


@dataclass(frozen=True, slots=True)
class Field:
    """A cell of a table; ``kind`` is how it looks: ``n`` a number, ``path``, ``code``, ``bar`` or ``shade``.

    The text of a bar is its width in pixels; a shaded cell is filled by ``share`` (0-1), and tells what is lacking.
    """

    text: str
    kind: Literal["", "n", "path", "code", "bar", "shade"] = ""
    share: str = ""
    lacking: str = ""

    @classmethod
    def bar(cls, number: int, total: int) -> Self:
        """A bar for a part of a total."""
        return cls(f"{160 * number / total if total else 0:.1f}", "bar")


Value = Field | str | int | None


class Text(NamedTuple):
    """A heading of that level, or a note (0)."""

    text: str
    level: int = 0

    @classmethod
    def heading(cls, name: str, language: Language, level: int = 2) -> Self:
        """A heading in the language of the page."""
        return cls(word(name, language), level)


class Table(NamedTuple):
    """A table with its headings, if it has any."""

    heads: Sequence[str]
    rows: Sequence[Sequence[Field]]

    @classmethod
    def of(cls, heads: Iterable[str], rows: Iterable[Sequence[Value]]) -> Self:
        """A table of plain values, numbers set as such."""
        fields: list[list[Field]] = []
        for row in rows:
            fields.append([])
            for value in row:
                kind: Literal["", "n"] = "n" if isinstance(value, int) else ""
                text = "" if value is None or isinstance(value, Field) else _number(value)
                fields[-1].append(value if isinstance(value, Field) else Field(text, kind))
        return cls([*heads], fields)


Block = Text | Table


def quality_page(counted: Counts, found: Evaluation | None, language: Language) -> str:
    """The page, from :func:`gkingest.store.ask.coverage.counts` and, if there is one, an evaluation."""
    covered, runs = coverage(counted), counted.runs
    years = f"{covered.years[0]}–{covered.years[-1]}" if covered.years else "–"
    last = f"{runs[-1].finished_at or runs[-1].started_at} (gkingest {runs[-1].version})" if runs else "–"
    facts: list[tuple[str, str | int]] = [
        ("files", sum(row.n for row in counted.documents)),
        ("reports", len(counted.reports)),
        ("organs", covered.organs),
        ("years", years),
        ("runs", len(runs)),
        ("last_run", last),
    ]
    blocks = (
        Text.heading("title", language, 1),
        Text(word("intro", language)),
        Table.of((), [(word(name, language), _number(value)) for name, value in facts]),
        *_files(counted, language),
        *_coverage(covered, language),
        *_cells(counted.cells, language),
        *_findings(counted, language),
        *_years(counted, language),
        *_decisions(counted.decided, language),
        *(_accuracy(found, language) if found is not None else ()),
    )
    lang = "zh-CN" if language == "zh" else "en"
    return fill(Path(__file__).with_suffix(".html"), blocks=blocks, title=word("title", language), lang=lang)


def _files(counted: Counts, language: Language) -> Iterator[Block]:
    numbers: Counter[str] = Counter()
    gone = sum(row.gone or 0 for row in counted.documents)
    for row in counted.documents:
        numbers[row.status] += row.n
    yield Text.heading("files_title", language)
    named = [(of_data(status, language) or "", n) for status, n in numbers.most_common()]
    yield _bars(("status", "number"), named, language)
    if gone:
        yield Text(f"{word('gone', language)}: {gone:,}")
    if counted.reasons:
        yield Text.heading("reasons_title", language, 3)
        rows = [
            (of_data(r.status, language), r.n, r.message_zh if language == "zh" else r.message)
            for r in counted.reasons
        ]
        yield from _long(_words(("status", "number", "reason"), language), rows, language)


def _coverage(covered: Coverage, language: Language) -> Iterator[Block]:
    yield Text.heading("coverage", language)
    yield Text(word("coverage_note", language))
    most = max(covered.reports.values(), default=1)
    holes = Counter((h.place, h.year) for h in covered.holes)
    rows = []
    for place in covered.places:
        province, prefecture = place
        name = f"{province} {prefecture or word('directly', language)}" if province else word("unknown", language)
        row: list[Value] = [name]
        for year in covered.years:
            reports, lacking = covered.reports.get((place, year), 0), holes[place, year]
            depth = 0.12 + 0.6 * reports / most if reports else 0
            row.append(Field(str(reports or ""), "shade", f"{depth:.2f}", f"+{lacking:,}" if lacking else ""))
        rows.append(row)
    yield Table.of((word("region", language), *map(str, covered.years)), rows)
    if covered.unplaced:
        told = "; ".join(f"{word(f'lack_{k}', language)}: {n:,}" for k, n in sorted(covered.unplaced.items()))
        yield Text(f"{word('unplaced', language)}: {told}")
    yield Text.heading("holes_title", language, 3)
    numbers = Counter(h.reason for h in covered.holes)
    named = [(word(f"hole_{r}", language), numbers[r]) for r in REASONS if numbers[r]]
    yield _bars(("reason", "number"), named, language)
    years: dict[tuple[Place, str, str, tuple[str, ...]], list[int]] = {}
    for h in sorted(covered.holes, key=lambda h: (REASONS.index(h.reason), h.place, h.organ, h.year)):
        years.setdefault((h.place, h.organ, h.reason, h.files), []).append(h.year)
    listed = [
        (organ, " ".join(map(str, lacking)), word(f"hole_{reason}", language), Field(", ".join(files[:3]), "path"))
        for (_, organ, reason, files), lacking in years.items()
    ]
    if listed:
        yield from _long(_words(("organ", "years", "reason", "may_be"), language), listed, language)


def _cells(cells: Sequence[CellCount], language: Language) -> Iterator[Block]:
    yield Text.heading("cells", language)
    states = [s.value for s in CellState]
    methods: dict[str, Counter[str]] = {}
    bands: Counter[int] = Counter()
    for row in cells:
        numbers = methods.setdefault(row.method, Counter())
        numbers[row.state] += row.n
        numbers["flagged"] += row.flagged or 0
        if row.method != _NO_PAPER:
            bands[row.band] += row.n
    total = sum(sum(c[s] for s in states) for c in methods.values())
    rows: list[Sequence[Value]] = [
        (
            (in_chinese(in_words(name)) if language == "zh" else in_words(name)) or word("none", language),
            *(c[s] for s in states),
            c["flagged"],
            _percent(n := sum(c[s] for s in states), total),
            Field.bar(n, total),
        )
        for name, c in sorted(methods.items(), key=lambda item: (-sum(item[1][s] for s in states), item[0]))
    ]
    yield Table.of([*_words(("method", *states, "flagged", "share"), language), ""], rows)
    yield Text.heading("confidence", language, 3)
    yield _bars(("confidence", "number"), [(word(f"band{b}", language), bands[b]) for b in (3, 2, 1, 0)], language)


def _findings(counted: Counts, language: Language) -> Iterator[Block]:
    """What was found, and how many rules of the form's arithmetic are kept."""
    yield Text.heading("findings", language)
    most = max((row.n for row in counted.findings), default=1)
    rows = [
        (
            Field(r.code, "code"),
            of_data(r.severity, language),
            of_data(r.verdict, language),
            r.n,
            r.reports,
            Field.bar(r.n, most),
            _meaning(r.code, language),
        )
        for r in counted.findings
    ]
    heads = _words(("code", "severity", "verdict", "number", "reports"), language)
    yield Table.of([*heads, "", word("meaning", language)], rows)
    tally = counted.tally
    share = _percent(int(tally.misprinted), int(tally.assessed))
    yield Text.heading("arithmetic", language)
    yield Text(
        word("arithmetic_note", language).format(**{k: int(v) for k, v in tally._asdict().items()}, share=share)
    )
    verdicts = Counter({r.verdict: r.n for r in counted.findings if r.code == "rule.broken"})
    yield _bars(
        ("verdict", "number"),
        [(word(v, language), verdicts[v]) for v in ("printed", "reading", "undetermined")],
        language,
    )


def _decisions(decided: Sequence[DecidedCount], language: Language) -> Iterator[Block]:
    if not decided:
        return
    yield Text.heading("decisions", language)
    settled = Counter(row.standing for row in decided)
    yield Text(word("decisions_note", language).format(stand=settled["stands"], differ=settled["differs"]))
    rows: list[Sequence[Value]] = []
    for r in decided:
        # What had been read where a decision stands; nothing where people differ, as then it stands itself.
        was = r.state_read or r.text_read or ""
        if r.value_read is not None:
            was = f"{loaded_number(r.value_read):f}"
        rows.append((
            r.organ, r.year, Field(r.path, "path"), Field(r.subject, "code"), was, f"{r.value}{r.unit}", r.person,
            of_data(WHY.get(r.reason, r.reason), language),
            of_data(r.standing, language),
        ))  # fmt: skip
    names = ("organ", "years", "files", "cell", "read_as", "decided", "person", "reason", "standing")
    yield from _long(_words(names, language), rows, language)


def _years(counted: Counts, language: Language) -> Iterator[Block]:
    yield Text.heading("from_year", language)
    yield Text(
        word("pairs_note", language).format(**{k: f"{int(v):,}" for k, v in counted.pairs._asdict().items()})
    )
    rows = [
        (Field(r.code, "code"), of_data(r.severity, language), of_data(r.verdict, language), r.n,
         _meaning(r.code, language))
        for r in counted.years
    ]  # fmt: skip
    if rows:
        yield Table.of(_words(("code", "severity", "verdict", "number", "meaning"), language), rows)
    listed: list[Sequence[Value]] = []
    for r in counted.broken_pairs:
        earlier, later = _at(r.earlier_path, r.earlier_page, language), _at(r.later_path, r.later_page, language)
        cell = "/".join((r.table_key, r.row_key, r.column_key))
        listed.append((
            r.organ, f"{r.earlier_year}–{r.later_year}", Field(r.code, "code"), of_data(r.verdict, language),
            Field(cell, "code"),
            r.found, r.expected, Field(f"{earlier}; {later}", "path"),
        ))  # fmt: skip
    if listed:
        heads = _words(("organ", "years", "code", "verdict", "cell", "found", "expected", "pages"), language)
        yield from _long(heads, listed, language)


def _at(path: str, page: int | None, language: Language) -> str:
    return f"{path} ({word('page', language)} {page})" if page else f"{path} "


def _accuracy(found: Evaluation, language: Language) -> Iterator[Block]:
    yield Text.heading("accuracy", language)
    yield Text(word("accuracy_note", language))
    heads = _words(
        ("stratum", "reports", "cell", "right", "wrong", "missed", "invented", "state", "told", "silent",
         "by_cells", "by_reports"),
        language,
    )  # fmt: skip
    rows = [_score(word("all", language), found.total, language)]
    for stratum in STRATA:
        rows += [_score(f"{word(stratum, language)}: {w}", s, language) for w, s in found.by(stratum).items()]
    yield Table.of(heads, rows)
    errors: list[Sequence[Value]] = [
        (Field(one.read.path, "path"), Field(str(cell.key), "code"), word(cell.outcome, language),
         word("silent" if cell.silent else "told", language), cell.truth, cell.read)
        for one in found.assessed for cell in one.cells if cell.outcome != "right"
    ]  # fmt: skip
    errors += [
        (Field(one.read.path, "path"), what, "", "", truth, read)
        for one in found.assessed
        for what, truth, read in one.about
    ]
    if errors:
        heads = [*_words(("files", "cell"), language), "", "", *_words(("expected", "found"), language)]
        yield from _long(heads, errors, language)
    if found.not_found:
        yield Text(f"{word('not_found', language)}: {', '.join(found.not_found)}")


def _score(name: str, score: Score, language: Language) -> Sequence[Value]:
    low, high = wilson(score.silent, score.cells)
    by = by_report(score.reports)
    over = _range(*by) if by else "–"
    if not score.silent:
        over = word("at_most", language).format(f"{100 * none_seen(len(score.reports)):.1f} %")
    told = sum(score.told.values())
    return (
        name, len(score.reports), score.cells, *score.counts.values(), told, score.silent, _range(low, high), over,
    )  # fmt: skip


# ---- blocks and fields


def _number(value: str | int) -> str:
    """A count with separators; a year is none."""
    return f"{value:,}" if isinstance(value, int) and not 1900 < value < 2100 else str(value)


def _long(heads: Sequence[str], rows: Sequence[Sequence[Value]], language: Language) -> Iterator[Block]:
    """A table cut after many rows, which says so."""
    yield Table.of(heads, rows[:_MOST_LISTED])
    if len(rows) > _MOST_LISTED:
        yield Text(word("more", language).format(f"{len(rows) - _MOST_LISTED:,}"))


def _bars(names: Sequence[str], counts: Sequence[tuple[str, int]], language: Language) -> Block:
    """A table of counts with a bar each."""
    total = sum(n for _, n in counts)
    rows = [(name, n, _percent(n, total), Field.bar(n, total)) for name, n in counts]
    if not rows:
        return Text(word("nothing", language))
    return Table.of([*_words((*names, "share"), language), ""], rows)


def _percent(part: int, total: int) -> str:
    return f"{100 * part / total:.1f} %" if total else "–"


def _range(low: float, high: float) -> str:
    return f"{100 * low:.2f}–{100 * high:.2f} %"


def _words(names: Iterable[str], language: Language) -> list[str]:
    return [word(name, language) for name in names]


def _meaning(code: str, language: Language) -> str:
    if code not in CATALOGUE:
        return code
    meaning = CATALOGUE[code].meaning
    return in_chinese(meaning) if language == "zh" else meaning
