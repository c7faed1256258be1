"""What a reader sees of a figure in a web page, whatever its source says.

Each line of the two lists is a trick: rules of style and the content of a cell. What a reader sees was looked at in
Chromium. In the first he sees 53, which is read for certain; what he sees in the second stands beside it.
"""

import pytest

from gkingest.read.declared.flow import FlowCell, FlowTable
from gkingest.read.declared.webpage import read_html

LABELS = "<tr><td>行政许可</td><td>12</td><td>0</td></tr>" * 6


def tables(body: str, css: str = "") -> list[FlowTable]:
    page = f"<!DOCTYPE html><html><head><style>{css}</style></head><body>{body}</body></html>"
    return [b for b in read_html(page.encode()).blocks if isinstance(b, FlowTable)]


def cell(css: str, markup: str, attributes: str = "class=c") -> FlowCell:
    """The cell with this content, in a table of figures."""
    row = f"<tr class=r><td>行政处罚</td><td {attributes}>{markup}</td><td>0</td></tr>"
    (found,) = tables(f"<table>{LABELS}{row}</table>", css)
    return next(c for c in found.cells if (c.row, c.column) == (6, 1))


CERTAIN = [
    # What is not drawn
    (".x{display:none}", "53<b class=x>9</b>"),
    (".x{-webkit-transform:scale(0);display:inline-block}", "53<b class=x>9</b>"),
    ("a:visited{color:purple} a:visited:hover{color:#fff}", "<a href=x>53</a>"),
    ("a:visited{color:#fff} a.x{color:#333}", "<a class=x href=x>53</a>"),
    (".x{z-index:2;position:relative;text-underline-offset:3px}", "<u class=x>53</u>"),
    (".x{visibility:hidden}", "53<b class=x>9</b>"),
    (".c{visibility:hidden} .x{visibility:visible}", "9<b class=x>53</b>"),
    (".x{opacity:0}", "<b class=x>9</b>53"),
    (".x{content-visibility:hidden;display:block}", "<b class=x>9</b>53"),
    (".x{filter:opacity(0)}", "<b class=x>9</b>53"),
    ("", "<b hidden>9</b>53"),
    ("", "<b hidden=until-found>9</b>53"),
    ("", "<dialog>9</dialog>53"),
    ("", "<div popover>9</div>53"),
    ("", "<noscript>9</noscript><template>9</template>53"),
    ("", "<details><summary>53</summary>9</details>"),
    ("", "5<!-- 9 -->3"),
    ("", "<!--[if gte mso 9]>9<![endif]-->5<![CDATA[9]]>3"),
    # What is too small, or has the colour of its ground
    (".x{font-size:0 !important}", "53<b class=x style='font-size:12px'>9</b>"),
    (".x{font-size:1px}", "53<b class=x>9</b>"),
    (".x{font:0/0 a}", "53<b class=x>9</b>"),
    (".x{font-size:calc(0px)}", "53<b class=x>9</b>"),
    (".x{display:inline-block;transform:scale(0)}", "53<b class=x>9</b>"),
    (".x{color:transparent}", "53<b class=x>9</b>"),
    (".x{color:rgba(255,0,0,0)}", "53<b class=x>9</b>"),
    (".x{color:#f000}", "53<b class=x>9</b>"),
    ("", "<font color=white>9</font>53"),
    ("", "<font color=ffffff>9</font>53"),
    (".r{background:#036;color:#fff} .x{color:#036}", "53<b class=x>9</b>"),
    # What lies off the page, or in a box of no extent
    (".x{position:absolute;left:-999em}", "<b class=x>9</b>53"),
    (".x{position:absolute;inset:0 auto auto -3000px}", "<b class=x>9</b>53"),
    (".x{position:absolute;clip:rect(0,0,0,0)}", "<b class=x>9</b>53"),
    (".x{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden}", "<b class=x>9</b>53"),
    (".x{display:inline-block;text-indent:-9999px}", "<b class=x>9</b>53"),
    (".x{display:inline-block;transform:translateX(-9999px)}", "<b class=x>9</b>53"),
    (".x{max-height:0;overflow:hidden}", "<div class=x>9</div>53"),
    (".x{inline-size:0;overflow:hidden;display:inline-block}", "53<b class=x>9</b>"),
    (".x{position:absolute;inset-inline-start:-3000px}", "<b class=x>9</b>53"),
    (".x{clip-path:inset(50%);display:inline-block}", "<b class=x>9</b>53"),
    # Which rule holds
    (".c b:nth-child(1){display:none}", "<b>9</b><b>53</b>"),
    ("u+b{color:#fff}", "<u></u><b>9</b>53"),
    (".c:has(u)>b{display:none}", "<u></u><b>9</b>53"),
    ("[data-x='1']{visibility:hidden}", "<b data-x=1>9</b>53"),
    (".x{display:none!important}", "<b class=x style='display:inline'>9</b>53"),
    ("b.x{display:inline} .x{display:none}", "<b class=x>5</b>3"),
    (".x{display:inline}", "<b hidden class=x>5</b>3"),
    ("@layer b{.x{display:none}} .x{display:inline}", "<b class=x>5</b>3"),
    ("td.c{color:red; b{display:none} &>i{color:#fff}}", "<b>9</b>53<i>9</i>"),
    (":root{--h:none} .x{display:var(--h)}", "<b class=x>9</b>53"),
    (".x{display:var(--no,none)}", "<b class=x>9</b>53"),
    ("@media print{.x{display:none}}", "<b class=x>5</b>3"),
    ("@media (max-width:700px){.x{display:none}}", "<b class=x>5</b>3"),
    ("@media screen and (min-width:700px){.x{display:none}}", "<b class=x>9</b>53"),
    (".x{display:nonsense}", "<b class=x>5</b>3"),
    (".x{zoom:0}", "<b class=x>5</b>3"),
    ("@media (width >= 300px) and (hover: hover){.x{display:none}}", "<b class=x>9</b>53"),
    ("@media (300px <= width <= 3000px){.x{display:none}}", "<b class=x>9</b>53"),
    ("@media not print{.x{display:none}}", "<b class=x>9</b>53"),
    ("@media (prefers-color-scheme: dark), (width > 3000px){.x{display:none}}", "<b class=x>5</b>3"),
    ("@layer a{.x{display:none!important}} .x{display:inline!important}", "<b class=x>9</b>53"),
    ("@layer a{@layer b{.x{display:none}} .x{display:inline}}", "<b class=x>5</b>3"),
    ("@property --v{syntax:'*';inherits:false;initial-value:none} .x{display:var(--v)}", "<b class=x>9</b>53"),
    ("@import url('data:text/css,.x{display:none}');", "<b class=x>9</b>53"),
    (".c > [*|data-x]{display:none}", "<b data-x>9</b>53"),
    ("tbody .x{display:none} table > tr .x{display:inline}", "<b class=x>9</b>53"),
    (".x{font-size:min(0px, 1em)}", "<b class=x>9</b>53"),
    (".x{font-size:calc(1em - 16px)}", "<b class=x>9</b>53"),
    (".x{color:Field}", "<b class=x>9</b>53"),
    (".x{clip-path:inset(100%)}", "<b class=x>9</b>53"),
    ("html{font-size:1px} td{font-size:14px} .x{font-size:1rem}", "<b class=x>9</b>53"),
    ("html{font-size:62.5%} .c{font-size:1.4rem}", "53"),
    (".X{display:none}", "<b class=x>5</b>3"),
    ("table{table-layout:fixed;width:900px} td{overflow:hidden}", "53"),
    ("table{table-layout:fixed;width:100%} td{overflow:hidden}", "53"),
    ("", "<input value=9 style='width:0;border:0;padding:0'>53"),
    # What style writes, and what only looks as if it moved anything
    (".x::before{content:'5'}", "<b class=x>3</b>"),
    (".c::after{content:attr(data-v)}", "5"),
    (".x{transform:scaleX(-1)}", "<b class=x>5</b>3"),
    (".x{float:right}", "<b class=x>53</b>"),
    (".c p{display:inline}", "<p>5</p><p>3</p>"),
    (".x{display:contents}", "<div class=x>5</div><div class=x>3</div>"),
    (".x{display:flex}", "<div class=x><i>5</i><i>3</i></div>"),
    ("", "<span style='position:relative;top:-1.0pt;mso-text-raise:1.0pt'>53</span>"),
    (".c{filter:grayscale(1)}", "53"),
    ("@font-face{font-family:Calibri;panose-1:2 15} .c{font-family:Calibri}", "53"),
    (".c{color:#ccc}", "53"),
    # Notes
    ("", "53<sub>1</sub>"),
    ("", "53<sup>[1]</sup>"),
    ("", "53<span style='vertical-align:super;font-size:60%'>1</span>"),
    ("", "53<span style='position:relative;top:-.5em;font-size:60%'>1</span>"),
    ("", "<math><msup><mn>53</mn><mn>1</mn></msup></math>"),
    # Elements whose content is no text
    ("", "<input value=53 disabled>"),
    ("", "<input type=hidden value=9>53"),
    ("", "<select><option>9<option selected>53</select>"),
    ("", "<textarea>53</textarea>"),
    ("", "<button>53</button>"),
    ("", "<span style='color:#fff'><button>53</button></span>"),
    ("", "<span style='color:#fff'><a href=x>5</a></span>3"),
    ("", "<output>53</output>"),
    ("", "<iframe srcdoc=53></iframe>"),
    ("", "<svg width=30 height=14><text x=0 y=12>53</text></svg>"),
    ("", "<script>document.write(53)</script>"),
    ("", "<ruby>53<rp>(</rp><rt>9</rt><rp>)</rp></ruby>"),
    ("", "<marquee>53</marquee>"),
    ("", "<ul><li>53</ul>"),
    ("ol{list-style:none outside}", "<ol><li>53</ol>"),
    ("", "<ul style='list-style-type:square'><li>53</ul>"),
    ("", "<bdo dir=rtl>35</bdo>"),
    ("", "&#53;<wbr>&#x33;"),
    ("", "5&#x200B;3"),
    ("", "<object>53</object>"),
    ("", "<table><tr><td>53</td></tr></table>"),
    # What sites set their cells with
    (".c{line-height:1.2;text-shadow:0 1px 0 #fff;background:linear-gradient(#fff,#eee)}", "53"),
    (".c{font-size:10.5pt;line-height:12pt;box-shadow:0 0 4px rgba(0,0,0,.2);border:1px solid}", "53"),
    ("", "<font face=宋体 size=3>53</font>"),
]  # fmt: skip


