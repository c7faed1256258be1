"""A corpus that lies afar, at any URL that fsspec knows: its files, fetched one by one, and what its crawl says."""

import json
import tempfile
import weakref
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gkingest.corpus.intake import File
from gkingest.crawl.folder import FolderProvenance
from gkingest.crawl.listing import LARGEST, TOO_LARGE, Row, UnreadableError
from gkingest.errors import UsageError
from gkingest.extras import install_line, pip_line
from gkingest.model.provenance import Provenance
from gkingest.redact import redacted, secrets_of, without_login
from gkingest.store.ask.known import Known

if TYPE_CHECKING:
    from fsspec.spec import AbstractFileSystem

# What file systems call a checksum or version of a file's bytes, and the time of their last change, in small
# letters without signs between.
_SUMS = frozenset(
    "etag md5 md5hash contentmd5 contenthash checksum digest sha sha1 sha256 crc crc32c generation "  # noqa: SIM905
    "versionid".split()
)
_TIMES = frozenset("lastmodified modified mtime modify updated servermodified timemodified".split())  # noqa: SIM905
Info = Mapping[str, object]
SIDECARS = "sidecars"  # in an identity, those of the sidecars of a file
_AT_ONCE = 500  # files that are looked up in one go
_AGAIN = "check connection and rights and run again"


