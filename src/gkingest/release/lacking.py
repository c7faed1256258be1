"""What a release lacks: no accuracy, people who differ, forms from memory, expectations not met, no author."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from gkingest.formats.spec import Format
from gkingest.release.expected import Outcome
from gkingest.release.side import Side
from gkingest.release.wanted import Wanted
from gkingest.told import Bilingual, Told


class Kind(StrEnum):
    """What may be lacking."""

    ACCURACY = "accuracy"
    CONFLICTS = "conflicts"
    PROVISIONAL = "provisional"
    EXPECTATIONS = "expectations"
    AUTHOR = "author"
    UNFINISHED = "unfinished"


class Lack(NamedTuple):
    """One thing that is lacking, and what to do."""

    kind: Kind
    told: str
    step: str


def lacking(
    side: Side,
    forms: Sequence[Format],
    wanted: Wanted,
    accuracy: Mapping[str, object] | None,
    outcomes: Sequence[Outcome],
) -> Iterator[Lack]:
    """All that is lacking, whether it is allowed or not."""
    if not wanted.authors:
        yield Lack(Kind.AUTHOR, "nobody is named as author", 'add --author "Family, Given <ORCID>"')
    if accuracy is None:
        yield Lack(
            Kind.ACCURACY,
            "nothing tells how accurate the figures are",
            "have two people code a sample (`gkingest code sample`) and name their sheets (--coded FILE --coded "
            "FILE), or name a folder of what reports really say (--truth DIR)",
        )
    rows = side.table("corrections", ("report_id", "subject", "standing"))
    standings: dict[tuple[object, object], set[object]] = defaultdict(set)
    for report, subject, standing in rows:
        standings[report, subject].add(standing)
    # Where a third decided, one stands beside those that differ from it.
    conflicts = sorted(
        (str(r), str(s)) for (r, s), found in standings.items() if "differs" in found and "stands" not in found
    )
    if conflicts:
        named = ", ".join(f"{report[:12]}… {subject}" for report, subject in conflicts[:3])
        yield Lack(
            Kind.CONFLICTS,
            f"people differ on {len(conflicts)} figures or reports ({named})",
            "let a third decide, or one of them take a decision back",
        )
    used = {edition for (edition,) in side.table("reports", ("format",))}
    for form in forms:
        if form.edition in used and form.provisional:
            yield Lack(
                Kind.PROVISIONAL,
                f"the edition {form.edition} of the form is provisional ({form.provisional})",
                "hold its file against a printed report and remove the word provisional",
            )
    for outcome in outcomes:
        if outcome.stops:
            yield Lack(
                Kind.EXPECTATIONS,
                Told(
                    "the expectation {0} is not held: {1}",
                    Bilingual(outcome.expectation.key, outcome.expectation.title.zh),
                    outcome.found,
                ),
                "`gkingest expect` shows where; mend the data, or the expectation",
            )


def unfinished(finished_at: str) -> Iterator[Lack]:
    """That the last run has no end."""
    if not finished_at:
        yield Lack(Kind.UNFINISHED, "the last run did not end", "run gkingest again on the same paths")
