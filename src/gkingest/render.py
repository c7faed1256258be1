"""What was read, shown: as JSON, as text for a terminal.

Everything here is a pure function from values to text; the terminal and the files are in :mod:`gkingest.cli`.
"""

import json
import re
import shlex
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from gkingest.formats.names import with_printed_names
from gkingest.language import language, said, titled
from gkingest.model.finding import CATALOGUE, Finding, Severity
from gkingest.model.key import ANY
from gkingest.model.report import CellState, Document, Report, Status
from gkingest.told import Told, joined

if TYPE_CHECKING:
    from gkingest.formats.spec import Format

_SAFE_INTEGER = 2**53  # beyond it a JSON reader that uses doubles would lose digits
_COLUMNS = 80  # of a terminal
_PASTED = re.compile(r"[\[{]")  # what a format file takes
_CODE = re.compile(r"`[^`]*`|(?<=[（(])gkingest [^（）()]*(?=[）)])")
_OPENING, _CLOSING = "（【《“‘([", "，。；：、）】》”’！？·…)],;"
_STATUS_TEXT = {
    Status.OK: "read, nothing doubtful",
    Status.NEEDS_REVIEW: "read, needs review",
    Status.NEEDS_OCR: "needs character recognition",
    Status.NOT_A_REPORT: "no report",
    Status.ENCRYPTED: "unreadable: encrypted",
    Status.CORRUPT: "unreadable: damaged",
    Status.UNSUPPORTED: "unreadable: kind of file not supported",
    Status.FAILED: "unreadable: failed",
}


# ---- JSON


def render_value(value: Decimal | None) -> int | str | None:
    """A printed number for JSON without loss: whole numbers as integers, all others as strings."""
    if value is None:
        return None
    whole = value.as_tuple().exponent == 0 and abs(value) <= _SAFE_INTEGER
    return int(value) if whole else str(value)


def render_json(tree: Mapping[str, object]) -> bytes:
    """One line of JSON in UTF-8; what steers a terminal, turns words round or is no UTF-8 becomes a JSON escape."""
    line = json.dumps(tree, ensure_ascii=False, separators=(",", ":"))
    if not line.isprintable():
        line = "".join(c if is_shown(c) else json.dumps(c)[1:-1] for c in line)
    return line.encode("utf-8", "backslashreplace") + b"\n"


def render_document(document: Document) -> dict[str, object]:
    """A document as plain values for JSON; raw grids are left to the database."""
    source, report = document.source, document.report
    told = document.provenance
    return {
        "type": "document",
        "path": document.path,
        "sha256": source.sha256 if source else None,
        "media_type": source.media_type if source else None,
        "page_count": source.page_count if source else None,
        "status": document.status.value,
        "kind": document.kind,
        "message": document.message,
        "resembles": list(document.resembles),
        "url": told.url or None,
        "published_at": told.published_at or None,
        "report": _report_tree(report) if report else None,
        "further_reports": [_report_tree(r) for r in document.more],
        "sections": [
            {
                "number": s.number,
                "heading": s.heading,
                "text": s.text,
                "page": s.page,
            }
            for s in document.sections
        ],
    }


def _report_tree(report: Report) -> dict[str, object]:
    flagged = report.flagged()
    return {
        "organ": report.organ,
        "organ_kind": report.organ_kind or None,
        "region_code": report.region_code,
        "region_name": report.region_name,
        "province": report.province,
        "prefecture": report.prefecture,
        "year": report.year,
        "format": report.format,
        "title": report.title,
        "period": list(report.period) if report.period else None,
        "issued_on": report.issued_on or None,
        "verdict": report.verdict.value,
        "facts": [
            {
                "table": f.key.table,
                "row": f.key.row,
                "column": f.key.column,
                "state": f.state.value,
                "value": render_value(f.value),
                "unit": f.unit,
                "form_value": render_value(f.form_value),
                "raw": f.raw,
                "page": f.page,
                "box": [round(e, 2) for e in (f.box.x0, f.box.top, f.box.x1, f.box.bottom)] if f.box else None,
                "method": str(f.method or ""),
                "confidence": f.confidence,
                "row_label": f.row_label,
                "column_label": f.column_label,
                "flagged": f.key in flagged,
            }
            for f in report.facts
        ],
        "findings": [render_finding(f) for f in report.findings],
    }


