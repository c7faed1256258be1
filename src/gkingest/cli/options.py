"""Options that several commands share, and their words."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Ocr(StrEnum):
    """Which pages are read from their pictures."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


OcrOption = Annotated[
    Ocr, typer.Option("--ocr", help="Read pages as pictures: those without usable text, all, or none.")
]
Render = Annotated[
    bool, typer.Option("--render", help="Print web pages with your Chromium too; flag figures that differ.")
]
Schemas = Annotated[
    Path | None, typer.Option("--schemas", help="Folder of format files to use in place of the shipped ones.")
]
Database = Annotated[str, typer.Option("--db", help="Database: a file or any SQLAlchemy URL.")]
Years = Annotated[list[str] | None, typer.Option("--year", help="2023, 2019-2023; may be given again.")]
Provinces = Annotated[list[str] | None, typer.Option("--province", help="Province, or part of its name.")]
Levels = Annotated[
    list[str] | None,
    typer.Option(
        "--level",
        help="Whole governments by level: province, prefecture, county; or kind: department, township, zone.",
    ),
]
Organs = Annotated[
    list[str] | None,
    typer.Option("--organ", help="Part of the name of an organ or its division, or the division's code."),
]
Authors = Annotated[
    list[str] | None,
    typer.Option(
        "--author",
        help='Who made the data set: "Family, Given <ORCID>", or an institution; may be given again (environment: '
        "GKINGEST_AUTHOR).",
    ),
]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=0, help="Documents read at once; 0: one for each core.")]
Timeout = Annotated[float, typer.Option(min=1, help="Seconds that one document may take.")]
Memory = Annotated[int, typer.Option(min=256, help="Megabytes of memory that one worker may use.")]
EngineName = Annotated[
    str,
    typer.Option(
        "--engine",
        envvar="GKINGEST_ENGINE",
        help="Where to read: local processes, dask, dask:tcp://host:port, or inline.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", help="Passwords to be tried on locked files, one a line.")
]
Corrections = Annotated[
    Path | None,
    typer.Option("--corrections", help="File of decisions; by default corrections.csv beside the database."),
]
