"""Read the format files, cross-check them and choose among them."""

import hashlib
import itertools
from collections.abc import Iterator
from pathlib import Path

from gkingest.errors import FormatError
from gkingest.formats.names import axis_keys, expand, form_keys, keys_like, signed
from gkingest.formats.rules import KINDS
from gkingest.formats.spec import SIDES, Format, Node, Rule, Table
from gkingest.formats.yaml_file import line_of, load_model
from gkingest.model.key import ANY
from gkingest.paths import data_files, shipped_data
from gkingest.text.labels import fold, label_key
from gkingest.text.numbers import UNITS

_ENDINGS = (".yml", ".yaml")


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
            f"{folder}: no format files (*.yml) here, so nothing can be matched; "
            "name a folder that holds them with --schemas"
        )
    formats = sorted((load_format(path) for path in paths), key=by_age)
    for one, other in itertools.combinations(formats, 2):
        if one.edition == other.edition:
            raise FormatError(
                f"{folder}: {one.id} and {other.id} both call themselves edition {one.edition}; "
                "an edition has one file"
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
        raise FormatError(f"{path}:{line_of(path, words)}: {problem}")
    return form


def _problems(form: Format) -> Iterator[tuple[str, str]]:
    """What a valid model can still have wrong, as (problem, words to find its line by)."""
    seen: set[str] = set()
    for stated in form.stated:
        if stated.unit not in UNITS:
            yield f"{stated.label}: unknown unit {stated.unit!r}; one of {', '.join(UNITS)}", stated.unit
    for table in form.printed:
        for key in {table.key, *table.keys}:
            if key in seen:
                yield f"two tables are called {key}; give each a key of its own", f"key: {key}"
            seen.add(key)
        yield from _table_problems(table)
    if form.tables and not form.rules:
        yield "rules has too few entries; at least 1 belong there", "rules:"
    for rule in form.rules:
        yield from _rule_problems(form, rule)
    for narrated in form.narrated:
        for cell in itertools.chain.from_iterable(narrated.equals):
            if not keys_like(cell, form_keys(form)):
                yield f"{narrated.key}: there is no cell {cell}; correct equals", cell


def _table_problems(table: Table) -> Iterator[tuple[str, str]]:
    rows: set[str] = set()
    for block in table.blocks:
        yield from _sibling_problems(block.rows, of_sheet=bool(table.holds))
        yield from _sibling_problems(block.columns)
        keys = [leaf.key or "" for leaf, _ in block.column_leaves()]
        yield from (
            (f"{block.key}: two columns are called {k}; give each a key of its own", f"key: {k}")
            for k in {key for key in keys if keys.count(key) > 1}
        )
        for leaf, _ in block.row_leaves():
            if leaf.key in rows:
                yield f"{table.key}: two rows are called {leaf.key}; give each a key of its own", f"key: {leaf.key}"
            rows.add(leaf.key or "")
            front, slash, _ = (leaf.key or "").rpartition("/")
            if bool(table.holds) != bool(slash) or (slash and front not in table.holds):
                may = ", ".join(f"{k}/" for k in table.holds)
                told = f"begins with one of {may}" if may else "has no /"
                yield f"{leaf.key}: the key of a row {told} here; correct the key, or holds", f"key: {leaf.key}"


def _sibling_problems(nodes: tuple[Node, ...], *, of_sheet: bool = False) -> Iterator[tuple[str, str]]:
    """``of_sheet`` tells that rows stand below others of their kind, whose order tells labels apart that recur."""
    taken: dict[str, Node] = {}
    for node in nodes:
        own = {label_key(node.label)}
        for alias in node.aliases:
            if fold(alias) == fold(node.label):
                yield f"{node.label}: an alias equals its label; remove the alias", alias
            own.add(label_key(alias))
        for key in own:
            if key in taken and not (of_sheet and _above(taken[key]) != _above(node)):
                yield (
                    f"{node.label} and {taken[key].label} have one comparison key {key!r}; "
                    "remove the alias, or tell the labels apart",
                    node.label,
                )
            taken[key] = node
        if node.unit and node.unit not in UNITS:
            yield f"{node.label}: unknown unit {node.unit!r}; one of {', '.join(UNITS)}", node.unit
        yield from _sibling_problems(node.children, of_sheet=of_sheet)


def _above(node: Node) -> str:
    return (node.key or "").rpartition(".")[0]


def _rule_problems(form: Format, rule: Rule) -> Iterator[tuple[str, str]]:
    try:
        table = form.table(rule.table)
    except KeyError:
        yield (
            f"{rule.id}: there is no table {rule.table}; name one of {', '.join(t.key for t in form.tables)}",
            rule.id,
        )
        return
    rows, columns = axis_keys(table)
    keys, lines = (rows, columns) if rule.along == "rows" else (columns, rows)
    kind = KINDS[rule.kind]
    named = [
        (name, signed(name)[0] if side in kind.signed else name, keys, rule.along[:-1])
        for side in SIDES
        for name in rule.side(side)
    ]
    for name, plain, among, what in (*named, *((name, name, lines, "line") for name in rule.only)):
        if plain == ANY or not expand(plain, among):  # any row would be the total too
            yield f"{rule.id}: there is no {what} {name} in {rule.table}; correct the rule", rule.id
    if not kind.needed <= {side for side in SIDES if rule.side(side)} <= set(kind.signs):
        may = f", and may have {' and '.join(sorted(kind.optional))}" if kind.optional else ""
        yield f"{rule.id}: a {rule.kind} needs {' and '.join(sorted(kind.needed))}{may}", rule.id
