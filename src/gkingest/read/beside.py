"""Files that lie beside another one and belong to it, as the pictures of a web page do: found by what it writes."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from gkingest.read.options import Beside

_LARGEST = 40_000_000  # bytes
_FOLDERS = ("", "attachments/", "images/", "page_files/")  # of the page's own, where crawlers put what it shows


def nothing(address: str) -> bytes:
    """What is beside a file that lies nowhere: nothing."""
    return b""


def beside(path: Path, site: Path | None = None) -> Beside:
    """What gives the files that lie beside ``path``: in its folder or below, or in that of its whole ``site``.

    Nothing outside of these folders is opened, whatever a page writes.
    """
    folder = path.parent

    def found(address: str) -> bytes:
        roots = [root.resolve() for root in (folder, site) if root is not None]
        for place in _places(address, folder, site):
            try:
                whole = place.resolve()
                if any(map(whole.is_relative_to, roots)) and whole.is_file() and whole.stat().st_size <= _LARGEST:
                    return whole.read_bytes()
            except (OSError, ValueError):
                continue
        return b""

    return found


def _places(address: str, folder: Path, site: Path | None) -> Iterator[Path]:
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return
    path = unquote(parts.path).replace("\\", "/")
    name = path.rpartition("/")[2]
    if not name or parts.scheme not in ("", "http", "https", "file"):
        return
    if site is not None and path.startswith("/") and parts.netloc in ("", site.name):
        yield site / path.lstrip("/")
    elif not parts.netloc and not path.startswith("/"):
        yield folder / path
    yield from (folder / inner / name for inner in _FOLDERS)