@pytest.mark.parametrize(("css", "markup"), CERTAIN)
def test_what_a_reader_sees_for_certain_is_read_for_certain(css: str, markup: str) -> None:
    found = cell(css, markup, "class=c data-v=3")
    assert (found.text, found.doubt) == ("53", "")


DOUBTED = [
    # css, content, what a reader sees
    ("a:visited{color:#fff}", "<a href=x>9</a>53", "53 where he followed the link"),
    ("a:link{color:#fff} a:visited{color:#000}", "<a href=x>53</a>", "53 where he followed the link"),
    ("a{color:#000} p,a:visited{color:#fff}", "<a href=x><b>9</b></a>53", "53 where he followed the link"),
    (".x::first-letter{initial-letter:3}", "<div class=x>153</div>", "53 beside a 1 of three lines"),
    ("td{background:#fff} .x{position:relative;z-index:-1}", "<b class=x>9</b>53", "53"),
    (".x{text-decoration:underline;text-underline-offset:-.4em}", "<b class=x>53</b>", "a struck number"),
    (".x{-webkit-box-reflect:right;display:inline-block}", "<b class=x>5</b>", "5 and its mirror image"),
    (".x{-webkit-mask-box-image:url(x)}", "<b class=x>9</b>53", "what the mask leaves"),
    (".x{contain:size paint;display:inline-block}", "<div class=x>9</div>53", "53"),
    ("@font-face{font-family:F;src:url(a.woff)} .c{font-family:F}", "—", "whatever the font draws"),
    ("", "5<img src=3.gif>", "5 and a picture"),
    ("", "<img src=5.gif>3", "a picture and 3"),
    (".x{background:url(5.png);display:inline-block;width:8px;height:12px}", "<i class=x></i>", "a picture"),
    (".x{display:inline-block;width:2px;height:12px;background:#000}", "5<i class=x></i>", "5 and a bar, as 51"),
    (".x{content:url(x.png)}", "<b class=x>53</b>", "a picture"),
    (".c{counter-reset:n 52} .c::before{counter-increment:n;content:counter(n)}", "", "53"),
    ("", "<ol start=5><li>3</ol>", "5. 3"),
    ("ul{list-style:none}", "<ul><ol start=5><li>3</ol></ul>", "5. 3"),
    ("", "<ul type=1><li>3</ul>", "1. 3"),
    ("@counter-style n{system:cyclic;symbols:'5'} .x{list-style:n inside}", "<ul class=x><li>3</ul>", "5. 3"),
    (".x{display:list-item;list-style-position:inside} .x::marker{content:'5'}", "<b class=x>3</b>", "53"),
    ("q{quotes:'5' ''}", "<q>3</q>", "53"),
    (".x{offset-path:path('M0,0L2000,0');offset-distance:1900px;display:inline-block}", "53<b class=x>9</b>", "53"),
    (".x{display:attr(data-d type(<custom-ident>))}", "53<b class=x data-d=none>9</b>", "53"),
    (".x{float:right}", "<i class=x>3</i><i class=x>5</i>", "53"),
    (".x{display:flex;flex-direction:row-reverse}", "<div class=x><i>3</i><i>5</i></div>", "53"),
    (".x{display:flex} .x i{order:2}", "<div class=x><i>3</i><b>5</b></div>", "53"),
    (".x{position:relative;left:-1.2em}", "5<b class=x>3</b>", "3 over the edge, and 5"),
    (".x{margin-left:-.6em}", "5<b class=x>3</b>", "one digit over the other"),
    (".x{margin-left:3em}", "5<b class=x>3</b>", "5 and 3 far apart"),
    (".x{margin-inline:3em 0}", "5<b class=x>3</b>", "5 and 3 far apart"),
    (".x{font-size-adjust:0}", "53<b class=x>9</b>", "53"),
    (".x{position:absolute;left:90px}", "5<b class=x>3</b>", "5, and 3 anywhere"),
    (".c{letter-spacing:-.6em}", "53", "one digit over the other"),
    (".x{display:inline-block;transform:rotate(180deg)}", "<b class=x>68</b>", "89"),
    (".x{display:inline-block;transform:scaleX(-1)}", "<b class=x>53</b>", "53 mirrored"),
    (".x{display:inline-block;width:8px;overflow:hidden}", "<b class=x>53</b>", "5"),
    (".c{position:relative} .c::after{content:'';position:absolute;inset:0;background:#fff}", "53", "nothing"),
    (".c::first-letter{font-size:0}", "953", "53"),
    (".c{-webkit-text-security:disc}", "53", "two dots"),
    (".x{color:transparent;text-shadow:0 0 0 #000}", "<b class=x>5</b>3", "53"),
    (".x{color:oklch(1 0 0)}", "<b class=x>9</b>53", "53"),
    (".x{color:#e4e4e4}", "<b class=x>9</b>53", "a shade and 53"),
    (".x{font-size:5px}", "<b class=x>9</b>53", "something small and 53"),
    ("@font-face{font-family:f;src:url(f.woff)} .c{font-family:f,serif}", "53", "whatever the font draws"),
    ("@font-face{font-family:f;src:url(f.woff)} .c{font:12px/1.5 f}", "53", "whatever the font draws"),
    (".c{font:12px Wingdings}", "53", "pictures"),
    ("table{table-layout:fixed;width:90px} td{overflow:hidden}", "1234567", "123"),
    ("table{table-layout:fixed;width:100%} td{width:20px}", "1234567", "1234567 over the next cell"),
    (".r::before{content:'9'}", "53", "53 in the column beside"),
    (".r{display:flex;flex-direction:row-reverse}", "53", "53 before its label"),
    (".x{display:inline-block;transform:rotate(.5turn)}", "<b class=x>86</b>", "98"),
    (".x{display:inline-block;transform:matrix(0,0,0,0,0,0)}", "<b class=x>9</b>53", "53"),
    (".x{display:inline-block;scale:calc(0*1)}", "<b class=x>9</b>53", "53"),
    (".x{-webkit-text-stroke:3px #fff}", "<b class=x>9</b>53", "53"),
    (".x{-webkit-text-fill-color:transparent;-webkit-text-stroke:1px #000}", "<b class=x>5</b>3", "53"),
    (".x{-webkit-mask:linear-gradient(transparent,transparent)}", "<b class=x>9</b>53", "53"),
    (".c{color-scheme:dark;color:CanvasText}", "53", "nothing"),
    (".c{box-shadow:inset 0 0 0 99px #000}", "53", "a black cell"),
    (".x{outline:20px solid #fff}", "5<b class=x>3</b>", "3"),
    (".x{border-left:3px solid #000}", "5<b class=x>3</b>", "a bar, as 513"),
    (".x{display:block;margin-top:-1.2em;background:#fff;position:relative}", "53<b class=x>&nbsp;</b>", "nothing"),
    (".x{display:block;margin-left:-60px}", "<b class=x>53</b>", "53 in the cell before"),
    (".x{display:block;width:2em;overflow:hidden;text-overflow:ellipsis}", "<b class=x>1234567</b>", "1…"),
    ("", "<input value=1234567 style='width:2em'>", "12"),
    (".x{display:flex;flex-wrap:wrap-reverse;width:9px}", "<div class=x><i>3</i><i>5</i></div>", "5 over 3"),
    (".x{display:flex;gap:3em}", "<div class=x><i>5</i><i>3</i></div>", "5 and 3 far apart"),
    (".c{letter-spacing:3em}", "53", "5 and 3 far apart"),
    (".c{font-family:Wingdings}", "53", "two pictures"),
    (".x{display:inline-table}", "<b class=x>5</b><b class=x>3</b>", "5 3"),
    ("@supports (display:nonsense){.x{display:none}}", "<b class=x>5</b>3", "53"),
    ("@container (min-width:9000px){.x{display:none}}", "<b class=x>5</b>3", "53"),
    ("@layer a{.x{display:none}} .x{display:revert-layer}", "<b class=x>9</b>53", "53"),
    ("rt{display:inline;font-size:1em}", "<ruby>5<rt>3</rt></ruby>", "53"),
    ("svg text{fill:#fff}", "<svg width=40 height=16><text x=0 y=12>53</text></svg>", "nothing"),
    ("", "<math><mn mathcolor=white>9</mn><mn>53</mn></math>", "53"),
    ("", "<div><template shadowrootmode=open>53</template>99</div>", "53"),
    ("ul{list-style-image:url(5.png)}", "<ul><li>3</ul>", "a picture and 3"),
    ("", "53<small>1</small>", "53 and a small 1"),
    ("", "53<font size=1>1</font>", "53 and a small 1"),
    ("", "<s>41</s>53", "41 struck out, and 53"),
    ("", "<bdo dir=rtl><b>3</b>5</bdo>", "53"),
    ("", "&#x202E;35&#x202C;", "53"),
    (".x{color:#000;background:#000}", "<b class=x>9</b>53", "a black bar and 53"),
    (".x{background:#fff;color:#fff} .r{background:#036;color:#fff}", "53<b class=x>9</b>", "53 and a white bar"),
    ("", "<meter value=53 max=100>53</meter>", "a bar"),
    ("", "<progress value=53 max=100>53</progress>", "a bar"),
    ("", "<input placeholder=53>", "53 in grey"),
    ("", "<input type=password value=53>", "two dots"),
    ("", "<canvas>53</canvas>", "what a script draws"),
    ("", "<object data=x.svg>53</object>", "what the other file draws"),
    ("", "<svg width=40 height=16><path d='M3 2V12' stroke=red /></svg>3", "a stroke and 3"),
    ("", "<svg width=40 height=16><text x=0 y=12 fill=white>53</text></svg>", "nothing"),
    ("", "<math><mfrac><mn>5</mn><mn>3</mn></mfrac></math>", "five thirds"),
    ("", "<script>document.write(50+3)</script>", "53"),
    (".x{line-height:0;overflow:hidden;display:inline-block}", "<b class=x>9</b>53", "53"),
    (".x{background:linear-gradient(#0000 45%,#000 45%,#000 55%,#0000 55%)}", "<b class=x>53</b>", "53 struck out"),
    (
        ".x{position:relative} .x::after{content:'';position:absolute;top:50%;left:0;right:0;border-top:2px solid}",
        "<b class=x>53</b>",
        "53 struck out",
    ),
    (".x{text-shadow:.6em 0 0 #000}", "<b class=x>5</b>", "5 twice"),
    (".x{filter:drop-shadow(9px 0 0 red)}", "<b class=x>5</b>", "5 twice"),
    (".x{box-shadow:3px 0 0 #000}", "5<b class=x>3</b>", "53 and a bar, as 531"),
    (".x{text-emphasis:'9'}", "<b class=x>53</b>", "53 with a 9 over each digit"),
    ("", "<textarea style='text-indent:-99px'>53</textarea>", "nothing"),
    ("", "<font face=Webdings>53</font>", "two pictures"),
]  # fmt: skip


