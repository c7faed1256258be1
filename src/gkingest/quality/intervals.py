"""How far a share that was counted may be from the true one."""

import math
import random
from collections.abc import Sequence

_Z = 1.959963984540054  # 97.5 % point of the normal distribution
_SEED = 20210930
_REPLICATES = 1000


def wilson(hits: int, trials: int, z: float = _Z) -> tuple[float, float]:
    """Score interval for a share, 95 % by default, both ends in 0-1; (0, 1) where nothing was tried.

    It takes every trial for independent. E. B. Wilson, Probable inference, the law of succession, and statistical
    inference, JASA 22 (1927) 209-212.
    """
    if not 0 <= hits <= trials:
        raise ValueError(f"{hits} of {trials}")
    if trials == 0:
        return 0.0, 1.0
    share, square = hits / trials, z * z
    middle = (share + square / (2 * trials)) / (1 + square / trials)
    half = z / (1 + square / trials) * math.sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    return low, 1.0 if hits == trials else min(1.0, middle + half)


def none_seen(trials: int) -> float:
    """Upper end (95 %) of a share of which none was seen: 1 - 0.05^(1/n), about 3/n; 1 where nothing was tried.

    J. A. Hanley and A. Lippman-Hand, If nothing goes wrong, is everything all right?, JAMA 249 (1983) 1743-1745.
    """
    return 1.0 - 0.05 ** (1 / trials) if trials else 1.0


def by_report(counts: Sequence[tuple[int, int]]) -> tuple[float, float] | None:
    """Percentile interval (95 %) for Σ hits / Σ trials, drawing whole reports: cells of one report are alike.

    ``counts`` are (hits, trials) of each report. ``None`` with fewer than two reports, or where none has a hit:
    there is nothing to draw then, see :func:`none_seen` over reports. The seed is fixed. A. C. Davison and
    D. V. Hinkley, Bootstrap Methods and their Application (1997), section 3.8.
    """
    if len(counts) < 2 or not any(hits for hits, _ in counts):
        return None
    drawer = random.Random(_SEED)
    shares = []
    for _ in range(_REPLICATES):
        drawn = drawer.choices(counts, k=len(counts))
        shares.append(sum(h for h, _ in drawn) / max(sum(n for _, n in drawn), 1))
    shares.sort()
    last = _REPLICATES - 1
    return shares[round(0.025 * last)], shares[round(0.975 * last)]
