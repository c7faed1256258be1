"""Short words for the parts of a figure's name, where a program takes no long names; data, as the keys are."""

from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from gkingest.formats.yaml_file import load_model
from gkingest.paths import shipped_data


class ShortWords(BaseModel):
    """``words``: table, row or column key → what stands for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    __hash__ = object.__hash__

    words: dict[str, str]


@lru_cache(maxsize=1)
def shipped_short_words() -> dict[str, str]:
    """The short words that ship; raises :class:`FormatError` with file and line."""
    return dict(load_model(shipped_data() / "short_names.yaml", ShortWords).words)
