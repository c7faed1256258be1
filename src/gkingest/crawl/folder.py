"""What a crawl left beside its files: manifests, sidecars, indexes of channels, and paths that are addresses."""

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

from gkingest.crawl.layout import (
    INDEX_FILE,
    LINKS_FILE,
    PAGE,
    PAGE_TEXT,
    Index,
    PageFolder,
    link_row,
    place_of,
)
from gkingest.crawl.listing import (
    INDEX,
    LARGEST,
    LINKS,
    Disk,
    Row,
    Shelf,
    UnreadableError,
    by_path,
    csv_rows,
    json_rows,
    jsonl_rows,
    path_key,
    sidecar_row,
    text_of,
    tsv_rows,
)
from gkingest.crawl.mirror import mirrored
from gkingest.crawl.provenance import Provenance, clean, merged, told

_FIELDS = frozenset({"url", "title", "published_at", "fetched_at", "http_status", "source_name"})
Bookkeeping = Literal["manifest", "index", "links", "sidecar", ""]
_MANIFESTS = ("manifest.csv", "manifest.jsonl", "manifest.json")
_KINDS: dict[str, Bookkeeping] = {
    **dict.fromkeys(_MANIFESTS, "manifest"),
    INDEX_FILE: "index",
    LINKS_FILE: "links",
}
_DISK = Disk()
_FOLDERS_KEPT = 256  # listings and links of folders; files come folder by folder, so that older ones are done with
_T = TypeVar("_T")


class _Kept(dict[Path, _T]):
    """What was loaded for folders, kept while their files are likely to be asked for."""

    def __setitem__(self, folder: Path, value: _T) -> None:
        if len(self) >= _FOLDERS_KEPT:
            self.clear()
        super().__setitem__(folder, value)


