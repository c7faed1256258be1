"""A citation as text and as JSON."""

from gkingest.cite.citation import OUTCOMES, Citation, label_of
from gkingest.cite.references import csl, english, gb7714, place
from gkingest.formats.names import printed_names, with_printed_names
from gkingest.language import language, said, titled
from gkingest.model.decision import REASONS, worded
from gkingest.model.finding import CATALOGUE
from gkingest.model.method import in_words
from gkingest.model.report import CellState, Fact
from gkingest.render import printable, render_value, text_width, wrapped
from gkingest.store.ask.citing import Copy, Location
from gkingest.told import Told, joined


def render_citation(citation: Citation) -> list[str]:
    """Everything about the figure, then the references."""
    source, fact = citation.source, citation.fact
    where = "".join(dict.fromkeys(p for p in (source.province, source.prefecture, source.region_name) if p))
    about = f"year {source.year}, form {source.edition}, {source.verdict}"
    way = in_words(fact.method) if fact.method else Told("nothing was found to read")
    told = [
        ("cell", f"{fact.key} · {label_of(citation)}"),
        ("value", said(value_words(citation))),
        *_decision_lines(citation),
        ("printed", said(_printed(citation))),
        ("organ", f"{source.organ or said('(unknown)')}  {source.region_code} {where}".rstrip()),
        ("report", f"{source.title or said('(no title)')}{said('; ')}{said(about)}"),
        *_where(citation),
        ("sha256", source.sha256),
        ("place", said(_stands(fact, source.page_count))),
        ("read", said(Told("{0}, confidence {1}", way, f"{fact.confidence:.2f}"))),
        ("flagged", said("yes: a check or doubt below touches it" if citation.flagged else "no")),
        *_check_lines(citation),
        *_doubt_lines(citation),
        *_copy_lines(citation),
    ]
    lines = []
    for name, words in told:
        # An address or a path stays whole, so that it can be pasted.
        first, *rest = (wrapped(printable(words), 70) if name not in ("url", "file") else []) or [printable(words)]
        head = said(name)
        lines += [f"{head}{' ' * (9 - text_width(head))}{first}".rstrip(), *(f"{'':9}{line}" for line in rest)]
    references = [printable(gb7714(citation)), "", printable(english(citation))]
    return [*lines, "", *(references[:1] if language() == "zh" else references)]


def _where(citation: Citation) -> list[tuple[str, str]]:
    """Address, dates and files; of an address that nobody told that it is none to be cited."""
    at = place(citation) or Location("", False, "", "", "", "", "")
    url = at.url or said("not known")
    if at.url and at.inferred:
        url = said(f"not known; made from the folders it lies in, not checked: {at.url}")
    days = {
        "published": at.published_at,
        "printed below the report": citation.source.issued_on,
        "fetched": at.fetched_at,
    }
    dates = said(", ").join(f"{said(name)} {day or said('not known')}" for name, day in days.items())
    others = [("", p.path) for p in citation.source.places if p.path != at.path]
    return [("url", url), ("dates", dates), ("file", at.path or said("not known")), *others]


def value_words(citation: Citation) -> str:
    """The number with its unit, in the form's unit too where that is another; else why there is none."""
    fact = citation.fact
    if fact.state is not CellState.REPORTED:
        return f"none ({fact.state}); this is not 0"
    told = f"{fact.value} {fact.unit}".rstrip()
    if fact.form_value is None:
        return f"{told}; in the form's unit: not known"
    return told if fact.form_value == fact.value else f"{told}; in the form's unit: {fact.form_value:f}"


def _printed(citation: Citation) -> str:
    fact = citation.fact
    if fact.state is CellState.ABSENT:
        return "nothing"
    names = ["".join(label.split("\n")) for label in (fact.row_label, fact.column_label) if label]
    labels = f" under {' and '.join(f'“{name}”' for name in names)}" if names else ""
    return (f"“{fact.raw}”" if fact.raw else "an empty cell") + labels


def _stands(fact: Fact, pages: int | None) -> str:
    if not fact.page:
        return "printed nowhere"
    box, told = fact.box, "place on it not known"
    if box is not None:
        told = f"box {' '.join(f'{edge:.1f}' for edge in (box.x0, box.top, box.x1, box.bottom))} (points)"
    return f"page {fact.page} of {pages}, {told}"


def _check_lines(citation: Citation) -> list[tuple[str, str]]:
    lines = []
    for check in citation.checks:
        outcome, told = OUTCOMES.get(check.outcome, check.outcome), check.told.removeprefix(check.sentence)
        if language() == "zh":
            more = check.told_zh.removeprefix(check.sentence)
            lines.append(f"{said(outcome)}：{check.sentence}{more if more[:1] in '：' else f'（{more}）'}")
        else:
            lines.append(f"{outcome}: {check.sentence}{told if told[:1] in ':' else f' ({told})'}")
    return _headed("checks", lines or [said("no relation of the form has this cell")])


