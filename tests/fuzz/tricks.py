"""Ways in which a file says one figure and its page shows another: a table to which each kind of file adds its own.

Every trick gives a document and what a reader sees of one cell: a number, ``NOTHING`` or ``NO_NUMBER``. Right is
the number (or a blank for ``NOTHING``), or any doubt; what must not be is another figure without a doubt.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1])]

from kinds.pdf_writing import KEY, SIZE, Drawn, report, several, show  # noqa: E402

from gkingest.model.key import FactKey  # noqa: E402

NOTHING, NO_NUMBER = "nothing", "no number"
Seen = Decimal | str
_STEP = 5.0  # points from digit to digit of Helvetica at 9
_DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


@dataclass(frozen=True)
class Trick:
    """A trick: ``at`` draws a figure at random; how it is drawn, and what a reader sees of it once it was.

    ``plain`` tells that the figure is honest, however it looks, and must be read without a doubt.
    """

    kind: str
    name: str
    at: Callable[[Random], tuple[Callable[[float, float], Drawn], list[Seen]]]
    plain: bool = False

    def make(self, form: Any, rng: Random) -> tuple[bytes, Seen]:
        """A report with this trick alone, and what a reader sees of its figure."""
        drawn, seen = self.at(rng)
        return report(form, drawn), seen[0]


def _number(rng: Random) -> str:
    return str(rng.choice([rng.randint(11, 99), rng.randint(100, 999)]))


def _pdf(draw: Callable[[str, str, float, float, Random], tuple[Drawn, Seen]], *, plain: bool = False) -> Trick:
    """A trick that draws digits ``more`` of no meaning, and the figure, at x and y."""

    def at(rng: Random) -> tuple[Callable[[float, float], Drawn], list[Seen]]:
        more, figure = str(rng.randint(1, 9)), _number(rng)
        seen: list[Seen] = []

        def trick(x: float, y: float) -> Drawn:
            drawn, what = draw(more, figure, x, y, rng)
            seen.append(what)
            return drawn

        return trick, seen

    return Trick("pdf", draw.__name__, at, plain)


def _beside(before: str, more: str, figure: str, x: float, y: float, after: str = "", **objects: Any) -> Drawn:
    """The figure as it is, and before it a digit within other operators."""
    first = f"q {before} {show(more, x - _STEP, y)} {after} Q\n"
    return Drawn(first + show(figure, x, y), **objects)


def _wide(figure: str) -> float:
    return _STEP * len(figure)


# Digits before the figure that nobody sees ----------------------------------------------------------------------


def clipped(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    return _beside(f"{x + 90:g} {y:g} 5 5 re W n", more, figure, x, y), Decimal(figure)


def clipped_away(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    return _beside("0 0 0 0 re W n", more, figure, x, y), Decimal(figure)


def invisible_mode(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    mode = f"{rng.choice([3, 7])} Tr"
    return Drawn(show(more, x - _STEP, y, more=mode) + show(figure, x, y)), Decimal(figure)


def nearly_white(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    return _beside(f"{rng.uniform(0.95, 1):.3f} g", more, figure, x, y), Decimal(figure)


def yellow(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    """A figure that can be told from its ground by nothing but blue."""
    return Drawn(show(figure, x, y, more=f"1 1 {rng.uniform(0, 0.5):.2f} rg")), NO_NUMBER


def white_outline(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    return Drawn(show(more, x - _STEP, y, more="1 Tr 1 G .3 w") + show(figure, x, y)), Decimal(figure)


def hardly_opaque(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    states = {"GT": f"<</ca {rng.uniform(0, 0.06):.3f}>>"}
    return _beside("/GT gs", more, figure, x, y, states=states), Decimal(figure)


def blended(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    states = {"GT": f"<</BM /{rng.choice(['Lighten', 'Screen', 'ColorDodge'])}>>"}
    return _beside("/GT gs", more, figure, x, y, states=states), Decimal(figure)


def layer_off(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    told = "/D<</OFF[@L1]>>" if rng.random() < 0.5 else "/D<</BaseState/OFF>>"
    layers = {"L1": "<</Type/OCG/Name(a)>>"}
    catalog = f"/OCProperties<</OCGs[@L1]{told}>>"
    return _beside("/OC /L1 BDC", more, figure, x, y, "EMC", layers=layers, catalog=catalog), Decimal(figure)


def tiny(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    return Drawn(show(more, x - 1, y, rng.uniform(0.05, 0.9)) + show(figure, x, y)), Decimal(figure)


def scaled_down(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    return _beside(f".01 0 0 .01 {x - 1:g} {y:g} cm 1 0 0 1 {-x:g} {-y:g} cm", more, figure, x, y), Decimal(figure)


def colour_of_its_patch(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    patch = f".7 g {x - _STEP - 0.5:g} {y - 2:g} {_STEP:g} 10 re f .7 g"
    return _beside(patch, more, figure, x, y), Decimal(figure)


def no_shape(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    fonts = {"T3": "<</Type/Font/Subtype/Type3/FontBBox[0 0 600 700]/FontMatrix[.001 0 0 .001 0 0]/FirstChar 48"
             "/LastChar 57/Widths[" + "600 " * 10 + "]/Encoding<</Differences[48"
             + "".join(f"/{d}" for d in _DIGITS) + "]>>/CharProcs<<>>/Resources<<>>>>"}  # fmt: skip
    drawn = show(more, x - _STEP, y, font="T3") + show(figure, x, y)
    return Drawn(drawn, fonts=fonts), Decimal(figure)


# Figures that nobody sees, or that are no single one ------------------------------------------------------------


def covered(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    wide = _wide(figure) + 4
    colour = rng.choice(["1 g", "0 g", ".9 1 .9 rg"])
    shape = rng.choice(
        [
            f"{x - 2:g} {y - 2:g} {wide:g} 11 re f",
            f"{x - 3:g} {y - 4:g} m {x + wide:g} {y - 3:g} l {x + wide + 1:g} {y + 10:g} l {x - 4:g} {y + 9:g} l f",
            f"{x - 9:g} {y + 3:g} m {x - 9:g} {y + 20:g} {x + wide + 9:g} {y + 20:g} {x + wide + 9:g} {y + 3:g} c "
            f"{x + wide + 9:g} {y - 14:g} {x - 9:g} {y - 14:g} {x - 9:g} {y + 3:g} c f",
        ]
    )
    return Drawn(show(figure, x, y) + f"q {colour} {shape} Q\n"), NOTHING


def covered_by_an_image(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    image = f"q {_wide(figure) + 4:g} 0 0 12 {x - 2:g} {y - 2:g} cm BI /W 1 /H 1 /CS /G /BPC 8 ID \xff EI Q\n"
    return Drawn(show(figure, x, y) + image), NOTHING


def covered_by_a_note(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    rect = f"{x - 3:g} {y - 3:g} {x + _wide(figure) + 3:g} {y + 10:g}"
    note = f"<</Type/Annot/Subtype/Square/F 4/Rect[{rect}]/C[1 1 1]/IC[1 1 1]/Border[0 0 0]>>"
    return Drawn(show(figure, x, y), annotations=[note]), NOTHING


def noted(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    """A line through the figure, or a text over it, of which the file says no look: viewers draw them."""
    note = rng.choice(
        [
            f"/Subtype/Line/L[{x - 2:g} {y + 3:g} {x + _wide(figure) + 2:g} {y + 3:g}]/C[0 0 0]/BS<</W 1>>",
            f"/Subtype/FreeText/Contents({more})/DA(/Helv 9 Tf 0 g)/C[1 1 1]",
            "/Subtype/Stamp/Name/Draft",
            "/Subtype/Widget/FT/Tx/T(b)/V(77)/DA(/Helv 9 Tf 0 g)/MK<</BG[1 1 1]>>",
        ]
    )
    rect = f"{x - 3:g} {y - 2:g} {x + _wide(figure) + 3:g} {y + 9:g}"
    return Drawn(show(figure, x, y), annotations=[f"<</Type/Annot/F 4/Rect[{rect}]{note}>>"]), NO_NUMBER


def struck(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    left, right, at = x - 2, x + _wide(figure) + 2, y + rng.uniform(2.4, 4.2)
    return Drawn(show(figure, x, y) + f"q 1 w {left:g} {at:g} m {right:g} {at:g} l S Q\n"), NO_NUMBER


def over_one_another(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    other = _number(rng)
    while set(other) & set(figure):
        other = _number(rng)
    return Drawn(show(figure, x, y) + show(other, x + rng.uniform(0, 0.4) * _STEP, y)), NO_NUMBER


def raised_note(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    size, up = SIZE * rng.choice([0.6, 0.9, 0.95, 1]), rng.uniform(1.5, 4)
    return Drawn(show(figure, x, y) + show(more, x + _wide(figure), y + up, size)), Decimal(figure)


def cut_in_half(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    clip = f"{x - 2:g} {y - 2:g} {_wide(figure) + 4:g} {2 + rng.uniform(2.5, 3.5):g} re W n"
    return Drawn(f"q {clip} {show(figure, x, y)} Q\n"), NO_NUMBER


def a_digit_drawn(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    at = x + _wide(figure) + 1
    curve = f"q 1 w {at:g} {y:g} m {at + 4:g} {y + 6:g} l {at:g} {y + 6.4:g} l S Q\n"
    return Drawn(show(figure, x, y) + curve), NO_NUMBER


def only_drawn(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    return Drawn(f"q 1 w {x:g} {y:g} m {x + 4:g} {y + 6:g} l {x:g} {y + 6.4:g} l S Q\n"), NO_NUMBER


def a_field(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    note = (
        f"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V({figure})/F 4/DA(/Helv 9 Tf 0 g)"
        f"/Rect[{x - 4:g} {y - 3:g} {x + 30:g} {y + 10:g}]>>"
    )
    helv = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    catalog = f"/AcroForm<</Fields[@NOTE]/NeedAppearances true/DR<</Font<</Helv {helv}>>>>>>"
    return Drawn("", annotations=[note], catalog=catalog), Decimal(figure)


# Fonts that lie -------------------------------------------------------------------------------------------------


def other_digits(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    """The font shows each digit as another one than its code says."""
    shown = rng.sample(_DIGITS, 10)
    names = " ".join("/" + d for d in shown)
    font = f"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Differences[48 {names}]>>"
    pairs = "".join(f"<{48 + n:02x}> <{48 + n:04x}>\n" for n in range(10))
    unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /a def "
        f"1 begincodespacerange <00> <ff> endcodespacerange 10 beginbfchar\n{pairs}endbfchar endcmap end end"
    )
    fonts = {"FL": f"{font}/ToUnicode @X1>>".replace("@X1", "@FX")}
    forms = {"FX": f"<</Length {len(unicode)}>>stream\n{unicode}\nendstream".encode()}
    seen = "".join(str(_DIGITS.index(shown[int(c)])) for c in figure)
    return Drawn(show(figure, x, y, font="FL"), fonts=fonts, forms=forms), Decimal(seen) if seen[
        0
    ] != "0" else NO_NUMBER


def _called(shown: str, sign: str, name: str, x: float, y: float) -> Drawn:
    """Text in a font that calls one of its signs by another name, in hexadecimal digits."""
    unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /a def 1 begincodespacerange <00> "
        f"<ff> endcodespacerange 1 beginbfchar\n<{ord(sign):02x}> <{name}>\nendbfchar endcmap end end"
    )
    fonts = {"FL": "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode @FX>>"}
    forms = {"FX": f"<</Length {len(unicode)}>>stream\n{unicode}\nendstream".encode()}
    return Drawn(show(shown, x, y, font="FL"), fonts=fonts, forms=forms)


def called_otherwise(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    """The font calls its last digit a unit, a mark, a joiner or a blank."""
    name = rng.choice(["4EF6", "6761", "3002", "25B2", "002A", "2460", "200B", "00AD", "FE0F", "3164"])
    shown = figure[:-1].replace(figure[-1], "1" if figure[-1] != "1" else "2") + figure[-1]
    return _called(shown, shown[-1], name, x, y), Decimal(shown)


def a_point_without_a_name(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    """The font calls its point a blank, or a comma."""
    shown = f"{more}.{rng.randint(100, 999)}"
    return _called(shown, ".", rng.choice(["00A0", "2009", "002C"]), x, y), Decimal(shown)


def a_sign_called_otherwise(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    """The font calls a percent sign, or a letter that stands for thousands, a unit that counts or a mark."""
    shown, name = rng.choice("%kKW"), rng.choice(["4EF6", "6761", "002A", "3002", "25B2"])
    return _called(figure + shown, shown, name, x, y), NO_NUMBER


def a_letter_for_a_digit(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    """Letters that look like digits, printed or what the font calls its digit."""
    digit, letter = rng.choice(["5S", "1l", "1I", "0O", "8B", "2Z", "0o"])
    if rng.random() < 0.5:
        return Drawn(show(rng.choice([letter, more + letter, letter + more]), x, y)), NO_NUMBER
    return _called("3" + digit, digit, f"{ord(letter):04x}", x, y), Decimal("3" + digit)


def a_stroke_on_a_digit(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    """A curve makes a 6 of a 5, a bar a 7 of a 1."""
    at = x + _STEP
    curve = f"{at + 1.1:g} {y + 3:g} m {at + 0.4:g} {y + 2.5:g} {at + 0.4:g} {y + 1:g} {at + 1:g} {y + 0.5:g} c"
    digit, stroke = rng.choice([("5", curve), ("1", f"{at - 0.2:g} {y + 6.1:g} m {at + 3:g} {y + 6.1:g} l")])
    return Drawn(show("3" + digit, x, y) + f"q .8 w {stroke} S Q\n"), NO_NUMBER


# Honest figures in odd dress ------------------------------------------------------------------------------------


def red(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    return Drawn(show(figure, x, y, more="1 0 0 rg")), Decimal(figure)


def grey(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    return Drawn(show(figure, x, y, more=f"{rng.uniform(0.1, 0.5):.2f} g")), Decimal(figure)


def underlined(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    line = f"q .5 w {x:g} {y - 1.2:g} m {x + _wide(figure):g} {y - 1.2:g} l S Q\n"
    return Drawn(show(figure, x, y) + line), Decimal(figure)


def small(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    return Drawn(show(figure, x, y, rng.uniform(5, 7))), Decimal(figure)


def twice_for_bold(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    return Drawn(show(figure, x, y) + show(figure, x + 0.3, y)), Decimal(figure)


def on_a_ground(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    colour = rng.choice([".95 g", ".9 .95 1 rg", "1 1 .85 rg"])
    ground = f"q {colour} {x - 4:g} {y - 4:g} {_wide(figure) + 8:g} 15 re f Q\n"
    return Drawn(ground + show(figure, x, y)), Decimal(figure)


def linked(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    """A link on the figure, and notes that are hidden, or stand somewhere else."""
    rect = f"{x - 3:g} {y - 2:g} {x + _wide(figure) + 3:g} {y + 9:g}"
    notes = [
        f"<</Type/Annot/Subtype/Link/Border[0 0 0]/Rect[{rect}]/A<</S/URI/URI(a)>>>>",
        f"<</Type/Annot/Subtype/Stamp/F 2/Rect[{rect}]>>",
        "<</Type/Annot/Subtype/FreeText/F 4/Rect[2 2 30 14]/Contents(9)/DA(/Helv 9 Tf 0 g)>>",
    ]
    return Drawn(show(figure, x, y), annotations=rng.sample(notes, 2)), Decimal(figure)


def slanted(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    fonts = {"FI": f"<</Type/Font/Subtype/Type1/BaseFont/{rng.choice(['Times-Italic', 'Helvetica-BoldOblique'])}>>"}
    return Drawn(show(figure, x, y, font="FI"), fonts=fonts), Decimal(figure)


def other_fonts(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    name = rng.choice(["Times-Roman", "Courier", "Times-Bold", "Courier-Bold", "Helvetica-Bold"])
    fonts = {"FO": f"<</Type/Font/Subtype/Type1/BaseFont/{name}>>"}
    return Drawn(show(figure, x, y, font="FO"), fonts=fonts), Decimal(figure)


def covered_by_a_layer_that_is_off(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    cover = f"/OC/L1 BDC q 1 1 1 rg {x - 4:g} {y - 3:g} {_wide(figure) + 8:g} 13 re f Q EMC\n"
    layers, catalog = {"L1": "<</Type/OCG/Name(cover)>>"}, "/OCProperties<</OCGs[@L1]/D<</OFF[@L1]>>>>"
    return Drawn(show(figure, x, y) + cover, layers=layers, catalog=catalog), Decimal(figure)


def drawn_by_the_file(more: str, figure: str, x: float, y: float, rng: Random) -> tuple[Drawn, Seen]:
    """Digits of a Type 3 font that are what they claim to be."""
    shape = (
        b"600 0 d0 80 0 m 80 100 l 400 100 l 400 300 l 80 300 l 80 700 l 500 700 l 500 600 l 180 600 l 180 400 l "
    )
    shape += b"500 400 l 500 0 l h f"
    font = (
        "<</Type/Font/Subtype/Type3/FontBBox[0 -200 600 800]/FontMatrix[.001 0 0 .001 0 0]/CharProcs<</five @FX>>"
        "/Encoding<</Type/Encoding/Differences[53/five]>>/FirstChar 53/LastChar 53/Widths[600]/Resources<<>>>>"
    )
    text = "5" * len(figure)
    proc = b"<</Length %d>>stream\n%b\nendstream" % (len(shape), shape)
    return Drawn(show(text, x, y, font="T3"), fonts={"T3": font}, forms={"FX": proc}), Decimal(text)


TRICKS: list[Trick] = [
    *map(_pdf, (clipped, clipped_away, invisible_mode, nearly_white, white_outline, hardly_opaque, blended)),
    *map(_pdf, (layer_off, tiny, scaled_down, colour_of_its_patch, no_shape)),
    *map(_pdf, (covered, covered_by_an_image, covered_by_a_note, noted, struck, over_one_another, raised_note)),
    *map(_pdf, (cut_in_half, a_digit_drawn, only_drawn, a_field, other_digits)),
    *map(_pdf, (called_otherwise, a_point_without_a_name, a_sign_called_otherwise)),
    *map(_pdf, (a_letter_for_a_digit, a_stroke_on_a_digit, yellow)),
    *(
        _pdf(t, plain=True)
        for t in (linked, red, grey, underlined, small, twice_for_bold, on_a_ground, slanted, other_fonts)
    ),
    *(_pdf(t, plain=True) for t in (covered_by_a_layer_that_is_off, drawn_by_the_file)),
]
IN_CATALOG = frozenset(("layer_off", "a_field", "covered_by_a_layer_that_is_off"))  # one of them to a file


def outcome(found: Any, seen: Seen, key: FactKey = KEY) -> str:
    """``right``, ``doubted`` or ``silent``: what a reading makes of the cell of which a reader sees this."""
    report_ = found.report
    fact = next((f for f in report_.facts if f.key == key), None) if report_ else None
    if fact is None or key in report_.flagged() or fact.state.value in ("absent", "unreadable"):
        return "doubted"
    if seen == NOTHING:
        return "right" if fact.state.value == "blank" else "silent"
    return "right" if fact.value == seen else "silent"


# Figures that no other figure depends on, so that no sum gives a trick away.
KEYS = tuple(
    FactKey("proactive", row, column)
    for row, column in (
        ("licensing", "decisions"),
        ("penalties", "decisions"),
        ("coercion", "decisions"),
        ("fees", "amount"),
        ("normative_documents", "issued"),
        ("normative_documents", "repealed"),
        ("normative_documents", "in_force"),
        ("regulations", "issued"),
    )
)


# Of the tables that no trick is played in, a few rows and columns that show every level of their headings.
_FEW = frozenset(("new_received", "carried_in", "granted", "denied.internal", "decided_total", "carried_out"))
_FEW_APPLICANTS = frozenset(("natural_person", "commercial", "total"))
_OF_PARTS = frozenset(("requests.decided", "requests.row_total"))  # sums of what such a form leaves out


def shortened(form: Any) -> tuple[Any, ...]:
    """The form whole, with fewer rows and columns of requests, and with the table of the tricks alone.

    Most of the time that a report takes goes to tables in which all is printed as it is; a trick does the same
    beside few of them. Each is a form of its own to the reader, which misses nothing in it.
    """

    def few(nodes: Sequence[Any], keys: frozenset[str]) -> tuple[Any, ...]:
        below = ((n, few(n.children, keys)) for n in nodes)
        return tuple(n.model_copy(update={"children": c}) for n, c in below if c or n.name in keys)

    def only(tables: Sequence[Any]) -> Any:
        printed = {t.key for t in tables}
        rules = tuple(r for r in form.rules if r.table in printed and r.id not in _OF_PARTS)
        return form.model_copy(update={"printed": tuple(tables), "rules": rules, "narrated": ()})

    proactive, requests, disputes = form.printed
    block = requests.blocks[0]
    rows, columns = few(block.rows, _FEW), few(block.columns, _FEW_APPLICANTS)
    block = block.model_copy(update={"rows": rows, "columns": columns})
    requests = requests.model_copy(update={"blocks": (block,)})
    return form, only((proactive, requests, disputes)), only((proactive,))


def drawn_form(forms: Sequence[Any], rng: Random) -> Any:
    """Which of :func:`shortened` forms to draw a document in: one in twenty is whole, four are shortened."""
    return rng.choices(forms, (1, 4, 15))[0]


def document(form: Any, rng: Random) -> tuple[bytes, dict[FactKey, tuple[Trick, Seen]]]:
    """A report with one trick or several, and what a reader sees of each figure; but one adds to the catalog.

    Several cost no more than one, and show whether one of them hides another; one alone shows what it does itself.
    """
    chosen: dict[FactKey, Trick] = {}
    for key in KEYS[: rng.choice([1, 2, 4, 6, 8])]:
        others = [
            t for t in TRICKS if t.name not in IN_CATALOG or not any(c.name in IN_CATALOG for c in chosen.values())
        ]
        chosen[key] = rng.choice(others)
    drawn = {key: trick.at(rng) for key, trick in chosen.items()}
    data = several(form, {key: draw for key, (draw, _) in drawn.items()})
    return data, {key: (trick, drawn[key][1][0]) for key, trick in chosen.items()}
