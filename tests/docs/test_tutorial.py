"""The tutorial runs as it is printed, one command after the other, and says what it says it does."""

import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from docs.printed import Block, blocks, installed_by_make_run


def stata_variables(name: str) -> set[str]:
    """Words of the Stata steps that could be variables of a file."""
    steps = "".join(b.text for b in blocks(f"docs/{name}") if b.language == "stata")
    return set(re.findall(r"\b[a-z]\w*_\w+\b", steps))


def ran(block: Block, folder: Path) -> str:
    """What a block prints, run in ``folder`` as a reader would."""
    bin_folder = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}", "PYTHONIOENCODING": "utf-8"}
    shell = ["bash", "-euo", "pipefail", "-c"]
    programs = {"bash": shell, "python": [sys.executable, "-c"], "r": ["Rscript", "-e"]}
    text = block.text
    if block.language == "bash":
        text = re.sub(r"(?m)^gkingest ", f"{sys.executable} -m gkingest ", text)
    done = subprocess.run(
        [*programs[block.language], text],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{block.text}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def promised(text: str) -> list[str]:
    """The lines of what is said to be printed; … stands for anything."""
    return [re.sub(r"\\ +", r"\\s+", re.escape(line.strip()).replace("…", ".*")) for line in text.splitlines()]


def test_both_languages_show_the_same_steps() -> None:
    one, other = (blocks(f"docs/{name}") for name in ("tutorial.md", "tutorial.zh.md"))
    assert [b.language for b in one] == [b.language for b in other]
    steps = [[re.sub("(?m)^# .*", "", b.text) for b in told if b.language != "text"] for told in (one, other)]
    assert steps[0] == steps[1]
    numbers = [[re.findall(r"\d+", b.text) for b in told if b.language == "text"] for told in (one, other)]
    assert numbers[0] == numbers[1]
    assert {"bash", "python", "r", "stata", "text"} == {b.language for b in one}


def test_only_the_installation_is_not_run() -> None:
    """It needs the net; what it installs is what ``make run`` does, and pandas."""
    (step,) = (b.text for b in blocks("docs/tutorial.md") if b.language == "bash" and "pip install" in b.text)
    environment, active, install = step.splitlines()
    assert (environment, active) == ("python3 -m venv .venv", ". .venv/bin/activate")
    assert install == f"python -m pip install '{installed_by_make_run()}' pandas"


@pytest.mark.slow
def test_every_step_runs_prints_and_leaves_what_it_is_said_to(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One test, as the steps take a minute and workers of pytest share nothing."""
    if shutil.which("Rscript") is None:
        reason = "R is not installed (Debian: apt install r-base-core r-cran-haven), so its steps were not run"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    shutil.copytree(corpus, tmp_path / "corpus")
    outputs = {
        b: ran(b, tmp_path)
        for b in blocks("docs/tutorial.md")
        if b.language in ("bash", "python", "r") and "pip install" not in b.text
    }
    told = [(a, b) for a, b in pairwise(blocks("docs/tutorial.md")) if b.language == "text"]
    assert len(told) == 4
    for step, output in told:
        for line in promised(output.text):
            assert re.search(rf"(?m)^\s*{line}\s*$", outputs[step]), f"{line}\nnot in\n{outputs[step]}"
    look_at_what_the_steps_wrote(tmp_path)
    hold_the_stata_steps_against_their_files(tmp_path)

    monkeypatch.setenv("GKINGEST_LANG", "zh")
    steps = blocks("docs/tutorial.zh.md")
    compared, output = next((a, b) for a, b in pairwise(steps) if b.language == "text" and "compare" in a.text)
    printed = ran(compared, tmp_path)
    for line in promised(output.text):
        assert re.search(rf"(?m)^\s*{line}\s*$", printed), f"{line}\nnot in\n{printed}"


def look_at_what_the_steps_wrote(folder: Path) -> None:
    assert (folder / "cell.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (folder / "years.svg").read_text(encoding="utf-8")
    assert "<html" in (folder / "quality.html").read_text(encoding="utf-8")
    ready = pd.read_csv(folder / "ready.csv")
    assert len(ready) == 30
    assert not ready.duplicated(["unit", "year"]).any()


def hold_the_stata_steps_against_their_files(folder: Path) -> None:
    """Stata needs a licence: its steps are held against the files they read."""
    panel, about = pyreadstat.read_dta(str(folder / "out/panel.dta"), user_missing=True)
    rates, _ = pyreadstat.read_dta(str(folder / "out/indicators_wide.dta"), user_missing=True)
    known = {*panel.columns, *rates.columns}
    assert stata_variables("tutorial.md") == {
        "report_id",
        "indicators_wide",
        "disclosure_rate",
        "region_code",
        "organ_key",
        "requests__new_received__total",
    }
    assert stata_variables("tutorial.md") - {"indicators_wide"} <= known
    assert {"verdict", "year"} <= set(panel.columns)
    assert panel["report_id"].is_unique and set(panel["report_id"]) == set(rates["report_id"])
    assert about.column_names_to_labels["requests__new_received__total"].startswith("Requests newly received")
    reasons = [v for v in rates["disclosure_rate"] if isinstance(v, str)]
    assert sorted(reasons) == ["a", "a", "b", *"ffffff", "g", "g"]
