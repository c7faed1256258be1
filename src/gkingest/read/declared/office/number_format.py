"""Numbers as the format of a spreadsheet cell prints them."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from math import isfinite

from gkingest.text.signs import sign_of

FORMAT = "the figure is stored as here, and printed in a format that is not known"
NOT_SHOWN = "a figure is stored in the cell that its format does not show"
_LONG = 40  # characters of a format that is more than text around text
_LONGEST_FORMAT = 255  # characters, as of Excel
_GENERAL = ("General", "G/通用格式", "@", "")
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)  # as many digits as a float can have
_STORED = Context(prec=15, rounding=ROUND_HALF_UP)  # digits that Excel keeps of a number
_WIDEST = 11  # characters of a number without a format, its point among them
# Pieces of a number format: quoted text, escaped sign, a space, a filling, something in brackets, digits, other.
_PIECE = re.compile(
    r'"([^"]*)"|\\(.)|(_.)|(\*.)|\[(.*?)\]|(General|G/通用格式|[0#?.,]*[0#?][0#?.,]*)|(.)', re.DOTALL
)
_TOKEN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].|.', re.DOTALL)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_COLOUR = re.compile(
    r"\[(black|blue|cyan|green|magenta|red|white|yellow|colou?r ?\d+|颜色 ?\d+|[黑蓝绿红白黄]色?)\]", re.IGNORECASE
)


def format_number(value: float, code: str) -> tuple[str, str]:
    """A number as its format prints it, and a doubt where the format is not known here.

    >>> format_number(1234.5, "#,##0.00")
    ('1,234.50', '')
    """
    if code in _GENERAL or not isfinite(value):
        return _general(value)
    if len(code) > _LONGEST_FORMAT:
        return _plain(value), FORMAT
    chosen, signed = _section(value, code)
    printed = _in_section(abs(_decimal(value)), chosen) if chosen is not None else None
    if printed is None:
        return _plain(value), FORMAT
    return ("-" if signed and re.search("[1-9]", printed) else "") + printed, ""


def format_text(text: str, code: str) -> str:
    """A text as the format of its cell prints it: as it is, with something around it, or not at all.

    >>> format_text("53", ";;;"), format_text("53", '0;-0;0;@"件"')
    ('', '53件')
    """
    sections = _sections(code)
    own = sections[3] if len(sections) > 3 else next((s for s in sections[-1:] if "@" in s), "@")
    if code in _GENERAL or (len(sections) < 4 and "@" not in own):
        return text
    return "".join(
        text if other == "@" else quoted or escaped or other
        for quoted, escaped, _, _, _, _, other in _PIECE.findall(own)
    )


def format_value(value: object, code: str, drawn: bool, doubt: str = "") -> tuple[str, str]:
    """A value in its format, "" for one that is not ``drawn``, and what is to be doubted, ``doubt`` first."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        shown, unknown = format_number(value, code)
        return (shown, doubt or unknown) if shown and drawn else ("", NOT_SHOWN)
    written = _written(value, code)
    if not written.strip():
        return written, doubt
    printed = format_text(written, code) if len(code) < _LONG else written
    return printed, doubt or ("" if printed.strip() else NOT_SHOWN)


