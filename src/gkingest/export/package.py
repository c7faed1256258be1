"""What goes with the data: a Data Package (v2), codebooks, how to cite it, what the files are."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from gkingest.export.authors import Author, cff_authors, quoted
from gkingest.export.folder import Sums
from gkingest.language import Language
from gkingest.markup import fill
from gkingest.store.ask.dump import MISSING, REASONS, Column, Kind, Sheet

_WRANGLER = {"title": "gkingest", "roles": ["wrangler"]}
_PROFILE = "https://datapackage.org/profiles/2.0"
_TYPES = {Kind.TEXT: "string", Kind.INTEGER: "integer", Kind.NUMBER: "number", Kind.REAL: "number"}
TITLE = "Annual reports on government information disclosure in China (政府信息公开工作年度报告)"


def data_package(
    sums: Sums,
    sheets: Sequence[Sheet],
    rows: Mapping[str, int],
    run: Mapping[str, str],
    language: Language,
    authors: Sequence[Author] = (),
) -> str:
    """``datapackage.json`` over the CSV files of a folder, with the reasons as labelled missing values."""
    resources = []
    for sheet in sheets:
        resources.append(_resource(sums, sheet, sheet.name, sheet.columns, rows[sheet.name], language))
        if sheet.has_reasons:
            name, columns = f"{sheet.name}_labelled", [c for c in sheet.columns if not c.tells_why]
            resources.append(_resource(sums, sheet, name, columns, rows[sheet.name], language, labelled=True))
    package = {
        "$schema": f"{_PROFILE}/datapackage.json",
        "name": "gkingest-export",
        "title": TITLE,
        "description": "Figures as printed; README.md tells which file holds what.",
        "version": f"gkingest {run['version']}",
        "created": run["finished_at"],
        "contributors": [*({"title": a.name, "roles": ["creator"]} for a in authors), _WRANGLER],
        "resources": resources,
    }
    if not run["finished_at"]:
        package.pop("created")
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _resource(
    sums: Sums,
    sheet: Sheet,
    name: str,
    columns: Sequence[Column],
    rows: int,
    language: Language,
    *,
    labelled: bool = False,
) -> dict[str, object]:
    path = sums.folder / f"{name}.csv"
    reasons = [{"value": word, "label": getattr(words, language)} for word, words in REASONS]
    fields = []
    for column in columns:
        field: dict[str, object] = {
            "name": column.name,
            "type": _TYPES[column.kind],
            "title": getattr(column.label, language),
        }
        if column.unit:
            field["unit"] = column.unit
        if column.reason and labelled:
            field["missingValues"] = reasons
        elif column.reason:
            field["missingValues"] = [{"value": "", "label": f"no number; the reason is in {column.reason}"}]
        elif column.tells_why:
            field["categories"] = reasons
        fields.append(field)
    schema: dict[str, object] = {
        "$schema": f"{_PROFILE}/tableschema.json",
        "fields": fields,
        "primaryKey": list(sheet.key),
    }
    if "report_id" in sheet.key and sheet.name != "errata":
        reference = {"resource": "reports", "fields": ["id"]}
        schema["foreignKeys"] = [{"fields": ["report_id"], "reference": reference}]
    return {
        "name": name,
        "type": "table",
        "path": path.name,
        "title": getattr(sheet.title, language),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sums.of(path.name)}",
        "rows": rows,
        "schema": schema,
    }


def sheet_codebook(sheets: Sequence[Sheet], language: Language) -> str:
    """What the columns of sheets mean, as a part of the codebook in Markdown."""
    heads = "| 列 | 含义 |" if language == "zh" else "| column | meaning |"
    parts = []
    for sheet in sheets:
        rows = (f"| `{c.name}` | {getattr(c.label, language).replace('|', chr(92) + '|')} |" for c in sheet.columns)
        title = getattr(sheet.title, language)
        parts.append("\n".join([f"\n## {sheet.name}.csv\n", f"{title}\n", heads, "| --- | --- |", *rows, ""]))
    return "".join(parts)


def html_codebook(markdown: str, language: Language) -> str:
    """A codebook in Markdown as one web page."""
    from markdown_it import MarkdownIt

    body = MarkdownIt("commonmark").enable("table").render(markdown)
    lang = "zh-CN" if language == "zh" else "en"
    return fill(Path(__file__).with_name("codebook.html"), lang=lang, body=body)


def citation(run: Mapping[str, str], authors: Sequence[Author] = ()) -> str:
    """``CITATION.cff`` of the data: who made them, what read them, and when."""
    date = run["finished_at"][:10]
    hint = [] if authors else ['# Name yourself: gkingest export DIR --author "Family, Given <ORCID>"']
    lines = [
        "cff-version: 1.2.0",
        "message: Cite the reports themselves for single figures (gkingest cite), and this for the data set.",
        "type: dataset",
        f"title: {quoted(TITLE)}",
        *hint,
        "authors:",
        *cff_authors(authors),
        *([f'date-released: "{date}"'] if date else []),
        *cff_software(run["version"]),
    ]
    return "\n".join(lines) + "\n"


def cff_software(version: str) -> list[str]:
    """What read the reports, as a reference of CITATION.cff."""
    lines = ["references:", "  - type: software", "    title: gkingest"]
    told = [f"    version: {quoted(version)}"] if version else []
    return [*lines, "    authors:", '      - name: "gkingest contributors"', *told]


def readme(sheets: Sequence[Sheet], rows: Mapping[str, int], notes: Sequence[tuple[str, str]]) -> str:
    """What the files are, in both languages."""
    listed = "\n".join(f"| `{s.name}` | {rows[s.name]} | {s.title.en} | {s.title.zh} |" for s in sheets)
    reasons = "\n".join(
        f"| .{chr(ord('a') + n)} | `{word}` | {words.en} | {words.zh} |" for n, (word, words) in enumerate(REASONS)
    )
    told = "".join(f"- {name}: {note}\n" for name, note in notes if note)
    return f"""# Export of gkingest · gkingest 导出数据

| sheet | rows | what it holds | 内容 |
| --- | ---: | --- | --- |
{listed}

- Every sheet is a file of each format (`.csv`, `.parquet`, `.dta`) and a sheet of `gkingest.xlsx`.
- **No number is not 0.** In CSV, Parquet and Excel the column that ends in `{MISSING}` (in long tables `missing` or
  `reason`) says why; in `*_labelled.csv` the word stands in place of the number; in Stata it is an extended missing
  value. 没有数字不等于 0，原因见下表。
- In CSV a text that a spreadsheet would take for a formula (it begins with `= + - @`, their full-width forms, a tab
  or a line break) or that begins with an apostrophe has an apostrophe before it; take one off to have the text.
  Numbers are untouched.
- Numbers of more than 15 digits are rounded in Parquet, Excel and Stata; the CSV has every digit.
- Stata's names have 32 characters at most: a longer one is shortened, and the full one is its label and
  note (`notes`).
- `codebook.*` explains every column, `datapackage.json` types and keys, `SHA256SUMS` proves the files
  (`sha256sum -c SHA256SUMS`). `errata` lists what adds up wrongly in print and what may be misread.
{told}
| Stata | word | meaning | 含义 |
| --- | --- | --- | --- |
{reasons}
"""
