"""The report on quality: one HTML file without scripts, all of it escaped, the same for the same database."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from gkingest.model.finding import CATALOGUE
from gkingest.model.report import CellState
from gkingest.quality.coverage import REASONS, Coverage, Place, coverage
from gkingest.quality.evaluate import STRATA, Evaluation, Score
from gkingest.quality.intervals import by_report, none_seen, wilson
from gkingest.quality.phrases import MEANINGS_ZH, Language, word

_MOST_LISTED = 200  # rows of a list that may be long
_NO_PAPER = ""  # method of cells that are not on paper

_STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;color:#222;background:#fff;
max-width:68rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2.2rem;border-bottom:1px solid #ccc}
table{border-collapse:collapse;margin:.6rem 0;font-size:.9rem}
th,td{padding:.2rem .6rem;text-align:left;border-bottom:1px solid #e5e5e5;vertical-align:top}
th{font-weight:600;border-bottom:1px solid #999}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
td.path{word-break:break-all;font-size:.8rem}.hole{color:#b03a00}.note{color:#555;max-width:60rem}
code{font-size:.85rem}svg{vertical-align:middle}
@media print{body{max-width:none;margin:0}h2{break-after:avoid}tr{break-inside:avoid}}
"""

Rows = Sequence[Mapping[str, Any]]


class _Raw(str):
    """HTML that is already escaped."""

    __slots__ = ()


def quality_page(counted: Mapping[str, Rows], found: Evaluation | None, language: Language) -> str:
    """The page, from :func:`gkingest.store.ask.coverage.counts` and, if there is one, an evaluation."""
    covered = coverage(counted)
    parts = [
        *_head(counted, covered, language),
        *_files(counted, language),
        *_coverage(covered, language),
        *_cells(counted["cells"], language),
        *_findings(counted["findings"], language),
        *_arithmetic(counted, language),
        *_years(counted, language),
        *(_accuracy(found, language) if found is not None else ()),
    ]
    title = escape(word("title", language))
    lang = "zh-CN" if language == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n" + "\n".join(parts) + "\n</body>\n</html>\n"
    )


def _head(counted: Mapping[str, Rows], covered: Coverage, language: Language) -> Iterator[str]:
    runs = counted["runs"]
    years = f"{covered.years[0]}–{covered.years[-1]}" if covered.years else "–"
    last = f"{runs[-1]['finished_at'] or runs[-1]['started_at']} (gkingest {runs[-1]['version']})" if runs else "–"
    facts: list[tuple[str, object]] = [
        ("files", sum(row["n"] for row in counted["documents"])),
        ("reports", len(counted["reports"])),
        ("organs", covered.organs),
        ("years", years),
        ("runs", len(runs)),
        ("last_run", last),
    ]
    yield f"<h1>{escape(word('title', language))}</h1>"
    yield _note(word("intro", language))
    yield _table((), [(word(name, language), _number(value)) for name, value in facts])


def _files(counted: Mapping[str, Rows], language: Language) -> Iterator[str]:
    numbers: Counter[str] = Counter()
    gone = sum(row["gone"] or 0 for row in counted["documents"])
    for row in counted["documents"]:
        numbers[row["status"]] += row["n"]
    yield _heading("files_title", language)
    yield _bars(("status", "number"), numbers.most_common(), language)
    if gone:
        yield _note(f"{word('gone', language)}: {gone:,}")
    if counted["reasons"]:
        yield _heading("reasons_title", language, 3)
        rows = [(r["status"], r["n"], r["message"]) for r in counted["reasons"]]
        yield _long(("status", "number", "reason"), rows, language)


def _coverage(covered: Coverage, language: Language) -> Iterator[str]:
    yield _heading("coverage", language)
    yield _note(word("coverage_note", language))
    most = max(covered.reports.values(), default=1)
    holes = Counter((h.place, h.year) for h in covered.holes)
    rows = []
    for place in covered.places:
        province, prefecture = place
        name = f"{province} {prefecture or word('directly', language)}" if province else word("unknown", language)
        shown = [_shade(covered.reports.get((place, y), 0), holes[place, y], most) for y in covered.years]
        rows.append((name, *shown))
    yield _table((word("region", language), *map(str, covered.years)), rows)
    if covered.unplaced:
        told = "; ".join(f"{word(f'lack_{k}', language)}: {n:,}" for k, n in sorted(covered.unplaced.items()))
        yield _note(f"{word('unplaced', language)}: {told}")
    yield _heading("holes_title", language, 3)
    numbers = Counter(h.reason for h in covered.holes)
    named = [(word(f"hole_{r}", language), numbers[r]) for r in REASONS if numbers[r]]
    yield _bars(("reason", "number"), named, language)
    years: dict[tuple[Place, str, str, tuple[str, ...]], list[int]] = {}
    for h in sorted(covered.holes, key=lambda h: (REASONS.index(h.reason), h.place, h.organ, h.year)):
        years.setdefault((h.place, h.organ, h.reason, h.files), []).append(h.year)
    listed = [
        (organ, " ".join(map(str, lacking)), word(f"hole_{reason}", language), _path(", ".join(files[:3])))
        for (_, organ, reason, files), lacking in years.items()
    ]
    if listed:
        yield _long(("organ", "years", "reason", "may_be"), listed, language)


