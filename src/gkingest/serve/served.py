"""What the pages of one server share: the database by name, the forms, the painter, where files are looked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from weakref import WeakKeyDictionary

from gkingest.formats.indicators import Indicator, Measures
from gkingest.formats.spec import Format
from gkingest.model.key import FactKey
from gkingest.serve.hosts import LOCAL
from gkingest.serve.picture_process import Painter
from gkingest.store.views.panel import panel_slots

BASE = "/-/gkingest"


@dataclass(frozen=True, slots=True)
class House:
    """One database being served.

    ``roots`` are the folders that relative paths of rows may lie below, ``names`` the hosts that it is asked as.
    """

    database: str
    formats: tuple[Format, ...]
    measures: Measures
    roots: tuple[Path, ...]
    painter: Painter = field(default_factory=Painter)
    cells: dict[str, FactKey] = field(default_factory=dict)
    labels: dict[FactKey, str] = field(default_factory=dict)
    names: frozenset[str] = LOCAL

    @property
    def indicators(self) -> Sequence[Indicator]:
        """The indicators, in the order of their file."""
        return self.measures.indicators

    def title(self, key: FactKey) -> str:
        """What a figure is called, in English and Chinese."""
        return self.labels.get(key, str(key))


def build_house(
    database: str, formats: Sequence[Format], measures: Measures, roots: Sequence[Path], names: frozenset[str]
) -> House:
    """The house of one database."""
    house = House(database, tuple(formats), measures, tuple(roots), names=names)
    for slot in panel_slots(formats):
        house.cells[slot.name] = slot.fact_key
        house.labels[slot.fact_key] = f"{slot.comment.en} · {slot.comment.zh}"
    return house


# Plugins of Datasette are told which instance asks; each has its house.
houses: WeakKeyDictionary[Any, House] = WeakKeyDictionary()


def fact_address(report: str, key: Sequence[str]) -> str:
    """Where one figure is shown on its page."""
    return f"{BASE}/fact/{'/'.join(quote(part, safe='') for part in (report, *key))}"


def page_address(sha256: str, page: object, box: Sequence[float] = ()) -> str:
    """Where one page is shown, with a box marked."""
    asked = "?" + urlencode({"box": ",".join(f"{n:g}" for n in box)}) if box else ""
    return f"{BASE}/page/{quote(sha256, safe='')}/{page}{asked}"
