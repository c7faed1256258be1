"""Organ and year that a document leaves open, borrowed from the crawl's title and its sections, and said to be."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gkingest.interpret.whose.dates import number_of_year
from gkingest.interpret.whose.title import Identity, title_of
from gkingest.model.finding import Finding
from gkingest.model.report import Section
from gkingest.text.labels import fold, simplified
from gkingest.told import Told

_YEARS = re.compile(r"(20[0-3]\d)(?:年|-20[0-3]\d年)")
_OWN = (0, 1)  # sections that speak of the reporting year: the preface and 总体情况
_SITE = re.compile(r"[_|｜—–]|\s-\s|--")  # what parts a page's title from the name of its site


def supplemented(identity: Identity, crawl_title: str, own_title: str = "") -> Identity:
    """``identity`` with organ and year of the crawl's title where it has none; another year there is a doubt.

    So is another organ, where the document's was recognised in a picture: one sign read wrongly makes another
    name. ``own_title`` is the title that a file states beside its pages. Often it is left over from another
    document, so it is asked only where nothing else tells.
    """
    found = _title_in(crawl_title)
    if found is None and not (identity.organ and identity.year):
        found = _title_in(own_title)
    if found is None or identity.kind == "template":
        return identity
    organ, year = found
    doubts = tuple(_doubts(identity, organ, year))
    return replace(
        identity,
        organ=identity.organ or organ,
        year=identity.year or year,
        findings=(*identity.findings, *doubts),
        pictured=identity.pictured and any(d.code in ("organ.unknown", "organ.conflict") for d in doubts),
    )


def _title_in(text: str) -> tuple[str, int | None] | None:
    """Organ and year of a report's title beside the name of a site."""
    return next((title for part in _SITE.split(text) if (title := title_of([part]))), None)


def _doubts(identity: Identity, organ: str, year: int | None) -> Iterator[Finding]:
    """That organ and year are taken from another title, or are others there.

    Of organs that is doubted where the document's was recognised in a picture and is unlike the other.
    """
    if not identity.organ:
        yield _borrowed("organ.unknown", "neither title nor signature names an organ", organ)
    if identity.year is None:
        yield _borrowed("year.unknown", "neither title nor preface names the reporting year", str(year))
    elif year != identity.year:
        yield Finding(
            "year.conflict",
            Told("the document says {0}, the crawl's title {1}", identity.year, year),
            found=str(identity.year),
            expected=str(year),
            hint="the document decides; check whether the crawl holds the right file",
        )
    one, other = simplified(fold(identity.organ)), simplified(fold(organ))
    if identity.pictured and identity.organ and not (_shortens(one, other) or _shortens(other, one)):
        yield Finding(
            "organ.conflict",
            Told("the picture was read as {0}, the crawl's title says {1}", identity.organ, organ),
            found=identity.organ,
            expected=organ,
            hint="look at the page: a sign may have been read wrongly",
        )


def _shortens(short: str, long: str) -> bool:
    """Whether a name is the other one with signs left out, as 县府办 is of 县人民政府办公室."""
    rest = iter(long)
    return all(sign in rest for sign in short)


def dated_by_sections(identity: Identity, sections: Sequence[Section]) -> Identity:
    """``identity`` with the year that the first sections speak of, where nothing else tells; another is a doubt."""
    text = simplified(fold("".join(f"{s.text}。" for s in sections if s.number in _OWN)))
    counts = Counter(year for m in _YEARS.finditer(text) if (year := number_of_year(m[1])))
    if not counts:
        return identity
    likely, often = max(counts.items(), key=lambda pair: (pair[1], -pair[0]))
    if identity.year is None:
        doubt = _borrowed("year.unknown", "neither title nor preface names the reporting year", str(likely))
        return replace(identity, year=likely, findings=(*identity.findings, doubt))
    if counts[identity.year] or often < 2 or any(f.code == "year.conflict" for f in identity.findings):
        return identity
    doubt = Finding(
        "year.conflict",
        Told("the report is of {0}, its first section speaks only of {1}", identity.year, likely),
        found=str(identity.year),
        expected=str(likely),
        hint="the title and the period decide; check which year the figures are about",
    )
    return replace(identity, findings=(*identity.findings, doubt))


def _borrowed(code: str, message: str, found: str) -> Finding:
    return Finding(
        code, Told("{0}; {1} is taken from what stands beside", message, found), found=found, hint="check it"
    )
