"""A citation as references are written: GB/T 7714, English, BibTeX, CSL."""

import re

from gkingest.cite.citation import Citation, label_of
from gkingest.model.report import CellState
from gkingest.store.ask.citing import Place

_STATES = {"blank": "空白", "dash": "横线", "absent": "未印出", "unreadable": "无法识别"}
_BIBTEX = {"\\": r"\textbackslash{}"} | {c: f"\\{c}" for c in "{}&%$#_"} | {"~": r"\~{}", "^": r"\^{}"}


def place(citation: Citation) -> Place | None:
    """The path that speaks for the file: the first with an address, else the first."""
    places = citation.source.places
    return next((p for p in places if p.url), places[0] if places else None)


def published(citation: Citation) -> str:
    """Day of publication by the crawl, else the date below the report; "" if neither is known."""
    at = place(citation)
    return _day(at.published_at if at else "") or _day(citation.source.issued_on)


def fetched(citation: Citation) -> str:
    """Day of the download, "" if it is not known."""
    at = place(citation)
    return _day(at.fetched_at) if at else ""


def _day(told: str) -> str:
    """Year, month and day as far as a date begins with them; "" of words that are no date."""
    found = re.match(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(?!\d))?)?", told)
    return found.group() if found else ""


def title(citation: Citation) -> str:
    """Title as printed, else as linked, else what it is."""
    at = place(citation)
    printed = "".join(citation.source.title.split())
    return printed or (at.title if at else "") or f"{citation.source.year}年政府信息公开工作年度报告"


def printed_value(citation: Citation, chinese: bool) -> str:
    """The number as it is printed, with its unit, or the state of the cell."""
    fact = citation.fact
    if fact.state is CellState.REPORTED:
        return f"{fact.value}{fact.unit}"
    return _STATES[fact.state] if chinese else str(fact.state)


def gb7714(citation: Citation) -> str:
    """GB/T 7714—2015, an electronic report, with the cell behind it."""
    at, day = place(citation), published(citation)
    dates = (f"({day})" if day else "") + (f"[{fetched(citation)}]" if fetched(citation) else "")
    parts = [f"{citation.source.organ or '（机关不详）'}", f"{title(citation)}[R/OL]", dates, at.url if at else ""]
    reference = ". ".join(part for part in parts if part)
    page = f"第{citation.fact.page}页，" if citation.fact.page else ""
    return f"{reference}. {page}{label_of(citation)}：{printed_value(citation, True)}."


def english(citation: Citation) -> str:
    """A reference in English; names stay as they are printed."""
    at, day, source = place(citation), published(citation), citation.source
    taken = f", fetched {fetched(citation)}" if fetched(citation) else ""
    page = f"p. {citation.fact.page}, " if citation.fact.page else ""
    where = f" {at.url}{taken}." if at and at.url else ""
    return (
        f"{source.organ or '[organ unknown]'} ({day or 'n.d.'}). {title(citation)} [Annual report on government "
        f"information disclosure, {source.year}]. {page}{citation.fact.key} ({label_of(citation)}): "
        f"{printed_value(citation, False)}.{where} SHA-256 {source.sha256}."
    )


def csl(citation: Citation) -> dict[str, object]:
    """A CSL-JSON item of the report; the cell is the locator in ``note``."""
    at, source, day = place(citation), citation.source, published(citation)
    item: dict[str, object] = {
        "id": key(citation),
        "type": "report",
        "language": "zh-CN",
        "author": [{"literal": source.organ}],
        "title": title(citation),
    }
    if day:
        item["issued"] = {"date-parts": [[int(part) for part in day.split("-")]]}
    if seen := fetched(citation):
        item["accessed"] = {"date-parts": [[int(part) for part in seen.split("-")]]}
    if at and at.url:
        item["URL"] = at.url
    item["note"] = f"{citation.fact.key} = {printed_value(citation, False)}; sha256 {source.sha256}"
    return item


def bibtex(citation: Citation) -> list[str]:
    """A BibTeX entry of the report, for biblatex or any style with url."""
    at, source, day = place(citation), citation.source, published(citation)
    fields = {
        "author": f"{{{_bibtex(source.organ)}}}",
        "title": f"{{{_bibtex(title(citation))}}}",
        "institution": _bibtex(source.organ),
        "year": day[:4] or "",
        "date": day,
        "url": at.url if at else "",
        "urldate": fetched(citation),
        "note": _bibtex(f"{citation.fact.key} = {printed_value(citation, False)}; sha256 {source.sha256}"),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return [f"@techreport{{{key(citation)},", *lines, "}"]


def key(citation: Citation) -> str:
    """A key for the report that is the same everywhere: division, year and the start of the file's hash."""
    source = citation.source
    return f"gk{source.region_code or ''}-{source.year or 'nd'}-{source.sha256[:8]}"


def _bibtex(text: str) -> str:
    return "".join(_BIBTEX.get(c, c) for c in text)