def render_finding(finding: Finding) -> dict[str, object]:
    """A finding as plain values for JSON; what it touches as ``table/row/column`` with ``*`` for any."""
    return {
        "code": finding.code,
        "severity": finding.severity.name.lower(),
        "message": finding.message,
        "place": finding.place,
        "found": finding.found,
        "expected": finding.expected,
        "hint": finding.hint,
        "verdict": finding.verdict or None,
        "page": finding.page,
        "touches": [str(pattern) for pattern in finding.touches],
    }


# ---- text


def is_shown(char: str) -> bool:
    """Whether a terminal shows a character as it is: no control, no mark that turns words round, any blank."""
    return char.isprintable() or unicodedata.category(char) == "Zs"


def printable(text: str) -> str:
    """``text`` on one line, with control characters shown instead of obeyed."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def shortened(text: str, width: int) -> str:
    """``text`` cut to ``width`` columns of a terminal."""
    if text_width(text) <= width:
        return text
    while text and text_width(text) > width - 1:
        text = text[:-1]
    return text + "…"


def text_width(text: str) -> int:
    """Columns that a terminal gives to ``text``: two to each Chinese character."""
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def wrapped(text: str, columns: int) -> list[str]:
    """Lines of at most so many columns, a Chinese character taking two; broken at blanks and between characters.

    A command that fits a line is not broken, so that it can be pasted.

    >>> wrapped("公开率 disclosure rate", 12)
    ['公开率', 'disclosure', 'rate']
    """
    lines, line = [], ""
    for piece in _unbroken(_pieces(text, columns)):
        if line and text_width((line + piece).rstrip()) > columns:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def fitted(text: str, columns: int) -> str:
    """Text whose lines fit a terminal; what is there to be pasted, behind an arrow, is left whole.

    >>> print(fitted("  one two three", 10))
      one two
          three
    """
    lines: list[str] = []
    for line in text.split("\n"):
        told = line.lstrip()
        indent = line[: len(line) - len(told)]
        too_long = any(text_width(code[0]) > columns - len(indent) for code in _CODE.finditer(told))
        if text_width(line) <= columns or (told.startswith("→") and (too_long or _PASTED.search(told))):
            lines.append(line)
            continue
        first = wrapped(told, columns - len(indent))[0]
        hanging = indent + "    "
        rest = wrapped(told[len(first) :].lstrip(), max(columns - len(hanging), 20))
        lines += [indent + first, *(hanging + one for one in rest)]
    return "\n".join(lines)


def _unbroken(pieces: Iterable[str]) -> Iterator[str]:
    """Pieces with the punctuation that belongs to them: no line ends with 「（」 or begins with 「，」."""
    held = ""
    for piece in pieces:
        if held and piece[0] not in _CLOSING and held[-1] not in _OPENING:
            yield held
            held = ""
        held += piece
    if held:
        yield held


def _pieces(text: str, columns: int) -> Iterator[str]:
    """Words with the blank behind them, Chinese characters, and commands that fit a line."""
    commands = {code.start(): code[0] for code in _CODE.finditer(text) if text_width(code[0]) <= columns}
    word, end = "", 0
    for number, sign in enumerate(text):
        if number < end:
            continue
        if number in commands or text_width(sign) == 2:
            piece = commands.get(number, sign)
            yield from filter(None, (word, piece))
            word, end = "", number + len(piece)
        else:
            word += sign
            if sign == " ":
                yield word
                word = ""
    if word:
        yield word


def alike(words: str) -> str:
    """What a document has of a report, as the database names it with commas between, as a message."""
    return joined(", ", map(Told, words.split(", ")))


def entry(path: str, told: str) -> list[str]:
    """Lines on a file: its path uncut, so that it can be pasted, and below it what is told of it."""
    return [f"  {printable(path)}", *(f"    {line}" for line in wrapped(printable(said(told)), _COLUMNS - 4))]


def in_lines(text: str, indent: str = "    ") -> list[str]:
    """``text`` in lines of a terminal, all but the first behind ``indent``."""
    text = said(text)
    first, *_ = wrapped(text, _COLUMNS) or [""]
    rest = wrapped(text[len(first) :].lstrip(), _COLUMNS - len(indent))
    return [first, *(indent + line for line in rest)]


def render_table(rows: Sequence[Sequence[str]], *, indent: str = "  ", right: bool = False) -> list[str]:
    """Lines of a table with its columns aligned; all but the first to the right if ``right``."""
    widths = [max((text_width(cell) for cell in column), default=0) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = []
        for number, (cell, width) in enumerate(zip(row, widths, strict=True)):
            gap = " " * (width - text_width(cell))
            cells.append(gap + cell if right and number else cell + gap)
        lines.append((indent + "  ".join(cells)).rstrip())
    return lines


def render_line(document: Document) -> str:
    """One line on a document."""
    parts = []
    for report in document.reports:
        doubts = sum(f.severity >= Severity.WARNING for f in report.findings)
        cells = sum(f.state is CellState.REPORTED for f in report.facts)
        whose = f"{report.organ or said('organ unknown')}{said(', ')}{report.year or said('year unknown')}"
        counted = said(f"{cells} of {len(report.facts)} cells with a number, {doubts or said('no')} doubts")
        parts.append(titled(said(", ").join((whose, said(f"form {report.format}"))), counted))
    told = said("; ").join(parts) or said(document.message)
    status = said(document.status.value)
    return f"{status}{' ' * (13 - text_width(status))} {printable(document.path)}  {printable(told)}"


def render_doubts(document: Document, names: Mapping[str, str] | None = None) -> list[str]:
    """Warnings and errors of a document, the gravest first, one text each; if it is unreadable, why.

    What to do stands on a line of its own and uncut, so that it can be pasted; it is said once in a row. ``names``
    are what the form prints for keys: in Chinese they stand in place of these.
    """
    if document.status in (Status.OK, Status.NOT_A_REPORT):
        return []
    if document.report is None or document.status is Status.NEEDS_OCR:
        return ["\n".join(in_lines(f"  {printable(said(document.message))}"))]
    texts, told = [], ""
    for finding, whose in sorted(doubts_of(document), key=lambda doubt: -doubt[0].severity):
        lines = in_lines(f"  {finding_line(finding, names or {})}")
        step = filled(step_of(finding, names or {}), finding, whose, document.path)
        texts.append("\n".join([*lines, *([f"    → {step}"] if step != told else [])]))
        told = step
    return texts


def doubts_of(document: Document) -> list[tuple[Finding, Report]]:
    """Warnings and errors of a document, each with its report: two of one file may say the same."""
    return [(f, report) for report in document.reports for f in report.findings if f.severity >= Severity.WARNING]


def messages_of(document: Document) -> list[str]:
    """What the findings of a document say."""
    return [f.message for report in document.reports for f in report.findings]


def finding_in_chinese(finding: Finding, names: Mapping[str, str]) -> str:
    """What a finding means and says, in Chinese with the names that are printed, its code last."""
    page = f"第 {finding.page} 页" if finding.page else ""
    place = names.get(finding.place.rpartition(" ")[2], "")  # of a rule, the row or column that it holds along
    where = "，".join(part for part in (page, place) if part and part not in finding.message)
    meaning = said(CATALOGUE[finding.code].meaning)
    head = f"【{said(finding.severity.name.lower())}】{meaning}{f'（{where}）' if where else ''}"
    return printable(f"{head}：{with_printed_names(said(finding.message), names)} [{finding.code}]")


def step_of(finding: Finding, names: Mapping[str, str]) -> str:
    """What to do about a finding, in the language of the run: its hint, else what is done about its kind."""
    step = said(finding.hint or CATALOGUE[finding.code].step)
    return printable(with_printed_names(step, names) if language() == "zh" else step)


def filled(step: str, finding: Finding, report: Report, path: str) -> str:
    """A next step whose commands can be pasted: with the file that is meant, the organ, the year, and the cell."""
    cell = next((str(key) for key in finding.touches if ANY not in str(key)), said("CELL"))
    if report.organ and report.year and cell != said("CELL"):
        step = step.replace(said("ORGAN YEAR CELL"), f"{pasted(report.organ)} {report.year} {cell}")
    for command in ("gkingest", "gkingest correct", "gkingest inspect"):
        step = step.replace(f"{command} {said('FILE')}", f"{command} {pasted(path)}")
        step = step.replace(f"{pasted(path)} {said('CELL')}", f"{pasted(path)} {cell}")
    return printable(step)


def pasted(word: str) -> str:
    """A word as shells of every system take it: in quotation marks only where these are needed."""
    if re.fullmatch(r"[\w@%+=:,./\\（）—-]+", word):
        return word
    return shlex.quote(word) if re.search(r'["$`!\\]', word) else f'"{word}"'


def finding_line(finding: Finding, names: Mapping[str, str]) -> str:
    """What a finding means, where it is and what it says, its code last; ``names`` are printed for keys in Chinese.

    A rule's message says itself which line it is of.
    """
    if language() == "zh":
        return finding_in_chinese(finding, names)
    place = "" if finding.code.startswith("rule.") else finding.place
    where = ", ".join(filter(None, (place, f"page {finding.page}" if finding.page else "")))
    head = f"{finding.severity.name.capitalize()}: {CATALOGUE[finding.code].meaning}"
    return printable(f"{head}{f' ({where})' if where else ''}: {finding.message} [{finding.code}]")


def render_summary(
    statuses: Mapping[str, int], cells: Mapping[str, int], findings: Mapping[str, int], told: str
) -> list[str]:
    """The closing summary: documents by status, cells by state, findings by code with their meaning."""
    documents = [(said(text), str(statuses[s])) for s, text in _STATUS_TEXT.items() if statuses.get(s)]
    lines = [*in_lines(told), *render_table(documents, right=True)]
    if cells:
        lines += [said("cells"), *render_table([(said(s), f"{n:,}") for s, n in cells.items()], right=True)]
    if findings:
        ranked = sorted(findings.items(), key=lambda item: (-CATALOGUE[item[0]][0], -item[1], item[0]))
        lines.append(said("findings"))
        heads = render_table([(c, str(n), said(CATALOGUE[c].severity.name.lower())) for c, n in ranked])
        width = max(map(text_width, heads)) + 2
        for head, (code, _) in zip(heads, ranked, strict=True):
            first, *rest = wrapped(said(CATALOGUE[code].meaning), max(_COLUMNS - width, 24))
            lines += [f"{head}{' ' * (width - text_width(head))}{first}", *(" " * width + line for line in rest)]
    return lines


def render_formats(formats: "Iterable[Format]") -> list[str]:
    """A line for each edition: years, figures, rules; below it the title, and the tables with their figures."""
    known = list(formats)
    head = [said(word) for word in ("id", "years", "figures", "rules")]
    rows = []
    for form in known:
        figures = sum(len(list(table.slots())) for table in form.tables)
        rows.append((form.id, f"{form.first_year}–{form.last_year or ''}", str(figures), str(len(form.rules))))
    first, *others = render_table([head, *rows])
    lines = [first]
    for line, form in zip(others, known, strict=True):
        tables = said(", ").join(f"{t.title} {len(list(t.slots()))}" for t in form.tables)
        told = [said("; ").join(part for part in (form.title, form.authority) if part), tables]
        lines += [line, *(f"      {one}" for text in told for one in wrapped(text, _COLUMNS - 6))]
    return lines
