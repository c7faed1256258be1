"""Ways in which an Office file says one figure and shows another, each a function with what a reader sees.

A trick is a name, what makes the cell, and what is seen in it: a figure, "" for nothing, ``None`` for no single
figure. It is read right or doubted, never wrong in silence; ``True`` in the end says that it must not be doubted.
"""

import io
import zipfile
from collections.abc import Callable
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule, DataBarRule, FormulaRule, IconSetRule, Rule
from openpyxl.styles import Alignment, Font, GradientFill, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.worksheet.table import Table, TableStyleInfo


class WordTrick(NamedTuple):
    """Paragraphs of a cell; its properties, those of its row, styles and settings, the table's properties."""

    name: str
    content: str
    seen: str | None
    certain: bool = False
    cell: str = ""
    row: str = ""
    styles: str = ""
    settings: str = ""
    table: str = ""
    before: str = ""  # in the document, before its body


def r(text: str, look: str = "") -> str:
    """A run."""
    inside = text if text.startswith("<") else f"<w:t>{text}</w:t>"
    return f"<w:r><w:rPr>{look}</w:rPr>{inside}</w:r>"


def p(*runs: str, look: str = "") -> str:
    """A paragraph."""
    return f"<w:p><w:pPr>{look}</w:pPr>{''.join(runs)}</w:p>"


def style(name: str, look: str, kind: str = "character") -> str:
    """A style."""
    return f"<w:style w:type='{kind}' w:styleId='{name}'><w:rPr>{look}</w:rPr></w:style>"


def field(code: str, *result: str, mark: str = "") -> str:
    """A field with or without a result."""
    turns = [f"<w:r><w:fldChar w:fldCharType='{kind}' {mark}/></w:r>" for kind in ("begin", "separate", "end")]
    middle = turns[1] + "".join(result) if result else ""
    return f"{turns[0]}<w:r><w:instrText>{code}</w:instrText></w:r>{middle}{turns[2]}"


EXACT = "<w:trHeight w:val='{}' w:hRule='exact'/>".format
WHITE, BLACK = "<w:color w:val='FFFFFF'/>", "<w:color w:val='000000'/>"
DARK = "<w:style w:type='table' w:styleId='t'><w:tblStylePr w:type='lastCol'><w:rPr>{}</w:rPr></w:tblStylePr>"
DARK += "</w:style>"
ON_BLACK, ALL_INK = "<w:shd w:val='clear' w:fill='000000'/>", "<w:shd w:val='solid' w:color='000000'/>"
AIDED = f"<w:ruby><w:rt>{r('9')}</w:rt><w:rubyBase>{r('53')}</w:rubyBase></w:ruby>"
IN_BRACKETS = "<m:oMath><m:d><m:e><m:r><m:t>53</m:t></m:r></m:e></m:d></m:oMath>"
IN_STYLE = "<w:tblStyle w:val='t'/><w:tblLook w:val='0100'/>"
TWO = (
    "<w:r><mc:AlternateContent><mc:Choice Requires='x'><w:t>53</w:t></mc:Choice>"
    "<mc:Fallback><w:t>35</w:t></mc:Fallback></mc:AlternateContent></w:r>"
)
BOUND = "<w:sdt><w:sdtPr><w:dataBinding w:xpath='/a'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
TEXT_FILL = "<w14:textFill>{}</w14:textFill>"

