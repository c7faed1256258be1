"""What Datasette says in its own templates, said through our catalogue.

Words between two tags are found as they stand. Where words and values are put together, a piece of the source of a
template has another in its place; a piece that no template has any more is told by the tests.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from markupsafe import Markup, escape

from gkingest.language import language
from gkingest.serve.spoken import page_words, say

# Words between two tags of a template, or between a tag and what is filled in.
_WORDS = re.compile(r"(?<=[>}])([^<>{}]*[A-Za-z][^<>{}]*)(?=[<{])|(?<=value=\")(Apply|Export CSV|Run SQL)(?=\")")
_SCRIPT = re.compile(r"(<script.*?</script>|<style.*?</style>)", re.DOTALL)
_COUNTED = re.compile(
    r'\{\{ "\{:,\}"\.format\((?P<n>[\w.|]+)\) \}\} (?P<what>row|hidden table)'
    r"\{% if (?P=n) == 1 %\}\{% else %\}s\{% endif %\}"
)
PIECES = {
    "{{ human_description_en }}": (
        "{{ described(human_description_en, filters, search, sort, sort_desc, extra_wheres_for_ui) }}"
    ),
    "{{ item.label }}": '{{ say("home") if item.label == "home" else item.label }}',
    "{{ display }}</option>": "{{ say(display) }}</option>",
    ">Sort by {{ column.name }}<": '>{{ say("Sort by {0}", column.name) }}<',
    "{% if is_view %} (view){% endif %}": '{% if is_view %} {{ say("(view)") }}{% endif %}',
    "{{ extra_wheres_for_ui|length }} extra where clause{% if extra_wheres_for_ui|length != 1 %}s{% endif %}": (
        '{{ say("Further conditions: {0}", extra_wheres_for_ui|length) }}'
    ),
    "... and <a": '{{ say("... and") }} <a',
    "{% if display_rows %} returning {% if truncated %}more than {% endif %}": (
        '{% if display_rows %}{{ say(", more than ") if truncated else say(", returning ") }}'
    ),
    ">{{ show_hide_text }}</a>": ">{{ say(show_hide_text) }}</a>",
    '<p class="message-error">{{ error }}</p>': '<p class="message-error">{{ reported(error) }}</p>',
    "{% if title %}{{ title }}{% else %}Error {{ status }}{% endif %}": (
        '{% if title %}{{ say(title) }}{% else %}{{ say("Error") }} {{ status }}{% endif %}'
    ),
    '>{{ name }}</label> <input type="text" id="qp': '>{{ asked_for(name) }}</label> <input type="text" id="qp',
    "{{ database }}{% if query and query.sql %}: {{ query.sql }}{% endif %}": (
        "{{ metadata.title or database }}"
        "{% if query and query.sql and not canned_query %}{{ say(': ') }}{{ query.sql }}{% endif %}"
    ),
    "{{ error }}</div>": "{{ reported(error) }}</div>",
    "from {{ other.other_column }} in {{ other.other_table }}": (
        '{{ say("from {0} in {1}", other.other_column, other.other_table) }}'
    ),
}
# What the menu of a column says, which a script of Datasette makes.
SCRIPT_PIECES = (
    ">Sort ascending<", ">Sort descending<", ">Facet by this<", ">Hide this column<", ">Show all columns<",
    ">Show not-blank rows<", "`Type: $", '"Remove this filter"',
)  # fmt: skip
_INTERRUPTED = re.compile(r"<p>SQL query took too long\..*?</p>", re.DOTALL)
_OPERATORS = {
    "exact": '{0} = "{1}"', "not": '{0} != "{1}"', "contains": '{0} contains "{1}"',
    "endswith": '{0} ends with "{1}"', "startswith": '{0} starts with "{1}"', "gt": "{0} > {1}", "gte": "{0} ≥ {1}",
    "lt": "{0} < {1}", "lte": "{0} ≤ {1}", "like": '{0} like "{1}"', "notlike": '{0} not like "{1}"',
    "glob": '{0} glob "{1}"', "in": "{0} in {1}", "notin": "{0} not in {1}", "arraycontains": '{0} contains "{1}"',
    "arraynotcontains": '{0} does not contain "{1}"', "date": "{0} is on date {1}", "isnull": "{0} is null",
    "notnull": "{0} is not null", "isblank": "{0} is blank", "notblank": "{0} is not blank",
}  # fmt: skip
# What SQLite, Datasette and our bounds complain of, with what stands in the gap.
_COMPLAINTS = (
    "no such table: {0}", "no such column: {0}", "no such function: {0}", 'near "{0}": syntax error',
    'unrecognized token: "{0}"', "ambiguous column name: {0}", "Cannot sort table by {0}",
    "misuse of aggregate: {0}", "wrong number of arguments to function {0}", "_size must be <= {0}",
    "You did not supply a value for binding {0}.",
    "the answer is larger than {0} MB; ask for fewer rows or columns",
    "_col={0} - invalid columns", "_nocol={0} - invalid columns",
)  # fmt: skip
TOO_LONG = "The query took too long, so it was stopped. Ask for fewer rows, years or indicators."


class Filters(Protocol):
    """The conditions of a table's page, as Datasette has them."""

    def selections(self) -> Iterator[tuple[str, str, str]]:
        """Column, operator and value of each."""


