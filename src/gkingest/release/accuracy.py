"""How accurate the figures of a release are: what people read off the pages, with intervals."""

from collections.abc import Mapping
from dataclasses import dataclass

from gkingest.quality.evaluate import Evaluation
from gkingest.quality.intervals import none_seen, wilson


@dataclass(frozen=True, slots=True)
class Accuracy:
    """``tree`` for accuracy.json, ``lines`` for the README in both languages."""

    tree: Mapping[str, object]
    lines: tuple[tuple[str, str], ...]


def of_truth(found: Evaluation) -> Accuracy | None:
    """Accuracy by a folder of what reports really say; ``None`` where no report of it is in the database."""
    total = found.total
    if not total.cells:
        return None
    told = found.tree()
    tree = {"method": "truth", **{name: told[name] for name in ("total", "strata", "identity", "not_in_database")}}
    right = total.counts["right"]
    low, high = wilson(right, total.cells)
    n = len(found.assessed)
    line = (
        f"{right} of {total.cells} cells of {n} reports are right ({100 * low:.2f}-{100 * high:.2f} %, "
        f"95 %, cells as independent); {total.silent} errors are silent.",
        f"{n} 份报告的 {total.cells} 格中 {right} 格正确（95% 区间 {100 * low:.2f}-{100 * high:.2f}%，"
        f"视各格独立）；{total.silent} 处错误没有提示。",
    )
    lines = [line]
    if not total.silent:
        most = 100 * none_seen(n)
        lines.append(
            (
                f"No silent error in {n} reports: at most {most:.1f} % of such reports have one (95 %).",
                f"{n} 份报告中没有无提示的错误：此类报告至多 {most:.1f}% 有（95%）。",
            )
        )
    return Accuracy(tree, tuple(lines))
