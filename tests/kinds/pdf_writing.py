"""One made-up report drawn as a PDF, cell by cell, so that a test can draw one of its figures in its own way."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields

from gkingest.formats.spec import Format
from gkingest.model.key import FactKey
from kinds.ofd_writing import Table, placed_cells
from kinds.writing import blocks

WIDTH, HIGH, SIZE = 640.0, 17.0, 9.0
KEY = FactKey("proactive", "licensing", "decisions")  # the figure that may be drawn in another way


@dataclass
class Drawn:
    """What is drawn in the place of a figure.

    ``content`` is PDF operators; ``fonts``, ``states``, ``forms`` and ``layers`` are PDF objects by the names that
    it gives them, ``annotations`` and ``catalog`` (entries of the catalog) PDF text.
    """

    content: str
    fonts: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    forms: dict[str, bytes] = field(default_factory=dict)
    layers: dict[str, str] = field(default_factory=dict)
    annotations: list[str] = field(default_factory=list)
    catalog: str = ""


Trick = Callable[[float, float], Drawn]  # where the figure begins, on its base line


def show(text: str, x: float, y: float, size: float = SIZE, font: str = "F1", more: str = "") -> str:
    """Operators that set text."""
    return f"q BT {more} /{font} {size:g} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm ({text}) Tj ET Q\n"


def _chinese(text: str, x: float, y: float, size: float = SIZE) -> str:
    return f"BT /F2 {size:g} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm <{text.encode('utf-16-be').hex()}> Tj ET\n"


def report(form: Format, trick: Trick | None = None, figure: str = "53") -> bytes:
    """The report on one long page; its figure of licensing is ``figure``, or drawn by ``trick``."""
    return several(form, {KEY: trick or (lambda x, y: Drawn(show(figure, x, y)))})


def several(form: Format, tricks: Mapping[FactKey, Trick]) -> bytes:
    """The report on one long page, some of its figures drawn by tricks; but one of them may add to the catalog."""
    told = ""
    marks = {key: chr(0xE000 + n) for n, key in enumerate(tricks)}
    draws = {marks[key]: trick for key, trick in tricks.items()}
    where: dict[str, tuple[float, float]] = {}
    parts = blocks(form, marks)
    high = 120 + sum(HIGH * (len(p.rows) + 1 if isinstance(p, Table) else 1.5) for p in parts)
    y = high - 50
    for part in parts:
        if isinstance(part, str):
            told += _chinese(part, 60, y, 12)
            y -= 1.5 * HIGH
            continue
        edges = [40.0]
        for width in part.widths:
            edges.append(edges[-1] + width * (WIDTH - 80) / sum(part.widths))
        for row, column, cell in placed_cells(part.rows):
            x0, x1 = edges[column], edges[column + cell.columns]
            top, foot = y - row * HIGH, y - (row + cell.rows) * HIGH
            told += f"{x0:.2f} {foot:.2f} {x1 - x0:.2f} {top - foot:.2f} re S\n"
            if cell.text in draws:
                where[cell.text] = (x0 + x1) / 2 - 5, foot + 5
            elif cell.text.replace(".", "").isdigit():
                told += show(cell.text, (x0 + x1) / 2 - 2.5 * len(cell.text), foot + 5)
            else:
                size = min(SIZE, (x1 - x0 - 3) / max(len(cell.text), 1))
                told += _chinese(cell.text, x0 + 1.5, foot + 5, size) if cell.text else ""
        y -= (len(part.rows) + 1) * HIGH
    drawn = [trick(*where[mark]) for mark, trick in draws.items()]
    whole = drawn[0] if len(drawn) == 1 else _together(drawn)
    return _pdf(told + whole.content, whole, high)


def _together(drawn: Sequence[Drawn]) -> Drawn:
    """All of them, what each gives a name to under a name of its own."""
    whole = Drawn("")
    for number, one in enumerate(drawn):
        names = "|".join(n for f in fields(Drawn) if isinstance(given := getattr(one, f.name), dict) for n in given)
        known = re.compile(rf"(?<=[/@])({names})\b" if names else "(?!)")

        def renamed(text: str, known: re.Pattern[str] = known, number: int = number) -> str:
            return known.sub(rf"\g<0>x{number}", text)

        whole.content += renamed(one.content)
        whole.catalog += renamed(one.catalog)
        whole.annotations += one.annotations
        for ours, theirs in ((whole.fonts, one.fonts), (whole.states, one.states), (whole.layers, one.layers)):
            ours.update({f"{name}x{number}": renamed(text) for name, text in theirs.items()})
        whole.forms.update({f"{name}x{number}": data for name, data in one.forms.items()})
    return whole


def _linked(text: str, places: Mapping[str, str]) -> str:
    """``text`` with objects in the place of their names after an @."""
    return re.sub(r"@(\w+)", lambda name: places.get(name[1], name[0]), text)


def _pdf(content: str, drawn: Drawn, high: float) -> bytes:
    body = ["", "", ""]

    def added(text: str) -> str:
        body.append(text)
        return f"{len(body)} 0 R"

    fonts = {
        "F1": "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        "F2": "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
        "/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>"
        "/DW 1000>>]>>",
    } | drawn.fonts
    layers = {n: added(o) for n, o in drawn.layers.items()}
    forms = {n: added(o.decode("latin-1")) for n, o in drawn.forms.items()}
    kinds: Sequence[tuple[str, dict[str, str]]] = (
        ("Font", {n: added(_linked(o, forms)) for n, o in fonts.items()}),
        ("ExtGState", drawn.states),
        ("XObject", forms),
        ("Properties", layers),
    )
    listed = "".join(f"/{kind}<<" + "".join(f"/{n} {o}" for n, o in those.items()) + ">>" for kind, those in kinds)
    notes = " ".join(added(a) for a in drawn.annotations)
    stream = added(f"<</Length {len(content)}>>stream\n{content}\nendstream")
    catalog = _linked(drawn.catalog, layers).replace("@NOTE", notes)
    body[0] = f"<</Type/Catalog/Pages 2 0 R{catalog}>>"
    body[1] = "<</Type/Pages/Kids[3 0 R]/Count 1>>"
    body[2] = (
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH:g} {high:g}]/Contents {stream}/Resources<<{listed}>>"
        f"/Annots[{notes}]>>"
    )
    out, places = b"%PDF-1.7\n", []
    for number, text in enumerate(body, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    table = "".join(f"{p:010} 00000 n \n" for p in places)
    end = f"xref\n0 {len(body) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(body) + 1}/Root 1 0 R>>\n"
    return out + f"{end}startxref\n{len(out)}\n%%EOF\n".encode("latin-1")
