"""Print the sample corpus and write its expectations: `python build.py [name part ...]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import document
import finish
import print_docx
import print_html
import print_reportlab
from paper import Paper

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parent.parent / "corpus"
EXPECTED = HERE.parent / "expected"
PRODUCERS = {
    "libreoffice-docx": print_docx.with_libreoffice,
    "libreoffice-html": print_html.with_libreoffice,
    "chromium": print_html.with_chromium,
    "web-page": print_html.saved,
    "chromium-letter": print_html.letter_with_chromium,
    "weasyprint": print_html.with_weasyprint,
    "reportlab": print_reportlab.with_reportlab,
}


def main(wanted: list[str]) -> None:
    """Build the documents whose data file's name contains one of `wanted`, or all."""
    others: list[str] = []
    for source in sorted((HERE / "documents").glob("*.yml")):
        made = document.load(source)
        if made.expected is None:
            others.append(made.paper.path)
        if wanted and not any(part in source.name for part in wanted):
            continue
        target = CORPUS / made.paper.path
        target.parent.mkdir(parents=True, exist_ok=True)
        if made.scan:
            _print_and_scan(made.paper, made.scan, target)
        else:
            PRODUCERS[made.paper.producer](made.paper, target)
        if target.suffix == ".pdf":
            finish.finish(target, made.paper)
        if made.expected is not None:
            stem = Path(made.paper.path).stem
            (EXPECTED / f"{stem}.tsv").write_text("\n".join(made.expected) + "\n", encoding="utf-8")
        print(f"{source.stem}: {made.paper.path}")
    (EXPECTED / "not-reports.txt").write_text("".join(f"{p}\n" for p in sorted(others)), encoding="utf-8")


def _print_and_scan(paper: Paper, setting: dict, target: Path) -> None:
    import scans  # here, so that the documents that are no scans need no imaging libraries

    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "printed.pdf"
        PRODUCERS[paper.producer](paper, printed)
        scans.scan(printed, target, setting, paper.published)


if __name__ == "__main__":
    main(sys.argv[1:])
