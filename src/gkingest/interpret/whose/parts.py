"""Several reports in one file: where each begins, the pages cut there; and pages that come in reverse."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from math import inf
from statistics import median_low

from gkingest.formats.spec import Format
from gkingest.interpret.whose.title import title_of
from gkingest.model.lines import Tolerance, in_lines
from gkingest.model.paper import Box, Page
from gkingest.text.labels import label_key

_WORD = "公开"  # every title has it
_SHORT_LABEL = 4  # characters: a shorter label stands in any prose
_LINES = 3  # lines that a title may take up
# More of the print than for prose, as titles are large and have much room between their lines.
_TITLES = Tolerance(0.6, "size", rounded=0)


def report_parts(pages: Sequence[Page]) -> tuple[tuple[Page, ...], ...]:
    """The pages of each report, cut where a title names another organ or year than the one before.

    Cut pages keep their number and size, so that every place stays where it is printed.
    """
    starts = [title[:2] for last, title in pairwise(_titles(pages)) if title[2:] != last[2:]]
    if not starts:
        return (tuple(pages),)
    parts: list[tuple[Page, ...]] = []
    for start, end in pairwise([(0, 0.0), *starts, (len(pages), 0.0)]):
        tops, bottoms = dict([start]), dict([end])  # of the pages that are cut
        part = []
        for index in range(start[0], min(end[0] + 1, len(pages))):
            bottom = bottoms.get(index, inf)
            page = _cut(pages[index], tops.get(index, 0.0), bottom) if bottom > 0 else None
            if page is pages[index] or (page is not None and page.words):
                part.append(page)
        parts.append(tuple(part))
    return tuple(filter(None, parts))


def _titles(pages: Sequence[Page]) -> Iterator[tuple[int, float, str, int | None]]:
    """(index of the page, upper edge, organ, year) of every complete report title, outside of tables."""
    for index, page in enumerate(pages):
        if _WORD not in page.text.replace(" ", ""):
            continue
        lines = _lines(page)
        at = 0
        while at < len(lines):
            for count in range(1, _LINES + 1):
                run = [text for _, text in lines[at : at + count]]
                found = title_of(run)
                if found is not None and all(title_of(run[n:]) is None for n in range(1, len(run))):
                    yield index, lines[at][0], *found
                    at += count - 1
                    break
            at += 1


def _lines(page: Page) -> list[tuple[float, str]]:
    """Upper edge and text of every line of a page; a page without words gives its text, all at the top."""
    if not page.words:
        return [(0.0, line) for line in page.text.splitlines() if line.strip()]
    outside = page.outside(grid.box for grid in page.tables)
    return [(min(w.box.top for w in row), "".join(w.text for w in row)) for row in in_lines(outside, _TITLES)]


def _cut(page: Page, top: float, bottom: float) -> Page:
    """What stands on a page between two heights."""
    if top <= 0 and bottom >= page.height:
        return page

    def inside(box: Box) -> bool:
        return top - 1 <= box.centre[1] < bottom - 1

    words = tuple(w for w in page.words if inside(w.box))
    return replace(
        page,
        words=words,
        rulings=tuple(r for r in page.rulings if top - 1 <= (r.top + r.bottom) / 2 < bottom - 1),
        fills=tuple(filter(inside, page.fills)),
        pictures=tuple(filter(inside, page.pictures)),
        marks=tuple(filter(inside, page.marks)),
        covered=tuple(filter(inside, page.covered)),
        blots=tuple(filter(inside, page.blots)),
        tables=tuple(g for g in page.tables if inside(g.box)),
        text="\n".join(text for _, text in _lines(replace(page, words=words, tables=()))),
    )


def backwards(pages: Sequence[Page], formats: tuple[Format, ...]) -> bool:
    """Whether pages come from the last to the first: each stands in the form before the one before it."""
    places = places_in_form(pages, formats)
    return len(places) > 1 and all(a > b for a, b in pairwise(places))


def places_in_form(pages: Sequence[Page], formats: tuple[Format, ...]) -> list[int]:
    """Where in the form the middle of each page's labels stands, counted from its first; of pages that have any."""
    keys = [[label_key(t) for t in ([w.text for w in page.words] or page.text.splitlines())] for page in pages]
    # The edition of which most is printed; of those that have as much, the newest.
    order = max(map(_order, reversed(formats)), key=lambda o: sum(k in o for own in keys for k in own))
    return [median_low(found) for own in keys if (found := [order[k] for k in own if k in order])]


@lru_cache(maxsize=16)
def _order(form: Format) -> dict[str, int]:
    """Where the headings of sections and the labels of rows stand in a form, those that stand in one place only."""
    found: dict[str, int] = {}
    texts: list[str] = []
    for number, title in enumerate(form.sections, 1):
        tables = [t for t in form.printed if t.section == number]
        rows = (leaf.label for t in tables for leaf, _ in t.row_leaves())
        texts += [title, *(t.title for t in tables), *rows]
    keys = list(map(label_key, texts))
    for n, key in enumerate(keys):
        if len(key) >= _SHORT_LABEL and (keys.count(key) == 1 or key == keys[n - 1]):
            found.setdefault(key, n)
    return found
