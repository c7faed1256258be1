"""A password in an address reaches neither the terminal nor the log nor the database, whatever goes wrong."""

from pathlib import Path

import pytest

from cli.conftest import REPORT, Call, copy_document

SECRET = "gehe1m-w0rt"
URL = f"postgresql://me:{SECRET}@127.0.0.1:1/gk"


@pytest.mark.parametrize(
    "words",
    [
        ("status", "--db", URL),
        ("status", "--db", f"postgresql://me@127.0.0.1:1/gk?password={SECRET}"),
        ("status", "--db", URL.replace("://", ":/")),
        ("status", "--db", URL.replace(":1/", ":one/")),
        ("ingest", ".", "--db", URL),
        ("compare", "requests/granted/total", "--db", URL),
        ("cite", "某县", "2023", "requests/granted/total", "--db", URL),
        ("export", "out", "--db", URL),
        ("serve", "--db", URL),
        ("population", "people.csv", URL),  # --db is missing before it
        ("status", "--jobs", URL),
        ("status", URL),
        (URL,),
        (f"ftp://me:{SECRET}@127.0.0.1:1/crawl",),
        (".", "--engine", f"dask:tls://me:{SECRET}@127.0.0.1:1"),
        (".", "--engine", f"dusk:tcp://me:{SECRET}@127.0.0.1:1"),
    ],
)
def test_no_message_repeats_it(here: Path, call: Call, words: tuple[str, ...]) -> None:
    (here / "a.pdf").write_bytes(b"")
    answer = call(*words, *(("--log", "log.jsonl") if words[0] in (".", URL) or "ftp" in words[0] else ()))

    assert answer.code in (2, 4, 5)
    assert SECRET not in answer.out + answer.err
    assert "Traceback" not in answer.err
    assert not [p for p in here.rglob("*") if SECRET in str(p)]
    assert not [p for p in here.rglob("*") if p.is_file() and SECRET.encode() in p.read_bytes()]


def test_a_corpus_afar_is_named_in_rows_and_runs_without_it(corpus: Path, here: Path, call: Call) -> None:
    fsspec = pytest.importorskip("fsspec", reason="pip install 'gkingest[remote]'")
    system = fsspec.filesystem("memory")
    system.put(str(copy_document(corpus, REPORT, here / "in")), f"/me:{SECRET}@county/{REPORT}")
    try:
        answer = call(f"memory://me:{SECRET}@county", "--db", "a.sqlite", "--log", "log.jsonl", "--json")
    finally:
        system.rm("/", recursive=True)

    assert answer.code == 0
    assert f'"memory://county/{REPORT}"' in answer.out
    for text in (answer.out, answer.err, *(p.read_bytes().decode("latin-1") for p in here.glob("*.*"))):
        assert SECRET not in text


def test_an_error_that_nobody_foresaw_is_printed_without_it(
    here: Path, call: Call, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    import sys

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"driver fell over {URL}")

    monkeypatch.setattr("gkingest.store.database.create_engine", fail)
    monkeypatch.setattr(sys, "argv", ["gkingest", "status", "--db", URL])
    from gkingest.cli.main import main

    with pytest.raises(RuntimeError) as caught:
        main()
    sys.excepthook(caught.type, caught.value, caught.tb)
    told = capfd.readouterr().err
    assert "driver fell over postgresql://me:***@127.0.0.1:1/gk" in told
    assert SECRET not in told
