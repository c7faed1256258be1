"""Where a file came from, as the crawl that fetched it tells."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Provenance:
    """Address, title and times of one file, "" or ``None`` where nobody says.

    ``published_at`` is an ISO date, ``fetched_at`` ISO 8601 in UTC; ``attached_to`` is the path of the page that
    the file is attached to. ``said`` holds everything that was said: field, value, witness.
    """

    url: str = ""
    title: str = ""
    published_at: str = ""
    fetched_at: str = ""
    http_status: int | None = None
    source_name: str = ""
    attached_to: str = ""
    said: tuple[tuple[str, str, str], ...] = ()

    @property
    def host(self) -> str:
        """The host of the address, "" where there is none."""
        try:
            return urlsplit(self.url).hostname or ""
        except ValueError:  # a bracket that is no IPv6 address
            return ""


UNKNOWN = Provenance()


def with_said(told: Provenance, said: tuple[tuple[str, str, str], ...]) -> Provenance:
    """What was told, and where it is silent what a file says of itself; all of it is kept."""
    fields = {field: value for field, value, _ in said if field in _TEXTS and not getattr(told, field)}
    return replace(told, said=(*told.said, *said), **fields)  # type: ignore[arg-type]


_TEXTS = ("url", "title", "published_at", "fetched_at", "source_name")