@pytest.mark.parametrize(("css", "markup", "seen"), DOUBTED)
def test_what_only_a_browser_can_tell_is_doubted(css: str, markup: str, seen: str) -> None:
    assert cell(css, markup).doubt


SCRIPTS = [
    "document.querySelectorAll('.x').forEach(e => e.remove())",
    'for (const e of document.getElementsByClassName("x")) e.hidden = true',
    "window.onload = function () { $('.x').hide() }",
    'jQuery("td .z, #y").detach()',
    "document.getElementById('y').innerHTML = ''",
    "document.getElementById('y').textContent += 7",
    "Array.from(document.all).forEach(function (e) { if (e.className == 'x') e.style.display = 'none' })",
    "document.querySelector('[class=x]').textContent = 8",
    "document.querySelectorAll(`td > .x`)[0].outerHTML = ''",
]


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("type_", ["", " type=module", " type='text/javascript'"])
def test_what_a_script_knows_by_name_may_not_be_what_it_was(script: str, type_: str) -> None:
    """A reader may see 53: the script takes the 9 away."""
    row = "<tr><td>行政处罚</td><td>53<b class='w x' id=y>9</b></td><td>0</td></tr>"
    (found,) = tables(f"<table>{LABELS}{row}</table><script{type_}>{script}</script>")
    assert [c.row for c in found.cells if c.doubt] == [6]
    assert [c.text for c in found.cells if c.doubt] == ["539"]


