"""What a release is expected to hold, as data: reports by place and year, ranges of indicators, shares of doubt."""

from decimal import Decimal
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gkingest.errors import FormatError
from gkingest.formats.indicators import Measures
from gkingest.formats.yaml_file import line_of, load_model
from gkingest.paths import shipped_data
from gkingest.told import Told

FILE = "expectations.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(_Part):
    """What is expected, in both languages."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


class Rows(_Part):
    """Reports of each province and year; ``of_previous`` is a share of what the release before had."""

    province: str = ""
    years: tuple[int, ...] = ()
    at_least: int = 0
    at_most: int | None = None
    of_previous: Decimal | None = None


class Range(_Part):
    """Values of indicators, by key or all of a unit; ``outside`` is the share that may lie beyond the bounds."""

    indicators: tuple[str, ...] = ()
    unit: str = ""
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    outside: Decimal = Decimal(0)


class Share(_Part):
    """What part may be doubtful, at most."""

    of: Literal["flagged", "misprinted", "needs_review", "unread"]
    at_most: Decimal


class Expectation(_Part):
    """One expectation, of one kind; where it does not ``stop``, a release passes and tells."""

    key: str = Field(min_length=1)
    title: Title
    rows: Rows | None = None
    range: Range | None = None
    share: Share | None = None
    stops: bool = True

    @property
    def indicators(self) -> tuple[str, ...]:
        """The indicators that it names."""
        return self.range.indicators if self.range else ()

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        if sum(kind is not None for kind in (self.rows, self.range, self.share)) != 1:
            raise ValueError(Told("an expectation has exactly one of rows, range and share; keep one"))
        return self


class ExpectationFile(_Part):
    """The file."""

    expectations: tuple[Expectation, ...]


def load_expectations(
    measures: Measures, schemas: Path | None = None, file: Path | None = None
) -> tuple[Expectation, ...]:
    """The expectations of a file, else of a schemas folder, else those that ship.

    Raises :class:`FormatError` with file and line, also where an indicator is unknown.
    """
    own = schemas / FILE if schemas and (schemas / FILE).is_file() else shipped_data() / FILE
    path = file or own
    found = load_model(path, ExpectationFile).expectations
    known = {indicator.key for indicator in measures.indicators}
    seen: set[str] = set()
    for one in found:
        strange = [name for name in one.indicators if name not in known]
        if strange and path != shipped_data() / FILE:  # the shipped file is of the shipped indicators
            told = Told("there is no indicator {0}; `gkingest codebook` lists all of them", strange[0])
            raise FormatError.at(path, line_of(path, strange[0]), told)
        if one.key in seen:
            line = line_of(path, f"key: {one.key}")
            told = Told("two expectations are called {0}; give each a key of its own", one.key)
            raise FormatError.at(path, line, told)
        seen.add(one.key)
    return found