def _doubt_lines(citation: Citation) -> list[tuple[str, str]]:
    lines, names = [], printed_names([citation.form])
    for doubt in citation.doubts:
        if language() == "zh":
            head = f"【{said(doubt.severity)}】{said(CATALOGUE[doubt.code].meaning)}：{doubt.message_zh}"
            lines.append(with_printed_names(f"{head} [{doubt.code}] → {doubt.hint_zh}", names))
        else:
            lines.append(f"{doubt.severity}: {doubt.message} [{doubt.code}] → {doubt.hint}")
    return _headed("doubts", lines or [said("none touches it")])


def _copy_lines(citation: Citation) -> list[tuple[str, str]]:
    lines = [
        f"{titled(copy_words(citation, c), ', '.join(c.paths) or c.report_id)}{said('; ')}{said(c.reason)}"
        for c in citation.copies
    ]
    return _headed("copies", lines or [said("no other report of this organ and year")])


def copy_words(citation: Citation, other: Copy) -> str:
    """Whether another report of the organ and year says the same in this cell."""
    key = citation.fact.key
    if key in other.differences:
        return f"differs, “{other.differences[key]}”"
    return "agrees" if key in other.has else "lacks the cell"


def _decision_lines(citation: Citation) -> list[tuple[str, str]]:
    """What was read, where people decided, and who said what."""
    counted = next((one for one in citation.decisions if one.standing == "stands"), None)
    if not citation.decisions:
        return []
    was = counted.state_read if counted else ""
    if counted and counted.value_read is not None:
        was = f"{counted.value_read:f}"
    lines = [Told("people differ; what was read stands")]
    if counted:
        lines = [Told("read as {0}; what a person decided stands", worded(was or ""))]
    for one in citation.decisions:
        why = joined(", ", (REASONS.get(one.reason, ""), one.words))
        told = worded(f"{one.value or ''}{one.unit or ''}")
        told = Told("{0} ({1})", told, why) if why else told
        lines.append(Told("{0}: {1} [{2}]", f"{one.by} {one.at[:10]}", told, one.decision))
    return _headed("decided", list(map(said, lines)))


def _headed(name: str, lines: list[str]) -> list[tuple[str, str]]:
    return [(name if number == 0 else "", line) for number, line in enumerate(lines)]


def citation_tree(citation: Citation) -> dict[str, object]:
    """A citation as plain values for JSON."""
    source, fact = citation.source, citation.fact
    box = fact.box
    return {
        "type": "citation",
        "cell": str(fact.key),
        "label": label_of(citation),
        "state": fact.state.value,
        "value": render_value(fact.value),
        "unit": fact.unit,
        "form_value": render_value(fact.form_value),
        "raw": fact.raw,
        "row_label": fact.row_label,
        "column_label": fact.column_label,
        "organ": source.organ,
        "region_code": source.region_code or None,
        "region_name": source.region_name or None,
        "year": source.year,
        "format": source.edition,
        "title": source.title,
        "verdict": source.verdict,
        "report_id": source.report_id,
        "sha256": source.sha256,
        "media_type": source.media_type,
        "issued_on": source.issued_on or None,
        "locations": [
            {
                "path": p.path,
                "gone": p.gone,
                "url_inferred": p.inferred,
                **{field: getattr(p, field) or None for field in ("url", "title", "published_at", "fetched_at")},
            }
            for p in source.places
        ],
        "page": fact.page,
        "box": [round(edge, 2) for edge in (box.x0, box.top, box.x1, box.bottom)] if box else None,
        "method": str(fact.method or ""),
        "confidence": fact.confidence,
        **_decided(citation),
        "flagged": citation.flagged,
        "checks": [
            {"place": c.place, "sentence": c.sentence, "outcome": c.outcome, "told": c.told}
            for c in citation.checks
        ],
        "findings": [
            {"code": d.code, "severity": d.severity, "message": d.message, "hint": d.hint} for d in citation.doubts
        ],
        "copies": [
            {
                "report_id": c.report_id,
                "paths": list(c.paths),
                "reason": c.reason,
                "agrees": None if fact.key not in c.has else fact.key not in c.differences,
                "raw": c.differences.get(fact.key, c.has.get(fact.key)),
            }
            for c in citation.copies
        ],
        "gb7714": gb7714(citation),
        "english": english(citation),
        "csl": csl(citation),
    }


def _decided(citation: Citation) -> dict[str, object]:
    """What was read beside what is decided, and every word on it."""
    counted = next((one for one in citation.decisions if one.standing == "stands"), None)
    by = {one.by for one in citation.decisions if one.standing in ("stands", "agrees")}
    return {
        "state_read": counted.state_read if counted else citation.fact.state.value,
        "value_read": render_value(counted.value_read if counted else citation.fact.value),
        "decided_by": "; ".join(sorted(by)) if counted else None,
        "decision": counted.decision if counted else None,
        "decisions": [
            {
                **{name: getattr(one, name) for name in ("decision", "by", "at", "verdict", "value", "unit")},
                **{name: getattr(one, name) for name in ("reason", "words", "standing")},
            }
            for one in citation.decisions
        ],
    }