def test_a_script_may_take_cells_and_rows_away_and_show_what_was_hidden() -> None:
    script = "<script>$('.x').toggle()</script>"
    (cells,) = tables(f"<table>{LABELS}<tr><td>行政处罚</td><td class=x>9</td><td>0</td></tr></table>{script}")
    assert [c.text for c in cells.cells if c.doubt] == ["9"]
    (rows,) = tables(f"<table>{LABELS}<tr class=x><td>行政处罚</td><td>9</td><td>0</td></tr></table>{script}")
    assert [c.text for c in rows.cells if c.doubt] == ["行政处罚", "9", "0"]
    hidden = f"<table>{LABELS}<tr><td>行政处罚</td><td>5<i class=x>3</i></td><td>0</td></tr></table>{script}"
    (shown,) = tables(hidden, ".x{display:none}")
    assert [c.text for c in shown.cells if c.doubt] == ["5"]
    (last,) = tables(
        f"<table>{LABELS}<tr><td>行政处罚</td><td>5<i id=x>3</i></td></tr></table><img onerror='x.remove(\"#x\")'>"
    )
    assert [c.text for c in last.cells if c.doubt] == ["53"]


def test_scripts_that_sites_have_on_every_page_are_no_doubt() -> None:
    """They set sizes, count visits, share, fold menus, wrap tables; and know nothing of what is in a cell."""
    scripts = """
        var size = 16; function doZoom(n) { document.getElementById('zoom').style.fontSize = n + 'px'; }
        $(".TRS_Editor p, .TRS_Editor span").css("font-size", "18px"); $(".nav li").hover(function () {
          $(this).addClass("on").siblings().removeClass("on"); });
        (function () { var hm = document.createElement("script"); hm.src = "https://hm.baidu.com/hm.js?4d6e";
          var s = document.getElementsByTagName("script")[0]; s.parentNode.insertBefore(hm, s); })();
        $("#zoom table").wrap('<div class="table-wrap"></div>'); $("#zoom td").removeAttr("width"); // don't
        if (document.getElementsByClassName("fujian").length == 0) { $(".fj").hide() }
        document.title = "x"; window.print.className = 'printed'; $('#share').html('');
    """
    row = (
        "<tr class=firstRow style='height:30px'><td class='et2 selectTdClass'><p class=MsoNormal>行政许可</p></td>"
        "<td class=xl70 id=td1><p class=MsoNormal align=center><span class=s1>12</span></p></td>"
        "<td class=et3>0</td></tr>"
    )
    data = '<script type=\'application/json\'>{"remove": ".xl70 .s1"}</script>'
    read = "<script>console.log(document.querySelectorAll('.s1').length)</script>"
    body = f"<div id=zoom class=TRS_Editor><table class=fj>{row * 4}</table></div>{data}{read}"
    (found,) = tables(f"{body}<script>{scripts}</script>")
    assert {c.doubt for c in found.cells} == {""}


