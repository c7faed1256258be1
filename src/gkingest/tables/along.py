"""Places and stretches along one axis: those that lie near each other, in points."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")
Stretch = tuple[float, float]  # from, to


def cluster(items: Iterable[T], key: Callable[[T], float], near: float) -> list[list[T]]:
    """Items in order of ``key``, a new group wherever one lies more than ``near`` beyond the group's mean."""
    groups: list[list[T]] = []
    mean = 0.0
    for item in sorted(items, key=key):
        value = key(item)
        if groups and value - mean <= near:
            groups[-1].append(item)
            mean += (value - mean) / len(groups[-1])
        else:
            groups.append([item])
            mean = value
    return groups


def mean_edges(values: Iterable[float], near: float) -> list[float]:
    """Edges that lie ``near`` each other as one, at their mean."""
    return [sum(g) / len(g) for g in cluster(values, key=lambda v: v, near=near)]


def nearest(edges: Sequence[float], value: float) -> int:
    """Index of the edge that lies nearest to a value; ``edges`` are in order."""
    after = bisect_left(edges, value)
    if after == 0 or (after < len(edges) and edges[after] - value < value - edges[after - 1]):
        return after
    return after - 1


def joined(stretches: Iterable[Stretch], gap: float) -> list[Stretch]:
    """Stretches in their order, one that begins no more than ``gap`` beyond the one before as part of it."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1] + gap:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