class RemoteCorpus:
    """Files below one URL. Nothing is fetched but what is asked for, and nothing is kept when it is done with.

    ``unlisted`` are folders that could not be listed, with the reason.
    """

    def __init__(self, url: str, system: "AbstractFileSystem", root: str) -> None:
        """``system`` is fsspec's file system of ``url``, ``root`` the path in it; list with :meth:`look`."""
        self.url, self.unlisted = without_login(url).rstrip("/"), dict[str, str]()
        self._secrets = secrets_of(url)
        self._system, self._root = system, root.rstrip("/")
        self._names: list[str] = []
        self._infos: dict[str, Info] = {}
        self._copies = tempfile.TemporaryDirectory(prefix="gkingest-")
        self._drivers = ThreadPoolExecutor(1)
        self._place = Path(f"/{self._root.strip('/')}").absolute()
        self._crawl: FolderProvenance
        self._before: Known | None = None  # of the file whose sidecars are asked for, and what is said of these
        self._beside: dict[str, str] = {}

    def look(self) -> None:
        """List the files; raises :class:`UsageError` where not even the root can be listed, or there is none."""
        self._system.invalidate_cache()
        # Whether a file system finds files by listing folder after folder, and has no better way of its own
        from fsspec.asyn import AsyncFileSystem
        from fsspec.spec import AbstractFileSystem

        own = getattr(type(self._system), "_find", AsyncFileSystem._find)
        if type(self._system).find is AbstractFileSystem.find and own is AsyncFileSystem._find:
            found = self._walked()
        else:
            found, error = self._tried(self._system.find, self._root, detail=True)
            if error:
                raise UsageError(_unreachable(self.url, error))
        self._infos = {
            name: {key: info[key] for key in info if _plain(key) in _SUMS | _TIMES | {"size", "islink"}}
            for name, info in found.items()
            if not any(part.startswith(".") for part in self._inside(name).split("/"))
        }
        self._names = sorted(self._infos)
        self._crawl = FolderProvenance([self._place], self)
        if not self._names and not self.unlisted:
            raise UsageError(f"{self.url}: there is no file, so there is nothing to read; check the address")

    def _walked(self) -> dict[str, Info]:
        """Every file below the root by name; folders that cannot be listed are noted, as no driver's walk does."""
        files, waiting, seen = {}, [self._root], set[str]()
        while waiting:
            folder = waiting.pop()
            listing, error = self._tried(self._system.ls, folder, detail=True)
            if error and folder == self._root:
                raise UsageError(_unreachable(self.url, error))
            if error:
                self.unlisted[self._url(folder)] = (
                    f"it cannot be listed ({error}), so nothing below it is read; {_AGAIN}"
                )
            for info in listing or ():
                name = info["name"].rstrip("/")
                if info.get("type") != "directory":
                    files[info["name"]] = info
                elif name not in (folder, *seen) and not name.rpartition("/")[2].startswith("."):
                    seen.add(name)
                    waiting.append(name)
        return files

    def __contains__(self, name: object) -> bool:
        """Whether there is a file of that URL."""
        inside = str(name).removeprefix(self.url)
        return f"{self._root}{inside}" in self._infos or f"{self._root}/{inside.lstrip('/')}" in self._infos

    def is_gone(self, name: str) -> bool:
        """Whether a file of that URL was here once and is not any more."""
        if not name.startswith(f"{self.url}/") or name in self.unlisted:
            return False
        hidden = any(name.startswith(f"{folder}/") for folder in self.unlisted)
        return not hidden and name not in self

    def close(self) -> None:
        """Throw away what was fetched."""
        self._drivers.shutdown(wait=False, cancel_futures=True)
        self._copies.cleanup()

    @property
    def problems(self) -> list[str]:
        """Records of the crawl that could not be used."""
        return [p.replace(str(self._place), self.url, 1) for p in self._crawl.problems]

    def files(self, known: Callable[[Sequence[str]], Mapping[str, Known]]) -> Iterator[File]:
        """The files in their order, without their bytes; ``known`` gives what is known of URLs."""
        for start in range(0, len(self._names), _AT_ONCE):
            some = {self._url(name): name for name in self._names[start : start + _AT_ONCE]}
            before = known([*some])
            for url, name in some.items():
                self._before, self._beside = before.get(url), {}
                place = self._place / self._inside(name)
                told, record = self._as_urls(self._crawl.of(place)), self._crawl.bookkeeping(place)
                identity = self._identity(name)
                if identity and self._beside:
                    identity = json.dumps({**json.loads(identity), SIDECARS: self._beside}, sort_keys=True)
                yield File(url, name, told, record, afar=True, identity=identity)

    def fetched(self, file: File, *, carried: bool = False) -> File:
        """A file with a copy of its bytes on this disk, or the reason why there is none.

        The copy lasts as long as the value that is given. With ``carried`` the bytes are in that value.
        """
        with tempfile.NamedTemporaryFile(dir=self._copies.name, delete=False) as copy:
            target = Path(copy.name)
        _, error = self._tried(self._system.get_file, file.path, str(target))
        size, there = self._infos.get(file.path, {}).get("size"), target.stat().st_size
        if not error and isinstance(size, int) and there < size:
            error = f"only {there} of {size} bytes came"
        if error:
            target.unlink()
            problem = f"it cannot be fetched ({error}), so nothing of it was read; {_AGAIN}"
            return replace(file, path="", afar=False, identity="", problem=problem)
        if carried:
            data = target.read_bytes()
            target.unlink()
            return replace(file, path="", afar=False, data=data)
        return replace(file, path=str(target), afar=False, copy=Copy(target))

    # ---- where the crawl's lists lie

    def is_folder(self, path: Path) -> bool:
        """Whether a path is a folder."""
        return self._name(path) not in self._infos

    def names(self, folder: Path) -> Iterable[str]:
        """Names of files and folders in a folder."""
        start = f"{self._name(folder)}/"
        found: dict[str, None] = {}
        at = bisect_left(self._names, start)
        while at < len(self._names) and self._names[at].startswith(start):
            part, below, _ = self._names[at].removeprefix(start).partition("/")
            found[part] = None
            at = bisect_left(self._names, f"{start}{part}0", at) if below else at + 1  # 0 comes next to /
        return found

    def head(self, path: Path, most: int) -> bytes | None:
        """The first bytes of a file, ``None`` if there is none; raises :class:`UnreadableError`."""
        name = self._name(path)
        if name not in self._infos:
            return None
        size = self._infos[name].get("size")
        if isinstance(size, int | float) and size > LARGEST:
            raise UnreadableError(TOO_LARGE)
        data, error = self._tried(self._system.cat_file, name)
        if error:
            raise UnreadableError(f"it cannot be fetched ({error}); {_AGAIN}")
        return bytes(data[:most])

    def remembered(self, path: Path, sidecar: Path) -> Row | None:
        """What a sidecar said, if its file system says of it what it did when the file's own line was written."""
        identity = self._identity(self._name(sidecar))
        self._beside[sidecar.name] = identity
        if not identity or self._before is None or not self._before.identity:
            return None
        if json.loads(self._before.identity).get(SIDECARS, {}).get(sidecar.name) != identity:
            return None
        said = [(field, value) for field, value, witness in self._before.said if witness == "sidecar"]
        return dict(said) if len(dict(said)) == len(said) else None  # two that contradict each other are read

    # ---- names

    def _inside(self, name: str) -> str:
        return name.removeprefix(self._root).strip("/")

    def _name(self, path: Path) -> str:
        inside = path.relative_to(self._place).as_posix() if path.is_relative_to(self._place) else "?"
        return self._root if inside == "." else f"{self._root}/{inside}"

    def _url(self, name: str) -> str:
        return f"{self.url}/{self._inside(name)}".rstrip("/")

    def _as_urls(self, told: Provenance) -> Provenance:
        """``told`` with pages named as rows name them."""

        def named(text: str) -> str:
            return self._url(self._name(Path(text))) if text else ""

        said = tuple((f, named(v) if f == "attached_to" else v, w) for f, v, w in told.said)
        return replace(told, attached_to=named(told.attached_to), said=said)

    # ---- the file system

    def _identity(self, name: str) -> str:
        """What the file system says by which a file's bytes are known, as JSON; "" where it says nothing such."""
        told = self._infos[name]
        if not _settles(told):
            told = {**told, **(self._tried(self._system.info, name)[0] or {})}
        if not _settles(told):
            told = {**told, "modified": self._tried(self._system.modified, name)[0]}
        if not _settles(told):
            return ""
        kept = {k: v for k, v in told.items() if v and _plain(k) in _SUMS | _TIMES | {"size"}}
        return json.dumps(kept, sort_keys=True, default=str)

    def _tried(self, call: Callable[..., Any], *given: object, **named: object) -> tuple[Any, str]:
        """What a call of the driver gives, or its error in words, whichever it is: each library has its own."""
        future = self._drivers.submit(call, *given, **named)
        error = future.exception()
        if error is None:
            return future.result(), ""
        said = str(getattr(error, "strerror", "") or error).strip().splitlines() or [type(error).__name__]
        return None, redacted(said[0], self._secrets)