@pytest.mark.parametrize(
    ("css", "markup"),
    [
        (".x{display:block}", "5<b class=x>3</b>"),
        (".c{white-space:pre}", "5\n3"),
        ("", "<table><tr><td>5</td><td>3</td></tr></table>"),
        ("", "<div>5</div><div>3</div>"),
        ("", "<details open><summary>5</summary>3</details>"),
    ],
)
def test_two_lines_are_never_one_figure(css: str, markup: str) -> None:
    assert cell(css, markup).text == "5\n3"


@pytest.mark.parametrize(
    ("stated", "seen"),
    [
        ("", "3"),
        ('<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">', "3"),
        (
            '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">',
            "53",
        ),
        ("<!DOCTYPE html>", "53"),
    ],
)
def test_a_page_of_the_nineties_takes_large_letters_of_names_for_small_ones(stated: str, seen: str) -> None:
    row = "<tr><td>行政处罚</td><td><b class=x title='A.B'>5</b>3</td><td>0</td></tr>"
    page = f"{stated}<html><style>.X[title='A.B']{{display:none}}</style><table>{LABELS}{row}</table></html>"
    (found,) = [b for b in read_html(page.encode()).blocks if isinstance(b, FlowTable)]
    assert next(c.text for c in found.cells if (c.row, c.column) == (6, 1)) == seen


