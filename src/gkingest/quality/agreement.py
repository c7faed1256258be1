"""How far people agree who read the same cells without knowing of each other; what they agree on is the truth.

J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20 (1960) 37-46;
its standard error: J. L. Fleiss, J. Cohen and B. S. Everitt, Psychological Bulletin 72 (1969) 323-327.
K. Krippendorff, Content Analysis (2nd ed. 2004), chapter 11, for nominal data; its interval draws cells anew.
"""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gkingest.language import language
from gkingest.model.decision import STATES
from gkingest.model.key import FactKey
from gkingest.model.report import CellState
from gkingest.quality.intervals import wilson
from gkingest.quality.truth import TrueCell
from gkingest.review.coding import Coded, Sheet

_Z = 1.959963984540054  # 97.5 % point of the normal distribution
_SEED = 20210930
_REPLICATES = 1000
Cell = tuple[str, FactKey]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient with its interval of 95 %; ``None`` where all say the same and there is nothing to tell."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two or more people agree.

    ``cells`` were read by more than one; ``same`` of them alike by all. ``kappa`` is that of the first two.
    ``disputed`` are those on which people differ and that nobody decided; ``truth`` is what they agree on or a
    third decided.
    """

    coders: tuple[str, ...]
    cells: int
    same: int
    percent: Coefficient
    kappa: Coefficient
    alpha: Coefficient
    disputed: tuple[Cell, ...]
    truth: Mapping[Cell, Coded]

    def settled(self) -> dict[str, dict[FactKey, TrueCell]]:
        """What the cells of each report really say, as far as it is settled."""
        found: dict[str, dict[FactKey, TrueCell]] = defaultdict(dict)
        for (report_id, key), code in self.truth.items():
            without = code.value in STATES
            state = CellState(code.value) if without else CellState.REPORTED
            found[report_id][key] = TrueCell(state, None if without else Decimal(code.value), code.unit or None)
        return found

    def tree(self) -> dict[str, object]:
        """As plain values for JSON; shares in 0-1, intervals of 95 %."""
        return {
            "type": "agreement",
            "coders": list(self.coders),
            "cells": self.cells,
            "same": self.same,
            **{
                name: {"value": _rounded(one.value), "low": _rounded(one.low), "high": _rounded(one.high)}
                for name, one in (("percent", self.percent), ("kappa", self.kappa), ("alpha", self.alpha))
            },
            "disputed": [{"report_id": report_id, "cell": str(key)} for report_id, key in self.disputed],
        }


def agreement(sheets: Sequence[Sheet], third: Sheet | None = None) -> Agreement:
    """How far the coders of these sheets agree, and what is true; a ``third`` decides where they differ."""
    told = [sheet.by_cell() for sheet in sheets]
    arbiter = third.by_cell() if third is not None else {}
    every = sorted({cell for one in told for cell in one}, key=lambda cell: (cell[0], cell[1]))
    units = {cell: [one[cell] for one in told if cell in one] for cell in every}
    several = {cell: codes for cell, codes in units.items() if len(codes) > 1}
    same = {cell for cell, codes in several.items() if len({_says(code) for code in codes}) == 1}
    truth = {cell: codes[0] for cell, codes in several.items() if cell in same}
    truth |= {cell: arbiter[cell] for cell in several if cell not in same and cell in arbiter}
    first, second = told[0], told[1] if len(told) > 1 else {}
    both = sorted(first.keys() & second.keys())
    pairs = [(_says(first[cell]), _says(second[cell])) for cell in both]
    low, high = wilson(len(same), len(several))
    return Agreement(
        tuple(sheet.coder for sheet in sheets),
        len(several),
        len(same),
        Coefficient(len(same) / len(several) if several else None, low, high),
        cohen(pairs),
        krippendorff([[_says(code) for code in codes] for codes in several.values()]),
        tuple(cell for cell in several if cell not in truth),
        truth,
    )


def _says(code: Coded) -> tuple[str, str]:
    return code.value, code.unit


def cohen(pairs: Sequence[tuple[Hashable, Hashable]]) -> Coefficient:
    """Cohen's kappa of two coders over the cells that both read, with its analytic interval."""
    number = len(pairs)
    if not number:
        return Coefficient(None)
    joint = Counter(pairs)
    first, second = map(Counter, zip(*pairs, strict=True))
    agreed = sum(n for (a, b), n in joint.items() if a == b) / number
    chance = sum(n * second[a] for a, n in first.items()) / number**2
    if chance == 1:
        return Coefficient(None)
    kappa = (agreed - chance) / (1 - chance)
    of_first, of_second = ({k: n / number for k, n in c.items()} for c in (first, second))
    on, off = 0.0, 0.0
    for (a, b), n in joint.items():
        share = n / number
        if a == b:
            on += share * (1 - (of_first[a] + of_second[a]) * (1 - kappa)) ** 2
        else:
            off += share * (of_second.get(a, 0.0) + of_first.get(b, 0.0)) ** 2
    spread = on + (1 - kappa) ** 2 * off - (kappa - chance * (1 - kappa)) ** 2
    error = math.sqrt(max(spread, 0.0) / number) / (1 - chance)
    return Coefficient(kappa, max(-1.0, kappa - _Z * error), min(1.0, kappa + _Z * error))


def krippendorff(units: Sequence[Sequence[Hashable]]) -> Coefficient:
    """Krippendorff's alpha for nominal data, over units of what each coder said; the interval draws units anew."""
    usable = [unit for unit in units if len(unit) > 1]
    value = _alpha(usable)
    if value is None:
        return Coefficient(None)
    drawer = random.Random(_SEED)
    drawn = (_alpha(drawer.choices(usable, k=len(usable))) for _ in range(_REPLICATES))
    values = sorted(1.0 if one is None else one for one in drawn)  # one value alone: nobody differs
    last = _REPLICATES - 1
    return Coefficient(value, values[round(0.025 * last)], values[round(0.975 * last)])


def _alpha(units: Sequence[Sequence[Hashable]]) -> float | None:
    """1 less observed disagreement by that expected; ``None`` where one value stands alone."""
    counts: Counter[Hashable] = Counter()
    observed = 0.0
    for unit in units:
        within = Counter(unit)
        counts.update(within)
        size = len(unit)
        observed += (size * size - sum(n * n for n in within.values())) / (size - 1)
    total = counts.total()
    expected = total * total - sum(n * n for n in counts.values())
    return 1 - (total - 1) * observed / expected if expected else None


def render_agreement(found: Agreement) -> Iterator[str]:
    """The agreement as lines of text."""
    both = "、" if language() == "zh" else " and "
    yield f"{both.join(found.coders)} read {found.cells} cells, {found.same} of them alike"
    for name, one in (
        ("agreement", found.percent),
        ("Cohen's kappa", found.kappa),
        ("Krippendorff's alpha", found.alpha),
    ):
        if one.value is None or one.low is None or one.high is None:
            yield f"{name}: not to be told, as there is one value alone or no cell"
        else:
            yield f"{name}: {one.value:.3f} (95 %: {one.low:.3f}-{one.high:.3f})"
    yield f"{len(found.truth)} cells are settled, {len(found.disputed)} are disputed"


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 6)
