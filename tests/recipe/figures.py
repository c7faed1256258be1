"""The figures of one report as its data file states them, each as the text that is printed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from form import APPLICANTS, OUTCOMES, PROACTIVE, PROCEEDINGS, request_rows, slots

BLANK = "_"
DASHES = {"/", "-", "—", "－", "——", "无"}
FULLWIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
HALFWIDTH = str.maketrans("０１２３４５６７８９，．＋－−", "0123456789,.+--")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a printed cell says."""

    state: str
    value: str = ""
    unit: str = ""
    raw: str = ""


@dataclass(slots=True)
class Figures:
    """Printed text by slot; a slot that is missing here is not printed at all."""

    form: str
    printed: dict[str, str] = field(default_factory=dict)
    fee: dict | None = None

    def text(self, key: str) -> str:
        """Return the printed text of a slot, empty when the cell is blank."""
        return self.printed.get(key, "")

    def reading(self, key: str) -> Reading:
        """Return state, value and unit of a slot."""
        if key.startswith("fees_collected/"):
            return fee_reading(self.fee)
        if key not in self.printed:
            return Reading("absent")
        return read(self.printed[key], header_unit(self.form, key))

    def amount(self, key: str) -> Decimal | None:
        """Return the number a slot states, None where it states none."""
        got = self.reading(key)
        return Decimal(got.value) if got.state == "reported" else None


def header_unit(form: str, key: str) -> str:
    """Return the unit that the header of a slot's column states."""
    return "万元" if form == "2021" and key == "proactive/fees/amount" else ""


def fee_reading(fee: dict | None) -> Reading:
    """Return what section six says of the 信息处理费."""
    if fee is None:
        return Reading("absent")
    return Reading("reported", str(fee["value"]), "元", fee["raw"])


def read(raw: str, unit: str) -> Reading:
    """Read one printed cell."""
    text = raw.strip()
    if not text:
        return Reading("blank")
    if text in DASHES:
        return Reading("dash", raw=raw)
    plain = text.translate(HALFWIDTH).replace(",", "")
    match = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)(元|万元)?", plain)
    if not match:
        raise ValueError(f"cannot read the printed cell {raw!r}")
    try:
        value = Decimal(match[1].lstrip("+"))
    except InvalidOperation as err:
        raise ValueError(raw) from err
    return Reading("reported", format(value, "f"), match[2] or unit, raw)


def load(data: dict) -> Figures:
    """Read the figures of a data file."""
    form = str(data["format"])
    figures = Figures(form, fee=data.get("fee"))
    style = data.get("digits", {})
    for clause in PROACTIVE[form]:
        for row in clause.rows:
            _fill(figures, style, f"proactive/{row}", list(clause.columns), data["proactive"].get(row))
    requests = data["requests"]
    default = requests.get("fill")
    for row in request_rows(form):
        _fill(figures, style, f"requests/{row}", list(APPLICANTS), requests.get(row, default))
    for row in PROCEEDINGS:
        _fill(figures, style, f"disputes/{row}", list(OUTCOMES), data["disputes"].get(row))
    unknown = set(figures.printed) - set(slots(form))
    known = {*request_rows(form), "fill"}
    if unknown or set(requests) - known:
        raise ValueError(f"unknown slots {unknown or set(requests) - known}")
    return figures


def _fill(figures: Figures, style: dict, row: str, columns: list[str], line: str | None) -> None:
    if line is None:
        return
    tokens = str(line).split()
    if len(tokens) == 1 and len(columns) > 1:
        tokens *= len(columns)
    if len(tokens) != len(columns):
        raise ValueError(f"{row}: {len(tokens)} figures for {len(columns)} columns")
    for column, token in zip(columns, tokens, strict=True):
        figures.printed[f"{row}/{column}"] = _dress(token, style)


def _dress(token: str, style: dict) -> str:
    if token == BLANK:
        return ""
    text = token
    if style.get("thousands"):
        text = re.sub(r"\d+", lambda m: f"{int(m[0]):,}" if len(m[0]) > 3 else m[0], token, count=1)
    return text.translate(FULLWIDTH) if style.get("fullwidth") else text