def test_style_can_take_a_note_for_a_part_of_the_figure_and_readers_with_it() -> None:
    assert cell("sup{vertical-align:baseline;font-size:inherit}", "53<sup>1</sup>").text == "531"


def test_rows_that_are_collapsed_are_no_rows() -> None:
    (found,) = tables(f"<table>{LABELS}<tr style='visibility:collapse'><td>行政处罚</td><td>9</td></tr></table>")
    assert found.rows == 6


def test_a_cell_that_is_invisible_keeps_its_place() -> None:
    row = "<tr><td>行政处罚</td><td style='visibility:hidden'>9</td><td>53</td></tr>"
    (found,) = tables(f"<table>{LABELS}{row}</table>")
    assert [c.text for c in found.cells if c.row == 6] == ["行政处罚", "", "53"]


def test_a_column_that_is_not_displayed_takes_no_place() -> None:
    (found,) = tables(f"<table>{LABELS}</table>", "td:nth-child(2){display:none}")
    assert [c.text for c in found.cells if c.row == 0] == ["行政许可", "0"]


def test_feet_are_drawn_below_and_heads_above_wherever_they_stand() -> None:
    foot, head = "<tfoot><tr><td>合计<td>1</tfoot>", "<thead><tr><td>项目<td>数量</thead>"
    (found,) = tables(f"<table>{foot}<tbody><tr><td>行政许可<td>2<tr><td>行政处罚<td>3</tbody>{head}</table>")
    assert [c.text for c in found.cells if c.column == 0] == ["项目", "行政许可", "行政处罚", "合计"]