class Copy:
    """A file on this disk that goes with this value; what is sent to another process does not hold it."""

    def __init__(self, path: Path) -> None:
        self._end = weakref.finalize(self, path.unlink, missing_ok=True)

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        """Nothing goes with it from one process to another."""
        return type(None), ()


def open_remote(url: str) -> RemoteCorpus:
    """The corpus at ``url``; raises :class:`UsageError` where it cannot be reached or its driver is missing."""
    try:
        import fsspec
    except ImportError as error:
        raise UsageError(
            f"{url}: files afar need a library that is not installed; {install_line('remote')}"
        ) from error
    try:
        system, root = fsspec.core.url_to_fs(url)
    except ImportError as error:
        raise UsageError(
            f"{without_login(url)}: its driver is not installed ({error}), so there is nothing to read; "
            f"{install_line('remote')} brings that of s3://, {pip_line('gcsfs')} that of gs://"
        ) from error
    except (OSError, ValueError) as error:
        raise UsageError(_unreachable(url, str(error))) from error
    corpus = RemoteCorpus(url, system, root)
    try:
        corpus.look()
    except UsageError:
        corpus.close()
        raise
    return corpus


def _unreachable(url: str, error: str) -> str:
    return (
        f"{without_login(url)}: it cannot be listed ({redacted(error, secrets_of(url))}), so there is nothing to "
        "read; check the address and the rights"
    )


def _settles(told: Info) -> bool:
    """Whether equal words mean equal bytes: a checksum, or size and time of the last change of what is no link."""
    said = {_plain(key) for key, value in told.items() if value}
    return bool(said & _SUMS) or ("size" in said and bool(said & _TIMES) and not told.get("islink"))


def _plain(key: str) -> str:
    return key.lower().replace("-", "").replace("_", "")
