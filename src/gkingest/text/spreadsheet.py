"""Text for tables that a spreadsheet opens: what a document prints must never run as a formula."""

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")


def cell_text(text: str) -> str:
    """``text`` with an apostrophe before it where a spreadsheet would take it for a formula.

    Text that begins with an apostrophe has another, so that to take one off always gives the text.

    >>> cell_text("=1+1"), cell_text("某县人民政府")
    ("'=1+1", '某县人民政府')
    """
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS) else text