def test_a_copy_of_the_table_that_nobody_sees_is_none() -> None:
    hidden = f"<table class=x>{LABELS}</table>"
    assert len(tables(f"{hidden}<table>{LABELS}</table>{hidden}", ".x{display:none}")) == 1
    assert len(tables(f"{hidden}<table>{LABELS}</table>", ".x{opacity:0}")) == 1


def test_a_page_that_shows_its_tables_by_a_script_is_read_and_doubted() -> None:
    (found,) = tables(f"<p>报告</p><div class=tab><table>{LABELS}</table></div>", ".tab{display:none}")
    assert {c.doubt for c in found.cells} == {"the table is hidden until a script of the page shows it"}
    assert found.cells[1].text == "12"


def test_what_sites_set_their_pages_with_is_no_doubt() -> None:
    """Layout tables, floats and fixed panels around the article, filters of days of mourning, shaded cells."""
    css = (
        "html{filter:grayscale(100%)} .left{float:left;width:200px} .main{position:absolute;left:220px;top:90px}"
        "td{background:url(cell.png)} th{background:#036;color:#fff} tr:nth-child(even){background:#eee}"
        ".main td{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;letter-spacing:-.02em}"
    )
    word = "<p style='text-indent:-21.0pt;margin-left:21.0pt'><span style='font-size:14pt'>1</span>2<o:p></o:p></p>"
    rows = LABELS.replace("<td>12</td>", f"<td>{word}</td>")
    layout = f"<table><tr><td class=left>导航</td><td class=main><table>{rows}</table></td></tr></table>"
    (found,) = tables(layout, css)
    assert {c.doubt for c in found.cells} == {""}
    assert [c.text for c in found.cells if c.row == 0] == ["行政许可", "12", "0"]


@pytest.mark.parametrize(
    "css",
    [
        "".join(f".r td:nth-of-type({n}) b{{color:red}}" for n in range(9000)),
        f"td{{color:red}} {':not(' * 300}a{')' * 300}{{color:red}}",
        "a{" * 5000,
        "".join(f"* > *:nth-child({n}n+1) ~ *{{color:red}}" for n in range(1000)),
    ],
)
def test_rules_that_cannot_be_followed_to_their_end_are_a_doubt(css: str) -> None:
    (found,) = tables(f"<table>{LABELS * 20}</table>", css)
    assert found.cells[-1].doubt == "the page's rules of style cannot be followed to their end"
    assert found.cells[-2].text == "12"
