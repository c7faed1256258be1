"""The pages of the rooms, written from the package: what a room says of itself, its modules, its doors.

``make design`` writes ``docs/rooms/``; a test holds it against the code, so that no page can be behind.
"""

import ast
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from typer.testing import CliRunner

from gkingest.cli.commands.all import app
from gkingest.cli.early import kept_help

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "gkingest"
PAGES = ROOT / "docs" / "rooms"
DECISIONS = ROOT / "docs" / "decisions"
DESIGN = ROOT / "docs" / "design.md"
GROUND = "ground"  # modules that lie beside the rooms


def room_of(module: str) -> str:
    """``read.pdf.textlayer`` lies in ``read``; what lies in no folder is of the ground floor."""
    first = module.partition(".")[0]
    return first if (PACKAGE / first).is_dir() else GROUND


def pages() -> dict[str, str]:
    """Name and text of every page, Markdown."""
    trees = {_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
    doors, uses = _doors_and_uses(trees)
    rooms = defaultdict(list)
    for name in trees:
        if name:
            rooms[room_of(name)].append(name)
    written = {f"{room}.md": _page(room, names, trees, doors, uses[room]) for room, names in rooms.items()}
    listed = [f"- [{room}]({room}.md): {_first_line(trees, room)}" for room in sorted(rooms)]
    written["README.md"] = "\n".join(["# Rooms", "", _MADE, "", *listed, ""])
    return written


_MADE = "Written by `make design` from the package; what a room says of itself stands in its `__init__.py`."


def first_pages() -> dict[Path, str]:
    """The first page of help in each language, as the commands say it, by the file that is shown in its place."""
    pages = {}
    for word in ("zh", "en"):
        said = CliRunner().invoke(app, ["--lang", word, "--help"], prog_name="gkingest")
        pages[kept_help()] = said.output
    return pages


def decisions() -> str:
    """The list of all decision records, Markdown: number, title, date."""
    listed = []
    for path in sorted(DECISIONS.glob("[0-9]*.md")):
        title, _, date, *_ = path.read_text(encoding="utf-8").splitlines()
        listed.append(f"- [{path.stem[:4]}]({path.name}) {title.partition('. ')[2]} ({date})")
    head = "What the code taught, one decision a page, with the day on which it was written down."
    return "\n".join(["# Decisions", "", head, "", *listed, ""])


def asking(room: str) -> set[str]:
    """The modules of other rooms that import what lies in a part of one."""
    trees = {_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}
    below = f"{room}."
    return {
        importer
        for importer, tree in trees.items()
        if room_of(importer) != room_of(room)
        for module, name in _imported(tree)
        if f"{module}.{name}.".startswith(below)
    }


def traced() -> str:
    """The picture of the way of a document, traced in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "way.txt"
        subprocess.run(
            [sys.executable, ROOT / "tests" / "house" / "way.py", picture], check=True, capture_output=True
        )
        return picture.read_text(encoding="utf-8")


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _first_line(trees: Mapping[str, ast.Module], name: str) -> str:
    if name == GROUND:
        return "What every room may use: it lies beside them in the package and knows none of them."
    return _plain((ast.get_docstring(trees[name]) or "").partition("\n")[0])


def _plain(text: str) -> str:
    return text.replace("``", "`").replace(":mod:", "").replace(":class:", "").replace("|", "\\|")


def _doors_and_uses(trees: Mapping[str, ast.Module]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """What other rooms import of each module; and which rooms each room imports."""
    doors: dict[str, set[str]] = defaultdict(set)
    uses: dict[str, set[str]] = defaultdict(set)
    for importer, tree in trees.items():
        for module, name in _imported(tree):
            target, thing = (
                (f"{module}.{name}".strip("."), "") if f"{module}.{name}".strip(".") in trees else (module, name)
            )
            if target in trees and room_of(target) != room_of(importer):
                uses[room_of(importer)].add(room_of(target))
                if thing:
                    doors[target].add(thing)
    return doors, uses


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "gkingest":
            yield from ((str(node.module).partition(".")[2], alias.name) for alias in node.names)


def _page(
    room: str, names: list[str], trees: Mapping[str, ast.Module], doors: Mapping[str, set[str]], uses: set[str]
) -> str:
    lines = [f"# {room}", "", _first_line(trees, room)]
    folders = [n for n in names if (PACKAGE / n.replace(".", "/")).is_dir()] if room != GROUND else [""]
    for folder in folders:
        about = _plain((ast.get_docstring(trees[folder]) or "") if folder else "")
        rest = about if folder != room else about.partition("\n")[2]
        lines += [
            "",
            *([f"## {folder}", ""] if folder not in ("", room) else []),
            *([rest.strip()] if rest.strip() else []),
        ]
        inside = [n for n in names if n not in folders and n.rpartition(".")[0] == folder]
        if inside:
            lines += ["", "| module | what lives there | what other rooms take |", "|---|---|---|"]
            lines += [
                f"| [`{n.rpartition('.')[2]}`](../../src/gkingest/{n.replace('.', '/')}.py) "
                f"| {_first_line(trees, n)} | {', '.join(f'`{d}`' for d in sorted(doors.get(n, ())))} |"
                for n in inside
            ]
    lines += ["", "Uses: " + (", ".join(f"[{u}]({u}.md)" for u in sorted(uses)) or "nothing") + ".", "", _MADE, ""]
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text


def main() -> int:
    """Write all pages, and remove those of rooms that are gone."""
    PAGES.mkdir(exist_ok=True)
    written = pages()
    for old in PAGES.glob("*.md"):
        if old.name not in written:
            old.unlink()
    for name, text in written.items():
        (PAGES / name).write_text(text, encoding="utf-8")
    for path, page in first_pages().items():
        path.write_text(page, encoding="utf-8")
    (DECISIONS / "README.md").write_text(decisions(), encoding="utf-8")
    before, _, after = DESIGN.read_text(encoding="utf-8").split("```", 2)
    DESIGN.write_text(f"{before}```\n{traced()}\n```{after}", encoding="utf-8")
    print(f"{len(written)} pages in {PAGES.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
