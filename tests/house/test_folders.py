"""Rooms a person can look through: no folder of too many modules, none of one or two, no module of many lines."""

from pathlib import Path

import gkingest

PACKAGE = Path(gkingest.__file__).parent
MOST_MODULES, FEWEST_MODULES, MOST_LINES = 12, 3, 400
# Folders of fewer than three modules, each with its reason.
SMALL = {
    "interpret": "a house of rooms: tables, prose, whose report it is",
}


def modules_of(folder: Path) -> list[Path]:
    return [m for m in folder.glob("*.py") if m.name != "__init__.py"]


def folders() -> dict[str, list[Path]]:
    packages = (p.parent for p in PACKAGE.rglob("__init__.py"))
    return {p.relative_to(PACKAGE).as_posix(): modules_of(p) for p in packages}


def test_no_folder_has_too_many_modules() -> None:
    assert {f: len(modules) for f, modules in folders().items() if len(modules) > MOST_MODULES} == {}


def test_folders_of_one_or_two_modules_are_those_with_a_reason() -> None:
    assert {f for f, modules in folders().items() if len(modules) < FEWEST_MODULES} == {*SMALL}


def test_no_module_is_longer_than_a_person_reads_at_once() -> None:
    lines = {m: len(m.read_text(encoding="utf-8").splitlines()) for ms in folders().values() for m in ms}
    assert {m.relative_to(PACKAGE).as_posix(): n for m, n in lines.items() if n >= MOST_LINES} == {}
