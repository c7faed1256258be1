"""Which decision stands where several were made: undone ones fall, people who differ leave the question open.

All of it depends on the lines alone, not on their order in a file or on the file they came from.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gkingest.model.decision import Decision, Ruling

Question = tuple[str, int, str]  # sha256, place of the report in it, subject


@dataclass(frozen=True, slots=True)
class Standing:
    """What is decided of one figure or field.

    ``stands`` is the decision that counts, ``None`` while people differ (``is_open``); ``words`` are the last ones
    of each person that are not undone, in their order in time.
    """

    stands: Decision | None
    words: tuple[Decision, ...]

    @property
    def is_open(self) -> bool:
        """Whether people differ and nobody has decided between them."""
        return self.stands is None

    @property
    def by(self) -> str:
        """Who says so, in the order of the names."""
        said = self.stands.says if self.stands else None
        return "; ".join(sorted({d.by for d in self.words if said in (None, d.says)}))


def question_of(decision: Decision) -> Question:
    """What a decision is about."""
    return decision.source, decision.report, decision.subject


def undone(decisions: Iterable[Decision]) -> frozenset[str]:
    """The ids of the decisions that are taken back; taking back an undo brings back what it took."""
    by_target: dict[str, list[str]] = defaultdict(list)
    for decision in {d.id: d for d in decisions}.values():
        if decision.verdict is Ruling.UNDO:
            by_target[decision.undoes].append(decision.id)
    # An id is made of all that a line says, the id it undoes included: no line can undo itself, even by others.
    fallen: dict[str, bool] = {}

    def falls(name: str) -> bool:
        if name not in fallen:
            fallen[name] = any(not falls(taker) for taker in by_target.get(name, ()))
        return fallen[name]

    return frozenset(name for name in by_target if falls(name))


def standing(decisions: Iterable[Decision]) -> Mapping[Question, Standing]:
    """What stands of every question that somebody answered and that is not undone altogether."""
    every = {d.id: d for d in decisions}
    fallen = undone(every.values())
    asked: dict[Question, dict[str, Decision]] = defaultdict(dict)
    for decision in sorted(every.values(), key=lambda d: (d.at, d.id)):
        if decision.verdict is not Ruling.UNDO and decision.id not in fallen:
            asked[question_of(decision)][decision.by] = decision  # the last word of each person counts
    found = {}
    for question, by_person in sorted(asked.items()):
        words = tuple(sorted(by_person.values(), key=lambda d: (d.at, d.id)))
        found[question] = Standing(_deciding(words), words)
    return found


def _deciding(words: tuple[Decision, ...]) -> Decision | None:
    """The word that counts: that of most people; of an odd number who come to no majority, the last, a third's.

    Two who differ decide nothing.
    """
    (said, most), *others = Counter(d.says for d in words).most_common()
    if not others or most > others[0][1]:
        return next(d for d in reversed(words) if d.says == said)
    return words[-1] if len(words) % 2 else None