def _shade(reports: int, holes: int, most: int) -> _Raw:
    depth = 0.12 + 0.6 * reports / most if reports else 0
    lacking = f' <span class="hole">+{holes:,}</span>' if holes else ""
    return _Raw(f'<td class="n" style="background:rgba(46,110,160,{depth:.2f})">{reports or ""}{lacking}</td>')


def _cells(cells: Rows, language: Language) -> Iterator[str]:
    yield _heading("cells", language)
    states = [s.value for s in CellState]
    methods: dict[str, Counter[str]] = {}
    bands: Counter[int] = Counter()
    for row in cells:
        kept = methods.setdefault(row["method"], Counter())
        kept[row["state"]] += row["n"]
        kept["flagged"] += row["flagged"] or 0
        if row["method"] != _NO_PAPER:
            bands[row["band"]] += row["n"]
    total = sum(sum(c[s] for s in states) for c in methods.values())
    rows = [
        (
            name or word("none", language),
            *(c[s] for s in states),
            c["flagged"],
            _percent(n := sum(c[s] for s in states), total),
            _bar(n, total),
        )
        for name, c in sorted(methods.items(), key=lambda item: (-sum(item[1][s] for s in states), item[0]))
    ]
    yield _table([*(word(w, language) for w in ("method", *states, "flagged", "share")), ""], rows)
    yield _heading("confidence", language, 3)
    yield _bars(("confidence", "number"), [(word(f"band{b}", language), bands[b]) for b in (3, 2, 1, 0)], language)


def _findings(findings: Rows, language: Language) -> Iterator[str]:
    yield _heading("findings", language)
    most = max((row["n"] for row in findings), default=1)
    rows = [
        (_code(r["code"]), r["severity"], r["verdict"], r["n"], r["reports"], _bar(r["n"], most),
         _meaning(r["code"], language))
        for r in findings
    ]  # fmt: skip
    heads = [word(w, language) for w in ("code", "severity", "verdict", "number", "reports")]
    yield _table([*heads, "", word("meaning", language)], rows)


def _arithmetic(counted: Mapping[str, Rows], language: Language) -> Iterator[str]:
    tally = {k: int(v) for k, v in counted["tally"][0].items()}
    share = _percent(tally["misprinted"], tally["assessed"])
    yield _heading("arithmetic", language)
    yield _note(word("arithmetic_note", language).format(**tally, share=share))
    verdicts = Counter({r["verdict"]: r["n"] for r in counted["findings"] if r["code"] == "rule.broken"})
    yield _bars(
        ("verdict", "number"),
        [(word(v, language), verdicts[v]) for v in ("printed", "reading", "undetermined")],
        language,
    )


def _years(counted: Mapping[str, Rows], language: Language) -> Iterator[str]:
    yield _heading("from_year", language)
    yield _note(word("pairs_note", language).format(**{k: f"{int(v):,}" for k, v in counted["pairs"][0].items()}))
    rows = [
        (_code(r["code"]), r["severity"], r["verdict"], r["n"], _meaning(r["code"], language))
        for r in counted["years"]
    ]
    if rows:
        yield _table([word(w, language) for w in ("code", "severity", "verdict", "number", "meaning")], rows)
    listed = [
        (
            r["organ"], f"{r['earlier_year']}–{r['later_year']}", _code(r["code"]), r["verdict"],
            _code("/".join((r["table_key"], r["row_key"], r["column_key"]))), r["found"], r["expected"],
            _path(f"{r['earlier_path']} {_at(r['earlier_page'], language)}; "
                  f"{r['later_path']} {_at(r['later_page'], language)}"),
        )
        for r in counted["broken_pairs"]
    ]  # fmt: skip
    if listed:
        yield _long(("organ", "years", "code", "verdict", "cell", "found", "expected", "pages"), listed, language)


def _at(page: int | None, language: Language) -> str:
    return f"({word('page', language)} {page})" if page else ""


