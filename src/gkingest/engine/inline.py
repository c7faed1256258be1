"""This very process, one item after the other: for looking into the code; nothing guards it."""

from collections.abc import Callable, Iterator

from gkingest.engine.adapter import Item, Limits, Outcome, Result, never


def run_inline(
    work: Callable[[Item], Result],
    take: Callable[[], Item | None],
    limits: Limits,
    stopped: Callable[[], bool] = never,
) -> Iterator[Outcome[Item, Result]]:
    """Outcomes of ``work`` over the items of ``take``; an error of ``work`` ends the run."""
    del limits
    while not stopped() and (item := take()) is not None:
        yield Outcome(item, work(item))
