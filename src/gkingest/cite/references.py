"""A citation as references are written: GB/T 7714, English, BibTeX, CSL."""

import re

from gkingest.cite.citation import Citation, label_of
from gkingest.model.report import CellState
from gkingest.store.ask.citing import Location

_STATES = {"blank": "空白", "dash": "横线", "absent": "未印出", "unreadable": "无法识别"}
_BIBTEX = {"\\": r"\textbackslash{}"} | {c: f"\\{c}" for c in "{}&%$#_"} | {"~": r"\~{}", "^": r"\^{}"}


def place(citation: Citation) -> Location | None:
    """The path that speaks for the file: the first with an address that somebody told, else the first with one."""
    places = sorted(citation.source.places, key=lambda p: (not p.url, p.inferred))
    return places[0] if places else None


def address(citation: Citation) -> str:
    """Where the report was fetched, "" where that is not known; one made from folder names is no source."""
    at = place(citation)
    return at.url if at and not at.inferred else ""


def published(citation: Citation) -> str:
    """Day of publication by the crawl, else the date below the report; "" if neither is known."""
    told = (_day(at.published_at) for at in _places(citation))
    return next(filter(None, told), "") or _day(citation.source.issued_on)


def fetched(citation: Citation) -> str:
    """Day of the download, "" if it is not known."""
    return next(filter(None, (_day(at.fetched_at) for at in _places(citation))), "")


def _places(citation: Citation) -> list[Location]:
    """Every path of the file, the one that speaks for it first."""
    first = place(citation)
    return [first, *(p for p in citation.source.places if p is not first)] if first else []


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
    """GB/T 7714—2015 of the report, with the cell behind it."""
    page = f"第{citation.fact.page}页，" if citation.fact.page else ""
    return f"{gb7714_of_report(citation)} {page}{label_of(citation)}：{printed_value(citation, True)}."


def gb7714_of_report(citation: Citation) -> str:
    """GB/T 7714—2015 of the report: online where its address is known, with the day it was fetched."""
    day, seen, where = published(citation), fetched(citation), address(citation)
    dates = (f"({day})" if day else "") + (f"[{seen}]" if seen else "")
    called = f"{title(citation)}{'[R/OL]' if where else '[R]'}"
    return ". ".join(part for part in (citation.source.organ or "（机关不详）", called, dates, where) if part) + "."


def english(citation: Citation) -> str:
    """A reference in English; names stay as they are printed."""
    day, source, url = published(citation), citation.source, address(citation)
    taken = f", fetched {fetched(citation)}" if fetched(citation) else ""
    page = f"p. {citation.fact.page}, " if citation.fact.page else ""
    where = f" {url}{taken}." if url else f" {taken[2:].capitalize()}." if taken else ""
    return (
        f"{source.organ or '[organ unknown]'} ({day or 'n.d.'}). {title(citation)} [Annual report on government "
        f"information disclosure, {source.year}]. {page}{citation.fact.key} ({label_of(citation)}): "
        f"{printed_value(citation, False)}.{where} SHA-256 {source.sha256}."
    )


def csl(citation: Citation) -> dict[str, object]:
    """A CSL-JSON item of the report; the cell is the locator in ``note``."""
    source, day = citation.source, published(citation)
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
    if url := address(citation):
        item["URL"] = url
    item["note"] = f"{citation.fact.key} = {printed_value(citation, False)}; sha256 {source.sha256}"
    return item


def bibtex(citation: Citation) -> list[str]:
    """A BibTeX entry of the report, for biblatex or any style with url."""
    source, day = citation.source, published(citation)
    fields = {
        "author": f"{{{_bibtex(source.organ)}}}",
        "title": f"{{{_bibtex(title(citation))}}}",
        "institution": _bibtex(source.organ),
        "year": day[:4] or "",
        "date": day,
        "url": address(citation),
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
