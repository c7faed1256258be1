"""Time and memory of reading the scanned sample reports, beside page-level RapidOCR on the same pages.

``make bench-scans``. Not a test: it measures and judges nothing. Each measurement is a process of its own and the
kinds alternate, so that a noisy machine disturbs all alike. "page-level" finds text lines on the whole page and
reads each, without any table; it is timed on the same pictures. "two at once" reads the same reports in two
processes that share the machine, as the workers of a batch do.
"""

import argparse
import json
import logging
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

from accounting import account, not_below
from stages import cpu

ROOT = Path(__file__).parents[2]
ROUNDS = 2
TABLE_RULES = 20  # rulings that a page with a table has at least
BOOK_PAGES = 400
STRIP = 48  # pixels


def scanned_reports() -> list[Path]:
    """The sample reports that have a recording, that is, pages that are pictures."""
    sys.path.insert(0, str(ROOT / "tests"))
    from recorded.recording import file_of

    return [p for p in sorted((ROOT / "corpus").rglob("*.*")) if p.is_file() and file_of(p.read_bytes()).exists()]


def ours() -> dict[str, Any]:
    """Every scanned report from its bytes to its facts."""
    from gkingest.document.ingest import examine
    from gkingest.document.read_with import ReadWith
    from gkingest.formats.load import load_formats

    options, pages, tables = ReadWith(load_formats()), 0, 0
    for path in scanned_reports():
        _, read = examine(path, options)
        pictured = [p for p in read if p.origin == "scan"]
        pages += len(pictured)
        tables += sum(len(p.rulings) >= TABLE_RULES for p in pictured)
    return {"reports": len(scanned_reports()), "pages": pages, "tables": tables}


def _rasters() -> Any:
    from gkingest.document.read_with import ReadWith
    from gkingest.formats.load import load_formats
    from gkingest.read.kinds import PDF
    from gkingest.read.pdf.pdfium import open_pdf
    from gkingest.read.picture.raster import image_rasters, page_raster
    from gkingest.read.printed import read_document
    from gkingest.read.triage import media_type

    for path in scanned_reports():
        data = path.read_bytes()
        if media_type(data) != PDF:
            yield from image_rasters(data)
            continue
        wanted = [p.number for p in read_document(data, ReadWith(load_formats())).pages if p.problem]
        with open_pdf(data) as pdf:
            yield from (page_raster(pdf.page(n)) for n in wanted)


def page_level() -> dict[str, Any]:
    """RapidOCR's detection and recognition on the same pages."""
    from rapidocr import RapidOCR

    logging.disable(logging.INFO)
    engine = RapidOCR()
    return {"pages": sum(engine(r.pixels) is not None for r in _rasters())}


def book() -> dict[str, Any]:
    """A scanned book that is no report: the same page of text again and again."""
    import pypdfium2

    from gkingest.document.ingest import ingest
    from gkingest.formats.load import load_formats

    native = next(p for p in sorted((ROOT / "corpus").rglob("*.pdf")) if p not in scanned_reports())
    with pypdfium2.PdfDocument(native) as document:
        sheet = document[0].render(scale=200 / 72).to_pil().convert("L")
    strips = [sheet.crop((x, 0, x + STRIP, sheet.height)) for x in range(0, sheet.width - STRIP, STRIP)]
    for n, strip in enumerate(reversed(strips)):  # the characters of a report, but none of its words
        sheet.paste(strip, (n * STRIP, 0))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.pdf"
        sheet.save(path, "PDF", resolution=200, save_all=True, append_images=[sheet] * (BOOK_PAGES - 1), quality=50)
        start = time.monotonic()
        status = ingest(path, load_formats()).status.value
        return {"pages": BOOK_PAGES, "seconds": time.monotonic() - start, "status": status}


KINDS = {"ours": ours, "page-level": page_level, "book": book}


def child(kind: str) -> None:
    """Do one measurement and print it as JSON."""
    start, before = time.monotonic(), cpu()
    seen = KINDS[kind]()
    print(json.dumps({**seen, "wall": time.monotonic() - start, "own": cpu() - before}))


def measure(kind: str, at_once: int = 1) -> dict[str, Any]:
    """One measurement as ``at_once`` commands with all their processes; the slowest of them."""
    command = [sys.executable, __file__, "--child", kind]
    with ThreadPoolExecutor(at_once) as pool:
        costs = list(pool.map(lambda _: account(command, ROOT), range(at_once)))
    results: list[dict[str, Any]] = []
    for cost in costs:
        seen = json.loads(cost.out.splitlines()[-1])
        not_below(cost.cpu, seen["own"], "the same pages in one process")
        results.append({**seen, "cpu": cost.cpu, "memory": cost.memory})
    return max(results, key=lambda r: r["wall"])


def main() -> None:
    """Alternate the kinds and print what they took."""
    mine, theirs, both = [], [], []
    for _ in range(ROUNDS):
        mine.append(measure("ours"))
        theirs.append(measure("page-level"))
        both.append(measure("ours", at_once=2))

    def middle(runs: list[dict[str, Any]], what: str) -> float:
        return median(float(r[what]) for r in runs)

    reports, pages, tables = (int(mine[0][k]) for k in ("reports", "pages", "tables"))
    wall, cpu = middle(mine, "wall"), middle(mine, "cpu")
    print(f"{reports} scanned reports, {pages} pages that are pictures, {tables} with tables; {ROUNDS} rounds")
    print(f"{'seconds a page (start and interpretation included)':52}{wall / pages:8.2f}")
    print(f"{'seconds a report':52}{wall / reports:8.2f}")
    print(f"{'CPU seconds a page, start and end included':52}{cpu / pages:8.2f}")
    print(f"{'CPU seconds a page, page-level RapidOCR':52}{middle(theirs, 'cpu') / pages:8.2f}")
    print(f"{'CPU ratio to page-level':52}{cpu / middle(theirs, 'cpu'):8.2f}")
    print(f"{'peak memory, MB':52}{middle(mine, 'memory'):8.0f}")
    print(f"{'peak memory, MB, page-level RapidOCR':52}{middle(theirs, 'memory'):8.0f}")
    print(f"{'reports a second, two at once to one at a time':52}{2 * wall / middle(both, 'wall'):8.2f}")
    seen = measure("book")
    title = f"seconds of a scanned book of {seen['pages']} pages"
    print(f"{title:52}{seen['seconds']:8.2f}  {seen['status']}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--child", choices=KINDS)
    chosen = parser.parse_args().child
    if chosen:
        child(chosen)
    else:
        main()
