"""What is said where a library is missing: one whole command, for the very Python that runs, wherever it lies."""

import os
import sys
from pathlib import Path

import pytest

from gkingest.extras import install_line, pip_line, repair_line

EXE = ".exe" if os.name == "nt" else ""


def python_named_in(line: str) -> str:
    return line.partition(" -m pip install ")[0]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for Pythons that are no more than names; nothing is on the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def programs(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True)
    for name in names:
        (folder / f"{name}{EXE}").write_text("#!/bin/sh\n", encoding="utf-8")
        (folder / f"{name}{EXE}").chmod(0o755)
    return folder


def test_the_python_of_an_active_environment_is_called_by_its_name(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    active = programs(elsewhere / "venv" / "bin", "python")
    (active / f"python3{EXE}").hardlink_to(active / f"python{EXE}")
    monkeypatch.setenv("PATH", str(active))
    for called in ("python", "python3"):
        monkeypatch.setattr(sys, "executable", str(active / f"{called}{EXE}"))
        assert install_line("export") == 'python -m pip install "gkingest[export]"'


def test_another_python_is_named_by_its_path(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where .venv/bin/gkingest is called and another python comes first on the PATH, or none."""
    system = programs(elsewhere / "usr" / "bin", "python", "python3")
    own = programs(elsewhere / "clone" / ".venv" / "bin", "python")
    monkeypatch.setattr(sys, "executable", str(own / f"python{EXE}"))
    for path in (system, elsewhere / "nothing"):
        monkeypatch.setenv("PATH", str(path))
        assert python_named_in(install_line("export")) == str(Path(f"clone/.venv/bin/python{EXE}"))
    monkeypatch.chdir(system)
    assert python_named_in(install_line("export")) == str(own / f"python{EXE}")
    monkeypatch.setenv("PATH", str(system))
    monkeypatch.setattr(sys, "executable", str(system / f"python3{EXE}"))  # beside python, and another
    assert python_named_in(install_line("export")) == str(system / f"python3{EXE}")


def test_a_path_with_spaces_stays_one_word(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = programs(elsewhere / "my reports" / "bin", "python")
    monkeypatch.setattr(sys, "executable", str(own / f"python{EXE}"))
    path = Path(f"my reports/bin/python{EXE}")
    assert install_line("export") == f'"{path}" -m pip install "gkingest[export]"'


def test_what_is_stored_names_no_path_of_this_machine(elsewhere: Path) -> None:
    assert install_line("ocr", "python") == 'python -m pip install "gkingest[ocr]"'
    assert pip_line("pg8000", python="python") == "python -m pip install pg8000"


def test_a_broken_library_is_installed_anew_and_a_missing_one_with_all_that_is_needed() -> None:
    assert repair_line("yaml.nodes").lower().endswith("pip install --force-reinstall pyyaml")
    assert repair_line("sqlalchemy.orm").lower().endswith("pip install --force-reinstall sqlalchemy")
    assert repair_line("never_heard_of").endswith("pip install gkingest")
