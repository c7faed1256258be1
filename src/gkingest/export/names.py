"""Names of variables that Stata takes: 32 characters at most, each once."""

from collections.abc import Sequence

_LONGEST = 32  # characters of a name
_LEAST = 3  # characters that a word keeps


def short_names(names: Sequence[str]) -> list[str]:
    """A name for each of ``names``: itself if it is short enough, else its words cut, the longest first.

    >>> short_names(["year", "requests__new_received__natural_person"])
    ['year', 'requ_new_recei_natural_person']
    """
    found: list[str] = []
    for name in names:
        short = name if len(name) <= _LONGEST else _cut(name)
        number = 2
        while short in found:
            short = f"{_cut(name)[: _LONGEST - 3]}_{number}"
            number += 1
        found.append(short)
    return found


def _cut(name: str) -> str:
    """The words of ``name`` with one underscore between, cut until they are short enough."""
    words = [word for word in name.split("_") if word]
    while len("_".join(words)) > _LONGEST:
        longest = max(range(len(words)), key=lambda i: (len(words[i]), -i))
        if len(words[longest]) <= _LEAST:
            return "_".join(words)[:_LONGEST]
        words[longest] = words[longest][:-1]
    return "_".join(words)