IN_WORD = [
    WordTrick("white by a style", p(r("53", "<w:rStyle w:val='s'/>")), "", styles=style("s", WHITE)),
    WordTrick("white of the theme", p(r("53", "<w:color w:val='000000' w:themeColor='background1'/>")), ""),
    WordTrick("nearly white", p(r("53", "<w:color w:val='FAFAFA'/>")), ""),
    WordTrick("pale", p(r("53", "<w:color w:val='EEEEEE'/>")), "53"),
    WordTrick(
        "shaded text on as dark a cell",
        p(r("53", "<w:color w:themeColor='text2' w:themeTint='99'/>")),
        "",
        cell="<w:shd w:val='clear' w:themeFill='text2' w:themeFillTint='99'/>",
    ),
    WordTrick("a white figure before another", p(r("9", WHITE), r("53")), "53", True),
    WordTrick("white on a black cell", p(r("53", WHITE)), "53", True, cell=ON_BLACK),
    WordTrick("automatic on a black cell", p(r("53")), "53", True, cell=ON_BLACK),
    WordTrick("black on black that is all ink", p(r("53", BLACK)), "", cell=ALL_INK),
    WordTrick("black marked black", p(r("53", BLACK + "<w:highlight w:val='black'/>")), ""),
    WordTrick("paragraph in the colour of its text", p(r("53", BLACK), look="<w:shd w:fill='000000'/>"), ""),
    WordTrick("white by the style of the table", p(r("53")), "", styles=DARK.format(WHITE), table=IN_STYLE),
    WordTrick("hidden by a style of tables", p(r("53")), "", styles=DARK.format("<w:vanish/>"), table=IN_STYLE),
    WordTrick(
        "a style of the table for another column", p(r("53")), "53", True, styles=DARK.format(WHITE),
        table="<w:tblStyle w:val='t'/><w:tblLook w:val='0000'/>",
    ),
    WordTrick(
        "hidden twice is not hidden",
        p(r("53", "<w:rStyle w:val='s'/>"), look="<w:pStyle w:val='q'/>"),
        "53",
        styles=style("s", "<w:vanish/>") + style("q", "<w:vanish/>", "paragraph"),
    ),
    WordTrick("black page", p(r("53", BLACK)), "", before="<w:background w:color='000000'/>",
              settings="<w:displayBackgroundShape/>"),
    WordTrick("page of a colour that is not shown", p(r("53", BLACK)), "53", True,
              before="<w:background w:color='000000'/>"),
    WordTrick(
        "filled white",
        p(r("53", TEXT_FILL.format("<w14:solidFill><w14:srgbClr w14:val='FFFFFF'/></w14:solidFill>"))),
        "",
    ),
    WordTrick(
        "filled as usual",
        p(r("53", WHITE + TEXT_FILL.format("<w14:solidFill><w14:schemeClr w14:val='tx1'/></w14:solidFill>"))),
        "53",
        True,
    ),
    WordTrick("not filled", p(r("53", TEXT_FILL.format("<w14:noFill/>"))), ""),
    WordTrick("a speck", p(r("53", "<w:sz w:val='2'/>")), ""),
    WordTrick("a speck before a figure", p(r("9", "<w:sz w:val='2'/>"), r("53")), "53", True),
    WordTrick("squeezed", p(r("53", "<w:w w:val='1'/>")), None),
    WordTrick("over one another", p(r("53", "<w:spacing w:val='-110'/>")), None),
    WordTrick("a font of pictures", p(r("53", "<w:rFonts w:ascii='Wingdings'/>")), None),
    WordTrick("a raised note", p(r("53"), r("1", "<w:position w:val='6'/>")), "53"),
    WordTrick("a note before", p(r("1", "<w:position w:val='6'/>"), r("53")), "53"),
    WordTrick("a figure that is raised as a whole", p(r("5", "<w:position w:val='6'/>"),
              r("3", "<w:position w:val='6'/>")), "53", True),
    WordTrick("a small note", p(r("53", "<w:sz w:val='24'/>"), r("1", "<w:sz w:val='14'/>")), "53"),
    WordTrick("sizes of one figure", p(r("5", "<w:sz w:val='24'/>"), r("3", "<w:sz w:val='21'/>")), "53", True),
    WordTrick("raised by a style", p(r("53"), r("1", "<w:rStyle w:val='s'/>")), "53",
              styles=style("s", "<w:vertAlign w:val='superscript'/>")),
    WordTrick("a note that is not raised", p(r("53"), r("<w:footnoteReference w:id='2'/>")), None),
    WordTrick("a note that is raised", p(r("53"), r("<w:footnoteReference w:id='2'/>",
              "<w:vertAlign w:val='superscript'/>")), "53", True),
    WordTrick("a low row", p(r("53")), "", row=EXACT(60)),
    WordTrick("a row of one line for two", p() + p(r("53")), "", row=EXACT(300)),
    WordTrick("a row of two lines", p() + p(r("53")), "53", True, row=EXACT(600)),
    WordTrick("low lines", p(r("53"), look="<w:spacing w:line='40' w:lineRule='exact'/>"), ""),
    WordTrick("moved out", p(r("53"), look="<w:ind w:left='9000'/>"), "", cell="<w:tcW w:w='2000' w:type='dxa'/>"),
    WordTrick("moved to the neighbour", p(r("53"), look="<w:ind w:left='-2000'/>"), ""),
    WordTrick("in a frame", p(r("53"), look="<w:framePr w:x='9000'/>"), None),
    WordTrick("turned", p(f"<w:bdo w:val='rtl'>{r('35')}</w:bdo>"), "53", True),
    WordTrick("from the right", p(f"<w:dir w:val='rtl'>{r('53')}</w:dir>"), "53", True),
    WordTrick("a sign from the right", p(r("-53", "<w:rtl/>")), None),
    WordTrick("turned to the end", p(r("\u202e3"), r("5")), "53", True),
    WordTrick("from another part", BOUND.format(p(r("35"))), None),
    WordTrick("an embedded page", p(r("5")) + "<w:altChunk/>", None),
    WordTrick("a field out of date", p(field("=5", r("35"), mark="w:dirty='true'")), None),
    WordTrick("sums made anew", p(field("=50+3", r("35"))), "53", settings="<w:updateFields/>"),
    WordTrick("a field without its end", p(r("5"), field("=3")), None),
    WordTrick("an empty field", p("<w:fldSimple w:instr='=50+3'/>"), None),
    WordTrick("a mark of the index", p(r("5"), field("XE x"), r("3")), "53", True),
    WordTrick("a list to choose from", p(field("FORMDROPDOWN")), None),
    WordTrick("an aid to reading", p(r(AIDED)), "53"),
    WordTrick("either of two texts", p(TWO), None),
    WordTrick("a merger that is not accepted", p(r("53")), None, cell="<w:cellMerge w:vMerge='cont'/>"),
    WordTrick("brackets of a formula", p(IN_BRACKETS), None),
    WordTrick("today", p(r("<w:dayLong/>")), None),
    WordTrick("a number of the page", p(field("PAGE", r("5")), r("3")), None),
    WordTrick("the page's own number", p(r("<w:pgNum/>"), r("3")), None),
    WordTrick("fitted to nothing", p(r("53", "<w:fitText w:val='1'/>")), None),
    WordTrick("two lines in one", p(r("5312", "<w:eastAsianLayout w:id='1' w:combine='1'/>")), None),
    WordTrick("lines left as they are", p(r("53", "<w:eastAsianLayout w:id='1' w:combine='0'/>")), "53", True),
    WordTrick("moved out to the right", p(r("53"), look="<w:ind w:right='-9000'/><w:jc w:val='right'/>"), None),
    WordTrick("a speck from the right", p(r("9", "<w:rtl/><w:szCs w:val='2'/>"), r("53")), "53"),
    WordTrick("raised out of its row", p(r("53", "<w:position w:val='60'/>")), None, row=EXACT(300)),
    WordTrick("a list with marks", p(r("53"), look="<w:numPr><w:numId w:val='1'/></w:numPr>"), None),
]  # fmt: skip


