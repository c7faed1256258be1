"""A citation as text and as JSON."""

from dataclasses import dataclass

from gkingest.cite.citation import Citation, label_of
from gkingest.cite.references import csl, english, gb7714, place
from gkingest.model.paper import Box
from gkingest.model.report import CellState
from gkingest.render import printable, render_value
from gkingest.store.ask.citing import Copy


def render_citation(citation: Citation) -> list[str]:
    """Everything about the figure, then the references."""
    source, fact, at = citation.source, citation.fact, place(citation)
    shown = _Shown(citation)
    where = "".join(dict.fromkeys(p for p in (source.province, source.prefecture, source.region_name) if p))
    told = [
        ("cell", f"{fact.key} · {label_of(citation)}"),
        ("value", value_words(citation)),
        ("printed", shown.printed()),
        ("organ", f"{source.organ or '(unknown)'}  {source.region_code} {where}".rstrip()),
        ("report", f"{source.title or '(no title)'}; year {source.year}, form {source.edition}, {source.verdict}"),
        ("url", at.url if at and at.url else "not known"),
        ("dates", shown.dates()),
        ("file", at.path if at else "not known"),
        *(("", p.path) for p in source.places if at and p.path != at.path),
        ("sha256", source.sha256),
        ("place", f"page {fact.page} of {source.page_count}, {_box(fact.box)}" if fact.page else "printed nowhere"),
        ("read", f"{fact.method or 'nothing was found to read'}, confidence {fact.confidence:.2f}"),
        ("flagged", "yes: a check or doubt below touches it" if citation.flagged else "no"),
        *shown.beside(),
    ]
    lines = [f"{name:<9}{printable(words)}".rstrip() for name, words in told]
    return [*lines, "", printable(gb7714(citation)), "", printable(english(citation))]


def value_words(citation: Citation) -> str:
    """The number with its unit, in the form's unit too where that is another; else why there is none."""
    fact = citation.fact
    if fact.state is not CellState.REPORTED:
        return f"none ({fact.state}); this is not 0"
    told = f"{fact.value} {fact.unit}".rstrip()
    if fact.form_value is None:
        return f"{told}; in the form's unit: not known"
    return told if fact.form_value == fact.value else f"{told}; in the form's unit: {fact.form_value:f}"


@dataclass(frozen=True, slots=True)
class _Shown:
    """Lines about a citation."""

    citation: Citation

    def printed(self) -> str:
        """What is printed, under which labels."""
        fact = self.citation.fact
        if fact.state is CellState.ABSENT:
            return "nothing"
        names = ["".join(label.split("\n")) for label in (fact.row_label, fact.column_label) if label]
        labels = f" under {' and '.join(f'“{name}”' for name in names)}" if names else ""
        return (f"“{fact.raw}”" if fact.raw else "an empty cell") + labels

    def dates(self) -> str:
        """When it was published and fetched."""
        at = place(self.citation)
        dates = {
            "published": at.published_at if at else "",
            "printed below the report": self.citation.source.issued_on,
            "fetched": at.fetched_at if at else "",
        }
        return ", ".join(f"{name} {day or 'not known'}" for name, day in dates.items())

    def beside(self) -> list[tuple[str, str]]:
        """Checks, doubts and copies, each kind with its name before the first."""
        citation = self.citation
        doubts = [f"{d.severity} {d.code}: {d.message}{f' → {d.hint}' if d.hint else ''}" for d in citation.doubts]
        copies = [
            f"{copy_words(citation, c)}: {', '.join(c.paths) or c.report_id}; {c.reason}" for c in citation.copies
        ]
        found = {
            "checks": [check.words for check in citation.checks] or ["no relation of the form has this cell"],
            "doubts": doubts or ["none touches it"],
            "copies": copies or ["no other report of this organ and year"],
        }
        return [
            ("" if number else name, line) for name, lines in found.items() for number, line in enumerate(lines)
        ]


def _box(box: Box | None) -> str:
    if box is None:
        return "place on it not known"
    return "box " + " ".join(f"{edge:.1f}" for edge in (box.x0, box.top, box.x1, box.bottom)) + " (points)"


def copy_words(citation: Citation, other: Copy) -> str:
    """Whether another report of the organ and year says the same in this cell."""
    key = citation.fact.key
    if key in other.differences:
        return f"differs, “{other.differences[key]}”"
    return "agrees" if key in other.has else "lacks the cell"


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
                **{field: getattr(p, field) or None for field in ("url", "title", "published_at", "fetched_at")},
            }
            for p in source.places
        ],
        "page": fact.page,
        "box": [round(edge, 2) for edge in (box.x0, box.top, box.x1, box.bottom)] if box else None,
        "method": str(fact.method or ""),
        "confidence": fact.confidence,
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
