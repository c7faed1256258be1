"""Lists that crawlers write beside what they fetch: CSV, TSV, JSON and JSON lines → rows of known columns."""

import csv
import json
import os
import posixpath
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, Protocol

Row = dict[str, str]  # field of Provenance, or path, id, channel → text as written

LARGEST = 50 * 1024 * 1024  # bytes
TOO_LARGE = "it has more than 50 MB; split it, one list a folder"
# Characters of a cell: the bound of the csv module, which any library in the process may lift for all.
_LONGEST = 131_072
_NAMES = {
    "path": "path file filename filepath localpath savedas 路径 文件 文件名 文件路径 本地路径 保存路径",
    "url": "url fileurl link href 网址 链接 链接地址 地址",
    "title": "title 标题 题名",
    "published_at": "published publishedat publishdate publishtime pubdate pubtime date 发布日期 发布时间",
    "fetched_at": "fetched fetchedat fetchtime crawledat downloadedat 抓取时间 采集时间 下载时间",
    "http_status": "status statuscode httpstatus httpcode 状态码 状态",
    "source_name": "site sitename source sourcename 来源 网站 站点",
}
MANIFEST = {name: field for field, names in _NAMES.items() for name in names.split()}
INDEX = {**MANIFEST, **dict.fromkeys(("dir", "folder", "目录"), "path"), "id": "id", "编号": "id"}
INDEX |= dict.fromkeys(("channel", "栏目"), "channel")
LINKS = {**MANIFEST, "name": "path", "text": "title", "anchor": "title", "链接文字": "title", "附件名称": "title"}


class UnreadableError(Exception):
    """A list cannot be read: what was found, and what to do about it."""


class Shelf(Protocol):
    """Where a crawl and its lists lie; paths are whole."""

    def is_folder(self, path: Path) -> bool:
        """Whether a path is a folder."""
        ...

    def names(self, folder: Path) -> Iterable[str]:
        """Names of files and folders in a folder; none where it cannot be listed."""
        ...

    def head(self, path: Path, most: int) -> bytes | None:
        """Up to ``most`` bytes of a file, ``None`` if it is none; raises :class:`UnreadableError`."""
        ...

    def remembered(self, path: Path, sidecar: Path) -> Row | None:
        """What a sidecar that is as it was said of a file, where that is known; ``None``: it must be read."""
        ...


class Disk:
    """What lies on this machine."""

    def is_folder(self, path: Path) -> bool:
        """Whether a path is a folder."""
        return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises where a folder may not be searched

    def names(self, folder: Path) -> Iterable[str]:
        """Names in a folder; none where it cannot be listed."""
        try:
            return os.listdir(folder)  # noqa: PTH208 - names are wanted, a million of them perhaps
        except (OSError, ValueError):
            return ()

    def head(self, path: Path, most: int) -> bytes | None:
        """The first bytes of a file; raises :class:`UnreadableError`."""
        if not os.path.isfile(path):  # noqa: PTH113 - as above
            return None
        try:
            with path.open("rb") as file:
                return file.read(most)
        except OSError as error:
            raise UnreadableError(f"it cannot be opened ({error.strerror}); check its permissions") from error

    def remembered(self, path: Path, sidecar: Path) -> Row | None:
        """Nothing: reading it costs little."""


def text_of(data: bytes) -> str:
    """The text of a list in whatever encoding it has; raises :class:`UnreadableError`."""
    if len(data) > LARGEST:
        raise UnreadableError(TOO_LARGE)
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise UnreadableError("it is no text in UTF-8 or GB18030; save it as UTF-8")


def csv_rows(text: str) -> list[Row]:
    """Rows of comma-separated values with a heading; tabs and semicolons do as well."""
    heading = text.partition("\n")[0]
    delimiter = next((d for d in ",\t;，" if d in heading), ",")
    try:
        lines = [line for line in csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True) if line]
        if any(len(cell) > _LONGEST for line in lines for cell in line):
            raise csv.Error(f"field larger than field limit ({_LONGEST})")
    except csv.Error as error:
        raise UnreadableError(f"its lines are no CSV ({error}); write it again with a CSV library") from error
    return _tabular(lines, MANIFEST)