def same(name: str, text: str) -> str:
    """A part of a file as it is."""
    return text


class SheetTrick(NamedTuple):
    """What is done to B1 of a sheet with 53 in it."""

    name: str
    dress: Callable[[Any], None]
    seen: str | None
    certain: bool = False
    change: Callable[[str, str], str] = same  # of the parts of the file, by name and text


def put(**looks: Any) -> Callable[[Any], None]:
    """Sets properties of B1."""

    def dress(sheet: Any) -> None:
        for name, value in looks.items():
            setattr(sheet["B1"], name, value)

    return dress


def ruled(rule: Any) -> Callable[[Any], None]:
    return lambda sheet: sheet.conditional_formatting.add("A1:C9", rule)


def rich(*runs: Any) -> Callable[[Any], None]:
    return put(value=CellRichText(*runs))


def sized(height: float | None = None, width: float | None = None) -> Callable[[Any], None]:
    def dress(sheet: Any) -> None:
        sheet.row_dimensions[1].height = height
        if width is not None:
            sheet.column_dimensions["B"].width = width

    return dress


def in_sheet(old: str, new: str) -> Callable[[str, str], str]:
    return lambda name, text: text.replace(old, new) if name == "xl/worksheets/sheet1.xml" else text


def in_strings(old: str, new: str) -> Callable[[str, str], str]:
    """Texts stand in the sheet or in a list of their own."""
    places = ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml")
    return lambda name, text: text.replace(old, new) if name in places else text


