"""This very process, one item after the other: for looking into the code; nothing guards it."""

from collections.abc import Callable, Iterator

from gkingest.engine.adapter import Item, Limits, Outcome, Result


def run_inline(
    work: Callable[[Item], Result], take: Callable[[], Item | None], limits: Limits
) -> Iterator[Outcome[Item, Result]]:
    """Outcomes of ``work`` over the items of ``take``; an error of ``work`` ends the run."""
    del limits
    while (item := take()) is not None:
        yield Outcome(item, work(item))
