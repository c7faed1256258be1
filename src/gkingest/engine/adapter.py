"""One function over many items, wherever it runs: what every engine takes and gives."""

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

DIED = "the process that read it"  # how the cause of an item begins whose process ended under it
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Limits:
    """How many run at once, and what one item may take: ``seconds`` of time, ``megabytes`` of memory."""

    jobs: int = 1
    seconds: float = 300.0
    megabytes: int = 6144

    @property
    def window(self) -> int:
        """Items under way or done and not yet taken: enough to keep all busy, few enough to keep memory flat."""
        return 2 * self.jobs + 2


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Item, Result]):
    """What became of one item: the result or, where there is none, the cause in words."""

    item: Item
    result: Result | None
    cause: str = ""


class DiedError(Exception):
    """A process ended under its item; ``exitcode`` is negative for a signal, ``None`` where it is not known."""

    def __init__(self, exitcode: int | None) -> None:
        super().__init__(died(exitcode))
        self.exitcode = exitcode


def never() -> bool:
    """Nobody wishes the work to end early."""
    return False


class Engine(Protocol):
    """Runs a function that can be pickled over items, and gives every item's outcome once, as they complete.

    ``take`` gives the next item, ``None`` while there is none; it is asked again after each outcome, so that one
    result may bring further items. An item that takes more than its limits, or kills the process it runs in, costs
    its own result and no other. Once ``stopped`` says so, what is under way is ended without one.
    """

    def __call__(
        self,
        work: Callable[[Item], Result],
        take: Callable[[], Item | None],
        limits: Limits,
        stopped: Callable[[], bool] = never,
    ) -> Iterator[Outcome[Item, Result]]:
        """Outcomes as they complete."""
        ...


def too_slow(limits: Limits) -> str:
    """Cause of an item that was ended for its time."""
    return f"it took longer than {limits.seconds:g} seconds (--timeout) and was ended"


def too_large(limits: Limits) -> str:
    """Cause of an item that was ended for its memory."""
    return f"it needed more than {limits.megabytes} MB of memory (--memory)"


def died(exitcode: int | None) -> str:
    """Cause of an item whose process ended under it."""
    if exitcode is not None and exitcode < 0:
        try:
            how = f"was killed by {signal.Signals(-exitcode).name}"
        except ValueError:
            how = f"was killed by signal {-exitcode}"
    elif exitcode is None:
        how = "was killed"
    else:
        how = f"ended with exit code {exitcode}"
    return f"{DIED} {how}"
