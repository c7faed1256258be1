"""Runs the fast tests (``tests/fast.txt``) on every Python of this machine that gkingest supports.

    python tests/package/versions.py              # all that are found
    python tests/package/versions.py 3.12 3.13    # of these versions only

Each gets an environment of its own under ``build/versions``, which the next call takes up again. Found are the
Pythons on the PATH, those of pyenv, and those that Windows' ``py`` knows.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
OLDEST, NEWEST = (3, 11), (3, 14)
_ABOUT = "import sys; print(*sys.version_info[:3], sys.version_info[3], sys.implementation.name, sep='.')"


def main() -> None:
    """Try them all, newest last; the exit code is 1 if one of them fails."""
    asked = sys.argv[1:]
    found = {v: p for v, p in pythons().items() if not asked or any(f"{v}.".startswith(f"{a}.") for a in asked)}
    if not found:
        sys.exit(f"no Python of version {' or '.join(asked) or '3.11 to 3.14'} was found")
    failed = [version for version, program in found.items() if not passes(version, program)]
    for minor in range(OLDEST[1], NEWEST[1] + 1):
        if not any(v.startswith(f"3.{minor}.") for v in found) and not asked:
            print(f"Python 3.{minor}: there is none on this machine, so nothing was shown")
    if failed:
        sys.exit(f"failed on Python {', '.join(failed)}")


def pythons() -> dict[str, Path]:
    """One program for each version that is supported, oldest first."""
    found: dict[tuple[int, ...], Path] = {}
    for program in candidates():
        done = subprocess.run([program, "-c", _ABOUT], capture_output=True, text=True, check=False)
        parts = done.stdout.strip().split(".")
        if done.returncode or len(parts) != 5 or parts[3:] != ["final", "cpython"]:
            continue
        version = tuple(map(int, parts[:3]))
        if OLDEST <= version[:2] <= NEWEST:
            found.setdefault(version, program)
    return {".".join(map(str, v)): found[v] for v in sorted(found)}


def candidates() -> Iterator[Path]:
    """Programs that may be Pythons; those that only stand for another are asked all the same."""
    names = ["python3", "python", *(f"python3.{n}" for n in range(OLDEST[1], NEWEST[1] + 1))]
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        for name in names:
            if program := shutil.which(name, path=folder or "."):
                yield Path(program)
    if shutil.which("pyenv"):
        root = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=False).stdout.strip()
        yield from sorted(Path(root).glob("versions/3.*/bin/python"))
    if os.name == "nt" and shutil.which("py"):
        listed = subprocess.run(["py", "--list-paths"], capture_output=True, text=True, check=False).stdout
        yield from (Path(line.split(maxsplit=1)[-1].lstrip("* ")) for line in listed.splitlines() if line.strip())


def passes(version: str, program: Path) -> bool:
    """Whether the fast tests pass on it."""
    start = time.monotonic()
    python = environment(version, program)
    installed = time.monotonic()
    done = subprocess.run([python, "-m", "pytest", "-n", "auto", "@tests/fast.txt"], cwd=ROOT, check=False)
    took = f"{installed - start:.0f} s to install, {time.monotonic() - installed:.0f} s to run"
    print(f"Python {version} ({program}): {'passed' if done.returncode == 0 else 'FAILED'}; {took}", flush=True)
    return done.returncode == 0


def environment(version: str, program: Path) -> Path:
    """The Python of an environment for the fast tests, made anew where pyproject.toml changed."""
    folder = ROOT / "build" / "versions" / version
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    mark, state = folder / "installed", hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if not mark.exists() or mark.read_text(encoding="utf-8") != state:
        shutil.rmtree(folder, ignore_errors=True)
        call(program, "-m", "venv", folder)
        call(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", ".[test]")
        mark.write_text(state, encoding="utf-8")
    return python


def call(*words: object) -> None:
    """A command that must end well; what it says is shown where it does not."""
    command = list(map(str, words))
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}")


if __name__ == "__main__":
    main()
