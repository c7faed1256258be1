"""Names of what lies in a container, made fit to stand below the container's own path."""

import re

from gkingest.crawl.provenance import clean

# Bytes of UTF-8. PostgreSQL indexes no path of more than 2,700, and three containers may stand in one another.
_LONGEST_NAME, _LONGEST_PATH = 200, 700
_DRIVE = re.compile(r"^[A-Za-z]:")


def safe_name(raw: str) -> str:
    """A relative path with forward slashes that leads nowhere but down; "" if nothing is left of it.

    >>> safe_name("..\\\\C:\\\\附件\\\\年报\\n.pdf"), safe_name("/etc/../passwd")
    ('附件/年报 .pdf', 'etc/passwd')
    """
    parts = []
    for written in re.split(r"[/\\]+", raw):
        # No drive, no stream, no step up, none of the dots and spaces that Windows drops.
        part = clean(written)
        while _DRIVE.match(part):
            part = part[2:].strip()
        part = part.replace(":", "_").rstrip(". ")
        if len(part.encode()) > _LONGEST_NAME:
            stem, dot, ending = part.rpartition(".")
            if not dot or len(ending.encode()) > 20:
                stem, ending = part, ""
            kept = stem.encode()[: _LONGEST_NAME - 24].decode("utf-8", "ignore")
            part = f"{kept}…{dot}{ending}" if ending else f"{kept}…"
        if part:
            parts.append(part)
    while len("/".join(parts).encode()) > _LONGEST_PATH:
        del parts[0]
    return "/".join(parts)


class Names:
    """Names given so far, so that each is given once: the path is what tells two files apart."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def unique(self, name: str) -> str:
        """``name``, or ``name~2`` and so on before its ending if it was given already."""
        number = self._given.get(name, 0) + 1
        self._given[name] = number
        if number == 1:
            return name
        folder, slash, last = name.rpartition("/")
        stem, dot, ending = last.rpartition(".") if "." in last.strip(".") else (last, "", "")
        return self.unique(f"{folder}{slash}{stem}~{number}{dot}{ending}")