def tsv_rows(text: str, columns: Mapping[str, str], order: Sequence[str] = ()) -> list[Row]:
    """Rows of tab-separated values; without a heading in ``order``, if the second cell is an address then.

    Quotes are text here, save where they stand about a whole cell.
    """
    lines = []
    for line in filter(str.strip, text.split("\n")):
        cells = line.rstrip("\r").split("\t")
        lines.append([c[1:-1].replace('""', '"') if len(c) > 1 and c[0] == c[-1] == '"' else c for c in cells])
    if order and lines and len(lines[0]) > 1 and re.match(r"https?://", lines[0][1].strip()):
        lines.insert(0, list(order))
        columns = {name: name for name in order}
    return _tabular(lines, columns)


def jsonl_rows(text: str, complaints: list[str]) -> list[Row]:
    """Rows of JSON lines; lines that are no objects are left out and complained of."""
    rows, bad = [], []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            rows.append(object_row(_parsed(line)))
        except UnreadableError:
            bad.append(number)
    if bad:
        shown = ", ".join(map(str, bad[:5])) + (" and more" if len(bad) > 5 else "")
        complaints.append(f"line {shown} ({len(bad)} in all) is no JSON object and was left out; write it again")
    return rows


def json_rows(text: str) -> list[Row]:
    """Rows of a JSON document: a list of objects, an object that holds such a list, or objects by their path."""
    whole = _parsed(text)
    if isinstance(whole, dict):
        lists = [v for v in whole.values() if isinstance(v, list) and isinstance(next(iter(v), None), dict)]
        if len(lists) == 1:
            whole = lists[0]
        elif _are_objects(whole.values()):
            return [object_row({**v, "path": k}) for k, v in whole.items()]
    if not isinstance(whole, list) or not _are_objects(whole):
        raise UnreadableError("it is no list of objects; see docs/crawls.md for its form")
    return [object_row(item) for item in whole]


def _are_objects(values: Iterable[object]) -> bool:
    return set(map(type, values)) <= {dict}


def sidecar_row(text: str) -> Row:
    """The one row of a sidecar, which must be an object with at least one known name."""
    row = object_row(_parsed(text))
    if not row:
        raise UnreadableError("none of its names is known (url, title, published_at, …); see docs/crawls.md")
    return row


def object_row(item: Any) -> Row:
    """The row that a JSON object is."""
    if not isinstance(item, dict):
        raise UnreadableError("it is no JSON object; see docs/crawls.md for its form")
    cells = ((name, value) for name, value in item.items() if isinstance(value, str | int | float))
    # JSON can spell half characters, which no path, address or title has and no database takes.
    texts = ((name, str(value).encode("utf-8", "replace").decode("utf-8")) for name, value in cells)
    return _row((MANIFEST.get(_folded(name), ""), text) for name, text in texts)


def by_path(rows: Iterable[Row], folder: Path) -> dict[str, Row]:
    """Rows by the path below ``folder`` that they are about; the last one of a path counts, as crawlers append."""
    own = f"{path_key(str(folder))}/"  # some crawlers write whole paths
    return {path_key(row["path"]).removeprefix(own): row for row in rows if row.get("path")}


def path_key(path: str) -> str:
    """A path as lists are searched for it: forward slashes, one spelling of characters, no way out and in again.

    >>> path_key(".\\\\a\\\\年报.pdf")
    'a/年报.pdf'
    """
    try:
        path.encode()
    except UnicodeEncodeError:  # a name in the bytes of GB18030, which the list may spell out
        path = path.encode("utf-8", "surrogateescape").decode("gb18030", "replace")
    return unicodedata.normalize("NFC", posixpath.normpath(path.strip().replace("\\", "/")))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"it is no JSON ({error}); write it again") from error


def _tabular(lines: Sequence[Sequence[str]], columns: Mapping[str, str]) -> list[Row]:
    fields = [columns.get(_folded(name), "") for name in lines[0]] if lines else []
    if not any(fields):
        raise UnreadableError("its first line names no column that is known; see docs/crawls.md for the names")
    return [_row(zip(fields, line, strict=False)) for line in lines[1:]]


def _row(cells: Iterable[tuple[str, str]]) -> Row:
    """Filled cells of known columns; the first of two that say the same thing."""
    row: Row = {}
    for field, text in cells:
        if field and text.strip():
            row.setdefault(field, text)
    return row


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]", "", name.strip("\ufeff")).casefold()
