"""What a reading depends on: every module that takes part in it, and nothing that only looks at it.

The package says so by its import statements. Here another reader of them (that of import-linter, which parses) is
held against the one that runs, and one module after the other is changed in a copy of the package.
"""

import ast
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest

import gkingest
from gkingest.batch import fingerprint as prints
from gkingest.batch.fingerprint import readers, readers_of, rules_of
from gkingest.check.years import YearRules
from gkingest.corpus.intake import ARCHIVES
from gkingest.formats.crosswalk import load_crosswalk
from gkingest.formats.spec import Format
from gkingest.imports import code_of
from gkingest.read.kinds import DOCX, HTML, KINDS, MHTML, OFD, OLE, PDF, RTF, TEXT, WARC, ZIP

READERS = {kind.media_type: kind.reader for kind in KINDS.values() if kind.reader}
HOME = Path(gkingest.__file__).parent
READING = {"gkingest.batch.desk", "gkingest.store.write.rows"}
COMPARING = {"gkingest.check.years", "gkingest.store.write.years"}
# Ways to run code that no import statement names.
UNSEEN = {
    *("import_module", "__import__", "entry_points", "exec", "eval", "run_module", "run_path", "walk_packages"),
    *(
        "spec_from_file_location",
        "find_loader",
        "SourceFileLoader",
        "execfile",
        "load_module",
        "loaded",
        "find_spec",
    ),
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom, found by parsing."""
    return grimp.build_graph(
        "gkingest", include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The package as it is, free to be changed."""
    return Path(shutil.copytree(HOME, tmp_path / "gkingest", ignore=shutil.ignore_patterns("__pycache__")))


@pytest.fixture
def tables(tmp_path: Path, root: Path) -> Path:
    """The tables of divisions, free to be changed."""
    return Path(shutil.copytree(root / "schemas" / "regions", tmp_path / "regions"))


def reached(graph: grimp.ImportGraph, starts: Iterable[str]) -> set[str]:
    """All that ``starts`` can run, with the packages that it lies in."""
    modules = {start.partition(":")[0] for start in starts}
    for start in tuple(modules):
        modules |= graph.find_upstream_modules(start)
    for module in tuple(modules):
        parts = module.split(".")
        modules |= {".".join(parts[:n]) for n in range(1, len(parts))}
    return modules - sys.stdlib_module_names


def needs(graph: grimp.ImportGraph) -> dict[str, set[str]]:
    """What readings need, by kind of file; "" stands for all other kinds."""
    found = {kind: reached(graph, {*READING, where}) for kind, where in READERS.items()}
    every = set().union(*found.values())
    archives = {kind: reached(graph, {*READING, where}) | every for kind, where in ARCHIVES.items()}
    return {"": reached(graph, READING), **found, **archives}


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    """Kinds whose readings are stale."""
    return {kind for kind in before if before[kind] != after[kind]}


def paths(package: Path) -> Iterator[tuple[str, Path]]:
    """Every module with its file."""
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        yield ".".join(parts).removesuffix(".__init__"), path


def test_the_statements_that_are_found_quickly_are_those_that_parsing_finds(graph: grimp.ImportGraph) -> None:
    for module, _ in paths(HOME):
        code = code_of(HOME, (module,))
        assert {*code.modules, *code.libraries} == reached(graph, {module}), module


def test_a_changed_module_makes_stale_what_runs_it_and_nothing_else(
    graph: grimp.ImportGraph, package: Path, tables: Path, formats: tuple[Format, ...]
) -> None:
    rules = YearRules(formats, load_crosswalk(formats))
    needed, comparing = needs(graph), reached(graph, COMPARING)
    before, compared = readers_of(package, tables), rules_of(rules, package)
    for module, path in paths(package):
        source = path.read_bytes()
        path.write_bytes(source + b"# another\n")
        stale = {kind for kind, modules in needed.items() if module in modules}
        assert differing(before, readers_of(package, tables)) == stale, module
        assert (rules_of(rules, package) != compared) == (module in comparing), module
        path.write_bytes(source)


@pytest.mark.parametrize(
    ("module", "kinds"),
    [
        ("read/declared/docx.py", {DOCX, OLE, RTF, ZIP, WARC}),
        ("read/declared/webpage.py", {HTML, MHTML, TEXT, ZIP, WARC}),  # a text may hold a table in HTML
        ("read/declared/plain.py", {TEXT, ZIP, WARC}),
        ("read/ofd/drawing.py", {OFD, ZIP, WARC}),
        ("crawl/warc.py", {WARC}),
        ("read/ink/glyphs.py", "all"),
        ("read/printed.py", {PDF, ZIP, WARC}),
        ("read/pdf/textlayer.py", {PDF, ZIP, WARC}),
        ("read/pdf/plumber.py", "all"),
        ("read/picture/scan.py", "all"),
        ("text/numbers.py", "all"),
        ("interpret/table/match.py", "all"),
        ("check/articulation.py", "all"),
        ("regions/divisions.py", "all"),
        ("crawl/folder.py", "all"),
        ("document/ingest.py", "all"),
        ("store/write/rows.py", "all"),
        ("store/views/indicators.py", set()),
        ("check/years.py", set()),
        ("cli/commands/ingest.py", set()),
        ("export/run.py", set()),
        ("batch/run.py", set()),
        ("render.py", set()),
        ("engine/local.py", set()),
    ],
)
def test_which_readings_a_module_concerns(package: Path, tables: Path, module: str, kinds: object) -> None:
    before = readers_of(package, tables)
    with (package / module).open("a", encoding="utf-8") as stream:
        stream.write("# another\n")
    stale = differing(before, readers_of(package, tables))
    assert stale == (set(before) if kinds == "all" else kinds)


@pytest.mark.parametrize(
    "statement",
    [
        "from gkingest.export import names",
        "from gkingest.export.names import identifier",
        "import gkingest.export.names",
        "import gkingest.export.names as called",
        "def late():\n    from gkingest.export import (\n        names,  # only when asked\n    )",
        "if 1:\n    import gkingest.export.names, os",
        "from gkingest.chart import drawings\nfrom gkingest.export.names import (\n    one,\n    two,\n)",
    ],
)
def test_a_module_counts_as_soon_as_a_reader_imports_it(package: Path, tables: Path, statement: str) -> None:
    with (package / "read" / "declared" / "plain.py").open("a", encoding="utf-8") as stream:
        stream.write(f"\n\n{statement}\n")
    before = readers_of(package, tables)
    with (package / "export" / "names.py").open("a", encoding="utf-8") as stream:
        stream.write("# another\n")
    assert differing(before, readers_of(package, tables)) == {TEXT, ZIP, WARC}


def test_what_only_annotations_need_counts_for_nothing(package: Path, tables: Path) -> None:
    with (package / "read" / "declared" / "plain.py").open("a", encoding="utf-8") as stream:
        stream.write(
            "\n\nif TYPE_CHECKING:\n    from gkingest.chart import drawings\n\n    import gkingest.export.names\n"
        )
    before = readers_of(package, tables)
    with (package / "export" / "names.py").open("a", encoding="utf-8") as stream:
        stream.write("# another\n")
    assert differing(before, readers_of(package, tables)) == set()


def test_nothing_that_reads_runs_code_that_no_statement_names(graph: grimp.ImportGraph) -> None:
    """What is loaded by its name stands in one of the two tables, which are hashed by that name."""
    found, spelled = {}, set()
    modules = set().union(*needs(graph).values(), reached(graph, COMPARING))
    for module, path in paths(HOME):
        if module in modules:
            nodes = list(ast.walk(ast.parse(path.read_bytes())))
            names = {n.id for n in nodes if isinstance(n, ast.Name)}
            names |= {n.attr for n in nodes if isinstance(n, ast.Attribute) and _of_a_module(n)}
            if seen := names & UNSEEN:
                found[module] = seen
            texts = {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
            spelled |= {text for text in texts if text.startswith("gkingest.") and " " not in text}
    assert found == {
        "gkingest.imports": {"import_module"},
        "gkingest.read.files": {"loaded"},
        "gkingest.corpus.intake": {"loaded"},
        "gkingest.read.picture.installed": {"find_spec"},  # whether something is there, which a run notes beside
        "gkingest.read.picture.raster": {"loaded"},  # what opens HEIC, which stands in the table for that kind
        "gkingest.read.heif": {"find_spec"},  # whether its library is there, which is hashed for that kind
        "gkingest.read.picture.ocr": {"find_spec"},  # where the model lies: in a library that is hashed too
    }
    assert spelled == {*READERS.values(), *ARCHIVES.values(), "gkingest.read.heif:opened_heif"}


def _of_a_module(node: ast.Attribute) -> bool:
    """Whether an attribute is one of a plain name, as in importlib.import_module."""
    return isinstance(node.value, ast.Name) and node.attr != "eval"


def test_another_version_of_a_library_makes_stale_what_it_reads(
    graph: grimp.ImportGraph, package: Path, tables: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = {kind: {m for m in some if "." not in m} - {"gkingest"} for kind, some in needs(graph).items()}
    keeping = {"pydantic", "pydantic_core", "yaml", "sqlalchemy", "playwright"}
    sold, before, true = packages_distributions(), readers_of(package, tables), prints._version
    for library in set().union(*foreign.values()):
        (name,) = {prints._CALLED.get(library, library)} & {n.lower() for n in sold.get(library, [library])}
        monkeypatch.setattr(prints, "_version", lambda n, name=name: "0" if n == name else true(n))
        stale = set() if library in keeping else {kind for kind, some in foreign.items() if library in some}
        assert differing(before, readers_of(package, tables)) == stale, library
    for name in ("rapidocr", "pdfminer.six"):
        monkeypatch.setattr(prints, "_version", lambda n, name=name: "0" if n == name else true(n))
        assert differing(before, readers_of(package, tables)) == set(before), name


def test_the_shipped_package_is_what_is_looked_at(package: Path, tables: Path, formats: tuple[Format, ...]) -> None:
    assert readers() == readers_of(package, tables)
    rules = YearRules(formats, load_crosswalk(formats))
    assert rules_of(rules) == rules_of(rules, package)


def test_changed_tables_of_divisions_make_all_stale(package: Path, tables: Path) -> None:
    before = readers_of(package, tables)
    (tables / "hosts.tsv").write_bytes((tables / "hosts.tsv").read_bytes() + b"\n")
    assert differing(before, readers_of(package, tables)) == set(before)
