"""Names of variables that Stata takes and a person types: 32 characters at most, each once, the same always."""

from collections.abc import Mapping, Sequence

_LONGEST = 32  # characters of a name
_LEAST = 3  # characters that a word keeps
_NO_WORDS: Mapping[str, str] = {}


def short_names(names: Sequence[str], words: Mapping[str, str] = _NO_WORDS) -> list[str]:
    """A name for each of ``names``: itself if it is short enough, else its parts as ``words`` shorten them.

    What is too long still loses letters, the longest word first. A name does not depend on the order of the others,
    and on what they are only where two would be the same: those get numbers.

    >>> short_names(["year", "requests__new_received__natural_person"], {"requests": "req"})
    ['year', 'req_new_received_natural_person']
    """
    found = {name: name for name in names if len(name) <= _LONGEST}
    taken = set(found)
    for name in sorted({*names} - taken):
        whole = "_".join(words.get(part, part) for part in name.split("__"))
        short, number = _cut(whole), 2
        while short in taken:
            ending = f"_{number}"
            short = _cut(whole)[: _LONGEST - len(ending)] + ending
            number += 1
        taken.add(short)
        found[name] = short
    return [found[name] for name in names]


def _cut(name: str) -> str:
    """The words of ``name`` with one underscore between, cut until they are short enough."""
    words = [word for word in name.split("_") if word]
    while len("_".join(words)) > _LONGEST:
        longest = max(range(len(words)), key=lambda i: (len(words[i]), -i))
        if len(words[longest]) <= _LEAST:
            return "_".join(words)[:_LONGEST]
        words[longest] = words[longest][:-1]
    return "_".join(words)