def _written(value: object, code: str) -> str:
    """A value that is no number."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, date) and "年" in code:
        day = f"{value.day}日" if "日" in code else ""
        return f"{value.year}年" + (f"{value.month}月{day}" if "月" in code else "")
    if isinstance(value, datetime) and not any((value.hour, value.minute, value.second)):
        return value.date().isoformat()
    text = re.sub(r"_x000[Dd]_\n?", "\n", str(value))
    return _ESCAPED.sub(lambda escape: sign_of(int(escape[1], 16)), text)


def section_colour(value: object, code: str) -> str:
    """Name of the colour in which a format prints a value, "" if it names none."""
    sections = _sections(code)
    if isinstance(value, int | float):
        chosen = _section(value, code)[0]
    else:
        chosen = sections[3] if len(sections) > 3 else ""
    found = _COLOUR.search(chosen or "")
    return found[1].lower() if found else ""


def _sections(code: str) -> list[str]:
    sections = [""]
    for token in _TOKEN.findall(code[:_LONGEST_FORMAT]):
        sections += [""] if token == ";" else [sections.pop() + token]
    return sections


def _section(value: float, code: str) -> tuple[str | None, bool]:
    """The section of a format for a number, ``None`` if that cannot be told, and whether a minus is printed."""
    sections = _sections(code)
    conditions = [_CONDITION.search(s) for s in sections[:2]]
    if any(conditions) and value < 0:  # programs differ in whether they print the minus
        return None, False
    if any(conditions):
        for section, condition in zip(sections[:2], conditions, strict=False):
            if condition and _holds(_decimal(value), condition[1], Decimal(condition[2])):
                return section, value < 0
        rest = sections[2:3] or sections[1:2]  # without a third section numbers that fit none are printed as ###
        return (rest[0] if rest and (len(sections) > 2 or not conditions[-1]) else None), value < 0
    wanted = 1 if value < 0 else 2 if value == 0 else 0
    return (sections[wanted] if wanted < len(sections) else sections[0]), value < 0 and len(sections) < 2


def _holds(value: Decimal, sign: str, limit: Decimal) -> bool:
    order = {"<": value < limit, ">": value > limit, "=": value == limit}
    return value != limit if sign == "<>" else any(order[s] for s in sign)


def _in_section(amount: Decimal, section: str) -> str | None:
    """A number in one section of a format; ``None`` for dates, fractions, exponents and what fills the cell."""
    text, figures = "", 0
    percent = sum(other == "%" for *_, other in _PIECE.findall(section))
    for quoted, escaped, _, filling, bracket, figure, other in _PIECE.findall(section):
        if figure:
            text += _digits(amount.scaleb(2 * percent, _EXACT), figure)
            figures += 1
        elif bracket:
            if re.match("(?i)dbnum|natnum|[hms]+$", bracket):
                return None
            text += bracket[1:].partition("-")[0] if bracket[0] == "$" else ""
        elif filling.strip("* ") or other == "/" or (other.isascii() and other.isalpha()):
            return None
        else:
            text += quoted or escaped or other
    return text.strip() if figures < 2 else None


def _digits(amount: Decimal, pattern: str) -> str:
    """Digits as many as a pattern of ``0``, ``#``, ``?``, comma and point asks for, or all."""
    if pattern in _GENERAL:
        return _general(float(amount))[0]
    whole, point, decimals = pattern.partition(".")
    body = whole.rstrip(",") if not point else whole
    shift = len(whole) - len(body) + len(decimals) - len(decimals.rstrip(","))
    decimals = decimals.replace(",", "")
    rounded = amount.scaleb(-3 * shift, _EXACT).quantize(Decimal(1).scaleb(-len(decimals)), context=_EXACT)
    digits, _, fraction = f"{rounded:f}".partition(".")
    least = body.replace(",", "").count("0")
    digits = (digits.lstrip("0") or "").rjust(least, "0")
    if "," in body:
        digits = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", digits)
    kept = decimals.rfind("0") + 1
    fraction = fraction[:kept] + fraction[kept:].rstrip("0")
    return digits + (f".{fraction}" if point and fraction else "")


def _decimal(value: float) -> Decimal:
    """A number with the digits that Excel keeps of it."""
    return _STORED.create_decimal(Decimal(repr(value))) if isinstance(value, float) else Decimal(value)


def _general(value: float) -> tuple[str, str]:
    """A number without a format: what is kept of it, doubted where a cell shows fewer of its digits."""
    text = _plain(value)
    whole, _, fraction = text.removeprefix("-").partition(".")
    if not isfinite(value) or (len(whole) <= _WIDEST and len(whole) + bool(fraction) + len(fraction) <= _WIDEST):
        return text, ""
    return text, FORMAT


def _plain(value: float) -> str:
    """A number without a format: every digit that is kept of it, none that is not."""
    if not isfinite(value):
        return str(value)
    text = f"{_decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
