"""Dates as crawlers and web pages write them: the day something was published, the moment it was fetched."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_BEIJING = timezone(timedelta(hours=8))
_YEARS = range(1990, 2101)  # what lies outside is a null date (0001-01-01, 1970-01-01) or no date at all
_ANY_TIME = "2000-01-01T00:00"  # that a zone may stand behind
_WRITTEN = re.compile(
    r"""(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?
        (?:[T\s]\s*(?P<hour>\d{1,2})[:时](?P<minute>\d{1,2})分?(?::?(?P<second>\d{1,2})(?:[.,]\d+)?秒?)?
           \s*(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?""",
    re.VERBOSE | re.ASCII | re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d))?(?P<zone>)", re.ASCII)
_EPOCH = re.compile(r"(\d{9,10})(?:\.\d+|(?P<thousandths>\d{3}))?", re.ASCII)
_HTTP = re.compile(r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,?\s", re.IGNORECASE)


def day(text: str) -> str:
    """The day that ``text`` names, ISO; "" where it is no date that we know.

    A day is a day in China: a time that carries its zone is told in Beijing time first.

    >>> day("2024年1月15日"), day("2024-01-14T16:00:00Z"), day("last week")
    ('2024-01-15', '2024-01-15', '')
    """
    read, _ = _read(text)
    if read is None:
        return ""
    return (read.astimezone(_BEIJING) if read.tzinfo else read).date().isoformat()


def moment(text: str) -> str:
    """The moment that ``text`` names, ISO 8601 in UTC; a day where it names only that; "" where it is no date.

    A time without a zone is taken for UTC, as nothing tells where the crawler's clock stood.

    >>> moment("2024-01-15 10:00:00"), moment("2024/1/15"), moment("1705284000")
    ('2024-01-15T10:00:00+00:00', '2024-01-15', '2024-01-15T02:00:00+00:00')
    """
    read, timed = _read(text)
    if read is None:
        return ""
    if not timed:
        return read.date().isoformat()
    return (read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)).isoformat(timespec="seconds")


def _read(text: str) -> tuple[datetime | None, bool]:
    """The date in ``text``, and whether it has a time of day."""
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        read, timed = _parsed(plain)
    except (ValueError, TypeError, IndexError, OverflowError, OSError):  # 2024-13-01; email.utils raises the others
        return None, False
    return (read, timed) if read and read.year in _YEARS else (None, False)


def _parsed(text: str) -> tuple[datetime | None, bool]:
    if len(text) > 60:  # no date is longer
        return None, False
    if found := _WRITTEN.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, date = (int(found[n]) for n in (1, 2, 3))
        hour, minute, second = (int(found.groupdict("0")[part]) for part in ("hour", "minute", "second"))
        # UTC, GMT and Z are one; +08, +0800 and +08:00 are read as ISO 8601 has them.
        zone = re.sub("[A-Za-z]+", "Z", found["zone"] or "")
        place = datetime.fromisoformat(f"{_ANY_TIME}{zone}").tzinfo
        return datetime(year, month, date, hour, minute, second, tzinfo=place), found["hour"] is not None
    if found := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(found[1]), UTC), True
    if _HTTP.match(text):
        read = parsedate_to_datetime(text)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)), True  # RFC 9110: always GMT
    return None, False
