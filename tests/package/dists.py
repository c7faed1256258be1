"""Builds the source archive and the wheel, and lets them into a folder only if they hold what git holds.

    python tests/package/dists.py dist

Each is held against the list of git: a file too few or too many is named. The wheel is built a second time, from
the source archive, and must have the same content. SHA256SUMS is written beside them. Nothing is uploaded.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
SUMS = "SHA256SUMS"
# Where a wheel has what the checkout has, and what is made of it in its dist-info.
_SHIPPED_AT = {"src/gkingest/": "gkingest/", "schemas/": "gkingest/schemas/"}
_MADE = {"METADATA", "WHEEL", "entry_points.txt", "RECORD", "licenses/LICENSE"}


def main() -> None:
    """Build, check, and replace what an earlier call left in the folder."""
    parser = argparse.ArgumentParser(description="Build and check sdist and wheel.")
    parser.add_argument("folder", type=Path)
    target = parser.parse_args().folder
    with tempfile.TemporaryDirectory(prefix="gkingest-dist-") as name:
        built = Path(name)
        say("built from the checkout", lambda: build(ROOT, built / "dists", "--sdist", "--wheel"))
        archive, wheel = only(built / "dists", "*.tar.gz"), only(built / "dists", "*.whl")
        unpacked = unpack(archive, built / "source")
        say("wheel built again from the source archive", lambda: build(unpacked, built / "again", "--wheel"))
        problems = [
            *unequal("the source archive", files_below(unpacked) - {"PKG-INFO"}, listed("")),
            *unequal("the wheel", set(content(wheel)), expected_in_wheel(wheel)),
            *differing(content(wheel), content(only(built / "again", "*.whl"))),
        ]
        if problems:
            sys.exit("\n".join(problems))
        say("descriptions checked", lambda: call("-m", "twine", "check", "--strict", archive, wheel))
        deliver([archive, wheel], target)


def deliver(files: Iterable[Path], target: Path) -> None:
    """Put the files and their sums into the folder, in place of earlier ones."""
    target.mkdir(parents=True, exist_ok=True)
    for old in [*target.glob("gkingest-*.whl"), *target.glob("gkingest-*.tar.gz")]:
        old.unlink()
    lines = []
    for file in sorted(files):
        shutil.copyfile(file, target / file.name)
        lines.append(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n")
    (target / SUMS).write_text("".join(lines), encoding="utf-8")
    print("".join(lines), end="")
    print(f"in {target}, with {SUMS}; nothing was uploaded")


def say(what: str, step: object) -> None:
    """Do it, and print how long it took."""
    assert callable(step)
    start = time.monotonic()
    step()
    print(f"{time.monotonic() - start:6.1f} s  {what}", flush=True)


def build(source: Path, target: Path, *what: str) -> None:
    """Build in an environment of its own, as an installer does."""
    call("-m", "build", *what, "--outdir", target, source)


def call(*words: object) -> None:
    """This Python with the words; what it says is shown only where it fails."""
    command = [sys.executable, *map(str, words)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}")


def unpack(archive: Path, target: Path) -> Path:
    """The one folder that a source archive holds."""
    with tarfile.open(archive) as opened:
        opened.extractall(target, filter="data")
    return only(target, "*")


def only(folder: Path, pattern: str) -> Path:
    """The one file there must be."""
    (found,) = folder.glob(pattern)
    return found


def content(wheel: Path) -> dict[str, bytes]:
    """Names and bytes of a wheel."""
    with zipfile.ZipFile(wheel) as opened:
        return {name: opened.read(name) for name in opened.namelist() if not name.endswith("/")}


def files_below(folder: Path) -> set[str]:
    """Paths of all files, with forward slashes."""
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() or p.is_symlink()}


def listed(below: str) -> set[str]:
    """The files that git knows below a folder of the checkout."""
    command = ["git", "-C", ROOT, "ls-files", "-z", below or "."]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        sys.exit(f"{ROOT} is no git checkout, so nobody can say what belongs into a release; clone the project")
    return {name for name in done.stdout.decode().split("\0") if name}


def expected_in_wheel(wheel: Path) -> set[str]:
    """Names that a wheel must have: the package, the data, and what describes them."""
    about = "-".join(wheel.name.split("-")[:2]) + ".dist-info"
    shipped = {there + name.removeprefix(here) for here, there in _SHIPPED_AT.items() for name in listed(here)}
    return shipped | {f"{about}/{name}" for name in _MADE}


def unequal(what: str, has: set[str], should: set[str]) -> list[str]:
    """What is missing and what is too much, one a line."""
    return [f"{what} lacks {n}" for n in sorted(should - has)] + [
        f"{what} has {n}, which git does not know" for n in sorted(has - should)
    ]


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Names whose bytes are not the same in both wheels."""
    names = sorted(n for n in one.keys() | other.keys() if one.get(n) != other.get(n))
    return [f"{n} is another in the wheel that was built from the source archive" for n in names]


if __name__ == "__main__":
    main()
