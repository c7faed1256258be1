"""Folders of the shape ``<channel>/<yyyymm>/<id>_<title>/``: a page, its text, its links and its attachments."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from gkingest.crawl.listing import Row, path_key

INDEX_FILE, LINKS_FILE = "_index.tsv", "links.tsv"
PAGE, PAGE_TEXT = "page.html", "page.txt"
_ATTACHMENTS = "attachments"
_MONTH = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class PageFolder:
    """Where a file stands in the shape: the ``folder`` of its page, and ``inside`` that folder."""

    folder: Path
    inside: tuple[str, ...]

    @property
    def channel(self) -> str:
        """Name of the channel's folder."""
        return self.folder.parent.parent.name

    @property
    def title(self) -> str:
        """Title in the name of the page's folder; may have been cut or freed of signs by the crawler."""
        return self.folder.name.partition("_")[2]

    @property
    def is_page(self) -> bool:
        """Whether the file is the page or its text, and no attachment."""
        return len(self.inside) == 1

    def ids(self) -> Iterator[str]:
        """What the number before the title may be; it may hold underscores itself."""
        name = self.folder.name
        return (name[:place] for place, char in enumerate(name) if char == "_" and place)

    def may_be_of(self, row: Row) -> bool:
        """Whether a row found by its number may be about the page: numbers come twice where channels count anew."""
        channel, title, shown = row.get("channel", "").strip(), _letters(row.get("title", "")), _letters(self.title)
        if channel == self.channel:
            return True
        if title and shown:
            return title.startswith(shown) or shown.startswith(title)
        return not channel


def place_of(path: Path) -> PageFolder | None:
    """The place of ``path`` in the shape; ``None`` where it has another."""
    parts = path.parts
    for n in range(2, len(parts) - 2):
        if _MONTH.fullmatch(parts[n]) and "_" in parts[n + 1].strip("_"):
            inside = parts[n + 2 :]
            if inside in ((PAGE,), (PAGE_TEXT,)) or (inside[0] == _ATTACHMENTS and len(inside) > 1):
                return PageFolder(Path(*parts[: n + 2]), inside)
    return None


class Index:
    """Rows of an index by the folder they name and by their number."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._by_folder = {
            path_key(row["path"]).removesuffix(f"/{PAGE}").removesuffix(f"/{PAGE_TEXT}"): row
            for row in rows
            if row.get("path")
        }
        self._by_number: dict[str, list[Row]] = {}
        for row in rows:
            if "id" in row and not row.get("path"):
                self._by_number.setdefault(row["id"].strip(), []).append(row)

    def row_of(self, place: PageFolder, root: Path) -> Row | str | None:
        """The row about a page below ``root``, the folder of the index; text if it is not certain which one."""
        inside = path_key(place.folder.relative_to(root).as_posix())
        if inside in self._by_folder:
            return self._by_folder[inside]
        numbered = list(chain.from_iterable(self._by_number.get(number, ()) for number in place.ids()))
        fitting = [row for row in numbered if place.may_be_of(row)]
        if _differ(fitting):
            fitting = [row for row in fitting if row.get("channel", "").strip() == place.channel] or fitting
        if _differ(fitting):
            return f"several rows have the number of {inside} and none names its folder; add a column path"
        if numbered and not fitting:
            return f"the row with the number of {inside} has another title or channel; add a column path"
        return next(reversed(fitting), None)


def link_row(place: PageFolder, page_url: str, rows: Sequence[Row]) -> Row:
    """The row of a links list that is about an attachment, its address made whole; empty if there is none."""
    inside = path_key("/".join(place.inside))
    keys = {inside, inside.removeprefix(f"{_ATTACHMENTS}/")}
    named = [row for row in rows if path_key(row.get("path", "")) in keys]
    if not named:
        addressed = [row for row in rows if "path" not in row and _file_of(row.get("url", "")) in keys]
        named = addressed if len({row["url"] for row in addressed}) == 1 else []
    if not named:
        return {}
    row = {field: text for field, text in named[-1].items() if field != "path"}
    if "url" in row:
        row["url"] = _joined(page_url, row["url"].strip())
    return row


def _differ(rows: Sequence[Row]) -> bool:
    return len({row.get("url", "") for row in rows}) > 1


def _letters(title: str) -> str:
    """A title without the signs that no file name may hold."""
    return "".join(c for c in title if c.isalnum())


def _file_of(url: str) -> str:
    try:
        return path_key(unquote(urlsplit(url.strip()).path).rpartition("/")[2])
    except ValueError:  # http://[ and the like
        return ""


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return url