def in_place(source: str) -> str:
    """The source of one of Datasette's templates, its words put together by us."""
    for piece, ours in PIECES.items():
        source = source.replace(piece, ours)
    return _COUNTED.sub(r'{{ counted(\g<n>, "\g<what>") }}', source)


def in_script(source: str) -> str:
    """The source of the script of Datasette's tables, its words in the visitor's language."""
    for piece in SCRIPT_PIECES:
        words = piece.strip('>`$<"').rstrip()
        source = source.replace(piece, piece.replace(words, say(words)))
    return source


def asked_for(name: str) -> str:
    """What a query asks for, by the name that its address has for it."""
    words = say(f"asked: {name}")
    return name if words.startswith("asked: ") else f"{words} ({name})"


def counted(number: int, what: str) -> str:
    """So many rows, or hidden tables."""
    return say(f"{{0}} {what}" if number == 1 else f"{{0}} {what}s", f"{number:,}")


def described(
    told: str,
    filters: Filters,
    search: str,
    sort: str | None,
    sort_desc: str | None,
    wheres: list[Mapping[str, str]],
) -> str:
    """Which rows a table's page shows and in which order; ``told`` is how Datasette says it in English."""
    if language() == "en":
        return told
    parts = [say('search matches "{0}"', search)] if search else []
    parts += [say(_OPERATORS.get(name, "{0} = {1}"), column, value) for column, name, value in filters.selections()]
    parts += [where["text"] for where in wheres or ()]
    conditions = say("where {0}", say(" and ").join(parts)) if parts else ""
    order = say("sorted by {0} descending", sort_desc) if sort_desc else say("sorted by {0}", sort) if sort else ""
    return say(", ").join(part for part in (conditions, order) if part)


def reported(error: object) -> object:
    """What went wrong in the visitor's language; markup is left alone, as are words that only the program has."""
    text = str(error)
    if isinstance(error, Markup) and (found := _INTERRUPTED.search(text)):
        return Markup(f"{text[: found.start()]}<p>{escape(say(TOO_LONG))}</p>{text[found.end() :]}")
    if text == "404":
        return say("There is no page of this address.")
    if language() == "en":
        return error
    for complaint in _COMPLAINTS:
        before, after = complaint.split("{0}")
        if text.startswith(before) and text.endswith(after) and len(text) > len(before) + len(after):
            return say(complaint, text[len(before) : len(text) - len(after)])
    if "<" in text:
        return error
    told = say(text)
    return told if told != text else Markup('{}<span lang="en">{}</span>').format(say("The program says: "), text)


class Spoken:
    """Turns the English words in Datasette's templates into calls of :func:`say`, as an extension of Jinja does."""

    priority = 100
    identifier = "gkingest.serve.spoken"
    tags: frozenset[str] = frozenset()

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source of a template; ours ask for their words themselves."""
        if filename is None or "datasette" not in filename or "gkingest" in filename.rpartition("datasette")[2]:
            return source
        parts = _SCRIPT.split(in_place(source))
        return "".join(part if number % 2 else _WORDS.sub(_asking, part) for number, part in enumerate(parts))

    def filter_stream(self, stream: Iterator[Any]) -> Iterator[Any]:
        """Nothing is changed here."""
        return stream


def _asking(found: re.Match[str]) -> str:
    """``Next page`` as a call, where the catalogue has it; blanks around it stay."""
    text = found[0]
    core = " ".join(text.split())
    if core not in page_words():
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{{{{ say({core!r}) }}}}{after}"