class FolderProvenance:
    """Provenance of files below ``roots``, the paths that were given; lists are read once, when first needed.

    ``shelf`` is where they lie, by default this machine.
    ``problems`` tells which lists could not be used: path, what was found, what to do. None of them stops a run.
    """

    def __init__(self, roots: Sequence[Path], shelf: Shelf = _DISK) -> None:
        self._shelf = shelf
        wholes = [_absolute(root) for root in roots]
        folders = {w if shelf.is_folder(w) else w.parent for w in wholes}
        self._roots = sorted(folders, key=lambda root: len(root.parts))
        self._scopes = _Kept[tuple[Path, Sequence[Path]]]()
        self._manifests: dict[Path, dict[str, list[Row]]] = {}
        self._indexes: dict[Path, Index] = {}
        self._links = _Kept[list[Row]]()
        self._names = _Kept[tuple[frozenset[str], frozenset[str]]]()
        self._complained: set[str] = set()
        self.problems: list[str] = []

    def of(self, path: Path) -> Provenance:
        """What the crawl says of one file; never raises."""
        whole = _absolute(path)
        if whole.parent not in self._scopes:
            # The given path that the file lies below, and the folders with lists of it, nearest first.
            root = next((r for r in self._roots if whole.is_relative_to(r)), whole.parent)
            self._scopes[whole.parent] = root, [p for p in whole.parents if p.is_relative_to(root)]
        root, scope = self._scopes[whole.parent]
        place = place_of(whole)
        parts = [
            *(told("sidecar", _about(row)) for row in self._sidecars_of(whole)),
            *(told("manifest", _about(row)) for row in self._manifest_rows(whole, scope)),
            *(self._in_place(path, place, scope) if place else ()),
        ]
        url, host = mirrored((root.name, *whole.relative_to(root).parts))
        parts.append(told("mirror", {"url": "" if place else url, "source_name": host}))
        return merged(parts)

    def bookkeeping(self, path: Path) -> Bookkeeping:
        """Which record of the crawl a file is; "" for a document."""
        if path.name in _KINDS:
            return _KINDS[path.name]
        name = path.name.removesuffix(".json")
        if name in ("", path.name):
            return ""
        names, stems = self._listed(_absolute(path).parent)
        beside = name in names or name.removesuffix(".meta") in names or name in stems
        return "sidecar" if beside else ""

    def _listed(self, folder: Path) -> tuple[frozenset[str], frozenset[str]]:
        """Names in a folder, and the stems of those that are no JSON."""
        if folder not in self._names:
            names = frozenset(self._shelf.names(folder))
            self._names[folder] = names, frozenset(Path(n).stem for n in names if not n.endswith(".json"))
        return self._names[folder]

    def _sidecars_of(self, path: Path) -> Iterator[Row]:
        names, _ = self._listed(path.parent)
        for name in dict.fromkeys((f"{path.name}.json", f"{path.name}.meta.json", f"{path.stem}.json")):
            if name in names and name not in (path.name, *_MANIFESTS):
                sidecar = path.parent / name
                row = self._shelf.remembered(path, sidecar) or self._read(sidecar, sidecar_row)
                if row:
                    yield row

    def _manifest_rows(self, path: Path, scope: Sequence[Path]) -> Iterator[Row]:
        """Rows about the file, of the nearest manifest first."""
        for folder in scope:
            if folder not in self._manifests:
                found: dict[str, list[Row]] = {}
                names, _ = self._listed(folder)
                for name in (n for n in _MANIFESTS if n in names):
                    rows = self._read(folder / name, partial(self._parse, folder / name)) or []
                    for key, row in by_path(rows, folder).items():
                        found.setdefault(key, []).append(row)
                self._manifests[folder] = found
            if known := self._manifests[folder]:
                yield from known.get(path_key(path.relative_to(folder).as_posix()), ())

    def _parse(self, path: Path, text: str) -> list[Row]:
        complaints: list[str] = []
        if path.suffix == ".jsonl":
            rows = jsonl_rows(text, complaints)
        else:
            rows = csv_rows(text) if path.suffix == ".csv" else json_rows(text)
        for complaint in complaints:
            self._complain(path, complaint)
        if rows and not any(row.get("path") for row in rows):
            raise UnreadableError("no row says which file it is about; add a column path, relative to the manifest")
        return rows

    def _in_place(self, path: Path, place: PageFolder, scope: Sequence[Path]) -> Iterator[Provenance]:
        """What the folders of channels say of a page, its text or an attachment."""
        index = self._index_row(place, scope)
        about_page = _about({"source_name": index.get("channel", ""), **index})
        # Path of the page that the file belongs to, written as its own path is; "" if it is the page or has none.
        names, _ = self._listed(place.folder)
        name = next((n for n in (PAGE, PAGE_TEXT) if n in names and (n,) != place.inside), "")
        up = path.parents[len(place.inside) - 1] if len(path.parents) >= len(place.inside) else place.folder
        page = str(up / name) if name and place.inside != (PAGE,) else ""
        if place.is_page:
            yield told("index", about_page)
            yield told("mirror", {"title": place.title, "source_name": place.channel, "attached_to": page})
            return
        # An attachment was published with its page; address and title are its own.
        yield told("index", {f: t for f, t in about_page.items() if f in ("published_at", "source_name")})
        url = told("index", about_page).url
        if place.folder not in self._links:
            parse = partial(tsv_rows, columns=LINKS, order=("path", "url", "title"))
            self._links[place.folder] = self._load_tsv(place.folder / LINKS_FILE, parse)
        row = link_row(place, url, self._links[place.folder])
        yield told("links", {**_about(row), **({"attached_to": page} if row else {})})
        yield told("mirror", {"source_name": place.channel, "attached_to": page})

    def _index_row(self, place: PageFolder, scope: Sequence[Path]) -> Row:
        """The row of the nearest index that is about the page; empty if there is none."""
        for folder in (f for f in scope if place.folder.is_relative_to(f)):
            if folder not in self._indexes:
                self._indexes[folder] = Index(
                    self._load_tsv(folder / INDEX_FILE, lambda text: tsv_rows(text, INDEX))
                )
            found = self._indexes[folder].row_of(place, folder)
            if isinstance(found, str):
                self._complain(folder / INDEX_FILE, found)
            elif found:
                return found
        return {}

    def _load_tsv(self, path: Path, parse: Callable[[str], list[Row]]) -> list[Row]:
        names, _ = self._listed(path.parent)
        return (self._read(path, parse) or []) if path.name in names else []

    def _read(self, path: Path, parse: Callable[[str], _T]) -> _T | None:
        """A list's contents; ``None``, and a problem noted, where it cannot be used."""
        try:
            data = self._shelf.head(path, LARGEST + 1)
            return None if data is None else parse(text_of(data))
        except UnreadableError as error:
            self._complain(path, str(error))
            return None

    def _complain(self, path: Path, problem: str) -> None:
        line = f"{clean(str(path))}: {problem}"
        if line not in self._complained:
            self._complained.add(line)
            self.problems.append(line)


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - links must stay as they are named


def _about(row: Row) -> Row:
    """The fields of a row that are fields of :class:`Provenance`."""
    return {field: text for field, text in row.items() if field in _FIELDS}
