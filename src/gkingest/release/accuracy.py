"""How accurate the figures of a release are: what people read off the pages, with intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gkingest.errors import UsageError
from gkingest.model.report import ReportId
from gkingest.quality.agreement import agreement
from gkingest.quality.evaluate import Evaluation, assess, evaluate
from gkingest.quality.intervals import none_seen, wilson
from gkingest.quality.truth import Truth
from gkingest.review.coding import Sheet, read_sheet
from gkingest.store.ask.coverage import read_report

if TYPE_CHECKING:
    from sqlalchemy import Engine

Lines = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """``tree`` for accuracy.json, ``lines`` for the README in both languages."""

    tree: Mapping[str, object]
    lines: Lines


def of_truth(found: Evaluation, method: str = "truth") -> Accuracy | None:
    """Accuracy by what reports really say; ``None`` where no report of it is in the database."""
    total = found.total
    if not total.cells:
        return None
    told = found.tree()
    tree = {"method": method, **{name: told[name] for name in ("total", "strata", "identity", "not_in_database")}}
    right, n = total.counts["right"], len(found.assessed)
    low, high = wilson(right, total.cells)
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


def of_coding(engine: "Engine", sheets: Sequence[Sheet], third: Sheet | None = None) -> Accuracy:
    """Accuracy by the cells that people read blind: what they agree on, or a third decided, is true.

    Raises :class:`UsageError` where no cell was read by two, :class:`DatabaseError`.
    """
    agreed = agreement(sheets, third)
    assessed, unknown = [], []
    for report_id, own in sorted(agreed.settled().items()):
        source, ordinal = ReportId.parse(report_id)
        truth = Truth(report_id, source, own, ordinal)
        read = read_report(engine, source, ordinal)
        if read is None:
            unknown.append(report_id)
        else:
            assessed.append(assess(truth, read))
    found = of_truth(Evaluation(tuple(assessed), tuple(unknown)), "double coding")
    if found is None:
        raise UsageError(
            "the coded sheets have no cell of this database on which people agree; fill them in, or name a third "
            "(--third FILE)"
        )
    kappa, told, words = agreed.kappa, "", ""
    if kappa.value is not None and kappa.low is not None and kappa.high is not None:
        told = f" (Cohen's kappa {kappa.value:.3f}, 95 %: {kappa.low:.3f}-{kappa.high:.3f})"
        words = f"（Cohen κ {kappa.value:.3f}，95% 区间 {kappa.low:.3f}-{kappa.high:.3f}）"
    people, cells, same = len(sheets), agreed.cells, agreed.same
    line = (
        f"{people} people read {cells} cells without knowing of each other, {same} of them alike{told}.",
        f"{people} 人独立读取 {cells} 格，其中 {same} 格一致{words}。",
    )
    return Accuracy({**found.tree, "agreement": agreed.tree()}, (line, *found.lines))


def accuracy(engine: "Engine", truth: Path | None, coded: Sequence[Path], third: Path | None) -> Accuracy | None:
    """What a folder of what reports really say, or filled sheets of coders, tell of the accuracy; nothing: none.

    Raises :class:`UsageError` where both are given, or the sheets are none of two coders.
    """
    if truth is not None and coded:
        raise UsageError("--truth and --coded exclude each other; give one of them")
    if truth is not None:
        return of_truth(evaluate(engine, truth))
    if not coded:
        return None
    return of_coding(engine, list(map(read_sheet, coded)), None if third is None else read_sheet(third))
