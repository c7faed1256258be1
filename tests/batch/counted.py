"""A file system in memory that counts what is asked of it and fails where it is told to."""

from collections import Counter
from typing import Any, ClassVar

import fsspec
from fsspec.implementations.memory import MemoryFileSystem


class Counted(MemoryFileSystem):  # type: ignore[misc]
    """``counted://``; folders are listed one by one, as on a disk afar.

    ``opened`` counts the files whose bytes were asked for, ``shown`` is what listings say of a file beside its name
    and size, ``failing`` the errors of names.
    """

    protocol = "counted"
    store: ClassVar[dict[str, Any]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    opened: ClassVar[Counter[str]] = Counter()
    shown: ClassVar[dict[str, dict[str, Any]]] = {}
    failing: ClassVar[dict[str, Exception]] = {}
    find = fsspec.AbstractFileSystem.find

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(MemoryFileSystem._strip_protocol(path.replace("counted://", "memory://", 1)))

    def _open(self, path: str, mode: str = "rb", **more: Any) -> Any:
        if mode == "rb":
            self.opened[path] += 1
            if path in self.failing:
                raise self.failing[path]
        return super()._open(path, mode, **more)

    def cat_file(self, path: str, *given: Any, **more: Any) -> Any:
        with self.open(path) as file:
            return file.read()

    def ls(self, path: str, detail: bool = True, **more: Any) -> Any:
        if path in self.failing:
            raise self.failing[path]
        infos = [
            {**{k: v for k, v in info.items() if k != "created"}, **self.shown.get(info["name"], {})}
            for info in super().ls(path, detail=True, **more)
        ]
        return infos if detail else [info["name"] for info in infos]

    def info(self, path: str, **more: Any) -> Any:
        return {k: v for k, v in super().info(path, **more).items() if k != "created"}

    def modified(self, path: str) -> Any:
        raise NotImplementedError
