"""What is answered before the commands are loaded: the first page of help, and that there is nothing to do.

Typer and what it loads take several times as long as either. What the words of a run mean only Typer decides: here
they are known again.
"""

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from gkingest.errors import UsageError
from gkingest.language import VARIABLE, choose, language

DEFAULT_DATABASE = "db/gkingest.sqlite"
_LANGUAGE_NAMES = ("--lang", "--language", "-l")


def answered(typed: Sequence[str]) -> bool:
    """Whether that is all that was asked; whatever else was, or is wrong with it, is left to the commands."""
    try:
        words = choose_language(typed)
    except UsageError:
        return False
    if words == ["--help"]:
        print(kept_help().read_text(encoding="utf-8"), end="", flush=True)
        return True
    return bool(words) and (words[0] == "ingest" or os.path.lexists(words[0])) and _nothing_to_do(words)


def kept_help() -> Path:
    """The first page of help in the language of the run, as ``make design`` writes it."""
    return Path(__file__).with_name(f"help.{language()}.txt")


def choose_language(typed: Sequence[str]) -> list[str]:
    """The words without the language that they ask for, before or after the command; it is taken for the run."""
    kept, word, words = [], None, iter(typed)
    for one in map(str, words):
        name, equals, value = one.partition("=")
        if one == "--":
            kept += [one, *words]
        elif name in _LANGUAGE_NAMES:
            word = value if equals else next(words, "")
        else:
            kept.append(one)
    try:
        choose(word)
    except ValueError as error:
        choose(None if word else "en")
        named = f"--lang {word}" if word else f"{VARIABLE}={error}"
        raise UsageError(f"{named}: there is no such language; write zh or en") from error
    return kept


def _nothing_to_do(words: Sequence[str]) -> bool:
    """Whether the words were typed before, and meant a run that has nothing to do now; it is reported then."""
    after = dict(pairwise(words))
    joined = (word.partition("=")[2] for word in words if word.startswith("--db="))
    db = after.get("--db") or next(joined, DEFAULT_DATABASE)
    if "://" in db or not os.path.isfile(db):  # noqa: PTH113 - raises nothing
        return False
    from gkingest.batch.glance import Glance, meant

    file = Path(db)
    how = meant(file, words)
    if how is None or not all(map(os.path.isdir, how["paths"])):
        return False
    from gkingest.cli.account import Reporter, Tone
    from gkingest.cli.common import Bar
    from gkingest.corpus.discovery import discover
    from gkingest.redact import redacted

    glance = Glance(file, how["paths"], words)
    discover(how["paths"], but=file, noting=glance.note)
    summary = glance.nothing_to_do()
    if summary is None:
        return False
    Reporter(Bar().advance, Tone(*how["tone"])).close(summary, redacted(db))
    return True
