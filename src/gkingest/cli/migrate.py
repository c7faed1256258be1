"""``gkingest migrate``: a database that an earlier version made, taken over."""

from pathlib import Path

from gkingest.cli.app import app
from gkingest.cli.common import load, print_lines, require
from gkingest.cli.ingest import ingest
from gkingest.cli.options import (
    DEFAULT_DATABASE,
    Database,
    EngineName,
    Jobs,
    Memory,
    Ocr,
    OcrOption,
    PasswordFile,
    Schemas,
    Timeout,
)


@app.command("migrate")
def migrate_database(  # noqa: PLR0913, PLR0917 - one parameter an option
    db: Database = DEFAULT_DATABASE,
    schemas: Schemas = None,
    jobs: Jobs = 0,
    timeout: Timeout = 300.0,
    memory: Memory = 6144,
    engine: EngineName = "local",
    password_file: PasswordFile = None,
    ocr: OcrOption = Ocr.AUTO,
) -> None:
    """Take over a database of an earlier version: keep a copy, carry over what was entered, read the reports again.

    Also where a table or column is missing. Where reading is interrupted, `gkingest PATH…` goes on with it.
    """
    from gkingest.corpus.discovery import is_remote
    from gkingest.formats.indicators import load_measures
    from gkingest.store.migrate import migrate
    from gkingest.store.place import place_of, shown

    require(db, "there is nothing to migrate")
    formats = load(schemas)
    done, name = migrate(db, formats, load_measures(formats, schemas)), shown(place_of(db))
    if done is None:
        print_lines([f"{name}: the tables are of this version already; nothing was changed"])
        return
    told = [f"{name}: tables of schema version {done.before} made anew in version {done.after}"]
    told.append(f"what was there is kept in {done.copy}")
    told += [f"carried over: {table}, {rows} rows" for table, rows in done.carried.items()]
    here = [path for path in done.roots if not is_remote(path) and Path(path).exists()]
    for path in done.roots:
        if path not in here:
            why = "it lies afar" if is_remote(path) else "it is not found from this folder"
            told.append(f"not read again, as {why}: {path}; gkingest PATH --db {name} reads it")
    print_lines(told)
    if here:
        ingest(
            here,
            db,
            schemas,
            jobs=jobs,
            timeout=timeout,
            memory=memory,
            engine=engine,
            password_file=password_file,
            ocr=ocr,
        )