def _accuracy(found: Evaluation, language: Language) -> Iterator[str]:
    yield _heading("accuracy", language)
    yield _note(word("accuracy_note", language))
    names = ("stratum", "reports", "cells_", "right", "wrong", "missed", "invented", "state", "told", "silent")
    heads = [word(n, language) if n != "cells_" else word("cell", language) for n in names]
    rows = [_score(word("all", language), found.total, language)]
    for stratum in STRATA:
        rows += [_score(f"{word(stratum, language)}: {w}", s, language) for w, s in found.by(stratum).items()]
    yield _table([*heads, word("by_cells", language), word("by_reports", language)], rows)
    errors: list[tuple[object, ...]] = [
        (_path(one.read.path), _code(str(cell.key)), word(cell.outcome, language),
         word("silent" if cell.silent else "told", language), cell.truth, cell.read)
        for one in found.assessed for cell in one.cells if cell.outcome != "right"
    ]  # fmt: skip
    errors += [
        (_path(one.read.path), what, "", "", truth, read)
        for one in found.assessed
        for what, truth, read in one.about
    ]
    if errors:
        heads = [word("files", language), word("cell", language), "", "", word("expected", language)]
        yield _table([*heads, word("found", language)], errors[:_MOST_LISTED]) + _cut(len(errors), language)
    if found.not_found:
        yield _note(f"{word('not_found', language)}: {', '.join(found.not_found)}")


def _score(name: str, score: Score, language: Language) -> tuple[object, ...]:
    low, high = wilson(score.silent, score.cells)
    by = by_report(score.reports)
    over = _range(*by) if by else "–"
    if not score.silent:
        over = word("at_most", language).format(f"{100 * none_seen(len(score.reports)):.1f} %")
    told = sum(score.told.values())
    return (
        name, len(score.reports), score.cells, *score.counts.values(), told, score.silent, _range(low, high), over,
    )  # fmt: skip


# ---- pieces of HTML


def _heading(name: str, language: Language, level: int = 2) -> str:
    return f"<h{level}>{escape(word(name, language))}</h{level}>"


def _note(text: str) -> str:
    return f'<p class="note">{escape(text)}</p>'


def _table(heads: Iterable[str], rows: Iterable[Sequence[object]]) -> str:
    body = "\n".join(f"<tr>{''.join(map(_field, row))}</tr>" for row in rows)
    named = "".join(f"<th>{escape(head)}</th>" for head in heads)
    return f"<table>\n{f'<tr>{named}</tr>' if named else ''}\n{body}\n</table>"


def _field(value: object) -> str:
    if isinstance(value, _Raw):
        return value if value.startswith("<td") else f"<td>{value}</td>"
    text = escape("" if value is None else _number(value))
    return f'<td class="n">{text}</td>' if isinstance(value, int) else f"<td>{text}</td>"


def _number(value: object) -> str:
    """A count with separators; a year is none."""
    return f"{value:,}" if isinstance(value, int) and not 1900 < value < 2100 else str(value)


def _long(names: Sequence[str], rows: Sequence[Sequence[object]], language: Language) -> str:
    """A table cut after many rows, which says so."""
    return _table([word(n, language) for n in names], rows[:_MOST_LISTED]) + _cut(len(rows), language)


def _cut(count: int, language: Language) -> str:
    """How many rows are left out of a list of so many."""
    return _note(word("more", language).format(f"{count - _MOST_LISTED:,}")) if count > _MOST_LISTED else ""


def _bars(names: Sequence[str], counts: Sequence[tuple[str, int]], language: Language) -> str:
    """A table of counts with a bar each."""
    total = sum(n for _, n in counts)
    rows = [(name, n, _percent(n, total), _bar(n, total)) for name, n in counts]
    if not rows:
        return _note(word("nothing", language))
    return _table([*(word(n, language) for n in names), word("share", language), ""], rows)


def _bar(number: int, total: int) -> _Raw:
    width = 160 * number / total if total else 0
    return _Raw(
        '<svg width="160" height="10" role="img" aria-hidden="true"><rect width="160" height="10" fill="#eef1f4"/>'
        f'<rect width="{width:.1f}" height="10" fill="#2e6ea0"/></svg>'
    )


def _percent(part: int, total: int) -> str:
    return f"{100 * part / total:.1f} %" if total else "–"


def _range(low: float, high: float) -> str:
    return f"{100 * low:.2f}–{100 * high:.2f} %"


def _code(text: str) -> _Raw:
    return _Raw(f"<code>{escape(text)}</code>")


def _path(text: str) -> _Raw:
    return _Raw(f'<td class="path">{escape(text)}</td>')


def _meaning(code: str, language: Language) -> str:
    if language == "zh":
        return MEANINGS_ZH.get(code, code)
    return CATALOGUE[code][1] if code in CATALOGUE else code