def tabled(sheet: Any) -> None:
    sheet["A1"], sheet["B1"] = "甲", "53"
    sheet.append(["乙", 5])
    table = Table(displayName="t", ref="A1:B2")
    table.tableStyleInfo = TableStyleInfo(name="own")
    sheet.add_table(table)


def noted(sheet: Any) -> None:
    sheet["B1"].comment = Comment("53 → 35", "甲")


WHITE_INK, FADING = Font(color="FFFFFFFF"), GradientFill(stop=("FFFFFF", "FFFFFF"))
PALE, SOLID = PatternFill("solid", fgColor="FFFF00"), PatternFill("solid", fgColor="000000")
X14 = (
    "<extLst><ext uri='x'><x14:conditionalFormattings xmlns:x14='x14' xmlns:xm='xm'><x14:conditionalFormatting>"
    "<x14:cfRule type='dataBar'><x14:dataBar showValue='0'/></x14:cfRule><xm:sqref>B1:B3</xm:sqref>"
    "</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst></worksheet>"
)
IN_SHEETS = [
    SheetTrick("as it is", put(), "53", True),
    SheetTrick("white", put(font=WHITE_INK), ""),
    SheetTrick("white of the theme", put(font=Font(color=Color(theme=0))), ""),
    SheetTrick("white of the palette", put(font=Font(color=Color(indexed=9))), ""),
    SheetTrick("nearly white by a tint", put(font=Font(color=Color(theme=1, tint=0.99))), ""),
    SheetTrick("in the colour of its ground", put(font=Font(color="FFFFFF00"), fill=PALE), ""),
    SheetTrick("white on black", put(font=WHITE_INK, fill=SOLID), "53", True),
    SheetTrick("black on black", put(fill=SOLID), ""),
    SheetTrick("white on a gradient", put(font=WHITE_INK, fill=FADING), ""),
    SheetTrick("a speck", put(font=Font(sz=1)), ""),
    SheetTrick("a font of pictures", put(font=Font(name="Wingdings 2")), None),
    SheetTrick("a text that its format hides", put(value="53", number_format=";;;"), ""),
    SheetTrick("a text with more before it", put(value="3", number_format='0;0;0;"5"@'), "53", True),
    SheetTrick("a white text by its format", put(value="53", number_format="0;0;0;[White]@"), ""),
    SheetTrick("a condition", put(number_format='[>50]"9"0;0'), "953", True),
    SheetTrick("a filling", put(number_format="*90"), None),
    SheetTrick("white by a rule", ruled(CellIsRule("greaterThan", ["50"], font=WHITE_INK)), ""),
    SheetTrick("white by a rule for others", ruled(CellIsRule("equal", ["0"], font=WHITE_INK)), "53", True),
    SheetTrick("white by a formula", ruled(FormulaRule(["B1=53"], font=WHITE_INK)), ""),
    SheetTrick("red by a formula", ruled(FormulaRule(["B1=53"], font=Font(color="FFFF0000"))), "53", True),
    SheetTrick("black by a rule", ruled(FormulaRule(["TRUE"], fill=PatternFill(bgColor="FF000000"))), ""),
    SheetTrick("an icon alone", ruled(IconSetRule("3Flags", "num", [0, 1, 2], showValue=False)), ""),
    SheetTrick("a format by a rule", ruled(Rule("expression", formula=["TRUE"], dxf=DifferentialStyle(
        numFmt=NumberFormat(numFmtId=170, formatCode=";;;")))), ""),
    SheetTrick("a rule of newer programs", put(), "", change=in_sheet("</worksheet>", X14)),
    SheetTrick("a scale from black to black", ruled(ColorScaleRule(
        "min", None, "FF000000", "max", None, "FF000000")), None),
    SheetTrick("a scale of pale colours", ruled(ColorScaleRule(
        "min", None, "FFF8696B", "max", None, "FF63BE7B")), "53", True),
    SheetTrick("a black bar", ruled(DataBarRule("min", 0, "max", 0, color="FF000000")), None),
    SheetTrick("a blue bar", ruled(DataBarRule("min", 0, "max", 0, color="FF638EC6")), "53", True),
    SheetTrick("black stripes", put(fill=PatternFill("darkHorizontal", fgColor="000000", bgColor="FFFFFF")), None),
    SheetTrick("a grey of few dots", put(fill=PatternFill("gray125", "000000", "FFFFFF")), "53", True),
    SheetTrick("repeated", put(alignment=Alignment(horizontal="fill")), None),
    SheetTrick("a sign from the right", put(value="-53", alignment=Alignment(readingOrder=2)), None),
    SheetTrick("a low row", sized(height=2), ""),
    SheetTrick("a narrow column", sized(width=1.3), ""),
    SheetTrick("a column of two digits", sized(width=2.8), "53", True),
    SheetTrick("low rows throughout", put(), "", change=in_sheet(
        'defaultRowHeight="15"', 'defaultRowHeight="1" customHeight="1"')),
    SheetTrick("narrow columns throughout", put(), "", change=in_sheet('baseColWidth="8"', 'defaultColWidth="1"')),
    SheetTrick("a small note", rich(TextBlock(InlineFont(sz=12), "53"), TextBlock(InlineFont(sz=6), "1")), "53"),
    SheetTrick("a lowered note", rich("53", TextBlock(InlineFont(vertAlign="subscript"), "1")), "53"),
    SheetTrick("a white figure first", rich(TextBlock(InlineFont(color="FFFFFFFF"), "9"), "53"), "53", True),
    SheetTrick("formulas are shown", lambda sheet: setattr(sheet.sheet_view, "showFormulas", True), "",
               change=in_sheet("<v>53</v>", "<f>50+3</f><v>53</v>")),
    SheetTrick("a cell given twice", put(), None, change=in_sheet(
        "<v>53</v></c>", '<v>53</v></c><c r="B1"><v>35</v></c>')),
    SheetTrick("a cell given again without a figure", put(), None, change=in_sheet(
        "<v>53</v></c>", '<v>53</v></c><c r="B1"/>')),
    SheetTrick("calculated ever anew", put(), None, change=in_sheet("<v>53</v>", "<f ca='1'>RAND()</f><v>53</v>")),
    SheetTrick("an old result", put(), "53", True, change=in_sheet("<v>53</v>", "<f>50+3</f><v>35</v>")),
    SheetTrick("a written character", put(value="53"), "53", True, change=in_strings(">53<", ">_x0035_3<")),
    SheetTrick("an aid to reading", put(value="53"), "53", change=in_strings(
        "53</t>", "53</t><rPh sb='0' eb='1'><t>9</t></rPh>")),
    SheetTrick("a table with a style of its own", tabled, None),
    SheetTrick("a note in the margin", noted, "53", True),
    SheetTrick("turned", put(value="\u202e35"), "53", True),
]  # fmt: skip


