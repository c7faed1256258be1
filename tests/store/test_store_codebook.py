"""What is generated is what is kept, and it leaves nothing unexplained."""

import re
import sqlite3
from pathlib import Path

import pytest

from gkingest.formats.names import axis_keys
from gkingest.formats.spec import Format
from gkingest.model.report import CellState, Status, Verdict
from gkingest.store.codebook import Language, codebook, main, schema_sql
from gkingest.store.tables.ddl import tables
from gkingest.store.views.all_views import views

KEPT = ("db/schema.sql", "docs/codebook.md", "docs/codebook.zh.md", "src/gkingest/store/tables/versions.py")


@pytest.mark.parametrize("name", KEPT)
def test_the_kept_files_are_those_generated(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    main()
    made = (tmp_path / name).read_text(encoding="utf-8")
    assert made == (root / name).read_text(encoding="utf-8"), "run `make schema` and review the difference"


def test_the_script_makes_the_database(formats: tuple[Format, ...]) -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(schema_sql(formats))
    made = {
        name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    }
    made = {name for name in made if not name.startswith("section_words")}
    assert made == {one.name for one in (*tables(), *views(formats))}
    assert made >= {
        "facts_long",
        "documents",
        "panel",
        "reports_current",
        "panel_missing",
        "comparable",
        "indicators",
    }


def test_every_table_and_column_has_its_comment_in_both_languages() -> None:
    for table in tables():
        for one in (table, *table.columns):
            assert one.comment, f"{table.name}.{one.name}"
            assert one.info.get("zh"), f"{table.name}.{one.name}"
            assert "\n" not in one.comment


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_codebook_explains_every_column_word_and_key(formats: tuple[Format, ...], language: Language) -> None:
    book = codebook(formats, language)
    names = [c.name for one in (*tables(), *views(formats)) for c in one.columns]
    names += [word.value for words in (CellState, Verdict, Status) for word in words]
    names += [key for form in formats for t in form.tables for axis in axis_keys(t) for key in axis]
    assert [name for name in names if f"| `{name}` |" not in book] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_codebook_gives_every_label_and_alias(formats: tuple[Format, ...], language: Language) -> None:
    book = codebook(formats, language)
    blocks = [block for form in formats for table in form.tables for block in table.blocks]
    leaves = [leaf for block in blocks for leaf in (*block.row_leaves(), *block.column_leaves())]
    printed = {label for node, above in leaves for label in (*node.labels, *(n.label for n in above))}
    printed = {re.sub(r"^\d{4}(?=年度?$)", "{Y}", label) for label in printed}  # a heading that has any year
    assert [label for label in printed if label not in book] == []
