"""Read the format files, cross-check them and choose among them."""

import hashlib
import itertools
from collections.abc import Iterator
from pathlib import Path

from gkingest.errors import FormatError
from gkingest.formats.names import axes_along, expand, form_keys, keys_like
from gkingest.formats.rules import KINDS
from gkingest.formats.spec import Format, Node, Rule, Table
from gkingest.formats.yaml_file import line_of, load_model
from gkingest.model.key import ANY
from gkingest.paths import data_files, shipped_data
from gkingest.text.labels import fold, label_key
from gkingest.text.numbers import UNITS
from gkingest.told import Told, joined

_ENDINGS = (".yml", ".yaml")
_NO_LINE = {
    "row": "{0}: there is no row {1} in {2}; correct the rule",
    "column": "{0}: there is no column {1} in {2}; correct the rule",
    "line": "{0}: there is no line {1} in {2}; correct the rule",
}


def shipped_folder() -> Path:
    """Folder of the format files that ship."""
    return shipped_data() / "formats"


def load_formats(folder: Path | None = None) -> tuple[Format, ...]:
    """Every format in ``folder`` (default: the shipped ones), oldest edition first; raises FormatError.

    A folder that holds a ``formats`` folder is taken for a schemas folder.
    """
    folder = folder or shipped_folder()
    folder = folder / "formats" if (folder / "formats").is_dir() else folder
    paths = data_files(folder, *_ENDINGS)
    if not paths:
        raise FormatError(
            Told(
                "{0}: no format files (*.yml) here, so nothing can be matched; "
                "name a folder that holds them with --schemas",
                folder,
            )
        )
    formats = sorted((load_format(path) for path in paths), key=by_age)
    for one, other in itertools.combinations(formats, 2):
        if one.edition == other.edition:
            raise FormatError(
                Told(
                    "{0}: {1} and {2} both call themselves edition {3}; an edition has one file",
                    folder,
                    one.id,
                    other.id,
                    one.edition,
                )
            )
    return tuple(formats)


def by_age(form: Format) -> tuple[int, int, str, str]:
    """By what editions are put in order, the oldest first; those that went out of use before the others."""
    return form.first_year, form.last_year or 9999, form.edition, form.id


def format_hash(folder: Path | None = None) -> str:
    """SHA-256 over the bytes of the format files, for the record of a run."""
    folder = folder or shipped_folder()
    folder = folder / "formats" if (folder / "formats").is_dir() else folder
    digest = hashlib.sha256()
    for path in data_files(folder, *_ENDINGS):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def load_format(path: Path) -> Format:
    """One format file, validated; raises :class:`FormatError` with file and line."""
    form = load_model(path, Format)
    for problem, words in _problems(form):
        raise FormatError.at(path, line_of(path, words), problem)
    return form


def _problems(form: Format) -> Iterator[tuple[str, str]]:
    """What a valid model can still have wrong, as (problem, words to find its line by)."""
    seen: set[str] = set()
    yield from ((_unknown_unit(s.label, s.unit), s.unit) for s in form.stated if s.unit not in UNITS)
    for table in form.printed:
        for key in {table.key, *table.keys}:
            if key in seen:
                yield Told("two tables are called {0}; give each a key of its own", key), f"key: {key}"
            seen.add(key)
        yield from _table_problems(table)
    if form.tables and not form.rules:
        yield Told("{0} has too few entries; at least {1} belong there", "rules", 1), "rules:"
    for rule in form.rules:
        yield from _rule_problems(form, rule)
    yield from (
        (Told("{0}: there is no cell {1}; correct equals", narrated.key, cell), cell)
        for narrated in form.narrated
        for cell in itertools.chain.from_iterable(narrated.equals)
        if not keys_like(cell, form_keys(form))
    )


def _table_problems(table: Table) -> Iterator[tuple[str, str]]:
    rows: set[str] = set()
    for block in table.blocks:
        yield from _sibling_problems(block.rows, of_sheet=bool(table.holds))
        yield from _sibling_problems(block.columns)
        keys = [leaf.name for leaf, _ in block.column_leaves()]
        yield from (
            (Told("{0}: two columns are called {1}; give each a key of its own", block.key, k), f"key: {k}")
            for k in {key for key in keys if keys.count(key) > 1}
        )
        for leaf, _ in block.row_leaves():
            if leaf.key in rows:
                told = Told("{0}: two rows are called {1}; give each a key of its own", table.key, leaf.key)
                yield told, f"key: {leaf.key}"
            rows.add(leaf.name)
            if table.misplaces(leaf.name):
                may = ", ".join(f"{k}/" for k in table.holds)
                begins = Told("{0}: the key of a row begins with one of {1} here", leaf.key, may)
                told = begins if may else Told("{0}: the key of a row has no / here", leaf.key)
                yield joined("; ", (told, "correct the key, or holds")), f"key: {leaf.key}"


def _sibling_problems(nodes: tuple[Node, ...], *, of_sheet: bool = False) -> Iterator[tuple[str, str]]:
    """``of_sheet`` tells that rows stand below others of their kind, whose order tells labels apart that recur."""
    taken: dict[str, Node] = {}
    for node in nodes:
        own = {label_key(node.label)}
        for alias in node.aliases:
            if fold(alias) == fold(node.label):
                yield Told("{0}: an alias equals its label; remove the alias", node.label), alias
            own.add(label_key(alias))
        for key in own:
            if key in taken and not (of_sheet and _above(taken[key]) != _above(node)):
                told = Told(
                    "{0} and {1} have one comparison key {2}; remove the alias, or tell the labels apart",
                    node.label,
                    taken[key].label,
                    repr(key),
                )
                yield told, node.label
            taken[key] = node
        if node.unit and node.unit not in UNITS:
            yield _unknown_unit(node.label, node.unit), node.unit
        yield from _sibling_problems(node.children, of_sheet=of_sheet)


def _unknown_unit(label: str, unit: str) -> str:
    return Told("{0}: unknown unit {1}; one of {2}", label, repr(unit), ", ".join(UNITS))


def _above(node: Node) -> str:
    return node.name.rpartition(".")[0]


def _rule_problems(form: Format, rule: Rule) -> Iterator[tuple[str, str]]:
    try:
        table = form.table(rule.table)
    except KeyError:
        known = ", ".join(t.key for t in form.tables)
        yield Told("{0}: there is no table {1}; name one of {2}", rule.id, rule.table, known), rule.id
        return
    keys, lines = axes_along(table, rule.along)
    kind, sides = KINDS[rule.kind], rule.sides
    named = [
        *((n, kind.term(side, n)[0], keys, rule.along[:-1]) for side, names in sides.items() for n in names),
        *((name, name, lines, "line") for name in rule.only),
    ]
    yield from (
        (Told(_NO_LINE[what], rule.id, name, rule.table), rule.id)
        for name, plain, among, what in named
        if plain == ANY or not expand(plain, among)  # any row would be the total too
    )
    if not kind.needed <= sides.keys() <= set(kind.signs):
        needs = Told("{0}: a {1} needs {2}", rule.id, rule.kind, ", ".join(sorted(kind.needed)))
        may = Told("and may have {0}", ", ".join(sorted(kind.optional))) if kind.optional else ""
        yield joined(", ", (needs, may)), rule.id