def sheet_file(trick: SheetTrick) -> bytes:
    """A spreadsheet with a label and a figure that a trick was played on."""
    book = Workbook()
    book.active.append(["甲", 53, 1])
    trick.dress(book.active)
    target, changed = io.BytesIO(), io.BytesIO()
    book.save(target)
    with zipfile.ZipFile(target) as old:
        parts = {name: old.read(name).decode() for name in old.namelist()}
    tricked = {name: trick.change(name, text) for name, text in parts.items()}
    assert (parts != tricked) == (trick.change is not same), f"{trick.name} finds no place"
    with zipfile.ZipFile(changed, "w") as new:
        for name, text in tricked.items():
            new.writestr(name, text)
    return changed.getvalue()


SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)
BULLETS = (
    "<w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:numFmt w:val='bullet'/><w:lvlText w:val='●'/></w:lvl>"
    "</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>"
)


def word_file(trick: WordTrick) -> bytes:
    """A document with a label and a figure that a trick was played on."""
    cells = f"<w:tc>{p(r('甲'))}</w:tc><w:tc><w:tcPr>{trick.cell}</w:tcPr>{trick.content}</w:tc>"
    table = f"<w:tblPr>{trick.table}</w:tblPr><w:tr><w:trPr>{trick.row}</w:trPr>{cells}</w:tr>"
    parts = {"styles": trick.styles, "settings": trick.settings, "numbering": BULLETS}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        body = f"{trick.before}<w:body><w:tbl>{table}</w:tbl></w:body>"
        package.writestr("word/document.xml", f"<w:document {SPACES}>{body}</w:document>")
        for name, text in parts.items():
            package.writestr(f"word/{name}.xml", f"<w:{name} {SPACES}>{text}</w:{name}>")
    return target.getvalue()
