"""Words a person types → sections of the narrative that hold them."""

from typing import TYPE_CHECKING

from gkingest.interpret.prose.search_words import phrase
from gkingest.store.ask.search import Hit, search_sections

if TYPE_CHECKING:
    from sqlalchemy import Engine


def search(engine: "Engine", words: str, most: int) -> list[Hit]:
    """Sections of the reports in which all of ``words`` stand, the best first."""
    return list(search_sections(engine, phrase(words), most, words))
