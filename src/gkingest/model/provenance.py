"""Where a file came from, as the crawl that fetched it tells."""

from dataclasses import dataclass


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


UNKNOWN = Provenance()
